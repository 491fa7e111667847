//! What comes after the password: the one-time code, the secret that makes such codes, recovery codes, a new password.

use anyhow::{Result, bail};
use jiff::Timestamp;

use crate::account::caller::Refused;
use crate::account::door::{Client, Door, Given, Needs, Opened, Refusal, is_active, needs, waits};
use crate::account::password::{self, Checked};
use crate::account::signin::Present;
use crate::account::{lockout, secret, totp};
use crate::clock;
use crate::database::{self, Connection, Turn};
use crate::store::signins::{self, SignInRow};
use crate::store::users::{self, UserRow};

/// Recovery codes that a user gets.
const RECOVERY_CODES: usize = 10;

impl Door {
    /// A one-time code, or one of the recovery codes, for a sign-in that needs one.
    ///
    /// # Errors
    /// The database does not answer, or the operating system gives no random bytes.
    pub async fn code(&self, token: &str, code: &str, client: Client<'_>, now: Timestamp) -> Result<Result<Opened, Refusal>> {
        let at = clock::micros(now);
        if let Err(until) = self.throttle.attempt_from(client.address, at) {
            return Ok(Err(waits(until)));
        }
        let mut transaction = database::begin_turn(&self.pool, Turn::Users).await?;
        let Some((before, mut user)) = self.behind(&mut transaction, token, at).await? else { return Ok(Err(Refusal::Wrong)) };
        if needs(&user, Given::of(&before), &self.web) != Needs::Code {
            return Ok(Err(Refusal::Wrong));
        }
        if user.locked_until > at {
            return Ok(Err(waits(user.locked_until)));
        }
        let step = totp::step_of(&user.totp_secret, code, user.totp_last_step, now);
        let recovery = secret::digest_of(&secret::retyped(code));
        if step.is_none() && !users::use_recovery(&mut transaction, user.id, &recovery, at).await? {
            user.failures += 1;
            user.locked_until = lockout::locked_until(user.failures, at);
            users::save(&mut transaction, &user).await?;
            transaction.commit().await?;
            return Ok(Err(Refusal::Wrong));
        }
        user.totp_last_step = step.unwrap_or(user.totp_last_step);
        (user.failures, user.locked_until) = (0, 0);
        users::save(&mut transaction, &user).await?;
        let given = Given { totp: true, ..Given::of(&before) };
        let opened = self.open(&mut transaction, &user, Some(&before), given, client, at).await?;
        transaction.commit().await?;
        self.throttle.forgive(client.address);
        Ok(Ok(opened))
    }

    /// A secret for an app; the same one until a code of it is confirmed. One that is in force stays so until then.
    ///
    /// # Errors
    /// The sign-in needs a code or a new password first, or the database does not answer.
    pub async fn begin_enrolment(&self, present: &Present) -> Result<totp::Enrolment> {
        if matches!(present.needs, Needs::Code | Needs::NewPassword) {
            bail!(Refused("the sign-in is not complete; hint: give the code or the new password that it asks for".into()));
        }
        let mut transaction = database::begin_turn(&self.pool, Turn::Users).await?;
        let Some(mut user) = users::by_id(&mut transaction, present.caller.user.id).await? else { bail!("the user is gone") };
        if user.totp_pending.is_empty() {
            user.totp_pending = totp::secret()?;
            users::save(&mut transaction, &user).await?;
        }
        transaction.commit().await?;
        totp::enrolment(&user.totp_pending, &user.name)
    }

    /// A code of the new secret, which is in force from then on. Gives the recovery codes, which are shown this once; earlier ones are void.
    ///
    /// # Errors
    /// The database does not answer, or the operating system gives no random bytes.
    pub async fn confirm_enrolment(
        &self,
        token: &str,
        code: &str,
        client: Client<'_>,
        now: Timestamp,
    ) -> Result<Result<(Opened, Vec<String>), Refusal>> {
        let at = clock::micros(now);
        let mut transaction = database::begin_turn(&self.pool, Turn::Users).await?;
        let Some((before, mut user)) = self.behind(&mut transaction, token, at).await? else { return Ok(Err(Refusal::Wrong)) };
        let allowed = matches!(needs(&user, Given::of(&before), &self.web), Needs::Nothing | Needs::Enrolment);
        let step = totp::step_of(&user.totp_pending, code, 0, now).filter(|_| allowed);
        let Some(step) = step else { return Ok(Err(Refusal::Wrong)) };
        (user.totp_secret, user.totp_last_step) = (std::mem::take(&mut user.totp_pending), step);
        users::save(&mut transaction, &user).await?;
        let codes = new_codes(&mut transaction, user.id).await?;
        signins::end_all(&mut transaction, user.id, Some(&before.digest)).await?;
        let given = Given { totp: true, ..Given::of(&before) };
        let opened = self.open(&mut transaction, &user, Some(&before), given, client, at).await?;
        transaction.commit().await?;
        Ok(Ok((opened, codes)))
    }

