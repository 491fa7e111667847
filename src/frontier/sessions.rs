//! Sessions of accounts: cookies that a person gave for a source, and how long each lasted. A revision counts every change by a command, so
//! that a running crawl notices.

use std::collections::HashMap;

use anyhow::Result;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::database::{meta, set_meta};
use crate::frontier::source_state::SourceState;

/// One session of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// Source id.
    pub source: String,
    /// Number, counted for each source from 1.
    pub n: i64,
    /// Its cookies as JSON, secret; empty once it was cleared or replaced.
    pub cookies: String,
    /// When a person set it, microseconds.
    pub set_at: i64,
    /// The account of the operating system that did.
    pub set_by: String,
    /// When it was cleared or replaced, microseconds; 0 while it may be used.
    pub ended_at: i64,
    /// When a wall was met with it, microseconds; 0 before.
    pub walled_at: i64,
    /// Which; empty before.
    pub wall: String,
}

const REVISION: &str = "session_revision";

/// Every session, the ended ones too, by source and number.
///
/// # Errors
/// The database does not answer.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<Session>> {
    let rows =
        sqlx::query("SELECT source, n, cookies, set_at, set_by, ended_at, walled_at, wall FROM session").fetch_all(connection).await?;
    let mut sessions = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    sessions.sort_by(|one, other| (&one.source, one.n).cmp(&(&other.source, other.n)));
    Ok(sessions)
}

/// The session of each source that may be used.
///
/// # Errors
/// The database does not answer.
pub async fn live(connection: &mut AnyConnection) -> Result<HashMap<String, Session>> {
    let rows = sqlx::query("SELECT source, n, cookies, set_at, set_by, ended_at, walled_at, wall FROM session WHERE ended_at = 0")
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| read(row).map(|session| (session.source.clone(), session))).collect()
}

/// Sets a session in the place of the one before, whose cookies are forgotten; returns its number. The caller holds the turn of sessions.
///
/// # Errors
/// The database does not answer.
pub async fn set(connection: &mut AnyConnection, source: &str, cookies: &str, by: &str, now: i64) -> Result<i64> {
    end(connection, source, now).await?;
    let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(n), 0) FROM session WHERE source = $1")
        .bind(source.to_owned())
        .fetch_one(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO session (source, n, cookies, set_at, set_by, ended_at, walled_at, wall) VALUES ($1, $2, $3, $4, $5, 0, 0, '')",
    )
    .bind(source.to_owned())
    .bind(last + 1)
    .bind(cookies.to_owned())
    .bind(now)
    .bind(by.replace('\0', ""))
    .execute(&mut *connection)
    .await?;
    bump(connection).await?;
    Ok(last + 1)
}

/// Ends the session of a source and forgets its cookies, and those that its servers set without it; tells whether there was one. The caller
/// holds the turn of sessions.
///
/// # Errors
/// The database does not answer.
pub async fn clear(connection: &mut AnyConnection, source: &str, now: i64) -> Result<bool> {
    // In the order in which a crawl writes these rows: the other way round the two could wait for each other.
    sqlx::query("UPDATE source_state SET cookies = '' WHERE source = $1").bind(source.to_owned()).execute(&mut *connection).await?;
    let ended = end(connection, source, now).await?;
    bump(connection).await?;
    Ok(ended)
}

/// Writes what a crawl learned of a session; one that was ended meanwhile stays as it is.
///
/// # Errors
/// The database does not answer.
pub async fn keep(connection: &mut AnyConnection, session: &Session) -> Result<()> {
    sqlx::query("UPDATE session SET cookies = $1, walled_at = $2, wall = $3 WHERE source = $4 AND n = $5 AND ended_at = 0")
        .bind(session.cookies.clone())
        .bind(session.walled_at)
        .bind(session.wall.clone())
        .bind(session.source.clone())
        .bind(session.n)
        .execute(connection)
        .await?;
    Ok(())
}

/// Counts changes by commands.
///
/// # Errors
/// The database does not answer.
pub async fn revision(connection: &mut AnyConnection) -> Result<i64> {
    Ok(meta(connection, REVISION).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Ends the pauses that are older than the session of their source: whoever set it has looked. Returns the sources concerned.
pub fn end_pauses<'s>(states: &mut HashMap<String, SourceState>, live: impl IntoIterator<Item = &'s Session>) -> Vec<String> {
    let mut ended = Vec::new();
    for session in live {
        if let Some(state) = states.get_mut(&session.source).filter(|state| !state.paused.is_empty() && state.since <= session.set_at) {
            state.paused.clear();
            ended.push(session.source.clone());
        }
    }
    ended
}

async fn end(connection: &mut AnyConnection, source: &str, now: i64) -> Result<bool> {
    let ended = sqlx::query("UPDATE session SET ended_at = $1, cookies = '' WHERE source = $2 AND ended_at = 0")
        .bind(now)
        .bind(source.to_owned())
        .execute(connection)
        .await?;
    Ok(ended.rows_affected() > 0)
}

async fn bump(connection: &mut AnyConnection) -> Result<()> {
    let next = revision(connection).await? + 1;
    set_meta(connection, REVISION, &next.to_string()).await
}

fn read(row: &AnyRow) -> Result<Session> {
    Ok(Session {
        source: row.try_get("source")?,
        n: row.try_get("n")?,
        cookies: row.try_get("cookies")?,
        set_at: row.try_get("set_at")?,
        set_by: row.try_get("set_by")?,
        ended_at: row.try_get("ended_at")?,
        walled_at: row.try_get("walled_at")?,
        wall: row.try_get("wall")?,
    })
}
