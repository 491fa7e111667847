//! `/alerts`: the inbox, newest first.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};

use super::listing::seller_address;
use super::watches::{is_for, watch_address};
use crate::account::assignment;
use crate::alert::delivery::Alert;
use crate::config::watch::Priority;
use crate::database::Connection;
use crate::store::alerts::{self, AlertRow};
use crate::store::assignments::{self, Assignment};
use crate::store::inbox::{self, Reach, States, Wanted};
use crate::store::triage::{self, State as Stage, Step};
use crate::store::{read, sources, watches};
use crate::web::desk::Desk;
use crate::web::form;
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;
use crate::web::words::Locale;
use crate::{clock, shown};
use clap::ValueEnum;

/// Alerts on a page.
const PAGE: usize = 25;
/// Names of watches that are offered.
const OFFERED: i64 = 200;
/// States that an alert is set to by a press of a key, from 1 on, then the others.
const STAGES: [Stage; 7] =
    [Stage::Seen, Stage::InWork, Stage::Escalated, Stage::ClosedTrue, Stage::ClosedFalse, Stage::ClosedDuplicate, Stage::New];
const KEYS: usize = 5;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    /// Code of a state, `any`, or empty for what is not closed.
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    watch: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    priority: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    source: String,
    /// First day, ISO 8601.
    #[serde(skip_serializing_if = "String::is_empty")]
    since: String,
    /// Not empty: what the visitor works on.
    #[serde(skip_serializing_if = "String::is_empty")]
    mine: String,
    /// Not empty: copies, and what was held back, too.
    #[serde(skip_serializing_if = "String::is_empty")]
    all: String,
    /// Number of the last alert of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<i64>,
}

impl Asked {
    /// As it stands behind the question mark of an address.
    fn written(&self) -> String {
        serde_html_form::to_string(self).unwrap_or_default()
    }

    /// Address of the inbox with this in force.
    pub(super) fn address(&self) -> String {
        let written = self.written();
        if written.is_empty() { "/alerts".to_owned() } else { format!("/alerts?{written}") }
    }

    fn wanted(&self, visitor: &Visitor) -> Wanted {
        let day = self.since.parse::<jiff::civil::Date>().ok().and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok());
        Wanted {
            states: match self.state.as_str() {
                "" => States::Open,
                "any" => States::Any,
                code => States::One(code.to_owned()),
            },
            watch: self.watch.clone(),
            priority: self.priority.clone(),
            source: self.source.clone(),
            assignee: if self.mine.is_empty() { String::new() } else { visitor.name.clone() },
            since: day.map_or(0, |day| clock::micros(day.timestamp())),
            all: !self.all.is_empty(),
        }
    }
}

/// One thing that a listing says otherwise.
struct Shift {
    what: String,
    from: String,
    to: String,
    percent: String,
}

/// What somebody did with an alert.
struct Did {
    /// Microseconds, to put them in order.
    order: i64,
    at: String,
    who: String,
    what: String,
    note: String,
}

/// A button that sets a state.
struct Press {
    code: &'static str,
    name: String,
    /// Empty where no key presses it.
    key: String,
    /// Whether the alert is in it.
    on: bool,
}

/// An alert of the inbox.
struct Entry {
    alert: Alert,
    title: String,
    watch: String,
    /// Empty where the watch is no longer there, or not for the visitor.
    watch_address: String,
    events: String,
    changes: Vec<Shift>,
    /// Name of the account and where its dossier is.
    vendor: Option<(String, String)>,
    price: String,
    at: String,
    priority: String,
    covered: u64,
    state: String,
    history: Vec<Did>,
    presses: Vec<Press>,
    /// The alert below this one, which the keyboard goes on with.
    next: String,
}

/// A value to choose, its name, and whether it is chosen.
struct Choice(String, String, bool);

#[derive(Template)]
#[template(path = "alerts.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    back: String,
    summary: String,
    entries: Vec<Entry>,
    states: Vec<Choice>,
    priorities: Vec<Choice>,
    sources: Vec<Choice>,
    watches: Vec<String>,
    /// States that several alerts are set to at once.
    stages: Vec<Choice>,
    /// Whom alerts can be given to.
    workers: Vec<String>,
    next: String,
    /// Address of events behind the newest alert.
    events: String,
    /// Whether one alert is shown, not the inbox.
    single: bool,
}

