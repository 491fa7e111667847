//! `/cases`: folders of what belongs to one investigation.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use clap::ValueEnum;
use serde::Deserialize;

use super::indicator_address;
use super::listing::seller_address;
use crate::audit::{self, Purpose};
use crate::clock::from_micros;
use crate::database::{self, Connection, Transaction, Turn};
use crate::store::cases::{self, Case, Kind, Note};
use crate::store::{read, trail};
use crate::web::desk::Desk;
use crate::web::form::Posted;
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;
use crate::{dossier, shown};

#[derive(Template)]
#[template(path = "cases.html")]
struct ListPage {
    frame: Frame,
    cases: Vec<Case>,
}

#[derive(Template)]
#[template(path = "case.html")]
struct Page {
    frame: Frame,
    case: Case,
    items: Vec<Row>,
    notes: Vec<Note>,
    /// Whether reading goes under this case at present.
    current: bool,
}

/// Something that lies in a case.
struct Row {
    kind: String,
    reference: String,
    /// What a person calls it, and where it is shown; empty where it is shown nowhere.
    name: String,
    href: String,
    added_by: String,
    at: String,
    note: String,
}

/// Where a case is.
pub(in crate::web) fn address(reference: &str) -> String {
    let place: String = url::form_urlencoded::byte_serialize(reference.as_bytes()).collect();
    format!("/cases/{}", place.replace('+', "%20"))
}

/// Where the alerts of a case are.
pub(in crate::web) fn alerts_address(reference: &str) -> String {
    let pairs = url::form_urlencoded::Serializer::new(String::new()).append_pair("case", reference).finish();
    format!("/alerts?{pairs}")
}

/// `GET /cases`.
pub(in crate::web) async fn list(State(desk): State<Desk>, visitor: Visitor) -> Answer {
    visitor.log(&desk, "case list", "all").await?;
    let all = cases::list(&mut *desk.connection().await?).await?;
    let cases = all.into_iter().filter(|case| visitor.may_open(&case.reference)).collect();
    Frame::page(&ListPage { frame: Frame::new(&visitor, "/cases", visitor.locale.say("nav.cases")), cases })
}

/// `GET /cases/{reference}`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, Path(reference): Path<String>) -> Answer {
    if !visitor.may_open(&reference) {
        return Err(Trouble::not_found());
    }
    let mut connection = desk.connection().await?;
    let case = cases::one(&mut connection, &reference).await?.ok_or_else(Trouble::not_found)?;
    log(&desk, &visitor, "case show", &reference, "").await?;
    let mut items = Vec::new();
    for item in cases::items(&mut connection, &reference).await? {
        let Some((name, href)) = named(&mut connection, &visitor, &item.kind, &item.reference).await? else { continue };
        items.push(Row {
            name,
            href,
            added_by: item.added_by,
            at: visitor.locale.minute(&from_micros(item.at)),
            note: item.note,
            kind: item.kind,
            reference: item.reference,
        });
    }
    let notes = cases::notes(&mut connection, &reference).await?;
    let current = visitor.purpose.case.as_deref() == Some(reference.as_str());
    let frame = Frame::new(&visitor, "/cases", format!("{}: {}", case.reference, shown::headline(&case.title)));
    Frame::page(&Page { frame, case, items, notes, current })
}

/// What a person calls something in a case, and where it is shown: its id alone where the use of it is restricted; `None` for what comes from a
/// source that is not the visitor's.
pub(in crate::web) async fn named(
    connection: &mut Connection,
    visitor: &Visitor,
    kind: &str,
    id: &str,
) -> anyhow::Result<Option<(String, String)>> {
    Ok(match kind {
        "listing" => match read::by_ids(connection, &[id.to_owned()]).await?.pop() {
            Some(one) if !visitor.may_see(&one.row.source) => None,
            Some(one) if visitor.restricted.contains(&one.row.vendor_id) => Some((id.to_owned(), format!("/listing/{id}"))),
            Some(one) => Some((shown::headline(&one.listing.title), format!("/listing/{id}"))),
            None => Some((id.to_owned(), String::new())),
        },
        "vendor" => match trail::seller(connection, id).await? {
            Some(one) if !visitor.may_see(&one.source) => None,
            Some(one) if visitor.restricted.contains(&one.id) => Some((id.to_owned(), format!("/vendor?id={id}"))),
            Some(one) => Some((shown::headline(&format!("{}: {}", one.source, one.name)), seller_address(&one.source, &one.name))),
            None => Some((id.to_owned(), String::new())),
        },
        "persona" => Some((id.to_owned(), format!("/persona/{id}"))),
        "indicator" => Some((shown::headline(id), indicator_address(id))),
        _ => Some((id.to_owned(), String::new())),
    })
}

/// A case to be opened.
#[derive(Deserialize)]
pub(in crate::web) struct New {
    reference: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    note: String,
}

