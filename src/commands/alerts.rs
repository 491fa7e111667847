//! `vigie alerts`.

use std::collections::HashMap;
use std::io::{self, Write};

use anyhow::{Result, bail};
use jiff::Timestamp;
use serde_json::json;
use vigie_extractors::dates;

use crate::account::assignment;
use crate::alert::delivery::{self, Alert};
use crate::audit::Purpose;
use crate::cli::{AlertsAction, AlertsArgs, Common};
use crate::commands::{Usage, crawl, session};
use crate::config::Config;
use crate::database::Pool;
use crate::store::alerts::{self, AlertRow};
use crate::store::deliveries::{self, DeliveryRow};
use crate::store::{assignments, inbox, triage};
use crate::{audit, clock, database};

/// Alerts read at a time.
const BATCH: i64 = 1_000;

pub(super) async fn run(common: &Common, args: AlertsArgs) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    let since = args.since.as_deref().map(moment).transpose()?.map_or(0, clock::micros);
    let pool = crawl::store(common, &config).await?;
    if let Some(AlertsAction::Set { ids, state, note, author }) = args.action {
        let (state_code, list) = (state.code(), ids.join(" "));
        audit::record(&pool, "alerts set", &format!("{list} {state_code}"), &purpose).await?;
        let mut transaction = database::begin(&pool).await?;
        triage::step(&mut transaction, &ids, state, &author.unwrap_or_else(audit::actor), &note).await?;
        transaction.commit().await?;
        session::tell!("{list}: {state_code}");
        pool.close().await;
        return Ok(0);
    }
    if let Some(AlertsAction::Assign { id, user }) = args.action {
        audit::record(&pool, "alerts assign", format!("{id} {}", user.as_deref().unwrap_or("nobody")).trim(), &purpose).await?;
        let name = assignment::assign(&pool, std::slice::from_ref(&id), user.as_deref(), &audit::actor()).await?;
        session::tell!("{id}: {}", if name.is_empty() { "given to nobody" } else { &name });
        pool.close().await;
        return Ok(0);
    }
    if let Some(AlertsAction::Log { id, json }) = args.action {
        audit::record(&pool, "alerts log", &id, &purpose).await?;
        log(&pool, &id, json).await?;
        pool.close().await;
        return Ok(0);
    }
    if let Some(AlertsAction::Redeliver { id, channel, .. }) = args.action {
        let done = again(&pool, &config, &purpose, id, channel).await;
        pool.close().await;
        return done;
    }
    if args.undelivered {
        audit::record(&pool, "alerts --undelivered", args.since.as_deref().unwrap_or(""), &purpose).await?;
        undelivered(&pool, since, args.json).await?;
        pool.close().await;
        return Ok(0);
    }
    audit::record(&pool, "alerts", args.since.as_deref().unwrap_or(""), &purpose).await?;
    let mut connection = pool.acquire().await?;
    let mut out = io::stdout().lock();
    let (mut at, mut shown, mut covered, mut held) = (0, 0_u64, 0_u64, 0_u64);
    loop {
        let alerts = alerts::after(&mut connection, at, BATCH).await?;
        let Some(last) = alerts.last() else { break };
        at = last.seq;
        let wanted = |row: &AlertRow| {
            row.created_at >= since
                && args.watch.as_ref().is_none_or(|watch| *watch == row.watch)
                && args.state.is_none_or(|state| state.code() == row.state)
        };
        let open = inbox::unrestricted(&mut connection, alerts.into_iter().filter(wanted).collect()).await?;
        let alerts = delivery::compose(&mut connection, open).await?;
        for alert in alerts {
            shown += 1;
            covered += u64::from(alert.covered_by.is_some());
            held += u64::from(!alert.held.is_empty());
            if args.json {
                writeln!(out, "{}", serde_json::to_string(&alert)?)?;
            } else if alert.covered_by.is_none() && alert.held.is_empty() {
                let (watch, title, url) = (session::headline(&alert.watch), session::headline(&alert.title), session::headline(&alert.url));
                let at = alert.created_at.get(..19).unwrap_or_default();
                writeln!(out, "{at}  {watch}  {}  v{}  {title}\n    {url}", alert.source, alert.version)?;
                if let Some(more) = more(&alert) {
                    writeln!(out, "    {}", session::headline(&more))?;
                }
            }
        }
    }
    if !args.json {
        let quietly = if held > 0 { format!(", {held} held back by options of their watches") } else { String::new() };
        session::tell!("{} notifications, {covered} more alerts covered by them{quietly}", shown - covered - held);
    }
    drop(connection);
    pool.close().await;
    Ok(0)
}

