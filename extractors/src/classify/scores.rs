//! Log-odds by category, and the decision: probability, alternatives, the spans that weighed most.

use crate::codebook::Codebook;
use crate::record::Span;
use std::collections::BTreeMap;

/// What no evidence at all leaves to every category, in log-odds.
const BASE: f32 = -2.0;
/// What abstaining starts from.
const UNKNOWN: f32 = 1.2;
/// Least probability of an answer: below it the classifier abstains.
const SURE: f64 = 0.35;

/// The table that rules, and later a model, write into.
#[derive(Debug, Default)]
pub(crate) struct Scores {
    by: BTreeMap<String, f32>,
    /// For a firearm of whatever type.
    pub(crate) firearm: f32,
    subtypes: BTreeMap<(String, String), f32>,
    goods: BTreeMap<String, f32>,
    because: Vec<(String, f32, Span)>,
    /// What the headline is made of, for the linear model (`signs.rs`).
    pub(crate) signs: Vec<u64>,
}

/// The decision for a listing or an item.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Decided {
    pub(crate) category: String,
    pub(crate) subtype: Option<String>,
    pub(crate) good: Option<String>,
    pub(crate) probability: f64,
    pub(crate) alternatives: Vec<(String, f64)>,
    pub(crate) because: Vec<Span>,
}

/// Probabilities by category: the likeliest of the likeliest first level first, the rest by size; `unknown` comes first where no first level
/// is [`SURE`]. Goods may well be firearms of a type that the text leaves open.
pub(crate) fn shares<'c>(codebook: &'c Codebook, scores: &[f32]) -> Vec<(&'c str, f64)> {
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let odds: Vec<f32> = scores.iter().map(|score| (score - top).exp()).collect();
    let sum: f32 = odds.iter().sum();
    let codes = codebook.categories().iter().map(|category| category.code.as_str());
    let mut shares: Vec<(&str, f64)> = codes.zip(odds).map(|(code, odds)| (code, f64::from(odds / sum))).collect();
    let mut levels: Vec<(&str, f64)> = Vec::with_capacity(shares.len());
    for (code, share) in &shares {
        match levels.iter_mut().find(|(known, _)| *known == level(code)) {
            Some((_, sum)) => *sum += share,
            None => levels.push((level(code), *share)),
        }
    }
    let (first, sure) = levels.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
    let first = if sure < SURE { "unknown" } else { first };
    shares.sort_by(|a, b| (level(b.0) == first).cmp(&(level(a.0) == first)).then(b.1.total_cmp(&a.1)));
    if let Some(rest) = shares.get_mut(1..) {
        rest.sort_by(|a, b| b.1.total_cmp(&a.1));
    }
    shares
}

/// The first level of a category.
fn level(code: &str) -> &str {
    code.split_once('.').map_or(code, |(first, _)| first)
}

impl Scores {
    /// Adds evidence for a category, or for all firearms where `code` is `firearm`.
    pub(crate) fn add(&mut self, code: &str, weight: f32, span: Option<Span>) {
        if code == "firearm" {
            self.firearm += weight;
        } else {
            match self.by.get_mut(code) {
                Some(score) => *score += weight,
                None => _ = self.by.insert(code.to_owned(), weight),
            }
        }
        if let Some(span) = span.filter(|_| weight > 0.0 && self.because.len() < 200) {
            self.because.push((code.to_owned(), weight, span));
        }
    }

    pub(crate) fn subtype(&mut self, category: &str, subtype: &str, weight: f32) {
        *self.subtypes.entry((category.to_owned(), subtype.to_owned())).or_default() += weight;
    }

    pub(crate) fn good(&mut self, good: &str, weight: f32) {
        *self.goods.entry(good.to_owned()).or_default() += weight;
    }

    pub(crate) fn of(&self, code: &str) -> f32 {
        self.by.get(code).copied().unwrap_or(0.0)
    }

    /// Multiplies all evidence for firearms, what the arm is a part of or made for being named beside the goods.
    pub(crate) fn damp_firearms(&mut self, factor: f32) {
        self.firearm *= factor;
        for (_, score) in self.by.iter_mut().filter(|(code, _)| code.starts_with("firearm.")) {
            *score *= factor;
        }
    }

    /// Evidence for the likeliest type of firearm.
    pub(crate) fn typed(&self) -> f32 {
        let typed = self.by.iter().filter(|(code, _)| code.starts_with("firearm.") && *code != "firearm.other");
        typed.map(|(_, score)| *score).fold(0.0, f32::max)
    }

    /// Evidence of any kind.
    pub(crate) fn strongest(&self) -> f32 {
        self.by.values().copied().fold(self.firearm, f32::max)
    }

    /// Scores by the rules alone, in the order of the codebook's categories.
    pub(crate) fn by_rules(&self, codebook: &Codebook) -> Vec<f32> {
        let typed = self.typed();
        let score = |code: &str| {
            let own = self.of(code);
            match code {
                "unknown" => UNKNOWN,
                // The type stays open only where nothing tells it.
                "firearm.other" => BASE + self.firearm + own - if typed > 0.3 { 2.0 + typed * 0.5 } else { 0.0 },
                _ if code.starts_with("firearm.") => BASE + own + if own > 0.0 { self.firearm } else { self.firearm.min(1.0) - 1.0 },
                _ => BASE + own,
            }
        };
        codebook.categories().iter().map(|category| score(&category.code)).collect()
    }

    /// The decision by scores in the order of the codebook's categories.
    pub(crate) fn decide(&self, codebook: &Codebook, scores: &[f32]) -> Decided {
        let shares = shares(codebook, scores);
        let round = |p: f64| (p * 10_000.0).round() / 10_000.0;
        let Some(&(category, probability)) = shares.first() else { return Decided::default() };
        let alternatives = shares.iter().skip(1).take(3).filter(|s| s.1 >= 0.01).map(|&(c, p)| (c.to_owned(), round(p))).collect();
        let best = |map: &mut dyn Iterator<Item = (&String, f32)>| map.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(code, _)| code.clone());
        let subtype = best(&mut self.subtypes.iter().filter(|((c, _), w)| c == category && **w > 0.0).map(|((_, s), w)| (s, *w)));
        let subtype =
            subtype.or_else(|| codebook.category(category).and_then(|c| c.subtype.iter().find(|s| s.default)).map(|s| s.code.clone()));
        let good = if category == "non_weapon" {
            Some(best(&mut self.goods.iter().map(|(g, w)| (g, *w))).unwrap_or_else(|| "other".to_owned()))
        } else {
            None
        };
        Decided {
            category: category.to_owned(),
            subtype,
            good,
            probability: round(probability.min(0.999)),
            alternatives,
            because: self.reasons(category),
        }
    }

    fn reasons(&self, category: &str) -> Vec<Span> {
        let mut found: Vec<&(String, f32, Span)> =
            self.because.iter().filter(|(code, ..)| code == category || (code == "firearm" && category.starts_with("firearm."))).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut spans: Vec<Span> = Vec::new();
        for (_, _, span) in found {
            if spans.len() < 8 && !spans.iter().any(|s| s.meets(span)) {
                spans.push(span.clone());
            }
        }
        spans
    }
}
