//! Unites linked accounts into personas.
//!
//! The strongest link goes first, equal ones in the order of their accounts; one that would bring together what a person refused is left out. So
//! the result depends on the links and refusals alone, not on the order in which they were found, and a component without new facts keeps it.

use std::collections::{BTreeMap, BTreeSet};

/// Two accounts, as they are to be united.
#[derive(Debug, Clone, PartialEq)]
pub struct Union {
    /// The lesser account id.
    pub one: String,
    /// The greater one.
    pub other: String,
    /// Probability; 1 where a person confirmed it.
    pub probability: f64,
}

/// The order of two account ids in which a pair is written.
pub fn ordered(one: &str, other: &str) -> (String, String) {
    if one <= other { (one.to_owned(), other.to_owned()) } else { (other.to_owned(), one.to_owned()) }
}

/// Personas of two accounts and more: each its sorted accounts, sorted by the first.
pub fn personas(unions: &[Union], refused: &[(String, String)]) -> Vec<Vec<String>> {
    let mut unions: Vec<&Union> = unions.iter().collect();
    unions.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| (&a.one, &a.other).cmp(&(&b.one, &b.other))));
    let mut never = BTreeMap::<&str, BTreeSet<&str>>::new();
    for (one, other) in refused {
        never.entry(one).or_default().insert(other);
        never.entry(other).or_default().insert(one);
    }
    let mut of = BTreeMap::<&str, usize>::new();
    let mut sets: Vec<Vec<&str>> = Vec::new();
    for union in unions {
        let mut set_of = |account| {
            *of.entry(account).or_insert_with(|| {
                sets.push(vec![account]);
                sets.len() - 1
            })
        };
        let (a, b) = (set_of(&union.one), set_of(&union.other));
        let (Some(mine), Some(its)) = (sets.get(a), sets.get(b)) else { continue };
        let (small, large, into) = if mine.len() < its.len() { (mine, its, b) } else { (its, mine, a) };
        let apart = |account: &&str| never.get(account).is_some_and(|others| large.iter().any(|other| others.contains(other)));
        if a == b || small.iter().any(apart) {
            continue;
        }
        let moved = sets.get_mut(if into == a { b } else { a }).map(std::mem::take).unwrap_or_default();
        of.extend(moved.iter().map(|account| (*account, into)));
        if let Some(set) = sets.get_mut(into) {
            set.extend(moved);
        }
    }
    let mut found: Vec<Vec<String>> =
        sets.into_iter().filter(|set| set.len() > 1).map(|set| set.into_iter().map(str::to_owned).collect()).collect();
    found.iter_mut().for_each(|set| set.sort());
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    fn union(one: u64, other: u64, probability: f64) -> Union {
        let (one, other) = ordered(&format!("a{one}"), &format!("a{other}"));
        Union { one, other, probability }
    }

    #[test]
    fn what_a_person_refused_never_comes_together_by_whatever_way() {
        let unions = [union(1, 2, 0.95), union(2, 3, 0.99), union(3, 4, 0.91)];
        assert_eq!(personas(&unions, &[]), [["a1", "a2", "a3", "a4"]]);
        let refused = [("a1".to_owned(), "a4".to_owned())];
        assert_eq!(personas(&unions, &refused), [["a1", "a2", "a3"]], "the weakest link of the chain gives way");
    }

    #[test]
    fn the_order_of_links_changes_nothing() {
        let mut dice = Dice(7);
        for _ in 0..200 {
            let mut unions: Vec<Union> =
                (0..30).map(|_| union(dice.below(20), dice.below(20), 0.9 + dice.below(4) as f64 / 50.0)).collect();
            let refused: Vec<(String, String)> =
                (0..5).map(|_| ordered(&format!("a{}", dice.below(20)), &format!("a{}", dice.below(20)))).collect();
            let first = personas(&unions, &refused);
            for persona in &first {
                assert!(!refused.iter().any(|(one, other)| one != other && persona.contains(one) && persona.contains(other)));
            }
            for at in (1..unions.len()).rev() {
                unions.swap(at, dice.below(at as u64 + 1) as usize);
            }
            assert_eq!(personas(&unions, &refused), first);
        }
    }
}
