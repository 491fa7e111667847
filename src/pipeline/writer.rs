//! The one careful writer: an archive batch made durable, then facts, their alerts and the frontier in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use crate::database::{Connection, Pool};
use anyhow::{Context, Result};
use vigie_extractors::canonical::listing_key;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::contacts::CardKey;
use vigie_extractors::record::{Extraction, PageKind};

use crate::alert::channel::{Channels, Tally};
use crate::alert::outage;
use crate::alert::{self, Around, Watchers};
use crate::archive::{Archive, Cut, Key, Position, Recovered};
use crate::config::Config;
use crate::database::{self, Hold, Transaction, Turn, meta, set_meta};
use crate::indexing::{Projecting, Projection};
use crate::pipeline::lock::{self, Lock};
use crate::pipeline::marks::of_pages;
use crate::store::captures::{self, CaptureRow};
use crate::store::fold::{Changes, Fold, ListingRow, Sighted, VersionRow};
use crate::store::identity::listing_id;
use crate::store::replicas::Replicas;
use crate::store::save::{self, PageFacts};
use crate::store::{alerts, apart, family, marks, personas, read, runs, sources, watches};
use crate::{classify, clock};

/// A capture with what was read from it.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Its row.
    pub capture: CaptureRow,
    /// What was read; `None` where no page came.
    pub extraction: Option<Extraction>,
    /// Whether the server says that the page is gone.
    pub gone: bool,
}

/// What a commit added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Committed {
    /// Listings met for the first time.
    pub listings_new: u64,
    /// Sightings.
    pub listings_seen: u64,
    /// Versions met for the first time.
    pub versions_new: u64,
    /// Alerts raised.
    pub alerts: u64,
}

/// Everything that writes a data folder, behind its lock.
pub struct Writer {
    /// Connections to the store.
    pub pool: Pool,
    /// The WARC files.
    pub archive: Archive,
    /// What is configured.
    pub config: Arc<Config>,
    /// How listings are classified.
    pub codebook: Arc<Codebook>,
    /// The key under which numbers of payment cards are hashed.
    pub cards: CardKey,
    /// The data folder.
    pub data: PathBuf,
    /// Number of this run.
    pub run: i64,
    /// Captures that an earlier process archived and did not commit.
    pub uncommitted: Vec<Recovered>,
    /// What was cut off the end of the archive.
    pub cut: Option<Cut>,
    /// Whether the process before ended without stopping cleanly.
    pub unclean: bool,
    /// Whether some of what that process archived is not committed yet: the committed position must stay before it.
    replaying: bool,
    projecting: Projecting,
    channels: Channels,
    /// What came of the tries to send notifications.
    pub tally: Arc<Tally>,
    watchers: Watchers,
    types: HashMap<String, String>,
    replicas: Replicas,
    capture_seq: i64,
    listing_seq: i64,
    alert_seq: i64,
    /// Up to where cards were put to the watches, and where that stood when it was last asked.
    asked: Reach,
    noted: Reach,
    hold: Hold,
    _lock: Lock,
}

/// How far captures and changes of listings have come.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    capture: i64,
    listing: i64,
}

/// Time at the end of a run in which notifications that are due are still sent.
const LAST_SENDING: Duration = Duration::from_secs(5);
/// Time that the index is given to stop after a failure.
const LETTING_GO: Duration = Duration::from_secs(30);

/// Cards put to the watches at a time.
const CARDS: usize = 500;

/// Where the archive of a data folder lies.
pub fn archive_folder(data: &Path) -> PathBuf {
    data.join("archive")
}

