//! The one advertisement of a listing page: title, price, vendor, description, category.

use super::breadcrumbs::{self, Crumb};
use super::fields;
use super::links::{Target, target};
use super::outline::{Outline, Run};
use super::pairs::Pair;
use super::price::PriceAt;
use super::reader::Reader;
use crate::html::{attr, block_text_limited, fold};
use crate::provenance::{Anchor, Draft, Origin};
use crate::record::{Offer, Vendor};

/// Bytes of a description.
const MAX_DESCRIPTION: usize = 64 << 10;

/// What has been found out about a page before its advertisement is read.
#[derive(Debug)]
pub struct Scene<'s, 'a> {
    /// The page as tables.
    pub outline: &'s Outline<'a>,
    /// Label and value pairs.
    pub pairs: &'s [Pair],
    /// Prices.
    pub prices: &'s [PriceAt],
    /// Text of the `title` element.
    pub page_title: &'s str,
    /// Cards of lists on the page: what stands in them is about something else.
    pub cards: &'s [usize],
    /// The trail that leads here.
    pub crumbs: &'s [Crumb],
    /// Elements to buy or bid with, outside of cards.
    pub controls: &'s [usize],
}

impl Scene<'_, '_> {
    /// Whether an element lies in a card.
    pub fn in_card(&self, at: usize) -> bool {
        let after = self.cards.partition_point(|card| *card <= at);
        after > 0 && self.cards.get(after - 1).is_some_and(|card| self.outline.holds(*card, at))
    }

    /// Pairs outside of cards.
    pub fn own_pairs(&self) -> Vec<Pair> {
        self.pairs.iter().filter(|pair| !self.in_card(pair.element)).cloned().collect()
    }
}

/// Fills the empty fields of a listing from what stands on its page.
pub fn fill(scene: &Scene<'_, '_>, reader: &Reader<'_>, draft: &mut Draft) {
    let outline = scene.outline;
    let found = title(scene, reader);
    let title_at = found.as_ref().and_then(|(at, _)| *at);
    if draft.listing.title.is_empty() {
        let text = found.map(|(_, text)| text).unwrap_or_default();
        let origin = || title_origin(scene, title_at, &text);
        draft.read(origin, |listing| listing.title = text.clone());
    }
    let pairs = scene.own_pairs();
    if draft.listing.offers.is_empty()
        // Before the pairs: what stands beside the buy button is surer than a word before a colon somewhere.
        && let Some((offer, origin)) = price(scene, &pairs, title_at, reader)
    {
        draft.read(|| origin, |listing| listing.offers.push(offer));
    }
    if draft.listing.category_path.is_empty() {
        let path = breadcrumbs::category_path(scene.crumbs, &draft.listing.title);
        draft.read(|| breadcrumb_origin(&path), |listing| listing.category_path = path.clone());
    }
    fields::fill_listing(&pairs, outline, reader, draft);
    if draft.listing.category_path.is_empty() {
        let chosen = super::menu::chosen(outline, reader);
        let path: Vec<String> = chosen.iter().map(|(_, name)| name.clone()).collect();
        let origin = || match chosen.as_slice() {
            [(at, name)] => outline.origin("heuristic", *at, name),
            _ => Origin { from: "heuristic", place: "chosen entries of the menu".to_owned(), raw: path.join(" > "), ..Origin::default() },
        };
        draft.read(origin, |listing| listing.category_path = path.clone());
    }
    if draft.listing.vendor.is_none()
        && let Some((vendor, at)) = vendor_link(scene, title_at, reader)
    {
        draft.read(|| outline.origin("heuristic", at, &vendor.name), |listing| listing.vendor = Some(vendor.clone()));
    }
    if draft.listing.description.is_empty()
        && let Some((at, text)) = description(scene, title_at)
    {
        draft.read(|| outline.origin("heuristic", at, &text), |listing| listing.description = text.clone());
    }
    if draft.listing.availability.is_none()
        && let Some((run, code)) = availability(scene, title_at)
    {
        draft.read(|| run_origin(outline, "heuristic", run), |listing| listing.availability = Some(code.to_owned()));
    }
    if draft.listing.ships_from.is_empty() {
        let runs = outline.runs.iter().filter(|run| !scene.in_card(run.element));
        let _ =
            runs.take(5_000).any(|run| draft.read(|| run_origin(outline, "heuristic", run), |listing| fields::arrow(&run.text, listing)));
    }
    super::ladder::read(scene, reader, draft);
    super::shipping::read(scene, &pairs, reader, draft);
    let title = draft.listing.title.clone();
    if let Some(offer) = draft.listing.offers.first_mut().filter(|offer| offer.quantity.is_none()) {
        fields::add_quantity(&title, offer);
    }
}

