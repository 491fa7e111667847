//! Reading with a profile: its selectors fill fields, the general extractors what it leaves out.

use scraper::{ElementRef, Html};
use url::Url;

use super::{own, problem};
use crate::canonical::listing_key;
use crate::country::parse_countries;
use crate::dates::parse_date;
use crate::heuristics::labels::Label;
use crate::heuristics::pairs::Pair;
use crate::heuristics::reader::Reader;
use crate::heuristics::single::Scene;
use crate::heuristics::{card, fields, phrases};
use crate::html::{block_text, fold};
use crate::money;
use crate::profile::{Field, PageRules, Profile, Rule};
use crate::provenance::{Anchor, Draft, Origin};
use crate::record::{Listing, Offer, PageKind, Problem, Vendor};

/// Records read from one page.
const MAX_RECORDS: usize = 2_000;
/// Values of one rule on one page.
const MAX_VALUES: usize = 200;

/// The first rules whose conditions hold.
pub(super) fn rules<'p>(profile: &'p Profile, html: &Html, url: &Url) -> Option<&'p PageRules> {
    profile.page.iter().find(|rules| {
        let by_address = rules.url.as_ref().is_none_or(|pattern| pattern.regex().is_some_and(|regex| regex.is_match(url.as_str())));
        by_address && rules.when.as_ref().is_none_or(|css| css.selector().is_some_and(|selector| html.select(selector).next().is_some()))
    })
}

/// Values of a rule within an element.
fn values(rule: &Rule, scope: ElementRef<'_>) -> (Vec<String>, Anchor) {
    let elements: Vec<ElementRef<'_>> = match &rule.select {
        // A rule that only has a default is a constant.
        None if rule.attr.is_none() && rule.regex.is_none() => Vec::new(),
        None => vec![scope],
        Some(css) => {
            let Some(selector) = css.selector() else { return (Vec::new(), Anchor::Nowhere) };
            let limit = if rule.all || rule.index.is_some() { MAX_VALUES } else { 1 };
            scope.select(selector).take(limit).collect()
        }
    };
    // Only a single element is one place; values from several are put together.
    let anchor = match (elements.as_slice(), rule.attr.as_deref()) {
        ([one], None | Some("own")) => Anchor::Text(one.id()),
        ([one], Some(name)) => Anchor::Attribute(one.id(), name.to_owned()),
        _ => Anchor::Nowhere,
    };
    let raw = elements.into_iter().filter_map(|element| match rule.attr.as_deref() {
        None => Some(block_text(*element)),
        Some("own") => {
            Some(element.children().filter_map(|child| child.value().as_text().map(|t| t.to_string())).collect::<Vec<_>>().join(" "))
        }
        Some(name) => element.attr(name).map(str::to_owned),
    });
    let matched = raw.filter_map(|text| match rule.regex.as_ref().map(|pattern| pattern.regex()) {
        None => Some(text),
        Some(regex) => {
            let found = regex?.captures(&text)?;
            found.get(1).or_else(|| found.get(0)).map(|group| group.as_str().to_owned())
        }
    });
    let mut values: Vec<String> = match &rule.split {
        Some(mark) if !mark.is_empty() => {
            matched.flat_map(|text| text.split(mark.as_str()).map(str::to_owned).collect::<Vec<_>>()).collect()
        }
        _ => matched.collect(),
    };
    values.iter_mut().for_each(|value| *value = value.trim().to_owned());
    values.retain(|value| !value.is_empty());
    values.truncate(MAX_VALUES);
    if rule.reverse {
        values.reverse();
    }
    if let Some(index) = rule.index {
        let at = if index < 0 { values.len().checked_sub(index.unsigned_abs() as usize) } else { usize::try_from(index).ok() };
        values = at.and_then(|at| values.get(at).cloned()).into_iter().collect();
    }
    if values.is_empty() {
        values.extend(rule.default.clone());
        return (values, Anchor::Nowhere);
    }
    (values, anchor)
}

/// Where the values of a rule stand.
fn origin(field: Field, rule: &Rule, values: &[String], anchor: &Anchor) -> Origin {
    let selector = rule.select.as_ref().map_or("", |css| css.source.as_str());
    let attribute = rule.attr.as_deref().map(|name| format!("[{name}]")).unwrap_or_default();
    let place = if selector.is_empty() && attribute.is_empty() {
        format!("{field:?}").to_ascii_lowercase()
    } else {
        format!("{selector}{attribute}")
    };
    Origin { from: "profile", place, anchor: anchor.clone(), raw: values.join(", ") }
}

/// The listing of a listing page, as far as the profile names its fields.
pub(super) fn listing(rules: &PageRules, html: &Html, scene: &Scene<'_, '_>, reader: &Reader<'_>, problems: &mut Vec<Problem>) -> Draft {
    let mut draft = Draft::new(reader.traced);
    draft.listing.url = reader.url.to_string();
    fill(rules, html.root_element(), scene, reader, &mut draft, problems);
    draft
}

