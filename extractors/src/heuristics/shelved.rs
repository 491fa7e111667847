//! The category of goods, told by a link or a chip that nothing calls one: its address and words are those of an entry of the menu, or it
//! stands beside the title of every card.

mod back;
mod index;
mod plain;
mod sections;
mod slug;

use std::collections::{HashMap, HashSet};

use rustc_hash::FxBuildHasher;

use super::byline;
use super::cards::{MAX_INSIDE, humps};
use super::links::Target;
use super::outline::{Break, Outline};
use super::phrases;
use super::reader::Reader;
use super::single::Scene;
use super::subject::Subject;
use crate::html::attr;

pub(super) use back::of_page as back_to;
pub use index::of_index;
pub(super) use plain::of_cards as plain_of_cards;

/// Links of a page that are looked at.
const MAX_LINKS: usize = 2_000;
/// Bytes of the name of a category.
const MAX_NAME: usize = 60;

/// Entries of the lists of links on a page: address with the words of the entry in lower case.
pub(super) struct Menu {
    entries: HashMap<String, String, FxBuildHasher>,
    /// What the addresses of lists have in common.
    shapes: HashSet<String, FxBuildHasher>,
}

/// The first words of a link, without the count behind them.
fn name_of(outline: &Outline<'_>, link: usize) -> Option<String> {
    let run = outline.runs_of(link).iter().find(|run| !run.flag && run.text.chars().any(char::is_alphabetic))?;
    let name =
        run.text.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ':' | ','));
    (2..=MAX_NAME).contains(&name.len()).then(|| name.to_owned())
}

/// The address of a link that may lead to a category.
fn shelf(outline: &Outline<'_>, link: usize, reader: &Reader<'_>) -> Option<String> {
    let facts = outline.elements.get(link).filter(|facts| facts.name == "a" && (1..=MAX_NAME).contains(&facts.text))?;
    let url = reader.absolute(attr(facts.element(), "href")?)?;
    let root = url.path().len() <= 1 && url.query().is_none();
    let own = matches!(url.target(), Target::Category | Target::Unknown) && !root && url.fragment().is_none();
    (own && url.host_str() == reader.base().host_str()).then(|| url.as_str().to_owned())
}

impl Menu {
    /// Reads the links outside of these elements, of which at least three are built alike.
    pub(super) fn of(outline: &Outline<'_>, cards: &[usize], reader: &Reader<'_>, before: usize) -> Self {
        let inside = |at: usize| {
            let next = cards.partition_point(|card| *card <= at);
            next.checked_sub(1).and_then(|nth| cards.get(nth)).is_some_and(|card| outline.holds(*card, at))
        };
        let links = outline.elements.iter().enumerate().filter(|(at, facts)| facts.name == "a" && facts.first_run < before && !inside(*at));
        let mut alike: HashMap<(u64, String), Vec<(String, String)>, FxBuildHasher> = HashMap::default();
        for (at, facts) in links.take(MAX_LINKS) {
            if let (Some(url), Some(name)) = (shelf(outline, at, reader), name_of(outline, at)) {
                alike.entry((facts.signature, shape(&url))).or_default().push((url, name.to_lowercase()));
            }
        }
        let shapes: HashSet<String, FxBuildHasher> =
            alike.iter().filter(|(_, list)| list.len() >= 3).map(|((_, shape), _)| shape.clone()).collect();
        // The entry of the page itself is set apart from its like.
        let entries = alike.into_iter().filter(|((_, shape), _)| shapes.contains(shape)).flat_map(|(_, list)| list).collect();
        Menu { entries, shapes }
    }

    /// Whether an entry has these words.
    fn has(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        self.entries.values().any(|own| *own == lower)
    }

    /// The name of a link that leads where an entry of the same words leads.
    fn shelved(&self, outline: &Outline<'_>, link: usize, reader: &Reader<'_>) -> Option<String> {
        let url = shelf(outline, link, reader)?;
        let name = name_of(outline, link)?;
        (self.entries.get(&url)? == &name.to_lowercase()).then_some(name)
    }
}

/// What addresses of one kind have in common: the first part of their path, and the names of their parameters.
fn shape(url: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let mut parts = path.split('/').skip(1).filter(|part| !part.is_empty());
    let (first, deeper) = (parts.next().unwrap_or(""), parts.next().is_some());
    let names: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).take(4).collect();
    format!("{}?{}", if deeper || !query.is_empty() { first } else { "" }, names.join("&"))
}

/// For each card the element and the words of the first link that the menu has, too.
pub(super) fn of_cards(
    outline: &Outline<'_>,
    cards: &[usize],
    titles: &[Option<usize>],
    reader: &Reader<'_>,
) -> Vec<Option<(usize, String)>> {
    let menu = Menu::of(outline, cards, reader, usize::MAX);
    if menu.entries.is_empty() {
        return vec![None; cards.len()];
    }
    let one = |card: &usize, title: Option<usize>| {
        outline.inside(*card).take(MAX_INSIDE).filter(|at| Some(*at) != title).find_map(|at| Some((at, menu.shelved(outline, at, reader)?)))
    };
    cards.iter().zip(titles).map(|(card, title)| one(card, *title)).collect()
}

