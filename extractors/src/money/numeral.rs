//! Runs of digits with their separators, and what amount they write.

use rust_decimal::Decimal;

use super::marks::{Fine, Place, Strict, match_after, match_before};

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

    /// Ends with the dash that stands for no cents: `250,-`, `499:-`.
    pub(super) fn dashed(&self) -> bool {
        self.end > self.digits_end
    }
}

pub(super) fn is_space(ch: char) -> bool {
    matches!(ch, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t')
}

pub(super) fn digits_at(text: &str, at: usize) -> usize {
    text.as_bytes().get(at..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// All numerals of a text; in a price field a blank may stand behind the decimal point ("118, 99").
pub(super) fn numerals(text: &str, strict: Strict) -> Vec<Numeral> {
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
                '.' | ',' | '·' | '٫' => digits > 0,
                '\'' | '’' | '٬' => digits == 3 && group <= 3,
                ch if is_space(ch) => {
                    digits == 3
                        && group <= 3
                        && !pointed
                        && !unit_at(text, next + 3)
                        && !(end - start == group && behind_a_model(text, start))
                }
                _ => false,
            };
            if !joins {
                let blank =
                    matches!(ch, '.' | ',') && strict == Strict::Field && text[next..].starts_with(' ') && digits_at(text, next + 1) == 2;
                if blank && !letter_at(text, next + 3) && !pointed_as(&text[start..end], ch) {
                    end = next + 3;
                }
                break;
            }
            group = digits;
            pointed |= matches!(ch, '.' | ',' | '·' | '٫');
            end = next + digits;
        }
        // ".50" after a currency sign or a space; not "a.50".
        if text[..start].ends_with(['.', ',']) && !text[..start - 1].ends_with(|c: char| c.is_alphanumeric() || c == '.') {
            start -= 1;
        }
        let digits_end = end;
        let may_dash = matches!(bytes.get(end), Some(b',' | b'.' | b':'));
        for dash in [",--", ",-", ".--", ".-", ",—", ",–", ".–", ".—", ":-"].into_iter().filter(|_| may_dash) {
            let after = end + dash.len();
            if text[end..].starts_with(dash) && digits_at(text, after) == 0 && (dash != ":-" || !letter_at(text, after)) {
                end = after;
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

fn pointed_as(digits: &str, mark: char) -> bool {
    digits.contains(mark)
}

/// Letters at a place that are no currency.
fn unit_at(text: &str, at: usize) -> bool {
    letter_at(text, at) && text.get(at..).and_then(|rest| match_after(rest, |_, _, place| place != Place::Pence)).is_none()
}

/// Names of makers and systems behind which a number is a model: "Glock 19 500 €".
const MODELS: &[&str] = &[
    "glock",
    "colt",
    "beretta",
    "walther",
    "mauser",
    "mossberg",
    "remington",
    "saiga",
    "model",
    "mod",
    "modell",
    "modèle",
    "sako",
    "tikka",
    "browning",
    "zastava",
    "taurus",
    "ruger",
    "пм",
    "тт",
    "ак",
    "сайга",
    "вепрь",
    "тоз",
    "иж",
    "мод",
];

/// "CZ 75 450 €": the first group is a model and not thousands.
fn behind_a_model(text: &str, start: usize) -> bool {
    let head = text[..start].trim_end_matches(is_space);
    if head.len() == start {
        return false;
    }
    let word: String = head.chars().rev().take_while(|c| c.is_alphabetic()).take(10).collect();
    let word: String = word.chars().rev().collect();
    let capitals = (1..=4).contains(&word.chars().count()) && word.chars().all(char::is_uppercase);
    (capitals && match_before(head, Strict::Field).is_none()) || MODELS.contains(&word.to_lowercase().as_str())
}

/// Part of a word or of a longer number, such as the 19 of "G19"; a currency code may touch.
pub(super) fn glued(text: &str, start: usize) -> bool {
    let head = &text[..start];
    match head.chars().next_back() {
        Some(ch) if ch.is_alphabetic() => match_before(head, Strict::Field).is_none(),
        Some('_' | '#') => true,
        Some('/') => head[..head.len() - 1].ends_with(|c: char| c.is_ascii_digit()),
        _ => false,
    }
}

/// Applies the rules of [`super::parse_amount`]; `fine` says where a single separator before three digits is the decimal one.
///
/// `None` where the digits are no amount, or more than 28 of them, so that none would be lost.
pub(super) fn amount(digits: &str, fine: Fine) -> Option<Decimal> {
    if digits.len() > 60 {
        return None;
    }
    let mut plain = String::with_capacity(digits.len());
    let mut grouped_otherwise = false;
    let last_dot = digits.rfind('·');
    for (at, ch) in digits.char_indices() {
        match ch {
            // "118, 99": the blank behind a point groups nothing.
            ch if is_space(ch) && plain.ends_with(['.', ',']) => {}
            '\'' | '’' | '٬' => grouped_otherwise = true,
            ch if is_space(ch) => grouped_otherwise = true,
            // A raised point is a decimal one before one or two last digits ("£12·50"), else it groups.
            '·' if Some(at) == last_dot && digits.len() - at - 2 <= 2 => plain.push('.'),
            '·' => grouped_otherwise = true,
            '٫' => {
                grouped_otherwise = true;
                plain.push('.');
            }
            ch => plain.push(ch),
        }
    }
    let (dots, commas) = (plain.matches('.').count(), plain.matches(',').count());
    let decimal = match (dots, commas) {
        (0, 0) => None,
        (_, 0) | (0, _) => {
            let mark = if dots > 0 { '.' } else { ',' };
            let (head, tail) = plain.split_once(mark)?;
            let thousands = !grouped_otherwise
                && tail.len() == 3
                && (1..=3).contains(&head.len())
                && !head.starts_with('0')
                && !fine.is_decimal(mark, head.len());
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
    let mut normal = String::with_capacity(plain.len() + 1);
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
    let exact = |digits: &str| Decimal::from_str_exact(digits).ok();
    exact(&normal).or_else(|| normal.contains('.').then(|| exact(normal.trim_end_matches('0').trim_end_matches('.'))).flatten())
}

/// Groups of three, or of two with a last one of three (lakh, crore).
pub(super) fn well_grouped(text: &str, mark: char) -> bool {
    let groups: Vec<&str> = text.split(mark).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return true };
    (1..=3).contains(&first.len())
        && last.len() == 3
        && (middle.iter().all(|group| group.len() == 3) || (first.len() <= 2 && middle.iter().all(|group| group.len() == 2)))
}
