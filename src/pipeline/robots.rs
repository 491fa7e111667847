//! Asks for robots.txt, through the same gates as any page.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use url::Url;

use crate::clock::micros;
use crate::config::Source;
use crate::fetch::{Clearnet, Exchange, Fetcher, Limits, Method, Outcome, Request};
use crate::frontier::hosts::Hosts;
use crate::frontier::rules::{Stored, origin};

/// Redirects of robots.txt that are followed (RFC 9309 2.3.1.2).
const HOPS: usize = 5;

/// What asking for robots.txt came to.
#[derive(Debug)]
pub struct Asked {
    /// Scheme, host and port.
    pub origin: String,
    /// The source on whose behalf it was asked.
    pub source: Arc<Source>,
    /// Every exchange, in order.
    pub exchanges: Vec<Exchange>,
    /// The rules, or how long to wait before asking again.
    pub answer: Result<Stored, Option<Duration>>,
}

/// Asks for robots.txt of an origin. Redirects are followed within the scope of the source only.
pub async fn ask(
    url: Url,
    source: Arc<Source>,
    client: Clearnet,
    hosts: Arc<Hosts>,
    streams: Arc<Semaphore>,
    agent: String,
    limits: Limits,
) -> Asked {
    let origin = origin(&url);
    let mut asked = Asked { origin: origin.clone(), source: Arc::clone(&source), exchanges: Vec::new(), answer: Err(None) };
    let Ok(mut next) = url.join("/robots.txt") else { return asked };
    for _ in 0..=HOPS {
        let gate = hosts.gate(&next);
        let Some(turn) = gate.turn(&streams).await else { return asked };
        let request = Request {
            url: next.clone(),
            method: Method::Get,
            headers: vec![("user-agent".into(), agent.clone())],
            cookies: None,
            allow_private: source.scope.allow_private,
            allow_media: false,
            limits: limits.clone(),
        };
        let exchange = client.fetch(&request).await;
        if let Some(latency) = exchange.first_byte_us {
            gate.answered(&turn, Duration::from_micros(latency));
        }
        drop(turn);
        let outcome = exchange.outcome;
        let location = exchange.location();
        let status = exchange.status.unwrap_or(0);
        let body = exchange.decoded(&limits).unwrap_or_default();
        let (at, retry_after) = (exchange.started_at, exchange.retry_after(exchange.started_at));
        asked.exchanges.push(exchange);
        let stored = |status: u16, body: Vec<u8>| Stored {
            origin: origin.clone(),
            status,
            body: String::from_utf8_lossy(&body).into_owned(),
            fetched_at: micros(at),
        };
        asked.answer = match outcome {
            Outcome::Redirected => match location.filter(|to| source.scope.admits_host(to).is_ok()) {
                Some(to) => {
                    next = to;
                    continue;
                }
                // Rules that stand where we may not look are taken for forbidding.
                None => Ok(stored(503, Vec::new())),
            },
            Outcome::Ok => Ok(stored(200, body)),
            // What is larger than the limit was received up to the limit: rules are read from its beginning anyway.
            Outcome::BodyTooLarge => Ok(stored(200, asked.exchanges.last().map(|one| one.body.clone()).unwrap_or_default())),
            outcome if outcome.is_transient() => Err(retry_after),
            _ => Ok(stored(if status == 0 { 503 } else { status }, Vec::new())),
        };
        return asked;
    }
    // Too many redirects: RFC 9309 lets us take the file for unavailable.
    asked.answer =
        Ok(Stored { origin, status: 404, body: String::new(), fetched_at: asked.exchanges.last().map_or(0, |one| micros(one.started_at)) });
    asked
}
