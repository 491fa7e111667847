//! What the mock market saw: one entry per request, in order of arrival, bounded.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Entries kept; the oldest go first.
const KEPT: usize = 200_000;

/// One request as the market saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// When the request reached the market (monotonic, never earlier than the entry before).
    pub at: Instant,
    /// 1 or 2, the site that was asked.
    pub site: usize,
    /// The `Host` header without port.
    pub host: String,
    /// The method, e.g. `GET`.
    pub method: String,
    /// Path and query as asked.
    pub path: String,
    /// The status answered; 0 while the answer is being made.
    pub status: u16,
}

/// How many requests were answered with which status, since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters {
    /// All requests that arrived.
    pub requests: u64,
    /// Answers by status code.
    pub by_status: BTreeMap<u16, u64>,
    /// Bytes of bodies as sent, content-encoded.
    pub body_bytes: u64,
}

#[derive(Debug, Default)]
struct Entries {
    hits: VecDeque<Hit>,
    dropped: u64,
    counters: Counters,
}

/// The log that both sites write to.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<Entries>);

impl RequestLog {
    /// Notes an arrival; the number returned is its place, for `answered`.
    pub(crate) fn arrived(&self, site: usize, host: &str, method: &str, path: &str) -> u64 {
        let mut entries = self.entries();
        let hit = Hit { at: instant(), site, host: host.into(), method: method.into(), path: path.into(), status: 0 };
        if entries.hits.len() >= KEPT {
            entries.hits.pop_front();
            entries.dropped += 1;
        }
        entries.hits.push_back(hit);
        entries.counters.requests += 1;
        entries.dropped + entries.hits.len() as u64 - 1
    }

    pub(crate) fn answered(&self, place: u64, status: u16, body_bytes: u64) {
        let mut entries = self.entries();
        *entries.counters.by_status.entry(status).or_default() += 1;
        entries.counters.body_bytes += body_bytes;
        let at = place.checked_sub(entries.dropped).and_then(|at| usize::try_from(at).ok());
        if let Some(hit) = at.and_then(|at| entries.hits.get_mut(at)) {
            hit.status = status;
        }
    }

    pub(crate) fn hits(&self) -> Vec<Hit> {
        self.entries().hits.iter().cloned().collect()
    }

    pub(crate) fn counters(&self) -> Counters {
        self.entries().counters.clone()
    }

    pub(crate) fn clear(&self) {
        let mut entries = self.entries();
        entries.dropped += entries.hits.len() as u64;
        entries.hits.clear();
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// Tests of politeness compare instants as the server saw them; the product's own times come from `clock`.
#[allow(clippy::disallowed_methods, reason = "a measuring instrument: intervals between requests, never stored")]
fn instant() -> Instant {
    Instant::now()
}
