//! Cuts a text into runs of ASCII letters and digits and tells which of them only blanks part.

/// A maximal run of ASCII letters and digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) text: &'a str,
    /// First byte in the text.
    pub(super) start: usize,
    /// Only white space or invisible characters, at most 64 bytes of them, stand between the run before and this one.
    pub(super) joins_previous: bool,
    /// Whether all of it is in the alphabet of base58.
    pub(super) base58: bool,
    /// Whether all of it is in the alphabet of cashaddr, in whatever case.
    pub(super) cashaddr: bool,
}

impl Run<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

const WIDEST_GAP: usize = 64;
const BASE58: u8 = 1;
const CASHADDR: u8 = 2;

/// The alphabets that an ASCII character belongs to.
const ALPHABETS: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        let character = byte as u8;
        if character.is_ascii_alphanumeric() && !matches!(character, b'0' | b'O' | b'I' | b'l') {
            table[byte] |= BASE58;
        }
        if character.is_ascii_alphanumeric() && !matches!(character.to_ascii_lowercase(), b'1' | b'b' | b'i' | b'o') {
            table[byte] |= CASHADDR;
        }
        byte += 1;
    }
    table
};

/// All runs of a text, in order.
pub(super) fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut at = 0;
    let mut previous_end = None;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        let start = at + bytes.get(at..)?.iter().position(u8::is_ascii_alphanumeric)?;
        let mut alphabets = BASE58 | CASHADDR;
        let letters = bytes.get(start..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric());
        let length = letters.map(|byte| alphabets &= ALPHABETS.get(usize::from(*byte)).copied().unwrap_or(0)).count();
        let gap = previous_end.and_then(|end| text.get(end..start));
        let joins_previous = gap.is_some_and(|gap| gap.len() <= WIDEST_GAP && gap.chars().all(is_blank));
        at = start + length;
        previous_end = Some(at);
        let (base58, cashaddr) = (alphabets & BASE58 != 0, alphabets & CASHADDR != 0);
        Some(Run { text: text.get(start..at)?, start, joins_previous, base58, cashaddr })
    })
}

/// White space and characters without width.
pub(super) fn is_blank(ch: char) -> bool {
    ch.is_whitespace() || matches!(ch, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}
