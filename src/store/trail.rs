//! What the store knows of one listing, one account, one indicator: the rows that a dossier is made of.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use url::Url;
use vigie_extractors::canonical::listing_key;
use vigie_extractors::record::{Indicator, Listing, Vendor};

use crate::database::{select_in, select_within};
use crate::store::identity::vendor_id;

/// Least digits of a listing's id that may stand for the whole.
const LEAST_DIGITS: usize = 8;
/// Captures of one indicator that are read at most.
pub const MOST_CAPTURES: i64 = 10_000;

/// A version with its evidence.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Identity.
    pub id: String,
    /// Number within the listing, from 1.
    pub n: i64,
    /// When it was first seen, microseconds.
    pub at: i64,
    /// The capture that first showed it.
    pub capture_id: String,
    /// Its family.
    pub family: String,
    /// What was read.
    pub listing: Listing,
}

/// An account as its own page showed it.
#[derive(Debug, Clone)]
pub struct Account {
    /// Identity.
    pub id: String,
    /// Source id.
    pub source: String,
    /// Name as shown.
    pub name: String,
    /// First and last capture that described it, microseconds.
    pub seen: Option<(i64, i64)>,
    /// The last of them.
    pub capture_id: Option<String>,
    /// What was read.
    pub record: Vendor,
}

/// An indicator on a page.
#[derive(Debug, Clone)]
pub struct OnPage {
    /// The capture.
    pub capture_id: String,
    /// Source id.
    pub source: String,
    /// Address of the page.
    pub address: String,
    /// Microseconds.
    pub at: i64,
    /// What was read.
    pub record: Indicator,
}

async fn sources(connection: &mut AnyConnection) -> Result<Vec<String>> {
    let mut sources: Vec<String> = sqlx::query_scalar("SELECT DISTINCT source FROM listing").fetch_all(connection).await?;
    sources.sort();
    Ok(sources)
}

/// Ids of the listings that a person means: an id or its first digits, an address, or `SOURCE:KEY`. Sorted.
///
/// # Errors
/// The database does not answer.
pub async fn listings_named(connection: &mut AnyConnection, asked: &str) -> Result<Vec<String>> {
    let digits = asked.len() >= LEAST_DIGITS && asked.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let mut found: Vec<String> = Vec::new();
    if digits {
        // The character after the hexadecimal digits ends the range.
        let sql = "SELECT id FROM listing WHERE id >= $1 AND id < $2 ORDER BY id LIMIT 20";
        found = sqlx::query_scalar(sql).bind(asked).bind(format!("{asked}g")).fetch_all(&mut *connection).await?;
    } else if let Ok(url) = Url::parse(asked).map_err(drop).and_then(|url| if url.has_host() { Ok(url) } else { Err(()) }) {
        for source in sources(connection).await? {
            found.extend(by_key(connection, &source, &listing_key(&url)).await?);
        }
    } else if let Some((source, key)) = asked.strip_prefix("urn:vigie:").unwrap_or(asked).split_once(':') {
        found.extend(by_key(connection, source, key).await?);
    }
    found.sort();
    Ok(found)
}

/// The listings whose own pages, or imported rows, these addresses are: by source and address.
///
/// # Errors
/// The database does not answer.
pub async fn by_addresses(connection: &mut AnyConnection, places: &[(String, String)]) -> Result<BTreeMap<(String, String), String>> {
    let key = |address: &str| match address.strip_prefix("urn:vigie:").and_then(|rest| rest.split_once(':')) {
        Some((_, id)) => Some(id.replace('\0', "")),
        None => Url::parse(address).ok().map(|url| listing_key(&url).replace('\0', "")),
    };
    let mut wanted = BTreeMap::<&str, BTreeMap<String, Vec<&(String, String)>>>::new();
    for place in places {
        if let Some(key) = key(&place.1) {
            wanted.entry(&place.0).or_default().entry(key).or_default().push(place);
        }
    }
    let mut found = BTreeMap::new();
    for (source, wanted) in wanted {
        let keys: Vec<String> = wanted.keys().cloned().collect();
        let head = "SELECT id, listing_key FROM listing WHERE source = $1 AND listing_key IN";
        for row in select_within(connection, head, "", &[source.to_owned()], &keys).await? {
            let (id, key): (String, String) = (row.try_get("id")?, row.try_get("listing_key")?);
            found.extend(wanted.get(&key).into_iter().flatten().map(|place| ((*place).clone(), id.clone())));
        }
    }
    Ok(found)
}