/// Where a title stands that [`title`] found.
pub fn title_origin(scene: &Scene<'_, '_>, at: Option<usize>, text: &str) -> Origin {
    match at {
        Some(at) => scene.outline.origin("heading", at, text),
        None => Origin { from: "page_title", place: "title".to_owned(), anchor: Anchor::Page, raw: text.to_owned() },
    }
}

/// Where a category path stands: in one place only where it has one part.
pub fn breadcrumb_origin(path: &[String]) -> Origin {
    let anchor = if path.len() == 1 { Anchor::Page } else { Anchor::Nowhere };
    Origin { from: "breadcrumb", place: "breadcrumbs".to_owned(), anchor, raw: path.join(" > ") }
}

/// An origin that is one run.
pub fn run_origin(outline: &Outline<'_>, from: &'static str, run: &Run) -> Origin {
    Origin { from, place: outline.selector(run.element), anchor: Anchor::Text(run.node), raw: run.text.clone() }
}

/// The main title: the element that the page's `title` repeats, a heading by choice.
pub fn title(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<(Option<usize>, String)> {
    let outline = scene.outline;
    let page_title = fold(scene.page_title).to_lowercase();
    let mut best: Option<(f64, usize, String)> = None;
    for (at, facts) in outline.elements.iter().enumerate() {
        if !(3..=250).contains(&facts.text) || facts.hidden {
            continue;
        }
        let element = facts.element();
        let heading = match element.name() {
            "h1" => 2.5,
            "h2" => 1.2,
            "h3" => 0.8,
            "h4" | "h5" => 0.4,
            "option" | "button" | "label" | "title" | "select" => continue,
            _ => 0.0,
        };
        let words = attribute_words(element);
        let named = words.iter().any(|w| matches!(w.as_str(), "title" | "name" | "headline" | "subject"));
        let product = words.iter().any(|w| matches!(w.as_str(), "product" | "listing" | "item" | "offer" | "ad" | "entry"));
        if heading == 0.0 && !named && page_title.is_empty() {
            continue;
        }
        let text = outline.text_of(at, 300);
        let lower = text.to_lowercase();
        // Only where the page's title begins with it, or has it as one of its parts, does it vouch for the whole text.
        let vouched = lower.chars().count() >= 4 && page_title.contains(&lower);
        let mut score = heading + if named { 1.2 } else { 0.0 } + if product && (named || heading > 0.0) { 0.7 } else { 0.0 };
        if vouched {
            let share = lower.len() as f64 / page_title.len().max(1) as f64;
            score += 1.0 + 3.0 * share + if page_title.starts_with(&lower) { 0.7 } else { 0.0 };
        }
        if score < 1.0 {
            continue;
        }
        if facts.chrome {
            score -= 1.5;
        }
        if scene.in_card(at) {
            score -= 2.5;
        }
        if words.iter().any(|w| matches!(w.as_str(), "logo" | "site" | "brand" | "sitename" | "widget" | "modal")) {
            score -= 2.0;
        }
        let link =
            outline.ancestors(at).take(3).find_map(|(_, f)| (f.element().name() == "a").then(|| attr(f.element(), "href")).flatten());
        if let Some(url) = link.and_then(|href| reader.absolute(href)) {
            let home = url.path() == "/" && url.query().is_none();
            score -= if home {
                3.0
            } else if matches!(target(&url), Target::Vendor | Target::Category) {
                1.5
            } else {
                0.2
            };
        }
        if super::labels::label(&text).is_some() {
            score -= 2.0;
        }
        if best.as_ref().is_none_or(|(top, _, _)| score > *top + 1e-9) {
            best = Some((score, at, text));
        }
    }
    match best {
        Some((score, at, text)) if score >= 1.0 => Some((Some(at), text)),
        _ => main_part(scene.page_title).map(|text| (None, text)),
    }
}

/// The page's title without the site's name behind it.
pub fn main_part(page_title: &str) -> Option<String> {
    let folded = fold(page_title);
    let part = [" | ", " :: ", " – ", " — ", " - ", " » ", " • "]
        .iter()
        .find_map(|mark| folded.split_once(mark))
        .map_or(folded.as_str(), |(head, _)| head);
    (!part.trim().is_empty()).then(|| part.trim().to_owned())
}

fn attribute_words(element: &scraper::node::Element) -> Vec<String> {
    let values = ["class", "id", "itemprop"].iter().filter_map(|name| attr(element, name));
    let words = values.flat_map(|value| value.split(|c: char| !c.is_ascii_alphanumeric())).filter(|w| !w.is_empty());
    words.take(24).map(str::to_ascii_lowercase).collect()
}

fn price(scene: &Scene<'_, '_>, pairs: &[Pair], title: Option<usize>, reader: &Reader<'_>) -> Option<(Offer, Origin)> {
    use super::labels::Label;
    let outline = scene.outline;
    let title_run = title.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    let labelled = |at: usize| {
        let facts = outline.elements.get(at)?;
        let near = pairs.iter().find(|pair| pair.runs.start < facts.last_run && facts.first_run < pair.runs.end);
        near.map(|pair| pair.label)
    };
    let mut best: Option<(f64, &PriceAt)> = None;
    for candidate in scene.prices {
        let Some(facts) = outline.elements.get(candidate.element) else { continue };
        if scene.in_card(candidate.element) {
            continue;
        }
        let mut score = 0.0;
        let around: Vec<Vec<String>> = outline.ancestors(candidate.element).take(4).map(|(_, f)| attribute_words(f.element())).collect();
        let has = |known: &[&str]| around.iter().any(|words| words.iter().any(|w| known.iter().any(|k| w.contains(k))));
        score += if has(&["price", "preis", "prix", "precio", "prezzo", "cena", "prijs", "amount", "cost"]) { 2.0 } else { 0.0 };
        score -=
            if has(&["shipping", "postage", "delivery", "balance", "wallet", "cart", "exchange", "rate", "related"]) { 2.5 } else { 0.0 };
        score += match labelled(candidate.element) {
            Some(Label::Price) => 2.5,
            Some(Label::PriceFrom) => 1.0,
            Some(Label::OldPrice | Label::Shipping | Label::Sales | Label::Other) => -2.5,
            _ => 0.0,
        };
        // Some shops write the name of a price below it.
        let below = outline.runs.get(facts.last_run).filter(|run| run.before > super::outline::Break::Soft);
        if below.is_some_and(|run| super::labels::label(&run.text) == Some(Label::OldPrice)) {
            score -= 2.5;
        }
        let context = outline.ancestors(candidate.element).take_while(|(at, f)| *at == candidate.element || f.text <= 60).last();
        let text = context.map(|(at, _)| outline.text_of(at, 100).to_lowercase()).unwrap_or_default();
        let beside = [
            "shipping",
            "orders over",
            " off",
            "save",
            "versand",
            "livraison",
            "envío",
            "deposit",
            "minimum",
            "you save",
            "per round",
            "/ rd",
            "/rd",
        ];
        score -= if beside.iter().any(|word| text.contains(word)) { 2.0 } else { 0.0 };
        score -= if candidate.old { 2.5 } else { 0.0 };
        score -= if candidate.price.amount.is_zero() { 2.0 } else { 0.0 };
        score -= if facts.chrome { 1.5 } else { 0.0 };
        score -= if matches!(facts.element().name(), "option") { 1.5 } else { 0.0 };
        score -= if title.is_some_and(|t| outline.holds(t, candidate.element)) { 1.5 } else { 0.0 };
        let distance = facts.first_run as f64 - title_run as f64;
        score += if distance >= 0.0 { 1.0 - (distance / 60.0).min(2.0) } else { 0.3 - (-distance / 30.0).min(2.0) };
        let control = scene.controls.iter().map(|c| c.abs_diff(candidate.element)).min();
        score += control.map_or(0.0, |away| 1.5 - (away as f64 / 30.0).min(1.5));
        if best.is_none_or(|(top, _)| score > top + 1e-9) {
            best = Some((score, candidate));
        }
    }
    let found = best.filter(|(score, _)| *score > 0.5).map(|(_, at)| {
        let offer = fields::offer_of(&at.price, if at.price.from { "from" } else { "fixed" });
        (offer, outline.origin("price_block", at.element, &at.price.raw))
    });
    let labelled = |pair: &Pair| fields::offer(&pair.value, "fixed", reader).map(|offer| (offer, pair.origin(outline)));
    found.or_else(|| pairs.iter().filter(|pair| pair.label == Label::Price).find_map(labelled))
}

/// After the title first: before it stand menus.
fn vendor_link(scene: &Scene<'_, '_>, title: Option<usize>, reader: &Reader<'_>) -> Option<(Vendor, usize)> {
    let outline = scene.outline;
    let from = title.unwrap_or(0);
    let own = |at: &usize| outline.elements.get(*at).is_some_and(|facts| !facts.chrome) && !scene.in_card(*at);
    fields::vendor_link((from..outline.elements.len()).filter(own), outline, reader)
        .or_else(|| fields::vendor_link((0..from).filter(own), outline, reader))
}

/// The description: what calls itself so, else the block with most running text outside of cards and navigation.
fn description(scene: &Scene<'_, '_>, title: Option<usize>) -> Option<(usize, String)> {
    let outline = scene.outline;
    let mut named: Option<(usize, usize)> = None;
    for (at, facts) in outline.elements.iter().enumerate() {
        if facts.chrome
            || facts.text < 20
            || facts.text > MAX_DESCRIPTION
            || matches!(facts.element().name(), "a" | "input" | "li" | "label" | "body" | "h1" | "h2" | "h3")
        {
            continue;
        }
        let words = attribute_words(facts.element());
        let is_named = words.iter().any(|w| {
            [
                "description",
                "desc",
                "beschreibung",
                "descriptif",
                "descripcion",
                "descrizione",
                "descricao",
                "offerdescription",
                "productdescription",
                "omschrijving",
            ]
            .contains(&w.as_str())
                || w.ends_with("description")
        });
        if is_named && !scene.in_card(at) && title.is_none_or(|t| !outline.holds(at, t)) && named.is_none_or(|(_, text)| facts.text > text)
        {
            named = Some((at, facts.text));
        }
    }
    let at = named.map(|(at, _)| at).or_else(|| after_heading(scene)).or_else(|| longest(scene))?;
    let facts = outline.elements.get(at)?;
    let text = block_text_limited(facts.node, MAX_DESCRIPTION, |node| {
        outline.position.get(&node.id()).is_some_and(|inner| {
            *inner != at
                && (outline.elements.get(*inner).is_some_and(|f| matches!(f.element().name(), "form" | "nav" | "select" | "button"))
                    || scene.cards.binary_search(inner).is_ok())
        })
    });
    let text = match text.split_once('\n') {
        Some((head, rest)) if super::labels::label(head).is_some() => rest.trim_start().to_owned(),
        _ => text,
    };
    (!text.is_empty()).then_some((at, text))
}

/// The block after a heading such as "Product description".
fn after_heading(scene: &Scene<'_, '_>) -> Option<usize> {
    use super::labels::Label;
    let outline = scene.outline;
    let pair = scene.pairs.iter().find(|pair| pair.label == Label::Description && pair.value.len() > 30 && !scene.in_card(pair.element));
    if let Some(run) = pair.and_then(|pair| outline.runs.get(pair.runs.start)) {
        return block_around(outline, run.element);
    }
    let heading =
        outline.runs.iter().position(|run| super::labels::label(&run.text) == Some(Label::Description) && !scene.in_card(run.element))?;
    let in_link =
        outline.runs.get(heading).is_some_and(|run| outline.ancestors(run.element).take(2).any(|(_, f)| f.element().name() == "a"));
    let next = outline.runs.get(heading + 1..)?.iter().take(12).find(|run| run.text.len() > 30)?;
    (!in_link).then(|| block_around(outline, next.element)).flatten()
}

/// The nearest element around that is no mere paragraph.
fn block_around(outline: &Outline<'_>, at: usize) -> Option<usize> {
    outline
        .ancestors(at)
        .find(|(_, f)| !matches!(f.element().name(), "p" | "b" | "i" | "em" | "strong" | "span" | "font" | "a" | "small" | "u" | "code"))
        .map(|(at, _)| at)
}

fn longest(scene: &Scene<'_, '_>) -> Option<usize> {
    let outline = scene.outline;
    let mut sums: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for run in outline.runs.iter().filter(|run| run.text.len() >= 25) {
        let Some(facts) = outline.elements.get(run.element) else { continue };
        if facts.chrome
            || scene.in_card(run.element)
            || outline.ancestors(run.element).take(3).any(|(_, f)| matches!(f.element().name(), "a" | "label" | "option" | "button"))
        {
            continue;
        }
        if let Some(block) = block_around(outline, run.element) {
            *sums.entry(block).or_default() += run.text.len();
        }
    }
    sums.into_iter().filter(|(_, length)| *length >= 60).max_by_key(|(at, length)| (*length, usize::MAX - at)).map(|(at, _)| at)
}

fn availability<'s>(scene: &Scene<'s, '_>, title: Option<usize>) -> Option<(&'s Run, &'static str)> {
    let outline = scene.outline;
    let start = title.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    let runs = outline.runs.get(start..).unwrap_or(&[]);
    let short = runs.iter().filter(|run| run.text.len() <= 40 && !scene.in_card(run.element)).take(120);
    short
        .filter(|run| {
            run.text.split_whitespace().count() <= 4
                && outline.elements.get(run.element).is_some_and(|f| !f.chrome && f.element().name() != "option")
        })
        .find_map(|run| {
            let words = super::phrases::availability(&run.text)?;
            // "Sold: 12" counts sales, "Escrow available" speaks of something else.
            let lower = run.text.to_lowercase();
            let other = lower.contains(':')
                || lower.contains("escrow")
                || lower.contains("sold by")
                || lower.contains("payment")
                || lower.contains("times");
            (!other).then_some((run, words))
        })
}
