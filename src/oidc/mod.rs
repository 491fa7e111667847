//! Sign-in through a provider of OpenID Connect, as far as it is between the desk and the provider: the code flow of OpenID Connect Core 1.0
//! (3.1) with PKCE (RFC 7636), state and nonce. What is believed of a token stands in `token` and `keys` alone.
//!
//! Nothing is kept of a token but who signed in and how. Who that is at the desk is for `account`.

mod fault;
mod ask;
mod trip;
mod metadata;
mod keys;
mod token;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use data_encoding::BASE64;
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::clock;
use crate::config::Oidc;
use ask::Ask;
use keys::Keys;
use metadata::Metadata;

pub use fault::Fault;
pub use token::{Identity, is_id};
pub use trip::Trip;

/// Microseconds for which what the provider says of itself is believed: each trip begins with it, and anybody may begin one.
const KEPT: i64 = 5 * 60 * 1_000_000;

/// The provider that is configured.
#[derive(Debug)]
pub struct Provider {
    oidc: Oidc,
    ask: Ask,
    /// What it said of itself, and when (microseconds).
    known: Mutex<Option<(i64, Arc<Metadata>)>>,
}

/// What a browser brings back from the provider.
#[derive(Debug, Clone, Copy)]
pub struct Brought<'a> {
    /// What the provider gives a token for.
    pub code: &'a str,
    /// Who it says that it is (RFC 9207).
    pub iss: Option<&'a str>,
}

/// The answer of the token endpoint, as far as it is read.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// The error of RFC 6749, 5.2.
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Provider {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// The client cannot be set up, such as without certificates of the system.
    pub fn new(oidc: &Oidc, extra_roots: Option<&Path>) -> Result<Self> {
        Ok(Self { oidc: oidc.clone(), ask: Ask::new(extra_roots)?, known: Mutex::default() })
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.oidc.name
    }

    /// Where to send a browser that begins a trip.
    ///
    /// # Errors
    /// The provider is down, or what it says of itself does not fit.
    pub async fn entrance(&self, trip: &Trip, now: Timestamp) -> Result<Url, Fault> {
        let mut url = self.metadata(clock::micros(now)).await?.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.oidc.client_id)
            .append_pair("redirect_uri", &self.oidc.back())
            .append_pair("scope", &self.oidc.scopes.join(" "))
            .append_pair("state", &trip.state)
            .append_pair("nonce", &trip.nonce)
            .append_pair("code_challenge", &trip.challenge())
            .append_pair("code_challenge_method", "S256");
        if !self.oidc.acr.is_empty() {
            url.query_pairs_mut().append_pair("acr_values", &self.oidc.acr.join(" "));
        }
        Ok(url)
    }

    /// Who signed in at the provider during a trip.
    ///
    /// # Errors
    /// The provider is down or refuses, what is configured does not fit, or what it says is not believed.
    pub async fn identity(&self, trip: &Trip, brought: Brought<'_>, now: Timestamp) -> Result<Identity, Fault> {
        let metadata = self.metadata(clock::micros(now)).await?;
        match brought.iss {
            Some(iss) if iss != self.oidc.issuer => return Err(Fault::untrue("the answer comes from another provider")),
            None if metadata.names_itself => return Err(Fault::untrue("the answer does not say which provider it comes from")),
            _ => {}
        }
        let text = self.redeem(&metadata, trip, brought.code).await?;
        let keys = Keys::read(&self.ask.get(&metadata.keys).await?)?;
        token::believe(&text, &keys, &self.oidc, &trip.nonce, now)
    }

    /// Looks whether the provider can be used; gives how many keys it signs with.
    ///
    /// # Errors
    /// It cannot: why.
    pub async fn look(&self) -> Result<usize, Fault> {
        self.secret()?;
        let metadata = self.fetched().await?;
        Ok(Keys::read(&self.ask.get(&metadata.keys).await?)?.count())
    }

    /// The text of the token that a code is good for.
    async fn redeem(&self, metadata: &Metadata, trip: &Trip, code: &str) -> Result<String, Fault> {
        let (form, authorization) = self.asking(metadata, trip, code)?;
        let (status, body) = self.ask.post(&metadata.token, form, authorization.as_deref()).await?;
        if status == 200 {
            let tokens: Tokens = serde_json::from_slice(&body).map_err(|_| Fault::misfit("its answer to the code holds no ID token"))?;
            return Ok(tokens.id_token);
        }
        let said =
            serde_json::from_slice(&body).map_or_else(|_| format!("status {status}"), |refusal: Refusal| fault::plain(&refusal.error));
        Err(match said.as_str() {
            "invalid_client" | "unauthorized_client" | "unsupported_grant_type" => {
                Fault::misfit(format!("it does not take the desk's client_id and secret ({said})"))
            }
            _ => Fault::Refused(said),
        })
    }

    /// The form that asks for a token, and the head that says who asks where the form does not.
    fn asking(&self, metadata: &Metadata, trip: &Trip, code: &str) -> Result<(String, Option<String>), Fault> {
        let secret = self.secret()?;
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.oidc.back())
            .append_pair("code_verifier", &trip.verifier);
        if !metadata.basic {
            form.append_pair("client_id", &self.oidc.client_id).append_pair("client_secret", &secret);
            return Ok((form.finish(), None));
        }
        // RFC 6749, 2.3.1: both are written as in a form before they are joined.
        let written = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", written(&self.oidc.client_id), written(&secret));
        Ok((form.finish(), Some(format!("Basic {}", BASE64.encode(pair.as_bytes())))))
    }

    fn secret(&self) -> Result<String, Fault> {
        self.oidc.secret.text().map_err(Fault::Misfit)
    }

    /// What the provider says of itself, asked anew now and then.
    async fn metadata(&self, at: i64) -> Result<Arc<Metadata>, Fault> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, metadata)) = known.filter(|(since, _)| (0..KEPT).contains(&at.saturating_sub(*since))) {
            return Ok(metadata);
        }
        let metadata = Arc::new(self.fetched().await?);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, Arc::clone(&metadata)));
        Ok(metadata)
    }

    async fn fetched(&self) -> Result<Metadata, Fault> {
        let address = format!("{}/.well-known/openid-configuration", self.oidc.issuer.trim_end_matches('/'));
        let url = Url::parse(&address).map_err(|_| Fault::misfit("its issuer is no address"))?;
        Metadata::read(&self.ask.get(&url).await?, &self.oidc.issuer)
    }
}
