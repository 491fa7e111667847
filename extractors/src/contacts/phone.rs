//! Telephone numbers in international writing (ITU-T E.164), and the messengers that they are named for.

use super::signs::Signs;
use crate::record::Indicator;

/// Bytes before a number in which its label stands.
const LABEL: usize = 48;

/// All numbers that begin with "+", or with "00" behind a label. The kind is `whatsapp`, `signal` or `viber` where that is the label;
/// further labels stand in `also`.
///
/// National writings are not read: their country would be a guess.
pub(super) fn find(text: &str, signs: &Signs) -> Vec<Indicator> {
    let mut from = 0;
    let mut found = Vec::new();
    for at in &signs.dialled {
        if let Some(one) = number(text, *at).filter(|one| one.start >= from) {
            from = one.end;
            found.push(one);
        }
    }
    found
}

/// The number whose first digit stands at `at`.
fn number(text: &str, at: usize) -> Option<Indicator> {
    let head = super::text_before(text, at, LABEL);
    let (head, plus) = head.strip_suffix('+').map_or((head, false), |head| (head, true));
    // Sums, parts of base64 and of addresses.
    if head.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '-' | '.' | '+' | '@' | '#' | '%' | '\\')) {
        return None;
    }
    let labels = labels(head);
    let written = written(text.get(at..)?);
    let digits: String = written.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    let digits = if plus { digits.as_str() } else { digits.strip_prefix("00").filter(|_| !labels.is_empty())? };
    let value = e164(digits)?;
    let rest = text.get(at + written.len()..).unwrap_or_default();
    if labels.is_empty() && !stands_alone(digits, written, rest) {
        return None;
    }
    let messengers: Vec<&str> = labels.iter().copied().filter(|label| *label != "phone").collect();
    let kind = messengers.iter().find(|label| **label != "telegram").copied().unwrap_or("phone");
    let start = at - usize::from(plus);
    let mut one = super::indicator(kind, value, false, text, start, at + written.len());
    one.also = messengers.into_iter().filter(|label| *label != kind).map(str::to_owned).collect();
    Some(one)
}

/// Digits with what is written between them, on one line: at most three blanks, hyphens, stops or brackets in a row.
fn written(text: &str) -> &str {
    let (mut end, mut gap, mut digits) = (0, 0, 0);
    for (at, ch) in text.char_indices() {
        if ch.is_ascii_digit() {
            (end, gap, digits) = (at + 1, 0, digits + 1);
        } else if matches!(ch, ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' | '\u{2009}'..='\u{2013}' | '\u{202f}') {
            gap += 1;
        } else {
            break;
        }
        if gap > 3 || digits > 18 {
            break;
        }
    }
    text.get(..end).unwrap_or_default()
}

/// Whether a number without a label is none of a price, a count or a measure.
fn stands_alone(digits: &str, written: &str, rest: &str) -> bool {
    let thousands = written.contains('.') && written.split('.').skip(1).all(|group| group.len() == 3);
    let unit = rest.trim_start().starts_with(['%', '€', '$', '£', '₽', '°']);
    let glued = rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '=' | '/' | '+' | '@'));
    let flat = digits.bytes().skip(2).all(|digit| digit == b'0');
    digits.len() >= 10 && !thousands && !unit && !glued && !flat && !written.contains('/')
}

/// What is said before a number of what it is for, nearest first: `phone`, a messenger; nothing where another word comes first.
fn labels(head: &str) -> Vec<&'static str> {
    let line = head.rsplit('\n').next().unwrap_or_default().to_lowercase();
    let mut found: Vec<&'static str> = Vec::new();
    for word in line.split(|c: char| !c.is_alphabetic()).rev().filter(|word| !word.is_empty()) {
        match LABELS.iter().find(|(label, _)| *label == word) {
            Some((_, kind)) if !found.contains(kind) => found.push(kind),
            Some(_) => {}
            None if BETWEEN.contains(&word) => {}
            None => break,
        }
    }
    found
}

