//! Words of a card that are no link, and name the category all the same: the menu, the heading or a filter of the page has them, too.

use std::collections::HashSet;

use rustc_hash::FxBuildHasher;

use super::super::outline::{Outline, Run};
use super::super::pairs::SEPARATORS;
use super::super::reader::Reader;
use super::{Menu, is_kind};
use crate::html::attr;

/// Runs of a card that are looked at.
const MAX_RUNS: usize = 16;
/// Entries of filters that are looked at.
const MAX_FILTERS: usize = 400;
/// Words that may stand before the name.
const BEFORE: &[&str] = &["in ", "en ", "dans ", "em ", "w ", "в ", "у "];

/// For each card the first words beside its title that are those of an entry of the menu, of a filter or of the page's heading; where most
/// cards have them.
pub(in super::super) fn of_cards(
    outline: &Outline<'_>,
    cards: &[usize],
    titles: &[Option<usize>],
    reader: &Reader<'_>,
) -> Vec<Option<(usize, String)>> {
    let menu = Menu::of(outline, cards, reader, usize::MAX);
    let mut names: HashSet<String, FxBuildHasher> = menu.entries.into_values().collect();
    let apart = |at: usize| !cards.iter().any(|card| *card == at || outline.holds(*card, at));
    let headings = outline.elements.iter().enumerate().filter(|(_, facts)| matches!(facts.name, "h1" | "h2") && !facts.hidden).take(4);
    names.extend(headings.filter(|(at, facts)| facts.text <= 40 && apart(*at)).map(|(at, _)| outline.text_of(at, 60).to_lowercase()));
    if reader.crypto {
        let filters = outline.elements.iter().enumerate().filter(|(_, facts)| matches!(facts.name, "option" | "label")).take(MAX_FILTERS);
        names
            .extend(filters.filter(|(at, _)| apart(*at)).filter_map(|(at, _)| super::name_of(outline, at)).map(|name| name.to_lowercase()));
    }
    let found: Vec<_> = cards.iter().zip(titles).map(|(card, title)| named(outline, *card, (*title)?, &names, reader)).collect();
    let most = cards.len() >= 3 && found.iter().flatten().count() * 10 >= cards.len() * 6;
    if most { found } else { vec![None; cards.len()] }
}

fn named(
    outline: &Outline<'_>,
    card: usize,
    title: usize,
    names: &HashSet<String, FxBuildHasher>,
    reader: &Reader<'_>,
) -> Option<(usize, String)> {
    let (own, title) = (outline.elements.get(card)?, outline.elements.get(title)?);
    let behind = outline.runs.get(title.last_run..own.last_run)?.iter().take(MAX_RUNS);
    // On markets a card may begin with its category.
    let before = outline.runs.get(own.first_run..title.first_run.max(own.first_run))?.iter().take(if reader.crypto { MAX_RUNS } else { 0 });
    behind.chain(before).filter(|run| !run.flag).find_map(|run| {
        let facts = outline.elements.get(run.element)?;
        let alone = facts.last_run == facts.first_run + 1;
        // Programs of blogs and of classified advertisements mark the link to a category.
        let rel =
            || attr(facts.element(), "rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word == "category" || word == "tag"));
        let marked = || facts.name == "a" && rel() && attr(facts.element(), "href").is_some_and(|href| href.contains("categor"));
        let name = BEFORE.iter().find_map(|word| run.text.strip_prefix(word)).unwrap_or(&run.text);
        let whole = alone && (names.contains(&name.to_lowercase()) || marked()) && is_kind(name);
        let steps = || if reader.crypto { steps(outline, run.element, names) } else { None };
        let part = || if reader.crypto { in_line(run, names) } else { None };
        if whole { Some(name.to_owned()) } else { part().or_else(steps) }.map(|name| (run.element, name))
    })
}

/// Two names with an icon between them, of which the first is known: a category and the one in it.
fn steps(outline: &Outline<'_>, at: usize, names: &HashSet<String, FxBuildHasher>) -> Option<String> {
    let facts = outline.elements.get(at).filter(|facts| facts.links == 0 && facts.end == at + 2)?;
    let icon = outline.elements.get(at + 1).is_some_and(|inner| inner.text == 0 && matches!(inner.name, "i" | "span" | "svg" | "img"));
    match outline.runs.get(facts.first_run..facts.last_run)? {
        [first, second] if icon && names.contains(&first.text.to_lowercase()) && is_kind(&first.text) && is_kind(&second.text) => {
            Some(format!("{} > {}", first.text, second.text))
        }
        _ => None,
    }
}

/// "ombu_viejo · estante Fierros": a part of a line that is such a name, at most with a word before it.
fn in_line(run: &Run, names: &HashSet<String, FxBuildHasher>) -> Option<String> {
    if run.text.len() > 160 || !run.text.contains(SEPARATORS) {
        return None;
    }
    run.text.split(SEPARATORS).map(str::trim).find_map(|part| {
        let known = |name: &str| (names.contains(&name.to_lowercase()) && is_kind(name)).then(|| name.to_owned());
        known(part)
            .or_else(|| part.split_once(' ').filter(|(lead, _)| lead.chars().all(char::is_alphabetic)).and_then(|(_, name)| known(name)))
    })
}
