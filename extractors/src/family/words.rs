//! The words of a title that name the good: without quantities, prices, praise and talk of shipping.

use serde::{Deserialize, Serialize};

use super::alike::{is_writing, stands_for};
use super::bands::hash_all;
use super::goods::Goods;
use super::lexicon::List;
use super::numbers::article;
use super::tokens::{Kind, Token, tokens};
use crate::record::Listing;

/// Words that are kept.
const KEPT: usize = 64;

/// Milligrams from which on a weight is what is bought, where no pieces are counted.
const SOLD_BY_WEIGHT: f64 = 250.0;
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
    /// Hash of all words but quantities, praise and shipping too: a seller's own way of writing.
    pub(super) wording: u64,
}

impl Title {
    pub(super) fn of(listing: &Listing, goods: &Goods) -> Self {
        let shoots = goods.shoots();
        let mut title = Self { catalogue: shoots, ..Self::default() };
        title.articles.extend(listing.gtin.as_deref().and_then(article));
        let tokens = tokens(&listing.title);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token.kind {
                Kind::Code => title.code(&token.text),
                Kind::Number => at += usize::from(title.number(&tokens, at)),
                Kind::Word if title.names(&tokens, at) => title.words.push(token.text.clone()),
                Kind::Word | Kind::Sign => {}
            }
            at += 1;
        }
        // What is sold by weight alone is sold in milligrams too; a pill has so many of them, and fewer.
        title.counted = tokens.iter().any(|token| List::Counted.has(&token.text));
        title.weighed &= !title.counted;
        if !shoots && !title.counted {
            let milligrams = |figure: &str| figure.strip_suffix("mg").and_then(|weight| weight.parse::<f64>().ok());
            title.figures.retain(|figure| milligrams(figure).is_none_or(|weight| weight < SOLD_BY_WEIGHT));
        }
        let quantity = [List::Counted, List::Weighed, List::Step];
        let wording = tokens.iter().filter(|token| token.kind == Kind::Word && !quantity.iter().any(|list| list.has(&token.text)));
        title.wording = hash_all(wording.map(|token| token.text.as_str()));
        title.drop_names(listing, goods);
        title
    }

    /// Files the number at `at`. Returns whether the next token belongs to it.
    fn number(&mut self, tokens: &[Token], at: usize) -> bool {
        let word = text(tokens, at);
        let (before, next) = (at.checked_sub(1).map_or("", |at| text(tokens, at)), text(tokens, at + 1));
        let strength = STRENGTH.iter().find(|(unit, _)| *unit == next).map(|(_, unit)| *unit);
        // Grains and ounces are of a bullet or a load; of other goods they are what is bought.
        if let Some(unit) = strength.filter(|unit| self.catalogue || !matches!(*unit, "gr" | "oz")) {
            let reduction = unit == "%" && matches!(text(tokens, at + 2), "bulk" | "off" | "discount" | "extra");
            if !reduction {
                self.figures.push(format!("{word}{unit}"));
            }
            return true;
        }
        if next == "/" && is_fraction(tokens, at + 1) {
            self.weighed |= !self.catalogue;
            return true;
        }
        let first = at == 0 && !word.contains('.');
        let quantity = (List::Money.has(next) && at > 0)
            || List::Counted.has(next)
            || List::Weighed.has(next)
            || matches!(before, "x" | "of" | "$" | "€" | "£" | "per" | "@" | "buy" | "case" | "box")
            || (self.catalogue && (before == "/" || next == "/"))
            || (!self.catalogue && first && !List::Money.has(next));
        self.weighed |= !self.catalogue && List::Weighed.has(next);
        if !quantity || before == "#" {
            if word.len() >= 4 && !word.contains('.') { self.code(word) } else { self.words.push(word.to_owned()) }
        }
        false
    }

    /// Whether the word at `at` may name the good.
    fn names(&self, tokens: &[Token], at: usize) -> bool {
        let word = text(tokens, at);
        let (before, next) = (at.checked_sub(1).map_or("", |at| text(tokens, at)), text(tokens, at + 1));
        let way = List::Country.has(word) && (List::Way.has(before) || List::Way.has(next));
        let praise = !self.catalogue && List::Praise.has(word);
        !way && !praise && ![List::Filler, List::Counted, List::Weighed, List::Step].iter().any(|list| list.has(word))
    }

    /// Goods have the calibre in common: how a title writes its name says nothing more. Every offer of an arm has its maker and model.
    fn drop_names(&mut self, listing: &Listing, goods: &Goods) {
        let arm = listing.firearm.as_ref();
        let words = |name: &String| tokens(name).into_iter().map(|token| token.text);
        let calibres: Vec<String> = arm.iter().flat_map(|arm| &arm.calibres).flat_map(words).collect();
        self.words.retain(|word| !calibres.contains(word) && !calibres.iter().any(|name| is_writing(word, name, true)));
        self.settle();
        self.spell();
        let arm = arm.filter(|_| goods.category.starts_with("firearm"));
        let naming: Vec<String> = arm.iter().flat_map(|arm| arm.maker.iter().chain(&arm.model)).flat_map(words).collect();
        self.naming = self.words.iter().filter(|word| naming.contains(word)).count();
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
            && (self.codes.is_empty() || other.codes.is_empty() || self.codes.iter().any(|code| other.codes.contains(code)))
    }

    /// Whether both name one number of a maker, long enough to be no measure.
    pub(super) fn shares_code(&self, other: &Self) -> bool {
        self.codes.iter().any(|code| code.len() >= 5 && other.codes.contains(code))
    }
}

fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

/// Whether the tokens from `slash` on are the rest of a fraction of a unit: "1/2 oz".
fn is_fraction(tokens: &[Token], slash: usize) -> bool {
    let unit = text(tokens, slash + 2);
    tokens.get(slash + 1).is_some_and(|under| under.kind == Kind::Number) && (List::Weighed.has(unit) || List::Counted.has(unit))
}
