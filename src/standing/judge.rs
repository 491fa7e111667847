//! From what is known of a source to its state, the reason and what to do. Pure.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::clock::{from_micros, micros};
use crate::config::{Route, Source, Standing};
use crate::frontier::mirrors::{Health, Hours};
use crate::frontier::pause::Pause;
use crate::frontier::proposals::{Announcement, Proposal};
use crate::frontier::queue::{Queue, Shut};
use crate::frontier::rules::{self, Unreachable};
use crate::frontier::source_state::{SourceState, sweep_due};
use crate::pipeline::crawl::RouteState;
use crate::standing::{State, Writing, minute};

/// What is known of a source.
#[derive(Debug, Clone)]
pub(super) struct Known<'a> {
    pub(super) source: &'a Source,
    pub(super) state: SourceState,
    pub(super) queue: Queue,
    /// Gates of its hosts.
    pub(super) gates: Vec<Shut>,
    /// Its origins whose robots.txt cannot be had.
    pub(super) unreachable: Vec<Unreachable>,
    /// Its mirrors, the primary first, in the order of the file.
    pub(super) mirrors: Vec<Health>,
    /// The last seven days of each of them; empty without a store.
    pub(super) weeks: Vec<Hours>,
    /// Origins that its pages name and that are not in scope.
    pub(super) proposals: Vec<Proposal>,
    pub(super) announcements: Vec<Announcement>,
    /// How its route is, as the last crawl saw it.
    pub(super) route: Option<RouteState>,
    pub(super) writing: Option<&'a Writing>,
    pub(super) now: Timestamp,
}

/// The state of a source, with all that is said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) state: State,
    pub(super) reason: String,
    pub(super) place: Option<String>,
    pub(super) until: Option<Timestamp>,
    pub(super) advice: String,
}

fn verdict(state: State, reason: impl Into<String>, advice: impl Into<String>) -> Verdict {
    Verdict { state, reason: reason.into(), place: None, until: None, advice: advice.into() }
}

/// The first state that applies, in the order of [`State`].
pub(super) fn judge(known: &Known<'_>) -> Verdict {
    by_file(known)
        .or_else(|| route_down(known))
        .or_else(|| paused(known))
        .or_else(|| budget_spent(known))
        .or_else(|| blocked(known))
        .or_else(|| mirrors_down(known))
        .or_else(|| snoozed(known))
        .unwrap_or_else(|| by_queue(known))
}

fn by_file(known: &Known<'_>) -> Option<Verdict> {
    let id = &known.source.id;
    let standing = known.source.standing(known.now.to_zoned(TimeZone::UTC).date());
    let (state, advice) = match &standing {
        Standing::Crawlable => return None,
        Standing::ImportOnly => (State::ImportOnly, format!("Import captures or listings with `vigie import FILE --source {id}`.")),
        Standing::NoAuthority(_) => (State::NotAuthorised, sentence(&format!("{} in the file of {id}", standing.hint()))),
        Standing::Expired(_) => (State::Expired, sentence(&format!("{} in the file of {id}", standing.hint()))),
    };
    Some(verdict(state, standing.sentence(), advice))
}

/// As the last crawl saw it: whoever crawls next finds out.
fn route_down(known: &Known<'_>) -> Option<Verdict> {
    let route = known.route.as_ref().filter(|route| !route.down.is_empty())?;
    let name = match known.source.route {
        Route::Tor => "Tor",
        Route::I2p => "I2P",
        Route::Clearnet => return None,
    };
    let reason = format!("{name} could not be used since {}: {}", minute(from_micros(route.since)), route.down);
    Some(verdict(State::RouteUnavailable, reason, "See `vigie doctor` for what is missing; nothing is lost, the next crawl tries again."))
}

fn paused(known: &Known<'_>) -> Option<Verdict> {
    let pause = Pause::of(&known.state)?;
    let verdict = verdict(State::Paused, pause.reason(), pause.advice(known.source, known.now));
    Some(Verdict { place: Some(pause.place).filter(|place| !place.is_empty()), ..verdict })
}

fn budget_spent(known: &Known<'_>) -> Option<Verdict> {
    let reason = known.state.clone().spent(&known.source.budget, known.now)?;
    let until = known.now.to_zoned(TimeZone::UTC).date().checked_add(1.day()).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let advice = format!("Wait until {}, or raise [budget] in the file of {}.", minute(until), known.source.id);
    Some(Verdict { until: Some(until), ..verdict(State::BudgetSpent, reason, advice) })
}

