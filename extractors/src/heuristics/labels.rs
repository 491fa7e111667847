//! What stands before a colon, or in the left column: the words by which sites name the fields of an advertisement.

mod composed;
mod table;

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::html::prefix;
use table::TABLE;

/// Field that a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the record field of the same name, or what the comment beside it says")]
pub enum Label {
    Title,
    Description,
    Vendor,
    Price,
    /// The lowest of several prices.
    PriceFrom,
    /// What one round, one gram or a hundred of them cost: never the price of the goods.
    UnitPrice,
    /// A price that holds no longer.
    OldPrice,
    ShipsFrom,
    ShipsTo,
    ShipsExcept,
    /// Price or method of delivery: never the price of the goods.
    Shipping,
    Category,
    Payments,
    Escrow,
    Stock,
    Availability,
    Sales,
    Rating,
    PositivePercent,
    FeedbackCount,
    Posted,
    Sku,
    Mpn,
    Gtin,
    Brand,
    Since,
    LastSeen,
    Condition,
    /// Known words that only end the value before them.
    Other,
}

/// By their normal form; a phrase in a table cannot be found twice, a test holds it.
static WORDS: LazyLock<HashMap<String, Label, FxBuildHasher>> = LazyLock::new(|| {
    let words = |list: &'static [&'static str]| list.iter().flat_map(|line| line.split('|'));
    TABLE.iter().flat_map(|(label, list)| words(list).map(|word| (normal(word), *label))).collect()
});

/// By the first word of their normal form, without marks at its ends.
static FIRST: LazyLock<HashMap<&str, Vec<Label>, FxBuildHasher>> = LazyLock::new(|| {
    let mut first: HashMap<&str, Vec<Label>, FxBuildHasher> = HashMap::default();
    for (word, label) in WORDS.iter() {
        let word = word.split(' ').next().unwrap_or("").trim_matches(|c: char| !c.is_alphanumeric());
        first.entry(word).or_default().push(*label);
    }
    first
});

/// Longest label in the table, in bytes, with room for decoration.
const LONGEST: usize = 64;

/// Words of visible ASCII, single blanks between them.
fn is_plain(text: &str) -> bool {
    let mut last = b' ';
    text.bytes().all(|byte| {
        let plain = byte.is_ascii_graphic() || byte == b' ' && last != b' ';
        last = byte;
        plain
    }) && last != b' '
}

/// Lower case without accents, single blanks.
fn normal(text: &str) -> String {
    if is_plain(text) {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    let mut push = |ch: char| match ch {
        ch if ch.is_whitespace() || ch == '\u{a0}' => {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        'ı' => out.push('i'),
        'ß' => out.push_str("ss"),
        '’' | '‘' => out.push('\''),
        'ـ' | '\u{200b}'..='\u{200f}' => {}
        ch if is_combining_mark(ch) => {}
        ch => out.push(ch),
    };
    if text.is_ascii() {
        text.chars().for_each(|ch| push(ch.to_ascii_lowercase()));
    } else {
        text.nfkd().flat_map(char::to_lowercase).for_each(push);
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether one of the words for some of `fields` begins with a word, taken without accents and marks.
pub(super) fn begins(first: &str, fields: &[Label]) -> bool {
    let first = first.trim_matches(|c: char| !c.is_alphanumeric());
    first.len() <= LONGEST && FIRST.get(normal(first).as_str()).is_some_and(|own| fields.iter().any(|field| own.contains(field)))
}

/// The field that a text names, colon and decoration aside.
pub fn label(text: &str) -> Option<Label> {
    if text.len() > LONGEST {
        return None;
    }
    let trimmed = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '*' | '-' | '–' | '|' | '•' | '[' | ']' | '►' | '»' | '=' | '>')
    });
    // "from....", "price…": dots that lead to the value.
    let trimmed =
        if trimmed.ends_with("..") || trimmed.ends_with(['…', '_']) { trimmed.trim_end_matches(['.', '…', '_', ' ']) } else { trimmed };
    if !trimmed.chars().any(char::is_alphabetic) {
        return None;
    }
    let key = normal(trimmed);
    WORDS.get(key.as_str()).copied().or_else(|| {
        // "Price (USD)", "Category (main)".
        let composed = || composed::of(&key);
        match key.split_once('(') {
            Some((head, _)) => WORDS.get(head.trim_end()).copied(),
            None => composed(),
        }
    })
}

/// Splits `Label: value` where the part before the first colon names a field.
pub fn split(text: &str) -> Option<(Label, &str, &str)> {
    let window = prefix(text, LONGEST);
    let at = |mark: usize| {
        let head = text.get(..mark)?;
        let value = text.get(mark..)?.trim_start_matches([':', '：', '#']).trim();
        Some((label(head)?, head.trim(), value))
    };
    // "SKU# 12" and "Item #12" name a number without a colon.
    let number = || {
        let (_, head, value) =
            at(window.find('#')?).or_else(|| Some((Label::Sku, window.split_once('#')?.0.trim(), window.split_once('#')?.1.trim())))?;
        let field = label(&format!("{head} #")).or_else(|| label(head)).filter(|field| matches!(field, Label::Sku | Label::Mpn))?;
        Some((field, head, value))
    };
    window.find([':', '：']).and_then(at).or_else(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_stands_for_two_fields() {
        let mut seen: HashMap<String, Label> = HashMap::new();
        for (field, words) in TABLE.iter().flat_map(|(field, lines)| lines.iter().map(move |line| (*field, *line))) {
            for word in words.split('|') {
                assert!(normal(word).len() <= LONGEST, "{word}");
                let known = seen.insert(normal(word), field);
                assert!(known.is_none(), "{word} stands for {field:?}, and for {known:?} before it");
            }
        }
    }
}
