//! Dogecoin: base58check addresses.

use super::{Address, base58};

/// Reads a Dogecoin address of mainnet, or a key address of testnet (script addresses there are Bitcoin's).
pub fn read(text: &str) -> Option<Address> {
    if !text.starts_with(['D', 'A', '9', 'n']) {
        return None;
    }
    let (network, form) = match base58::hash160_version(text)? {
        0x1e => ("mainnet", "p2pkh"),
        0x16 => ("mainnet", "p2sh"),
        0x71 => ("testnet", "p2pkh"),
        _ => return None,
    };
    Some(Address { asset: "DOGE", network, form, value: text.to_owned(), verified: true, also: &[] })
}
