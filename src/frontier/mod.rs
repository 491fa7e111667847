//! All known addresses and when each is due: a queue on disk, so that memory does not grow with it and a killed process forgets nothing.

pub mod robots;
pub mod politeness;
pub mod visit;
pub mod links;
pub mod claim;
pub mod settle;
pub mod source_state;
pub mod pause;
pub mod sessions;
pub mod hosts;
pub mod mirrors;
pub mod proposals;
pub mod rules;
pub mod queue;
pub mod measure;

use std::sync::Arc;

use url::Url;

use crate::config::Source;

/// An address taken from the frontier for one visit.
#[derive(Debug, Clone)]
pub struct Target {
    /// Row of the frontier.
    pub id: i64,
    /// Its source.
    pub source: Arc<Source>,
    /// Unit of politeness.
    pub host: String,
    /// Address, as it was written where it was found.
    pub url: Url,
    /// Links away from a seed.
    pub depth: i64,
    /// Redirects followed to get here.
    pub hops: i64,
    /// Lower comes first.
    pub priority: i64,
    /// Why it is visited: `seed link redirect schedule sweep focus manual`.
    pub reason: String,
    /// Visits that ended, whatever their outcome.
    pub visits: i64,
    /// Failures in a row.
    pub failures: i64,
    /// Visits in a row that found the same body.
    pub unchanged: i64,
    /// What the page was at the last visit; empty before the first.
    pub page_kind: String,
    /// Digest of the body at the last good visit; empty without one.
    pub payload_digest: String,
    /// Capture of the last good visit that holds the body; empty without one.
    pub capture_id: String,
    /// `ETag` of the last good visit; empty without one.
    pub etag: String,
    /// `Last-Modified` of the last good visit; empty without one.
    pub modified: String,
}

impl Target {
    /// Whether the last visit found something there: a listing, a list, a vendor or a thread.
    pub fn had_content(&self) -> bool {
        matches!(self.page_kind.as_str(), "listing" | "index" | "vendor" | "thread")
    }

    /// Whether a wall there hides what the source shows: it had content, or is where crawling begins. A sign-in page that seeds once led to hides
    /// nothing by itself, only when something leads there now.
    pub fn should_show(&self) -> bool {
        self.had_content() || (self.priority == priority::SEED && (self.hops == 0 || self.reason == "redirect"))
    }
}

/// Priorities: pages that show an advertisement first, then the ways to more of them.
pub mod priority {
    /// Seeds, and what a person asked for.
    pub const SEED: i64 = 0;
    /// A listing that a card pointed to.
    pub const LISTING: i64 = 1;
    /// The next page of a grid.
    pub const NEXT: i64 = 2;
    /// Everything else; the depth is added, up to [`DEEPEST`].
    const OTHER: i64 = 10;
    /// Beyond so many links from a seed all are alike. The claim knows these numbers.
    const DEEPEST: i64 = 5;

    /// Of a page that is neither, so many links away from a seed.
    pub fn other(depth: i64) -> i64 {
        OTHER + depth.clamp(0, DEEPEST)
    }
}
