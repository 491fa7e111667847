//! Alerts as the store keeps them. They are never rebuilt.

use anyhow::{Result, bail};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::database::{insert_rows, select_in};

/// A stored match of a watch and a listing version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// Identity.
    pub id: String,
    /// Order of raising.
    pub seq: i64,
    /// Name of the watch.
    pub watch: String,
    /// The listing.
    pub listing_id: String,
    /// The version that matched.
    pub version_id: String,
    /// The capture that showed it.
    pub capture_id: String,
    /// Source id.
    pub source: String,
    /// Address of the listing.
    pub address: String,
    /// Its title.
    pub title: String,
    /// Number of the version.
    pub n: i64,
    /// Vendor's name; empty without one.
    pub vendor: String,
    /// Family of the version.
    pub family: String,
    /// What the version told of model, calibre, serial and part of a split thing; empty for alerts that were raised before this was kept.
    pub goods: String,
    /// Microseconds.
    pub created_at: i64,
    /// The alert whose notification covers this one.
    pub covered_by: Option<String>,
    /// State of triage.
    pub state: String,
}

const COLUMNS: &str =
    "id, seq, watch, listing_id, version_id, capture_id, source, address, title, n, vendor, family, goods, created_at, covered_by, state";

/// Alerts of these listings or families, oldest first.
///
/// # Errors
/// The database does not answer.
pub async fn of(connection: &mut AnyConnection, listings: &[String], families: &[String]) -> Result<Vec<AlertRow>> {
    let mut alerts: Vec<AlertRow> = Vec::new();
    for (column, keys) in [("listing_id", listings), ("family", families)] {
        for row in select_in(connection, &format!("SELECT {COLUMNS} FROM alert WHERE {column} IN"), "", keys).await? {
            alerts.push(read(&row)?);
        }
    }
    alerts.sort_by_key(|alert| alert.seq);
    alerts.dedup_by(|one, other| one.id == other.id);
    Ok(alerts)
}

/// Writes new alerts, and those that a listing's own page took over from its cards.
///
/// # Errors
/// The database does not answer.
pub async fn write(connection: &mut AnyConnection, new: &[AlertRow], moved: &[AlertRow]) -> Result<()> {
    let rows = new.iter().map(|one| {
        vec![
            one.id.as_str().into(),
            one.seq.into(),
            one.watch.as_str().into(),
            one.listing_id.as_str().into(),
            one.version_id.as_str().into(),
            one.capture_id.as_str().into(),
            one.source.as_str().into(),
            one.address.as_str().into(),
            one.title.as_str().into(),
            one.n.into(),
            one.vendor.as_str().into(),
            one.family.as_str().into(),
            one.goods.as_str().into(),
            one.created_at.into(),
            one.covered_by.clone().into(),
            one.state.as_str().into(),
        ]
    });
    insert_rows(connection, &format!("INSERT INTO alert ({COLUMNS}) VALUES"), "ON CONFLICT (id) DO NOTHING", rows.collect()).await?;
    // An alert raised and moved within one batch was moved in memory before it was written; its row is simply written again.
    let rows = moved
        .iter()
        .map(|one| vec![one.id.as_str().into(), one.version_id.as_str().into(), one.title.as_str().into(), one.address.as_str().into()]);
    let head = "UPDATE alert SET version_id = v.column2, title = v.column3, address = v.column4 FROM (VALUES";
    insert_rows(connection, head, ") AS v WHERE alert.id = v.column1", rows.collect()).await?;
    Ok(())
}

/// After facts were built again alerts are of the families that their versions are in now, so that later copies are counted under them.
///
/// # Errors
/// The database does not answer.
pub async fn follow_families(connection: &mut AnyConnection) -> Result<()> {
    sqlx::query("UPDATE alert SET family = v.family FROM version v WHERE v.id = alert.version_id AND alert.family <> v.family")
        .execute(connection)
        .await?;
    Ok(())
}

/// Alerts after `seq`, oldest first.
///
/// # Errors
/// The database does not answer.
pub async fn after(connection: &mut AnyConnection, seq: i64, most: i64) -> Result<Vec<AlertRow>> {
    let rows = sqlx::query(
        "SELECT id, seq, watch, listing_id, version_id, capture_id, source, address, title, n, vendor, family, goods, created_at, covered_by, state \
         FROM alert WHERE seq > $1 ORDER BY seq LIMIT $2",
    )
    .bind(seq)
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// Alerts of these identities, in no particular order.
///
/// # Errors
/// The database does not answer.
pub async fn by_ids(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<AlertRow>> {
    select_in(connection, &format!("SELECT {COLUMNS} FROM alert WHERE id IN"), "", ids).await?.iter().map(read).collect()
}

/// The alert of this identity.
///
/// # Errors
/// The database does not answer.
pub async fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<AlertRow>> {
    Ok(by_ids(connection, &[id.to_owned()]).await?.pop())
}

/// The last number given to an alert.
///
/// # Errors
/// The database does not answer.
pub async fn last_seq(connection: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM alert").fetch_one(connection).await?)
}

fn read(row: &AnyRow) -> Result<AlertRow> {
    Ok(AlertRow {
        id: row.try_get("id")?,
        seq: row.try_get("seq")?,
        watch: row.try_get("watch")?,
        listing_id: row.try_get("listing_id")?,
        version_id: row.try_get("version_id")?,
        capture_id: row.try_get("capture_id")?,
        source: row.try_get("source")?,
        address: row.try_get("address")?,
        title: row.try_get("title")?,
        n: row.try_get("n")?,
        vendor: row.try_get("vendor")?,
        family: row.try_get("family")?,
        goods: row.try_get("goods")?,
        created_at: row.try_get("created_at")?,
        covered_by: row.try_get("covered_by")?,
        state: row.try_get("state")?,
    })
}

/// Sets the state of triage of an alert.
///
/// # Errors
/// There is no such alert, or the database does not answer.
pub async fn set_state(connection: &mut AnyConnection, id: &str, state: &str) -> Result<()> {
    let changed = sqlx::query("UPDATE alert SET state = $1 WHERE id = $2")
        .bind(state.to_owned())
        .bind(id.to_owned())
        .execute(connection)
        .await?
        .rows_affected();
    if changed == 0 {
        bail!("there is no alert {id:?}; hint: `vigie alerts --json` shows them");
    }
    Ok(())
}
