//! Hints by style: how alike two accounts write and price. They are shown apart, only in a case, and unite nobody.
//!
//! Writing is compared by character n-grams of three to five characters, weighed by how rare they are among all accounts (tf-idf), as a cosine;
//! characters tell authors apart better than words do where texts are short (Stamatatos, "A survey of modern authorship attribution methods",
//! JASIST 60, 2009). What would tell goods and templates rather than writers is left out before: sentences that several accounts have, words of the
//! title, digits, addresses and keys.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::dice::fingerprint;

/// Characters of an account's own sentences from which on its writing is compared.
pub const LEAST_TEXT: usize = 400;
/// Bytes of own sentences that are kept of one account.
const MOST_TEXT: usize = 8_000;
/// A sentence that so many accounts have belongs to a template.
pub const TEMPLATE: u8 = 3;
/// N-grams that stand for an account, the weightiest ones.
const FEATURES: usize = 600;
/// N-grams are counted in so many places; two that meet in one count as one.
const PLACES: usize = 1 << 20;
/// Prices from which on their pattern is compared.
const LEAST_PRICES: u32 = 5;
/// Classes of prices: three of the cents, each by four of the last figure before them.
const PATTERNS: usize = 12;

/// Fitted by logistic regression on halves of real sellers' listings, see `docs/personas.md`: the log-odds of a cosine of 0 and for each 1 of it, for
/// one true account among [`FITTED_AMONG`].
const INTERCEPT: f64 = -7.0;
const SLOPE: f64 = 58.0;
const FITTED_AMONG: f64 = 120.0;
/// A hint is never surer: it was fitted where one site's sellers were compared with themselves.
const SUREST: f64 = 0.9;
/// Log-odds for prices that are wholly alike instead of half. Set by hand, low: a pattern that many sellers share tells little.
const PRICES: f64 = 0.8;

/// Texts of accounts, gathered one listing after the other.
#[derive(Debug, Default)]
pub struct Writings {
    number: HashMap<String, usize>,
    accounts: Vec<Writing>,
    /// Of each sentence the account that had it last, and how many had it.
    sentences: HashMap<u64, (usize, u8)>,
}

#[derive(Debug, Default)]
struct Writing {
    id: String,
    own: Vec<(u64, String)>,
    known: HashSet<u64>,
    bytes: usize,
    prices: [u32; PATTERNS],
}

impl Writings {
    /// Takes up a listing of an account, with the prices that it asks, decimal strings.
    pub fn add<'p>(&mut self, account: &str, title: &str, description: &str, prices: impl IntoIterator<Item = &'p str>) {
        let n = *self.number.entry(account.to_owned()).or_insert_with(|| {
            self.accounts.push(Writing { id: account.to_owned(), ..Writing::default() });
            self.accounts.len() - 1
        });
        let Some(writing) = self.accounts.get_mut(n) else { return };
        for pattern in prices.into_iter().filter_map(pattern) {
            if let Some(count) = writing.prices.get_mut(pattern) {
                *count += 1;
            }
        }
        let goods: HashSet<String> = title.split_whitespace().map(str::to_lowercase).collect();
        for sentence in description.split_inclusive(['.', '!', '?', '\n']) {
            let own = of_writer(sentence, &goods);
            let key = fingerprint(own.as_bytes());
            if own.chars().filter(|c| c.is_alphabetic()).count() < 8 || !writing.known.insert(key) {
                continue;
            }
            let had = self.sentences.entry(key).or_insert((n, 0));
            if had.1 == 0 || had.0 != n {
                *had = (n, had.1.saturating_add(1));
            }
            if writing.bytes + own.len() <= MOST_TEXT {
                writing.bytes += own.len();
                writing.own.push((key, own));
            }
        }
    }

    /// The model of what was gathered, without sentences that so many accounts have: [`TEMPLATE`], but for measurements.
    pub fn model(self, template: u8) -> Model {
        let mut documents = vec![0_u32; PLACES];
        let mut counted: Vec<Vec<(u32, f32)>> = Vec::with_capacity(self.accounts.len());
        for writing in &self.accounts {
            let mut counts = HashMap::<u32, f32>::new();
            let own = writing.own.iter().filter(|(key, _)| self.sentences.get(key).is_none_or(|had| had.1 < template));
            let mut characters = 0;
            for (_, sentence) in own {
                characters += sentence.chars().count();
                grams(sentence, |gram| *counts.entry(gram).or_default() += 1.0);
            }
            if characters < LEAST_TEXT {
                counts.clear();
            }
            for gram in counts.keys() {
                if let Some(count) = documents.get_mut(*gram as usize) {
                    *count += 1;
                }
            }
            counted.push(counts.into_iter().collect());
        }
        let all = counted.iter().filter(|counts| !counts.is_empty()).count() as f32;
        let vectors = counted.into_iter().map(|counts| weigh(counts, &documents, all)).collect();
        Model {
            among: all as usize,
            ids: self.accounts.iter().map(|writing| writing.id.clone()).collect(),
            number: self.number,
            vectors,
            prices: self.accounts.iter().map(|writing| writing.prices).collect(),
        }
    }
}

/// What a sentence tells of its writer: without the goods, figures and whatever is no word.
fn of_writer(sentence: &str, goods: &HashSet<String>) -> String {
    let mut own = String::with_capacity(sentence.len() + 2);
    own.push(' ');
    for word in sentence.split_whitespace() {
        if word.chars().count() > 24 || goods.contains(&word.to_lowercase()) {
            continue;
        }
        own.extend(word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }));
        own.push(' ');
    }
    own
}

