//! How many of what is offered: pieces, rounds, boxes, grams; and how many are left.

mod left;
mod look;

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use regex::Captures;
use rust_decimal::Decimal;

use crate::html::prefix;
use crate::money::{ascii_digits, parse_amount};
use crate::pattern::Pattern;

use look::{Words, told};

pub use left::{is_name, left, pieces};

/// A number of units; of boxes where goods are packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// Number of units, counting packs where there are packs.
    pub quantity: Decimal,
    /// `piece round box file kit g kg other`.
    pub unit: &'static str,
    /// Pieces in one pack.
    pub pack_size: Option<u32>,
}

struct Rule {
    text: String,
    /// Made when a text first has one of its words.
    pattern: OnceLock<Option<Pattern>>,
    unit: &'static str,
    /// It is met by no text without a word of this kind.
    words: Words,
}

impl Rule {
    fn pattern(&self) -> Option<&Pattern> {
        self.pattern.get_or_init(|| Pattern::new(&self.text)).as_ref()
    }
}

const NUMBER: &str = r"(?P<n>[0-9]{1,3}(?:[.,' \x{a0}\x{202f}][0-9]{3})+|[0-9]{1,7}(?:[.,][0-9]{1,3})?)";
const SIZE: &str = r"(?P<size>[0-9]{1,3}[.,][0-9]{3}|[0-9]{1,5})";
const PACK: &str = r"(?:box(?:es)?|packs?|packages?|lots?|cases?|bags?|cartons?|tins?|cans?|bricks?|sets?|sleeves?|boite|bo[iî]tes?|paquets?|cartons?|schachteln?|packung(?:en)?|p[aä]ckchen|kartons?|vpe|ve|cajas?|paquetes?|estuches?|scatol[ae]|confezion[ei]|caixas?|pacotes?|doos|pak|dozen|пач(?:ка|ки|ек|ке)|короб(?:ка|ки|ок|ке)|упаков(?:ка|ки|ок|ке)|пудел\w*|opakowani[ea]|paczk[ai]|pude[lł]k[oa]|kutu|paket|علبة|صندوق|balen[ií]|krabic[ea]|doboz|csomag|cutii?|cutie|pakke|pakkaus|rasia)";
const ROUND: &str = r"(?:rounds?|rnds?|rds?|cartridges?|shells?|ctgs?|schuss|schuß|patronen?|cartouches?|munitions|balles|cartuchos?|balas|tiros|colpi|cartucce|munições|patronen|kogels|патрон(?:а|ов|ы|ів|и)?|набо(?:їв|ї|й|я)|nab(?:oi|oje|ój|ojów)|fişek|mermi|طلقة|طلقات|رصاصة|náboj(?:ů|e|ov)?|lőszer|cartuşe|cartușe|skott|skudd|patroner|patruunaa?)";
const PIECE: &str = r"(?:pieces?|pcs?|pc|units?|count|ct|stücke?|stueck|stk|pi[eè]ces?|unit[eé]s?|piezas?|unidades|pezzi|peças|stuks?|шт(?:ук[аи]?)?|szt(?:uk[ai]?)?|adet|tane|قطعة|قطع|حبة|ks|kusů|(?-i:db)|darab|buc(?:ăți|ati)?|kpl)";
const FILE: &str = r"(?:files?|stls?|dateien|fichiers|archivos|файл(?:а|ов|ы)?)";
const OF: &str = r"(?:of|à|a|de|mit|zu|von|da|di|van|по|con|com|per|z|po|mit je)";

