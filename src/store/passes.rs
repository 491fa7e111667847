//! Passes: what a run did for each source, kept so that later ones can be compared with it.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::database::insert_rows;

/// Pages of which some gave something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Pages that were looked at.
    pub pages: u64,
    /// Those that gave it.
    pub filled: u64,
}

impl Share {
    /// From 0 to 1; 0 without pages.
    #[expect(clippy::cast_precision_loss, reason = "a share of pages needs no 53 bits")]
    pub fn rate(self) -> f64 {
        if self.pages == 0 { 0.0 } else { self.filled as f64 / self.pages as f64 }
    }
}

/// What a run did for one source, up to its end or, in a long run, to the end of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pass {
    /// Source id.
    pub source: String,
    /// The run.
    pub run: i64,
    /// Its beginning, microseconds.
    pub since: i64,
    /// Its end, microseconds.
    pub ended_at: i64,
    /// Pages that came.
    pub pages: u64,
    /// Listings seen.
    pub listings: u64,
    /// Whether every page was to be visited: the first pass, a sweep, or `--revisit`.
    pub whole: bool,
    /// Whether it ended while something was still due.
    pub cut: bool,
    /// What pages gave, by the code of the field.
    pub fields: BTreeMap<String, Share>,
    /// Expectations that were missed, as JSON.
    pub missed: String,
}

/// Writes passes.
///
/// # Errors
/// The database does not answer.
pub async fn insert(connection: &mut AnyConnection, passes: &[Pass]) -> Result<()> {
    let mut rows = Vec::with_capacity(passes.len());
    for one in passes {
        rows.push(vec![
            one.source.as_str().into(),
            one.run.into(),
            one.since.into(),
            one.ended_at.into(),
            one.pages.cast_signed().into(),
            one.listings.cast_signed().into(),
            one.whole.into(),
            one.cut.into(),
            serde_json::to_string(&one.fields)?.into(),
            one.missed.as_str().into(),
        ]);
    }
    insert_rows(
        connection,
        "INSERT INTO pass (source, run, since, ended_at, pages, listings, whole, cut, fields, missed) VALUES",
        "ON CONFLICT (source, run, since) DO NOTHING",
        rows,
    )
    .await?;
    Ok(())
}

/// The last passes of a source, at most `most`, the latest first.
///
/// # Errors
/// The database does not answer.
pub async fn last(connection: &mut AnyConnection, source: &str, most: i64) -> Result<Vec<Pass>> {
    let rows = sqlx::query(
        "SELECT source, run, since, ended_at, pages, listings, whole, cut, fields, missed FROM pass WHERE source = $1 ORDER BY run DESC, since DESC LIMIT $2",
    )
    .bind(source.to_owned())
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// Listings of a source that were seen at this time, in microseconds, or later.
///
/// # Errors
/// The database does not answer.
pub async fn listings_since(connection: &mut AnyConnection, source: &str, at: i64) -> Result<u64> {
    let sql = "SELECT COUNT(*) FROM listing WHERE source = $1 AND last_seen >= $2";
    let n: i64 = sqlx::query_scalar(sql).bind(source.to_owned()).bind(at).fetch_one(connection).await?;
    Ok(n.unsigned_abs())
}

/// Listings of a source.
///
/// # Errors
/// The database does not answer.
pub async fn listings(connection: &mut AnyConnection, source: &str) -> Result<u64> {
    let n: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM listing WHERE source = $1").bind(source.to_owned()).fetch_one(connection).await?;
    Ok(n.unsigned_abs())
}

fn read(row: &AnyRow) -> Result<Pass> {
    let count = |name: &str| -> Result<u64> { Ok(row.try_get::<i64, _>(name)?.unsigned_abs()) };
    let fields: String = row.try_get("fields")?;
    Ok(Pass {
        source: row.try_get("source")?,
        run: row.try_get("run")?,
        since: row.try_get("since")?,
        ended_at: row.try_get("ended_at")?,
        pages: count("pages")?,
        listings: count("listings")?,
        whole: count("whole")? == 1,
        cut: count("cut")? == 1,
        // What cannot be read is not compared with.
        fields: serde_json::from_str(&fields).unwrap_or_default(),
        missed: row.try_get("missed")?,
    })
}
