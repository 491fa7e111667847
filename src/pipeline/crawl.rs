//! The crawl: claims what is due, fetches politely and at once, commits in batches, feeds links back.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::clock;
use crate::config::{Robots, Settings, Source, Standing};
use crate::fetch::{Clearnet, Exchange, Fetcher, Jar, Limits, Method, Request};
use crate::frontier::claim::{self, Due, Want};
use crate::frontier::robots::Rules;
use crate::frontier::source_state::{self, SourceState};
use crate::frontier::{Target, links, settle};
use crate::pipeline::hosts::Hosts;
use crate::pipeline::rules::{self, Asked, Stored};
use crate::pipeline::summary::{Skipped, Summary};
use crate::pipeline::writer::Writer;

/// A Retry-After longer than this is not waited for by a single pass, microseconds.
const PATIENCE: i64 = 30_000_000;
/// Tries at robots.txt of a host in one run.
const ROBOTS_TRIES: u32 = 3;
/// How often a host without due addresses is asked again.
const RECHECK: Duration = Duration::from_millis(500);

/// What to crawl.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// These sources only; all when empty. Naming a source ends its pause.
    pub sources: Vec<String>,
    /// End when nothing is due now.
    pub once: bool,
    /// Take every known address as due.
    pub revisit: bool,
    /// End after so many requests.
    pub max_pages: Option<u64>,
}

/// A finished fetch, waiting for its commit.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) source: Arc<Source>,
    pub(super) reason: String,
    /// The address of the frontier; `None` for robots.txt.
    pub(super) target: Option<Target>,
    pub(super) exchange: Exchange,
    /// Set when the archive holds it already, from before a crash.
    pub(super) archived: Option<crate::archive::Appended>,
}

enum Done {
    Page(Box<Fetched>),
    Robots(Box<Asked>),
}

enum Origin {
    Known { stored: Stored, rules: Rules },
    Asking { parked: Vec<Target>, tries: u32 },
    Unreachable,
}

/// A crawl under way.
pub struct Crawl<'w> {
    pub(super) writer: &'w mut Writer,
    client: Clearnet,
    pub(super) limits: Limits,
    sources: HashMap<String, Arc<Source>>,
    pub(super) states: HashMap<String, SourceState>,
    pub(super) jars: HashMap<String, Jar>,
    pub(super) hosts: Arc<Hosts>,
    streams: Arc<Semaphore>,
    origins: HashMap<String, Origin>,
    pub(super) taken: HashSet<i64>,
    /// Claimed and not settled, by host.
    pub(super) outstanding: HashMap<String, usize>,
    /// Of those, not answered yet.
    waiting: HashMap<String, usize>,
    quiet: HashMap<String, Instant>,
    names: HashSet<String>,
    tasks: JoinSet<Done>,
    pub(super) batch: Vec<Fetched>,
    pub(super) new_rules: Vec<Stored>,
    /// Refused by robots.txt, to be put off with the next commit.
    pub(super) refused: Vec<Target>,
    pub(super) next_url: i64,
    pub(super) walls: HashMap<String, u32>,
    /// What was done so far.
    pub summary: Summary,
    due: Due,
    started: u64,
}

impl<'w> Crawl<'w> {
    /// Prepares a crawl: standing of each source, seeds, sweeps, what an earlier process left uncommitted.
    ///
    /// # Errors
    /// The store or the archive does not answer.
    pub async fn prepare(writer: &'w mut Writer, options: &Options) -> Result<Self> {
        let now = clock::now();
        let settings = writer.config.settings.clone();
        let pool = writer.pool.clone();
        let mut connection = pool.acquire().await?;
        let mut states = source_state::load(&mut connection).await?;
        let mut summary = Summary { run: writer.run, started_at: now.to_string(), ..Summary::default() };
        let mut sources = HashMap::new();
        for source in &writer.config.sources {
            let named = options.sources.contains(&source.id);
            if !options.sources.is_empty() && !named {
                continue;
            }
            let state = states.entry(source.id.clone()).or_default();
            if named {
                state.paused.clear();
            }
            match standing(source, state, now) {
                None => drop(sources.insert(source.id.clone(), Arc::new(source.clone()))),
                Some(skipped) => summary.skipped.extend(skipped),
            }
        }
        let mut ordered: Vec<Arc<Source>> = sources.values().cloned().collect();
        ordered.sort_by(|one, other| one.id.cmp(&other.id));
        let hosts = Hosts::load(&mut connection, ordered, now, writer.unclean).await?;
        let next_url = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM url").fetch_one(&mut *connection).await?;
        let limits = limits(&settings);
        let jar = |state: &SourceState| serde_json::from_str(&state.cookies).unwrap_or_default();
        let jars = states.iter().map(|(id, state)| (id.clone(), jar(state))).collect();
        let mut crawl = Self {
            client: Clearnet::new(settings.limits.connect)?,
            limits,
            sources,
            states,
            jars,
            hosts: Arc::new(hosts),
            streams: Arc::new(Semaphore::new(settings.crawl.concurrency)),
            origins: HashMap::new(),
            taken: HashSet::new(),
            outstanding: HashMap::new(),
            waiting: HashMap::new(),
            quiet: HashMap::new(),
            names: HashSet::new(),
            tasks: JoinSet::new(),
            batch: Vec::new(),
            new_rules: Vec::new(),
            refused: Vec::new(),
            next_url,
            walls: HashMap::new(),
            summary,
            due: if options.once { Due::Once { started: clock::micros(now), run: writer.run } } else { Due::Now },
            started: 0,
            writer,
        };
        for stored in rules::load(&mut connection).await? {
            if !stored.expired(now) {
                let rules = stored.rules(&settings.user_agent);
                crawl.origins.insert(stored.origin.clone(), Origin::Known { stored, rules });
            }
        }
        crawl.plant(&mut connection, options, now).await?;
        crawl.replay(&mut connection).await?;
        Ok(crawl)
    }

