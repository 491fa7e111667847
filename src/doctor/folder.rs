//! The data folder: whether it can be written, how much room there is, who writes.

use std::path::Path;

use crate::config::Source;
use crate::config::units::size_text;
use crate::doctor::{Check, Instance};
use crate::frontier::source_state;
use crate::pipeline::writer::archive_folder;
use crate::store::captures;

/// Bytes that a page takes in archive, store and index, as long as too few were fetched to tell.
const USUAL_PAGE: u64 = 60_000;
/// Captures from which a page's size is told.
const ENOUGH: i64 = 200;
/// Pages of a first day, at most, as a guess.
const UNKNOWN: u64 = 20_000;
/// Visits of a page in a day, at most.
const VISITS: u64 = 4;
/// With less room than this nothing should be started, bytes.
const LEAST: u64 = 256 << 20;

pub(super) fn writable(instance: &Instance<'_>) -> Check {
    const NAME: &str = "data folder";
    let data = instance.data;
    let shown = data.display();
    if let Some(file) = data.ancestors().find(|path| path.is_file()) {
        return Check::failure(
            NAME,
            format!("{} is a file, so {shown} cannot be made", file.display()),
            "Name another folder with --data.",
        );
    }
    if !data.exists() {
        return Check::ok(NAME, format!("{shown} does not exist yet; the first crawl or import makes it"));
    }
    let trial = data.join(format!("doctor-{}", std::process::id()));
    let written = std::fs::write(&trial, b"x").and_then(|()| std::fs::remove_file(&trial));
    match written {
        Ok(()) => Check::ok(NAME, format!("{shown} can be written")),
        Err(error) => Check::failure(
            NAME,
            format!("{shown} cannot be written: {error}"),
            "Give the account that runs vigie the right to write there, free space, or name another folder with --data.",
        ),
    }
}

pub(super) async fn space(instance: &Instance<'_>) -> Check {
    const NAME: &str = "free space";
    let Some(folder) =
        std::path::absolute(instance.data).ok().and_then(|data| data.ancestors().find(|path| path.is_dir()).map(Path::to_owned))
    else {
        return Check::warning(NAME, "it is not known", "Name another folder with --data.");
    };
    let free = match rustix::fs::statvfs(&folder) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => return Check::warning(NAME, format!("it is not known: {error}"), "Look with `df`."),
    };
    let page = page_size(instance).await;
    let today = source_state::date_of(instance.now);
    let crawled = instance.config.sources.iter().filter(|source| source.standing(today).is_crawlable());
    let known = |source: &Source| instance.reports.iter().find(|report| report.source == source.id).map_or(0, |report| report.known);
    let day: u64 = crawled.map(|source| day_of(source, known(source), page)).fold(0, u64::saturating_add);
    let measured = format!("{} free; a day of crawling takes {} at most", round(free), round(day));
    if free < LEAST {
        return Check::failure(NAME, measured, "Free space, or move the data folder to a larger disk and name it with --data.");
    }
    if free < day {
        return Check::warning(NAME, measured, "Free space, or set pages_per_day and bytes_per_day under [budget] of the sources.");
    }
    Check::ok(NAME, measured)
}

/// Bytes that a page took so far, all files together.
async fn page_size(instance: &Instance<'_>) -> u64 {
    let Some(pool) = instance.pool else { return USUAL_PAGE };
    let captures = match pool.acquire().await {
        Ok(mut connection) => captures::last_seq(&mut connection).await.unwrap_or(0),
        Err(_) => 0,
    };
    if captures < ENOUGH {
        return USUAL_PAGE;
    }
    let folders = [archive_folder(instance.data), crate::indexing::folder(instance.data), instance.data.to_owned()];
    let bytes: u64 = folders.iter().map(|folder| files(folder)).sum();
    (bytes / captures.unsigned_abs()).max(1)
}

/// Bytes of the files of a folder, without those of folders in it.
pub(super) fn files(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.filter_map(|entry| entry.ok()?.metadata().ok()).filter(std::fs::Metadata::is_file).map(|file| file.len()).sum()
}

/// What a day of a source can take: as many requests as politeness and budget allow, and what is known gives reason for.
fn day_of(source: &Source, known: u64, page: u64) -> u64 {
    const DAY_MS: u64 = 86_400_000;
    let interval = u64::try_from(source.politeness.interval.as_millis()).unwrap_or(u64::MAX).max(1);
    let hosts = source.scope.hosts.len().max(1) as u64;
    let pages = (DAY_MS / interval).saturating_mul(hosts).min(source.budget.pages_per_day.unwrap_or(u64::MAX)).min(source.traps.max_urls);
    // Index pages are visited every few hours; before the first crawl nobody knows how many pages there are.
    let pages = pages.min(if known == 0 { UNKNOWN } else { known.saturating_mul(VISITS) });
    // Stored bodies are compressed: received bytes are an upper bound.
    pages.saturating_mul(page).min(source.budget.bytes_per_day.unwrap_or(u64::MAX))
}

/// Bytes to three figures or so.
pub(super) fn round(bytes: u64) -> String {
    let mut unit = 1;
    while bytes / unit >= 10_000 {
        unit *= 1_000;
    }
    size_text(bytes / unit * unit)
}

pub(super) fn lock(instance: &Instance<'_>, error: Option<&anyhow::Error>) -> Check {
    const NAME: &str = "writer";
    if let Some(error) = error {
        return Check::failure(NAME, format!("{error:#}"), "See who owns the data folder.");
    }
    match instance.writing {
        None => Check::ok(NAME, "nobody writes to the data folder"),
        Some(writing) => {
            let command = writing.command.as_deref().map(|command| format!("`vigie {command}`, ")).unwrap_or_default();
            Check::ok(NAME, format!("{command}process {} writes", writing.process))
        }
    }
}
