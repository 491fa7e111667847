//! Projects committed facts into the index, from a checkpoint of its own. The index can be deleted at any time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::database::{Connection, Pool};
use anyhow::{Context, Result, bail};
use rust_decimal::Decimal;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use vigie_extractors::record::{Indicator, Listing};
use vigie_index::{Document, Index, Opened, Writer};

use crate::config::Config;
use crate::store::read::{self, Stored};

/// Listings handed to the index at a time.
const BATCH: i64 = 2_000;

/// Least time between two commits of the running index: each costs much, however little it holds. What a crawl found is searchable within
/// this time and that of one commit.
const EVERY: Duration = Duration::from_millis(500);

/// Where the index of a data folder lies.
pub fn folder(data: &Path) -> PathBuf {
    data.join("index")
}

/// The one projection that writes the index.
pub struct Projection {
    writer: Writer,
    checkpoint: i64,
    shown: Arc<AtomicI64>,
    types: std::collections::HashMap<String, String>,
}

impl Projection {
    /// Opens the index for writing. One of another schema, or a damaged one, is wiped and will be built again from the store.
    ///
    /// # Errors
    /// The folder cannot be written, or another process writes the index.
    pub fn open(data: &Path, config: &Config) -> Result<Self> {
        let folder = folder(data);
        let (index, checkpoint) = match open_index(&folder)? {
            Opened::Ready { index, checkpoint } => (index, checkpoint),
            Opened::NeedsRebuild { reason } => {
                tracing::warn!(%reason, "the index is built again from the store");
                wipe(data)?;
                match open_index(&folder)? {
                    Opened::Ready { index, checkpoint } => (index, checkpoint),
                    Opened::NeedsRebuild { reason } => {
                        bail!("the index in {} cannot be used: {reason}; hint: delete the folder", folder.display())
                    }
                }
            }
        };
        let types = config.sources.iter().map(|source| (source.id.clone(), source.kind.code().to_owned())).collect();
        Ok(Self { writer: index.writer()?, checkpoint, shown: Arc::new(AtomicI64::new(checkpoint)), types })
    }

    /// Indexes what was committed since the checkpoint; calls `progress` with the number of listings after each commit. Returns how many.
    ///
    /// # Errors
    /// The store does not answer or the index cannot be written; what was committed stays.
    pub async fn catch_up(&mut self, pool: &Pool, mut progress: impl FnMut(u64)) -> Result<u64> {
        let mut connection = pool.acquire().await?;
        let mut done = 0;
        loop {
            let changed = read::changed(&mut connection, self.checkpoint, BATCH).await?;
            let Some((_, last)) = changed.last() else { return Ok(done) };
            let last = *last;
            let documents = self.documents(&mut connection, changed.into_iter().map(|(id, _)| id).collect()).await?;
            done += documents.len() as u64;
            tokio::task::block_in_place(|| self.writer.apply(&documents, &[], last))?;
            self.checkpoint = last;
            self.shown.store(last, Ordering::Relaxed);
            progress(done);
        }
    }

    /// Waits for segments that are being merged. Merging that is cut off is lost, and the next process would begin it anew: at many listings
    /// short runs would never come to an end of it.
    ///
    /// # Errors
    /// The index cannot be written.
    pub fn finish(self) -> Result<()> {
        Ok(tokio::task::block_in_place(|| self.writer.finish())?)
    }

    async fn documents(&self, connection: &mut Connection, ids: Vec<String>) -> Result<Vec<Document>> {
        let stored = read::by_ids(connection, &ids).await?;
        Ok(stored.iter().map(|one| of_stored(one, self.types.get(&one.row.source).map_or("", String::as_str))).collect())
    }
}

/// The projection at work beside the writer, so that an index commit never holds up a batch.
#[derive(Debug)]
pub struct Projecting {
    wake: watch::Sender<Wake>,
    shown: Arc<AtomicI64>,
    task: JoinHandle<Result<()>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wake {
    More,
    Last,
}

impl Projecting {
    /// Starts a task that indexes what is committed: at once, and then whenever it is told that there is more, at most twice a second.
    pub fn start(mut projection: Projection, pool: Pool) -> Self {
        let (wake, mut woken) = watch::channel(Wake::More);
        let shown = Arc::clone(&projection.shown);
        let task = tokio::spawn(async move {
            loop {
                let last = *woken.borrow_and_update() == Wake::Last;
                let indexed = match projection.catch_up(&pool, |_| ()).await {
                    Err(error) if last => return Err(error),
                    // The next commit tries again from the same checkpoint.
                    Err(error) => {
                        tracing::warn!("the index could not be brought up to date: {error:#}");
                        0
                    }
                    Ok(_) if last => return projection.finish(),
                    Ok(indexed) => indexed,
                };
                // Without a sender the writer is gone: what is missing is indexed at the next start.
                let gone = if indexed > 0 {
                    let ended = tokio::time::timeout(EVERY, woken.wait_for(|wake| *wake == Wake::Last)).await;
                    matches!(ended, Ok(Err(_)))
                } else {
                    woken.changed().await.is_err()
                };
                if gone {
                    return Ok(());
                }
            }
        });
        Self { wake, shown, task }
    }

