//! One batch of a crawl: archived and synced, read on all cores, committed with its alerts and the frontier in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::database::Connection;
use anyhow::{Context as _, Result};
use tokio::sync::watch;
use tokio::task::JoinError;
use tokio::time::Instant;
use vigie_extractors::canonical::canonical_url;
use vigie_extractors::record::{Extraction, PageKind};

use crate::archive::{self, Appended, Archive, Context, Packed, Position, Previous};
use crate::clock;
use crate::config::Source;
use crate::fetch::{Exchange, Outcome};
use crate::frontier::claim::Due;
use crate::frontier::hosts::LONGEST_SNOOZE;
use crate::frontier::links::{self, Candidate, Found};
use crate::frontier::mirrors as health;
use crate::frontier::pause::Pause;
use crate::frontier::politeness::Answer;
use crate::frontier::proposals::{self, Announced};
use crate::frontier::visit::{Body, Ending, Settlement};
use crate::frontier::{Target, claim, priority, rules, settle, source_state, visit};
use crate::pipeline::crawl::{Crawl, Done, Fetched, Options, PATIENCE, mirrors};
use crate::pipeline::ending::{self, Place, Reading};
use crate::pipeline::stage::on_all_cores;
use crate::pipeline::summary::Skipped;
use crate::pipeline::writer::Taken;
use crate::store::captures::{self, CaptureRow};

/// Walls in a row after which a source is paused even where no content was seen before.
const WALLS: u32 = 5;
/// Captures of an earlier process replayed at a time.
const REPLAY: usize = 256;

/// Bytes of bodies that are packed before they are written, unless one alone has more: a packed body takes as much memory again.
const PACKED: usize = 16 << 20;
/// Batches that may come together while one is read.
const AHEAD: usize = 4;

/// What fetching goes on with while a batch is read.
#[derive(Clone, Copy)]
pub(super) struct GoingOn<'a> {
    pub(super) options: &'a Options,
    /// True once nothing more may be sent.
    pub(super) stop: &'a watch::Receiver<bool>,
}

/// A batch that was archived and read, and is to be committed.
pub(super) struct Read {
    targets: Vec<Target>,
    taken: Vec<Taken>,
    news: News,
    /// Up to where the archive holds it.
    position: Option<Position>,
}

/// What a batch tells the frontier.
#[derive(Default)]
struct News {
    settlements: Vec<Settlement>,
    found: BTreeMap<String, BTreeMap<String, Found>>,
    /// By source and shape: whether the last pages held something.
    fruit: BTreeMap<String, Vec<(String, bool)>>,
    /// What pages say of addresses of their source.
    announced: Announced,
}

