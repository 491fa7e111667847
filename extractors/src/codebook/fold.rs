//! Text in a normal form for matching, each token with its place in the text as written.
//!
//! Lexicon terms and listings pass through the same function, so that `AK-47`, `AK 47`, `ak47` and `АК-47` (Cyrillic) are one thing:
//! lower case, compatibility forms and accents folded, invisible characters dropped, look-alike letters of other scripts read as
//! Latin in mixed words, words parted where letters meet digits, `,` between digits read as a decimal point or dropped as a
//! thousands mark, words written to evade filters read as what they stand for (`disguise.rs`; those spread over several tokens are
//! joined in `spread.rs`). Time and memory are linear in the text; at most [`LONGEST`] bytes are read.

use super::alike::{digit, invisible, mixed, number_char, number_length, regional, simple, spelt, word_char};
use super::disguise;
use super::vocabulary::{LISTED, TELLING, TERM, Vocabulary, triples};

/// Longest text that is read, in bytes; what follows is ignored.
pub const LONGEST: usize = 256 * 1024;

/// What stood between a token and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Gap {
    /// Nothing: letters meet digits.
    None,
    /// White space or a character without meaning here.
    #[default]
    Space,
    /// A hyphen without spaces.
    Hyphen,
    /// A slash.
    Slash,
    /// A plus sign.
    Plus,
    /// A comma.
    Comma,
    /// A bracket, opening or closing.
    Bracket,
    /// A dash between spaces, a bar, a bullet, a semicolon, a colon.
    Break,
    /// The end of a sentence or line.
    Sentence,
}

/// A word, a number or one of `& % in`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte in [`Folded::text`].
    pub start: usize,
    /// Byte after the last in [`Folded::text`].
    pub end: usize,
    /// First byte in the text as written.
    pub from: usize,
    /// Byte after the last in the text as written.
    pub to: usize,
    /// What stood before it.
    pub gap: Gap,
    /// A number written with a leading point, as in `.45`.
    pub dotted: bool,
    /// A word of the trade in arms that is written so that filters miss it.
    pub evading: bool,
}

/// Text in normal form.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    /// Tokens parted by one space, with a space at both ends.
    pub text: String,
    /// Tokens in order.
    pub tokens: Vec<Token>,
    /// Somewhere a letter stands three times in a row.
    pub(super) triples: bool,
}

impl Folded {
    /// Words of token `index`, or an empty string past the end.
    pub fn word(&self, index: usize) -> &str {
        self.tokens.get(index).and_then(|t| self.text.get(t.start..t.end)).unwrap_or("")
    }

    /// The first byte of token `index`.
    pub(crate) fn first(&self, index: usize) -> Option<u8> {
        self.tokens.get(index).and_then(|token| self.text.as_bytes().get(token.start)).copied()
    }

    /// The token that holds byte `at` of [`Folded::text`], or the first one after it.
    pub fn token_at(&self, at: usize) -> usize {
        self.tokens.partition_point(|t| t.end <= at)
    }

    /// [`Folded::token_at`], where the token is likely to be the one of number `likely`.
    pub(crate) fn token_near(&self, likely: usize, at: usize) -> usize {
        if self.tokens.get(likely).is_some_and(|t| t.start <= at && at < t.end) { likely } else { self.token_at(at) }
    }

