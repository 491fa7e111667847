//! Log-odds by category, and the decision: probability, alternatives, the spans that weighed most.

use crate::codebook::Codebook;
use crate::codebook::reading::Reading;
use crate::record::Span;

/// What no evidence at all leaves to every category, in log-odds.
const BASE: f32 = -2.0;
/// What abstaining starts from.
const UNKNOWN: f32 = 1.2;
/// Least probability of a first level by the rules alone: below it they abstain.
pub(super) const SURE: f64 = 0.35;
/// The same beside a model: its probabilities are calibrated, and `unknown` is one of the answers that it learnt.
pub(super) const SURE_LEARNT: f64 = 0.2;

/// What evidence stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Why<'a> {
    Word(&'a str),
    /// A category with its subtype.
    Lexicon(&'a str, Option<&'a str>),
}

/// What evidence rests on. Of many words few are given as reasons: their spans are made then.
#[derive(Debug, Clone)]
pub(crate) enum Ground<'a> {
    Words { reading: &'a Reading<'a>, first: usize, last: usize, why: Why<'a> },
    Span(Span),
}

impl Ground<'_> {
    fn span(&self) -> Span {
        match self {
            Self::Span(span) => span.clone(),
            Self::Words { reading, first, last, why } => {
                let why = match why {
                    Why::Word(word) => (*word).to_owned(),
                    Why::Lexicon(of, None) => ["lexicon:", of].concat(),
                    Why::Lexicon(of, Some(subtype)) => ["lexicon:", of, "/", subtype].concat(),
                };
                reading.span(*first, *last, why)
            }
        }
    }
}

/// Sums by code. A text speaks for few of them: going through those costs less than a tree.
#[derive(Debug)]
struct Sums<K>(Vec<(K, f32)>);

impl<K> Default for Sums<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord + Copy> Sums<K> {
    fn add(&mut self, key: K, weight: f32) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, sum)) => *sum += weight,
            None => self.0.push((key, weight)),
        }
    }

    /// The key with the largest sum among those that suit, the last by name of equal ones.
    fn best(&self, suits: impl Fn(&K, f32) -> bool) -> Option<K> {
        let suited = self.0.iter().filter(|(key, sum)| suits(key, *sum));
        suited.max_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0))).map(|(key, _)| *key)
    }
}

/// The table that rules, and later a model, write into.
#[derive(Debug, Default)]
pub(crate) struct Scores<'a> {
    by: Sums<&'a str>,
    /// For a firearm of whatever type.
    pub(crate) firearm: f32,
    subtypes: Sums<(&'a str, &'a str)>,
    goods: Sums<&'a str>,
    because: Vec<(&'a str, f32, Ground<'a>)>,
}

/// What is wanted of a decision.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// Probability below which no first level is named.
    pub(crate) least: f64,
    /// Categories beside the likeliest one.
    pub(crate) alternatives: usize,
    /// Spans.
    pub(crate) reasons: usize,
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

/// The likeliest category, and so many alternatives, with their probabilities: the likeliest of the likeliest first level first, others by size; `unknown` comes
/// first where no first level has the probability `least`. Goods may well be firearms of a type that the text leaves open.
pub(crate) fn shares<'c>(codebook: &'c Codebook, scores: &[f32], alternatives: usize, least: f64) -> Vec<(&'c str, f64)> {
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let odds: Vec<f32> = scores.iter().map(|score| (score - top).exp()).collect();
    let sum: f32 = odds.iter().sum();
    let shares: Vec<(usize, f64)> = codebook.levels().iter().copied().zip(odds.iter().map(|odds| f64::from(odds / sum))).collect();
    let all = || shares.iter().copied().enumerate();
    let mut levels = vec![0.0; codebook.levels().iter().max().map_or(0, |last| last + 1)];
    all().for_each(|(_, (level, share))| levels.get_mut(level).into_iter().for_each(|sum| *sum += share));
    let likeliest = levels.into_iter().enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
    let unknown = || codebook.categories().iter().position(|category| category.code == "unknown");
    let first = match likeliest {
        Some((level, sure)) if sure >= least => Some(level),
        _ => unknown().and_then(|at| codebook.levels().get(at)).copied(),
    };
    let better = |one: &(usize, (usize, f64)), other: &(usize, (usize, f64))| {
        one.1.1.total_cmp(&other.1.1).then_with(|| (Some(one.1.0) == first).cmp(&(Some(other.1.0) == first))).then(other.0.cmp(&one.0))
    };
    let lead = all().filter(|one| Some(one.1.0) == first).max_by(better).or_else(|| all().max_by(better));
    let mut best = Vec::with_capacity(1 + alternatives);
    best.extend(lead);
    while best.len() <= alternatives
        && let Some(next) = all().filter(|one| best.iter().all(|known| known.0 != one.0)).max_by(better)
    {
        best.push(next);
    }
    best.into_iter().filter_map(|(at, (_, share))| Some((codebook.categories().get(at)?.code.as_str(), share))).collect()
}

