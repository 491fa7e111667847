//! How collection went over time: captures and new listings of a source by day, and the weeks in which sources were observed.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use sqlx::{AnyConnection, Row};

/// Length of a day, microseconds.
pub const DAY: i64 = 86_400_000_000;
/// Length of a week, microseconds.
const WEEK: i64 = 7 * DAY;
/// Monday 1969-12-29, microseconds.
const FIRST_MONDAY: i64 = -3 * DAY;

/// A day of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    /// Captures that brought something.
    pub captures: u64,
    /// Captures that brought nothing, whatever the reason.
    pub failures: u64,
    /// Listings first seen.
    pub listings: u64,
}

/// The days of a source from this moment on, microseconds after 1970, by days since 1970, UTC; days of which nothing is known are left out.
///
/// # Errors
/// The database does not answer.
pub async fn days(connection: &mut AnyConnection, source: &str, since: i64) -> Result<BTreeMap<i64, Day>> {
    let mut days = BTreeMap::<i64, Day>::new();
    let sql = "SELECT captured_at / 86400000000 AS on_day, outcome, COUNT(*) AS n FROM capture WHERE source = $1 AND captured_at >= $2 GROUP BY on_day, outcome";
    for row in sqlx::query(sql).bind(source.to_owned()).bind(since).fetch_all(&mut *connection).await? {
        let day = days.entry(row.try_get("on_day")?).or_default();
        let n = row.try_get::<i64, _>("n")?.unsigned_abs();
        if is_good(&row.try_get::<String, _>("outcome")?) { day.captures += n } else { day.failures += n }
    }
    let sql =
        "SELECT first_seen / 86400000000 AS on_day, COUNT(*) AS n FROM listing WHERE source = $1 AND first_seen >= $2 GROUP BY on_day";
    for row in sqlx::query(sql).bind(source.to_owned()).bind(since).fetch_all(connection).await? {
        days.entry(row.try_get("on_day")?).or_default().listings = row.try_get::<i64, _>("n")?.unsigned_abs();
    }
    Ok(days)
}

/// From each good capture to the first one of a later week, along the index: a step for each week of each source, however many captures it has.
/// Integer division cuts towards zero: 100,000 weeks are added so that times before 1970 are rounded down like all others.
const OBSERVED: &str = "WITH RECURSIVE known(source) AS (\
        SELECT MIN(source) FROM capture \
        UNION ALL \
        SELECT (SELECT MIN(capture.source) FROM capture WHERE capture.source > known.source) FROM known WHERE known.source IS NOT NULL\
    ), good(source, seen_at) AS (\
        SELECT known.source, (SELECT captured_at FROM capture WHERE capture.source = known.source AND captured_at >= $1 \
            AND outcome IN ('ok', 'not_modified', 'redirected', 'imported') ORDER BY captured_at LIMIT 1) \
        FROM known WHERE known.source IS NOT NULL \
        UNION ALL \
        SELECT good.source, (SELECT captured_at FROM capture WHERE capture.source = good.source \
            AND captured_at >= ((good.seen_at + 60480259200000000) / 604800000000 + 1) * 604800000000 - 60480259200000000 \
            AND outcome IN ('ok', 'not_modified', 'redirected', 'imported') ORDER BY captured_at LIMIT 1) \
        FROM good WHERE good.seen_at IS NOT NULL\
    ) SELECT source, (seen_at + 60480259200000000) / 604800000000 AS in_week FROM good WHERE seen_at IS NOT NULL";

/// The Mondays, midnight UTC in microseconds, of the weeks from this moment on in which a source gave a page or an import a row.
///
/// # Errors
/// The database does not answer.
pub async fn observed(connection: &mut AnyConnection, since: i64) -> Result<BTreeMap<String, BTreeSet<i64>>> {
    let mut weeks = BTreeMap::<String, BTreeSet<i64>>::new();
    for row in sqlx::query(OBSERVED).bind(since).fetch_all(connection).await? {
        let week = row.try_get::<i64, _>("in_week")? - 100_000;
        weeks.entry(row.try_get("source")?).or_default().insert(week * WEEK + FIRST_MONDAY);
    }
    Ok(weeks)
}

/// Whether a capture with this outcome brought something.
fn is_good(outcome: &str) -> bool {
    matches!(outcome, "ok" | "not_modified" | "redirected" | "imported")
}
