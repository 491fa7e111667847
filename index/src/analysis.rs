//! Text to terms: the one analysis that writer, query and percolator share.
//!
//! A word is a run of letters and digits, folded: compatibility forms, case and accents removed, invisible characters skipped. It is
//! cut where letters meet digits, so that `AK47`, `AK-47` and `ak 47` are the same two words and a query for one finds the others. Runs of
//! 20 characters or more that mix both (addresses, keys, onion names) stay whole.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer};

use crate::fold::{cut, fold, is_invisible, is_mark};

/// Longest part of a text that is searchable, bytes.
pub const MAX_TEXT_BYTES: usize = 1 << 20;
/// Longest word that is told apart, bytes; payment addresses have up to 110.
const MAX_WORD_BYTES: usize = 256;
/// From this length on, characters, a run of letters and digits is a code, not two words.
const CODE_CHARS: usize = 20;

/// Languages with a stemmer of their own, by ISO 639-1 code. Any other text is stemmed lightly.
pub const STEMMED: &[(&str, Language)] = &[
    ("en", Language::English),
    ("fr", Language::French),
    ("de", Language::German),
    ("es", Language::Spanish),
    ("it", Language::Italian),
    ("pt", Language::Portuguese),
    ("nl", Language::Dutch),
    ("ru", Language::Russian),
    ("tr", Language::Turkish),
    ("ar", Language::Arabic),
];

/// How a text becomes terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Analysis {
    /// Folded words.
    Exact,
    /// Words without digits, reduced to their stem: place in [`STEMMED`], or `STEMMED.len()` for the light stemmer of other languages.
    Stem(usize),
}

impl Analysis {
    /// The stemmer for text in a language, ISO 639-1; region suffixes are ignored.
    pub fn stem_for(language: Option<&str>) -> Self {
        let code = language.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or_default();
        Self::Stem(STEMMED.iter().position(|(known, _)| known.eq_ignore_ascii_case(code)).unwrap_or(STEMMED.len()))
    }

    /// All stemmers.
    pub fn stems() -> impl Iterator<Item = Self> {
        (0..=STEMMED.len()).map(Self::Stem)
    }

    /// Name under which the engine knows this analysis.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Stem(place) => STEMMED.get(place).map_or("und", |(code, _)| code),
        }
    }

    /// The engine's form of this analysis.
    pub(crate) fn analyzer(self) -> TextAnalyzer {
        TextAnalyzer::builder(Words(self)).build()
    }
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Folded, perhaps stemmed.
    pub text: String,
    /// Number of the word in the text, from 0, the same in every analysis.
    pub position: usize,
    /// First byte in the text.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// The terms of a text. Linear in its length; only the first [`MAX_TEXT_BYTES`] are read.
pub fn analyse(analysis: Analysis, text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut stream = WordStream::new(searchable(text), analysis);
    while stream.advance() {
        let Token { text, position, offset_from: start, offset_to: end, .. } = stream.token().clone();
        words.push(Word { text, position, start, end });
    }
    words
}

/// Calls `take` with each word of a text as written and, where `stemming` says how and the word has one, its stem: what [`analyse`] finds by
/// both analyses, in one go.
pub(crate) fn each_word(text: &str, stemming: Option<Analysis>, mut take: impl FnMut(&str, Option<&str>)) {
    let mut stream = WordStream::new(searchable(text), Analysis::Exact);
    let mut stemmed = String::new();
    while let Some((start, end, digits)) = stream.next_word() {
        stream.write_token(start, end);
        let word = &stream.token.text;
        match stemming {
            Some(Analysis::Stem(place)) if !digits => {
                stemmed.clone_from(word);
                stem(place, &mut stemmed);
                take(word, Some(&stemmed));
            }
            _ => take(word, None),
        }
    }
}

/// The part of a text that is analysed.
pub(crate) fn searchable(text: &str) -> &str {
    cut(text, MAX_TEXT_BYTES)
}

