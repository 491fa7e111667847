//! The words of a title that name the good: without quantities, prices, praise and talk of shipping.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::alike::{is_writing, stands_for};
use super::goods::Goods;
use super::numbers::article;
use crate::html::prefix;
use crate::record::Listing;

/// Bytes of a title that are read.
const LONGEST: usize = 512;
/// Words that are kept.
const KEPT: usize = 64;

/// Words that say how many or how it travels, not what.
static FILLER: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("filler.txt").split_ascii_whitespace().collect());
/// Praise; in catalogues such words name a line of goods.
static PRAISE: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("praise.txt").split_ascii_whitespace().collect());
/// Units by which goods are counted or weighed out: the number beside them is a quantity.
const COUNTED: &[&str] = &[
    "x",
    "pc",
    "pcs",
    "piece",
    "pieces",
    "pill",
    "pills",
    "tab",
    "tabs",
    "tablet",
    "tablets",
    "cap",
    "caps",
    "capsule",
    "capsules",
    "blotter",
    "blotters",
    "seed",
    "seeds",
    "round",
    "rounds",
    "rd",
    "rds",
    "rnd",
    "rnds",
    "box",
    "boxes",
    "bx",
    "case",
    "cases",
    "cs",
    "ct",
    "count",
    "pack",
    "packs",
    "pk",
    "sachet",
    "sachets",
    "vial",
    "vials",
    "bar",
    "bars",
    "bottle",
    "bottles",
    "unit",
    "units",
    "account",
    "accounts",
    "card",
    "cards",
    "bag",
    "bags",
    "dose",
    "doses",
    "hit",
    "hits",
    "strip",
    "strips",
    "stamp",
    "stamps",
    "stk",
    "stuck",
    "patch",
    "patches",
    "xtc",
    "month",
    "months",
    "year",
    "years",
    "day",
    "days",
    "pages",
    "each",
    "fps",
    "шт",
    "штук",
    "patronen",
    "schuss",
    "cartouches",
    "cartuchos",
    "off",
    "per",
    "roll",
    "rolls",
    "carton",
    "sheet",
    "sheets",
    "cartons",
    "gel",
    "gels",
    "amps",
    "amp",
    "amps",
    "ampoules",
    "spray",
    "sprays",
    "joint",
    "joints",
];
/// Money: the number before it is a price, but for a note of that value, which the title begins with.
const MONEY: &[&str] = &["$", "€", "£", "usd", "eur", "euro", "euros", "gbp", "btc", "aud", "dollar", "dollars"];
/// Weights and volumes by which a good is weighed out, where it is no strength.
const WEIGHED: &[&str] = &[
    "g", "gm", "gms", "gr", "grs", "gram", "grams", "gramm", "gramme", "grammes", "grammi", "gramos", "kg", "kgs", "kilo", "kilos", "oz",
    "ozs", "ounce", "ounces", "lb", "lbs", "pound", "pounds", "ml", "mls", "l", "liter", "litre", "liters", "litres", "г", "гр", "кг",
];
/// Units of what a good is.
const STRENGTH: &[(&str, &str)] = &[
    ("mg", "mg"),
    ("mgs", "mg"),
    ("mcg", "ug"),
    ("ug", "ug"),
    ("ugl", "ug"),
    ("µg", "ug"),
    ("μg", "ug"),
    ("%", "%"),
    ("gb", "gb"),
    ("tb", "tb"),
    ("gr", "gr"),
    ("grain", "gr"),
    ("grains", "gr"),
    ("grn", "gr"),
    ("oz", "oz"),
    ("ounce", "oz"),
];

/// Countries that say whereto or whence, beside a word of [`WAY`].
const COUNTRY: &[&str] =
    &["uk", "usa", "us", "eu", "au", "aus", "australia", "canada", "nz", "nl", "germany", "holland", "europe", "world"];
/// Words of selling and shipping that make the country beside them no part of the good.
const WAY: &[&str] = &[
    "vendor", "vendors", "seller", "sellers", "only", "shipping", "ship", "ships", "dealer", "post", "postage", "express", "delivery",
    "del", "stock", "domestic", "within", "from", "to", "in", "free", "tracked", "based",
];

/// A title, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Title {
    /// Words and bare numbers that name the good, in order, each once.
    pub(super) words: Vec<String>,
    /// Strengths and weights that are of the good itself, sorted: "220mg", "55gr".
    pub(super) figures: Vec<String>,
    /// Makers' and shops' numbers: letters mixed with digits, or four digits and more; sorted.
    codes: Vec<String>,
    /// Global trade item numbers, sorted.
    pub(super) articles: Vec<u64>,
    /// How many of the words are the maker's name and the model of an arm.
    pub(super) naming: usize,
    /// Whether arms and rounds are offered, in the words of catalogues.
    pub(super) catalogue: bool,
    /// Whether the good is weighed out in grams or more, and no pieces are counted.
    weighed: bool,
    /// Whether pieces are counted.
    counted: bool,
}

