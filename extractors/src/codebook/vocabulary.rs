//! The single words of the lexicon: which ones a disguised writing may be read as.

use std::collections::{HashMap, HashSet};

use rustc_hash::FxBuildHasher;

/// Stands in a term.
pub(crate) const TERM: u8 = 1;
/// Letters alone, at least four.
pub(crate) const LISTED: u8 = 1 << 1;
/// Names goods of the trade in arms by itself.
pub(crate) const TELLING: u8 = 1 << 2;
/// The same, and hardly means anything else.
pub(crate) const STRONG: u8 = 1 << 3;
/// Letters and digits of a model that stands for itself, written together.
pub(crate) const COMPACT: u8 = 1 << 4;

/// A strong word for an arm or a round, not for a part or what is used with them.
pub(crate) const CORE: u8 = 1 << 5;

/// Letters of a telling word, if the codebook does not call it one.
const LETTERS: usize = 5;
/// Letters of the longest word that a disguised writing is read as.
pub(super) const LONGEST_WORD: usize = 24;

/// Words by what they are good for. They are only ever asked for, so that no text can make the tables slow.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    words: HashMap<Box<str>, u8, FxBuildHasher>,
    /// Telling words by what is left when each letter is written once.
    once: HashMap<Box<str>, Box<str>, FxBuildHasher>,
    /// By the first two ASCII letters: a bit for each length of a listed word.
    shapes: Vec<u32>,
    /// The same of strong words.
    strong: Vec<u32>,
    /// A bit for each strong word, by a hash of its length and the two letters at either end.
    ends: Vec<u64>,
    /// Pictographs that are terms.
    pictographs: HashSet<char, FxBuildHasher>,
    /// Telling words that are shorter than others.
    short: HashSet<Box<str>, FxBuildHasher>,
}

impl Vocabulary {
    /// With the words that tell though they are short.
    pub(crate) fn new(short: &[String]) -> Self {
        Self {
            short: short.iter().map(|word| word.as_str().into()).collect(),
            shapes: vec![0; 26 * 26],
            strong: vec![0; 26 * 26],
            ends: vec![0; 1 << ENDS >> 6],
            ..Self::default()
        }
    }

