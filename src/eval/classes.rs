//! Right and wrong by class, and how far a figure would move with other listings of the same kinds: intervals by bootstrap over families.

use std::collections::{BTreeMap, BTreeSet};

use crate::dice::Dice;

/// Resamples of an interval.
const RESAMPLES: usize = 1_000;

/// One answer beside the one that was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair<'a> {
    /// What a person said.
    pub expected: &'a str,
    /// What was said of it; `unknown` where nothing was.
    pub found: &'a str,
    /// Near-duplicates share it.
    pub family: &'a str,
}

/// Counts of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Expected and found.
    pub right: u32,
    /// Found, another was expected.
    pub false_positive: u32,
    /// Expected, another was found.
    pub false_negative: u32,
}

impl Count {
    /// Share of what was found that is right; 1 where nothing was found.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.false_positive)
    }

    /// Share of what was expected that was found; 1 where nothing was expected.
    pub fn recall(&self) -> f64 {
        share(self.right, self.right + self.false_negative)
    }

    /// Harmonic mean of both.
    pub fn f1(&self) -> f64 {
        share(2 * self.right, 2 * self.right + self.false_positive + self.false_negative)
    }

    fn add(&mut self, other: Count) {
        self.right += other.right;
        self.false_positive += other.false_positive;
        self.false_negative += other.false_negative;
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

/// A figure with the interval that holds 95 of 100 resamples.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Interval {
    /// Of all listings.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// One class with its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Code.
    pub code: String,
    /// Counts.
    pub count: Count,
    /// F1.
    pub f1: Interval,
}

/// All classes of one level.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Those that were expected or found, by code.
    pub classes: Vec<Class>,
    /// Mean F1 of the classes that were expected.
    pub macro_f1: Interval,
    /// Share of right answers.
    pub micro: Interval,
}

/// Sums of counts by class, of a family or of a resample.
type Counts = Vec<Count>;

/// Scores `pairs`. Families are drawn with replacement, a thousand times; the same pairs give the same intervals.
pub fn level(pairs: &[Pair<'_>]) -> Level {
    let codes: BTreeSet<&str> = pairs.iter().flat_map(|pair| [pair.expected, pair.found]).collect();
    let place: BTreeMap<&str, usize> = codes.iter().enumerate().map(|(at, code)| (*code, at)).collect();
    let mut families: BTreeMap<&str, Vec<(usize, Count)>> = BTreeMap::new();
    for pair in pairs {
        let (Some(&expected), Some(&found)) = (place.get(pair.expected), place.get(pair.found)) else { continue };
        let family = families.entry(pair.family).or_default();
        if expected == found {
            family.push((expected, Count { right: 1, ..Count::default() }));
        } else {
            family.push((expected, Count { false_negative: 1, ..Count::default() }));
            family.push((found, Count { false_positive: 1, ..Count::default() }));
        }
    }
    let families: Vec<Vec<(usize, Count)>> = families.into_values().collect();
    let sum = |drawn: &mut dyn Iterator<Item = &Vec<(usize, Count)>>| {
        let mut counts: Counts = vec![Count::default(); codes.len()];
        for (at, count) in drawn.flatten() {
            if let Some(slot) = counts.get_mut(*at) {
                slot.add(*count);
            }
        }
        counts
    };
    let all = sum(&mut families.iter());
    let mut dice = Dice(0x5eed);
    let samples: Vec<Counts> = (0..RESAMPLES).map(|_| sum(&mut (0..families.len()).filter_map(|_| dice.pick(&families)))).collect();
    let figure = |of: &dyn Fn(&Counts) -> f64| interval(of(&all), samples.iter().map(of).collect());
    let classes = codes.iter().enumerate().map(|(at, code)| {
        let one = |counts: &Counts| counts.get(at).copied().unwrap_or_default();
        Class { code: (*code).to_owned(), count: one(&all), f1: figure(&|counts| one(counts).f1()) }
    });
    Level { classes: classes.collect(), macro_f1: figure(&macro_f1), micro: figure(&micro) }
}

/// Abstaining is no class that a listing could belong to.
fn macro_f1(counts: &Counts) -> f64 {
    let expected: Vec<f64> = counts.iter().filter(|count| count.right + count.false_negative > 0).map(Count::f1).collect();
    if expected.is_empty() { 1.0 } else { expected.iter().sum::<f64>() / expected.len() as f64 }
}

fn micro(counts: &Counts) -> f64 {
    let right = counts.iter().map(|count| count.right).sum();
    share(right, right + counts.iter().map(|count| count.false_negative).sum::<u32>())
}

fn interval(value: f64, mut samples: Vec<f64>) -> Interval {
    samples.sort_by(f64::total_cmp);
    let at = |share: f64| samples.get((share * (samples.len().max(1) - 1) as f64).round() as usize).copied().unwrap_or(value);
    Interval { value, low: at(0.025), high: at(0.975) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair<'a>(expected: &'a str, found: &'a str, family: &'a str) -> Pair<'a> {
        Pair { expected, found, family }
    }

    #[test]
    fn counts_are_those_of_the_textbook() {
        let pairs = [pair("a", "a", "1"), pair("a", "b", "2"), pair("b", "b", "3"), pair("c", "b", "4"), pair("c", "c", "5")];
        let level = level(&pairs);
        let b = &level.classes[1].count;
        assert_eq!((b.right, b.false_positive, b.false_negative), (1, 2, 0));
        assert!((b.f1() - 0.5).abs() < 1e-12 && (level.micro.value - 0.6).abs() < 1e-12);
        assert!((level.macro_f1.value - (2.0 / 3.0 + 0.5 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
        assert!(level.micro.low < 0.6 && level.micro.high > 0.6);
    }

    #[test]
    fn near_duplicates_move_together() {
        let one: Vec<String> = (0..400).map(|n| n.to_string()).collect();
        let apart: Vec<Pair<'_>> = (0..400).map(|n| pair("a", if n % 2 == 0 { "a" } else { "b" }, &one[n])).collect();
        let alike: Vec<Pair<'_>> = (0..400).map(|n| pair("a", if n % 2 == 0 { "a" } else { "b" }, &one[n % 4])).collect();
        let width = |pairs: &[Pair<'_>]| {
            let micro = level(pairs).micro;
            micro.high - micro.low
        };
        assert!(width(&alike) > 4.0 * width(&apart), "{} {}", width(&alike), width(&apart));
        assert_eq!(level(&apart), level(&apart));
    }
}
