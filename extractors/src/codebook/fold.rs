//! Text in a normal form for matching, each token with its place in the text as written.
//!
//! Lexicon terms and listings pass through the same function, so that `AK-47`, `AK 47`, `ak47` and `АК-47` (Cyrillic) are one thing:
//! lower case, compatibility forms and accents folded, invisible characters dropped, look-alike letters of other scripts read as
//! Latin in mixed words, words parted where letters meet digits, `,` between digits read as a decimal point or dropped as a
//! thousands mark. Time and memory are linear in the text; at most [`LONGEST`] bytes are read.

use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

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
}

/// Text in normal form.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    /// Tokens parted by one space, with a space at both ends.
    pub text: String,
    /// Tokens in order.
    pub tokens: Vec<Token>,
}

impl Folded {
    /// Words of token `index`, or an empty string past the end.
    pub fn word(&self, index: usize) -> &str {
        self.tokens.get(index).and_then(|t| self.text.get(t.start..t.end)).unwrap_or("")
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
        let word = self.word(index);
        if word.starts_with(|c: char| c.is_ascii_digit()) { word.parse().ok() } else { None }
    }

    /// Value of token `index` as a whole number; `1.000` is a thousand.
    pub fn whole(&self, index: usize) -> Option<u32> {
        let word = self.word(index);
        match word.split_once('.') {
            Some((head, tail)) if tail.len() == 3 && head.len() <= 3 && head != "0" => format!("{head}{tail}").parse().ok(),
            Some(_) => None,
            None => word.parse().ok(),
        }
    }
}

/// Folds `text`. A word that becomes one of `known` once digits and signs are read as letters is taken for that word.
pub fn fold(text: &str, known: &HashSet<String>) -> Folded {
    let cut = floor_char_boundary(text, LONGEST);
    let mut folder = Folder { known, out: Folded { text: String::with_capacity(cut.len() + 16), ..Folded::default() }, gap: Gap::Sentence };
    folder.out.text.push(' ');
    let mut word: Vec<(char, usize, usize)> = Vec::new();
    let mut to = 0;
    loop {
        let at = to;
        let Some(rest) = cut.get(at..) else { break };
        // Most words are ASCII letters with a space or a stop behind them, and mean themselves.
        if word.is_empty()
            && let Some((plain, gap)) = plain_word(rest)
        {
            folder.plain(plain, at, gap);
            to = at + plain.len() + 1;
            continue;
        }
        let mut following = rest.chars();
        let Some(written) = following.next() else { break };
        to = at + written.len_utf8();
        if invisible(written) {
            continue;
        }
        if word_char(written) {
            simple(written, |c| word.push((c, at, to)));
            continue;
        }
        let next = following.next();
        let last = word.last().map(|&(c, ..)| c);
        match written {
            // 9.3, 7,62 and 1,000 are one number; so is .45 after a space.
            '.' | ',' | '·'
                if next.is_some_and(|c| c.is_ascii_digit())
                    && last.is_none_or(|c| c.is_ascii_digit())
                    && (written == '.' || last.is_some()) =>
            {
                word.push((if written == ',' { ',' } else { '.' }, at, to));
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
    known: &'a HashSet<String>,
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
        self.out.tokens.push(Token { start, end, from, to, gap: self.gap, dotted });
        self.gap = Gap::None;
    }

    /// A word that needs no reading, and the character behind it.
    fn plain(&mut self, word: &str, from: usize, gap: Gap) {
        let start = self.out.text.len();
        self.out.text.push_str(word);
        let end = self.out.text.len();
        self.out.text.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
        self.out.text.push(' ');
        self.out.tokens.push(Token { start, end, from, to: from + word.len(), gap: self.gap, dotted: false });
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

    /// Takes a run of word characters apart where letters meet digits.
    fn word(&mut self, word: &[(char, usize, usize)]) {
        let (Some(first), Some(last)) = (word.first(), word.last()) else { return };
        let whole: Option<String> = if homoglyphs(word) { Some(word.iter().map(|w| latin(w.0).unwrap_or(w.0)).collect()) } else { None };
        if let Some(plain) = self.leet(word, whole.as_deref()) {
            self.push(first.1, last.2, false, plain.chars());
            self.gap = Gap::Space;
            return;
        }
        let letter = |w: &(char, usize, usize)| if whole.is_some() { latin(w.0).unwrap_or(w.0) } else { w.0 };
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
                self.push(from, to, false, part.iter().map(letter).filter(|c| !matches!(c, '@' | '$' | '!')));
            }
        }
        self.gap = Gap::Space;
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

    /// `gl0ck` and `p1stol` read as the lexicon's words; `m1a` is left alone, as `mia` is none.
    fn leet(&self, word: &[(char, usize, usize)], whole: Option<&str>) -> Option<String> {
        if !(4..=24).contains(&word.len()) || self.known.is_empty() {
            return None;
        }
        let letters = word.iter().filter(|w| w.0.is_alphabetic()).count();
        let signs = word.iter().filter(|w| leet_letter(w.0).is_some()).count();
        if signs == 0 || letters < 3 || letters + signs != word.len() || !word.first().is_some_and(|w| w.0.is_alphabetic()) {
            return None;
        }
        let source: Vec<char> = whole.map_or_else(|| word.iter().map(|w| w.0).collect(), |w| w.chars().collect());
        let plain: String = source.iter().map(|&c| leet_letter(c).unwrap_or(c)).collect();
        if self.known.contains(&plain) {
            return Some(plain);
        }
        let other: String = source.iter().map(|&c| if c == '1' { 'l' } else { leet_letter(c).unwrap_or(c) }).collect();
        self.known.contains(&other).then_some(other)
    }
}

/// The ASCII letters at the head of `rest`, where there are any, with the gap that follows them, where that is a single character.
fn plain_word(rest: &str) -> Option<(&str, Gap)> {
    let length = rest.bytes().position(|byte| !byte.is_ascii_alphabetic())?;
    let gap = match rest.as_bytes().get(length)? {
        b' ' => Gap::Space,
        b',' => Gap::Comma,
        b'.' | b'\n' => Gap::Sentence,
        _ => return None,
    };
    rest.get(..length).filter(|word| !word.is_empty()).map(|word| (word, gap))
}

/// Length of one number at the head of `rest`: a second point begins another.
fn number_length(rest: &[(char, usize, usize)], length: usize) -> usize {
    let mut seen = false;
    for (index, w) in rest.iter().take(length).enumerate() {
        if w.0 == '.' && index > 0 {
            if seen {
                return index;
            }
            seen = true;
        }
    }
    length
}

fn number_char(c: char) -> bool {
    c.is_ascii_digit() || c == '.' || c == ','
}

fn word_char(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || c == '×'
}

fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{00ad}' | '\u{034f}' | '\u{180e}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}')
        || ('\u{e0000}'..='\u{e007f}').contains(&c)
}

