//! What happens to listings beside what they say: they go and come back, their vendors are new, or moved, and so are payment addresses.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Result;

use crate::alert::Watchers;
use crate::alert::raise::Match;
use crate::config::watch::Event;
use crate::database::Connection;
use crate::persona::mark;
use crate::store::fold::{Changes, VersionRow};
use crate::store::read::{self, Stored};
use crate::store::{moves, personas};

/// Listings of a moved vendor that are put to the watches.
const OF_VENDOR: usize = 200;

/// Listings that something happened to, as they stand in the store.
#[derive(Debug, Default)]
pub struct Happened {
    /// The listings.
    pub stored: Vec<Stored>,
    /// Their versions in force, in the same order.
    pub versions: Vec<VersionRow>,
    /// What happened, in the same order.
    pub events: Vec<Event>,
}

impl Happened {
    fn add(&mut self, stored: Vec<Stored>, event: Event, captures: &BTreeMap<String, String>) {
        for one in stored {
            let capture = captures.get(&one.row.id).unwrap_or(&one.capture_id).clone();
            self.versions.push(version_of(&one, one.row.n_versions, capture));
            self.events.push(event);
            self.stored.push(one);
        }
    }
}

/// The version in force of a listing, as `capture` shows it.
pub fn version_of(stored: &Stored, n: i64, capture: String) -> VersionRow {
    VersionRow {
        id: stored.row.version_id.clone(),
        listing_id: stored.row.id.clone(),
        n,
        card: !stored.row.own_page,
        content_hash: String::new(),
        family: stored.family.clone(),
        seen_at: stored.row.last_seen,
        capture_id: capture,
        listing: stored.listing.clone(),
        replaces: Vec::new(),
    }
}

/// What a batch made happen that some watch asks for: pages that are gone or there again, vendors that turn out to come from another source.
/// `accounts` gives those of which it shows indicators.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn happened(
    connection: &mut Connection,
    watchers: &Watchers,
    changes: &Changes,
    accounts: impl FnOnce() -> Vec<String>,
) -> Result<Happened> {
    let mut happened = Happened::default();
    let said: HashSet<&str> = changes.versions.iter().map(|version| version.listing_id.as_str()).collect();
    for (event, ids) in [(Event::Removed, &changes.gone), (Event::Back, &changes.back)] {
        if ids.is_empty() || !watchers.any_fires_on(event) {
            continue;
        }
        // One that says something new is matched as that.
        let ids_only: Vec<String> = ids.keys().filter(|id| !said.contains(id.as_str())).cloned().collect();
        happened.add(read::by_ids(connection, &ids_only).await?, event, ids);
    }
    if watchers.any_fires_on(Event::VendorMoved) {
        let moved = moved(connection, accounts()).await?;
        let ids = moves::latest_listings(connection, &moved, OF_VENDOR).await?;
        happened.add(read::by_ids(connection, &ids).await?, Event::VendorMoved, &BTreeMap::new());
    }
    Ok(happened)
}

/// Those of the accounts that are one person with an account that sold on another source before.
async fn moved(connection: &mut Connection, accounts: Vec<String>) -> Result<Vec<String>> {
    let of_accounts = personas::of_accounts(connection, &accounts).await?;
    let mut moved = Vec::new();
    for (account, persona) in of_accounts {
        let members = personas::members(connection, &[persona]).await?;
        let first = moves::first_listings(connection, &members).await?;
        let Some((source, since)) = first.get(&account) else { continue };
        if first.values().any(|(other, before)| other != source && before < since) {
            moved.push(account);
        }
    }
    Ok(moved)
}

/// What else is true of listings that match, by listing: they are there again, the first of their vendor, or show what other sources showed.
///
/// # Errors
/// The database does not answer.
pub async fn besides(
    connection: &mut Connection,
    watchers: &Watchers,
    matches: &[Match<'_>],
    changes: &Changes,
) -> Result<HashMap<String, Vec<Event>>> {
    let mut besides = HashMap::<String, Vec<Event>>::new();
    let new: Vec<&Match<'_>> = matches.iter().filter(|one| one.happened.is_none()).collect();
    let mut note = |one: &Match<'_>, event| {
        let events = besides.entry(one.listing.id.clone()).or_default();
        if !events.contains(&event) {
            events.push(event);
        }
    };
    for one in new.iter().filter(|one| changes.back.contains_key(&one.listing.id)) {
        note(one, Event::Back);
    }
    if watchers.any_fires_on(Event::VendorNew) {
        let accounts = distinct(new.iter().map(|one| one.listing.vendor_id.clone()).filter(|id| !id.is_empty()).collect());
        let first = moves::first_listings(connection, &accounts).await?;
        for one in &new {
            if first.get(&one.listing.vendor_id).is_some_and(|(_, first)| *first == one.listing.first_seen) && one.version.n == 1 {
                note(one, Event::VendorNew);
            }
        }
    }
    if watchers.any_fires_on(Event::IndicatorMoved) {
        let names = |one: &Match<'_>| one.version.listing.indicators.iter().filter_map(mark::of).collect::<Vec<_>>();
        let all = distinct(new.iter().flat_map(|one| names(one)).collect());
        let shown = moves::first_shown(connection, &all).await?;
        for one in &new {
            let here = one.listing.source.as_str();
            let has_moved = |name: &mark::Name| {
                let sources = shown.get(name)?;
                let since = *sources.get(here)?;
                let elsewhere = sources.iter().any(|(source, before)| source != here && *before < since);
                Some(elsewhere && since == one.version.seen_at)
            };
            if names(one).iter().any(|name| has_moved(name) == Some(true)) {
                note(one, Event::IndicatorMoved);
            }
        }
    }
    Ok(besides)
}

fn distinct<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values.dedup();
    values
}