impl Title {
    pub(super) fn of(listing: &Listing, goods: &Goods) -> Self {
        let tokens = tokens(&listing.title);
        let shoots = goods.shoots();
        let mut title = Self { catalogue: shoots, ..Self::default() };
        title.articles.extend(listing.gtin.as_deref().and_then(article));
        let arm = listing.firearm.as_ref();
        let words_of = |names: Vec<&String>| -> Vec<String> {
            names.into_iter().flat_map(|name| self::tokens(name)).map(|token| token.text).collect()
        };
        // Goods have the calibre in common; how a title writes its name says nothing more.
        let calibre = words_of(arm.map(|arm| arm.calibres.iter().collect()).unwrap_or_default());
        let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            let word = token.text.as_str();
            if token.kind == Kind::Code {
                title.code(word);
                continue;
            }
            if token.kind == Kind::Number {
                let next = text(at);
                let before = at.checked_sub(2).map_or("", text);
                let strength = STRENGTH.iter().find(|(unit, _)| *unit == next).map(|(_, unit)| *unit);
                match strength {
                    Some(unit @ ("gr" | "oz")) if shoots => {
                        title.figures.push(format!("{word}{unit}"));
                        at += 1;
                    }
                    Some("%") if matches!(text(at + 1), "bulk" | "off" | "discount" | "extra") => {}
                    Some(unit) if !matches!(unit, "gr" | "oz") => {
                        title.figures.push(format!("{word}{unit}"));
                        at += 1;
                    }
                    _ if next == "/" && part_of(&tokens, at) => at += 1,
                    _ if before == "#" => title.words.push(word.to_owned()),
                    _ if at == 1 && MONEY.contains(&next) => title.words.push(word.to_owned()),
                    _ if MONEY.contains(&next) => {}
                    _ if WEIGHED.contains(&next) => title.weighed = !shoots,
                    _ if COUNTED.contains(&next) => {}
                    _ if matches!(before, "x" | "of" | "$" | "€" | "£" | "per" | "@" | "buy" | "case" | "box" | "/")
                        && (shoots || before != "/") => {}
                    _ if next == "/" && shoots => {}
                    _ if at == 1 && !shoots && !word.contains('.') => {}
                    _ if word.len() >= 4 && !word.contains('.') => title.code(word),
                    _ => title.words.push(word.to_owned()),
                }
                continue;
            }
            if COUNTRY.contains(&word) && (WAY.contains(&text(at)) || WAY.contains(&at.checked_sub(2).map_or("", text))) {
                continue;
            }
            if token.kind == Kind::Word
                && !FILLER.contains(word)
                && (shoots || !PRAISE.contains(word))
                && !COUNTED.contains(&word)
                && !WEIGHED.contains(&word)
            {
                title.words.push(word.to_owned());
            }
        }
        // What is sold by weight alone is sold in milligrams too; a pill has that many.
        title.counted = tokens.iter().any(|token| COUNTED.contains(&token.text.as_str()));
        title.weighed &= !title.counted;
        if !shoots && !title.counted {
            title.figures.retain(|figure| {
                figure.strip_suffix("mg").and_then(|weight| weight.parse::<f64>().ok()).is_none_or(|weight| weight < 250.0)
            });
        }
        title.words.retain(|word| !calibre.contains(word) && !calibre.iter().any(|name| is_writing(word, name, true)));
        title.settle();
        title.spell();
        // Every offer of an arm has its maker and model.
        let arm = arm.filter(|_| goods.category.starts_with("firearm"));
        let naming = words_of(arm.map(|arm| arm.maker.iter().chain(&arm.model).collect()).unwrap_or_default());
        title.naming = title.words.iter().filter(|word| naming.contains(word)).count();
        title
    }

    fn code(&mut self, word: &str) {
        match article(word) {
            Some(number) => self.articles.push(number),
            None if word.len() < 11 => self.codes.push(word.to_owned()),
            None => {}
        }
    }

    fn settle(&mut self) {
        self.words.truncate(KEPT);
        let mut seen = Vec::with_capacity(self.words.len());
        self.words.retain(|word| {
            !seen.contains(word) && {
                seen.push(word.clone());
                true
            }
        });
        for list in [&mut self.figures, &mut self.codes] {
            list.truncate(KEPT);
            list.sort();
            list.dedup();
        }
        self.articles.sort_unstable();
        self.articles.dedup();
    }

    /// Takes out what only abbreviates other words of the title: "Full Metal Jacket (FMJ)".
    fn spell(&mut self) {
        if !self.catalogue {
            return;
        }
        let words = self.words.clone();
        let rest: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut at = 0;
        self.words.retain(|word| {
            at += 1;
            let (before, after) = (rest.get(..at - 1).unwrap_or_default(), rest.get(at..).unwrap_or_default());
            let told = |part: &[&str]| (2..=4).any(|length| part.windows(length).any(|row| stands_for(word, row, true)));
            !told(before) && !told(after)
        });
    }

    /// Takes over the figures of a copy where none are told.
    pub(super) fn fill(&mut self, copy: &Self) {
        if self.figures.is_empty() {
            self.figures.clone_from(&copy.figures);
        }
    }

    /// Whether no figure speaks against one article: those that both tell are the same.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        self.figures.is_empty() || other.figures.is_empty() || self.figures == other.figures
    }

    /// Whether figures are the same, told or not, and numbers of makers do not differ.
    pub(super) fn agrees_wholly(&self, other: &Self) -> bool {
        let milligrams = |figure: &&String| figure.ends_with("mg");
        // "1 g" and "500 mg" are steps of one ladder, two milligrams are two strengths.
        let by_weight = (self.weighed && !other.counted) || (other.weighed && !self.counted);
        (self.figures == other.figures
            || by_weight
                && self.weighed != other.weighed
                && self.figures.iter().filter(|one| !milligrams(one)).eq(other.figures.iter().filter(|one| !milligrams(one))))
            && (self.codes.is_empty() || other.codes.is_empty() || self.shares_code(other))
    }

    /// Whether both name one number of a maker.
    pub(super) fn shares_code(&self, other: &Self) -> bool {
        self.codes.iter().any(|code| code.len() >= 5 && other.codes.contains(code))
    }
}