/// One written character as plain lower-case ones.
fn simple(written: char, mut give: impl FnMut(char)) {
    if written.is_ascii() {
        give(written.to_ascii_lowercase());
        return;
    }
    for c in std::iter::once(written).nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => "ss".chars().for_each(&mut give),
            'æ' => "ae".chars().for_each(&mut give),
            'œ' => "oe".chars().for_each(&mut give),
            'ø' => give('o'),
            'ł' => give('l'),
            'đ' | 'ð' => give('d'),
            'ı' => give('i'),
            'þ' => "th".chars().for_each(&mut give),
            '×' => give('x'),
            c if is_combining_mark(c) => {}
            c => give(c),
        }
    }
}

/// Whether letters of two scripts meet in one word, or a short word has only letters that look Latin.
fn homoglyphs(word: &[(char, usize, usize)]) -> bool {
    let (mut plain, mut alike, mut other) = (0usize, 0usize, 0usize);
    for &(c, ..) in word {
        if c.is_ascii_alphabetic() {
            plain += 1;
        } else if latin(c).is_some() {
            alike += 1;
        } else if c.is_alphabetic() {
            other += 1;
        }
    }
    alike > 0 && ((plain > 0) || (other == 0 && alike <= 3))
}

/// The Latin letter that a Greek or Cyrillic one looks like, in lower or upper case.
fn latin(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' | 'н' | 'η' => 'h',
        'і' | 'ι' | 'ӏ' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'п' | 'ν' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'у' => 'y',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'ζ' => 'z',
        _ => return None,
    })
}

fn leet_letter(c: char) -> Option<char> {
    Some(match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        _ => return None,
    })
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
        fold(text, &known.iter().map(|w| w.to_string()).collect()).text.trim().to_owned()
    }

    #[test]
    fn one_form_for_many_writings() {
        for text in ["AK-47", "ak47", "AK 47", "A\u{200b}K-47", "ＡＫ４７", "АК-47"] {
            assert_eq!(words(text, &[]), "ak 47", "{text}");
        }
        assert_eq!(words("7,62x39 / 9×19 / 1,000 rds .45ACP", &[]), "7.62 x 39 9 x 19 1000 rds 45 acp");
        assert_eq!(words("S&amp;W 4.5\" w/2 mags d'occasion Taylor's", &[]), "s & w 4.5 in with 2 mags d occasion taylors");
        assert_eq!(words("Gl0ck p1st0l M1A Schreckschußwaffe", &["glock", "pistol"]), "glock pistol m 1 a schreckschusswaffe");
        assert_eq!(words("gIосk", &["glock"]), "giock");
    }

    #[test]
    fn gaps_tell_hyphens_from_dashes() {
        let gaps: Vec<Gap> = fold("AR-15 - 15+1, w/ case", &HashSet::new()).tokens.iter().skip(1).map(|t| t.gap).collect();
        assert_eq!(gaps, [Gap::Hyphen, Gap::Break, Gap::Plus, Gap::Comma, Gap::Space]);
    }

    #[test]
    fn places_lead_back_to_the_text_as_written() {
        let text = "«ГЛОК» Ａ\u{200b}K-47, 9mm";
        let folded = fold(text, &HashSet::new());
        let written: Vec<&str> = folded.tokens.iter().map(|t| &text[t.from..t.to]).collect();
        assert_eq!(written, ["ГЛОК", "Ａ\u{200b}K", "47", "9", "mm"]);
    }
}
