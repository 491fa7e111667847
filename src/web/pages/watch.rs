//! `/watches/new` and `/watches/{name}`: a watch is written, tried and saved.

use std::str::FromStr;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use clap::ValueEnum;
use serde::Deserialize;

use super::trial::{self, Tried};
use super::watches::{find, watch_address};
use crate::alert::keep;
use crate::config::marking::Tlp;
use crate::config::watch::{Change, Event, Options, Per, Priority};
use crate::store::watches::{self, Watch};
use crate::web::desk::Desk;
use crate::web::form::{self, Posted};
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;
use crate::web::words::Locale;

/// A watch as a form has it: every value as it is written on the command line, empty for what is not given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Written {
    name: String,
    query: String,
    on: Vec<String>,
    changes: Vec<String>,
    price_by: String,
    per: String,
    at_least: String,
    mute_until: String,
    quiet: String,
    digest: String,
    priority: String,
    expires: String,
    owner: String,
    case: String,
    tlp: String,
    details: String,
    /// `try`, or anything else to save.
    act: String,
}

/// Fields that are not understood, with why.
type Problems = Vec<(&'static str, String)>;

impl Written {
    fn of(watch: &Watch) -> Self {
        let options = &*watch.options;
        let text = |value: Option<String>| value.unwrap_or_default();
        Self {
            name: watch.name.clone(),
            query: watch.query.clone(),
            on: options.on.iter().map(|event| event.code().to_owned()).collect(),
            changes: options.changes.iter().map(|change| change.code().to_owned()).collect(),
            price_by: text(options.price_by.map(String::from)),
            per: text(code_of(&options.per)),
            at_least: text(options.at_least.map(String::from)),
            mute_until: text(options.mute_until.map(String::from)),
            quiet: text(options.quiet.clone().map(String::from)),
            digest: text(options.digest.clone().map(String::from)),
            priority: options.priority.code().to_owned(),
            expires: text(options.expires.map(String::from)),
            owner: options.owner.clone(),
            case: options.case.clone(),
            tlp: text(options.tlp.map(|tlp| tlp.code().to_owned())),
            details: if options.details { "1".into() } else { String::new() },
            act: String::new(),
        }
    }

    /// The options, and what is wrong with them.
    fn options(&self) -> (Options, Problems) {
        let mut problems = Problems::new();
        let options = Options {
            on: self.on.iter().filter_map(|code| of_code("on", code, &mut problems)).collect(),
            changes: self.changes.iter().filter_map(|code| of_code("changes", code, &mut problems)).collect(),
            price_by: of_text("price_by", &self.price_by, &mut problems),
            per: of_code::<Per>("per", &self.per, &mut problems).unwrap_or_default(),
            at_least: of_text("at_least", &self.at_least, &mut problems),
            mute_until: of_text("mute_until", &self.mute_until, &mut problems),
            quiet: of_text("quiet", &self.quiet, &mut problems),
            digest: of_text("digest", &self.digest, &mut problems),
            priority: of_code::<Priority>("priority", &self.priority, &mut problems).unwrap_or_default(),
            expires: of_text("expires", &self.expires, &mut problems),
            owner: self.owner.trim().to_owned(),
            case: self.case.trim().to_owned(),
            tlp: of_code::<Tlp>("tlp", &self.tlp, &mut problems),
            details: !self.details.is_empty(),
        };
        (options, problems)
    }
}

fn of_text<T: FromStr<Err = String>>(field: &'static str, text: &str, problems: &mut Problems) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    text.parse().map_err(|error| problems.push((field, error))).ok()
}

fn of_code<T: ValueEnum>(field: &'static str, code: &str, problems: &mut Problems) -> Option<T> {
    if code.is_empty() {
        return None;
    }
    <T as ValueEnum>::from_str(code, false).map_err(|_| problems.push((field, format!("{code:?} is not one of these")))).ok()
}

/// The code of a value that is chosen from a few.
pub(super) fn code_of(value: &impl ValueEnum) -> Option<String> {
    value.to_possible_value().map(|value| value.get_name().to_owned())
}

/// A value to choose, its name, and whether it is chosen.
struct Choice(String, String, bool);

/// A field for one line of text: its name, its words, an example, and what stands in it.
struct Line {
    field: &'static str,
    label: String,
    example: &'static str,
    value: String,
    problem: String,
}

#[derive(Template)]
#[template(path = "watch.html")]
struct Page {
    frame: Frame,
    written: Written,
    /// Where the form goes.
    address: String,
    /// Whether the watch is there already.
    saved: bool,
    name_problem: String,
    query_problem: String,
    events: Vec<Choice>,
    changes: Vec<Choice>,
    pers: Vec<Choice>,
    priorities: Vec<Choice>,
    tlps: Vec<Choice>,
    lines: Vec<Line>,
    trial: Option<Tried>,
    fields: Vec<(&'static str, &'static str)>,
}

/// `GET /watches/new`.
pub(in crate::web) async fn blank(State(desk): State<Desk>, visitor: Visitor, form::Asked(asked): form::Asked<trial::Asked>) -> Answer {
    let case = visitor.purpose.case.clone().unwrap_or_default();
    let written = Written { query: asked.query, owner: visitor.name.clone(), case, ..Written::default() };
    shown(&desk, &visitor, None, written, Problems::new()).await
}

/// `GET /watches/{name}`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, Path(name): Path<String>) -> Answer {
    let watch = find(&desk, &visitor, &name).await?;
    visitor.log(&desk, "watch list", &name).await?;
    shown(&desk, &visitor, Some(&name), Written::of(&watch), Problems::new()).await
}

