//! Observables of STIX to fields of ours: what a listing can tell of them.

use super::phrase::{joined, phrase, says_anything};

/// What an object path names, as a listing tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Observable {
    /// Words of the text.
    Words,
    /// An address on the web: that of the listing, or one in its text.
    Url,
    /// A host name, in the text or as a contact.
    Domain,
    /// An e-mail address, in the text or as a contact.
    Email,
    /// The account of the seller.
    Account,
    /// A payment address.
    Wallet,
}

impl Observable {
    /// What a path such as `url:value` names.
    pub(super) fn of(path: &str) -> Result<Self, String> {
        let path = path.to_ascii_lowercase();
        let (object, property) = path.split_once(':').ok_or_else(|| format!("`{}` is no object path", super::cut(&path, 60)))?;
        if property.contains("hash") {
            return Err(format!("`{path}`: a listing tells no hashes of files"));
        }
        let wallet = ["wallet", "crypto", "bitcoin", "monero", "payment"].iter().any(|word| object.contains(word));
        match (object, property) {
            ("url", "value") => Ok(Self::Url),
            ("domain-name", "value") => Ok(Self::Domain),
            ("email-addr", "value") => Ok(Self::Email),
            ("user-account", "account_login" | "display_name" | "user_id") => Ok(Self::Account),
            ("file" | "artifact", "name") => Ok(Self::Words),
            ("ipv4-addr" | "ipv6-addr" | "mac-addr" | "network-traffic" | "autonomous-system", _) => {
                Err(format!("`{path}`: a listing tells no addresses of machines"))
            }
            (_, "value" | "address" | "wallet" | "wallet_address") if wallet => Ok(Self::Wallet),
            _ => Err(format!("`{}` is nothing that a listing tells", super::cut(&path, 80))),
        }
    }

    /// The question for a whole value.
    pub(super) fn equals(self, value: &str) -> Result<String, String> {
        if !says_anything(value) {
            return Err("its value holds no letter or digit".to_owned());
        }
        let whole = |field: &str| format!("{field}:{}", phrase(value));
        Ok(match self {
            Self::Words => phrase(value),
            Self::Account => whole("vendor"),
            Self::Wallet => whole("address"),
            Self::Domain | Self::Email => joined(vec![whole("contact"), phrase(value)], " OR "),
            Self::Url => joined(vec![whole("url"), phrase(bare(value))], " OR "),
        })
    }

    /// The question for a value in which `%` is open.
    pub(super) fn like(self, value: &str) -> Result<String, String> {
        if !says_anything(value) {
            return Err("its value holds no letter or digit".to_owned());
        }
        if value.contains('_') {
            return Err("LIKE with `_`, which stands for one sign, cannot be said".to_owned());
        }
        let inner = value.trim_matches('%');
        if matches!(self, Self::Account | Self::Wallet) {
            let field = if self == Self::Account { "vendor" } else { "address" };
            return Ok(format!("{field}:{}", pattern(value)));
        }
        if inner.contains('%') {
            return Err("LIKE with `%` within a text cannot be said, only at its ends".to_owned());
        }
        Ok(match self {
            Self::Words => phrase(inner),
            Self::Url => joined(vec![format!("url:{}", pattern(value)), phrase(bare(inner))], " OR "),
            _ => joined(vec![format!("contact:{}", pattern(value)), phrase(inner)], " OR "),
        })
    }
}

/// An address on the web as texts write it.
fn bare(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.trim_end_matches('/');
    if says_anything(rest) { rest } else { url }
}

/// A pattern for whole values: `%` is open, all other signs are plain.
fn pattern(value: &str) -> String {
    let mut out = String::with_capacity(value.len() * 2);
    for c in value.chars() {
        match c {
            '%' => out.push('*'),
            c if c.is_alphanumeric() => out.push(c),
            c => out.extend(['\\', c]),
        }
    }
    out
}
