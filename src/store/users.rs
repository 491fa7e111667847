//! Users of the desk: who they are, what they may see, and the recovery codes that they hold. Whoever changes one holds the turn of users.

use anyhow::Result;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::database::{Value, insert_rows};

/// A user, as it is stored. Times are microseconds, 0 where it did not happen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserRow {
    /// Number, counted from 1.
    pub id: i64,
    /// Name, as it was given.
    pub name: String,
    /// Code of the role.
    pub role: String,
    /// The password's hash, a PHC string; empty where there is none, so that no password is right.
    pub password: String,
    /// Secret of one-time codes in base32; empty where there is none.
    pub totp_secret: String,
    /// One that no code has confirmed yet; empty where there is none.
    pub totp_pending: String,
    /// The step of the last one-time code that was accepted.
    pub totp_last_step: i64,
    /// When the user was added.
    pub created_at: i64,
    /// When the user was shut out.
    pub disabled_at: i64,
    /// When the user was shut out for ever.
    pub removed_at: i64,
    /// Failures to sign in since the last success.
    pub failures: i64,
    /// No password and no code is looked at before.
    pub locked_until: i64,
    /// Whether the next sign-in asks for a new password.
    pub must_change: bool,
    /// Language tag of the pages; empty for the browser's.
    pub locale: String,
    /// The provider of the account that signs in as this user; empty where there is none.
    pub provider_issuer: String,
    /// What that provider knows the account by; empty where there is none.
    pub provider_id: String,
}

/// Sources by id.
pub const SOURCE: &str = "source";
/// Cases by reference.
pub const CASE: &str = "case";

const COLUMNS: &str = "SELECT id, name, role, password, totp_secret, totp_pending, totp_last_step, created_at, disabled_at, removed_at, \
                       failures, locked_until, must_change, locale, provider_issuer, provider_id FROM app_user";

/// Adds a user; gives the number. `None` where the name is taken, in whatever case it is written, be it of one who was removed.
///
/// # Errors
/// The database does not answer.
pub async fn add(connection: &mut AnyConnection, user: &UserRow) -> Result<Option<i64>> {
    if by_name(connection, &user.name).await?.is_some() {
        return Ok(None);
    }
    let id: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) + 1 FROM app_user").fetch_one(&mut *connection).await?;
    sqlx::query(
        "INSERT INTO app_user (id, name, name_key, role, password, created_at, must_change, locale) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id)
    .bind(user.name.clone())
    .bind(key(&user.name))
    .bind(user.role.clone())
    .bind(user.password.clone())
    .bind(user.created_at)
    .bind(i64::from(user.must_change))
    .bind(user.locale.clone())
    .execute(connection)
    .await?;
    Ok(Some(id))
}

/// Writes everything of a user but number, name and when it was added.
///
/// # Errors
/// The database does not answer.
pub async fn save(connection: &mut AnyConnection, user: &UserRow) -> Result<()> {
    sqlx::query(
        "UPDATE app_user SET role = $1, password = $2, totp_secret = $3, totp_pending = $4, totp_last_step = $5, disabled_at = $6, \
         removed_at = $7, failures = $8, locked_until = $9, must_change = $10, locale = $11, provider_issuer = $12, provider_id = $13 WHERE id = $14",
    )
    .bind(user.role.clone())
    .bind(user.password.clone())
    .bind(user.totp_secret.clone())
    .bind(user.totp_pending.clone())
    .bind(user.totp_last_step)
    .bind(user.disabled_at)
    .bind(user.removed_at)
    .bind(user.failures)
    .bind(user.locked_until)
    .bind(i64::from(user.must_change))
    .bind(user.locale.clone())
    .bind(user.provider_issuer.clone())
    .bind(user.provider_id.clone())
    .bind(user.id)
    .execute(connection)
    .await?;
    Ok(())
}

