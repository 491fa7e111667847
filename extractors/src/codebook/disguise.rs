//! Words that are written so that a filter does not find them: signs between letters, digits and signs for letters, a letter hidden,
//! letters of other scripts. A reading is taken only where it gives a word of the lexicon; what it was written as keeps its place.

use super::alike::{cyrillic, dressed, hiding, invisible, latin, letters_of, passing, simple, word_char};
use super::vocabulary::{COMPACT, CORE, LISTED, LONGEST_WORD, STRONG, TELLING, TERM, Vocabulary};

/// Characters of a run without blanks that are looked at together.
const CHUNK: usize = 48;
/// Ends of a run that are tried, the longest first.
const ENDS: usize = 12;
/// Readings of digits that are tried for one word.
const READINGS: usize = 16;

/// What a run of characters stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) word: String,
    /// Bytes of the text that it takes.
    pub(super) length: usize,
    /// Whether it names goods of the trade in arms, so that the writing evades.
    pub(super) evading: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    /// A sign that stands for a letter.
    Sign,
    /// What parts letters, with whether it may stand for one.
    Between {
        mask: bool,
        hyphen: bool,
    },
}

#[derive(Clone, Copy)]
struct Piece {
    c: char,
    kind: Kind,
    /// Byte after it, from the head of the run.
    to: usize,
}

/// Reads the run at the head of `rest`, which begins a word. Nothing where it is written plainly or reads as no word of the lexicon.
pub(super) fn run(rest: &str, vocabulary: &Vocabulary) -> Option<Read> {
    if vocabulary.is_empty() || !suspicious(rest) {
        return None;
    }
    let mut pieces: Vec<Piece> = Vec::with_capacity(CHUNK);
    let mut following = rest.chars();
    for (at, written) in rest.char_indices().take(CHUNK) {
        let (letter, next) = (pieces.last().is_some_and(|p| p.kind == Kind::Letter), following.by_ref().nth(1 - usize::from(at > 0)));
        let to = at + written.len_utf8();
        if invisible(written) {
            // The written span reaches to the last letter, whatever hides before it.
            continue;
        }
        let kind = match written {
            // "$20" behind a hyphen is a price.
            '@' | '$' | '!' | '€' | '£' | '¢'
                if next.is_some_and(char::is_alphabetic) || letter && !next.is_some_and(|c| c.is_ascii_digit()) =>
            {
                Kind::Sign
            }
            '-' | '‐' | '‑' => Kind::Between { mask: false, hyphen: true },
            '.' | '·' => Kind::Between { mask: false, hyphen: false },
            '*' | '#' | '_' | '~' | '^' => Kind::Between { mask: true, hyphen: false },
            c if word_char(c) => {
                simple(c, |c| {
                    let kind = if c.is_ascii_digit() { Kind::Digit } else { Kind::Letter };
                    pieces.push(Piece { c, kind, to });
                });
                continue;
            }
            // Any other sign that is no punctuation: dots, squares, pictographs.
            '\u{2190}'..='\u{2bff}' | '•' | '°' | '¤' | '\u{fffd}' | '\u{1f300}'..='\u{1faff}' => {
                Kind::Between { mask: true, hyphen: false }
            }
            _ => break,
        };
        pieces.push(Piece { c: written, kind, to });
    }
    while pieces.last().is_some_and(|p| matches!(p.kind, Kind::Between { .. } | Kind::Sign)) {
        pieces.pop();
    }
    let mut end = pieces.len();
    for _ in 0..ENDS {
        let part = pieces.get(..end).filter(|part| part.len() >= 3)?;
        if let Some(found) = whole(part, vocabulary) {
            return Some(found);
        }
        // "gl0ck19", "g.l.o.c.k.17": without the number behind it.
        let digits = part.iter().rev().take_while(|p| p.kind == Kind::Digit).count();
        if (1..=3).contains(&digits)
            && let Some(found) = part.get(..part.len() - digits).map(bare).and_then(|part| whole(part, vocabulary))
        {
            return Some(found);
        }
        end = part.iter().rposition(|p| matches!(p.kind, Kind::Between { .. }))?;
        end = bare(part.get(..end)?).len();
    }
    None
}

/// Without the signs at the end.
fn bare(part: &[Piece]) -> &[Piece] {
    let end = part.iter().rposition(|p| !matches!(p.kind, Kind::Between { .. })).map_or(0, |last| last + 1);
    part.get(..end).unwrap_or_default()
}

