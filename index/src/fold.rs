//! Characters to the form in which they are compared, and whole values with them.

use unicode_normalization::UnicodeNormalization;

/// Longest value of a keyword field that is told apart, bytes.
pub const MAX_KEYWORD_BYTES: usize = 2048;

/// A keyword value in the form in which it is compared: folded, white space collapsed.
pub fn keyword(value: &str) -> String {
    let mut folded = String::with_capacity(value.len().min(MAX_KEYWORD_BYTES));
    cut(value, MAX_KEYWORD_BYTES * 4).chars().for_each(|c| fold(c, &mut folded));
    let words: Vec<&str> = folded.split_whitespace().collect();
    cut(&words.join(" "), MAX_KEYWORD_BYTES).to_owned()
}

/// A fingerprint or key id in the form in which it is compared: without spaces, colons and `0x`. Other text is a keyword.
pub fn hexadecimal(value: &str) -> String {
    let bare = value.trim().trim_start_matches("0x").trim_start_matches("0X");
    let digits: String = cut(bare, MAX_KEYWORD_BYTES).chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
    if digits.chars().all(|c| c.is_ascii_hexdigit()) { digits.to_ascii_lowercase() } else { keyword(value) }
}

/// The longest beginning of `text` with at most `bytes` bytes.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

/// Marks, joiners and soft hyphens inside a word: they neither end it nor belong to it.
pub(crate) fn is_invisible(c: char) -> bool {
    is_mark(c) || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// An accent that stands after its letter.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// Appends a character without case, accent and compatibility form. Cyrillic `й` stays itself, since stems depend on it.
pub(crate) fn fold(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    for form in std::iter::once(c).nfkc().flat_map(char::to_lowercase) {
        match form {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            'ё' => out.push('е'),
            '\u{C0}'..='\u{24F}' | '\u{370}'..='\u{3FF}' | '\u{1E00}'..='\u{1FFF}' => {
                out.extend(std::iter::once(form).nfd().filter(|&part| !is_invisible(part)));
            }
            other if is_invisible(other) => {}
            other => out.push(other),
        }
    }
}
