//! A title as words, numbers and codes.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::html::prefix;

/// Bytes of a title that are read.
const LONGEST: usize = 512;
/// Tokens that are kept.
const KEPT: usize = 256;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    Code,
    Sign,
}

/// A word or number of a title, or a sign beside a number.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// Words in lower case without accents, numbers, and the signs that say what a number is.
pub(super) fn tokens(title: &str) -> Vec<Token> {
    let folded: String = prefix(title, LONGEST).nfkd().filter(|one| !is_combining_mark(*one)).flat_map(char::to_lowercase).collect();
    let mut tokens = Vec::new();
    let mut run = String::new();
    let mut characters = folded.chars().peekable();
    while let Some(one) = characters.next() {
        let inner = matches!(one, '.' | ',')
            && run.ends_with(|last: char| last.is_ascii_digit())
            && characters.peek().is_some_and(char::is_ascii_digit);
        if one.is_alphanumeric() || inner {
            run.push(if one == ',' { '.' } else { one });
            continue;
        }
        cut(&mut tokens, &mut run);
        if matches!(one, '$' | '€' | '£' | '%' | '/' | '@' | '#') {
            tokens.push(Token { text: one.to_string(), kind: Kind::Sign });
        }
    }
    cut(&mut tokens, &mut run);
    tokens.truncate(KEPT);
    tokens
}

/// Letters and digits in a row are one code, or words and numbers.
fn cut(tokens: &mut Vec<Token>, run: &mut String) {
    let run = std::mem::take(run);
    if run.is_empty() {
        return;
    }
    // A number of an article may follow a word without a space.
    let digits = run.len() - run.trim_end_matches(|one: char| one.is_ascii_digit()).len();
    if digits >= 12 && digits < run.len() {
        let (mut word, number) = (run[..run.len() - digits].to_owned(), run[run.len() - digits..].to_owned());
        cut(tokens, &mut word);
        tokens.push(Token { text: number, kind: Kind::Code });
        return;
    }
    if is_code(&run) {
        tokens.push(Token { text: run, kind: Kind::Code });
        return;
    }
    let figure = |one: char| one.is_ascii_digit() || one == '.';
    let mut rest = run.as_str();
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|one| figure(one) != figure(first)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        let (text, kind) = if figure(first) { (number(piece), Kind::Number) } else { (piece.to_owned(), Kind::Word) };
        tokens.push(Token { text, kind });
    }
}

/// "0.50" and ".5" are one number; digits alone keep their zeros.
fn number(digits: &str) -> String {
    match digits.split_once('.') {
        Some((whole, part)) if !part.contains('.') => {
            let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
            let whole = if whole.is_empty() { "0" } else { whole };
            if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
        }
        _ => digits.to_owned(),
    }
}

/// "h257100il", "pp22250": letters and digits that change more than once, or few letters before many digits. "7.62x54" is none.
fn is_code(run: &str) -> bool {
    let figure = |one: char| one.is_ascii_digit();
    if run.contains('.') || !run.is_ascii() {
        return false;
    }
    let changes = run.bytes().zip(run.bytes().skip(1)).filter(|(one, other)| one.is_ascii_digit() != other.is_ascii_digit()).count();
    let digits = run.chars().filter(|one| figure(*one)).count();
    let by = run.bytes().skip_while(u8::is_ascii_digit).take(1).any(|one| one == b'x') && run.starts_with(figure);
    match changes {
        0 => digits >= 9,
        1 => digits >= 4 && run.starts_with(|one: char| one.is_ascii_lowercase()),
        _ => run.len() >= 5 && !by,
    }
}