/// Whether the run at the head of `rest` may be more than a plain word, a number with its unit or a mark of letters and numbers: a digit
/// or sign before the third letter, a dot or star right before a letter, a hyphen, a sign beyond ASCII.
fn suspicious(rest: &str) -> bool {
    let (mut letters, mut signs, mut hyphens) = (0usize, false, false);
    let (mut parted, mut coded) = (false, false);
    for c in rest.chars().take(CHUNK) {
        match c {
            'a'..='z' | 'A'..='Z' => {
                letters += 1;
                signs |= parted || coded && letters >= 3;
                parted = false;
            }
            '0'..='9' | '@' | '$' | '!' | '€' | '£' | '¢' => (coded, parted) = (true, false),
            '.' | '*' | '_' | '#' | '~' | '^' => parted = true,
            '-' => hyphens = true,
            c if c.is_ascii() => break,
            c if c.is_alphabetic() => {
                letters += 1;
                signs |= parted || coded && letters >= 3;
                parted = false;
            }
            c if invisible(c) || word_char(c) => {}
            c if c.is_whitespace() => break,
            _ => parted = true,
        }
    }
    letters >= 2 && (signs || hyphens)
}

/// Reads a run as one word.
fn whole(part: &[Piece], vocabulary: &Vocabulary) -> Option<Read> {
    let length = part.last()?.to;
    let between = part.iter().filter(|p| matches!(p.kind, Kind::Between { .. })).count();
    let coded = part.iter().filter(|p| matches!(p.kind, Kind::Digit | Kind::Sign)).count();
    let letters = part.len() - between - coded;
    if between + coded == 0 || part.len() - between > LONGEST_WORD || letters < 2 {
        return None;
    }
    let taken = |word: String, evading: bool| Some(Read { word, length, evading });
    let joined = || part.iter().filter(|p| !matches!(p.kind, Kind::Between { .. })).map(|p| p.c);
    if between > 0 && coded == 0 {
        let word = alike(joined().collect::<String>(), vocabulary);
        let single = singles(part);
        let bits = if vocabulary.has(&word, TELLING | LISTED) { vocabulary.of(&word) } else { 0 };
        if bits & TELLING != 0 && single {
            return taken(word, true);
        }
        if bits & TELLING != 0 && !compound(part, vocabulary) {
            // "P-mag" is how some write it; "g-lock" is not.
            let one = between == 1 && part.iter().any(|p| p.kind == Kind::Between { mask: false, hyphen: true });
            let prefix = part.get(1).is_some_and(|p| matches!(p.kind, Kind::Between { .. }));
            return if one && bits & STRONG == 0 { None } else { taken(word, !one || !prefix || bits & CORE != 0) };
        }
        if single && bits & LISTED != 0 {
            return taken(word, false);
        }
        return if between == 1 { masked(part, vocabulary).and_then(|word| taken(word, true)) } else { None };
    }
    if between > 0 && singles(part) {
        let word: String = joined().collect();
        if vocabulary.has(&word, COMPACT) {
            return taken(word, true);
        }
    }
    // A number behind a word is one.
    let ends = part.iter().rposition(|p| p.kind != Kind::Digit).map_or(0, |last| last + 1);
    if letters < 3 && between == 0 || part.iter().take(ends).all(|p| matches!(p.kind, Kind::Letter | Kind::Between { .. })) {
        return None;
    }
    let headed = part.first().is_some_and(|p| p.kind == Kind::Letter);
    for word in readings(&joined().collect::<Vec<_>>()) {
        let word = alike(word, vocabulary);
        let bits = if vocabulary.has(&word, TELLING | LISTED) { vocabulary.of(&word) } else { 0 };
        let enough = match (headed, between) {
            (true, 0) => bits & (LISTED | TELLING) != 0 && (bits & TELLING != 0 || part.iter().all(|p| usual(p.c))),
            (false, 0) => bits & STRONG != 0,
            _ => bits & TELLING != 0 && word.chars().count() >= 4,
        };
        if enough && word.chars().count() >= 4 {
            return taken(word, bits & TELLING != 0);
        }
    }
    None
}

/// Digits and signs that are so often put for letters that any word of the lexicon may be meant.
fn usual(c: char) -> bool {
    !matches!(c, '2' | '6' | '8' | '9' | '€' | '£' | '¢')
}

/// Whether each stretch between signs is a single character, and there are at least three.
fn singles(part: &[Piece]) -> bool {
    let lone = part.chunk_by(|a, b| !matches!(a.kind, Kind::Between { .. }) && !matches!(b.kind, Kind::Between { .. }));
    part.len() >= 5 && lone.into_iter().all(|stretch| stretch.len() == 1)
}

