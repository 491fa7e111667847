//! Gathers listings into the cells of the tables, one source after the other, so that only one source's weeks are held at a time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;

use crate::clock::from_micros;
use crate::config::{Config, SourceType};
use crate::database::Connection;
use crate::export::pseudonym::Pseudonyms;
use crate::export::tables::advert::{Advert, Facts, Joining};
use crate::export::tables::cells::{Cell, Shown, withheld};
use crate::export::tables::errors::{self, Strata};
use crate::export::tables::profile::Crosswalk;
use crate::store::read::{self, Ended, InWeek};
use crate::store::sample::Told;

/// Listings taken in at a time.
const BATCH: usize = 256;
const WEEK: i64 = 7 * 86_400_000_000;
/// Monday 1969-12-29, microseconds.
const FIRST_MONDAY: i64 = -3 * 86_400_000_000;

/// The cells as they fill.
pub(super) struct Collected<'a> {
    crosswalk: &'a Crosswalk,
    pseudonyms: &'a Pseudonyms,
    prices: BTreeMap<[String; 4], Cell>,
    origins: BTreeMap<[String; 2], Cell>,
    labels: HashMap<String, Told>,
    strata: Strata,
    tallies: Tallies,
}

/// Rows ready to be written, and what the manifest counts.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    /// Rows of each table in the order of `TABLES`.
    pub tables: [Vec<Vec<String>>; 5],
    /// Rows of each table in which something is withheld.
    pub suppressed: [u64; 5],
    /// Listings read.
    pub listings: u64,
    /// Listings that are supply, parts counted one by one.
    pub supply: u64,
    /// Listings left out, by intent.
    pub other_intents: BTreeMap<String, u64>,
    /// Sources that are replicas of others.
    pub replicas: u64,
    /// Their listings, which are left out.
    pub of_replicas: u64,
    /// Listings that are parts of something paid in parts.
    pub parts: u64,
    /// Advertisements after joining parts.
    pub adverts: u64,
    /// Advertisements without a price to be compared, by reason.
    pub unpriced: BTreeMap<&'static str, u64>,
    /// Listings by the version of the codebook that classified them.
    pub codebooks: BTreeMap<String, u64>,
    /// Captures by outcome.
    pub outcomes: BTreeMap<String, i64>,
    /// Mondays of the first and the last week.
    pub weeks: Option<(String, String)>,
}

impl<'a> Collected<'a> {
    /// Nothing collected yet; `labels` is what persons said of listings.
    pub(super) fn new(crosswalk: &'a Crosswalk, pseudonyms: &'a Pseudonyms, labels: HashMap<String, Told>) -> Self {
        let (prices, origins, strata) = (BTreeMap::new(), BTreeMap::new(), Strata::new());
        Self { crosswalk, pseudonyms, prices, origins, labels, strata, tallies: Tallies::default() }
    }

    /// Counts a source that is a replica, and nothing of what it offers.
    pub(super) fn replica(&mut self, listings: usize) {
        self.tallies.replicas += 1;
        self.tallies.of_replicas += listings as u64;
    }

    /// Takes in the listings of a source.
    pub(super) async fn source(
        &mut self,
        connection: &mut Connection,
        source: &str,
        kind: Option<SourceType>,
        ids: &[String],
        progress: &mut impl FnMut(u64),
    ) -> Result<()> {
        let mut weeks = BTreeMap::<(i64, String, String), Cell>::new();
        let (mut joining, mut joining_by_week) = (Joining::default(), BTreeMap::<i64, Joining>::new());
        for ids in ids.chunks(BATCH) {
            let latest = read::latest(connection, ids).await?;
            let seen = in_force(read::weeks(connection, ids).await?, &latest);
            let facts = self.facts(connection, source, kind, latest.values().chain(seen.values().map(|(_, version)| version))).await?;
            for id in ids {
                if let Some(facts) = latest.get(id).and_then(|version| facts.get(version))
                    && self.tallies.count(facts)
                {
                    self.strata.entry(facts.told.clone()).or_default().add(id, self.labels.get(id), 1);
                    if let Some(advert) = joining.add(facts) {
                        self.add(&advert);
                    }
                }
                for ((_, week), (_, version)) in seen.range((id.clone(), i64::MIN)..=(id.clone(), i64::MAX)) {
                    if let Some(facts) = facts.get(version).filter(|facts| facts.is_supply())
                        && let Some(advert) = joining_by_week.entry(*week).or_default().add(facts)
                    {
                        in_week(&mut weeks, *week, &advert);
                    }
                }
            }
            progress(self.tallies.listings);
        }
        joining.finish().for_each(|advert| self.add(&advert));
        for (week, joining) in joining_by_week {
            joining.finish().for_each(|advert| in_week(&mut weeks, week, &advert));
        }
        let (name, kind) = (self.pseudonyms.source(source), kind_code(kind));
        for ((week, category, origin), cell) in weeks {
            // No sum of these is shown anywhere.
            let shown = cell.show(false);
            let (label, monday) = dates(week);
            self.tallies.span(&monday);
            let head = [label, monday, category, name.clone(), kind.clone(), origin];
            let tail = [text(shown.currency.as_ref()), number(&shown.prices.as_ref().map(|prices| prices.n))];
            let median = text(shown.prices.as_ref().and_then(|prices| prices.median).as_ref());
            let last = [median, number(&shown.other_prices), shown.suppressed.join(" ")];
            self.tallies.row(0, &shown.suppressed, head.into_iter().chain(counts(&shown)).chain(tail).chain(last));
        }
        Ok(())
    }

