//! What a source used up today, and whether it is paused and why.

use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::AnyConnection;
use sqlx::Row;

use crate::clock::micros;
use crate::config::Budget;
use crate::database::{Value, insert_rows};

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
}

impl SourceState {
    /// Counts a fetch; a new day starts from nothing.
    pub fn count(&mut self, now: Timestamp, bytes: u64) {
        self.turn_day(now);
        self.pages += 1;
        self.bytes += bytes;
    }

    /// Why nothing more may be fetched today, when that is so; `in_flight` requests count as made.
    pub fn exhausted(&mut self, budget: &Budget, now: Timestamp, in_flight: u64) -> Option<&'static str> {
        self.turn_day(now);
        if budget.pages_per_day.is_some_and(|most| self.pages + in_flight >= most) {
            Some("daily budget of pages used up")
        } else if budget.bytes_per_day.is_some_and(|most| self.bytes >= most) {
            Some("daily budget of bytes used up")
        } else {
            None
        }
    }

    /// Pauses the source: a person must look.
    pub fn pause(&mut self, reason: &str, now: Timestamp) {
        if self.paused.is_empty() {
            self.paused = reason.to_owned();
            self.since = micros(now);
        }
    }

    fn turn_day(&mut self, now: Timestamp) {
        let today = now.to_zoned(TimeZone::UTC).date().to_string();
        if self.day != today {
            self.day = today;
            self.pages = 0;
            self.bytes = 0;
        }
    }
}

/// Reads the states of all sources.
///
/// # Errors
/// The database does not answer.
pub async fn load(connection: &mut AnyConnection) -> Result<HashMap<String, SourceState>> {
    let rows = sqlx::query("SELECT source, day, pages, bytes, urls, reason, since, swept_at, cookies FROM source_state")
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
            ]
        })
        .collect();
    insert_rows(
        connection,
        "INSERT INTO source_state (source, day, pages, bytes, urls, state, reason, since, swept_at, cookies) VALUES",
        "ON CONFLICT (source) DO UPDATE SET day = excluded.day, pages = excluded.pages, bytes = excluded.bytes, urls = excluded.urls, \
         state = excluded.state, reason = excluded.reason, since = excluded.since, swept_at = excluded.swept_at, cookies = excluded.cookies",
        rows,
    )
    .await?;
    Ok(())
}
