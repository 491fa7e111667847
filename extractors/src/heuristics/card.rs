//! Reads the cards that were found: title, address, and what else a card says.

use std::rc::Rc;

use super::address::Address;
use super::cards::{Group, MAX_INSIDE, Slot, title_origin, title_runs, title_text};
use super::dated::{behind_place, is_of_last, is_priced};
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
use super::whence::Way;
use crate::html::{attr, prefix};
use crate::money;
use crate::provenance::{Draft, Origin};
use crate::record::Vendor;

/// Reads all cards of a group.
pub fn read(group: &Group, outline: &Outline<'_>, pairs: &[Pair], prices: &[PriceAt], reader: &Reader<'_>) -> Vec<Draft> {
    let mut drafts: Vec<(usize, Draft)> =
        group.cards.iter().filter_map(|card| Some((*card, read_card(*card, group, outline, pairs, prices, reader)?))).collect();
    if drafts.len() >= 3 && drafts.iter().all(|(_, draft)| draft.listing.vendor.is_none()) {
        let cards: Vec<usize> = drafts.iter().map(|(card, _)| *card).collect();
        for (card, at, name) in super::vendor::column(outline, &cards, reader.crypto) {
            if let Some((_, draft)) = drafts.iter_mut().find(|(own, _)| *own == card) {
                draft.read(
                    || outline.origin("card", at, &name),
                    |listing| listing.vendor = Some(Vendor { name: name.clone(), ..Vendor::default() }),
                );
            }
        }
    }
    let lacking = |draft: &Draft| draft.listing.vendor.is_none() || draft.listing.ships_from.is_empty();
    if reader.crypto && !group.threads && drafts.len() >= 2 && drafts.iter().filter(|(_, draft)| lacking(draft)).count() * 2 >= drafts.len()
    {
        by_line(&mut drafts, group, outline, reader);
    }
    if !group.threads && drafts.len() >= 2 && drafts.iter().all(|(_, draft)| draft.listing.category_path.is_empty()) {
        shelve(&mut drafts, group, outline, reader);
    }
    drafts.into_iter().map(|(_, draft)| draft).collect()
}

/// Fills categories from links or words that the menu has, too, else from chips beside the titles.
fn shelve(drafts: &mut [(usize, Draft)], group: &Group, outline: &Outline<'_>, reader: &Reader<'_>) {
    let cards: Vec<usize> = drafts.iter().map(|(card, _)| *card).collect();
    let titles: Vec<Option<usize>> = cards.iter().map(|card| nth_of(outline, *card, group.title)).collect();
    let mut told = super::shelved::of_cards(outline, &cards, &titles, reader);
    if told.iter().flatten().count() * 2 < cards.len() {
        told = super::shelved::plain_of_cards(outline, &cards, &titles, reader);
    }
    if told.iter().flatten().count() * 2 < cards.len() {
        told = super::shelved::chips(outline, &cards, &titles);
    }
    for ((_, draft), found) in drafts.iter_mut().zip(told) {
        let seller = draft.listing.vendor.as_ref().map(|vendor| vendor.name.to_lowercase());
        if let Some((at, name)) = found.filter(|(_, name)| Some(name.to_lowercase()) != seller) {
            let path = path_of(&name, true).unwrap_or_else(|| vec![name.clone()]);
            draft.read(|| outline.origin("card", at, &name), |listing| listing.category_path = path);
        }
    }
}

/// Fills sellers and places from lines that all cards have alike.
fn by_line(drafts: &mut [(usize, Draft)], group: &Group, outline: &Outline<'_>, reader: &Reader<'_>) {
    let cards: Vec<usize> = drafts.iter().map(|(card, _)| *card).collect();
    let titled = |card: usize| nth_of(outline, card, group.title).map_or(0..0, |at| title_runs(outline, at));
    let told = super::byline::read(outline, &cards, titled, reader);
    for ((_, draft), line) in drafts.iter_mut().zip(told) {
        if let Some((at, name)) = line.name.filter(|_| draft.listing.vendor.is_none()) {
            draft.read(
                || outline.origin("card", at, &name),
                |listing| listing.vendor = Some(Vendor { name: name.clone(), ..Vendor::default() }),
            );
        }
        for (way, place) in [(Way::From, line.from), (Way::To, line.to)] {
            if let Some((at, place)) = place {
                draft.read(|| outline.origin("card", at, &place), |listing| super::whence::note(way, &place, listing));
            }
        }
    }
}