impl Crawl<'_> {
    /// What an answer says about the host's load, as soon as it is there.
    pub(super) fn learn(&mut self, exchange: &Exchange) {
        let gate = self.hosts.gate(&exchange.url);
        gate.learn(match exchange.outcome {
            Outcome::Ok | Outcome::NotModified | Outcome::Redirected => {
                Answer::Good { latency: Duration::from_micros(exchange.first_byte_us.unwrap_or(0)) }
            }
            Outcome::Cancelled => Answer::Neutral,
            outcome if outcome.is_transient() => Answer::Strained,
            _ => Answer::Neutral,
        });
        if matches!(exchange.outcome, Outcome::RateLimited | Outcome::Unavailable)
            && let Some(wait) = exchange.retry_after(clock::now())
        {
            gate.snooze(wait.min(LONGEST_SNOOZE));
            if wait > Duration::from_micros(PATIENCE.unsigned_abs()) && matches!(self.due, Due::Once { .. }) {
                // A pass does not wait that long; what is queued for the host stays queued.
                gate.shut();
                let host = exchange.url.host_str().unwrap_or_default().to_owned();
                self.blocked.insert(host, Instant::now() + wait);
            }
        }
    }

    /// Replays what an earlier process archived and did not commit: nothing is lost, and nothing is fetched twice.
    pub(super) async fn replay(&mut self) -> Result<()> {
        let uncommitted = std::mem::take(&mut self.writer.uncommitted);
        if !uncommitted.is_empty() {
            tracing::info!(captures = uncommitted.len(), "captures that an earlier process archived are read now");
        }
        let folder = self.writer.archive.dir().to_owned();
        for chunk in uncommitted.chunks(REPLAY) {
            for one in chunk {
                let record = archive::read(&folder, &one.appended.object, one.appended.offset)?;
                let Some(exchange) = archive::exchange_of(&record) else { continue };
                let unknown = || Arc::new(Source::for_import(&one.source, &self.writer.config.settings));
                let source = self.source(&one.source).unwrap_or_else(unknown);
                let target =
                    claim::by_address(&mut *self.writer.pool.acquire().await?, &source, &canonical_url(&source.at_primary(&exchange.url)))
                        .await?;
                let page = exchange.url.path() != "/robots.txt";
                // With the store lost, the frontier does not know the address any more; the page is read all the same.
                let otherwise = if page { "recovered" } else { "robots" };
                let reason = target.as_ref().map_or(otherwise, |target| target.reason.as_str()).to_owned();
                self.batch.push(Fetched { source, reason, page, target, exchange, archived: Some(one.appended.clone()), session: None });
            }
            self.flush(None).await?;
        }
        self.writer.replayed().await
    }

    /// Archives, reads and commits the batch. Until it is read, fetching goes on where there is something to go on with. Where a whole
    /// batch has come meanwhile, the commit waits for the next call, which reads that one beside it.
    pub(super) async fn flush(&mut self, going_on: Option<GoingOn<'_>>) -> Result<()> {
        let batch = std::mem::take(&mut self.batch);
        let mut connection = self.writer.pool.acquire().await?;
        let wanted: Vec<String> = batch
            .iter()
            .filter_map(|one| one.target.as_ref())
            .map(|target| target.capture_id.clone())
            .filter(|id| !id.is_empty())
            .collect();
        let earlier: HashMap<String, CaptureRow> =
            captures::by_ids(&mut connection, &wanted).await?.into_iter().map(|row| (row.id.clone(), row)).collect();
        drop(connection);
        let mut archive = self.writer.archive.lend();
        let (run, codebook, limits) = (self.writer.run.to_string(), Arc::clone(&self.writer.codebook), self.limits.clone());
        let cards = self.writer.cards.clone();
        let mut working = tokio::task::spawn_blocking(move || {
            let done = append(&mut archive, &batch, &earlier, &run).map(|archived| {
                let readings = on_all_cores(&batch, |fetched| {
                    if !fetched.page {
                        return Reading { outcome: fetched.exchange.outcome, extraction: None };
                    }
                    let row = known(fetched, &earlier);
                    let place = row.map(|row| Place { segment: row.segment.clone(), position: row.position.unsigned_abs() });
                    ending::read(&fetched.exchange, place.as_ref(), archive.dir(), &fetched.source, &codebook, &cards, &limits)
                });
                (archived, readings)
            });
            (archive, batch, done)
        });
        let committed = self.commit_read().await;
        let mut trouble = None;
        // A disk that is slow or a page that is hard to read must not hold up hosts that wait for their next request.
        let size = self.writer.config.settings.crawl.batch_pages;
        let (archive, batch, done) = loop {
            let next = going_on.filter(|_| trouble.is_none() && self.batch.len() < AHEAD * size && !self.tasks.is_empty());
            tokio::select! {
                worked = &mut working => break worked.context("archiving and reading ended abnormally")?,
                Some(done) = self.tasks.join_next(), if next.is_some() => trouble = self.go_on(done, next).await.err(),
            }
        };
        // Whatever went wrong meanwhile, the archive is back in its place, and what is in it is committed.
        let position = archive.position();
        self.writer.archive = archive;
        // What comes after a batch that is not committed must not be, either: the committed position would move past both.
        committed?;
        let (archived, readings) = done?;
        let mut news = News::default();
        let mut taken = Vec::with_capacity(batch.len());
        for ((fetched, appended), reading) in batch.iter().zip(archived).zip(readings) {
            taken.push(self.conclude(fetched, &appended, reading, &mut news));
        }
        let targets = batch.into_iter().filter_map(|fetched| fetched.target).collect();
        self.read = Some(Read { targets, taken, news, position });
        if trouble.is_some() || going_on.is_none() || self.batch.len() < size {
            self.commit_read().await?;
        }
        trouble.map_or(Ok(()), Err)
    }

    /// Commits what was read, if there is such a batch.
    pub(super) async fn commit_read(&mut self) -> Result<()> {
        let Some(Read { targets, taken, news, position }) = self.read.take() else { return Ok(()) };
        self.commit(&taken, news, position.as_ref()).await?;
        for target in &targets {
            self.settled(target);
            self.wake(&target.host);
        }
        self.writer.publish().await
    }

    /// Takes an answer in while a batch is under way, and sends what is next.
    async fn go_on(&mut self, done: Result<Done, JoinError>, going_on: Option<GoingOn<'_>>) -> Result<()> {
        self.take_in(done.context("a fetch ended abnormally")?);
        match going_on {
            Some(GoingOn { options, stop }) if !*stop.borrow() && options.until.is_none_or(|until| clock::now() < until) => {
                self.fill(options).await
            }
            _ => Ok(()),
        }
    }

    /// What one fetch means: its capture, its settlement, the addresses it found.
    fn conclude(&mut self, fetched: &Fetched, appended: &Appended, mut reading: Reading, news: &mut News) -> Taken {
        let (exchange, source) = (&fetched.exchange, &fetched.source);
        if fetched.target.as_ref().is_some_and(|target| ending::in_circles(target, exchange)) {
            reading.outcome = Outcome::TooManyRedirects;
        }
        let bytes = exchange.body.len() as u64;
        let host = exchange.url.host_str().unwrap_or_default();
        self.summary.count(reading.outcome.code(), host, bytes);
        self.summary.revisits += u64::from(appended.revisit());
        self.states.entry(source.id.clone()).or_default().count(exchange.started_at, bytes);
        if fetched.archived.is_none() {
            self.counted(&source.id);
        }
        self.note_outcome(fetched, reading.outcome);
        self.keep_cookies(fetched);
        self.tally(source, exchange);
        let gone = reading.gone();
        if let Some(target) = &fetched.target {
            let digest = appended.payload_digest.clone().unwrap_or_default();
            let changed = reading.outcome == Outcome::Ok && digest != target.payload_digest;
            let walled = self.look_for_walls(fetched, target, &reading);
            let ending = match &reading.extraction {
                Some(page) if walled => Ending::Walled { kind: page.page_kind.code().to_owned() },
                _ => ending::ending(target, exchange, &reading, changed, exchange.started_at),
            };
            let body = (reading.outcome == Outcome::Ok && !walled).then(|| Body {
                payload_digest: digest,
                capture_id: if appended.revisit() { target.capture_id.clone() } else { appended.capture_id.clone() },
                etag: exchange.header("etag").unwrap_or_default(),
                modified: exchange.header("last-modified").unwrap_or_default(),
            });
            if fetched.archived.is_none() {
                self.seen.entry(source.id.clone()).or_default().take(&target.page_kind, &reading);
            }
            follow(source, target, exchange, &reading, news);
            let now = exchange.started_at;
            if !self.spares(fetched, reading.outcome) {
                news.settlements.push(visit::settle(target, &ending, reading.outcome.code(), body, &source.recrawl, now, self.writer.run));
            }
        }
        if let Some(page) = reading.extraction.as_ref().filter(|_| reading.outcome.is_success()) {
            mirrors::announced(source, exchange, page, &appended.capture_id, &mut news.announced);
        }
        let kind = reading.extraction.as_ref().map_or("", |page| page.page_kind.code());
        let capture = CaptureRow {
            id: appended.capture_id.clone(),
            seq: self.writer.next_capture(),
            source: source.id.clone(),
            address: exchange.url.to_string(),
            captured_at: clock::micros(exchange.started_at),
            run: self.writer.run,
            reason: fetched.reason.clone(),
            outcome: reading.outcome.code().to_owned(),
            status: i64::from(exchange.status.unwrap_or(0)),
            segment: appended.object.clone(),
            position: appended.offset.cast_signed(),
            bytes: bytes.cast_signed(),
            payload_digest: appended.payload_digest.clone().unwrap_or_default(),
            refers_to: appended.revisit().then(|| fetched.target.as_ref().map(|target| target.capture_id.clone())).flatten(),
            mapping: None,
            page_kind: kind.to_owned(),
            authority: appended.authority.clone().unwrap_or_default(),
        };
        Taken { capture, extraction: reading.extraction, gone }
    }

    async fn commit(&mut self, taken: &[Taken], news: News, position: Option<&Position>) -> Result<()> {
        let now = clock::now();
        let sources: HashMap<String, Arc<Source>> =
            news.found.keys().chain(news.fruit.keys()).filter_map(|id| Some((id.clone(), self.source(id)?))).collect();
        let (rules, refused) = (std::mem::take(&mut self.new_rules), std::mem::take(&mut self.refused));
        let unreachable = std::mem::take(&mut self.unreachable);
        let refused = &refused;
        let began = self.began;
        let (states, hosts, next_url, sessions) = (&mut self.states, &self.hosts, &mut self.next_url, &mut self.sessions);
        let (mirrors, tally) = self.mirrors.take_changes();
        let mut woken = HashSet::new();
        let committed = self
            .writer
            .commit(taken, position, async |connection: &mut Connection| {
                settle::settle(connection, &news.settlements).await?;
                settle::postpone(connection, refused.iter().map(|target| (target.id, "robots.txt".to_owned())).collect(), now).await?;
                for (id, fruit) in &news.fruit {
                    settle::count_fruit(connection, id, fruit).await?;
                }
                for (id, found) in &news.found {
                    let Some(source) = sources.get(id) else { continue };
                    let found: Vec<Found> = found.values().cloned().collect();
                    woken.extend(found.iter().map(|one| one.host.clone()));
                    let state = states.entry(id.clone()).or_default();
                    state.urls += settle::remember(connection, source, &found, state.urls, next_url, now).await?;
                    let urgent = found.into_iter().filter(|one| one.reason == "redirect" && one.priority == priority::SEED);
                    let led_to: Vec<String> = urgent.map(|one| one.address).collect();
                    settle::visit_walls_again(connection, id, &led_to, began).await?;
                }
                rules::save(connection, &rules).await?;
                rules::save_unreachable(connection, &unreachable).await?;
                hosts.save(connection, now).await?;
                health::save(connection, &mirrors, &tally, clock::micros(now)).await?;
                proposals::save(connection, &news.announced).await?;
                source_state::save(connection, states).await?;
                sessions.save(connection).await
            })
            .await?;
        for host in woken {
            self.wake(&host);
        }
        refused.iter().for_each(|target| self.settled(target));
        self.summary.listings_new += committed.listings_new;
        self.summary.listings_seen += committed.listings_seen;
        self.summary.versions_new += committed.versions_new;
        self.summary.alerts += committed.alerts;
        Ok(())
    }

    /// What an outcome says about the source. A page that is not there, or not of a kind that is fetched, says nothing.
    fn note_outcome(&mut self, fetched: &Fetched, outcome: Outcome) {
        let state = self.states.entry(fetched.source.id.clone()).or_default();
        let at = fetched.exchange.started_at;
        match outcome {
            Outcome::NotFound | Outcome::Gone | Outcome::MediaRefused | Outcome::Cancelled => {}
            good if good.is_success() => {
                if fetched.page {
                    state.succeeded(at);
                }
            }
            failed => state.failed(failed.code(), at),
        }
    }

    /// A login wall, CAPTCHA or queue where content was, or several in a row, pauses the source until a person has looked. Tells whether a
    /// wall stood there and the source is paused.
    fn look_for_walls(&mut self, fetched: &Fetched, target: &Target, reading: &Reading) -> bool {
        let source = &fetched.source;
        let Some(page) = reading.extraction.as_ref().filter(|_| !self.is_outdated(fetched)) else { return false };
        let Some(wall) = ending::wall(page) else {
            if !page.listings.is_empty() {
                self.walls.remove(&source.id);
                self.session_works(source);
            }
            return false;
        };
        let walls = self.walls.entry(source.id.clone()).or_default();
        *walls += 1;
        if target.should_show() || *walls >= WALLS {
            let now = clock::now();
            self.session_met(source, wall, now);
            let state = self.states.entry(source.id.clone()).or_default();
            state.pause(&Pause::note(wall, target.url.path()), now);
            if let Some(pause) = Pause::of(state) {
                let (reason, hint) = (pause.whole_reason(), pause.advice(source, now));
                self.drop_source(Skipped { source: source.id.clone(), reason, hint });
            }
        }
        self.states.get(&source.id).is_some_and(|state| !state.paused.is_empty())
    }
}

