//! One page in, one extraction out.

mod agreement;
mod own;
pub(crate) mod rule;
pub(crate) mod profiled;

use std::cell::OnceCell;

use url::Url;

use crate::canonical::{canonical_url, listing_key};
use crate::contacts::CardKey;
use crate::dates::Order;
use crate::heuristics::address::Addresses;
use crate::heuristics::outline::Outline;
use crate::heuristics::pagekind::{self, Signs};
use crate::heuristics::reader::Reader;
use crate::heuristics::single::Scene;
use crate::heuristics::subject::Subject;
use crate::heuristics::{breadcrumbs, cards, flat, home, links, pairs, paste, people, price, shelved, single, telling, thread, vendor};
use crate::html::{self, Source, Survey};
use crate::indicators;
use crate::language;
use crate::profile::Profile;
use crate::provenance::{self, Anchor, Draft, Explanation, Origin};
use crate::record::{Extraction, Listing, PageKind, Problem, Vendor};
use crate::signed;
use crate::structured;

/// A captured page, as an extractor reads it.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Address after redirects.
    pub url: &'a Url,
    /// Body with its content encoding undone.
    pub body: &'a [u8],
    /// Content-Type header as received.
    pub content_type: Option<&'a str>,
    /// `cryptomarket shop classifieds forum social`.
    pub source_type: Option<&'a str>,
    /// How the source's pages are read, where someone wrote it down.
    pub profile: Option<&'a Profile>,
    /// Selectors of what belongs to the operator's own account; removed before anything is read.
    pub private: &'a [String],
    /// The key under which numbers of payment cards are hashed; without it they are only cut.
    pub cards: Option<&'a CardKey>,
    /// When the page was received: relative dates count from here.
    pub fetched_at: jiff::Timestamp,
}

/// Bytes of page text that are searched for indicators.
const MAX_INDICATOR_TEXT: usize = 4 << 20;

/// Bytes of a title.
const MAX_TITLE: usize = 2_000;
/// Bytes beyond which a text names no account.
const MAX_NAME: usize = 200;

/// Reads a page. Never fails and never panics; what could not be read is in `problems`.
pub fn extract(page: &Page<'_>) -> Extraction {
    read_body(page, false).0
}

/// [`extract`] that also says where each field of each listing comes from, and why the page is what it is.
pub fn extract_explained(page: &Page<'_>) -> (Extraction, Vec<Explanation>) {
    read_body(page, true)
}

/// A page with what the general extractors read of it, and where.
#[derive(Debug)]
pub(crate) struct Annotated {
    /// The tree; origins of the drafts are places in it.
    pub(crate) html: crate::html::Html,
    /// The addresses that stand on it.
    pub(crate) addresses: Addresses,
    /// What was read besides the listings.
    pub(crate) extraction: Extraction,
    /// The listings.
    pub(crate) drafts: Vec<Draft>,
}

/// Reads a page of markup, and keeps the tree. Nothing comes of a text or a picture.
pub(crate) fn annotate(page: &Page<'_>) -> Option<Annotated> {
    let Content::Markup = kind_of_content(page) else { return None };
    let decoded = html::decode(page.body, page.content_type);
    let mut parsed = html::parse(&decoded.text);
    let mut extraction = Extraction { url: page.url.to_string(), page_kind_probability: 1.0, ..Extraction::default() };
    own::remove_private(&mut parsed.html, page.private, &mut extraction.problems);
    let read = read(page, &parsed.html, true, &mut extraction);
    let addresses = Addresses::new(links::base(&Survey::of(&parsed.html), page.url));
    Some(Annotated { html: parsed.html, addresses, extraction, drafts: read.drafts })
}

