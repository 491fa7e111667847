//! Whether the networks can be reached: one request at most, to a host of a configured source on the clear web, through its gate; Tor and
//! I2P are tried where sources take these routes, and nothing is asked for over them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use url::Url;

use crate::clock::{from_micros, micros};
use crate::config::{Route, Source};
use crate::database::{self, Pool};
use crate::doctor::{Check, Instance};
use crate::fetch::{Clearnet, Method, Request, Routes};
use crate::frontier::queue;
use crate::pipeline::crawl::RouteState;
use crate::pipeline::{crawl, lock};
use crate::standing::{State, minute};

const NAME: &str = "clear web";

pub(super) async fn check(instance: &Instance<'_>, offline: bool) -> Vec<Check> {
    let asked = |route| instance.config.sources.iter().any(|source| source.route == route && !source.import_only);
    let mut checks = vec![clear_web(instance, offline).await];
    if asked(Route::Tor) {
        checks.push(beside(instance, offline, Route::Tor, "tor", "See [tor] in vigie.toml and docs/tor.md: whether this machine reaches the internet, whether Tor is blocked (then use a bridge), whether the clock is right.").await);
    }
    if asked(Route::I2p) {
        checks.push(
            beside(
                instance,
                offline,
                Route::I2p,
                "i2p",
                "Start the I2P router of this machine, or name its HTTP proxy under [i2p] in vigie.toml.",
            )
            .await,
        );
    }
    checks
}

/// A route beside the clear web: it is opened and waited for, and no host is asked for anything.
async fn beside(instance: &Instance<'_>, offline: bool, route: Route, name: &'static str, advice: &str) -> Check {
    if offline {
        return Check::ok(name, "not tried: --offline");
    }
    if let Some(writing) = instance.writing {
        let states = match instance.pool {
            Some(pool) => states(pool).await.unwrap_or_default(),
            None => BTreeMap::new(),
        };
        return match states.get(route.code()) {
            Some(state) if !state.down.is_empty() => {
                let since = minute(from_micros(state.since));
                Check::warning(name, format!("process {} cannot use it since {since}: {}", writing.process, state.down), advice)
            }
            Some(state) => Check::ok(name, format!("process {} uses it since {}", writing.process, minute(from_micros(state.since)))),
            None => Check::ok(name, format!("not tried: process {} has it and has not used it yet", writing.process)),
        };
    }
    let began = Instant::now();
    let routes = match Routes::open(&instance.config.settings, instance.data, |asked| asked == route).await {
        Ok(routes) => routes,
        Err(error) => return Check::failure(name, error.to_string(), "Install the certificates of the system (package ca-certificates)."),
    };
    match routes.ready(route).await {
        Ok(()) => Check::ok(name, format!("it can be used, after {:.1} s", began.elapsed().as_secs_f64())),
        Err((outcome, why)) => Check::warning(name, format!("{}: {why}", outcome.code()), advice),
    }
}

async fn states(pool: &Pool) -> Result<BTreeMap<String, RouteState>> {
    crawl::routes(&mut *pool.acquire().await?).await
}

async fn clear_web(instance: &Instance<'_>, offline: bool) -> Check {
    if offline {
        return Check::ok(NAME, "not tried: --offline");
    }
    if let Some(writing) = instance.writing {
        let last = instance.reports.iter().filter_map(|report| report.last_success).max();
        let last = last.map_or("no page has come yet".to_owned(), |at| format!("the last page came at {}", minute(at)));
        return Check::ok(NAME, format!("not tried: process {} keeps the gates; {last}", writing.process));
    }
    let Some((source, url)) = candidate(instance) else {
        return Check::ok(NAME, "not tried: no source may be asked now");
    };
    match pass_gate(instance, source, &url).await {
        Err(error) => return Check::warning(NAME, format!("not tried: {error:#}"), "See the test of the store."),
        Ok(false) => return Check::ok(NAME, "not tried: a crawl has just begun"),
        Ok(true) => {}
    }
    let settings = &instance.config.settings;
    let client = match Clearnet::new(settings.limits.connect) {
        Ok(client) => client,
        Err(error) => return Check::failure(NAME, error.to_string(), "Install the certificates of the system (package ca-certificates)."),
    };
    let agent = source.user_agent.clone().unwrap_or_else(|| settings.user_agent.clone());
    let request = Request {
        url: url.clone(),
        method: Method::Head,
        headers: vec![("user-agent".to_owned(), agent)],
        allow_private: source.scope.allow_private,
        limits: crawl::limits(settings, Route::Clearnet),
        ..Request::get(url.clone())
    };
    let began = Instant::now();
    let exchange = client.fetch(&request).await;
    let took = began.elapsed().as_millis();
    let host = url.host_str().unwrap_or_default();
    match (exchange.status, exchange.remote) {
        (Some(status), remote) => {
            let remote = remote.map(|remote| format!(" ({remote})")).unwrap_or_default();
            Check::ok(NAME, format!("{host}{remote} answered {status} over {} in {took} ms", exchange.protocol))
        }
        _ => {
            let detail = exchange.detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
            Check::warning(
                NAME,
                format!("{host}: {}: {}{detail}", exchange.outcome.code(), exchange.outcome.sentence().trim_end_matches('.')),
                "See whether this machine reaches the internet (name server, route, firewall); if it does, the host is down: wait.",
            )
        }
    }
}

/// A source that may be asked now and whose host's gate is open, and what to ask: the file that anyone may read.
fn candidate<'a>(instance: &Instance<'a>) -> Option<(&'a Source, Url)> {
    let now = instance.now;
    let may = |source: &Source| {
        let report = instance.reports.iter().find(|report| report.source == source.id)?;
        matches!(report.state, State::Ready | State::Waiting | State::Blocked).then_some(report)
    };
    instance.config.sources.iter().filter(|source| source.route == Route::Clearnet).find_map(|source| {
        let report = may(source)?;
        let seed = source.seeds.first()?;
        let host = seed.host_str()?;
        let open = report.hosts.iter().find(|gate| gate.host == host).is_none_or(|gate| gate.opens_at <= now);
        Some((source, seed.join("/robots.txt").ok()?)).filter(|_| open)
    })
}

/// Shuts the gate for the host's spacing, for whoever crawls next, and then looks whether a crawl has begun: one that comes later reads
/// the gate. Whether the request may be made.
async fn pass_gate(instance: &Instance<'_>, source: &Source, url: &Url) -> Result<bool> {
    let Some(pool) = instance.pool else { return Ok(lock::holder(instance.data)?.is_none()) };
    let host = url.host_str().unwrap_or_default();
    let known = instance.reports.iter().flat_map(|report| &report.hosts).find(|gate| gate.host == host);
    let spacing = known.map_or(Duration::ZERO, |gate| Duration::from_millis(gate.spacing_ms)).max(source.politeness.interval);
    let length = i64::try_from(spacing.as_micros()).unwrap_or(i64::MAX);
    // The request may take as long as a connection may take before it reaches the host.
    let late = i64::try_from(instance.config.settings.limits.connect.as_micros()).unwrap_or(0);
    let mut transaction = database::begin(pool).await?;
    queue::keep_shut(&mut transaction, host, micros(instance.now).saturating_add(length).saturating_add(late), length).await?;
    transaction.commit().await?;
    Ok(lock::holder(instance.data)?.is_none())
}
