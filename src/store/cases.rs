//! Cases: folders of what belongs to one investigation, with notes. Primary data, never rebuilt.
//!
//! Everything here is called within a transaction; what writes takes the turn of cases.

use anyhow::{Result, bail};
use clap::ValueEnum;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use crate::clock;
use crate::database::{Turn, take_turn};

/// Bytes of a note or title, at most.
const LONGEST_NOTE: usize = 64_000;
/// Bytes of a reference, at most.
const LONGEST_REFERENCE: usize = 200;

/// What can lie in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A listing, by its id.
    Listing,
    /// A persona, by its id.
    Persona,
    /// A seller account, by its id.
    Vendor,
    /// An indicator, by its normal form.
    Indicator,
    /// An export, by its number.
    Export,
    /// A capture, by its record id.
    Capture,
}

impl Kind {
    /// The word that stands in the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::Persona => "persona",
            Self::Vendor => "vendor",
            Self::Indicator => "indicator",
            Self::Export => "export",
            Self::Capture => "capture",
        }
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// Its reference, which no other case has.
    pub reference: String,
    /// What it is about.
    pub title: String,
    /// Who opened it.
    pub opened_by: String,
    /// Microseconds.
    pub opened_at: i64,
    /// Microseconds; `None` while it is open.
    pub closed_at: Option<i64>,
    /// What was said when it was opened; may be empty.
    pub note: String,
}

/// What lies in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Code of a [`Kind`].
    pub kind: String,
    /// Its identity.
    pub reference: String,
    /// Who put it there.
    pub added_by: String,
    /// Microseconds.
    pub at: i64,
    /// Why; may be empty.
    pub note: String,
}

/// What somebody wrote down in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// 1 is the first.
    pub n: i64,
    /// Who.
    pub author: String,
    /// Microseconds.
    pub at: i64,
    /// What.
    pub note: String,
}

/// Opens a case; one that was closed is open again, with the title that it has. Tells whether it is new.
///
/// # Errors
/// It is open already, the reference or the title is empty or too long, or the database does not answer.
pub async fn open(connection: &mut AnyConnection, reference: &str, title: &str, note: &str, author: &str) -> Result<bool> {
    take_turn(connection, Turn::Cases).await?;
    check(reference, "reference", LONGEST_REFERENCE)?;
    let now = clock::micros(clock::now());
    match one(connection, reference).await? {
        Some(case) if case.closed_at.is_none() => bail!("the case {reference:?} is open already; hint: `vigie case show` shows it"),
        Some(_) => {
            sqlx::query("UPDATE case_file SET closed_at = 0 WHERE reference = $1").bind(clean(reference)).execute(&mut *connection).await?;
            append(connection, reference, author, now, &joined("opened again", note)).await?;
            Ok(false)
        }
        None => {
            check(title, "title", LONGEST_NOTE)?;
            sqlx::query("INSERT INTO case_file (reference, title, opened_by, opened_at, closed_at, note) VALUES ($1, $2, $3, $4, 0, $5)")
                .bind(clean(reference))
                .bind(clean(title))
                .bind(clean(author))
                .bind(now)
                .bind(clean(note))
                .execute(connection)
                .await?;
            Ok(true)
        }
    }
}

/// Closes a case: nothing is put into it any more. What lies in it stays.
///
/// # Errors
/// There is no such open case, or the database does not answer.
pub async fn close(connection: &mut AnyConnection, reference: &str, note: &str, author: &str) -> Result<()> {
    take_turn(connection, Turn::Cases).await?;
    opened(connection, reference).await?;
    let now = clock::micros(clock::now());
    append(connection, reference, author, now, &joined("closed", note)).await?;
    sqlx::query("UPDATE case_file SET closed_at = $1 WHERE reference = $2").bind(now).bind(clean(reference)).execute(connection).await?;
    Ok(())
}

/// All cases, those that are open first, then by their references.
///
/// # Errors
/// The database does not answer.
pub async fn list(connection: &mut AnyConnection) -> Result<Vec<Case>> {
    let rows = sqlx::query("SELECT reference, title, opened_by, opened_at, closed_at, note FROM case_file").fetch_all(connection).await?;
    let mut cases = rows.iter().map(case).collect::<Result<Vec<_>>>()?;
    cases.sort_by(|one, other| (one.closed_at.is_some(), &one.reference).cmp(&(other.closed_at.is_some(), &other.reference)));
    Ok(cases)
}

/// A case by its reference.
///
/// # Errors
/// The database does not answer.
pub async fn one(connection: &mut AnyConnection, reference: &str) -> Result<Option<Case>> {
    let sql = "SELECT reference, title, opened_by, opened_at, closed_at, note FROM case_file WHERE reference = $1";
    sqlx::query(sql).bind(clean(reference)).fetch_optional(connection).await?.as_ref().map(case).transpose()
}

/// What lies in a case, in the order in which it came.
///
/// # Errors
/// The database does not answer.
pub async fn items(connection: &mut AnyConnection, reference: &str) -> Result<Vec<Item>> {
    let sql = "SELECT kind, reference, added_by, at, note FROM case_item WHERE case_reference = $1";
    let rows = sqlx::query(sql).bind(clean(reference)).fetch_all(connection).await?;
    let mut items = rows.iter().map(item).collect::<Result<Vec<_>>>()?;
    items.sort_by(|one, other| (one.at, &one.kind, &one.reference).cmp(&(other.at, &other.kind, &other.reference)));
    Ok(items)
}

