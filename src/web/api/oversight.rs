//! `/api/v1/whoami`, `/api/v1/users` and `/api/v1/audit`: who asks, who may ask, and who asked what.

use axum::extract::State;
use axum::http::StatusCode;
use clap::ValueEnum;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{Asked, Body, Named, answer, done, made};
use super::{Answer, cursor, limit, page};
use crate::account::manage::{self, Change};
use crate::account::{Refused, Right, Role};
use crate::audit::review::{self, Filter};
use crate::audit::{self, Kind};
use crate::clock;
use crate::web::desk::Desk;
use crate::web::problem::Problem;
use crate::web::visitor::Visitor;

/// Name of the list of rows in its cursors.
const ROWS: &str = "audit";

/// `GET /api/v1/whoami`.
pub(in crate::web) async fn whoami(visitor: Visitor) -> Answer {
    let caller = visitor.caller.as_ref().ok_or_else(|| Problem::from(crate::web::trouble::Trouble::forbidden()))?;
    let scopes: Vec<&str> = Right::ALL.into_iter().filter(|right| caller.may(*right)).map(Right::code).collect();
    answer(&json!({
        "name": caller.user.name, "role": caller.user.role.code(), "scopes": scopes, "sources": caller.access.sources,
        "cases": caller.access.cases,
    }))
}

/// Writes into the reading log what is done with users, for which nobody needs a purpose.
async fn note(desk: &Desk, visitor: &Visitor, action: &str, subject: &str) -> Result<(), Problem> {
    audit::record_as(&desk.log, &visitor.actor(), action, subject, &visitor.purpose).await?;
    Ok(())
}

fn refused(error: anyhow::Error) -> Problem {
    match error.downcast::<Refused>() {
        Ok(refused) => Problem::unclear("refused", refused.0),
        Err(error) => error.into(),
    }
}

fn role(code: &str) -> Result<Role, Problem> {
    Role::from_code(code).ok_or_else(|| {
        let known = Role::ALL.map(Role::code).join(", ");
        Problem::unclear("unknown_value", format!("no role is called {code:?}; hint: {known}")).with("member", "role")
    })
}

async fn found(desk: &Desk, name: &str) -> Result<Value, Problem> {
    let all = manage::list(&desk.pool).await?;
    let one = all.iter().find(|(user, _)| user.name.eq_ignore_ascii_case(name));
    one.map(|(user, access)| manage::told(user, access, clock::now())).ok_or_else(Problem::not_found)
}

/// `GET /api/v1/users`.
pub(in crate::web) async fn users(State(desk): State<Desk>, visitor: Visitor) -> Answer {
    note(&desk, &visitor, "user list", "").await?;
    let all = manage::list(&desk.pool).await?;
    answer(&page(all.iter().map(|(user, access)| manage::told(user, access, clock::now())).collect(), None))
}

/// `GET /api/v1/users/{name}`.
pub(in crate::web) async fn user(State(desk): State<Desk>, visitor: Visitor, Named(name): Named) -> Answer {
    note(&desk, &visitor, "user list", &name).await?;
    answer(&found(&desk, &name).await?)
}

/// A user to be added. The password is made up here and must be changed at the first sign-in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct New {
    name: String,
    role: String,
}

/// `POST /api/v1/users`.
pub(in crate::web) async fn add(State(desk): State<Desk>, visitor: Visitor, Body(new): Body<New>) -> Answer {
    let role = role(&new.role)?;
    note(&desk, &visitor, "user add", &format!("{}: {}", new.name, role.code())).await?;
    let (user, one_time) = manage::add(&desk.pool, &new.name, role, None, clock::now()).await.map_err(refused)?;
    let mut told = found(&desk, &user.name).await?;
    told["password"] = one_time.into();
    made(&told)
}

/// What is changed of a user; what is left out stays.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Changed {
    role: Option<String>,
    disabled: Option<bool>,
    #[serde(default)]
    reset_password: bool,
    #[serde(default)]
    reset_one_time_codes: bool,
    /// The only sources that may be seen; empty for all.
    sources: Option<Vec<String>>,
    /// The only cases; empty for all.
    cases: Option<Vec<String>>,
    /// What the provider knows the user's account by; empty for none.
    provider_id: Option<String>,
    #[serde(default)]
    no_password: bool,
}

/// `PATCH /api/v1/users/{name}`.
pub(in crate::web) async fn change(State(desk): State<Desk>, visitor: Visitor, Named(name): Named, Body(asked): Body<Changed>) -> Answer {
    found(&desk, &name).await?;
    let change = Change {
        role: asked.role.as_deref().map(role).transpose()?,
        disabled: asked.disabled,
        reset_password: asked.reset_password,
        reset_totp: asked.reset_one_time_codes,
        sources: asked.sources,
        cases: asked.cases,
        locale: None,
        provider: match &asked.provider_id {
            Some(id) => Some(manage::at_provider(&desk.config.settings.web, id).map_err(refused)?),
            None => None,
        },
        no_password: asked.no_password,
    };
    note(&desk, &visitor, "user set", &format!("{name}: {}", change.told())).await?;
    let one_time = manage::change(&desk.pool, &name, &change, clock::now()).await.map_err(refused)?;
    let mut told = found(&desk, &name).await?;
    if let Some(password) = one_time {
        told["password"] = password.into();
    }
    answer(&told)
}

/// `DELETE /api/v1/users/{name}`: for ever.
pub(in crate::web) async fn remove(State(desk): State<Desk>, visitor: Visitor, Named(name): Named) -> Answer {
    found(&desk, &name).await?;
    if visitor.name.eq_ignore_ascii_case(&name) {
        return Err(Problem::new(StatusCode::CONFLICT, "conflict", "nobody removes themselves; hint: have another administrator do it"));
    }
    note(&desk, &visitor, "user remove", &name).await?;
    manage::remove(&desk.pool, &name, clock::now()).await.map_err(refused)?;
    done()
}

/// Which rows of the reading log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Which {
    actor: Option<String>,
    kind: Option<String>,
    case: Option<String>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    after: Option<String>,
    limit: Option<usize>,
}

/// `GET /api/v1/audit`: the latest rows first.
pub(in crate::web) async fn rows(State(desk): State<Desk>, visitor: Visitor, Asked(which): Asked<Which>) -> Answer {
    let limit = limit(which.limit)?;
    let kind = which.kind.as_deref().map(|code| Kind::from_str(code, false)).transpose();
    let kind = kind.map_err(|why| Problem::unclear("unknown_value", why).with("member", "kind"))?;
    let filter = Filter {
        actor: which.actor,
        kind,
        case: which.case,
        since: which.since.map(clock::micros),
        until: which.until.map(clock::micros),
        before: which.after.as_deref().map(|after| cursor::number(ROWS, after)).transpose()?,
    };
    note(&desk, &visitor, "audit list", "").await?;
    let mut rows = review::list(&mut *desk.connection().await?, &filter, limit as i64 + 1).await?;
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| is_more).map(|last| cursor::written(ROWS, &last.row.id.to_string()));
    answer(&page(rows.iter().map(|row| json!(row)).collect(), next))
}
