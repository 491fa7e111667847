//! Monero: block-wise base58 with a Keccak checksum.

use sha3::{Digest, Keccak256};

use super::Address;

/// Reads a standard address, subaddress or integrated address of mainnet, testnet or stagenet.
pub fn read(text: &str) -> Option<Address> {
    if !matches!(text.len(), 95 | 106) {
        return None;
    }
    let decoded = base58_monero::decode(text).ok()?;
    let (bytes, checksum) = decoded.split_at_checked(decoded.len().checked_sub(4)?)?;
    if !Keccak256::digest(bytes).starts_with(checksum) {
        return None;
    }
    let (network, form) = match bytes.first()? {
        18 => ("mainnet", "standard"),
        19 => ("mainnet", "integrated"),
        42 => ("mainnet", "subaddress"),
        53 => ("testnet", "standard"),
        54 => ("testnet", "integrated"),
        63 => ("testnet", "subaddress"),
        24 => ("stagenet", "standard"),
        25 => ("stagenet", "integrated"),
        36 => ("stagenet", "subaddress"),
        _ => return None,
    };
    // Tag, two public keys, and eight bytes of payment id in integrated addresses.
    let expected = if form == "integrated" { 73 } else { 65 };
    (bytes.len() == expected).then(|| Address { asset: "XMR", network, form, value: text.to_owned(), verified: true, also: &[] })
}
