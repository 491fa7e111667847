//! Watches meet new versions: matches become alerts, and alerts that repeat one another become one notification.

pub mod delivery;

use std::collections::HashMap;

use anyhow::{Context, Result};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use vigie_index::{Percolator, Query};

use crate::database::{insert_rows, select_in};
use crate::indexing::document;
use crate::store::fold::{ListingRow, VersionRow};
use crate::store::identity::alert_id;
use crate::store::watches::{self, Watch};

/// All watches, compiled; rebuilt when their revision changes.
pub struct Watchers {
    revision: i64,
    watches: Vec<Watch>,
    percolator: Percolator,
}

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
    /// Microseconds.
    pub created_at: i64,
    /// The alert whose notification covers this one.
    pub covered_by: Option<String>,
    /// State of triage.
    pub state: String,
}

const COLUMNS: &str =
    "id, seq, watch, listing_id, version_id, capture_id, source, address, title, n, vendor, family, created_at, covered_by, state";

impl Watchers {
    /// Compiles the watches of the store.
    ///
    /// # Errors
    /// The store does not answer, or a stored query is no longer understood: the sentence names the watch.
    pub async fn load(connection: &mut AnyConnection) -> Result<Self> {
        let revision = watches::revision(connection).await?;
        let watches = watches::list(connection).await?;
        let mut queries = Vec::with_capacity(watches.len());
        for watch in &watches {
            let query = Query::parse(&watch.query, watch.created_at)
                .with_context(|| format!("watch {:?} is not understood; hint: remove it and add it again", watch.name))?;
            queries.push((watch.id, query));
        }
        Ok(Self { revision, watches, percolator: Percolator::new(queries) })
    }

    /// Loads the watches again if a command changed them.
    ///
    /// # Errors
    /// As for [`Watchers::load`].
    pub async fn refresh(&mut self, connection: &mut AnyConnection) -> Result<()> {
        if watches::revision(connection).await? != self.revision {
            *self = Self::load(connection).await?;
        }
        Ok(())
    }

    /// Which watch matches which of the versions: pairs of positions in `versions` and watches, in their order.
    ///
    /// # Errors
    /// The index library fails.
    pub fn matches(
        &self,
        versions: &[VersionRow],
        types: &HashMap<String, String>,
        listings: &HashMap<&str, &ListingRow>,
    ) -> Result<Vec<(usize, &Watch)>> {
        if self.watches.is_empty() || versions.is_empty() {
            return Ok(Vec::new());
        }
        let documents: Vec<_> = versions
            .iter()
            .map(|version| {
                let row = listings.get(version.listing_id.as_str());
                let source = row.map_or("", |row| row.source.as_str());
                let mut document = document(&version.listing, source, types.get(source).map_or("", String::as_str));
                document.id = version.id.clone();
                document.first_seen = row.map_or(version.seen_at, |row| row.first_seen);
                document.last_seen = version.seen_at;
                document.n_versions = version.n.unsigned_abs();
                document
            })
            .collect();
        let by_id: HashMap<i64, &Watch> = self.watches.iter().map(|watch| (watch.id, watch)).collect();
        let mut matches = self.percolator.matches(&documents)?;
        matches.sort_unstable();
        Ok(matches.into_iter().filter_map(|(at, id)| by_id.get(&id).map(|watch| (at, *watch))).collect())
    }
}

