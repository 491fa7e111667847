//! Replicas: sources whose site is a copy of another source's, told by the listings that both have under the same paths.

mod judge;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;
use serde::Serialize;
use sqlx::{AnyConnection, Row};

use crate::config::Config;
use crate::database::{Value, insert_rows, select_in};
use judge::Catalogue;

/// Listings in common, at least: a few of the same name come about by chance.
const LEAST: i64 = 5;
/// New listings of a source after which its catalogue is compared again, as a share of those that it had then.
const GROWTH: f64 = 0.5;
/// The same at the end of a run: a comparison reads the whole catalogue, however little is new.
const GROWTH_AT_END: f64 = 0.05;

/// A source that is a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replica {
    /// Source id of the original.
    pub original: String,
    /// Listings that both have.
    pub shared: i64,
    /// Listings known of the copy.
    pub listings: i64,
    /// Whether an operator said so.
    pub told: bool,
}

/// Who copies whom. An original here is never a replica itself: a copy of a copy is one of the first.
#[derive(Debug, Clone, Default)]
pub struct Replicas {
    by_source: BTreeMap<String, Replica>,
    /// Listings of each source since it was compared, and those before.
    growth: HashMap<String, (i64, i64)>,
}

impl Replicas {
    /// What the last comparisons found, and what operators say (`replica_of`).
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn load(connection: &mut AnyConnection, config: &Config) -> Result<Self> {
        let mut replicas = Self::default();
        for row in sqlx::query("SELECT source, since, before FROM catalogue_growth").fetch_all(&mut *connection).await? {
            replicas.growth.insert(row.try_get("source")?, (row.try_get("since")?, row.try_get("before")?));
        }
        replicas.read(connection, config).await?;
        Ok(replicas)
    }

    async fn read(&mut self, connection: &mut AnyConnection, config: &Config) -> Result<()> {
        let mut pairs = Vec::new();
        for row in sqlx::query("SELECT source, other, shared FROM catalogue_shared").fetch_all(&mut *connection).await? {
            pairs.push((row.try_get("source")?, row.try_get("other")?, row.try_get("shared")?));
        }
        let told: BTreeMap<&str, &str> =
            config.sources.iter().filter_map(|one| Some((one.id.as_str(), one.replica_of.as_deref()?))).collect();
        let asked: BTreeSet<&str> = pairs.iter().map(|(source, ..): &(String, String, i64)| source.as_str()).collect();
        let asked: Vec<&str> = asked.into_iter().chain(told.iter().flat_map(|(source, original)| [*source, *original])).collect();
        let head = "SELECT source, COUNT(*) AS listings, MIN(first_seen) AS first_seen FROM listing WHERE source IN";
        let mut catalogues = HashMap::new();
        for row in select_in(connection, head, "GROUP BY source", &asked).await? {
            let catalogue = Catalogue { listings: row.try_get("listings")?, first_seen: row.try_get("first_seen")? };
            catalogues.insert(row.try_get("source")?, catalogue);
        }
        self.by_source = judge::judge(&pairs, &catalogues, &told);
        Ok(())
    }

    /// Takes in that sources have new listings. A catalogue that has grown much is compared with all others, so that a copy is known before
    /// its pages are asked about; `at_end` of a run, each that has grown a little. Tells whether any was compared.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn grown(
        &mut self,
        connection: &mut AnyConnection,
        new: &BTreeMap<String, u64>,
        at_end: bool,
        config: &Config,
    ) -> Result<bool> {
        let mut changed: BTreeSet<String> = new.keys().cloned().collect();
        for (source, new) in new {
            self.growth.entry(source.clone()).or_default().0 += i64::try_from(*new)?;
        }
        let (least, share) = if at_end { (1, GROWTH_AT_END) } else { (LEAST, GROWTH) };
        let due = |(since, before): (i64, i64)| since >= least && since as f64 >= share * before as f64;
        let sources: Vec<String> = self.growth.iter().filter(|(_, growth)| due(**growth)).map(|(source, _)| source.clone()).collect();
        compare(connection, &sources).await?;
        for source in &sources {
            if let Some((since, before)) = self.growth.get_mut(source) {
                (*since, *before) = (0, *before + *since);
            }
        }
        changed.extend(sources.iter().cloned());
        let rows = changed.into_iter().filter_map(|source| {
            let (since, before) = *self.growth.get(&source)?;
            Some(vec![source.into(), since.into(), before.into()])
        });
        write_growth(connection, rows.collect()).await?;
        if sources.is_empty() {
            return Ok(false);
        }
        self.read(connection, config).await?;
        Ok(true)
    }

    /// Each replica with its original.
    pub fn originals(&self) -> BTreeMap<String, String> {
        self.by_source.iter().map(|(source, replica)| (source.clone(), replica.original.clone())).collect()
    }

    /// What is known of a source, if it is a replica.
    pub fn get(&self, source: &str) -> Option<&Replica> {
        self.by_source.get(source)
    }

    /// The original of a replica; every other source is its own.
    pub fn original<'a>(&'a self, source: &'a str) -> &'a str {
        self.get(source).map_or(source, |replica| &replica.original)
    }
}

/// Compares the catalogues of these sources with all others.
async fn compare(connection: &mut AnyConnection, sources: &[String]) -> Result<()> {
    for source in sources {
        // Both sides are read from the index of twins alone, in its order: `||` and CROSS keep SQLite from going listing by listing.
        let sql = "SELECT other.source AS other, COUNT(*) AS shared FROM listing own CROSS JOIN listing other \
                   WHERE other.twin = own.twin AND own.source || '' = $1 AND own.twin <> '' AND other.twin <> '' AND other.source <> $1 \
                   GROUP BY other.source HAVING COUNT(*) >= $2";
        let mut rows = Vec::new();
        for row in sqlx::query(sql).bind(source.as_str()).bind(LEAST).fetch_all(&mut *connection).await? {
            let (other, shared): (String, i64) = (row.try_get("other")?, row.try_get("shared")?);
            rows.push(vec![source.as_str().into(), other.as_str().into(), shared.into()]);
            rows.push(vec![other.as_str().into(), source.as_str().into(), shared.into()]);
        }
        let sql = "DELETE FROM catalogue_shared WHERE source = $1 OR other = $1";
        sqlx::query(sql).bind(source.as_str()).execute(&mut *connection).await?;
        insert_rows(connection, "INSERT INTO catalogue_shared (source, other, shared) VALUES", "", rows).await?;
    }
    Ok(())
}

/// Compares all catalogues with one another: after facts were built anew.
///
/// # Errors
/// The database does not answer.
pub async fn compare_all(connection: &mut AnyConnection) -> Result<()> {
    let mut sources = Vec::new();
    let mut rows = Vec::new();
    for row in sqlx::query("SELECT source, COUNT(*) AS listings FROM listing GROUP BY source").fetch_all(&mut *connection).await? {
        let (source, listings): (String, i64) = (row.try_get("source")?, row.try_get("listings")?);
        rows.push(vec![source.as_str().into(), 0.into(), listings.into()]);
        sources.push(source);
    }
    sources.sort();
    compare(connection, &sources).await?;
    write_growth(connection, rows).await
}

async fn write_growth(connection: &mut AnyConnection, rows: Vec<Vec<Value>>) -> Result<()> {
    let tail = "ON CONFLICT (source) DO UPDATE SET since = excluded.since, before = excluded.before";
    insert_rows(connection, "INSERT INTO catalogue_growth (source, since, before) VALUES", tail, rows).await?;
    Ok(())
}
