//! How much of a source is queued, without reading all of it: counts stop where a person would stop caring.

use anyhow::Result;
use sqlx::{AnyConnection, Row};

/// Addresses that are counted one by one; beyond it "more" is enough.
pub const MOST_COUNTED: u64 = 100_000;

/// A count that stops at [`MOST_COUNTED`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// How many, at most [`MOST_COUNTED`].
    pub n: u64,
    /// Whether there are more.
    pub more: bool,
}

/// The queue of one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queue {
    /// Addresses that are due.
    pub due: Count,
    /// Addresses that are refused: traps and limits.
    pub refused: Count,
    /// When the next queued address is due, microseconds; it may have passed. `None` when nothing is queued.
    pub next_due: Option<i64>,
}

/// The queue of a source at this time, in microseconds.
///
/// # Errors
/// The database does not answer.
pub async fn of_source(connection: &mut AnyConnection, source: &str, now: i64) -> Result<Queue> {
    const DUE: &str =
        "SELECT COUNT(*) FROM (SELECT 1 FROM url WHERE source = $1 AND state = 'queued' AND due_at <= $2 LIMIT 100001) AS few";
    const REFUSED: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM url WHERE source = $1 AND state = 'refused' LIMIT 100001) AS few";
    let due = sqlx::query_scalar(DUE).bind(source.to_owned()).bind(now).fetch_one(&mut *connection).await?;
    let refused = sqlx::query_scalar(REFUSED).bind(source.to_owned()).fetch_one(&mut *connection).await?;
    let next_due = sqlx::query_scalar("SELECT MIN(due_at) FROM url WHERE source = $1 AND state = 'queued'")
        .bind(source.to_owned())
        .fetch_one(connection)
        .await?;
    Ok(Queue { due: count(due), refused: count(refused), next_due })
}

fn count(n: i64) -> Count {
    Count { n: n.unsigned_abs().min(MOST_COUNTED), more: n.unsigned_abs() > MOST_COUNTED }
}

/// Whether addresses of a source are left that were due by `by`, or were found and never visited; microseconds.
///
/// # Errors
/// The database does not answer.
pub async fn overdue(connection: &mut AnyConnection, source: &str, by: i64, now: i64) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM url WHERE source = $1 AND state = 'queued' AND due_at <= $2 AND (due_at <= $3 OR visits = 0) LIMIT 1) AS one";
    let n: i64 = sqlx::query_scalar(sql).bind(source.to_owned()).bind(now).bind(by).fetch_one(connection).await?;
    Ok(n > 0)
}

/// What the store remembers of a host's gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shut {
    /// Host name.
    pub name: String,
    /// Earliest time of the next request, microseconds.
    pub next_at: i64,
    /// End of a snooze, microseconds; 0 without one.
    pub snoozed_until: i64,
    /// Spacing in force, microseconds.
    pub spacing: i64,
}

/// The gates of all hosts that were ever asked, sorted by name.
///
/// # Errors
/// The database does not answer.
pub async fn gates(connection: &mut AnyConnection) -> Result<Vec<Shut>> {
    let rows = sqlx::query("SELECT name, next_at, snoozed_until, spacing FROM host").fetch_all(connection).await?;
    let mut gates = Vec::with_capacity(rows.len());
    for row in rows {
        gates.push(Shut {
            name: row.try_get("name")?,
            next_at: row.try_get("next_at")?,
            snoozed_until: row.try_get("snoozed_until")?,
            spacing: row.try_get("spacing")?,
        });
    }
    gates.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(gates)
}

/// Keeps a host's gate shut until `next_at`, microseconds, at least: for a request that no crawl makes.
///
/// # Errors
/// The database does not answer.
pub async fn keep_shut(connection: &mut AnyConnection, host: &str, next_at: i64, spacing: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO host (name, next_at, spacing, snoozed_until, latency) VALUES ($1, $2, $3, 0, 0) \
         ON CONFLICT (name) DO UPDATE SET next_at = CASE WHEN host.next_at > excluded.next_at THEN host.next_at ELSE excluded.next_at END",
    )
    .bind(host.to_owned())
    .bind(next_at)
    .bind(spacing)
    .execute(connection)
    .await?;
    Ok(())
}
