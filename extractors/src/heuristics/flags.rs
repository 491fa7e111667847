//! Flags that stand for a country: pictures and icons without a word.

use scraper::node::Element;

use crate::country::parse_countries;
use crate::html::attr;

/// What a flag is called, where an element is one: its tip where that names a place, else its two-letter code in capitals.
pub(super) fn name(element: &Element) -> Option<String> {
    if !matches!(element.name(), "img" | "i" | "span" | "div" | "em" | "b" | "svg") {
        return None;
    }
    let code = code(element)?;
    let tip = ["title", "alt", "aria-label"].iter().filter_map(|name| attr(element, name)).map(str::trim);
    let named = tip.filter(|tip| (2..=48).contains(&tip.len())).find(|tip| !parse_countries(tip).codes.is_empty());
    named.map(crate::html::fold).or_else(|| {
        let code = code.to_ascii_uppercase();
        (!parse_countries(&code).codes.is_empty()).then_some(code)
    })
}

/// The code in `flag-icon-de`, `fi fi-de`, `flag-de`, `de flag`, `flags/4x3/de.svg`; empty where only the tip can tell.
fn code(element: &Element) -> Option<&str> {
    let two = |word: &str| word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if let Some(src) = attr(element, "src").filter(|src| src.len() <= 300) {
        let lower = src.to_ascii_lowercase();
        let at = lower.rfind('/').map_or(0, |at| at + 1);
        let (folder, file) = (lower.get(..at)?, src.get(at..)?);
        let stem = file.split('.').next()?;
        let last = stem.rsplit(['_', '-']).next()?;
        let flagged = folder.contains("flag") || stem.to_ascii_lowercase().contains("flag");
        return flagged.then_some(if two(last) { last } else { "" });
    }
    let class = attr(element, "class").filter(|class| class.len() <= 120)?;
    let mut words = class.split_ascii_whitespace();
    let tagged = words.clone().any(|word| matches!(word, "flag" | "flags" | "flag-icon" | "fi" | "fflag" | "country-flag" | "iti-flag"));
    let prefixed = words.clone().find_map(|word| {
        ["flag-icon-", "flag-", "flag_", "fi-", "fflag-"].iter().find_map(|lead| word.strip_prefix(lead)).filter(|code| two(code))
    });
    prefixed.or_else(|| tagged.then(|| words.find(|word| two(word) && *word != "fi").unwrap_or("")))
}
