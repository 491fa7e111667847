//! Cardano: Shelley addresses in bech32, with what their first byte says of them, and the older Byron ones in base58.

use std::sync::LazyLock;

use bech32::Bech32;

use super::base58::Span;
use super::{Address, bech, cbor, segwit};
use crate::runs::Run;

/// Prefixes, whether one of a stake address, network.
const PREFIXES: [(&str, bool, &str); 4] =
    [("addr", false, "mainnet"), ("addr_test", false, "testnet"), ("stake", true, "mainnet"), ("stake_test", true, "testnet")];

/// Reads a payment address (`shelley`), a reward address (`stake`), both after CIP 19, or a `byron` one.
pub fn read(text: &str) -> Option<Address> {
    let (network, form) = match text.as_bytes().first()? {
        b'a' | b'A' | b's' | b'S' if PREFIXES.iter().any(|(hrp, ..)| segwit::has_prefix(text, hrp)) => shelley(text)?,
        _ => (byron(text)?, "byron"),
    };
    let value = if form == "byron" { text.to_owned() } else { text.to_ascii_lowercase() };
    Some(Address { asset: "ADA", network, form, value, verified: true, also: &[] })
}

/// Where the address begins of which the run is what follows the underscore.
pub(super) fn prefix_before(text: &str, run: &Run<'_>) -> Option<usize> {
    if !segwit::has_prefix(run.text, "test1") {
        return None;
    }
    let head = text.get(..run.start)?;
    let prefix = ["addr_", "stake_"].into_iter().find(|prefix| ends_with(head, prefix))?;
    let start = run.start - prefix.len();
    (!head.get(..start)?.ends_with(|ch: char| ch.is_alphanumeric() || ch == '_')).then_some(start)
}

fn ends_with(head: &str, word: &str) -> bool {
    head.len().checked_sub(word.len()).and_then(|start| head.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// The first byte holds the kind of the address above the network: 0 for testnets, 1 for the mainnet.
fn shelley(text: &str) -> Option<(&'static str, &'static str)> {
    let (hrp, bytes) = bech::decode::<Bech32>(text)?;
    let (_, stake, network) = PREFIXES.into_iter().find(|(prefix, ..)| *prefix == hrp)?;
    let (head, rest) = bytes.split_first()?;
    if head & 15 != u8::from(network == "mainnet") {
        return None;
    }
    let sized = match (stake, head >> 4) {
        // Payment and delegation part, each the hash of a key or of a script.
        (false, 0..=3) => rest.len() == 56,
        // The delegation part points to a certificate: slot, transaction, certificate.
        (false, 4 | 5) => is_pointer(rest.get(28..)?),
        (false, 6 | 7) | (true, 14 | 15) => rest.len() == 28,
        _ => false,
    };
    sized.then_some((network, if stake { "stake" } else { "shelley" }))
}

/// Of addresses of the older form in every length: an array of two, of which the first holds 24 bytes or more under tag 24.
static BYRON: LazyLock<Vec<Span>> = LazyLock::new(|| (36..=88).map(|length| Span::of(&[0x82, 0xd8, 0x18, 0x58], length)).collect());

/// Three numbers in groups of seven bits, of which all but the last have the highest bit set.
fn is_pointer(bytes: &[u8]) -> bool {
    bytes.last().is_some_and(|last| last & 0x80 == 0) && bytes.len() <= 30 && bytes.iter().filter(|byte| *byte & 0x80 == 0).count() == 3
}

/// The network of CBOR `[24(payload), crc32]` with a payload of `[root, attributes, kind]`; attribute 2 names a test network.
fn byron(text: &str) -> Option<&'static str> {
    if !matches!(text.len(), 50..=120) || !text.starts_with(['A', 'D', '2', '3']) || !BYRON.iter().any(|span| span.holds(text)) {
        return None;
    }
    let bytes = bs58::decode(text).into_vec().ok()?;
    let mut outer = cbor::Reader::new(&bytes);
    (outer.head()? == (cbor::ARRAY, 2) && outer.head()? == (cbor::TAG, 24)).then_some(())?;
    let payload = outer.bytes()?;
    let sum = outer.number()?;
    (outer.is_empty() && sum == u64::from(crc32fast::hash(payload))).then_some(())?;
    let mut inner = cbor::Reader::new(payload);
    (inner.head()? == (cbor::ARRAY, 3) && inner.bytes()?.len() == 28).then_some(())?;
    let (cbor::MAP, attributes) = inner.head()? else { return None };
    let mut network = "mainnet";
    for _ in 0..attributes {
        match inner.number()? {
            // Where the key stands in its wallet, enciphered.
            1 => {}
            2 => network = "testnet",
            _ => return None,
        }
        inner.bytes()?;
    }
    // Of keys and of vouchers redeemed at the start; scripts had a number and no use.
    (matches!(inner.number()?, 0 | 2) && inner.is_empty()).then_some(network)
}
