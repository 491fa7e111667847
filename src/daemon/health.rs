//! How the daemon is: what it does now, when it last made progress, what it did since it began.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::alert::channel::{Tally, Tries};
use crate::clock;
use crate::config::Config;
use crate::database::Pool;
use crate::frontier::hosts::Hosts;
use crate::pipeline::summary::Summary;
use crate::telemetry::masked;

/// Without a sign of life for this long the writer counts as stuck.
const STUCK: Duration = Duration::from_secs(120);

/// What the daemon does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It reads what an earlier process left.
    Starting,
    /// It crawls what is due, or one run has ended and the next one begins.
    Crawling,
    /// Something failed, which a sentence tells; it tries again.
    Waiting(String),
    /// It ends.
    Stopping,
}

/// What a run that is under way can be asked.
#[derive(Debug, Clone)]
pub struct Live {
    /// The store.
    pub pool: Pool,
    /// The gates.
    pub hosts: Arc<Hosts>,
    /// Up to which change of the store the index shows it.
    pub shown: Arc<AtomicI64>,
    /// Tries to send notifications.
    pub tally: Arc<Tally>,
    /// What is configured, with the sources that imports made.
    pub config: Arc<Config>,
}

/// Sums since the daemon began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) outcomes: BTreeMap<String, u64>,
    pub(super) bytes: u64,
    pub(super) listings_new: u64,
    pub(super) versions_new: u64,
    pub(super) alerts: u64,
    pub(super) tries: BTreeMap<String, Tries>,
}

impl Totals {
    fn add(&mut self, summary: &Summary, tries: BTreeMap<String, Tries>) {
        for (outcome, n) in &summary.outcomes {
            *self.outcomes.entry(outcome.clone()).or_default() += n;
        }
        self.bytes += summary.bytes;
        self.listings_new += summary.listings_new;
        self.versions_new += summary.versions_new;
        self.alerts += summary.alerts;
        for (channel, more) in tries {
            let one = self.tries.entry(channel).or_default();
            (one.sent, one.failed, one.refused) = (one.sent + more.sent, one.failed + more.failed, one.refused + more.refused);
        }
    }
}

#[derive(Debug)]
struct Inner {
    state: State,
    beat: Instant,
    last_commit: Option<Timestamp>,
    /// Of the runs that ended.
    past: Totals,
    /// Of the run under way.
    summary: Summary,
    skipped: usize,
    live: Option<Live>,
    past_retention: BTreeMap<String, u64>,
    counted: Option<Instant>,
    failures: u64,
}

/// How the daemon is, shared by its parts.
#[derive(Debug)]
pub struct Health {
    pub(super) started: Timestamp,
    inner: Mutex<Inner>,
}

/// What the metrics show of it.
pub(super) struct Shown {
    pub(super) totals: Totals,
    pub(super) last_commit: Option<Timestamp>,
    pub(super) skipped: Vec<String>,
    pub(super) live: Option<Live>,
    pub(super) past_retention: BTreeMap<String, u64>,
    pub(super) failures: u64,
}

impl Default for Health {
    fn default() -> Self {
        let inner = Inner {
            state: State::Starting,
            beat: Instant::now(),
            last_commit: None,
            past: Totals::default(),
            summary: Summary::default(),
            skipped: 0,
            live: None,
            past_retention: BTreeMap::new(),
            counted: None,
            failures: 0,
        };
        Self { started: clock::now(), inner: Mutex::new(inner) }
    }
}

impl Health {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The data folder is open, after a failure perhaps; what an earlier process left comes next.
    pub fn opened(&self) {
        let mut inner = self.inner();
        if matches!(inner.state, State::Waiting(_)) {
            inner.state = State::Starting;
        }
    }

    /// A run begins.
    pub fn begun(&self, live: Live) {
        let mut inner = self.inner();
        (inner.state, inner.beat, inner.live, inner.skipped) = (State::Crawling, Instant::now(), Some(live), 0);
        inner.summary = Summary::default();
    }

    /// The run goes on; this is what it did so far. Sources that it stopped crawling since are said in the log.
    pub fn goes_on(&self, summary: &Summary) {
        let mut inner = self.inner();
        inner.beat = Instant::now();
        if summary.pages != inner.summary.pages {
            inner.last_commit = Some(clock::now());
        }
        for skipped in summary.skipped.iter().skip(inner.skipped) {
            tracing::warn!(source = %skipped.source, "{}; hint: {}", masked(&skipped.reason), skipped.hint);
        }
        inner.skipped = summary.skipped.len();
        // By host there may be many; nothing here looks at them.
        inner.summary = Summary { per_host: BTreeMap::new(), ..summary.clone() };
    }

    /// The run ended, well or not: what it did joins the sums. Nothing can be asked until the next one begins.
    pub fn ended(&self, next: State) {
        let mut inner = self.inner();
        inner.failures += u64::from(matches!(next, State::Waiting(_)));
        let summary = std::mem::take(&mut inner.summary);
        let tries = inner.live.take().map(|live| live.tally.so_far()).unwrap_or_default();
        inner.past.add(&summary, tries);
        (inner.state, inner.beat) = (next, Instant::now());
    }

    /// The daemon is asked to end.
    pub fn stops(&self) {
        self.inner().state = State::Stopping;
    }

    /// Whether something was committed in the run under way.
    pub fn committed(&self) -> bool {
        self.inner().summary.pages > 0
    }

    /// How long ago captures past their retention were counted; `None` before the first time.
    pub fn counted_before(&self) -> Option<Duration> {
        self.inner().counted.map(|at| at.elapsed())
    }

    /// Captures past their retention, by source.
    pub fn count_retention(&self, past: BTreeMap<String, u64>) {
        let mut inner = self.inner();
        (inner.past_retention, inner.counted) = (past, Some(Instant::now()));
    }

    /// What was counted last.
    pub fn past_retention(&self) -> BTreeMap<String, u64> {
        self.inner().past_retention.clone()
    }

    /// Why the daemon is not well; `None` when it is.
    pub fn ailment(&self) -> Option<String> {
        let inner = self.inner();
        match &inner.state {
            State::Starting => Some("starting: what an earlier process left is read first".to_owned()),
            State::Stopping => Some("stopping".to_owned()),
            State::Waiting(why) => Some(format!("waiting to try again: {why}")),
            State::Crawling => {
                let since = inner.beat.elapsed();
                (since >= STUCK).then(|| format!("stuck: no sign of the writer for {} s; hint: is the disk well?", since.as_secs()))
            }
        }
    }

    pub(super) fn shown(&self) -> Shown {
        let inner = self.inner();
        let mut totals = inner.past.clone();
        totals.add(&inner.summary, inner.live.as_ref().map(|live| live.tally.so_far()).unwrap_or_default());
        Shown {
            totals,
            last_commit: inner.last_commit,
            skipped: inner.summary.skipped.iter().map(|skipped| skipped.source.clone()).collect(),
            live: inner.live.clone(),
            past_retention: inner.past_retention.clone(),
            failures: inner.failures,
        }
    }
}
