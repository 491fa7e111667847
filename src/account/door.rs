//! The door: a browser comes with a name and a password, goes through what else is needed, and is known from then on by a secret that it holds.
//!
//! Every step that raises what a sign-in may do gives it a new secret, so that one which was known before is worth nothing afterwards.

use std::net::IpAddr;

use anyhow::{Context, Result};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::account::caller::{Access, Caller, User};
use crate::account::lockout::{self, Throttle};
use crate::account::password::{self, Checked};
use crate::account::secret;
use crate::audit::Purpose;
use crate::clock;
use crate::config::Web;
use crate::database::{self, Connection, Pool, Turn};
use crate::store::signins::{self, SignInRow};
use crate::store::users::{self, UserRow};

/// Minutes in which a sign-in that needs something more must have it.
const UNFINISHED: i64 = 10;
const MINUTE: i64 = 60_000_000;
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

/// A sign-in that was opened, or opened anew.
#[derive(Debug, Clone)]
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

/// A sign-in, as its user may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Names it among those of its user; not secret.
    pub id: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When something was last asked for, to within a minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
    /// The client's address.
    pub ip: String,
    /// What the browser calls itself.
    pub agent: String,
    /// Whether a one-time code was given.
    pub totp: bool,
}

/// A request of a browser that is signed in.
#[derive(Debug, Clone)]
pub struct Present {
    /// Who asks. May do nothing before `needs` says [`Needs::Nothing`].
    pub caller: Caller,
    /// The sign-in.
    pub sign_in: SignIn,
    /// What it needs first.
    pub needs: Needs,
    /// Why is read at present, for the reading log.
    pub purpose: Purpose,
    pub(super) digest: String,
    csrf: String,
}

impl Present {
    /// What every form of this sign-in carries, so that no other site can send one.
    pub fn form_token(&self) -> String {
        self.mac().map(|mac| BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())).unwrap_or_default()
    }

    /// Whether a form came with the token of this sign-in.
    pub fn is_form_token(&self, token: &str) -> bool {
        let given = BASE64URL_NOPAD.decode(token.as_bytes());
        given.is_ok_and(|given| self.mac().is_some_and(|mac| mac.verify_slice(&given).is_ok()))
    }

    fn mac(&self) -> Option<Hmac<Sha256>> {
        Hmac::<Sha256>::new_from_slice(self.csrf.as_bytes()).ok().map(|mac| mac.chain_update(self.digest.as_bytes()))
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
        if needs(&user, false, &self.web) == Needs::Code {
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
        let opened = self.open(&mut transaction, &user, None, false, client, at).await?;
        transaction.commit().await?;
        Ok(Ok(opened))
    }

    /// The sign-in of what a browser holds; `None` where there is none or it has ended. Notes that something was asked for.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn present(&self, token: &str, now: Timestamp) -> Result<Option<Present>> {
        let at = clock::micros(now);
        let mut connection = self.pool.acquire().await?;
        let digest = secret::digest_of(token);
        let Some(row) = signins::by_digest(&mut connection, &digest).await?.filter(|row| self.lasts(row, at)) else { return Ok(None) };
        let Some(user) = users::by_id(&mut connection, row.user_id).await?.filter(is_active) else { return Ok(None) };
        if at - row.seen_at >= MINUTE.min(self.idle() / 10) {
            signins::seen(&mut connection, &digest, at).await?;
        }
        let access = Access::of(&mut connection, user.id).await?;
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Ok(Some(Present {
            needs: needs(&user, row.totp, &self.web),
            purpose: Purpose { case: some(&row.case_ref), purpose: some(&row.purpose) },
            sign_in: seen_from_outside(&row),
            caller: Caller { user: User::of(&user)?, access, scopes: None },
            csrf: row.csrf,
            digest,
        }))
    }

    /// Says why is read from now on in this sign-in, and for which case.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn set_purpose(&self, present: &Present, purpose: &Purpose) -> Result<()> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        signins::set_purpose(&mut *self.pool.acquire().await?, &present.digest, &text(&purpose.purpose), &text(&purpose.case)).await
    }

    /// Signs out.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn leave(&self, token: &str) -> Result<()> {
        signins::end(&mut *self.pool.acquire().await?, &secret::digest_of(token)).await?;
        Ok(())
    }

    /// The sign-ins of a user that have not ended, the newest first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn sign_ins(&self, user_id: i64, now: Timestamp) -> Result<Vec<SignIn>> {
        let rows = signins::of_user(&mut *self.pool.acquire().await?, user_id).await?;
        Ok(rows.iter().filter(|row| self.lasts(row, clock::micros(now))).map(seen_from_outside).collect())
    }

    /// Ends the sign-in of a user that has this id, or all of them; tells how many there were.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn end(&self, user_id: i64, id: Option<&str>) -> Result<u64> {
        let mut connection = self.pool.acquire().await?;
        let Some(id) = id else { return signins::end_all(&mut connection, user_id, None).await };
        let mut ended = 0;
        for row in signins::of_user(&mut connection, user_id).await?.iter().filter(|row| seen_from_outside(row).id == id) {
            ended += u64::from(signins::end(&mut connection, &row.digest).await?);
        }
        Ok(ended)
    }

    /// Opens a sign-in in the place of `before`, whose purpose it keeps.
    pub(super) async fn open(
        &self,
        connection: &mut Connection,
        user: &UserRow,
        before: Option<&SignInRow>,
        totp: bool,
        client: Client<'_>,
        at: i64,
    ) -> Result<Opened> {
        let token = secret::token()?;
        let needs = needs(user, totp, &self.web);
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
            totp,
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

    /// Whether a sign-in has not ended.
    pub(super) fn lasts(&self, row: &SignInRow, at: i64) -> bool {
        at < row.ends_at && at < row.seen_at.saturating_add(self.idle())
    }

    fn idle(&self) -> i64 {
        i64::try_from(self.web.idle.as_micros()).unwrap_or(i64::MAX)
    }
}

/// What a sign-in of this user needs next.
pub(super) fn needs(user: &UserRow, totp: bool, web: &Web) -> Needs {
    if !user.totp_secret.is_empty() && !totp {
        Needs::Code
    } else if user.must_change {
        Needs::NewPassword
    } else if web.require_totp && user.totp_secret.is_empty() {
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

fn seen_from_outside(row: &SignInRow) -> SignIn {
    SignIn {
        id: row.digest.chars().take(12).collect(),
        created_at: clock::from_micros(row.created_at),
        seen_at: clock::from_micros(row.seen_at),
        ends_at: clock::from_micros(row.ends_at),
        ip: row.ip.clone(),
        agent: row.agent.clone(),
        totp: row.totp,
    }
}