/// N-grams of three to five characters, as places.
fn grams(text: &str, mut each: impl FnMut(u32)) {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    for size in 3..=5 {
        for window in ends.windows(size + 1) {
            if let (Some(from), Some(to)) = (window.first(), window.last())
                && let Some(gram) = text.get(*from..*to)
            {
                each((fingerprint(gram.as_bytes()) % PLACES as u64) as u32);
            }
        }
    }
}

fn weigh(counts: Vec<(u32, f32)>, documents: &[u32], all: f32) -> Vec<(u32, f32)> {
    let idf = |gram: u32| documents.get(gram as usize).map_or(0.0, |n| ((all + 1.0) / (*n as f32 + 1.0)).ln());
    let mut vector: Vec<(u32, f32)> = counts.into_iter().map(|(gram, n)| (gram, (1.0 + n.ln()) * idf(gram))).collect();
    vector.sort_by_key(|(gram, weight)| (Reverse(weight.to_bits()), *gram));
    vector.truncate(FEATURES);
    let length = vector.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|(_, weight)| *weight /= length.max(f32::MIN_POSITIVE));
    vector.sort_by_key(|(gram, _)| *gram);
    vector
}

/// The class of a price: its cents (none, just below a whole one, others) and the last figure before them (0, 5, 9, others).
fn pattern(amount: &str) -> Option<usize> {
    let (whole, cents) = amount.split_once('.').unwrap_or((amount, ""));
    let figure = whole.chars().last().filter(char::is_ascii_digit)?;
    let cents = match cents.trim_end_matches('0') {
        "" => 0,
        "99" | "95" | "9" | "90" | "98" => 1,
        _ => 2,
    };
    let last = match figure {
        '0' => 0,
        '5' => 1,
        '9' => 2,
        _ => 3,
    };
    Some(cents * 4 + last)
}

/// How alike two accounts are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// Cosine of their writing, 0 to 1.
    pub writing: f64,
    /// Share of prices with the same pattern, 0 to 1; half where one has few.
    pub prices: f64,
    /// Probability that both are one seller, if one account among all is.
    pub probability: f64,
}

/// Accounts as vectors.
#[derive(Debug)]
pub struct Model {
    among: usize,
    ids: Vec<String>,
    number: HashMap<String, usize>,
    vectors: Vec<Vec<(u32, f32)>>,
    prices: Vec<[u32; PATTERNS]>,
}

impl Model {
    /// Accounts, in the order in which they were gathered.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// How alike two accounts are; `None` where one of them wrote too little.
    pub fn likeness(&self, one: &str, other: &str) -> Option<Likeness> {
        let (one, other) = (*self.number.get(one)?, *self.number.get(other)?);
        let (mine, its) = (self.vectors.get(one)?, self.vectors.get(other)?);
        if mine.is_empty() || its.is_empty() {
            return None;
        }
        let writing = f64::from(cosine(mine, its));
        let prices = alike(self.prices.get(one)?, self.prices.get(other)?).unwrap_or(0.5);
        let odds = INTERCEPT + SLOPE * writing + PRICES * (2.0 * prices - 1.0) + (FITTED_AMONG / self.among.max(2) as f64).ln();
        Some(Likeness { writing, prices, probability: (1.0 / (1.0 + (-odds).exp())).min(SUREST) })
    }
}

fn cosine(one: &[(u32, f32)], other: &[(u32, f32)]) -> f32 {
    let (mut sum, mut rest) = (0.0, other);
    for (gram, weight) in one {
        let skip = rest.iter().take_while(|(its, _)| its < gram).count();
        rest = rest.get(skip..).unwrap_or_default();
        if let Some((its, its_weight)) = rest.first()
            && its == gram
        {
            sum += weight * its_weight;
        }
    }
    sum
}

fn alike(one: &[u32; PATTERNS], other: &[u32; PATTERNS]) -> Option<f64> {
    let total = |counts: &[u32; PATTERNS]| counts.iter().sum::<u32>();
    let (mine, its) = (total(one), total(other));
    if mine.min(its) < LEAST_PRICES {
        return None;
    }
    let share = |count: &u32, all: u32| f64::from(*count) / f64::from(all);
    Some(one.iter().zip(other).map(|(a, b)| share(a, mine).min(share(b, its))).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_writer_is_more_alike_than_others_and_templates_tell_nothing() {
        let template = "Please read the rules of this market before you order anything from anybody here.\n";
        let habits = [
            "u wont regret it mate, always fast n safe !! ",
            "Sehr geehrte Kunden, wir versenden ausschliesslich montags und donnerstags; ",
            "Greetings - kindly note that postage is included; tracking upon request. ",
        ];
        let mut writings = Writings::default();
        for (n, habit) in habits.iter().enumerate() {
            for half in ["a", "b"] {
                for good in 0..12 {
                    let words = ["north", "quick", "copper", "lamp", "cheap", "river", "stone", "cloud"];
                    let own = words[(good * 3 + n * 5 + usize::from(half == "b")) % 8];
                    let text = format!("{template}{habit}{own} {habit}. ");
                    writings.add(&format!("{n}{half}"), &format!("Lamp {good}"), &text, ["49.99", "120"]);
                }
            }
        }
        let model = writings.model(TEMPLATE);
        let like = |one: &str, other: &str| model.likeness(one, other).map_or(0.0, |likeness| likeness.writing);
        for n in 0..3 {
            for other in (0..3).filter(|other| *other != n) {
                assert!(like(&format!("{n}a"), &format!("{n}b")) > like(&format!("{n}a"), &format!("{other}b")) + 0.3, "{n} {other}");
            }
        }
        assert_eq!((pattern("49.99"), pattern("120"), pattern("0.06217822"), pattern("x")), (Some(6), Some(0), Some(8), None));
    }
}
