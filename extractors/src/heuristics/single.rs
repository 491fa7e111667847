//! The one advertisement of a listing page: title, price, vendor, description, category.

mod called;
mod sitename;

use std::cell::OnceCell;

use self::called::{Called, bare, without_code};
use super::asked::{self, Candidate};
use super::breadcrumbs::{self, Crumb};
use super::labels::Label;
use super::links::Target;
use super::outline::{Outline, Run};
use super::pairs::Pair;
use super::price::PriceAt;
use super::reader::Reader;
use super::stock::Shown;
use super::subject::Subject;
use super::{codes, dated, fields, prose};
use crate::html::{attr, fold};
use crate::provenance::{Anchor, Draft, Origin};
use crate::record::{Offer, Vendor};

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
    /// Its [`title`], once somebody asked for it.
    pub title: OnceCell<Option<(Option<usize>, String)>>,
    /// What [`super::stock::read`] finds, once somebody asked for it.
    pub stock: OnceCell<Shown>,
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
pub fn fill(scene: &Scene<'_, '_>, subject: &Subject, reader: &Reader<'_>, draft: &mut Draft) {
    let outline = scene.outline;
    let title_at = subject.title_at;
    if draft.listing.title.is_empty() {
        let text = subject.title.clone();
        let origin = || title_origin(scene, title_at, &text);
        draft.read(origin, |listing| listing.title = text.clone());
    }
    let pairs: Vec<Pair> = scene.own_pairs().into_iter().filter(|pair| !subject.is_foreign(pair.element)).collect();
    let pairs: Vec<Pair> =
        if reader.crypto { pairs } else { pairs.into_iter().filter(|pair| !super::stock::is_vague(outline, pair)).collect() };
    if draft.listing.offers.is_empty()
        // Before the pairs: what stands beside the buy button is surer than a word before a colon somewhere.
        && let Some((offer, origin)) = price(scene, &pairs, subject, reader)
    {
        draft.read(|| origin, |listing| listing.offers.push(offer));
    }
    if draft.listing.offers.is_empty()
        && draft.listing.price_state.is_none()
        && let Some(run) = in_place_of_price(scene, subject)
    {
        draft.read(|| run_origin(outline, "price_block", run), |listing| listing.price_state = Some("on_request".to_owned()));
    }
    if draft.listing.category_path.is_empty() {
        let path = breadcrumbs::category_path(scene.crumbs, &draft.listing.title);
        draft.read(|| breadcrumbs::origin(&path), |listing| listing.category_path = path.clone());
    }
    // A seller in a box beside, before the title, is that of other goods, where these have one.
    let is_beside = |pair: &Pair| {
        pair.label == Label::Vendor
            && outline.elements.get(pair.element).is_some_and(|facts| facts.chrome)
            && title_at.is_some_and(|title| pair.element < title)
    };
    let (beside, pairs): (Vec<Pair>, Vec<Pair>) = pairs.into_iter().partition(is_beside);
    fields::fill_listing(&pairs, outline, reader, draft);
    if !reader.crypto {
        codes::fill(scene, subject, reader, draft);
    }
    if draft.listing.category_path.is_empty() {
        let chosen = super::menu::chosen(outline, reader);
        let path: Vec<String> = chosen.iter().map(|(_, name)| name.clone()).collect();
        let origin = || match chosen.as_slice() {
            [(at, name)] => outline.origin("heuristic", *at, name),
            _ => Origin { from: "heuristic", place: "chosen entries of the menu".to_owned(), raw: path.join(" > "), ..Origin::default() },
        };
        draft.read(origin, |listing| listing.category_path = path.clone());
    }
    if draft.listing.category_path.is_empty()
        && let Some((at, name)) = super::shelved::back_to(scene, subject, reader)
    {
        draft.read(|| outline.origin("heuristic", at, &name), |listing| listing.category_path = vec![name.clone()]);
    }
    if draft.listing.category_path.is_empty() && reader.crypto {
        let shelved = super::shelved::of_page(scene, subject, reader);
        if let Some((at, _)) = shelved.first() {
            let path: Vec<String> = shelved.iter().map(|(_, name)| name.clone()).collect();
            draft.read(|| outline.origin("heuristic", *at, &path.join(" > ")), |listing| listing.category_path.clone_from(&path));
        }
    }
    if draft.listing.vendor.is_none()
        && let Some((vendor, at)) = vendor_link(scene, title_at, reader)
    {
        draft.read(|| outline.origin("heuristic", at, &vendor.name), |listing| listing.vendor = Some(vendor.clone()));
    }
    fields::fill_listing(&beside, outline, reader, draft);
    if draft.listing.vendor.is_none()
        && let Some((vendor, at)) = super::vendor::under_heading(scene, title_at, reader)
    {
        draft.read(|| outline.origin("heuristic", at, &vendor.name), |listing| listing.vendor = Some(vendor.clone()));
    }
    // Shops sell themselves, and name their customers in boxes of the kind.
    let sellers = draft.listing.sku.is_some() && draft.listing.posted_at.is_none();
    if draft.listing.vendor.is_none()
        && let Some((vendor, at)) = super::vendor::in_box(scene, reader, sellers)
    {
        draft.read(|| outline.origin("heuristic", at, &vendor.name), |listing| listing.vendor = Some(vendor.clone()));
    }
    if draft.listing.vendor.is_none()
        && let Some((vendor, at)) = super::vendor::over_since(scene, reader)
    {
        draft.read(|| outline.origin("heuristic", at, &vendor.name), |listing| listing.vendor = Some(vendor.clone()));
    }
    if draft.listing.description.is_empty()
        && let Some(found) = prose::find(scene, subject)
    {
        draft.read(|| outline.origin("heuristic", found.at, &found.text), |listing| listing.description = found.text.clone());
    }
    if draft.listing.ships_from.is_empty() {
        let runs = outline.runs.iter().filter(|run| !scene.in_card(run.element));
        let _ =
            runs.take(5_000).any(|run| draft.read(|| run_origin(outline, "heuristic", run), |listing| fields::arrow(&run.text, listing)));
    }
    if draft.listing.posted_at.is_none()
        && let Some((run, date)) = dated::beside_title(scene, subject, reader)
    {
        draft.read(|| run_origin(outline, "heuristic", run), |listing| listing.posted_at = Some(date));
    }
    if reader.crypto {
        super::deal::read(scene, subject, draft);
        super::telling::read(scene, subject, reader, draft);
        super::whence::of_page(scene, subject, draft);
        let seller = draft.listing.vendor.as_ref().map(|vendor| vendor.name.clone());
        if draft.listing.posted_at.is_none()
            && let Some((run, date)) = dated::among_fields(scene, subject, &pairs, seller.as_deref(), reader)
        {
            draft.read(|| run_origin(outline, "heuristic", run), |listing| listing.posted_at = Some(date));
        }
    }
    if draft.listing.posted_at.is_none()
        && !reader.crypto
        && let Some((run, date)) = dated::entered(scene, subject, reader)
    {
        draft.read(|| run_origin(outline, "heuristic", run), |listing| listing.posted_at = Some(date));
    }
    // Private sellers say in their text how they are paid and whither they send.
    if !reader.crypto && (draft.listing.vendor.is_some() || draft.listing.posted_at.is_some()) && !draft.listing.description.is_empty() {
        let text = draft.listing.description.clone();
        let place = || Origin {
            from: "heuristic",
            place: "description".to_owned(),
            raw: crate::html::prefix(&text, 200).to_owned(),
            ..Origin::default()
        };
        draft.read(place, |listing| super::advert::terms(&text, listing));
    }
    super::auction::read(scene, reader, draft);
    super::ladder::read(scene, reader, draft);
    super::shipping::read(scene, &pairs, reader, draft);
    // "Versand: nur Inland"
    if draft.listing.ships_to.is_empty()
        && draft.listing.ships_from.len() == 1
        && let Some(pair) = pairs.iter().find(|pair| pair.label == Label::Shipping && super::whence::is_domestic(&pair.value))
    {
        draft.read(|| pair.origin(outline), |listing| listing.ships_to.clone_from(&listing.ships_from));
    }
    let title = draft.listing.title.clone();
    if let Some(offer) = draft.listing.offers.first_mut().filter(|offer| offer.quantity.is_none()) {
        fields::add_quantity(&title, offer);
    }
}

