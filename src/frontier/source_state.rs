//! What a source used up today, and whether it is paused and why.

use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sqlx::AnyConnection;
use sqlx::Row;

use crate::clock::{from_micros, micros};
use crate::config::{Budget, Source};
use crate::database::{Value, insert_rows};

/// Bytes of a page, at least, as long as few came: the first is robots.txt, often empty.
const USUAL_PAGE: u64 = 32_000;
/// Pages of a day from which the size of the next is told.
const ENOUGH_PAGES: u64 = 20;

/// State of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceState {
    /// Day that the counters belong to, UTC.
    pub day: String,
    /// Pages fetched that day.
    pub pages: u64,
    /// Bytes received that day.
    pub bytes: u64,
    /// Addresses known.
    pub urls: u64,
    /// Why it is paused; empty when it is not.
    pub paused: String,
    /// Since when, microseconds.
    pub since: i64,
    /// Start of the last sweep, microseconds; 0 before the first.
    pub swept_at: i64,
    /// Cookies that its servers set, as JSON.
    pub cookies: String,
    /// Time of the last good answer, microseconds; 0 before the first.
    pub last_success: i64,
    /// Time of the last failure, microseconds; 0 before the first.
    pub last_failure: i64,
    /// Outcome code of the last failure; empty before the first.
    pub failure: String,
    /// Since when every answer was a failure, microseconds; 0 where the last one was good.
    pub failing_since: i64,
    /// Whether it counts as down.
    pub down: bool,
}

/// Microseconds of nothing but failures after which a source counts as down.
const DOWN_AFTER: i64 = 10 * 60 * 1_000_000;

impl SourceState {
    /// Counts a fetch; a new day starts from nothing.
    pub fn count(&mut self, now: Timestamp, bytes: u64) {
        // What began before midnight and ended after it does not bring the old day back.
        if day_of(now) > self.day {
            self.turn_day(now);
        }
        self.pages += 1;
        self.bytes += bytes;
    }

    /// Notes a good answer.
    pub fn succeeded(&mut self, at: Timestamp) {
        self.last_success = micros(at);
        self.failing_since = 0;
    }

    /// Notes a failure, by its outcome code.
    pub fn failed(&mut self, outcome: &str, at: Timestamp) {
        self.last_failure = micros(at);
        outcome.clone_into(&mut self.failure);
        if self.failing_since == 0 {
            self.failing_since = self.last_failure;
        }
    }

    /// Whether the source went down or came back since this was last asked, and when. It is down after ten minutes of nothing but failures,
    /// or where a single pass that began at `pass` had nothing else.
    pub fn turned(&mut self, pass: Option<i64>) -> Option<(bool, i64)> {
        let long = self.failing_since > 0 && self.last_failure - self.failing_since >= DOWN_AFTER;
        let whole_pass = self.failing_since > 0 && pass.is_some_and(|began| self.last_failure >= began && self.last_success < began);
        let down = if self.down { self.failing_since > 0 } else { long || whole_pass };
        if down == self.down {
            return None;
        }
        self.down = down;
        Some((down, if down { self.failing_since } else { self.last_success }))
    }

    /// Why nothing more may be fetched today, when that is so.
    pub fn spent(&mut self, budget: &Budget, now: Timestamp) -> Option<&'static str> {
        self.turn_day(now);
        if budget.pages_per_day.is_some_and(|most| self.pages >= most) {
            Some("daily budget of pages used up")
        } else if budget.bytes_per_day.is_some_and(|most| self.bytes >= most) {
            Some("daily budget of bytes used up")
        } else {
            None
        }
    }

    /// Whether the requests under way may use up what is left of the day: bytes are told from those that came.
    pub fn full(&self, budget: &Budget, under_way: u64) -> bool {
        let usual = self.bytes.checked_div(self.pages).unwrap_or(0);
        let usual = if self.pages < ENOUGH_PAGES { usual.max(USUAL_PAGE) } else { usual };
        under_way > 0
            && (budget.pages_per_day.is_some_and(|most| self.pages + under_way >= most)
                || budget.bytes_per_day.is_some_and(|most| self.bytes.saturating_add((under_way + 1).saturating_mul(usual)) > most))
    }

    /// Pauses the source: a person must look.
    pub fn pause(&mut self, reason: &str, now: Timestamp) {
        if self.paused.is_empty() {
            self.paused = reason.to_owned();
            self.since = micros(now);
        }
    }

    fn turn_day(&mut self, now: Timestamp) {
        let today = day_of(now);
        if self.day != today {
            self.day = today;
            self.pages = 0;
            self.bytes = 0;
        }
    }
}

