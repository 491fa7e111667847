//! Algorand: a public key and the last four bytes of its SHA-512/256, in base32.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha512_256};

use super::Address;

/// Reads an account; the form is `base32`.
pub fn read(text: &str) -> Option<Address> {
    if text.len() != 58 {
        return None;
    }
    let bytes = BASE32_NOPAD.decode(text.as_bytes()).ok()?;
    let (key, sum) = bytes.split_last_chunk::<4>()?;
    let holds = Sha512_256::digest(key).ends_with(sum);
    holds.then(|| Address { asset: "ALGO", network: "mainnet", form: "base32", value: text.to_owned(), verified: true, also: &[] })
}
