//! OpenPGP public keys and signatures in ASCII armour (RFC 9580).

use std::fmt::Write as _;

use jiff::Timestamp;
use pgp::composed::{Deserializable, DetachedSignature, SignedPublicKey};
use pgp::packet::{Signature, SignatureType};
use pgp::types::{KeyDetails, Tag};

use super::armour::{Block, KEY, MOST, SIGNATURE};
use crate::record::Indicator;

/// Kind of a signature, detached or beneath a text.
pub(crate) const PGP_SIGNATURE: &str = "pgp_signature";
/// Signatures of a key on itself that are asked when it expires, newest first.
const ASKED: usize = 16;

/// All keys and signatures among the blocks. Of several in one block the first gives the value, the others stand in `also`.
pub(super) fn find(text: &str, blocks: &[Block<'_>]) -> Vec<Indicator> {
    let placed = |block: &Block<'_>, one: Indicator| Indicator {
        start: block.start,
        end: block.end,
        raw: text.get(block.start..block.end).unwrap_or_default().to_owned(),
        ..one
    };
    let read = |block: &Block<'_>| match block.title {
        KEY => key(block),
        SIGNATURE => signature(block),
        _ => None,
    };
    blocks.iter().filter_map(|block| Some(placed(block, read(block)?))).collect()
}

/// The public keys of a block in the order in which they stand, and whether a checksum holds.
pub(super) fn keys(block: &Block<'_>) -> Option<(Vec<SignedPublicKey>, bool)> {
    let (bytes, checked) = block.decode()?;
    let keys: Vec<_> = SignedPublicKey::from_bytes_many(bytes.as_slice()).ok()?.take(MOST).map_while(Result::ok).collect();
    Some((keys, checked))
}

/// A key that the checksum or, if there is none, its own signatures prove.
fn key(block: &Block<'_>) -> Option<Indicator> {
    let (keys, checked) = keys(block)?;
    let (key, others) = keys.split_first()?;
    if !checked && key.verify_bindings().is_err() {
        return None;
    }
    let user_ids = key.details.users.iter().take(64).map(|user| {
        let text = String::from_utf8_lossy(user.id.id()).into_owned();
        text.chars().filter(|c| !c.is_control()).take(256).collect()
    });
    let made = key.created_at().as_secs();
    Some(Indicator {
        kind: "pgp_key".to_owned(),
        value: fingerprint(key),
        verified: true,
        key_id: Some(hex(key.legacy_key_id().as_ref())),
        user_ids: user_ids.collect(),
        also: others.iter().map(fingerprint).collect(),
        created_at: time(u64::from(made)),
        expires_at: valid_for(key).and_then(|seconds| time(u64::from(made) + seconds)),
        ..Indicator::default()
    })
}

/// Seconds from its making until a key expires, as the newest signature of the key on itself or on a user id says; none where it never does.
fn valid_for(key: &SignedPublicKey) -> Option<u64> {
    let direct = key.details.direct_signatures.iter().map(|one| (one, None));
    let users = key.details.users.iter().take(64);
    let mut own: Vec<_> = direct.chain(users.flat_map(|user| user.signatures.iter().map(move |one| (one, Some(&user.id))))).collect();
    own.retain(|(one, _)| one.issuer_key_id().is_empty() || one.issuer_key_id().contains(&&key.legacy_key_id()));
    own.sort_by_key(|(one, _)| std::cmp::Reverse(one.created()));
    let holds = |(one, user): &&(&Signature, Option<&pgp::packet::UserId>)| match user {
        Some(id) => one.verify_certification(&key.primary_key, Tag::UserId, id).is_ok(),
        None => one.verify_key(&key.primary_key).is_ok(),
    };
    let (newest, _) = own.iter().take(ASKED).find(holds)?;
    let days = || key.legacy_v3_expiration_days().map(|days| u64::from(days) * 86_400);
    newest.key_expiration_time().map(|span| std::time::Duration::from(span).as_secs()).or_else(days).filter(|seconds| *seconds > 0)
}

/// The signatures over a text or a file that a block holds.
pub(super) fn signatures(block: &Block<'_>) -> Vec<Signature> {
    let read = |bytes: &[u8]| -> Option<Vec<Signature>> {
        Some(DetachedSignature::from_bytes_many(bytes).ok()?.take(MOST).map_while(Result::ok).map(|one| one.signature).collect())
    };
    let mut found = block.decode().and_then(|(bytes, _)| read(&bytes)).unwrap_or_default();
    found.retain(|one| matches!(one.typ(), Some(SignatureType::Binary | SignatureType::Text)));
    found
}

/// What the first signature of a block says; nothing yet proves it.
fn signature(block: &Block<'_>) -> Option<Indicator> {
    let signatures = signatures(block);
    let (first, others) = signatures.split_first()?;
    Some(Indicator {
        kind: PGP_SIGNATURE.to_owned(),
        value: issuer(first)?,
        key_id: key_id(first),
        also: others.iter().filter_map(issuer).collect(),
        created_at: first.created().and_then(|at| time(u64::from(at.as_secs()))),
        ..Indicator::default()
    })
}

/// The fingerprint that a signature names as its maker's, else the key id.
pub(crate) fn issuer(signature: &Signature) -> Option<String> {
    let whole = signature.issuer_fingerprint().first().map(|one| hex(one.as_bytes()));
    whole.or_else(|| signature.issuer_key_id().first().map(|one| hex(one.as_ref())))
}

/// The id of the key that a signature names; where it tells the fingerprint alone, the id is part of that.
fn key_id(signature: &Signature) -> Option<String> {
    let named = signature.issuer_key_id().first().map(|one| hex(one.as_ref()));
    named.or_else(|| {
        let whole = issuer(signature)?;
        // RFC 9580, 5.5.4: the low end of a fingerprint of version 4, the high end of later ones.
        let id = if whole.len() == 40 { whole.get(24..) } else { whole.get(..16) };
        id.map(str::to_owned)
    })
}

/// In upper-case hexadecimal.
pub(crate) fn fingerprint(key: &SignedPublicKey) -> String {
    hex(key.fingerprint().as_bytes())
}

/// RFC 3339 in UTC.
pub(super) fn time(seconds: u64) -> Option<String> {
    Some(Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?.to_string())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}
