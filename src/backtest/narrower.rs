//! What would narrow a question: words and values that part its hits, each with what it leaves.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use vigie_index::{Query, Searcher};

use super::counting;

/// Words that are proposed.
const WORDS: usize = 10;
/// Fields whose values are proposed, and how many of each.
const FIELDS: [&str; 4] = ["category", "subtype", "source", "intent"];
const VALUES: usize = 4;

/// A word or value, put behind `AND`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Narrower {
    /// In the query language.
    pub and: String,
    /// Hits that it leaves, exact.
    pub left: u64,
    /// Of a word: how many times as frequent it is among the hits as in the whole index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<f64>,
}

/// Words first, those that stand out most before others; then values by field, the most frequent first.
pub(super) fn all(searcher: &Searcher, query: &Query, hits: u64) -> Result<Vec<Narrower>> {
    let times = |left: u64, held: u64| share(left, hits) / share(held, searcher.len()).max(f64::MIN_POSITIVE);
    let words = searcher.narrowing(query, WORDS)?.into_iter();
    let mut found: Vec<Narrower> =
        words.map(|word| Narrower { times: Some(times(word.left, word.held)), and: word.word, left: word.left }).collect();
    let mut counts = searcher.search(query, &counting(&FIELDS))?.counts;
    for field in FIELDS {
        let mut values = counts.remove(field).unwrap_or_default();
        if field == "category" {
            values = with_those_above(values);
        }
        values.retain(|(_, count)| parts(*count, hits));
        for (value, _) in values.into_iter().take(VALUES) {
            let and = term(field, &value);
            if let Ok(asking) = Query::parse(&and, 0) {
                found.push(Narrower { and, left: searcher.count(&query.and(&asking))?, times: None });
            }
        }
    }
    Ok(found)
}

/// Whether a value parts hits: from a tenth to six tenths of them have it.
fn parts(count: u64, hits: u64) -> bool {
    count * 10 >= hits && count * 10 <= hits * 6
}

#[expect(clippy::cast_precision_loss, reason = "counts of listings need no 53 bits")]
fn share(count: u64, all: u64) -> f64 {
    count as f64 / all.max(1) as f64
}

/// Counts of codes with those of the codes above them, which hold them too; most frequent first.
fn with_those_above(counts: Vec<(String, u64)>) -> Vec<(String, u64)> {
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for (code, count) in counts {
        for (dot, _) in code.match_indices('.') {
            *sums.entry(code.get(..dot).unwrap_or_default().to_owned()).or_default() += count;
        }
        *sums.entry(code).or_default() += count;
    }
    let mut sums: Vec<(String, u64)> = sums.into_iter().collect();
    sums.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    sums
}

/// A whole value in a field, in the query language.
pub(super) fn term(field: &str, value: &str) -> String {
    let plain = value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '/')) && !value.is_empty();
    if plain { format!("{field}:{value}") } else { format!("{field}:\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_so_that_they_are_read_again() {
        for value in ["firearm.pistol", "a b", "a\"b\\", "-x", "(", "AND", "*"] {
            let query = term("source", value);
            assert!(Query::parse(&query, 0).is_ok(), "{query}");
        }
        assert_eq!(term("source", "shop-1"), "source:\"shop-1\"");
        let sums = with_those_above(vec![("a.b".into(), 2), ("a.c".into(), 1), ("d".into(), 4)]);
        assert_eq!(sums, [("d".into(), 4), ("a".into(), 3), ("a.b".into(), 2), ("a.c".into(), 1)]);
    }
}
