//! `/api/v1/watches`: saved questions, and questions tried on the archive before they are saved.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::body::{Body, Named, answer, done, made};
use super::{Answer, log, page, search as found};
use crate::account::Right;
use crate::backtest::{self, Shown};
use crate::clock::from_micros;
use crate::config::watch::Options;
use crate::database::{self, Connection, Turn};
use crate::search;
use crate::store::watches::{self, Watch};
use crate::web::desk::Desk;
use crate::web::problem::Problem;
use crate::web::visitor::Visitor;

/// Listings and weeks that a trial shows, at most.
const MOST_SAMPLES: usize = 50;
const MOST_WEEKS: usize = 260;

/// Whether a watch is for this visitor: those without a case are everybody's.
fn is_for(visitor: &Visitor, options: &Options) -> bool {
    options.case.is_empty() || visitor.may_open(&options.case)
}

fn told(watch: &Watch) -> Result<Value, Problem> {
    let options = serde_json::to_value(&*watch.options).map_err(anyhow::Error::from)?;
    let created_at = from_micros(watch.created_at).to_string();
    Ok(json!({"name": watch.name, "query": watch.query, "created_at": created_at, "options": options}))
}

async fn named(connection: &mut Connection, visitor: &Visitor, name: &str) -> Result<Watch, Problem> {
    let found = watches::list(connection).await?.into_iter().find(|watch| watch.name == name);
    found.filter(|watch| is_for(visitor, &watch.options)).ok_or_else(Problem::not_found)
}

/// `GET /api/v1/watches`.
pub(in crate::web) async fn list(State(desk): State<Desk>, visitor: Visitor) -> Answer {
    log(&desk, &visitor, "watch list", "").await?;
    let all = watches::list(&mut *desk.connection().await?).await?;
    let mine = all.iter().filter(|watch| is_for(&visitor, &watch.options));
    answer(&page(mine.map(told).collect::<Result<_, _>>()?, None))
}

/// `GET /api/v1/watches/{name}`.
pub(in crate::web) async fn one(State(desk): State<Desk>, visitor: Visitor, Named(name): Named) -> Answer {
    let watch = named(&mut *desk.connection().await?, &visitor, &name).await?;
    log(&desk, &visitor, "watch list", &name).await?;
    answer(&told(&watch)?)
}

/// A watch to be kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct New {
    name: String,
    query: String,
    #[serde(default)]
    options: Options,
}

/// `POST /api/v1/watches`.
pub(in crate::web) async fn add(State(desk): State<Desk>, visitor: Visitor, Body(new): Body<New>) -> Answer {
    let name = new.name.trim();
    if name.is_empty() {
        return Err(Problem::unclear("unknown_value", "a watch needs a name").with("member", "name"));
    }
    search::parse(&new.query)?.watchable().map_err(anyhow::Error::from)?;
    check_case(&visitor, &new.options)?;
    log(&desk, &visitor, "watch add", &format!("{name}: {}", new.query)).await?;
    let mut transaction = database::begin_turn(&desk.pool, Turn::Watches).await?;
    if watches::list(&mut transaction).await?.iter().any(|watch| watch.name == name) {
        return Err(Problem::conflict(format!("there is a watch named {name:?}")));
    }
    let watch = watches::add(&mut transaction, name, &new.query, &new.options).await.map_err(Problem::refused)?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    made(&told(&watch)?)
}

/// A watch of a case that is not the visitor's would vanish from the visitor's eyes.
fn check_case(visitor: &Visitor, options: &Options) -> Result<(), Problem> {
    if is_for(visitor, options) { Ok(()) } else { Err(Problem::not_found().with("member", "case")) }
}

