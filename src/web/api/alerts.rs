//! `/api/v1/alerts`: what watches found, in the order of raising, and what people make of it.

use axum::extract::State;
use axum::http::HeaderMap;
use clap::ValueEnum;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{Asked, Body, Named, answer};
use super::{Answer, cursor, limit, log, page, veil};
use crate::account::Right;
use crate::alert::delivery;
use crate::clock::{self, from_micros};
use crate::database;
use crate::store::alerts::{self, AlertRow};
use crate::store::inbox;
use crate::store::triage::{self, State as Stage};
use crate::web::desk::Desk;
use crate::web::events;
use crate::web::guard::bearer;
use crate::web::problem::Problem;
use crate::web::trouble::Trouble;
use crate::web::visitor::Visitor;

/// Name of the list in its cursors.
const LIST: &str = "alerts";
/// Alerts that are read for one page, at most: where few are wanted, a page ends before it is full.
const READ: i64 = 5_000;
/// Alerts that are looked at in one request of triage, at most.
const AT_ONCE: usize = 200;
/// What of an alert tells names, texts or addresses.
const NAMES: &[&str] = &["title", "url", "vendor", "changes", "gathered"];

/// Which alerts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Which {
    watch: Option<String>,
    state: Option<String>,
    source: Option<String>,
    since: Option<Timestamp>,
    after: Option<String>,
    limit: Option<usize>,
}

fn stage(code: &str) -> Result<Stage, Problem> {
    Stage::from_str(code, false).map_err(|_| {
        let known: Vec<&str> = Stage::value_variants().iter().map(|stage| stage.code()).collect();
        Problem::unclear("unknown_value", format!("no state is called {code:?}; hint: {}", known.join(", "))).with("member", "state")
    })
}

/// `GET /api/v1/alerts`.
pub(in crate::web) async fn list(State(desk): State<Desk>, visitor: Visitor, Asked(which): Asked<Which>) -> Answer {
    let limit = limit(which.limit)?;
    let state = which.state.as_deref().map(stage).transpose()?.map(Stage::code);
    let since = which.since.map_or(0, clock::micros);
    let after = which.after.as_deref().map(|after| cursor::number(LIST, after)).transpose()?.unwrap_or_default();
    log(&desk, &visitor, "alerts", which.watch.as_deref().unwrap_or_default()).await?;
    let mut connection = desk.connection().await?;
    let read = alerts::after(&mut connection, after, READ).await?;
    let last = read.last().map(|row| row.seq);
    let is_cut = read.len() == READ as usize;
    let reach = visitor.reach();
    let wanted = |row: &AlertRow| {
        reach.holds(&row.source, &row.case_ref)
            && row.created_at >= since
            && state.is_none_or(|state| state == row.state)
            && which.watch.as_ref().is_none_or(|watch| *watch == row.watch)
            && which.source.as_ref().is_none_or(|source| *source == row.source)
    };
    let mut rows: Vec<AlertRow> = inbox::unrestricted(&mut connection, read).await?.into_iter().filter(wanted).collect();
    let is_full = rows.len() > limit;
    rows.truncate(limit);
    // Where a program goes on: behind the last that it was given, or behind all that was looked at.
    let place = if is_full { rows.last().map(|row| row.seq) } else { last };
    let position = cursor::written(LIST, &place.unwrap_or(after).to_string());
    let mut items = Vec::new();
    for alert in delivery::compose(&mut connection, rows).await? {
        items.push(told(&alert, &visitor)?);
    }
    let mut told = page(items, Some(position.clone()).filter(|_| is_full || is_cut));
    told["position"] = position.into();
    answer(&told)
}

fn told(alert: &delivery::Alert, visitor: &Visitor) -> Result<Value, Problem> {
    let mut told = serde_json::to_value(alert).map_err(anyhow::Error::from)?;
    // What a digest tells of besides may be of sources of others.
    if let Some(gathered) = told.get_mut("gathered").and_then(Value::as_array_mut) {
        gathered.retain(|one| one.get("source").and_then(Value::as_str).is_some_and(|source| visitor.may_see(source)));
    }
    if !visitor.may(Right::ReadNamed) {
        veil(&mut told, NAMES);
    }
    Ok(told)
}

/// `GET /api/v1/alerts/events`.
pub(in crate::web) async fn events(State(desk): State<Desk>, visitor: Visitor, headers: HeaderMap) -> Answer {
    let token = bearer(&headers).ok_or_else(Trouble::forbidden)?.to_owned();
    let seat = desk.events.seat()?;
    log(&desk, &visitor, events::LOGGED, "").await?;
    Ok(events::told(desk, events::Listener::Program(token), seat, events::last_of(&headers)).await?)
}

/// `GET /api/v1/alerts/{id}`: with the steps of its triage.
pub(in crate::web) async fn one(State(desk): State<Desk>, visitor: Visitor, Named(id): Named) -> Answer {
    let mut connection = desk.connection().await?;
    let found = inbox::by_ids(&mut connection, &visitor.reach(), std::slice::from_ref(&id)).await?;
    let row = found.into_iter().next().ok_or_else(Problem::not_found)?;
    log(&desk, &visitor, "alerts log", &id).await?;
    let steps = triage::steps(&mut connection, std::slice::from_ref(&id)).await?;
    let alert = delivery::compose(&mut connection, vec![row]).await?.pop().ok_or_else(Problem::not_found)?;
    let mut told = told(&alert, &visitor)?;
    told["steps"] = steps
        .iter()
        .map(|step| json!({"state": step.state, "author": step.author, "at": from_micros(step.at).to_string(), "note": step.note}))
        .collect();
    answer(&told)
}

/// A step of triage.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Step {
    ids: Vec<String>,
    state: String,
    #[serde(default)]
    note: String,
}

/// `POST /api/v1/alerts/triage`: one step for all of these alerts, or for none.
pub(in crate::web) async fn step(State(desk): State<Desk>, visitor: Visitor, Body(step): Body<Step>) -> Answer {
    let state = stage(&step.state)?;
    if step.ids.is_empty() || step.ids.len() > AT_ONCE {
        return Err(Problem::unclear("unknown_value", format!("1 to {AT_ONCE} alerts at once")).with("member", "ids"));
    }
    let found = inbox::by_ids(&mut *desk.connection().await?, &visitor.reach(), &step.ids).await?;
    let is_mine = |id: &String| found.iter().any(|row| row.id == *id);
    if let Some(id) = step.ids.iter().find(|id| !is_mine(id)) {
        return Err(Problem::not_found().with("id", id.as_str()));
    }
    log(&desk, &visitor, "alerts set", &format!("{} {}", step.ids.join(" "), state.code())).await?;
    let mut transaction = database::begin(&desk.pool).await?;
    let changed = triage::step(&mut transaction, &step.ids, state, &visitor.name, &step.note).await.map_err(Problem::refused)?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    answer(&json!({"changed": changed, "state": state.code()}))
}
