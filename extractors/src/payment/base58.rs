//! Base58Check: base58 with a version and the first four bytes of a double SHA-256.

use std::sync::LazyLock;

/// Version bytes before a 20-byte hash that some family reads, zero aside.
const VERSIONS: [u8; 14] = [0x05, 0x10, 0x13, 0x16, 0x1e, 0x30, 0x32, 0x3a, 0x41, 0x4c, 0x6f, 0x71, 0x8c, 0xc4];

/// The lowest and the highest string of each version. Letters rank as their digits do, so that among strings of one length the numbers
/// between are the strings between.
static SPANS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let string = |version: u8, rest: u8| {
        let mut bytes = [rest; 25];
        bytes[0] = version;
        bs58::encode(bytes).into_string()
    };
    VERSIONS.iter().map(|version| (string(*version, 0), string(*version, u8::MAX))).collect()
});

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

/// The version byte, where exactly a 20-byte hash follows it; of those that no family reads none is given.
pub(super) fn hash160_version(text: &str) -> Option<u8> {
    // Leading ones are the zero bytes of version 0; without them 25 bytes fill 33 to 35 characters.
    let lengths = if text.starts_with('1') { 25..=36 } else { 33..=35 };
    let rank = (text.len(), text);
    let in_span = || SPANS.iter().any(|(low, high)| (low.len(), low.as_str()) <= rank && rank <= (high.len(), high.as_str()));
    if !lengths.contains(&text.len()) || !(text.starts_with('1') || in_span()) {
        return None;
    }
    match check(text)?.as_slice() {
        [version, hash @ ..] if hash.len() == 20 => Some(*version),
        _ => None,
    }
}
