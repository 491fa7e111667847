//! How often the machine errs, and what the counts would be without its errors: estimated from what persons said of a sample.
//!
//! The listings are sampled within each category that the machine told (`crate::store::sample`), and a person says what each one is.
//! So for every told category it is known, within limits, which share of it is in truth what; weighted with the numbers of listings told,
//! these shares add up to the true numbers. That is double sampling after Tenenbein, "A double sampling scheme for estimating from
//! binomial data with misclassifications", J. Am. Stat. Assoc. 65 (1970); with errors estimated from a sample of the same listings it
//! gives what the correction of Rogan and Gladen, Am. J. Epidemiol. 107 (1978), gives. Variances are those of stratified sampling without
//! replacement; shares in them are moved off 0 and 1 by half a listing, so that a small sample without an error is not taken for certainty.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::tables::cells::LEAST;
use crate::export::tables::profile::Crosswalk;
use crate::store::sample::{Stratum, Told};

/// Fewer judged listings than this of a told category, unless they are all there are, say nothing of the whole.
pub const LEAST_JUDGED: usize = 10;
/// Standard deviations to each side that hold 95 of 100.
const Z: f64 = 1.96;

/// Supply listings by what the machine told.
pub type Strata = BTreeMap<String, Stratum>;

/// A share or a number with the bounds that hold it in 95 of 100 cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// What is known of one category of the tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The category.
    pub category: String,
    /// Listings told to be of it.
    pub told: u64,
    /// Of these in the sample.
    pub judged: u64,
    /// Of the sample right.
    pub right: u64,
    /// Share of the told ones that is right.
    pub precision: Option<Estimate>,
    /// How many listings of all are in truth of it.
    pub corrected: Option<Estimate>,
}

/// The rows of all categories that were told or that a person named.
pub fn rows(strata: &Strata, crosswalk: &Crosswalk) -> Vec<Row> {
    let show = |(category, subtype): &Told| crosswalk.of(category, subtype).0;
    let whole = |category: &str| crosswalk.of(category, "").0;
    let categories: BTreeSet<String> = strata.iter().flat_map(|(told, stratum)| stratum.sample().map(show).chain([whole(told)])).collect();
    let row = |category: String| {
        let told: Vec<&Stratum> = strata.iter().filter(|(code, _)| whole(code) == category).map(|(_, stratum)| stratum).collect();
        let is_it = |label: &Told| show(label) == category;
        let listings = told.iter().map(|stratum| stratum.listings).sum();
        Row {
            told: listings,
            judged: told.iter().map(|stratum| stratum.sample().count() as u64).sum(),
            right: told.iter().map(|stratum| stratum.sample().filter(|label| is_it(label)).count() as u64).sum(),
            precision: total(told.iter().copied(), &is_it).filter(|_| listings > 0).map(|estimate| estimate.over(listings as f64)),
            corrected: total(strata.values(), &is_it),
            category,
        }
    };
    categories.into_iter().map(row).collect()
}

/// How many listings of these strata a person would call so; `None` where too little was judged.
fn total<'a>(strata: impl Iterator<Item = &'a Stratum>, is_it: &impl Fn(&Told) -> bool) -> Option<Estimate> {
    let (mut value, mut variance, mut least, mut most) = (0.0, 0.0, 0.0, 0.0);
    for stratum in strata {
        let (mut judged, mut hits) = (0_usize, 0_usize);
        for label in stratum.sample() {
            judged += 1;
            hits += usize::from(is_it(label));
        }
        let (listings, n, x) = (stratum.listings as f64, judged as f64, hits as f64);
        if judged < LEAST_JUDGED && n < listings {
            return None;
        }
        value += listings * x / n;
        least += x;
        most += listings - (n - x);
        if n < listings {
            let share = (x + 0.5) / (n + 1.0);
            variance += listings * listings * (1.0 - n / listings) * share * (1.0 - share) / (n - 1.0);
        }
    }
    let reach = Z * variance.sqrt();
    Some(Estimate { value, low: (value - reach).max(least), high: (value + reach).min(most) })
}

impl Estimate {
    fn over(self, whole: f64) -> Self {
        Self { value: self.value / whole, low: self.low / whole, high: self.high / whole }
    }

    fn cells(this: Option<Self>, digits: usize) -> [String; 3] {
        this.map(|one| [one.value, one.low, one.high].map(|figure| format!("{figure:.digits$}"))).unwrap_or_default()
    }
}

