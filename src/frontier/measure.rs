//! What the frontier takes at any size: filled, claimed from and opened again through the functions that a crawl uses.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use crate::clock;
use crate::config::{Database, HostPattern, Settings, Source};
use crate::database::{self, Pool};
use crate::frontier::claim::{self, Due, Want};
use crate::frontier::hosts::Hosts;
use crate::frontier::links::{self, Candidate, Found};
use crate::frontier::visit::{self, Body, Ending};
use crate::frontier::{Target, priority, rules, settle, source_state};

/// Addresses remembered in one transaction, at most: links of a batch of pages.
const BATCH: u64 = 4_000;
/// Hosts of one source.
const HOSTS_OF_A_SOURCE: u64 = 10;
/// Hosts that are claimed from at a time, and addresses of each.
const ROUND: (usize, usize) = (64, 4);
/// Of so many batches one is due; the others wait for another day.
const ONE_DUE_OF: u64 = 20;

/// How large a frontier, and how much is done with it.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Addresses known.
    pub urls: u64,
    /// Hosts that they are at.
    pub hosts: u64,
    /// Addresses claimed and settled; about one in twenty is due.
    pub visits: u64,
}

/// What was measured.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Measured {
    /// Addresses in the frontier at the end.
    pub urls: u64,
    /// Their bytes on average, as text.
    pub bytes_of_an_address: f64,
    /// Addresses remembered a second; those of the last tenth alone beside it, as an index grows.
    pub inserts_per_s: f64,
    /// The same over the last tenth.
    pub last_inserts_per_s: f64,
    /// Addresses claimed, settled as visited and committed a second.
    pub visits_per_s: f64,
    /// Addresses claimed a second, the time of the claims alone.
    pub claims_per_s: f64,
    /// Bytes on the disk by address.
    pub disk_bytes_per_url: f64,
    /// From nothing to the first claim, milliseconds: the database opened, state of sources, gates, rules and queues read.
    pub restart_ms: f64,
}

/// Fills an empty frontier, visits some of it, closes it and opens it again.
///
/// # Errors
/// The database fails, or less was done than asked for.
pub async fn measure(data: &Path, database: &Database, size: Size) -> Result<Measured> {
    let sources = sources(size);
    let pool = database::open(data, database).await?;
    let now = clock::now();
    let (inserts_per_s, last_inserts_per_s, bytes) = fill(&pool, size, &sources, now).await?;
    let (visits_per_s, claims_per_s) = visit_some(&pool, size, &sources, now).await?;
    pool.close().await;
    let begin = Instant::now();
    let pool = database::open(data, database).await?;
    let mut connection = pool.acquire().await?;
    source_state::load(&mut connection).await?;
    Hosts::load(&mut connection, sources.values().cloned().collect(), now, false, false).await?;
    rules::load(&mut connection).await?;
    let last = claim::last_id(&mut connection).await?;
    let mut queues = HashSet::new();
    for id in sources.keys() {
        queues.extend(claim::hosts(&mut connection, id).await?);
    }
    let wants = [Want { host: host(0), most: ROUND.1, outstanding: 0 }];
    let first = claim::claim(&mut connection, &wants, Due::Now, now, &sources, &HashSet::new()).await?;
    let restart_ms = begin.elapsed().as_secs_f64() * 1_000.0;
    ensure!(last.unsigned_abs() == size.urls, "{last} addresses are known, not {}", size.urls);
    ensure!(queues.len() as u64 == size.hosts && !first.is_empty(), "{} hosts have a queue, not {}", queues.len(), size.hosts);
    drop(connection);
    pool.close().await;
    let pool = database::open(data, database).await?;
    let disk = database::bytes(&pool, data).await?;
    pool.close().await;
    Ok(Measured {
        urls: size.urls,
        bytes_of_an_address: bytes as f64 / size.urls as f64,
        inserts_per_s,
        last_inserts_per_s,
        visits_per_s,
        claims_per_s,
        disk_bytes_per_url: disk as f64 / size.urls as f64,
        restart_ms,
    })
}

async fn fill(pool: &Pool, size: Size, sources: &HashMap<String, Arc<Source>>, now: Timestamp) -> Result<(f64, f64, u64)> {
    let (mut spent, mut last, mut next_id, mut bytes) = (Duration::ZERO, (0_u64, Duration::ZERO), 0, 0);
    let mut known: HashMap<&str, u64> = HashMap::new();
    let sources_n = sources.len() as u64;
    // Twenty batches at least, so that there is a last tenth.
    let step = (size.urls / sources_n.max(20)).clamp(1, BATCH);
    let mut at = 0;
    while at < size.urls {
        // Pages of one source come together.
        let (round, source_n) = (at / step / sources_n, at / step % sources_n);
        let Some((id, source)) = sources.get_key_value(&source_id(source_n)) else { break };
        let found = batch(source, source_n, at, (at + step).min(size.urls), size);
        bytes += found.iter().map(|one| one.address.len() as u64).sum::<u64>();
        let due = if (round + source_n).is_multiple_of(ONE_DUE_OF) { now } else { now + Duration::from_secs(7 * 86_400) };
        let begin = Instant::now();
        let mut transaction = database::begin(pool).await?;
        let known = known.entry(id).or_default();
        let new = settle::remember(&mut transaction, source, &found, *known, &mut next_id, due).await?;
        *known += new;
        transaction.commit().await?;
        spent += begin.elapsed();
        ensure!(new == found.len() as u64, "{new} of {} addresses are new", found.len());
        if at >= size.urls / 10 * 9 {
            last = (last.0 + new, last.1 + begin.elapsed());
        }
        at += found.len() as u64;
    }
    let rate = |n: u64, time: Duration| n as f64 / time.as_secs_f64();
    Ok((rate(size.urls, spent), rate(last.0, last.1), bytes))
}

