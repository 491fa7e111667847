//! Texts signed with OpenPGP in the cleartext framework (RFC 9580, 7), proved by keys that somebody holds.
//!
//! What pages do to white space breaks a signature. A few undoings of it are tried; only one over which the signature holds is taken, so that
//! [`Signed::text`] is exactly what was signed.

use std::ops::Range;

use pgp::composed::{SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Signature, SignatureType};
use pgp::types::KeyDetails;

pub(crate) use super::armour::LARGEST;
use super::armour::{self, Block, is_invisible};
use super::pgp::{PGP_SIGNATURE, fingerprint, keys, signatures, time};
use crate::record::Indicator;

/// Messages that are read from one text.
const MESSAGES: usize = 16;
/// Keys that are read from one text.
const KEYS: usize = 64;
/// Checks of a key against a signature for one text: hostile pages cannot buy more work.
const CHECKS: usize = 256;
/// Longer texts are taken as they are, bytes.
const UNDONE: usize = 64 << 10;
const BEGIN: &str = "BEGIN PGP SIGNED MESSAGE";

/// A public key with those of its subkeys that it lets sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    key: SignedPublicKey,
}

impl Key {
    /// The keys of all armoured blocks in a text, such as `raw` of a `pgp_key`; damaged blocks and those over 1 MiB give none. At most 16
    /// keys a block and 64 in all.
    pub fn read(armour: &str) -> Vec<Self> {
        let blocks = armour::blocks(armour);
        let keys = blocks.iter().filter(|block| block.title == armour::KEY).filter_map(keys);
        keys.flat_map(|(keys, _)| keys).take(KEYS).map(|key| Self { key }).collect()
    }

    /// In upper-case hexadecimal: the value of the `pgp_key`.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.key)
    }
}

/// What one key signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Fingerprint of the key, in upper-case hexadecimal; a subkey that signed is not named, its key is.
    pub fingerprint: String,
    /// When it says it was signed, RFC 3339 in UTC.
    pub created_at: Option<String>,
    /// The text that the signature covers, dashes no longer escaped, without blanks at the ends of its lines, which LF part.
    pub text: String,
    /// Bytes of the whole message in the text that was read, from its first title line to its last.
    pub place: Range<usize>,
    /// Whether white space was mended before the signature held.
    pub repaired: bool,
}

/// What the keys signed in a text, in its order: one for each message over which a signature of one of them holds. MD5 proves nothing; SHA-1,
/// with which GnuPG signed until 2014, is taken. Whether a key has expired or was revoked is not asked.
pub fn verified(text: &str, keys: &[Key]) -> Vec<Signed> {
    if keys.is_empty() || !text.contains(BEGIN) {
        return Vec::new();
    }
    let mut checks = CHECKS;
    messages(text, &armour::blocks(text)).iter().filter_map(|message| prove(message, keys, &mut checks)).collect()
}

fn prove(message: &Message<'_>, keys: &[Key], checks: &mut usize) -> Option<Signed> {
    let claims: Vec<(&Signature, &Key)> = message.signatures.iter().flat_map(|one| keys.iter().map(move |key| (one, key))).collect();
    let claims: Vec<_> = claims.into_iter().filter(|(one, key)| names(one, &key.key)).collect();
    if claims.is_empty() {
        return None;
    }
    for (number, text) in message.texts().into_iter().enumerate() {
        for (signature, key) in &claims {
            *checks = checks.checked_sub(1)?;
            if made_by(signature, &key.key, text.as_bytes()) {
                return Some(Signed {
                    fingerprint: key.fingerprint(),
                    created_at: signature.created().and_then(|at| time(u64::from(at.as_secs()))),
                    text: text.replace("\r\n", "\n"),
                    place: message.place.clone(),
                    repaired: number > 0,
                });
            }
        }
    }
    None
}