    /// Up to which change of the store the index shows it; moves as it is brought up to date.
    pub fn shown(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.shown)
    }

    /// There is more to index.
    pub fn more(&self) {
        // Without a receiver the task has failed; `finish` tells why.
        let _ = self.wake.send(Wake::More);
    }

    /// Indexes the rest and ends.
    ///
    /// # Errors
    /// The store does not answer or the index cannot be written.
    pub async fn finish(self) -> Result<()> {
        let _ = self.wake.send(Wake::Last);
        self.task.await.context("the projection of the index ended abnormally")?
    }
}

/// Deletes the index of a data folder.
///
/// # Errors
/// The folder cannot be deleted, or another process writes the index.
pub fn wipe(data: &Path) -> Result<()> {
    let folder = folder(data);
    Index::wipe(&folder).with_context(|| format!("cannot delete the index in {}", folder.display()))
}

fn open_index(folder: &Path) -> Result<Opened> {
    Index::open(folder).with_context(|| format!("cannot open the index in {}", folder.display()))
}

fn of_stored(stored: &Stored, source_type: &str) -> Document {
    let mut document = document(&stored.listing, &stored.row.source, source_type);
    document.id.clone_from(&stored.row.id);
    document.family.clone_from(&stored.family);
    document.first_seen = stored.row.first_seen;
    document.last_seen = stored.row.last_seen;
    document.n_versions = stored.row.n_versions.unsigned_abs();
    if stored.row.gone_at != 0 {
        document.availability = Some("removed".into());
    }
    document
}

/// A listing as the index and the watches see it: values of one version, nothing that time changes.
pub fn document(listing: &Listing, source: &str, source_type: &str) -> Document {
    let classification = listing.classification.clone().unwrap_or_default();
    let firearms = || listing.items.iter().filter_map(|item| item.firearm.as_ref()).chain(listing.firearm.as_ref());
    let collect = |of: fn(&vigie_extractors::record::Firearm) -> Vec<String>| unique(firearms().flat_map(of));
    let indicators = |kinds: &[&str], of: fn(&Indicator) -> Vec<String>| {
        unique(listing.indicators.iter().filter(|one| kinds.contains(&one.kind.as_str())).flat_map(of))
    };
    let price = listing.offers.first();
    Document {
        source: source.to_owned(),
        source_type: source_type.to_owned(),
        url: listing.url.clone(),
        key: listing.key.clone(),
        title: listing.title.clone(),
        description: listing.description.clone(),
        unmasked: listing.unmasked.clone(),
        language: listing.language.clone(),
        vendor: listing.vendor.as_ref().map(|vendor| vendor.name.clone()),
        account: listing.vendor.as_ref().map(|vendor| account(source, &vendor.name)),
        category: classification.category,
        subtype: classification.subtype,
        traits: listing.traits.clone(),
        intent: listing.intent.clone(),
        makers: collect(|one| one.maker.iter().cloned().collect()),
        models: collect(|one| one.model.iter().cloned().collect()),
        calibre_ids: collect(|one| one.calibre_ids.clone()),
        calibres: collect(|one| one.calibres.clone()),
        price_amount: price.and_then(|offer| offer.amount.parse::<Decimal>().ok()),
        price_currency: price.and_then(|offer| offer.currency.clone()),
        price_usd: None,
        ships_from: listing.ships_from.clone(),
        ships_to: listing.ships_to.clone(),
        payments: listing.payments.clone(),
        assets: indicators(&["payment_address"], |one| one.asset.iter().cloned().collect()),
        addresses: indicators(&["payment_address"], |one| vec![one.value.clone()]),
        pgp: indicators(&["pgp_key"], |one| std::iter::once(one.value.clone()).chain(one.key_id.clone()).collect()),
        contacts: unique(
            listing
                .indicators
                .iter()
                .filter(|one| !matches!(one.kind.as_str(), "payment_address" | "pgp_key"))
                .map(|one| one.value.clone()),
        ),
        good: classification.good,
        availability: listing.availability.clone(),
        probability: classification.probability,
        risk: listing.risk.as_ref().map_or(0.0, |risk| risk.score),
        scam: listing.scam.as_ref().map_or(0.0, |scam| scam.score),
        ..Document::default()
    }
}

/// How the index names a seller on a source.
pub fn account(source: &str, vendor: &str) -> String {
    format!("{source}/{vendor}")
}

fn unique(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    values.filter(|value| seen.insert(value.clone())).collect()
}
