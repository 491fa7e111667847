//! Writes a batch of facts, in sets, inside the caller's transaction.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use vigie_extractors::record::{Indicator, Problem, Vendor};

use crate::database::{Value, insert_rows, select_in};
use crate::store::fold::{Changes, Known, ListingRow};
use crate::store::identity::{listing_id, vendor_id};

/// Bytes of a listing's key in the table, at most; a longer one keeps its beginning and a digest. An index of PostgreSQL takes no more.
const LONGEST_KEY: usize = 1_000;
/// An indicator of more bytes is none; the record of its listing has it all the same.
const LONGEST_INDICATOR: usize = 2_000;

/// What a page says besides its listings.
#[derive(Debug, Clone, Default)]
pub struct PageFacts {
    /// Source id.
    pub source: String,
    /// The capture.
    pub capture_id: String,
    /// Microseconds.
    pub at: i64,
    /// Seller accounts.
    pub vendors: Vec<Vendor>,
    /// Addresses, keys and contacts of the whole page.
    pub indicators: Vec<Indicator>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// What the store knows of these listings.
///
/// # Errors
/// The database does not answer, or holds what is no listing.
pub async fn known(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<Known>> {
    let head = "SELECT id, source, listing_key, address, version_id, vendor_id, twin, own_page, n_versions, n_sightings, first_seen, last_seen, gone_at, gone_capture, seq FROM listing WHERE id IN";
    let rows = select_in(connection, head, "", ids).await?;
    let mut known: Vec<Known> = rows.iter().map(|row| Ok(Known { row: listing_row(row)?, versions: Vec::new() })).collect::<Result<_>>()?;
    let existing: Vec<String> = known.iter().map(|one| one.row.id.clone()).collect();
    let mut versions = HashMap::<String, Vec<(String, i64, bool)>>::new();
    for row in select_in(connection, "SELECT id, listing_id, n, card FROM version WHERE listing_id IN", "", &existing).await? {
        let card: i64 = row.try_get("card")?;
        versions.entry(row.try_get("listing_id")?).or_default().push((row.try_get("id")?, row.try_get("n")?, card != 0));
    }
    for one in &mut known {
        one.versions = versions.remove(&one.row.id).unwrap_or_default();
    }
    Ok(known)
}

/// Reads a row of `listing`.
///
/// # Errors
/// A column is missing.
pub fn listing_row(row: &AnyRow) -> Result<ListingRow> {
    Ok(ListingRow {
        id: row.try_get("id")?,
        source: row.try_get("source")?,
        key: row.try_get("listing_key")?,
        address: row.try_get("address")?,
        version_id: row.try_get("version_id")?,
        vendor_id: row.try_get("vendor_id")?,
        twin: row.try_get("twin")?,
        own_page: row.try_get::<i64, _>("own_page")? != 0,
        n_versions: row.try_get("n_versions")?,
        n_sightings: row.try_get("n_sightings")?,
        first_seen: row.try_get("first_seen")?,
        last_seen: row.try_get("last_seen")?,
        gone_at: row.try_get("gone_at")?,
        gone_capture: row.try_get("gone_capture")?,
        seq: row.try_get("seq")?,
    })
}

/// Writes listings, versions and sightings.
///
/// # Errors
/// The database does not answer.
pub async fn changes(connection: &mut AnyConnection, changes: &Changes) -> Result<()> {
    let listings = changes.listings.iter().map(|one| {
        vec![
            one.id.as_str().into(),
            one.source.as_str().into(),
            key(&one.key).into(),
            one.address.as_str().into(),
            one.version_id.as_str().into(),
            one.vendor_id.as_str().into(),
            one.twin.as_str().into(),
            one.own_page.into(),
            one.n_versions.into(),
            one.n_sightings.into(),
            one.first_seen.into(),
            one.last_seen.into(),
            one.gone_at.into(),
            one.gone_capture.as_str().into(),
            one.seq.into(),
        ]
    });
    insert_rows(
        connection,
        "INSERT INTO listing (id, source, listing_key, address, version_id, vendor_id, twin, own_page, n_versions, n_sightings, first_seen, last_seen, gone_at, gone_capture, seq) VALUES",
        "ON CONFLICT (id) DO UPDATE SET address = excluded.address, version_id = excluded.version_id, vendor_id = excluded.vendor_id, twin = excluded.twin, own_page = excluded.own_page, \
         n_versions = excluded.n_versions, n_sightings = excluded.n_sightings, first_seen = excluded.first_seen, last_seen = excluded.last_seen, \
         gone_at = excluded.gone_at, gone_capture = excluded.gone_capture, seq = excluded.seq",
        listings.collect(),
    )
    .await?;
    let versions = changes.versions.iter().map(|one| -> Result<Vec<Value>> {
        Ok(vec![
            one.id.as_str().into(),
            one.listing_id.as_str().into(),
            one.n.into(),
            one.card.into(),
            one.content_hash.as_str().into(),
            one.family.as_str().into(),
            one.seen_at.into(),
            one.capture_id.as_str().into(),
            serde_json::to_string(&one.listing)?.into(),
        ])
    });
    insert_rows(
        connection,
        "INSERT INTO version (id, listing_id, n, card, content_hash, family, seen_at, capture_id, record) VALUES",
        "ON CONFLICT (id) DO UPDATE SET n = excluded.n, card = excluded.card, seen_at = excluded.seen_at, capture_id = excluded.capture_id, family = excluded.family, \
         record = excluded.record",
        versions.collect::<Result<_>>()?,
    )
    .await?;
    let sightings = changes.sightings.iter().map(|one| {
        vec![one.listing_id.as_str().into(), one.capture_id.as_str().into(), one.seen_at.into(), one.version_id.as_str().into()]
    });
    let head = "INSERT INTO sighting (listing_id, capture_id, seen_at, version_id) VALUES";
    insert_rows(connection, head, "ON CONFLICT (listing_id, capture_id) DO NOTHING", sightings.collect()).await?;
    Ok(())
}

fn key(key: &str) -> String {
    if key.len() <= LONGEST_KEY {
        return key.to_owned();
    }
    let beginning = key.get(..key.floor_char_boundary(LONGEST_KEY - 64)).unwrap_or_default();
    format!("{beginning}…{}", listing_id("", key))
}

/// Writes vendors, indicators and problems of pages.
///
/// # Errors
/// The database does not answer.
pub async fn page_facts(connection: &mut AnyConnection, pages: &[PageFacts]) -> Result<()> {
    let mut vendors = BTreeMap::<String, (i64, Vec<Value>)>::new();
    let mut indicators = BTreeMap::<(String, String, String), Vec<Value>>::new();
    let mut problems = Vec::new();
    for page in pages {
        for vendor in page.vendors.iter().filter(|vendor| !vendor.name.trim().is_empty()) {
            let id = vendor_id(&page.source, &vendor.name);
            // Within a batch the first time seen stays; the record is the last one.
            let first_seen = vendors.get(&id).map_or(page.at, |(first, _)| *first);
            let row = vec![
                id.as_str().into(),
                page.source.as_str().into(),
                vendor.name.as_str().into(),
                page.capture_id.as_str().into(),
                first_seen.into(),
                page.at.into(),
                serde_json::to_string(vendor)?.into(),
            ];
            vendors.insert(id, (first_seen, row));
        }
        for one in page.indicators.iter().filter(|one| one.value.len() <= LONGEST_INDICATOR) {
            let key = (page.capture_id.clone(), one.kind.clone(), one.value.clone());
            let asset = one.asset.clone().unwrap_or_default();
            let row = vec![
                page.capture_id.as_str().into(),
                one.kind.as_str().into(),
                one.value.as_str().into(),
                asset.into(),
                serde_json::to_string(one)?.into(),
            ];
            indicators.entry(key).or_insert(row);
        }
        for (n, one) in page.problems.iter().enumerate() {
            problems.push(vec![
                page.capture_id.as_str().into(),
                i64::try_from(n).unwrap_or(i64::MAX).into(),
                one.field.as_str().into(),
                one.place.as_str().into(),
                one.found.as_str().into(),
            ]);
        }
    }
    insert_rows(
        connection,
        "INSERT INTO vendor (id, source, name, capture_id, first_seen, last_seen, record) VALUES",
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, capture_id = excluded.capture_id, last_seen = excluded.last_seen, record = excluded.record",
        vendors.into_values().map(|(_, row)| row).collect(),
    )
    .await?;
    let head = "INSERT INTO indicator (capture_id, kind, value, asset, record) VALUES";
    insert_rows(connection, head, "ON CONFLICT (capture_id, kind, value) DO NOTHING", indicators.into_values().collect()).await?;
    let head = "INSERT INTO problem (capture_id, n, field, place, found) VALUES";
    insert_rows(connection, head, "ON CONFLICT (capture_id, n) DO NOTHING", problems).await?;
    Ok(())
}

/// Deletes everything derived; captures, frontier, watches and alerts stay.
///
/// # Errors
/// The database does not answer.
pub async fn forget_derived(connection: &mut AnyConnection) -> Result<()> {
    for statement in [
        "DELETE FROM catalogue_shared",
        "DELETE FROM replica_source",
        "DELETE FROM catalogue_growth",
        "DELETE FROM persona_member",
        "DELETE FROM signed_text",
        "DELETE FROM site_mark",
        "DELETE FROM mark_place",
        "DELETE FROM account_mark",
        "DELETE FROM problem",
        "DELETE FROM indicator",
        "DELETE FROM vendor",
        "DELETE FROM sighting",
        "DELETE FROM version",
        "DELETE FROM listing",
        "DELETE FROM family",
        "DELETE FROM family_band",
        "DELETE FROM family_exact",
        "DELETE FROM family_template",
    ] {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    Ok(())
}
