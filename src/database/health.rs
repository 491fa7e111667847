//! What the database says about its own state.

use anyhow::Result;
use sqlx::AnyConnection;

/// Problems that are listed, at most.
const MOST: usize = 10;

/// Whether the engine is SQLite, whose files are ours to check.
pub fn is_sqlite(connection: &AnyConnection) -> bool {
    connection.backend_name().eq_ignore_ascii_case("sqlite")
}

/// The version of the schema: the number of the last migration that was applied.
///
/// # Errors
/// The database does not answer.
pub async fn schema_version(connection: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations").fetch_one(connection).await?)
}

/// Reads every page of an SQLite file and says what is wrong; empty when nothing is.
///
/// # Errors
/// The file is damaged so far that it cannot be read.
pub async fn quick_check(connection: &mut AnyConnection) -> Result<Vec<String>> {
    let rows: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(10)").fetch_all(connection).await?;
    Ok(rows.into_iter().filter(|row| row != "ok").take(MOST).collect())
}
