//! The metrics of the daemon. Labels hold ids of sources, names of channels and codes of outcomes; never an address, a vendor or a watch.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Result;

use crate::clock;
use crate::daemon::exposition::{Kind, Page};
use crate::daemon::health::{Health, Live, Shown};
use crate::frontier::{claim, source_state};
use crate::store::deliveries::{self, Unsent};
use crate::store::read;

/// Addresses that are due are counted up to this many.
const MOST_DUE: i64 = 100_000;
/// Time that the store has to answer; without it the gauges that need it are left out.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the store says.
struct Stored {
    known: BTreeMap<String, u64>,
    due: BTreeMap<String, i64>,
    unsent: Vec<Unsent>,
    lag: i64,
}

/// All metrics, as text.
pub(super) async fn page(health: &Health) -> String {
    let shown = health.shown();
    let stored = match &shown.live {
        Some(live) => tokio::time::timeout(PATIENCE, ask(live)).await.ok().and_then(Result::ok),
        None => None,
    };
    let mut page = Page::default();
    page.family("vigie_build_info", Kind::Gauge, "Version of the program.").sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    page.family("vigie_healthy", Kind::Gauge, "1 when /health answers 200, else 0.").value(u8::from(health.ailment().is_none()));
    counters(&mut page, &shown);
    gauges(&mut page, &shown);
    if let Some(stored) = stored {
        of_store(&mut page, &stored);
    }
    page.family("process_start_time_seconds", Kind::Gauge, "When the process began, Unix time.").value(health.started.as_second());
    if let Some(resident) = resident() {
        page.family("process_resident_memory_bytes", Kind::Gauge, "Memory of the process.").value(resident);
    }
    page.text()
}

fn counters(page: &mut Page, shown: &Shown) {
    let totals = &shown.totals;
    let help = "Fetches by outcome; for refused_by_robots and robots_unreachable nothing was sent.";
    let mut fetches = page.family("vigie_fetches_total", Kind::Counter, help);
    for (outcome, n) in &totals.outcomes {
        fetches.sample(&[("outcome", outcome)], n);
    }
    page.family("vigie_received_bytes_total", Kind::Counter, "Bytes of bodies as received.").value(totals.bytes);
    page.family("vigie_listings_new_total", Kind::Counter, "Listings met for the first time.").value(totals.listings_new);
    page.family("vigie_versions_new_total", Kind::Counter, "Versions of listings met for the first time.").value(totals.versions_new);
    page.family("vigie_alerts_total", Kind::Counter, "Alerts raised.").value(totals.alerts);
    let help = "Tries to send a notification, by channel and by what came of them.";
    let mut deliveries = page.family("vigie_deliveries_total", Kind::Counter, help);
    for (channel, tries) in &totals.tries {
        for (result, n) in [("sent", tries.sent), ("failed", tries.failed), ("refused", tries.refused)] {
            deliveries.sample(&[("channel", channel), ("result", result)], n);
        }
    }
    page.family("vigie_failures_total", Kind::Counter, "Failures of disk or store after which the daemon waited and began again.")
        .value(shown.failures);
}

fn gauges(page: &mut Page, shown: &Shown) {
    if let Some(at) = shown.last_commit {
        let help = "When fetched pages were last committed, Unix time.";
        page.family("vigie_last_commit_timestamp_seconds", Kind::Gauge, help).value(at.as_second());
    }
    let Some(live) = &shown.live else { return };
    let skipped: BTreeSet<&String> = shown.skipped.iter().collect();
    let mut crawled =
        page.family("vigie_source_crawled", Kind::Gauge, "1 when the source is crawled, 0 when it is skipped; the log says why.");
    for source in live.config.sources.iter().filter(|source| !source.import_only) {
        crawled.sample(&[("source", &source.id)], u8::from(!skipped.contains(&source.id)));
    }
    let snoozed = live.hosts.used().iter().filter(|(_, gate)| !gate.wait().is_zero()).count();
    page.family("vigie_hosts_snoozed", Kind::Gauge, "Hosts whose gate is shut for a while.").value(snoozed);
    let mut past = page.family("vigie_captures_past_retention", Kind::Gauge, "Captures kept longer than their source's retention.");
    for (source, n) in &shown.past_retention {
        past.sample(&[("source", source)], n);
    }
}

fn of_store(page: &mut Page, stored: &Stored) {
    let mut known = page.family("vigie_addresses_known", Kind::Gauge, "Addresses of the source in the frontier.");
    for (source, n) in &stored.known {
        known.sample(&[("source", source)], n);
    }
    let help = "Addresses of the source that are due now; counting ends at 100000 over all sources.";
    let mut due = page.family("vigie_addresses_due", Kind::Gauge, help);
    for source in stored.known.keys() {
        due.sample(&[("source", source)], stored.due.get(source).copied().unwrap_or(0));
    }
    let now = clock::micros(clock::now());
    let mut waiting = page.family("vigie_notifications_waiting", Kind::Gauge, "Notifications that are due through the channel.");
    for one in &stored.unsent {
        waiting.sample(&[("channel", &one.channel)], one.due);
    }
    let mut dead = page.family("vigie_notifications_dead", Kind::Gauge, "Notifications that were refused or failed too often.");
    for one in &stored.unsent {
        dead.sample(&[("channel", &one.channel)], one.dead);
    }
    let help = "Age of the oldest alert that is not sent through the channel yet.";
    let mut oldest = page.family("vigie_oldest_notification_seconds", Kind::Gauge, help);
    for one in &stored.unsent {
        let age = if one.oldest == 0 { 0 } else { now.saturating_sub(one.oldest) / 1_000_000 };
        oldest.sample(&[("channel", &one.channel)], age);
    }
    page.family("vigie_index_lag", Kind::Gauge, "Changes of listings that the index does not show yet.").value(stored.lag);
}

async fn ask(live: &Live) -> Result<Stored> {
    let mut connection = live.pool.acquire().await?;
    let states = source_state::load(&mut connection).await?;
    let due = claim::due_by_source(&mut connection, clock::now(), MOST_DUE).await?;
    let mut unsent = deliveries::count_unsent(&mut connection).await?;
    for channel in live.config.settings.delivery.channels() {
        if !unsent.iter().any(|one| one.channel == channel.name) {
            unsent.push(Unsent { channel: channel.name.clone(), ..Unsent::default() });
        }
    }
    // The index first: a commit in between must not make the difference negative.
    let shown = live.shown.load(Ordering::Relaxed);
    let lag = (read::last_seq(&mut connection).await? - shown).max(0);
    Ok(Stored { known: states.into_iter().map(|(id, state)| (id, state.urls)).collect(), due: due.into_iter().collect(), unsent, lag })
}

/// Resident memory in bytes, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb * 1024)
}