/// Raises alerts for matches, inside the caller's transaction. Returns how many are new.
///
/// A listing's first own page takes over the alerts that its cards raised; a copy of a family that was notified before, from the same
/// vendor and source, is counted under that notification. What matched stays stored either way.
///
/// # Errors
/// The database does not answer.
pub async fn raise(
    connection: &mut AnyConnection,
    matches: &[(usize, &Watch)],
    versions: &[VersionRow],
    listings: &HashMap<&str, &ListingRow>,
    now: i64,
    seq: &mut i64,
) -> Result<u64> {
    if matches.is_empty() {
        return Ok(0);
    }
    let matched = || matches.iter().filter_map(|(at, _)| versions.get(*at));
    let mut keys: Vec<String> = matched().map(|version| version.listing_id.clone()).collect();
    keys.sort();
    keys.dedup();
    let mut families: Vec<String> = matched().map(|version| version.family.clone()).collect();
    families.sort();
    families.dedup();
    let mut alerts: Vec<AlertRow> = Vec::new();
    for (column, keys) in [("listing_id", &keys), ("family", &families)] {
        for row in select_in(connection, &format!("SELECT {COLUMNS} FROM alert WHERE {column} IN"), "", keys).await? {
            alerts.push(read(&row)?);
        }
    }
    alerts.sort_by_key(|alert| alert.seq);
    alerts.dedup_by(|one, other| one.id == other.id);
    let (mut new, mut moved) = (Vec::new(), Vec::new());
    for (at, watch) in matches {
        let Some(version) = versions.get(*at) else { continue };
        let Some(listing) = listings.get(version.listing_id.as_str()) else { continue };
        let id = alert_id(&watch.name, &watch.query, &version.id);
        let vendor = version.listing.vendor.as_ref().map(|vendor| vendor.name.clone()).unwrap_or_default();
        if alerts.iter().any(|alert| alert.id == id || (alert.watch == watch.name && alert.version_id == version.id)) {
            continue;
        }
        if let Some(card) = alerts.iter_mut().find(|alert| alert.watch == watch.name && version.replaces.contains(&alert.version_id)) {
            card.version_id.clone_from(&version.id);
            card.title.clone_from(&version.listing.title);
            moved.push(card.clone());
            continue;
        }
        let covering = alerts.iter().find(|alert| {
            alert.watch == watch.name
                && alert.covered_by.is_none()
                && alert.family == version.family
                && alert.vendor == vendor
                && alert.source == listing.source
                && alert.listing_id != version.listing_id
        });
        let covered_by = covering.map(|alert| alert.id.clone());
        *seq += 1;
        let alert = AlertRow {
            id,
            seq: *seq,
            watch: watch.name.clone(),
            listing_id: version.listing_id.clone(),
            version_id: version.id.clone(),
            capture_id: version.capture_id.clone(),
            source: listing.source.clone(),
            address: version.listing.url.clone(),
            title: version.listing.title.clone(),
            n: version.n,
            vendor,
            family: version.family.clone(),
            created_at: now,
            covered_by,
            state: "new".into(),
        };
        alerts.push(alert.clone());
        new.push(alert);
    }
    write(connection, &new, &moved).await?;
    Ok(new.len() as u64)
}

async fn write(connection: &mut AnyConnection, new: &[AlertRow], moved: &[AlertRow]) -> Result<()> {
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
            one.created_at.into(),
            one.covered_by.clone().into(),
            one.state.as_str().into(),
        ]
    });
    insert_rows(connection, &format!("INSERT INTO alert ({COLUMNS}) VALUES"), "ON CONFLICT (id) DO NOTHING", rows.collect()).await?;
    // An alert raised and moved within one batch was moved in memory before it was written; its row is simply written again.
    let rows = moved.iter().map(|one| vec![one.id.as_str().into(), one.version_id.as_str().into(), one.title.as_str().into()]);
    let head = "UPDATE alert SET version_id = v.column2, title = v.column3 FROM (VALUES";
    insert_rows(connection, head, ") AS v WHERE alert.id = v.column1", rows.collect()).await?;
    Ok(())
}

/// Alerts after `seq`, oldest first.
///
/// # Errors
/// The database does not answer.
pub async fn after(connection: &mut AnyConnection, seq: i64, most: i64) -> Result<Vec<AlertRow>> {
    let rows = sqlx::query(
        "SELECT id, seq, watch, listing_id, version_id, capture_id, source, address, title, n, vendor, family, created_at, covered_by, state \
         FROM alert WHERE seq > $1 ORDER BY seq LIMIT $2",
    )
    .bind(seq)
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
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
    let changed = sqlx::query("UPDATE alert SET state = $1 WHERE id = $2").bind(state.to_owned()).bind(id.to_owned()).execute(connection).await?.rows_affected();
    if changed == 0 {
        anyhow::bail!("there is no alert {id:?}; hint: `vigie alerts --json` shows them");
    }
    Ok(())
}
