//! Writes what visits came to, and the addresses that they found, inside the transaction of their facts.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyConnection;

use crate::clock::micros;
use crate::config::Source;
use crate::database::{Value, insert_rows, select_in};
use crate::frontier::links::Found;
use crate::frontier::visit::Settlement;

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
            one.reason.into(),
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
/// Addresses whose shape proved barren (a trap) and addresses beyond the source's limit are remembered as refused, with the reason.
///
/// # Errors
/// The database does not answer.
pub async fn remember(connection: &mut AnyConnection, source: &Source, found: &[Found], known: u64, next_id: &mut i64, now: Timestamp) -> Result<u64> {
    if found.is_empty() {
        return Ok(0);
    }
    let shapes: Vec<String> = found.iter().map(|one| one.shape.clone()).collect::<HashSet<_>>().into_iter().collect();
    let barren = barren(connection, source, &shapes).await?;
    let at = micros(now);
    let mut rows = Vec::with_capacity(found.len());
    for (n, one) in found.iter().enumerate() {
        let (state, note) = if barren.get(&one.shape).is_some_and(|pages| *pages >= i64::from(source.traps.max_barren)) && one.priority != 0 {
            ("refused", "trap: pages of this shape hold nothing")
        } else if known + n as u64 >= source.traps.max_urls {
            ("refused", "limit of addresses of the source")
        } else {
            ("queued", "")
        };
        *next_id += 1;
        rows.push(vec![
            (*next_id).into(),
            source.id.as_str().into(),
            one.host.as_str().into(),
            one.address.as_str().into(),
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
    insert_rows(
        connection,
        "INSERT INTO url (visits, failures, retry_run, last_visit, unchanged, page_kind, payload_digest, capture_id, etag, modified, \
         id, source, host, address, state, note, priority, depth, hops, reason, found_at, due_at) \
         SELECT 0, 0, 0, 0, 0, '', '', '', '', '', v.* FROM (VALUES",
        ") AS v WHERE true ON CONFLICT (source, address) DO NOTHING",
        rows,
    )
    .await
}

/// Marks addresses as refused without a visit.
///
/// # Errors
/// The database does not answer.
pub async fn refuse(connection: &mut AnyConnection, refused: Vec<(i64, String)>) -> Result<()> {
    let rows = refused.into_iter().map(|(id, note)| vec![id.into(), note.into()]).collect();
    insert_rows(connection, "UPDATE url SET state = 'refused', note = v.column2 FROM (VALUES", ") AS v WHERE url.id = v.column1", rows).await?;
    Ok(())
}

/// How many pages in a row held nothing, by shape.
///
/// # Errors
/// The database does not answer.
pub async fn barren(connection: &mut AnyConnection, source: &Source, shapes: &[String]) -> Result<HashMap<String, i64>> {
    // Source ids hold letters, digits, "-" and "_" only; the configuration saw to that.
    let head = format!("SELECT shape, barren FROM pattern WHERE source = '{}' AND shape IN", source.id);
    let rows = select_in(connection, &head, "", shapes).await?;
    rows.iter().map(|row| Ok((row.try_get("shape")?, row.try_get("barren")?))).collect()
}

/// Writes the counters of shapes.
///
/// # Errors
/// The database does not answer.
pub async fn set_barren(connection: &mut AnyConnection, source: &str, counts: &HashMap<String, i64>) -> Result<()> {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort();
    let rows = counts.into_iter().map(|(shape, n)| vec![source.into(), shape.as_str().into(), (*n).into()]).collect();
    let tail = "ON CONFLICT (source, shape) DO UPDATE SET barren = excluded.barren";
    insert_rows(connection, "INSERT INTO pattern (source, shape, barren) VALUES", tail, rows).await?;
    Ok(())
}