/// For each card the chip that stands on the line of its title, where all cards have one and they are of several kinds.
pub(super) fn chips(outline: &Outline<'_>, cards: &[usize], titles: &[Option<usize>]) -> Vec<Option<(usize, String)>> {
    let found: Vec<Option<(usize, String)>> = cards.iter().zip(titles).map(|(card, title)| chip(outline, *card, (*title)?)).collect();
    let names: Vec<&str> = found.iter().flatten().map(|(_, name)| name.as_str()).collect();
    let mut kinds = names.clone();
    kinds.sort_unstable();
    kinds.dedup();
    let all = cards.len() >= 3 && names.len() * 10 >= cards.len() * 9 && (2..names.len().max(4)).contains(&kinds.len());
    if all { found } else { vec![None; cards.len()] }
}

fn chip(outline: &Outline<'_>, card: usize, title: usize) -> Option<(usize, String)> {
    const NAMES: &[&str] = &["badge", "tag", "label", "chip", "pill", "cat", "category", "kategorie", "rubrik", "section", "type"];
    let facts = outline.elements.get(title)?;
    let run = outline.runs.get(facts.last_run).filter(|run| run.before == Break::Soft && !run.flag)?;
    let own = outline.elements.get(run.element).filter(|own| outline.holds(card, run.element) && own.last_run == own.first_run + 1)?;
    let called = humps(own.class).take(8).any(|word| NAMES.iter().any(|name| word.eq_ignore_ascii_case(name)));
    (called && is_kind(&run.text)).then(|| (run.element, run.text.clone()))
}

/// Whether words may be those of a kind of goods: neither of their state nor of how they are sold.
fn is_kind(text: &str) -> bool {
    (3..=32).contains(&text.chars().count())
        && text.split_whitespace().filter(|word| *word != "&").count() <= 3
        && text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '&' | '-' | '/' | ','))
        && !text.split(' ').any(byline::is_state)
        && super::labels::label(text).is_none()
        && phrases::escrow_words(text).is_none()
        && phrases::availability(text).is_none()
        && phrases::price_words(text).is_none()
        && !crate::country::only_places(text)
        && !super::card::is_coin(text)
}

/// The links beside the title of a page that the menu has, too: "path: tools" over the goods, "in wapens" under them.
pub(super) fn of_page(scene: &Scene<'_, '_>, subject: &Subject, reader: &Reader<'_>) -> Vec<(usize, String)> {
    let outline = scene.outline;
    let Some(title) = subject.title_at.and_then(|at| outline.elements.get(at)) else { return Vec::new() };
    let first = title.first_run.saturating_sub(10);
    let near = first..(title.last_run + 40).min(outline.runs.len());
    let mut links: Vec<usize> = Vec::new();
    for run in outline.runs.get(near).unwrap_or(&[]) {
        if let Some((at, _)) = outline.ancestors(run.element).take(3).find(|(_, facts)| facts.name == "a" && !facts.chrome)
            && links.last() != Some(&at)
            && !scene.in_card(at)
            && !subject.is_foreign(at)
        {
            links.push(at);
        }
    }
    if links.is_empty() {
        return Vec::new();
    }
    let menu = Menu::of(outline, scene.cards, reader, title.first_run);
    let told: Vec<Option<String>> =
        links.iter().map(|link| if menu.entries.is_empty() { None } else { menu.shelved(outline, *link, reader) }).collect();
    // Several in a row, of a menu right over the title, are that menu.
    let start = told.iter().position(Option::is_some);
    let mut above: Option<String> = None;
    let own = start.map(|start| {
        let steps = links.iter().zip(told).skip(start).map_while(|(at, name)| {
            let url = shelf(outline, *at, reader)?;
            // The menu need not have what lies within its entries.
            let deeper = || above.as_ref().filter(|above| url.starts_with(&format!("{above}/"))).and_then(|_| name_of(outline, *at));
            let name = name.or_else(deeper)?;
            above = Some(url);
            Some((*at, name))
        });
        steps.collect::<Vec<_>>()
    });
    // An entry of the menu itself is not beside the goods.
    let beside = |at: usize| outline.elements.get(at).is_some_and(|facts| !is_entry(outline, facts.parent, subject.title_at));
    own.filter(|own| own.len() <= 2 && own.iter().all(|(at, _)| beside(*at))).unwrap_or_default()
}

/// Whether an element lies in a list of links, which does not hold the title.
fn is_entry(outline: &Outline<'_>, at: usize, title: Option<usize>) -> bool {
    let apart = |above: usize| title.is_none_or(|title| !outline.holds(above, title));
    outline.ancestors(at).take(3).take_while(|(above, _)| apart(*above)).any(|(_, facts)| facts.links >= 4 && facts.text < facts.links * 40)
}
