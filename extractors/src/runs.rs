//! Cuts a text into runs of ASCII letters and digits and tells which of them only blanks part.

/// A maximal run of ASCII letters and digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<'a> {
    pub(crate) text: &'a str,
    /// First byte in the text.
    pub(crate) start: usize,
    /// Only white space or invisible characters, at most 64 bytes of them, stand between the run before and this one.
    pub(crate) joins_previous: bool,
    /// Whether all of it is in the alphabet of base58.
    pub(crate) base58: bool,
    /// Whether all of it is in the alphabet of cashaddr, in whatever case.
    pub(crate) cashaddr: bool,
}

impl Run<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

const WIDEST_GAP: usize = 64;
const BASE58: u8 = 1;
const CASHADDR: u8 = 2;
const RUN: u8 = 4;

/// The alphabets that a byte belongs to; none for what parts runs.
const ALPHABETS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let character = byte as u8;
        if character.is_ascii_alphanumeric() {
            table[byte] = RUN;
            if !matches!(character, b'0' | b'O' | b'I' | b'l') {
                table[byte] |= BASE58;
            }
            if !matches!(character.to_ascii_lowercase(), b'1' | b'b' | b'i' | b'o') {
                table[byte] |= CASHADDR;
            }
        }
        byte += 1;
    }
    table
};

/// All runs of a text, in order.
pub(crate) fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let bytes = text.as_bytes();
    let class = move |at: usize| bytes.get(at).map(|byte| ALPHABETS.get(usize::from(*byte)).copied().unwrap_or(0));
    let mut previous_end = 0;
    std::iter::from_fn(move || {
        let mut start = previous_end;
        while class(start)? == 0 {
            start += 1;
        }
        let mut at = start;
        let mut alphabets = BASE58 | CASHADDR;
        while let Some(own) = class(at).filter(|own| *own != 0) {
            alphabets &= own;
            at += 1;
        }
        let gap = text.get(previous_end..start).filter(|gap| previous_end > 0 && gap.len() <= WIDEST_GAP);
        let joins_previous = gap.is_some_and(|gap| gap == " " || gap.chars().all(is_blank));
        previous_end = at;
        let (base58, cashaddr) = (alphabets & BASE58 != 0, alphabets & CASHADDR != 0);
        Some(Run { text: text.get(start..at)?, start, joins_previous, base58, cashaddr })
    })
}

/// White space and characters without width.
fn is_blank(ch: char) -> bool {
    ch.is_whitespace() || matches!(ch, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}
