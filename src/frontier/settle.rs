//! Writes what visits came to, and the addresses that they found, inside the transaction of their facts.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::clock::micros;
use crate::config::Source;
use crate::database::{Value, insert_returning, insert_rows, select_in};
use crate::frontier::links::Found;
use crate::frontier::priority;
use crate::frontier::visit::LONGEST_PAUSE;
use crate::frontier::visit::Settlement;

/// Pages in a row of one shape that may hold neither listing nor vendor before new addresses of that shape are refused.
const BARREN: i64 = 50;

/// Applies settlements. Columns of the last body change only where a body came.
///
/// # Errors
/// The database does not answer.
pub async fn settle(connection: &mut AnyConnection, settlements: &[Settlement]) -> Result<()> {
    let row = |one: &Settlement| -> Vec<Value> {
        let body = one.body.clone().unwrap_or_default();
        vec![
            one.id.into(),
            one.state.into(),
            one.note.as_str().into(),
            one.reason.as_str().into(),
            one.due_at.into(),
            one.failures.into(),
            one.retry_run.into(),
            one.last_visit.into(),
            one.unchanged.into(),
            one.page_kind.as_str().into(),
            one.priority.into(),
            body.payload_digest.into(),
            body.capture_id.into(),
            body.etag.into(),
            body.modified.into(),
        ]
    };
    let head = |body: &str| {
        format!(
            "UPDATE url SET state = v.column2, note = v.column3, reason = v.column4, due_at = v.column5, failures = v.column6, retry_run = v.column7, \
             last_visit = v.column8, unchanged = v.column9, page_kind = v.column10, priority = v.column11, visits = visits + 1{body} FROM (VALUES"
        )
    };
    const TAIL: &str = ") AS v WHERE url.id = v.column1";
    let (with, without): (Vec<_>, Vec<_>) = settlements.iter().partition(|one| one.body.is_some());
    let body = ", payload_digest = v.column12, capture_id = v.column13, etag = v.column14, modified = v.column15";
    insert_rows(connection, &head(body), TAIL, with.into_iter().map(row).collect()).await?;
    insert_rows(connection, &head(""), TAIL, without.into_iter().map(row).collect()).await?;
    Ok(())
}

/// Remembers found addresses of a source; those already known stay as they are. Returns how many were new.
///
/// Addresses whose shape proved barren or endless (a trap) and addresses beyond the source's limit are remembered as refused, with the reason.
///
/// # Errors
/// The database does not answer.
pub async fn remember(
    connection: &mut AnyConnection,
    source: &Source,
    found: &[Found],
    known: u64,
    next_id: &mut i64,
    now: Timestamp,
) -> Result<u64> {
    if found.is_empty() {
        return Ok(0);
    }
    let shapes: Vec<String> = found.iter().map(|one| one.shape.clone()).collect::<HashSet<_>>().into_iter().collect();
    let counts = patterns(connection, &source.id, &shapes).await?;
    let mut new_of: HashMap<&str, u64> = HashMap::new();
    let at = micros(now);
    let mut rows = Vec::with_capacity(found.len());
    for (n, one) in found.iter().enumerate() {
        let pattern = counts.get(&one.shape).copied().unwrap_or_default();
        let more = new_of.entry(one.shape.as_str()).or_default();
        let (state, note) = if one.priority != priority::SEED && pattern.barren >= BARREN {
            ("refused", "trap: pages of this shape hold nothing")
        } else if pattern.known + *more >= source.traps.max_per_pattern {
            ("refused", "trap: too many addresses of this shape")
        } else if known + n as u64 >= source.traps.max_urls {
            ("refused", "limit of addresses of the source")
        } else {
            ("queued", "")
        };
        *more += 1;
        *next_id += 1;
        rows.push(vec![
            (*next_id).into(),
            source.id.as_str().into(),
            one.host.as_str().into(),
            one.address.as_str().into(),
            // As written it is mostly as known, and need not be kept twice.
            if one.link == one.address { "" } else { one.link.as_str() }.into(),
            state.into(),
            note.into(),
            one.priority.into(),
            one.depth.into(),
            one.hops.into(),
            one.reason.into(),
            at.into(),
            at.into(),
        ]);
    }
    let inserted = insert_returning(
        connection,
        "INSERT INTO url (visits, failures, retry_run, last_visit, unchanged, page_kind, payload_digest, capture_id, etag, modified, \
         id, source, host, address, link, state, note, priority, depth, hops, reason, found_at, due_at) \
         SELECT 0, 0, 0, 0, 0, '', '', '', '', '', v.* FROM (VALUES",
        ") AS v WHERE true ON CONFLICT (source, address) DO NOTHING RETURNING address",
        rows,
    )
    .await?;
    let shape_of: HashMap<&str, &str> = found.iter().map(|one| (one.address.as_str(), one.shape.as_str())).collect();
    let mut grown: HashMap<String, Pattern> = HashMap::new();
    for row in &inserted {
        let address: String = row.try_get("address")?;
        if let Some(shape) = shape_of.get(address.as_str()) {
            grown.entry((*shape).to_owned()).or_insert_with(|| counts.get(*shape).copied().unwrap_or_default()).known += 1;
        }
    }
    set_patterns(connection, &source.id, &grown).await?;
    Ok(inserted.len() as u64)
}

/// Puts addresses off for a week without a visit: robots.txt may change its mind.
///
/// # Errors
/// The database does not answer.
pub async fn postpone(connection: &mut AnyConnection, refused: Vec<(i64, String)>, now: Timestamp) -> Result<()> {
    const WEEK: i64 = 7 * 86_400 * 1_000_000;
    let due_at = micros(now) + WEEK;
    let rows = refused.into_iter().map(|(id, note)| vec![id.into(), note.into(), due_at.into()]).collect();
    insert_rows(
        connection,
        "UPDATE url SET note = v.column2, due_at = v.column3, retry_run = 0 FROM (VALUES",
        ") AS v WHERE url.id = v.column1",
        rows,
    )
    .await?;
    Ok(())
}

