//! The crawl: claims what is due, fetches politely and at once, commits in batches, feeds links back.

mod prepare;
pub use prepare::limits;
mod dispatch;
mod flush;
mod mirrors;
mod passes;
mod sessions;
mod outage;
pub use outage::{RouteState, ask_to_renew, routes};

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::archive::Appended;
use crate::clock;
use crate::config::{Route, Source};
use crate::fetch::{Exchange, Jar, Limits, Routes};
use crate::frontier::Target;
use crate::frontier::claim::{self, Due};
use crate::frontier::hosts::Hosts;
use crate::frontier::robots::Rules;
use crate::frontier::rules::{Stored, Unreachable};
use crate::frontier::source_state::{self, SourceState};
use crate::pipeline::crawl::flush::{GoingOn, Read};
use crate::pipeline::crawl::mirrors::Mirrors;
use crate::pipeline::crawl::sessions::Sessions;
use crate::pipeline::expectations::Seen;
use crate::pipeline::robots::Asked;
use crate::pipeline::summary::Summary;
use crate::pipeline::writer::Writer;

/// A Retry-After longer than this is not waited for by a single pass, microseconds.
const PATIENCE: i64 = 30_000_000;
/// A card is put to the watches when its own page did not come within this time, at most twice this time.
const OWN_PAGE_WITHIN: Duration = Duration::from_secs(600);
/// How often a host without due addresses is asked again.
const RECHECK: Duration = Duration::from_millis(500);

/// How often a crawl that goes on looks at the calendar and takes up changed watches.
const TICK: Duration = Duration::from_secs(10);
/// How often it is told that a crawl goes on, whether something was committed or not; a crawl that goes on asks as often for what is due.
const TOLD: Duration = Duration::from_secs(1);
/// Where a crawl notes, as JSON, its run and the sources that take part.
pub const CRAWLING: &str = "crawling";

/// What to crawl.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// These sources only; all when empty. Naming a source ends its pause.
    pub sources: Vec<String>,
    /// Naming a source does not end its pause.
    pub keep_pauses: bool,
    /// End at this moment: budgets and authorities are counted in days.
    pub until: Option<Timestamp>,
    /// End when nothing is due now.
    pub once: bool,
    /// Take every known address as due.
    pub revisit: bool,
    /// End after so many requests.
    pub max_pages: Option<u64>,
}

/// A finished fetch, waiting for its commit.
#[derive(Debug)]
struct Fetched {
    source: Arc<Source>,
    reason: String,
    /// Whether it is a page to be read, not robots.txt.
    page: bool,
    /// The address of the frontier, where it stands there.
    target: Option<Target>,
    exchange: Exchange,
    /// Set when the archive holds it already, from before a crash.
    archived: Option<Appended>,
    /// Number of the session that it was asked with, 0 without one; `None` where that is not known any more.
    session: Option<i64>,
}

enum Done {
    Page(Box<Fetched>),
    Robots(Box<Asked>),
}

enum Origin {
    /// The rules that follow from it, by agent: sources of one host may call themselves differently.
    Known {
        stored: Stored,
        rules: HashMap<String, Rules>,
    },
    Asking {
        parked: Vec<Target>,
        tries: u32,
    },
}

/// A crawl under way.
pub struct Crawl<'w> {
    writer: &'w mut Writer,
    client: Routes,
    /// Routes that cannot be used.
    down: HashMap<Route, outage::Outage>,
    /// How routes are, by code, and what of that is written down.
    routes: BTreeMap<String, RouteState>,
    routes_saved: BTreeMap<String, RouteState>,
    /// When sources were last given new circuits because that was asked, microseconds.
    renewed: HashMap<String, i64>,
    limits: Limits,
    sources: HashMap<String, Arc<Source>>,
    states: HashMap<String, SourceState>,
    jars: HashMap<String, Jar>,
    sessions: Sessions,
    hosts: Arc<Hosts>,
    mirrors: Mirrors,
    streams: Arc<Semaphore>,
    /// Requests over Tor.
    tor_streams: Arc<Semaphore>,
    origins: HashMap<String, Origin>,
    taken: HashSet<i64>,
    /// Claimed and not settled, by host.
    outstanding: HashMap<String, usize>,
    /// Of those, not answered yet.
    waiting: HashMap<String, usize>,
    /// Requests under way or answered that no budget counts yet, by source.
    uncounted: HashMap<String, u64>,
    quiet: HashMap<String, Instant>,
    /// Hosts that are left alone, and until when: their robots.txt could not be had, or they asked for more patience than a pass has.
    blocked: HashMap<String, Instant>,
    names: HashSet<String>,
    tasks: JoinSet<Done>,
    batch: Vec<Fetched>,
    /// The batch before, read and not committed yet.
    read: Option<Read>,
    new_rules: Vec<Stored>,
    /// Refused by robots.txt, to be put off with the next commit.
    refused: Vec<Target>,
    next_url: i64,
    walls: HashMap<String, u32>,
    /// What this pass saw, by source.
    seen: HashMap<String, Seen>,
    /// Sources that used up their budget of the day.
    spent: Vec<Arc<Source>>,
    /// The day of the pass, UTC.
    day: Date,
    /// Start of the run, microseconds.
    began: i64,
    /// Origins whose robots.txt could not be had, to be remembered with the next commit.
    unreachable: Vec<Unreachable>,
    /// What was done so far.
    pub summary: Summary,
    due: Due,
    started: u64,
}