/// Whether the tokens from `slash` on are the rest of a fraction of a unit: "1/2 oz".
fn part_of(tokens: &[Token], slash: usize) -> bool {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    tokens.get(slash + 1).is_some_and(|under| under.kind == Kind::Number)
        && (WEIGHED.contains(&text(slash + 2)) || COUNTED.contains(&text(slash + 2)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    Code,
    Sign,
}

#[derive(Debug, Clone)]
struct Token {
    text: String,
    kind: Kind,
}

/// Words in lower case without accents, numbers, and the signs that say what a number is.
fn tokens(title: &str) -> Vec<Token> {
    let folded: String = prefix(title, LONGEST).nfkd().filter(|one| !is_combining_mark(*one)).flat_map(char::to_lowercase).collect();
    let mut tokens = Vec::new();
    let mut run = String::new();
    let mut characters = folded.chars().peekable();
    while let Some(one) = characters.next() {
        let inner = matches!(one, '.' | ',')
            && run.ends_with(|last: char| last.is_ascii_digit())
            && characters.peek().is_some_and(char::is_ascii_digit);
        if one.is_alphanumeric() || inner {
            run.push(if one == ',' { '.' } else { one });
            continue;
        }
        cut(&mut tokens, &mut run);
        if matches!(one, '$' | '€' | '£' | '%' | '/' | '@' | '#') {
            tokens.push(Token { text: one.to_string(), kind: Kind::Sign });
        }
    }
    cut(&mut tokens, &mut run);
    tokens.truncate(4 * KEPT);
    tokens
}

/// Letters and digits in a row are one code, or words and numbers.
fn cut(tokens: &mut Vec<Token>, run: &mut String) {
    let run = std::mem::take(run);
    if run.is_empty() {
        return;
    }
    // A number of an article may follow a word without a space.
    let digits = run.len() - run.trim_end_matches(|one: char| one.is_ascii_digit()).len();
    if digits >= 12 && digits < run.len() {
        let (mut word, number) = (run[..run.len() - digits].to_owned(), run[run.len() - digits..].to_owned());
        cut(tokens, &mut word);
        tokens.push(Token { text: number, kind: Kind::Code });
        return;
    }
    if is_code(&run) {
        tokens.push(Token { text: run, kind: Kind::Code });
        return;
    }
    let figure = |one: char| one.is_ascii_digit() || one == '.';
    let mut rest = run.as_str();
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|one| figure(one) != figure(first)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        let (text, kind) = if figure(first) { (number(piece), Kind::Number) } else { (piece.to_owned(), Kind::Word) };
        tokens.push(Token { text, kind });
    }
}

/// "0.50" and ".5" are one number; digits alone keep their zeros.
fn number(digits: &str) -> String {
    match digits.split_once('.') {
        Some((whole, part)) if !part.contains('.') => {
            let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
            let whole = if whole.is_empty() { "0" } else { whole };
            if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
        }
        _ => digits.to_owned(),
    }
}

/// "h257100il", "pp22250": letters and digits that change more than once, or few letters before many digits. "7.62x54" is none.
fn is_code(run: &str) -> bool {
    let figure = |one: char| one.is_ascii_digit();
    if run.contains('.') || !run.is_ascii() {
        return false;
    }
    let changes = run.bytes().zip(run.bytes().skip(1)).filter(|(one, other)| one.is_ascii_digit() != other.is_ascii_digit()).count();
    let digits = run.chars().filter(|one| figure(*one)).count();
    let by = run.bytes().skip_while(u8::is_ascii_digit).take(1).any(|one| one == b'x') && run.starts_with(figure);
    match changes {
        0 => digits >= 9,
        1 => digits >= 4 && run.starts_with(|one: char| one.is_ascii_lowercase()),
        _ => run.len() >= 5 && !by,
    }
}
