//! `/sources` and `/sources/{id}`: how sources stand, how collection went, sessions of accounts.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

use crate::account::{Refused, Right};
use crate::standing::renew::{self, Offered};
use crate::standing::{self, Report};
use crate::store::health;
use crate::web::desk::Desk;
use crate::web::form::{Nothing, Posted};
use crate::web::frame::Frame;
use crate::web::plot;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;
use crate::{clock, shown};

/// Days of the charts.
const DAYS: i64 = 60;
/// An authority is warned about so many days before its end.
const AHEAD: i64 = 30;

/// What is said of the end of an authority: key, and the class that colours it.
type Ending = (&'static str, &'static str);

/// A source in the list.
struct Row {
    report: Report,
    reason: String,
    ending: Option<Ending>,
}

#[derive(Template)]
#[template(path = "sources.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
}

/// A day of the charts.
struct Day {
    date: String,
    captures: u64,
    failures: u64,
    listings: u64,
}

#[derive(Template)]
#[template(path = "source.html")]
struct Page {
    frame: Frame,
    report: Report,
    reason: String,
    ending: Option<Ending>,
    days: Vec<Day>,
    captures: String,
    listings: String,
    /// Whether addresses that pages name are shown.
    named: bool,
    /// Whether cookies are taken: the source admits an account.
    renewable: bool,
    /// Why no cookies are taken, or why those given were not.
    problem: String,
}

/// `GET /sources`.
pub(in crate::web) async fn list(State(desk): State<Desk>, visitor: Visitor) -> Answer {
    visitor.note(&desk, "sources").await?;
    let today = today();
    let row = |report: Report| Row { reason: shown::headline(&report.reason), ending: ending(&report, today), report };
    let rows = reports(&desk, &visitor).await?.into_iter().map(row).collect();
    Frame::page(&ListPage { frame: Frame::new(&visitor, "/sources", visitor.locale.say("nav.sources")), rows })
}

/// `GET /sources/{id}`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    shown(&desk, &visitor, &id, String::new()).await
}

async fn reports(desk: &Desk, visitor: &Visitor) -> Result<Vec<Report>, Trouble> {
    let writing = standing::writing(Some(&desk.pool), &desk.data).await?;
    let mut reports = standing::all(Some(&desk.pool), &desk.config, writing.as_ref(), clock::now()).await?;
    reports.retain(|report| visitor.may_see(&report.source));
    Ok(reports)
}

async fn shown(desk: &Desk, visitor: &Visitor, id: &str, problem: String) -> Answer {
    let report = reports(desk, visitor).await?.into_iter().find(|report| report.source == id).ok_or_else(Trouble::not_found)?;
    visitor.log(desk, "sources", id).await?;
    let now = clock::now();
    let first = clock::micros(now) / health::DAY - (DAYS - 1);
    let held = health::days(&mut *desk.pool.acquire().await.map_err(anyhow::Error::from)?, id, first * health::DAY).await?;
    let day = |number: i64| {
        let day = held.get(&number).copied().unwrap_or_default();
        let date = clock::from_micros(number * health::DAY).to_zoned(TimeZone::UTC).date().to_string();
        Day { date, captures: day.captures, failures: day.failures, listings: day.listings }
    };
    let days: Vec<Day> = (first..first + DAYS).map(day).collect();
    let row = |read: fn(&Day) -> u64| days.iter().map(read).collect::<Vec<u64>>();
    let locale = visitor.locale;
    let captures = plot::stacks("captures-by-day", &[row(|day| day.captures), row(|day| day.failures)], &[], locale.say("source.captures"));
    let listings = plot::stacks("listings-by-day", &[row(|day| day.listings)], &[], locale.say("source.listings"));
    let refused = renew::allowed(&desk.config, id, now).err();
    let renewable = refused.is_none() && visitor.may(Right::RenewSessions);
    let page = Page {
        frame: Frame::new(visitor, "/sources", shown::headline(&report.name)),
        reason: shown::headline(&report.reason),
        ending: ending(&report, today()),
        report,
        days,
        captures,
        listings,
        named: visitor.may(Right::ReadNamed),
        renewable,
        problem,
    };
    Frame::page(&page)
}

fn today() -> Date {
    clock::now().to_zoned(TimeZone::UTC).date()
}

