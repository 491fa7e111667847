//! When a route as a whole cannot be used: no host is blamed, no address is tried in vain, and what is known of it is told to whoever asks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::alert::outage::Turn;
use crate::clock;
use crate::config::{Route, Source};
use crate::database::{self, Connection};
use crate::fetch::{Exchange, Fault, Outcome};
use crate::frontier::claim::Due;
use crate::pipeline::crawl::Crawl;
use crate::pipeline::summary::Skipped;

/// How long a route that cannot be used is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(5);
/// How long a single pass holds out while Tor, which could be used before, cannot: losing a relay takes it seconds to get over.
const HELD_OUT: Duration = Duration::from_secs(60);
/// Where a crawl notes, as JSON, how its routes are.
const ROUTES: &str = "routes";
/// Where it is asked to give a source new circuits: this and its id; the value is when, in microseconds.
const RENEW: &str = "tor_renew:";

/// How a route other than the clear web is, as the last crawl saw it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteState {
    /// Why it cannot be used; empty when it can.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub down: String,
    /// Since when that is so, microseconds.
    pub since: i64,
    /// Milliseconds from opening it until it could be used, in the last run that did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_ms: Option<u64>,
}

/// A route that cannot be used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outage {
    since: Instant,
    /// Until then it is left alone.
    until: Instant,
}

/// How routes are, by their code. Empty before the first crawl over another route than the clear web.
///
/// # Errors
/// The store does not answer.
pub async fn routes(connection: &mut Connection) -> Result<BTreeMap<String, RouteState>> {
    let text = database::meta(connection, ROUTES).await?.unwrap_or_default();
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// Asks the crawl under way to give a source new circuits; one that begins later has new ones anyway.
///
/// # Errors
/// The store does not answer.
pub async fn ask_to_renew(connection: &mut Connection, source: &str) -> Result<()> {
    database::set_meta(connection, &format!("{RENEW}{source}"), &clock::micros(clock::now()).to_string()).await
}

impl Crawl<'_> {
    /// Tells watches of sources that went down or came back; at the end of a single pass also of those that gave nothing but failures in it.
    pub(super) async fn tell_of_sources(&mut self, ended: bool) -> Result<()> {
        let pass = (ended && matches!(self.due, Due::Once { .. })).then_some(self.began);
        let mut turns = Vec::new();
        for (id, state) in &mut self.states {
            let Some((down, since)) = state.turned(pass) else { continue };
            let Some(source) = self.writer.config.source(id) else { continue };
            turns.push(Turn {
                source: id.clone(),
                kind: source.kind.code().to_owned(),
                address: source.seeds.first().map(ToString::to_string).unwrap_or_default(),
                down,
                since,
                failure: state.failure.clone(),
            });
        }
        if !turns.is_empty() {
            self.summary.alerts += self.writer.tell_of_sources(&turns).await?;
        }
        Ok(())
    }

    /// Notes that a route cannot be used: its sources wait, or end where the run is a single pass.
    pub(super) fn route_fails(&mut self, source: &Source, outcome: Outcome, why: &str) {
        let route = source.route;
        self.states.entry(source.id.clone()).or_default().failed(outcome.code(), clock::now());
        let before = self.down.get(&route).copied();
        let since = before.map_or_else(Instant::now, |outage| outage.since);
        self.down.insert(route, Outage { since, until: Instant::now() + LEFT_ALONE });
        if before.is_none() {
            tracing::warn!("{}: {why}", outcome.sentence().trim_end_matches('.'));
            *self.summary.outcomes.entry(outcome.code().to_owned()).or_default() += 1;
        }
        let state = self.routes.entry(route.code().to_owned()).or_default();
        if state.down.is_empty() {
            state.since = clock::micros(clock::now());
        }
        why.clone_into(&mut state.down);
        let holds_out = route == Route::Tor && self.client.tor().is_some_and(|tor| tor.was_ready().is_some()) && since.elapsed() < HELD_OUT;
        if matches!(self.due, Due::Once { .. }) && !holds_out {
            let reason = format!("{} ({why})", outcome.sentence().trim_end_matches('.'));
            let hint = "its addresses stay queued; `vigie doctor` tells what is missing".to_owned();
            let ids: Vec<String> = self.sources.values().filter(|one| one.route == route).map(|one| one.id.clone()).collect();
            for id in ids {
                self.drop_source(Skipped { source: id, reason: reason.clone(), hint: hint.clone() });
            }
        }
    }

    /// Notes what an exchange says for its route: it can be used where an answer came, or where it led to a host that failed. What was
    /// refused before anything was sent, and a circuit that broke, say nothing.
    pub(super) fn route_works(&mut self, exchange: &Exchange) {
        let (route, outcome) = (exchange.route, exchange.outcome);
        let passed = exchange.status.is_some() || outcome.fault() == Fault::Host && outcome.is_transient();
        if route == Route::Clearnet || !passed {
            return;
        }
        if self.down.remove(&route).is_some() {
            tracing::info!("the route {} can be used again", route.code());
        }
        let state = self.routes.entry(route.code().to_owned()).or_default();
        if !state.down.is_empty() || state.since == 0 {
            (state.down, state.since) = (String::new(), clock::micros(clock::now()));
        }
    }

    /// Until when a source is not asked, because its route cannot be used.
    pub(super) fn waits_for_route(&self, source: &Arc<Source>) -> Option<Instant> {
        self.down.get(&source.route).map(|outage| outage.until).filter(|until| Instant::now() < *until)
    }

    /// Writes down how routes are where that changed, and gives new circuits to sources for which that was asked.
    pub(super) async fn keep_routes(&mut self) -> Result<()> {
        let Some(tor) = self.client.tor().cloned() else { return self.save_routes().await };
        if self.summary.tor_ready_ms.is_none()
            && let Some(took) = tor.was_ready()
        {
            let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            self.summary.tor_ready_ms = Some(took);
            let state = self.routes.entry(Route::Tor.code().to_owned()).or_default();
            *state = RouteState { down: String::new(), since: clock::micros(clock::now()), ready_ms: Some(took) };
        }
        let mut connection = self.writer.pool.acquire().await?;
        let asked = database::meta_like(&mut connection, RENEW).await?;
        drop(connection);
        for (name, at) in asked {
            let (source, at) = (name.strip_prefix(RENEW).unwrap_or_default(), at.parse::<i64>().unwrap_or(0));
            let before = self.renewed.entry(source.to_owned()).or_insert(self.began);
            if at > *before {
                *before = at;
                tor.renew(source);
                tracing::info!("source {source}: new circuits, as asked");
            }
        }
        self.save_routes().await
    }

    async fn save_routes(&mut self) -> Result<()> {
        if self.routes == self.routes_saved {
            return Ok(());
        }
        let text = serde_json::to_string(&self.routes)?;
        let mut transaction = self.writer.begin().await?;
        database::set_meta(&mut transaction, ROUTES, &text).await?;
        transaction.commit().await?;
        self.routes_saved.clone_from(&self.routes);
        Ok(())
    }
}
