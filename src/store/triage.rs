//! What people make of alerts: every step is kept with its author, time and note; the last one is the state of the alert.

use anyhow::{Result, bail};
use clap::ValueEnum;
use sqlx::{AnyConnection, Row};

use crate::clock;
use crate::database::select_in;

/// How far the work on an alert has come. Words of earlier versions are still understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum State {
    /// Nobody has looked.
    New,
    /// Somebody has looked.
    Seen,
    /// Somebody works on it.
    #[value(alias = "relevant")]
    InWork,
    /// Handed on.
    Escalated,
    /// Over: the watch was right.
    #[value(alias = "done")]
    ClosedTrue,
    /// Over: a false alarm.
    #[value(alias = "dismissed")]
    ClosedFalse,
    /// Over: the same as another.
    ClosedDuplicate,
}

impl State {
    /// The code used in files, records and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Seen => "seen",
            Self::InWork => "in_work",
            Self::Escalated => "escalated",
            Self::ClosedTrue => "closed_true",
            Self::ClosedFalse => "closed_false",
            Self::ClosedDuplicate => "closed_duplicate",
        }
    }

    /// The state of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|one| one.code() == code)
    }
}

/// Bytes of a note, at most.
pub const LONGEST_NOTE: usize = 4_000;

/// A step of triage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The alert.
    pub alert_id: String,
    /// Code of a [`State`].
    pub state: String,
    /// Who says so.
    pub author: String,
    /// Microseconds.
    pub at: i64,
    /// Why, in a few words; may be empty.
    pub note: String,
}

/// Writes a step down for each of these alerts; returns how many there are.
///
/// # Errors
/// One is not there, the note is too long, or the database does not answer: nothing is written.
pub async fn step(connection: &mut AnyConnection, ids: &[String], state: State, author: &str, note: &str) -> Result<usize> {
    if note.len() > LONGEST_NOTE {
        bail!("the note has {} bytes; hint: at most {LONGEST_NOTE}", note.len());
    }
    let at = clock::micros(clock::now());
    for id in ids {
        let changed = sqlx::query("UPDATE alert SET state = $1 WHERE id = $2")
            .bind(state.code().to_owned())
            .bind(id.clone())
            .execute(&mut *connection)
            .await?
            .rows_affected();
        if changed == 0 {
            bail!("there is no alert {id:?}; hint: `vigie alerts --json` shows them");
        }
        sqlx::query(
            "INSERT INTO triage (alert_id, n, state, author, at, note) \
             SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4, $5 FROM triage WHERE alert_id = $1",
        )
        .bind(id.clone())
        .bind(state.code().to_owned())
        .bind(author.replace('\0', ""))
        .bind(at)
        .bind(note.replace('\0', ""))
        .execute(&mut *connection)
        .await?;
    }
    Ok(ids.len())
}

/// The steps of these alerts, those of an alert oldest first.
///
/// # Errors
/// The database does not answer.
pub async fn steps(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<Step>> {
    let rows = select_in(connection, "SELECT alert_id, state, author, at, note FROM triage WHERE alert_id IN", "ORDER BY n", ids).await?;
    let read = |row: &sqlx::any::AnyRow| -> Result<Step> {
        Ok(Step {
            alert_id: row.try_get("alert_id")?,
            state: row.try_get("state")?,
            author: row.try_get("author")?,
            at: row.try_get("at")?,
            note: row.try_get("note")?,
        })
    };
    rows.iter().map(read).collect()
}

/// How many notifications each watch gave, by state: watch, state, number.
///
/// # Errors
/// The database does not answer.
pub async fn counts(connection: &mut AnyConnection) -> Result<Vec<(String, String, u64)>> {
    let rows = sqlx::query("SELECT watch, state, COUNT(*) AS many FROM alert WHERE notice > 0 GROUP BY watch, state")
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("watch")?, row.try_get("state")?, row.try_get::<i64, _>("many")?.unsigned_abs()))).collect()
}

/// An alert that was closed as false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FalseAlarm {
    /// The alert.
    pub alert: String,
    /// Its watch.
    pub watch: String,
    /// The listing.
    pub listing: String,
    /// Its title.
    pub title: String,
    /// What was noted last; may be empty.
    pub note: String,
}

/// The last alerts that were closed as false, at most `most`.
///
/// # Errors
/// The database does not answer.
pub async fn false_alarms(connection: &mut AnyConnection, most: i64) -> Result<Vec<FalseAlarm>> {
    let rows = sqlx::query(
        "SELECT a.id, a.watch, a.listing_id, a.title, t.note FROM alert a JOIN triage t ON t.alert_id = a.id \
         WHERE a.state = 'closed_false' AND t.n = (SELECT MAX(n) FROM triage WHERE alert_id = a.id) ORDER BY t.at DESC, a.seq LIMIT $1",
    )
    .bind(most)
    .fetch_all(connection)
    .await?;
    let read = |row: &sqlx::any::AnyRow| -> Result<FalseAlarm> {
        Ok(FalseAlarm {
            alert: row.try_get("id")?,
            watch: row.try_get("watch")?,
            listing: row.try_get("listing_id")?,
            title: row.try_get("title")?,
            note: row.try_get("note")?,
        })
    };
    rows.iter().map(read).collect()
}