/// The listing of this key on a source.
///
/// # Errors
/// The database does not answer.
pub async fn by_key(connection: &mut AnyConnection, source: &str, key: &str) -> Result<Option<String>> {
    let sql = "SELECT id FROM listing WHERE source = $1 AND listing_key = $2";
    Ok(sqlx::query_scalar(sql).bind(source).bind(key.replace('\0', "")).fetch_optional(connection).await?)
}

/// Versions of a listing by their number; those of cards only where its own page was never read.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn versions(connection: &mut AnyConnection, listing_id: &str, own_page: bool) -> Result<Vec<Seen>> {
    let sql = "SELECT id, n, seen_at, capture_id, family, record FROM version WHERE listing_id = $1 AND card = $2 ORDER BY n";
    let rows = sqlx::query(sql).bind(listing_id).bind(i64::from(!own_page)).fetch_all(connection).await?;
    let seen = |row: &AnyRow| -> Result<Seen> {
        let (id, record): (String, String) = (row.try_get("id")?, row.try_get("record")?);
        let listing = serde_json::from_str(&record)
            .with_context(|| format!("the stored record of version {id} cannot be read; `vigie reextract` builds it again"))?;
        Ok(Seen {
            id,
            n: row.try_get("n")?,
            at: row.try_get("seen_at")?,
            capture_id: row.try_get("capture_id")?,
            family: row.try_get("family")?,
            listing,
        })
    };
    rows.iter().map(seen).collect()
}

/// The captures of a listing's first and last sighting.
///
/// # Errors
/// The database does not answer.
pub async fn ends(connection: &mut AnyConnection, listing_id: &str) -> Result<Option<(String, String)>> {
    let first = "SELECT capture_id FROM sighting WHERE listing_id = $1 ORDER BY seen_at, capture_id LIMIT 1";
    let last = "SELECT capture_id FROM sighting WHERE listing_id = $1 ORDER BY seen_at DESC, capture_id DESC LIMIT 1";
    let first: Option<String> = sqlx::query_scalar(first).bind(listing_id).fetch_optional(&mut *connection).await?;
    let last: Option<String> = sqlx::query_scalar(last).bind(listing_id).fetch_optional(connection).await?;
    Ok(first.zip(last))
}

/// The accounts of this name, in any writing of its case, on one source or on all. Sorted by source.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn accounts_named(connection: &mut AnyConnection, name: &str, source: Option<&str>) -> Result<Vec<Account>> {
    let among = match source {
        Some(source) => vec![source.to_owned()],
        None => {
            let mut all: Vec<String> = sqlx::query_scalar("SELECT DISTINCT source FROM vendor").fetch_all(&mut *connection).await?;
            all.extend(sources(connection).await?);
            all.sort();
            all.dedup();
            all
        }
    };
    let mut found = Vec::new();
    for source in among {
        found.extend(seller(connection, &vendor_id(&source, name)).await?);
    }
    Ok(found)
}

/// An account by its id, as its own page or, where none was read, one of its listings names it.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn seller(connection: &mut AnyConnection, id: &str) -> Result<Option<Account>> {
    if let Some(account) = account(connection, id).await? {
        return Ok(Some(account));
    }
    let sql = "SELECT l.source, v.record FROM listing l JOIN version v ON v.id = l.version_id WHERE l.vendor_id = $1 ORDER BY l.id LIMIT 1";
    let Some(row) = sqlx::query(sql).bind(id).fetch_optional(connection).await? else { return Ok(None) };
    let listing: Listing = serde_json::from_str(row.try_get("record")?)?;
    let record = listing.vendor.unwrap_or_default();
    let (id, source, name) = (id.to_owned(), row.try_get("source")?, record.name.clone());
    Ok(Some(Account { id, source, name, seen: None, capture_id: None, record }))
}

