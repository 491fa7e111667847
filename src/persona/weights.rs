//! What a shared mark is worth, by its kind.

/// From this probability on two accounts are taken for one seller.
pub const THRESHOLD: f64 = 0.9;
/// A mark that more accounts show links nobody: no seller keeps so many accounts, a market's escrow is on all pages.
pub const MOST_ACCOUNTS: usize = 12;
/// Accounts of one source that may show a mark: beyond them it belongs to the source or to a service.
pub const MOST_OF_SOURCE: usize = 3;
/// What an account shows only in texts which others show it in too keeps so much of its weight: who copies a text copies what is in it.
pub const COPIED: f64 = 0.6;
/// What a contact is still worth where one account proves a key and the other only shows it: whoever plays a seller copies his contacts too.
pub const IMPERSONATED: f64 = 0.6;
/// What a link is still worth between accounts that each show a key, and never the same.
pub const OTHER_KEYS: f64 = 0.95;
/// What a mark is worth that also stands on pages of another source which belong to no seller.
pub const PUBLIC: f64 = 0.6;

/// A key that both accounts prove.
pub const KEY_PROVED: f64 = 0.99;
/// A key that one account proves, and of which the other shows a signed text that names it in part.
pub const KEY_PROVED_IN_PART: f64 = 0.85;
/// A key that both show and nobody proves: anybody can show a public key.
pub const KEY_SHOWN: f64 = 0.7;
/// A key that one account proves and the other only shows: what an impersonator does.
pub const KEY_CLAIMED: f64 = 0.4;

/// What a kind of mark is worth.
#[derive(Debug, Clone, Copy)]
pub struct Weight {
    /// Kind of indicator.
    pub kind: &'static str,
    /// Kinds of one group say the same twice, and count once.
    pub group: &'static str,
    /// Probability that two accounts which show it are one seller.
    pub probability: f64,
}

const fn weight(kind: &'static str, group: &'static str, probability: f64) -> Weight {
    Weight { kind, group, probability }
}

/// Every kind that links. Those which are not here do not: a `url` leads anywhere, the address within a `payment_uri` stands beside it, a
/// `pgp_signature` is a proof of a key, and the payee of a `lightning_invoice` is often a custodian.
pub const WEIGHTS: &[Weight] = &[
    weight("pgp_key", "key", KEY_PROVED),
    weight("payment_address", "money", 0.92),
    weight("extended_key", "money", 0.95),
    weight("view_key", "money", 0.95),
    weight("iban", "bank", 0.95),
    weight("card_number", "bank", 0.92),
    weight("email", "mail", 0.93),
    weight("jabber", "mail", 0.93),
    weight("matrix", "matrix", 0.93),
    weight("tox", "tox", 0.93),
    weight("session", "session", 0.93),
    weight("threema", "threema", 0.93),
    weight("telegram", "telegram", 0.9),
    weight("wickr", "wickr", 0.9),
    weight("icq", "icq", 0.9),
    weight("vk", "vk", 0.9),
    weight("phone", "phone", 0.9),
    weight("signal", "phone", 0.9),
    weight("whatsapp", "phone", 0.9),
    weight("viber", "phone", 0.9),
    weight("simplex", "simplex", 0.8),
    weight("onion", "site", 0.8),
    weight("i2p", "site", 0.8),
    weight("discord", "discord", 0.6),
];

/// The weight of a kind; `None` of one that does not link.
pub fn of(kind: &str) -> Option<&'static Weight> {
    WEIGHTS.iter().find(|one| one.kind == kind)
}