/// `GET /alerts`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, form::Asked(asked): form::Asked<Asked>) -> Answer {
    visitor.log(&desk, "alerts", &asked.written()).await?;
    let (reach, wanted) = (visitor.reach(), asked.wanted(&visitor));
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    // What comes while the page is made is told as an event once more rather than never.
    let newest = alerts::last_seq(&mut connection).await?;
    let mut rows = inbox::newest(&mut connection, &reach, &wanted, asked.before, PAGE + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|last| Asked { before: Some(last.seq), ..asked.clone() }.address());
    let count = inbox::count(&mut connection, &reach, &wanted).await?;
    let names = watches::page(&mut connection, "", OFFERED).await?;
    let names = names.into_iter().filter(|watch| is_for(&visitor, watch));
    let watches = names.map(|watch| watch.name).collect();
    let entries = entries(&mut connection, &visitor, &reach, rows).await?;
    drop(connection);
    let locale = visitor.locale;
    let frame = Frame::new(&visitor, "/alerts", locale.say("nav.alerts"));
    let summary = locale.tell("alerts.count", &[&locale.number(count)]);
    let events = format!("/alerts/events?after={newest}");
    shown(&desk, Page { summary, watches, next: next.unwrap_or_default(), events, ..blank(frame, asked, entries) }).await
}

/// `GET /alerts/{id}`: one alert, where notifications lead.
pub(in crate::web) async fn one(State(desk): State<Desk>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let reach = visitor.reach();
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let rows = inbox::by_ids(&mut connection, &reach, std::slice::from_ref(&id)).await?;
    let [row] = rows.as_slice() else { return Err(Trouble::not_found()) };
    let title = shown::headline(&row.title);
    drop(connection);
    visitor.log(&desk, "alerts", &format!("alert {id}")).await?;
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let entries = entries(&mut connection, &visitor, &reach, rows).await?;
    drop(connection);
    let frame = Frame::new(&visitor, "/alerts", title);
    shown(&desk, Page { single: true, ..blank(frame, Asked::default(), entries) }).await
}

fn blank(frame: Frame, asked: Asked, entries: Vec<Entry>) -> Page {
    Page {
        frame,
        back: asked.written(),
        asked,
        summary: String::new(),
        entries,
        states: Vec::new(),
        priorities: Vec::new(),
        sources: Vec::new(),
        watches: Vec::new(),
        stages: Vec::new(),
        workers: Vec::new(),
        next: String::new(),
        events: String::new(),
        single: false,
    }
}

/// The page with what is chosen from on it.
async fn shown(desk: &Desk, mut page: Page) -> Answer {
    let locale = page.frame.locale;
    let choice = |code: &str, name: String, chosen: &str| Choice(code.to_owned(), name, code == chosen);
    let asked = &page.asked;
    let first = [("", "alerts.open"), ("any", "alerts.any")];
    page.states = first.iter().map(|(code, key)| choice(code, locale.say(key).to_owned(), &asked.state)).collect();
    page.stages = STAGES.iter().map(|stage| choice(stage.code(), stage_name(locale, stage.code()), "")).collect();
    page.states.extend(STAGES.iter().map(|stage| choice(stage.code(), stage_name(locale, stage.code()), &asked.state)));
    page.priorities = vec![choice("", locale.say("alerts.any").to_owned(), &asked.priority)];
    let codes = Priority::value_variants().iter().rev().map(|one| one.code());
    page.priorities.extend(codes.map(|code| choice(code, priority_name(locale, code), &asked.priority)));
    page.sources = vec![choice("", locale.say("alerts.any").to_owned(), &asked.source)];
    let config = sources::complete(&mut *desk.connection().await?, &desk.config).await?;
    let sources = config.sources.iter().filter(|source| page.frame.visitor.may_see(&source.id));
    page.sources.extend(sources.map(|source| choice(&source.id, source.id.clone(), &asked.source)));
    if page.frame.visitor.may(crate::account::Right::Assign) {
        page.workers = assignment::workers(&desk.pool).await?;
    }
    Frame::page(&page)
}

/// Alerts as the inbox shows them.
async fn entries(connection: &mut Connection, visitor: &Visitor, reach: &Reach, rows: Vec<AlertRow>) -> Result<Vec<Entry>, Trouble> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let listings: Vec<String> = rows.iter().map(|row| row.listing_id.clone()).filter(|id| !id.is_empty()).collect();
    let covered = inbox::covered(connection, reach, &rows).await?;
    let mut history: HashMap<String, Vec<Did>> = HashMap::new();
    for step in triage::steps(connection, &ids).await? {
        history.entry(step.alert_id.clone()).or_default().push(stepped(visitor.locale, step));
    }
    for given in assignments::of(connection, &ids).await? {
        history.entry(given.alert_id.clone()).or_default().push(handed(visitor.locale, given));
    }
    let mut prices = HashMap::new();
    for stored in read::by_ids(connection, &listings).await? {
        if let Some(offer) = stored.listing.offers.first() {
            let currency = offer.currency.as_deref().map(|currency| format!(" {currency}")).unwrap_or_default();
            prices.insert(stored.row.id, shown::headline(&format!("{}{currency}", offer.amount)));
        }
    }
    let names: BTreeSet<String> = rows.iter().map(|row| row.watch.clone()).collect();
    let open = watches::by_names(connection, &names.into_iter().collect::<Vec<_>>()).await?;
    let open: BTreeSet<String> = open.into_iter().filter(|watch| is_for(visitor, watch)).map(|watch| watch.name).collect();
    let below = ids.iter().skip(1).cloned().chain([String::new()]);
    let entries = rows.into_iter().zip(below).map(|(row, next)| {
        let mut done = history.remove(&row.id).unwrap_or_default();
        done.sort_by_key(|one| one.order);
        let price = prices.get(&row.listing_id).cloned().unwrap_or_default();
        let covered = covered.get(&row.id).copied().unwrap_or_default();
        let watch_address = if open.contains(&row.watch) { watch_address(&row.watch) } else { String::new() };
        Entry { history: done, price, covered, next, watch_address, ..entry(visitor.locale, row) }
    });
    Ok(entries.collect())
}

