//! Cuts a text into runs of ASCII letters and digits and tells which of them only blanks part.

/// A maximal run of ASCII letters and digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<'a> {
    pub(crate) text: &'a str,
    /// First byte in the text.
    pub(crate) start: usize,
    /// [`BASE58`], [`BASE32`], [`CASHADDR`], [`WORD`], [`JOINS`] and [`FOLLOWS`], as far as they hold.
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

    /// Whether one blank stands between the run before and this one, as between words, or a stop and a blank.
    pub(crate) fn follows(&self) -> bool {
        self.traits & FOLLOWS != 0
    }

    /// Whether all of it is in the alphabet of base58.
    pub(crate) fn base58(&self) -> bool {
        self.traits & BASE58 != 0
    }

    /// Whether it is written as words are: small letters, of which the first may be a capital.
    pub(crate) fn word(&self) -> bool {
        self.traits & WORD != 0
    }

    /// [`BASE58`], [`BASE32`] and [`CASHADDR`], where all of it is in that alphabet.
    pub(crate) fn alphabets(&self) -> u8 {
        self.traits & (BASE58 | BASE32 | CASHADDR)
    }
}

/// Bytes of blanks over which pieces are joined.
pub(crate) const WIDEST_GAP: usize = 64;
pub(crate) const BASE58: u8 = 1;
/// In whatever case.
pub(crate) const CASHADDR: u8 = 2;
pub(crate) const BASE32: u8 = 4;
/// Of letters and digits.
const RUN: u8 = 8;
/// Small letters, of which the first may be a capital.
const WORD: u8 = 16;
const JOINS: u8 = 32;
/// Behind another with one blank, or a stop and a blank, between them.
const FOLLOWS: u8 = 64;

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
            if character.is_ascii_lowercase() {
                table[byte] |= WORD;
            }
            if matches!(character, b'A'..=b'Z' | b'2'..=b'7') {
                table[byte] |= BASE32;
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
#[inline]
pub(crate) fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    runs_from(text, 0)
}

/// The runs of a text that begin at a byte or behind it; another run may end there.
#[inline]
pub(crate) fn runs_from(text: &str, from: usize) -> impl Iterator<Item = Run<'_>> {
    let mut previous_end = from;
    std::iter::from_fn(move || {
        let rest = text.as_bytes().get(previous_end..)?;
        let start = previous_end + rest.iter().position(|byte| alphabets_of(*byte) != 0)?;
        let first = text.as_bytes().get(start)?;
        let mut traits = alphabets_of(*first) | if first.is_ascii_uppercase() { WORD } else { 0 };
        let mut end = start + 1;
        for byte in text.as_bytes().get(end..)? {
            let own = alphabets_of(*byte);
            if own == 0 {
                break;
            }
            traits &= own;
            end += 1;
        }
        if previous_end > 0 {
            traits |= blanks(text, previous_end, start);
        }
        previous_end = end;
        Some(Run { text: text.get(start..end)?, start, traits })
    })
}

/// What the gap between two runs says of the second one.
#[inline]
fn blanks(text: &str, from: usize, to: usize) -> u8 {
    // One blank parts nearly all words.
    match text.as_bytes().get(from..to) {
        Some([b' ' | b'\t'..=b'\r']) => JOINS | FOLLOWS,
        Some([b'.' | b',' | b';' | b':' | b'!' | b'?', b' ' | b'\n']) => FOLLOWS,
        Some([first, ..]) if first.is_ascii_punctuation() => 0,
        Some(gap) if gap.len() <= WIDEST_GAP && text.get(from..to).is_some_and(|gap| gap.chars().all(is_blank)) => JOINS,
        _ => 0,
    }
}

#[inline]
fn alphabets_of(byte: u8) -> u8 {
    ALPHABETS.get(usize::from(byte)).copied().unwrap_or(0)
}

/// White space and characters without width.
pub(crate) fn is_blank(ch: char) -> bool {
    ch.is_whitespace() || matches!(ch, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}