/// Marks the signatures among these indicators that a key in the text proves; their value becomes the fingerprint of that key. The text has its
/// white space as the page brings it.
pub(crate) fn mark_proved<'i>(found: impl IntoIterator<Item = &'i mut Indicator>, text: &str) {
    let proved = verified(text, &Key::read(text));
    let packets =
        |armour: &str| armour::blocks(armour).iter().rfind(|block| block.title == armour::SIGNATURE).and_then(|one| Some(one.decode()?.0));
    let proved: Vec<_> = proved.into_iter().filter_map(|one| Some((packets(text.get(one.place)?)?, one.fingerprint))).collect();
    for one in found.into_iter().filter(|one| one.kind == PGP_SIGNATURE && !proved.is_empty()) {
        if let Some((_, fingerprint)) = packets(&one.raw).and_then(|own| proved.iter().find(|(packets, _)| *packets == own)) {
            one.value.clone_from(fingerprint);
            one.verified = true;
        }
    }
}

/// Whether a signature may be of a key or one of its subkeys, as far as it says.
pub(crate) fn names(signature: &Signature, key: &SignedPublicKey) -> bool {
    let (whole, short) = (signature.issuer_fingerprint(), signature.issuer_key_id());
    let is =
        |fingerprint: &[u8], id: &[u8]| whole.iter().any(|one| one.as_bytes() == fingerprint) || short.iter().any(|one| one.as_ref() == id);
    let unnamed = whole.is_empty() && short.is_empty();
    unnamed
        || is(key.fingerprint().as_bytes(), key.legacy_key_id().as_ref())
        || key.public_subkeys.iter().any(|one| is(one.key.fingerprint().as_bytes(), one.key.legacy_key_id().as_ref()))
}

/// Whether a key, or a subkey that it lets sign and that says so itself, made a signature over this text, of which CR LF part the lines.
pub(crate) fn made_by(signature: &Signature, key: &SignedPublicKey, text: &[u8]) -> bool {
    let may_sign = |one: &&SignedPublicSubKey| one.signatures.iter().any(|binding| binding.key_flags().sign());
    // Another type would be a signature over something else; MD5 is forged in seconds.
    signature.typ() == Some(SignatureType::Text)
        && signature.hash_alg() != Some(HashAlgorithm::Md5)
        && (signature.verify(&key.primary_key, text).is_ok()
            || key
                .public_subkeys
                .iter()
                .filter(may_sign)
                .any(|one| signature.verify(&one.key, text).is_ok() && one.verify_bindings(&key.primary_key).is_ok()))
}

/// A message: what was signed as it is written, and its signatures.
pub(crate) struct Message<'t> {
    /// Lines behind the first title.
    lines: Vec<&'t str>,
    /// What stands before the dashes of the first title: an indentation, the mark of a quotation.
    margin: &'t str,
    pub(crate) signatures: Vec<Signature>,
    /// From the first title line to the last.
    pub(crate) place: Range<usize>,
}

/// The messages of a text whose signature ends, in order.
pub(crate) fn whole_messages(text: &str) -> Vec<Message<'_>> {
    if text.contains(BEGIN) { messages(text, &armour::blocks(text)) } else { Vec::new() }
}

