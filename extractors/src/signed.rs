//! Texts signed with OpenPGP in the cleartext framework (RFC 9580, 7): lists of mirrors and canaries, as markets publish them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use pgp::composed::{Deserializable, SignedPublicKey};
use pgp::packet::{Signature, SignatureType};
use regex::bytes::Regex;
use url::{Host, Url};

use crate::contacts;
use crate::contacts::pgp::{PGP_SIGNATURE, fingerprint, issuer};
use crate::contacts::signed::{LARGEST, Message, made_by, names, whole_messages};
use crate::html;
use crate::html::{Edge, Html, Node};
use crate::indicators;
use crate::record::{Extraction, SignedText};

/// Messages read on one page, signatures of one message, keys of one file.
const MOST: usize = 4;
/// Addresses taken from one message, at most.
pub const MOST_ADDRESSES: usize = 100;

static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("-----BEGIN PGP SIGNED MESSAGE-----").ok());

/// What a signature proves. The codes are stable: they stand in the store and in reports.
pub mod state {
    /// It was made by the key that was named, over this very text.
    pub const VALID: &str = "valid";
    /// It names the key, and does not fit the text; or cannot be read.
    pub const INVALID: &str = "invalid";
    /// Nobody said by which key it should be.
    pub const KEY_NOT_NAMED: &str = "key_not_named";
    /// Another key made it.
    pub const OTHER_KEY: &str = "other_key";
}

/// The public keys by which a source signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(Vec<SignedPublicKey>);

impl Key {
    /// Reads the public keys of an armoured text whose own signatures hold.
    ///
    /// # Errors
    /// A sentence: the text is too long, or holds no such key.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LARGEST {
            return Err("it is larger than 1 MiB".to_owned());
        }
        let (keys, _) = SignedPublicKey::from_string_many(text).map_err(|error| format!("it holds no armoured public key: {error}"))?;
        let keys: Vec<_> = keys.take(MOST).collect::<Result<_, _>>().map_err(|error| format!("a key in it cannot be read: {error}"))?;
        if keys.is_empty() {
            return Err("it holds no public key".to_owned());
        }
        for key in &keys {
            key.verify_bindings().map_err(|error| format!("the signatures of the key {} on itself fail: {error}", fingerprint(key)))?;
        }
        Ok(Self(keys))
    }

    /// Fingerprints in upper-case hexadecimal.
    pub fn fingerprints(&self) -> Vec<String> {
        self.0.iter().map(fingerprint).collect()
    }

    /// The fingerprint of the key that made this signature over this text.
    fn of(&self, signature: &Signature, text: &[u8]) -> Option<String> {
        self.0.iter().find(|key| names(signature, key) && made_by(signature, key, text)).map(fingerprint)
    }

    /// Whether a signature says that one of these keys made it.
    fn claimed(&self, signature: &Signature) -> bool {
        issuer(signature).is_some() && self.0.iter().any(|key| names(signature, key))
    }
}

/// The signed texts of a page, judged by the key that its source names.
pub fn read(body: &[u8], content_type: Option<&str>, key: Option<&Key>) -> Vec<SignedText> {
    if !MARK.as_ref().is_some_and(|mark| mark.is_match(body)) {
        return Vec::new();
    }
    let decoded = html::decode(body, content_type);
    let text = if decoded.text.trim_start().starts_with('<') { shown(&html::parse(&decoded.text).html) } else { decoded.text };
    let written = |place: Range<usize>| text.get(place).unwrap_or_default().to_owned();
    let judged = |message: Message<'_>| SignedText { message: written(message.place.clone()), ..judge(&message, key) };
    whole_messages(&text).into_iter().take(MOST).map(judged).collect()
}

/// Marks the signatures of a page, and of its listings, that a key on it proves.
pub(crate) fn mark_proved(extraction: &mut Extraction, text: impl FnOnce() -> String) {
    let listings = extraction.listings.iter_mut().flat_map(|listing| listing.indicators.iter_mut());
    let mut signatures = extraction.indicators.iter_mut().chain(listings).filter(|one| one.kind == PGP_SIGNATURE).peekable();
    if signatures.peek().is_some() {
        contacts::signed::mark_proved(signatures, &text());
    }
}

/// The text of a page of markup with its white space as it is: folding it would break every signature.
pub(crate) fn shown(page: &Html) -> String {
    let mut text = String::new();
    for edge in page.root().traverse() {
        let (node, opens) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        match node.value() {
            Node::Text(piece) if opens => text.push_str(piece),
            Node::Element(element) if opens && element.name() == "br" => text.push('\n'),
            Node::Element(element) if html::is_block(element) && !text.ends_with('\n') => text.push('\n'),
            _ => {}
        }
    }
    text
}

fn judge(message: &Message<'_>, key: Option<&Key>) -> SignedText {
    let signatures: Vec<&Signature> = message.signatures.iter().filter(|one| one.typ() == Some(SignatureType::Text)).take(MOST).collect();
    let texts = if key.is_some() { message.texts() } else { vec![message.text()] };
    let made = |text: &String| {
        let made = signatures.iter().find_map(|one| Some((*one, key?.of(one, text.as_bytes())?)));
        made.map(|(one, fingerprint)| (one, fingerprint, text.clone()))
    };
    let proved = texts.iter().find_map(made);
    let state = match (key, &proved) {
        _ if signatures.is_empty() => state::INVALID,
        (None, _) => state::KEY_NOT_NAMED,
        (Some(_), Some(_)) => state::VALID,
        (Some(key), None) if signatures.iter().any(|one| key.claimed(one)) => state::INVALID,
        (Some(_), None) => state::OTHER_KEY,
    };
    let shown = proved.as_ref().map(|(one, ..)| *one).or_else(|| signatures.first().copied());
    let signed_at = shown.and_then(|one| one.created()).map(|at| i64::from(at.as_secs()));
    let (fingerprint, text) = match proved {
        Some((_, fingerprint, text)) => (fingerprint, text),
        None => (shown.and_then(issuer).unwrap_or_default(), message.text()),
    };
    SignedText { state: state.to_owned(), fingerprint, signed_at, addresses: addresses(&text), ..SignedText::default() }
}

/// Origins that a signed text names, sorted: onion services whose checksum holds, and what is written as a whole address.
fn addresses(text: &str) -> Vec<String> {
    let mut found: BTreeSet<String> =
        indicators::find(text, "signed").into_iter().filter(|one| one.kind == "onion").map(|one| format!("http://{}", one.value)).collect();
    let trimmed = |word: &str| word.trim_matches(|c: char| matches!(c, '<' | '>' | '(' | ')' | '"' | '\'' | ',' | ';')).to_owned();
    let urls = text.split_whitespace().map(trimmed).filter(|word| word.starts_with("http://") || word.starts_with("https://"));
    for url in urls.filter_map(|word| Url::parse(&word).ok()).take(MOST_ADDRESSES) {
        match url.host() {
            Some(Host::Domain(name)) if name.contains('.') && !name.ends_with(".onion") => {
                found.insert(url.origin().ascii_serialization());
            }
            _ => {}
        }
    }
    found.into_iter().take(MOST_ADDRESSES).collect()
}
