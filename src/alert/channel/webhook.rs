//! Webhooks: a signed POST.

use anyhow::Result;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use url::Url;

use crate::alert::channel::http::Poster;
use crate::alert::channel::sender::{Answer, Line};
use crate::archive::digest::hex;
use crate::clock;
use crate::config::Webhook;

/// Sends the notifications of one webhook.
pub(super) struct Hook {
    poster: Poster,
    url: Url,
    secret: Vec<u8>,
}

impl Hook {
    pub(super) fn new(webhook: &Webhook, secret: Vec<u8>, line: &Line<'_>) -> Result<Self> {
        Ok(Self { poster: Poster::new(&webhook.channel, line)?, url: webhook.url.clone(), secret })
    }

    /// Sends a notification once.
    pub(super) async fn send(&self, payload: &Value, key: &str) -> Answer {
        let body = payload.to_string();
        let signature = signature(&self.secret, clock::now().as_second(), &body);
        let headers = [("idempotency-key", key), ("vigie-signature", signature.as_str())];
        match self.poster.post(&self.url, &headers, body).await {
            Ok(response) => response.weigh(),
            Err(answer) => answer,
        }
    }
}

/// `t=<unix time>,v1=<HMAC-SHA-256 over "t.body" in hexadecimal>`.
fn signature(secret: &[u8], at: i64, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(format!("{at}.").as_bytes());
    mac.update(body.as_bytes());
    format!("t={at},v1={}", hex(&mac.finalize().into_bytes()))
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
}
