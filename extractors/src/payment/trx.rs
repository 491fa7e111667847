//! Tron: base58check addresses.

use super::{Address, base58};

/// Reads a Tron address (`T...`, version 0x41).
pub fn read(text: &str) -> Option<Address> {
    if !text.starts_with('T') || text.len() != 34 || base58::hash160_version(text)? != 0x41 {
        return None;
    }
    Some(Address { asset: "TRX", network: "mainnet", form: "base58", value: text.to_owned(), verified: true, also: &[] })
}
