//! Pictures and icons that stand for words: flags for countries, arrows, and those that name the field beside them.

use super::labels::{Label, label};
use crate::country::parse_countries;
use crate::html::{Element, attr};

/// What a picture says in words, where it is a flag, an arrow or the name of a field.
pub(super) fn words(element: Element<'_>) -> Option<String> {
    name(element).or_else(|| arrow(element).then(|| "→".to_owned())).or_else(|| field(element))
}

/// Whether an element may be a picture that says something: by its tag, else by a class that is drawn as one.
pub(super) fn may_speak(tag: &str, drawn: bool) -> bool {
    matches!(tag, "img" | "i" | "svg") || (drawn && matches!(tag, "span" | "div" | "em" | "b"))
}

/// Whether a class may draw a flag or an arrow.
pub(super) fn is_drawn(class: &str) -> bool {
    ["flag", "arrow", "fi"].iter().any(|word| class.contains(word))
}

fn arrow(element: Element<'_>) -> bool {
    matches!(element.name(), "i" | "span" | "em" | "svg")
        && attr(element, "class").filter(|class| class.len() <= 80 && class.contains("arrow")).is_some_and(|class| {
            let parts = || class.split(|c: char| !c.is_ascii_alphanumeric());
            parts().any(|part| part == "arrow") && !parts().any(|part| matches!(part, "up" | "down" | "left"))
        })
}

/// The name of a field, told by the tip of an icon: `<img alt="Ships from"> Spain`.
fn field(element: Element<'_>) -> Option<String> {
    let icon = || {
        let class = attr(element, "class").filter(|class| class.len() <= 80).unwrap_or("");
        class
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| matches!(word, "ic" | "ico" | "icon" | "fa" | "fas" | "far" | "glyphicon" | "bi" | "mdi"))
    };
    if !(matches!(element.name(), "img" | "i" | "svg") || (matches!(element.name(), "span" | "em" | "b") && icon())) {
        return None;
    }
    let tip = ["alt", "title", "aria-label"].iter().filter_map(|name| attr(element, name)).map(str::trim).find(|tip| !tip.is_empty())?;
    if let Some(way) = way(tip) {
        return Some(way.to_owned());
    }
    let told = matches!(
        label(tip)?,
        Label::ShipsFrom
            | Label::ShipsTo
            | Label::ShipsExcept
            | Label::Payments
            | Label::Escrow
            | Label::Stock
            | Label::Posted
            | Label::Vendor
            | Label::Since
            | Label::LastSeen
            | Label::Sales
    );
    told.then(|| format!("{}:", tip.trim_end_matches(':')))
}

/// An icon that is called after one of two ways and nothing else: `<img src="from.png" alt="from">`.
fn way(tip: &str) -> Option<&'static str> {
    if tip.len() > 12 {
        return None;
    }
    match tip.to_lowercase().trim_end_matches(':') {
        "from" | "von" | "aus" | "depuis" | "desde" | "vanuit" | "uit" | "из" | "откуда" | "звідки" | "من" | "orig" => {
            Some("Ships from:")
        }
        "to" | "nach" | "vers" | "hacia" | "verso" | "naar" | "para" | "куда" | "куди" | "إلى" | "dest" => Some("Ships to:"),
        _ => None,
    }
}

/// What a flag is called, where an element is one: its tip where that names a place, else its two-letter code in capitals.
fn name(element: Element<'_>) -> Option<String> {
    let code = code(element)?;
    let tip = ["title", "alt", "aria-label"].iter().filter_map(|name| attr(element, name)).map(str::trim);
    let named = tip.filter(|tip| (2..=48).contains(&tip.len())).find(|tip| !parse_countries(tip).codes.is_empty());
    named.map(crate::html::fold).or_else(|| {
        let code = code.to_ascii_uppercase();
        (!parse_countries(&code).codes.is_empty()).then_some(code)
    })
}

/// The code in `flag-icon-de`, `fi fi-de`, `flag-de`, `de flag`, `flags/4x3/de.svg`; empty where only the tip can tell.
fn code(element: Element<'_>) -> Option<&str> {
    let two = |word: &str| word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if let Some(src) = attr(element, "src").filter(|src| src.len() <= 300) {
        let lower = src.to_ascii_lowercase();
        let at = lower.rfind('/').map_or(0, |at| at + 1);
        let (folder, file) = (lower.get(..at)?, src.get(at..)?);
        let stem = file.split('.').next()?;
        let last = stem.rsplit(['_', '-']).next()?;
        let flagged = folder.contains("flag") || stem.to_ascii_lowercase().contains("flag");
        // "/f/it.png" under the name of a country is a flag, too, whatever its folder is called.
        let told = || {
            two(stem)
                && attr(element, "alt")
                    .or_else(|| attr(element, "title"))
                    .is_some_and(|tip| tip.len() <= 48 && crate::country::only_places(tip))
        };
        return (flagged || told()).then_some(if two(last) { last } else { "" });
    }
    let class = attr(element, "class").filter(|class| class.len() <= 120)?;
    let mut words = class.split_ascii_whitespace();
    let tagged = words.clone().any(|word| matches!(word, "flag" | "flags" | "flag-icon" | "fi" | "fflag" | "country-flag" | "iti-flag"));
    let prefixed = words.clone().find_map(|word| {
        ["flag-icon-", "flag-", "flag_", "fi-", "fflag-"].iter().find_map(|lead| word.strip_prefix(lead)).filter(|code| two(code))
    });
    prefixed.or_else(|| tagged.then(|| words.find(|word| two(word) && *word != "fi").unwrap_or("")))
}
