//! The hash chain over the rows of the reading log: how a row is written as bytes, and how rows hang on one another.
//!
//! `hash = SHA-256(hash of the row before, as 64 hexadecimal digits || encoding of the row)`. `docs/reading-log.md` has the encoding, so that the
//! chain can be verified by other means than this program.

use std::fmt::Write;

use anyhow::{Context, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use crate::audit::kind::Kind;
use crate::audit::retention::Checkpoint;
use crate::clock::from_micros;

/// What the first row of all hangs on is the SHA-256 of these words.
const GENESIS: &str = "vigie reading log 1";

/// Rows read at a time.
const BATCH: i64 = 2_000;

/// Columns of a row, as [`Row::read`] takes them.
pub(super) const COLUMNS: &str = "id, at, actor, origin, action, kind, subject, case_reference, purpose, recipient, hash";

/// A row of the reading log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number: 1, 2, 3 and so on without a gap.
    pub id: i64,
    /// Microseconds.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// Through what; see [`crate::audit::Origin`].
    pub origin: String,
    /// What was done.
    pub action: String,
    /// What that is; see [`Kind`].
    pub kind: String,
    /// With what.
    pub subject: String,
    /// Reference of the case.
    pub case: Option<String>,
    /// Why.
    pub purpose: Option<String>,
    /// Who was given what was disclosed.
    pub recipient: Option<String>,
    /// What the next row hangs on, hexadecimal.
    pub hash: String,
}

impl Serialize for Row {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(11))?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("at", &from_micros(self.at).to_string())?;
        map.serialize_entry("actor", &self.actor)?;
        map.serialize_entry("origin", &self.origin)?;
        map.serialize_entry("kind", &self.kind)?;
        map.serialize_entry("action", &self.action)?;
        map.serialize_entry("subject", &self.subject)?;
        map.serialize_entry("case", &self.case)?;
        map.serialize_entry("purpose", &self.purpose)?;
        map.serialize_entry("recipient", &self.recipient)?;
        map.serialize_entry("hash", &self.hash)?;
        map.end()
    }
}

impl Row {
    /// Takes a row of the columns [`COLUMNS`].
    pub(super) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            at: row.try_get("at")?,
            actor: row.try_get("actor")?,
            origin: row.try_get("origin")?,
            action: row.try_get("action")?,
            kind: row.try_get("kind")?,
            subject: row.try_get("subject")?,
            case: row.try_get("case_reference")?,
            purpose: row.try_get("purpose")?,
            recipient: row.try_get("recipient")?,
            hash: row.try_get("hash")?,
        })
    }

    /// The row as bytes: each field as its length, a colon, its bytes and a comma; `-` and a comma for one that is not there.
    fn encoding(&self) -> String {
        let (id, at) = (self.id.to_string(), self.at.to_string());
        let fields = [
            Some(id.as_str()),
            Some(&at),
            Some(&self.actor),
            Some(&self.origin),
            Some(&self.action),
            Some(&self.kind),
            Some(&self.subject),
            self.case.as_deref(),
            self.purpose.as_deref(),
            self.recipient.as_deref(),
        ];
        let mut text = String::new();
        for field in fields {
            // Writing to a String does not fail.
            let _ = match field {
                Some(field) => write!(text, "{}:{field},", field.len()),
                None => write!(text, "-,"),
            };
        }
        text
    }

    /// The hash that this row has after a row of hash `before`.
    pub(super) fn hash_after(&self, before: &str) -> String {
        sha256(&[before, &self.encoding()])
    }
}

/// What the first row of all hangs on.
pub(super) fn genesis() -> String {
    sha256(&[GENESIS])
}

