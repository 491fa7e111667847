//! Authorities under which captures were made: the text behind each hash.

use anyhow::Result;
use sqlx::{AnyConnection, Row};

/// An authority as it was hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityRow {
    /// `sha256:` and hexadecimal digits.
    pub hash: String,
    /// Source id.
    pub source: String,
    /// The text that was hashed.
    pub body: String,
    /// Time of its record in the archive, microseconds.
    pub first_used: i64,
}

/// Whether the text of this hash is known.
///
/// # Errors
/// The database does not answer.
pub async fn known(connection: &mut AnyConnection, hash: &str) -> Result<bool> {
    let count: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM authority WHERE hash = $1").bind(hash.to_owned()).fetch_one(connection).await?;
    Ok(count > 0)
}

/// Keeps an authority; of the same one the first use stays.
///
/// # Errors
/// The database does not answer.
pub async fn keep(connection: &mut AnyConnection, row: &AuthorityRow) -> Result<()> {
    sqlx::query("INSERT INTO authority (hash, source, body, first_used) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING")
        .bind(row.hash.clone())
        .bind(row.source.clone())
        .bind(row.body.replace('\0', ""))
        .bind(row.first_used)
        .execute(connection)
        .await?;
    Ok(())
}

/// All of them, by source and first use.
///
/// # Errors
/// The database does not answer.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<AuthorityRow>> {
    let rows = sqlx::query("SELECT hash, source, body, first_used FROM authority").fetch_all(connection).await?;
    let read = |row: &sqlx::any::AnyRow| -> Result<AuthorityRow> {
        Ok(AuthorityRow {
            hash: row.try_get("hash")?,
            source: row.try_get("source")?,
            body: row.try_get("body")?,
            first_used: row.try_get("first_used")?,
        })
    };
    let mut found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    found.sort_by(|one, other| (&one.source, one.first_used, &one.hash).cmp(&(&other.source, other.first_used, &other.hash)));
    Ok(found)
}
