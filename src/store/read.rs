//! Reads facts back, in an order that does not depend on the engine.

use anyhow::{Context, Result};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use vigie_extractors::record::Listing;

use crate::database::select_in;
use crate::store::fold::ListingRow;
use crate::store::save::listing_row;

/// A listing with its latest version.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The listing.
    pub row: ListingRow,
    /// The latest version's record.
    pub listing: Listing,
    /// Its family.
    pub family: String,
    /// The capture that first showed this version.
    pub capture_id: String,
    /// Its time, microseconds.
    pub seen_at: i64,
}

const HEAD: &str = "SELECT l.id, l.source, l.listing_key, l.address, l.version_id, l.vendor_id, l.twin, l.own_page, l.n_versions, l.n_sightings, l.first_seen, l.last_seen, l.gone_at, l.gone_capture, \
                    l.seq, v.record, v.family, v.capture_id, v.seen_at FROM listing l JOIN version v ON v.id = l.version_id WHERE l.id IN";

/// Identities of all listings, sorted by source and key.
///
/// # Errors
/// The database does not answer.
pub async fn ids(connection: &mut AnyConnection) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT id, source, listing_key FROM listing").fetch_all(connection).await?;
    let mut keys = Vec::with_capacity(rows.len());
    for row in rows {
        keys.push((row.try_get::<String, _>("source")?, row.try_get::<String, _>("listing_key")?, row.try_get::<String, _>("id")?));
    }
    keys.sort();
    Ok(keys.into_iter().map(|(_, _, id)| id).collect())
}

/// The listings of these ids, in their order; unknown ids are left out.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn by_ids(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<Stored>> {
    let rows = select_in(connection, HEAD, "", ids).await?;
    let mut found =
        rows.iter().map(|row| stored(row).map(|one| (one.row.id.clone(), one))).collect::<Result<std::collections::HashMap<_, _>>>()?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Identities of listings that changed after `seq`, in the order of change, with the sequence number of each.
///
/// # Errors
/// The database does not answer.
pub async fn changed(connection: &mut AnyConnection, seq: i64, most: i64) -> Result<Vec<(String, i64)>> {
    let rows =
        sqlx::query("SELECT id, seq FROM listing WHERE seq > $1 ORDER BY seq LIMIT $2").bind(seq).bind(most).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("seq")?))).collect()
}

/// Listings changed after `listing` of which no own page is known and whose latest card was first seen after capture `after` and up to
/// `until`, with the number of that version, in the order of captures.
///
/// # Errors
/// The database does not answer.
pub async fn cards(connection: &mut AnyConnection, listing: i64, after: i64, until: i64) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query(
        "SELECT l.id, v.n, c.seq FROM listing l JOIN version v ON v.id = l.version_id JOIN capture c ON c.id = v.capture_id \
         WHERE l.seq > $1 AND l.own_page = 0 AND c.seq > $2 AND c.seq <= $3",
    )
    .bind(listing)
    .bind(after)
    .bind(until)
    .fetch_all(connection)
    .await?;
    let of_row = |row: &AnyRow| -> Result<(i64, String, i64)> { Ok((row.try_get("seq")?, row.try_get("id")?, row.try_get("n")?)) };
    let mut cards: Vec<(i64, String, i64)> = rows.iter().map(of_row).collect::<Result<_>>()?;
    cards.sort();
    Ok(cards.into_iter().map(|(_, id, n)| (id, n)).collect())
}

/// How many versions of these listings, beyond the first of each, were first seen at or after `since`, microseconds.
///
/// # Errors
/// The database does not answer.
pub async fn changes(connection: &mut AnyConnection, ids: &[String], since: i64) -> Result<i64> {
    let head = format!(
        "SELECT COUNT(*) AS n FROM version v JOIN listing l ON l.id = v.listing_id \
         WHERE v.n > 1 AND v.card = 1 - l.own_page AND v.seen_at >= {since} AND v.listing_id IN"
    );
    let mut changes = 0;
    for row in select_in(connection, &head, "", ids).await? {
        changes += row.try_get::<i64, _>("n")?;
    }
    Ok(changes)
}

/// The last sequence number given to a change.
///
/// # Errors
/// The database does not answer.
pub async fn last_seq(connection: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM listing").fetch_one(connection).await?)
}

/// A version in force in a week, as sightings show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InWeek {
    /// The listing.
    pub listing_id: String,
    /// The version.
    pub version_id: String,
    /// Weeks from Monday 1969-12-29, UTC.
    pub week: i64,
    /// Its last sighting in that week, microseconds.
    pub seen_at: i64,
}

/// Which versions of these listings were seen in which weeks.
///
/// # Errors
/// The database does not answer.
pub async fn weeks(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<InWeek>> {
    // Integer division cuts towards zero: 100,000 weeks are added so that times before 1970 are rounded down like all others.
    let head = "SELECT listing_id, version_id, (seen_at + 60480259200000000) / 604800000000 AS week, MAX(seen_at) AS last FROM sighting WHERE listing_id IN";
    let rows = select_in(connection, head, "GROUP BY listing_id, version_id, week", ids).await?;
    let of_row = |row: &AnyRow| -> Result<InWeek> {
        Ok(InWeek {
            listing_id: row.try_get("listing_id")?,
            version_id: row.try_get("version_id")?,
            week: row.try_get::<i64, _>("week")? - 100_000,
            seen_at: row.try_get("last")?,
        })
    };
    rows.iter().map(of_row).collect()
}

/// A version's record.
#[derive(Debug, Clone)]
pub struct StoredVersion {
    /// Identity.
    pub id: String,
    /// Its family.
    pub family: String,
    /// What was read.
    pub listing: Listing,
}

/// The versions of these ids, in no order; unknown ids are left out.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn versions(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<StoredVersion>> {
    let rows = select_in(connection, "SELECT id, family, record FROM version WHERE id IN", "", ids).await?;
    let of_row = |row: &AnyRow| -> Result<StoredVersion> {
        let (id, record): (String, String) = (row.try_get("id")?, row.try_get("record")?);
        let listing = serde_json::from_str(&record)
            .with_context(|| format!("the stored record of version {id} cannot be read; `vigie reextract` builds it again"))?;
        Ok(StoredVersion { id, family: row.try_get("family")?, listing })
    };
    rows.iter().map(of_row).collect()
}

