//! What a run did.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::pipeline::expectations::Missed;

/// Summary of a run, as `--json` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Number of the run.
    pub run: i64,
    /// RFC 3339.
    pub started_at: String,
    /// RFC 3339.
    pub ended_at: String,
    /// Pages received, whatever they said.
    pub pages: u64,
    /// Body bytes as received.
    pub bytes: u64,
    /// Listings met for the first time.
    pub listings_new: u64,
    /// Sightings of listings.
    pub listings_seen: u64,
    /// Listing versions met for the first time.
    pub versions_new: u64,
    /// Captures whose body was the same as before.
    pub revisits: u64,
    /// Alerts raised.
    pub alerts: u64,
    /// Fetches by outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// By host name.
    pub per_host: BTreeMap<String, HostSummary>,
    /// Sources that were not crawled, or not to the end, and why.
    pub skipped: Vec<Skipped>,
    /// Expectations that were missed.
    pub expectations: Vec<Missed>,
    /// The same, and what else did not go as it should, as sentences.
    pub missed: Vec<String>,
    /// Captures that are kept longer than their source's retention, by source. Nothing is erased by the count.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub past_retention: BTreeMap<String, u64>,
    /// Milliseconds from the opening of the route over Tor until it could be used; absent where no source takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tor_ready_ms: Option<u64>,
    /// Whether a signal ended the run.
    pub interrupted: bool,
}

/// One host of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct HostSummary {
    /// Requests made, robots.txt and redirects included.
    pub pages: u64,
    /// Body bytes as received.
    pub bytes: u64,
    /// Smallest gap between the starts of two requests, milliseconds; absent with fewer than two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_gap_ms: Option<f64>,
    /// Spacing in force at the end, milliseconds.
    pub spacing_ms: f64,
}

/// A source that was not crawled, or not to the end.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// Source id.
    pub source: String,
    /// Why.
    pub reason: String,
    /// What to do.
    pub hint: String,
}

impl Summary {
    /// 0, or 3 when an expectation was missed or a source was skipped.
    pub fn exit_code(&self) -> u8 {
        if self.skipped.is_empty() && self.missed.is_empty() { 0 } else { 3 }
    }

    /// Counts one fetch.
    pub fn count(&mut self, outcome: &str, host: &str, bytes: u64) {
        *self.outcomes.entry(outcome.to_owned()).or_default() += 1;
        self.pages += 1;
        self.bytes += bytes;
        let host = self.per_host.entry(host.to_owned()).or_default();
        host.pages += 1;
        host.bytes += bytes;
    }
}
