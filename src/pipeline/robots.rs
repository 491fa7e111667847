//! Asks for robots.txt, through the same gates as any page.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use url::Url;

use crate::clock::{self, micros};
use crate::config::Source;
use crate::fetch::limits::beginning;
use crate::fetch::{Exchange, Limits, Method, Outcome, Request, Routes};
use crate::frontier::hosts::Hosts;
use crate::frontier::politeness::Gate;
use crate::frontier::robots::{MOST_BYTES, Rules};
use crate::frontier::rules::{Stored, origin};

/// Redirects of robots.txt that are followed (RFC 9309 2.3.1.2).
const HOPS: usize = 5;

/// Performs one request when it is its turn at the gate of its host; `None` where there will be none. A route that is not there yet is
/// waited for before the gate, so that nobody who asks for more waits behind it.
pub async fn in_turn(client: &Routes, request: &Request, gate: &Gate, streams: &Arc<Semaphore>) -> Option<Exchange> {
    if let Err((outcome, why)) = client.ready(request.route).await {
        return Some(Exchange::unsent(request, outcome, why, clock::now()));
    }
    let turn = gate.turn(streams).await?;
    let exchange = client.fetch(request, gate.begins()).await;
    if let Some(latency) = exchange.first_byte_us {
        gate.answered(&turn, Duration::from_micros(latency));
    }
    Some(exchange)
}

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
    /// The rules as this agent has to read them.
    pub rules: Option<(String, Rules)>,
}

/// Asks for robots.txt of an origin, and reads it beside whatever else goes on: half a megabyte of rules takes its time.
pub async fn ask(
    url: Url,
    source: Arc<Source>,
    client: Routes,
    hosts: Arc<Hosts>,
    streams: Arc<Semaphore>,
    agent: String,
    limits: Limits,
) -> Asked {
    let mut asked = fetch(url, source, client, hosts, streams, agent.clone(), limits).await;
    if let Ok(stored) = asked.answer.clone() {
        // An abnormal end leaves the reading to whoever needs the rules.
        asked.rules = tokio::task::spawn_blocking(move || (agent.clone(), stored.rules(&agent))).await.ok();
    }
    asked
}

/// Asks for robots.txt of an origin. Redirects are followed within the scope of the source only.
async fn fetch(
    url: Url,
    source: Arc<Source>,
    client: Routes,
    hosts: Arc<Hosts>,
    streams: Arc<Semaphore>,
    agent: String,
    limits: Limits,
) -> Asked {
    let origin = origin(&url);
    let mut asked = Asked { origin: origin.clone(), source: Arc::clone(&source), exchanges: Vec::new(), answer: Err(None), rules: None };
    let Ok(mut next) = url.join("/robots.txt") else { return asked };
    // What lies behind what is read of a robots.txt is not worth a byte of traffic; one more tells that there was more.
    let limits = Limits { body: limits.body.min(MOST_BYTES as u64 + 1), ..limits };
    for _ in 0..=HOPS {
        let gate = hosts.gate(&next);
        let request = Request {
            url: next.clone(),
            method: Method::Get,
            route: source.route,
            source: source.id.clone(),
            headers: vec![("user-agent".into(), agent.clone())],
            cookies: None,
            allow_private: source.scope.allow_private,
            allow_media: false,
            beginning: true,
            limits: limits.clone(),
        };
        let Some(exchange) = in_turn(&client, &request, &gate, &streams).await else { return asked };
        let outcome = exchange.outcome;
        let location = exchange.location();
        let status = exchange.status.unwrap_or(0);
        let body = beginning(&exchange.headers, &exchange.body, MOST_BYTES as u64 + 1);
        let unreadable = body.is_empty() && !exchange.body.is_empty();
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
            // Rules that are there and cannot be read are taken for forbidding.
            Outcome::Ok | Outcome::BodyTooLarge if unreadable => Ok(stored(503, Vec::new())),
            // Of what is larger than the limit the beginning counts.
            Outcome::Ok | Outcome::BodyTooLarge => Ok(stored(200, body)),
            outcome if outcome.is_transient() => Err(retry_after),
            // A flood of headers, or a picture: there is something, and it says nothing that we could keep to.
            _ if status == 0 || status < 300 => Ok(stored(503, Vec::new())),
            _ => Ok(stored(status, Vec::new())),
        };
        return asked;
    }
    // Too many redirects: RFC 9309 lets us take the file for unavailable.
    asked.answer =
        Ok(Stored { origin, status: 404, body: String::new(), fetched_at: asked.exchanges.last().map_or(0, |one| micros(one.started_at)) });
    asked
}
