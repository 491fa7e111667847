//! Bech32 and bech32m as most coins use them: a prefix, bytes, a checksum.

use bech32::Checksum;
use bech32::primitives::decode::UncheckedHrpstring;

/// The prefix in lower case and the bytes, where the checksum holds and the last group is filled up with zeros.
pub(super) fn decode<C: Checksum>(text: &str) -> Option<(String, Vec<u8>)> {
    let checked = UncheckedHrpstring::new(text).ok()?.validate_and_remove_checksum::<C>().ok()?;
    checked.validate_segwit_padding().ok()?;
    Some((checked.hrp().to_lowercase(), checked.byte_iter().collect()))
}
