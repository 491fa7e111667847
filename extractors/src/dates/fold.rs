//! The text of a date in one form: lower case, no accents, ASCII digits; its words and numbers.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, no accents, at most 400 bytes of the source.
pub(super) fn fold(text: &str) -> String {
    let text = crate::html::prefix(text, 400);
    let mut out = String::with_capacity(text.len());
    for ch in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match ch {
            '’' | '‘' | 'ʼ' | '`' => out.push('\''),
            '٠'..='٩' => out.extend(char::from_digit(u32::from(ch) - u32::from('٠'), 10)),
            '۰'..='۹' => out.extend(char::from_digit(u32::from(ch) - u32::from('۰'), 10)),
            '०'..='९' => out.extend(char::from_digit(u32::from(ch) - u32::from('०'), 10)),
            'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'ß' => out.push_str("ss"),
            'ی' | 'ى' => out.push('ي'),
            'ک' => out.push('ك'),
            'ة' => out.push('ه'),
            'ς' => out.push('σ'),
            'ـ' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '\u{2010}'..='\u{2015}' => out.push('-'),
            other => out.push(other),
        }
    }
    out
}

/// A word or a number of a folded text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Its value where it is a number of at most nine digits.
    pub(super) number: Option<i64>,
}

/// Words and numbers, at most 100.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, ch)) = chars.next() {
        if !ch.is_alphanumeric() || out.len() >= 100 {
            continue;
        }
        let digits = ch.is_ascii_digit();
        let mut end = start + ch.len_utf8();
        while let Some((at, next)) = chars.next_if(|(_, next)| next.is_alphanumeric() && next.is_ascii_digit() == digits) {
            end = at + next.len_utf8();
        }
        let own = text.get(start..end).unwrap_or_default();
        let number = if digits && own.len() <= 9 { own.parse().ok() } else { None };
        out.push(Token { text: own, start, end, number });
    }
    out
}