/// `POST /cases/open`.
pub(in crate::web) async fn open(State(desk): State<Desk>, visitor: Visitor, Posted(new): Posted<New>) -> Answer {
    let reference = new.reference.trim().to_owned();
    let mut turn = begin(&desk, &visitor, "open", &reference, "").await?;
    cases::open(&mut turn, &reference, &new.title, &new.note, &visitor.name).await.map_err(Trouble::refused)?;
    commit(turn, &reference).await
}

/// Something to be put into a case, or taken out.
#[derive(Deserialize)]
pub(in crate::web) struct Put {
    reference: String,
    kind: String,
    id: String,
    #[serde(default)]
    note: String,
}

/// `POST /cases/add`.
pub(in crate::web) async fn add(State(desk): State<Desk>, visitor: Visitor, Posted(put): Posted<Put>) -> Answer {
    let kind = Kind::from_str(&put.kind, false).map_err(Trouble::unclear)?;
    let reference = put.reference.trim().to_owned();
    let asked = kept(&desk, kind, &put.id)?;
    let mut turn = begin(&desk, &visitor, "add", &reference, &format!("{} {asked}", kind.code())).await?;
    let known = dossier::named(&mut turn, kind, &asked).await?;
    let [id] = known.as_slice() else { return Err(Trouble::not_found()) };
    if named(&mut turn, &visitor, kind.code(), id).await?.is_none() {
        return Err(Trouble::not_found());
    }
    cases::add(&mut turn, &reference, kind, id, &put.note, &visitor.name).await.map_err(Trouble::refused)?;
    commit(turn, &reference).await
}

/// `POST /cases/remove`.
pub(in crate::web) async fn remove(State(desk): State<Desk>, visitor: Visitor, Posted(put): Posted<Put>) -> Answer {
    let kind = Kind::from_str(&put.kind, false).map_err(Trouble::unclear)?;
    let asked = kept(&desk, kind, &put.id)?;
    let mut turn = begin(&desk, &visitor, "remove", &put.reference, &format!("{} {asked}", kind.code())).await?;
    if !cases::remove(&mut turn, &put.reference, kind, &asked, &visitor.name).await.map_err(Trouble::refused)? {
        return Err(Trouble::not_found());
    }
    commit(turn, &put.reference).await
}

/// Something written down in a case.
#[derive(Deserialize)]
pub(in crate::web) struct Said {
    reference: String,
    #[serde(default)]
    note: String,
}

/// `POST /cases/note`.
pub(in crate::web) async fn note(State(desk): State<Desk>, visitor: Visitor, Posted(said): Posted<Said>) -> Answer {
    let mut turn = begin(&desk, &visitor, "note", &said.reference, "").await?;
    cases::note(&mut turn, &said.reference, &said.note, &visitor.name).await.map_err(Trouble::refused)?;
    commit(turn, &said.reference).await
}

/// `POST /cases/close`.
pub(in crate::web) async fn close(State(desk): State<Desk>, visitor: Visitor, Posted(said): Posted<Said>) -> Answer {
    let mut turn = begin(&desk, &visitor, "close", &said.reference, "").await?;
    cases::close(&mut turn, &said.reference, &said.note, &visitor.name).await.map_err(Trouble::refused)?;
    commit(turn, &said.reference).await
}

/// The form in which an identity is kept: the number of a payment card must not stand in the reading log.
pub(in crate::web) fn kept(desk: &Desk, kind: Kind, asked: &str) -> anyhow::Result<String> {
    if kind == Kind::Indicator { dossier::indicator::as_kept(&desk.data, asked) } else { Ok(asked.to_owned()) }
}

/// Logs a change of a case that is for this visitor, and begins it.
pub(in crate::web) async fn begin(desk: &Desk, visitor: &Visitor, verb: &str, reference: &str, what: &str) -> Result<Transaction, Trouble> {
    if !visitor.may_open(reference) {
        return Err(Trouble::not_found());
    }
    log(desk, visitor, &format!("case {verb}"), reference, what).await?;
    Ok(database::begin_turn(&desk.pool, Turn::Cases).await?)
}

/// Whoever works on a case does it for that case, unless another is in force.
async fn log(desk: &Desk, visitor: &Visitor, action: &str, reference: &str, what: &str) -> Result<(), Trouble> {
    let purpose = Purpose { case: visitor.purpose.case.clone().or_else(|| Some(reference.to_owned())), ..visitor.purpose.clone() };
    audit::record_as(&desk.log, &visitor.actor(), action, format!("{reference} {what}").trim_end(), &purpose).await?;
    Ok(())
}

/// Key of the name of a kind.
pub(in crate::web) fn kind_key(kind: &str) -> &'static str {
    match kind {
        "listing" => "kind.listing",
        "persona" => "kind.persona",
        "vendor" => "kind.vendor",
        "indicator" => "kind.indicator",
        "export" => "kind.export",
        _ => "kind.capture",
    }
}

async fn commit(turn: Transaction, reference: &str) -> Answer {
    turn.commit().await.map_err(anyhow::Error::from)?;
    Ok(Redirect::to(&address(reference)).into_response())
}
