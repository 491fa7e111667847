//! Contacts: OpenPGP keys, e-mail, onion services, messengers.

mod email;
mod messenger;
mod onion;
mod pgp;

use crate::record::Indicator;

/// All contacts of a text, each kind in the order of the text. `field` is left empty; readings may overlap.
pub fn find(text: &str) -> Vec<Indicator> {
    let mut found = pgp::find(text);
    found.extend(onion::find(text));
    found.extend(email::find(text));
    found.extend(messenger::find(text));
    found
}

/// An indicator of `text[start..end]`.
fn indicator(kind: &str, value: String, verified: bool, text: &str, start: usize, end: usize) -> Indicator {
    let raw = text.get(start..end).unwrap_or_default().to_owned();
    Indicator { kind: kind.to_owned(), value, verified, raw, start, end, ..Indicator::default() }
}

/// At most `bytes` bytes before `at`, cut at a character.
fn text_before(text: &str, at: usize, bytes: usize) -> &str {
    let mut from = at.saturating_sub(bytes);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..at).unwrap_or_default()
}

/// At most `bytes` bytes from `at` on, cut at a character.
fn text_after(text: &str, at: usize, bytes: usize) -> &str {
    let mut to = text.len().min(at.saturating_add(bytes));
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    text.get(at..to).unwrap_or_default()
}
