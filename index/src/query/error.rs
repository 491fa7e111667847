//! Why a query could not be read.

use thiserror::Error;

use crate::fields::FIELDS;

/// A query that can't be read, or can't be watched.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("column {column}: {message}; {hint}")]
pub struct QueryError {
    /// Character of the query, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl QueryError {
    pub(super) fn new(column: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { column, message: message.into(), hint: hint.into() }
    }

    pub(super) fn unknown_field(column: usize, name: &str) -> Self {
        let name: String = name.chars().take(40).collect();
        let wanted = name.to_ascii_lowercase().replace('-', "_");
        let names =
            FIELDS.iter().flat_map(|spec| std::iter::once(spec.name).chain(spec.aliases.iter().copied()).map(move |n| (n, spec.name)));
        let nearest = names.map(|(written, name)| (distance(&wanted, written), name)).min();
        let hint = match nearest {
            Some((steps, nearest)) if steps <= 1 + wanted.len() / 4 => {
                format!("did you mean `{nearest}:`? To search for the text, put it in quotes")
            }
            _ => {
                let all: Vec<_> = FIELDS.iter().map(|spec| spec.name).collect();
                format!("to search for the text, put it in quotes; fields are {}", all.join(", "))
            }
        };
        Self::new(column, format!("there is no field `{name}`"), hint)
    }
}

/// Levenshtein distance of two short strings.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut previous = i;
        let mut best = i + 1;
        if let Some(first) = row.first_mut() {
            *first = best;
        }
        for (cell, b) in row.iter_mut().skip(1).zip(right.bytes()) {
            best = (previous + usize::from(a != b)).min(*cell + 1).min(best + 1);
            previous = std::mem::replace(cell, best);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (left, right, steps) in [("", "abc", 3), ("vendor", "vender", 1), ("kitten", "sitting", 3), ("a", "a", 0)] {
            assert_eq!(distance(left, right), steps, "{left} {right}");
        }
    }

    #[test]
    fn the_nearest_field_is_proposed() {
        assert!(QueryError::unknown_field(1, "vender").hint.contains("`vendor:`"));
        assert!(QueryError::unknown_field(1, "ships-from").hint.contains("`ships_from:`"));
        assert!(QueryError::unknown_field(1, "http").hint.contains("fields are"));
    }
}
