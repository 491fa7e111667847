//! `vigie alerts`.

use std::io::{self, Write};

use anyhow::Result;
use jiff::Timestamp;
use vigie_extractors::dates;

use crate::alert::delivery::Alert;
use crate::cli::{AlertsAction, AlertsArgs, Common};
use crate::commands::{Usage, crawl, session};
use crate::store::alerts;
use crate::{audit, clock};

/// Alerts read at a time.
const BATCH: i64 = 1_000;

pub(super) async fn run(common: &Common, args: AlertsArgs) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    let since = args.since.as_deref().map(moment).transpose()?.map_or(0, clock::micros);
    let pool = crawl::store(common, &config).await?;
    if let Some(AlertsAction::Set { id, state }) = args.action {
        audit::record(&pool, "alerts set", &format!("{id} {state}"), &purpose).await?;
        alerts::set_state(&mut *pool.acquire().await?, &id, &state).await?;
        session::tell!("alert {id} is {state}");
        pool.close().await;
        return Ok(0);
    }
    audit::record(&pool, "alerts", args.since.as_deref().unwrap_or(""), &purpose).await?;
    let mut connection = pool.acquire().await?;
    let mut out = io::stdout().lock();
    let (mut at, mut shown, mut covered) = (0, 0_u64, 0_u64);
    loop {
        let alerts = alerts::after(&mut connection, at, BATCH).await?;
        let Some(last) = alerts.last() else { break };
        at = last.seq;
        for row in alerts.into_iter().filter(|row| row.created_at >= since) {
            let alert = Alert::from(row);
            shown += 1;
            covered += u64::from(alert.covered_by.is_some());
            if args.json {
                writeln!(out, "{}", serde_json::to_string(&alert)?)?;
            } else if alert.covered_by.is_none() {
                let (watch, title, url) = (session::headline(&alert.watch), session::headline(&alert.title), session::headline(&alert.url));
                let at = alert.created_at.get(..19).unwrap_or_default();
                writeln!(out, "{at}  {watch}  {}  v{}  {title}\n    {url}", alert.source, alert.version)?;
            }
        }
    }
    if !args.json {
        session::tell!("{} notifications, {covered} more alerts covered by them", shown - covered);
    }
    drop(connection);
    pool.close().await;
    Ok(0)
}

fn moment(text: &str) -> Result<Timestamp> {
    let exact = text.parse().ok().or_else(|| format!("{text}T00:00:00Z").parse().ok());
    let read =
        || dates::parse_date(text, clock::now()).and_then(|date| date.parse().ok().or_else(|| format!("{date}T00:00:00Z").parse().ok()));
    let moment = exact.or_else(read);
    moment.ok_or_else(|| Usage(format!("{text:?} is no time; hint: 2026-11-21, 2026-11-21T08:00:00Z or \"2 days ago\"")).into())
}
