//! Folds sightings into listings and versions, one after the other in the order of their captures.

use std::collections::{BTreeMap, HashMap, HashSet};

use vigie_extractors::record::Listing;

use crate::store::identity::{content_hash, listing_id, said, twin, vendor_id, version_id};

/// A listing as one capture shows it.
#[derive(Debug, Clone)]
pub struct Sighted {
    /// Source id.
    pub source: String,
    /// The capture.
    pub capture_id: String,
    /// Time of the capture, microseconds.
    pub at: i64,
    /// Whether the capture is the listing's own page, not a card.
    pub own_page: bool,
    /// Whether others observed it, at a time of their own: rows of an import come in any order, and an older one is history only.
    pub imported: bool,
    /// What was read.
    pub listing: Listing,
}

/// The row of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingRow {
    /// Identity.
    pub id: String,
    /// Source id.
    pub source: String,
    /// Identity on the source.
    pub key: String,
    /// Address at the last sighting of its own page, or of a card before that.
    pub address: String,
    /// Latest version.
    pub version_id: String,
    /// The account that sells it, as that version names it; empty without one.
    pub vendor_id: String,
    /// See [`twin`].
    pub twin: String,
    /// Whether its own page was read.
    pub own_page: bool,
    /// Distinct contents.
    pub n_versions: i64,
    /// Captures that showed it.
    pub n_sightings: i64,
    /// Microseconds.
    pub first_seen: i64,
    /// Microseconds.
    pub last_seen: i64,
    /// When its page was first found gone, microseconds; 0 while it is there.
    pub gone_at: i64,
    /// The capture that found it so; empty while it is there.
    pub gone_capture: String,
    /// Order of changes.
    pub seq: i64,
}

/// A new version.
#[derive(Debug, Clone)]
pub struct VersionRow {
    /// Identity.
    pub id: String,
    /// Its listing.
    pub listing_id: String,
    /// Number within the listing, from 1.
    pub n: i64,
    /// Whether it was read from a card.
    pub card: bool,
    /// See [`content_hash`].
    pub content_hash: String,
    /// The family's identity; until [`crate::store::family::join`] gave it one, the digest of what is [`said`].
    pub family: String,
    /// Microseconds.
    pub seen_at: i64,
    /// The capture that first showed it.
    pub capture_id: String,
    /// What was read.
    pub listing: Listing,
    /// Card versions that this first own-page version takes the place of.
    pub replaces: Vec<String>,
}

/// A sighting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SightingRow {
    /// Its listing.
    pub listing_id: String,
    /// The capture.
    pub capture_id: String,
    /// Microseconds.
    pub seen_at: i64,
    /// The version in force then.
    pub version_id: String,
}

/// What the store knows of a listing before a batch.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its row.
    pub row: ListingRow,
    /// Its versions: identity, number, card.
    pub versions: Vec<(String, i64, bool)>,
}

/// Folds a batch. Holds only the listings that the batch touches.
#[derive(Debug, Default)]
pub struct Fold {
    known: HashMap<String, Known>,
    touched: HashSet<String>,
    new_versions: Vec<VersionRow>,
    sightings: Vec<SightingRow>,
    seen: HashSet<(String, String)>,
    listings_new: BTreeMap<String, u64>,
    gone: BTreeMap<String, String>,
    back: BTreeMap<String, String>,
}

/// The rows that a batch adds or changes.
#[derive(Debug, Default)]
pub struct Changes {
    /// Rows of listings, in a fixed order.
    pub listings: Vec<ListingRow>,
    /// New versions, in the order they appeared.
    pub versions: Vec<VersionRow>,
    /// New sightings.
    pub sightings: Vec<SightingRow>,
    /// Listings met for the first time, by source.
    pub listings_new: BTreeMap<String, u64>,
    /// Listings whose page is gone now and was there before: identity, and the capture that found it so.
    pub gone: BTreeMap<String, String>,
    /// Listings that were gone before the batch and are there again, with the capture that shows them.
    pub back: BTreeMap<String, String>,
}

impl Fold {
    /// A fold over what the store knows of the listings that the batch will show.
    pub fn new(known: Vec<Known>) -> Self {
        Self { known: known.into_iter().map(|one| (one.row.id.clone(), one)).collect(), ..Self::default() }
    }

