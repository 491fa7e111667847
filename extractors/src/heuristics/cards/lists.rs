//! Which elements are one list: lists that are built alike and hold other things, and the list of one card.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::{MAX_INSIDE, humps, main_heading};
use crate::heuristics::links::{Target, target};
use crate::heuristics::outline::Outline;
use crate::heuristics::reader::Reader;
use crate::html::attr;

/// Members of lists that are no records of one kind: where one list shows prices and another, built alike, none, each is for itself.
pub(super) fn by_list(outline: &Outline<'_>, members: Vec<usize>) -> Vec<Vec<usize>> {
    let of = |at: &usize| outline.elements.get(*at).map_or((0, false), |facts| (facts.parent, facts.prices > 0));
    let priced = members.iter().filter(|at| of(at).1).count();
    if priced == 0 || priced == members.len() {
        return vec![members];
    }
    // Parents in page order, each with its members and how many of them show a price.
    let mut lists: Vec<(usize, usize, Vec<usize>)> = Vec::new();
    for at in &members {
        let (parent, shows) = of(at);
        match lists.last_mut().filter(|(known, ..)| *known == parent) {
            Some((_, priced, list)) => {
                *priced += usize::from(shows);
                list.push(*at);
            }
            None => lists.push((parent, usize::from(shows), vec![*at])),
        }
    }
    let bare = |(_, priced, list): &(usize, usize, Vec<usize>)| *priced == 0 && list.len() >= 3;
    let full = lists.iter().any(|(_, priced, list)| list.len() >= 2 && priced * 2 >= list.len());
    if !full || !lists.iter().any(bare) {
        return vec![members];
    }
    let (bare, rest): (Vec<_>, Vec<_>) = lists.into_iter().partition(bare);
    let rest: Vec<usize> = rest.into_iter().flat_map(|(.., list)| list).collect();
    bare.into_iter().map(|(.., list)| list).chain([rest]).filter(|list| list.len() >= 2).collect()
}

/// The only card of a list: on the page of a category, a seller or a search, a priced element named as a card in one named as a list.
pub(super) fn lone_card(
    outline: &Outline<'_>,
    reader: &Reader<'_>,
    by_signature: &HashMap<u64, Vec<usize>, FxBuildHasher>,
) -> Option<usize> {
    const CARD: &[&str] = &["card", "tile", "item", "product", "listing", "offer", "result", "ad", "annonce", "anzeige", "entry", "row"];
    const LIST: &[&str] = &[
        "grid", "tiles", "cards", "list", "items", "products", "listings", "offers", "results", "ads", "annonces", "anzeigen", "entries",
        "rows",
    ];
    let headed = || main_heading(outline).is_some_and(|at| is_named_by(&outline.text_of(at, 100), reader.url));
    if !matches!(target(reader.url), Target::Category | Target::Vendor)
        && !crate::heuristics::pagekind::is_search_address(reader.url)
        && !headed()
    {
        return None;
    }
    let named = |at: usize, words: &[&str]| {
        let values = outline.elements.get(at).map(|facts| ["class", "id"].map(|name| attr(facts.element(), name).unwrap_or("")));
        values.into_iter().flatten().any(|value| humps(value).any(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known))))
    };
    let any_inside = |card: usize, holds: &dyn Fn(crate::html::Element<'_>) -> bool| {
        outline.inside(card).take(MAX_INSIDE).filter_map(|at| outline.elements.get(at)).any(|facts| holds(facts.element()))
    };
    let leads_on = |element: crate::html::Element<'_>| {
        let url = attr(element, "href").filter(|_| element.name() == "a").and_then(|href| reader.absolute(href));
        url.is_some_and(|url| url.path() != reader.url.path() && matches!(url.target(), Target::Listing | Target::Unknown))
    };
    let mut single: Vec<usize> = by_signature.values().filter(|members| members.len() == 1).flatten().copied().collect();
    single.sort_unstable();
    let boxed = single.into_iter().find(|at| {
        let Some(facts) = outline.elements.get(*at) else { return false };
        facts.prices > 0
            && facts.text <= 2_000
            && !facts.chrome
            && (headed_row(outline, *at) || (named(*at, CARD) && (named(facts.parent, LIST) || facts.name == "li")))
            && !any_inside(*at, &|element| element.name() == "h1")
            && any_inside(*at, &leads_on)
    });
    // Under the name of an account: the first price with a link beside it.
    let under_name = || {
        let mut headings = outline.elements.iter().enumerate().filter(|(_, facts)| matches!(facts.name, "h1" | "h2" | "h3"));
        let (heading, from) =
            headings.find_map(|(at, facts)| is_named_by(&outline.text_of(at, 100), reader.url).then_some((at, facts.end)))?;
        let priced = (from..outline.elements.len()).find(|at| {
            outline.elements.get(*at).is_some_and(|facts| facts.prices > 0 && facts.text <= 40 && !facts.chrome && !facts.hidden)
        })?;
        let holds = |at: usize| any_inside(at, &leads_on);
        let (card, facts) = outline.ancestors(priced).take(6).find(|(at, _)| holds(*at))?;
        (facts.text <= 600 && !outline.holds(card, heading) && facts.links <= 4).then_some(card)
    };
    boxed.or_else(under_name)
}

/// Whether a text is the last part of an address.
fn is_named_by(text: &str, url: &url::Url) -> bool {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let last = url.path_segments().and_then(|mut segments| segments.rfind(|s| !s.is_empty())).map(plain).unwrap_or_default();
    last.len() >= 2 && plain(text) == last
}

/// Whether an element is a row of a table that has a head.
fn headed_row(outline: &Outline<'_>, at: usize) -> bool {
    let in_table = |at: usize| outline.ancestors(at).skip(1).take(3).find(|(_, f)| f.name == "table").map(|(table, _)| table);
    let row = outline.elements.get(at).is_some_and(|facts| facts.name == "tr");
    let table = if row { in_table(at) } else { None };
    table.is_some_and(|table| (table..at).filter_map(|cell| outline.elements.get(cell)).any(|facts| facts.name == "th"))
}
