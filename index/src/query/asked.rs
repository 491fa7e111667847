//! A value as written to what its field is asked for.

use super::ast::What;
use super::error::QueryError;
use super::lexer::{Piece, Word};
use super::pattern::{Pattern, Sign};
use super::value::{fraction, money, time};
use crate::analysis::{Analysis, analyse};
use crate::fields::{FieldSpec, Kind};
use crate::fold::{fold, hexadecimal, is_invisible, keyword};

/// What a value asks for.
pub(super) struct Asked {
    pub(super) what: What,
    /// What it asks of the text without its disguises, besides.
    pub(super) unmasked: Option<What>,
}

/// Reads a value of a field. What a watch may not ask for goes into `refusal`, unless something is there already.
pub(super) fn read(
    spec: &FieldSpec,
    column: usize,
    value: &Piece,
    now: i64,
    refusal: &mut Option<QueryError>,
) -> Result<Asked, QueryError> {
    let disguised = matches!(value, Piece::Phrase { disguised: true, .. } | Piece::Word(Word { disguised: true, .. }));
    if disguised && !matches!(spec.kind, Kind::AllText) {
        let hint = "it goes with words of the text alone, as in `glock@disguised`";
        return Err(QueryError::new(column, format!("`{}:` has no disguises", spec.name), hint));
    }
    let what = match spec.kind {
        Kind::Text(_) | Kind::AllText => words(column, value, true),
        Kind::Words(_) => words(column, value, false),
        Kind::Keyword(_) | Kind::Hexadecimal(_) | Kind::Hierarchy(_) | Kind::Week(_) => term(column, spec, value),
        Kind::Money(_) | Kind::Score(_) | Kind::Time(_) => number(column, spec, value, now, refusal),
    }?;
    let unmasked = if disguised { Some(words(column, value, false)?) } else { None };
    Ok(Asked { what, unmasked })
}

fn words(column: usize, value: &Piece, stemmed: bool) -> Result<What, QueryError> {
    let plain = Word::default();
    let (text, slop, word) = match value {
        Piece::Word(word) => (&word.text, 0, word),
        Piece::Phrase { text, slop, .. } => (text, *slop, &plain),
        _ => {
            return Err(QueryError::new(
                column,
                "a range needs a number or a date",
                "ranges go with price, risk, first_seen ...; to search for brackets, use quotes",
            ));
        }
    };
    if let Some(signs) = &word.signs {
        return open_word(column, text, signs);
    }
    let found = analyse(Analysis::Exact, text);
    let one_run = found.windows(2).all(|pair| matches!(pair, [a, b] if a.end == b.start));
    let ends_in_word = found.last().is_some_and(|last| last.end == text.len());
    let mut words: Vec<String> = found.into_iter().map(|word| word.text).collect();
    let Some(last) = words.last().cloned() else {
        return Err(nothing(column, text));
    };
    if word.edits > 0 {
        if words.len() > 1 {
            let hint = "words are cut where letters meet digits, and at signs; write them apart, each with its `~`";
            return Err(QueryError::new(column, format!("`{}` is {} words", cut(text), words.len()), hint));
        }
        return fuzzy(column, last, word.edits);
    }
    if word.prefix {
        if !ends_in_word {
            return Err(QueryError::new(column, "no letter or digit stands before `*`", "write the beginning of a word, then `*`"));
        }
        let whole = if one_run && words.len() > 1 { words.concat() } else { String::new() };
        words.pop();
        return Ok(What::PhrasePrefix { words, prefix: last, whole });
    }
    if stemmed && !word.exact && words.len() == 1 && matches!(value, Piece::Word(_)) {
        let stem = |analysis| analyse(analysis, text).into_iter().next().map(|word| word.text);
        if let Some(stems) = Analysis::stems().map(stem).collect() {
            return Ok(What::Word { exact: last, stems });
        }
    }
    Ok(What::Phrase { words, slop })
}

/// Longest word that may be asked for with letters wrong.
const LONGEST_FUZZY: usize = 32;

fn fuzzy(column: usize, word: String, edits: u8) -> Result<What, QueryError> {
    let (length, least) = (word.chars().count(), if edits == 1 { 3 } else { 5 });
    if (least..=LONGEST_FUZZY).contains(&length) {
        return Ok(What::Fuzzy { word, edits });
    }
    let hint = format!("`~{edits}` goes with words of {least} to {LONGEST_FUZZY} letters; use `*` or `?` instead");
    Err(QueryError::new(column, format!("`{}` has {length} letters", cut(&word)), hint))
}

/// A pattern for single words of a text.
fn open_word(column: usize, text: &str, signs: &[Sign]) -> Result<What, QueryError> {
    let hint = "a pattern stands for one word: letters and digits with `*` and `?`; `\\?` is a plain sign";
    if signs.iter().any(|sign| matches!(sign, Sign::Plain(c) if !c.is_alphanumeric() && !is_invisible(*c))) {
        return Err(QueryError::new(column, format!("`{}` holds other signs than letters and digits", cut(text)), hint));
    }
    pattern(column, text, signs)
}

fn pattern(column: usize, text: &str, signs: &[Sign]) -> Result<What, QueryError> {
    let mut folded: Vec<Sign> = Vec::with_capacity(signs.len());
    let mut plain = String::new();
    for sign in signs {
        match sign {
            Sign::Plain(c) => {
                plain.clear();
                fold(*c, &mut plain);
                folded.extend(plain.chars().map(Sign::Plain));
            }
            // Two in a row are one.
            Sign::Any if folded.last() == Some(&Sign::Any) => {}
            other => folded.push(*other),
        }
    }
    if folded.len() > MAX_PATTERN || !folded.iter().any(|sign| matches!(sign, Sign::Plain(_))) {
        let message = format!("`{}` cannot be looked for", cut(text));
        return Err(QueryError::new(column, message, format!("write one letter or digit at least, and {MAX_PATTERN} signs at most")));
    }
    Ok(What::Wild(Pattern(folded)))
}