impl Crawl<'_> {
    /// The gates of its hosts.
    pub fn hosts(&self) -> Arc<Hosts> {
        Arc::clone(&self.hosts)
    }

    /// The sources that it crawls now.
    pub fn sources(&self) -> Vec<String> {
        self.sources.keys().cloned().collect()
    }

    /// Crawls until nothing is due (with `once`), `max_pages` or the moment `until` is reached, or `stop` says so. `progress` is told after each
    /// commit, and every second.
    ///
    /// # Errors
    /// The store, the archive or the disk fails; what was committed stays.
    pub async fn run(mut self, options: &Options, mut stop: watch::Receiver<bool>, mut progress: impl FnMut(&Summary)) -> Result<Summary> {
        let crawl = self.writer.config.settings.crawl;
        let mut deadline: Option<Instant> = None;
        let (mut asked, mut ticked, mut told, mut kept) = (Instant::now(), Instant::now(), Instant::now(), Instant::now());
        // Nobody is left who could send a signal.
        let mut deaf = false;
        loop {
            // By a clock of its own: whoever commits every second is told of that and never comes here by the other.
            if kept.elapsed() >= TOLD {
                self.keep_routes().await?;
                self.take_up_sessions(options).await?;
                kept = Instant::now();
            }
            if told.elapsed() >= TOLD {
                progress(&self.summary);
                told = Instant::now();
            }
            let over = options.until.is_some_and(|until| clock::now() >= until);
            let signalled = *stop.borrow() || over;
            if !(options.once || signalled) && ticked.elapsed() >= TICK {
                self.commit_read().await?;
                self.keep_calendar(options).await?;
                self.writer.refresh_watches().await?;
                self.tell_of_sources(false).await?;
                // Notifications that waited for their hour go out, whether anything is fetched or not.
                self.writer.publish().await?;
                ticked = Instant::now();
            }
            if !signalled && asked.elapsed() >= OWN_PAGE_WITHIN {
                self.commit_read().await?;
                self.summary.alerts += self.writer.ask_about_cards(false).await?;
                self.writer.publish().await?;
                asked = Instant::now();
            }
            let stopping = signalled || options.max_pages.is_some_and(|most| self.started >= most);
            if signalled {
                self.give_back().await;
            } else if !stopping {
                self.fill(options).await?;
            }
            if self.tasks.is_empty() && self.batch.is_empty() && self.refused.is_empty() {
                if stopping || !self.wait_for_more(options, &mut stop).await? {
                    break;
                }
                continue;
            }
            if self.batch.len() < crawl.batch_pages {
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
                    // With nothing under way there is only something to commit, and nothing to wait for.
                    heard = stop.changed(), if !signalled && !deaf && !self.tasks.is_empty() => deaf = heard.is_err(),
                    else => {}
                }
            }
            if !(self.batch.is_empty() && self.refused.is_empty()) && deadline.is_none() {
                deadline = Some(Instant::now() + crawl.batch_time);
            }
            if self.batch.len() >= crawl.batch_pages || self.tasks.is_empty() || deadline.is_some_and(|at| Instant::now() >= at) {
                let going_on = GoingOn { options, stop: &stop };
                self.flush((!stopping).then_some(going_on)).await?;
                deadline = None;
                progress(&self.summary);
                told = Instant::now();
            }
        }
        self.summary.interrupted = *stop.borrow();
        let early = self.summary.interrupted || options.max_pages.is_some_and(|most| self.started >= most);
        self.finish(early).await
    }

    /// Nothing is under way: waits for what comes due, or says that the crawl is over.
    async fn wait_for_more(&mut self, options: &Options, stop: &mut watch::Receiver<bool>) -> Result<bool> {
        let now = clock::now();
        let mut more = !options.once;
        if options.once {
            let mut connection = self.writer.pool.acquire().await?;
            for name in &self.names {
                let left_alone = self.sources.is_empty() || self.blocked.contains_key(name);
                if !left_alone && claim::pending(&mut connection, self.due, now, PATIENCE, name, &self.sources).await? {
                    more = true;
                    break;
                }
            }
        }
        if more {
            // Returns early when a signal comes.
            let pause = if options.once { Duration::from_millis(100) } else { TOLD };
            let _ = tokio::time::timeout(pause, stop.changed()).await;
        }
        Ok(more)
    }

    async fn finish(mut self, stopped_early: bool) -> Result<Summary> {
        if !(self.batch.is_empty() && self.refused.is_empty() && self.read.is_none()) {
            self.flush(None).await?;
        }
        self.summary.alerts += self.writer.ask_about_cards(true).await?;
        self.tell_of_sources(!stopped_early).await?;
        self.keep_routes().await?;
        let now = clock::now();
        let mut transaction = self.writer.begin().await?;
        self.hosts.save(&mut transaction, now).await?;
        let (mirrors, tally) = self.mirrors.take_changes();
        crate::frontier::mirrors::save(&mut transaction, &mirrors, &tally, clock::micros(now)).await?;
        source_state::save(&mut transaction, &self.states).await?;
        self.sessions.save(&mut transaction).await?;
        transaction.commit().await?;
        self.end_pass(true, stopped_early).await?;
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
