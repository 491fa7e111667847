//! `/listing/{id}`: what is known of one listing, why it was classified so, its versions side by side.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use similar::{ChangeTag, TextDiff};
use vigie_extractors::record::{Listing, Span};

use super::marked::{Piece, pieces};
use crate::database::{self, Turn};
use crate::dossier::listing::{self as dossier, ListingDossier};
use crate::dossier::trace;
use crate::store::captures::{self, CaptureRow};
use crate::store::identity::vendor_id;
use crate::store::labels::{self, Label};
use crate::store::trail::{self, Seen};
use crate::web::chart;
use crate::web::desk::Desk;
use crate::web::form::{self, Posted};
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;
use crate::{clock, shown};

/// Currency that prices are told in beside the seller's.
const CURRENCY: &str = "EUR";
/// Bytes of a text that are compared word by word and shown; the archive has the rest.
const SHOWN: usize = 40_000;
/// Captures that are listed.
const CAPTURES: usize = 50;

/// Which version is looked at.
#[derive(Debug, Default, Deserialize)]
pub(in crate::web) struct Asked {
    /// Number of the version; the latest without it.
    v: Option<i64>,
}

/// A field in which two versions differ.
struct Difference {
    field: &'static str,
    /// Words that are gone are marked `del` in the first, new ones `ins` in the second.
    before: Vec<Piece>,
    after: Vec<Piece>,
}

/// A capture as evidence.
struct Evidence {
    row: CaptureRow,
    at: String,
    address: String,
}

#[derive(Template)]
#[template(path = "listing.html")]
struct Page {
    frame: Frame,
    id: String,
    dossier: ListingDossier,
    /// The version that is looked at.
    seen: Seen,
    title: Vec<Piece>,
    text: Vec<Piece>,
    /// Whether the text is longer than what is shown.
    cut: bool,
    price_chart: String,
    differences: Vec<Difference>,
    evidence: Vec<Evidence>,
    /// Codes that the listing may be labelled with.
    categories: Arc<Vec<String>>,
    seller: Option<(String, String)>,
}

pub(in crate::web) async fn page(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(id): Path<String>,
    form::Asked(asked): form::Asked<Asked>,
) -> Answer {
    let dossier = find(&desk, &visitor, &id).await?;
    let latest = dossier.versions.iter().map(|seen| seen.n).max().unwrap_or_default();
    let number = asked.v.unwrap_or(latest);
    let seen = dossier.versions.iter().find(|seen| seen.n == number).cloned().ok_or_else(Trouble::not_found)?;
    let before = dossier.versions.iter().filter(|seen| seen.n < number).max_by_key(|seen| seen.n);
    let differences = before.map(|before| differences(&before.listing, &seen.listing)).unwrap_or_default();
    let (text, cut) = beginning(&seen.listing.description);
    let spans = reasons(&seen.listing);
    let of = |field: &str| -> Vec<(usize, usize, String)> {
        spans.iter().filter(|(span, _)| span.field == field).map(|(span, why)| (span.start, span.end, why.clone())).collect()
    };
    let evidence = evidence(&desk, &dossier, &visitor).await?;
    let vendor = seen.listing.vendor.as_ref();
    let page = Page {
        frame: Frame::new(&visitor, "/listing", shown::headline(&seen.listing.title)),
        id: dossier.listing.clone(),
        title: pieces(&seen.listing.title, &of("title")),
        text: pieces(text, &of("description")),
        cut,
        price_chart: prices(&dossier, visitor.locale.say("listing.prices")),
        differences,
        evidence,
        categories: Arc::clone(&desk.categories),
        seller: vendor.map(|vendor| (shown::headline(&vendor.name), seller_address(&dossier.source, &vendor.name))),
        seen,
        dossier,
    };
    Frame::page(&page)
}

/// Bytes of a name that stands in an address, at most: no server takes an address without end.
pub(in crate::web) const LONGEST_NAME: usize = 1_000;

/// Where an account's dossier is.
pub(in crate::web) fn seller_address(source: &str, name: &str) -> String {
    if name.len() > LONGEST_NAME {
        return format!("/vendor?id={}", vendor_id(source, name));
    }
    let pairs = url::form_urlencoded::Serializer::new(String::new()).append_pair("source", source).append_pair("name", name).finish();
    format!("/vendor?{pairs}")
}