fn read_body(page: &Page<'_>, traced: bool) -> (Extraction, Vec<Explanation>) {
    let mut extraction = Extraction { url: page.url.to_string(), page_kind_probability: 1.0, ..Extraction::default() };
    let content = kind_of_content(page);
    if let Content::Binary = content {
        extraction.page_detail = Some("binary".to_owned());
        return (extraction, Vec::new());
    }
    let decoded = html::decode(page.body, page.content_type);
    if let Some(at) = decoded.cut_at {
        extraction.problems.push(problem("page", &format!("byte {at}"), "longer than is read; the rest was left out"));
    }
    if let Content::Plain = content {
        let (text, drafts) = read_text(page.url, &decoded.text, page.fetched_at, traced, page.cards);
        let explained = match traced {
            true => {
                let (_, source) = html::parse_placed(&decoded.text);
                drafts.iter().enumerate().flat_map(|(number, draft)| draft.explain(number, &source)).collect()
            }
            false => Vec::new(),
        };
        let listings = drafts.into_iter().map(|draft| draft.listing).collect();
        let mut read = Extraction { problems: extraction.problems, listings, ..text };
        signed::mark_proved(&mut read, || decoded.text.clone());
        return (read, explained);
    }
    if decoded.malformed {
        extraction.problems.push(problem("charset", decoded.charset, "bytes that are no text of this charset became U+FFFD"));
    }
    let (mut parsed, source) = if traced {
        let (parsed, source) = html::parse_placed(&decoded.text);
        (parsed, Some(source))
    } else {
        (html::parse(&decoded.text), None)
    };
    if let Some(at) = parsed.cut_at {
        extraction.problems.push(problem("page", &format!("byte {at}"), "more elements than are read; the rest was left out"));
    }
    if parsed.tamed {
        extraction.problems.push(problem("page", "markup", "nested too deep or too many attributes; what went beyond was left out"));
    }
    own::remove_private(&mut parsed.html, page.private, &mut extraction.problems);
    let read = read(page, &parsed.html, traced, &mut extraction);
    let explained = source.map(|source| explain(&read, &source)).unwrap_or_default();
    extraction.listings = read.drafts.into_iter().map(|draft| draft.listing).collect();
    signed::mark_proved(&mut extraction, || signed::shown(&parsed.html));
    (extraction, explained)
}

/// What was read besides what is in the extraction already.
struct Read {
    drafts: Vec<Draft>,
    kind: Origin,
}

fn explain(read: &Read, source: &Source<'_>) -> Vec<Explanation> {
    let mut explained = vec![provenance::explain(None, "page_kind", &read.kind, source)];
    explained.extend(read.drafts.iter().enumerate().flat_map(|(number, draft)| draft.explain(number, source)));
    explained
}

fn problem(field: &str, place: &str, found: &str) -> Problem {
    Problem { field: field.to_owned(), place: place.to_owned(), found: found.chars().take(200).collect() }
}

