//! Regular expressions that stay quick on texts beyond ASCII.
//!
//! The engine knows the word boundary `\b` in its quick form between ASCII characters only: a curly quote or a euro sign makes it read the
//! whole text at a hundredth of the speed. The same expression without its boundaries is met wherever the whole one is, needs no such
//! knowledge, and says no to most texts.

use std::sync::OnceLock;

use regex::{CaptureMatches, Captures, Match, Matches, Regex};

/// An expression, and what asks beforehand whether it may be met.
#[derive(Debug)]
pub(crate) struct Pattern {
    whole: Regex,
    loose: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Nothing where the text is no expression.
    pub(crate) fn new(text: &str) -> Option<Self> {
        Some(Self { whole: Regex::new(text).ok()?, loose: OnceLock::new() })
    }

    /// The expression, where it may be met in a text.
    fn on(&self, text: &str) -> Option<&Regex> {
        Some(&self.whole).filter(|_| text.is_ascii() || self.loose().is_none_or(|loose| loose.is_match(text)))
    }

    fn loose(&self) -> Option<&Regex> {
        let without = |text: &str| Some(text.replace(r"\b", "")).filter(|loose| loose != text);
        self.loose.get_or_init(|| without(self.whole.as_str()).and_then(|loose| Regex::new(&loose).ok())).as_ref()
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.on(text).is_some_and(|whole| whole.is_match(text))
    }

    pub(crate) fn find<'t>(&self, text: &'t str) -> Option<Match<'t>> {
        self.on(text)?.find(text)
    }

    pub(crate) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.on(text)?.captures(text)
    }

    pub(crate) fn find_iter<'r, 't>(&'r self, text: &'t str) -> std::iter::Flatten<std::option::IntoIter<Matches<'r, 't>>> {
        self.on(text).map(|whole| whole.find_iter(text)).into_iter().flatten()
    }

    pub(crate) fn captures_iter<'r, 't>(&'r self, text: &'t str) -> std::iter::Flatten<std::option::IntoIter<CaptureMatches<'r, 't>>> {
        self.on(text).map(|whole| whole.captures_iter(text)).into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_count_in_every_text() {
        let sold = Pattern::new(r"(?i)\bsold\b").expect("an expression");
        for (text, expected) in
            [("it is sold now", true), ("unsold", false), ("“sold” – thanks", true), ("“unsold” – sorry", false), ("ésold", false)]
        {
            assert_eq!(sold.is_match(text), expected, "{text}");
            assert_eq!(sold.find_iter(text).count(), usize::from(expected), "{text}");
            assert_eq!(sold.captures(text).is_some(), expected, "{text}");
        }
        assert!(sold.loose().is_some_and(|loose| loose.is_match("unsold")));
    }

    #[test]
    fn what_has_no_boundary_is_asked_once() {
        let plain = Pattern::new(r"(?:^|[^\p{L}])продан").expect("an expression");
        assert!(plain.loose().is_none());
        assert_eq!(plain.find("уже продан").map(|found| found.end()), Some("уже продан".len()));
    }
}
