//! The name of a site, known again in its host's name: without accents, in Latin letters.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use url::Url;

/// Whether a name is that of the host.
pub(in super::super) fn is_site(name: &str, base: &Url) -> bool {
    let plain = latin(name);
    let host: String = base.host_str().unwrap_or("").chars().filter(|c| c.is_alphanumeric()).collect();
    plain.len() >= 4 && host.contains(&plain)
}

/// Whether a name, or what stands before its first mark, is a whole part of the host's name.
pub(super) fn is_host(name: &str, url: &Url) -> bool {
    let head = name.split([':', '|', '–', '—']).next().unwrap_or(name);
    let plain = latin(head);
    let mut parts = url.host_str().unwrap_or("").split('.').map(|part| part.replace('-', ""));
    plain.len() >= 5 && parts.any(|part| part == plain)
}

/// The letters and digits of a name as hosts write them.
pub(in super::super) fn latin(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.nfc().flat_map(char::to_lowercase) {
        #[rustfmt::skip]
        let written = match c {
            'а' => "a",
            'б' => "b",
            'в' => "v",
            'г' | 'ґ' => "g",
            'д' => "d",
            'е' | 'ё' | 'э' | 'є' => "e",
            'ж' => "zh",
            'з' => "z",
            'и' | 'і' => "i",
            'й' | 'ы' => "y",
            'ї' => "i",
            'к' => "k",
            'л' => "l",
            'м' => "m",
            'н' => "n",
            'о' => "o",
            'п' => "p",
            'р' => "r",
            'с' => "s",
            'т' => "t",
            'у' => "u",
            'ф' => "f",
            'х' => "kh",
            'ц' => "ts",
            'ч' => "ch",
            'ш' => "sh",
            'щ' => "shch",
            'ю' => "yu",
            'я' => "ya",
            'ь' | 'ъ' => "",
            'ł' => "l",
            'ı' => "i",
            'ß' => "ss",
            'ø' => "o",
            'đ' => "d",
            'æ' => "ae",
            c if c.is_ascii_alphanumeric() => {
                out.push(c);
                ""
            }
            c => {
                let plain = std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c) && c.is_alphanumeric());
                out.extend(plain);
                ""
            }
        };
        out.push_str(written);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_called_as_its_host() {
        let url = |host: &str| Url::parse(&format!("https://{host}/")).unwrap();
        assert!(is_host("Wspólny Targ", &url("www.wspolny-targ.example")));
        assert!(is_host("Затвор: клуб владельцев", &url("zatvor.example")));
        assert!(is_site("Le Dépôt", &url("ledepot.example")));
        assert!(!is_host("Rifles", &url("rifles-and-more.example")));
    }
}
