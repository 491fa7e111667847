//! Runs of digits with their separators, and what amount they write.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::marks::match_before;

/// A run of digits with its separators.
pub(super) struct Numeral {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Without a closing `,-`.
    digits_end: usize,
}

impl Numeral {
    pub(super) fn digits<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.digits_end).unwrap_or_default()
    }
}

pub(super) fn is_space(ch: char) -> bool {
    matches!(ch, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t')
}

pub(super) fn digits_at(text: &str, at: usize) -> usize {
    text.as_bytes().get(at..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

pub(super) fn numerals(text: &str) -> Vec<Numeral> {
    let bytes = text.as_bytes();
    let mut out: Vec<Numeral> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut start = at;
        let mut end = at + digits_at(text, at);
        let mut group = end - start;
        let mut pointed = false;
        while let Some(ch) = text[end..].chars().next() {
            let next = end + ch.len_utf8();
            let digits = digits_at(text, next);
            let joins = match ch {
                '.' | ',' => digits > 0,
                '\'' | '’' => digits == 3 && group <= 3,
                ch if is_space(ch) => digits == 3 && group <= 3 && !pointed && !letter_at(text, next + 3),
                _ => false,
            };
            if !joins {
                break;
            }
            group = digits;
            pointed |= matches!(ch, '.' | ',');
            end = next + digits;
        }
        // ".50" after a currency sign or a space; not "a.50".
        if text[..start].ends_with('.') && !text[..start - 1].ends_with(|c: char| c.is_alphanumeric() || c == '.') {
            start -= 1;
        }
        let digits_end = end;
        for dash in [",--", ",-", ".--", ".-", ",—", ",–", ".–", ".—"] {
            if text[end..].starts_with(dash) && digits_at(text, end + dash.len()) == 0 {
                end += dash.len();
                break;
            }
        }
        at = end;
        if !glued(text, start) {
            out.push(Numeral { start, end, digits_end });
        }
    }
    out
}

pub(super) fn letter_at(text: &str, at: usize) -> bool {
    text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphanumeric)
}

/// Part of a word or of a longer number, such as the 19 of "G19"; a currency code may touch.
pub(super) fn glued(text: &str, start: usize) -> bool {
    let head = &text[..start];
    match head.chars().next_back() {
        Some(ch) if ch.is_alphabetic() => match_before(head).is_none(),
        Some('_' | '#') => true,
        Some('/') => head[..head.len() - 1].ends_with(|c: char| c.is_ascii_digit()),
        _ => false,
    }
}

/// Applies the rules of [`super::parse_amount`]; `fine` reads a single point as the decimal one (0.123, 1.234 BTC).
pub(super) fn amount(digits: &str, fine: bool) -> Option<Decimal> {
    if digits.len() > 40 {
        return None;
    }
    let plain: String = digits.chars().filter(|c| !is_space(*c) && *c != '\'' && *c != '’').collect();
    let grouped_otherwise = plain.len() != digits.len();
    let (dots, commas) = (plain.matches('.').count(), plain.matches(',').count());
    let decimal = match (dots, commas) {
        (0, 0) => None,
        (_, 0) | (0, _) => {
            let mark = if dots > 0 { '.' } else { ',' };
            let (head, tail) = plain.split_once(mark)?;
            let thousands =
                !grouped_otherwise && tail.len() == 3 && (1..=3).contains(&head.len()) && !head.starts_with('0') && !(fine && mark == '.');
            if dots + commas > 1 {
                if !well_grouped(&plain, mark) {
                    return None;
                }
                None
            } else if thousands {
                None
            } else {
                Some(mark)
            }
        }
        _ => {
            let (dot, comma) = (plain.rfind('.')?, plain.rfind(',')?);
            let (mark, other, at) = if dot > comma { ('.', ',', dot) } else { (',', '.', comma) };
            if plain.matches(mark).count() != 1 || !well_grouped(&plain[..at], other) {
                return None;
            }
            Some(mark)
        }
    };
    let mut normal = String::with_capacity(plain.len());
    for ch in plain.chars() {
        match ch {
            '.' | ',' if Some(ch) == decimal => normal.push('.'),
            '.' | ',' => {}
            digit => normal.push(digit),
        }
    }
    if normal.starts_with('.') {
        normal.insert(0, '0');
    }
    Decimal::from_str(&normal).ok()
}

/// Groups of three, or of two with a last one of three (lakh, crore).
pub(super) fn well_grouped(text: &str, mark: char) -> bool {
    let groups: Vec<&str> = text.split(mark).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return true };
    (1..=3).contains(&first.len())
        && last.len() == 3
        && (middle.iter().all(|group| group.len() == 3) || (first.len() <= 2 && middle.iter().all(|group| group.len() == 2)))
}