fn read(page: &Page<'_>, html: &crate::html::Html, traced: bool, extraction: &mut Extraction) -> Read {
    let survey = Survey::of(html);
    let addresses = Addresses::new(links::base(&survey, page.url));
    let base = &addresses.base;
    extraction.links = links::find(&survey, &addresses, page.url);
    let structured = structured::read(&survey, base);
    for block in &structured.broken {
        extraction.problems.push(problem("structured", "script[type='application/ld+json']", block));
    }
    let text = html::block_text(html.root());
    let declared = own::declared_language(&survey).or_else(|| page.profile.and_then(|profile| profile.language.clone()));
    extraction.language = language::detect(&text, declared.as_deref());
    let reader = Reader {
        url: page.url,
        addresses: &addresses,
        currency: page.profile.and_then(|profile| profile.currency.as_deref()),
        // Of a hidden service nobody said anything about, a market is the likeliest.
        crypto: match page.source_type {
            // A shop of a hidden service sells as the traders of a market do.
            Some("shop") | None => page.url.host_str().is_some_and(|host| host.ends_with(".onion")),
            Some(kind) => kind == "cryptomarket",
        },
        fetched_at: page.fetched_at,
        order: Order::of_page(&text, extraction.language.as_deref(), page.url.host_str()),
        traced,
    };
    extraction.indicators = indicators::find_with(html::prefix(&text, MAX_INDICATOR_TEXT), "page", page.cards);

    let mut outline = Outline::new(html);
    let currency = structured::currency(&structured).or_else(|| own::currency(&survey, &outline));
    let home = home::home_currency(declared.as_deref(), page.url.host_str());
    let mut prices = price::mark(&mut outline, &reader, currency.as_deref(), home);
    flat::box_records(&mut outline, &mut prices);
    let pairs = pairs::find(&outline, reader.crypto);
    let page_title = own::page_title(&survey);
    let groups = cards::groups(&outline, &reader, &page_title);
    let mut card_positions: Vec<usize> = groups.iter().flat_map(|group| group.cards.iter().copied()).collect();
    card_positions.sort_unstable();
    let declared_crumbs = structured::breadcrumbs(&structured, base);
    let crumbs = if declared_crumbs.len() > 1 { declared_crumbs } else { breadcrumbs::find(&outline, base) };
    people::learn(&outline, &card_positions, &crumbs, &reader);
    let controls = own::controls(&outline, &card_positions);
    let scene = Scene {
        outline: &outline,
        pairs: &pairs,
        prices: &prices,
        page_title: &page_title,
        cards: &card_positions,
        crumbs: &crumbs,
        controls: &controls,
        title: OnceCell::new(),
        stock: OnceCell::new(),
    };
    let posts = thread::posts(&outline, &reader);
    let subject = Subject::new(&scene, &reader);
    let taken = page.profile.and_then(|profile| profiled::rules(profile, html, page.url));
    let mut met = profiled::Met::new(taken);
    let rules = taken.map(|(_, rules)| rules);
    extraction.rules = taken.map(|(number, _)| number);
    let judgement = match rules {
        Some(rules) => {
            let because = rules.when.as_ref().map(|css| css.source.clone()).unwrap_or_default();
            pagekind::Judgement { kind: rules.kind, probability: 1.0, detail: rules.detail.clone(), because }
        }
        None => pagekind::judge(&Signs {
            scene: &scene,
            groups: &groups,
            posts: &posts,
            structured: &structured,
            subject: &subject,
            paged: extraction.links.iter().any(|link| link.rel == "next"),
            reader: &reader,
        }),
    };
    extraction.page_kind = judgement.kind;
    extraction.page_kind_probability = judgement.probability;
    extraction.page_detail = judgement.detail;
    let mut drafts: Vec<Draft> = Vec::new();
    match judgement.kind {
        PageKind::Listing => {
            let mut draft =
                rules.map(|rules| profiled::listing(rules, html, &scene, &reader, &mut met)).unwrap_or_else(|| Draft::new(traced));
            agreement::settle(&mut draft, &structured, &scene, &subject, &reader);
            single::fill(&scene, &subject, &reader, &mut draft);
            if draft.listing.title.is_empty() {
                extraction.problems.push(problem("title", "page", &page_title));
            } else {
                // The address in the bar, not a canonical link: that is what the frontier knows.
                draft.listing.url.clear();
                draft.read(|| address_of(page), |listing| listing.url = page.url.to_string());
                drafts.push(draft);
            }
        }
        PageKind::Index | PageKind::Vendor => {
            // Goods beside an account are not its own.
            let foreign = judgement.kind == PageKind::Vendor && groups.iter().all(|group| group.aside);
            drafts = match rules.filter(|rules| rules.record.is_some()) {
                None if foreign => Vec::new(),
                Some(rules) => own::declared_cards(profiled::records(rules, html, &scene, &reader, &mut met), &structured, &reader),
                None => own::cards(&groups, &structured, &scene, &reader),
            };
            if judgement.kind == PageKind::Index && rules.is_none() && extraction.page_detail.as_deref() != Some("search") {
                shelved::of_index(&mut drafts, &scene, &reader);
            }
            if judgement.kind == PageKind::Vendor {
                let mut account = rules.map(|rules| profiled::vendor(rules, html, &scene, &reader)).unwrap_or_default();
                vendor::fill(&scene, &reader, &mut account);
                if !is_name(&account.name) {
                    extraction.problems.push(problem("vendor", "page", &page_title));
                } else {
                    for draft in &mut drafts {
                        let origin = || Origin {
                            from: "heuristic",
                            place: "account that the page describes".to_owned(),
                            anchor: Anchor::Page,
                            raw: account.name.clone(),
                        };
                        let own = Vendor { name: account.name.clone(), url: account.url.clone(), ..Vendor::default() };
                        draft.read(origin, |listing| listing.vendor.get_or_insert(own).name.len());
                        let place = || Origin { raw: account.ships_from.join(" "), ..origin() };
                        if draft.listing.ships_from.is_empty() && draft.listing.vendor.as_ref().is_some_and(|own| own.name == account.name)
                        {
                            draft.read(place, |listing| listing.ships_from.clone_from(&account.ships_from));
                        }
                    }
                    extraction.vendors.push(account);
                }
            }
            if drafts.is_empty() && judgement.kind == PageKind::Index && extraction.page_detail.as_deref() != Some("threads") {
                extraction.problems.push(problem("listings", "page", "an index without a listing that could be read"));
            }
        }
        PageKind::Thread => {
            let mut found = match rules {
                Some(rules) if rules.record.is_none() && !rules.fields.is_empty() => {
                    let draft = profiled::listing(rules, html, &scene, &reader, &mut met);
                    Vec::from_iter((!draft.listing.title.is_empty()).then_some(draft))
                }
                _ => thread::listings(&scene, &posts, &reader),
            };
            // A post that is an advertisement of its own has an address of its own.
            for draft in found.iter_mut().filter(|draft| !draft.listing.url.contains('#')) {
                draft.listing.url.clear();
                draft.read(|| address_of(page), |listing| listing.url = page.url.to_string());
            }
            drafts.extend(found);
        }
        PageKind::Other if extraction.page_detail.as_deref() == Some("feedback") => {
            // A tab of opinions often repeats the head of the account's page.
            let mut account = Vendor::default();
            vendor::fill(&scene, &reader, &mut account);
            extraction.vendors.extend(is_name(&account.name).then_some(account));
        }
        PageKind::Login | PageKind::Captcha | PageKind::Other => {}
    }
    // A paste is one text, whatever the pages of its site look like.
    let beside = matches!(judgement.kind, PageKind::Other | PageKind::Index | PageKind::Listing)
        && extraction.page_detail.is_none()
        && rules.is_none();
    let empty = drafts.len() != 1 || drafts.iter().any(|draft| draft.listing.description.is_empty() || draft.listing.offers.is_empty());
    if beside
        && empty
        && scene.controls.is_empty()
        && let Some(draft) = paste::find(&outline).and_then(|at| paste::listing(&scene, &reader, at))
    {
        extraction.page_kind = PageKind::Listing;
        extraction.page_detail = Some("paste".to_owned());
        drafts = vec![draft];
        for draft in &mut drafts {
            draft.read(|| address_of(page), |listing| listing.url = page.url.to_string());
        }
    }
    if rules.is_none() && matches!(extraction.page_kind, PageKind::Listing | PageKind::Index | PageKind::Vendor) {
        telling::of_shop(&mut drafts, &scene, &reader, judgement.kind == PageKind::Vendor);
    }
    finish(&mut drafts, extraction.language.as_deref(), judgement.kind == PageKind::Thread, page.cards);
    met.finish(&drafts, extraction);
    if let (None, Some(profile)) = (rules, page.profile) {
        profiled::not_taken(profile, extraction);
    }
    let from = if rules.is_some() { "profile" } else { "heuristic" };
    let place = if rules.is_some() { judgement.because } else { format!("points: {}", judgement.because) };
    Read { drafts, kind: Origin { from, place, raw: judgement.kind.code().to_owned(), ..Origin::default() } }
}

