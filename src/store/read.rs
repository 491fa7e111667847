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
}

const HEAD: &str = "SELECT l.id, l.source, l.listing_key, l.address, l.version_id, l.own_page, l.n_versions, l.n_sightings, l.first_seen, l.last_seen, l.gone_at, \
                    l.seq, v.record, v.family, v.capture_id FROM listing l JOIN version v ON v.id = l.version_id WHERE l.id IN";

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

/// The last sequence number given to a change.
///
/// # Errors
/// The database does not answer.
pub async fn last_seq(connection: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM listing").fetch_one(connection).await?)
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
    Ok(Stored { row: row_of, listing, family: row.try_get("family")?, capture_id: row.try_get("capture_id")? })
}

/// How many listings of a source were seen in a run.
///
/// # Errors
/// The database does not answer.
pub async fn listings_in_run(connection: &mut AnyConnection, source: &str, run: i64) -> Result<i64> {
    let sql = "SELECT COUNT(DISTINCT s.listing_id) FROM sighting s JOIN capture c ON c.id = s.capture_id WHERE c.source = $1 AND c.run = $2";
    Ok(sqlx::query_scalar(sql).bind(source.to_owned()).bind(run).fetch_one(connection).await?)
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
