//! `vigie eval alerts`: how often watches were right, by what people closed their alerts as.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::Result;
use serde_json::json;

use crate::audit;
use crate::cli::{Common, EvalAlertsArgs};
use crate::commands::{crawl, session};
use crate::eval::tally::wilson;
use crate::store::triage::{self, State};

pub(super) async fn run(common: &Common, args: &EvalAlertsArgs) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    let pool = crawl::store(common, &config).await?;
    audit::record(&pool, "eval alerts", "", &purpose).await?;
    let mut connection = pool.acquire().await?;
    let mut watches = BTreeMap::<String, BTreeMap<String, u64>>::new();
    for (watch, state, many) in triage::counts(&mut connection).await? {
        watches.entry(watch).or_default().insert(state, many);
    }
    let mistakes = triage::false_alarms(&mut connection, i64::from(args.worst)).await?;
    drop(connection);
    pool.close().await;
    let mut out = io::stdout().lock();
    if !args.json {
        writeln!(out, "{:<32}{:>9}{:>7}{:>7}{:>7}{:>11}  {:<13}", "watch", "notified", "true", "false", "same", "precision", "95 in 100")?;
    }
    for (watch, states) in &watches {
        let of = |state: State| states.get(state.code()).copied().unwrap_or(0);
        let (right, wrong, same) = (of(State::ClosedTrue), of(State::ClosedFalse), of(State::ClosedDuplicate));
        let notified: u64 = states.values().sum();
        let interval = wilson(right, right + wrong);
        if args.json {
            let precision = interval.map(|(low, high)| json!({"value": right as f64 / (right + wrong) as f64, "low": low, "high": high}));
            let line = json!({
                "watch": watch, "notified": notified, "closed_true": right, "closed_false": wrong, "closed_duplicate": same, "precision": precision,
            });
            writeln!(out, "{line}")?;
            continue;
        }
        let (precision, range) = match interval {
            Some((low, high)) => (format!("{:.3}", right as f64 / (right + wrong) as f64), format!("{low:.3} to {high:.3}")),
            None => ("-".to_owned(), String::new()),
        };
        writeln!(out, "{:<32}{notified:>9}{right:>7}{wrong:>7}{same:>7}{precision:>11}  {range:<13}", session::headline(watch))?;
    }
    for one in mistakes {
        if args.json {
            let line = json!({"false_alarm": one.alert, "watch": one.watch, "listing": one.listing, "title": one.title, "note": one.note});
            writeln!(out, "{line}")?;
        } else {
            let (watch, title, note) = (session::headline(&one.watch), session::headline(&one.title), session::headline(&one.note));
            writeln!(out, "false: {watch}  {title}  {note}\n    vigie label {} CATEGORY says what it is", one.listing)?;
        }
    }
    Ok(0)
}