/// All users, the removed ones too, by number.
///
/// # Errors
/// The database does not answer.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<UserRow>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY id"))).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// The user of this name, in whatever case it is written.
///
/// # Errors
/// The database does not answer.
pub async fn by_name(connection: &mut AnyConnection, name: &str) -> Result<Option<UserRow>> {
    let query = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE name_key = $1"))).bind(key(name));
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// The user of this number.
///
/// # Errors
/// The database does not answer.
pub async fn by_id(connection: &mut AnyConnection, id: i64) -> Result<Option<UserRow>> {
    let query = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = $1"))).bind(id);
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// The user whose account at a provider this is.
///
/// # Errors
/// The database does not answer.
pub async fn by_provider(connection: &mut AnyConnection, issuer: &str, id: &str) -> Result<Option<UserRow>> {
    // Users without an account there have no id.
    if id.is_empty() {
        return Ok(None);
    }
    let query = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE provider_issuer = $1 AND provider_id = $2")));
    let query = query.bind(issuer.to_owned()).bind(id.to_owned());
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// What a user may see, as kind and reference; no row of a kind is all of that kind.
///
/// # Errors
/// The database does not answer.
pub async fn access(connection: &mut AnyConnection, id: i64) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query("SELECT kind, reference FROM user_access WHERE user_id = $1").bind(id).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("kind")?, row.try_get("reference")?))).collect()
}

/// Says anew what a user may see of a kind; nothing for all of it.
///
/// # Errors
/// The database does not answer.
pub async fn set_access(connection: &mut AnyConnection, id: i64, kind: &str, references: &[String]) -> Result<()> {
    sqlx::query("DELETE FROM user_access WHERE user_id = $1 AND kind = $2")
        .bind(id)
        .bind(kind.to_owned())
        .execute(&mut *connection)
        .await?;
    let rows = references.iter().map(|reference| vec![Value::Int(id), kind.into(), reference.as_str().into()]).collect();
    insert_rows(connection, "INSERT INTO user_access (user_id, kind, reference) VALUES", "ON CONFLICT DO NOTHING", rows).await?;
    Ok(())
}

/// Puts recovery codes, by their digests, in the place of those before; nothing takes them away.
///
/// # Errors
/// The database does not answer.
pub async fn set_recovery(connection: &mut AnyConnection, id: i64, digests: &[String]) -> Result<()> {
    sqlx::query("DELETE FROM user_recovery WHERE user_id = $1").bind(id).execute(&mut *connection).await?;
    let rows = digests.iter().map(|digest| vec![Value::Int(id), digest.as_str().into()]).collect();
    insert_rows(connection, "INSERT INTO user_recovery (user_id, digest) VALUES", "", rows).await?;
    Ok(())
}

/// Uses a recovery code up; tells whether there was one.
///
/// # Errors
/// The database does not answer.
pub async fn use_recovery(connection: &mut AnyConnection, id: i64, digest: &str, now: i64) -> Result<bool> {
    let used = sqlx::query("UPDATE user_recovery SET used_at = $1 WHERE user_id = $2 AND digest = $3 AND used_at = 0")
        .bind(now)
        .bind(id)
        .bind(digest.to_owned())
        .execute(connection)
        .await?;
    Ok(used.rows_affected() == 1)
}

/// How many recovery codes a user has left.
///
/// # Errors
/// The database does not answer.
pub async fn recovery_left(connection: &mut AnyConnection, id: i64) -> Result<i64> {
    let left = sqlx::query_scalar("SELECT COUNT(*) FROM user_recovery WHERE user_id = $1 AND used_at = 0");
    Ok(left.bind(id).fetch_one(connection).await?)
}

/// A name as it is compared: two that differ by case alone would be taken for one another in the reading log.
fn key(name: &str) -> String {
    name.replace('\0', "").to_lowercase()
}

fn read(row: &AnyRow) -> Result<UserRow> {
    Ok(UserRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        role: row.try_get("role")?,
        password: row.try_get("password")?,
        totp_secret: row.try_get("totp_secret")?,
        totp_pending: row.try_get("totp_pending")?,
        totp_last_step: row.try_get("totp_last_step")?,
        created_at: row.try_get("created_at")?,
        disabled_at: row.try_get("disabled_at")?,
        removed_at: row.try_get("removed_at")?,
        failures: row.try_get("failures")?,
        locked_until: row.try_get("locked_until")?,
        must_change: row.try_get::<i64, _>("must_change")? != 0,
        locale: row.try_get("locale")?,
        provider_issuer: row.try_get("provider_issuer")?,
        provider_id: row.try_get("provider_id")?,
    })
}
