//! Cuts a text into runs of ASCII letters and digits and tells which of them only blanks part.

/// A maximal run of ASCII letters and digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<'a> {
    pub(crate) text: &'a str,
    /// First byte in the text.
    pub(crate) start: usize,
    /// [`BASE58`], [`CASHADDR`] and [`JOINS`], as far as they hold.
    traits: u8,
}

impl Run<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether only white space or invisible characters, at most 64 bytes of them, stand between the run before and this one.
    pub(crate) fn joins_previous(&self) -> bool {
        self.traits & JOINS != 0
    }

    /// Whether all of it is in the alphabet of base58.
    pub(crate) fn base58(&self) -> bool {
        self.traits & BASE58 != 0
    }

    /// Whether all of it is in the alphabet of cashaddr, in whatever case.
    pub(crate) fn cashaddr(&self) -> bool {
        self.traits & CASHADDR != 0
    }
}

const WIDEST_GAP: usize = 64;
const BASE58: u8 = 1;
const CASHADDR: u8 = 2;
const JOINS: u8 = 4;
/// Of letters and digits.
const RUN: u8 = 8;

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
    let mut previous_end = 0;
    std::iter::from_fn(move || {
        let rest = text.as_bytes().get(previous_end..)?;
        let start = previous_end + rest.iter().position(|byte| alphabets_of(*byte) != 0)?;
        let mut traits = BASE58 | CASHADDR;
        let mut end = start;
        for byte in text.as_bytes().get(start..)? {
            let own = alphabets_of(*byte);
            if own == 0 {
                break;
            }
            traits &= own;
            end += 1;
        }
        let gap = text.get(previous_end..start).filter(|gap| previous_end > 0 && gap.len() <= WIDEST_GAP);
        if gap.is_some_and(|gap| gap == " " || gap.chars().all(is_blank)) {
            traits |= JOINS;
        }
        previous_end = end;
        Some(Run { text: text.get(start..end)?, start, traits })
    })
}

fn alphabets_of(byte: u8) -> u8 {
    ALPHABETS.get(usize::from(byte)).copied().unwrap_or(0)
}

/// White space and characters without width.
fn is_blank(ch: char) -> bool {
    ch.is_whitespace() || matches!(ch, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}
