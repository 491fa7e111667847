//! `/watches/try`: a question tried on the archive, as a piece of a page.

use askama::Template;
use axum::extract::State;
use serde::Deserialize;

use super::listing::seller_address;
use super::marked::{Piece, pieces};
use super::search::monday;
use crate::alert::keep;
use crate::backtest::weeks::Week;
use crate::backtest::{self, Count, Shown, Trial};
use crate::search::{self, Found};
use crate::shown;
use crate::web::chart::{self, Bar};
use crate::web::desk::Desk;
use crate::web::form;
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;

/// Listings shown, and weeks of the chart.
const SHOWN: Shown = Shown { samples: 8, weeks: 26 };

/// What is tried.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    pub(super) query: String,
}

/// A listing that the question finds.
pub(super) struct Sample {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) facts: Vec<String>,
    /// Name of the account and where its dossier is.
    pub(super) vendor: Option<(String, String)>,
    pub(super) snippet: Vec<Piece>,
}

/// A word or value that narrows.
pub(super) struct Narrower {
    pub(super) and: String,
    pub(super) left: String,
    pub(super) share: String,
    pub(super) times: String,
}

/// What became of a question.
#[derive(Default)]
pub(super) struct Tried {
    /// Why it is not understood; empty where it is.
    pub(super) problem: String,
    /// Why it could not be watched.
    pub(super) unwatchable: String,
    pub(super) costs: Vec<String>,
    pub(super) summary: String,
    pub(super) estimate: String,
    pub(super) unknown: String,
    pub(super) chart: String,
    /// Heading, values with their numbers.
    pub(super) counts: Vec<(String, Vec<(String, String)>)>,
    pub(super) samples: Vec<Sample>,
    pub(super) narrower: Vec<Narrower>,
}

#[derive(Template)]
#[template(path = "trial.html")]
struct Piecemeal {
    frame: Frame,
    trial: Option<Tried>,
}

/// `GET /watches/try`.
pub(in crate::web) async fn fragment(State(desk): State<Desk>, visitor: Visitor, form::Asked(asked): form::Asked<Asked>) -> Answer {
    let trial = tried(&desk, &visitor, &asked.query).await?;
    Frame::page(&Piecemeal { frame: Frame::new(&visitor, "/watches", ""), trial })
}

/// Tries a question on what the visitor may see of the archive; `None` where nothing is asked.
pub(super) async fn tried(desk: &Desk, visitor: &Visitor, query: &str) -> Result<Option<Tried>, Trouble> {
    let query = query.trim();
    if query.is_empty() {
        return Ok(None);
    }
    if let Err(error) = search::parse(query) {
        return Ok(Some(Tried { problem: format!("{error:#}"), ..Tried::default() }));
    }
    let locale = visitor.locale;
    let unwatchable = keep::question(query).err().map(|error| format!("{error:#}")).unwrap_or_default();
    let Some(index) = desk.index()? else {
        return Ok(Some(Tried { unwatchable, summary: locale.say("first.title").to_owned(), ..Tried::default() }));
    };
    visitor.log(desk, "watch try", query).await?;
    let trial = match backtest::run(&desk.pool, &index, &visitor.within(query), SHOWN).await {
        Ok(trial) => trial,
        Err(error) if error.chain().any(|cause| cause.is::<vigie_index::QueryError>()) => {
            return Ok(Some(Tried { problem: format!("{error:#}"), ..Tried::default() }));
        }
        Err(error) => return Err(error.into()),
    };
    let frame = Frame::new(visitor, "/watches", "");
    Ok(Some(Tried { unwatchable, ..told(&frame, query, trial) }))
}

fn told(frame: &Frame, query: &str, trial: Trial) -> Tried {
    let locale = frame.locale;
    let estimate = &trial.estimate;
    let each_week = |a_day: f64| format!("{:.1}", a_day * 7.0);
    let weekly = [each_week(estimate.a_day), each_week(estimate.new_a_day), each_week(estimate.changed_a_day)];
    let values = |counts: &[Count]| counts.iter().map(|one| (shown::headline(&one.value), locale.number(one.count))).collect();
    let mut counts: Vec<(String, Vec<(String, String)>)> =
        [("try.vendors", &trial.vendors), ("try.sources", &trial.sources), ("try.categories", &trial.categories)]
            .into_iter()
            .map(|(key, found)| (locale.say(key).to_owned(), values(found)))
            .collect();
    counts.retain(|(_, values)| !values.is_empty());
    let unknown = if estimate.unknown.is_empty() { String::new() } else { locale.tell("try.unknown", &[&estimate.unknown.join(", ")]) };
    let hits = trial.hits;
    let narrower = trial.narrower.iter().map(|one| Narrower {
        and: shown::plain(&one.and),
        left: locale.number(one.left),
        share: format!("{} %", one.left.saturating_mul(100) / hits.max(1)),
        times: one.times.map(|times| format!("{times:.1} ×")).unwrap_or_default(),
    });
    Tried {
        problem: String::new(),
        unwatchable: String::new(),
        summary: locale.tell("try.hits", &[&locale.number(hits), &locale.number(trial.families)]),
        estimate: if hits == 0 { String::new() } else { locale.tell("try.estimate", &weekly.each_ref().map(String::as_str)) },
        unknown,
        chart: if hits == 0 { String::new() } else { bars(frame, query, &trial.weeks) },
        counts,
        narrower: narrower.collect(),
        costs: trial.costs,
        samples: trial.samples.into_iter().map(|found| sample(frame, found)).collect(),
    }
}

/// Listings by week, each bar leading to those of its week.
fn bars(frame: &Frame, query: &str, weeks: &[Week]) -> String {
    let bar = |week: &Week| {
        let first = monday(&week.week)?;
        let last = first.saturating_add(jiff::Span::new().days(6));
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("q", query).append_pair("from", &first.to_string()).append_pair("to", &last.to_string());
        let number = |number: u64| frame.locale.number(number);
        let said = frame.tell("try.week", &[&first.to_string(), &number(week.hits), &number(week.notifications)]);
        Some(Bar { label: first.to_string(), value: week.hits, href: format!("/?{}", pairs.finish()), said })
    };
    let bars: Vec<Bar> = weeks.iter().filter_map(bar).collect();
    if bars.is_empty() { String::new() } else { chart::bars(&bars, frame.say("weeks.title")) }
}

fn sample(frame: &Frame, found: Found) -> Sample {
    let ranges: Vec<(usize, usize, String)> =
        found.snippet.iter().flat_map(|one| one.highlights.iter().map(|(start, end)| (*start, *end, "hit".to_owned()))).collect();
    let title = shown::headline(&found.title);
    let price = [found.price_amount.as_deref(), found.price_currency.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let facts = [found.category, price, found.source.clone(), frame.locale.date(&found.first_seen)];
    Sample {
        id: found.listing,
        title: if title.is_empty() { frame.say("untitled").to_owned() } else { title },
        facts: facts.into_iter().filter(|fact| !fact.is_empty()).map(|fact| shown::headline(&fact)).collect(),
        vendor: found.vendor.as_ref().map(|name| (shown::headline(name), seller_address(&found.source, name))),
        snippet: found.snippet.as_ref().map(|one| pieces(&one.text.replace('\n', " "), &ranges)).unwrap_or_default(),
    }
}
