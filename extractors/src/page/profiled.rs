//! Reading with a profile: its selectors fill fields, the general extractors what it leaves out.

use std::collections::BTreeMap;

use url::Url;

use super::rule::values;
use super::{own, problem};
use crate::canonical::listing_key;
use crate::country::parse_countries;
use crate::heuristics::labels::Label;
use crate::heuristics::outline::Outline;
use crate::heuristics::pairs::Pair;
use crate::heuristics::reader::Reader;
use crate::heuristics::single::Scene;
use crate::heuristics::{card, fields, phrases};
use crate::html::{ElementRef, Html, fold};
use crate::money;
use crate::profile::{Field, PageRules, Pattern, Profile, Rule, Rules};
use crate::provenance::{Anchor, Draft, Origin};
use crate::record::{Expected, Extraction, Listing, Offer, Problem, Vendor};

/// Records read from one page.
const MAX_RECORDS: usize = 2_000;
/// How often an element may be searched because records lie in one another, on the average.
const MAX_NESTED: usize = 8;
/// Problems of one page that come from its profile.
const MAX_PROBLEMS: usize = 200;

/// The first rules whose conditions hold, with their number.
pub(super) fn rules<'p>(profile: &'p Profile, html: &Html, url: &Url) -> Option<(usize, &'p PageRules)> {
    profile.page.iter().enumerate().find(|(_, rules)| {
        let by_address = rules.url.as_ref().is_none_or(|pattern| pattern.regex().is_some_and(|regex| regex.is_match(url.as_str())));
        by_address && rules.when.as_ref().is_none_or(|css| css.selector().is_some_and(|selector| html.select(selector).next().is_some()))
    })
}

/// Where the values of a rule stand.
fn origin(field: Field, rule: &Rule, values: &[String], anchor: &Anchor) -> Origin {
    let place = Some(rule.place()).filter(|place| !place.is_empty()).unwrap_or_else(|| field.code().to_owned());
    Origin { from: "profile", place, anchor: anchor.clone(), raw: values.join(", ") }
}

/// The listing of a listing page, as far as the profile names its fields.
pub(super) fn listing(rules: &PageRules, html: &Html, scene: &Scene<'_, '_>, reader: &Reader<'_>, met: &mut Met<'_>) -> Draft {
    let mut draft = Draft::new(reader.traced);
    draft.listing.url = reader.url.to_string();
    fill(&rules.fields, html.root_element(), scene.outline, reader, &mut draft, &mut met.problems);
    met.ruled(&draft.listing);
    draft
}

/// The cards of an index or vendor page, after the profile's `record`.
pub(super) fn records(rules: &PageRules, html: &Html, scene: &Scene<'_, '_>, reader: &Reader<'_>, met: &mut Met<'_>) -> Vec<Draft> {
    let Some(selector) = rules.record.as_ref().and_then(|css| css.selector()) else { return Vec::new() };
    let mut listings = Vec::new();
    // Records are searched each by itself, which is dear where they lie in one another.
    let mut room = scene.outline.elements.len() * MAX_NESTED;
    for element in html.select(selector).take(MAX_RECORDS) {
        let size = scene.outline.position(element.id()).map_or(0, |at| scene.outline.inside(at).len());
        let Some(left) = room.checked_sub(size) else {
            met.problems.push(problem("records", &own::text(element), "too many lie in one another; the rest was left out"));
            break;
        };
        room = left;
        let mut draft = Draft::new(reader.traced);
        let mut faults = Vec::new();
        fill(&rules.fields, element, scene.outline, reader, &mut draft, &mut faults);
        let ruled = met.expected.iter().any(|one| one.ruled).then(|| draft.listing.clone());
        if let Some(at) = scene.outline.position(element.id()) {
            card::fill(card::Place { card: at, title: None, threads: false }, scene.outline, scene.pairs, scene.prices, reader, &mut draft);
        }
        let listing = &mut draft.listing;
        match Url::parse(&listing.url) {
            Ok(url) => listing.key = listing_key(&url),
            Err(_) => {
                faults.push(problem("url", "fields.url", &own::text(element)));
            }
        }
        if listing.title.is_empty() || listing.key.is_empty() {
            // A header row or an advertisement between the records is no fault of the profile.
            if !listing.title.is_empty() || !listing.key.is_empty() {
                met.problems.extend(faults);
            }
            continue;
        }
        met.problems.extend(faults);
        if let Some(ruled) = ruled {
            met.ruled(&ruled);
        }
        listings.push(draft);
    }
    listings
}