/// Whether a word is put together of words, or two sentences meet in it: "hand-gun", "Rifle_Scopes", "new scope.S".
fn compound(part: &[Piece], vocabulary: &Vocabulary) -> bool {
    let mut known = part.split(|p| matches!(p.kind, Kind::Between { .. })).map(|stretch| {
        let word: String = stretch.iter().map(|p| p.c).collect();
        stretch.len() > 1 && vocabulary.of(&word) & TERM != 0
    });
    let sentence = part.iter().filter(|p| matches!(p.kind, Kind::Between { .. })).map(|p| p.c).eq(['.']);
    if sentence { known.next() == Some(true) } else { known.all(|known| known) }
}

/// The strong word that a run with one letter hidden stands for, where no other word of the lexicon fits as well.
fn masked(part: &[Piece], vocabulary: &Vocabulary) -> Option<String> {
    const LATIN: &str = "abcdefghijklmnopqrstuvwxyz";
    const CYRILLIC: &str = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяії";
    let hole = part.iter().position(|p| matches!(p.kind, Kind::Between { mask: true, .. }))?;
    let alphabet = if part.iter().any(|p| ('а'..='я').contains(&p.c)) { CYRILLIC } else { LATIN };
    let fitting: Vec<String> = alphabet
        .chars()
        .map(|letter| part.iter().enumerate().map(|(at, p)| if at == hole { letter } else { p.c }).collect::<String>())
        .filter(|word| vocabulary.has(word, LISTED | TELLING))
        .collect();
    let mut arms = fitting.iter().filter(|word| vocabulary.of(word) & CORE != 0);
    match (fitting.as_slice(), arms.next(), arms.next()) {
        ([only], ..) => Some(only.clone()).filter(|word| vocabulary.of(word) & STRONG != 0),
        // An arm rather than a part: "firearm", not "forearm".
        (_, Some(arm), None) if arm.len() >= 6 => Some(arm.clone()),
        _ => None,
    }
}

/// The readings of a word whose digits and signs stand for letters, the usual ones first.
fn readings(word: &[char]) -> Vec<String> {
    let mut all = vec![String::with_capacity(word.len())];
    for &c in word {
        match letters_of(c) {
            [] => all.iter_mut().for_each(|so_far| so_far.push(c)),
            [letter] => all.iter_mut().for_each(|so_far| so_far.push(*letter)),
            [first, second, ..] => {
                let others =
                    if all.len() * 2 <= READINGS { all.iter().map(|so_far| format!("{so_far}{second}")).collect() } else { Vec::new() };
                all.iter_mut().for_each(|so_far| so_far.push(*first));
                all.extend(others);
            }
        }
    }
    all
}

/// A word with letters of two scripts in the script that makes it one of the lexicon's, or in the likelier one.
pub(super) fn alike(word: String, vocabulary: &Vocabulary) -> String {
    let (mut plain, mut twins, mut other) = (0usize, 0usize, 0usize);
    for c in word.chars() {
        if c.is_ascii() {
            plain += usize::from(c.is_ascii_alphabetic());
        } else if latin(c).is_some() {
            twins += 1;
        } else if c.is_alphabetic() {
            other += 1;
        }
    }
    let read = |of: fn(char) -> Option<char>| word.chars().map(|c| if c.is_ascii() { c } else { of(c).unwrap_or(c) }).collect::<String>();
    if plain == 0 {
        // Letters of one script that all look Latin: short words are marks such as АК, long ones are Latin where they tell so.
        if other > 0 || twins == 0 {
            return word;
        }
        let usual = read(latin);
        return if twins <= 3 || vocabulary.of(&word) & TERM == 0 && vocabulary.has(&usual, TELLING) { usual } else { word };
    }
    if twins + other == 0 {
        return word;
    }
    // Most letters are those of another script, some are Latin ones that look like theirs.
    if other > 0 && word.chars().filter(char::is_ascii).all(|c| cyrillic(c).is_some()) {
        let whole: String = word.chars().map(|c| cyrillic(c).unwrap_or(c)).collect();
        let russian = whole.replace('і', "и");
        if let Some(known) = [whole, russian].into_iter().find(|word| vocabulary.of(word) & TERM != 0) {
            return known;
        }
    }
    let usual = read(latin);
    if vocabulary.has(&usual, LISTED | TELLING) {
        return usual;
    }
    let passed = read(passing);
    if vocabulary.has(&passed, TELLING) { passed } else { usual }
}

/// Whether a character hides in a word or is dressed up, where it says no more than a plain one.
pub(super) fn evades(c: char) -> bool {
    hiding(c) || dressed(c)
}