/// `POST /watches/new`.
pub(in crate::web) async fn add(State(desk): State<Desk>, visitor: Visitor, Posted(written): Posted<Written>) -> Answer {
    put(&desk, &visitor, None, written).await
}

/// `POST /watches/{name}`.
pub(in crate::web) async fn save(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(name): Path<String>,
    Posted(written): Posted<Written>,
) -> Answer {
    find(&desk, &visitor, &name).await?;
    put(&desk, &visitor, Some(&name), written).await
}

/// Tries a watch, or saves it in the place of the one named `before` or as a new one.
async fn put(desk: &Desk, visitor: &Visitor, before: Option<&str>, written: Written) -> Answer {
    let (options, mut problems) = written.options();
    if written.act == "try" {
        return shown(desk, visitor, before, written, problems).await;
    }
    problems.extend(checked(desk, visitor, before, &written).await?);
    if !problems.is_empty() {
        let mut page = shown(desk, visitor, before, written, problems).await?;
        *page.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(page);
    }
    let (name, query) = (written.name.trim(), written.query.trim());
    let subject = format!("{name}: {query}");
    match before {
        None => {
            visitor.log(desk, "watch add", &subject).await?;
            keep::add(&desk.pool, name, query, &options).await?;
        }
        Some(before) => {
            visitor.log(desk, "watch set", &if before == name { subject } else { format!("{before} -> {subject}") }).await?;
            keep::replace(&desk.pool, before, name, query, &options).await?;
        }
    }
    Ok(Redirect::to("/watches").into_response())
}

/// What is wrong with name, question and case.
async fn checked(desk: &Desk, visitor: &Visitor, before: Option<&str>, written: &Written) -> Result<Problems, Trouble> {
    let (locale, name, case) = (visitor.locale, written.name.trim(), written.case.trim());
    let mut problems = Problems::new();
    if name.is_empty() {
        problems.push(("name", locale.say("watch.needs_name").to_owned()));
    } else if name.len() > watches::LONGEST_NAME {
        problems.push(("name", locale.say("watch.long_name").to_owned()));
    } else if before != Some(name) {
        let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
        if watches::find(&mut connection, name).await?.is_some() {
            problems.push(("name", locale.say("watch.name_taken").to_owned()));
        }
    }
    if let Err(error) = keep::question(written.query.trim()) {
        problems.push(("query", format!("{error:#}")));
    }
    if !case.is_empty() && !visitor.may_open(case) {
        problems.push(("case", locale.say("watch.other_case").to_owned()));
    }
    Ok(problems)
}

