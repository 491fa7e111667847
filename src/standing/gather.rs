//! Reads from the store what is known of each source; a few small questions for each, however many addresses it has.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use crate::clock::{from_micros, micros};
use crate::config::{Config, Source};
use crate::database::{Connection, Pool, meta};
use crate::frontier::mirrors::{self, Health, Hours};
use crate::frontier::proposals;
use crate::frontier::queue::{self, Queue, Shut};
use crate::frontier::rules::{self, Unreachable};
use crate::frontier::source_state::{self, SourceState};
use crate::pipeline::crawl::{self, CRAWLING};
use crate::pipeline::lock;
use crate::standing::account::{Accounts, Mandate};
use crate::standing::addresses;
use crate::standing::judge::{self, Known};
use crate::standing::{Failure, HostGate, LastRun, Report};
use crate::store::passes::{self, Pass};
use crate::store::replicas::Replicas;
use crate::store::{runs, sources};

/// Who writes to the data folder, and what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writing {
    /// Number of the process, 0 where it is not known.
    pub process: u32,
    /// Its command, where the store tells.
    pub command: Option<String>,
    /// Sources that its crawl takes part in.
    pub crawls: HashSet<String>,
}

/// What a crawl notes at its start.
#[derive(Deserialize)]
struct Crawling {
    run: i64,
    sources: HashSet<String>,
}

/// Who writes to the data folder now; `None` when nobody does.
///
/// # Errors
/// The lock or the store does not answer.
pub async fn writing(pool: Option<&Pool>, data: &Path) -> Result<Option<Writing>> {
    let Some(process) = lock::holder(data)? else { return Ok(None) };
    let mut writing = Writing { process, ..Writing::default() };
    if let Some(pool) = pool {
        let mut connection = pool.acquire().await?;
        if let Some(run) = runs::last(&mut connection).await?.filter(|run| run.ended_at.is_none()) {
            let noted = meta(&mut connection, CRAWLING).await?.and_then(|text| serde_json::from_str::<Crawling>(&text).ok());
            writing.crawls = noted.filter(|noted| noted.run == run.id).map(|noted| noted.sources).unwrap_or_default();
            writing.command = Some(run.command);
        }
    }
    Ok(Some(writing))
}

/// How every source stands, in the order of the configuration; then those of imports, and those that no file configures any more. Without a store nothing is known but the files.
///
/// # Errors
/// The store does not answer.
pub async fn all(pool: Option<&Pool>, config: &Config, writing: Option<&Writing>, now: Timestamp) -> Result<Vec<Report>> {
    let Some(pool) = pool else {
        return Ok(config.sources.iter().map(|source| report(&unknown(source, writing, now), 0, None)).collect());
    };
    let mut connection = pool.acquire().await?;
    let mut config = sources::complete(&mut connection, config).await?;
    let mut states = source_state::load(&mut connection).await?;
    let accounts = Accounts::load(&mut connection, &config, &mut states, now).await?;
    // An import that told no type leaves listings only.
    for id in sources::with_listings(&mut connection).await? {
        if config.source(&id).is_none() && !states.contains_key(&id) {
            config.sources.push(Source::for_import(&id, &config.settings));
        }
    }
    let common = Common {
        gates: queue::gates(&mut connection).await?,
        unreachable: rules::unreachable(&mut connection).await?,
        mirrors: mirrors::load(&mut connection).await?,
        hours: mirrors::hours(&mut connection).await?,
    };
    let mut reports = Vec::with_capacity(config.sources.len());
    for source in &config.sources {
        reports.push(accounts.told(one(&mut connection, source, &states, &common, writing, now).await?));
    }
    let mut forgotten: Vec<&String> = states.keys().filter(|id| config.source(id).is_none()).collect();
    forgotten.sort();
    for id in forgotten {
        let source = Source { import_only: false, ..Source::for_import(id, &config.settings) };
        let mut report = one(&mut connection, &source, &states, &common, writing, now).await?;
        report.configured = false;
        report.reason = "it is not crawled: no file configures it".to_owned();
        report.advice = format!("Write the file {id}.toml into the folder of the sources, or name the configuration with --config.");
        reports.push(accounts.told(report));
    }
    let replicas = Replicas::load(&mut connection, &config).await?;
    for report in &mut reports {
        report.replica_of = replicas.get(&report.source).cloned();
    }
    Ok(reports)
}

