//! `/api/v1/sources`: how each source stands.

use axum::extract::State;
use serde_json::Value;

use super::body::{Named, answer};
use super::{Answer, log, page, veil};
use crate::account::Right;
use crate::clock;
use crate::standing;
use crate::web::desk::Desk;
use crate::web::problem::Problem;
use crate::web::visitor::Visitor;

/// What of a report names addresses.
const ADDRESSES: &[&str] = &["place", "mirrors", "proposals", "announcements", "hosts"];

async fn reports(desk: &Desk, visitor: &Visitor) -> Result<Vec<Value>, Problem> {
    let writing = standing::writing(Some(&desk.pool), &desk.data).await?;
    let reports = standing::all(Some(&desk.pool), &desk.config, writing.as_ref(), clock::now()).await?;
    let mine = reports.iter().filter(|report| visitor.may_see(&report.source));
    Ok(mine.map(serde_json::to_value).collect::<Result<_, _>>().map_err(anyhow::Error::from)?)
}

/// `GET /api/v1/sources`: without addresses.
pub(in crate::web) async fn list(State(desk): State<Desk>, visitor: Visitor) -> Answer {
    let mut all = reports(&desk, &visitor).await?;
    all.iter_mut().for_each(|report| veil(report, ADDRESSES));
    answer(&page(all, None))
}

/// `GET /api/v1/sources/{id}`.
pub(in crate::web) async fn one(State(desk): State<Desk>, visitor: Visitor, Named(id): Named) -> Answer {
    let found = reports(&desk, &visitor).await?.into_iter().find(|report| report["source"] == id.as_str());
    let mut report = found.ok_or_else(Problem::not_found)?;
    log(&desk, &visitor, "sources", &id).await?;
    if !visitor.may(Right::ReadNamed) {
        veil(&mut report, ADDRESSES);
    }
    answer(&report)
}
