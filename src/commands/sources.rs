//! `vigie sources`.

use std::io::{self, Write};

use anyhow::Result;
use jiff::Timestamp;

use crate::cli::Common;
use crate::commands::{Usage, session};
use crate::standing::{self, Report, minute};
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
        "{:<17} {:<17} {:>8} {:>9} {:>8} {:>9}  {:<11}  LAST PAGE",
        "SOURCE", "STATE", "DUE", "KNOWN", "REFUSED", "LISTINGS", "NEXT DUE"
    )?;
    for report in reports {
        let count = |n: u64, more: bool| format!("{n}{}", if more { "+" } else { "" });
        writeln!(
            out,
            "{:<17} {:<17} {:>8} {:>9} {:>8} {:>9}  {:<11}  {}",
            short(&report.source, 17),
            report.state.code(),
            count(report.due, report.due_more),
            report.known,
            count(report.refused, report.refused_more),
            report.listings,
            moment(report.next_due, now),
            moment(report.last_success, now)
        )?;
        let mut text = format!("{}.", session::headline(&report.reason));
        if let Some(failure) = report.last_failure.as_ref().filter(|failure| report.last_success.is_none_or(|at| failure.at > at)) {
            text.push_str(&format!(" Last failure: {} at {}.", failure.outcome, minute(failure.at)));
        }
        wrapped(out, &format!("{text} {}{}", report.advice, report.session_warning()))?;
    }
    Ok(())
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
