//! Zcash's unified addresses (ZIP 316): receivers of several pools under the F4Jumble permutation, in bech32m.

use bech32::Bech32m;

use super::bech;

/// Shortest and longest string that is read, characters: one receiver, and what bech32m is good for.
const LENGTHS: std::ops::RangeInclusive<usize> = 60..=1023;

/// Receivers of transparent addresses are known by these numbers.
const P2PKH: u64 = 0;
const P2SH: u64 = 1;

/// The network of a unified address.
pub(super) fn network(text: &str) -> Option<&'static str> {
    if !LENGTHS.contains(&text.len()) {
        return None;
    }
    let (hrp, jumbled) = bech::decode::<Bech32m>(text)?;
    let network = match hrp.as_str() {
        "u" => "mainnet",
        "utest" => "testnet",
        _ => return None,
    };
    let bytes = f4jumble::f4jumble_inv(&jumbled).ok()?;
    // The prefix, filled up with zeros, ends the bytes, so that a change anywhere destroys it.
    let (mut rest, padding) = bytes.split_last_chunk::<16>()?;
    let (written, zeros) = padding.split_at_checked(hrp.len())?;
    if written != hrp.as_bytes() || zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    let (mut last, mut shielded) = (None, false);
    while !rest.is_empty() {
        let kind = compact_size(&mut rest)?;
        let length = usize::try_from(compact_size(&mut rest)?).ok()?;
        rest = rest.get(length..)?;
        let sized = match kind {
            P2PKH | P2SH => length == 20,
            // Sapling and Orchard.
            2 | 3 => length == 43,
            _ => true,
        };
        // In rising order, at most one of the transparent kinds.
        if !sized || last >= Some(kind) || (last, kind) == (Some(P2PKH), P2SH) {
            return None;
        }
        shielded |= kind > P2SH;
        last = Some(kind);
    }
    shielded.then_some(network)
}

/// Bitcoin's number of one, three, five or nine bytes, in its shortest writing.
fn compact_size(bytes: &mut &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first()?;
    let (width, least) = match first {
        0xfd => (2, 0xfd),
        0xfe => (4, 0x1_0000),
        0xff => (8, 0x1_0000_0000),
        small => {
            *bytes = rest;
            return Some(u64::from(*small));
        }
    };
    let (number, rest) = rest.split_at_checked(width)?;
    *bytes = rest;
    Some(number.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))).filter(|number| *number >= least)
}
