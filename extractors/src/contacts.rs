//! Contacts: OpenPGP keys and signatures, e-mail, telephone, messengers, hidden services, bank accounts, links.
//! `docs/contacts.md` tells their writings and what proves them.

mod armour;
mod email;
mod phone;
mod rule;
mod links;
mod named;
mod matrix;
mod messenger;
mod onion;
mod i2p;
mod iban;
pub(crate) mod card;
mod url;
pub(crate) mod pgp;
pub mod signed;
mod signs;

use crate::record::Indicator;
pub use card::{CardKey, normal as card_number};
pub use onion::is_onion_service;
pub(crate) use signs::Signs;
pub(crate) use url::URL;

/// The kinds of contacts; `docs/contacts.md` has a row for each.
pub const KINDS: &[&str] = &[
    "pgp_key",
    "pgp_signature",
    "email",
    "jabber",
    "phone",
    "whatsapp",
    "signal",
    "viber",
    "telegram",
    "wickr",
    "session",
    "tox",
    "matrix",
    "threema",
    "discord",
    "icq",
    "simplex",
    "vk",
    "onion",
    "i2p",
    "iban",
    "card_number",
    "url",
];

/// All contacts of a text with these signs, each kind in the order of the text. `field` is left empty; readings may overlap.
pub(crate) fn find(text: &str, signs: &Signs, cards: Option<&CardKey>) -> Vec<Indicator> {
    let blocks = if signs.armour { armour::blocks(text) } else { Vec::new() };
    let mut found = email::find(text, signs);
    found.extend(messenger::find(text, signs));
    found.extend(named::find(text, signs));
    found.extend(links::find(text, signs));
    found.extend(matrix::find(text));
    found.extend(phone::find(text, signs));
    found.extend(iban::find(text, signs));
    found.extend(card::find(text, signs, cards));
    found.extend(url::find(text, signs));
    if signs.onion {
        found.extend(onion::find(text));
    }
    if signs.i2p {
        found.extend(i2p::find(text));
    }
    // What looks like a contact in armour is a part of its bytes.
    found.retain(|one| {
        let block = blocks.partition_point(|block| block.end <= one.start);
        blocks.get(block).is_none_or(|block| one.start < block.start)
    });
    found.extend(pgp::find(text, &blocks));
    found
}

/// Whether a link says more than the readings of its parts: not where it only leads to the account or the service that one of them names.
pub(crate) fn says_more<'i>(link: &Indicator, parts: impl IntoIterator<Item = &'i Indicator>) -> bool {
    parts.into_iter().all(|part| match part.kind.as_str() {
        "telegram" | "whatsapp" | "signal" | "threema" | "discord" | "simplex" | "vk" | "matrix" => false,
        "onion" | "i2p" => url::goes_on(link, part.end),
        _ => true,
    })
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