/// None of several mirrors answers, or the host of a source that has one. What robots.txt alone holds up is told by [`blocked`].
fn mirrors_down(known: &Known<'_>) -> Option<Verdict> {
    let first = known.mirrors.iter().filter(|one| one.down).min_by_key(|one| one.retry_at)?;
    if !known.mirrors.iter().all(|one| one.down) {
        return None;
    }
    let id = &known.source.id;
    let since = known.mirrors.iter().map(|one| one.since).max().unwrap_or(0);
    let mut reasons: Vec<&str> = known.mirrors.iter().map(|one| one.reason.as_str()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let n = known.mirrors.len();
    let who = if n == 1 { "its host does not answer".to_owned() } else { format!("none of its {n} mirrors answers") };
    let reason = format!("{who} since {} ({})", minute(from_micros(since)), reasons.join(", "));
    if n == 1 {
        let advice = format!(
            "Wait, its addresses are tried again by themselves; or see whether it has moved and write its new address into `mirrors` in the file of {id}."
        );
        return Some(verdict(State::Blocked, reason, advice));
    }
    let until = Some(from_micros(first.retry_at)).filter(|until| *until > known.now);
    let when = until.map_or("now".to_owned(), |until| format!("after {}", minute(until)));
    let advice = format!(
        "A crawl tries the first again {when}; try all at once with `vigie crawl --once --source {id}`, or add a mirror to its file."
    );
    Some(Verdict { until, ..verdict(State::Blocked, reason, advice) })
}

/// Blocked is a source none of whose seeds can be reached; with another way in it goes on.
fn blocked(known: &Known<'_>) -> Option<Verdict> {
    let of_seed = |url| {
        let origin = rules::origin(url);
        known.unreachable.iter().find(|one| one.origin == origin)
    };
    if known.mirrors.len() > 1 && known.mirrors.iter().any(|one| !one.down) {
        // Another mirror has a robots.txt of its own.
        return None;
    }
    let failed: Vec<&Unreachable> = known.source.seeds.iter().map(of_seed).collect::<Option<_>>()?;
    let one = failed.into_iter().max_by_key(|one| one.until)?;
    let reason = format!("robots.txt of {} could not be had at {} ({})", one.origin, minute(from_micros(one.at)), one.outcome);
    let until = from_micros(one.until);
    let when = if until > known.now { format!("after {}", minute(until)) } else { "now".to_owned() };
    let advice =
        format!("See why the host does not answer, then crawl again {when} with `vigie crawl --once --source {}`.", known.source.id);
    Some(Verdict { until: Some(until).filter(|until| *until > known.now), ..verdict(State::Blocked, reason, advice) })
}

fn snoozed(known: &Known<'_>) -> Option<Verdict> {
    let now = micros(known.now);
    let first = known.gates.iter().min_by_key(|gate| gate.snoozed_until).filter(|gate| gate.snoozed_until > now)?;
    let until = from_micros(first.snoozed_until);
    let reason = format!("{} asked for patience or failed", first.name);
    let advice = format!("Wait until {}; nothing is lost.", minute(until));
    Some(Verdict { until: Some(until), ..verdict(State::Snoozed, reason, advice) })
}

fn by_queue(known: &Known<'_>) -> Verdict {
    let (id, queue) = (&known.source.id, &known.queue);
    let new = known.state.urls == 0;
    let sweep = sweep_due(known.source, Some(&known.state), known.now);
    if queue.due.n > 0 || new || sweep {
        let due = match (new, queue.due.n) {
            (true, _) => "it was never crawled".to_owned(),
            (_, 0) => "a sweep is due".to_owned(),
            (_, 1) => "1 address is due".to_owned(),
            (_, n) => format!("{}{n} addresses are due", if queue.due.more { "more than " } else { "" }),
        };
        return match known.writing {
            Some(writing) if writing.crawls.contains(id) => verdict(State::Crawling, due, "Let it work."),
            Some(writing) => {
                let what = writing.command.as_deref().unwrap_or("another command");
                verdict(State::Ready, due, format!("Wait for `vigie {what}` (process {}) to end, then run `vigie crawl`.", writing.process))
            }
            None => verdict(State::Ready, due, format!("Run `vigie crawl`, or `vigie crawl --once --source {id}` for a single pass.")),
        };
    }
    let sweep = known.source.sweep.and_then(|every| from_micros(known.state.swept_at).checked_add(every).ok());
    let next = queue.next_due.map(from_micros).into_iter().chain(sweep).min();
    let advice = format!("Wait, or visit it again now with `vigie crawl --once --revisit --source {id}`.");
    match next {
        Some(next) => Verdict { until: Some(next), ..verdict(State::Waiting, format!("nothing is due before {}", minute(next)), advice) },
        None => verdict(State::Waiting, "none of its addresses is queued: all are gone or refused", advice),
    }
}

/// A hint as a sentence.
fn sentence(hint: &str) -> String {
    let mut characters = hint.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}