impl<'a> Scores<'a> {
    /// Adds evidence for a category, or for all firearms where `code` is `firearm`.
    pub(crate) fn add(&mut self, code: &'a str, weight: f32, ground: Option<Ground<'a>>) {
        if code == "firearm" {
            self.firearm += weight;
        } else {
            self.by.add(code, weight);
        }
        if let Some(ground) = ground.filter(|_| weight > 0.0 && self.because.len() < 200) {
            self.because.push((code, weight, ground));
        }
    }

    pub(crate) fn subtype(&mut self, category: &'a str, subtype: &'a str, weight: f32) {
        self.subtypes.add((category, subtype), weight);
    }

    pub(crate) fn good(&mut self, good: &'a str, weight: f32) {
        self.goods.add(good, weight);
    }

    pub(crate) fn of(&self, code: &str) -> f32 {
        self.by.0.iter().find(|(known, _)| *known == code).map_or(0.0, |(_, score)| *score)
    }

    /// Multiplies all evidence for firearms, what the arm is a part of or made for being named beside the goods.
    pub(crate) fn damp_firearms(&mut self, factor: f32) {
        self.firearm *= factor;
        for (_, score) in self.by.0.iter_mut().filter(|(code, _)| code.starts_with("firearm.")) {
            *score *= factor;
        }
    }

    /// Evidence for the likeliest type of firearm.
    pub(crate) fn typed(&self) -> f32 {
        let typed = self.by.0.iter().filter(|(code, _)| code.starts_with("firearm.") && *code != "firearm.other");
        typed.map(|(_, score)| *score).fold(0.0, f32::max)
    }

    /// Evidence of any kind.
    pub(crate) fn strongest(&self) -> f32 {
        self.by.0.iter().map(|(_, score)| *score).fold(self.firearm, f32::max)
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
    pub(crate) fn decide(&self, codebook: &Codebook, scores: &[f32], wanted: &Wanted) -> Decided {
        let Wanted { least, alternatives, reasons } = *wanted;
        let shares = shares(codebook, scores, alternatives, least);
        let round = |p: f64| (p * 10_000.0).round() / 10_000.0;
        let Some(&(category, probability)) = shares.first() else { return Decided::default() };
        let alternatives = shares.iter().skip(1).filter(|s| s.1 >= 0.01).map(|&(c, p)| (c.to_owned(), round(p))).collect();
        let subtype = self.subtypes.best(|(of, _), weight| *of == category && weight > 0.0).map(|(_, subtype)| subtype.to_owned());
        let subtype =
            subtype.or_else(|| codebook.category(category).and_then(|c| c.subtype.iter().find(|s| s.default)).map(|s| s.code.clone()));
        let good = if category == "non_weapon" { Some(self.goods.best(|_, _| true).unwrap_or("other").to_owned()) } else { None };
        Decided {
            category: category.to_owned(),
            subtype,
            good,
            probability: round(probability.min(0.999)),
            alternatives,
            because: self.reasons(category, reasons),
        }
    }

    fn reasons(&self, category: &str, most: usize) -> Vec<Span> {
        let suits = |code: &str| code == category || (code == "firearm" && category.starts_with("firearm."));
        let mut found: Vec<&(&str, f32, Ground<'_>)> = self.because.iter().filter(|(code, ..)| suits(code)).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut spans: Vec<Span> = Vec::new();
        for span in found.into_iter().map(|(_, _, ground)| ground.span()) {
            if !spans.iter().any(|known| known.meets(&span)) {
                spans.push(span);
            }
            if spans.len() == most {
                break;
            }
        }
        spans
    }
}
