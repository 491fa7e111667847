//! Words written over several tokens, or from behind: "G L O C K 1 9", "gl ock", "kcolg", "GIock". Only what gives a telling word is taken,
//! and only the head of a text is looked at for all but spaced letters: goods are named there.

use super::fold::{Folded, Gap, Token};
use super::vocabulary::{COMPACT, CORE, LISTED, LONGEST_WORD, STRONG, TELLING, TERM, Vocabulary};

/// Tokens at the head of a text in which words in two or three pieces are looked for.
const HEAD: usize = 40;
/// Pieces of one word.
const PIECES: usize = 4;

/// Tokens that are one.
struct Join {
    first: usize,
    last: usize,
    words: Vec<String>,
    evading: bool,
}

/// Joins what is spread, in place; tells whether anything is.
pub(crate) fn join(folded: &mut Folded, written: &str, vocabulary: &Vocabulary) -> bool {
    let mut joins: Vec<Join> = Vec::new();
    singles(folded, |first, last| spaced(folded, first, last, vocabulary, &mut joins));
    let mut at = 0;
    while at < folded.tokens.len().min(HEAD) {
        let taken = joins.iter().find(|j| j.first <= at && at < j.last).map(|j| j.last);
        let found = if taken.is_some() { None } else { pieces(folded, at, vocabulary).or_else(|| turned(folded, written, at, vocabulary)) };
        at = taken.or(found.as_ref().map(|j| j.last)).unwrap_or(at + 1);
        joins.extend(found);
    }
    numbers(folded, &mut joins);
    if joins.is_empty() {
        return false;
    }
    joins.sort_by_key(|j| j.first);
    rebuild(folded, &joins);
    true
}

/// Whether something may be joined in a stretch of a text that is read alone, where [`join`] found nothing in the whole.
pub(crate) fn any(folded: &Folded, written: &str, vocabulary: &Vocabulary) -> bool {
    let mut single = false;
    singles(folded, |_, _| single = true);
    single
        || folded.tokens.iter().any(|token| token.evading)
        || (HEAD..folded.tokens.len())
            .any(|at| pieces(folded, at, vocabulary).is_some() || turned(folded, written, at, vocabulary).is_some())
}

/// Runs of three single letters and more: first token and the one behind the last.
fn singles(folded: &Folded, mut run: impl FnMut(usize, usize)) {
    let mut single = 0;
    for at in 0..=folded.tokens.len() {
        let token = folded.tokens.get(at).filter(|token| token.end - token.start <= 3 && lone(folded.word(at)));
        if token.is_some_and(|token| single == 0 || near(token.gap)) {
            single += 1;
            continue;
        }
        if single >= 3 {
            run(at - single, at);
        }
        // A lone letter behind a gap begins a run of its own.
        single = usize::from(token.is_some());
    }
}

fn lone(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_alphanumeric) && letters.next().is_none()
}

fn near(gap: Gap) -> bool {
    matches!(gap, Gap::None | Gap::Space | Gap::Hyphen | Gap::Sentence | Gap::Break | Gap::Slash)
}

/// Single letters in a row: words where the room between them is even, and where a longer one parts them.
fn spaced(folded: &Folded, first: usize, last: usize, vocabulary: &Vocabulary, joins: &mut Vec<Join>) {
    let room = |at: usize| match (folded.tokens.get(at), folded.tokens.get(at + 1)) {
        (Some(a), Some(b)) => b.from.saturating_sub(a.to),
        _ => usize::MAX,
    };
    let least = (first..last.saturating_sub(1)).map(room).min().unwrap_or(0);
    let mut start = first;
    for at in first..last {
        if at + 1 < last && room(at) <= least {
            continue;
        }
        words_of(folded, start, at + 1, vocabulary, joins);
        start = at + 1;
    }
}

