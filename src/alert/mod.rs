//! Watches meet new versions: matches become alerts, and alerts that repeat one another become one notification.

pub mod besides;
pub mod change;
pub mod delivery;
pub mod outage;
pub mod raise;
pub mod payload;
pub mod feed;
pub mod channel;
pub mod keep;

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use vigie_index::{Document, Index, Percolator, Query};

pub use besides::{Happened, besides, happened, version_of};
pub use raise::{Around, Match, raise};

use crate::clock::from_micros;
use crate::config::watch::Event;
use crate::database::Connection;
use crate::indexing::document;
use crate::search;
use crate::store::fold::{ListingRow, VersionRow};
use crate::store::watches::{self, Watch};

/// All watches, ready to be asked.
pub struct Watchers {
    revision: i64,
    watches: HashMap<i64, Watch>,
    /// How many fire on each event.
    fire_on: HashMap<Event, usize>,
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
        let mut watchers =
            Self { revision: -1, watches: HashMap::new(), fire_on: HashMap::new(), percolator: Percolator::default(), index };
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
            let watch = self.watches.remove(&id);
            self.count_events(watch.as_ref(), false);
            self.percolator.remove(id);
        }
        let searcher = self.index.as_ref().and_then(|index| index.searcher().ok());
        let share = |word: &str| searcher.as_ref()?.share(word);
        for watch in new {
            let query = Query::parse(&watch.query, watch.created_at)
                .with_context(|| format!("watch {:?} is not understood; hint: remove it and add it again", watch.name))?;
            // Options change, questions do not.
            if !self.watches.contains_key(&watch.id) {
                self.percolator.add(watch.id, &query, &share);
            }
            self.count_events(Some(&watch), true);
            let before = self.watches.insert(watch.id, watch);
            self.count_events(before.as_ref(), false);
        }
        self.revision = revision;
        Ok(())
    }

    fn count_events(&mut self, watch: Option<&Watch>, more: bool) {
        for event in watch.into_iter().flat_map(|watch| watch.options.events()) {
            let many = self.fire_on.entry(event).or_default();
            *many = if more { *many + 1 } else { many.saturating_sub(1) };
        }
    }

    /// Whether a watch fires on an event.
    pub fn any_fires_on(&self, event: Event) -> bool {
        self.fire_on.get(&event).is_some_and(|many| *many > 0)
    }

    /// Which watch matches which of the versions, in the order of both. One that has ended by `now`, in microseconds, matches nothing.
    pub fn matches<'a>(
        &'a self,
        versions: &'a [VersionRow],
        types: &HashMap<String, String>,
        listings: &HashMap<&str, &'a ListingRow>,
        now: i64,
    ) -> Vec<Match<'a>> {
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
        let now = from_micros(now);
        let pairs = self.percolator.matches(&documents).into_iter();
        let of_pair = |(at, id): (usize, i64)| {
            let (watch, version) = (self.watches.get(&id)?, versions.get(at)?);
            let over = watch.options.expires.is_some_and(|end| end.0 <= now);
            let listing = listings.get(version.listing_id.as_str())?;
            (!over).then_some(Match { watch, version, listing, happened: None })
        };
        pairs.filter_map(of_pair).collect()
    }

    /// The watches that match a document. One that has ended by `now`, in microseconds, matches nothing.
    pub fn that_match(&self, document: Document, now: i64) -> Vec<&Watch> {
        let now = from_micros(now);
        let ids = self.percolator.matches(&[document]).into_iter();
        let watches = ids.filter_map(|(_, id)| self.watches.get(&id));
        watches.filter(|watch| watch.options.expires.is_none_or(|end| end.0 > now)).collect()
    }

    /// Which watches that fire on it match what something happened to.
    pub fn of_happened<'a>(
        &'a self,
        happened: &'a Happened,
        types: &HashMap<String, String>,
        listings: &HashMap<&str, &'a ListingRow>,
        now: i64,
    ) -> Vec<Match<'a>> {
        let mut found = Vec::new();
        for (version, event) in happened.versions.iter().zip(&happened.events) {
            let matches = self.matches(std::slice::from_ref(version), types, listings, now).into_iter();
            found.extend(matches.filter(|one| one.watch.options.fires_on(*event)).map(|one| Match { happened: Some(*event), ..one }));
        }
        found
    }
}
