//! How each mirror of a source is, and what the source says of its addresses. Pure.

use jiff::Timestamp;
use serde::Serialize;
use vigie_extractors::signed::state;

use crate::clock::from_micros;
use crate::config::Route;
use crate::frontier::mirrors;
use crate::frontier::proposals::{Announcement, Proposal, UNSIGNED};
use crate::standing::judge::Known;
use crate::standing::minute;

/// How a mirror is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MirrorState {
    /// It answers.
    Up,
    /// Its host failed several times in a row.
    Down,
    /// It was never asked, or never answered and is not given up.
    Untried,
}

impl MirrorState {
    /// The code used in tables and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Untried => "untried",
        }
    }
}

/// One mirror.
#[derive(Debug, Clone, Serialize)]
pub struct MirrorReport {
    /// Scheme, host and port.
    pub origin: String,
    /// Whether it is the origin of the first seed.
    pub primary: bool,
    /// Whether addresses are sent to it, or would be.
    pub in_use: bool,
    /// How it is.
    pub state: MirrorState,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Outcome code of the last failure since it answered; empty while it answers.
    pub reason: String,
    /// Smoothed time to the first byte, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// The last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// The last failure of the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<Timestamp>,
    /// When it is tried again, if it is down; it may have passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_try: Option<Timestamp>,
    /// Share of the last seven days in which it answered, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime_7d: Option<f64>,
    /// Hours of those days of which that is known.
    pub hours_known: usize,
}

/// An origin that pages of a source name.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalReport {
    /// Scheme, host and port.
    pub origin: String,
    /// The first capture that shows it.
    pub first_seen: Timestamp,
    /// The latest one.
    pub last_seen: Timestamp,
    /// How many show it.
    pub times: u64,
    /// The latest one.
    pub capture_id: String,
    /// What the best signature over it proves: `valid invalid key_not_named other_key`; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub signature: String,
    /// The key that made it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fingerprint: String,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Timestamp>,
    /// What to do, in a sentence.
    #[serde(rename = "do")]
    pub advice: String,
}

/// A text in which a source names its mirrors, or its canary.
#[derive(Debug, Clone, Serialize)]
pub struct AnnouncementReport {
    /// Path on the site.
    pub path: String,
    /// What its signature proves: `valid invalid key_not_named other_key unsigned`.
    pub signature: String,
    /// The key that made it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fingerprint: String,
    /// When it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Timestamp>,
    /// When it was last seen.
    pub seen_at: Timestamp,
    /// The capture that shows it.
    pub capture_id: String,
    /// What is wrong with it, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// The up-time of the source: of every hour its best mirror counts.
pub(super) fn uptime(known: &Known<'_>) -> Option<f64> {
    mirrors::uptime(&mirrors::best_of(&known.weeks)).map(rounded)
}

/// To a tenth of a percent: more is not known.
fn rounded(share: f64) -> f64 {
    (share * 1_000.0).round() / 1_000.0
}

fn time(micros: i64) -> Option<Timestamp> {
    (micros != 0).then(|| from_micros(micros))
}

fn seconds(at: i64) -> Option<Timestamp> {
    (at != 0).then(|| from_micros(at.saturating_mul(1_000_000)))
}

pub(super) fn mirrors(known: &Known<'_>) -> Vec<MirrorReport> {
    let in_use = mirrors::last_in_use(&known.mirrors);
    let all_down = known.mirrors.iter().all(|one| one.down);
    let one = |(n, health): (usize, &mirrors::Health)| {
        let week = known.weeks.get(n);
        MirrorReport {
            origin: health.origin.clone(),
            primary: n == 0,
            in_use: n == in_use && !all_down,
            state: match (health.down, health.last_success) {
                (true, _) => MirrorState::Down,
                (false, 0) => MirrorState::Untried,
                (false, _) => MirrorState::Up,
            },
            since: time(health.since),
            reason: health.reason.clone(),
            latency_ms: (health.latency > 0).then(|| health.latency.unsigned_abs() / 1_000),
            last_success: time(health.last_success),
            last_failure: time(health.last_failure),
            next_try: time(health.retry_at).filter(|_| health.down),
            uptime_7d: week.and_then(mirrors::uptime).map(rounded),
            hours_known: week.map_or(0, std::collections::BTreeMap::len),
        }
    };
    known.mirrors.iter().enumerate().map(one).collect()
}

pub(super) fn proposals(known: &Known<'_>) -> Vec<ProposalReport> {
    let one = |one: &Proposal| ProposalReport {
        origin: one.origin.clone(),
        first_seen: from_micros(one.first_seen),
        last_seen: from_micros(one.last_seen),
        times: one.times.unsigned_abs(),
        capture_id: one.capture_id.clone(),
        signature: one.signature.clone(),
        fingerprint: one.fingerprint.clone(),
        signed_at: seconds(one.signed_at),
        advice: advice(known, one),
    };
    known.proposals.iter().map(one).collect()
}

fn advice(known: &Known<'_>, one: &Proposal) -> String {
    let id = &known.source.id;
    let over_tor = one.origin.ends_with(".onion") && known.source.route != Route::Tor;
    let route = if over_tor { "; it takes route = \"tor\"" } else { "" };
    match one.signature.as_str() {
        state::VALID => format!("Signed by the key of {id}: add it to `mirrors` in its file{route}."),
        state::KEY_NOT_NAMED => {
            format!(
                "Signed by a key that nobody vouches for: name the key in `key_file` of {id}, or verify it, then add it to `mirrors`{route}."
            )
        }
        state::OTHER_KEY | state::INVALID => {
            "Leave it: its signature is not that of the source, and it may be a trap for visitors.".to_owned()
        }
        _ => format!("Verify from another side that it is {id}; then add it to `mirrors` in its file{route}."),
    }
}

pub(super) fn announcements(known: &Known<'_>) -> Vec<AnnouncementReport> {
    let one = |one: &Announcement| AnnouncementReport {
        path: one.path.clone(),
        signature: one.signature.clone(),
        fingerprint: one.fingerprint.clone(),
        signed_at: seconds(one.signed_at),
        seen_at: from_micros(one.seen_at),
        capture_id: one.capture_id.clone(),
        problem: problem(known, one),
    };
    known.announcements.iter().map(one).collect()
}

/// What is wrong with an announcement: it is not signed as it should be, or it is a canary and overdue.
fn problem(known: &Known<'_>, one: &Announcement) -> Option<String> {
    let (path, list) = (&one.path, &known.source.mirror_list);
    let canary = path.to_ascii_lowercase().contains("canary");
    let signed_at = seconds(one.signed_at);
    match one.signature.as_str() {
        state::INVALID => return Some(format!("The signature of {path} fails: it was changed, or somebody pretends to be the source.")),
        state::OTHER_KEY => {
            return Some(format!("{path} is signed by another key than the one in `key_file`: the site may be in other hands."));
        }
        UNSIGNED => return Some(format!("{path} is not signed: anybody may have written it.")),
        state::KEY_NOT_NAMED if canary => return Some(format!("The signature of {path} is not checked: name its key in `key_file`.")),
        _ => {}
    }
    let at = signed_at.filter(|_| canary)?;
    let due = at.checked_add(list.overdue_after).ok()?;
    if at > known.now {
        return Some(format!("{path} is signed on {}, which is yet to come.", minute(at)));
    }
    (due < known.now).then(|| format!("{path} is overdue: it was signed on {}.", minute(at)))
}
