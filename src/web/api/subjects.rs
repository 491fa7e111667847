//! `/api/v1/subjects`: what is held of those whom the data are about.

use axum::extract::State;
use clap::ValueEnum;
use serde::Deserialize;
use serde_json::json;

use super::body::{Asked, Body, Named, answer, made};
use super::{Answer, log, page};
use crate::dossier::indicator;
use crate::store::subjects::{self, Field};
use crate::web::desk::Desk;
use crate::web::pages::subjects::{find, note, state};
use crate::web::problem::Problem;
use crate::web::visitor::Visitor;

/// Who is looked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Which {
    find: Option<String>,
}

/// `GET /api/v1/subjects`: what is held behind a name, address, key or contact; without one, whose use is restricted.
pub(in crate::web) async fn list(State(desk): State<Desk>, visitor: Visitor, Asked(which): Asked<Which>) -> Answer {
    let asked = indicator::as_kept(&desk.data, which.find.as_deref().unwrap_or_default().trim())?;
    if asked.is_empty() {
        log(&desk, &visitor, "subject list", "all").await?;
        let all = subjects::restricted(&mut *desk.connection().await?).await?;
        let mine = all.into_iter().filter(|one| visitor.may_see(&one.source));
        return answer(&page(mine.map(|one| json!(one)).collect(), None));
    }
    if visitor.purpose.purpose.is_none() {
        let why = format!("{} (header Vigie-Purpose)", visitor.locale.say("subjects.why_needed"));
        return Err(Problem::unclear("purpose_needed", why));
    }
    log(&desk, &visitor, "subject find", &asked).await?;
    let (found, _) = find(&mut *desk.connection().await?, &visitor, &asked, &desk.config).await?;
    answer(&page(found.iter().map(|one| json!(one)).collect(), None))
}

/// Something that is said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Statement {
    field: String,
    value: String,
    reason: String,
    #[serde(default)]
    persona: bool,
}

/// `POST /api/v1/subjects/{vendor}/statements`.
pub(in crate::web) async fn say(State(desk): State<Desk>, visitor: Visitor, Named(vendor): Named, Body(one): Body<Statement>) -> Answer {
    let field = Field::from_str(&one.field, false).map_err(|_| {
        let known: Vec<&str> = Field::value_variants().iter().map(|field| field.code()).collect();
        Problem::unclear("unknown_value", format!("nothing is called {:?}; hint: {}", one.field, known.join(", "))).with("member", "field")
    })?;
    state(&desk, &visitor, &vendor, one.persona, (field, &one.value), &one.reason).await?;
    made(&json!({"vendor": vendor, "field": field.code(), "value": one.value, "reason": one.reason, "author": visitor.name}))
}

/// A recipient who was told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Told {
    export: i64,
}

/// `POST /api/v1/subjects/{vendor}/notices`.
pub(in crate::web) async fn told(State(desk): State<Desk>, visitor: Visitor, Named(vendor): Named, Body(one): Body<Told>) -> Answer {
    note(&desk, &visitor, &vendor, one.export).await?;
    made(&json!({"vendor": vendor, "export": one.export, "author": visitor.name}))
}
