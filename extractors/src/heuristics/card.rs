//! Reads the cards that were found: title, address, and what else a card says.

use std::rc::Rc;

use super::address::Address;
use super::cards::{Group, MAX_INSIDE, Slot, title_origin, title_runs, title_text};
use super::fields;
use super::labels::Label;
use super::links::Target;
use super::outline::{Break, Outline, Run, join, join_with_flags};
use super::pairs::{Pair, SEPARATORS};
use super::phrases;
use super::phrases::escrow_tag;
use super::price::PriceAt;
use super::reader::Reader;
use super::single::run_origin;
use crate::html::attr;
use crate::money;
use crate::provenance::{Draft, Origin};
use crate::record::Vendor;

/// Reads all cards of a group.
pub fn read(group: &Group, outline: &Outline<'_>, pairs: &[Pair], prices: &[PriceAt], reader: &Reader<'_>) -> Vec<Draft> {
    group.cards.iter().filter_map(|card| read_card(*card, group, outline, pairs, prices, reader)).collect()
}

/// Reads one element as a card whose title stands in `slot`.
fn read_card(card: usize, group: &Group, outline: &Outline<'_>, pairs: &[Pair], prices: &[PriceAt], reader: &Reader<'_>) -> Option<Draft> {
    let title_at = nth_of(outline, card, group.title)?;
    let title = title_text(outline, title_at);
    if title.is_empty() {
        return None;
    }
    let (link, url) = address(outline, card, title_at, reader)?;
    let mut draft = Draft::new(reader.traced);
    draft.listing.key = url.key().to_string();
    draft.read(|| outline.attribute_origin("card", link, "href"), |listing| listing.url = String::from(&*url));
    draft.read(|| title_origin(outline, title_at, &title), |listing| listing.title = title.clone());
    let place = Place { card, title: Some(title_at), threads: group.threads };
    fill(place, outline, pairs, prices, reader, &mut draft);
    Some(draft)
}

fn nth_of(outline: &Outline<'_>, card: usize, slot: Slot) -> Option<usize> {
    outline
        .inside(card)
        .take(MAX_INSIDE)
        .filter(|at| outline.elements.get(*at).is_some_and(|f| f.signature == slot.signature))
        .nth(slot.nth - 1)
}

/// Address of a card: of the title itself, of a link around or within it, else the first link to an advertisement.
fn address(outline: &Outline<'_>, card: usize, title: usize, reader: &Reader<'_>) -> Option<(usize, Rc<Address>)> {
    let href = |at: usize| {
        let element = outline.elements.get(at)?.element();
        (element.name() == "a")
            .then(|| attr(element, "href").filter(|h| !h.starts_with('#')).and_then(|href| reader.absolute(href)))
            .flatten()
            .map(|url| (at, url))
    };
    let around = outline.ancestors(title).map(|(at, _)| at).take_while(|at| *at >= card).find_map(href);
    let within = || outline.inside(title).find_map(href);
    let other = || {
        let links: Vec<(usize, Rc<Address>)> = outline.inside(card).take(MAX_INSIDE).filter_map(href).collect();
        let best = links
            .iter()
            .find(|(_, url)| url.target() == Target::Listing)
            .or_else(|| links.iter().find(|(_, url)| url.target() == Target::Unknown));
        best.cloned()
    };
    around.or_else(within).or_else(other)
}

/// A card, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Position of its element.
    pub card: usize,
    /// Position of the element that holds its title.
    pub title: Option<usize>,
    /// Whether it is the row of a forum thread.
    pub threads: bool,
}