    /// Value of token `index` as a number.
    pub fn number(&self, index: usize) -> Option<f64> {
        // Most tokens are words.
        let word = self.first(index).filter(u8::is_ascii_digit).map(|_| self.word(index))?;
        // Whole numbers of 15 digits are exact.
        let whole = word.len() <= 15 && word.bytes().all(|byte| byte.is_ascii_digit());
        if whole { Some(word.bytes().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')) as f64) } else { word.parse().ok() }
    }

    /// Value of token `index` as a whole number; `1.000` is a thousand.
    pub fn whole(&self, index: usize) -> Option<u32> {
        if self.first(index).is_some_and(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        let word = self.word(index);
        match word.split_once('.') {
            Some((head, tail)) if tail.len() == 3 && head.len() <= 3 && head != "0" => format!("{head}{tail}").parse().ok(),
            Some(_) => None,
            None => word.parse().ok(),
        }
    }
}

/// Folds `text`. What becomes a word of `vocabulary` once its disguise is off is taken for that word; without any words, as for terms,
/// nothing is taken for something else.
pub(crate) fn fold(text: &str, vocabulary: &Vocabulary) -> Folded {
    let cut = floor_char_boundary(text, LONGEST);
    let triples = !vocabulary.is_empty() && triples(cut.as_bytes());
    let mut folder = Folder {
        vocabulary,
        odd: false,
        out: Folded { text: String::with_capacity(cut.len() + 16), tokens: Vec::with_capacity(cut.len() / 5 + 4), triples },
        gap: Gap::Sentence,
    };
    folder.out.text.push(' ');
    let lower = cut.to_ascii_lowercase();
    let mut word: Vec<(char, usize, usize)> = Vec::new();
    let mut to = 0;
    loop {
        let at = to;
        let Some(rest) = cut.get(at..) else { break };
        // Most words are ASCII letters with a space or a stop behind them, and mean themselves.
        if word.is_empty()
            && let Some((plain, gap)) = lower.get(at..).and_then(plain_word)
        {
            folder.plain(plain, at, gap);
            to = at + plain.len() + 1;
            continue;
        }
        let mut following = rest.chars();
        let Some(written) = following.next() else { break };
        if word.is_empty()
            && (word_char(written) || matches!(written, '@' | '$' | '€' | '£'))
            && let Some(read) = disguise::run(rest, vocabulary)
        {
            to = at + read.length;
            folder.read(&read.word, at, to, read.evading);
            continue;
        }
        to = at + written.len_utf8();
        if invisible(written) {
            folder.odd |= !word.is_empty() && disguise::evades(written);
            continue;
        }
        if word_char(written) {
            folder.odd |= !written.is_ascii() && disguise::evades(written);
            simple(written, |c| word.push((c, at, to)));
            continue;
        }
        if let Some(length) = folder.pictographs(rest) {
            folder.word(&word);
            word.clear();
            folder.pictograph(rest, at, length);
            to = at + length;
            continue;
        }
        let next = following.next();
        let last = word.last().map(|&(c, ..)| c);
        match written {
            // 9.3, 7,62 and 1,000 are one number; so is .45 after a space.
            '.' | ',' | '·' | '٫'
                if next.is_some_and(|c| digit(c).is_some())
                    && last.is_none_or(|c| c.is_ascii_digit())
                    && (written == '.' || last.is_some()) =>
            {
                word.push((if matches!(written, ',' | '٫') { ',' } else { '.' }, at, to));
                continue;
            }
            // Leet signs within a word.
            '@' | '$' | '!' if last.is_some_and(char::is_alphabetic) && next.is_some_and(char::is_alphanumeric) => {
                word.push((written, at, to));
                continue;
            }
            '\'' | '’' | 'ʼ' | '`'
                if last.is_some_and(char::is_alphabetic) && next.is_some_and(char::is_alphabetic)
                // Elision parts words (d'occasion); a genitive does not (Taylor's).
                && word.len() > 1 && !(word.len() == 2 && word.first().is_some_and(|w| w.0 == 'q')) =>
            {
                continue;
            }
            _ => {}
        }
        let digit_before = last.is_some_and(|c| c.is_ascii_digit());
        let with = written == '/' && word.len() == 1 && last == Some('w');
        folder.word(&word);
        if with {
            folder.replace_last("with", to);
        }
        word.clear();
        let spaced = cut.get(..at).is_none_or(|before| before.ends_with(char::is_whitespace) || before.is_empty());
        match written {
            '&' => {
                // A page's source may hold the entity.
                if cut.get(at..).is_some_and(|rest| rest.starts_with("&amp;")) {
                    to += "amp;".len();
                }
                folder.sign("&", at, at + 1);
            }
            '%' => folder.sign("%", at, to),
            '"' | '”' | '“' | '″' | '„' if digit_before => folder.sign("in", at, to),
            '\'' | '’' if digit_before && next == Some(written) => {
                to += written.len_utf8();
                folder.sign("in", at, to);
            }
            '/' if with => {}
            '/' | '\\' => folder.gap(Gap::Slash),
            '+' => folder.gap(Gap::Plus),
            ',' => folder.gap(Gap::Comma),
            '(' | ')' | '[' | ']' | '{' | '}' => folder.gap(Gap::Bracket),
            '-' | '‐' | '‑' if !spaced && next.is_some_and(|c| !c.is_whitespace()) => folder.gap(Gap::Hyphen),
            '-' | '–' | '—' | '|' | ':' | ';' | '•' | '*' | '~' | '★' | '>' => folder.gap(Gap::Break),
            '.' | '!' | '?' | '\n' | '。' | '…' => folder.gap(Gap::Sentence),
            _ => folder.gap(Gap::Space),
        }
    }
    folder.word(&word);
    folder.out
}

struct Folder<'a> {
    vocabulary: &'a Vocabulary,
    /// The word under way holds characters that hide or are dressed up.
    odd: bool,
    out: Folded,
    gap: Gap,
}

impl Folder<'_> {
    fn gap(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn push(&mut self, from: usize, to: usize, dotted: bool, word: impl Iterator<Item = char>) {
        let start = self.out.text.len();
        self.out.text.extend(word);
        let end = self.out.text.len();
        self.out.text.push(' ');
        self.out.tokens.push(Token { start, end, from, to, gap: self.gap, dotted, evading: false });
        self.gap = Gap::None;
    }

    /// A word in small letters that needs no reading, and the character behind it.
    fn plain(&mut self, word: &str, from: usize, gap: Gap) {
        if self.out.triples && self.repeated(word, from, from + word.len()) {
            self.gap = gap;
            return;
        }
        let start = self.out.text.len();
        self.out.text.push_str(word);
        let end = self.out.text.len();
        self.out.text.push(' ');
        self.out.tokens.push(Token { start, end, from, to: from + word.len(), gap: self.gap, dotted: false, evading: false });
        self.gap = gap;
    }

    fn sign(&mut self, word: &str, from: usize, to: usize) {
        self.push(from, to, false, word.chars());
        self.gap = Gap::Space;
    }

    fn replace_last(&mut self, word: &str, to: usize) {
        if let Some(token) = self.out.tokens.last_mut() {
            self.out.text.truncate(token.start);
            self.out.text.push_str(word);
            token.end = self.out.text.len();
            token.to = to;
            self.out.text.push(' ');
            self.gap = Gap::Space;
        }
    }

    /// Takes a word that was read out of a disguise; letters and digits in it are tokens of their own.
    fn read(&mut self, word: &str, from: usize, to: usize, evading: bool) {
        for part in word.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
            self.push(from, to, false, String::from_utf8_lossy(part).chars());
            self.mark(evading);
        }
        self.gap = Gap::Space;
    }

    fn mark(&mut self, evading: bool) {
        if let Some(token) = self.out.tokens.last_mut() {
            token.evading |= evading;
        }
    }

    /// Takes a word with letters repeated, where it stands for a telling one.
    fn repeated(&mut self, word: &str, from: usize, to: usize) -> bool {
        let thrice = word.as_bytes().windows(3).any(|w| matches!(w, [a, b, c] if a == b && b == c)) || !word.is_ascii();
        let vocabulary = self.vocabulary;
        let Some(known) = vocabulary.repeated(word).filter(|_| thrice) else { return false };
        self.push(from, to, false, known.chars());
        self.mark(true);
        true
    }

    /// Length of what stands here for a word: a pictograph that is a term, or regional indicators that spell one.
    fn pictographs(&self, rest: &str) -> Option<usize> {
        let first = rest.chars().next().filter(|c| u32::from(*c) >= 0x2600)?;
        if self.vocabulary.pictograph(first) || self.vocabulary.is_empty() && super::alike::pictograph(first) {
            return Some(first.len_utf8());
        }
        regional(first)?;
        spelt(rest).filter(|(word, _)| self.vocabulary.has(word, LISTED | TELLING)).map(|(_, length)| length)
    }

    fn pictograph(&mut self, rest: &str, at: usize, length: usize) {
        match spelt(rest) {
            Some((word, _)) => {
                let evading = self.vocabulary.has(&word, TELLING);
                self.read(&word, at, at + length, evading);
            }
            None => {
                self.push(at, at + length, false, rest.chars().take(1));
                self.gap = Gap::Space;
            }
        }
    }

    /// Takes a run of word characters apart where letters meet digits.
    fn word(&mut self, word: &[(char, usize, usize)]) {
        let mut odd = std::mem::take(&mut self.odd);
        let (Some(first), Some(last)) = (word.first(), word.last()) else { return };
        let whole = if mixed(word) {
            let read = disguise::alike(word.iter().map(|w| w.0).collect(), self.vocabulary);
            odd |= word.iter().map(|w| w.0).ne(read.chars());
            Some(read.chars().collect::<Vec<_>>())
        } else {
            None
        };
        if self.out.triples && whole.is_none() && word.len() >= 5 && word.iter().all(|w| w.0.is_alphabetic()) {
            let plain: String = word.iter().map(|w| w.0).collect();
            if self.repeated(&plain, first.1, last.2) {
                self.gap = Gap::Space;
                return;
            }
        }
        let read = whole.as_ref().filter(|read| read.len() == word.len());
        let letters: Vec<(char, usize, usize)>;
        let word = match read {
            Some(read) => {
                letters = word.iter().zip(read).map(|(w, c)| (*c, w.1, w.2)).collect();
                letters.as_slice()
            }
            None => word,
        };
        let mut rest = word;
        while let Some(head) = rest.first() {
            let digits = number_char(head.0);
            let mut length = rest.iter().take_while(|w| number_char(w.0) == digits).count();
            if digits {
                length = number_length(rest, length);
            } else if length > 4 && rest.len() < word.len() && rest.iter().take(2).all(|w| w.0 == 'm') {
                // 10mmAuto
                length = 2;
            }
            let (part, tail) = rest.split_at(length.max(1));
            rest = tail;
            let (from, to) = (part.first().map_or(0, |w| w.1), part.last().map_or(0, |w| w.2));
            if digits {
                self.number(part, from, to);
            } else {
                let part = self.prefix(part);
                let from = part.first().map_or(from, |w| w.1);
                self.push(from, to, false, part.iter().map(|w| w.0).filter(|c| !matches!(c, '@' | '$' | '!')));
                if odd {
                    let read: String = part.iter().map(|w| w.0).collect();
                    let telling = self.vocabulary.has(&read, TELLING);
                    self.mark(telling);
                }
            }
        }
        self.gap = Gap::Space;
    }

    /// Takes from an Arabic word the article and the prepositions that are written with it, where the rest is a word of the lexicon: "for" is
    /// a token of its own.
    fn prefix<'w>(&mut self, part: &'w [(char, usize, usize)]) -> &'w [(char, usize, usize)] {
        const PREFIXES: [(&str, bool); 9] = [
            ("وال", false),
            ("بال", false),
            ("لل", true),
            ("ال", false),
            ("ل", true),
            ("و", false),
            ("ب", false),
            ("ف", false),
            ("ك", false),
        ];
        let arabic = part.first().is_some_and(|w| ('\u{620}'..='\u{64a}').contains(&w.0)) && !self.vocabulary.is_empty();
        if !arabic || part.len() < 4 {
            return part;
        }
        let known = |letters: &[(char, usize, usize)]| self.vocabulary.of(&letters.iter().map(|w| w.0).collect::<String>()) & TERM != 0;
        if known(part) {
            return part;
        }
        for (prefix, before) in PREFIXES {
            let length = prefix.chars().count();
            let Some((head, rest)) = part.split_at_checked(length).filter(|(_, rest)| rest.len() >= 2) else { continue };
            if head.iter().map(|w| w.0).eq(prefix.chars()) && known(rest) {
                if before && let (Some(first), Some(last)) = (head.first(), head.last()) {
                    self.push(first.1, last.2, false, std::iter::once('ل'));
                    self.gap = Gap::Space;
                }
                return rest;
            }
        }
        part
    }

    fn number(&mut self, part: &[(char, usize, usize)], from: usize, to: usize) {
        let dotted = part.first().is_some_and(|w| w.0 == '.');
        let digits: Vec<char> = part.iter().map(|w| w.0).skip_while(|c| !c.is_ascii_digit()).collect();
        let mut plain = String::with_capacity(digits.len());
        for (index, &c) in digits.iter().enumerate() {
            if c != ',' {
                plain.push(c);
                continue;
            }
            let run = digits.iter().skip(index + 1).take_while(|d| d.is_ascii_digit()).count();
            if run != 3 {
                plain.push('.');
            }
        }
        if !plain.is_empty() {
            self.push(from, to, dotted, plain.chars());
        }
    }
}

