//! `/users`: who may use the desk, and how. It shows nothing of what was collected.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use crate::account::manage::{self, Change};
use crate::account::token::{self, Token};
use crate::account::{Access, Refused, Role, SignIn, User};
use crate::clock;
use crate::store::sources;
use crate::web::desk::Desk;
use crate::web::form::{Nothing, Posted};
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;

/// A user in the list.
struct Row {
    user: User,
    state: &'static str,
    sign_ins: usize,
    access: Access,
}

/// A password that was made up, shown this once, and of whom.
#[derive(Default)]
struct Made {
    name: String,
    password: String,
}

#[derive(Template)]
#[template(path = "users.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    made: Made,
    problem: String,
}

#[derive(Template)]
#[template(path = "user.html")]
struct Page {
    frame: Frame,
    user: User,
    state: &'static str,
    sign_ins: Vec<SignIn>,
    tokens: Vec<Token>,
    /// Sources to choose from, and whether each is chosen.
    sources: Vec<(String, bool)>,
    all_sources: bool,
    /// References of cases, one a line.
    cases: String,
    all_cases: bool,
    /// Whether people may sign in through a provider.
    has_provider: bool,
    made: Made,
    problem: String,
}

#[derive(Template)]
#[template(path = "user_remove.html")]
struct RemovePage {
    frame: Frame,
    name: String,
    problem: String,
}

/// `GET /users`.
pub(in crate::web) async fn list(State(desk): State<Desk>, visitor: Visitor) -> Answer {
    visitor.remark(&desk, "user list", "").await?;
    listed(&desk, &visitor, Made::default(), String::new()).await
}

async fn listed(desk: &Desk, visitor: &Visitor, made: Made, problem: String) -> Answer {
    let (now, mut rows) = (clock::now(), Vec::new());
    for (user, access) in manage::list(&desk.pool).await? {
        let sign_ins = desk.door.sign_ins(user.id, now).await?.len();
        rows.push(Row { state: user.state(now), sign_ins, access, user });
    }
    let wrong = !problem.is_empty();
    let frame = Frame::new(visitor, "/users", visitor.locale.say("nav.users"));
    told(Frame::page(&ListPage { frame, rows, made, problem })?, wrong)
}

/// A page that says what was wrong is no success.
fn told(mut page: axum::response::Response, wrong: bool) -> Answer {
    if wrong {
        *page.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(page)
}

/// The sentence of what was refused; any other error stays one.
fn sentence(error: anyhow::Error) -> Result<String, Trouble> {
    Ok(error.downcast::<Refused>()?.0)
}

/// A user to be added.
#[derive(Deserialize)]
pub(in crate::web) struct New {
    name: String,
    role: String,
}

/// `POST /users`.
pub(in crate::web) async fn add(State(desk): State<Desk>, visitor: Visitor, Posted(new): Posted<New>) -> Answer {
    let (name, role) = (new.name.trim(), role(&new.role)?);
    visitor.remark(&desk, "user add", &format!("{name}: {}", role.code())).await?;
    match manage::add(&desk.pool, name, role, None, clock::now()).await {
        Ok((user, password)) => {
            listed(&desk, &visitor, Made { name: user.name, password: password.unwrap_or_default() }, String::new()).await
        }
        Err(error) => listed(&desk, &visitor, Made::default(), sentence(error)?).await,
    }
}

fn role(code: &str) -> Result<Role, Trouble> {
    Role::from_code(code).ok_or_else(|| Trouble::unclear(code))
}

/// `GET /users/{name}`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, Path(name): Path<String>) -> Answer {
    visitor.remark(&desk, "user signins", &name).await?;
    shown(&desk, &visitor, &name, Made::default(), String::new()).await
}

