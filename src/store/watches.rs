//! Watches as the store keeps them. A revision counts every change, so that a running writer notices.

use anyhow::{Result, bail};
use sqlx::{AnyConnection, Row};

use crate::clock;
use crate::database::{meta, set_meta};

/// Bytes of a watch's name, at most.
const LONGEST_NAME: usize = 500;

/// A saved question.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Watch {
    /// Number, never used twice.
    pub id: i64,
    /// Name that a person gave it.
    pub name: String,
    /// The question.
    pub query: String,
    /// Microseconds.
    pub created_at: i64,
}

/// All watches, by name.
///
/// # Errors
/// The database does not answer.
pub async fn list(connection: &mut AnyConnection) -> Result<Vec<Watch>> {
    let rows = sqlx::query("SELECT id, name, query, created_at FROM watch").fetch_all(connection).await?;
    let mut watches = Vec::with_capacity(rows.len());
    for row in rows {
        watches.push(Watch {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            query: row.try_get("query")?,
            created_at: row.try_get("created_at")?,
        });
    }
    watches.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(watches)
}

/// Adds a watch; the query was checked by the caller.
///
/// # Errors
/// There is one of that name already, or the database does not answer.
pub async fn add(connection: &mut AnyConnection, name: &str, query: &str) -> Result<Watch> {
    if name.len() > LONGEST_NAME {
        bail!("the name of a watch has {} bytes; hint: at most {LONGEST_NAME}", name.len());
    }
    if list(connection).await?.iter().any(|watch| watch.name == name) {
        bail!("there is already a watch named {name:?}; hint: `vigie watch remove {name:?}` first, or choose another name");
    }
    let last = meta(connection, "last_watch").await?.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let watch = Watch { id: last + 1, name: name.to_owned(), query: query.to_owned(), created_at: clock::micros(clock::now()) };
    sqlx::query("INSERT INTO watch (id, name, query, created_at) VALUES ($1, $2, $3, $4)")
        .bind(watch.id)
        .bind(name.replace('\0', ""))
        .bind(query.replace('\0', ""))
        .bind(watch.created_at)
        .execute(&mut *connection)
        .await?;
    set_meta(connection, "last_watch", &watch.id.to_string()).await?;
    bump(connection).await?;
    Ok(watch)
}

/// Removes a watch; its alerts stay.
///
/// # Errors
/// There is none of that name, or the database does not answer.
pub async fn remove(connection: &mut AnyConnection, name: &str) -> Result<()> {
    let removed = sqlx::query("DELETE FROM watch WHERE name = $1").bind(name.to_owned()).execute(&mut *connection).await?.rows_affected();
    if removed == 0 {
        bail!("there is no watch named {name:?}; hint: `vigie watch list` shows them");
    }
    bump(connection).await
}

/// Counts changes of watches.
///
/// # Errors
/// The database does not answer.
pub async fn revision(connection: &mut AnyConnection) -> Result<i64> {
    Ok(meta(connection, "watch_revision").await?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

async fn bump(connection: &mut AnyConnection) -> Result<()> {
    let next = revision(connection).await? + 1;
    set_meta(connection, "watch_revision", &next.to_string()).await
}
