//! How many of what is offered: pieces, rounds, boxes, grams.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use rust_decimal::Decimal;

use crate::money::parse_amount;

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
    pattern: Regex,
    unit: &'static str,
}

const NUMBER: &str = r"(?P<n>\d{1,3}(?:[.,' ]\d{3})+|\d{1,7}(?:[.,]\d{1,3})?)";
const PACK: &str = r"(?:box(?:es)?|packs?|packages?|lots?|cases?|bags?|cartons?|tins?|cans?|sleeves?|boite|bo[iî]tes?|paquets?|cartons?|schachteln?|packung(?:en)?|p[aä]ckchen|kartons?|cajas?|scatol[ae]|confezion[ei]|caixas?|doos|dozen|пач(?:ка|ки|ек)|короб(?:ка|ки|ок))";
const ROUND: &str = r"(?:rounds?|rnds?|rds?|cartridges?|shells?|ctgs?|schuss|schuß|patronen?|cartouches?|munitions|balles|cartuchos?|balas|colpi|cartucce|munições|patronen|kogels|патрон(?:а|ов|ы)?)";
const PIECE: &str =
    r"(?:pieces?|pcs?|pc|units?|count|ct|stücke?|stueck|stk|pi[eè]ces?|unit[eé]s?|piezas?|unidades|pezzi|peças|stuks?|шт(?:ук[аи]?)?)";
const FILE: &str = r"(?:files?|stls?|dateien|fichiers|archivos|файл(?:а|ов|ы)?)";

/// In this order: the first rule that matches decides.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let lines = [
        (format!(r"(?:{NUMBER}\s*(?:x\s*)?)?\b{PACK}\s*(?:of|à|a|de|mit|zu|von|da|di|van|по)\s*(?P<size>\d{{1,5}})\b"), "box"),
        (format!(r"\b{NUMBER}\s?[x×]\s?(?P<size>\d{{1,5}})\s*-?(?:{ROUND}|{PIECE})\b(?P<after>[\s-]*\w*)"), "box"),
        (format!(r"\b(?P<size>\d{{1,5}})[\s-]*(?:{ROUND}|{PIECE})?\s*(?:/|per|a|pro|par)\s*(?:{PACK})\b"), "box"),
        (format!(r"\b(?P<size>\d{{1,5}})[\s-]*(?:{ROUND}|{PIECE})\s*{PACK}\b"), "box"),
        (r"\b(?P<size>\d{1,4})-pack\b".to_owned(), "box"),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}[\s-]*{ROUND}\b\.?(?P<after>[\s-]*\w*)"), "round"),
        (r"(?:^|\s)(?P<size>\d{2,4})[\s/-]?(?:bx|ct|cnt|pk)\b".to_owned(), "box"),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}[\s-]*{PIECE}\b"), "piece"),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}\s?[x×](?:\s|$)(?P<after>\s*\d?)"), "piece"),
        (format!(r"^\s*[x×]\s?{NUMBER}\b|\s[x×]{NUMBER2}\s*$", NUMBER2 = NUMBER.replace("<n>", "<m>")), "piece"),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}\s?(?:kg|kilos?|kilogram(?:me|m)?s?)\b"), "kg"),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}\s?(?:g|gram(?:me|m|o|i)?s?|грамм(?:а|ов)?)\b(?P<after>\s*\w*)"), "g"),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}\s*{FILE}\b"), "file"),
        (format!(r"(?:^|[^\w.,$€£]){NUMBER}\s*{PACK}\b"), "box"),
        (r"\b(?:kit|bausatz|coffret)\b".to_owned(), "kit"),
    ];
    lines.into_iter().filter_map(|(text, unit)| Some(Rule { pattern: Regex::new(&format!("(?i){text}")).ok()?, unit })).collect()
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
];

static ARM_TALK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:pistols?|rifles?|revolvers?|shotguns?|carbines?|barrels?|bbl|brl|mags?|magazines?|slide|stock|semi-?auto|grips?|handgun|sights?|pistole|gewehr|fusil|pistolet)\b").ok()
});
static AMMUNITION_TALK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:\b(?:ammo|ammunition|fmj|jhp|hp|grains?|cartridges?|tmj|brass|bulk|munition|patronen|munitions|cartouches?)\b|\d\s?gr\b)",
    )
    .ok()
});

/// "Pistol 9mm 15 rounds" says what it holds, not what is sold.
fn is_capacity(rounds: Decimal, text: &str) -> bool {
    let says = |talk: &LazyLock<Option<Regex>>| talk.as_ref().is_some_and(|words| words.is_match(text));
    rounds <= Decimal::from(40) && says(&ARM_TALK) && !says(&AMMUNITION_TALK)
}

static GAUGE_TALK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:shotguns?|gauge|ga|shells?|buckshot|slugs?|birdshot|bore|flinte|fusil|cartridges?)\b").ok());

/// The first quantity told in a title or a label, or nothing.
///
/// "Box of 50" and "2 x 50 rounds" count boxes with a pack size; a capacity ("30 round magazine") is none. Only the first 2 KiB are read.
pub fn find(text: &str) -> Option<Quantity> {
    let mut end = text.len().min(2048);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    // Asking whether costs a fraction of asking where.
    for rule in RULES.iter().filter(|rule| rule.pattern.is_match(text)) {
        if let Some(found) = rule.pattern.captures_iter(text).find_map(|found| read(rule.unit, &found, text)) {
            return Some(found);
        }
    }
    None
}

fn read(unit: &'static str, found: &Captures<'_>, text: &str) -> Option<Quantity> {
    let after = found.name("after").map_or("", |m| m.as_str()).trim_matches([' ', '-']).to_lowercase();
    let written = found.name("n").or_else(|| found.name("m"));
    let quantity = match written {
        Some(number) => parse_amount(number.as_str())?,
        None => Decimal::ONE,
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
    let pack_size = found.name("size").and_then(|m| m.as_str().parse().ok());
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
