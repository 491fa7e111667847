//! Tokens: what programs of a user sign in with. Only the digest of a token is stored, and none is ever forgotten.

use anyhow::Result;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A token, as it is stored. Times are microseconds, 0 where it did not happen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenRow {
    /// Number, counted from 1.
    pub id: i64,
    /// The user.
    pub user_id: i64,
    /// What the user calls it.
    pub name: String,
    /// SHA-256 of the token, in hexadecimal.
    pub digest: String,
    /// Codes of rights, separated by spaces.
    pub scopes: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends.
    pub expires_at: i64,
    /// When it was last used, to within a minute.
    pub last_used_at: i64,
    /// When it was revoked.
    pub revoked_at: i64,
}

const COLUMNS: &str = "SELECT id, user_id, name, digest, scopes, created_at, expires_at, last_used_at, revoked_at FROM api_token";

/// Adds a token; gives its number. The caller holds the turn of users.
///
/// # Errors
/// The database does not answer.
pub async fn add(connection: &mut AnyConnection, one: &TokenRow) -> Result<i64> {
    let id: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) + 1 FROM api_token").fetch_one(&mut *connection).await?;
    sqlx::query("INSERT INTO api_token (id, user_id, name, digest, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(id)
        .bind(one.user_id)
        .bind(one.name.replace('\0', ""))
        .bind(one.digest.clone())
        .bind(one.scopes.clone())
        .bind(one.created_at)
        .bind(one.expires_at)
        .execute(connection)
        .await?;
    Ok(id)
}

/// The token of this digest, whether it has ended or not.
///
/// # Errors
/// The database does not answer.
pub async fn by_digest(connection: &mut AnyConnection, digest: &str) -> Result<Option<TokenRow>> {
    let query = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE digest = $1"))).bind(digest.to_owned());
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// The tokens of a user, by number, the ended ones too.
///
/// # Errors
/// The database does not answer.
pub async fn of_user(connection: &mut AnyConnection, user_id: i64) -> Result<Vec<TokenRow>> {
    let query = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE user_id = $1 ORDER BY id"))).bind(user_id);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// Notes that a token was used.
///
/// # Errors
/// The database does not answer.
pub async fn used(connection: &mut AnyConnection, id: i64, now: i64) -> Result<()> {
    let query = sqlx::query("UPDATE api_token SET last_used_at = $1 WHERE id = $2 AND last_used_at < $1");
    query.bind(now).bind(id).execute(connection).await?;
    Ok(())
}

/// Revokes a token of a user; tells whether there was one to revoke.
///
/// # Errors
/// The database does not answer.
pub async fn revoke(connection: &mut AnyConnection, user_id: i64, id: i64, now: i64) -> Result<bool> {
    let query = sqlx::query("UPDATE api_token SET revoked_at = $1 WHERE id = $2 AND user_id = $3 AND revoked_at = 0");
    Ok(query.bind(now).bind(id).bind(user_id).execute(connection).await?.rows_affected() == 1)
}

fn read(row: &AnyRow) -> Result<TokenRow> {
    Ok(TokenRow {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        name: row.try_get("name")?,
        digest: row.try_get("digest")?,
        scopes: row.try_get("scopes")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        last_used_at: row.try_get("last_used_at")?,
        revoked_at: row.try_get("revoked_at")?,
    })
}
