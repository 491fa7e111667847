//! `/api/v1/cases`: folders of what belongs to one investigation.

use axum::extract::State;
use clap::ValueEnum;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{Body, Named, answer, made};
use super::{Answer, log, page};
use crate::audit::Purpose;
use crate::clock::from_micros;
use crate::database::Connection;
use crate::dossier;
use crate::store::cases::{self, Case, Kind};
use crate::web::desk::Desk;
use crate::web::pages::cases::{begin, kept, named};
use crate::web::problem::Problem;
use crate::web::visitor::Visitor;

fn told(one: &Case) -> Value {
    json!({
        "reference": one.reference, "title": one.title, "opened_by": one.opened_by, "opened_at": from_micros(one.opened_at).to_string(),
        "closed_at": one.closed_at.map(|at| from_micros(at).to_string()), "note": one.note,
    })
}

/// A case that is there and for this visitor.
async fn find(connection: &mut Connection, visitor: &Visitor, reference: &str) -> Result<Case, Problem> {
    let found = cases::one(connection, reference).await?;
    found.filter(|case| visitor.may_open(&case.reference)).ok_or_else(Problem::not_found)
}

/// `GET /api/v1/cases`.
pub(in crate::web) async fn list(State(desk): State<Desk>, visitor: Visitor) -> Answer {
    log(&desk, &visitor, "case list", "all").await?;
    let all = cases::list(&mut *desk.connection().await?).await?;
    answer(&page(all.iter().filter(|case| visitor.may_open(&case.reference)).map(told).collect(), None))
}

/// `GET /api/v1/cases/{reference}`: with what lies in it.
pub(in crate::web) async fn one(State(desk): State<Desk>, mut visitor: Visitor, Named(reference): Named) -> Answer {
    let mut connection = desk.connection().await?;
    let case = find(&mut connection, &visitor, &reference).await?;
    // Whoever looks at a case does it for that case, unless another is named.
    visitor.purpose = Purpose { case: visitor.purpose.case.clone().or_else(|| Some(reference.clone())), ..visitor.purpose.clone() };
    log(&desk, &visitor, "case show", &reference).await?;
    let mut told = told(&case);
    let mut items = Vec::new();
    for one in cases::items(&mut connection, &reference).await? {
        // What came from sources of others lies there unseen.
        if named(&mut connection, &visitor, &one.kind, &one.reference).await?.is_some() {
            let at = from_micros(one.at).to_string();
            items.push(json!({"kind": one.kind, "reference": one.reference, "added_by": one.added_by, "at": at, "note": one.note}));
        }
    }
    told["items"] = items.into();
    let notes = cases::notes(&mut connection, &reference).await?;
    told["notes"] = notes
        .iter()
        .map(|one| json!({"n": one.n, "author": one.author, "at": from_micros(one.at).to_string(), "note": one.note}))
        .collect();
    answer(&told)
}

/// A case to be opened.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct New {
    reference: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    note: String,
}

/// `POST /api/v1/cases`; one that was closed is open again.
pub(in crate::web) async fn open(State(desk): State<Desk>, visitor: Visitor, Body(new): Body<New>) -> Answer {
    let reference = new.reference.trim();
    let mut turn = begin(&desk, &visitor, "open", reference, "").await?;
    if cases::one(&mut turn, reference).await?.is_some_and(|case| case.closed_at.is_none()) {
        return Err(Problem::conflict(format!("the case {reference:?} is open already")));
    }
    cases::open(&mut turn, reference, &new.title, &new.note, &visitor.name).await.map_err(Problem::refused)?;
    let case = find(&mut turn, &visitor, reference).await?;
    turn.commit().await.map_err(anyhow::Error::from)?;
    made(&told(&case))
}

/// Something to be put into a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Put {
    kind: String,
    id: String,
    #[serde(default)]
    note: String,
}

/// `POST /api/v1/cases/{reference}/items`.
pub(in crate::web) async fn add(State(desk): State<Desk>, visitor: Visitor, Named(reference): Named, Body(put): Body<Put>) -> Answer {
    let kind = Kind::from_str(&put.kind, false).map_err(|_| {
        let known: Vec<&str> = Kind::value_variants().iter().map(|kind| kind.code()).collect();
        Problem::unclear("unknown_value", format!("nothing of the kind {:?}; hint: {}", put.kind, known.join(", "))).with("member", "kind")
    })?;
    find(&mut *desk.connection().await?, &visitor, &reference).await?;
    let asked = kept(&desk, kind, &put.id)?;
    let mut turn = begin(&desk, &visitor, "add", &reference, &format!("{} {asked}", kind.code())).await?;
    let known = dossier::named(&mut turn, kind, &asked).await?;
    let [id] = known.as_slice() else {
        return Err(Problem::not_found().with("member", "id"));
    };
    if named(&mut turn, &visitor, kind.code(), id).await?.is_none() {
        return Err(Problem::not_found().with("member", "id"));
    }
    let new = cases::add(&mut turn, &reference, kind, id, &put.note, &visitor.name).await.map_err(Problem::refused)?;
    turn.commit().await.map_err(anyhow::Error::from)?;
    made(&json!({"kind": kind.code(), "reference": id, "new": new}))
}

/// Something to be written down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Said {
    #[serde(default)]
    note: String,
}

/// `POST /api/v1/cases/{reference}/notes`.
pub(in crate::web) async fn note(State(desk): State<Desk>, visitor: Visitor, Named(reference): Named, Body(said): Body<Said>) -> Answer {
    find(&mut *desk.connection().await?, &visitor, &reference).await?;
    let mut turn = begin(&desk, &visitor, "note", &reference, "").await?;
    cases::note(&mut turn, &reference, &said.note, &visitor.name).await.map_err(Problem::refused)?;
    turn.commit().await.map_err(anyhow::Error::from)?;
    made(&json!({"author": visitor.name, "note": said.note}))
}

/// `POST /api/v1/cases/{reference}/close`.
pub(in crate::web) async fn close(State(desk): State<Desk>, visitor: Visitor, Named(reference): Named, Body(said): Body<Said>) -> Answer {
    find(&mut *desk.connection().await?, &visitor, &reference).await?;
    let mut turn = begin(&desk, &visitor, "close", &reference, "").await?;
    cases::close(&mut turn, &reference, &said.note, &visitor.name).await.map_err(Problem::refused)?;
    let case = find(&mut turn, &visitor, &reference).await?;
    turn.commit().await.map_err(anyhow::Error::from)?;
    answer(&told(&case))
}