/// Of each of these accounts that sells something: how many listings, first and last seen, microseconds.
///
/// # Errors
/// The database does not answer.
pub async fn sales(connection: &mut AnyConnection, ids: &[String]) -> Result<BTreeMap<String, (i64, i64, i64)>> {
    let head = "SELECT vendor_id, COUNT(*) AS n, MIN(first_seen) AS first, MAX(last_seen) AS last FROM listing WHERE vendor_id IN";
    let rows = select_in(connection, head, "GROUP BY vendor_id", ids).await?;
    rows.iter().map(|row| Ok((row.try_get("vendor_id")?, (row.try_get("n")?, row.try_get("first")?, row.try_get("last")?)))).collect()
}

/// An account whose own page was read.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn account(connection: &mut AnyConnection, id: &str) -> Result<Option<Account>> {
    let sql = "SELECT id, source, name, capture_id, first_seen, last_seen, record FROM vendor WHERE id = $1";
    let Some(row) = sqlx::query(sql).bind(id).fetch_optional(connection).await? else { return Ok(None) };
    let record: String = row.try_get("record")?;
    Ok(Some(Account {
        id: row.try_get("id")?,
        source: row.try_get("source")?,
        name: row.try_get("name")?,
        seen: Some((row.try_get("first_seen")?, row.try_get("last_seen")?)),
        capture_id: Some(row.try_get("capture_id")?),
        record: serde_json::from_str(&record)?,
    }))
}

/// The indicators of an account's own page; none of a capture that shows several accounts, or is no vendor page.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn of_vendor_page(connection: &mut AnyConnection, capture: &str) -> Result<Vec<Indicator>> {
    let sql = "SELECT i.record FROM indicator i JOIN capture c ON c.id = i.capture_id WHERE i.capture_id = $1 AND c.page_kind = 'vendor' \
               AND (SELECT COUNT(*) FROM vendor v WHERE v.capture_id = $2) = 1 ORDER BY i.kind, i.value";
    let records: Vec<String> = sqlx::query_scalar(sql).bind(capture).bind(capture).fetch_all(connection).await?;
    records.iter().map(|record| Ok(serde_json::from_str(record)?)).collect()
}

/// Ids of the listings of an account, sorted, at most so many.
///
/// # Errors
/// The database does not answer.
pub async fn sold_by(connection: &mut AnyConnection, vendor_id: &str, most: i64) -> Result<Vec<String>> {
    let sql = "SELECT id FROM listing WHERE vendor_id = $1 ORDER BY id LIMIT $2";
    Ok(sqlx::query_scalar(sql).bind(vendor_id).bind(most).fetch_all(connection).await?)
}

/// Where an indicator stood, oldest first, at most [`MOST_CAPTURES`].
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn places(connection: &mut AnyConnection, value: &str) -> Result<Vec<OnPage>> {
    let sql = "SELECT i.capture_id, i.record, c.source, c.address, c.captured_at FROM indicator i JOIN capture c ON c.id = i.capture_id \
               WHERE i.value = $1 ORDER BY c.captured_at, i.capture_id LIMIT $2";
    let rows = sqlx::query(sql).bind(value.replace('\0', "")).bind(MOST_CAPTURES).fetch_all(connection).await?;
    let place = |row: &AnyRow| -> Result<OnPage> {
        Ok(OnPage {
            capture_id: row.try_get("capture_id")?,
            source: row.try_get("source")?,
            address: row.try_get("address")?,
            at: row.try_get("captured_at")?,
            record: serde_json::from_str(&row.try_get::<String, _>("record")?)?,
        })
    };
    rows.iter().map(place).collect()
}
