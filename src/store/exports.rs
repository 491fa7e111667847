//! What was exported, to whom, and which listings it named. Primary data, never rebuilt.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use crate::clock;
use crate::database::{Value, insert_rows, select_in};

/// Digits of the id of a listing.
const DIGITS: usize = 32;
/// Ids in one row: an export of a million listings is a thousand rows, and who asks for one listing reads one row of each export.
const IN_A_ROW: usize = 1_000;

/// An export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Export {
    /// Its number: that of its row in the reading log.
    pub id: i64,
    /// What was exported.
    pub format: String,
    /// Who it is for.
    pub recipient: String,
    /// Who made it.
    pub actor: String,
    /// Reference of the case; empty without one.
    pub case: String,
    /// Microseconds.
    pub begun_at: i64,
    /// Microseconds; `None` where it is not known to have ended: what it was to name may have been handed over, or not.
    pub ended_at: Option<i64>,
    /// Rows of listings read.
    pub rows: i64,
}

/// Notes an export that begins; before a file of it stands anywhere.
///
/// # Errors
/// The database does not answer; nothing must be exported then.
pub async fn begin(connection: &mut AnyConnection, id: i64, format: &str, recipient: &str, actor: &str, case: Option<&str>) -> Result<()> {
    let row: Vec<Value> = vec![
        id.into(),
        format.into(),
        recipient.into(),
        actor.into(),
        case.unwrap_or_default().into(),
        clock::micros(clock::now()).into(),
        0.into(),
        0.into(),
    ];
    let head = "INSERT INTO export (id, format, recipient, actor, case_reference, begun_at, ended_at, rows_written) VALUES";
    insert_rows(connection, head, "", vec![row]).await?;
    Ok(())
}

/// Notes what an export that ended named: ids of listings, in any order.
///
/// # Errors
/// The database does not answer.
pub async fn end(connection: &mut AnyConnection, id: i64, rows: u64, listings: Vec<String>) -> Result<()> {
    let ids: Vec<String> = listings.into_iter().filter(|id| id.len() == DIGITS).collect::<BTreeSet<_>>().into_iter().collect();
    let part = |(n, part): (usize, &[String])| -> Vec<Value> {
        let (first, last) = (part.first().cloned().unwrap_or_default(), part.last().cloned().unwrap_or_default());
        vec![id.into(), i64::try_from(n).unwrap_or(i64::MAX).into(), first.into(), last.into(), part.concat().into()]
    };
    let parts: Vec<Vec<Value>> = ids.chunks(IN_A_ROW).enumerate().map(part).collect();
    insert_rows(connection, "INSERT INTO export_part (export_id, n, first_id, last_id, ids) VALUES", "", parts).await?;
    sqlx::query("UPDATE export SET ended_at = $1, rows_written = $2 WHERE id = $3")
        .bind(clock::micros(clock::now()))
        .bind(i64::try_from(rows)?)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// An export by its number.
///
/// # Errors
/// The database does not answer.
pub async fn one(connection: &mut AnyConnection, id: i64) -> Result<Option<Export>> {
    let rows = select_in(connection, &format!("{SELECT} IN"), "", &[id]).await?;
    rows.first().map(read).transpose()
}

/// The exports that named one of these listings, in the order of their numbers, and all of listings that are not known to have ended.
///
/// # Errors
/// The database does not answer.
pub async fn naming(connection: &mut AnyConnection, listings: &[String]) -> Result<Vec<Export>> {
    let mut ids: BTreeSet<i64> = sqlx::query_scalar("SELECT id FROM export WHERE ended_at = 0 AND format = 'listings'")
        .fetch_all(&mut *connection)
        .await?
        .into_iter()
        .collect();
    for listing in listings {
        let rows = sqlx::query("SELECT export_id, ids FROM export_part WHERE first_id <= $1 AND last_id >= $2")
            .bind(listing.clone())
            .bind(listing.clone())
            .fetch_all(&mut *connection)
            .await?;
        for row in rows {
            let held: String = row.try_get("ids")?;
            if held.as_bytes().chunks(DIGITS).any(|id| id == listing.as_bytes()) {
                ids.insert(row.try_get("export_id")?);
            }
        }
    }
    let ids: Vec<i64> = ids.into_iter().collect();
    let rows = select_in(connection, &format!("{SELECT} IN"), "", &ids).await?;
    let mut exports = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    exports.sort_by_key(|one| one.id);
    Ok(exports)
}

const SELECT: &str = "SELECT id, format, recipient, actor, case_reference, begun_at, ended_at, rows_written FROM export WHERE id";

fn read(row: &AnyRow) -> Result<Export> {
    Ok(Export {
        id: row.try_get("id")?,
        format: row.try_get("format")?,
        recipient: row.try_get("recipient")?,
        actor: row.try_get("actor")?,
        case: row.try_get("case_reference")?,
        begun_at: row.try_get("begun_at")?,
        ended_at: Some(row.try_get("ended_at")?).filter(|at| *at > 0),
        rows: row.try_get("rows_written")?,
    })
}