/// The latest version of each of these listings.
///
/// # Errors
/// The database does not answer.
pub async fn latest(connection: &mut AnyConnection, ids: &[String]) -> Result<std::collections::HashMap<String, String>> {
    let rows = select_in(connection, "SELECT id, version_id FROM listing WHERE id IN", "", ids).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("version_id")?))).collect()
}

/// Identities of all listings by source, sources sorted, listings by key.
///
/// # Errors
/// The database does not answer.
pub async fn ids_by_source(connection: &mut AnyConnection) -> Result<Vec<(String, Vec<String>)>> {
    let rows = sqlx::query("SELECT id, source, listing_key FROM listing").fetch_all(connection).await?;
    let mut sources = std::collections::BTreeMap::<String, Vec<(String, String)>>::new();
    for row in rows {
        sources.entry(row.try_get("source")?).or_default().push((row.try_get("listing_key")?, row.try_get("id")?));
    }
    let sorted = |mut keys: Vec<(String, String)>| {
        keys.sort();
        keys.into_iter().map(|(_, id)| id).collect()
    };
    Ok(sources.into_iter().map(|(source, keys)| (source, sorted(keys))).collect())
}

/// Captures of a source that ended in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Source id.
    pub source: String,
    /// Outcome code.
    pub outcome: String,
    /// How many.
    pub captures: i64,
    /// Bytes of their bodies as received.
    pub bytes: i64,
    /// Time of the first one, microseconds.
    pub first: i64,
    /// Time of the last one, microseconds.
    pub last: i64,
}

/// How the captures of each source ended, sorted by source and outcome.
///
/// # Errors
/// The database does not answer.
pub async fn outcomes(connection: &mut AnyConnection) -> Result<Vec<Ended>> {
    // A sum of integers is no integer on every engine without the cast.
    let sql = "SELECT source, outcome, COUNT(*) AS captures, CAST(SUM(bytes) AS BIGINT) AS total, MIN(captured_at) AS first_at, MAX(captured_at) AS last_at \
               FROM capture GROUP BY source, outcome";
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    let of_row = |row: &AnyRow| -> Result<Ended> {
        Ok(Ended {
            source: row.try_get("source")?,
            outcome: row.try_get("outcome")?,
            captures: row.try_get("captures")?,
            bytes: row.try_get("total")?,
            first: row.try_get("first_at")?,
            last: row.try_get("last_at")?,
        })
    };
    let mut ended = rows.iter().map(of_row).collect::<Result<Vec<_>>>()?;
    ended.sort_by(|one, other| (&one.source, &one.outcome).cmp(&(&other.source, &other.outcome)));
    Ok(ended)
}

/// Rows of a table.
///
/// # Errors
/// The database does not answer.
pub async fn count(connection: &mut AnyConnection, table: Table) -> Result<i64> {
    let sql = match table {
        Table::Listing => "SELECT COUNT(*) FROM listing",
        Table::Version => {
            "SELECT COUNT(*) FROM version WHERE card = 0 OR NOT EXISTS (SELECT 1 FROM listing WHERE listing.id = version.listing_id AND own_page = 1)"
        }
        Table::Sighting => "SELECT COUNT(*) FROM sighting",
        Table::Capture => "SELECT COUNT(*) FROM capture",
        Table::Alert => "SELECT COUNT(*) FROM alert",
        Table::Vendor => "SELECT COUNT(*) FROM vendor",
    };
    Ok(sqlx::query_scalar(sql).fetch_one(connection).await?)
}

/// Tables that can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Listings.
    Listing,
    /// Versions; those of cards only where there is nothing better.
    Version,
    /// Sightings.
    Sighting,
    /// Captures.
    Capture,
    /// Alerts.
    Alert,
    /// Vendors.
    Vendor,
}

fn stored(row: &AnyRow) -> Result<Stored> {
    let record: String = row.try_get("record")?;
    let row_of = listing_row(row)?;
    let listing = serde_json::from_str(&record)
        .with_context(|| format!("the stored record of listing {} cannot be read; `vigie reextract` builds it again", row_of.id))?;
    let (family, capture_id, seen_at) = (row.try_get("family")?, row.try_get("capture_id")?, row.try_get("seen_at")?);
    Ok(Stored { row: row_of, listing, family, capture_id, seen_at })
}

/// Distinct payment addresses by asset.
///
/// # Errors
/// The database does not answer.
pub async fn addresses_by_asset(connection: &mut AnyConnection) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT asset, COUNT(DISTINCT value) AS n FROM indicator WHERE kind = 'payment_address' GROUP BY asset";
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    let mut counts = rows.iter().map(|row| Ok((row.try_get("asset")?, row.try_get("n")?))).collect::<Result<Vec<(String, i64)>>>()?;
    counts.sort();
    Ok(counts)
}