impl Writer {
    /// Takes the lock and opens everything for writing.
    ///
    /// # Errors
    /// Another process writes, the folder cannot be written, the archive is damaged, or a watch or the codebook is not understood.
    pub async fn open(data: &Path, config: Arc<Config>, command: &str) -> Result<Self> {
        let lock = lock::take(data)?;
        let pool = database::open(data, &config.settings.database).await?;
        let hold = Hold::take(&pool, data, &config.settings.database).await?;
        let mut connection = pool.acquire().await?;
        let config = Arc::new(sources::complete(&mut connection, &config).await?);
        let committed = position(&mut connection).await?;
        let key = Key::open(&data.join("secret.key"))?;
        let cards = key.of_cards();
        let opened = Archive::open(&archive_folder(data), key, config.settings.archive.rotate, committed.as_ref())?;
        if let Some(cut) = &opened.cut {
            tracing::warn!(object = %cut.object, bytes = cut.bytes, "an incomplete capture at the end of the archive was cut off");
        }
        let uncommitted = not_held(&mut connection, opened.uncommitted).await?;
        let unclean = meta(&mut connection, "open").await?.is_some_and(|value| value == "1");
        set_meta(&mut connection, "open", "1").await?;
        let run = runs::begin(&mut connection, command).await?;
        let capture_seq = captures::last_seq(&mut connection).await?;
        let types = config.sources.iter().map(|source| (source.id.clone(), source.kind.code().to_owned())).collect();
        let asked =
            Reach { capture: number(&mut connection, CARDS_CAPTURE).await?, listing: number(&mut connection, CARDS_LISTING).await? };
        let tally = Arc::new(Tally::default());
        let writer = Self {
            archive: opened.archive,
            codebook: Arc::new(classify::codebook(&config)?),
            cards,
            data: data.to_owned(),
            run,
            replaying: !uncommitted.is_empty(),
            uncommitted,
            cut: opened.cut,
            unclean,
            projecting: Projecting::start(Projection::open(data, &config)?, pool.clone()),
            watchers: Watchers::load(&mut connection, data).await?,
            channels: Channels::open(&pool, &config, &tally).await?,
            tally,
            types,
            replicas: Replicas::load(&mut connection, &config).await?,
            capture_seq,
            listing_seq: read::last_seq(&mut connection).await?,
            alert_seq: alerts::last_seq(&mut connection).await?,
            asked,
            noted: asked,
            config,
            hold,
            _lock: lock,
            pool: pool.clone(),
        };
        drop(connection);
        let mut transaction = writer.begin().await?;
        // The configuration may say otherwise than when personas were last united.
        apart::set(&mut transaction, &writer.replicas.originals()).await?;
        transaction.commit().await?;
        Ok(writer)
    }

    /// Begins to write to the store.
    ///
    /// # Errors
    /// The store does not answer, or another process has taken over.
    pub async fn begin(&self) -> Result<Transaction> {
        self.hold.begin(&self.pool).await
    }

    /// The number of the next capture.
    pub fn next_capture(&mut self) -> i64 {
        self.capture_seq += 1;
        self.capture_seq
    }

    /// Commits captures and what was read from them; `frontier` adds its part to the same transaction. The archive must have been synced
    /// up to `position`, where they end.
    ///
    /// # Errors
    /// The store does not answer: nothing of the batch is committed, and the archive's tail is replayed at the next start.
    pub async fn commit<F>(&mut self, taken: &[Taken], position: Option<&Position>, frontier: F) -> Result<Committed>
    where
        F: AsyncFnOnce(&mut Connection) -> Result<()>,
    {
        let mut transaction = self.begin().await?;
        let rows: Vec<CaptureRow> = taken.iter().map(|one| one.capture.clone()).collect();
        captures::insert(&mut transaction, &rows).await?;
        let (mut listing_seq, mut alert_seq) = (self.listing_seq, self.alert_seq);
        let (changes, mut committed) = facts(&mut transaction, taken, &mut listing_seq).await?;
        self.watchers.refresh(&mut transaction).await?;
        if self.replicas.grown(&mut transaction, &changes.listings_new, false, &self.config).await? {
            apart::set(&mut transaction, &self.replicas.originals()).await?;
        }
        let listings: HashMap<&str, &ListingRow> = changes.listings.iter().map(|row| (row.id.as_str(), row)).collect();
        // A card is a cut of the page behind it, which is due at once and says more: `ask_about_cards` asks about those that have none.
        let pages: Vec<VersionRow> = changes.versions.iter().filter(|version| !version.card).cloned().collect();
        let now = clock::micros(clock::now());
        let happened = alert::happened(&mut transaction, &self.watchers, &changes, || accounts(taken)).await?;
        let stood: HashMap<&str, &ListingRow> = happened.stored.iter().map(|one| (one.row.id.as_str(), &one.row)).collect();
        let mut matches = tokio::task::block_in_place(|| self.watchers.matches(&pages, &self.types, &listings, now));
        let besides = alert::besides(&mut transaction, &self.watchers, &matches, &changes).await?;
        matches.extend(tokio::task::block_in_place(|| self.watchers.of_happened(&happened, &self.types, &stood, now)));
        let around = Around { replicas: &self.replicas, config: &self.config, besides: &besides, now };
        committed.alerts = alert::raise(&mut transaction, &matches, &around, &mut alert_seq).await?;
        frontier(&mut transaction).await?;
        if !self.replaying {
            note_position(&mut transaction, position).await?;
        }
        transaction.commit().await.context("cannot commit to the store")?;
        (self.listing_seq, self.alert_seq) = (listing_seq, alert_seq);
        Ok(committed)
    }