impl Row {
    /// The cells of the table, and what is withheld: everything of a category of which fewer than [`LEAST`] were told, for the number
    /// that is in truth of it would tell of single ones, and of one that is `withheld` for the sake of others.
    pub fn cells(&self, withheld: bool) -> (Vec<String>, Vec<&'static str>) {
        let few = withheld || self.told < LEAST as u64;
        let counts = [self.told, self.judged, self.right].map(|count| if few { String::new() } else { count.to_string() });
        let shown = |estimate: Option<Estimate>| estimate.filter(|_| !few);
        let suppressed = if few { vec!["listings"] } else { Vec::new() };
        let figures = Estimate::cells(shown(self.precision), 4).into_iter().chain(Estimate::cells(shown(self.corrected), 1));
        ([self.category.clone()].into_iter().chain(counts).chain(figures).chain([suppressed.join(" ")]).collect(), suppressed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(category: &str) -> Told {
        (category.to_owned(), String::new())
    }

    /// Listings of a stratum in the order of their ids: what a person says of each, none where nobody judged.
    fn stratum(labels: &[Option<&str>]) -> Stratum {
        let mut stratum = Stratum::default();
        for (n, label) in labels.iter().enumerate() {
            stratum.add(&format!("{n:04}"), label.map(told).as_ref(), 1);
        }
        stratum
    }

    #[test]
    fn counts_are_corrected_by_what_the_sample_shows() {
        // 100 told arms, of 20 judged 16 are; 1,000 told other goods, of 50 judged 1 is an arm.
        let arms: Vec<_> = (0..100).map(|n| (n < 20).then_some(if n % 5 == 0 { "other" } else { "arm" })).collect();
        let other: Vec<_> = (0..1_000).map(|n| (n < 50).then_some(if n == 7 { "arm" } else { "other" })).collect();
        let strata = Strata::from([("arm".to_owned(), stratum(&arms)), ("other".to_owned(), stratum(&other))]);
        let rows = rows(&strata, &Crosswalk::default());
        let arm = &rows[0];
        assert_eq!((arm.category.as_str(), arm.told, arm.judged, arm.right), ("arm", 100, 20, 16));
        let (precision, corrected) = (arm.precision.unwrap(), arm.corrected.unwrap());
        assert!((precision.value - 0.8).abs() < 1e-9 && precision.low > 0.6 && precision.high <= 0.96, "{precision:?}");
        assert!((corrected.value - 100.0).abs() < 1e-9, "80 of those told and 20 of the others");
        assert!(corrected.low >= 17.0 && corrected.low < 80.0 && corrected.high > 120.0 && corrected.high < 200.0, "{corrected:?}");
        assert!((rows[1].corrected.unwrap().value - 1_000.0).abs() < 1e-9);
    }

    #[test]
    fn what_was_judged_whole_is_certain_and_too_small_a_sample_says_nothing() {
        let strata = Strata::from([("arm".to_owned(), stratum(&[Some("arm"), Some("part"), Some("arm")]))]);
        let whole = rows(&strata, &Crosswalk::default());
        assert_eq!(whole[0].corrected, Some(Estimate { value: 2.0, low: 2.0, high: 2.0 }));
        assert_eq!((whole[1].category.as_str(), whole[1].told), ("part", 0));
        assert_eq!(whole[1].cells(false).1, ["listings"]);
        let strata = Strata::from([("arm".to_owned(), stratum(&[Some("arm"), Some("arm"), None, None]))]);
        let few = rows(&strata, &Crosswalk::default());
        assert_eq!((few[0].judged, few[0].precision, few[0].corrected), (2, None, None));
    }

    #[test]
    fn in_nineteen_of_twenty_samples_the_bounds_hold_the_truth() {
        // A told category of 400 with 30 in 100 wrong, judged 40 at a time at other places.
        let truth = |n: usize| (n * 7919) % 400 < 280;
        let held = (0..200)
            .filter(|shift| {
                let labels: Vec<_> =
                    (0..400).map(|n| (n < 40).then_some(if truth((n * 131 + shift * 37) % 400) { "arm" } else { "other" })).collect();
                let strata = Strata::from([("arm".to_owned(), stratum(&labels))]);
                rows(&strata, &Crosswalk::default())[0].corrected.is_some_and(|one| one.low <= 280.0 && 280.0 <= one.high)
            })
            .count();
        assert!(held >= 186, "{held} of 200");
    }
}
