//! Whether the clock can be believed: times in evidence and the order of visits hang on it.

use std::path::Path;

use jiff::Timestamp;

use crate::audit;
use crate::clock::from_micros;
use crate::doctor::{Check, Instance};
use crate::frontier::source_state;
use crate::standing::minute;
use crate::store::runs;

const NAME: &str = "clock";

/// A stored time may be ahead by this, microseconds: clocks are set by small steps.
const SLACK: i64 = 2_000_000;

/// Where the services that set the clock say that they did, and whether the file says so by being there.
const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";

pub(super) async fn check(instance: &Instance<'_>) -> Check {
    let now = instance.now;
    let ntp = if Path::new(SYNCHRONISED).exists() { "set by the network" } else { "whether the network sets it is not known" };
    let measured = format!("{now:.0}, {ntp}");
    match newest(instance).await {
        Ok(Some((what, at))) if at > now => {
            let behind = at.duration_since(now).as_secs();
            Check::failure(
                NAME,
                format!("{measured}; {what} at {} is {behind} s ahead of it", minute(at)),
                "Set the clock (NTP); if it was ahead before, wait until it has caught up: times in the evidence would run backwards.",
            )
        }
        Ok(_) => Check::ok(NAME, measured),
        Err(error) => {
            Check::warning(NAME, format!("{measured}; the last stored time cannot be read: {error:#}"), "See the test of the store.")
        }
    }
}

/// The newest time that the store holds, and of what.
async fn newest(instance: &Instance<'_>) -> anyhow::Result<Option<(&'static str, Timestamp)>> {
    let Some(pool) = instance.pool else { return Ok(None) };
    let mut connection = pool.acquire().await?;
    let mut times = Vec::new();
    if let Some(run) = runs::last(&mut connection).await? {
        times.push(("the last run", run.ended_at.unwrap_or(run.started_at).max(run.started_at)));
    }
    if let Some(at) = audit::newest(&mut connection).await? {
        times.push(("the last entry of the reading log", at));
    }
    for state in source_state::load(&mut connection).await?.into_values() {
        times.push(("the last fetch", state.last_success.max(state.last_failure)));
    }
    let newest = times.into_iter().max_by_key(|(_, at)| *at);
    Ok(newest.map(|(what, at)| (what, from_micros(at.saturating_sub(SLACK)))))
}