    /// Replays what an earlier process archived and did not commit, without crawling anything.
    ///
    /// # Errors
    /// The store or the archive does not answer.
    pub async fn recover(writer: &'w mut Writer) -> Result<()> {
        if writer.uncommitted.is_empty() {
            return Ok(());
        }
        // No source has this name, so none takes part.
        let nothing = Options { sources: vec![String::new()], once: true, ..Options::default() };
        Self::prepare(writer, &nothing).await?.finish().await.map(drop)
    }

    /// Remembers seeds, and marks what a sweep or the operator wants visited again.
    async fn plant(&mut self, connection: &mut sqlx::AnyConnection, options: &Options, now: Timestamp) -> Result<()> {
        let mut transaction = sqlx::Connection::begin_with(connection, "BEGIN IMMEDIATE").await?;
        let mut ids: Vec<String> = self.sources.keys().cloned().collect();
        ids.sort();
        let at = clock::micros(now);
        for id in ids {
            let Some(source) = self.sources.get(&id).cloned() else { continue };
            let state = self.states.entry(id.clone()).or_default();
            let found: Vec<_> = source.seeds.iter().filter_map(|url| links::seed(&source, url)).collect();
            state.urls += settle::remember(&mut transaction, &source, &found, state.urls, &mut self.next_url, now).await?;
            let sweep = source.sweep.is_some_and(|every| clock::from_micros(state.swept_at) + every <= now);
            if options.revisit || sweep {
                sqlx::query("UPDATE url SET due_at = $1, reason = $2, state = 'queued' WHERE source = $3 AND visits > 0")
                    .bind(at)
                    .bind(if options.revisit { "manual" } else { "sweep" })
                    .bind(id.clone())
                    .execute(&mut *transaction)
                    .await?;
            }
            if sweep {
                state.swept_at = at;
            }
            let hosts = sqlx::query_scalar::<_, String>("SELECT DISTINCT host FROM url WHERE source = $1")
                .bind(id)
                .fetch_all(&mut *transaction)
                .await?;
            self.names.extend(hosts);
        }
        source_state::save(&mut transaction, &self.states).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Crawls until nothing is due (with `once`), `max_pages` is reached or `stop` says so. `progress` is told after each commit.
    ///
    /// # Errors
    /// The store, the archive or the disk fails; what was committed stays.
    pub async fn run(mut self, options: &Options, mut stop: watch::Receiver<bool>, mut progress: impl FnMut(&Summary)) -> Result<Summary> {
        let crawl = self.writer.config.settings.crawl;
        let mut deadline: Option<Instant> = None;
        loop {
            let stopping = *stop.borrow() || options.max_pages.is_some_and(|most| self.started >= most);
            if stopping {
                // What has not been sent yet stays queued; what is under way is awaited for a moment, then given up.
                self.give_back().await;
            } else {
                self.fill(options).await?;
            }
            if self.tasks.is_empty() && self.batch.is_empty() && self.refused.is_empty() {
                if stopping || !self.wait_for_more(options, &mut stop).await? {
                    break;
                }
                continue;
            }
            let until = deadline.unwrap_or_else(|| Instant::now() + RECHECK);
            tokio::select! {
                done = tokio::time::timeout_at(until, self.tasks.join_next()), if !self.tasks.is_empty() => {
                    if let Ok(Some(done)) = done {
                        self.take_in(done.context("a fetch ended abnormally")?);
                        while let Some(done) = self.tasks.try_join_next() {
                            self.take_in(done.context("a fetch ended abnormally")?);
                        }
                    }
                }
                _ = stop.changed(), if !stopping => {}
                else => {}
            }
            if !(self.batch.is_empty() && self.refused.is_empty()) && deadline.is_none() {
                deadline = Some(Instant::now() + crawl.batch_time);
            }
            if self.batch.len() >= crawl.batch_pages || self.tasks.is_empty() || deadline.is_some_and(|at| Instant::now() >= at) {
                self.flush().await?;
                deadline = None;
                progress(&self.summary);
            }
        }
        self.summary.interrupted = *stop.borrow();
        self.finish().await
    }

    /// Takes due addresses for every host that has room, and sends them on their way.
    async fn fill(&mut self, options: &Options) -> Result<()> {
        let now = Instant::now();
        let room = options.max_pages.map_or(usize::MAX, |most| usize::try_from(most.saturating_sub(self.started)).unwrap_or(usize::MAX));
        let most_ahead = self.writer.config.settings.crawl.concurrency.saturating_mul(4).min(room);
        let mut total: usize = self.waiting.values().sum();
        let gates: HashMap<String, usize> = self.hosts.used().into_iter().map(|(name, gate)| (name, gate.look_ahead())).collect();
        let mut names: Vec<&String> = self.names.iter().filter(|name| self.quiet.get(*name).is_none_or(|until| now >= *until)).collect();
        names.sort();
        let mut wants = Vec::new();
        for name in names {
            let outstanding = self.outstanding.get(name).copied().unwrap_or(0);
            let ahead = gates.get(name).copied().unwrap_or(4);
            let waiting = self.waiting.get(name).copied().unwrap_or(0);
            // Asking only when half is used up keeps the number of statements low.
            if waiting * 2 <= ahead && total < most_ahead {
                let most = (ahead - waiting.min(ahead)).max(1).min(most_ahead - total);
                total += most;
                wants.push(Want { host: name.clone(), most, outstanding });
            }
        }
        if wants.is_empty() {
            return Ok(());
        }
        let mut connection = self.writer.pool.acquire().await?;
        let targets = claim::claim(&mut connection, &wants, self.due, clock::now(), &self.sources, &self.taken).await?;
        drop(connection);
        let mut found: HashMap<&str, usize> = HashMap::new();
        for target in &targets {
            *found.entry(target.host.as_str()).or_default() += 1;
        }
        for want in &wants {
            if !found.contains_key(want.host.as_str()) {
                self.quiet.insert(want.host.clone(), now + RECHECK);
            }
        }
        for target in targets {
            self.taken.insert(target.id);
            *self.outstanding.entry(target.host.clone()).or_default() += 1;
            *self.waiting.entry(target.host.clone()).or_default() += 1;
            self.send(target);
        }
        Ok(())
    }

    /// Sends a target on its way: to robots.txt first, where that is not known.
    fn send(&mut self, target: Target) {
        let now = clock::now();
        let state = self.states.entry(target.source.id.clone()).or_default();
        if let Some(reason) = state.exhausted(&target.source.budget, now, self.tasks.len() as u64) {
            let (id, hint) = (target.source.id.clone(), "raise [budget] in its file, or go on tomorrow".to_owned());
            self.drop_source(Skipped { source: id, reason: reason.to_owned(), hint });
            return self.put_back(&target);
        }
        if target.source.robots == Robots::Obey {
            let origin = rules::origin(&target.url);
            match self.origins.get_mut(&origin) {
                Some(Origin::Known { stored, rules }) if !stored.expired(now) => {
                    if !rules.allows(&target.url) {
                        let host = target.host.clone();
                        self.answered(&host);
                        self.refused.push(target);
                        *self.summary.outcomes.entry("refused_by_robots".to_owned()).or_default() += 1;
                        return;
                    }
                    if let Some(delay) = rules.crawl_delay() {
                        self.hosts.gate(&target.url).at_least(delay);
                    }
                }
                Some(Origin::Asking { parked, .. }) => return parked.push(target),
                Some(Origin::Unreachable) => return self.put_back(&target),
                _ => {
                    self.ask(target, 1, Duration::ZERO);
                    return;
                }
            }
        }
        self.started += 1;
        let gate = self.hosts.gate(&target.url);
        let (client, streams) = (self.client.clone(), Arc::clone(&self.streams));
        let request = self.request(&target, now);
        self.tasks.spawn(async move {
            let exchange = match gate.turn(&streams).await {
                Some(_turn) => client.fetch(&request).await,
                None => Exchange::unsent(&request, crate::fetch::Outcome::Cancelled, "stopped before it was sent", clock::now()),
            };
            Done::Page(Box::new(Fetched {
                source: Arc::clone(&target.source),
                reason: target.reason.clone(),
                target: Some(target),
                exchange,
                archived: None,
            }))
        });
    }

    fn ask(&mut self, target: Target, tries: u32, pause: Duration) {
        let (url, source) = (target.url.clone(), Arc::clone(&target.source));
        let agent = self.agent(&source);
        self.hosts.gate(&url).snooze(pause);
        let asking = rules::ask(
            url.clone(),
            source,
            self.client.clone(),
            Arc::clone(&self.hosts),
            Arc::clone(&self.streams),
            agent,
            self.limits.clone(),
        );
        let parked = match self.origins.remove(&rules::origin(&url)) {
            Some(Origin::Asking { mut parked, .. }) => {
                parked.push(target);
                parked
            }
            _ => vec![target],
        };
        self.origins.insert(rules::origin(&url), Origin::Asking { parked, tries });
        self.started += 1;
        self.tasks.spawn(async move { Done::Robots(Box::new(asking.await)) });
    }

    fn request(&self, target: &Target, now: Timestamp) -> Request {
        let source = &target.source;
        let mut headers = vec![("user-agent".to_owned(), self.agent(source))];
        headers.extend(source.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("user-agent")).cloned());
        // Without the earlier body at hand, "not modified" would leave nothing to read.
        if !target.capture_id.is_empty() {
            if !target.etag.is_empty() {
                headers.push(("if-none-match".to_owned(), target.etag.clone()));
            } else if !target.modified.is_empty() {
                headers.push(("if-modified-since".to_owned(), target.modified.clone()));
            }
        }
        Request {
            url: target.url.clone(),
            method: Method::Get,
            headers,
            cookies: self.jars.get(&source.id).and_then(|jar| jar.header_for(&target.url, now)),
            allow_private: source.scope.allow_private,
            allow_media: false,
            limits: self.limits.clone(),
        }
    }

