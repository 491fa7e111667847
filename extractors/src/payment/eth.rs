//! Ethereum and other EVM chains: 20 bytes in hexadecimal, checked by the case of the letters (EIP-55).

use sha3::{Digest, Keccak256};

use super::Address;

/// Reads `0x` and 40 hexadecimal digits.
///
/// Letters of both cases must agree with EIP-55. Letters of one case carry no checksum: `lower_case` and `upper_case` are
/// not verified. The normal form is EIP-55 in all cases.
pub fn read(text: &str) -> Option<Address> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    if digits.len() != 40 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let checked = eip55(digits);
    let (form, verified) = if !digits.bytes().any(|byte| byte.is_ascii_uppercase()) {
        ("lower_case", false)
    } else if !digits.bytes().any(|byte| byte.is_ascii_lowercase()) {
        ("upper_case", false)
    } else if checked == digits {
        ("eip55", true)
    } else {
        return None;
    };
    Some(Address { asset: "ETH", network: "mainnet", form, value: format!("0x{checked}"), verified, also: &[] })
}

/// Letters are capital where the hash of the lower-case digits has a nibble of 8 or more.
fn eip55(digits: &str) -> String {
    let lower = digits.to_ascii_lowercase();
    let hash = Keccak256::digest(lower.as_bytes());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    lower.chars().zip(nibbles).map(|(digit, nibble)| if nibble >= 8 { digit.to_ascii_uppercase() } else { digit }).collect()
}