fn words_of(folded: &Folded, first: usize, last: usize, vocabulary: &Vocabulary, joins: &mut Vec<Join>) {
    let mut at = first;
    while at + 3 <= last {
        let longest = (last - at).min(LONGEST_WORD);
        let found = (3..=longest).rev().find_map(|length| {
            let word: String = (at..at + length).map(|i| folded.word(i)).collect();
            let bits = if vocabulary.has(&word, TELLING | LISTED | COMPACT) { vocabulary.of(&word) } else { 0 };
            let whole = length == last - at;
            (bits & (TELLING | COMPACT) != 0 || bits & LISTED != 0 && (whole || length >= 5)).then_some((
                word,
                length,
                bits & (TELLING | COMPACT) != 0,
            ))
        });
        let Some((word, length, evading)) = found else {
            // The number behind a word that was spelt out: "1 9".
            let follows = joins.last().is_some_and(|j| j.last == at);
            let digits = (at..last).take_while(|&i| folded.word(i).bytes().all(|b| b.is_ascii_digit())).count();
            if follows && (2..=3).contains(&digits) {
                let number = (at..at + digits).map(|i| folded.word(i)).collect();
                joins.push(Join { first: at, last: at + digits, words: vec![number], evading: true });
            }
            at += digits.max(1);
            continue;
        };
        let words = word.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
        let words = if word.is_ascii() { words.map(|part| String::from_utf8_lossy(part).into_owned()).collect() } else { vec![word] };
        joins.push(Join { first: at, last: at + length, words, evading });
        at += length;
    }
    let rest: Vec<usize> = (at..last).collect();
    let number = rest.len() == 2 && rest.iter().all(|&i| folded.word(i).bytes().all(|b| b.is_ascii_digit()));
    if number && joins.last().is_some_and(|j| j.last == at) {
        joins.push(Join { first: at, last, words: vec![rest.iter().map(|&i| folded.word(i)).collect()], evading: true });
    }
}

/// The number behind a word that was read out of a disguise: "g.l.o.c.k 2 6".
fn numbers(folded: &Folded, joins: &mut Vec<Join>) {
    for at in 1..folded.tokens.len().saturating_sub(1).min(HEAD) {
        let evading = folded.tokens.get(at - 1).is_some_and(|t| t.evading) || joins.iter().any(|j| j.evading && j.last == at);
        let digit = |i: usize| {
            let word = folded.word(i).as_bytes();
            word.len() == 1 && word.iter().all(u8::is_ascii_digit) && folded.tokens.get(i).is_some_and(|t| t.gap <= Gap::Space)
        };
        if evading && digit(at) && digit(at + 1) && !digit(at + 2) && !joins.iter().any(|j| j.first <= at && at < j.last) {
            joins.push(Join { first: at, last: at + 2, words: vec![(at..at + 2).map(|i| folded.word(i)).collect()], evading: true });
        }
    }
}

