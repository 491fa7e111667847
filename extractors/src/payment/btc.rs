//! Bitcoin: base58check and SegWit addresses.

use super::{Address, base58, segwit};

/// Reads a Bitcoin address of mainnet, testnet (which signet shares) or regtest.
///
/// Legacy addresses are as valid on Bitcoin Cash, and on testnet Litecoin uses the same versions: see `also`.
pub fn read(text: &str) -> Option<Address> {
    match text.as_bytes().first()? {
        b'1' | b'3' | b'2' | b'm' | b'n' => legacy(text),
        b'b' | b'B' | b't' | b'T' => witness(text),
        _ => None,
    }
}

fn legacy(text: &str) -> Option<Address> {
    let (network, form, also): (_, _, &[&str]) = match base58::hash160_version(text)? {
        0x00 => ("mainnet", "p2pkh", &["BCH"]),
        0x05 => ("mainnet", "p2sh", &["BCH"]),
        0x6f => ("testnet", "p2pkh", &["BCH", "LTC"]),
        0xc4 => ("testnet", "p2sh", &["BCH", "LTC", "DOGE"]),
        _ => return None,
    };
    Some(Address { asset: "BTC", network, form, value: text.to_owned(), verified: true, also })
}

fn witness(text: &str) -> Option<Address> {
    if !["bc1", "tb1", "bcrt1"].iter().any(|prefix| segwit::has_prefix(text, prefix)) {
        return None;
    }
    let (hrp, form) = segwit::read(text)?;
    let network = match hrp.as_str() {
        "bc" => "mainnet",
        "tb" => "testnet",
        "bcrt" => "regtest",
        _ => return None,
    };
    Some(Address { asset: "BTC", network, form, value: text.to_ascii_lowercase(), verified: true, also: &[] })
}