/// Fills what a card says besides title and address.
pub fn fill(place: Place, outline: &Outline<'_>, pairs: &[Pair], prices: &[PriceAt], reader: &Reader<'_>, draft: &mut Draft) {
    let Place { card, title, threads } = place;
    let range = outline.inside(card);
    let titled = title.map_or(0..0, |at| title_runs(outline, at));
    let from = pairs.partition_point(|pair| pair.runs.start < outline.elements.get(card).map_or(0, |f| f.first_run));
    let last_run = outline.elements.get(card).map_or(0, |f| f.last_run);
    // "Our price: $54.95", struck out, beside what is asked now.
    let priced = prices.partition_point(|price| price.element < range.start);
    let shown = || prices.iter().skip(priced).take_while(|price| price.element < range.end);
    let former = |pair: &Pair| {
        let within = |price: &&PriceAt| outline.elements.get(price.element).is_some_and(|facts| pair.runs.contains(&facts.first_run));
        pair.label == Label::Price && shown().filter(within).any(|price| price.other) && shown().any(|price| !price.other)
    };
    let own: Vec<Pair> = pairs
        .iter()
        .skip(from)
        .take_while(|pair| pair.runs.start < last_run)
        .filter(|pair| range.contains(&pair.element) && !former(pair))
        .cloned()
        .collect();
    fields::fill_listing(&own, outline, reader, draft);
    if draft.listing.offers.is_empty() {
        // A price within the words of the title is part of its boast, wherever the card repeats them.
        let in_title = |price: &PriceAt| titled.contains(&price.run) || draft.listing.title.contains(&outline.text_of(price.element, 200));
        let best = shown().find(|p| !p.other && !in_title(p)).or_else(|| shown().find(|p| !in_title(p)));
        let best = best.or_else(|| shown().find(|p| !p.other)).or_else(|| shown().next());
        if let Some(PriceAt { price, element, .. }) = best {
            let offer = fields::offer_of(price, if price.from { "from" } else { "fixed" });
            draft.read(|| outline.origin("card", *element, &price.raw), |listing| listing.offers.push(offer));
        }
    }
    if !reader.crypto {
        super::codes::of_card(outline, card, &titled, draft);
    }
    if draft.listing.vendor.is_none() {
        let links = (range.start..range.end.min(range.start + MAX_INSIDE)).filter(|at| Some(*at) != title);
        if let Some((vendor, at)) = fields::vendor_link(links, outline, reader) {
            draft.read(|| outline.origin("card", at, &vendor.name), |listing| listing.vendor = Some(vendor.clone()));
        }
    }
    if draft.listing.vendor.is_none()
        && let Some((at, name)) = super::vendor::of_card(outline, card, &titled, reader.crypto, threads)
    {
        draft.read(
            || outline.origin("card", at, &name),
            |listing| listing.vendor = Some(Vendor { name: name.clone(), ..Vendor::default() }),
        );
    }
    let mut categories = Vec::new();
    for at in range.clone().take(MAX_INSIDE) {
        let Some(facts) = outline.elements.get(at) else { continue };
        let element = facts.element();
        if draft.listing.category_path.is_empty()
            && Some(at) != title
            && element.name() == "a"
            && let Some(url) = attr(element, "href").and_then(|href| reader.absolute(href))
            && url.target() == Target::Category
        {
            let text = outline.text_of(at, 80);
            if !text.is_empty() && !categories.iter().any(|(_, known)| *known == text) {
                categories.push((at, text));
            }
        }
        if element.name() == "img" && draft.listing.images.is_empty() {
            let name = if attr(element, "data-src").is_some() { "data-src" } else { "src" };
            let image = attr(element, name).and_then(|src| reader.absolute(src)).map(|image| String::from(&*image));
            draft.read(|| outline.attribute_origin("card", at, name), |listing| listing.images.extend(image));
        }
    }
    if draft.listing.category_path.is_empty() {
        let path: Vec<String> = categories.iter().map(|(_, text)| text.clone()).collect();
        let origin = || match categories.as_slice() {
            [(at, text)] => outline.origin("card", *at, text),
            _ => Origin { from: "card", place: "links to categories".to_owned(), raw: path.join(" > "), ..Origin::default() },
        };
        draft.read(origin, |listing| listing.category_path = path.clone());
    }
    let runs = outline.runs_of(card);
    let first_run = outline.elements.get(card).map_or(0, |facts| facts.first_run);
    let own_runs: Vec<&Run> =
        runs.iter().take(200).enumerate().filter(|(at, _)| !titled.contains(&(first_run + at))).map(|(_, run)| run).collect();
    if draft.listing.ships_from.is_empty() {
        let _ =
            runs.iter().take(200).any(|run| draft.read(|| run_origin(outline, "card", run), |listing| fields::arrow(&run.text, listing)));
    }
    if draft.listing.availability.is_none() {
        let mut short = own_runs.iter().filter(|run| run.text.len() <= 40);
        if let Some((run, code)) = short.find_map(|run| Some((run, stock_words(&run.text)?))) {
            draft.read(|| run_origin(outline, "card", run), |listing| listing.availability = Some(code.to_owned()));
        }
    }
    if draft.listing.ships_from.is_empty() {
        // Flags and words around an arrow or a "to", each in an element of its own.
        let between = |run: &&&Run| run.text.len() <= 8 && BETWEEN.contains(&run.text.as_str());
        if let Some(run) = own_runs.iter().find(between) {
            let at = runs.iter().position(|own| std::ptr::eq(own, *run)).map_or(0, |at| first_run + at);
            let line = outline
                .ancestors(run.element)
                .take(4)
                .find(|(inner, facts)| *inner > card && facts.first_run < at && facts.last_run > at + 1);
            let text = line.map(|(at, _)| join_with_flags(outline.runs_of(at), 200)).unwrap_or_default();
            draft.read(|| run_origin(outline, "card", run), |listing| fields::arrow(&text, listing));
        }
    }
    if draft.listing.payments.is_empty() {
        for run in &own_runs {
            if is_coin(&run.text) && !beside_number(runs, run) {
                draft.read(|| run_origin(outline, "card", run), |listing| listing.payments.push(run.text.to_uppercase()));
            }
        }
        draft.listing.payments.dedup();
    }
    if draft.listing.posted_at.is_none() {
        let dated =
            own_runs.iter().filter(|run| (5..=32).contains(&run.text.len()) && money::find_prices(&run.text, None, false).is_empty());
        if let Some((run, date)) = dated.into_iter().find_map(|run| Some((run, reader.date(&run.text)?))) {
            draft.read(|| run_origin(outline, "card", run), |listing| listing.posted_at = Some(date));
        }
    }
    if draft.listing.escrow.is_none()
        && let Some((run, code)) = own_runs.iter().find_map(|run| Some((run, run.text.split(SEPARATORS).find_map(escrow_tag)?)))
    {
        draft.read(|| run_origin(outline, "card", run), |listing| listing.escrow = Some(code.to_owned()));
    }
    if draft.listing.description.is_empty() {
        // The longest stretch of text in the card that is not its title.
        let longest = own_runs.iter().filter(|run| run.text.len() >= 60).max_by_key(|run| run.text.len());
        if let Some(run) = longest {
            draft.read(|| run_origin(outline, "card", run), |listing| listing.description = join(std::slice::from_ref(*run), 2_000));
        }
    }
    let title = draft.listing.title.clone();
    if let Some(offer) = draft.listing.offers.first_mut() {
        fields::add_quantity(&title, offer);
    }
}

