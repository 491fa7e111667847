//! Dash: base58check addresses.

use super::{Address, base58};

/// Reads a Dash address of mainnet or testnet.
pub fn read(text: &str) -> Option<Address> {
    if !text.starts_with(['X', '7', 'y', '8', '9']) {
        return None;
    }
    let (network, form) = match base58::hash160_version(text)? {
        0x4c => ("mainnet", "p2pkh"),
        0x10 => ("mainnet", "p2sh"),
        0x8c => ("testnet", "p2pkh"),
        0x13 => ("testnet", "p2sh"),
        _ => return None,
    };
    Some(Address { asset: "DASH", network, form, value: text.to_owned(), verified: true, also: &[] })
}
