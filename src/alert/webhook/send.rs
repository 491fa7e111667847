//! One try: a signed POST, and what the receiver's answer means. Apart from the crawler's client, which can do GET and HEAD alone.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use sha2::Sha256;
use url::Url;

use crate::alert::delivery::Alert;
use crate::archive::digest::hex;
use crate::clock;
use crate::config::Webhook;
use crate::fetch::clearnet::certificates;
use crate::fetch::resolve::Resolver;

/// Bytes of an answer that are read, so that its connection can be used again.
const MOST_ANSWER: usize = 64 << 10;

/// What came of a try, with a few words that hold neither address nor secret.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The receiver has it.
    Accepted(String),
    /// The receiver will never take it.
    Refused(String),
    /// It may go better later.
    Failed {
        /// What went wrong.
        why: String,
        /// How long the receiver asks to be left alone.
        wait: Option<Duration>,
    },
}

/// Sends the notifications of one channel.
#[derive(Clone)]
pub(super) struct Sender {
    client: Client,
    url: Url,
    secret: Arc<Vec<u8>>,
    timeout: Duration,
}

impl Sender {
    /// A client of its own: no redirects, no proxy, no cookies, nothing repeated by itself.
    pub(super) fn new(webhook: &Webhook, timeout: Duration, extra_roots: Option<&Path>, secret: Vec<u8>) -> Result<Self> {
        let roots = match extra_roots {
            Some(path) => certificates(path)
                .map_err(|what| anyhow::anyhow!("cannot trust the certificates in {}: {what}; hint: see `extra_roots`", path.display()))?,
            None => Vec::new(),
        };
        let client = Client::builder()
            .tls_certs_merge(roots)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .user_agent(concat!("Vigie/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(timeout)
            .timeout(timeout)
            .pool_idle_timeout(Duration::from_secs(60))
            .pool_max_idle_per_host(1)
            .dns_resolver(Resolver { allow_private: webhook.allow_private })
            .build()
            .with_context(|| {
                format!("cannot set up the client of the webhook {}; hint: are the system's ca-certificates installed?", webhook.name)
            })?;
        Ok(Self { client, url: webhook.url.clone(), secret: Arc::new(secret), timeout })
    }

    /// Sends a notification once.
    pub(super) async fn send(&self, alert: &Alert, idempotency_key: &str) -> Answer {
        let body = match serde_json::to_string(alert) {
            Ok(body) => body,
            Err(error) => return Answer::Refused(format!("cannot be written as JSON: {error}")),
        };
        let at = clock::now().as_second();
        let sending = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("idempotency-key", idempotency_key)
            .header("vigie-signature", signature(&self.secret, at, &body))
            .body(body)
            .send();
        let mut response = match tokio::time::timeout(self.timeout, sending).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Answer::Failed { why: failure(error), wait: None },
            Err(_) => return Answer::Failed { why: "no answer in time".to_owned(), wait: None },
        };
        let answer = weigh(response.status(), response.headers().get("retry-after").and_then(|value| value.to_str().ok()));
        // Its status says it all; the rest is read only to keep the connection, and not for long.
        let mut read = 0;
        while let Ok(Ok(Some(chunk))) = tokio::time::timeout(Duration::from_secs(1), response.chunk()).await {
            read += chunk.len();
            if read > MOST_ANSWER {
                break;
            }
        }
        answer
    }
}

/// `t=<unix time>,v1=<HMAC-SHA-256 over "t.body" in hexadecimal>`.
fn signature(secret: &[u8], at: i64, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(format!("{at}.").as_bytes());
    mac.update(body.as_bytes());
    format!("t={at},v1={}", hex(&mac.finalize().into_bytes()))
}

fn weigh(status: StatusCode, retry_after: Option<&str>) -> Answer {
    let said = format!("status {}", status.as_u16());
    match status.as_u16() {
        200..=299 => Answer::Accepted(said),
        300..=399 => Answer::Refused(format!("{said}; redirects are not followed")),
        408 | 425 | 429 | 500..=599 => {
            Answer::Failed { why: said, wait: retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs) }
        }
        _ => Answer::Refused(said),
    }
}

/// What went wrong, by its deepest cause and without the address, whose path may hold a token.
fn failure(error: reqwest::Error) -> String {
    let timed_out = error.is_timeout();
    let error = error.without_url();
    if timed_out {
        return "no answer in time".to_owned();
    }
    let mut deepest: &dyn std::error::Error = &error;
    while let Some(cause) = deepest.source() {
        deepest = cause;
    }
    deepest.to_string().chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python: hmac.new(b"0123456789abcdef", b"1700000000.{}", "sha256").hexdigest()
    #[test]
    fn the_signature_covers_time_and_body() {
        let signed = signature(b"0123456789abcdef", 1_700_000_000, "{}");
        assert_eq!(signed, "t=1700000000,v1=e4f8e2ecae2295b2ddb2f0b5584c8275e226c0ebe9b3b819e70156bb67122e3e");
        assert_ne!(signed, signature(b"0123456789abcdef", 1_700_000_001, "{}"));
        assert_ne!(signed, signature(b"0123456789abcdeg", 1_700_000_000, "{}"));
    }

    #[test]
    fn what_an_answer_means() {
        let of = |status: u16, retry: Option<&str>| weigh(StatusCode::from_u16(status).unwrap(), retry);
        assert_eq!(of(204, None), Answer::Accepted("status 204".into()));
        for status in [400, 401, 404, 410, 413, 422] {
            assert_eq!(of(status, Some("9")), Answer::Refused(format!("status {status}")));
        }
        assert!(matches!(of(302, None), Answer::Refused(why) if why.contains("redirects")));
        for status in [408, 425, 429, 500, 503] {
            assert_eq!(of(status, Some("9")), Answer::Failed { why: format!("status {status}"), wait: Some(Duration::from_secs(9)) });
            assert_eq!(of(status, Some("soon")), Answer::Failed { why: format!("status {status}"), wait: None });
        }
    }
}