/// Strips the commonest plural and case endings of West European languages; for text whose language is not known.
fn stem_lightly(word: &mut String) {
    let mut drop = |ending: &str, least: usize| {
        let fits = word.strip_suffix(ending).is_some_and(|rest| rest.chars().count() >= least);
        if fits {
            word.truncate(word.len() - ending.len());
        }
        fits
    };
    let dropped = drop("es", 4) || drop("en", 4) || drop("e", 4) || word.ends_with("ss");
    if !dropped && word.ends_with('s') && word.chars().count() > 3 {
        word.truncate(word.len() - 1);
    }
}

/// Stems remembered for each language, at most; few texts hold more different words.
const REMEMBERED: usize = 50_000;

/// Stemmers of a thread, each with the stems that it found: the same words come again and again, and finding a stem costs far more than
/// remembering it.
struct Stems {
    stemmer: TextAnalyzer,
    known: HashMap<String, String, foldhash::fast::RandomState>,
}

thread_local! {
    static STEMS: RefCell<[Option<Stems>; STEMMED.len()]> = const { RefCell::new([const { None }; STEMMED.len()]) };
}

/// Reduces a folded word to its stem; `place` is that of [`Analysis::Stem`].
fn stem(place: usize, word: &mut String) {
    STEMS.with_borrow_mut(|all| {
        let Some(((_, language), stems)) = STEMMED.get(place).zip(all.get_mut(place)) else { return stem_lightly(word) };
        let stems = stems.get_or_insert_with(|| Stems {
            stemmer: TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::new(*language)).build(),
            known: HashMap::default(),
        });
        if let Some(known) = stems.known.get(word.as_str()) {
            word.clone_from(known);
            return;
        }
        let mut stream = stems.stemmer.token_stream(word);
        let stem = if stream.advance() { stream.token().text.clone() } else { String::new() };
        drop(stream);
        if stems.known.len() >= REMEMBERED {
            stems.known.clear();
        }
        stems.known.insert(word.clone(), stem.clone());
        *word = stem;
    });
}

/// Cuts text into folded words.
#[derive(Clone)]
struct Words(Analysis);

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;
    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        WordStream::new(text, self.0)
    }
}

struct WordStream<'a> {
    text: &'a str,
    at: usize,
    next: usize,
    pending: VecDeque<(usize, usize, bool)>,
    token: Token,
    /// Which stemmer, if any. Words with digits have no stem and are left out.
    stem: Option<usize>,
}

/// What a byte is in a text: a letter or digit of ASCII, part of a longer character, or something else.
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const LONGER: u8 = 4;
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            0x80.. => LONGER,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

impl<'a> WordStream<'a> {
    fn new(text: &'a str, analysis: Analysis) -> Self {
        let stem = match analysis {
            Analysis::Exact => None,
            Analysis::Stem(place) => Some(place),
        };
        WordStream { text, at: 0, next: 0, pending: VecDeque::new(), token: Token::default(), stem }
    }

