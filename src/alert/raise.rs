//! Matches become alerts, and alerts become notifications: at once, later, gathered, or none.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Result;
use url::Url;
use vigie_extractors::canonical::listing_key;
use vigie_extractors::record::Listing;

use crate::alert::change::{self, Changed};
use crate::clock::{from_micros, micros};
use crate::config::watch::{Event, Per, Priority};
use crate::config::{Config, Tlp};
use crate::database::Connection;
use crate::store::alerts::{self, AlertRow};
use crate::store::fold::{ListingRow, VersionRow};
use crate::store::identity::{alert_id, event_id, twin};
use crate::store::replicas::Replicas;
use crate::store::watches::Watch;
use crate::store::{read, subjects};

/// Microseconds in which the end of one copy is the end of the others too.
const SAME_TIME: i64 = 86_400_000_000;

/// A watch that a listing matches, and why it was asked.
#[derive(Debug, Clone, Copy)]
pub struct Match<'a> {
    /// The watch.
    pub watch: &'a Watch,
    /// The version that matches.
    pub version: &'a VersionRow,
    /// Its listing.
    pub listing: &'a ListingRow,
    /// What happened to the listing beside what it says: [`Event::Back`] or [`Event::Removed`]; nothing where the version is new.
    pub happened: Option<Event>,
}

/// What raising needs to know besides.
#[derive(Debug)]
pub struct Around<'a> {
    /// Which source copies which.
    pub replicas: &'a Replicas,
    /// What is configured.
    pub config: &'a Config,
    /// Events of listings that are told apart from their versions: new vendors and moved indicators.
    pub besides: &'a HashMap<String, Vec<Event>>,
    /// Microseconds.
    pub now: i64,
}