fn address_of(page: &Page<'_>) -> Origin {
    Origin { from: "heuristic", place: "address of the page".to_owned(), raw: page.url.to_string(), ..Origin::default() }
}

fn is_name(account: &str) -> bool {
    (1..=MAX_NAME).contains(&account.len())
}

/// What every listing gets at the end, wherever it was read.
fn finish(drafts: &mut Vec<Draft>, page_language: Option<&str>, thread: bool, cards: Option<&CardKey>) {
    for listing in drafts.iter_mut().map(|draft| &mut draft.listing) {
        listing.title.truncate(html::prefix(&listing.title, MAX_TITLE).len());
        listing.vendor = listing.vendor.take().filter(|vendor| is_name(&vendor.name));
        if let Ok(url) = Url::parse(&listing.url) {
            listing.key = listing_key(&url);
            // A post that is an advertisement of its own has the thread's address with its mark.
            if let Some(mark) = url.fragment().filter(|_| thread) {
                listing.key = format!("{}#{mark}", listing.key);
            }
        }
        listing.language = language::of_listing(&format!("{}\n{}", listing.title, listing.description), page_language);
        indicators::fill(listing, cards);
        if !listing.offers.is_empty() {
            listing.price_state = Some("shown".to_owned());
        }
    }
    let mut seen = std::collections::HashSet::new();
    drafts.retain(|draft| seen.insert(draft.listing.key.clone()));
}