fn messages<'t>(text: &'t str, blocks: &[Block<'t>]) -> Vec<Message<'t>> {
    let mut found = Vec::new();
    let mut from = 0;
    // What is escaped is signed text, not a title.
    let escaped = |at: usize| text.get(..at).unwrap_or_default().ends_with("- ");
    for block in blocks.iter().filter(|block| block.title == armour::SIGNATURE && !escaped(block.start)) {
        let head = text.get(from..block.start).unwrap_or_default();
        let begins = head.rmatch_indices(BEGIN).map(|(at, _)| {
            let at = from + at;
            (at - armour::dashes(text.get(..at).unwrap_or_default().chars().rev()), at + BEGIN.len())
        });
        if let Some((start, title)) = begins.into_iter().find(|(start, _)| !escaped(*start))
            && let Some(inner) = text.get(title..block.start).filter(|inner| inner.len() <= LARGEST)
            && let Some((_, lines)) = inner.split_once('\n')
        {
            let before = text.get(..start).unwrap_or_default();
            let margin = before.rsplit('\n').next().unwrap_or_default();
            let lines = lines.strip_suffix(margin).unwrap_or(lines);
            let lines = lines.strip_suffix('\n').unwrap_or(lines).split('\n').map(|line| line.trim_end_matches('\r')).collect();
            found.push(Message { lines, margin, signatures: signatures(block), place: start..block.end });
        }
        from = block.end;
        if found.len() == MESSAGES {
            break;
        }
    }
    found
}

impl Message<'_> {
    /// The text as it is hashed, CR LF between its lines.
    pub(crate) fn text(&self) -> String {
        hashed(&content(&self.lines))
    }

    /// [`Self::text`], then what it may have been before a page changed its white space.
    pub(crate) fn texts(&self) -> Vec<String> {
        let mut texts = vec![self.text()];
        if self.lines.iter().map(|line| line.len() + 1).sum::<usize>() > UNDONE {
            return texts;
        }
        let visible: Vec<String> = self.lines.iter().map(|line| seen(line)).collect();
        let visible: Vec<&str> = visible.iter().map(String::as_str).collect();
        let margin = self.margin.trim_end();
        let quotes = margin.chars().all(|ch| ch.is_whitespace() || matches!(ch, '>' | '|'));
        let moved = |line: &'_ str| line.strip_prefix(self.margin).or_else(|| line.strip_prefix(margin)).map(str::to_owned);
        let flush: Option<Vec<String>> = visible.iter().map(|line| moved(line)).collect();
        let flush = flush.filter(|_| quotes && !self.margin.is_empty()).unwrap_or_default();
        let flush: Vec<&str> = flush.iter().map(String::as_str).collect();
        for lines in [&visible, &flush] {
            // A line end of the source beside that of the page.
            let single: Vec<&str> = lines.iter().skip(1).step_by(2).copied().collect();
            let doubled = lines.iter().step_by(2).all(|line| line.trim().is_empty());
            for lines in [Some(lines), Some(&single).filter(|_| doubled && lines.len() > 2)].into_iter().flatten() {
                for content in [content(lines), without_headers(lines)] {
                    texts.extend(edges(content).iter().map(|lines| hashed(lines)));
                }
            }
        }
        let mut known = std::collections::HashSet::new();
        texts.retain(|text| known.insert(text.clone()));
        texts
    }
}

/// What is shown of a line: plain blanks, nothing invisible.
fn seen(line: &str) -> String {
    line.chars().filter(|ch| !is_invisible(*ch)).map(|ch| if ch == '\u{a0}' { ' ' } else { ch }).collect()
}

/// Lines behind the empty one that ends the headers. Nothing in those is signed.
fn content<'t>(lines: &[&'t str]) -> Vec<&'t str> {
    lines.iter().skip_while(|line| !line.trim().is_empty()).skip(1).copied().collect()
}

/// Lines behind the headers where the empty one was lost.
fn without_headers<'t>(lines: &[&'t str]) -> Vec<&'t str> {
    lines.iter().skip_while(|line| line.trim_start().starts_with("Hash:")).copied().collect()
}

/// With and without the empty lines at its ends, of which pages add some and lose others.
fn edges(lines: Vec<&str>) -> [Vec<&str>; 4] {
    let empty = |line: &&&str| line.trim().is_empty();
    let head = lines.iter().take_while(empty).count();
    let tail = lines.iter().rev().take_while(empty).count();
    let inner = lines.get(head..lines.len().saturating_sub(tail)).unwrap_or_default().to_vec();
    let (mut longer, mut lower) = (inner.clone(), inner.clone());
    longer.push("");
    lower.insert(0, "");
    [lines, inner, longer, lower]
}

/// RFC 9580, 7.1 and 7.2: dashes no longer escaped, no blanks at the ends of lines, CR LF between them.
fn hashed(lines: &[&str]) -> String {
    let plain: Vec<&str> = lines.iter().map(|line| line.strip_prefix("- ").unwrap_or(line).trim_end_matches([' ', '\t', '\r'])).collect();
    plain.join("\r\n")
}