const LABELS: &[(&str, &str)] = &[
    ("whatsapp", "whatsapp"),
    ("whatsap", "whatsapp"),
    ("watsapp", "whatsapp"),
    ("whatapp", "whatsapp"),
    ("whats", "whatsapp"),
    ("wa", "whatsapp"),
    ("ватсап", "whatsapp"),
    ("вотсап", "whatsapp"),
    ("вацап", "whatsapp"),
    ("signal", "signal"),
    ("сигнал", "signal"),
    ("viber", "viber"),
    ("вайбер", "viber"),
    ("telegram", "telegram"),
    ("телеграм", "telegram"),
    ("tg", "telegram"),
    ("tel", "phone"),
    ("telefon", "phone"),
    ("telephone", "phone"),
    ("téléphone", "phone"),
    ("teléfono", "phone"),
    ("telefono", "phone"),
    ("telefone", "phone"),
    ("phone", "phone"),
    ("fon", "phone"),
    ("mobile", "phone"),
    ("mobil", "phone"),
    ("cell", "phone"),
    ("cellphone", "phone"),
    ("handy", "phone"),
    ("gsm", "phone"),
    ("portable", "phone"),
    ("call", "phone"),
    ("sms", "phone"),
    ("tlf", "phone"),
    ("тел", "phone"),
    ("телефон", "phone"),
    ("моб", "phone"),
];
/// Words that may stand between a label and its number.
const BETWEEN: &[&str] = &[
    "number",
    "numbers",
    "nr",
    "no",
    "num",
    "me",
    "us",
    "at",
    "on",
    "via",
    "or",
    "and",
    "id",
    "app",
    "text",
    "contact",
    "is",
    "my",
    "our",
    "und",
    "oder",
    "ou",
    "y",
    "o",
    "et",
    "i",
    "add",
    "up",
    "only",
    "chat",
    "message",
    "номер",
    "и",
    "или",
];

/// The number behind "+" where its country code is assigned and it may have that many digits.
pub(super) fn e164(digits: &str) -> Option<String> {
    let numeric = (8..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    let first = |length: usize| digits.get(..length).and_then(|code| code.parse::<u16>().ok());
    let sized = |code: u16| {
        LENGTHS.iter().find(|(known, ..)| *known == code).is_none_or(|(_, least, most)| (*least..=*most).contains(&digits.len()))
    };
    let code = [1, 2, 3].into_iter().filter_map(first).find(|code| ASSIGNED.iter().any(|(from, to)| (*from..=*to).contains(code)))?;
    let part = |at: usize| digits.as_bytes().get(at).is_some_and(|digit| (b'2'..=b'9').contains(digit));
    let american = code != 1 || (part(1) && part(4));
    (numeric && american && sized(code)).then(|| format!("+{digits}"))
}

/// Country codes of E.164 in use, from and to.
const ASSIGNED: &[(u16, u16)] = &[
    (1, 1),
    (7, 7),
    (20, 20),
    (27, 27),
    (30, 34),
    (36, 36),
    (39, 41),
    (43, 49),
    (51, 58),
    (60, 66),
    (81, 82),
    (84, 84),
    (86, 86),
    (90, 95),
    (98, 98),
    (211, 213),
    (216, 216),
    (218, 218),
    (220, 258),
    (260, 269),
    (290, 291),
    (297, 299),
    (350, 359),
    (370, 378),
    (380, 383),
    (385, 387),
    (389, 389),
    (420, 421),
    (423, 423),
    (500, 509),
    (590, 599),
    (670, 670),
    (672, 683),
    (685, 692),
    (850, 850),
    (852, 853),
    (855, 856),
    (880, 880),
    (886, 886),
    (960, 968),
    (970, 977),
    (979, 979),
    (992, 996),
    (998, 998),
];

/// Country code and how many digits its numbers have with it, of plans that bind them: national numbering plans as the ITU lists them.
const LENGTHS: &[(u16, usize, usize)] = &[
    (1, 11, 11),
    (7, 11, 11),
    (31, 11, 11),
    (32, 10, 11),
    (33, 11, 11),
    (34, 11, 11),
    (41, 11, 11),
    (44, 11, 12),
    (45, 10, 10),
    (47, 10, 10),
    (48, 11, 11),
    (90, 12, 12),
    (91, 12, 12),
    (351, 12, 12),
    (380, 12, 12),
    (420, 12, 12),
    (421, 12, 12),
];