/// The small ASCII letters at the head of `rest`, where there are any, with the gap that follows them, where that is a single character.
fn plain_word(rest: &str) -> Option<(&str, Gap)> {
    let length = rest.bytes().position(|byte| !byte.is_ascii_lowercase())?;
    let gap = match rest.as_bytes().get(length)? {
        b' ' | b'"' => Gap::Space,
        b',' => Gap::Comma,
        b'(' | b')' | b'[' | b']' => Gap::Bracket,
        b':' | b';' => Gap::Break,
        b'\n' | b'?' => Gap::Sentence,
        // A point between letters may hide a word.
        b'.' if !rest.as_bytes().get(length + 1).is_some_and(u8::is_ascii_alphabetic) => Gap::Sentence,
        _ => return None,
    };
    rest.get(..length).filter(|word| !word.is_empty()).map(|word| (word, gap))
}

fn floor_char_boundary(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, known: &[&str]) -> String {
        let mut vocabulary = Vocabulary::new(&[]);
        known.iter().for_each(|word| vocabulary.add(word));
        fold(text, &vocabulary).text.trim().to_owned()
    }

    #[test]
    fn one_form_for_many_writings() {
        for text in ["AK-47", "ak47", "AK 47", "A\u{200b}K-47", "ＡＫ４７", "АК-47"] {
            assert_eq!(words(text, &[]), "ak 47", "{text}");
        }
        assert_eq!(words("7,62x39 / 9×19 / 1,000 rds .45ACP", &[]), "7.62 x 39 9 x 19 1000 rds 45 acp");
        assert_eq!(words("كـلـوك ١٩ ٧٫٦٢ ۹mm", &[]), "كلوك 19 7.62 9 mm");
        assert_eq!(words("S&amp;W 4.5\" w/2 mags d'occasion Taylor's", &[]), "s & w 4.5 in with 2 mags d occasion taylors");
        assert_eq!(words("Gl0ck p1st0l M1A Schreckschußwaffe", &["glock", "pistol"]), "glock pistol m 1 a schreckschusswaffe");
    }

    #[test]
    fn gaps_tell_hyphens_from_dashes() {
        let gaps: Vec<Gap> = fold("AR-15 - 15+1, w/ case", &Vocabulary::default()).tokens.iter().skip(1).map(|t| t.gap).collect();
        assert_eq!(gaps, [Gap::Hyphen, Gap::Break, Gap::Plus, Gap::Comma, Gap::Space]);
    }

    #[test]
    fn places_lead_back_to_the_text_as_written() {
        let text = "«ГЛОК» Ａ\u{200b}K-47, 9mm";
        let folded = fold(text, &Vocabulary::default());
        let written: Vec<&str> = folded.tokens.iter().map(|t| &text[t.from..t.to]).collect();
        assert_eq!(written, ["ГЛОК", "Ａ\u{200b}K", "47", "9", "mm"]);
    }
}