/// "Call for price" near the title, or where a price would stand.
pub fn in_place_of_price<'s>(scene: &Scene<'s, '_>, subject: &Subject) -> Option<&'s Run> {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "call for price", "call for pricing", "call us for", "email for price", "price on request", "price upon request",
        "price on application", "poa", "request a quote", "ask for price", "contact us for price", "please call", "preis auf anfrage",
        "auf anfrage", "prix sur demande", "sur demande", "nous consulter", "precio a consultar", "consultar precio", "a consultar",
        "prezzo su richiesta", "su richiesta", "preço sob consulta", "sob consulta", "prijs op aanvraag", "op aanvraag",
        "цена по запросу", "по запросу", "цену уточняйте", "уточняйте цену", "ціна за запитом", "ціну уточнюйте", "cena na zapytanie",
        "zapytaj o cenę", "fiyat sorunuz", "fiyat için arayınız", "fiyat alınız", "السعر عند الطلب", "اتصل لمعرفة السعر",
    ];
    let outline = scene.outline;
    let start = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    let own = |run: &&Run| {
        run.text.len() <= 80
            && !scene.in_card(run.element)
            && !subject.is_foreign(run.element)
            && outline.elements.get(run.element).is_some_and(|facts| !facts.chrome)
            && !super::role::is_out_of_sight(outline, run.element)
    };
    outline.runs.get(start..)?.iter().filter(own).take(200).find(|run| {
        let lower = run.text.to_lowercase();
        WORDS.iter().any(|word| if word.len() < 4 { lower == *word } else { lower.contains(word) }) || asks_to_ask(&lower)
    })
}

