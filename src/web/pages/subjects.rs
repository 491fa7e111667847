//! `/subjects`: answers those whom the data are about. Finds what is held of a person, restricts and corrects it, lists who received it.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use clap::ValueEnum;
use serde::Deserialize;

use super::dossier::with;
use crate::audit::Purpose;
use crate::config::Config;
use crate::database::{self, Connection, Turn};
use crate::dossier::indicator;
use crate::dossier::subject::{self, Subject};
use crate::store::subjects::{self, Field, Restricted, Said};
use crate::store::trail;
use crate::web::desk::Desk;
use crate::web::form::{self, Posted};
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;

/// Accounts that are shown for one question, at most.
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "subjects.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    /// Whether it must be said first why somebody is looked for.
    why_needed: bool,
    found: Vec<Subject>,
    /// Whether more were found than are shown.
    more: bool,
    restricted: Vec<Restricted>,
}

/// Who is looked for, and why.
#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    find: String,
    #[serde(default)]
    why: String,
}

/// `GET /subjects`.
pub(in crate::web) async fn page(State(desk): State<Desk>, mut visitor: Visitor, form::Asked(asked): form::Asked<Asked>) -> Answer {
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let find = indicator::as_kept(&desk.data, asked.find.trim())?;
    let why = purpose(&visitor, &asked.why);
    let why_needed = !find.is_empty() && why.is_none();
    let (mut found, mut more) = (Vec::new(), false);
    match why {
        Some(why) if !find.is_empty() => {
            visitor.purpose = why;
            visitor.log(&desk, "subject find", &find).await?;
            (found, more) = self::find(&mut connection, &visitor, &find, &desk.config).await?;
        }
        _ => visitor.log(&desk, "subject list", "all").await?,
    }
    let mut restricted = subjects::restricted(&mut connection).await?;
    restricted.retain(|one| visitor.may_see(&one.source));
    let title = visitor.locale.say("nav.subjects");
    Frame::page(&Page { frame: Frame::new(&visitor, "/subjects", title), asked, why_needed, found, more, restricted })
}

/// What is held behind a name, address, key or contact, on the sources of a visitor; whether there is more.
pub(in crate::web) async fn find(
    connection: &mut Connection,
    visitor: &Visitor,
    asked: &str,
    config: &Config,
) -> Result<(Vec<Subject>, bool), Trouble> {
    let mut ids = Vec::new();
    for id in subject::accounts(connection, asked).await? {
        if trail::seller(connection, &id).await?.is_some_and(|account| visitor.may_see(&account.source)) {
            ids.push(id);
        }
    }
    let more = ids.len() > MOST;
    ids.truncate(MOST);
    Ok((subject::subjects(connection, &ids, config).await?, more))
}

/// Why somebody is looked for: what was given, else what is in force; `None` where neither says it.
fn purpose(visitor: &Visitor, why: &str) -> Option<Purpose> {
    let given: String = why.trim().chars().take(200).collect();
    let purpose = Some(given).filter(|given| !given.is_empty()).or_else(|| visitor.purpose.purpose.clone())?;
    Some(Purpose { case: visitor.purpose.case.clone(), purpose: Some(purpose) })
}

/// Something that is said of an account.
#[derive(Deserialize)]
pub(in crate::web) struct Statement {
    vendor: String,
    field: String,
    value: String,
    reason: String,
    /// Present where all accounts of its persona are meant.
    #[serde(default)]
    persona: String,
}

/// `POST /subjects/say`.
pub(in crate::web) async fn say(State(desk): State<Desk>, visitor: Visitor, Posted(one): Posted<Statement>) -> Answer {
    let field = Field::from_str(&one.field, false).map_err(Trouble::unclear)?;
    state(&desk, &visitor, &one.vendor, !one.persona.is_empty(), (field, &one.value), &one.reason).await?;
    Ok(Redirect::to(&back(&one.vendor, &one.reason)).into_response())
}

