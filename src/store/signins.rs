//! Sign-ins: browsers in which a user is signed in. Only the digest of what a browser holds is stored.

use anyhow::Result;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A sign-in, as it is stored. Times are microseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInRow {
    /// SHA-256 of what the browser holds, in hexadecimal.
    pub digest: String,
    /// The user.
    pub user_id: i64,
    /// When it began.
    pub created_at: i64,
    /// When something was last asked for, to within a minute.
    pub seen_at: i64,
    /// When it ends at the latest.
    pub ends_at: i64,
    /// The client's address.
    pub ip: String,
    /// What the browser calls itself.
    pub agent: String,
    /// Secret that the tokens of forms are derived from, in hexadecimal.
    pub csrf: String,
    /// Whether a one-time code was given.
    pub totp: bool,
    /// Whether the provider said who signs in.
    pub provider: bool,
    /// Whether it had asked for a second factor.
    pub vouched: bool,
    /// Why is read at present; empty where nothing was said.
    pub purpose: String,
    /// The case that is worked on; empty where nothing was said.
    pub case_ref: String,
}

const COLUMNS: &str =
    "SELECT digest, user_id, created_at, seen_at, ends_at, ip, agent, csrf, totp, provider, vouched, purpose, case_ref FROM user_session";

/// Adds a sign-in, and forgets all that have ended.
///
/// # Errors
/// The database does not answer.
pub async fn add(connection: &mut AnyConnection, one: &SignInRow) -> Result<()> {
    sqlx::query("DELETE FROM user_session WHERE ends_at <= $1").bind(one.created_at).execute(&mut *connection).await?;
    sqlx::query(
        "INSERT INTO user_session (digest, user_id, created_at, seen_at, ends_at, ip, agent, csrf, totp, provider, vouched, purpose, case_ref) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(one.digest.clone())
    .bind(one.user_id)
    .bind(one.created_at)
    .bind(one.seen_at)
    .bind(one.ends_at)
    .bind(one.ip.replace('\0', ""))
    .bind(one.agent.replace('\0', ""))
    .bind(one.csrf.clone())
    .bind(i64::from(one.totp))
    .bind(i64::from(one.provider))
    .bind(i64::from(one.vouched))
    .bind(one.purpose.replace('\0', ""))
    .bind(one.case_ref.replace('\0', ""))
    .execute(connection)
    .await?;
    Ok(())
}

/// The sign-in of this digest, whether it has ended or not.
///
/// # Errors
/// The database does not answer.
pub async fn by_digest(connection: &mut AnyConnection, digest: &str) -> Result<Option<SignInRow>> {
    let query = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE digest = $1"))).bind(digest.to_owned());
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// The sign-ins of a user, the newest first, whether they have ended or not.
///
/// # Errors
/// The database does not answer.
pub async fn of_user(connection: &mut AnyConnection, user_id: i64) -> Result<Vec<SignInRow>> {
    let query = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE user_id = $1"))).bind(user_id);
    let mut rows = query.fetch_all(connection).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
    rows.sort_by(|one, other| (other.created_at, &other.digest).cmp(&(one.created_at, &one.digest)));
    Ok(rows)
}

/// Notes that something was asked for.
///
/// # Errors
/// The database does not answer.
pub async fn seen(connection: &mut AnyConnection, digest: &str, now: i64) -> Result<()> {
    let query = sqlx::query("UPDATE user_session SET seen_at = $1 WHERE digest = $2 AND seen_at < $1");
    query.bind(now).bind(digest.to_owned()).execute(connection).await?;
    Ok(())
}

/// Says why is read from now on, and for which case.
///
/// # Errors
/// The database does not answer.
pub async fn set_purpose(connection: &mut AnyConnection, digest: &str, purpose: &str, case_ref: &str) -> Result<()> {
    sqlx::query("UPDATE user_session SET purpose = $1, case_ref = $2 WHERE digest = $3")
        .bind(purpose.replace('\0', ""))
        .bind(case_ref.replace('\0', ""))
        .bind(digest.to_owned())
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a sign-in; tells whether there was one.
///
/// # Errors
/// The database does not answer.
pub async fn end(connection: &mut AnyConnection, digest: &str) -> Result<bool> {
    let ended = sqlx::query("DELETE FROM user_session WHERE digest = $1").bind(digest.to_owned()).execute(connection).await?;
    Ok(ended.rows_affected() > 0)
}

/// Ends all sign-ins of a user but the one of this digest, if any; tells how many there were.
///
/// # Errors
/// The database does not answer.
pub async fn end_all(connection: &mut AnyConnection, user_id: i64, but: Option<&str>) -> Result<u64> {
    let query = sqlx::query("DELETE FROM user_session WHERE user_id = $1 AND digest <> $2");
    Ok(query.bind(user_id).bind(but.unwrap_or_default().to_owned()).execute(connection).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<SignInRow> {
    Ok(SignInRow {
        digest: row.try_get("digest")?,
        user_id: row.try_get("user_id")?,
        created_at: row.try_get("created_at")?,
        seen_at: row.try_get("seen_at")?,
        ends_at: row.try_get("ends_at")?,
        ip: row.try_get("ip")?,
        agent: row.try_get("agent")?,
        csrf: row.try_get("csrf")?,
        totp: row.try_get::<i64, _>("totp")? != 0,
        provider: row.try_get::<i64, _>("provider")? != 0,
        vouched: row.try_get::<i64, _>("vouched")? != 0,
        purpose: row.try_get("purpose")?,
        case_ref: row.try_get("case_ref")?,
    })
}