/// `PATCH /api/v1/watches/{name}`: the options that are given, `null` for what is usual. The question stays: another one is another watch.
pub(in crate::web) async fn change(
    State(desk): State<Desk>,
    visitor: Visitor,
    Named(name): Named,
    Body(given): Body<Map<String, Value>>,
) -> Answer {
    let before = named(&mut *desk.connection().await?, &visitor, &name).await?;
    check_case(&visitor, &changed(&before.options, &given)?)?;
    log(&desk, &visitor, "watch set", &name).await?;
    let mut transaction = database::begin_turn(&desk.pool, Turn::Watches).await?;
    // Somebody else may have changed it since.
    let before = named(&mut transaction, &visitor, &name).await?;
    watches::set(&mut transaction, &name, &changed(&before.options, &given)?).await.map_err(Problem::refused)?;
    let after = named(&mut transaction, &visitor, &name).await?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    answer(&told(&after)?)
}

fn changed(before: &Options, given: &Map<String, Value>) -> Result<Options, Problem> {
    let mut options = serde_json::to_value(before).map_err(anyhow::Error::from)?;
    for (member, value) in given {
        options[member.as_str()] = value.clone();
    }
    read(options)
}

/// Options of which `null` stands for what is usual.
fn read(mut options: Value) -> Result<Options, Problem> {
    let unread = |error: serde_json::Error| super::body::unread("unknown_member", "body_not_understood", &error.to_string());
    if let Some(members) = options.as_object_mut() {
        for member in members.iter().filter(|(_, value)| value.is_null()).map(|(member, _)| member.clone()).collect::<Vec<_>>() {
            // Read alone, as an array that no option is: a known one has the wrong type, any other is unknown.
            let error = serde_json::from_value::<Options>(json!({member.as_str(): [[]]})).err();
            if let Some(error) = error.filter(|error| error.to_string().starts_with("unknown field")) {
                return Err(unread(error));
            }
            members.remove(&member);
        }
    }
    serde_json::from_value(options).map_err(unread)
}

/// `DELETE /api/v1/watches/{name}`; its alerts stay.
pub(in crate::web) async fn remove(State(desk): State<Desk>, visitor: Visitor, Named(name): Named) -> Answer {
    named(&mut *desk.connection().await?, &visitor, &name).await?;
    log(&desk, &visitor, "watch remove", &name).await?;
    let mut transaction = database::begin_turn(&desk.pool, Turn::Watches).await?;
    watches::remove(&mut transaction, &name).await.map_err(Problem::refused)?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    done()
}

/// A question to be tried.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Trial {
    query: String,
    #[serde(default = "samples")]
    samples: usize,
    #[serde(default = "weeks")]
    weeks: usize,
}

fn samples() -> usize {
    10
}

fn weeks() -> usize {
    26
}

/// `POST /api/v1/watches/try`.
pub(in crate::web) async fn trial(State(desk): State<Desk>, visitor: Visitor, Body(asked): Body<Trial>) -> Answer {
    if asked.samples > MOST_SAMPLES || asked.weeks > MOST_WEEKS {
        return Err(Problem::unclear("unknown_value", format!("at most {MOST_SAMPLES} samples and {MOST_WEEKS} weeks")));
    }
    search::parse(&asked.query)?;
    let query = visitor.within(&asked.query);
    log(&desk, &visitor, "watch try", &query).await?;
    let Some(index) = desk.index()? else {
        return Err(Problem::new(StatusCode::CONFLICT, "nothing_collected", "nothing was collected yet that a question could be tried on"));
    };
    let trial = backtest::run(&desk.pool, &index, &query, Shown { samples: asked.samples, weeks: asked.weeks }).await?;
    let named = visitor.may(Right::ReadNamed);
    let samples = trial.samples.iter().map(|one| found::hit(one, named)).collect::<Result<Vec<_>, _>>()?;
    let mut told = serde_json::to_value(&trial).map_err(anyhow::Error::from)?;
    (told["query"], told["samples"]) = (asked.query.into(), samples.into());
    if !named {
        super::veil(&mut told, &["vendors", "narrower"]);
    }
    answer(&told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_takes_an_option_back_and_unknown_ones_are_named() {
        let options = read(json!({"priority": null, "owner": "anna", "on": null})).unwrap();
        assert_eq!(options, Options { owner: "anna".into(), ..Options::default() });
        for wrong in [json!({"prority": null}), json!({"prority": "high"})] {
            assert!(format!("{:?}", read(wrong).unwrap_err()).contains("prority"));
        }
    }
}
