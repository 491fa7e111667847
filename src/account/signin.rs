//! Sign-ins under way: whoever comes with the secret that a browser holds, why is read, and how a sign-in ends.

use std::fmt;

use anyhow::Result;
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::account::caller::{Access, Caller, User};
use crate::account::door::{Door, Given, MINUTE, Needs, is_active, needs};
use crate::account::secret;
use crate::audit::Purpose;
use crate::clock;
use crate::store::signins::{self, SignInRow};
use crate::store::users;

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
    /// Whether the provider said who signs in.
    pub provider: bool,
    /// Whether it had asked for a second factor.
    pub vouched: bool,
}

/// A request of a browser that is signed in.
#[derive(Clone)]
pub struct Present {
    /// Who asks. May do nothing before `needs` says [`Needs::Nothing`].
    pub caller: Caller,
    /// The sign-in.
    pub sign_in: SignIn,
    /// What it needs first.
    pub needs: Needs,
    /// Why is read at present, for the reading log.
    pub purpose: Purpose,
    digest: String,
    csrf: String,
}

// It holds a secret, which must not come into a log by accident.
impl fmt::Debug for Present {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Present").field("user", &self.caller.user.name).field("needs", &self.needs).finish_non_exhaustive()
    }
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
            needs: needs(&user, Given::of(&row), &self.web),
            purpose: Purpose { case: some(&row.case_ref), purpose: some(&row.purpose) },
            sign_in: seen_from_outside(&row),
            caller: Caller { user: User::of(&user)?, access, scopes: None },
            csrf: row.csrf,
            digest,
        }))
    }

    /// What a visitor may do by now whose request goes on for long; `None` once the sign-in has ended. It does not count as being used.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn still(&self, present: &Present, now: Timestamp) -> Result<Option<Caller>> {
        let mut connection = self.pool.acquire().await?;
        let row = signins::by_digest(&mut connection, &present.digest).await?;
        let Some(row) = row.filter(|row| self.lasts(row, clock::micros(now))) else { return Ok(None) };
        let Some(user) = users::by_id(&mut connection, row.user_id).await?.filter(is_active) else { return Ok(None) };
        if needs(&user, Given::of(&row), &self.web) != Needs::Nothing {
            return Ok(None);
        }
        let access = Access::of(&mut connection, user.id).await?;
        Ok(Some(Caller { user: User::of(&user)?, access, scopes: None }))
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

    /// Whether a sign-in has not ended. Without a provider what one opened is at its end.
    pub(super) fn lasts(&self, row: &SignInRow, at: i64) -> bool {
        (!row.provider || self.web.oidc.is_some()) && at < row.ends_at && at < row.seen_at.saturating_add(self.idle())
    }

    fn idle(&self) -> i64 {
        i64::try_from(self.web.idle.as_micros()).unwrap_or(i64::MAX)
    }
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
        provider: row.provider,
        vouched: row.vouched,
    }
}