    fn agent(&self, source: &Source) -> String {
        source.user_agent.clone().unwrap_or_else(|| self.writer.config.settings.user_agent.clone())
    }

    fn take_in(&mut self, done: Done) {
        match done {
            Done::Page(fetched) => {
                self.learn(&fetched.exchange);
                if let Some(target) = &fetched.target {
                    self.answered(&target.host.clone());
                }
                self.batch.push(*fetched);
            }
            Done::Robots(asked) => {
                let Asked { origin, source, exchanges, answer } = *asked;
                for exchange in exchanges {
                    self.learn(&exchange);
                    self.batch.push(Fetched {
                        source: Arc::clone(&source),
                        reason: "robots".to_owned(),
                        target: None,
                        exchange,
                        archived: None,
                    });
                }
                let (mut parked, tries) = match self.origins.remove(&origin) {
                    Some(Origin::Asking { parked, tries }) => (parked, tries),
                    _ => (Vec::new(), 0),
                };
                match answer {
                    Ok(stored) => {
                        let rules = stored.rules(&self.agent(&source));
                        self.new_rules.push(stored.clone());
                        self.origins.insert(origin, Origin::Known { stored, rules });
                        parked.into_iter().for_each(|target| self.send(target));
                    }
                    Err(wait) if tries < ROBOTS_TRIES && wait.is_none_or(|wait| wait <= Duration::from_micros(PATIENCE.unsigned_abs())) => {
                        let pause = wait.unwrap_or(Duration::from_secs(1 << tries));
                        match parked.pop() {
                            Some(target) => {
                                self.origins.insert(origin, Origin::Asking { parked, tries });
                                self.ask(target, tries + 1, pause);
                            }
                            None => drop(self.origins.insert(origin, Origin::Unreachable)),
                        }
                    }
                    Err(_) => {
                        *self.summary.outcomes.entry("robots_unreachable".to_owned()).or_default() += 1;
                        self.summary.skipped.push(Skipped {
                            source: source.id.clone(),
                            reason: format!("robots.txt of {origin} could not be fetched, so nothing there is"),
                            hint: "its addresses stay queued; look at the outcomes for what failed".to_owned(),
                        });
                        self.origins.insert(origin, Origin::Unreachable);
                        parked.iter().for_each(|target| self.put_back(target));
                    }
                }
            }
        }
    }

