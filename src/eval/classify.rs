//! How well categories, traits and fields are told, on listings with answers.

use std::collections::BTreeMap;

use serde_json::Value;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::record::{Firearm, Span};

use super::calibration::{self, Calibration};
use super::classes::{Count, Level, Pair, level};
use super::labelled::Labelled;
use super::tally::{Tally, Verdict};
use crate::pipeline::stage::on_all_cores;

/// A listing's answers beside those of the program.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// What a person said.
    pub line: Labelled,
    /// Category found.
    pub category: String,
    /// Subtype found.
    pub subtype: Option<String>,
    /// Coarse good found.
    pub good: Option<String>,
    /// Probability of the category.
    pub probability: f64,
    /// Intent found.
    pub intent: String,
    /// Traits found.
    pub traits: Vec<String>,
    /// Fields found.
    pub firearm: Firearm,
    /// Spans that decided.
    pub because: Vec<Span>,
}

impl Judged {
    /// The label; lines without one are never judged.
    pub fn expected(&self) -> &str {
        self.line.label.as_deref().unwrap_or("unknown")
    }

    fn wanted_controlled(&self, codebook: &Codebook) -> bool {
        codebook.is_controlled(self.expected(), self.line.subtype.as_deref())
    }

    fn found_controlled(&self, codebook: &Codebook) -> bool {
        codebook.is_controlled(&self.category, self.subtype.as_deref())
    }
}

/// Classifies all lines, on all cores, in order.
pub fn judge(codebook: &Codebook, lines: &[Labelled]) -> Vec<Judged> {
    on_all_cores(lines, |line| {
        let mut listing = line.listing();
        codebook.classify(&mut listing);
        let told = listing.classification.unwrap_or_default();
        Judged {
            line: line.clone(),
            category: told.category,
            subtype: told.subtype,
            good: told.good,
            probability: told.probability,
            intent: listing.intent,
            traits: listing.traits,
            firearm: listing.firearm.unwrap_or_default(),
            because: told.because,
        }
    })
}

/// The first level of a category.
pub fn first(code: &str) -> &str {
    code.split('.').next().unwrap_or(code)
}

/// All figures of a set.
#[derive(Debug, Clone)]
pub struct Report {
    /// Number of listings.
    pub listings: usize,
    /// Number of families.
    pub families: usize,
    /// Figures of the first level.
    pub first: Level,
    /// Figures of the second level.
    pub second: Level,
    /// Controlled goods against the rest.
    pub controlled: Count,
    /// Listings that are not controlled.
    pub harmless: usize,
    /// Firearms against the rest.
    pub firearms: Count,
    /// Ammunition called a firearm, of how many.
    pub rounds_called_firearms: (usize, usize),
    /// Answers that abstain.
    pub abstained: usize,
    /// Of the answers that do not abstain.
    pub calibration: Calibration,
    /// Subtypes, goods and intents, where they are labelled and the category is right.
    pub codes: BTreeMap<&'static str, Tally>,
    /// By trait.
    pub traits: BTreeMap<String, Tally>,
    /// By field of the arm, part or round.
    pub fields: BTreeMap<String, Tally>,
    /// First level: expected, found, number; the most frequent first.
    pub confusions: Vec<(String, String, usize)>,
}

impl Report {
    /// Harmless listings called controlled, in 10,000.
    pub fn false_alarms(&self) -> f64 {
        f64::from(self.controlled.false_positive) * 10_000.0 / self.harmless.max(1) as f64
    }
}

/// Counts everything.
pub fn report(codebook: &Codebook, judged: &[Judged]) -> Report {
    let pairs = |of: for<'a> fn(&'a str) -> &'a str| -> Vec<Pair<'_>> {
        judged.iter().map(|one| Pair { expected: of(one.expected()), found: of(&one.category), family: one.line.family() }).collect()
    };
    let firsts = pairs(first);
    let binary = |of: &dyn Fn(&Judged) -> (bool, bool)| {
        let mut count = Count::default();
        for one in judged {
            match of(one) {
                (true, true) => count.right += 1,
                (true, false) => count.false_negative += 1,
                (false, true) => count.false_positive += 1,
                (false, false) => {}
            }
        }
        count
    };
    let rounds: Vec<&Judged> = judged.iter().filter(|one| first(one.expected()) == "ammunition").collect();
    let answered: Vec<(f64, bool)> =
        judged.iter().filter(|one| one.category != "unknown").map(|one| (one.probability, one.category == one.expected())).collect();
    let mut confused: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for pair in firsts.iter().filter(|pair| pair.expected != pair.found) {
        *confused.entry((pair.expected, pair.found)).or_default() += 1;
    }
    let mut confusions: Vec<(String, String, usize)> =
        confused.into_iter().map(|((expected, found), count)| (expected.to_owned(), found.to_owned(), count)).collect();
    confusions.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
    let families: std::collections::BTreeSet<&str> = judged.iter().map(|one| one.line.family()).collect();
    Report {
        listings: judged.len(),
        families: families.len(),
        first: level(&firsts),
        second: level(&pairs(|code| code)),
        controlled: binary(&|one| (one.wanted_controlled(codebook), one.found_controlled(codebook))),
        harmless: judged.iter().filter(|one| !one.wanted_controlled(codebook)).count(),
        firearms: binary(&|one| (first(one.expected()) == "firearm", first(&one.category) == "firearm")),
        rounds_called_firearms: (rounds.iter().filter(|one| first(&one.category) == "firearm").count(), rounds.len()),
        abstained: judged.len() - answered.len(),
        calibration: calibration::of(&answered),
        codes: codes(judged),
        traits: traits(judged),
        fields: fields(codebook, judged),
        confusions,
    }
}

