//! What a visit came to, and when the next one is due.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::micros;
use crate::config::Recrawl;
use crate::frontier::{Target, priority};

/// Tries in one run before an address that fails waits for a later run.
const TRIES_IN_A_RUN: i64 = 3;
/// The first pause before another try; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The first pause after a run gave up; doubled each time.
const LATER_PAUSE: Duration = Duration::from_secs(3600);
/// No address waits longer than this.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 86_400);
/// While a page does not change its interval grows up to this many times.
pub const SLOWEST: i64 = 4;

/// How a visit ended, as the frontier sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// A page came (`changed`: its body differs from the last visit's).
    Page {
        /// Code of the page kind.
        kind: String,
        /// Whether the body differs from the last good visit's.
        changed: bool,
    },
    /// A wall stood there, and the source is paused: nothing was learned of the page behind it, which is visited again as soon as the pause ends.
    Walled {
        /// Code of the wall's page kind.
        kind: String,
    },
    /// The address leads elsewhere.
    Redirected,
    /// The server says that there is nothing any more.
    Gone,
    /// Worth another try, not before `wait` when the server said so.
    Transient {
        /// From `Retry-After`.
        wait: Option<Duration>,
    },
    /// Not worth another try soon.
    Refused,
}

/// The row of the frontier after a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Row of the frontier.
    pub id: i64,
    /// `queued`, `gone` or `refused`.
    pub state: &'static str,
    /// Outcome code, for people.
    pub note: String,
    /// Why it will be visited next.
    pub reason: String,
    /// When, microseconds.
    pub due_at: i64,
    /// Failures in a row.
    pub failures: i64,
    /// Run in which it is tried again, or 0.
    pub retry_run: i64,
    /// Time of this visit, microseconds.
    pub last_visit: i64,
    /// Visits in a row with the same body.
    pub unchanged: i64,
    /// Page kind, kept from before when no page came.
    pub page_kind: String,
    /// What this visit left for the next one to compare with; `None` keeps what is there.
    pub body: Option<Body>,
    /// Priority of the next visit.
    pub priority: i64,
}

/// What the next visit is compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// Digest of the payload.
    pub payload_digest: String,
    /// Capture that holds it.
    pub capture_id: String,
    /// `ETag`.
    pub etag: String,
    /// `Last-Modified`.
    pub modified: String,
}

/// When `target` is due next, after `ending` at `now` in run `run`.
pub fn settle(
    target: &Target,
    ending: &Ending,
    outcome: &str,
    body: Option<Body>,
    recrawl: &Recrawl,
    now: Timestamp,
    run: i64,
) -> Settlement {
    let at = micros(now);
    let mut next = Settlement {
        id: target.id,
        state: "queued",
        note: outcome.to_owned(),
        reason: "schedule".to_owned(),
        due_at: at,
        failures: 0,
        retry_run: 0,
        last_visit: at,
        unchanged: 0,
        page_kind: target.page_kind.clone(),
        body,
        priority: target.priority,
    };
    let wait = match ending {
        Ending::Page { kind, changed } => {
            next.unchanged = if *changed { 0 } else { target.unchanged + 1 };
            next.page_kind.clone_from(kind);
            if kind == "listing" {
                next.priority = priority::LISTING;
            }
            let slower = u32::try_from((next.unchanged + 1).clamp(1, SLOWEST)).unwrap_or(1);
            recrawl.of(kind).saturating_mul(slower)
        }
        Ending::Walled { kind } => {
            next.unchanged = target.unchanged;
            if !target.had_content() {
                next.page_kind.clone_from(kind);
            }
            // A sign-in page that others lead to is no page with a wall before it.
            if target.had_content() || target.hops == 0 {
                next.reason.clone_from(&target.reason);
                Duration::ZERO
            } else {
                recrawl.of(kind)
            }
        }
        Ending::Redirected => recrawl.other,
        Ending::Gone => {
            next.state = "gone";
            LONGEST_PAUSE
        }
        Ending::Refused => later_pause(target.failures),
        Ending::Transient { wait } => {
            next.failures = target.failures + 1;
            if wait.is_some() || next.failures % TRIES_IN_A_RUN != 0 {
                // Another try is part of the same visit.
                next.reason.clone_from(&target.reason);
            }
            if let Some(wait) = wait {
                next.retry_run = run;
                *wait
            } else if next.failures % TRIES_IN_A_RUN != 0 {
                next.retry_run = run;
                FIRST_PAUSE.saturating_mul(1 << (next.failures % TRIES_IN_A_RUN - 1))
            } else {
                later_pause(next.failures / TRIES_IN_A_RUN)
            }
        }
    };
    if matches!(ending, Ending::Refused) {
        next.failures = target.failures + 1;
    }
    next.due_at = at.saturating_add(i64::try_from(wait.min(LONGEST_PAUSE).as_micros()).unwrap_or(i64::MAX));
    next
}

fn later_pause(rounds: i64) -> Duration {
    LATER_PAUSE.saturating_mul(1 << rounds.clamp(0, 12))
}