/// Whether the authority of a source is over, or soon will be.
fn ending(report: &Report, today: Date) -> Option<Ending> {
    let expires: Date = report.authority.as_ref()?.expires.parse().ok()?;
    let soon = today.checked_add(AHEAD.days()).ok()?;
    if expires < today {
        return Some(("source.over", "bad"));
    }
    (expires <= soon).then_some(("source.soon", "warn"))
}

/// Cookies as a browser exports them.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    cookies: String,
}

/// `POST /sources/{id}/session`.
pub(in crate::web) async fn renew(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(id): Path<String>,
    Posted(given): Posted<Given>,
) -> Answer {
    if !visitor.may_see(&id) || desk.config.source(&id).is_none() {
        return Err(Trouble::not_found());
    }
    let now = clock::now();
    match Offered::read(&desk.config, &id, given.cookies.as_bytes(), visitor.locale.say("source.cookies"), now) {
        Ok(offered) => {
            visitor.log(&desk, "session set", &format!("{id}: {} cookies", offered.n())).await?;
            offered.set(&desk.pool, &desk.data, &visitor.name, now).await?;
            Ok(Redirect::to(&address(&id)).into_response())
        }
        Err(error) => {
            let problem = error.downcast::<Refused>()?.0;
            let mut page = shown(&desk, &visitor, &id, problem).await?;
            *page.status_mut() = StatusCode::BAD_REQUEST;
            Ok(page)
        }
    }
}

/// `POST /sources/{id}/session/end`.
pub(in crate::web) async fn end(State(desk): State<Desk>, visitor: Visitor, Path(id): Path<String>, Posted(_): Posted<Nothing>) -> Answer {
    if !reports(&desk, &visitor).await?.iter().any(|report| report.source == id) {
        return Err(Trouble::not_found());
    }
    visitor.log(&desk, "session clear", &id).await?;
    renew::clear(&desk.pool, &id, clock::now()).await?;
    Ok(Redirect::to(&address(&id)).into_response())
}

/// Where the page of a source is. Ids of imports may hold anything.
pub(in crate::web) fn address(id: &str) -> String {
    format!("/sources/{}", url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20"))
}

/// Key of the name of a state.
pub(in crate::web) fn state_key(state: standing::State) -> &'static str {
    use standing::State;
    match state {
        State::ImportOnly => "state.import_only",
        State::NotAuthorised => "state.not_authorised",
        State::Expired => "state.expired",
        State::RouteUnavailable => "state.route_unavailable",
        State::Paused => "state.paused",
        State::BudgetSpent => "state.budget_spent",
        State::Blocked => "state.blocked",
        State::Snoozed => "state.snoozed",
        State::Crawling => "state.crawling",
        State::Ready => "state.ready",
        State::Waiting => "state.waiting",
    }
}

/// Key of the name of what a session is used for.
pub(in crate::web) fn use_key(standing: standing::account::Use) -> &'static str {
    use standing::account::Use;
    match standing {
        Use::InUse => "session.in_use",
        Use::NotAllowed => "session.not_allowed",
        Use::Walled => "session.walled",
        Use::Expired => "session.expired",
        Use::Cleared => "session.cleared",
    }
}

/// Key of the name of how a mirror is.
pub(in crate::web) fn mirror_key(state: standing::MirrorState) -> &'static str {
    use standing::MirrorState;
    match state {
        MirrorState::Up => "mirror.up",
        MirrorState::Down => "mirror.down",
        MirrorState::Untried => "mirror.untried",
    }
}

/// A number of which more may be known than was counted.
pub(in crate::web) fn at_least(frame: &Frame, n: &u64, more: &bool) -> String {
    format!("{}{}", frame.locale.number(n), if *more { "+" } else { "" })
}

/// A moment, or nothing.
pub(in crate::web) fn moment(frame: &Frame, at: &Option<Timestamp>) -> String {
    at.as_ref().map(|at| frame.locale.minute(at)).unwrap_or_default()
}

/// A share, or nothing.
pub(in crate::web) fn share(frame: &Frame, share: &Option<f64>) -> String {
    share.as_ref().map(|share| frame.locale.percent(share)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_any_id_and_states_have_names() {
        assert_eq!(address("a b/../c?é"), "/sources/a%20b%2F..%2Fc%3F%C3%A9");
        for state in standing::State::ALL {
            assert_eq!(state_key(state).strip_prefix("state."), Some(state.code()));
            assert_ne!(crate::web::words::Locale::En.say(state_key(state)), state_key(state));
        }
    }
}