fn verdict(expected: &str, found: Option<&str>) -> Verdict {
    match found {
        Some(found) if found == expected => Verdict::Right,
        Some(_) => Verdict::Wrong,
        None => Verdict::Missing,
    }
}

fn codes(judged: &[Judged]) -> BTreeMap<&'static str, Tally> {
    let mut codes: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for one in judged {
        let same = one.category == one.expected();
        let pairs = [
            ("subtype", one.line.subtype.as_deref().filter(|_| same), one.subtype.as_deref()),
            ("good", one.line.good.as_deref().filter(|_| same), one.good.as_deref()),
            ("intent", one.line.intent.as_deref(), Some(one.intent.as_str())),
        ];
        for (name, expected, found) in pairs {
            if let Some(expected) = expected {
                codes.entry(name).or_default().add(verdict(expected, found));
            }
        }
    }
    codes
}

/// A trait that is not labelled is not counted as spurious, as labels are seldom complete; one that is ruled out is.
fn traits(judged: &[Judged]) -> BTreeMap<String, Tally> {
    let mut traits: BTreeMap<String, Tally> = BTreeMap::new();
    for one in judged {
        for expected in &one.line.traits {
            let found = one.traits.contains(expected);
            traits.entry(expected.clone()).or_default().add(if found { Verdict::Right } else { Verdict::Missing });
        }
        for ruled_out in one.line.not_traits.iter().filter(|ruled_out| one.traits.contains(ruled_out)) {
            traits.entry(ruled_out.clone()).or_default().add(Verdict::Spurious);
        }
    }
    traits
}

/// Fields that are compared as they stand in the records.
const PLAIN: [&str; 11] =
    ["model", "capacity", "barrel_mm", "grains", "status", "make_mode", "condition", "action", "rounds", "casing", "calibre_basis"];

fn fields(codebook: &Codebook, judged: &[Judged]) -> BTreeMap<String, Tally> {
    let mut fields: BTreeMap<String, Tally> = BTreeMap::new();
    for one in judged {
        let Ok(Value::Object(found)) = serde_json::to_value(&one.firearm) else { continue };
        for (name, expected) in &one.line.fields {
            let found = found.get(name);
            let verdict = match name.as_str() {
                "calibres" => calibres(codebook, expected, &one.firearm),
                "maker" => same_text(expected, one.firearm.maker.as_deref()),
                "model" => same_text(expected, one.firearm.model.as_deref()),
                plain if PLAIN.contains(&plain) => match found {
                    None => Verdict::Missing,
                    Some(found) if text(found) == text(expected) => Verdict::Right,
                    Some(_) => Verdict::Wrong,
                },
                _ => continue,
            };
            fields.entry(name.clone()).or_default().add(verdict);
        }
    }
    fields
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Letters and digits decide; a maker's name may stand before a model's.
fn same_text(expected: &Value, found: Option<&str>) -> Verdict {
    let expected = letters(&text(expected));
    match found.map(letters) {
        None => Verdict::Missing,
        Some(found) if found == expected || (!found.is_empty() && expected.ends_with(&found)) => Verdict::Right,
        Some(_) => Verdict::Wrong,
    }
}

/// One of the expected calibres, under any of its names, is among those that were found.
fn calibres(codebook: &Codebook, expected: &Value, arm: &Firearm) -> Verdict {
    let expected: Vec<String> = match expected {
        Value::Array(all) => all.iter().map(text).collect(),
        one => vec![text(one)],
    };
    if arm.calibre_ids.is_empty() {
        return Verdict::Missing;
    }
    let right = expected.iter().any(|name| codebook.calibre_ids(name).iter().any(|id| arm.calibre_ids.iter().any(|found| found == id)));
    if right { Verdict::Right } else { Verdict::Wrong }
}