fn entry(locale: Locale, row: AlertRow) -> Entry {
    let at = locale.minute(&clock::from_micros(row.created_at));
    let alert = Alert::from(row);
    let title = shown::headline(&alert.title);
    let shift = |one: &crate::alert::change::Changed| Shift {
        what: locale.tell(&format!("change.{}", one.what.code()), &[]),
        from: shown::headline(&one.from),
        to: shown::headline(&one.to),
        percent: one.percent.map(|percent| format!("{percent:+} %")).unwrap_or_default(),
    };
    let press = |(place, stage): (usize, &Stage)| Press {
        code: stage.code(),
        name: stage_name(locale, stage.code()),
        key: if place < KEYS { (place + 1).to_string() } else { String::new() },
        on: stage.code() == alert.state,
    };
    Entry {
        title: if title.is_empty() { locale.say("untitled").to_owned() } else { title },
        watch: shown::headline(&alert.watch),
        watch_address: String::new(),
        events: alert.events.iter().map(|event| locale.tell(&format!("event.{event}"), &[])).collect::<Vec<_>>().join(" · "),
        changes: alert.changes.iter().map(shift).collect(),
        vendor: Some(&alert.vendor)
            .filter(|name| !name.is_empty())
            .map(|name| (shown::headline(name), seller_address(&alert.source, name))),
        price: String::new(),
        at,
        priority: priority_name(locale, &alert.priority),
        covered: 0,
        state: stage_name(locale, &alert.state),
        history: Vec::new(),
        presses: STAGES.iter().enumerate().map(press).collect(),
        next: String::new(),
        alert,
    }
}

fn stepped(locale: Locale, step: Step) -> Did {
    let what = stage_name(locale, &step.state);
    Did {
        order: step.at,
        at: locale.minute(&clock::from_micros(step.at)),
        who: shown::headline(&step.author),
        what,
        note: shown::headline(&step.note),
    }
}

fn handed(locale: Locale, given: Assignment) -> Did {
    let to = if given.assignee.is_empty() { locale.say("alerts.nobody") } else { &given.assignee };
    let what = locale.tell("alerts.given", &[to]);
    Did {
        order: given.at,
        at: locale.minute(&clock::from_micros(given.at)),
        who: shown::headline(&given.author),
        what,
        note: String::new(),
    }
}

/// Name of a state of triage.
fn stage_name(locale: Locale, code: &str) -> String {
    locale.tell(&format!("state.{code}"), &[])
}

/// Name of a priority.
pub(super) fn priority_name(locale: Locale, code: &str) -> String {
    locale.tell(&format!("priority.{code}"), &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_an_alert_has_a_name_in_every_language() {
        use crate::config::watch::{Change, Event};
        let states = Stage::value_variants().iter().map(|one| format!("state.{}", one.code()));
        let priorities = Priority::value_variants().iter().map(|one| format!("priority.{}", one.code()));
        let events = Event::value_variants().iter().map(|one| format!("event.{}", one.code()));
        let changes = Change::value_variants().iter().map(|one| format!("change.{}", one.code()));
        for key in states.chain(priorities).chain(events).chain(changes) {
            assert_ne!(Locale::Fr.say(&key), key);
        }
        assert_eq!(STAGES.len(), Stage::value_variants().len());
    }

    #[test]
    fn what_is_asked_for_comes_back_from_an_address() {
        let asked = Asked { state: "any".into(), watch: "a & b".into(), before: Some(7), ..Asked::default() };
        assert_eq!(asked.address(), "/alerts?state=any&watch=a+%26+b&before=7");
        assert_eq!(serde_html_form::from_str::<Asked>(&asked.written()).unwrap(), asked);
        assert_eq!(Asked::default().address(), "/alerts");
    }
}