/// "Call or text for price", "inquire for current pricing", "Preis bitte erfragen": an order to ask, and the word for a price.
fn asks_to_ask(lower: &str) -> bool {
    #[rustfmt::skip]
    const ASK: &[&str] = &[
        "call", "text", "email", "e-mail", "inquire", "enquire", "ask", "contact", "message", "pm", "dm", "phone", "anrufen", "erfragen", "anfragen",
        "fragen", "appelez", "contactez", "demandez", "llame", "llámenos", "escríbenos", "pregunte", "pregunta", "chiama", "chiamare", "chiedi",
        "contattaci", "ligue", "consulte", "pergunte", "bel", "bel ons", "vraag", "informeer", "звоните", "пишите", "спрашивайте", "узнавайте",
        "уточняйте", "телефонуйте", "запитуйте", "уточнюйте", "zadzwoń", "zapytaj", "dzwoń", "arayın", "arayınız", "sorun", "sorunuz", "اتصل", "اسأل",
    ];
    #[rustfmt::skip]
    const PRICE: &[&str] = &[
        "price", "pricing", "quote", "preis", "preise", "prix", "tarif", "devis", "precio", "precios", "prezzo", "prezzi", "preço", "preços", "prijs",
        "prijzen", "цену", "цена", "цены", "ціну", "ціна", "ціни", "cenę", "cena", "ceny", "fiyat", "fiyatı", "السعر", "سعر",
    ];
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()).take(8).collect();
    words.len() <= 7 && words.iter().any(|word| ASK.contains(word)) && words.iter().any(|word| PRICE.contains(word))
}

/// Where a title stands that [`title`] found.
pub fn title_origin(scene: &Scene<'_, '_>, at: Option<usize>, text: &str) -> Origin {
    match at {
        Some(at) => scene.outline.origin("heading", at, text),
        None => Origin { from: "page_title", place: "title".to_owned(), anchor: Anchor::Page, raw: text.to_owned() },
    }
}

