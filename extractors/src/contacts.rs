//! Contacts: OpenPGP keys, e-mail, onion services, messengers.

mod armour;
mod email;
mod messenger;
mod onion;
pub(crate) mod pgp;
pub mod signed;
mod signs;

use crate::record::Indicator;
pub use onion::is_onion_service;
pub(crate) use signs::Signs;

/// All contacts of a text with these signs, each kind in the order of the text. `field` is left empty; readings may overlap.
pub(crate) fn find(text: &str, signs: &Signs) -> Vec<Indicator> {
    let mut found = if signs.armour { pgp::find(text, &armour::blocks(text)) } else { Vec::new() };
    if signs.onion {
        found.extend(onion::find(text));
    }
    found.extend(email::find(text, signs));
    found.extend(messenger::find(text, signs));
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
