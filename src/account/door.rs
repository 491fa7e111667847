//! The door: a browser comes with a name and a password, goes through what else is needed, and is known from then on by a secret that it holds.
//!
//! Every step that raises what a sign-in may do gives it a new secret, so that one which was known before is worth nothing afterwards.

use std::fmt;
use std::net::IpAddr;

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::account::caller::User;
use crate::account::lockout::{self, Throttle};
use crate::account::password::{self, Checked};
use crate::account::secret;
use crate::clock;
use crate::config::Web;
use crate::database::{self, Connection, Pool, Turn};
use crate::store::signins::{self, SignInRow};
use crate::store::users::{self, UserRow};

/// Minutes in which a sign-in that needs something more must have it.
pub(super) const UNFINISHED: i64 = 10;
/// In microseconds.
pub(super) const MINUTE: i64 = 60_000_000;
/// Characters of what a browser calls itself that are kept.
const AGENT: usize = 200;

/// Where browsers sign in; one for each server, because it remembers failures.
#[derive(Debug)]
pub struct Door {
    pub(super) pool: Pool,
    pub(super) web: Web,
    pub(super) throttle: Throttle,
}

/// What a request tells of where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Client<'a> {
    /// Its address.
    pub address: IpAddr,
    /// What the browser calls itself.
    pub agent: &'a str,
}

/// What a sign-in needs before it may do anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it is complete.
    Nothing,
    /// A one-time code or a recovery code: [`Door::code`].
    Code,
    /// A new password: [`Door::new_password`].
    NewPassword,
    /// A secret of one-time codes: [`Door::begin_enrolment`], [`Door::confirm_enrolment`].
    Enrolment,
}

/// What was given for a sign-in beside the name.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Given {
    /// A one-time code.
    pub(super) totp: bool,
    /// The word of the provider, in the place of a password.
    pub(super) provider: bool,
    /// Its word that it had asked for a second factor.
    pub(super) vouched: bool,
}

impl Given {
    pub(super) fn of(row: &SignInRow) -> Self {
        Self { totp: row.totp, provider: row.provider, vouched: row.vouched }
    }
}

/// A sign-in that was opened, or opened anew.
#[derive(Clone)]
pub struct Opened {
    /// What the browser is to hold, secret; that of before is worth nothing.
    pub token: String,
    /// What it needs.
    pub needs: Needs,
    /// Who signed in.
    pub user: User,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
}

/// Why a step at the door was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Name, password or code is wrong; which of them is not said. Or the sign-in has ended.
    Wrong,
    /// Too many failures of this user or address: nothing was looked at.
    Waits {
        /// Until when.
        until: Timestamp,
    },
    /// The new password is not taken: a sentence.
    Weak(&'static str),
}

// It holds a secret, which must not come into a log by accident.
impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("user", &self.user.name).field("needs", &self.needs).finish_non_exhaustive()
    }
}

impl Door {
    /// A door that remembers no failure of an address yet.
    pub fn new(pool: Pool, web: Web) -> Self {
        Self { pool, web, throttle: Throttle::default() }
    }

    /// A name and a password. It takes as long whether there is such a user or not.
    ///
    /// # Errors
    /// The database does not answer, or the operating system gives no random bytes.
    pub async fn enter(&self, name: &str, password: &str, client: Client<'_>, now: Timestamp) -> Result<Result<Opened, Refusal>> {
        let at = clock::micros(now);
        if let Err(until) = self.throttle.attempt_from(client.address, at) {
            return Ok(Err(waits(until)));
        }
        let user = users::by_name(&mut *self.pool.acquire().await?, name).await?.filter(is_active);
        // Who has no password cannot be locked out by guessing one.
        let user = user.filter(|user| !user.password.is_empty());
        let counted = match &user {
            Some(user) => self.count_failure(user.id, at).await?,
            None => self.throttle.attempt_as(name, at).map(|()| 0),
        };
        let locked_until = match counted {
            Ok(until) => until,
            Err(until) => return Ok(Err(waits(until))),
        };
        let hash = user.as_ref().map(|user| user.password.clone());
        let (checked, again) = self.check(password, hash.clone()).await?;
        let (Some(UserRow { id, .. }), Checked::Right | Checked::Stale) = (user, checked) else { return Ok(Err(Refusal::Wrong)) };

        let mut transaction = database::begin_turn(&self.pool, Turn::Users).await?;
        // Whoever was shut out or got another password meanwhile stays outside.
        let now_known = users::by_id(&mut transaction, id).await?.filter(is_active).filter(|user| Some(&user.password) == hash.as_ref());
        let Some(mut user) = now_known else { return Ok(Err(Refusal::Wrong)) };
        if let Some(again) = again {
            user.password = again;
        }
        if needs(&user, Given::default(), &self.web) == Needs::Code {
            // The attempt was no failure; those before count until the code is right too, else codes could be guessed for ever.
            user.failures -= 1;
            if user.locked_until == locked_until {
                user.locked_until = 0;
            }
        } else {
            (user.failures, user.locked_until) = (0, 0);
            self.throttle.forgive(client.address);
        }
        users::save(&mut transaction, &user).await?;
        let opened = self.open(&mut transaction, &user, None, Given::default(), client, at).await?;
        transaction.commit().await?;
        Ok(Ok(opened))
    }

