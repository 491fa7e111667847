//! The sentences of a line: at full stops, at the numbers of a list, and where a page lost its line ends.

use std::ops::Range;

/// The sentences of a line. Where a page lost its line ends a sentence may begin right behind a full stop.
pub(super) fn sentences(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let Some(written) = text.get(line.clone()) else { return Vec::new() };
    let bytes = written.as_bytes();
    let mut found = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    let mut chars = written.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        // Nearly all characters neither end a sentence nor begin an item.
        if !matches!(c, '.' | '!' | '?' | ')' | '0'..='9' | '=' | '-' | '*') {
            before = c;
            continue;
        }
        let next = chars.peek().map(|(_, next)| *next);
        let next_at = chars.peek().map_or(written.len(), |(at, _)| *at);
        let ends = match c {
            '.' | '!' | '?' => {
                // Dots in a row lead to a price: "Glock 19 ........ 1150".
                let leader =
                    c == '.' && (next == Some('.') || before == '.' && !bytes.get(next_at + 1).is_some_and(u8::is_ascii_uppercase));
                let spaced = !leader && next.is_none_or(|next| next.is_whitespace() || matches!(next, '.' | '!' | '?' | ')'));
                // "pistol.Asking": a capital behind a small letter and a stop; "Sig.45" and "U.S." are none.
                let sentence = || bytes.get(next_at + 1).is_some_and(u8::is_ascii_lowercase);
                let lost = next == Some('$') && before.is_alphabetic()
                    || next.is_some_and(char::is_uppercase) && (before.is_lowercase() || (before.is_ascii_digit() && sentence()));
                (spaced && !(c == '.' && abbreviation(written.get(start..at).unwrap_or_default()))) || lost
            }
            // "$500Sig", "(sold)Uberti": a line end was lost.
            ')' => next.is_some_and(char::is_uppercase),
            '0'..='9' => {
                let money = written.get(..at).unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.'));
                next.is_some_and(char::is_uppercase) && money.ends_with('$') && bytes.get(next_at + 1).is_some_and(u8::is_ascii_lowercase)
            }
            '=' | '-' => written.get(at..).is_some_and(|rest| rest.starts_with("=====") || rest.starts_with("-----")),
            _ => false,
        };
        // "1) ... 2) ..." and "* ... * ..." within a line.
        let rest = written.get(at..).unwrap_or_default();
        let item = start < at
            && ((c.is_ascii_digit() && matches!(before, ' ' | ':' | ')' | '.') && numbered(rest))
                || (c == '*' && before.is_whitespace() && rest.starts_with("* ")));
        if ends || item {
            found.push(start..if item { at } else { next_at });
            start = if item { at } else { next_at };
        }
        before = c;
    }
    found.push(start..written.len());
    found.retain(|part| written.get(part.clone()).is_some_and(|words| words.chars().any(char::is_alphanumeric)));
    found.into_iter().map(|part| line.start + part.start..line.start + part.end).collect()
}

/// "2) "
fn numbered(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits)
        && text.as_bytes().get(digits) == Some(&b')')
        && text.as_bytes().get(digits + 1).is_some_and(|b| *b == b' ' || b.is_ascii_alphabetic())
}

fn abbreviation(text: &str) -> bool {
    let word: String = text.chars().rev().take_while(|c| c.is_alphanumeric()).take(8).collect::<Vec<_>>().into_iter().rev().collect();
    let word = word.to_lowercase();
    matches!(
        word.as_str(),
        "vs" | "no"
            | "nr"
            | "cal"
            | "ga"
            | "approx"
            | "ca"
            | "incl"
            | "inkl"
            | "mag"
            | "st"
            | "stk"
            | "pcs"
            | "mfg"
            | "mod"
            | "ser"
            | "inc"
            | "co"
            | "corp"
            | "etc"
            | "zzgl"
            | "bzw"
            | "evtl"
            | "max"
            | "min"
            | "шт"
            | "кал"
            | "руб"
            | "ок"
    ) || (word.len() == 1 && word.chars().all(char::is_alphabetic))
}