    /// What these versions say, read in sets and kept without their texts.
    async fn facts<'v>(
        &self,
        connection: &mut Connection,
        source: &str,
        kind: Option<SourceType>,
        versions: impl Iterator<Item = &'v String>,
    ) -> Result<HashMap<String, Facts>> {
        let mut wanted: Vec<String> = versions.cloned().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut facts = HashMap::with_capacity(wanted.len());
        for ids in wanted.chunks(BATCH) {
            for one in read::versions(connection, ids).await? {
                facts.insert(one.id, Facts::read(&one.listing, &one.family, source, kind, self.crosswalk));
            }
        }
        Ok(facts)
    }

    /// Adds an advertisement in its latest version to the tables over the whole time.
    fn add(&mut self, advert: &Advert) {
        self.tallies.adverts += 1;
        self.origins.entry([advert.origin.clone(), advert.category.clone()]).or_default().add(advert);
        match &advert.price {
            Ok(price) => {
                let key = [advert.category.clone(), advert.subtype.clone(), price.currency.clone(), price.unit.clone()];
                self.prices.entry(key).or_default().add(advert);
            }
            Err(reason) => *self.tallies.unpriced.entry(reason).or_default() += 1,
        }
    }

    /// What may be shown of everything.
    pub(super) fn finish(mut self, outcomes: &[Ended], config: &Config) -> Tallies {
        let counts_of: Vec<u64> = self.prices.values().map(Cell::listings).collect();
        for ((key, cell), withheld) in self.prices.into_iter().zip(withheld(&counts_of)) {
            let shown = cell.show(withheld);
            let prices = shown.prices.as_ref();
            let figures = prices
                .map(|one| [one.median, one.q1, one.q3, one.iqr, one.min, one.max, one.mean])
                .unwrap_or_default()
                .map(|figure| text(figure.as_ref()));
            let suppressed = [shown.suppressed.join(" ")];
            self.tallies.row(1, &shown.suppressed, key.into_iter().chain(counts(&shown)).chain(figures).chain(suppressed));
        }
        let withheld_origins = by_category(&self.origins);
        for (key, cell) in self.origins {
            let mut shown = cell.show(withheld_origins.contains(&key));
            shown.suppressed.retain(|what| *what != "prices");
            let suppressed = [shown.suppressed.join(" ")];
            self.tallies.row(2, &shown.suppressed, key.into_iter().chain(counts(&shown)).chain(suppressed));
        }
        let rows = errors::rows(&self.strata, self.crosswalk);
        let told: Vec<u64> = rows.iter().map(|row| row.told).collect();
        for (row, withheld) in rows.iter().zip(withheld(&told)) {
            let (cells, suppressed) = row.cells(withheld);
            self.tallies.row(3, &suppressed, cells.into_iter());
        }
        for ended in outcomes {
            *self.tallies.outcomes.entry(ended.outcome.clone()).or_default() += ended.captures;
            let kind = kind_code(config.source(&ended.source).map(|source| source.kind));
            let day = |micros: i64| from_micros(micros).to_string().chars().take_while(|c| *c != 'T').collect::<String>();
            let (captures, bytes) = (ended.captures.to_string(), ended.bytes.to_string());
            let row =
                [self.pseudonyms.source(&ended.source), kind, ended.outcome.clone(), captures, bytes, day(ended.first), day(ended.last)];
            self.tallies.row(4, &[], row.into_iter());
        }
        self.tallies
    }
}