    /// Adds a sighting. One capture that shows a listing twice counts once.
    pub fn sight(&mut self, sighted: Sighted) {
        let id = listing_id(&sighted.source, &sighted.listing.key);
        if !self.seen.insert((id.clone(), sighted.capture_id.clone())) {
            return;
        }
        let content = content_hash(&sighted.listing);
        let version = version_id(&id, &content);
        let known = match self.known.get_mut(&id) {
            Some(known) => known,
            None => {
                *self.listings_new.entry(sighted.source.clone()).or_default() += 1;
                self.known.entry(id.clone()).or_insert(Known { row: new_row(&id, &sighted), versions: Vec::new() })
            }
        };
        let row = &mut known.row;
        let history = sighted.imported && !row.version_id.is_empty() && sighted.at < row.last_seen;
        row.n_sightings += 1;
        row.first_seen = row.first_seen.min(sighted.at);
        row.last_seen = row.last_seen.max(sighted.at);
        // Once its own page was seen, a card never overwrites, blanks or versions a listing.
        if sighted.own_page || !row.own_page {
            let first_own = sighted.own_page && !row.own_page;
            if row.gone_at > 0 && self.gone.remove(&id).is_none() {
                self.back.insert(id.clone(), sighted.capture_id.clone());
            }
            row.gone_at = 0;
            row.gone_capture.clear();
            row.own_page |= sighted.own_page;
            if !history {
                row.address.clone_from(&sighted.listing.url);
                row.version_id.clone_from(&version);
                row.vendor_id = sighted.listing.vendor.as_ref().map_or_else(String::new, |vendor| vendor_id(&sighted.source, &vendor.name));
                let vendor = sighted.listing.vendor.as_ref().map_or("", |vendor| vendor.name.as_str());
                // The numbers of imported rows are the same everywhere and name no place on a site.
                let placed = !sighted.listing.url.starts_with("urn:");
                row.twin = if placed { twin(&sighted.listing.key, &sighted.listing.title, vendor) } else { String::new() };
            }
            let card = !sighted.own_page;
            if !known.versions.iter().any(|(id, _, of_card)| *id == version && *of_card == card) {
                let replaces = if first_own {
                    known.versions.iter().filter(|one| one.2 && one.0 != version).map(|one| one.0.clone()).collect()
                } else {
                    Vec::new()
                };
                // The first own page takes the place of the cards that led to it.
                let n =
                    if first_own { 1 } else { known.versions.iter().filter(|one| one.2 == card).map(|one| one.1).max().unwrap_or(0) + 1 };
                known.versions.retain(|one| one.0 != version);
                known.versions.push((version.clone(), n, card));
                row.n_versions = n;
                self.new_versions.push(VersionRow {
                    id: version,
                    listing_id: id.clone(),
                    n,
                    card,
                    content_hash: content,
                    family: said(&sighted.source, &sighted.listing),
                    seen_at: sighted.at,
                    capture_id: sighted.capture_id.clone(),
                    listing: sighted.listing,
                    replaces,
                });
            }
        }
        let version_id = known.row.version_id.clone();
        self.sightings.push(SightingRow { listing_id: id.clone(), capture_id: sighted.capture_id, seen_at: sighted.at, version_id });
        self.touched.insert(id);
    }

    /// Notes that a listing's own page is gone.
    pub fn gone(&mut self, source: &str, key: &str, at: i64, capture_id: &str) {
        let id = listing_id(source, key);
        if let Some(known) = self.known.get_mut(&id).filter(|known| known.row.gone_at == 0) {
            known.row.gone_at = at;
            capture_id.clone_into(&mut known.row.gone_capture);
            if self.back.remove(&id).is_none() {
                self.gone.insert(id.clone(), capture_id.to_owned());
            }
            self.touched.insert(id);
        }
    }