/// Writes the batch to the archive and makes it durable.
fn append(archive: &mut Archive, batch: &[Fetched], earlier: &HashMap<String, CaptureRow>, run: &str) -> Result<Vec<Appended>> {
    let mut appended = Vec::with_capacity(batch.len());
    let mut rest = batch;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |fetched: &&Fetched| {
            bytes += fetched.exchange.body.len();
            bytes <= PACKED
        };
        let (now, later) = rest.split_at(rest.iter().take_while(fits).count().max(1));
        let packed = on_all_cores(now, |fetched| pack(archive, fetched, earlier, run));
        let packed = packed.into_iter().filter_map(Result::transpose).collect::<Result<Vec<Packed>, _>>()?;
        appended.extend(archive.append_all(packed)?);
        rest = later;
    }
    archive.sync()?;
    let mut appended = appended.into_iter();
    Ok(batch.iter().filter_map(|fetched| fetched.archived.clone().or_else(|| appended.next())).collect())
}

/// The capture of a fetch, ready to be written; `None` of one that was archived before.
fn pack(archive: &Archive, fetched: &Fetched, earlier: &HashMap<String, CaptureRow>, run: &str) -> Result<Option<Packed>, archive::Error> {
    if fetched.archived.is_some() {
        return Ok(None);
    }
    let previous = known(fetched, earlier).map(|row| Previous {
        capture_id: row.id.clone(),
        url: row.address.clone(),
        at: clock::from_micros(row.captured_at),
        payload_digest: row.payload_digest.clone(),
    });
    let authority = archive::authority::of(&fetched.source).map(|(_, hash)| hash);
    let context = Context { source: &fetched.source.id, run, previous: previous.as_ref(), authority: authority.as_deref() };
    archive.pack_exchange(&fetched.exchange, &context).map(Some)
}