/// The cards of an index or vendor page, after the profile's `record`.
pub(super) fn records(
    rules: &PageRules,
    html: &Html,
    scene: &Scene<'_, '_>,
    reader: &Reader<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Draft> {
    let Some(selector) = rules.record.as_ref().and_then(|css| css.selector()) else { return Vec::new() };
    let mut listings = Vec::new();
    for element in html.select(selector).take(MAX_RECORDS) {
        let mut draft = Draft::new(reader.traced);
        let mut faults = Vec::new();
        fill(rules, element, scene, reader, &mut draft, &mut faults);
        if let Some(at) = scene.outline.position.get(&element.id()) {
            card::fill(*at, None, scene.outline, scene.pairs, scene.prices, reader, &mut draft);
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
                problems.extend(faults);
            }
            continue;
        }
        problems.extend(faults);
        listings.push(draft);
    }
    problems.truncate(200);
    listings
}

/// The vendor of a vendor page, as far as the profile names its fields.
pub(super) fn vendor(rules: &PageRules, html: &Html, scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Vendor {
    let mut draft = Draft::default();
    let mut ignored = Vec::new();
    let only = PageRules {
        fields: rules.vendor.clone(),
        ..PageRules {
            kind: PageKind::Vendor,
            detail: None,
            when: None,
            url: None,
            record: None,
            fields: Default::default(),
            vendor: Default::default(),
        }
    };
    fill(&only, html.root_element(), scene, reader, &mut draft, &mut ignored);
    let ships_from = draft.listing.ships_from;
    draft.listing.vendor.map(|vendor| Vendor { ships_from, ..vendor }).unwrap_or_default()
}

fn fill(
    rules: &PageRules,
    scope: ElementRef<'_>,
    scene: &Scene<'_, '_>,
    reader: &Reader<'_>,
    draft: &mut Draft,
    problems: &mut Vec<Problem>,
) {
    let mut vendor = Draft::new(reader.traced);
    vendor.listing.vendor = Some(Vendor::default());
    let mut currency: Option<(String, Origin)> = None;
    let mut offers: Option<(Vec<String>, Origin)> = None;
    for (field, rule) in &rules.fields {
        let (values, anchor) = values(rule, scope);
        let Some(first) = values.first() else {
            if matches!(field, Field::Title | Field::Price | Field::Url) {
                let place = rule.select.as_ref().map_or("fields", |css| css.source.as_str());
                problems.push(problem(&format!("{field:?}").to_ascii_lowercase(), place, ""));
            }
            continue;
        };
        let origin = || origin(*field, rule, &values, &anchor);
        match field {
            Field::Currency => currency = Some((fold(first).to_ascii_uppercase(), origin())),
            Field::Price => offers = Some((values.clone(), origin())),
            Field::Vendor | Field::VendorUrl | Field::Rating | Field::Sales | Field::PositivePercent | Field::Since | Field::LastSeen => {
                vendor.read(origin, |listing| fill_vendor(*field, first, reader, listing.vendor.get_or_insert_default()));
            }
            _ => draft.read(origin, |listing| fill_field(*field, &values, first, scene, reader, listing)),
        }
    }
    if let Some((values, origin)) = offers {
        let default = currency.as_ref().map(|(code, _)| code.as_str()).or(reader.currency);
        for value in &values {
            match money::parse_price(&fold(value), default, reader.crypto) {
                Some(price) => {
                    let offer = fields::offer_of(&price, if price.from { "from" } else { "fixed" });
                    // A currency that the profile reads apart belongs to the amount whatever sign stands beside it.
                    let offer = Offer { currency: currency.as_ref().map(|(code, _)| code.clone()).or(offer.currency), ..offer };
                    draft.read(|| Origin { raw: value.clone(), ..origin.clone() }, |listing| listing.offers.push(offer));
                }
                None => problems.push(problem(
                    "price",
                    rules.fields.get(&Field::Price).and_then(|r| r.select.as_ref()).map_or("fields.price", |css| &css.source),
                    value,
                )),
            }
        }
        if let Some((_, origin)) = currency {
            draft.note_currency(|| origin);
        }
    }
    if vendor.listing.vendor.as_ref().is_some_and(|vendor| *vendor != Vendor::default()) {
        draft.merge(vendor, |listing, other| listing.vendor = other.vendor);
    }
}

fn fill_vendor(field: Field, value: &str, reader: &Reader<'_>, vendor: &mut Vendor) {
    let line = fold(value);
    let day = || parse_date(&line, reader.fetched_at).and_then(|d| d.get(..10).map(str::to_owned));
    match field {
        Field::VendorUrl => vendor.url = reader.absolute(value).map(String::from),
        Field::Rating => vendor.rating = fields::rating(&line),
        Field::Sales => vendor.sales = fields::count(&line),
        Field::PositivePercent => vendor.positive_percent = fields::rating(&line),
        Field::Since => vendor.since = day(),
        Field::LastSeen => vendor.last_seen = day(),
        _ => vendor.name = line,
    }
}

fn fill_field(field: Field, values: &[String], first: &str, scene: &Scene<'_, '_>, reader: &Reader<'_>, listing: &mut Listing) {
    let line = fold(first);
    match field {
        Field::Url => listing.url = reader.absolute(first).map(String::from).unwrap_or_default(),
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
        Field::Payments => fields::fill_one(&pair(Label::Payments, &values.join(", ")), scene.outline, reader, listing),
        Field::Escrow => fields::fill_one(&pair(Label::Escrow, &line), scene.outline, reader, listing),
        Field::PostedAt => listing.posted_at = parse_date(&line, reader.fetched_at),
        Field::Images => listing.images = values.iter().filter_map(|src| reader.absolute(src)).map(String::from).collect(),
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
