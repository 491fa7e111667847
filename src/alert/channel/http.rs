//! POST to receivers: webhooks and MISP. Apart from the crawler's client, which can do GET and HEAD alone.

use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use url::Url;

use crate::alert::channel::sender::{Answer, Line};
use crate::config::Channel;
use crate::fetch::clearnet::extra_roots;
use crate::fetch::resolve::Resolver;

/// Bytes of an answer that are read.
const MOST_ANSWER: usize = 64 << 10;

/// A client of its own for a channel: no redirects, no proxy, no cookies, nothing repeated by itself.
pub(super) struct Poster {
    client: Client,
    timeout: Duration,
}

/// What a receiver answered.
pub(super) struct Response {
    status: StatusCode,
    retry_after: Option<String>,
    /// What is known of its text.
    pub(super) text: String,
}

impl Poster {
    pub(super) fn new(channel: &Channel, line: &Line<'_>) -> Result<Self> {
        let client = Client::builder()
            .tls_certs_merge(extra_roots(line.extra_roots)?)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .user_agent(concat!("Vigie/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(line.timeout)
            .timeout(line.timeout)
            .pool_idle_timeout(Duration::from_secs(60))
            .pool_max_idle_per_host(1)
            .dns_resolver(Resolver { allow_private: channel.allow_private })
            .build()
            .with_context(|| {
                format!("cannot set up the client of the channel {}; hint: are the system's ca-certificates installed?", channel.name)
            })?;
        Ok(Self { client, timeout: line.timeout })
    }

    /// Sends JSON once.
    ///
    /// # Errors
    /// There is no answer: what that means for the notification.
    pub(super) async fn post(&self, url: &Url, headers: &[(&'static str, &str)], body: String) -> Result<Response, Answer> {
        let mut request = self.client.post(url.clone()).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = match tokio::time::timeout(self.timeout, request.body(body).send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Answer::failed(failure(error))),
            Err(_) => return Err(Answer::failed("no answer in time")),
        };
        let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()).map(str::to_owned);
        // Its status says most; the rest is read to keep the connection, and not for long.
        let mut text = Vec::new();
        while let Ok(Ok(Some(chunk))) = tokio::time::timeout(Duration::from_secs(1), response.chunk()).await {
            text.extend_from_slice(&chunk);
            if text.len() > MOST_ANSWER {
                break;
            }
        }
        Ok(Response { status: response.status(), retry_after, text: String::from_utf8_lossy(&text).into_owned() })
    }
}

impl Response {
    /// What it means for the notification.
    pub(super) fn weigh(&self) -> Answer {
        weigh(self.status, self.retry_after.as_deref())
    }
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
