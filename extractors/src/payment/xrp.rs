//! XRP Ledger: base58check in an alphabet of its own.

use super::{Address, base58};

/// Reads a classic address (`r...`) or an X-address, which also carries a destination tag.
pub fn read(text: &str) -> Option<Address> {
    // A leading `r` is a zero byte, so classic addresses vary in length; the 35 bytes of an X-address fill 47 characters.
    let lengths = if text.starts_with('r') { 25..=50 } else { 46..=48 };
    if !text.starts_with(['r', 'X', 'T']) || !lengths.contains(&text.len()) {
        return None;
    }
    if text.starts_with('r') && !base58::fills(text, b'r', 25) {
        return None;
    }
    let bytes = base58::check_with(text, bs58::Alphabet::RIPPLE)?;
    let (network, form) = match bytes.as_slice() {
        [0, account @ ..] if account.len() == 20 => ("mainnet", "classic"),
        // Prefix, account, flag (0 or 1), 64-bit tag of which 32 bits are in use.
        [0x05, 0x44, rest @ ..] if is_tagged(rest) => ("mainnet", "x_address"),
        [0x04, 0x93, rest @ ..] if is_tagged(rest) => ("testnet", "x_address"),
        _ => return None,
    };
    Some(Address { asset: "XRP", network, form, value: text.to_owned(), verified: true, also: &[] })
}

fn is_tagged(rest: &[u8]) -> bool {
    rest.len() == 29 && rest.get(20).is_some_and(|flag| *flag <= 1) && rest.get(25..).is_some_and(|high| high.iter().all(|byte| *byte == 0))
}