/// What is asked for once for all sources.
struct Common {
    gates: Vec<Shut>,
    unreachable: Vec<Unreachable>,
    mirrors: HashMap<String, Vec<Health>>,
    hours: HashMap<(String, String), Hours>,
}

async fn one(
    connection: &mut Connection,
    source: &Source,
    states: &HashMap<String, SourceState>,
    common: &Common,
    writing: Option<&Writing>,
    now: Timestamp,
) -> Result<Report> {
    let week = |source: &Source, origin: &str| {
        common.hours.get(&(source.id.clone(), origin.to_owned())).map(|hours| mirrors::week(hours, micros(now))).unwrap_or_default()
    };
    let admits = |url: &str| Url::parse(url).is_ok_and(|url| source.scope.admits_host(&url).is_ok());
    let known = Known {
        state: states.get(&source.id).cloned().unwrap_or_default(),
        queue: if source.import_only { Queue::default() } else { queue::of_source(connection, &source.id, micros(now)).await? },
        gates: common.gates.iter().filter(|gate| admits(&format!("http://{}/", gate.name))).cloned().collect(),
        unreachable: common.unreachable.iter().filter(|one| admits(&one.origin)).cloned().collect(),
        mirrors: mirrors::of_source(source, &common.mirrors, micros(now)),
        weeks: source.origins().iter().map(|origin| week(source, &origin.origin().ascii_serialization())).collect(),
        proposals: proposals::of_source(connection, &source.id).await?.into_iter().filter(|one| !admits(&one.origin)).collect(),
        announcements: proposals::announcements(connection, &source.id).await?,
        route: crawl::routes(connection).await?.remove(source.route.code()),
        ..unknown(source, writing, now)
    };
    let listings = passes::listings(connection, &source.id).await?;
    let last = passes::last(connection, &source.id, 1).await?.into_iter().next();
    Ok(report(&known, listings, last))
}

fn unknown<'a>(source: &'a Source, writing: Option<&'a Writing>, now: Timestamp) -> Known<'a> {
    Known {
        source,
        state: SourceState::default(),
        queue: Queue::default(),
        gates: Vec::new(),
        unreachable: Vec::new(),
        mirrors: mirrors::of_source(source, &HashMap::new(), micros(now)),
        weeks: Vec::new(),
        proposals: Vec::new(),
        announcements: Vec::new(),
        route: None,
        writing,
        now,
    }
}

fn report(known: &Known<'_>, listings: u64, last: Option<Pass>) -> Report {
    let verdict = judge::judge(known);
    let (state, queue) = (&known.state, &known.queue);
    let at = |micros: i64| (micros != 0).then(|| from_micros(micros));
    let today = state.day == source_state::day_of(known.now);
    Report {
        source: known.source.id.clone(),
        configured: true,
        name: known.source.name.clone(),
        state: verdict.state,
        reason: verdict.reason,
        place: verdict.place,
        until: verdict.until,
        advice: verdict.advice,
        replica_of: None,
        known: state.urls,
        due: queue.due.n,
        due_more: queue.due.more,
        refused: queue.refused.n,
        refused_more: queue.refused.more,
        next_due: queue.next_due.map(from_micros),
        last_success: at(state.last_success),
        last_failure: at(state.last_failure).map(|at| Failure { at, outcome: state.failure.clone() }),
        listings,
        pages_today: if today { state.pages } else { 0 },
        bytes_today: if today { state.bytes } else { 0 },
        last_run: last.map(|pass| LastRun {
            run: pass.run,
            ended_at: from_micros(pass.ended_at),
            pages: pass.pages,
            listings: pass.listings,
            whole: pass.whole,
            cut: pass.cut,
            missed: serde_json::from_str(&pass.missed).unwrap_or_default(),
        }),
        uptime_7d: addresses::uptime(known),
        mirrors: addresses::mirrors(known),
        proposed: known.proposals.len(),
        proposals: addresses::proposals(known),
        announcements: addresses::announcements(known),
        authority: Mandate::of(known.source),
        session: None,
        hosts: known.gates.iter().map(|gate| host(gate, micros(known.now))).collect(),
    }
}

fn host(gate: &Shut, now: i64) -> HostGate {
    HostGate {
        host: gate.name.clone(),
        opens_at: from_micros(gate.next_at),
        spacing_ms: gate.spacing.unsigned_abs() / 1_000,
        snoozed_until: (gate.snoozed_until > now).then(|| from_micros(gate.snoozed_until)),
    }
}
