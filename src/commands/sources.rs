//! `vigie sources`.

use std::io::{self, Write};

use anyhow::Result;
use jiff::Timestamp;

use crate::cli::Common;
use crate::commands::{Usage, session};
use crate::standing::{self, MirrorReport, Report, minute};
use crate::store::replicas::Replica;
use crate::{audit, clock, database};

/// Columns of a terminal that are used.
const WIDTH: usize = 100;

pub(super) async fn run(common: &Common, id: Option<&str>, json: bool) -> Result<u8> {
    let config = session::load(common)?;
    // A list of states shows nothing of the sites; a single source is shown with addresses.
    let purpose = id.map(|_| session::purpose(common, &config)).transpose()?;
    let pool = match &config.settings.database {
        at if database::exists(&common.data, at) => Some(database::open(&common.data, at).await?),
        _ => None,
    };
    if let (Some(id), Some(purpose), Some(pool)) = (id, &purpose, &pool) {
        audit::record(pool, "sources", id, purpose).await?;
    }
    let now = clock::now();
    let writing = standing::writing(pool.as_ref(), &common.data).await?;
    let mut reports = standing::all(pool.as_ref(), &config, writing.as_ref(), now).await?;
    if let Some(pool) = &pool {
        pool.close().await;
    }
    if let Some(id) = id {
        let known: Vec<String> = reports.iter().map(|report| report.source.clone()).collect();
        reports.retain(|report| report.source == id);
        if reports.is_empty() {
            return Err(Usage(format!("no source {id:?} is known; hint: there are {}", known.join(", "))).into());
        }
    }
    let mut out = io::stdout().lock();
    if json {
        for mut report in reports {
            if id.is_none() {
                report.place = None;
                report.proposals.clear();
            }
            writeln!(out, "{}", serde_json::to_string(&report)?)?;
        }
        return Ok(0);
    }
    if reports.is_empty() {
        session::tell!("no source is configured; hint: `vigie init DIR` writes an example, `--config DIR` names its folder");
        return Ok(0);
    }
    table(&mut out, &reports, now)?;
    if let (Some(_), Some(report)) = (id, reports.first()) {
        details(&mut out, report)?;
    }
    Ok(0)
}

fn table(out: &mut impl Write, reports: &[Report], now: Timestamp) -> Result<()> {
    writeln!(
        out,
        "{:<17} {:<17} {:>8} {:>9} {:>9} {:>6}  {:<11}  LAST PAGE",
        "SOURCE", "STATE", "DUE", "KNOWN", "LISTINGS", "UP 7D", "NEXT DUE"
    )?;
    for report in reports {
        writeln!(
            out,
            "{:<17} {:<17} {:>8} {:>9} {:>9} {:>6}  {:<11}  {}",
            short(&report.source, 17),
            report.state.code(),
            count(report.due, report.due_more),
            report.known,
            report.listings,
            percent(report.uptime_7d),
            moment(report.next_due, now),
            moment(report.last_success, now)
        )?;
        if report.mirrors.len() > 1 {
            mirrors(out, &report.mirrors, now)?;
        }
        let mut text = format!("{}.", session::headline(&report.reason));
        if let Some(failure) = report.last_failure.as_ref().filter(|failure| report.last_success.is_none_or(|at| failure.at > at)) {
            text.push_str(&format!(" Last failure: {} at {}.", failure.outcome, minute(failure.at)));
        }
        if let Some(replica) = &report.replica_of {
            let told = if replica.told { "its file says so" } else { "counted once" };
            let Replica { original, shared, listings, .. } = replica;
            text.push_str(&format!(" A replica of {original}: {shared} of its {listings} listings are there too ({told})."));
        }
        text.push_str(&format!(" {}{}", report.advice, report.session_warning()));
        let wrong = report.announcements.iter().filter(|one| one.problem.is_some()).count();
        if report.proposed + wrong > 0 {
            let said = [(report.proposed, "mirror", "proposed"), (wrong, "problem", "with its announcements")];
            let said = said.iter().filter(|(n, ..)| *n > 0);
            let said: Vec<String> = said.map(|(n, what, more)| format!("{n} {what}{} {more}", if *n == 1 { "" } else { "s" })).collect();
            text.push_str(&format!(" {}: see `vigie sources {}`.", said.join(", "), report.source));
        }
        wrapped(out, &text)?;
    }
    Ok(())
}

fn count(n: u64, more: bool) -> String {
    format!("{n}{}", if more { "+" } else { "" })
}

fn percent(share: Option<f64>) -> String {
    share.map_or("-".to_owned(), |share| format!("{:.0} %", share * 100.0))
}

