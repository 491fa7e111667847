//! `/watches`: the watches with what they gave; switched off and on, and removed.

use std::fmt::Write;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use super::alerts::priority_name;
use crate::alert::keep;
use crate::config::watch::{Options, Priority};
use crate::search;
use crate::store::inbox::{self, Tally};
use crate::store::watches::{self, Watch};
use crate::web::desk::Desk;
use crate::web::form::{self, Nothing, Posted};
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;
use crate::web::words::Locale;
use crate::{clock, shown};

/// Watches on a page.
const PAGE: usize = 50;

/// Which page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    /// Name of the last watch of the page before.
    after: String,
}

/// A watch of the list.
struct Row {
    name: String,
    address: String,
    alerts: String,
    query: String,
    options: Vec<String>,
    tally: Tally,
    last: String,
    costs: Vec<String>,
    on: bool,
}

#[derive(Template)]
#[template(path = "watches.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    next: String,
}

#[derive(Template)]
#[template(path = "removal.html")]
struct Removal {
    frame: Frame,
    name: String,
    address: String,
    query: String,
    alerts: String,
}

/// `GET /watches`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, form::Asked(asked): form::Asked<Asked>) -> Answer {
    visitor.log(&desk, "watch list", "").await?;
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let mut found = watches::page(&mut connection, &asked.after, most + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map_or_else(String::new, |last| {
        let pairs = url::form_urlencoded::Serializer::new(String::new()).append_pair("after", &last.name).finish();
        format!("/watches?{pairs}")
    });
    found.retain(|watch| is_for(&visitor, watch));
    let names: Vec<String> = found.iter().map(|watch| watch.name.clone()).collect();
    let mut tallies = inbox::tallies(&mut connection, &visitor.reach(), &names).await?;
    drop(connection);
    let searcher = desk.index()?.and_then(|index| index.searcher().ok());
    let row = |watch: Watch| {
        let costs = search::parse(&watch.query).map(|query| keep::costs(searcher.as_ref(), &query)).unwrap_or_default();
        row(visitor.locale, watch, &mut tallies, costs)
    };
    let rows = found.into_iter().map(row).collect();
    Frame::page(&Page { frame: Frame::new(&visitor, "/watches", visitor.locale.say("nav.watches")), rows, next })
}

fn row(locale: Locale, watch: Watch, tallies: &mut std::collections::HashMap<String, Tally>, costs: Vec<String>) -> Row {
    let tally = tallies.remove(&watch.name).unwrap_or_default();
    let alerts =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("state", "any").append_pair("watch", &watch.name).finish();
    Row {
        address: watch_address(&watch.name),
        alerts: format!("/alerts?{alerts}"),
        options: in_words(locale, &watch.options),
        last: if tally.last > 0 { locale.minute(&clock::from_micros(tally.last)) } else { String::new() },
        on: keep::is_on(&watch.options),
        name: shown::headline(&watch.name),
        query: shown::plain(&watch.query),
        tally,
        costs,
    }
}

/// Whether a watch is for the visitor: one of a case that is not is not there.
pub(super) fn is_for(visitor: &Visitor, watch: &Watch) -> bool {
    watch.options.case.is_empty() || visitor.may_open(&watch.options.case)
}

/// The watch of this name that is for the visitor.
pub(super) async fn find(desk: &Desk, visitor: &Visitor, name: &str) -> Result<Watch, Trouble> {
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let found = watches::find(&mut connection, name).await?;
    found.filter(|watch| is_for(visitor, watch)).ok_or_else(Trouble::not_found)
}

