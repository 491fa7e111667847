//! From listings in common to who copies whom.
//!
//! A source is a replica of another one when at least [`LEAST`] of its listings, and [`SHARE`] of all that are known of it, stand there too:
//! with the same key, title and vendor. Prices and texts are not asked, as they change, and payment details are what a fraudulent copy
//! exchanges. Of two that are copies of each other the one that was seen first is the original. What an operator says goes before.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{LEAST, Replica};
use crate::config::NO_REPLICA;

/// Share of a replica's listings that its original has too, at least.
const SHARE: f64 = 0.8;

/// How much is known of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Catalogue {
    pub(super) listings: i64,
    /// Microseconds.
    pub(super) first_seen: i64,
}

/// The replicas among sources. `pairs` are two sources and how many listings they have in common; `told` is what operators say.
pub(super) fn judge(
    pairs: &[(String, String, i64)],
    catalogues: &HashMap<String, Catalogue>,
    told: &BTreeMap<&str, &str>,
) -> BTreeMap<String, Replica> {
    let known = |source: &str| catalogues.get(source);
    let within =
        |source: &str, shared: i64| shared >= LEAST && known(source).is_some_and(|one| shared as f64 >= SHARE * one.listings as f64);
    let age = |source: &str| (known(source).map_or(i64::MAX, |one| one.first_seen), source.to_owned());
    let listings = |source: &str| known(source).map_or(0, |one| one.listings);
    let mut found = BTreeMap::<String, Replica>::new();
    for (source, other, shared) in pairs {
        let mutual = within(other, *shared);
        if told.contains_key(source.as_str()) || !within(source, *shared) || mutual && age(source) < age(other) {
            continue;
        }
        // The oldest of several: all copies of one site get the same original.
        if found.get(source).is_none_or(|best| age(other) < age(&best.original)) {
            let replica = Replica { original: other.clone(), shared: *shared, listings: listings(source), told: false };
            found.insert(source.clone(), replica);
        }
    }
    for (source, original) in
        told.iter().filter(|(source, original)| **original != NO_REPLICA && known(original).is_some() && source != original)
    {
        let shared = pairs.iter().find(|(one, other, _)| one == source && other == original).map_or(0, |pair| pair.2);
        found.insert((*source).to_owned(), Replica { original: (*original).to_owned(), shared, listings: listings(source), told: true });
    }
    at_their_first(found)
}

/// Follows copies of copies. Where the links lead in a circle, the member of it that comes first by name is the original.
fn at_their_first(direct: BTreeMap<String, Replica>) -> BTreeMap<String, Replica> {
    let first = |source: &str| {
        let (mut at, mut passed) = (source, HashSet::new());
        while let Some(next) = direct.get(at) {
            if !passed.insert(at) {
                let mut circle = vec![at];
                let mut turn = next.original.as_str();
                while turn != at {
                    circle.push(turn);
                    turn = direct.get(turn).map_or(at, |one| &one.original);
                }
                return circle.into_iter().min().unwrap_or(at).to_owned();
            }
            at = &next.original;
        }
        at.to_owned()
    };
    let followed = direct.iter().map(|(source, one)| (source.clone(), Replica { original: first(source), ..one.clone() }));
    followed.filter(|(source, one)| *source != one.original).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sources by name, with their listings; the first one is the oldest.
    fn known(sources: &[(&str, i64)]) -> HashMap<String, Catalogue> {
        let at = |(age, (name, listings)): (usize, &(&str, i64))| {
            ((*name).to_owned(), Catalogue { listings: *listings, first_seen: age as i64 })
        };
        sources.iter().enumerate().map(at).collect()
    }

    fn both(pairs: &[(&str, &str, i64)]) -> Vec<(String, String, i64)> {
        pairs.iter().flat_map(|(a, b, n)| [((*a).to_owned(), (*b).to_owned(), *n), ((*b).to_owned(), (*a).to_owned(), *n)]).collect()
    }

    fn originals(pairs: &[(&str, &str, i64)], sources: &[(&str, i64)], told: &[(&str, &str)]) -> Vec<(String, String)> {
        let told = told.iter().copied().collect();
        judge(&both(pairs), &known(sources), &told).into_iter().map(|(source, one)| (source, one.original)).collect()
    }

    fn pair(source: &str, original: &str) -> (String, String) {
        (source.to_owned(), original.to_owned())
    }

    #[test]
    fn a_catalogue_within_another_is_its_replica() {
        let sources = [("m", 100), ("copy", 96), ("part", 10), ("cousin", 100), ("tiny", 4)];
        let pairs = [("m", "copy", 90), ("m", "part", 9), ("m", "cousin", 70), ("m", "tiny", 4), ("copy", "part", 9)];
        assert_eq!(originals(&pairs, &sources, &[]), [pair("copy", "m"), pair("part", "m")]);
    }

    #[test]
    fn an_original_that_is_met_after_its_copy_takes_the_place_only_where_it_has_more() {
        assert_eq!(originals(&[("copy", "m", 10)], &[("copy", 10), ("m", 100)], &[]), [pair("copy", "m")]);
        assert_eq!(originals(&[("copy", "m", 95)], &[("copy", 100), ("m", 100)], &[]), [pair("m", "copy")]);
    }

    #[test]
    fn a_copy_of_a_copy_is_one_of_the_first_and_circles_end() {
        let sources = [("m", 200), ("a", 100), ("b", 90)];
        assert_eq!(originals(&[("m", "a", 85), ("a", "b", 88)], &sources, &[]), [pair("a", "m"), pair("b", "m")]);
        assert_eq!(originals(&[], &sources, &[("m", "b"), ("b", "a"), ("a", "m")]), [pair("b", "a"), pair("m", "a")]);
    }

    #[test]
    fn what_an_operator_says_goes_before() {
        let sources = [("m", 100), ("copy", 100)];
        assert_eq!(originals(&[("m", "copy", 100)], &sources, &[("copy", NO_REPLICA)]), []);
        assert_eq!(originals(&[], &sources, &[("m", "copy")]), [pair("m", "copy")]);
        assert_eq!(originals(&[], &sources, &[("m", "unheard")]), []);
    }
}
