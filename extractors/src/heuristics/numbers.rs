//! Names under which goods have numbers, put together from few words ("our no.", "mfr. part"), and the numbers right behind them.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

/// Whose number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The shop's own.
    Article,
    /// The maker's.
    Part,
}

/// What a word says in such a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// What is numbered.
    Goods,
    /// "Number" and its shorter forms, which are said of much else, too.
    Number,
    /// "Code" and "reference", which are said of goods alone.
    Code,
    Maker,
    /// Whose it is.
    Own,
    /// Between the others.
    Glue,
}

/// Lower case, parted by `|`.
#[rustfmt::skip]
const WORDS: &[(Word, &str)] = &[
    (Word::Goods, "item|items|article|articles|artikel|art|product|produkt|produit|producto|prodotto|produto|prod|part|stock|catalog|catalogue|cat|kat|katalog|order|bestell|best|bestel|model|modell|modèle|modelo|modello|lot|inventory|inv|style|pièce|pieza|pezzo|peça|onderdeel|teile|towaru|produktu|artykułu|katalogowy|товара|товару|товар|изделия|детали|модели|моделі|каталожный|ürün|stok|parça|articolo|artículo|artigo|المنتج|الصنف|السلعة|القطعة|zboží|produs|vare|tuote"),
    (Word::Number, "no|nr|num|number|nummer|numer|número|numero|numéro|nº|n°|n|#|№|id|номер|numarası|رقم|číslo|szám|broj"),
    (Word::Code, "code|kod|kód|kodu|cod|cód|codice|código|codigo|код|ref|réf|référence|referencia|riferimento|rif|referência|referentie|reference|sku|كود|رمز|артикул|арт|symbol|indeks|artnr|artikelnr|artikelnummer|bestellnr|bestellnummer|bestelnummer|bestelnr|artikelcode|productcode|stocknr|katalognr|katnr|varenr|tuotenro"),
    (Word::Maker, "mfr|mfg|mfgr|mfrs|mfgs|manufacturer|manufacturers|manuf|maker|makers|hersteller|herst|fabricant|fabricante|fabr|fab|produttore|produtt|producenta|producent|fabrikant|производителя|произв|виробника|üretici|oem|factory|výrobce|gyártói|المصنع|производитель|mpn|herstellernummer|herstellernr|teilenummer|fabrikantcode"),
    (Word::Own, "our|my|unsere|unser|nossa|nuestra|nuestro|notre|nostro|onze|ons|наш|nasz|bizim|shop|house|dealer|internal|interne|interno|vendor|store|web"),
    (Word::Glue, "de|del|della|du|d|of|l|do|da|di|s"),
];

static KNOWN: LazyLock<HashMap<&'static str, Word, FxBuildHasher>> =
    LazyLock::new(|| WORDS.iter().flat_map(|(word, list)| list.split('|').map(move |text| (text, *word))).collect());

/// Bytes of a name.
const LONGEST: usize = 48;

/// The words that a name at the beginning of a text takes: whose number it is, whether the name says so without doubt, and where it ends.
fn name_before(text: &str) -> Option<(Kind, bool, usize)> {
    let mut end = 0;
    let (mut words, mut goods, mut number, mut code, mut maker, mut own) = (0, false, false, false, false, false);
    let mut at = 0;
    while at < text.len().min(LONGEST) && words < 6 {
        let rest = text.get(at..)?;
        let first = rest.chars().next()?;
        let length = match first {
            '#' | '№' => first.len_utf8(),
            c if c.is_alphabetic() => rest.find(|c: char| !c.is_alphanumeric() && c != '°').unwrap_or(rest.len()),
            c if c.is_whitespace() || matches!(c, '.' | ':' | '：' | '-' | '/' | '\'' | '’' | '\u{ad}') => {
                at += c.len_utf8();
                continue;
            }
            _ => break,
        };
        let word = rest.get(..length).filter(|word| word.len() <= 32)?.to_lowercase();
        let Some(known) = KNOWN.get(word.as_str()) else { break };
        match known {
            Word::Goods => goods = true,
            Word::Number => number = true,
            Word::Code => code = true,
            Word::Maker => maker = true,
            Word::Own => own = true,
            Word::Glue => {}
        }
        words += 1;
        at += length;
        end = at;
    }
    // The maker's word alone names the maker, unless it says that it is a number.
    let numbered = |name: &str| ["nummer", "nr", "code", "mpn"].iter().any(|end| name.to_lowercase().ends_with(end));
    let named = code || number || (maker && (goods || text.get(..end).is_some_and(numbered)));
    let kind = if maker { Kind::Part } else { Kind::Article };
    // "No." and "n" are said of houses and telephones, too.
    (named && (words > 1 || code || maker || end > 1 || text.starts_with('#'))).then_some((kind, goods || code || maker || own, end))
}

/// Whose number a text names that says nothing else: "Our No.", "Mfr. part #:"; nothing where the name is a weak one unless `weak`: then
/// the word for goods will do, as "Model" over a column of numbers.
pub fn name(text: &str, weak: bool) -> Option<Kind> {
    if text.len() > LONGEST {
        return None;
    }
    if weak && KNOWN.get(text.trim().to_lowercase().as_str()) == Some(&Word::Goods) {
        return Some(Kind::Article);
    }
    let (kind, sure, end) = name_before(text.trim_start())?;
    let rest = text.trim_start().get(end..)?;
    ((sure || weak) && rest.chars().all(|c| !c.is_alphanumeric())).then_some(kind)
}