/// Raises alerts for matches, inside the caller's transaction. Returns how many are new.
///
/// A listing's first own page takes over the alerts that its cards raised; a copy of a family that was notified before, from the same
/// vendor and source, is counted under that notification unless it tells a model, calibre, serial or split part that the other did not;
/// replicas count as the source that they copy, and so does what stands on another source under the same path with the same title, before enough
/// is known to call that one a replica. What matched stays stored either way, whatever the options of the watch let through.
///
/// # Errors
/// The database does not answer.
pub async fn raise(connection: &mut Connection, matches: &[Match<'_>], around: &Around<'_>, seq: &mut i64) -> Result<u64> {
    if matches.is_empty() {
        return Ok(0);
    }
    let distinct = |mut keys: Vec<String>| {
        keys.sort();
        keys.dedup();
        keys
    };
    let keys = distinct(matches.iter().map(|one| one.version.listing_id.clone()).collect());
    let families = distinct(matches.iter().map(|one| one.version.family.clone()).collect());
    let mut alerts = alerts::of(connection, &keys, &families).await?;
    let known = known(connection, matches).await?;
    let before = said_before(connection, matches, &alerts).await?;
    let restricted = subjects::restricted_ids(connection).await?;
    let mut raised = Raised::begin(connection).await?;
    for one in matches {
        let (watch, version, listing) = (one.watch, one.version, one.listing);
        let id = id_of(one);
        let same = |alert: &AlertRow| alert.watch == watch.name && alert.version_id == version.id && is_of_version(alert);
        if known.contains(&id) || alerts.iter().any(|alert| alert.id == id || one.happened.is_none() && same(alert)) {
            continue;
        }
        if let Some(card) = alerts.iter_mut().find(|alert| alert.watch == watch.name && version.replaces.contains(&alert.version_id)) {
            card.version_id.clone_from(&version.id);
            card.title.clone_from(&version.listing.title);
            card.address.clone_from(&version.listing.url);
            raised.moved.push(card.clone());
            continue;
        }
        let last = last_told(&alerts, watch, &version.listing_id);
        let of_batch = |id: &str| matches.iter().find(|other| other.version.id == id).map(|other| &other.version.listing);
        let changes: Vec<Changed> = match last {
            Some(last) if one.happened.is_none() => {
                let said = before.get(&last.version_id).or_else(|| of_batch(&last.version_id));
                // What a version said that is no longer stored is not known.
                said.map_or_else(|| vec![Changed::unknown()], |said| change::between(said, &version.listing))
            }
            _ => Vec::new(),
        };
        let mut events = vec![match (one.happened, last) {
            (Some(event), _) => event,
            (None, Some(_)) => Event::Changed,
            (None, None) => Event::New,
        }];
        events.extend(around.besides.get(&version.listing_id).into_iter().flatten());
        let vendor = version.listing.vendor.as_ref().map(|vendor| vendor.name.clone()).unwrap_or_default();
        *seq += 1;
        let mut alert = AlertRow {
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
            goods: goods(&version.listing),
            event: events.iter().map(|event| event.code()).collect::<Vec<_>>().join(" "),
            changes: if changes.is_empty() { String::new() } else { serde_json::to_string(&changes)? },
            ..blank(watch, &listing.source, around)
        };
        let asked = events.iter().any(|event| {
            watch.options.fires_on(*event) && (*event != Event::Changed || changes.iter().any(|change| change.is_asked(&watch.options)))
        });
        // What a watch asks for by name is no mere copy.
        let besides = events.iter().skip(1).any(|event| watch.options.fires_on(*event));
        if restricted.contains(&listing.vendor_id) {
            "restricted".clone_into(&mut alert.held);
        } else if !asked {
            "not_asked".clone_into(&mut alert.held);
        } else {
            alert.covered_by = if besides { None } else { covering(&alerts, &alert, listing, watch, around) };
            if alert.covered_by.is_none() {
                raised.notify(connection, &mut alert, watch, around.now).await?;
            }
        }
        alerts.push(alert.clone());
        raised.new.push(alert);
    }
    raised.write(connection).await
}

/// An alert of a watch about a source, with what does not depend on the listing. It is marked as strictly as both.
pub(super) fn blank(watch: &Watch, source: &str, around: &Around<'_>) -> AlertRow {
    let of_source = around.config.source(source).map(|source| source.tlp);
    AlertRow {
        priority: watch.options.priority.code().to_owned(),
        tlp: watch.options.tlp.max(of_source).map(Tlp::code).unwrap_or_default().to_owned(),
        case_ref: watch.options.case.clone(),
        details: watch.options.details,
        watch: watch.name.clone(),
        created_at: around.now,
        state: "new".to_owned(),
        ..AlertRow::default()
    }
}

/// What is written at the end.
#[derive(Default)]
pub(super) struct Raised {
    pub(super) new: Vec<AlertRow>,
    moved: Vec<AlertRow>,
    /// The number of the next notification that goes out at once.
    next: i64,
    /// By watch and time: the alert that gathers others until then.
    heads: HashMap<(String, i64), String>,
    /// By the alert whose notification tells of them: those that a threshold held back.
    over: BTreeMap<String, Vec<String>>,
}

impl Raised {
    pub(super) async fn begin(connection: &mut Connection) -> Result<Self> {
        Ok(Self { next: alerts::last_notice(connection).await? + 1, ..Self::default() })
    }

    /// When an alert is notified, if it is.
    pub(super) async fn notify(&mut self, connection: &mut Connection, alert: &mut AlertRow, watch: &Watch, now: i64) -> Result<()> {
        let options = &watch.options;
        let at = from_micros(now);
        if options.mute_until.is_some_and(|until| at < until.0) {
            "muted".clone_into(&mut alert.held);
            return Ok(());
        }
        if let Some(least) = options.at_least {
            let since = now.saturating_sub(i64::try_from(least.within.as_micros()).unwrap_or(i64::MAX));
            let mut held = alerts::below_threshold(connection, &watch.name, since).await?;
            let told: HashSet<&String> = self.over.values().flatten().collect();
            held.retain(|(id, _)| !told.contains(id));
            let here = self.new.iter().filter(|one| one.watch == watch.name && one.held == "threshold");
            held.extend(here.map(|one| (one.id.clone(), one.family.clone())));
            let mut families: HashSet<&str> = held.iter().map(|(_, family)| family.as_str()).collect();
            families.insert(&alert.family);
            if families.len() < least.families as usize {
                "threshold".clone_into(&mut alert.held);
                return Ok(());
            }
            for one in &mut self.new {
                if one.watch == watch.name && one.held == "threshold" {
                    one.held.clear();
                    one.gathered_by = Some(alert.id.clone());
                }
            }
            self.over.entry(alert.id.clone()).or_default().extend(held.into_iter().map(|(id, _)| id));
        }
        let mut due = at;
        if options.priority != Priority::Urgent {
            if let Some(digest) = &options.digest {
                due = digest.next(due);
            }
            due = options.quiet.as_ref().and_then(|quiet| quiet.ends(due)).unwrap_or(due);
        }
        let due = micros(due);
        if due <= now {
            alert.due_at = now;
            alert.notice = self.next;
            self.next += 1;
            return Ok(());
        }
        if options.digest.is_some() {
            let key = (watch.name.clone(), due);
            let head = match self.heads.get(&key) {
                Some(head) => Some(head.clone()),
                None => alerts::gathering(connection, &watch.name, due).await?,
            };
            self.heads.insert(key, head.clone().unwrap_or_else(|| alert.id.clone()));
            if let Some(head) = head {
                self.hand_over(&alert.id, &head);
                alert.gathered_by = Some(head);
                return Ok(());
            }
        }
        alert.due_at = due;
        Ok(())
    }

    /// What one alert would have told of besides, another tells of now.
    fn hand_over(&mut self, from: &str, to: &str) {
        for one in self.new.iter_mut().filter(|one| one.gathered_by.as_deref() == Some(from)) {
            one.gathered_by = Some(to.to_owned());
        }
        let ids = self.over.remove(from).unwrap_or_default();
        self.over.entry(to.to_owned()).or_default().extend(ids);
    }

    /// Writes all of it; returns how many alerts are new.
    pub(super) async fn write(self, connection: &mut Connection) -> Result<u64> {
        alerts::write(connection, &self.new, &self.moved).await?;
        for (head, ids) in &self.over {
            alerts::gather(connection, ids, head).await?;
        }
        Ok(self.new.len() as u64)
    }
}

/// Identities of alerts of vendors that were raised under other listings of theirs.
async fn known(connection: &mut Connection, matches: &[Match<'_>]) -> Result<HashSet<String>> {
    let moved = matches.iter().filter(|one| one.happened == Some(Event::VendorMoved)).map(id_of).collect::<Vec<_>>();
    Ok(alerts::by_ids(connection, &moved).await?.into_iter().map(|alert| alert.id).collect())
}

fn id_of(one: &Match<'_>) -> String {
    let (watch, version) = (one.watch, one.version);
    match one.happened {
        None => alert_id(&watch.name, &watch.query, &version.id),
        // A vendor moves once, whatever it sells.
        Some(event @ Event::VendorMoved) => event_id(&watch.name, &watch.query, &one.listing.vendor_id, event.code(), ""),
        Some(event) => event_id(&watch.name, &watch.query, &version.id, event.code(), &version.capture_id),
    }
}

/// Whether an alert stands for what a version says, not for what became of its listing.
fn is_of_version(alert: &AlertRow) -> bool {
    let first = alert.event.split(' ').next();
    first == Some(Event::New.code()) || first == Some(Event::Changed.code())
}

/// What a watch last heard of a listing: the last alert that somebody was told of, or else the last one.
fn last_told<'a>(alerts: &'a [AlertRow], watch: &Watch, listing: &str) -> Option<&'a AlertRow> {
    let mut of_it = alerts.iter().rev().filter(|alert| alert.watch == watch.name && alert.listing_id == listing && is_of_version(alert));
    let last = of_it.clone().next();
    of_it.find(|alert| alert.held.is_empty()).or(last)
}

