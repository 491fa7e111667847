//! The digits of all scripts as `0` to `9`, with the way back to the text as it was written.

use std::borrow::Cow;

/// A text whose digits are ASCII digits and that has no direction marks.
pub(super) struct Plain<'a> {
    pub(super) text: Cow<'a, str>,
    /// For each byte of `text` and its end, where it stands in the source; empty where both are the same.
    places: Vec<usize>,
}

impl<'a> Plain<'a> {
    pub(super) fn of(source: &'a str) -> Self {
        if source.is_ascii() || !source.chars().any(|ch| other(ch).is_some()) {
            return Self { text: Cow::Borrowed(source), places: Vec::new() };
        }
        let mut text = String::with_capacity(source.len());
        let mut places = Vec::with_capacity(source.len() + 1);
        let mut chars = source.char_indices().peekable();
        let mut raised = false;
        while let Some((at, ch)) = chars.next() {
            let plain = match other(ch) {
                Some(Some(plain)) => plain,
                Some(None) => continue,
                None => ch,
            };
            let is_raised = superscript(ch).is_some();
            // "12⁹⁹" is a price with raised cents, "10²" a square.
            if is_raised && !raised {
                let second = chars.peek().is_some_and(|(_, next)| superscript(*next).is_some());
                if !second || !text.ends_with(|c: char| c.is_ascii_digit()) {
                    text.push(ch);
                    places.resize(text.len(), at);
                    continue;
                }
                text.push('.');
                places.resize(text.len(), at);
            }
            raised = is_raised;
            text.push(plain);
            places.resize(text.len(), at);
        }
        places.push(source.len());
        Self { text: Cow::Owned(text), places }
    }

    /// Where a byte of `text` stands in the source.
    pub(super) fn place(&self, at: usize) -> usize {
        self.places.get(at).copied().unwrap_or(at)
    }
}

/// Whether a text holds a digit of any script that [`super::find_prices`] reads.
pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) || (!text.is_ascii() && text.chars().any(|ch| digit(ch).is_some()))
}

fn digit(ch: char) -> Option<char> {
    let zero = match ch {
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '०'..='९' => '०',
        '০'..='৯' => '০',
        '๐'..='๙' => '๐',
        '０'..='９' => '０',
        _ => return None,
    };
    char::from_digit(u32::from(ch) - u32::from(zero), 10)
}

fn superscript(ch: char) -> Option<char> {
    "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|own| own == ch).and_then(|value| char::from_digit(u32::try_from(value).ok()?, 10))
}

/// What a character stands for; `Some(None)` for those that only set the direction of writing.
fn other(ch: char) -> Option<Option<char>> {
    if ch < '\u{b2}' {
        return None;
    }
    match ch {
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{61c}' | '\u{feff}' => Some(None),
        '！'..='～' => char::from_u32(u32::from(ch) - 0xfee0).map(Some),
        _ => digit(ch).or_else(|| superscript(ch)).map(Some),
    }
}
