//! TON: flags, chain, account and CRC-16 in base64, in either alphabet.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

use super::{Address, crc16};
use crate::runs::{WIDEST_GAP, is_blank};

/// Characters of an address.
const LENGTH: usize = 48;

/// Reads a user-friendly address; the alphabet of base64 may be either, not both. The normal form is the URL-safe one.
///
/// Bounceable and non-bounceable writings of an account are two addresses, as they are for wallets.
pub fn read(text: &str) -> Option<Address> {
    if text.len() != LENGTH || !begins(text.as_bytes()) {
        return None;
    }
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).or_else(|_| BASE64_STANDARD_NO_PAD.decode(text)).ok()?;
    let (body, sum) = bytes.split_last_chunk::<2>()?;
    let network = match body {
        [0x11 | 0x51, 0 | 0xff, ..] => "mainnet",
        [0x91 | 0xd1, 0 | 0xff, ..] => "testnet",
        _ => return None,
    };
    let value = BASE64_URL_SAFE_NO_PAD.encode(&bytes);
    let holds = crc16::of(body).to_be_bytes() == *sum;
    holds.then_some(Address { asset: "TON", network, form: "user_friendly", value, verified: true, also: &[] })
}

/// The address that begins at `start`, with the byte after its last and whether blanks broke it. Its signs part runs.
pub(super) fn at(text: &str, start: usize) -> Option<(Address, usize, bool)> {
    let rest = text.get(start..)?;
    if text.get(..start)?.ends_with(|ch: char| is_sign(ch) && ch != '/') {
        return None;
    }
    let (mut written, mut gap, mut broken) = (String::with_capacity(LENGTH), 0, false);
    for (at, ch) in rest.char_indices() {
        if written.len() == LENGTH {
            let ended = !is_sign(ch) || ch == '/';
            return read(&written).filter(|_| ended).map(|address| (address, start + at, broken));
        }
        if is_sign(ch) {
            broken |= gap > 0;
            written.push(ch);
            gap = 0;
        } else if is_blank(ch) && gap + ch.len_utf8() <= WIDEST_GAP {
            gap += ch.len_utf8();
        } else {
            return None;
        }
    }
    Some((read(&written)?, text.len(), broken))
}

/// Whether the flags and the chain are ones that are known: `EQ`, `UQ`, `Ef`, `Uf`, and `kQ`, `0Q`, `kf`, `0f` of the testnet.
pub(super) fn begins(text: &[u8]) -> bool {
    matches!(text, [b'E' | b'U' | b'k' | b'0', b'Q' | b'f', ..])
}

fn is_sign(ch: char) -> bool {
    ch.is_ascii_alphanumeric() || matches!(ch, '+' | '/' | '-' | '_')
}