async fn shown(desk: &Desk, visitor: &Visitor, name: &str, made: Made, problem: String) -> Answer {
    let (user, access) = found(desk, name).await?;
    let now = clock::now();
    let chosen = access.sources.clone().unwrap_or_default();
    let mut connection = desk.connection().await?;
    let config = sources::complete(&mut connection, &desk.config).await?;
    // An import that told no type leaves listings only.
    let listed = sources::with_listings(&mut connection).await?;
    drop(connection);
    let known: BTreeSet<&String> = config.sources.iter().map(|source| &source.id).chain(&listed).chain(&chosen).collect();
    let wrong = !problem.is_empty();
    let page = Page {
        frame: Frame::new(visitor, "/users", user.name.clone()),
        state: user.state(now),
        sign_ins: desk.door.sign_ins(user.id, now).await?,
        tokens: token::list(&desk.pool, user.id).await?,
        sources: known.into_iter().map(|id| (id.clone(), chosen.contains(id))).collect(),
        all_sources: access.sources.is_none(),
        cases: access.cases.iter().flatten().cloned().collect::<Vec<_>>().join("\n"),
        all_cases: access.cases.is_none(),
        has_provider: desk.provider.is_some(),
        user,
        made,
        problem,
    };
    told(Frame::page(&page)?, wrong)
}

async fn found(desk: &Desk, name: &str) -> Result<(User, Access), Trouble> {
    let all = manage::list(&desk.pool).await?;
    all.into_iter().find(|(user, _)| user.name.eq_ignore_ascii_case(name)).ok_or_else(Trouble::not_found)
}

/// What is changed of a user.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Set {
    /// `role`, `disable`, `enable`, `password`, `no_password`, `totp`, `provider` or `access`.
    what: String,
    role: String,
    all_sources: String,
    source: Vec<String>,
    all_cases: String,
    /// One reference a line.
    cases: String,
    /// What the provider knows the user's account by; empty for none.
    provider_id: String,
}

impl Set {
    /// The change that the form asks for; `None` where access is to be limited and nothing is named.
    fn change(&self) -> Result<Option<Change>, Trouble> {
        let change = match self.what.as_str() {
            "role" => Change { role: Some(role(&self.role)?), ..Change::default() },
            "disable" => Change { disabled: Some(true), ..Change::default() },
            "enable" => Change { disabled: Some(false), ..Change::default() },
            "password" => Change { reset_password: true, ..Change::default() },
            "no_password" => Change { no_password: true, ..Change::default() },
            "totp" => Change { reset_totp: true, ..Change::default() },
            "access" => {
                let cases = self.cases.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
                let (Some(sources), Some(cases)) = (only(&self.all_sources, self.source.clone()), only(&self.all_cases, cases)) else {
                    return Ok(None);
                };
                Change { sources: Some(sources), cases: Some(cases), ..Change::default() }
            }
            other => return Err(Trouble::unclear(other)),
        };
        Ok(Some(change))
    }
}

/// What is named; nothing, which means all, only where all is asked for.
fn only(all: &str, named: Vec<String>) -> Option<Vec<String>> {
    if all.is_empty() { Some(named).filter(|named| !named.is_empty()) } else { Some(Vec::new()) }
}

/// `POST /users/{name}`.
pub(in crate::web) async fn set(State(desk): State<Desk>, visitor: Visitor, Path(name): Path<String>, Posted(set): Posted<Set>) -> Answer {
    let name = found(&desk, &name).await?.0.name;
    let change = if set.what == "provider" {
        match manage::at_provider(&desk.config.settings.web, set.provider_id.trim()) {
            Ok(account) => Some(Change { provider: Some(account), ..Change::default() }),
            Err(error) => return shown(&desk, &visitor, &name, Made::default(), sentence(error)?).await,
        }
    } else {
        set.change()?
    };
    let Some(change) = change else {
        return shown(&desk, &visitor, &name, Made::default(), visitor.locale.say("users.nothing").to_owned()).await;
    };
    visitor.remark(&desk, "user set", &format!("{name}: {}", change.told())).await?;
    match manage::change(&desk.pool, &name, &change, clock::now()).await {
        Ok(Some(password)) => shown(&desk, &visitor, &name, Made { name: name.clone(), password }, String::new()).await,
        Ok(None) => Ok(Redirect::to(&format!("/users/{name}")).into_response()),
        Err(error) => shown(&desk, &visitor, &name, Made::default(), sentence(error)?).await,
    }
}

/// Which sign-in ends; all without it.
#[derive(Deserialize)]
pub(in crate::web) struct Ended {
    #[serde(default)]
    id: Option<String>,
}

