//! A captured page made ready for induction: its tree as an outline, its cards, and the selectors that its elements answer to.

use std::collections::{HashMap, HashSet};

use url::Url;

use crate::heuristics::outline::Outline;
use crate::heuristics::pairs::{self, Pair};
use crate::heuristics::reader::Reader;
use crate::heuristics::{cards, price};
use crate::html::{Element, ElementRef, attr};
use crate::page::{Annotated, Page};
use crate::profile::Field;
use crate::provenance::Draft;
use crate::record::Vendor;

/// Features kept of one page.
const MAX_FEATURES: usize = 5_000;
/// Cards looked at on one page.
const MAX_CARDS: usize = 60;

/// A page with its tables.
pub(super) struct Sheet<'a> {
    /// Its number among the pages that were given.
    pub(super) number: usize,
    pub(super) note: &'a Annotated,
    pub(super) outline: Outline<'a>,
    pub(super) pairs: Vec<Pair>,
    pub(super) reader: Reader<'a>,
    /// Positions of cards with the listing that the general reading made of each.
    pub(super) cards: Vec<(usize, &'a Draft)>,
    /// Simple selectors that match something here.
    pub(super) features: HashSet<String>,
    /// The address with all that differs from page to page taken out.
    pub(super) shape: String,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(number: usize, page: &'a Page<'a>, note: &'a Annotated) -> Self {
        let reader = Reader {
            url: page.url,
            addresses: &note.addresses,
            currency: None,
            crypto: page.source_type == Some("cryptomarket"),
            fetched_at: page.fetched_at,
            order: crate::dates::Order::Unknown,
            traced: false,
        };
        let mut outline = Outline::new(&note.html);
        // Cards are judged by the prices in them.
        let _ = price::mark(&mut outline, &reader, None, None);
        let by_key: HashMap<&str, &'a Draft> = note.drafts.iter().rev().map(|draft| (draft.listing.key.as_str(), draft)).collect();
        let mut cards: Vec<(usize, &'a Draft)> = Vec::new();
        for card in cards::groups(&outline, &reader, "").iter().flat_map(|group| group.cards.iter().copied()) {
            let links = outline.inside(card).take(400).filter_map(|at| {
                let element = outline.elements.get(at)?.element();
                attr(element, "href").filter(|_| element.name() == "a").and_then(|href| reader.absolute(href))
            });
            let draft = links.into_iter().find_map(|url| by_key.get(&*url.key()).copied());
            cards.extend(draft.map(|draft| (card, draft)));
        }
        cards.sort_by_key(|(at, _)| *at);
        cards.truncate(MAX_CARDS);
        let pairs = pairs::find(&outline, reader.crypto);
        let features = outline.elements.iter().flat_map(|facts| compounds(facts.element())).filter(|one| one.cost < TAG_COST);
        let features = features.map(|one| one.css).take(MAX_FEATURES).collect();
        Sheet { number, note, outline, pairs, reader, cards, features, shape: shape(page.url) }
    }

    /// The element at a position.
    pub(super) fn element(&self, at: usize) -> Option<ElementRef<'a>> {
        self.outline.elements.get(at).and_then(|facts| ElementRef::wrap(facts.node))
    }
}

/// A record of a page, or the page itself, with what the general reading made of it.
#[derive(Clone, Copy)]
pub(super) struct Unit<'s, 'a> {
    pub(super) sheet: &'s Sheet<'a>,
    /// Position of the element that rules are read in.
    pub(super) scope: usize,
    pub(super) draft: Option<&'a Draft>,
    pub(super) account: Option<&'a Vendor>,
}

impl Unit<'_, '_> {
    /// The value of the general reading.
    pub(super) fn known(&self, field: Field) -> Option<String> {
        match (self.draft, self.account) {
            (Some(draft), _) => field.of(&draft.listing),
            (None, Some(vendor)) => field.of_vendor(vendor),
            (None, None) => None,
        }
    }
}

/// A simple selector, and how readily a change of the site breaks it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Compound {
    pub(super) css: String,
    pub(super) cost: f64,
}

/// Cost of a tag alone.
pub(super) const TAG_COST: f64 = 3.0;

