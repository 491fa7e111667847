//! robots.txt as the store keeps it, until it expires.

use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use sqlx::{AnyConnection, Row};
use url::Url;

use crate::clock::{from_micros, micros};
use crate::database::insert_rows;
use crate::frontier::robots::Rules;

/// How long rules are kept (RFC 9309 2.4).
const KEPT: Duration = Duration::from_secs(86_400);

/// Clocks are set by less than this without anybody noticing.
const AHEAD: Duration = Duration::from_secs(60);

const INSERT: &str = "INSERT INTO robots (origin, fetched_at, expires_at, state, body) VALUES";
const UPSERT: &str = "ON CONFLICT (origin) DO UPDATE SET fetched_at = excluded.fetched_at, expires_at = excluded.expires_at, state = excluded.state, body = excluded.body";

/// robots.txt of one scheme, host and port, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Scheme, host and port.
    pub origin: String,
    /// Status that it came with.
    pub status: u16,
    /// Text of the file, empty without one.
    pub body: String,
    /// Microseconds.
    pub fetched_at: i64,
}

/// The part of an address that robots.txt is for.
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

impl Stored {
    /// The rules for this agent.
    pub fn rules(&self, agent: &str) -> Rules {
        if self.status == 200 { Rules::parse(self.body.as_bytes(), agent) } else { Rules::from_status(self.status) }
    }

    /// Whether it must be asked for again: after a day, or when it comes from a time that is not yet, because the clock was set back.
    pub fn expired(&self, now: Timestamp) -> bool {
        let fetched_at = from_micros(self.fetched_at);
        fetched_at + KEPT <= now || fetched_at > now + AHEAD
    }
}

/// State of an origin whose robots.txt could not be had.
const UNREACHABLE: &str = "unreachable";

/// An origin whose robots.txt could not be had, so that nothing there is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable {
    /// Scheme, host and port.
    pub origin: String,
    /// Outcome code of the last try.
    pub outcome: String,
    /// Time of the last try, microseconds.
    pub at: i64,
    /// When it is tried again at the earliest, microseconds.
    pub until: i64,
}

/// Remembers that robots.txt could not be had; what is known otherwise takes its place as soon as it is.
///
/// # Errors
/// The database does not answer.
pub async fn save_unreachable(connection: &mut AnyConnection, unreachable: &[Unreachable]) -> Result<()> {
    let row = |one: &Unreachable| {
        vec![one.origin.as_str().into(), one.at.into(), one.until.into(), UNREACHABLE.into(), one.outcome.as_str().into()]
    };
    insert_rows(connection, INSERT, UPSERT, unreachable.iter().map(row).collect()).await?;
    Ok(())
}

/// Origins whose robots.txt could not be had when it was last asked for, sorted.
///
/// # Errors
/// The database does not answer.
pub async fn unreachable(connection: &mut AnyConnection) -> Result<Vec<Unreachable>> {
    let rows = sqlx::query("SELECT origin, fetched_at, expires_at, body FROM robots WHERE state = $1")
        .bind(UNREACHABLE)
        .fetch_all(connection)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(Unreachable {
            origin: row.try_get("origin")?,
            outcome: row.try_get("body")?,
            at: row.try_get("fetched_at")?,
            until: row.try_get("expires_at")?,
        });
    }
    found.sort_by(|one, other| one.origin.cmp(&other.origin));
    Ok(found)
}

/// What the store remembers of these origins.
///
/// # Errors
/// The database does not answer.
pub async fn load(connection: &mut AnyConnection) -> Result<Vec<Stored>> {
    let rows =
        sqlx::query("SELECT origin, fetched_at, state, body FROM robots WHERE state <> $1").bind(UNREACHABLE).fetch_all(connection).await?;
    let stored = |row: &sqlx::any::AnyRow| -> Result<Stored> {
        let status: String = row.try_get("state")?;
        Ok(Stored {
            origin: row.try_get("origin")?,
            status: status.parse().unwrap_or(503),
            body: row.try_get("body")?,
            fetched_at: row.try_get("fetched_at")?,
        })
    };
    rows.iter().map(stored).collect()
}

/// Remembers rules.
///
/// # Errors
/// The database does not answer.
pub async fn save(connection: &mut AnyConnection, rules: &[Stored]) -> Result<()> {
    let rows = rules.iter().map(|one| {
        let expires = from_micros(one.fetched_at) + KEPT;
        vec![
            one.origin.as_str().into(),
            one.fetched_at.into(),
            micros(expires).into(),
            one.status.to_string().into(),
            one.body.as_str().into(),
        ]
    });
    insert_rows(connection, INSERT, UPSERT, rows.collect()).await?;
    Ok(())
}
