//! Numbers that name an article: global trade item numbers.

/// The number of a GTIN-12, -13 or -14, or of one that lost its first zero, whose check digit holds (GS1 General Specifications, section 7.9), without leading zeros.
pub(super) fn article(digits: &str) -> Option<u64> {
    if !matches!(digits.len(), 11..=14) {
        return None;
    }
    let weighed = digits.bytes().rev().enumerate().map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 1 } else { 3 });
    let value = digits.parse().ok().filter(|value| *value > 99_999_999)?;
    (weighed.sum::<u32>() % 10 == 0).then_some(value)
}

/// Whether two lists name the same article; nothing where one names none.
pub(super) fn same_article(one: &[u64], other: &[u64]) -> Option<bool> {
    (!one.is_empty() && !other.is_empty()).then(|| one.iter().any(|article| other.contains(article)))
}