    /// New recovery codes in the place of those before, shown this once.
    ///
    /// # Errors
    /// The sign-in is not complete, its user has no one-time codes, the database does not answer, or there are no random bytes.
    pub async fn recovery_codes(&self, present: &Present) -> Result<Vec<String>> {
        if present.needs != Needs::Nothing || !present.caller.user.has_totp {
            bail!(Refused("recovery codes are for users with one-time codes; hint: set those up first".into()));
        }
        let mut transaction = database::begin_turn(&self.pool, Turn::Users).await?;
        let codes = new_codes(&mut transaction, present.caller.user.id).await?;
        transaction.commit().await?;
        Ok(codes)
    }

    /// How many recovery codes a user has left.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn recovery_left(&self, user_id: i64) -> Result<i64> {
        users::recovery_left(&mut *self.pool.acquire().await?, user_id).await
    }

    /// A new password. The old one is asked for unless the sign-in needs a new one. All other sign-ins of the user end.
    ///
    /// # Errors
    /// The database does not answer, or the operating system gives no random bytes.
    pub async fn new_password(
        &self,
        token: &str,
        old: &str,
        new: &str,
        client: Client<'_>,
        now: Timestamp,
    ) -> Result<Result<Opened, Refusal>> {
        let at = clock::micros(now);
        let known = self.behind(&mut *self.pool.acquire().await?, token, at).await?;
        let Some((before, user)) = known else { return Ok(Err(Refusal::Wrong)) };
        let asked = needs(&user, Given::of(&before), &self.web);
        if asked == Needs::Code {
            return Ok(Err(Refusal::Wrong));
        }
        if asked != Needs::NewPassword {
            if let Err(until) = self.count_failure(user.id, at).await? {
                return Ok(Err(waits(until)));
            }
            if self.check(old, Some(user.password.clone())).await?.0 == Checked::Wrong {
                return Ok(Err(Refusal::Wrong));
            }
        }
        let weak = password::judge(new, &user.name).err().map(password::Weak::sentence);
        let same = weak.is_none() && self.check(new, Some(user.password.clone())).await?.0 != Checked::Wrong;
        let (hash, refusal) = match (weak, same) {
            (Some(sentence), _) => (None, Some(sentence)),
            (None, true) => (None, Some("the password is the one in force; hint: choose another")),
            (None, false) => (Some(hashed(new).await?), None),
        };

        let mut transaction = database::begin_turn(&self.pool, Turn::Users).await?;
        let known = self.behind(&mut transaction, token, at).await?.filter(|(_, now)| now.password == user.password);
        let Some((before, mut user)) = known else { return Ok(Err(Refusal::Wrong)) };
        // The old password was right, or not asked for.
        (user.failures, user.locked_until) = (0, 0);
        if let Some(hash) = hash {
            (user.password, user.must_change) = (hash, false);
        }
        users::save(&mut transaction, &user).await?;
        let opened = match refusal {
            Some(sentence) => Err(Refusal::Weak(sentence)),
            None => {
                signins::end_all(&mut transaction, user.id, Some(&before.digest)).await?;
                Ok(self.open(&mut transaction, &user, Some(&before), Given::of(&before), client, at).await?)
            }
        };
        transaction.commit().await?;
        Ok(opened)
    }

    /// The sign-in and its user behind what a browser holds, if they have not ended.
    async fn behind(&self, connection: &mut Connection, token: &str, at: i64) -> Result<Option<(SignInRow, UserRow)>> {
        let row = signins::by_digest(connection, &secret::digest_of(token)).await?.filter(|row| self.lasts(row, at));
        let Some(row) = row else { return Ok(None) };
        let user = users::by_id(connection, row.user_id).await?.filter(is_active);
        Ok(user.map(|user| (row, user)))
    }
}

/// Hashes a password on a thread of its own.
pub(super) async fn hashed(password: &str) -> Result<String> {
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || password::hash(&password)).await?
}

async fn new_codes(connection: &mut Connection, user_id: i64) -> Result<Vec<String>> {
    let codes = (0..RECOVERY_CODES).map(|_| secret::written()).collect::<Result<Vec<_>>>()?;
    let digests: Vec<String> = codes.iter().map(|code| secret::digest_of(code)).collect();
    users::set_recovery(connection, user_id, &digests).await?;
    Ok(codes)
}
