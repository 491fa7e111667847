//! Pastes, price lists and mails: a text of its own, in a page or bare, that reads as an offer becomes one listing.

use super::outline::Outline;
use super::reader::Reader;
use super::single::Scene;
use super::{advert, post};
use crate::html::{NodeRef, attr, post_text, prefix};
use crate::provenance::{Anchor, Draft, Origin};
use crate::record::Vendor;

/// Bytes of a text.
const MAX_TEXT: usize = 64 << 10;
/// Characters of the shortest text that is taken for one.
const SHORTEST: usize = 60;

/// The element that holds the text of a paste: preformatted, or called so, and the most of what the page says.
pub fn find(outline: &Outline<'_>) -> Option<usize> {
    const NAMES: &[&str] = &[
        "source",
        "paste",
        "paste-content",
        "pastecontent",
        "paste_content",
        "code",
        "raw",
        "highlight",
        "highlighted-code",
        "text",
        "snippet",
        "hljs",
        "codehilite",
        "bin",
        "note",
    ];
    let all = outline.elements.first().map_or(0, |facts| facts.text);
    let mut best: Option<(usize, usize)> = None;
    for (at, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        let named = || {
            let class = attr(element, "class").unwrap_or("");
            let id = attr(element, "id").unwrap_or("");
            class.split_ascii_whitespace().chain([id]).any(|word| NAMES.contains(&word.to_ascii_lowercase().as_str()))
        };
        // A list of goods is no text of its own.
        let table = |node: NodeRef<'_>| node.value().as_element().is_some_and(|inner| inner.name() == "table");
        let list = || facts.node.children().any(|node| table(node) || node.children().any(table));
        let fits = (matches!(element.name(), "pre" | "textarea") && !list())
            || (matches!(element.name(), "div" | "ol" | "code" | "article" | "section" | "td") && named());
        if !facts.chrome
            && fits
            && facts.text >= SHORTEST
            && facts.text * 4 >= all
            && best.is_none_or(|(size, outer)| facts.text > size || (outline.holds(outer, at) && facts.text * 2 > size))
        {
            best = Some((facts.text, at));
        }
    }
    best.map(|(_, at)| at)
}

/// The text of a paste as a listing, where it reads as an offer.
pub fn listing(scene: &Scene<'_, '_>, reader: &Reader<'_>, at: usize) -> Option<Draft> {
    let outline = scene.outline;
    let text = post_text(outline.elements.get(at)?.node, MAX_TEXT, |_| false);
    let found = super::single::title(scene, reader).or_else(|| super::single::main_part(scene.page_title).map(|text| (None, text)));
    let (title_at, title) = found.filter(|(_, title)| !is_untitled(title)).or_else(|| Some((None, first_line(&text)?)))?;
    if !advert::reads_as_offer(&title, &text) {
        return None;
    }
    let mut draft = Draft::new(reader.traced);
    draft.read(|| super::single::title_origin(scene, title_at, &title), |listing| listing.title = title.clone());
    draft.read(|| outline.origin("post", at, prefix(&text, 200)), |listing| listing.description = text.clone());
    draft.read(|| outline.origin("post", at, prefix(&text, 200)), |listing| advert::fill(listing, reader.currency, reader.crypto));
    // What stands above the text tells of it: who put it there, and when.
    let from = outline.elements.get(at).map_or(0, |facts| facts.first_run);
    let before = outline.runs.get(from.saturating_sub(30)..from).unwrap_or(&[]);
    let dated = before.iter().rev().find_map(|run| {
        let part = run.text.split(super::pairs::SEPARATORS).find(|part| post::is_date(part.trim(), reader))?;
        Some((run, reader.date(part)))
    });
    if let Some((run, date)) = dated {
        draft.read(|| super::single::run_origin(outline, "heuristic", run), |listing| listing.posted_at = date);
    }
    let elements = before
        .iter()
        .map(|run| run.element)
        .chain(before.iter().filter_map(|run| outline.elements.get(run.element)).map(|facts| facts.parent));
    if let Some((vendor, place)) = super::fields::vendor_link(elements, outline, reader) {
        draft.read(|| outline.origin("heuristic", place, &vendor.name), |listing| listing.vendor = Some(vendor.clone()));
    } else if let Some((name, place)) = named_beside(outline, before) {
        draft.read(
            || outline.origin("heuristic", place, &name),
            |listing| listing.vendor = Some(Vendor { name: name.clone(), ..Vendor::default() }),
        );
    }
    Some(draft)
}

/// A name in an element that says that it holds one.
fn named_beside(outline: &Outline<'_>, runs: &[super::outline::Run]) -> Option<(String, usize)> {
    runs.iter().rev().find_map(|run| {
        let bold = outline.elements.get(run.element).is_some_and(|facts| matches!(facts.name, "b" | "strong"));
        let called = bold && run.text.split_whitespace().count() >= 2
            || outline.ancestors(run.element).take(2).map(|(_, facts)| facts).chain(outline.elements.get(run.element)).any(|facts| {
                let class = attr(facts.element(), "class").unwrap_or("").to_ascii_lowercase();
                ["username", "author", "poster", "nickname"]
                    .iter()
                    .any(|word| class.split(|c: char| !c.is_ascii_alphanumeric()).any(|own| own == *word))
            });
        let guest =
            ["guest", "anonymous", "a guest", "gast", "anonyme", "invitado", "гость"].contains(&run.text.trim().to_lowercase().as_str());
        (called && !guest && post::is_name(&run.text)).then(|| (run.text.trim().to_owned(), run.element))
    })
}

fn is_untitled(title: &str) -> bool {
    ["untitled", "unbenannt", "sans titre", "sin título", "senza titolo", "без названия"].contains(&title.trim().to_lowercase().as_str())
}

/// The first line with words, as a title.
pub fn first_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| line.chars().filter(|c| c.is_alphabetic()).count() >= 3)?;
    let line = line.trim_matches(|c: char| matches!(c, '*' | '=' | '-' | '_' | '#' | '~' | '>') || c.is_whitespace());
    (!line.is_empty()).then(|| prefix(line, 120).trim().to_owned())
}

/// A text without mark-up as a listing, where it reads as an offer.
pub fn of_text(text: &str, reader: &Reader<'_>) -> Option<Draft> {
    let title = first_line(text)?;
    if !advert::reads_as_offer(&title, text) {
        return None;
    }
    let text = prefix(text, MAX_TEXT);
    let mut draft = Draft::new(reader.traced);
    let origin = |raw: &str| Origin { from: "heuristic", place: "text".to_owned(), raw: raw.to_owned(), anchor: Anchor::Page };
    draft.read(|| origin(&title), |listing| listing.title = title.clone());
    draft.read(|| origin(prefix(text, 200)), |listing| listing.description = text.to_owned());
    draft.read(|| origin(prefix(text, 200)), |listing| advert::fill(listing, reader.currency, reader.crypto));
    Some(draft)
}
