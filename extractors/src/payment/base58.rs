//! Base58Check: base58 with a version and the first four bytes of a double SHA-256.

use std::sync::LazyLock;

/// Version bytes before a 20-byte hash that some family reads, zero aside.
const VERSIONS: [u8; 14] = [0x05, 0x10, 0x13, 0x16, 0x1e, 0x30, 0x32, 0x3a, 0x41, 0x4c, 0x6f, 0x71, 0x8c, 0xc4];

static SPANS: LazyLock<Vec<Span>> = LazyLock::new(|| VERSIONS.iter().map(|version| Span::of(&[*version], 25)).collect());

/// The lowest and the highest string of so many bytes that begin with the same ones, of which the first is not zero. Letters rank as their
/// digits do, so that among strings of one length the numbers between are the strings between.
pub(super) struct Span {
    low: String,
    high: String,
}

impl Span {
    pub(super) fn of(head: &[u8], length: usize) -> Self {
        let string =
            |rest: u8| bs58::encode(head.iter().copied().chain(std::iter::repeat(rest)).take(length).collect::<Vec<_>>()).into_string();
        Self { low: string(0), high: string(u8::MAX) }
    }

    /// Whether the string can be one of such bytes: nearly all look-alikes are refused here, before they are decoded in quadratic time.
    pub(super) fn holds(&self, text: &str) -> bool {
        (self.low.len(), self.low.as_str()) <= (text.len(), text) && (text.len(), text) <= (self.high.len(), self.high.as_str())
    }
}

/// Whether the string has as many letters as so many bytes fill, 1.3657 to a byte behind those that stand for zeros.
pub(super) fn fills(text: &str, zero: u8, bytes: usize) -> bool {
    let zeros = text.bytes().take_while(|byte| *byte == zero).count();
    let letters = text.len() - zeros;
    match bytes.checked_sub(zeros) {
        None => false,
        Some(0) => letters == 0,
        Some(rest) => ((rest - 1) * 13_656 / 10_000 + 1..=rest * 13_657 / 10_000 + 1).contains(&letters),
    }
}

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
    if !lengths.contains(&text.len()) || !(text.starts_with('1') || SPANS.iter().any(|span| span.holds(text))) {
        return None;
    }
    match check(text)?.as_slice() {
        [version, hash @ ..] if hash.len() == 20 => Some(*version),
        _ => None,
    }
}
