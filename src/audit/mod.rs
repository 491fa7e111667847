//! The reading log: who searched, viewed, exported, changed what, when and why, written before anything is shown.
//!
//! Rows are numbered without a gap and hang on one another by a hash; the database refuses to change or remove them. See `docs/reading-log.md`.

mod kind;
mod chain;
mod anchor;
pub mod retention;
pub mod review;
pub mod verify;

use anyhow::{Context, Result};
use serde::Serialize;
use sqlx::AnyConnection;

use crate::clock;
use crate::database::{self, Pool, Turn};

pub use chain::Row;
pub use kind::Kind;

/// What is said when a row cannot be written.
const FAILED: &str = "cannot write the reading log, so nothing is shown";

/// Why a person reads: goes into the audit log with every command that shows content.
#[derive(Debug, Clone, Default)]
pub struct Purpose {
    /// Reference of the case.
    pub case: Option<String>,
    /// A few words.
    pub purpose: Option<String>,
}

/// Through what somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The command line.
    Cli,
    /// The pages.
    Web,
    /// The interface for programs.
    Api,
}

impl Origin {
    /// The word that stands in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Web => "web",
            Self::Api => "api",
        }
    }
}

/// Who acts, and through what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// An account: of the operating system, or of a user of the desk.
    pub name: String,
    /// Through what.
    pub origin: Origin,
}

impl Actor {
    /// The account of the operating system that runs the command.
    pub fn of_command() -> Self {
        Self { name: actor(), origin: Origin::Cli }
    }
}

/// Writes one row of what the account that runs this command does; gives its number. The caller shows content only after this succeeded.
///
/// # Errors
/// The row could not be written; nothing must be shown then.
pub async fn record(pool: &Pool, action: &str, subject: &str, purpose: &Purpose) -> Result<i64> {
    record_as(pool, &Actor::of_command(), action, subject, purpose).await
}

/// The same of whoever acts.
///
/// # Errors
/// The row could not be written; nothing must be shown then.
pub async fn record_as(pool: &Pool, actor: &Actor, action: &str, subject: &str, purpose: &Purpose) -> Result<i64> {
    write(pool, entry(actor, action, subject, purpose, None)).await
}

/// The same of a disclosure, to whom.
///
/// # Errors
/// The row could not be written; nothing must be handed over then.
pub async fn disclose(pool: &Pool, actor: &Actor, action: &str, subject: &str, purpose: &Purpose, recipient: &str) -> Result<i64> {
    write(pool, entry(actor, action, subject, purpose, Some(recipient))).await
}

async fn write(pool: &Pool, row: Row) -> Result<i64> {
    let mut transaction = database::begin_turn(pool, Turn::ReadingLog).await.context(FAILED)?;
    let row = chain::append(&mut transaction, row).await.context(FAILED)?;
    transaction.commit().await.context(FAILED)?;
    anchor::note(pool, &row);
    Ok(row.id)
}

/// A row without number and hash. PostgreSQL takes no NUL.
fn entry(actor: &Actor, action: &str, subject: &str, purpose: &Purpose, recipient: Option<&str>) -> Row {
    let clean = |text: &str| text.replace('\0', "");
    Row {
        id: 0,
        at: clock::micros(clock::now()),
        actor: clean(&actor.name),
        origin: actor.origin.code().to_owned(),
        action: clean(action),
        kind: Kind::of(action).code().to_owned(),
        subject: clean(subject),
        case: purpose.case.as_deref().map(clean),
        purpose: purpose.purpose.as_deref().map(clean),
        recipient: recipient.map(clean),
        hash: String::new(),
    }
}

/// Time of the last row, microseconds.
///
/// # Errors
/// The database does not answer.
pub async fn newest(connection: &mut AnyConnection) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar("SELECT at FROM audit ORDER BY id DESC LIMIT 1").fetch_optional(connection).await?)
}

/// The account of the operating system that runs the command.
pub fn actor() -> String {
    std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).or_else(|_| std::env::var("LOGNAME")).unwrap_or_else(|_| "unknown".into())
}
