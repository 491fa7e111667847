//! Small pieces that both layouts share: escaping, slugs, dates and labels as people write them.

/// Text made safe for HTML text and double-quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// The last part of a listing's address: lower-case letters, digits and single hyphens, at most 60 bytes.
pub(crate) fn slug(title: &str) -> String {
    let mut out = String::new();
    for character in title.chars() {
        let plain: &str = match character {
            'ä' | 'Ä' => "ae",
            'ö' | 'Ö' => "oe",
            'ü' | 'Ü' => "ue",
            'ß' => "ss",
            'é' | 'è' | 'ê' | 'É' => "e",
            'à' | 'â' => "a",
            'ç' => "c",
            'î' | 'ï' => "i",
            'ô' => "o",
            'û' | 'ù' => "u",
            _ => "",
        };
        if !plain.is_empty() {
            out.push_str(plain);
        } else if character.is_ascii_alphanumeric() {
            out.push(character.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.len() >= 60 {
            break;
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// A date as the language writes it; an ISO date that does not parse is given back unchanged.
pub(crate) fn written_date(iso: &str, language: &str) -> String {
    let Ok(date) = iso.parse::<jiff::civil::Date>() else { return iso.to_owned() };
    let (day, month, year) = (date.day(), date.month() as usize, date.year());
    let name = |names: [&'static str; 12]| names.get(month.wrapping_sub(1)).copied().unwrap_or("");
    match language {
        "de" => format!("{day:02}.{month:02}.{year}"),
        "fr" => {
            let names =
                ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];
            format!("{day} {} {year}", name(names))
        }
        _ => {
            let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            format!("{day} {} {year}", name(names))
        }
    }
}

/// An HTTP date (RFC 9110) at 06:00 UTC of an ISO date.
pub(crate) fn http_date(iso: &str) -> Option<String> {
    let date = iso.parse::<jiff::civil::Date>().ok()?;
    Some(date.at(6, 0, 0, 0).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}

/// Windows-1252 bytes; characters outside it become numeric character references, as browsers' forms do.
pub(crate) fn windows_1252(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '€' => out.push(0x80),
            '„' => out.push(0x84),
            '…' => out.push(0x85),
            '’' => out.push(0x92),
            '“' => out.push(0x93),
            '”' => out.push(0x94),
            '–' => out.push(0x96),
            _ => match u8::try_from(u32::from(character)) {
                Ok(byte) if !(0x80..0xa0).contains(&byte) => out.push(byte),
                _ => out.extend_from_slice(format!("&#{};", u32::from(character)).as_bytes()),
            },
        }
    }
    out
}