/// The last good capture of the address of a fetch.
fn known<'e>(fetched: &Fetched, earlier: &'e HashMap<String, CaptureRow>) -> Option<&'e CaptureRow> {
    fetched.target.as_ref().and_then(|target| earlier.get(&target.capture_id))
}

/// Notes where a page leads, and whether pages of its shape hold anything.
fn follow(source: &Source, target: &Target, exchange: &Exchange, reading: &Reading, news: &mut News) {
    let found = news.found.entry(source.id.clone()).or_default();
    let mut add = |one: Found| {
        let known = found.entry(one.address.clone()).or_insert_with(|| one.clone());
        if one.priority < known.priority {
            *known = one;
        }
    };
    if reading.outcome == Outcome::Redirected {
        exchange.location().and_then(|to| links::redirect(target, &to, ending::MOST_HOPS)).into_iter().for_each(&mut add);
        return;
    }
    let Some(page) = reading.extraction.as_ref().filter(|_| matches!(reading.outcome, Outcome::Ok | Outcome::NotModified)) else { return };
    let listings: HashSet<&str> = page.listings.iter().map(|listing| listing.url.as_str()).collect();
    if ending::wall(page).is_none() {
        for link in &page.links {
            let candidate = Candidate {
                url: &link.url,
                next: link.rel.split_ascii_whitespace().any(|rel| rel == "next"),
                listing: listings.contains(link.url.as_str()),
            };
            links::follow(target, candidate).into_iter().for_each(&mut add);
        }
    }
    if target.visits == 0 {
        news.fruit.entry(source.id.clone()).or_default().push((links::shape(&target.url), bears_fruit(page)));
    }
}

fn bears_fruit(page: &Extraction) -> bool {
    !page.listings.is_empty() || matches!(page.page_kind, PageKind::Vendor | PageKind::Thread | PageKind::Listing)
}