    /// A source that takes part in this run, or did.
    pub(super) fn source(&self, id: &str) -> Option<Arc<Source>> {
        self.sources.get(id).cloned().or_else(|| self.writer.config.source(id).cloned().map(Arc::new))
    }

    fn answered(&mut self, host: &str) {
        if let Some(n) = self.waiting.get_mut(host) {
            *n = n.saturating_sub(1);
        }
    }

    /// An address that is not visited now stays queued.
    fn put_back(&mut self, target: &Target) {
        self.answered(&target.host);
        self.settled(target);
    }

    /// An address is no longer under way.
    pub(super) fn settled(&mut self, target: &Target) {
        if self.taken.remove(&target.id)
            && let Some(n) = self.outstanding.get_mut(&target.host)
        {
            *n = n.saturating_sub(1);
        }
    }

    /// Stops crawling a source in this run and says why.
    pub(super) fn drop_source(&mut self, skipped: Skipped) {
        if self.sources.remove(&skipped.source).is_some() {
            self.summary.skipped.push(skipped);
        }
    }

    /// After new addresses were found or a try was put off, hosts are worth asking again.
    pub(super) fn wake(&mut self, host: &str) {
        self.quiet.remove(host);
        self.names.insert(host.to_owned());
    }

    /// Gives the requests under way two seconds to end, then drops them; their addresses stay queued.
    async fn give_back(&mut self) {
        self.streams.close();
        let until = Instant::now() + Duration::from_secs(2);
        while let Ok(Some(done)) = tokio::time::timeout_at(until, self.tasks.join_next()).await {
            if let Ok(Done::Page(fetched)) = done
                && fetched.exchange.outcome != crate::fetch::Outcome::Cancelled
            {
                self.batch.push(*fetched);
            }
        }
        self.tasks.abort_all();
        self.tasks = JoinSet::new();
    }