/// One line for each mirror, in the columns of the table: its host, how it is, since when it is down and why, when it is tried again.
fn mirrors(out: &mut impl Write, mirrors: &[MirrorReport], now: Timestamp) -> Result<()> {
    for one in mirrors {
        let state = if one.in_use { "in use" } else { one.state.code() };
        let line = format!(
            "  {:<28} {:<7} {:<26} {:>6}  {:<11}  {}",
            middle(&one.origin, 28),
            state,
            short(&one.reason, 26),
            percent(one.uptime_7d),
            moment(one.next_try, now),
            moment(one.last_success, now)
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// An origin by its beginning and its end: onion names are long, and people know them by their beginning.
fn middle(origin: &str, most: usize) -> String {
    let host = origin.strip_prefix("http://").unwrap_or(origin);
    let n = host.chars().count();
    if n <= most {
        return host.to_owned();
    }
    let end: String = host.chars().skip(n - 9).collect();
    format!("{}…{end}", host.chars().take(most - 10).collect::<String>())
}

fn details(out: &mut impl Write, report: &Report) -> Result<()> {
    writeln!(out, "\n{}", session::headline(&report.name))?;
    if let Some(place) = &report.place {
        writeln!(out, "  wall met at   {}", session::headline(place))?;
    }
    for line in report.mandate() {
        writeln!(out, "{}", session::headline(&line))?;
    }
    writeln!(out, "  today         {} requests, {} bytes", report.pages_today, report.bytes_today)?;
    writeln!(out, "  refused       {} addresses", count(report.refused, report.refused_more))?;
    if let Some(failure) = &report.last_failure {
        writeln!(out, "  last failure  {} at {}", failure.outcome, minute(failure.at))?;
    }
    if let Some(run) = &report.last_run {
        let kind = if run.whole { "whole" } else { "what was due" };
        let cut = if run.cut { ", ended early" } else { "" };
        writeln!(
            out,
            "  last pass     run {}, {kind}{cut}, until {}: {} pages, {} listings",
            run.run,
            minute(run.ended_at),
            run.pages,
            run.listings
        )?;
        for missed in run.missed.as_array().into_iter().flatten() {
            let text = |name: &str| missed.get(name).map(ToString::to_string).unwrap_or_default().replace('"', "");
            writeln!(out, "  missed        {} {} expected {}, found {}", text("name"), text("field"), text("expected"), text("found"))?;
        }
    }
    for one in &report.mirrors {
        let mut text = one.state.code().to_owned();
        text.push_str(&one.since.map(|at| format!(" since {}", minute(at))).unwrap_or_default());
        if !one.reason.is_empty() {
            text.push_str(&format!(" ({})", one.reason));
        }
        text.push_str(&one.latency_ms.map(|ms| format!(", {ms} ms to the first byte")).unwrap_or_default());
        text.push_str(&one.last_success.map(|at| format!(", last answer {}", minute(at))).unwrap_or_default());
        text.push_str(&one.last_failure.map(|at| format!(", last failure {}", minute(at))).unwrap_or_default());
        text.push_str(&one.next_try.map(|at| format!(", next try {}", minute(at))).unwrap_or_default());
        text.push_str(&one.uptime_7d.map(|up| format!(", up {:.1} % of {} hours known", up * 100.0, one.hours_known)).unwrap_or_default());
        let name = if one.primary { "primary" } else { "mirror" };
        writeln!(out, "  {name:<13} {}{}", session::headline(&one.origin), if one.in_use { " (in use)" } else { "" })?;
        wrapped(out, &text)?;
    }
    for one in &report.announcements {
        let signed = one.signed_at.map(|at| format!(", signed {}", minute(at))).unwrap_or_default();
        let key = if one.fingerprint.is_empty() { String::new() } else { format!(", key {}", one.fingerprint) };
        writeln!(out, "  announcement  {}", session::headline(&one.path))?;
        let problem = one.problem.as_ref().map(|problem| format!(" {}", session::headline(problem))).unwrap_or_default();
        wrapped(out, &format!("{}{signed}{key}; capture {}.{problem}", one.signature, one.capture_id))?;
    }
    for one in &report.proposals {
        let signed = one.signed_at.map(|at| format!(" on {}", minute(at))).unwrap_or_default();
        let signed =
            if one.signature.is_empty() { String::new() } else { format!(", signature {} by {}{signed}", one.signature, one.fingerprint) };
        writeln!(out, "  proposed      {}", session::headline(&one.origin))?;
        let seen = format!(
            "in {} capture{} from {} to {}, the latest {}{signed}.",
            one.times,
            if one.times == 1 { "" } else { "s" },
            minute(one.first_seen),
            minute(one.last_seen),
            one.capture_id
        );
        wrapped(out, &format!("{seen} {}", one.advice))?;
    }
    for host in &report.hosts {
        let snoozed = host.snoozed_until.map(|until| format!(", snoozed until {}", minute(until))).unwrap_or_default();
        writeln!(out, "  host          {}: {} ms between requests{snoozed}", session::headline(&host.host), host.spacing_ms)?;
    }
    Ok(())
}

/// To the minute, or to the day where the year is another.
fn moment(at: Option<Timestamp>, now: Timestamp) -> String {
    let year = |at: Timestamp| at.strftime("%Y").to_string();
    at.map_or("-".to_owned(), |at| at.strftime(if year(at) == year(now) { "%m-%d %H:%M" } else { "%Y-%m-%d" }).to_string())
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { format!("{}…", text.chars().take(most - 1).collect::<String>()) }
}

/// Prints a text in lines that fit, indented.
pub(super) fn wrapped(out: &mut impl Write, text: &str) -> Result<()> {
    const INDENT: &str = "    ";
    let mut line = String::from(INDENT);
    for word in text.split_whitespace() {
        if line.len() > INDENT.len() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(out, "{line}")?;
            line = String::from(INDENT);
        }
        if line.len() > INDENT.len() {
            line.push(' ');
        }
        line.push_str(word);
    }
    Ok(writeln!(out, "{line}")?)
}
