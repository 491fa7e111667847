//! Watches meet new versions: matches become alerts, and alerts that repeat one another become one notification.

pub mod delivery;
pub mod payload;
pub mod feed;
pub mod channel;

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use url::Url;
use vigie_extractors::canonical::listing_key;
use vigie_extractors::record::Listing;
use vigie_index::{Index, Percolator, Query};

use crate::database::Connection;
use crate::indexing::document;
use crate::search;
use crate::store::alerts::{self, AlertRow};
use crate::store::fold::{ListingRow, VersionRow};
use crate::store::identity::{alert_id, twin};
use crate::store::replicas::Replicas;
use crate::store::watches::{self, Watch};

/// All watches, ready to be asked.
pub struct Watchers {
    revision: i64,
    watches: HashMap<i64, Watch>,
    percolator: Percolator,
    /// The index, whose words tell how rare what a watch asks for is; none before the first crawl.
    index: Option<Index>,
}

impl Watchers {
    /// Makes the watches of the store ready.
    ///
    /// # Errors
    /// The store does not answer, or a stored query is no longer understood: the sentence names the watch.
    pub async fn load(connection: &mut Connection, data: &Path) -> Result<Self> {
        let index = search::open(data).ok();
        let mut watchers = Self { revision: -1, watches: HashMap::new(), percolator: Percolator::default(), index };
        watchers.refresh(connection).await?;
        Ok(watchers)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.watches.len()
    }

    /// Takes over what commands changed since the last look; costs nothing for watches that stayed as they are.
    ///
    /// # Errors
    /// As for [`Watchers::load`].
    pub async fn refresh(&mut self, connection: &mut Connection) -> Result<()> {
        let revision = watches::revision(connection).await?;
        if revision == self.revision {
            return Ok(());
        }
        let (new, gone) = watches::since(connection, self.revision).await?;
        for id in gone {
            self.watches.remove(&id);
            self.percolator.remove(id);
        }
        let searcher = self.index.as_ref().and_then(|index| index.searcher().ok());
        let share = |word: &str| searcher.as_ref()?.share(word);
        for watch in new {
            let query = Query::parse(&watch.query, watch.created_at)
                .with_context(|| format!("watch {:?} is not understood; hint: remove it and add it again", watch.name))?;
            self.percolator.add(watch.id, &query, &share);
            self.watches.insert(watch.id, watch);
        }
        self.revision = revision;
        Ok(())
    }

    /// Which watch matches which of the versions: pairs of positions in `versions` and watches, in their order.
    pub fn matches(
        &self,
        versions: &[VersionRow],
        types: &HashMap<String, String>,
        listings: &HashMap<&str, &ListingRow>,
    ) -> Vec<(usize, &Watch)> {
        if self.watches.is_empty() {
            return Vec::new();
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
        let matches = self.percolator.matches(&documents);
        matches.into_iter().filter_map(|(at, id)| self.watches.get(&id).map(|watch| (at, watch))).collect()
    }
}

/// Raises alerts for matches, inside the caller's transaction. Returns how many are new.
///
/// A listing's first own page takes over the alerts that its cards raised; a copy of a family that was notified before, from the same
/// vendor and source, is counted under that notification unless it tells a model, calibre, serial or split part that the other did not;
/// replicas count as the source that they copy, and so does what stands on another source under the same path with the same title, before enough
/// is known to call that one a replica. What matched stays stored either way.
///
/// # Errors
/// The database does not answer.
pub async fn raise(
    connection: &mut Connection,
    matches: &[(usize, &Watch)],
    versions: &[VersionRow],
    listings: &HashMap<&str, &ListingRow>,
    replicas: &Replicas,
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
    let mut alerts = alerts::of(connection, &keys, &families).await?;
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
            card.address.clone_from(&version.listing.url);
            moved.push(card.clone());
            continue;
        }
        let goods = goods(&version.listing);
        let covering = alerts.iter().find(|alert| {
            alert.watch == watch.name
                && alert.covered_by.is_none()
                && alert.family == version.family
                && alert.vendor == vendor
                && (replicas.original(&alert.source) == replicas.original(&listing.source)
                    || !listing.twin.is_empty() && twin_of(alert) == listing.twin)
                && alert.listing_id != version.listing_id
                && tells_no_more(&goods, &alert.goods)
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
            goods,
            created_at: now,
            covered_by,
            state: "new".into(),
        };
        alerts.push(alert.clone());
        new.push(alert);
    }
    alerts::write(connection, &new, &moved).await?;
    Ok(new.len() as u64)
}

/// What the listing of an alert has in common with its copy on another source.
fn twin_of(alert: &AlertRow) -> String {
    let key = Url::parse(&alert.address).map_or_else(|_| alert.address.clone(), |url| listing_key(&url));
    twin(&key, &alert.title, &alert.vendor)
}

/// What a listing tells of model, calibre, serial and part of a split thing, as JSON.
fn goods(listing: &Listing) -> String {
    let firearm = listing.firearm.as_ref();
    let told: Goods = [
        firearm.and_then(|one| one.model.clone()).unwrap_or_default(),
        firearm.map(|one| one.calibre_ids.join(" ")).unwrap_or_default(),
        firearm.and_then(|one| one.serial.clone()).unwrap_or_default(),
        listing.split.as_ref().map(|split| split.part.to_string()).unwrap_or_default(),
    ];
    serde_json::to_string(&told).unwrap_or_default()
}

type Goods = [String; 4];

/// Whether each thing that is told was told before.
fn tells_no_more(told: &str, before: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Goods>(text).unwrap_or_default();
    read(told).iter().zip(&read(before)).all(|(told, before)| told.is_empty() || told == before)
}