/// What has the look of a number of goods: no word, no year, no calibre. Behind a sure name three digits will do.
pub fn is_number(code: &str, sure: bool) -> bool {
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let capitals = code.chars().filter(|c| c.is_uppercase()).count();
    // "ALV-GTX-C" has no digit, and is no word either.
    let lettered = sure && capitals >= 4 && code.contains('-') && code.chars().all(|c| c.is_uppercase() || c == '-');
    (3..=32).contains(&code.len())
        && (lettered
            || (capitals > 0
                && (digits >= 3 || (digits > 0 && code.contains(['-', '/'])) || (sure && capitals + digits >= 4 && digits > 0)))
            || (sure && digits >= 4 && !code.contains(['/', '.']) && !is_year(code)))
}

/// "Model 1911", "Model 1894": years by which arms are called.
fn is_year(code: &str) -> bool {
    code.len() == 4 && code.parse().is_ok_and(|year: u32| (1800..2100).contains(&year))
}

/// The number right behind a name at the beginning of a text, and where it ends.
fn read(text: &str) -> Option<(Kind, String, usize)> {
    let lead = text.len() - text.trim_start_matches(['(', '[', ' ', '\u{a0}']).len();
    let inner = text.get(lead..)?;
    let (kind, sure, end) = name_before(inner)?;
    let behind = inner.get(end..)?;
    let value = behind.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '#' | '.' | '-' | '–'));
    let apart = value.len() < behind.len() || inner.get(..end)?.ends_with(['#', '№', '°']);
    let token = |text: &str| text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '/' | '.' | '_')).unwrap_or(text.len());
    let mut length = token(value);
    let first = value.get(..length)?;
    // "GW 1184", "M 2317".
    let letters = (1..=4).contains(&first.chars().count()) && first.chars().all(char::is_uppercase);
    let mut joined = false;
    if letters && let Some(next) = value.get(length..)?.strip_prefix([' ', '\u{a0}']) {
        let more = token(next);
        if more > 1 && next.get(..more).is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit())) {
            length = value.len() - next.len() + more;
            joined = true;
        }
    }
    let code = value.get(..length)?.trim_end_matches(['.', '-', '/']);
    let rest = value.get(length..)?.trim_start();
    let ended = rest.is_empty() || rest.starts_with(|c: char| !c.is_alphanumeric());
    let at = text.len() - value.len() + length;
    (apart && ended && (is_number(code, sure) || (joined && sure))).then(|| (kind, code.replace('\u{a0}', " "), at))
}

/// Numbers of goods in a short text, each behind its name: "Art.nr.: FD-7802 | Fabrikantcode: VG-210".
pub fn all(text: &str) -> impl Iterator<Item = (Kind, String)> + '_ {
    let may = text.len() <= 160 && text.bytes().any(|b| b.is_ascii_digit() || b == b'-');
    let text = if may { text } else { "" };
    text.split(['|', '·', '•', ';', ',', '—']).take(6).filter_map(read).map(|(kind, code, _)| (kind, code))
}

/// Whether a text is a number with its name and nothing else.
pub fn is_whole(text: &str) -> bool {
    text.len() <= 60
        && text.bytes().any(|b| b.is_ascii_digit() || b == b'-')
        && read(text).is_some_and(|(.., end)| text.get(end..).is_some_and(|rest| rest.chars().all(|c| !c.is_alphanumeric())))
}

/// A number that stands alone in its text, brackets aside: "A-3030B", "GW 1184".
pub fn alone(text: &str) -> Option<String> {
    let code = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '#' | ':'));
    let (head, tail) = code.split_once(' ').unwrap_or(("", code));
    let joined =
        !head.is_empty() && head.len() <= 4 && head.chars().all(char::is_uppercase) && tail.starts_with(|c: char| c.is_ascii_digit());
    let one = !tail.contains(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '/' | '.' | '_'));
    (one && ((head.is_empty() && is_number(code, true)) || joined) && code.len() <= 32).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_together() {
        for text in ["Our No.", "Item #", "Stock no:", "Nº de artículo", "Cód. do produto", "Nr artykułu", "код товару", "Réf."]
        {
            assert_eq!(name(text, false), Some(Kind::Article), "{text}");
        }
        for text in ["Mfr. part", "Manufacturer's part number:", "Herst.-Nr.", "OEM no."] {
            assert_eq!(name(text, false), Some(Kind::Part), "{text}");
        }
        for text in ["No.", "Our shop", "Article", "Part of the order", "Manufacturer", "Model year"] {
            assert_eq!(name(text, false), None, "{text}");
        }
        for text in ["No.", "Model"] {
            assert_eq!(name(text, true), Some(Kind::Article), "{text}");
        }
    }

    #[test]
    fn numbers_behind_their_names() {
        let found = |text: &str| all(text).map(|(kind, code)| (kind == Kind::Part, code)).collect::<Vec<_>>();
        let own = |code: &str| vec![(false, code.to_owned())];
        assert_eq!(found("Part No. IW-M98-WS · investment cast 4140"), own("IW-M98-WS"));
        assert_eq!(found("Art.-Nr. GW 1184"), own("GW 1184"));
        assert_eq!(found("Артикул: 3021-К"), own("3021-К"));
        assert_eq!(found("No. IW-R7S-SP"), own("IW-R7S-SP"));
        assert_eq!(found("Mfr. part 3030B"), vec![(true, "3030B".to_owned())]);
        assert_eq!(found("Art.nr.: FD-7802 | Fabrikantcode: VG-210"), vec![(false, "FD-7802".to_owned()), (true, "VG-210".to_owned())]);
        for text in ["No. 12", "No. 555-0199", "Model 1911", "Best 2024 stock", "Order 3 items", "Part 2 of 3", "Lot of 500"] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
        assert!(is_whole("Ref. ALV-GTX-C1") && !is_whole("Ref. ALV-GTX-C1 castanho"));
    }
}
