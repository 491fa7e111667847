//! To whom alerts are given: every assignment is kept with its author and time; the last one stands in the alert.

use anyhow::{Result, bail};
use sqlx::{AnyConnection, Row};

use crate::clock;
use crate::database::select_in;

/// An alert that was given to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The alert.
    pub alert_id: String,
    /// Name of the user; empty for nobody.
    pub assignee: String,
    /// Who gave it.
    pub author: String,
    /// Microseconds.
    pub at: i64,
}

/// Gives these alerts to a user, or to nobody where `assignee` is empty; returns how many there are. Whether the user may have them is looked
/// at by the caller.
///
/// # Errors
/// One is not there, or the database does not answer: nothing is written.
pub async fn write(connection: &mut AnyConnection, ids: &[String], assignee: &str, author: &str) -> Result<usize> {
    let at = clock::micros(clock::now());
    for id in ids {
        let changed = sqlx::query("UPDATE alert SET assignee = $1 WHERE id = $2")
            .bind(assignee.to_owned())
            .bind(id.clone())
            .execute(&mut *connection)
            .await?
            .rows_affected();
        if changed == 0 {
            bail!("there is no alert {id:?}; hint: `vigie alerts --json` shows them");
        }
        sqlx::query(
            "INSERT INTO assignment (alert_id, n, assignee, author, at) \
             SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4 FROM assignment WHERE alert_id = $1",
        )
        .bind(id.clone())
        .bind(assignee.to_owned())
        .bind(author.replace('\0', ""))
        .bind(at)
        .execute(&mut *connection)
        .await?;
    }
    Ok(ids.len())
}

/// The assignments of these alerts, those of an alert oldest first.
///
/// # Errors
/// The database does not answer.
pub async fn of(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<Assignment>> {
    let head = "SELECT alert_id, assignee, author, at FROM assignment WHERE alert_id IN";
    let rows = select_in(connection, head, "ORDER BY n", ids).await?;
    let read = |row: &sqlx::any::AnyRow| -> Result<Assignment> {
        Ok(Assignment {
            alert_id: row.try_get("alert_id")?,
            assignee: row.try_get("assignee")?,
            author: row.try_get("author")?,
            at: row.try_get("at")?,
        })
    };
    rows.iter().map(read).collect()
}