/// Reads a text without markup: language, indicators, and one listing where it reads as an offer of goods.
pub fn extract_text(url: &Url, text: &str, fetched_at: jiff::Timestamp) -> Extraction {
    let (read, drafts) = read_text(url, text, fetched_at, false, None);
    let mut read = Extraction { listings: drafts.into_iter().map(|draft| draft.listing).collect(), ..read };
    signed::mark_proved(&mut read, || text.to_owned());
    read
}

fn read_text(url: &Url, text: &str, fetched_at: jiff::Timestamp, traced: bool, cards: Option<&CardKey>) -> (Extraction, Vec<Draft>) {
    let text = html::plain_text(text);
    let addresses = Addresses::new(url.clone());
    let reader =
        Reader { url, addresses: &addresses, currency: None, crypto: false, fetched_at, order: crate::dates::Order::default(), traced };
    let mut drafts = Vec::from_iter(paste::of_text(&text, &reader));
    for draft in &mut drafts {
        draft.listing.url = url.to_string();
    }
    let language = language::detect(&text, None);
    finish(&mut drafts, language.as_deref(), false, cards);
    let listing = !drafts.is_empty();
    let read = Extraction {
        url: url.to_string(),
        page_kind: if listing { PageKind::Listing } else { PageKind::default() },
        page_kind_probability: if listing { 0.8 } else { 1.0 },
        page_detail: Some(if listing { "paste" } else { "text" }.to_owned()),
        language,
        indicators: indicators::find_with(html::prefix(&text, MAX_INDICATOR_TEXT), "page", cards),
        ..Extraction::default()
    };
    (read, drafts)
}

enum Content {
    Markup,
    Plain,
    Binary,
}

/// The header decides; without one, or with a vague one, the first bytes do.
fn kind_of_content(page: &Page<'_>) -> Content {
    let declared = page.content_type.map(|t| t.split(';').next().unwrap_or("").trim().to_ascii_lowercase()).unwrap_or_default();
    let window = page.body.get(..page.body.len().min(1024)).unwrap_or(&[]);
    let looks_marked_up =
        || window.iter().find(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf | 0xff | 0xfe | 0)) == Some(&b'<');
    match declared.as_str() {
        "text/html" | "application/xhtml+xml" | "application/xml" | "text/xml" => Content::Markup,
        "text/plain" if !looks_marked_up() => Content::Plain,
        "application/json" | "application/ld+json" => Content::Plain,
        "" | "application/octet-stream" | "text/plain" | "binary/octet-stream" | "application/x-unknown" => {
            let odd = window.iter().filter(|b| matches!(b, 0..=8 | 14..=26 | 28..=31)).count();
            let wide = encoding_rs::Encoding::for_bom(window).is_some();
            if looks_marked_up() {
                Content::Markup
            } else if !wide && odd * 20 > window.len() {
                Content::Binary
            } else {
                Content::Markup
            }
        }
        other if other.starts_with("text/") => Content::Plain,
        _ => Content::Binary,
    }
}

/// The canonical form of a listing's address; two cards with the same one are the same advertisement.
fn same_listing(one: &Listing, other: &Listing) -> bool {
    one.url == other.url
        || matches!((Url::parse(&one.url), Url::parse(&other.url)), (Ok(a), Ok(b)) if canonical_url(&a) == canonical_url(&b))
}