/// An origin that is one run.
pub fn run_origin(outline: &Outline<'_>, from: &'static str, run: &Run) -> Origin {
    Origin { from, place: outline.selector(run.element), anchor: Anchor::Text(run.node), raw: run.text.clone() }
}

/// The main title: the element that the page's `title` repeats, a heading by choice.
pub fn title(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<(Option<usize>, String)> {
    scene.title.get_or_init(|| find_title(scene, reader)).clone()
}

fn find_title(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<(Option<usize>, String)> {
    let outline = scene.outline;
    let page_title = fold(scene.page_title).to_lowercase();
    // "Armeria delle Torri - Benelli Montefeltro" over "Benelli Montefeltro Beccaccia cal. 20": the heading goes on from a part of it.
    let short = page_title.replace(['|', '–', '—', '»', '•'], " - ").replace("::", " - ");
    let short: Vec<&str> = short.split(" - ").map(str::trim).filter(|part| part.chars().count() >= 6).collect();
    let longest = page_title.chars().count();
    let by_class: Vec<Called> = outline.classes.iter().map(|class| Called::of(class.text)).collect();
    let asked = scene.prices.iter().filter(|price| !price.other && !price.unseen && !scene.in_card(price.element));
    let priced: Vec<usize> = asked
        .filter(|price| !price.is_balance())
        .filter_map(|price| outline.elements.get(price.element))
        .map(|facts| facts.first_run)
        .take(64)
        .collect();
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
            // Pages without headings set their title in big letters.
            "font" => match attr(element, "size").unwrap_or("") {
                "5" | "6" | "7" | "+2" | "+3" | "+4" => 1.8,
                "4" | "+1" => 0.6,
                _ => 0.0,
            },
            "option" | "button" | "label" | "title" | "select" => continue,
            // Classes that say no more than how big the letters are.
            _ if facts.links == 0 && ["text-2xl", "text-3xl", "text-4xl", "text-5xl"].iter().any(|size| facts.class.contains(size)) => 1.0,
            _ => 0.0,
        };
        let itemprop = attr(element, "itemprop").unwrap_or("");
        let Called { named, product, site, whole: in_one } =
            by_class.get(facts.class_at).copied().unwrap_or_default().or(Called::of(facts.id)).or(Called::of(itemprop));
        // Nothing but the page's title could vouch for it, and that is shorter.
        if heading == 0.0 && !named && facts.text > longest {
            continue;
        }
        let whole = without_code(outline, at).unwrap_or_else(|| outline.text_of(at, 300));
        // Marks before a title are no part of it, nor is what is not shown.
        let text = Some(facts).filter(|facts| facts.last_run > facts.first_run + 1 && facts.text <= 250).and_then(|_| bare(outline, at));
        let text =
            text.filter(|text| page_title.contains(&text.to_lowercase()) && !page_title.contains(&whole.to_lowercase())).unwrap_or(whole);
        let lower = text.to_lowercase();
        // Only where the page's title begins with it, or has it as one of its parts, does it vouch for the whole text.
        let vouched = lower.chars().count() >= 4 && page_title.contains(&lower);
        let mut score = heading
            + if in_one { 1.0 } else { 0.0 }
            + if named { 1.2 } else { 0.0 }
            + if product && (named || heading > 0.0) { 0.7 } else { 0.0 };
        if vouched {
            let share = lower.len() as f64 / page_title.len().max(1) as f64;
            score += 1.0 + 3.0 * share + if page_title.starts_with(&lower) { 0.7 } else { 0.0 };
        }
        let goes_on = |part: &str| {
            lower.strip_prefix(part).is_some_and(|rest| {
                // Behind a dash or in brackets stand price and place.
                rest.starts_with([' ', ',']) && rest.trim_start_matches([' ', ',']).starts_with(char::is_alphanumeric)
            })
        };
        if !vouched && heading > 0.0 && short.iter().any(|part| goes_on(part)) {
            score += 2.2;
        }
        if score < 1.0 {
            continue;
        }
        let price = scene.prices.binary_search_by_key(&at, |price| price.element).ok().and_then(|nth| scene.prices.get(nth));
        if price.is_some_and(|price| price.price.raw.len() * 2 >= text.len()) {
            score -= 2.5;
        }
        if sitename::is_host(&lower, reader) {
            score -= 2.5;
        }
        // A question heads an answer.
        if text.ends_with('?') && !vouched {
            score -= 1.0;
        }
        if !vouched && (heading > 0.0 || named) && !text.ends_with(['?', ':']) {
            // A name without a word of it in the page's title: the price below it tells.
            let near = |run: &usize| (facts.last_run..facts.last_run + 12).contains(run);
            score += if priced.iter().any(near) { 1.2 } else { 0.0 };
        }
        if facts.chrome {
            score -= 1.5;
        }
        if scene.in_card(at) {
            score -= 2.5;
        }
        if site {
            score -= 2.0;
        }
        let link = outline.ancestors(at).take(3).find_map(|(_, f)| (f.name == "a").then(|| attr(f.element(), "href")).flatten());
        // The site's name is a link within its heading, too.
        let within = || {
            let inner = outline.inside(at).skip(1).take(3).filter_map(|inner| outline.elements.get(inner));
            inner.filter(|f| f.name == "a" && f.text == facts.text).find_map(|f| attr(f.element(), "href"))
        };
        if let Some(url) = link.or_else(within).and_then(|href| reader.absolute(href)) {
            let home = url.path() == "/" && url.query().is_none();
            score -= if home {
                3.0
            } else if matches!(url.target(), Target::Vendor | Target::Category) || heading == 0.0 && link.is_none() {
                1.6
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
    // "Green Attic" over the menu, "Attic Amnesia" below it.
    if let Some(next) = best.as_ref().and_then(|(_, at, text)| sitename::behind(outline, scene.page_title, *at, text, &priced)) {
        return Some((Some(next), without_code(outline, next).unwrap_or_else(|| outline.text_of(next, 300))));
    }
    match best {
        Some((score, at, text)) if score >= 1.0 || (score > 0.0 && sitename::is_host(&page_title, reader)) => Some((Some(at), text)),
        _ => own_part(scene.page_title, reader).map(|text| (None, text)),
    }
}

/// The page's title without the site's name behind it, or before it where the host goes by it.
fn own_part(page_title: &str, reader: &Reader<'_>) -> Option<String> {
    let first = main_part(page_title)?;
    let folded = fold(page_title);
    let rest = folded.strip_prefix(first.as_str()).unwrap_or("").trim_start_matches(|c: char| !c.is_alphanumeric());
    if !rest.is_empty() && sitename::is_host(&first.to_lowercase(), reader) { main_part(rest) } else { Some(first) }
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

/// The first element outside of links that says what the page's title begins with, on pages without a heading.
pub fn titled(outline: &Outline<'_>, page_title: &str) -> Option<usize> {
    let name = main_part(page_title).filter(|name| name.chars().count() >= 10 && name.contains(' '))?;
    let length = name.chars().count();
    let near = |facts: &super::outline::Facts<'_>| facts.text.abs_diff(length) <= 2 && facts.links == 0 && !facts.chrome;
    let mut alike = outline.elements.iter().enumerate().filter(|(_, facts)| near(facts)).map(|(at, _)| at).take(200);
    if outline.elements.iter().any(|facts| facts.name == "h1" && facts.text > 0) {
        return None;
    }
    alike.find(|at| outline.text_of(*at, 300).eq_ignore_ascii_case(&name) && !outline.in_link(*at))
}

fn price(scene: &Scene<'_, '_>, pairs: &[Pair], subject: &Subject, reader: &Reader<'_>) -> Option<(Offer, Origin)> {
    let outline = scene.outline;
    let best = asked::candidates(scene, pairs, subject).into_iter().find(|candidate| candidate.score > asked::LEAST);
    if best.is_none_or(|best| best.score < asked::DOUBTFUL) && in_place_of_price(scene, subject).is_some() {
        return None;
    }
    let found = best.map(|Candidate { at, .. }| {
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
