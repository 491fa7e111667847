//! Captures: what was fetched or imported, and where in the archive it lies.

use anyhow::Result;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::database::{insert_rows, select_in, select_within};

/// One row per fetch or imported row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaptureRow {
    /// Identity: the WARC record id without its `urn:uuid:`.
    pub id: String,
    /// Order of writing.
    pub seq: i64,
    /// Source id.
    pub source: String,
    /// Address, or `urn:vigie:SOURCE:ID` of an import without one.
    pub address: String,
    /// Microseconds.
    pub captured_at: i64,
    /// Run that made it.
    pub run: i64,
    /// Why it was visited.
    pub reason: String,
    /// Outcome code; `imported` for an imported row.
    pub outcome: String,
    /// HTTP status, 0 without one.
    pub status: i64,
    /// Archive file.
    pub segment: String,
    /// First byte of the record in it.
    pub position: i64,
    /// Bytes of the body as received.
    pub bytes: i64,
    /// Digest of the payload; empty without one.
    pub payload_digest: String,
    /// The capture that holds the body, when this one is a revisit.
    pub refers_to: Option<String>,
    /// Mapping by which an imported row is read.
    pub mapping: Option<String>,
    /// What the page was.
    pub page_kind: String,
    /// Hash of the authority under which it was fetched; empty for imports.
    pub authority: String,
}

const COLUMNS: &str = "id, seq, source, address, captured_at, run, reason, outcome, status, segment, position, bytes, payload_digest, refers_to, mapping, page_kind, authority";

/// Writes captures.
///
/// # Errors
/// The database does not answer.
pub async fn insert(connection: &mut AnyConnection, captures: &[CaptureRow]) -> Result<()> {
    let rows = captures
        .iter()
        .map(|one| {
            vec![
                one.id.as_str().into(),
                one.seq.into(),
                one.source.as_str().into(),
                one.address.as_str().into(),
                one.captured_at.into(),
                one.run.into(),
                one.reason.as_str().into(),
                one.outcome.as_str().into(),
                one.status.into(),
                one.segment.as_str().into(),
                one.position.into(),
                one.bytes.into(),
                one.payload_digest.as_str().into(),
                one.refers_to.clone().into(),
                one.mapping.clone().into(),
                one.page_kind.as_str().into(),
                one.authority.as_str().into(),
            ]
        })
        .collect();
    insert_rows(connection, &format!("INSERT INTO capture ({COLUMNS}) VALUES"), "", rows).await?;
    Ok(())
}

/// The captures of these ids; unknown ids are left out.
///
/// # Errors
/// The database does not answer.
pub async fn by_ids(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<CaptureRow>> {
    let rows = select_in(connection, &format!("SELECT {COLUMNS} FROM capture WHERE id IN"), "", ids).await?;
    rows.iter().map(read).collect()
}

/// The next captures after `seq`, in the order of writing.
///
/// # Errors
/// The database does not answer.
pub async fn after(connection: &mut AnyConnection, seq: i64, most: i64) -> Result<Vec<CaptureRow>> {
    let rows = sqlx::query("SELECT id, seq, source, address, captured_at, run, reason, outcome, status, segment, position, bytes, payload_digest, refers_to, mapping, page_kind, authority FROM capture WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(seq)
        .bind(most)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// The newest captures of a source, at most `most`, the newest first.
///
/// # Errors
/// The database does not answer.
pub async fn latest(connection: &mut AnyConnection, source: &str, most: i64) -> Result<Vec<CaptureRow>> {
    let rows = sqlx::query("SELECT id, seq, source, address, captured_at, run, reason, outcome, status, segment, position, bytes, payload_digest, refers_to, mapping, page_kind, authority FROM capture WHERE source = $1 ORDER BY seq DESC LIMIT $2")
        .bind(source.to_owned())
        .bind(most)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// Which of these (address, payload digest) pairs a source already holds: an import read twice adds nothing.
///
/// # Errors
/// The database does not answer.
pub async fn held(
    connection: &mut AnyConnection,
    source: &str,
    addresses: &[String],
) -> Result<std::collections::HashSet<(String, String, i64)>> {
    // As the index has them; the caller compares whole addresses.
    let mut beginnings: Vec<String> = addresses.iter().map(|address| address.chars().take(400).collect()).collect();
    beginnings.sort();
    beginnings.dedup();
    let head = "SELECT address, payload_digest, captured_at FROM capture WHERE source = $1 AND substr(address, 1, 400) IN";
    let rows = select_within(connection, head, "", &[source.to_owned()], &beginnings).await?;
    rows.iter().map(|row| Ok((row.try_get("address")?, row.try_get("payload_digest")?, row.try_get("captured_at")?))).collect()
}

fn read(row: &AnyRow) -> Result<CaptureRow> {
    Ok(CaptureRow {
        id: row.try_get("id")?,
        seq: row.try_get("seq")?,
        source: row.try_get("source")?,
        address: row.try_get("address")?,
        captured_at: row.try_get("captured_at")?,
        run: row.try_get("run")?,
        reason: row.try_get("reason")?,
        outcome: row.try_get("outcome")?,
        status: row.try_get("status")?,
        segment: row.try_get("segment")?,
        position: row.try_get("position")?,
        bytes: row.try_get("bytes")?,
        payload_digest: row.try_get("payload_digest")?,
        refers_to: row.try_get("refers_to")?,
        mapping: row.try_get("mapping")?,
        page_kind: row.try_get("page_kind")?,
        authority: row.try_get("authority")?,
    })
}

/// The text of a mapping.
///
/// # Errors
/// The database does not answer.
pub async fn mapping(connection: &mut AnyConnection, id: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT body FROM mapping WHERE id = $1").bind(id.to_owned()).fetch_optional(connection).await?)
}

/// Keeps the text of a mapping.
///
/// # Errors
/// The database does not answer.
pub async fn keep_mapping(connection: &mut AnyConnection, id: &str, body: &str) -> Result<()> {
    sqlx::query("INSERT INTO mapping (id, body) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
        .bind(id.to_owned())
        .bind(body.to_owned())
        .execute(connection)
        .await?;
    Ok(())
}

/// How many captures of a source were made before this moment.
///
/// # Errors
/// The database does not answer.
pub async fn count_before(connection: &mut AnyConnection, source: &str, before: i64) -> Result<u64> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM capture WHERE source = $1 AND captured_at < $2")
        .bind(source.to_owned())
        .bind(before)
        .fetch_one(connection)
        .await?;
    Ok(count.unsigned_abs())
}

/// The last number given to a capture.
///
/// # Errors
/// The database does not answer.
pub async fn last_seq(connection: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM capture").fetch_one(connection).await?)
}
