//! Whether the database can be read and is whole.

use std::path::Path;

use crate::database::{self, Pool, health};
use crate::doctor::folder::round;
use crate::doctor::{Check, Instance};

const NAME: &str = "store";

/// Files larger than this are not read whole, bytes.
const MOST_READ: u64 = 1_000_000_000;
/// A log beside the database that grew so large is held up by a reader that does not end, bytes.
const LARGE_LOG: u64 = 1_000_000_000;

/// Opens the store where there is one. What is wrong with that is the check.
pub(super) async fn open(data: &Path) -> (Option<Check>, Option<Pool>) {
    if !database::exists(data) {
        return (Some(Check::ok(NAME, "there is none yet; the first crawl or import makes it")), None);
    }
    match database::open(data).await {
        Ok(pool) => (None, Some(pool)),
        Err(error) => {
            let advice = "Restore the store from a copy. Without one move it away: the next crawl builds the facts again from the archive; \
                          watches, triage and the reading log are lost.";
            (Some(Check::failure(NAME, format!("{error:#}"), advice)), None)
        }
    }
}

pub(super) async fn check(instance: &Instance<'_>) -> Option<Check> {
    let pool = instance.pool?;
    let file = instance.data.join("vigie.sqlite");
    let bytes = std::fs::metadata(&file).map_or(0, |file| file.len());
    let log = std::fs::metadata(instance.data.join("vigie.sqlite-wal")).map_or(0, |file| file.len());
    let looked = async {
        let mut connection = pool.acquire().await?;
        let version = health::schema_version(&mut connection).await?;
        if !health::is_sqlite(&connection) {
            return anyhow::Ok((format!("PostgreSQL, schema {version}"), Vec::new()));
        }
        let whole = bytes <= MOST_READ;
        let problems = if whole { health::quick_check(&mut connection).await? } else { Vec::new() };
        let read = if whole { "every page was read" } else { "too large to be read whole here" };
        Ok((format!("SQLite, {}, schema {version}, log of {}; {read}", round(bytes), round(log)), problems))
    };
    Some(match looked.await {
        Ok((measured, problems)) if problems.is_empty() && log > LARGE_LOG => Check::warning(
            NAME,
            measured,
            "End commands that have been reading for long: the log cannot be taken into the database while they do.",
        ),
        Ok((measured, problems)) if problems.is_empty() => Check::ok(NAME, measured),
        Ok((measured, problems)) => Check::failure(NAME, format!("{measured}: {}", problems.join("; ")), DAMAGED),
        Err(error) => Check::failure(NAME, format!("{error:#}"), DAMAGED),
    })
}

const DAMAGED: &str = "Stop writing and restore the store from a copy. Without one move it away: the next crawl builds the facts again from the \
                       archive; watches, triage and the reading log are lost.";
