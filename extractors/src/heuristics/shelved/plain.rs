//! Words of a card that are no link, and name the category all the same: the menu, the heading or the trail of the page has them, too.

use std::collections::HashSet;

use rustc_hash::FxBuildHasher;

use super::super::outline::Outline;
use super::super::reader::Reader;
use super::{Menu, is_kind};
use crate::html::attr;

/// Runs behind a title that are looked at.
const MAX_RUNS: usize = 12;
/// Words that may stand before the name.
const BEFORE: &[&str] = &["in ", "en ", "dans ", "em ", "w ", "в ", "у "];

/// For each card the first words behind its title that are those of an entry of the menu, or of the page's heading; where most cards have them.
pub(in super::super) fn of_cards(
    outline: &Outline<'_>,
    cards: &[usize],
    titles: &[Option<usize>],
    reader: &Reader<'_>,
) -> Vec<Option<(usize, String)>> {
    let menu = Menu::of(outline, cards, reader, usize::MAX);
    let mut names: HashSet<String, FxBuildHasher> = menu.entries.into_values().collect();
    let headings = outline.elements.iter().enumerate().filter(|(_, facts)| matches!(facts.name, "h1" | "h2") && !facts.hidden).take(4);
    let apart = |at: usize| !cards.iter().any(|card| *card == at || outline.holds(*card, at));
    names.extend(headings.filter(|(at, facts)| facts.text <= 40 && apart(*at)).map(|(at, _)| outline.text_of(at, 60).to_lowercase()));
    let found: Vec<_> = cards.iter().zip(titles).map(|(card, title)| named(outline, *card, (*title)?, &names)).collect();
    let most = cards.len() >= 3 && found.iter().flatten().count() * 10 >= cards.len() * 6;
    if most { found } else { vec![None; cards.len()] }
}

fn named(outline: &Outline<'_>, card: usize, title: usize, names: &HashSet<String, FxBuildHasher>) -> Option<(usize, String)> {
    let (own, title) = (outline.elements.get(card)?, outline.elements.get(title)?);
    let behind = outline.runs.get(title.last_run..own.last_run)?.iter().take(MAX_RUNS);
    behind.filter(|run| !run.flag).find_map(|run| {
        let facts = outline.elements.get(run.element).filter(|facts| facts.last_run == facts.first_run + 1)?;
        let name = BEFORE.iter().find_map(|word| run.text.strip_prefix(word)).unwrap_or(&run.text);
        // Programs of blogs and of classified advertisements mark the link to a category.
        let rel =
            || attr(facts.element(), "rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word == "category" || word == "tag"));
        let marked = facts.name == "a" && rel() && attr(facts.element(), "href").is_some_and(|href| href.contains("categor"));
        ((marked || names.contains(&name.to_lowercase())) && is_kind(name)).then(|| (run.element, name.to_owned()))
    })
}
