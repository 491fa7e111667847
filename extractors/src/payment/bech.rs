//! Bech32 and bech32m (BIP 173, BIP 350) as most coins use them: a prefix, bytes, a checksum.

use bech32::primitives::decode::UncheckedHrpstring;
use bech32::{Bech32, Bech32m, Checksum};

/// The letters of bech32 and cashaddr in the order of what they count.
pub(super) const CHARSET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// Of a letter or digit in either case, its number; of others, more than 31.
const VALUES: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut value = 0;
    while value < 32 {
        table[CHARSET[value] as usize] = value as u8;
        table[CHARSET[value].to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    table
};

/// What the five bits that leave the sum change in it.
const STEPS: [u32; 32] = {
    let mut table = [0; 32];
    let mut top = 0;
    while top < 32 {
        let mut bit = 0;
        while bit < 5 {
            if top >> bit & 1 == 1 {
                table[top] ^= Bech32::GENERATOR_SH[bit];
            }
            bit += 1;
        }
        top += 1;
    }
    table
};

/// Longest prefix.
const LONGEST: usize = 83;

/// Whether one of the two checksums holds, of whatever prefix, length and case: nearly all look-alikes fail here before they are decoded.
pub(super) fn holds(text: &str) -> bool {
    let Some((prefix, data)) = text.rsplit_once('1').filter(|(prefix, _)| prefix.len() <= LONGEST) else { return false };
    let step = |sum: u32, value: u8| {
        let change = STEPS.get((sum >> 25) as usize).copied().unwrap_or_default();
        (sum & 0x01ff_ffff) << 5 ^ u32::from(value) ^ change
    };
    let high = prefix.bytes().map(|byte| byte.to_ascii_lowercase() >> 5);
    let mut sum = high.chain([0]).chain(prefix.bytes().map(|byte| byte & 31)).fold(1, step);
    for byte in data.bytes() {
        match VALUES.get(usize::from(byte)) {
            Some(value) if *value < 32 => sum = step(sum, *value),
            _ => return false,
        }
    }
    sum == Bech32::TARGET_RESIDUE || sum == Bech32m::TARGET_RESIDUE
}

/// The prefix in lower case and the bytes, where the checksum holds and the last group is filled up with zeros.
pub(super) fn decode<C: Checksum>(text: &str) -> Option<(String, Vec<u8>)> {
    if !holds(text) {
        return None;
    }
    let checked = UncheckedHrpstring::new(text).ok()?.validate_and_remove_checksum::<C>().ok()?;
    checked.validate_segwit_padding().ok()?;
    Some((checked.hrp().to_lowercase(), checked.byte_iter().collect()))
}