/// Makes due what is put off further than any visit is: the clock was ahead when that was written. Returns how many addresses.
///
/// # Errors
/// The database does not answer.
pub async fn bring_back(connection: &mut AnyConnection, now: Timestamp) -> Result<u64> {
    const MARGIN: Duration = Duration::from_secs(86_400);
    let changed = sqlx::query("UPDATE url SET due_at = $1 WHERE state = 'queued' AND due_at > $2")
        .bind(micros(now))
        .bind(micros(now + LONGEST_PAUSE + MARGIN))
        .execute(connection)
        .await?;
    Ok(changed.rows_affected())
}

/// Counts, page by page, whether the pages of a shape held anything.
///
/// # Errors
/// The database does not answer.
pub async fn count_fruit(connection: &mut AnyConnection, source: &str, pages: &[(String, bool)]) -> Result<()> {
    let shapes: Vec<String> = pages.iter().map(|(shape, _)| shape.clone()).collect::<HashSet<_>>().into_iter().collect();
    let mut counts = patterns(connection, source, &shapes).await?;
    for (shape, fruit) in pages {
        let pattern = counts.entry(shape.clone()).or_default();
        pattern.barren = if *fruit { 0 } else { pattern.barren + 1 };
    }
    set_patterns(connection, source, &counts).await
}

/// What is known of the addresses of one shape.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pattern {
    /// How many there are.
    pub known: u64,
    /// Pages in a row that held nothing.
    pub barren: i64,
}

/// What is known of these shapes.
///
/// # Errors
/// The database does not answer.
pub async fn patterns(connection: &mut AnyConnection, source: &str, shapes: &[String]) -> Result<HashMap<String, Pattern>> {
    let keys: Vec<String> = shapes.iter().map(|shape| pattern_key(source, shape)).collect();
    let rows = select_in(connection, "SELECT shape, known, barren FROM pattern WHERE id IN", "", &keys).await?;
    let pattern = |row: &AnyRow| -> Result<_> {
        Ok((row.try_get("shape")?, Pattern { known: row.try_get::<i64, _>("known")?.unsigned_abs(), barren: row.try_get("barren")? }))
    };
    rows.iter().map(pattern).collect()
}

/// Writes what is known of these shapes.
///
/// # Errors
/// The database does not answer.
pub async fn set_patterns(connection: &mut AnyConnection, source: &str, patterns: &HashMap<String, Pattern>) -> Result<()> {
    let mut patterns: Vec<_> = patterns.iter().collect();
    patterns.sort_by_key(|(shape, _)| *shape);
    let rows = patterns
        .into_iter()
        .map(|(shape, one)| {
            vec![pattern_key(source, shape).into(), source.into(), shape.as_str().into(), one.known.cast_signed().into(), one.barren.into()]
        })
        .collect();
    let tail = "ON CONFLICT (id) DO UPDATE SET known = excluded.known, barren = excluded.barren";
    insert_rows(connection, "INSERT INTO pattern (id, source, shape, known, barren) VALUES", tail, rows).await?;
    Ok(())
}

fn pattern_key(source: &str, shape: &str) -> String {
    format!("{source} {shape}")
}

/// Makes due at this moment what a source did not show because of a wall: addresses whose last visit gave one, or was refused or sent elsewhere.
/// That a redirect led to a wall is forgotten: it was before whatever opened the source, and hides nothing unless it does so again.
///
/// # Errors
/// The database does not answer.
pub async fn visit_walled(connection: &mut AnyConnection, source: &str, at: i64) -> Result<()> {
    sqlx::query(
        "UPDATE url SET reason = 'schedule' WHERE source = $1 AND state = 'queued' AND visits > 0 AND reason = 'redirect' \
         AND page_kind IN ('login', 'captcha')",
    )
    .bind(source.to_owned())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE url SET due_at = $1, reason = 'manual' WHERE source = $2 AND state = 'queued' AND visits > 0 AND due_at > $1 \
         AND (page_kind IN ('login', 'captcha') AND hops = 0 OR note IN ('redirected', 'forbidden', 'unauthorized'))",
    )
    .bind(at)
    .bind(source.to_owned())
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes due at this moment the walls among addresses that redirects lead to, known as they are: where a seed or content leads there now, the
/// source is closed.
///
/// # Errors
/// The database does not answer.
pub async fn visit_walls_again(connection: &mut AnyConnection, source: &str, led_to: &[String], at: i64) -> Result<()> {
    for address in led_to {
        sqlx::query(
            "UPDATE url SET due_at = $1, reason = 'redirect', priority = $2 WHERE source = $3 AND address = $4 AND state = 'queued' AND visits > 0 \
             AND page_kind IN ('login', 'captcha')",
        )
        .bind(at)
        .bind(priority::SEED)
        .bind(source.to_owned())
        .bind(address.clone())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Makes every visited address of a source due now, for this reason: `manual` or `sweep`.
///
/// # Errors
/// The database does not answer.
pub async fn visit_again(connection: &mut AnyConnection, source: &str, reason: &str, now: Timestamp) -> Result<()> {
    sqlx::query("UPDATE url SET due_at = $1, reason = $2, state = 'queued' WHERE source = $3 AND visits > 0")
        .bind(micros(now))
        .bind(reason.to_owned())
        .bind(source.to_owned())
        .execute(connection)
        .await?;
    Ok(())
}
