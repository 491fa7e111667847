//! SegWit addresses (BIP 173, BIP 350), shared by Bitcoin and Litecoin.

use bech32::segwit;

use super::bech;

/// Human-readable part, in lower case, and form of a valid address: version 0 with bech32, later ones with bech32m.
///
/// Witness versions and lengths that have no meaning yet are `segwit_future`.
pub(super) fn read(text: &str) -> Option<(String, &'static str)> {
    if text.len() > 90 || !bech::holds(text) {
        return None;
    }
    let (hrp, version, program) = segwit::decode(text).ok()?;
    let form = match (version.to_u8(), program.len()) {
        (0, 20) => "p2wpkh",
        (0, 32) => "p2wsh",
        (0, _) => return None,
        (1, 32) => "p2tr",
        _ => "segwit_future",
    };
    Some((hrp.to_lowercase(), form))
}

/// Whether the text begins with `prefix`, in one case.
pub(super) fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}