/// In this order: the first rule that matches decides.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let number2 = NUMBER.replace("<n>", "<m>");
    let lines = [
        (format!(r"(?:{NUMBER}\s*(?:x\s*)?)?\b{PACK}\b\s*{OF}\s*{SIZE}\b"), "box", Words::PACK),
        (format!(r"(?:{NUMBER}\s*)?\b{PACK}\.?[\s:]*{SIZE}\s*-?(?:{ROUND}|{PIECE})\b"), "box", Words::PACK),
        (format!(r"\b(?:vpe|ve)\s*:?\s*{SIZE}\b"), "box", Words::PACK),
        (format!(r"\b{NUMBER}\s?[x×]\s?{SIZE}\s*-?(?:{ROUND}|{PIECE})\b(?P<after>[\s-]*\w*)"), "box", Words::TIMES),
        (format!(r"\b{SIZE}(?:er|'?l[iıuü]k?)[\s-]*{PACK}\b"), "box", Words::PACK),
        (format!(r"\b{SIZE}[\s-]*(?:{ROUND}|{PIECE})?\s*(?:/|per|a|pro|par)\s*(?:{PACK})\b"), "box", Words::PACK),
        (format!(r"\b{SIZE}[\s-]*(?:{ROUND}|{PIECE})\.?\s*(?:ammo\s)?{PACK}\b"), "box", Words::PACK),
        (r"\b(?P<size>[0-9]{1,4})[\s-]pack\b".to_owned(), "box", Words::PACK),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}[\s-]*(?:{PIECE}\.?\s)?{ROUND}\b\.?(?P<after>[\s-]*\w*)"), "round", Words::ROUND),
        (r"(?:^|\s)(?P<size>[0-9]{2,4})[\s/-]?(?:bx|ct|cnt|pk)\b".to_owned(), "box", Words::PIECE),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}(?:[\s-]*{PIECE}|\sst)\b"), "piece", Words::PIECE),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}\s*(?:[x×]\s*)?(?:stl\s)?{FILE}\b"), "file", Words::FILE),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}\s?[x×](?:\s|$)(?P<after>\s*[0-9]?)"), "piece", Words::TIMES),
        (format!(r"^\s*[x×]\s?{NUMBER}\b|\s[x×]{number2}\s*$"), "piece", Words::TIMES),
        (format!(r"^\s*(?:per|pro|je|par|por|за)\s+{NUMBER}\s*$"), "piece", Words::PER),
        (r"(?:^|[^\w.,/])(?P<over>[1-9])/(?P<under>[2-9]|10)\s?(?:kg|kilos?|кг)\b".to_owned(), "kg", Words::KILO),
        (r"(?:^|[^\w.,/])(?P<over>[1-9])/(?P<under>[2-9]|10)\s?(?:g|grams?)\b".to_owned(), "g", Words::GRAM),
        (format!(r"(?:^|[^\w.,$€£/]){NUMBER}\s?(?:kg|kilos?|kilogram(?:me|m)?s?|кг|كيلو)\b"), "kg", Words::KILO),
        (
            format!(r"(?:^|[^\w.,$€£/]){NUMBER}\s?(?:g|gram(?:me|m|o|i)?s?|гр|грамм(?:а|ов)?|грам(?:ів|и)?|غرام|جرام)\b(?P<after>\s*\w*)"),
            "g",
            Words::GRAM,
        ),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}\s*{PACK}\b"), "box", Words::PACK),
        (r"\b(?:kit|bausatz|coffret)\b".to_owned(), "kit", Words::PACK),
    ];
    let rule = |(text, unit, words)| Rule { text: format!("(?i){text}"), pattern: OnceLock::new(), unit, words };
    lines.into_iter().map(rule).collect()
});

/// Words behind "30 rounds" that make it what a magazine holds or what a barrel has seen.
const CAPACITY: &[&str] = &[
    "mag",
    "magazine",
    "magazines",
    "mags",
    "capacity",
    "drum",
    "drums",
    "clip",
    "clips",
    "magazin",
    "chargeur",
    "burst",
    "trommel",
    "cylinder",
    "through",
    "fired",
    "down",
    "shot",
    "магазин",
    "magazynek",
    "şarjör",
    "zásobník",
];

static ARM_TALK: LazyLock<Option<Pattern>> = LazyLock::new(|| {
    Pattern::new(
        r"(?i)\b(?:pistols?|rifles?|revolvers?|shotguns?|carbines?|barrels?|bbl|brl|mags?|magazines?|slide|stock|semi-?auto|grips?|handgun|sights?|pistole|gewehr|fusil|pistolet|magazin|chargeur|cargador|caricatore|carregador|magazijn|магазин|пистолет|винтовка|ружье|карабин|magazynek|şarjör|مخزن|zásobník|glock|beretta|taurus|ruger|walther|sig|colt|canik|springfield|p320|p365|1911|ar-?15|ak-?47|mp5)\b",
    )
});
static AMMUNITION_TALK: LazyLock<Option<Pattern>> = LazyLock::new(|| {
    Pattern::new(
        r"(?i)(?:\b(?:ammo|ammunition|fmj|jhp|hp|grains?|cartridges?|tmj|brass|bulk|munition|patronen|munitions|cartouches?)\b|[0-9]\s?gr\b)",
    )
});