/// Whether a complete pass over a source is due by its calendar.
pub fn sweep_due(source: &Source, state: Option<&SourceState>, now: Timestamp) -> bool {
    let last = from_micros(state.map_or(0, |state| state.swept_at));
    // One that is yet to come was noted by a clock that was ahead.
    source.sweep.is_some_and(|every| last > now || last.checked_add(every).is_ok_and(|next| next <= now))
}

/// The date in UTC.
pub fn date_of(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// The day in UTC, as budgets count days: texts in the order of time.
pub fn day_of(now: Timestamp) -> String {
    date_of(now).to_string()
}

/// Reads the states of all sources.
///
/// # Errors
/// The database does not answer.
pub async fn load(connection: &mut AnyConnection) -> Result<HashMap<String, SourceState>> {
    let rows = sqlx::query(
        "SELECT source, day, pages, bytes, urls, reason, since, swept_at, cookies, last_success, last_failure, failure, failing_since, down \
         FROM source_state",
    )
    .fetch_all(connection)
    .await?;
    let mut states = HashMap::new();
    for row in rows {
        let count = |name: &str| -> Result<u64> { Ok(row.try_get::<i64, _>(name)?.unsigned_abs()) };
        let state = SourceState {
            day: row.try_get("day")?,
            pages: count("pages")?,
            bytes: count("bytes")?,
            urls: count("urls")?,
            paused: row.try_get("reason")?,
            since: row.try_get("since")?,
            swept_at: row.try_get("swept_at")?,
            cookies: row.try_get("cookies")?,
            last_success: row.try_get("last_success")?,
            last_failure: row.try_get("last_failure")?,
            failure: row.try_get("failure")?,
            failing_since: row.try_get("failing_since")?,
            down: row.try_get::<i64, _>("down")? != 0,
        };
        states.insert(row.try_get("source")?, state);
    }
    Ok(states)
}

/// Writes states.
///
/// # Errors
/// The database does not answer.
pub async fn save(connection: &mut AnyConnection, states: &HashMap<String, SourceState>) -> Result<()> {
    let count = |n: u64| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
    let mut states: Vec<_> = states.iter().collect();
    states.sort_by_key(|(source, _)| (*source).clone());
    let rows = states
        .into_iter()
        .map(|(source, state)| {
            vec![
                source.as_str().into(),
                state.day.as_str().into(),
                count(state.pages),
                count(state.bytes),
                count(state.urls),
                Value::from(if state.paused.is_empty() { "open" } else { "paused" }),
                state.paused.as_str().into(),
                state.since.into(),
                state.swept_at.into(),
                state.cookies.as_str().into(),
                state.last_success.into(),
                state.last_failure.into(),
                state.failure.as_str().into(),
                state.failing_since.into(),
                i64::from(state.down).into(),
            ]
        })
        .collect();
    insert_rows(
        connection,
        "INSERT INTO source_state (source, day, pages, bytes, urls, state, reason, since, swept_at, cookies, last_success, last_failure, failure, \
         failing_since, down) VALUES",
        "ON CONFLICT (source) DO UPDATE SET day = excluded.day, pages = excluded.pages, bytes = excluded.bytes, urls = excluded.urls, \
         state = excluded.state, reason = excluded.reason, since = excluded.since, swept_at = excluded.swept_at, cookies = excluded.cookies, \
         last_success = excluded.last_success, last_failure = excluded.last_failure, failure = excluded.failure, \
         failing_since = excluded.failing_since, down = excluded.down",
        rows,
    )
    .await?;
    Ok(())
}
