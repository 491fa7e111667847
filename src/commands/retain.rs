//! `vigie retain`: the retention of the reading log is applied, that of captures counted.

use std::io::{self, Write};

use anyhow::Result;
use serde_json::json;

use crate::audit::{Actor, retention};
use crate::cli::Common;
use crate::clock::{self, from_micros};
use crate::commands::{crawl, session};
use crate::config::units::duration_text;
use crate::daemon::retention::count;

pub(super) async fn run(common: &Common, json: bool) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    let pool = crawl::store(common, &config).await?;
    let (now, keep) = (clock::now(), config.settings.reading_log.keep);
    let removed = retention::apply(&pool, &Actor::of_command(), &purpose, keep, now).await?;
    let past = count(&pool, &config, now).await?;
    pool.close().await;
    let mut out = io::stdout().lock();
    if json {
        let log =
            removed.map(|one| json!({"rows": one.rows, "through": one.through, "hash": one.hash, "last": from_micros(one.at).to_string()}));
        writeln!(out, "{}", json!({"reading_log": log, "captures_past_retention": past, "captures_erased": 0}))?;
        return Ok(0);
    }
    match removed {
        Some(one) => writeln!(out, "reading log: {} rows removed, up to number {} of {:.0}", one.rows, one.through, from_micros(one.at))?,
        None => writeln!(out, "reading log: no row is older than {}", duration_text(keep))?,
    }
    for (source, captures) in past {
        writeln!(out, "{source}: {captures} captures are kept longer than its retention; none is erased")?;
    }
    Ok(0)
}