/// Reads one element as a card whose title stands in `slot`.
fn read_card(card: usize, group: &Group, outline: &Outline<'_>, pairs: &[Pair], prices: &[PriceAt], reader: &Reader<'_>) -> Option<Draft> {
    let title_at = nth_of(outline, card, group.title)?;
    let title = title_text(outline, title_at);
    if title.is_empty() {
        return None;
    }
    if !title.chars().any(char::is_alphabetic) {
        return of_message(card, title_at, outline, pairs, prices, reader);
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

/// A message without a title, whose time leads to it: its first line is what it offers.
fn of_message(card: usize, dated: usize, outline: &Outline<'_>, pairs: &[Pair], prices: &[PriceAt], reader: &Reader<'_>) -> Option<Draft> {
    let (link, url) = address(outline, card, dated, reader)?;
    let post = super::post::read(card, outline, reader);
    // "SOLD" over the goods is no name of them.
    let state = |line: &str| line.split_whitespace().count() <= 3 && phrases::availability(line).is_some();
    let told = |line: &&str| line.chars().filter(|c| c.is_alphabetic()).count() >= 3 && !state(line);
    let line = post.text.lines().map(str::trim).find(told)?;
    let title =
        line.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '[' | ']' | '(' | ')' | '"' | '«' | '»' | '!' | '?' | '.'));
    let title = prefix(title, 160).to_owned();
    let priced = !money::find_prices(&post.text, reader.currency, reader.crypto).is_empty();
    if !priced && !super::thread::reads_as_advertisement(&title, &post.text, false) {
        return None;
    }
    let mut draft = Draft::new(reader.traced);
    draft.listing.key = url.key().to_string();
    draft.read(|| outline.attribute_origin("card", link, "href"), |listing| listing.url = String::from(&*url));
    draft.read(|| outline.origin("post", card, &title), |listing| listing.title = title.clone());
    draft.read(|| outline.origin("post", card, &post.text), |listing| listing.description = post.text.clone());
    draft.read(|| outline.origin("post", card, &post.dated), |listing| listing.posted_at = post.posted_at.clone());
    fill(Place { card, title: None, threads: false }, outline, pairs, prices, reader, &mut draft);
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
    if !threads {
        super::auction::of_card(outline, card, &titled, reader, draft);
    }
    if draft.listing.offers.is_empty() && draft.listing.price_state.is_none() && !threads {
        // What stands in place of a price: alone, for a gift, or where prices stand.
        let stated = outline.runs_of(card).iter().take(120).filter(|run| run.text.len() <= 60 && !run.flag).find_map(|run| {
            let code = phrases::price_words(&run.text)?;
            let class = outline.elements.get(run.element).and_then(|facts| attr(facts.element(), "class")).unwrap_or("");
            let placed = super::cards::humps(class).take(12).any(|word| {
                let word = word.to_ascii_lowercase();
                ["price", "preis", "prix", "precio", "prezzo", "preco", "cena", "prijs", "fiyat", "tsena", "cost"]
                    .iter()
                    .any(|own| word.starts_with(own))
            });
            (placed || (code == "free" && run.text.split_whitespace().count() <= 2)).then_some((run, code))
        });
        if let Some((run, code)) = stated {
            draft.read(|| run_origin(outline, "card", run), |listing| listing.price_state = Some(code.clone()));
        }
    }
    if !reader.crypto {
        super::codes::of_card(outline, card, &titled, draft);
    }
    if draft.listing.vendor.is_none() {
        let links = (range.start..range.end.min(range.start + MAX_INSIDE)).filter(|at| Some(*at) != title);
        let last = |at: usize| threads && super::vendor::wrote_last(outline, card, &titled, at, reader);
        if let Some((vendor, at)) = fields::vendor_link(links, outline, reader) {
            let began = if last(at) { super::vendor::starter(outline, card, &titled) } else { None };
            let (vendor, at) = began.map_or((vendor, at), |(at, name)| (Vendor { name, ..Vendor::default() }, at));
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
            && !titled.contains(&facts.first_run)
            && let Some(url) = attr(element, "href").filter(|href| !href.starts_with('#')).and_then(|href| reader.absolute(href))
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
    if draft.listing.category_path.is_empty() && categories.is_empty() {
        // What calls itself the category, without a link.
        #[rustfmt::skip]
        const NAMES: &[&str] = &[
            "category", "categories", "cat", "kategorie", "gruppe", "rubrik", "rubrique", "categorie", "categoria", "kategoria", "kategori", "razdel", "section",
        ];
        let called = range.clone().take(MAX_INSIDE).find(|at| {
            outline.elements.get(*at).is_some_and(|facts| {
                Some(*at) != title
                    && (3..=40).contains(&facts.text)
                    && facts.last_run == facts.first_run + 1
                    && facts.prices == 0
                    && super::cards::humps(facts.class).take(8).any(|word| NAMES.iter().any(|known| word.eq_ignore_ascii_case(known)))
            })
        });
        categories.extend(called.map(|at| (at, outline.text_of(at, 80))).filter(|(_, text)| {
            // "AR-15 Parts" names one, "12 pcs" and "(40)" do not.
            let letters = text.chars().filter(|c| c.is_alphabetic()).count();
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            digits == 0 || letters >= digits * 2 && text.starts_with(char::is_alphabetic) && !text.contains([':', '('])
        }));
    }
    if draft.listing.category_path.is_empty() && categories.is_empty() && !threads {
        let first = outline.elements.get(card).map_or(0, |facts| facts.first_run);
        let told = outline
            .runs_of(card)
            .iter()
            .take(60)
            .enumerate()
            .find_map(|(at, run)| if titled.contains(&(first + at)) { None } else { Some((run, path_in(&run.text, reader.crypto)?)) });
        if let Some((run, path)) = told {
            draft.read(|| run_origin(outline, "card", run), |listing| listing.category_path = path.clone());
        }
    }
    if draft.listing.category_path.is_empty() {
        let path: Vec<String> = match categories.as_slice() {
            [(_, text)] => path_of(text, reader.crypto).unwrap_or_else(|| vec![text.clone()]),
            links => links.iter().map(|(_, text)| text.clone()).collect(),
        };
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
    // "[SOLD] ...", "VENDU - ...": what became of the goods is told in their title.
    if draft.listing.availability.is_none()
        && let Some(code) = title_state(&draft.listing.title)
        && let Some(at) = title
    {
        let title = draft.listing.title.clone();
        draft.read(|| title_origin(outline, at, &title), |listing| listing.availability = Some(code.to_owned()));
    }
    if draft.listing.stock.is_none() && !threads {
        let left = own_runs.iter().filter(|run| run.text.len() <= 32).find_map(|run| Some((run, crate::quantity::left(&run.text)?)));
        if let Some((run, left)) = left {
            draft.read(|| run_origin(outline, "card", run), |listing| listing.stock = Some(left));
        }
    }
    if draft.listing.ships_from.is_empty() {
        // Flags and words around an arrow or a "to", each in an element of its own.
        let between = |run: &&&Run| run.text.len() <= 8 && BETWEEN.contains(&run.text.as_str());
        let pointed = |run: &&&Run| {
            run.text.len() <= 40 && run.text.chars().any(|c| matches!(c, '→' | '⟶' | '➔' | '➝' | '➜' | '⇒' | '⇨' | '⟹' | '►' | '▶'))
        };
        if let Some(run) = own_runs.iter().find(between) {
            let at = runs.iter().position(|own| std::ptr::eq(own, *run)).map_or(0, |at| first_run + at);
            let line = outline
                .ancestors(run.element)
                .take(4)
                .find(|(inner, facts)| *inner > card && facts.first_run < at && facts.last_run > at + 1);
            let text = line.map(|(at, _)| join_with_flags(outline.runs_of(at), 200)).unwrap_or_default();
            draft.read(|| run_origin(outline, "card", run), |listing| fields::arrow(&text, listing));
        } else if let Some(run) = own_runs.iter().find(pointed) {
            let at = runs.iter().position(|own| std::ptr::eq(own, *run)).map_or(0, |at| first_run + at);
            if let Some(text) = super::whence::around_arrow(outline, card, run, at) {
                draft.read(|| run_origin(outline, "card", run), |listing| fields::arrow(&text, listing));
            }
        }
    }
    if reader.crypto && !threads {
        super::whence::read(outline, card, runs, |at| titled.contains(&at), draft);
    } else if !threads {
        super::whence::read_told(outline, runs, draft);
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
        // What programs read is surer than "1 yr. ago".
        let machine = range.clone().take(MAX_INSIDE).find_map(|at| {
            let facts = outline.elements.get(at).filter(|facts| facts.name == "time")?;
            let date = reader.date(attr(facts.element(), "datetime")?)?;
            (!is_of_last(outline, card, at, threads)).then_some((at, date))
        });
        if let Some((at, date)) = machine {
            draft.read(|| outline.attribute_origin("card", at, "datetime"), |listing| listing.posted_at = Some(date));
        }
    }
    if draft.listing.posted_at.is_none() {
        let own = |run: &Run| !run.text.bytes().any(|byte| byte.is_ascii_digit()) || !is_of_last(outline, card, run.element, threads);
        let dated = || own_runs.iter().filter(|run| (5..=32).contains(&run.text.len()));
        // "now" may be said of buying.
        let told = |run: &&&Run| run.text.chars().any(char::is_numeric);
        let mut ordered = dated().filter(told).chain(dated().filter(|run| !told(run)));
        // Few texts hold a date: what else they are is asked of those alone.
        let date = |run: &Run| reader.date(&run.text).filter(|_| !is_priced(&run.text) && own(run));
        if let Some((run, date)) = ordered.find_map(|run| Some((*run, date(run)?))) {
            draft.read(|| run_origin(outline, "card", run), |listing| listing.posted_at = Some(date));
        } else if let Some((run, date)) =
            own_runs.iter().find_map(|run| Some((*run, behind_place(&run.text, reader).filter(|_| own(run))?)))
        {
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

/// A path of categories in one text: "Weapons › Magazines", on markets also "Weapons / Magazines" and "Weapons > Magazines".
fn path_in(text: &str, crypto: bool) -> Option<Vec<String>> {
    // "Item # 90-31 - Weapons / Parts - saltlick"
    let parts = text.split(SEPARATORS).flat_map(|part| part.split(" - ")).filter(|part| part.len() < text.len());
    let within = |part: &str| path_of(part.trim().trim_end_matches(" -").trim_start_matches("- "), crypto);
    path_of(text, crypto).or_else(|| parts.take(8).filter(|_| crypto).find_map(within))
}

fn path_of(text: &str, crypto: bool) -> Option<Vec<String>> {
    if !(7..=90).contains(&text.len()) {
        return None;
    }
    let mark = ["›", "»", "❯", "▸", "→", "::"]
        .into_iter()
        .chain([" > ", " / "].into_iter().filter(|_| crypto))
        .find(|mark| text.contains(mark))?;
    let parts: Vec<String> = text.split(mark).map(crate::html::fold).collect();
    let named = |part: &String| {
        (3..=40).contains(&part.chars().count())
            && part.split(' ').count() <= 5
            && part.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '&' | '-' | ',' | '\'' | '’' | '/' | '(' | ')'))
            && part.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_ascii())
    };
    let places = || parts.iter().any(|part| crate::country::only_places(part));
    ((2..=5).contains(&parts.len()) && parts.iter().all(named) && !places()).then_some(parts)
}

/// What a title says became of the goods: in brackets, or before all else.
pub(super) fn title_state(title: &str) -> Option<&'static str> {
    let bracket = title.split(['[', '(', '{']).skip(1).filter_map(|part| part.split([']', ')', '}']).next());
    let first = title.split_inclusive(|c: char| !c.is_alphanumeric() && c != ' ').next().filter(|head| head.len() < title.len());
    let told = bracket.chain(first).filter(|part| part.len() <= 40 && !part.bytes().any(|b| b.is_ascii_digit())).find_map(|part| {
        phrases::availability(part.trim_matches(|c: char| !c.is_alphanumeric()))
            .filter(|code| matches!(*code, "sold" | "out_of_stock" | "reserved"))
    });
    told.or_else(|| {
        let state = super::clauses::state(title)?;
        matches!(state, super::clauses::State::Sold | super::clauses::State::Reserved).then(|| state.code())
    })
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
pub(super) fn is_coin(text: &str) -> bool {
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
