//! Texts signed with OpenPGP in the cleartext framework (RFC 9580, 7): lists of mirrors and canaries, as markets publish them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use pgp::composed::{Deserializable, DetachedSignature, SignedPublicKey};
use pgp::packet::{Signature, SignatureType};
use pgp::types::KeyDetails;
use regex::bytes::Regex;
use url::{Host, Url};

use crate::html;
use crate::html::{Edge, Node};
use crate::indicators;
use crate::record::SignedText;

/// A key or message of more bytes is left alone.
const LARGEST: usize = 1 << 20;
/// Messages read on one page, signatures of one message, keys of one file.
const MOST: usize = 4;
/// Addresses taken from one message, at most.
pub const MOST_ADDRESSES: usize = 100;
const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const END: &str = "-----END PGP SIGNATURE-----";

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
        let made = |key: &&SignedPublicKey| {
            signature.verify(&key.primary_key, text).is_ok()
                || key.public_subkeys.iter().any(|subkey| {
                    subkey.signatures.iter().any(|binding| binding.key_flags().sign()) && signature.verify(&subkey.key, text).is_ok()
                })
        };
        self.0.iter().find(made).map(fingerprint)
    }

    /// Whether a signature says that one of these keys made it.
    fn claimed(&self, signature: &Signature) -> bool {
        let names = |key: &dyn Fn() -> (String, String)| {
            let (whole, short) = key();
            signature.issuer_fingerprint().iter().any(|one| hex(one.as_bytes()) == whole)
                || signature.issuer_key_id().iter().any(|one| hex(one.as_ref()) == short)
        };
        self.0.iter().any(|key| {
            names(&|| (fingerprint(key), hex(key.legacy_key_id().as_ref())))
                || key
                    .public_subkeys
                    .iter()
                    .any(|one| names(&|| (hex(one.key.fingerprint().as_bytes()), hex(one.key.legacy_key_id().as_ref()))))
        })
    }
}

fn fingerprint(key: &SignedPublicKey) -> String {
    hex(key.fingerprint().as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

/// The signed texts of a page, judged by the key that its source names.
pub fn read(body: &[u8], content_type: Option<&str>, key: Option<&Key>) -> Vec<SignedText> {
    if !MARK.as_ref().is_some_and(|mark| mark.is_match(body)) {
        return Vec::new();
    }
    let decoded = html::decode(body, content_type);
    let text = if decoded.text.trim_start().starts_with('<') { shown(&decoded.text) } else { decoded.text };
    messages(&text).into_iter().take(MOST).map(|message| judge(&message, key)).collect()
}

/// The text of a page of markup with its white space as it is: folding it would break every signature.
fn shown(markup: &str) -> String {
    let parsed = html::parse(markup);
    let mut text = String::new();
    for edge in parsed.html.root().traverse() {
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

/// A message: the text that was signed, as it is hashed, and the armour of its signature.
struct Message {
    text: String,
    armour: String,
}

/// Messages of a text, line by line; what is not whole is none.
fn messages(text: &str) -> Vec<Message> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while lines.any(|line| line.trim_end() == BEGIN) {
        // Headers up to an empty line say how the text was hashed; nothing in them is signed, so nothing of them is taken.
        if !lines.any(|line| line.trim().is_empty()) {
            break;
        }
        let mut message = Message { text: String::new(), armour: String::new() };
        let mut first = true;
        let mut whole = false;
        for line in lines.by_ref() {
            if message.text.len() + message.armour.len() > LARGEST {
                break;
            }
            if !message.armour.is_empty() || line.trim_end() == SIGNATURE {
                message.armour.push_str(line.trim_end());
                message.armour.push('\n');
                if line.trim_end() == END {
                    whole = true;
                    break;
                }
                continue;
            }
            if !std::mem::take(&mut first) {
                message.text.push_str("\r\n");
            }
            message.text.push_str(line.strip_prefix("- ").unwrap_or(line).trim_end_matches([' ', '\t', '\r']));
        }
        if whole {
            found.push(message);
        }
        if found.len() == MOST {
            break;
        }
    }
    found
}

fn judge(message: &Message, key: Option<&Key>) -> SignedText {
    let signatures: Vec<Signature> = DetachedSignature::from_string_many(&message.armour)
        .map(|(signatures, _)| signatures.take(MOST).map_while(Result::ok).map(|one| one.signature).collect())
        .unwrap_or_default();
    // Another type would be a signature over something else.
    let signatures: Vec<&Signature> = signatures.iter().filter(|one| one.typ() == Some(SignatureType::Text)).collect();
    let made = |signature: &&&Signature| key.is_some_and(|key| key.of(signature, message.text.as_bytes()).is_some());
    let proved = signatures.iter().find(made);
    let state = match (key, proved) {
        _ if signatures.is_empty() => state::INVALID,
        (None, _) => state::KEY_NOT_NAMED,
        (Some(_), Some(_)) => state::VALID,
        (Some(key), None) if signatures.iter().any(|one| key.claimed(one)) => state::INVALID,
        (Some(_), None) => state::OTHER_KEY,
    };
    let shown = proved.or_else(|| signatures.first());
    let issuer = shown.map(|one| {
        let whole = one.issuer_fingerprint().first().map(|one| hex(one.as_bytes()));
        whole.or_else(|| one.issuer_key_id().first().map(|one| hex(one.as_ref()))).unwrap_or_default()
    });
    let of_key = proved.and_then(|one| key.and_then(|key| key.of(one, message.text.as_bytes())));
    SignedText {
        state: state.to_owned(),
        fingerprint: of_key.or(issuer).unwrap_or_default(),
        signed_at: shown.and_then(|one| one.created()).map(|at| i64::from(at.as_secs())),
        addresses: addresses(&message.text),
    }
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
