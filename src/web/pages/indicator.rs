//! `/indicator`: a payment address, key or contact, wherever it stood.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use serde::Deserialize;

use super::dossier::{quotable, with};
use super::indicator_address;
use super::listing::seller_address;
use super::paging::{Paging, paged};
use crate::dossier::indicator::{self, IndicatorDossier, Page as Shown};
use crate::store::marks;
use crate::web::desk::Desk;
use crate::web::form;
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;
use crate::{clock, shown};

/// Pages that name it, on one page.
const PAGES: usize = 50;
/// Accounts that show it, at most; no seller keeps so many.
const HOLDERS: usize = 200;

/// Which value.
#[derive(Debug, Default, Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    value: String,
    #[serde(default)]
    page: usize,
}

/// An account that shows it.
struct Holder {
    source: String,
    name: String,
    href: String,
    /// When it was first seen to, and the capture; empty where a listing alone tells it.
    at: String,
    capture: String,
}

/// What one source shows of it.
#[derive(Default)]
struct Place {
    pages: usize,
    listings: usize,
    accounts: usize,
    first_seen: String,
}

/// A value as one kind of thing.
struct Reading {
    dossier: IndicatorDossier,
    places: Vec<(String, Place)>,
    holders: Vec<Holder>,
    pages: Vec<Shown>,
    paging: Paging,
    /// The question for listings that name it.
    search: String,
}

#[derive(Template)]
#[template(path = "indicator.html")]
struct Page {
    frame: Frame,
    readings: Vec<Reading>,
    graph: String,
    limited: bool,
}

/// `GET /indicator`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, form::Asked(asked): form::Asked<Asked>) -> Answer {
    let value = indicator::as_kept(&desk.data, asked.value.trim())?;
    let among = visitor.among();
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let dossiers = indicator::indicators(&mut connection, &value, among).await?;
    let mut held = marks::holders(&mut connection, &value).await?;
    drop(connection);
    if dossiers.is_empty() {
        return Err(Trouble::not_found());
    }
    visitor.log(&desk, "show", &format!("indicator {value}")).await?;
    held.retain(|one| among.has_account(&one.source, &one.seller));
    let mut readings = Vec::new();
    for mut dossier in dossiers {
        let holders = holders(&visitor, &dossier, &held);
        let places = places(&dossier, &holders);
        let link = |page: usize| with(&indicator_address(&value), &[("page", &page.to_string())]) + "#pages-" + &dossier.kind;
        let all = std::mem::take(&mut dossier.pages);
        let (pages, paging) = paged(all, asked.page, PAGES, link);
        let search = with("/", &[("q", &format!("{}:\"{}\"", field(&dossier.kind), quotable(&value)))]);
        readings.push(Reading { dossier, places, holders, pages, paging, search });
    }
    let page = Page {
        frame: Frame::new(&visitor, "/indicator", shown::headline(&value)),
        readings,
        graph: with("/graph", &[("indicator", &value)]),
        limited: among.sources.is_some(),
    };
    Frame::page(&page)
}

/// Those that show it as their own, and those whose listings name it.
fn holders(visitor: &Visitor, dossier: &IndicatorDossier, held: &[marks::Held]) -> Vec<Holder> {
    let mut all = BTreeMap::<(&str, &str), (String, String)>::new();
    for (source, name) in &dossier.vendors {
        all.insert((source, name), Default::default());
    }
    for one in held.iter().filter(|one| one.mark.kind == dossier.kind) {
        all.insert((&one.source, &one.name), (visitor.locale.minute(&clock::from_micros(one.at)), one.capture_id.clone()));
    }
    let holder = |((source, name), (at, capture)): ((&str, &str), (String, String))| Holder {
        source: source.to_owned(),
        name: shown::headline(name),
        href: seller_address(source, name),
        at,
        capture,
    };
    all.into_iter().take(HOLDERS).map(holder).collect()
}

fn places(dossier: &IndicatorDossier, holders: &[Holder]) -> Vec<(String, Place)> {
    let mut places = BTreeMap::<&str, Place>::new();
    for page in &dossier.pages {
        let place = places.entry(&page.source).or_default();
        place.pages += 1;
        place.listings += usize::from(page.listing.is_some());
        if place.first_seen.is_empty() || page.first_seen < place.first_seen {
            place.first_seen.clone_from(&page.first_seen);
        }
    }
    for holder in holders {
        places.entry(&holder.source).or_default().accounts += 1;
    }
    places.into_iter().map(|(source, place)| (source.to_owned(), place)).collect()
}

/// The field of a question that looks for this kind.
fn field(kind: &str) -> &'static str {
    match kind {
        "payment_address" => "address",
        "pgp_key" | "pgp_signature" => "pgp",
        _ => "contact",
    }
}

/// The title of a page's listing.
pub(in crate::web) fn title(page: &Shown, untitled: &str) -> String {
    page.title.as_deref().filter(|title| !title.is_empty()).map_or_else(|| untitled.to_owned(), shown::headline)
}