/// The dossier of a listing that the visitor may see, once the reading is logged.
pub(in crate::web) async fn find(desk: &Desk, visitor: &Visitor, asked: &str) -> Result<ListingDossier, Trouble> {
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let ids = trail::listings_named(&mut connection, asked).await?;
    let [id] = ids.as_slice() else { return Err(Trouble::not_found()) };
    let dossier = dossier::listing(&mut connection, id, &desk.rates, CURRENCY).await?;
    drop(connection);
    visitor.check_account(&dossier.source, &dossier.vendor)?;
    visitor.log(desk, "show", &format!("listing {id}")).await?;
    Ok(dossier)
}

/// What stands behind category, traits, risk and scam score: spans with why, those that decided the category first.
fn reasons(listing: &Listing) -> Vec<(Span, String)> {
    let mut all: Vec<(Span, String)> = Vec::new();
    let mut add = |spans: &[Span], head: &str| all.extend(spans.iter().map(|span| (span.clone(), format!("{head}{}", span.why))));
    if let Some(classification) = &listing.classification {
        add(&classification.because, "");
    }
    for (code, span) in &listing.trait_spans {
        add(std::slice::from_ref(span), &format!("{code}: "));
    }
    for indicator in listing.risk.iter().flat_map(|risk| &risk.indicators) {
        add(&indicator.because, &format!("{}: ", indicator.code));
    }
    add(listing.scam.as_ref().map_or(&[], |scam| &scam.because), "scam: ");
    all
}

/// The text up to where it is shown, cut at a character.
fn beginning(text: &str) -> (&str, bool) {
    if text.len() <= SHOWN {
        return (text, false);
    }
    (text.get(..text.floor_char_boundary(SHOWN)).unwrap_or_default(), true)
}

fn differences(before: &Listing, after: &Listing) -> Vec<Difference> {
    let (old, new) = (told(before), told(after));
    let fields = old.iter().zip(&new).filter(|((_, old), (_, new))| old != new);
    fields
        .map(|((field, old), (_, new))| {
            let (before, after) = compared(beginning(old).0, beginning(new).0);
            Difference { field, before, after }
        })
        .collect()
}

/// The fields that make a version, as lines of text.
fn told(one: &Listing) -> [(&'static str, String); 9] {
    let offers = |one: &Listing| -> Vec<String> {
        let line = |amount: &str, rest: [Option<&str>; 3]| {
            [Some(amount), rest[0], rest[1], rest[2]].into_iter().flatten().collect::<Vec<_>>().join(" ")
        };
        one.offers
            .iter()
            .map(|offer| line(&offer.amount, [offer.currency.as_deref(), offer.quantity.as_deref(), offer.unit.as_deref()]))
            .collect()
    };
    [
        ("title", one.title.clone()),
        ("description", one.description.clone()),
        ("price", offers(one).join("\n")),
        ("availability", one.availability.clone().unwrap_or_default()),
        ("vendor", one.vendor.as_ref().map(|vendor| vendor.name.clone()).unwrap_or_default()),
        ("ships_from", one.ships_from.join(" ")),
        ("ships_to", one.ships_to.join(" ")),
        ("category_path", one.category_path.join(" > ")),
        ("indicators", one.indicators.iter().map(|indicator| indicator.value.as_str()).collect::<Vec<_>>().join("\n")),
    ]
}

/// Two texts word by word. Texts that are hard to compare are compared roughly after half a second.
fn compared(before: &str, after: &str) -> (Vec<Piece>, Vec<Piece>) {
    let diff = TextDiff::configure().timeout(std::time::Duration::from_millis(500)).diff_words(before, after);
    let mut sides: (Vec<Piece>, Vec<Piece>) = Default::default();
    for change in diff.iter_all_changes() {
        let piece = |why: &str| pieces(change.value(), &[(0, change.value().len(), why.to_owned())]);
        match change.tag() {
            ChangeTag::Equal => {
                let same = pieces(change.value(), &[]);
                sides.0.extend(same.clone());
                sides.1.extend(same);
            }
            ChangeTag::Delete => sides.0.extend(piece("del")),
            ChangeTag::Insert => sides.1.extend(piece("ins")),
        }
    }
    sides
}

fn prices(dossier: &ListingDossier, name: &str) -> String {
    let worth = |price: &crate::dossier::prices::Price| -> Option<(i64, f64)> {
        let at: jiff::Timestamp = price.at.parse().ok()?;
        Some((at.as_second(), price.worth.as_ref().map_or(&price.amount, |worth| &worth.amount).parse().ok()?))
    };
    let points: Vec<(i64, f64)> = dossier.prices.iter().filter_map(worth).collect();
    let (Some((first, _)), Ok(last)) = (points.first(), dossier.last_seen.parse::<jiff::Timestamp>()) else { return String::new() };
    if points.len() < 2 {
        return String::new();
    }
    let whole = (last.as_second() - first).max(1) as f64;
    let places: Vec<(f64, f64)> = points.iter().map(|(at, value)| (((at - first) as f64 / whole).clamp(0.0, 1.0), *value)).collect();
    chart::steps(&places, name)
}

async fn evidence(desk: &Desk, dossier: &ListingDossier, visitor: &Visitor) -> Result<Vec<Evidence>, Trouble> {
    let mut ids: Vec<String> = dossier.versions.iter().map(|seen| seen.capture_id.clone()).collect();
    ids.extend(dossier.timeline.iter().map(|event| event.capture.clone()));
    ids.sort();
    ids.dedup();
    ids.truncate(CAPTURES);
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let mut rows = captures::by_ids(&mut connection, &ids).await?;
    rows.sort_by_key(|row| row.captured_at);
    let told = |row: CaptureRow| Evidence {
        at: visitor.locale.minute(&clock::from_micros(row.captured_at)),
        address: shown::headline(&row.address),
        row,
    };
    Ok(rows.into_iter().map(told).collect())
}

/// What a person says a listing is.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Labelled {
    category: String,
    #[serde(default)]
    note: String,
}