    /// All that an earlier process archived is committed: the committed position moves past it.
    ///
    /// # Errors
    /// The store does not answer; the next start finds the same captures and sees that the store holds them.
    pub async fn replayed(&mut self) -> Result<()> {
        if !std::mem::take(&mut self.replaying) {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        note_position(&mut transaction, self.archive.position().as_ref()).await?;
        transaction.commit().await.context("cannot commit to the store")
    }

    /// Puts the cards to the watches whose own page did not come: at the end of a run (`all`) every one, during a run those that were there
    /// when this was last called. Returns how many alerts were raised.
    ///
    /// # Errors
    /// The store does not answer: nothing is raised, and the next call asks about the same cards.
    pub async fn ask_about_cards(&mut self, all: bool) -> Result<u64> {
        let here = Reach { capture: self.capture_seq, listing: self.listing_seq };
        let until = if all { here } else { self.noted };
        let mut transaction = self.begin().await?;
        self.watchers.refresh(&mut transaction).await?;
        if self.replicas.grown(&mut transaction, &BTreeMap::new(), all, &self.config).await? {
            apart::set(&mut transaction, &self.replicas.originals()).await?;
        }
        let (mut alert_seq, mut raised) = (self.alert_seq, 0);
        let cards = read::cards(&mut transaction, self.asked.listing, self.asked.capture, until.capture).await?;
        for chunk in cards.chunks(CARDS) {
            let ids: Vec<String> = chunk.iter().map(|(id, _)| id.clone()).collect();
            let numbers: HashMap<&str, i64> = chunk.iter().map(|(id, n)| (id.as_str(), *n)).collect();
            let stored = read::by_ids(&mut transaction, &ids).await?;
            let listings: HashMap<&str, &ListingRow> = stored.iter().map(|one| (one.row.id.as_str(), &one.row)).collect();
            let number = |id: &str| numbers.get(id).copied().unwrap_or(1);
            let versions: Vec<VersionRow> =
                stored.iter().map(|one| alert::version_of(one, number(&one.row.id), one.capture_id.clone())).collect();
            let now = clock::micros(clock::now());
            let matches = tokio::task::block_in_place(|| self.watchers.matches(&versions, &self.types, &listings, now));
            let besides = alert::besides(&mut transaction, &self.watchers, &matches, &Changes::default()).await?;
            let around = Around { replicas: &self.replicas, config: &self.config, besides: &besides, now };
            raised += alert::raise(&mut transaction, &matches, &around, &mut alert_seq).await?;
        }
        set_meta(&mut transaction, CARDS_CAPTURE, &until.capture.to_string()).await?;
        set_meta(&mut transaction, CARDS_LISTING, &until.listing.to_string()).await?;
        transaction.commit().await.context("cannot commit to the store")?;
        (self.alert_seq, self.asked, self.noted) = (alert_seq, until, here);
        Ok(raised)
    }

    /// Raises alerts about sources that went down or came back; returns how many.
    ///
    /// # Errors
    /// The store does not answer: nothing is raised.
    pub async fn tell_of_sources(&mut self, turns: &[outage::Turn]) -> Result<u64> {
        let mut transaction = self.begin().await?;
        self.watchers.refresh(&mut transaction).await?;
        let mut alert_seq = self.alert_seq;
        let (now, besides) = (clock::micros(clock::now()), HashMap::new());
        let around = Around { replicas: &self.replicas, config: &self.config, besides: &besides, now };
        let raised = outage::tell(&mut transaction, &self.watchers, turns, &around, &mut alert_seq).await?;
        transaction.commit().await.context("cannot commit to the store")?;
        self.alert_seq = alert_seq;
        Ok(raised)
    }

    /// Takes up watches that a command added or removed, as each commit does; tells how many there are.
    ///
    /// # Errors
    /// The store does not answer, or a stored query is not understood.
    pub async fn refresh_watches(&mut self) -> Result<usize> {
        self.watchers.refresh(&mut *self.pool.acquire().await?).await?;
        Ok(self.watchers.count())
    }

    /// Up to which change of the store the index shows it.
    pub fn shown(&self) -> Arc<AtomicI64> {
        self.projecting.shown()
    }

    /// Delivers notifications to the file and the feed, and tells the channels and the projection of the index that there is more.
    ///
    /// # Errors
    /// The notification file cannot be written; delivery catches up later.
    pub async fn publish(&mut self) -> Result<()> {
        self.release().await?;
        self.projecting.more();
        self.channels.more();
        alert::delivery::deliver(&self.pool, &self.data).await?;
        // Everything that it holds stands in the store, so a feed that cannot be written ends nothing.
        if let Err(error) = alert::feed::write(&self.pool, &self.data, &self.config.settings.delivery).await {
            tracing::warn!("the feed stays as it is and is written again later: {error:#}");
        }
        Ok(())
    }

    /// Lets notifications go out whose time has come.
    async fn release(&self) -> Result<()> {
        let now = clock::micros(clock::now());
        if alerts::next_due(&mut *self.pool.acquire().await?).await?.is_none_or(|due| due > now) {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        alerts::release(&mut transaction, now).await?;
        transaction.commit().await.context("cannot commit to the store")
    }

    /// The source type of a source that is not configured; `import` makes those.
    pub fn know_source(&mut self, id: &str, kind: &str) {
        self.types.entry(id.to_owned()).or_insert_with(|| kind.to_owned());
    }

    /// After facts were built again, changes are numbered on from here, and the index is built anew.
    pub(super) fn listings_numbered(&mut self, seq: i64) {
        self.listing_seq = seq;
    }

    /// Ends the run cleanly.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn close(mut self, summary: &str) -> Result<()> {
        self.publish().await?;
        self.projecting.finish().await?;
        self.channels.finish(LAST_SENDING).await;
        let mut connection = self.pool.acquire().await?;
        runs::end(&mut connection, self.run, summary).await?;
        set_meta(&mut connection, "open", "0").await?;
        drop(connection);
        self.hold.close().await;
        self.pool.close().await;
        Ok(())
    }

    /// Lets go of everything after a failure, so that the data folder can be opened again. What was archived and not committed is replayed
    /// then; the run stays without an end.
    pub async fn abandon(self) {
        self.channels.finish(Duration::ZERO).await;
        if !matches!(tokio::time::timeout(LETTING_GO, self.projecting.finish()).await, Ok(Ok(()))) {
            tracing::warn!("the index is brought up to date later");
        }
        // A connection that hangs must not hold up the next try.
        let _ = tokio::time::timeout(LETTING_GO, self.hold.close()).await;
        let _ = tokio::time::timeout(LETTING_GO, self.pool.close()).await;
    }
}

/// Folds what was read into facts and writes them.
///
/// # Errors
/// The store does not answer.
pub async fn facts(connection: &mut Connection, taken: &[Taken], seq: &mut i64) -> Result<(Changes, Committed)> {
    let mut ids = Vec::new();
    for one in taken {
        let keys = one.extraction.iter().flat_map(|page| page.listings.iter().map(|listing| listing.key.clone()));
        ids.extend(keys.chain(own_key(one)).map(|key| listing_id(&one.capture.source, &key)));
    }
    ids.sort();
    ids.dedup();
    let mut fold = Fold::new(save::known(connection, &ids).await?);
    let mut pages = Vec::new();
    for one in taken {
        let capture = &one.capture;
        if one.gone
            && let Some(key) = own_key(one)
        {
            fold.gone(&capture.source, &key, capture.captured_at, &capture.id);
        }
        let Some(page) = &one.extraction else { continue };
        // On an index or vendor page listings are cards; everywhere else the page is their own.
        let own_page = !matches!(page.page_kind, PageKind::Index | PageKind::Vendor);
        for listing in &page.listings {
            fold.sight(Sighted {
                source: capture.source.clone(),
                capture_id: capture.id.clone(),
                at: capture.captured_at,
                own_page,
                imported: capture.outcome == "imported",
                listing: listing.clone(),
            });
        }
        pages.push(PageFacts {
            source: capture.source.clone(),
            capture_id: capture.id.clone(),
            at: capture.captured_at,
            vendors: page.vendors.clone(),
            indicators: page.indicators.clone(),
            problems: page.problems.clone(),
        });
    }
    let mut changes = fold.finish(seq);
    family::join(connection, &mut changes).await?;
    save::changes(connection, &changes).await?;
    save::page_facts(connection, &pages).await?;
    let touched = marks::save(connection, &of_pages(taken)).await?;
    personas::refresh(connection, touched).await?;
    let committed = Committed {
        listings_new: changes.listings_new.values().sum(),
        listings_seen: changes.sightings.len() as u64,
        // An own page that takes the place of cards was counted with them.
        versions_new: changes.versions.iter().filter(|version| version.card || version.replaces.is_empty()).count() as u64,
        alerts: 0,
    };
    Ok((changes, committed))
}

/// The accounts that pages show indicators of.
fn accounts(taken: &[Taken]) -> Vec<String> {
    let mut ids: Vec<String> = of_pages(taken).shown.into_iter().map(|shown| shown.seller.id).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn own_key(taken: &Taken) -> Option<String> {
    url::Url::parse(&taken.capture.address).ok().map(|url| listing_key(&url))
}

const CARDS_CAPTURE: &str = "cards_asked_capture";
const CARDS_LISTING: &str = "cards_asked_listing";

async fn number(connection: &mut Connection, name: &str) -> Result<i64> {
    Ok(meta(connection, name).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

async fn note_position(connection: &mut Connection, position: Option<&Position>) -> Result<()> {
    if let Some(position) = position {
        set_meta(connection, "archive_object", &position.object).await?;
        set_meta(connection, "archive_offset", &position.offset.to_string()).await?;
    }
    Ok(())
}

/// Those that the store does not hold: a replay that was killed had committed the others.
async fn not_held(connection: &mut Connection, mut uncommitted: Vec<Recovered>) -> Result<Vec<Recovered>> {
    let ids: Vec<String> = uncommitted.iter().map(|one| one.appended.capture_id.clone()).collect();
    let held: HashSet<String> = captures::by_ids(connection, &ids).await?.into_iter().map(|row| row.id).collect();
    uncommitted.retain(|one| !held.contains(&one.appended.capture_id));
    Ok(uncommitted)
}

/// Up to where the archive is committed.
///
/// # Errors
/// The store does not answer.
pub async fn position(connection: &mut Connection) -> Result<Option<Position>> {
    let object = meta(connection, "archive_object").await?;
    let offset = meta(connection, "archive_offset").await?.and_then(|text| text.parse().ok());
    Ok(object.zip(offset).map(|(object, offset)| Position { object, offset }))
}

/// Adds watches that the configuration names and the store does not have.
///
/// # Errors
/// The store does not answer.
pub async fn adopt_watches(pool: &Pool, config: &Config) -> Result<()> {
    let mut transaction = database::begin_turn(pool, Turn::Watches).await?;
    let have = watches::list(&mut transaction).await?;
    for watch in &config.watches {
        if !have.iter().any(|other| other.name == watch.name) {
            watches::add(&mut transaction, &watch.name, &watch.query, &watch.options).await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}
