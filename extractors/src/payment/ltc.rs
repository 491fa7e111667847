//! Litecoin: base58check, SegWit and MWEB addresses.

use bech32::Bech32;
use bech32::primitives::decode::UncheckedHrpstring;

use super::{Address, base58, bech, segwit};

/// Reads a Litecoin address of mainnet or testnet.
///
/// The old script addresses with Bitcoin's version (`3...`) cannot be told from Bitcoin's and are read as those.
pub fn read(text: &str) -> Option<Address> {
    match text.as_bytes().first()? {
        b'L' | b'M' | b'Q' if !segwit::has_prefix(text, "ltc") => legacy(text),
        b'l' | b'L' | b't' | b'T' => witness(text).or_else(|| mweb(text)),
        _ => None,
    }
}

fn address(network: &'static str, form: &'static str, value: String) -> Address {
    Address { asset: "LTC", network, form, value, verified: true, also: &[] }
}

fn legacy(text: &str) -> Option<Address> {
    let (network, form) = match base58::hash160_version(text)? {
        0x30 => ("mainnet", "p2pkh"),
        0x32 => ("mainnet", "p2sh"),
        0x3a => ("testnet", "p2sh"),
        _ => return None,
    };
    Some(address(network, form, text.to_owned()))
}

fn witness(text: &str) -> Option<Address> {
    if !["ltc1", "tltc1"].iter().any(|prefix| segwit::has_prefix(text, prefix)) {
        return None;
    }
    let (hrp, form) = segwit::read(text)?;
    let network = match hrp.as_str() {
        "ltc" => "mainnet",
        "tltc" => "testnet",
        _ => return None,
    };
    Some(address(network, form, text.to_ascii_lowercase()))
}

/// LIP 4: two compressed public keys (scan and spend) behind version 0, in bech32 without its limit of 90 characters.
fn mweb(text: &str) -> Option<Address> {
    if !["ltcmweb1", "tmweb1"].iter().any(|prefix| segwit::has_prefix(text, prefix)) || !bech::holds(text) {
        return None;
    }
    let mut checked = UncheckedHrpstring::new(text).ok()?.validate_and_remove_checksum::<Bech32>().ok()?;
    let network = match checked.hrp().to_lowercase().as_str() {
        "ltcmweb" => "mainnet",
        "tmweb" => "testnet",
        _ => return None,
    };
    (checked.remove_witness_version()?.to_u8() == 0).then_some(())?;
    checked.validate_segwit_padding().ok()?;
    let keys: Vec<u8> = checked.byte_iter().collect();
    let (scan, spend) = keys.split_at_checked(33)?;
    let compressed = |key: &[u8]| key.len() == 33 && matches!(key.first(), Some(2 | 3));
    (compressed(scan) && compressed(spend)).then(|| address(network, "mweb", text.to_ascii_lowercase()))
}