/// Words of availability that stand alone, so that prose does not count.
fn stock_words(text: &str) -> Option<&'static str> {
    let words = text.split_whitespace().count();
    (words <= 4 && !text.contains(['?', ':']))
        .then(|| phrases::availability(text))
        .flatten()
        .filter(|_| !text.to_lowercase().contains("escrow"))
}

/// What stands between origin and destination.
const BETWEEN: &[&str] = &["→", "⟶", "➔", "➝", "➜", "⇒", "⇨", "⟹", "->", "=>", ">>", "»", "to", "nach", "vers", "naar", "a", "в"];

/// A coin by its code alone, as a tag.
fn is_coin(text: &str) -> bool {
    ["BTC", "XMR", "LTC", "ETH", "BCH", "DASH", "ZEC", "DOGE", "USDT"].iter().any(|code| text.eq_ignore_ascii_case(code))
}

/// Whether the neighbours of a run are amounts: then it is their currency.
fn beside_number(runs: &[Run], run: &Run) -> bool {
    let Some(at) = runs.iter().position(|own| std::ptr::eq(own, run)) else { return false };
    let near = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| runs.get(at));
    near.into_iter().any(|own| {
        let side = own.text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '≈' | '~' | '/'));
        own.before < Break::Line && (side.ends_with(|c: char| c.is_ascii_digit()) || side.starts_with(|c: char| c.is_ascii_digit()))
    })
}
