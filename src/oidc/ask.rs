//! Requests to the provider: the only place that sends it anything. Apart from the crawler's client and those of channels.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use tokio::sync::Semaphore;
use url::Url;

use super::fault::Fault;
use crate::fetch::clearnet::{extra_roots, install_crypto_provider};
use crate::fetch::resolve::Resolver;

/// How long a connection may take to come up.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a request may take in all.
const TOTAL: Duration = Duration::from_secs(10);
/// Bytes of an answer, at most.
const LARGEST: usize = 256 << 10;
/// Requests under way at once: whoever is not signed in can cause one.
const AT_ONCE: usize = 8;

/// A client of its own: no redirects, no proxy, no cookies, nothing repeated by itself.
#[derive(Debug)]
pub(super) struct Ask {
    client: Client,
    turns: Semaphore,
}

impl Ask {
    pub(super) fn new(roots: Option<&Path>) -> Result<Self> {
        install_crypto_provider();
        let client = Client::builder()
            .tls_certs_merge(extra_roots(roots)?)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .user_agent(concat!("Vigie/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            // Whoever looks after the desk names the provider, which is often within the own network.
            .dns_resolver(Resolver { allow_private: true })
            .build()
            .context("cannot set up the client of the provider; hint: are the system's ca-certificates installed?")?;
        Ok(Self { client, turns: Semaphore::new(AT_ONCE) })
    }

    /// What stands at an address, as JSON that is not read yet.
    pub(super) async fn get(&self, url: &Url) -> Result<Vec<u8>, Fault> {
        let (status, body) = self.sent(self.client.get(url.clone())).await?;
        match status {
            200 => Ok(body),
            _ => Err(Fault::misfit(format!("{} answered {status}", url.path()))),
        }
    }

    /// Sends a form; gives status and body of whatever is an answer to it.
    pub(super) async fn post(&self, url: &Url, form: String, authorization: Option<&str>) -> Result<(u16, Vec<u8>), Fault> {
        let mut request = self.client.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        self.sent(request).await
    }

    async fn sent(&self, request: RequestBuilder) -> Result<(u16, Vec<u8>), Fault> {
        let Ok(_turn) = self.turns.try_acquire() else { return Err(Fault::Down("many others wait for it already".to_owned())) };
        let mut response = request.header(ACCEPT, "application/json").send().await.map_err(down)?;
        let status = response.status().as_u16();
        match status {
            408 | 429 | 500.. => return Err(Fault::Down(format!("it answered {status}"))),
            300..=399 => return Err(Fault::misfit(format!("it answered {status}; redirects are not followed"))),
            _ => {}
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(down)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(Fault::misfit(format!("it answered with more than {LARGEST} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((status, body))
    }
}

/// What went wrong, by its deepest cause and without the address.
fn down(error: reqwest::Error) -> Fault {
    if error.is_timeout() {
        return Fault::Down("no answer in time".to_owned());
    }
    let error = error.without_url();
    let mut deepest: &dyn std::error::Error = &error;
    while let Some(cause) = deepest.source() {
        deepest = cause;
    }
    Fault::Down(super::fault::plain(&deepest.to_string()))
}