/// Logs a statement about an account of a visitor's sources, or about all of its persona, and keeps it.
pub(in crate::web) async fn state(
    desk: &Desk,
    visitor: &Visitor,
    vendor: &str,
    persona: bool,
    (field, value): (Field, &str),
    reason: &str,
) -> Result<(), Trouble> {
    let verb = match (field, value) {
        (Field::Restricted, subjects::YES) => "restrict",
        (Field::Restricted, _) => "lift",
        (Field::Category | Field::Basis | Field::Evaluation, _) => "mark",
        _ => "rectify",
    };
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let mut accounts = vec![account(&mut connection, visitor, vendor).await?];
    if persona {
        accounts = subject::with_persona(&mut connection, accounts).await?;
        for id in &accounts {
            account(&mut connection, visitor, id).await?;
        }
    }
    drop(connection);
    visitor.log(desk, &format!("subject {verb}"), &format!("{}: {} {value}", accounts.join(" "), field.code())).await?;
    let said = Said { field, value, reason, case: visitor.purpose.case.as_deref(), author: &visitor.name };
    let mut turn = database::begin_turn(&desk.pool, Turn::Cases).await?;
    subjects::say(&mut turn, &accounts, said).await.map_err(Trouble::refused)?;
    turn.commit().await.map_err(anyhow::Error::from)?;
    Ok(())
}

/// A recipient who was told.
#[derive(Deserialize)]
pub(in crate::web) struct Told {
    vendor: String,
    export: i64,
}

/// `POST /subjects/told`.
pub(in crate::web) async fn told(State(desk): State<Desk>, visitor: Visitor, Posted(one): Posted<Told>) -> Answer {
    note(&desk, &visitor, &one.vendor, one.export).await?;
    Ok(Redirect::to(&back(&one.vendor, visitor.locale.say("subjects.told"))).into_response())
}

/// Logs that the recipient of an export was told, and keeps it.
pub(in crate::web) async fn note(desk: &Desk, visitor: &Visitor, vendor: &str, export: i64) -> Result<(), Trouble> {
    let id = account(&mut *desk.pool.acquire().await.map_err(anyhow::Error::from)?, visitor, vendor).await?;
    visitor.log(desk, "subject told", &format!("{id}, export {export}")).await?;
    let mut turn = database::begin_turn(&desk.pool, Turn::Cases).await?;
    subjects::told(&mut turn, &[id], export, &visitor.name).await.map_err(Trouble::refused)?;
    turn.commit().await.map_err(anyhow::Error::from)?;
    Ok(())
}

/// The id of an account, if there is one and it is of a source of the visitor.
async fn account(connection: &mut Connection, visitor: &Visitor, id: &str) -> Result<String, Trouble> {
    let found = trail::seller(connection, id).await?.filter(|account| visitor.may_see(&account.source));
    found.map(|account| account.id).ok_or_else(Trouble::not_found)
}

fn back(vendor: &str, why: &str) -> String {
    with("/subjects", &[("find", vendor), ("why", why)])
}

/// Key of the name of a field.
pub(in crate::web) fn field_key(code: &str) -> &'static str {
    match code {
        "category" => "subjects.category",
        "basis" => "subjects.basis",
        "evaluation" => "subjects.evaluation",
        "restricted" => "dossier.restricted",
        "name" => "subjects.name",
        "contact" => "subjects.contact",
        "place" => "subjects.place",
        "goods" => "subjects.goods",
        _ => "subjects.other",
    }
}

impl Page {
    /// The fields that take one of some values.
    fn marks(&self) -> [Field; 3] {
        [Field::Category, Field::Basis, Field::Evaluation]
    }

    /// The fields that are corrected by a text.
    fn free(&self) -> impl Iterator<Item = Field> {
        Field::value_variants().iter().copied().filter(|field| field.values().is_empty())
    }
}