async fn visit_some(pool: &Pool, size: Size, sources: &HashMap<String, Arc<Source>>, now: Timestamp) -> Result<(f64, f64)> {
    let (mut claiming, mut visited, mut first, mut in_vain) = (Duration::ZERO, HashSet::new(), 0, 0);
    let begin = Instant::now();
    while (visited.len() as u64) < size.visits {
        let round = size.hosts.min(ROUND.0 as u64);
        let want = |n: u64| Want { host: host((first + n) % size.hosts), most: ROUND.1, outstanding: 0 };
        let wants: Vec<Want> = (0..round).map(want).collect();
        first += round;
        let asked = Instant::now();
        let targets = claim::claim(&mut *pool.acquire().await?, &wants, Due::Now, now, sources, &HashSet::new()).await?;
        claiming += asked.elapsed();
        // Once round without an address: nothing more is due.
        in_vain = if targets.is_empty() { in_vain + round } else { 0 };
        if in_vain > size.hosts + round {
            break;
        }
        let settlements: Vec<_> = targets
            .iter()
            .map(|target| {
                let body = Body { payload_digest: "sha256:".to_owned() + &"0".repeat(64), capture_id: "0".repeat(36), ..Body::default() };
                let ending = Ending::Page { kind: "listing".into(), changed: true };
                visit::settle(target, &ending, "ok", Some(body), &target.source.recrawl, now, 1)
            })
            .collect();
        let mut transaction = database::begin(pool).await?;
        settle::settle(&mut transaction, &settlements).await?;
        transaction.commit().await?;
        for target in &targets {
            ensure!(visited.insert(target.id), "{} was claimed twice", target.url);
        }
    }
    ensure!(visited.len() as u64 >= size.visits, "{} addresses were claimed, not {}", visited.len(), size.visits);
    Ok((visited.len() as f64 / begin.elapsed().as_secs_f64(), visited.len() as f64 / claiming.as_secs_f64()))
}

fn source_id(n: u64) -> String {
    format!("market{n:04}")
}

fn host(n: u64) -> String {
    format!("m{n:05}.market-of-many-hosts.example")
}

fn sources(size: Size) -> HashMap<String, Arc<Source>> {
    let source = |n: u64| {
        let mut source = Source::for_import(&source_id(n), &Settings::default());
        let hosts = n * HOSTS_OF_A_SOURCE..((n + 1) * HOSTS_OF_A_SOURCE).min(size.hosts);
        source.scope.hosts = hosts.map(|n| HostPattern::Exact(host(n))).collect();
        source.scope.max_depth = 100;
        (source.traps.max_urls, source.traps.max_per_pattern) = (u64::MAX >> 1, u64::MAX >> 1);
        (source.id.clone(), Arc::new(source))
    };
    (0..size.hosts.div_ceil(HOSTS_OF_A_SOURCE)).map(source).collect()
}

/// Links as markets have them: listings by number, some with their title in the address, and grids.
fn batch(source: &Arc<Source>, source_n: u64, from: u64, to: u64, size: Size) -> Vec<Found> {
    const WORDS: [&str; 8] = ["glock", "rifle", "new", "walther", "case", "scope", "holster", "vintage"];
    let word = |n: u64| WORDS.get((n % 8) as usize).copied().unwrap_or_default();
    let seed = |n: u64| Url::parse(&format!("http://{}/", host(n))).ok();
    let target = |url: Url| Target {
        id: 0,
        source: Arc::clone(source),
        host: url.host_str().unwrap_or_default().to_owned(),
        url,
        depth: 2,
        hops: 0,
        priority: priority::NEXT,
        reason: "link".into(),
        visits: 0,
        failures: 0,
        unchanged: 0,
        page_kind: String::new(),
        payload_digest: String::new(),
        capture_id: String::new(),
        etag: String::new(),
        modified: String::new(),
    };
    let hosts = (size.hosts - source_n * HOSTS_OF_A_SOURCE).min(HOSTS_OF_A_SOURCE);
    let found = |n: u64| {
        let page = target(seed(source_n * HOSTS_OF_A_SOURCE + n % hosts)?);
        let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        let path = match n % 10 {
            0..=4 => format!("listing/{n}"),
            5..=7 => format!("item/{n}/{}-{}-{}", word(mixed), word(mixed >> 3), word(mixed >> 6)),
            _ => format!("category/{}?page={n}", word(mixed)),
        };
        let url = page.url.join(&path).ok()?;
        links::follow(&page, Candidate { url: url.as_str(), next: n % 10 > 7, listing: n % 10 < 8 })
    };
    (from..to).filter_map(found).collect()
}