fn sha256(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Number and hash of the last row, or of what stands in its place: the last checkpoint, or the beginning. Within the turn of the log: rows of
/// an earlier version that have no hash yet are chained first.
pub(super) async fn head(connection: &mut AnyConnection) -> Result<(i64, String)> {
    let last: Option<(i64, String)> =
        sqlx::query_as("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1").fetch_optional(&mut *connection).await?;
    match last {
        Some((id, hash)) if hash.is_empty() => Ok((id, chain_old(connection).await?)),
        Some(head) => Ok(head),
        None => Ok(Checkpoint::last(connection).await?.map_or_else(|| (0, genesis()), |one| (one.through, one.hash))),
    }
}

/// Gives rows that an earlier version wrote their kind and their place in the chain, once; returns the hash of the last one.
async fn chain_old(connection: &mut AnyConnection) -> Result<String> {
    let chained: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE hash <> ''").fetch_one(&mut *connection).await?;
    if chained > 0 {
        // No version wrote such a row: it was put there. What comes hangs on it as it is, and verifying tells.
        return Ok(String::new());
    }
    let (mut before, mut after) = (genesis(), 0);
    loop {
        let batch = batch(connection, after).await?;
        let Some(last) = batch.last() else { return Ok(before) };
        after = last.id;
        for mut row in batch {
            row.kind = Kind::of(&row.action).code().to_owned();
            before = row.hash_after(&before);
            sqlx::query("UPDATE audit SET kind = $1, hash = $2 WHERE id = $3")
                .bind(row.kind)
                .bind(before.clone())
                .bind(row.id)
                .execute(&mut *connection)
                .await
                .context("cannot chain the rows of an earlier version")?;
        }
    }
}

/// The next rows behind a number, in order.
pub(super) async fn batch(connection: &mut AnyConnection, after: i64) -> Result<Vec<Row>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM audit WHERE id > $1 ORDER BY id LIMIT $2"));
    sqlx::query(sql).bind(after).bind(BATCH).fetch_all(connection).await?.iter().map(Row::read).collect()
}

/// Puts a row, whose number and hash are not yet known, at the end of the log; returns it with both. Within the turn of the log.
pub(super) async fn append(connection: &mut AnyConnection, mut row: Row) -> Result<Row> {
    let (last, before) = head(connection).await?;
    row.id = last + 1;
    row.hash = row.hash_after(&before);
    let sql = sqlx::AssertSqlSafe(format!("INSERT INTO audit ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"));
    sqlx::query(sql)
        .bind(row.id)
        .bind(row.at)
        .bind(row.actor.clone())
        .bind(row.origin.clone())
        .bind(row.action.clone())
        .bind(row.kind.clone())
        .bind(row.subject.clone())
        .bind(row.case.clone())
        .bind(row.purpose.clone())
        .bind(row.recipient.clone())
        .bind(row.hash.clone())
        .execute(connection)
        .await?;
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            id: 7,
            at: 1_700_000_000_000_000,
            actor: "anna".into(),
            origin: "cli".into(),
            action: "search".into(),
            kind: "consultation".into(),
            subject: "glock é".into(),
            case: Some(String::new()),
            purpose: None,
            recipient: None,
            hash: String::new(),
        }
    }

    #[test]
    fn a_row_is_written_as_the_document_says() {
        assert_eq!(row().encoding(), "1:7,16:1700000000000000,4:anna,3:cli,6:search,12:consultation,8:glock é,0:,-,-,");
        // What `printf 'vigie reading log 1' | sha256sum` prints.
        assert_eq!(genesis(), "636e009bb537d9d56e7e01176814201fda4de535ea97d14f7a35d35764321e25");
        assert_eq!(row().hash_after(&genesis()), "b31334e679209c0fd32bf9be88b35b94df80a831769b77226cb5ca21f54fdcba");
    }

    #[test]
    fn no_two_rows_have_the_same_bytes() {
        let other = Row { actor: "ann".into(), origin: "acli".into(), ..row() };
        assert_ne!(row().encoding(), other.encoding());
        let other = Row { case: None, purpose: Some(String::new()), ..row() };
        assert_ne!(row().encoding(), other.encoding());
    }
}