/// What is unusual about an alert: what happened, how urgent it is, when it goes out, what else it tells of.
fn more(alert: &Alert) -> Option<String> {
    let mut parts = Vec::new();
    if alert.events.iter().any(|event| event != "new") {
        parts.push(alert.events.join(", "));
    }
    parts.extend(alert.changes.iter().filter(|change| !change.to.is_empty() || !change.from.is_empty()).map(|change| {
        let percent = change.percent.map(|percent| format!(" ({percent:+} %)")).unwrap_or_default();
        format!("{}: {} -> {}{percent}", change.what.code(), change.from, change.to)
    }));
    if alert.priority != "normal" {
        parts.push(alert.priority.clone());
    }
    if alert.notice.is_none() {
        parts.extend(alert.notified_at.as_ref().map(|at| format!("goes out at {at}")));
    }
    if !alert.gathered.is_empty() {
        parts.push(format!("with {} more", alert.gathered.len()));
    }
    if !alert.assignee.is_empty() {
        parts.push(format!("{} works on it", alert.assignee));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Shows the steps of triage of an alert, and to whom it was given.
async fn log(pool: &Pool, id: &str, json: bool) -> Result<()> {
    let mut connection = pool.acquire().await?;
    if alerts::by_id(&mut connection, id).await?.is_none() {
        bail!("there is no alert {id:?}; hint: `vigie alerts --json` shows them");
    }
    let ids = [id.to_owned()];
    let mut lines = Vec::new();
    for step in triage::steps(&mut connection, &ids).await? {
        let at = clock::from_micros(step.at).to_string();
        let (author, note) = (session::headline(&step.author), session::headline(&step.note));
        let line = format!("{}  {}  {author}  {note}", at.get(..19).unwrap_or_default(), step.state);
        lines.push((step.at, line, json!({"alert": id, "state": step.state, "author": step.author, "at": at, "note": step.note})));
    }
    for one in assignments::of(&mut connection, &ids).await? {
        let at = clock::from_micros(one.at).to_string();
        let to = if one.assignee.is_empty() { "nobody" } else { &one.assignee };
        let line = format!("{}  given to {to}  {}", at.get(..19).unwrap_or_default(), session::headline(&one.author));
        lines.push((one.at, line, json!({"alert": id, "assignee": one.assignee, "author": one.author, "at": at})));
    }
    lines.sort_by_key(|(at, _, _)| *at);
    let mut out = io::stdout().lock();
    for (_, line, object) in &lines {
        if json { writeln!(out, "{object}")? } else { writeln!(out, "{line}")? }
    }
    if !json {
        session::tell!("{} steps", lines.len());
    }
    Ok(())
}

/// Has notifications sent again.
async fn again(pool: &Pool, config: &Config, purpose: &Purpose, id: Option<String>, channel: Option<String>) -> Result<u8> {
    let known: Vec<String> = config.settings.delivery.channels().map(|channel| channel.name.clone()).collect();
    let channels: Vec<String> = known.iter().filter(|name| channel.as_ref().is_none_or(|wanted| wanted == *name)).cloned().collect();
    if channels.is_empty() {
        let there = if known.is_empty() { "none is configured".to_owned() } else { format!("there are {}", known.join(", ")) };
        return Err(Usage(format!("there is no such channel; hint: {there}; config/vigie.toml shows how under [delivery]")).into());
    }
    let subject = format!("{} {}", id.as_deref().unwrap_or("--all"), channels.join(" "));
    audit::record(pool, "alerts redeliver", &subject, purpose).await?;
    let mut transaction = database::begin(pool).await?;
    let many = match id {
        Some(id) => {
            deliveries::again(&mut transaction, &id, &channels).await?;
            channels.len() as u64
        }
        None => deliveries::again_dead(&mut transaction, channel.as_deref()).await?,
    };
    transaction.commit().await?;
    session::tell!("{many} to be sent again; a running daemon does so within seconds, else the next run, crawl or import does");
    Ok(0)
}

/// Shows what channels did not send yet.
async fn undelivered(pool: &Pool, since: i64, json: bool) -> Result<()> {
    let mut connection = pool.acquire().await?;
    let mut out = io::stdout().lock();
    let rows: Vec<DeliveryRow> = deliveries::unsent(&mut connection).await?.into_iter().filter(|row| row.raised_at >= since).collect();
    for rows in rows.chunks(BATCH as usize) {
        let ids: Vec<String> = rows.iter().map(|row| row.alert_id.clone()).collect();
        let found = alerts::by_ids(&mut connection, &ids).await?;
        let by_id: HashMap<&str, &AlertRow> = found.iter().map(|alert| (alert.id.as_str(), alert)).collect();
        for row in rows {
            let Some(alert) = by_id.get(row.alert_id.as_str()) else { continue };
            if json {
                let next = (row.state == "due" && row.due_at > 0).then(|| clock::from_micros(row.due_at).to_string());
                let mut object = serde_json::to_value(Alert::from((*alert).clone()))?;
                object["delivery"] =
                    json!({"channel": row.channel, "state": row.state, "tries": row.tries, "note": row.note, "next_try": next});
                writeln!(out, "{object}")?;
            } else {
                let title = session::headline(&alert.title);
                let how = match (row.state.as_str(), row.tries) {
                    ("dead", tries) => format!("dead after {tries} tries"),
                    (_, 0) => "waiting".to_owned(),
                    (_, tries) => format!("{tries} tries, next at {}", clock::from_micros(row.due_at).strftime("%H:%M:%S")),
                };
                writeln!(out, "{}  {}  {how}  {}\n    {title}", row.alert_id, row.channel, session::headline(&row.note))?;
            }
        }
    }
    if !json {
        let dead = rows.iter().filter(|row| row.state == "dead").count();
        session::tell!("{} waiting, {dead} dead; `vigie alerts redeliver` has them sent again", rows.len() - dead);
    }
    Ok(())
}

/// A time as a person writes it.
pub(super) fn moment(text: &str) -> Result<Timestamp> {
    let exact = text.parse().ok().or_else(|| format!("{text}T00:00:00Z").parse().ok());
    let read =
        || dates::parse_date(text, clock::now()).and_then(|date| date.parse().ok().or_else(|| format!("{date}T00:00:00Z").parse().ok()));
    let moment = exact.or_else(read);
    moment.ok_or_else(|| Usage(format!("{text:?} is no time; hint: 2026-11-21, 2026-11-21T08:00:00Z or \"2 days ago\"")).into())
}
