//! `/api/v1/listings` and `/api/v1/labels`.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{Asked, Body, Named, answer, made};
use super::{Answer, cursor, limit, log, page};
use crate::clock::from_micros;
use crate::database::{self, Turn};
use crate::store::labels::{self, Label, LabelRow};
use crate::web::desk::Desk;
use crate::web::pages::listing::find;
use crate::web::problem::Problem;
use crate::web::visitor::Visitor;

/// Name of the list of labels in its cursors.
const LABELS: &str = "labels";

/// `GET /api/v1/listings/{id}`.
pub(in crate::web) async fn one(State(desk): State<Desk>, visitor: Visitor, Named(id): Named) -> Answer {
    answer(&find(&desk, &visitor, &id).await?)
}

/// `GET /api/v1/listings/{id}/versions`.
pub(in crate::web) async fn versions(State(desk): State<Desk>, visitor: Visitor, Named(id): Named) -> Answer {
    let dossier = find(&desk, &visitor, &id).await?;
    let version = |seen: &crate::store::trail::Seen| {
        json!({
            "n": seen.n, "first_seen": from_micros(seen.at).to_string(), "capture": seen.capture_id, "family": seen.family,
            "record": seen.listing,
        })
    };
    answer(&page(dossier.versions.iter().map(version).collect(), None))
}

/// What a listing is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Labelled {
    category: String,
    #[serde(default)]
    note: String,
}

/// `POST /api/v1/listings/{id}/label`.
pub(in crate::web) async fn label(State(desk): State<Desk>, visitor: Visitor, Named(id): Named, Body(given): Body<Labelled>) -> Answer {
    let dossier = find(&desk, &visitor, &id).await?;
    if !desk.categories.contains(&given.category) {
        let detail = format!("{:?} is no category; hint: `vigie codebook export` lists them", given.category);
        return Err(Problem::unclear("unknown_value", detail).with("member", "category"));
    }
    log(&desk, &visitor, "label", &format!("{}: {}", dossier.listing, given.category)).await?;
    let note = Some(given.note.trim().to_owned()).filter(|note| !note.is_empty());
    let label = Label { category: given.category, subtype: None, note, author: visitor.name.clone() };
    let mut transaction = database::begin_turn(&desk.pool, Turn::Labels).await?;
    labels::add(&mut transaction, &dossier.listing, &label).await.map_err(Problem::refused)?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    made(&json!({"listing": dossier.listing, "category": label.category, "note": label.note, "author": label.author}))
}

/// Which labels.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Which {
    after: Option<String>,
    limit: Option<usize>,
}

/// `GET /api/v1/labels`: those that count, by the time that they were given.
pub(in crate::web) async fn list(State(desk): State<Desk>, visitor: Visitor, Asked(which): Asked<Which>) -> Answer {
    let limit = limit(which.limit)?;
    let after = which.after.as_deref().map(place).transpose()?;
    log(&desk, &visitor, "label --list", "").await?;
    let mut all = labels::all(&mut *desk.connection().await?).await?;
    all.retain(|one| visitor.may_see(&one.source) && after.as_ref().is_none_or(|after| (one.at, &one.listing_id) > (after.0, &after.1)));
    let next =
        all.get(limit - 1).filter(|_| all.len() > limit).map(|last| cursor::written(LABELS, &format!("{} {}", last.at, last.listing_id)));
    answer(&page(all.iter().take(limit).map(told).collect(), next))
}

fn place(after: &str) -> Result<(i64, String), Problem> {
    let place = cursor::read(LABELS, after)?;
    let (at, listing) = place.split_once(' ').ok_or_else(cursor::unknown)?;
    Ok((at.parse().map_err(|_| cursor::unknown())?, listing.to_owned()))
}

fn told(one: &LabelRow) -> Value {
    let Label { category, subtype, note, author } = &one.label;
    json!({
        "listing": one.listing_id, "source": one.source, "family": one.family, "category": category, "subtype": subtype, "note": note,
        "author": author, "at": from_micros(one.at).to_string(),
    })
}
