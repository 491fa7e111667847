//! `vigie watch import`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::audit::{self, Purpose};
use crate::cli::Common;
use crate::commands::session;
use crate::config::Config;
use crate::database::{self, Turn};
use crate::store::watches;
use crate::watchlist::{self, Format, Listed, MOST_BYTES, Refusal, WatchList};

/// Refusals that are shown to people.
const SHOWN: usize = 10;

/// What became of a list.
#[derive(Serialize)]
struct Summary<'l> {
    format: Format,
    dry_run: bool,
    added: u64,
    /// Names that exist already, and entries that the file repeats.
    skipped: u64,
    refused: u64,
    reasons: &'l [Refusal],
    notes: &'l [String],
    /// Only where nothing was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    watches: Option<&'l [Listed]>,
}

/// Reads the file.
pub(super) fn read(file: &Path, format: Option<Format>, prefix: &str) -> Result<(Format, WatchList)> {
    let mut bytes = Vec::new();
    let opened = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    opened.take(MOST_BYTES + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {}", file.display()))?;
    if bytes.len() as u64 > MOST_BYTES {
        bail!("{} has more than {} MiB; hint: split it", file.display(), MOST_BYTES >> 20);
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| error.utf8_error())
        .with_context(|| format!("{} is not UTF-8; hint: `iconv -t UTF-8`", file.display()))?;
    let format = format.unwrap_or_else(|| watchlist::told(file, &text));
    let list = watchlist::read(format, &text, prefix).with_context(|| format!("cannot take {} over", file.display()))?;
    Ok((format, list))
}

pub(super) async fn run(
    common: &Common,
    config: &Config,
    purpose: &Purpose,
    file: &Path,
    (format, list): (Format, WatchList),
    dry_run: bool,
    json: bool,
) -> Result<u8> {
    let found = list.watches.len() as u64;
    let added = if dry_run {
        found
    } else {
        let pool = database::open(&common.data, &config.settings.database).await?;
        let subject = format!("{}: {found} watches, {} refused", file.display(), list.refused);
        audit::record(&pool, "watch import", &subject, purpose).await?;
        let rows: Vec<(String, String)> = list.watches.iter().map(|one| (one.name.clone(), one.query.clone())).collect();
        let mut transaction = database::begin_turn(&pool, Turn::Watches).await?;
        let added = watches::add_all(&mut transaction, &rows).await?;
        transaction.commit().await?;
        pool.close().await;
        added
    };
    let skipped = found - added + list.repeated;
    let code = if list.refused > 0 { 3 } else { 0 };
    let mut out = io::stdout().lock();
    if json {
        let (reasons, notes) = (list.refusals.as_slice(), list.notes.as_slice());
        let watches = dry_run.then_some(list.watches.as_slice());
        let summary = Summary { format, dry_run, added, skipped, refused: list.refused, reasons, notes, watches };
        writeln!(out, "{}", serde_json::to_string(&summary)?)?;
        return Ok(code);
    }
    for one in list.watches.iter().filter(|_| dry_run) {
        writeln!(out, "{}\t{}", session::plain(&one.name), session::plain(&one.query))?;
    }
    list.notes.iter().for_each(|note| session::tell!("note: {note}"));
    for one in list.refusals.iter().take(SHOWN) {
        session::tell!("refused: {}: {}", session::headline(&one.at), session::headline(&one.reason));
    }
    if list.refused > SHOWN as u64 {
        session::tell!("refused: {} more; --json shows the first {}", list.refused - SHOWN as u64, list.refusals.len());
    }
    let would = if dry_run { "would be added" } else { "added" };
    session::tell!("{added} watches {would}, {skipped} skipped, {} refused", list.refused);
    Ok(code)
}
