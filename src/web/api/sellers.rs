//! `/api/v1/vendors`, `/api/v1/personas` and `/api/v1/indicators`: dossiers of who sells, and of what names them.

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::body::{Asked, Named, answer};
use super::{Answer, log, page};
use crate::dossier::account;
use crate::dossier::indicator;
use crate::dossier::persona;
use crate::store::{personas, trail};
use crate::web::desk::Desk;
use crate::web::problem::Problem;
use crate::web::visitor::Visitor;

/// Which accounts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Which {
    name: String,
    source: Option<String>,
}

/// `GET /api/v1/vendors`.
pub(in crate::web) async fn vendors(State(desk): State<Desk>, visitor: Visitor, Asked(which): Asked<Which>) -> Answer {
    log(&desk, &visitor, "show", &format!("vendor {}", which.name)).await?;
    let found = trail::accounts_named(&mut *desk.connection().await?, &which.name, which.source.as_deref()).await?;
    let mine = found.into_iter().filter(|one| visitor.check_account(&one.source, &one.id).is_ok());
    answer(&page(mine.map(|one| json!({"vendor": one.id, "source": one.source, "name": one.name})).collect(), None))
}

/// `GET /api/v1/vendors/{id}`.
pub(in crate::web) async fn vendor(State(desk): State<Desk>, visitor: Visitor, Named(id): Named) -> Answer {
    let mut connection = desk.connection().await?;
    let found = trail::seller(&mut connection, &id).await?.ok_or_else(Problem::not_found)?;
    visitor.check_account(&found.source, &found.id)?;
    log(&desk, &visitor, "show", &format!("vendor {id}")).await?;
    answer(&account::vendor(&mut connection, found, &desk.config).await?)
}

/// `GET /api/v1/personas/{id}`.
pub(in crate::web) async fn persona(State(desk): State<Desk>, visitor: Visitor, Named(id): Named) -> Answer {
    let mut connection = desk.connection().await?;
    let accounts = personas::members(&mut connection, std::slice::from_ref(&id)).await?;
    if accounts.is_empty() {
        return Err(Problem::not_found());
    }
    let mut dossier = persona::persona(&mut connection, Some(id.clone()), &accounts, visitor.among(), &desk.config).await?;
    // One that spans sources of others would tell of them by every link, so it is as if it were not there.
    if !dossier.accounts.iter().all(|one| visitor.may_see(&one.source)) {
        return Err(Problem::not_found());
    }
    dossier.accounts.iter().try_for_each(|one| visitor.check_account(&one.source, &one.vendor))?;
    dossier.keep(visitor.among());
    log(&desk, &visitor, "show", &format!("persona {id}")).await?;
    answer(&dossier)
}

/// Which indicator.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Value {
    value: String,
}

/// `GET /api/v1/indicators`: a dossier for each kind that the value was read as.
pub(in crate::web) async fn indicators(State(desk): State<Desk>, visitor: Visitor, Asked(asked): Asked<Value>) -> Answer {
    let value = indicator::as_kept(&desk.data, &asked.value)?;
    log(&desk, &visitor, "show", &format!("indicator {value}")).await?;
    let found = indicator::indicators(&mut *desk.connection().await?, &value, visitor.among()).await?;
    if found.is_empty() {
        return Err(Problem::not_found());
    }
    answer(&page(found.iter().map(|one| json!(one)).collect(), None))
}