impl Tallies {
    /// Counts a listing; tells whether it is supply.
    fn count(&mut self, facts: &Facts) -> bool {
        self.listings += 1;
        *self.codebooks.entry(facts.codebook.clone()).or_default() += 1;
        if !facts.is_supply() {
            *self.other_intents.entry(facts.intent.clone()).or_default() += 1;
            return false;
        }
        self.supply += 1;
        self.parts += u64::from(facts.part.is_some());
        true
    }

    fn row(&mut self, table: usize, suppressed: &[&str], cells: impl Iterator<Item = String>) {
        if let (Some(rows), Some(withheld)) = (self.tables.get_mut(table), self.suppressed.get_mut(table)) {
            rows.push(cells.collect());
            *withheld += u64::from(!suppressed.is_empty());
        }
    }

    fn span(&mut self, monday: &str) {
        self.weeks = Some(match self.weeks.take() {
            None => (monday.to_owned(), monday.to_owned()),
            Some((first, last)) => (first.min(monday.to_owned()), last.max(monday.to_owned())),
        });
    }
}

/// The version in force at the last sighting of a listing in each week. Of several at one instant the latest version counts.
fn in_force(seen: Vec<InWeek>, latest: &HashMap<String, String>) -> BTreeMap<(String, i64), ((i64, bool), String)> {
    let mut force = BTreeMap::<(String, i64), ((i64, bool), String)>::new();
    for one in seen {
        let is_latest = latest.get(&one.listing_id) == Some(&one.version_id);
        let now = ((one.seen_at, is_latest), one.version_id);
        let place = force.entry((one.listing_id, one.week)).or_insert_with(|| now.clone());
        if *place < now {
            *place = now;
        }
    }
    force
}

fn in_week(weeks: &mut BTreeMap<(i64, String, String), Cell>, week: i64, advert: &Advert) {
    weeks.entry((week, advert.category.clone(), advert.origin.clone())).or_default().add(advert);
}

/// ISO 8601 week and its Monday, UTC.
fn dates(week: i64) -> (String, String) {
    let monday = from_micros(week.saturating_mul(WEEK).saturating_add(FIRST_MONDAY)).to_zoned(jiff::tz::TimeZone::UTC).date();
    let iso = monday.iso_week_date();
    (format!("{:04}-W{:02}", iso.year(), iso.week()), monday.to_string())
}

/// The word in the tables; a source that is not configured has no known type.
fn kind_code(kind: Option<SourceType>) -> String {
    kind.map_or("unknown", SourceType::code).to_owned()
}

/// Origins that are withheld within a category, whose sum the table of errors tells.
fn by_category(origins: &BTreeMap<[String; 2], Cell>) -> BTreeSet<[String; 2]> {
    let mut categories = BTreeMap::<&str, (Vec<&[String; 2]>, Vec<u64>)>::new();
    for (key, cell) in origins {
        let [_, category] = key;
        let (keys, counts) = categories.entry(category).or_default();
        keys.push(key);
        counts.push(cell.listings());
    }
    let hidden = categories.into_values().flat_map(|(keys, counts)| keys.into_iter().zip(withheld(&counts)));
    hidden.filter(|(_, hidden)| *hidden).map(|(key, _)| key.clone()).collect()
}

fn counts(shown: &Shown) -> [String; 3] {
    [number(&shown.listings), number(&shown.families), number(&shown.vendors)]
}

fn number(value: &Option<usize>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn text(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_iso_weeks() {
        for (week, label, monday) in [(0, "1970-W01", "1969-12-29"), (1, "1970-W02", "1970-01-05"), (2662, "2021-W01", "2021-01-04")] {
            assert_eq!(dates(week), (label.to_owned(), monday.to_owned()));
        }
        assert_eq!(dates(2661).0, "2020-W53");
        assert_eq!(dates(-1).0, "1969-W52");
        let (far, _) = dates(i64::MAX);
        assert!(far.starts_with("9999-W"), "{far}");
    }
}
