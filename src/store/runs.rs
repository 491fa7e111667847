//! Runs: executions of commands that write.

use anyhow::Result;
use sqlx::{AnyConnection, Row};

use crate::clock;

/// Begins a run; returns its number.
///
/// # Errors
/// The database does not answer.
pub async fn begin(connection: &mut AnyConnection, command: &str) -> Result<i64> {
    let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM run").fetch_one(&mut *connection).await?;
    sqlx::query("INSERT INTO run (id, command, started_at) VALUES ($1, $2, $3)")
        .bind(last + 1)
        .bind(command.to_owned())
        .bind(clock::micros(clock::now()))
        .execute(connection)
        .await?;
    Ok(last + 1)
}

/// Ends a run with its summary as JSON.
///
/// # Errors
/// The database does not answer.
pub async fn end(connection: &mut AnyConnection, run: i64, summary: &str) -> Result<()> {
    sqlx::query("UPDATE run SET ended_at = $1, summary = $2 WHERE id = $3")
        .bind(clock::micros(clock::now()))
        .bind(summary.to_owned())
        .bind(run)
        .execute(connection)
        .await?;
    Ok(())
}

/// A run as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// Its command.
    pub command: String,
    /// Microseconds.
    pub started_at: i64,
    /// Microseconds; `None` while it runs, and when it was killed.
    pub ended_at: Option<i64>,
}

/// The latest run.
///
/// # Errors
/// The database does not answer.
pub async fn last(connection: &mut AnyConnection) -> Result<Option<Run>> {
    let row = sqlx::query("SELECT id, command, started_at, ended_at FROM run ORDER BY id DESC LIMIT 1").fetch_optional(connection).await?;
    let of_row = |row: sqlx::any::AnyRow| -> Result<Run> {
        Ok(Run {
            id: row.try_get("id")?,
            command: row.try_get("command")?,
            started_at: row.try_get("started_at")?,
            ended_at: row.try_get("ended_at")?,
        })
    };
    row.map(of_row).transpose()
}

/// The numbers of all runs of a command.
///
/// # Errors
/// The database does not answer.
pub async fn of_command(connection: &mut AnyConnection, command: &str) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar("SELECT id FROM run WHERE command = $1").bind(command.to_owned()).fetch_all(connection).await?)
}