/// The vendor of a vendor page, as far as the profile names its fields.
pub(super) fn vendor(rules: &PageRules, html: &Html, scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Vendor {
    let mut draft = Draft::default();
    fill(&rules.vendor, html.root_element(), scene.outline, reader, &mut draft, &mut Vec::new());
    let ships_from = draft.listing.ships_from;
    draft.listing.vendor.map(|vendor| Vendor { ships_from, ..vendor }).unwrap_or_default()
}

/// What is expected of a page by its rules, and how far it was met.
#[derive(Debug, Default)]
pub(super) struct Met<'p> {
    rules: Option<(usize, &'p PageRules)>,
    expected: Vec<Awaited<'p>>,
    /// What was not found, or not understood.
    pub(super) problems: Vec<Problem>,
}

/// One field that is expected.
#[derive(Debug)]
struct Awaited<'p> {
    field: Field,
    share: f64,
    pattern: Option<&'p Pattern>,
    /// Whether the profile says where it stands: then only what stands there counts.
    ruled: bool,
    /// Whether it is the account's that a vendor page describes.
    account: bool,
    place: String,
    records: usize,
    filled: usize,
}

impl<'p> Met<'p> {
    /// Nothing is met yet.
    pub(super) fn new(rules: Option<(usize, &'p PageRules)>) -> Self {
        let Some((_, page)) = rules else { return Self::default() };
        let expected = page.expected().map(|(field, share, pattern)| {
            let ruled = page.fields.contains_key(&field);
            let account = !ruled && page.vendor.contains_key(&field);
            let place = page.fields.get(&field).or_else(|| page.vendor.get(&field)).map_or_else(|| "page".to_owned(), Rules::place);
            Awaited { field, share, pattern, ruled, account, place, records: 0, filled: 0 }
        });
        Self { rules, expected: expected.collect(), problems: Vec::new() }
    }

    /// A record as the profile alone read it.
    fn ruled(&mut self, listing: &Listing) {
        self.take(|one| one.ruled, |field| field.of(listing));
    }

    fn take(&mut self, which: impl Fn(&Awaited<'_>) -> bool, value: impl Fn(Field) -> Option<String>) {
        for one in self.expected.iter_mut().filter(|one| which(one)) {
            let value = value(one.field);
            let met = value.as_deref().is_some_and(|value| matches_all(one.pattern, value));
            one.records += 1;
            one.filled += usize::from(met);
            if !met {
                self.problems.push(problem(one.field.code(), &one.place, value.as_deref().unwrap_or_default()));
            }
        }
    }

    /// Judges the page by its finished records.
    pub(super) fn finish(mut self, drafts: &[Draft], extraction: &mut Extraction) {
        for draft in drafts {
            self.take(|one| !one.ruled && !one.account, |field| field.of(&draft.listing));
        }
        self.take(|one| one.account, |field| field.of_vendor(extraction.vendors.first()?));
        if let Some((number, rules)) = self.rules.filter(|(_, rules)| rules.expects()) {
            let mut say = |field: &str, filled: bool| {
                extraction.expected.push(Expected { rules: number, field: field.to_owned(), filled });
            };
            say("rules", true);
            for one in &self.expected {
                // Records of a page are much alike, so the page counts once.
                let least = (one.records as f64 * one.share / 2.0).max(f64::EPSILON);
                say(one.field.code(), one.filled as f64 >= least);
                if one.records == 0 {
                    self.problems.push(problem(one.field.code(), &one.place, ""));
                }
            }
            if let Some(least) = rules.min_records {
                say("records", drafts.len() >= least);
                if drafts.len() < least {
                    let place = rules.record.as_ref().map_or("record", |css| css.source.as_str());
                    self.problems.push(problem("records", place, &drafts.len().to_string()));
                }
            }
        }
        self.problems.truncate(MAX_PROBLEMS);
        for one in self.problems {
            if !extraction.problems.contains(&one) {
                extraction.problems.push(one);
            }
        }
    }
}

fn matches_all(pattern: Option<&Pattern>, value: &str) -> bool {
    pattern.is_none_or(|pattern| pattern.regex().is_some_and(|regex| regex.is_match(value)))
}

/// Says of a page that no rules took, though the profile expects something of pages of its kind.
pub(super) fn not_taken(profile: &Profile, extraction: &mut Extraction) {
    let kind = extraction.page_kind;
    let Some((number, rules)) = profile.page.iter().enumerate().find(|(_, rules)| rules.kind == kind && rules.expects()) else { return };
    extraction.expected.push(Expected { rules: number, field: "rules".to_owned(), filled: false });
    let conditions = [rules.when.as_ref().map(|css| &css.source), rules.url.as_ref().map(|pattern| &pattern.source)];
    let place = conditions.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    extraction.problems.push(problem(
        "page_kind",
        &place,
        &format!("looks like a page of kind {} that no rules of the profile take", kind.code()),
    ));
}

/// What these rules alone read within an element.
pub(crate) fn reading(rules: &BTreeMap<Field, Rules>, scope: ElementRef<'_>, outline: &Outline<'_>, reader: &Reader<'_>) -> Listing {
    let mut draft = Draft::default();
    fill(rules, scope, outline, reader, &mut draft, &mut Vec::new());
    draft.listing
}

fn fill(
    rules: &BTreeMap<Field, Rules>,
    scope: ElementRef<'_>,
    outline: &Outline<'_>,
    reader: &Reader<'_>,
    draft: &mut Draft,
    problems: &mut Vec<Problem>,
) {
    let mut vendor = Draft::new(reader.traced);
    vendor.listing.vendor = Some(Vendor::default());
    // What parts an amount from its currency is known only when both are read.
    let currency = rules.get(&Field::Currency).and_then(|rules| {
        rules.0.iter().find_map(|rule| {
            let (values, anchor) = values(rule, scope, outline);
            let code = fold(values.first()?).to_ascii_uppercase();
            Some((code, origin(Field::Currency, rule, &values, &anchor)))
        })
    });
    for (field, rules) in rules.iter().filter(|(field, _)| **field != Field::Currency) {
        let mut seen = String::new();
        let filled = rules.0.iter().any(|rule| {
            let (values, anchor) = values(rule, scope, outline);
            let Some(first) = values.first() else { return false };
            let origin = || origin(*field, rule, &values, &anchor);
            match field {
                Field::Price => {
                    let default = currency.as_ref().map(|(code, _)| code.as_str()).or(reader.currency);
                    for value in &values {
                        let Some(price) = money::parse_price(&fold(value), default, reader.crypto) else {
                            seen.clone_from(value);
                            continue;
                        };
                        let offer = fields::offer_of(&price, if price.from { "from" } else { "fixed" });
                        // A currency that the profile reads apart belongs to the amount whatever sign stands beside it.
                        let offer = Offer { currency: currency.as_ref().map(|(code, _)| code.clone()).or(offer.currency), ..offer };
                        draft.read(|| Origin { raw: value.clone(), ..origin() }, |listing| listing.offers.push(offer));
                    }
                }
                Field::Vendor
                | Field::VendorUrl
                | Field::Rating
                | Field::Sales
                | Field::PositivePercent
                | Field::Since
                | Field::LastSeen => {
                    vendor.read(origin, |listing| fill_vendor(*field, first, reader, listing.vendor.get_or_insert_default()));
                }
                _ => draft.read(origin, |listing| fill_field(*field, &values, first, outline, reader, listing)),
            }
            let read = match field {
                Field::Vendor
                | Field::VendorUrl
                | Field::Rating
                | Field::Sales
                | Field::PositivePercent
                | Field::Since
                | Field::LastSeen => field.of(&vendor.listing).is_some(),
                _ => field.of(&draft.listing).is_some(),
            };
            if !read && seen.is_empty() {
                seen.clone_from(first);
            }
            read
        });
        if (!filled && matches!(field, Field::Title | Field::Price | Field::Url)) || !seen.is_empty() {
            problems.push(problem(field.code(), &rules.place(), &seen));
        }
    }
    if let Some((_, origin)) = currency
        && !draft.listing.offers.is_empty()
    {
        draft.note_currency(|| origin);
    }
    if vendor.listing.vendor.as_ref().is_some_and(|vendor| *vendor != Vendor::default()) {
        draft.merge(vendor, |listing, other| listing.vendor = other.vendor);
    }
}

fn fill_vendor(field: Field, value: &str, reader: &Reader<'_>, vendor: &mut Vendor) {
    let line = fold(value);
    let day = || reader.date(&line).and_then(|d| d.get(..10).map(str::to_owned));
    match field {
        Field::VendorUrl => vendor.url = reader.absolute(value).map(|url| String::from(&*url)),
        Field::Rating => vendor.rating = fields::rating(&line),
        Field::Sales => vendor.sales = fields::count(&line),
        Field::PositivePercent => vendor.positive_percent = fields::rating(&line),
        Field::Since => vendor.since = day(),
        Field::LastSeen => vendor.last_seen = day(),
        _ => vendor.name = line,
    }
}

fn fill_field(field: Field, values: &[String], first: &str, outline: &Outline<'_>, reader: &Reader<'_>, listing: &mut Listing) {
    let line = fold(first);
    match field {
        Field::Url => listing.url = reader.absolute(first).map(|url| String::from(&*url)).unwrap_or_default(),
        Field::Title => listing.title = line,
        Field::Description => listing.description = values.join("\n\n"),
        Field::Quantity => listing.stock = fields::count(&line).or(listing.stock),
        Field::Category => listing.category_path = values.iter().map(|value| fold(value)).collect(),
        Field::Availability => listing.availability = phrases::availability(&line).map(str::to_owned),
        Field::Stock => listing.stock = fields::count(&line),
        Field::Sku => listing.sku = Some(line),
        Field::Gtin => listing.gtin = Some(line),
        Field::Mpn => listing.mpn = Some(line),
        Field::Brand => listing.brand = Some(line),
        Field::ShipsFrom => {
            listing.ships_from = parse_countries(&values.join(", ")).codes;
            raw(listing, "from", values);
        }
        Field::ShipsTo => {
            let countries = parse_countries(&values.join(", "));
            listing.ships_to = countries.codes;
            listing.ships_except = countries.except;
            raw(listing, "to", values);
        }
        Field::Payments => fields::fill_one(&pair(Label::Payments, &values.join(", ")), outline, reader, listing),
        Field::Escrow => fields::fill_one(&pair(Label::Escrow, &line), outline, reader, listing),
        Field::PostedAt => listing.posted_at = reader.date(&line),
        Field::Images => listing.images = values.iter().filter_map(|src| reader.absolute(src)).map(|url| String::from(&*url)).collect(),
        // Amounts need the currency, which may come later; the account is read apart.
        Field::Price | Field::Currency | Field::Vendor | Field::VendorUrl => {}
        Field::Rating | Field::Sales | Field::PositivePercent | Field::Since | Field::LastSeen => {}
    }
}

fn raw(listing: &mut Listing, way: &str, values: &[String]) {
    if !listing.ships_raw.is_empty() {
        listing.ships_raw.push_str("; ");
    }
    listing.ships_raw.push_str(&format!("{way}: {}", values.join(", ")));
}

/// A value as the reading of label and value pairs takes it.
fn pair(label: Label, value: &str) -> Pair {
    Pair { label, value: fold(value), element: 0, runs: 0..0, named: 0 }
}