/// The simple selectors of an element: by id, class, attribute that says what it is, part of its address, tag.
pub(super) fn compounds(element: Element<'_>) -> Vec<Compound> {
    const FLEETING: &[&str] = &[
        "odd",
        "even",
        "first",
        "last",
        "active",
        "selected",
        "alt",
        "current",
        "new",
        "featured",
        "hover",
        "hidden",
        "open",
        "show",
        "in",
        "sold",
        "sale",
        "clearfix",
        "cf",
        "row1",
        "row2",
        "bg1",
        "bg2",
        "disabled",
        "last-child",
        "first-child",
    ];
    let tag = element.name();
    let mut found = Vec::new();
    let mut add = |css: String, cost: f64| found.push(Compound { css, cost });
    let digits = |name: &str| name.bytes().filter(u8::is_ascii_digit).count();
    if let Some(id) = attr(element, "id").filter(|id| is_name(id) && digits(id) < 2) {
        add(format!("#{id}"), 1.0);
    }
    let classes: Vec<&str> = attr(element, "class").unwrap_or("").split_ascii_whitespace().take(12).collect();
    let stable: Vec<&str> =
        classes.into_iter().filter(|c| is_name(c) && !FLEETING.contains(c) && digits(c) < 3 && c.len() <= 60).take(5).collect();
    for class in &stable {
        // Names of a grid or of letters and digits say little.
        let vague = digits(class) > 0 || class.len() < 3;
        add(format!("{tag}.{class}"), if vague { 1.6 } else { 1.0 });
    }
    if let [one, other, ..] = stable.as_slice() {
        add(format!("{tag}.{one}.{other}"), 1.3);
    }
    for name in
        ["itemprop", "property", "rel", "data-testid", "data-field", "data-role", "data-type", "headers", "name", "data-label", "data-th"]
    {
        if let Some(value) = attr(element, name).filter(|value| is_name(value) && digits(value) < 2 && value.len() <= 40) {
            add(format!("{tag}[{name}=\"{value}\"]"), 1.1);
        }
    }
    if tag == "a" {
        for part in attr(element, "href").into_iter().flat_map(address_parts) {
            add(format!("a[href*=\"{part}\"]"), 1.2);
        }
    }
    add(tag.to_owned(), TAG_COST);
    found
}

/// What is the same in addresses that lead to the same kind of page: keys of the query, first words of the path.
fn address_parts(href: &str) -> Vec<String> {
    let plain = |text: &str| {
        !text.is_empty() && text.len() <= 24 && text.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'.'))
    };
    let (path, query) = href.split_once('?').unwrap_or((href, ""));
    let query = query.split('#').next().unwrap_or("");
    let mut parts: Vec<String> = query
        .split(['&', ';'])
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| plain(name))
        .take(4)
        .flat_map(|(name, value)| {
            let word = plain(value).then(|| format!("{name}={value}"));
            [Some(format!("{name}=")), word]
        })
        .flatten()
        .collect();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(""));
    let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
    if let [first, _, ..] = words.as_slice()
        && plain(first)
    {
        parts.push(format!("{first}/"));
    } else if let [only] = words.as_slice()
        && plain(only)
        && only.contains('.')
    {
        parts.push((*only).to_owned());
    }
    parts
}

/// Whether a name can stand in a selector as it is.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// Path and names of parameters, words with digits and all last words folded.
fn shape(url: &Url) -> String {
    let segments: Vec<&str> = url.path_segments().map(|all| all.filter(|s| !s.is_empty()).collect()).unwrap_or_default();
    let last = segments.len().saturating_sub(1);
    let mut out = String::new();
    for (at, segment) in segments.iter().enumerate() {
        let varies = segment.bytes().any(|b| b.is_ascii_digit()) || (at == last && at > 0 && !segment.contains('.')) || segment.len() > 30;
        out.push('/');
        out.push_str(if varies { "*" } else { segment });
    }
    let mut names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    names.sort();
    names.dedup();
    if !names.is_empty() {
        out.push('?');
        out.push_str(&names.join("&"));
    }
    out
}