/// What the versions said that watches heard of before, by version.
async fn said_before(connection: &mut Connection, matches: &[Match<'_>], alerts: &[AlertRow]) -> Result<HashMap<String, Listing>> {
    let mut ids: Vec<String> = matches
        .iter()
        .filter(|one| one.happened.is_none())
        .filter_map(|one| last_told(alerts, one.watch, &one.version.listing_id))
        .map(|alert| alert.version_id.clone())
        .collect();
    ids.sort();
    ids.dedup();
    let stored = read::versions(connection, &ids).await?;
    Ok(stored.into_iter().map(|one| (one.id, one.listing)).collect())
}

/// The alert whose notification stands for this one too.
fn covering(alerts: &[AlertRow], alert: &AlertRow, listing: &ListingRow, watch: &Watch, around: &Around<'_>) -> Option<String> {
    if watch.options.per != Per::Family {
        return None;
    }
    let original = |source: &str| around.replicas.original(source).to_owned();
    let happened = |other: &AlertRow| {
        if is_of_version(alert) {
            is_of_version(other)
        } else {
            other.event == alert.event && alert.created_at - other.created_at < SAME_TIME
        }
    };
    let covers = |other: &&AlertRow| {
        other.watch == watch.name
            && other.covered_by.is_none()
            && other.held.is_empty()
            && other.family == alert.family
            && other.vendor == alert.vendor
            && (original(&other.source) == original(&alert.source) || !listing.twin.is_empty() && twin_of(other) == listing.twin)
            && other.listing_id != alert.listing_id
            && tells_no_more(&alert.goods, &other.goods)
            && happened(other)
    };
    alerts.iter().find(covers).map(|other| other.id.clone())
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