    /// The rows to write, with sequence numbers after `seq`, which moves on.
    pub fn finish(mut self, seq: &mut i64) -> Changes {
        let mut listings = BTreeMap::new();
        for id in &self.touched {
            if let Some(known) = self.known.remove(id) {
                listings.insert(id.clone(), known.row);
            }
        }
        let mut listings: Vec<ListingRow> = listings.into_values().collect();
        for row in &mut listings {
            *seq += 1;
            row.seq = *seq;
        }
        // A page that says no more than its card has the card's identity; the page's row stands for both.
        let mut versions = self.new_versions;
        let pages: HashSet<String> = versions.iter().filter(|one| !one.card).map(|one| one.id.clone()).collect();
        versions.retain(|one| !one.card || !pages.contains(&one.id));
        Changes { listings, versions, sightings: self.sightings, listings_new: self.listings_new, gone: self.gone, back: self.back }
    }
}

fn new_row(id: &str, sighted: &Sighted) -> ListingRow {
    ListingRow {
        id: id.to_owned(),
        source: sighted.source.clone(),
        key: sighted.listing.key.clone(),
        address: sighted.listing.url.clone(),
        version_id: String::new(),
        vendor_id: String::new(),
        twin: String::new(),
        own_page: false,
        n_versions: 0,
        n_sightings: 0,
        first_seen: sighted.at,
        last_seen: sighted.at,
        gone_at: 0,
        gone_capture: String::new(),
        seq: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sighted(capture: &str, own_page: bool, title: &str) -> Sighted {
        let listing = Listing { key: "/item/1".into(), url: "http://a.example/item/1".into(), title: title.into(), ..Listing::default() };
        Sighted { source: "s".into(), capture_id: capture.into(), at: 1_000, own_page, imported: false, listing }
    }

    #[test]
    fn a_card_gives_a_sighting_and_never_a_version_once_the_page_was_seen() {
        let mut fold = Fold::default();
        fold.sight(sighted("c1", false, "Glock 19 ..."));
        fold.sight(sighted("c2", true, "Glock 19 gen 5"));
        fold.sight(sighted("c3", false, "Glock 19 ..."));
        fold.sight(sighted("c3", false, "Glock 19 ..."));
        let changes = fold.finish(&mut 0);
        let row = &changes.listings[0];
        assert_eq!((row.n_versions, row.n_sightings, row.own_page), (1, 3, true));
        assert_eq!(changes.versions.iter().map(|one| (one.n, one.card)).collect::<Vec<_>>(), [(1, true), (1, false)]);
        assert_eq!(changes.versions[1].replaces, [changes.versions[0].id.clone()]);
        assert_eq!(row.version_id, changes.versions[1].id);
    }

    #[test]
    fn content_that_comes_back_is_the_version_it_was() {
        let mut fold = Fold::default();
        for (capture, title) in [("c1", "450"), ("c2", "430"), ("c3", "450")] {
            fold.sight(sighted(capture, true, title));
        }
        let changes = fold.finish(&mut 0);
        assert_eq!(changes.versions.len(), 2);
        assert_eq!(changes.listings[0].n_versions, 2);
        assert_eq!(changes.listings[0].version_id, changes.versions[0].id);
    }

    #[test]
    fn a_card_that_says_the_same_as_the_page_still_becomes_its_version() {
        let mut fold = Fold::default();
        fold.sight(sighted("c1", false, "same"));
        fold.sight(sighted("c2", true, "same"));
        let changes = fold.finish(&mut 0);
        assert_eq!(changes.listings[0].n_versions, 1);
        assert_eq!(changes.versions.iter().map(|one| (one.n, one.card)).collect::<Vec<_>>(), [(1, false)]);
        assert_eq!(changes.versions[0].id, changes.listings[0].version_id);
    }

    #[test]
    fn an_imported_row_older_than_what_is_known_is_history() {
        let mut fold = Fold::default();
        for (capture, at, title) in [("c1", 3_000, "newest"), ("c2", 1_000, "oldest"), ("c3", 2_000, "middle")] {
            fold.sight(Sighted { at, imported: true, ..sighted(capture, true, title) });
        }
        let changes = fold.finish(&mut 0);
        let row = &changes.listings[0];
        assert_eq!((row.n_versions, row.n_sightings, row.first_seen, row.last_seen), (3, 3, 1_000, 3_000));
        assert_eq!(row.version_id, changes.versions[0].id);
    }
}
