//! The reading log's own retention: the oldest rows go, and a checkpoint stays from which the chain verifies on.

use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::{AnyConnection, Row as _};

use crate::audit::{Actor, Purpose, anchor, chain, entry};
use crate::clock;
use crate::database::{self, Pool, Turn};

/// The action of the row that tells of a removal.
pub(super) const ACTION: &str = "retain";

/// What was removed: all rows up to a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// Number of the last row that was removed.
    pub through: i64,
    /// Its hash, which the first row that is left hangs on.
    pub hash: String,
    /// When it was written, microseconds.
    pub at: i64,
    /// Rows that this removal took.
    pub rows: i64,
    /// When they were removed, microseconds.
    pub removed_at: i64,
    /// Who removed them.
    pub removed_by: String,
}

impl Checkpoint {
    /// The last one.
    pub(super) async fn last(connection: &mut AnyConnection) -> Result<Option<Self>> {
        let sql = "SELECT through, hash, at, removed, removed_at, removed_by FROM audit_checkpoint ORDER BY through DESC LIMIT 1";
        let row = sqlx::query(sql).fetch_optional(connection).await?;
        let read = |row: sqlx::any::AnyRow| -> Result<Self> {
            Ok(Self {
                through: row.try_get("through")?,
                hash: row.try_get("hash")?,
                at: row.try_get("at")?,
                rows: row.try_get("removed")?,
                removed_at: row.try_get("removed_at")?,
                removed_by: row.try_get("removed_by")?,
            })
        };
        row.map(read).transpose()
    }

    /// The subject of the row that tells of it.
    pub(super) fn told(&self) -> String {
        format!("reading log: {} rows up to {}, hash {}", self.rows, self.through, self.hash)
    }
}

/// Removes the rows from the first one on that are older than `keep`, up to the first that is not; tells what was removed, `None` where nothing
/// was. The removal is a row of the log itself. All in one transaction.
///
/// # Errors
/// The database does not answer.
pub async fn apply(pool: &Pool, actor: &Actor, purpose: &Purpose, keep: Duration, now: Timestamp) -> Result<Option<Checkpoint>> {
    let before = clock::micros(now).saturating_sub(i64::try_from(keep.as_micros()).unwrap_or(i64::MAX));
    let mut transaction = database::begin_turn(pool, Turn::ReadingLog).await?;
    // Chains what an earlier version wrote, so that the checkpoint has a hash.
    let (end, _) = chain::head(&mut transaction).await?;
    let first_kept: Option<i64> =
        sqlx::query_scalar("SELECT MIN(id) FROM audit WHERE at >= $1").bind(before).fetch_one(&mut *transaction).await?;
    let through = first_kept.map_or(end, |id| id - 1);
    let last = sqlx::query("SELECT at, hash FROM audit WHERE id = $1").bind(through).fetch_optional(&mut *transaction).await?;
    let Some(last) = last else { return Ok(None) };
    let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE id <= $1").bind(through).fetch_one(&mut *transaction).await?;
    let checkpoint = Checkpoint {
        through,
        hash: last.try_get("hash")?,
        at: last.try_get("at")?,
        rows,
        removed_at: clock::micros(now),
        removed_by: actor.name.clone(),
    };
    let row = chain::append(&mut transaction, entry(actor, ACTION, &checkpoint.told(), purpose, None)).await?;
    sqlx::query("INSERT INTO audit_checkpoint (through, hash, at, removed, removed_at, removed_by) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(checkpoint.through)
        .bind(checkpoint.hash.clone())
        .bind(checkpoint.at)
        .bind(checkpoint.rows)
        .bind(checkpoint.removed_at)
        .bind(checkpoint.removed_by.clone())
        .execute(&mut *transaction)
        .await
        .context("cannot write the checkpoint, so no row of the reading log is removed")?;
    for sql in ["DELETE FROM audit_review WHERE audit_id <= $1", "DELETE FROM audit WHERE id <= $1"] {
        sqlx::query(sql).bind(through).execute(&mut *transaction).await.context("cannot remove rows of the reading log")?;
    }
    transaction.commit().await?;
    anchor::note(pool, &row);
    Ok(Some(checkpoint))
}
