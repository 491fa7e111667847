//! Base58Check: base58 with a version and the first four bytes of a double SHA-256.

/// Version and payload, where the string is base58 in Bitcoin's alphabet and its checksum holds.
///
/// Strings above 120 characters are refused unread: decoding takes quadratic time.
pub(super) fn check(text: &str) -> Option<Vec<u8>> {
    check_with(text, bs58::Alphabet::BITCOIN)
}

pub(super) fn check_with(text: &str, alphabet: &bs58::Alphabet) -> Option<Vec<u8>> {
    if text.len() > 120 {
        return None;
    }
    bs58::decode(text).with_alphabet(alphabet).with_check(None).into_vec().ok()
}

/// The version byte, where exactly a 20-byte hash follows it.
pub(super) fn hash160_version(text: &str) -> Option<u8> {
    // Leading ones are the zero bytes of version 0; without them 25 bytes fill 33 to 35 characters.
    let lengths = if text.starts_with('1') { 25..=36 } else { 33..=35 };
    if !lengths.contains(&text.len()) {
        return None;
    }
    match check(text)?.as_slice() {
        [version, hash @ ..] if hash.len() == 20 => Some(*version),
        _ => None,
    }
}