    /// The next run, where it is one of ASCII letters or of digits alone: most are, and need no look at each character.
    fn read_plain(&mut self) -> Option<(usize, usize, bool)> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let skipped = rest.iter().position(|byte| class(*byte) != 0)?;
        let run = rest.get(skipped..)?;
        let mut met = 0;
        let length = run.iter().take_while(|byte| class(**byte) != 0).map(|byte| met |= class(*byte)).count();
        if met != LETTER && met != DIGIT {
            return None;
        }
        let start = self.at + skipped;
        self.at = start + length;
        Some((start, self.at, met == DIGIT))
    }

    /// Finds the next run of letters and digits and queues its words.
    fn read_run(&mut self) -> bool {
        let Some(rest) = self.text.get(self.at..) else { return false };
        let Some((skipped, _)) = rest.char_indices().find(|(_, c)| c.is_alphanumeric()) else { return false };
        let start = self.at + skipped;
        let mut end = start;
        let (mut chars, mut digits, mut letters) = (0, false, false);
        let mut part = start;
        let mut was_digit = None;
        for (offset, c) in rest.get(skipped..).unwrap_or_default().char_indices() {
            if is_invisible(c) {
                if is_mark(c) && end == start + offset {
                    end += c.len_utf8();
                }
                continue;
            }
            if !c.is_alphanumeric() {
                break;
            }
            let digit = c.is_numeric();
            if was_digit.is_some_and(|before| before != digit) {
                self.pending.push_back((part, end, !digit));
                part = start + offset;
            }
            was_digit = Some(digit);
            digits |= digit;
            letters |= !digit;
            chars += 1;
            end = start + offset + c.len_utf8();
        }
        if chars >= CODE_CHARS && digits && letters {
            self.pending.clear();
            part = start;
        }
        self.pending.push_back((part, end, digits && (part == start || was_digit == Some(true))));
        self.at = end;
        true
    }

    /// First byte of the next word, the byte after its last, and whether it holds digits.
    fn next_word(&mut self) -> Option<(usize, usize, bool)> {
        let word = loop {
            match self.pending.pop_front().or_else(|| self.read_plain()) {
                Some(word) => break word,
                None if !self.read_run() => return None,
                None => {}
            }
        };
        self.token.position = self.next;
        self.next += 1;
        Some(word)
    }

    fn write_token(&mut self, start: usize, end: usize) {
        self.token.text.clear();
        let written = self.text.get(start..end).unwrap_or_default();
        let mut last = ' ';
        // Most words are short and ASCII, and need no look at each character.
        let plain = written.is_ascii() && written.len() <= MAX_WORD_BYTES;
        if plain {
            self.token.text.push_str(written);
            self.token.text.make_ascii_lowercase();
        }
        for c in written.chars().take(if plain { 0 } else { usize::MAX }) {
            // A decomposed й, which no single character tells.
            if c == '\u{306}' && matches!(last, 'и' | 'И') {
                self.token.text.pop();
                self.token.text.push('й');
            } else if !is_invisible(c) {
                fold(c, &mut self.token.text);
            }
            last = c;
            if self.token.text.len() >= MAX_WORD_BYTES {
                break;
            }
        }
        if let Some(place) = self.stem {
            stem(place, &mut self.token.text);
        }
        (self.token.offset_from, self.token.offset_to) = (start, end);
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some((start, end, digits)) = self.next_word() {
            if self.stem.is_none() || !digits {
                self.write_token(start, end);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(analysis: Analysis, text: &str) -> String {
        analyse(analysis, text).into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn letters_and_digits_part_but_codes_stay_whole() {
        for text in ["AK47", "AK-47", "ak 47", "Ak/47"] {
            assert_eq!(words(Analysis::Exact, text), "ak 47");
        }
        assert_eq!(words(Analysis::Exact, "7.62x39mm, 9mm"), "7 62 x 39 mm 9 mm");
        let address = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";
        assert_eq!(words(Analysis::Exact, &address.to_uppercase()), address);
        assert_eq!(words(Analysis::Exact, &"ab1".repeat(1000)).len(), 256);
    }

    #[test]
    fn case_accents_and_invisible_characters_do_not_matter() {
        assert_eq!(
            words(Analysis::Exact, "Répétition GROẞ Łódź ＧＬＯＣＫ gl\u{200b}ock e\u{301}té"),
            "repetition gross lodz glock glock ete"
        );
        assert_eq!(words(Analysis::Exact, "и\u{306} й Ёлка"), "й й елка");
    }

    #[test]
    fn stems_join_forms_and_skip_digits() {
        let stem = |code: &str, text: &str| words(Analysis::stem_for(Some(code)), text);
        assert_eq!(stem("en", "rifles"), stem("en-US", "Rifle"));
        assert_eq!(stem("de", "Gewehre"), stem("de", "Gewehr"));
        assert_eq!(stem("xx", "Rifles 17 Pistolen"), stem("", "rifle Pistole"));
        assert_eq!(stem("xx", "glass mine min guns"), "glass mine min gun");
    }

    #[test]
    fn positions_agree_between_analyses_and_offsets_fall_on_characters() {
        let text = "Größe 19 — the ＧＵＮＳ é\u{301} x1";
        let exact = analyse(Analysis::Exact, text);
        for word in analyse(Analysis::stem_for(Some("de")), text) {
            assert!(exact.iter().any(|other| (other.position, other.start, other.end) == (word.position, word.start, word.end)));
            assert!(text.get(word.start..word.end).is_some());
        }
    }
}
