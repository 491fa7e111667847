//! Users are added, changed and removed. Whoever calls these writes the reading log first.

use anyhow::{Result, bail};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::account::caller::{Access, Refused, User};
use crate::account::role::Role;
use crate::account::second::hashed;
use crate::account::{password, secret};
use crate::clock;
use crate::config::Web;
use crate::database::{self, Connection, Pool, Turn};
use crate::oidc::is_id;
use crate::store::signins;
use crate::store::users::{self, UserRow};

/// Characters of a name, at most.
const LONGEST_NAME: usize = 64;

/// What is changed of a user; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Another role. Tokens keep of their scopes what the new one may.
    pub role: Option<Role>,
    /// Shut out, or let in again; letting in ends a lock-out too.
    pub disabled: Option<bool>,
    /// Another password, made up here, which must be changed at once.
    pub reset_password: bool,
    /// Takes the secret of one-time codes and the recovery codes away.
    pub reset_totp: bool,
    /// The only sources that may be seen, by id; empty for all.
    pub sources: Option<Vec<String>>,
    /// The only cases that may be seen, by reference; empty for all.
    pub cases: Option<Vec<String>>,
    /// Language tag of the pages; empty for the browser's.
    pub locale: Option<String>,
    /// The account at the provider that signs in as this user: see [`at_provider`].
    pub provider: Option<Account>,
    /// Takes the password away, so that the provider is the only way in.
    pub no_password: bool,
}

/// An account at a provider; the default is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    issuer: String,
    id: String,
}

/// The account that the configured provider knows by this id; none for an empty one.
///
/// # Errors
/// [`Refused`]: no provider is configured, or it knows nobody by such an id.
pub fn at_provider(web: &Web, id: &str) -> Result<Account> {
    if id.is_empty() {
        return Ok(Account::default());
    }
    let Some(oidc) = &web.oidc else { bail!(Refused("no provider is configured; hint: see [web.oidc] in vigie.toml".into())) };
    if !is_id(id) {
        bail!(Refused("a provider knows nobody by this; hint: give its `sub` to the letter, which a refused sign-in shows".into()));
    }
    Ok(Account { issuer: oidc.issuer.clone(), id: id.to_owned() })
}

impl Change {
    /// What is changed, in words for the reading log.
    pub fn told(&self) -> String {
        let mut said = Vec::new();
        said.extend(self.role.map(Role::code).map(|role| format!("role {role}")));
        said.extend(self.disabled.map(|disabled| if disabled { "disabled" } else { "enabled" }.to_owned()));
        if self.reset_password {
            said.push("password reset".to_owned());
        }
        if self.reset_totp {
            said.push("one-time codes reset".to_owned());
        }
        match &self.provider {
            None => {}
            Some(account) if account.id.is_empty() => said.push("no account at the provider".to_owned()),
            Some(account) => said.push(format!("account {} at {}", account.id, account.issuer)),
        }
        if self.no_password {
            said.push("no password".to_owned());
        }
        for (what, references) in [("sources", &self.sources), ("cases", &self.cases)] {
            match references.as_deref() {
                None => {}
                Some([]) => said.push(format!("all {what}")),
                Some(some) => said.push(format!("{what} {}", some.join(", "))),
            }
        }
        said.join("; ")
    }
}

/// A user as programs read it, without anything secret.
pub fn told(user: &User, access: &Access, now: Timestamp) -> Value {
    json!({
        "id": user.id, "name": user.name, "role": user.role.code(), "state": user.state(now), "created_at": user.created_at,
        "disabled_at": user.disabled_at, "removed_at": user.removed_at, "failures": user.failures,
        "locked_until": user.locked_until.filter(|until| *until > now), "must_change": user.must_change, "one_time_codes": user.has_totp,
        "has_password": user.has_password, "provider_id": Some(&user.provider_id).filter(|id| !id.is_empty()),
        "sources": access.sources, "cases": access.cases,
    })
}

/// Adds a user. Without a password one is made up, given back to be shown once, and asked to be changed at the first sign-in.
///
/// # Errors
/// [`Refused`]: the name is none or taken, or the password is not taken. Else the database does not answer, or there are no random bytes.
pub async fn add(pool: &Pool, name: &str, role: Role, password: Option<&str>, now: Timestamp) -> Result<(User, Option<String>)> {
    if !is_name(name) {
        let hint = format!("up to {LONGEST_NAME} of A-Z, a-z, 0-9, `.`, `-`, `_` and `@`, a letter or digit first");
        bail!(Refused(format!("{name:?} is no name of a user; hint: {hint}")));
    }
    let one_time = match password {
        Some(password) => {
            password::judge(password, name).map_err(|weak| Refused(weak.sentence().into()))?;
            None
        }
        None => Some(secret::written()?),
    };
    let mut row = UserRow {
        name: name.to_owned(),
        role: role.code().to_owned(),
        password: hashed(password.or(one_time.as_deref()).unwrap_or_default()).await?,
        created_at: clock::micros(now),
        must_change: one_time.is_some(),
        ..UserRow::default()
    };
    let mut transaction = database::begin_turn(pool, Turn::Users).await?;
    let Some(id) = users::add(&mut transaction, &row).await? else {
        bail!(Refused(format!("there is a user {name:?}, or was one; hint: names are not given twice, because the reading log has them")));
    };
    transaction.commit().await?;
    row.id = id;
    Ok((User::of(&row)?, one_time))
}

