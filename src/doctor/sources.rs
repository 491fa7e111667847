//! What the sources wait for, and the one sentence that says why something happens or does not.

use std::collections::BTreeMap;

use crate::doctor::{Check, Grade, Instance, counted};
use crate::standing::{Report, State, minute};

/// Sources named one by one in the conclusion.
const NAMED: usize = 4;

/// One check for each source that takes part; those that take imports alone are left out.
pub(super) fn check(instance: &Instance<'_>, error: Option<&anyhow::Error>) -> Vec<Check> {
    if let Some(error) = error {
        return vec![Check::failure("sources", format!("the store does not tell how they stand: {error:#}"), "See the test of the store.")];
    }
    crawled(instance)
        .map(|report| {
            let measured = format!("{}: {}: {}", report.source, report.state.code(), report.reason);
            let announced = report.announcements.iter().find_map(|one| one.problem.clone());
            let missed = report.last_run.as_ref().and_then(|run| run.missed.as_array()).map_or(0, Vec::len);
            if report.state.needs_a_person() {
                Check::warning("source", measured, report.advice.clone())
            } else if let Some(warning) = report.session.as_ref().and_then(|session| session.warning.clone()) {
                Check::warning("session", measured, warning)
            } else if missed > 0 {
                let advice = format!("See `vigie sources {}`, then its pages: its layout may have changed.", report.source);
                Check::warning("source", format!("{measured}; its last pass missed {}", counted(missed, "expectation")), advice)
            } else if let Some(problem) = announced {
                Check::warning("source", format!("{measured}; {problem}"), format!("See `vigie sources {}`.", report.source))
            } else {
                Check::ok("source", measured)
            }
        })
        .collect()
}

/// Why something happens, or nothing does.
pub(super) fn conclusion(instance: &Instance<'_>, checks: &[Check]) -> String {
    let failed: Vec<&str> = checks.iter().filter(|check| check.grade == Grade::Failure).map(|check| check.name).collect();
    if !failed.is_empty() {
        return format!("Not in order: {}.", failed.join(", "));
    }
    let crawled: Vec<&Report> = crawled(instance).collect();
    if crawled.is_empty() {
        return "Nothing is crawled: no source is configured for it.".to_owned();
    }
    let mut by_state: BTreeMap<State, Vec<&Report>> = BTreeMap::new();
    for report in &crawled {
        by_state.entry(report.state).or_default().push(report);
    }
    let of = |state: State| by_state.get(&state).map_or(0, Vec::len);
    let all = crawled.len();
    let begin = match (of(State::Crawling), of(State::Ready)) {
        (0, 0) => format!(
            "Nothing is fetched now: {}",
            if all == 1 { "the one source waits".to_owned() } else { format!("all {all} sources wait") }
        ),
        (0, ready) => {
            format!("{ready} of {} {} and nobody crawls", counted(all, "source"), if ready == 1 { "is ready" } else { "are ready" })
        }
        (crawling, 0) => format!("{crawling} of {} {} crawled now", counted(all, "source"), if crawling == 1 { "is" } else { "are" }),
        (crawling, ready) => format!(
            "{crawling} of {} {} crawled now, {ready} more {} ready",
            counted(all, "source"),
            if crawling == 1 { "is" } else { "are" },
            if ready == 1 { "is" } else { "are" }
        ),
    };
    let waits = by_state.iter().filter(|(state, _)| !matches!(state, State::Crawling | State::Ready));
    let named: Vec<String> = waits
        .flat_map(|(state, reports)| reports.iter().map(move |report| (*state, *report)))
        .map(|(state, report)| match report.until.filter(|_| state != State::Blocked) {
            Some(until) => format!("{} {} until {}", report.source, state.code(), minute(until)),
            None => format!("{} {}", report.source, state.code()),
        })
        .collect();
    let more = named.len().saturating_sub(NAMED);
    let mut rest = named.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        rest.push_str(&format!(" and {more} more (`vigie sources`)"));
    }
    if rest.is_empty() { format!("{begin}.") } else { format!("{begin}: {rest}.") }
}

/// Sources that a file says are to be crawled.
fn crawled<'a>(instance: &Instance<'a>) -> impl Iterator<Item = &'a Report> {
    instance.reports.iter().filter(|report| report.configured && report.state != State::ImportOnly)
}
