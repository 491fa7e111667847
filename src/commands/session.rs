//! What commands share: configuration, the purpose of reading, signals, the summary of a run.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::audit::Purpose;
use crate::cli::Common;
use crate::commands::Usage;
use crate::config::{self, Config};
use crate::pipeline::summary::Summary;
pub(super) use crate::shown::{headline, plain};
use crate::{clock, telemetry};

/// Says a line on stderr. Unlike `eprintln!` it does not panic where nobody reads any more, as after `2>&1 | head`.
macro_rules! tell {
    ($($what:tt)*) => {{
        let line = format!($($what)*);
        let line = $crate::telemetry::veiled(&line);
        // There is nobody else to tell.
        let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{line}\n").as_bytes());
    }};
}
pub(super) use tell;

/// The folder of the configuration: the one named, or `./config` where that exists.
pub(super) fn config_dir(common: &Common) -> Option<PathBuf> {
    common.config.clone().or_else(|| Some(PathBuf::from("config")).filter(|dir| dir.is_dir()))
}

/// Loads the configuration and starts the log.
pub(super) fn load(common: &Common) -> Result<Arc<Config>> {
    let config = config::load(config_dir(common).as_deref())?;
    telemetry::start(&config.settings);
    Ok(Arc::new(config))
}

/// Why content is read; refused where the configuration asks for a reason and none is given.
pub(super) fn purpose(common: &Common, config: &Config) -> Result<Purpose> {
    if config.settings.require_purpose && (common.case.is_none() || common.purpose.is_none()) {
        return Err(Usage("this instance asks why content is read; hint: give --case REF and --purpose TEXT".into()).into());
    }
    Ok(Purpose { case: common.case.clone(), purpose: common.purpose.clone() })
}

/// Turns true at SIGINT or SIGTERM; a second signal ends the process at once.
pub(super) fn stop_signal() -> Result<watch::Receiver<bool>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        let mut told = false;
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if told {
                std::process::exit(130);
            }
            told = true;
            tell!("stopping; what was fetched is being committed (again to stop at once)");
            // Without a receiver there is nothing left to stop.
            let _ = sender.send(true);
        }
    });
    Ok(receiver)
}

/// Counts up at SIGHUP, which asks to read the configuration again.
pub(super) fn reload_signal() -> Result<watch::Receiver<u64>> {
    let mut hangup = signal(SignalKind::hangup())?;
    let (sender, receiver) = watch::channel(0);
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            sender.send_modify(|times| *times += 1);
        }
    });
    Ok(receiver)
}

/// The next midnight, UTC: budgets and authorities are counted in days.
pub(super) fn next_day() -> Timestamp {
    let now = clock::now();
    let tomorrow = now.to_zoned(TimeZone::UTC).date().tomorrow().and_then(|day| day.to_zoned(TimeZone::UTC));
    // Only the last day that there is has no tomorrow.
    tomorrow.map_or(Timestamp::MAX, |day| day.timestamp())
}

/// Prints the summary of a run: one JSON object on stdout, or a few lines on stderr.
pub(super) fn report(summary: &Summary, json: bool) -> Result<u8> {
    for skipped in &summary.skipped {
        tell!("source {}: {}; hint: {}", skipped.source, skipped.reason, skipped.hint);
    }
    for missed in &summary.missed {
        tell!("expectation missed: {missed}");
    }
    if json {
        writeln!(io::stdout(), "{}", serde_json::to_string(summary)?)?;
    } else {
        tell!(
            "run {}: {} pages, {} bytes; {} listings new, {} sightings, {} versions new, {} bodies unchanged, {} alerts",
            summary.run,
            summary.pages,
            summary.bytes,
            summary.listings_new,
            summary.listings_seen,
            summary.versions_new,
            summary.revisits,
            summary.alerts
        );
        let outcomes: Vec<String> = summary.outcomes.iter().map(|(code, n)| format!("{code} {n}")).collect();
        if !outcomes.is_empty() {
            tell!("outcomes: {}", outcomes.join(", "));
        }
        for (host, one) in &summary.per_host {
            if let Some(gap) = one.min_gap_ms {
                tell!("host {host}: {} requests, smallest gap {gap:.1} ms", one.pages);
            }
        }
        if summary.interrupted {
            tell!("stopped by a signal; the next run goes on where this one ended");
        }
    }
    Ok(summary.exit_code())
}