/// What people wrote down in a case, in order.
///
/// # Errors
/// The database does not answer.
pub async fn notes(connection: &mut AnyConnection, reference: &str) -> Result<Vec<Note>> {
    let sql = "SELECT n, author, at, note FROM case_note WHERE case_reference = $1 ORDER BY n";
    let rows = sqlx::query(sql).bind(clean(reference)).fetch_all(connection).await?;
    let read = |row: &AnyRow| -> Result<Note> {
        Ok(Note { n: row.try_get("n")?, author: row.try_get("author")?, at: row.try_get("at")?, note: row.try_get("note")? })
    };
    rows.iter().map(read).collect()
}

/// References of the cases that something lies in, in order.
///
/// # Errors
/// The database does not answer.
pub async fn holding(connection: &mut AnyConnection, kind: Kind, reference: &str) -> Result<Vec<String>> {
    let sql = "SELECT case_reference FROM case_item WHERE reference = $1 AND kind = $2";
    let mut cases: Vec<String> = sqlx::query_scalar(sql).bind(clean(reference)).bind(kind.code()).fetch_all(connection).await?;
    cases.sort();
    Ok(cases)
}

/// Puts something into an open case. What lies there already stays as it is; tells whether it is new.
///
/// # Errors
/// There is no such open case, a text is too long, or the database does not answer.
pub async fn add(connection: &mut AnyConnection, case: &str, kind: Kind, reference: &str, note: &str, author: &str) -> Result<bool> {
    take_turn(connection, Turn::Cases).await?;
    opened(connection, case).await?;
    check(reference, "identity", LONGEST_NOTE)?;
    check_length(note, "note", LONGEST_NOTE)?;
    let done = sqlx::query(
        "INSERT INTO case_item (case_reference, kind, reference, added_by, at, note) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (case_reference, kind, reference) DO NOTHING",
    )
    .bind(clean(case))
    .bind(kind.code())
    .bind(clean(reference))
    .bind(clean(author))
    .bind(clock::micros(clock::now()))
    .bind(clean(note))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes something out of an open case; a note in the case says so. Tells whether it was there.
///
/// # Errors
/// There is no such open case, or the database does not answer.
pub async fn remove(connection: &mut AnyConnection, case: &str, kind: Kind, reference: &str, author: &str) -> Result<bool> {
    take_turn(connection, Turn::Cases).await?;
    opened(connection, case).await?;
    let done = sqlx::query("DELETE FROM case_item WHERE case_reference = $1 AND kind = $2 AND reference = $3")
        .bind(clean(case))
        .bind(kind.code())
        .bind(clean(reference))
        .execute(&mut *connection)
        .await?;
    let removed = done.rows_affected() > 0;
    if removed {
        let what = format!("took out {} {reference}", kind.code());
        append(connection, case, author, clock::micros(clock::now()), &what).await?;
    }
    Ok(removed)
}

/// Writes something down in an open case.
///
/// # Errors
/// There is no such open case, the text is empty or too long, or the database does not answer.
pub async fn note(connection: &mut AnyConnection, case: &str, text: &str, author: &str) -> Result<()> {
    take_turn(connection, Turn::Cases).await?;
    opened(connection, case).await?;
    check(text, "note", LONGEST_NOTE)?;
    append(connection, case, author, clock::micros(clock::now()), text).await
}

async fn append(connection: &mut AnyConnection, case: &str, author: &str, at: i64, text: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO case_note (case_reference, n, author, at, note) \
         SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4 FROM case_note WHERE case_reference = $5",
    )
    .bind(clean(case))
    .bind(clean(author))
    .bind(at)
    .bind(clean(text))
    .bind(clean(case))
    .execute(connection)
    .await?;
    Ok(())
}

async fn opened(connection: &mut AnyConnection, reference: &str) -> Result<()> {
    match one(connection, reference).await? {
        None => bail!("there is no case {reference:?}; hint: `vigie case list` shows all, `vigie case open` makes one"),
        Some(case) if case.closed_at.is_some() => {
            bail!("the case {reference:?} is closed; hint: `vigie case open` with its reference opens it again")
        }
        Some(_) => Ok(()),
    }
}

fn check(text: &str, what: &str, longest: usize) -> Result<()> {
    if clean(text).trim().is_empty() {
        bail!("the {what} is empty; hint: give some words");
    }
    check_length(text, what, longest)
}

fn check_length(text: &str, what: &str, longest: usize) -> Result<()> {
    if text.len() > longest {
        bail!("the {what} has {} bytes; hint: at most {longest}", text.len());
    }
    Ok(())
}

fn joined(what: &str, note: &str) -> String {
    if note.is_empty() { what.to_owned() } else { format!("{what}: {note}") }
}

/// PostgreSQL takes no NUL.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}

fn case(row: &AnyRow) -> Result<Case> {
    Ok(Case {
        reference: row.try_get("reference")?,
        title: row.try_get("title")?,
        opened_by: row.try_get("opened_by")?,
        opened_at: row.try_get("opened_at")?,
        closed_at: Some(row.try_get("closed_at")?).filter(|at| *at > 0),
        note: row.try_get("note")?,
    })
}

fn item(row: &AnyRow) -> Result<Item> {
    Ok(Item {
        kind: row.try_get("kind")?,
        reference: row.try_get("reference")?,
        added_by: row.try_get("added_by")?,
        at: row.try_get("at")?,
        note: row.try_get("note")?,
    })
}