/// "gl ock", "pis tol", "am mo": two to four pieces, not all of them words of their own.
fn pieces(folded: &Folded, at: usize, vocabulary: &Vocabulary) -> Option<Join> {
    let size = |token: &Token| token.end - token.start;
    let first = folded.tokens.get(at).filter(|token| (1..=8).contains(&size(token)))?;
    // One blank stands between two tokens.
    let byte = |at: usize| folded.text.as_bytes().get(at).copied();
    let second = if size(first) > 1 { first.start + 1 } else { first.end + 1 };
    let begin = [byte(first.start)?, byte(second)?];
    let lengths = vocabulary.strong_lengths(begin);
    if lengths == 0 {
        return None;
    }
    let (mut length, mut small) = (size(first), size(first) <= 4);
    for i in at + 1..(at + PIECES).min(folded.tokens.len()) {
        let token = folded.tokens.get(i).filter(|t| matches!(t.gap, Gap::Space | Gap::Hyphen))?;
        length += size(token);
        small &= size(token) <= 4;
        if length > LONGEST_WORD || !(small || i == at + 1) {
            return None;
        }
        // Hardly any two words make a third: what costs more is asked last.
        let before = token.end - if size(token) > 1 { 2 } else { 3 };
        let end = [byte(before)?, byte(token.end - 1)?];
        if lengths >> length & 1 == 0 || !vocabulary.may_be_strong(&begin, &end, length) {
            continue;
        }
        let letters = |i: usize| Some(folded.word(i)).filter(|w| w.bytes().all(|b| b.is_ascii_lowercase()));
        let word = (at..=i).map(letters).collect::<Option<String>>()?;
        let (head, piece) = (folded.word(at), folded.word(i));
        let listed = |i: usize| vocabulary.of(folded.word(i)) & TERM != 0;
        // An ending alone makes no piece: "gun s".
        let ending = || i == at + 1 && (piece.len() == 1 || head.len() >= 4 && vocabulary.of(head) & TERM != 0);
        let bits = vocabulary.of(&word);
        if bits & STRONG != 0 && !ending() && !(at..=i).all(listed) {
            // "mag pul" is carelessness, "gl ock" is not.
            let evading = (head.len() < 3 || vocabulary.of(head) & TERM == 0) && bits & CORE != 0;
            return Some(Join { first: at, last: i + 1, words: vec![word], evading });
        }
    }
    None
}

/// "kcolg" and "GIock": a word from behind, or with a capital I for an l.
fn turned(folded: &Folded, written: &str, at: usize, vocabulary: &Vocabulary) -> Option<Join> {
    let token = folded.tokens.get(at)?;
    let length = token.end - token.start;
    if !(5..=LONGEST_WORD).contains(&length) {
        return None;
    }
    let byte = |at: usize| folded.text.as_bytes().get(at).copied();
    let backwards = vocabulary.strong_lengths([byte(token.end - 1)?, byte(token.end - 2)?]) >> length & 1 == 1;
    let own = written.as_bytes().get(token.from..token.to).is_some_and(|own| own.len() == length && own.contains(&b'I'));
    // What costs more is asked last.
    if !backwards && !own {
        return None;
    }
    let word = folded.word(at);
    let taken = |word: String| Some(Join { first: at, last: at + 1, words: vec![word], evading: true });
    if backwards && word.is_ascii() && vocabulary.of(word) & TERM == 0 {
        let back: String = word.chars().rev().collect();
        if vocabulary.of(&back) & STRONG != 0 {
            return taken(back);
        }
    }
    let own = written.get(token.from..token.to).filter(|own| own.len() == length && own.bytes().any(|b| b == b'I'))?;
    if own.bytes().any(|b| b.is_ascii_lowercase()) && vocabulary.of(word) & TERM == 0 {
        let read = own.replace('I', "l").to_ascii_lowercase();
        // The first letter may be a true capital.
        if vocabulary.has(&read, STRONG) {
            return taken(read);
        }
    }
    None
}

fn rebuild(folded: &mut Folded, joins: &[Join]) {
    let mut out =
        Folded { text: String::with_capacity(folded.text.len()), tokens: Vec::with_capacity(folded.tokens.len()), triples: folded.triples };
    out.text.push(' ');
    let mut push = |word: &str, token: Token| {
        let start = out.text.len();
        out.text.push_str(word);
        let end = out.text.len();
        out.text.push(' ');
        out.tokens.push(Token { start, end, ..token });
    };
    let mut at = 0;
    let mut following = joins.iter().peekable();
    while let Some(&token) = folded.tokens.get(at) {
        let Some(join) = following.next_if(|j| j.first <= at) else {
            push(folded.word(at), token);
            at += 1;
            continue;
        };
        let to = folded.tokens.get(join.last.saturating_sub(1)).map_or(token.to, |t| t.to);
        for (number, word) in join.words.iter().enumerate() {
            let gap = if number == 0 { token.gap } else { Gap::None };
            push(word, Token { to, gap, evading: join.evading, dotted: false, ..token });
        }
        at = join.last.max(at + 1);
    }
    *folded = out;
}
