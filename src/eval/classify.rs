//! How well categories, traits and fields are told, on listings with answers.

use std::collections::BTreeMap;

use vigie_extractors::codebook::Codebook;

use super::calibration::{self, Calibration};
use super::classes::{Count, Level, Pair, level};
use super::fields::{self, Fields};
use super::judged::Judged;
use super::tally::{Tally, Verdict};

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
    pub fields: Fields,
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
        fields: fields::count(codebook, judged),
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