/// Changes a user; gives the password that was made up, if one was, to be shown once. What was reset or shut out ends all sign-ins.
///
/// # Errors
/// [`Refused`]: there is no such user, it was removed, or it is the last administrator and would be none any more. Else the database does not
/// answer, or there are no random bytes.
pub async fn change(pool: &Pool, name: &str, change: &Change, now: Timestamp) -> Result<Option<String>> {
    if change.reset_password && change.no_password {
        bail!(Refused("another password and none cannot be had together; hint: ask for one of the two".into()));
    }
    let one_time = if change.reset_password { Some(secret::written()?) } else { None };
    let hash = match &one_time {
        Some(password) => Some(hashed(password).await?),
        None => None,
    };
    let mut transaction = database::begin_turn(pool, Turn::Users).await?;
    let mut row = known(&mut transaction, name).await?;
    if row.removed_at != 0 {
        bail!(Refused(format!("{} was removed, which is for ever; hint: add a user of another name", row.name)));
    }
    if change.role.is_some_and(|role| role != Role::Administrator) || change.disabled == Some(true) {
        not_the_last(&mut transaction, &row).await?;
    }
    if let Some(role) = change.role {
        row.role = role.code().to_owned();
    }
    match change.disabled {
        Some(true) if row.disabled_at == 0 => row.disabled_at = clock::micros(now),
        Some(false) => (row.disabled_at, row.failures, row.locked_until) = (0, 0, 0),
        _ => {}
    }
    if let Some(hash) = hash {
        (row.password, row.must_change, row.failures, row.locked_until) = (hash, true, 0, 0);
    }
    if change.no_password {
        (row.password, row.must_change) = (String::new(), false);
    }
    if let Some(account) = &change.provider {
        let other = users::by_provider(&mut transaction, &account.issuer, &account.id).await?.filter(|other| other.id != row.id);
        if let Some(other) = other {
            bail!(Refused(format!("this account at the provider is {}'s; hint: an account is one user's", other.name)));
        }
        (row.provider_issuer, row.provider_id) = (account.issuer.clone(), account.id.clone());
    }
    if (change.no_password || change.provider.is_some()) && row.password.is_empty() && row.provider_id.is_empty() {
        bail!(Refused(format!(
            "{} would have neither a password nor an account at the provider; hint: give the account, or another password",
            row.name
        )));
    }
    if change.reset_totp {
        (row.totp_secret, row.totp_pending, row.totp_last_step) = (String::new(), String::new(), 0);
        users::set_recovery(&mut transaction, row.id, &[]).await?;
    }
    if let Some(locale) = &change.locale {
        row.locale.clone_from(locale);
    }
    users::save(&mut transaction, &row).await?;
    for (kind, references) in [(users::SOURCE, &change.sources), (users::CASE, &change.cases)] {
        if let Some(references) = references {
            users::set_access(&mut transaction, row.id, kind, references).await?;
        }
    }
    let other_way_in = change.reset_password || change.reset_totp || change.no_password || change.provider.is_some();
    if change.disabled == Some(true) || other_way_in {
        signins::end_all(&mut transaction, row.id, None).await?;
    }
    transaction.commit().await?;
    Ok(one_time)
}

/// Shuts a user out for ever and ends what is signed in. The name is kept: the reading log has it.
///
/// # Errors
/// [`Refused`]: there is no such user, or it is the last administrator. Else the database does not answer.
pub async fn remove(pool: &Pool, name: &str, now: Timestamp) -> Result<()> {
    let mut transaction = database::begin_turn(pool, Turn::Users).await?;
    let mut row = known(&mut transaction, name).await?;
    not_the_last(&mut transaction, &row).await?;
    let at = clock::micros(now);
    if row.removed_at == 0 {
        (row.removed_at, row.password, row.totp_secret, row.totp_pending) = (at, String::new(), String::new(), String::new());
        // Whoever comes back comes as another user, with the same account.
        (row.provider_issuer, row.provider_id) = (String::new(), String::new());
    }
    users::save(&mut transaction, &row).await?;
    users::set_recovery(&mut transaction, row.id, &[]).await?;
    signins::end_all(&mut transaction, row.id, None).await?;
    transaction.commit().await?;
    Ok(())
}

/// All users with what they may see, the removed ones too, in the order in which they were added.
///
/// # Errors
/// The database does not answer.
pub async fn list(pool: &Pool) -> Result<Vec<(User, Access)>> {
    let mut connection = pool.acquire().await?;
    let mut all = Vec::new();
    for row in users::all(&mut connection).await? {
        all.push((User::of(&row)?, Access::of(&mut connection, row.id).await?));
    }
    Ok(all)
}

/// The user of this name, in whatever case it is written.
///
/// # Errors
/// [`Refused`]: there is none. Else the database does not answer.
pub async fn find(pool: &Pool, name: &str) -> Result<User> {
    User::of(&known(&mut *pool.acquire().await?, name).await?)
}

async fn known(connection: &mut Connection, name: &str) -> Result<UserRow> {
    let row = users::by_name(connection, name).await?;
    row.ok_or_else(|| Refused(format!("there is no user {name:?}; hint: `vigie user list` shows them")).into())
}

/// Refuses to take away the one administrator who may sign in: nobody could look after users on the pages any more.
async fn not_the_last(connection: &mut Connection, row: &UserRow) -> Result<()> {
    let looks_after_users = |one: &UserRow| one.role == Role::Administrator.code() && one.disabled_at == 0 && one.removed_at == 0;
    if looks_after_users(row) && !users::all(connection).await?.iter().any(|one| one.id != row.id && looks_after_users(one)) {
        bail!(Refused(format!("{} is the last administrator; hint: add another one first", row.name)));
    }
    Ok(())
}

/// Names that nobody can take for another one, in a log or on a page.
fn is_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@'))
}
