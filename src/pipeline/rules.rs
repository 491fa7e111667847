//! robots.txt: fetched through the same gates, archived like any page, kept in the store until it expires.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use sqlx::{AnyConnection, Row};
use tokio::sync::Semaphore;
use url::Url;

use crate::clock::{from_micros, micros};
use crate::config::Source;
use crate::database::insert_rows;
use crate::fetch::{Clearnet, Exchange, Fetcher, Limits, Method, Outcome, Request};
use crate::frontier::robots::Rules;
use crate::pipeline::hosts::Hosts;

/// Redirects of robots.txt that are followed (RFC 9309 2.3.1.2).
const HOPS: usize = 5;
/// How long rules are kept (RFC 9309 2.4).
const KEPT: Duration = Duration::from_secs(86_400);

/// robots.txt of one scheme, host and port, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Scheme, host and port.
    pub origin: String,
    /// Status that it came with.
    pub status: u16,
    /// Text of the file, empty without one.
    pub body: String,
    /// Microseconds.
    pub fetched_at: i64,
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
}

/// The part of an address that robots.txt is for.
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

impl Stored {
    /// The rules for this agent.
    pub fn rules(&self, agent: &str) -> Rules {
        if self.status == 200 { Rules::parse(self.body.as_bytes(), agent) } else { Rules::from_status(self.status) }
    }

    /// Whether it must be asked for again.
    pub fn expired(&self, now: Timestamp) -> bool {
        from_micros(self.fetched_at) + KEPT <= now
    }
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

/// What the store remembers of these origins.
///
/// # Errors
/// The database does not answer.
pub async fn load(connection: &mut AnyConnection) -> Result<Vec<Stored>> {
    let rows = sqlx::query("SELECT origin, fetched_at, state, body FROM robots").fetch_all(connection).await?;
    let stored = |row: &sqlx::any::AnyRow| -> Result<Stored> {
        let status: String = row.try_get("state")?;
        Ok(Stored {
            origin: row.try_get("origin")?,
            status: status.parse().unwrap_or(503),
            body: row.try_get("body")?,
            fetched_at: row.try_get("fetched_at")?,
        })
    };
    rows.iter().map(stored).collect()
}

/// Remembers rules.
///
/// # Errors
/// The database does not answer.
pub async fn save(connection: &mut AnyConnection, rules: &[Stored]) -> Result<()> {
    let rows = rules.iter().map(|one| {
        let expires = from_micros(one.fetched_at) + KEPT;
        vec![
            one.origin.as_str().into(),
            one.fetched_at.into(),
            micros(expires).into(),
            one.status.to_string().into(),
            one.body.as_str().into(),
        ]
    });
    insert_rows(
        connection,
        "INSERT INTO robots (origin, fetched_at, expires_at, state, body) VALUES",
        "ON CONFLICT (origin) DO UPDATE SET fetched_at = excluded.fetched_at, expires_at = excluded.expires_at, state = excluded.state, body = excluded.body",
        rows.collect(),
    )
    .await?;
    Ok(())
}