/// Longest pattern, signs.
const MAX_PATTERN: usize = 200;

fn term(column: usize, spec: &FieldSpec, value: &Piece) -> Result<What, QueryError> {
    let plain = Word::default();
    let (text, word) = match value {
        Piece::Word(word) => (&word.text, word),
        Piece::Phrase { text, slop: 0, .. } => (text, &plain),
        Piece::Phrase { .. } => {
            return Err(QueryError::new(
                column,
                format!("`{}:` holds whole values, which have no words between", spec.name),
                "leave out `~`",
            ));
        }
        _ => {
            return Err(QueryError::new(column, format!("`{}:` has no ranges", spec.name), "ranges go with price, risk, first_seen ..."));
        }
    };
    if let Some(signs) = word.signs.as_ref().filter(|_| word.starred) {
        // Addresses hold question marks.
        let signs: Vec<Sign> = signs.iter().map(|sign| if *sign == Sign::One { Sign::Plain('?') } else { *sign }).collect();
        return pattern(column, text, &signs);
    }
    let (text, prefix) = match spec.kind {
        Kind::Hierarchy(_) if word.prefix && text.ends_with('.') => (text.trim_end_matches('.'), false),
        _ => (text.as_str(), word.prefix),
    };
    let term = if matches!(spec.kind, Kind::Hexadecimal(_)) { hexadecimal(text) } else { keyword(text) };
    if term.is_empty() {
        return Err(nothing(column, text));
    }
    if word.edits > 0 {
        return fuzzy(column, term, word.edits);
    }
    Ok(if prefix { What::TermPrefix(term) } else { What::Term(term) })
}

fn number(column: usize, spec: &FieldSpec, value: &Piece, now: i64, refusal: &mut Option<QueryError>) -> Result<What, QueryError> {
    let (low, high) = match value {
        Piece::Range { low, high, with_low, with_high } => {
            ((low != "*").then_some((low.as_str(), *with_low)), (high != "*").then_some((high.as_str(), *with_high)))
        }
        Piece::Word(Word { text, prefix: false, starred: false, edits: 0, .. }) | Piece::Phrase { text, slop: 0, .. } => {
            match text.as_bytes() {
                [b'>', b'=', ..] => (Some((text.get(2..).unwrap_or_default(), true)), None),
                [b'<', b'=', ..] => (None, Some((text.get(2..).unwrap_or_default(), true))),
                [b'>', ..] => (Some((text.get(1..).unwrap_or_default(), false)), None),
                [b'<', ..] => (None, Some((text.get(1..).unwrap_or_default(), false))),
                _ => (Some((text.as_str(), true)), Some((text.as_str(), true))),
            }
        }
        _ => {
            return Err(QueryError::new(
                column,
                format!("`{}:` takes whole values only", spec.name),
                "write a number or a date, `>100`, or `[100 TO 500]`",
            ));
        }
    };
    Ok(match spec.kind {
        Kind::Money(_) => {
            let amount =
                |text: &str| money(text).ok_or_else(|| bad_value(column, text, "an amount", "1234.50, without separators or currency"));
            // An open end excludes nothing: the two extreme amounts are those that do not fit into 64 bits.
            let low = low.map(|(text, with)| amount(text).map(|low| if with { low } else { low.saturating_add(1) })).transpose()?;
            let high = high.map(|(text, with)| amount(text).map(|high| if with { high } else { high.saturating_sub(1) })).transpose()?;
            What::Whole { low: low.unwrap_or(i64::MIN), high: high.unwrap_or(i64::MAX) }
        }
        Kind::Score(_) => {
            let number =
                |(text, with)| fraction(text).map(|number| (number, with)).ok_or_else(|| bad_value(column, text, "a number", "0.5"));
            What::Fraction { low: low.map(number).transpose()?, high: high.map(number).transpose()? }
        }
        _ => {
            let mut bounds = (i64::MIN, i64::MAX);
            for (end, is_low) in [(low, true), (high, false)] {
                let Some((text, with)) = end else { continue };
                let stretch = time(text, now).ok_or_else(|| {
                    bad_value(column, text, "a date", "2026-01-31, 2026-01, 2026, 2026-01-31T12:00:00Z or an age such as 7d, 24h")
                })?;
                if stretch.relative {
                    let reason = "what it matches would change from day to day; write a date such as 2026-01-31";
                    let message = format!("`{}` is counted from the moment of asking and cannot be watched", cut(text));
                    refusal.get_or_insert_with(|| QueryError::new(column, message, reason));
                }
                match (is_low, with) {
                    (true, true) => bounds.0 = stretch.start,
                    (true, false) => bounds.0 = stretch.end,
                    (false, true) => bounds.1 = stretch.end.saturating_sub(1),
                    (false, false) => bounds.1 = stretch.start.saturating_sub(1),
                }
            }
            What::Whole { low: bounds.0, high: bounds.1 }
        }
    })
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

fn nothing(column: usize, text: &str) -> QueryError {
    QueryError::new(column, format!("`{}` holds no letter or digit", cut(text)), "write a word, or leave it out")
}

fn bad_value(column: usize, text: &str, what: &str, example: &str) -> QueryError {
    QueryError::new(column, format!("`{}` is not {what}", cut(text)), format!("write {example}"))
}
