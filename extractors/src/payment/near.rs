//! The words around a place in a text.

use std::ops::Range;

use aho_corasick::AhoCorasick;

/// At most so many bytes before and after the place, and the place itself left out, in lower case; cut at characters.
pub(super) fn around(text: &str, place: Range<usize>, before: usize, after: usize) -> String {
    let to = (place.end..=place.end.saturating_add(after).min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(place.end);
    let mut near = head(text, place.start, before).to_lowercase();
    // Words do not grow together over the place.
    near.push('\n');
    near.push_str(&text.get(place.end..to).unwrap_or_default().to_lowercase());
    near
}

/// At most so many bytes before `at`, cut at a character.
pub(super) fn head(text: &str, at: usize, bytes: usize) -> &str {
    let from = (at.saturating_sub(bytes)..=at).find(|from| text.is_char_boundary(*from)).unwrap_or(at);
    text.get(from..at).unwrap_or_default()
}

/// Words in lower case that are looked for together.
pub(super) struct Words(Option<AhoCorasick>);

impl Words {
    pub(super) fn new(words: impl IntoIterator<Item = &'static str>) -> Self {
        Self(AhoCorasick::new(words).ok())
    }

    /// The numbers of those that stand in the text with no letter or digit on either side, one for each place.
    pub(super) fn of(&self, text: &str) -> impl Iterator<Item = usize> {
        let found = self.0.iter().flat_map(move |words| words.find_overlapping_iter(text));
        let alone = |start: usize, end: usize| {
            let before = text.get(..start).and_then(|head| head.chars().next_back());
            let after = text.get(end..).and_then(|tail| tail.chars().next());
            !before.into_iter().chain(after).any(char::is_alphanumeric)
        };
        found.filter(move |one| alone(one.start(), one.end())).map(|one| one.pattern().as_usize())
    }
}