    /// Opens a sign-in in the place of `before`, whose purpose it keeps.
    pub(super) async fn open(
        &self,
        connection: &mut Connection,
        user: &UserRow,
        before: Option<&SignInRow>,
        given: Given,
        client: Client<'_>,
        at: i64,
    ) -> Result<Opened> {
        let token = secret::token()?;
        let needs = needs(user, given, &self.web);
        let lasts = i64::try_from(self.web.longest.as_micros()).unwrap_or(i64::MAX / 2);
        let lasts = if needs == Needs::Nothing { lasts } else { lasts.min(UNFINISHED * MINUTE) };
        if let Some(before) = before {
            signins::end(connection, &before.digest).await?;
        }
        let row = SignInRow {
            digest: secret::digest_of(&token),
            user_id: user.id,
            created_at: at,
            seen_at: at,
            ends_at: at + lasts,
            ip: client.address.to_canonical().to_string(),
            agent: client.agent.chars().filter(|c| !c.is_control()).take(AGENT).collect(),
            csrf: secret::token()?,
            totp: given.totp,
            provider: given.provider,
            vouched: given.vouched,
            purpose: before.map(|before| before.purpose.clone()).unwrap_or_default(),
            case_ref: before.map(|before| before.case_ref.clone()).unwrap_or_default(),
        };
        signins::add(connection, &row).await?;
        Ok(Opened { token, needs, user: User::of(user)?, ends_at: clock::from_micros(row.ends_at) })
    }

    /// Counts an attempt of a user as a failure before it is looked at, so that many at once are no more than many one after the other.
    /// Gives until when the user waits if it was one, or does already.
    pub(super) async fn count_failure(&self, id: i64, at: i64) -> Result<Result<i64, i64>> {
        let mut transaction = database::begin_turn(&self.pool, Turn::Users).await?;
        let mut user = users::by_id(&mut transaction, id).await?.context("the user is gone")?;
        if user.locked_until > at {
            return Ok(Err(user.locked_until));
        }
        user.failures += 1;
        user.locked_until = lockout::locked_until(user.failures, at);
        users::save(&mut transaction, &user).await?;
        transaction.commit().await?;
        Ok(Ok(user.locked_until))
    }

    /// Checks a password on a thread of its own, and hashes it again where that is due.
    pub(super) async fn check(&self, password: &str, hash: Option<String>) -> Result<(Checked, Option<String>)> {
        let _turn = self.throttle.turns.acquire().await?;
        let password = password.to_owned();
        let check = move || {
            let checked = password::check(&password, hash.as_deref())?;
            let again = if checked == Checked::Stale { Some(password::hash(&password)?) } else { None };
            Ok((checked, again))
        };
        tokio::task::spawn_blocking(check).await?
    }
}

/// What a sign-in of this user needs next.
pub(super) fn needs(user: &UserRow, given: Given, web: &Web) -> Needs {
    if !user.totp_secret.is_empty() && !given.totp && !given.vouched {
        Needs::Code
    } else if user.must_change && !given.provider {
        Needs::NewPassword
    } else if web.require_totp && user.totp_secret.is_empty() && !given.vouched {
        Needs::Enrolment
    } else {
        Needs::Nothing
    }
}

pub(super) fn is_active(user: &UserRow) -> bool {
    user.disabled_at == 0 && user.removed_at == 0
}

pub(super) fn waits(until: i64) -> Refusal {
    Refusal::Waits { until: clock::from_micros(until) }
}
