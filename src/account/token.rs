//! Tokens: what programs of a user sign in with. Each is made for some rights and for a time, shown once and known by its digest afterwards.

use anyhow::{Result, bail};
use jiff::{SignedDuration, Timestamp};

use crate::account::caller::{Access, Caller, Refused, User, instant};
use crate::account::door::is_active;
use crate::account::role::Right;
use crate::account::secret;
use crate::clock;
use crate::database::{self, Pool, Turn};
use crate::store::tokens::{self, TokenRow};
use crate::store::users;

/// What every token begins with, so that scanners for secrets find one that got lost.
pub const PREFIX: &str = "vig_";
/// Days that a token lasts unless told otherwise.
pub const DAYS: u16 = 90;
/// Days that a token lasts, at most.
pub const MOST_DAYS: u16 = 366;
/// Characters of its name, at most.
const LONGEST_NAME: usize = 64;
/// Microseconds after which another use is noted.
const MINUTE: i64 = 60_000_000;

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Number.
    pub id: i64,
    /// What its user calls it.
    pub name: String,
    /// What it was made for.
    pub scopes: Vec<Right>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, to within a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Makes a token of a user; gives it with its number. It is shown this once.
///
/// # Errors
/// [`Refused`]: it has no name, no scope, one that its user has no right to, or too long a time. Else the database does not answer, or there
/// are no random bytes.
pub async fn make(pool: &Pool, user: &User, name: &str, scopes: &[Right], days: u16, now: Timestamp) -> Result<(i64, String)> {
    let name: String = name.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if name.is_empty() || scopes.is_empty() {
        bail!(Refused("a token needs a name and a scope at least; hint: the program that it is for, and what that does".into()));
    }
    if let Some(right) = scopes.iter().find(|right| !right.is_scope() || !user.role.may(**right)) {
        let has: Vec<&str> = user.role.rights().filter(|right| right.is_scope()).map(Right::code).collect();
        let (role, scope) = (user.role.code(), right.code());
        bail!(Refused(format!(
            "no token of {} can have the scope {scope}; hint: for the role {role} there are {}",
            user.name,
            has.join(", ")
        )));
    }
    if days == 0 || days > MOST_DAYS {
        bail!(Refused(format!("a token lasts from 1 to {MOST_DAYS} days, not {days}; hint: make another one before it ends")));
    }
    let token = format!("{PREFIX}{}", secret::token()?);
    // In the order of the list, each once.
    let codes: Vec<&str> = Right::ALL.into_iter().filter(|right| scopes.contains(right)).map(Right::code).collect();
    let row = TokenRow {
        user_id: user.id,
        name,
        digest: secret::digest_of(&token),
        scopes: codes.join(" "),
        created_at: clock::micros(now),
        expires_at: clock::micros(now + SignedDuration::from_hours(24 * i64::from(days))),
        ..TokenRow::default()
    };
    let mut transaction = database::begin_turn(pool, Turn::Users).await?;
    let id = tokens::add(&mut transaction, &row).await?;
    transaction.commit().await?;
    Ok((id, token))
}

/// Whoever comes with this token; `None` where there is no such token, it has ended, or its user is shut out. Notes its use.
///
/// # Errors
/// The database does not answer.
pub async fn caller(pool: &Pool, token: &str, now: Timestamp) -> Result<Option<Caller>> {
    let at = clock::micros(now);
    if !token.starts_with(PREFIX) {
        return Ok(None);
    }
    let mut connection = pool.acquire().await?;
    let row = tokens::by_digest(&mut connection, &secret::digest_of(token)).await?;
    let Some(row) = row.filter(|row| row.revoked_at == 0 && at < row.expires_at) else { return Ok(None) };
    let Some(user) = users::by_id(&mut connection, row.user_id).await?.filter(is_active) else { return Ok(None) };
    if at - row.last_used_at >= MINUTE {
        tokens::used(&mut connection, row.id, at).await?;
    }
    let access = Access::of(&mut connection, user.id).await?;
    Ok(Some(Caller { user: User::of(&user)?, access, scopes: Some(scopes_of(&row)) }))
}

/// The tokens of a user, the ended ones too.
///
/// # Errors
/// The database does not answer.
pub async fn list(pool: &Pool, user_id: i64) -> Result<Vec<Token>> {
    let rows = tokens::of_user(&mut *pool.acquire().await?, user_id).await?;
    let seen = |row: &TokenRow| Token {
        id: row.id,
        name: row.name.clone(),
        scopes: scopes_of(row),
        created_at: clock::from_micros(row.created_at),
        expires_at: clock::from_micros(row.expires_at),
        last_used_at: instant(row.last_used_at),
        revoked_at: instant(row.revoked_at),
    };
    Ok(rows.iter().map(seen).collect())
}

/// Revokes a token of a user.
///
/// # Errors
/// [`Refused`]: the user has no such token in force. Else the database does not answer.
pub async fn revoke(pool: &Pool, user: &User, id: i64, now: Timestamp) -> Result<()> {
    if !tokens::revoke(&mut *pool.acquire().await?, user.id, id, clock::micros(now)).await? {
        bail!(Refused(format!("{} has no token {id} that could be revoked; hint: `vigie user token {}` lists them", user.name, user.name)));
    }
    Ok(())
}

/// Scopes that this version knows.
fn scopes_of(row: &TokenRow) -> Vec<Right> {
    row.scopes.split_whitespace().filter_map(Right::from_code).collect()
}
