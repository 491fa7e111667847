//! `/log`: the reading log, for those who watch over it.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use clap::ValueEnum;
use serde::Deserialize;

use crate::audit::review::{self, Filter, Reviewed};
use crate::audit::verify::{self, Verified};
use crate::audit::{self, Kind};
use crate::clock;
use crate::web::desk::Desk;
use crate::web::form::{self, Posted};
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;

/// Rows on a page.
const ROWS: i64 = 200;
/// Share of the rows that is drawn for review.
const SHARE: f64 = 0.01;

/// Which rows.
#[derive(Debug, Default, Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    case: String,
    /// Days, ISO 8601.
    #[serde(default)]
    since: String,
    #[serde(default)]
    until: String,
    /// Seed of a sample, and when it was drawn, microseconds: rows written later are not in it.
    seed: Option<u64>,
    drawn_at: Option<i64>,
}

#[derive(Template)]
#[template(path = "log.html")]
struct Page<'a> {
    frame: Frame,
    asked: &'a Asked,
    rows: Vec<Reviewed>,
    kinds: Vec<String>,
    /// Seed with which the rows were drawn, and when; `None` for the latest rows.
    drawn: Option<(u64, i64)>,
}

#[derive(Template)]
#[template(path = "log_verified.html")]
struct VerifiedPage {
    frame: Frame,
    found: Verified,
}

impl Asked {
    fn filter(&self) -> Result<Filter, Trouble> {
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let kind = text(&self.kind).map(|kind| Kind::from_str(&kind, false)).transpose().map_err(Trouble::unclear)?;
        let midnight = |day: &str| -> Result<Option<i64>, Trouble> {
            let Some(day) = text(day) else { return Ok(None) };
            let day: jiff::civil::Date = day.parse().map_err(|error: jiff::Error| Trouble::unclear(error.to_string()))?;
            let start = day.to_zoned(jiff::tz::TimeZone::UTC).map_err(|error| Trouble::unclear(error.to_string()))?;
            Ok(Some(clock::micros(start.timestamp())))
        };
        // The last day counts whole.
        let until = midnight(&self.until)?.map(|start| start + 86_400_000_000);
        Ok(Filter { actor: text(&self.actor), kind, case: text(&self.case), since: midnight(&self.since)?, until, before: None })
    }
}

/// `GET /log`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, form::Asked(asked): form::Asked<Asked>) -> Answer {
    let filter = asked.filter()?;
    visitor.note(&desk, "audit list").await?;
    let rows = review::list(&mut *desk.connection().await?, &filter, ROWS).await?;
    shown(&visitor, &asked, rows, None)
}

/// `GET /log/sample`.
pub(in crate::web) async fn sample(State(desk): State<Desk>, visitor: Visitor, form::Asked(asked): form::Asked<Asked>) -> Answer {
    let mut filter = asked.filter()?;
    let drawn_at = asked.drawn_at.unwrap_or_else(|| clock::micros(clock::now()));
    filter.until = Some(filter.until.map_or(drawn_at, |until| until.min(drawn_at)));
    // A seed that somebody could choose beforehand would be no better than a list.
    let seed = asked.seed.unwrap_or(drawn_at.unsigned_abs());
    let subject = format!("share {SHARE}, seed {seed}");
    audit::record_as(&desk.log, &visitor.actor(), "audit sample", &subject, &visitor.purpose).await?;
    let rows = review::sample(&mut *desk.connection().await?, &filter, SHARE, seed).await?;
    shown(&visitor, &asked, rows, Some((seed, drawn_at)))
}

fn shown(visitor: &Visitor, asked: &Asked, rows: Vec<Reviewed>, drawn: Option<(u64, i64)>) -> Answer {
    let kinds = Kind::value_variants().iter().map(|kind| kind.code().to_owned()).collect();
    Frame::page(&Page { frame: Frame::new(visitor, "/log", visitor.locale.say("nav.log")), asked, rows, kinds, drawn })
}

/// `GET /log/verify`.
pub(in crate::web) async fn verified(State(desk): State<Desk>, visitor: Visitor) -> Answer {
    visitor.note(&desk, "audit list").await?;
    let found = verify::verify(&desk.pool).await?;
    Frame::page(&VerifiedPage { frame: Frame::new(&visitor, "/log", visitor.locale.say("log.verified")), found })
}

/// What was found of a row.
#[derive(Deserialize)]
pub(in crate::web) struct Finding {
    id: i64,
    finding: String,
    /// Seed of the sample that the row is in, and when it was drawn.
    seed: Option<u64>,
    drawn_at: Option<i64>,
}

/// `POST /log/review`.
pub(in crate::web) async fn review(State(desk): State<Desk>, visitor: Visitor, Posted(found): Posted<Finding>) -> Answer {
    review::review(&desk.pool, &visitor.actor(), &visitor.purpose, found.id, &found.finding)
        .await
        .map_err(|error| Trouble::unclear(error.to_string()))?;
    let drawn = found.seed.zip(found.drawn_at);
    let back = drawn.map_or_else(|| "/log".to_owned(), |(seed, at)| format!("/log/sample?seed={seed}&drawn_at={at}"));
    Ok(Redirect::to(&back).into_response())
}