    /// Adds a word of a term.
    pub(crate) fn add(&mut self, word: &str) {
        let listed = match word.is_ascii() {
            true => word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase()),
            false => word.chars().count() >= 4 && word.chars().all(char::is_alphabetic),
        };
        self.mark(word, if listed { TERM | LISTED } else { TERM });
        word.chars().filter(|&c| super::alike::pictograph(c)).for_each(|c| {
            self.pictographs.insert(c);
        });
    }

    /// Adds a word that is a whole term and names goods of the trade in arms; `bits` is [`TELLING`] with what else it is.
    pub(crate) fn add_telling(&mut self, word: &str, bits: u8) {
        let letters = word.chars().count();
        // Arabic writes few vowels.
        let least = if word.starts_with(|c| ('\u{620}'..='\u{64a}').contains(&c)) { LETTERS - 1 } else { LETTERS };
        let long = letters >= least && word.chars().all(char::is_alphabetic);
        if letters <= LONGEST_WORD && (long || self.short.contains(word)) {
            self.mark(word, bits);
            let once = once(word);
            if bits & STRONG != 0 && once.chars().count() >= 4 {
                self.once.entry(once.into()).or_insert_with(|| word.into());
            }
        }
    }

    /// Adds the letters and digits of a model, in one.
    pub(crate) fn add_compact(&mut self, folded: &str) {
        let compact: String = folded.chars().filter(|c| *c != ' ').collect();
        let digits = compact.bytes().filter(u8::is_ascii_digit).count();
        if (4..=LONGEST_WORD).contains(&compact.len()) && digits > 0 && digits + 2 <= compact.len() {
            self.mark(&compact, COMPACT);
        }
    }

    fn mark(&mut self, word: &str, bits: u8) {
        *self.words.entry(word.into()).or_default() |= bits;
        let Some(bit) = 1u32.checked_shl(word.len() as u32) else { return };
        let bytes = word.as_bytes();
        let begins = place(bytes);
        if let Some(lengths) = begins.and_then(|place| self.shapes.get_mut(place)) {
            *lengths |= bit;
        }
        if bits & STRONG != 0
            && let Some(lengths) = begins.and_then(|place| self.strong.get_mut(place))
        {
            *lengths |= bit;
            let end = ends(bytes, bytes.get(bytes.len() - 2..).unwrap_or_default(), bytes.len());
            self.ends.get_mut(end >> 6).into_iter().for_each(|bits| *bits |= 1 << (end & 63));
        }
    }

    /// What a word is good for; nothing of a word that no term has.
    pub(crate) fn of(&self, word: &str) -> u8 {
        self.words.get(word).copied().unwrap_or_default()
    }

    /// Whether a word is good for one of `bits`.
    pub(crate) fn has(&self, word: &str, bits: u8) -> bool {
        self.likely(word) && self.of(word) & bits != 0
    }

    /// Whether a word of this length begins so; true for words that are not ASCII.
    fn likely(&self, word: &str) -> bool {
        let Some(place) = place(word.as_bytes()) else { return !word.is_ascii() };
        word.len() < 32 && self.shapes.get(place).is_some_and(|lengths| lengths >> word.len() & 1 == 1)
    }

    /// Lengths of the strong words of ASCII letters that begin with these two bytes: a bit for each up to 31.
    pub(crate) fn strong_lengths(&self, begin: [u8; 2]) -> u32 {
        place(&begin).and_then(|place| self.strong.get(place)).copied().unwrap_or_default()
    }

    /// Whether a strong word may begin and end with these letters, two each, and have this length.
    pub(crate) fn may_be_strong(&self, begin: &[u8], end: &[u8], length: usize) -> bool {
        let at = ends(begin, end, length);
        self.ends.get(at >> 6).is_some_and(|bits| bits >> (at & 63) & 1 == 1)
    }

    /// The telling word of which `word` is a writing with letters repeated.
    pub(crate) fn repeated(&self, word: &str) -> Option<&str> {
        if word.chars().count() > 2 * LONGEST_WORD || self.of(word) & TERM != 0 {
            return None;
        }
        let twice = shortened(word, 2);
        let known = self.words.get_key_value(twice.as_str()).filter(|(_, bits)| **bits & STRONG != 0).map(|(known, _)| known.as_ref());
        // One letter too many is a slip of the hand.
        known.or_else(|| self.once.get(once(word).as_str()).map(AsRef::as_ref)).filter(|known| known.len() + 1 < word.len())
    }

    /// Whether a pictograph is a term.
    pub(crate) fn pictograph(&self, c: char) -> bool {
        self.pictographs.contains(&c)
    }

    /// Whether there are no words at all: terms are being folded, not listings.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// Bits of a number that [`ends`] gives.
const ENDS: u32 = 16;

/// A hash of a word's length with the first two and the last two of its letters.
fn ends(begin: &[u8], end: &[u8], length: usize) -> usize {
    let letters = begin.iter().take(2).chain(end).fold(length as u32, |mixed, letter| mixed << 5 ^ u32::from(*letter));
    (letters.wrapping_mul(0x9e37_79b1) >> (u32::BITS - ENDS)) as usize
}

fn once(word: &str) -> String {
    shortened(word, 1)
}

/// A word in which no letter follows itself more often than `most` times.
fn shortened(word: &str, most: usize) -> String {
    let mut last = ('\0', 0);
    word.chars()
        .filter(|&c| {
            last = if c == last.0 { (c, last.1 + 1) } else { (c, 1) };
            last.1 <= most
        })
        .collect()
}

fn place(word: &[u8]) -> Option<usize> {
    let letter = |at: usize| word.get(at).filter(|b| b.is_ascii_lowercase()).map(|b| usize::from(b - b'a'));
    Some(letter(0)? * 26 + letter(1)?)
}

/// Whether a letter stands three times in a row anywhere.
pub(crate) fn triples(text: &[u8]) -> bool {
    // Three slices side by side let the compiler compare many bytes at once.
    let (Some(second), Some(third)) = (text.get(1..), text.get(2..)) else { return false };
    let equal = |((a, b), c): ((&u8, &u8), &u8)| (a | 0x20) == (b | 0x20) && (b | 0x20) == (c | 0x20) && *a >= b'A';
    text.chunks(64).enumerate().any(|(at, first)| {
        let (second, third) = (second.get(at * 64..).unwrap_or_default(), third.get(at * 64..).unwrap_or_default());
        first.iter().zip(second).zip(third).fold(false, |any, letters| any | equal(letters))
    })
}
