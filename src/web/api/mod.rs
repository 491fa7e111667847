//! `/api/v1`: what the pages do, for programs. See `docs/api.md`.
//!
//! The routes stand with all others in the table of `routes.rs`, what they take and give in [`operations`], from which the document in OpenAPI
//! is made. A test compares both.

mod body;
mod cursor;
mod operations;
mod document;
pub(super) mod search;
pub(super) mod listings;
pub(super) mod sellers;
pub(super) mod alerts;
pub(super) mod watches;
pub(super) mod sources;
pub(super) mod cases;
pub(super) mod subjects;
pub(super) mod oversight;

pub(super) use document::openapi;
#[cfg(test)]
pub(super) use operations::OPERATIONS;

use axum::response::Response;
use serde_json::{Value, json};

use super::desk::Desk;
use super::problem::Problem;
use super::visitor::Visitor;

/// What a function of the API gives.
pub(super) type Answer = Result<Response, Problem>;

/// Things on a page unless told otherwise.
const USUAL: usize = 25;
/// Things on a page, at most.
const MOST: usize = 200;

/// How many things are asked for.
fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    match asked.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        limit => Err(Problem::unclear("unknown_value", format!("{limit} is no limit; hint: 1 to {MOST}")).with("member", "limit")),
    }
}

/// Things of which more may follow.
fn page(items: Vec<Value>, next: Option<String>) -> Value {
    let mut page = json!({"items": items});
    if let Some(next) = next {
        page["next"] = next.into();
    }
    page
}

/// Leaves out what only those may see who see names.
fn veil(value: &mut Value, members: &[&str]) {
    if let Some(object) = value.as_object_mut() {
        members.iter().for_each(|member| drop(object.remove(*member)));
    }
}

/// Writes the reading log before something is answered.
async fn log(desk: &Desk, visitor: &Visitor, action: &str, subject: &str) -> Result<(), Problem> {
    visitor.log(desk, action, subject).await.map_err(|trouble| match trouble.status.as_u16() {
        400 => Problem::unclear("purpose_needed", format!("{} (headers Vigie-Case and Vigie-Purpose)", trouble.why)),
        _ => trouble.into(),
    })
}