/// `POST /users/{name}/signins/end`.
pub(in crate::web) async fn end(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(name): Path<String>,
    Posted(ended): Posted<Ended>,
) -> Answer {
    let user = found(&desk, &name).await?.0;
    let what = ended.id.as_deref().map_or("end all".to_owned(), |id| format!("end {id}"));
    visitor.remark(&desk, "user signins", &format!("{}: {what}", user.name)).await?;
    desk.door.end(user.id, ended.id.as_deref()).await?;
    Ok(Redirect::to(&format!("/users/{}", user.name)).into_response())
}

/// A token by its number.
#[derive(Deserialize)]
pub(in crate::web) struct Which {
    id: i64,
}

/// `POST /users/{name}/tokens/revoke`.
pub(in crate::web) async fn revoke(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(name): Path<String>,
    Posted(which): Posted<Which>,
) -> Answer {
    let user = found(&desk, &name).await?.0;
    visitor.remark(&desk, "user token", &format!("{}: revoke {}", user.name, which.id)).await?;
    match token::revoke(&desk.pool, &user, which.id, clock::now()).await {
        Ok(()) => Ok(Redirect::to(&format!("/users/{}", user.name)).into_response()),
        Err(error) => shown(&desk, &visitor, &user.name, Made::default(), sentence(error)?).await,
    }
}

/// `GET /users/{name}/remove`: asks once more.
pub(in crate::web) async fn remove_page(State(desk): State<Desk>, visitor: Visitor, Path(name): Path<String>) -> Answer {
    let name = found(&desk, &name).await?.0.name;
    removing(&visitor, name, String::new())
}

fn removing(visitor: &Visitor, name: String, problem: String) -> Answer {
    let wrong = !problem.is_empty();
    let frame = Frame::new(visitor, "/users", visitor.locale.tell("users.remove_of", &[&name]));
    told(Frame::page(&RemovePage { frame, name, problem })?, wrong)
}

/// `POST /users/{name}/remove`.
pub(in crate::web) async fn remove(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(name): Path<String>,
    Posted(_): Posted<Nothing>,
) -> Answer {
    let name = found(&desk, &name).await?.0.name;
    visitor.remark(&desk, "user remove", &name).await?;
    match manage::remove(&desk.pool, &name, clock::now()).await {
        Ok(()) => Ok(Redirect::to("/users").into_response()),
        Err(error) => removing(&visitor, name, sentence(error)?),
    }
}

/// Key of the name of the state of a user.
pub(in crate::web) fn state_key(state: &str) -> &'static str {
    match state {
        "active" => "users.active",
        "locked_out" => "users.locked_out",
        "disabled" => "users.disabled",
        _ => "users.removed",
    }
}

/// What may be seen, in a line.
pub(in crate::web) fn limits(frame: &Frame, only: &Option<BTreeSet<String>>) -> String {
    only.as_ref().map_or_else(|| frame.say("users.all").to_owned(), |only| only.iter().cloned().collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_is_never_widened_by_leaving_something_out() {
        let access = |all_sources: &str, source: &[&str], all_cases: &str, cases: &str| {
            let source = source.iter().map(|one| (*one).to_owned()).collect();
            let (what, all_sources, all_cases) = ("access".to_owned(), all_sources.to_owned(), all_cases.to_owned());
            let set = Set { what, all_sources, source, all_cases, cases: cases.to_owned(), ..Set::default() };
            set.change().unwrap_or_default().map(|change| (change.sources.unwrap_or_default(), change.cases.unwrap_or_default()))
        };
        assert_eq!(access("", &[], "yes", ""), None);
        assert_eq!(access("yes", &["a"], "", " \n"), None);
        assert_eq!(access("", &["a"], "", "c 1\r\n\nc2"), Some((vec!["a".into()], vec!["c 1".into(), "c2".into()])));
        assert_eq!(access("yes", &["a"], "yes", "c"), Some((vec![], vec![])), "all is all");
        assert!(Set { what: "everything".into(), ..Set::default() }.change().is_err());
        assert!(Set { what: "role".into(), role: "king".into(), ..Set::default() }.change().is_err());
    }
}
