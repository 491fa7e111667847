//! How each source stands: why something happens there or does not, when it goes on, and what to do about it.

pub mod account;
mod judge;
mod addresses;
mod gather;
pub mod renew;

pub use addresses::{AnnouncementReport, MirrorReport, MirrorState, ProposalReport};
pub use gather::{Writing, all, writing};

use jiff::Timestamp;
use serde::Serialize;

use crate::store::replicas::Replica;

/// The state of a source. Each has one code, and a source has one state: the first that applies, in the order of declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It takes imports alone.
    ImportOnly,
    /// Its file names no authority, or not all of it.
    NotAuthorised,
    /// The last day of its authority is over.
    Expired,
    /// Its route, Tor or I2P, could not be used when it was last tried.
    RouteUnavailable,
    /// A wall was met; a person must look.
    Paused,
    /// The budget of the day is used up.
    BudgetSpent,
    /// Nothing of it can be had: robots.txt, its host or every mirror fails, or the way there.
    Blocked,
    /// Its hosts asked for patience.
    Snoozed,
    /// A crawl is at it now.
    Crawling,
    /// Something is due, and nobody crawls it.
    Ready,
    /// Nothing is due yet.
    Waiting,
}

impl State {
    /// All states.
    pub const ALL: [Self; 11] = [
        Self::ImportOnly,
        Self::NotAuthorised,
        Self::Expired,
        Self::RouteUnavailable,
        Self::Paused,
        Self::BudgetSpent,
        Self::Blocked,
        Self::Snoozed,
        Self::Crawling,
        Self::Ready,
        Self::Waiting,
    ];

    /// The code used in tables and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::ImportOnly => "import_only",
            Self::NotAuthorised => "not_authorised",
            Self::Expired => "expired",
            Self::RouteUnavailable => "route_unavailable",
            Self::Paused => "paused",
            Self::BudgetSpent => "budget_spent",
            Self::Blocked => "blocked",
            Self::Snoozed => "snoozed",
            Self::Crawling => "crawling",
            Self::Ready => "ready",
            Self::Waiting => "waiting",
        }
    }

    /// Whether it stays so until a person does something.
    pub fn needs_a_person(self) -> bool {
        matches!(self, Self::NotAuthorised | Self::Expired | Self::RouteUnavailable | Self::Paused | Self::Blocked)
    }
}

/// How one source stands.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Source id.
    pub source: String,
    /// Name for people.
    pub name: String,
    /// Whether a file configures it; what was crawled before stays known without one.
    pub configured: bool,
    /// Its state.
    pub state: State,
    /// Why, in a sentence without its full stop.
    pub reason: String,
    /// Where a wall was met: a path on the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Until when the state lasts, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// What to do, in one sentence.
    #[serde(rename = "do")]
    pub advice: String,
    /// The source that it is a copy of, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replica_of: Option<Replica>,
    /// Addresses that are known.
    pub known: u64,
    /// Of those, due now; counted up to [`crate::frontier::queue::MOST_COUNTED`].
    pub due: u64,
    /// Whether more are due than were counted.
    pub due_more: bool,
    /// Of those, refused: traps and limits; counted as far.
    pub refused: u64,
    /// Whether more are refused than were counted.
    pub refused_more: bool,
    /// When the next address is due; it may have passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_due: Option<Timestamp>,
    /// The last page that came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// The last failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<Failure>,
    /// Listings known.
    pub listings: u64,
    /// Requests made today, UTC.
    pub pages_today: u64,
    /// Body bytes received today, UTC.
    pub bytes_today: u64,
    /// The last pass over it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_run: Option<LastRun>,
    /// Share of the last seven days, 0 to 1, in which its host, or one of its mirrors, answered; hours of which nothing is known are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime_7d: Option<f64>,
    /// The origins under which it answers, the primary first; a source without mirrors has one.
    pub mirrors: Vec<MirrorReport>,
    /// How many origins its pages name that are not in its scope.
    pub proposed: usize,
    /// Those origins; left out where all sources are listed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proposals: Vec<ProposalReport>,
    /// The texts in which it names its mirrors, and its canary.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub announcements: Vec<AnnouncementReport>,
    /// Its authority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<account::Mandate>,
    /// Its last session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<account::Account>,
    /// Hosts that were asked, and when each may be asked again.
    pub hosts: Vec<HostGate>,
}

/// A failure that says something about the source.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    /// When.
    pub at: Timestamp,
    /// Outcome code.
    pub outcome: String,
}

/// A pass over a source.
#[derive(Debug, Clone, Serialize)]
pub struct LastRun {
    /// The run.
    pub run: i64,
    /// Its end.
    pub ended_at: Timestamp,
    /// Pages that came.
    pub pages: u64,
    /// Listings seen.
    pub listings: u64,
    /// Whether every page was to be visited.
    pub whole: bool,
    /// Whether it ended while something was due.
    pub cut: bool,
    /// Expectations that it missed.
    pub missed: serde_json::Value,
}

/// The gate of a host.
#[derive(Debug, Clone, Serialize)]
pub struct HostGate {
    /// Host name.
    pub host: String,
    /// When it may be asked again; it may have passed.
    pub opens_at: Timestamp,
    /// Spacing in force, milliseconds.
    pub spacing_ms: u64,
    /// Until when it asked to be left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
}

/// A moment as people read it, to the minute, in UTC.
pub fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