/// Where a watch is edited. Other pages stand under two names, which stay apart because their first letter is written otherwise.
pub(super) fn watch_address(name: &str) -> String {
    let mut address = "/watches/".to_owned();
    let is_page = matches!(name, "new" | "try");
    for (place, byte) in name.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() && !(is_page && place == 0) || matches!(byte, b'-' | b'_') {
            address.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

/// Options in words, without those that are as usual.
fn in_words(locale: Locale, options: &Options) -> Vec<String> {
    let name = |prefix: &str, code: &str| locale.tell(&format!("{prefix}.{code}"), &[]);
    let listed = |names: Vec<String>| names.join(", ");
    let mut told =
        vec![locale.tell("watch.told.on", &[&listed(options.events().iter().map(|event| name("event", event.code())).collect())])];
    if !options.changes.is_empty() {
        told.push(
            locale.tell("watch.told.changes", &[&listed(options.changes.iter().map(|change| name("change", change.code())).collect())]),
        );
    }
    let written: [(&str, Option<String>); 5] = [
        ("watch.told.price_by", options.price_by.map(|share| share.to_string())),
        ("watch.told.at_least", options.at_least.map(|many| many.to_string())),
        ("watch.told.mute_until", options.mute_until.filter(|end| end.0 > clock::now()).map(|end| locale.minute(&end.0))),
        ("watch.told.quiet", options.quiet.as_ref().map(ToString::to_string)),
        ("watch.told.digest", options.digest.as_ref().map(ToString::to_string)),
    ];
    if let Some(code) = super::watch::code_of(&options.per).filter(|code| code != "family") {
        told.push(name("per", &code));
    }
    told.extend(written.into_iter().filter_map(|(key, value)| Some(locale.tell(key, &[&value?]))));
    if options.priority != Priority::Normal {
        told.push(locale.tell("watch.told.priority", &[&priority_name(locale, options.priority.code())]));
    }
    if let Some(end) = options.expires {
        let key = if keep::is_on(options) { "watch.told.expires" } else { "watch.told.ended" };
        told.push(locale.tell(key, &[&locale.minute(&end.0)]));
    }
    told.extend(options.tlp.map(|tlp| format!("TLP:{}", tlp.code().to_uppercase())));
    for (key, text) in [("watch.told.case", &options.case), ("watch.told.owner", &options.owner)] {
        if !text.is_empty() {
            told.push(locale.tell(key, &[&shown::headline(text)]));
        }
    }
    if options.details {
        told.push(locale.say("watch.told.details").to_owned());
    }
    told
}

/// Whether a watch goes on.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Switched {
    on: bool,
}

/// `POST /watches/{name}/switch`.
pub(in crate::web) async fn switch(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(name): Path<String>,
    Posted(switched): Posted<Switched>,
) -> Answer {
    find(&desk, &visitor, &name).await?;
    visitor.log(&desk, "watch set", &name).await?;
    keep::change(&desk.pool, &name, false, |options| keep::switched(options, switched.on)).await?;
    Ok(Redirect::to("/watches").into_response())
}

/// `GET /watches/{name}/remove`: whether it is meant.
pub(in crate::web) async fn removal(State(desk): State<Desk>, visitor: Visitor, Path(name): Path<String>) -> Answer {
    let watch = find(&desk, &visitor, &name).await?;
    visitor.log(&desk, "watch list", &name).await?;
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let tallies = inbox::tallies(&mut connection, &visitor.reach(), std::slice::from_ref(&name)).await?;
    drop(connection);
    let many = tallies.get(&name).map_or(0, |tally| tally.all);
    let frame = Frame::new(&visitor, "/watches", visitor.locale.say("watch.remove"));
    let alerts = visitor.locale.tell("watch.alerts_stay", &[&visitor.locale.number(many)]);
    let (address, query) = (watch_address(&watch.name), shown::plain(&watch.query));
    Frame::page(&Removal { frame, name: shown::headline(&watch.name), address, query, alerts })
}

/// `POST /watches/{name}/remove`.
pub(in crate::web) async fn remove(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(name): Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Answer {
    find(&desk, &visitor, &name).await?;
    visitor.log(&desk, "watch remove", &name).await?;
    keep::remove(&desk.pool, &name).await?;
    Ok(Redirect::to("/watches").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_an_address_of_its_own() {
        assert_eq!(watch_address("glock 17/é"), "/watches/glock%2017%2F%C3%A9");
        assert_eq!(watch_address("new"), "/watches/%6Eew");
        assert_eq!(watch_address("news"), "/watches/news");
    }

    #[test]
    fn options_are_told_in_words() {
        assert_eq!(in_words(Locale::En, &Options::default()), ["on new listing, changed"]);
        let text = r#"{"on":["changed"],"changes":["price"],"price_by":"10%","per":"version","at_least":"5 in 7d","quiet":"22:00-07:00",
            "digest":"hourly","priority":"high","expires":"2020-01-01","owner":"anna","case":"C-7","tlp":"amber","details":true}"#;
        let told = in_words(Locale::En, &serde_json::from_str(text).unwrap());
        assert_eq!(told.len(), 13, "{told:?}");
        assert!(told.contains(&"ended 1 Jan 2020 00:00".to_owned()) && told.contains(&"TLP:AMBER".to_owned()), "{told:?}");
    }
}
