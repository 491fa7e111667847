//! The reading log: who searched, viewed, exported, changed what, when and why, written before anything is shown.

use anyhow::{Context, Result};
use sqlx::AnyConnection;

use crate::clock;
use crate::database::{self, Pool, Turn};

/// Why a person reads: goes into the audit log with every command that shows content.
#[derive(Debug, Clone, Default)]
pub struct Purpose {
    /// Reference of the case.
    pub case: Option<String>,
    /// A few words.
    pub purpose: Option<String>,
}

/// Writes one audit row. The caller shows content only after this succeeded.
///
/// # Errors
/// The row could not be written; nothing must be shown then.
pub async fn record(pool: &Pool, action: &str, subject: &str, purpose: &Purpose) -> Result<()> {
    let mut transaction =
        database::begin_turn(pool, Turn::ReadingLog).await.context("cannot write the reading log, so nothing is shown")?;
    sqlx::query(
        "INSERT INTO audit (id, at, actor, action, subject, case_reference, purpose) \
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6 FROM audit",
    )
    .bind(clock::micros(clock::now()))
    .bind(actor())
    .bind(action)
    .bind(subject.replace('\0', ""))
    .bind(purpose.case.clone())
    .bind(purpose.purpose.clone())
    .execute(&mut *transaction)
    .await
    .context("cannot write the reading log, so nothing is shown")?;
    transaction.commit().await.context("cannot write the reading log, so nothing is shown")?;
    Ok(())
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