/// The form, with what its question finds.
async fn shown(desk: &Desk, visitor: &Visitor, before: Option<&str>, written: Written, problems: Problems) -> Answer {
    let locale = visitor.locale;
    let why = |field: &str| problems.iter().filter(|(at, _)| *at == field).map(|(_, why)| why.as_str()).collect::<Vec<_>>().join("\n");
    let mut trial = trial::tried(desk, visitor, &written.query).await?;
    // What is wrong with the question stands at its field, once.
    let mut query_problem = why("query");
    if let Some(unclear) = trial.take_if(|trial| !trial.problem.is_empty()) {
        query_problem = unclear.problem;
    }
    let title = match before {
        Some(name) => locale.tell("watch.edit", &[&crate::shown::headline(name)]),
        None => locale.say("watch.new").to_owned(),
    };
    let usual = |code: &str, usual: &str| if code.is_empty() { usual.to_owned() } else { code.to_owned() };
    let (per, priority) = (usual(&written.per, "family"), usual(&written.priority, "normal"));
    let mut tlps = vec![Choice(String::new(), locale.say("watch.tlp_of_source").to_owned(), written.tlp.is_empty())];
    tlps.extend(
        Tlp::value_variants()
            .iter()
            .map(|tlp| Choice(tlp.code().into(), format!("TLP:{}", tlp.code().to_uppercase()), tlp.code() == written.tlp)),
    );
    let page = Page {
        frame: Frame::new(visitor, "/watches", title),
        address: before.map_or_else(|| "/watches/new".to_owned(), watch_address),
        saved: before.is_some(),
        name_problem: why("name"),
        query_problem,
        events: choices::<Event>(locale, "event", &|code| written.on.iter().any(|on| on == code)),
        changes: choices::<Change>(locale, "change", &|code| written.changes.iter().any(|on| on == code)),
        pers: choices::<Per>(locale, "per", &|code| code == per),
        priorities: choices::<Priority>(locale, "priority", &|code| code == priority),
        tlps,
        lines: lines(locale, &written, why),
        trial,
        fields: vigie_index::fields().collect(),
        written,
    };
    Frame::page(&page)
}

fn choices<T: ValueEnum>(locale: Locale, prefix: &str, chosen: &dyn Fn(&str) -> bool) -> Vec<Choice> {
    let codes = T::value_variants().iter().filter_map(code_of);
    codes.map(|code| Choice(code.clone(), locale.tell(&format!("{prefix}.{code}"), &[]), chosen(&code))).collect()
}

fn lines(locale: Locale, written: &Written, why: impl Fn(&str) -> String) -> Vec<Line> {
    let all = [
        ("price_by", "10%", &written.price_by),
        ("at_least", "5 in 7d", &written.at_least),
        ("mute_until", "2026-12-01", &written.mute_until),
        ("quiet", "22:00-07:00 Europe/Paris", &written.quiet),
        ("digest", "daily 08:30 Europe/Paris", &written.digest),
        ("expires", "2026-12-01", &written.expires),
        ("owner", "", &written.owner),
        ("case", "", &written.case),
    ];
    let line = |(field, example, value): (&'static str, &'static str, &String)| Line {
        field,
        label: locale.tell(&format!("watch.{field}"), &[]),
        example,
        value: value.clone(),
        problem: why(field),
    };
    all.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_watch_comes_back_from_its_form_as_it_was() {
        let text = r#"{"on":["changed","vendor_moved"],"changes":["price"],"price_by":"10%","per":"version","at_least":"5 in 7d","mute_until":"2026-12-01T00:00:00Z","quiet":"22:00-07:00 Europe/Paris","digest":"daily 08:30 Europe/Paris","priority":"high","expires":"2027-01-01T00:00:00Z","owner":"anna","case":"C-7","tlp":"amber+strict","details":true}"#;
        for text in [text, "{}"] {
            let options = Arc::new(serde_json::from_str::<Options>(text).unwrap());
            let watch = Watch { id: 1, name: "n".into(), query: "q".into(), created_at: 0, options: Arc::clone(&options) };
            let (read, problems) = Written::of(&watch).options();
            assert_eq!((read, problems), (Options::clone(&options), Problems::new()));
        }
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let written = Written {
            on: vec!["sold".into()],
            price_by: "much".into(),
            quiet: "at night".into(),
            tlp: "blue".into(),
            ..Written::default()
        };
        let fields: Vec<&str> = written.options().1.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["on", "price_by", "quiet", "tlp"]);
        assert!(lines(Locale::En, &written, |_| String::new()).iter().all(|line| !line.label.starts_with("watch.")));
    }
}