    /// Nothing is under way: waits for what comes due, or says that the crawl is over.
    async fn wait_for_more(&mut self, options: &Options, stop: &mut watch::Receiver<bool>) -> Result<bool> {
        let now = clock::now();
        let mut more = !options.once;
        if options.once {
            let mut connection = self.writer.pool.acquire().await?;
            for name in &self.names {
                let blocked = self.sources.is_empty()
                    || self
                        .hosts
                        .used()
                        .iter()
                        .any(|(host, gate)| host == name && gate.wait() > Duration::from_micros(PATIENCE.unsigned_abs()));
                if !blocked && claim::pending(&mut connection, self.due, now, PATIENCE, name, &self.sources).await? {
                    more = true;
                    break;
                }
            }
        }
        if more {
            // Returns early when a signal comes.
            let _ = tokio::time::timeout(Duration::from_millis(100), stop.changed()).await;
            self.quiet.clear();
        }
        Ok(more)
    }

    async fn finish(mut self) -> Result<Summary> {
        if !(self.batch.is_empty() && self.refused.is_empty()) {
            self.flush().await?;
        }
        let now = clock::now();
        let mut transaction = self.writer.pool.begin_with("BEGIN IMMEDIATE").await?;
        self.hosts.save(&mut transaction, now).await?;
        source_state::save(&mut transaction, &self.states).await?;
        transaction.commit().await?;
        for (name, gate) in self.hosts.used() {
            let host = self.summary.per_host.entry(name).or_default();
            host.min_gap_ms = gate.min_gap().map(|gap| gap.as_secs_f64() * 1_000.0);
            host.spacing_ms = gate.spacing().as_secs_f64() * 1_000.0;
        }
        self.summary.ended_at = now.to_string();
        self.summary.skipped.sort();
        self.summary.skipped.dedup();
        Ok(self.summary)
    }
}

/// Why a source is not crawled: `None` when it is; an inner `None` when that is as configured and not worth a word.
fn standing(source: &Source, state: &SourceState, now: Timestamp) -> Option<Option<Skipped>> {
    let standing = source.standing(now.to_zoned(TimeZone::UTC).date());
    if standing == Standing::ImportOnly {
        return Some(None);
    }
    if standing != Standing::Crawlable {
        return Some(Some(Skipped { source: source.id.clone(), reason: standing.sentence(), hint: standing.hint() }));
    }
    (!state.paused.is_empty()).then(|| {
        let hint = format!("look at the site, then end the pause with `vigie crawl --source {}`", source.id);
        Some(Skipped { source: source.id.clone(), reason: format!("paused: {}", state.paused), hint })
    })
}

fn limits(settings: &Settings) -> Limits {
    Limits {
        body: settings.limits.body,
        decompressed: settings.limits.decompressed,
        header_bytes: usize::try_from(settings.limits.headers).unwrap_or(usize::MAX),
        first_byte: settings.limits.first_byte,
        total: settings.limits.total,
        ..Limits::default()
    }
}
