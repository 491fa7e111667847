//! Counts of right and wrong values, and the measures made of them.

use std::collections::BTreeMap;

use serde::Serialize;

/// What became of one expected value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The value is that which was expected.
    Right,
    /// Another value than expected.
    Wrong,
    /// Expected, and nothing was read.
    Missing,
    /// Nothing is there, and something was read.
    Spurious,
}

/// How many values were right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "one count for each verdict")]
pub struct Tally {
    pub right: usize,
    pub wrong: usize,
    pub missing: usize,
    pub spurious: usize,
}

impl Tally {
    /// Counts a verdict.
    pub fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Right => self.right += 1,
            Verdict::Wrong => self.wrong += 1,
            Verdict::Missing => self.missing += 1,
            Verdict::Spurious => self.spurious += 1,
        }
    }

    /// Adds the counts of another.
    pub fn join(&mut self, other: Tally) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missing += other.missing;
        self.spurious += other.spurious;
    }

    /// Values that were expected.
    pub fn known(&self) -> usize {
        self.right + self.wrong + self.missing
    }

    /// Share of what was read that is right, 0 to 1; 1 where nothing was read.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong + self.spurious)
    }

    /// Share of what was expected that was read, 0 to 1; 1 where nothing was expected.
    pub fn recall(&self) -> f64 {
        share(self.right, self.known())
    }

    /// Harmonic mean of precision and recall, 0 to 1: a wrong value counts against both.
    pub fn f1(&self) -> f64 {
        share(2 * self.right, 2 * self.right + 2 * self.wrong + self.missing + self.spurious)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Tallies by field.
pub type Fields = BTreeMap<&'static str, Tally>;

/// Adds the tallies of `other` field by field.
pub fn join(fields: &mut Fields, other: &Fields) {
    for (field, tally) in other {
        fields.entry(field).or_default().join(*tally);
    }
}

/// The interval that holds the share `right` of `all` in 95 cases of 100 (E. B. Wilson 1927); none without cases.
pub fn wilson(right: u64, all: u64) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_964;
    if all == 0 {
        return None;
    }
    let (n, share) = (all as f64, right as f64 / all as f64);
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    Some((((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with statsmodels: proportion_confint(8, 10, method="wilson") and (0, 3).
    #[test]
    fn intervals_are_wilsons() {
        let near = |found: Option<(f64, f64)>, low: f64, high: f64| {
            let (one, other) = found.unwrap();
            assert!((one - low).abs() < 1e-4 && (other - high).abs() < 1e-4, "{one} {other}");
        };
        near(wilson(8, 10), 0.490_16, 0.943_32);
        near(wilson(0, 3), 0.0, 0.561_50);
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn a_wrong_value_counts_against_precision_and_recall() {
        let mut tally = Tally::default();
        for verdict in [Verdict::Right, Verdict::Right, Verdict::Wrong, Verdict::Missing, Verdict::Spurious, Verdict::Spurious] {
            tally.add(verdict);
        }
        assert_eq!((tally.known(), tally.precision(), tally.recall()), (4, 0.4, 0.5));
        assert!((tally.f1() - 2.0 * 0.4 * 0.5 / 0.9).abs() < 1e-12);
        assert_eq!((Tally::default().f1(), Tally::default().precision()), (1.0, 1.0));
    }
}
