//! Bank accounts: IBAN with the length of its country and the check of ISO 7064 (ISO 13616).

use super::signs::Signs;
use crate::record::Indicator;

/// All accounts, written in one piece or in groups of four; the value has no blanks.
pub(super) fn find(text: &str, signs: &Signs) -> Vec<Indicator> {
    signs.accounts.iter().filter_map(|at| account(text, *at)).collect()
}

fn account(text: &str, at: usize) -> Option<Indicator> {
    let rest = text.get(at..)?;
    let country = rest.get(..2)?;
    let (_, length) = LENGTHS.iter().find(|(known, _)| *known == country)?;
    let (mut value, mut end, mut blank) = (String::with_capacity(*length), at, true);
    for (offset, ch) in rest.char_indices() {
        if value.len() == *length {
            break;
        }
        if ch.is_ascii_uppercase() || ch.is_ascii_digit() {
            // Groups have four characters; only the last may have fewer.
            value.push(ch);
            (end, blank) = (at + offset + 1, false);
        } else if matches!(ch, ' ' | '\u{a0}' | '-') && !blank && value.len() % 4 == 0 {
            blank = true;
        } else {
            return None;
        }
    }
    let glued = |side: Option<char>| side.is_some_and(|c| c.is_alphanumeric());
    if value.len() != *length || glued(text.get(end..)?.chars().next()) || glued(text.get(..at)?.chars().next_back()) {
        return None;
    }
    let grouped = text.get(at..end)?.len() > *length;
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    // Eight digits or more are in every country's form.
    (digits >= 8 && holds(&value)).then(|| {
        let mut one = super::indicator("iban", value, true, text, at, end);
        one.repaired = grouped && one.raw.contains('-');
        one
    })
}

/// The country and the check digits go to the end, letters count from 10: the number is 1 modulo 97.
fn holds(value: &str) -> bool {
    let (head, tail) = value.split_at(4);
    let rest = tail.bytes().chain(head.bytes()).fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.saturating_sub(b'A')) + 10) % 97,
    });
    rest == 1
}

/// Countries of SWIFT's IBAN registry with the characters of their accounts.
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HN", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];
