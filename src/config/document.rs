//! Text to raw structs, with all unreadable entries noted rather than the first alone.

use super::problem::Problems;
use super::raw::TABLES;
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// More problems than anyone mends in one go; bounds the work on hostile files.
const MOST_PROBLEMS: usize = 50;

/// Reads `text`. An entry that does not fit is noted, cut out, and reading starts again without it: serde stops at the first error,
/// a person wants all of them.
pub(super) fn read<T: DeserializeOwned + Default>(text: &str, problems: &mut Problems) -> T {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    for error in errors.iter().take(MOST_PROBLEMS) {
        problems.at(offset(error.span()), format!("not TOML: {}", error.message()), "");
    }
    if !errors.is_empty() {
        problems.cut_all();
        // What follows a syntax error is often read wrongly; problems found there would mislead.
        return T::default();
    }
    for _ in 0..MOST_PROBLEMS {
        match T::deserialize(toml::Deserializer::from(table.clone())) {
            Ok(raw) => return raw,
            Err(error) => {
                let (what, hint) = explain(error.message());
                problems.at(offset(error.span()), what, hint);
                match error.span().and_then(|span| cut_table(table.get_mut(), &span)) {
                    Some(key) => problems.cut(key),
                    None => break,
                }
            }
        }
    }
    problems.cut_all();
    T::default()
}

fn offset(span: Option<Range<usize>>) -> usize {
    span.map_or(0, |span| span.start)
}

/// Removes the innermost entry whose key or value lies at `span`, and gives its key.
fn cut_table(table: &mut DeTable<'_>, span: &Range<usize>) -> Option<String> {
    let mut doomed = None;
    for (key, value) in table.iter_mut() {
        if key.span() == *span {
            doomed = Some(key.clone());
        } else if let Some(cut) = cut_value(key.get_ref(), value, span) {
            return Some(cut);
        } else if holds(&value.span(), span) {
            doomed = Some(key.clone());
        }
    }
    let key = doomed?;
    table.remove(&key).map(|_| key.get_ref().to_string())
}

/// The same within a value; an element that goes gives the key of its array.
fn cut_value(key: &str, value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<String> {
    match value.get_mut() {
        DeValue::Table(table) => cut_table(table, span),
        DeValue::Array(array) => {
            if let Some(cut) = array.iter_mut().find_map(|element| cut_value(key, element, span)) {
                return Some(cut);
            }
            let before = array.len();
            *array = array.iter().filter(|element| !holds(&element.span(), span)).cloned().collect();
            (array.len() < before).then(|| key.to_owned())
        }
        _ => None,
    }
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Turns serde's sentence into ours: what is wrong, and a hint from the names that would have been allowed.
fn explain(message: &str) -> (String, String) {
    let (kind, word) = match (quoted_after(message, "unknown field `"), quoted_after(message, "unknown variant `")) {
        (Some(word), _) => ("key", word),
        (_, Some(word)) => ("value", word),
        _ => return (message.to_owned(), String::new()),
    };
    let allowed: Vec<&str> =
        message.split_once("expected").map(|(_, rest)| rest.split('`').skip(1).step_by(2).collect()).unwrap_or_default();
    let list = allowed.join(", ");
    let elsewhere = || TABLES.iter().find_map(|(table, keys)| Some((table, nearest(word, keys)?))).filter(|_| kind == "key");
    let hint = match nearest(word, &allowed) {
        Some(near) => format!("did you mean `{near}`? Allowed here: {list}"),
        None => match elsewhere() {
            Some((table, near)) => format!("`{near}` stands under [{table}]. Allowed here: {list}"),
            None => format!("allowed here: {list}"),
        },
    };
    (format!("unknown {kind} `{word}`"), hint)
}

fn quoted_after<'a>(message: &'a str, prefix: &str) -> Option<&'a str> {
    message.strip_prefix(prefix)?.split('`').next()
}

/// The name at the least edit distance, if that is at most a third of the word (and at least 1).
fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let most = (word.chars().count() / 3).max(1);
    names.iter().map(|name| (distance(word, name), *name)).filter(|(d, _)| *d <= most).min().map(|(_, name)| name)
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (cb, above) in b.iter().zip(row.iter().skip(1)) {
            left = (left + 1).min(above + 1).min(diagonal + usize::from(ca != *cb));
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