/// "Pistol 9mm 15 rounds" says what it holds, not what is sold.
fn is_capacity(rounds: Decimal, text: &str) -> bool {
    let says = |talk: &LazyLock<Option<Pattern>>| talk.as_ref().is_some_and(|words| words.is_match(text));
    rounds <= Decimal::from(40) && says(&ARM_TALK) && !says(&AMMUNITION_TALK)
}

static GAUGE_TALK: LazyLock<Option<Pattern>> =
    LazyLock::new(|| Pattern::new(r"(?i)\b(?:shotguns?|gauge|ga|shells?|buckshot|slugs?|birdshot|bore|flinte|fusil|cartridges?)\b"));

/// The first quantity told in a title or a label, or nothing.
///
/// "Box of 50" and "2 x 50 rounds" count boxes with a pack size; a capacity ("30 round magazine") is none. Only the first 2 KiB are read.
pub fn find(text: &str) -> Option<Quantity> {
    let text = &*plain(text);
    // All but a kit are counted. Asking whether costs a fraction of asking where.
    let numbered = text.bytes().any(|byte| byte.is_ascii_digit());
    let told = told(text);
    for rule in RULES.iter().filter(|rule| told.has(rule.words) && (numbered || rule.unit == "kit")) {
        let Some(pattern) = rule.pattern().filter(|pattern| pattern.is_match(text)) else { continue };
        if let Some(found) = pattern.captures_iter(text).find_map(|found| read(rule.unit, &found, text)) {
            return Some(found);
        }
    }
    None
}

/// At most 2 KiB with the digits of all scripts as `0` to `9`, and halves and quarters written out.
fn plain(text: &str) -> Cow<'_, str> {
    let text = ascii_digits(prefix(text, 2048));
    let fraction = |ch: char| {
        Some(match ch {
            '½' => "1/2",
            '¼' => "1/4",
            '¾' => "3/4",
            _ => return None,
        })
    };
    if text.is_ascii() || !text.chars().any(|ch| fraction(ch).is_some()) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    for ch in text.chars() {
        match fraction(ch) {
            Some(written) => out.push_str(written),
            None => out.push(ch),
        }
    }
    Cow::Owned(out)
}

fn read(unit: &'static str, found: &Captures<'_>, text: &str) -> Option<Quantity> {
    let after = found.name("after").map_or("", |m| m.as_str()).trim_matches([' ', '-']).to_lowercase();
    let written = found.name("n").or_else(|| found.name("m"));
    let digit = |name| found.name(name).and_then(|m| m.as_str().parse::<i64>().ok()).map(Decimal::from);
    let quantity = match (written, digit("over"), digit("under")) {
        (Some(number), ..) => parse_amount(number.as_str())?,
        (None, Some(over), Some(under)) if over < under => over.checked_div(under)?.round_dp(6),
        (None, Some(_), _) => return None,
        _ => Decimal::ONE,
    };
    if quantity.is_zero() {
        return None;
    }
    let whole = quantity.is_integer();
    let capacity = CAPACITY.contains(&after.as_str());
    match unit {
        "round" if capacity || !whole || is_capacity(quantity, text) => return None,
        "box" if capacity => return None,
        // "5.56 can" is a calibre before a word; "5.56 can of 420" one can.
        "box" if !whole && found.name("size").is_none() => return None,
        // In a long text the word is one among many.
        "kit" if text.len() > 200 => return None,
        "piece" if !whole || after.starts_with(|c: char| c.is_ascii_digit()) => return None,
        "g" if whole && is_gauge(quantity, text) => return None,
        _ => {}
    }
    let pack_size = found.name("size").and_then(|m| parse_amount(m.as_str())).and_then(|size| u32::try_from(size).ok());
    if pack_size == Some(0) {
        return None;
    }
    let quantity = if unit == "box" && !whole { Decimal::ONE } else { quantity };
    Some(Quantity { quantity, unit, pack_size })
}

/// "12 g shells" is a bore, not a weight.
fn is_gauge(quantity: Decimal, text: &str) -> bool {
    [10, 12, 16, 20, 24, 28, 32, 36].iter().any(|bore| quantity == Decimal::from(*bore))
        && GAUGE_TALK.as_ref().is_some_and(|talk| talk.is_match(text))
}
