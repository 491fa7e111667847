//! Whether the reading log is what was written: each row against the one before it, and against its anchor.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use sqlx::AnyConnection;

use crate::audit::retention::{self, Checkpoint};
use crate::audit::{Row, anchor, chain};
use crate::clock::from_micros;
use crate::database::{self, Pool, Turn};

/// Breaks that are told one by one.
const TOLD: usize = 20;

/// No row is removed before, microseconds: the least that `[reading_log] keep` may say.
const LEAST_KEPT: i64 = 365 * 86_400 * 1_000_000;

/// A row that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Break {
    /// Its number.
    pub number: i64,
    /// When it was written, as it says, RFC 3339; `None` where it is missing.
    pub at: Option<String>,
    /// What is wrong.
    pub what: String,
}

/// What verifying found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Rows read.
    pub rows: u64,
    /// Number of the last row.
    pub last: i64,
    /// Its hash.
    pub head: String,
    /// What was removed before the first row, by the retention of the log.
    pub checkpoint: Option<Checkpoint>,
    /// Rows that have an anchor.
    pub anchored: u64,
    /// Places where something does not fit.
    pub breaks: u64,
    /// The first of them, in order.
    pub first_breaks: Vec<Break>,
}

impl Verified {
    /// Whether all fits.
    pub fn is_clean(&self) -> bool {
        self.breaks == 0
    }

    fn broken(&mut self, number: i64, at: Option<i64>, what: impl Into<String>) {
        self.breaks += 1;
        if self.first_breaks.len() < TOLD {
            self.first_breaks.push(Break { number, at: at.map(|at| from_micros(at).to_string()), what: what.into() });
        }
    }
}

/// Verifies the whole log. Memory grows with the anchors alone.
///
/// # Errors
/// The database or the file of anchors does not answer. A log that does not fit is no error.
pub async fn verify(pool: &Pool) -> Result<Verified> {
    let mut turn = database::begin_turn(pool, Turn::ReadingLog).await?;
    chain::head(&mut turn).await?;
    turn.commit().await?;
    // Anchors first: rows that come meanwhile have theirs later than that.
    let anchors = database::folder(pool).map(|folder| anchor::read(&folder)).transpose()?.unwrap_or_default();
    let mut snapshot = pool.begin().await?;
    let mut found = Verified { checkpoint: Checkpoint::last(&mut snapshot).await?, ..Verified::default() };
    walk(&mut snapshot, &mut found, &anchors).await?;
    snapshot.rollback().await?;
    Ok(found)
}

async fn walk(connection: &mut AnyConnection, found: &mut Verified, anchors: &BTreeMap<i64, Vec<String>>) -> Result<()> {
    let start = found.checkpoint.clone();
    (found.last, found.head) = start.as_ref().map_or_else(|| (0, chain::genesis()), |one| (one.through, one.hash.clone()));
    if let Some(one) = &start {
        if anchors.get(&one.through).is_some_and(|hashes| hashes.iter().any(|hash| *hash != one.hash)) {
            found.broken(one.through, Some(one.at), "the checkpoint has another hash than the row had that it stands for");
        }
        if one.removed_at.saturating_sub(one.at) < LEAST_KEPT {
            found.broken(one.through, Some(one.at), "the checkpoint stands for a row that was not a year old");
        }
    }
    let sql = "SELECT MIN(id), MIN(at) FROM audit WHERE id <= $1";
    let (early, at): (Option<i64>, Option<i64>) = sqlx::query_as(sql).bind(found.last).fetch_one(&mut *connection).await?;
    if let Some(number) = early {
        found.broken(number, at, "it stands before the first row that there can be");
    }
    let mut told = false;
    loop {
        let batch = chain::batch(connection, found.last).await?;
        if batch.is_empty() {
            break;
        }
        for row in batch {
            told |= start.as_ref().is_some_and(|one| row.action == retention::ACTION && row.subject == one.told());
            step(found, anchors, &row);
        }
    }
    if let Some(one) = start.filter(|_| !told) {
        found.broken(one.through, Some(one.at), "no row tells of the removal that the checkpoint stands for");
    }
    if let Some((last, _)) = anchors.last_key_value().filter(|(number, _)| **number > found.last) {
        let what = format!("missing at the end: row {last} was written, the log ends with row {}", found.last);
        found.broken(found.last + 1, None, what);
    }
    Ok(())
}

fn step(found: &mut Verified, anchors: &BTreeMap<i64, Vec<String>>, row: &Row) {
    let expected = found.last + 1;
    if row.id > expected {
        let what = if row.id == expected + 1 { "missing".to_owned() } else { format!("missing, with all up to row {}", row.id - 1) };
        // What the next row hung on is gone with them: its hash can be told right or wrong by its anchor alone.
        found.broken(expected, None, what);
    } else if row.hash != row.hash_after(&found.head) {
        found.broken(row.id, Some(row.at), "it is not the row that was written here, or does not follow the one before it");
    } else if anchors.get(&row.id).is_some_and(|hashes| hashes.iter().any(|hash| *hash != row.hash)) {
        found.broken(row.id, Some(row.at), "its anchor has another hash: the log was written anew from here on, or is an older copy");
    }
    found.anchored += u64::from(anchors.contains_key(&row.id));
    found.rows += 1;
    (found.last, found.head) = (row.id, row.hash.clone());
}