/// `POST /listing/{id}/label`.
pub(in crate::web) async fn label(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(id): Path<String>,
    Posted(labelled): Posted<Labelled>,
) -> Answer {
    let dossier = find(&desk, &visitor, &id).await?;
    if !desk.categories.contains(&labelled.category) {
        return Err(Trouble::unclear(visitor.locale.tell("label.unknown", &[&labelled.category])));
    }
    visitor.log(&desk, "label", &format!("{}: {}", dossier.listing, labelled.category)).await?;
    let note = Some(labelled.note.trim().to_owned()).filter(|note| !note.is_empty());
    let label = Label { category: labelled.category, subtype: None, note, author: visitor.name.clone() };
    let mut transaction = database::begin_turn(&desk.pool, Turn::Labels).await?;
    labels::add(&mut transaction, &dossier.listing, &label).await?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    Ok(Redirect::to(&format!("/listing/{}", dossier.listing)).into_response())
}

#[derive(Template)]
#[template(path = "trace.html")]
struct TracePage {
    frame: Frame,
    id: String,
    sheet: trace::Sheet,
}

/// `/listing/{id}/trace`: the sheet that prepares a request to trace an arm, to be printed.
pub(in crate::web) async fn trace(State(desk): State<Desk>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let dossier = find(&desk, &visitor, &id).await?;
    let page = TracePage {
        frame: Frame::new(&visitor, "/listing", visitor.locale.say("trace.title")),
        id: dossier.listing.clone(),
        sheet: trace::sheet(&dossier),
    };
    Frame::page(&page)
}

/// Key of the name of a field.
pub(in crate::web) fn field_key(field: &str) -> &'static str {
    match field {
        "title" => "field.title",
        "description" => "listing.text",
        "price" => "price",
        "availability" => "availability",
        "vendor" => "field.vendor",
        "ships_from" => "ships_from",
        "ships_to" => "ships_to",
        "category_path" => "category_path",
        _ => "indicators",
    }
}

impl Page {
    /// Versions to choose from: number, day, whether it is the one that is looked at.
    fn versions(&self) -> Vec<(i64, String, bool)> {
        let mut all: BTreeMap<i64, String> = BTreeMap::new();
        for seen in &self.dossier.versions {
            all.insert(seen.n, self.frame.locale.day(&clock::from_micros(seen.at)));
        }
        all.into_iter().map(|(n, day)| (n, day, n == self.seen.n)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_went_and_came_are_marked_on_their_side() {
        let (before, after) = compared("two Glock 17, new", "two Glock 19, new");
        let marked =
            |pieces: &[Piece], why: &str| pieces.iter().filter(|one| one.why == why).map(|one| one.text.clone()).collect::<String>();
        assert_eq!((marked(&before, "del"), marked(&after, "ins")), ("17,".to_owned(), "19,".to_owned()));
        assert!(marked(&before, "ins").is_empty() && marked(&after, "del").is_empty());
    }
}
