//! The way in through the provider: a browser is sent there, comes back once, and whoever the provider names is the user that an administrator
//! said. Nobody becomes a user by signing in there.

use anyhow::Result;
use jiff::Timestamp;

use crate::account::door::{Client, Door, Given, MINUTE, Needs, Opened, Refusal, UNFINISHED, needs, waits};
use crate::account::secret;
use crate::clock;
use crate::database::{self, Turn};
use crate::oidc::{Identity, Trip};
use crate::store::trips::{self, TripRow};
use crate::store::users;

/// Why somebody whom the provider knows does not come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Barred {
    /// No user has this account at the provider.
    Unknown,
    /// The user is disabled.
    Disabled {
        /// Name of the user.
        name: String,
    },
    /// Too many failures to sign in by password or code.
    Waits {
        /// Name of the user.
        name: String,
        /// Until when.
        until: Timestamp,
    },
}

impl Door {
    /// Begins a trip to the provider, after which the browser goes to `way`. Gives what goes along with it, and the secret that the browser is to
    /// hold meanwhile. It ends after ten minutes.
    ///
    /// # Errors
    /// The database does not answer, or the operating system gives no random bytes.
    pub async fn begin_trip(&self, way: &str, now: Timestamp) -> Result<(Trip, String)> {
        let (state, browser) = (secret::token()?, secret::token()?);
        let at = clock::micros(now);
        let row = TripRow {
            state: secret::digest_of(&state),
            browser: secret::digest_of(&browser),
            way: way.to_owned(),
            ends_at: at + UNFINISHED * MINUTE,
        };
        let mut transaction = database::begin_turn(&self.pool, Turn::Users).await?;
        trips::add(&mut transaction, &row, at).await?;
        transaction.commit().await?;
        Ok((Trip::of(&state, &browser), browser))
    }

    /// Ends the trip with this state of the browser that holds this secret. Gives it and where to go then, once.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn end_trip(
        &self,
        state: &str,
        browser: &str,
        client: Client<'_>,
        now: Timestamp,
    ) -> Result<Result<(Trip, String), Refusal>> {
        let at = clock::micros(now);
        // Each trip that comes back is a request to the provider.
        if let Err(until) = self.throttle.attempt_from(client.address, at) {
            return Ok(Err(waits(until)));
        }
        let mut transaction = database::begin_turn(&self.pool, Turn::Users).await?;
        let way = trips::take(&mut transaction, &secret::digest_of(state), &secret::digest_of(browser), at).await?;
        transaction.commit().await?;
        Ok(way.map(|way| (Trip::of(state, browser), way)).ok_or(Refusal::Wrong))
    }

    /// Opens a sign-in of the user whose account at the provider this is.
    ///
    /// # Errors
    /// The database does not answer, or the operating system gives no random bytes.
    pub async fn enter_as(&self, identity: &Identity, client: Client<'_>, now: Timestamp) -> Result<Result<Opened, Barred>> {
        let at = clock::micros(now);
        let mut transaction = database::begin_turn(&self.pool, Turn::Users).await?;
        let user = users::by_provider(&mut transaction, &identity.issuer, &identity.id).await?.filter(|user| user.removed_at == 0);
        let Some(mut user) = user else { return Ok(Err(Barred::Unknown)) };
        if user.disabled_at != 0 {
            return Ok(Err(Barred::Disabled { name: user.name }));
        }
        if user.locked_until > at {
            return Ok(Err(Barred::Waits { name: user.name, until: clock::from_micros(user.locked_until) }));
        }
        let given = Given { totp: false, provider: true, vouched: identity.second_factor };
        // Where a code is still to come, failures count until that is right too, as they do after a password.
        if needs(&user, given, &self.web) != Needs::Code {
            (user.failures, user.locked_until) = (0, 0);
            users::save(&mut transaction, &user).await?;
            self.throttle.forgive(client.address);
        }
        let opened = self.open(&mut transaction, &user, None, given, client, at).await?;
        transaction.commit().await?;
        Ok(Ok(opened))
    }
}
