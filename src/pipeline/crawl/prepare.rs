//! Before the first request: who may be crawled, what is due, what an earlier process left.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::config::{Route, Settings, Source, Standing};
use crate::fetch::{Limits, Routes};
use crate::frontier::claim::{self, Due};
use crate::frontier::hosts::Hosts;
use crate::frontier::pause::Pause;
use crate::frontier::source_state::{self, SourceState};
use crate::frontier::{links, mirrors, rules, settle};
use crate::pipeline::authority;
use crate::pipeline::crawl::mirrors::Mirrors;
use crate::pipeline::crawl::sessions::Sessions;
use crate::pipeline::crawl::{CRAWLING, Crawl, Options, Origin, outage};
use crate::pipeline::expectations::Seen;
use crate::pipeline::import;
use crate::pipeline::summary::{Skipped, Summary};
use crate::pipeline::writer::Writer;
use crate::{clock, database};

impl<'w> Crawl<'w> {
    /// Prepares a crawl: standing of each source, seeds, sweeps, what an earlier process left uncommitted.
    ///
    /// # Errors
    /// The store or the archive does not answer.
    pub async fn prepare(writer: &'w mut Writer, options: &Options) -> Result<Self> {
        import::replay(writer).await?;
        let now = clock::now();
        let settings = writer.config.settings.clone();
        let pool = writer.pool.clone();
        let mut connection = pool.acquire().await?;
        let mut states = source_state::load(&mut connection).await?;
        let mut summary = Summary { run: writer.run, started_at: now.to_string(), ..Summary::default() };
        let mut sources = HashMap::new();
        let sessions = Sessions::load(&mut connection).await?;
        let mut resumed = sessions.end_pauses(&mut states, &writer.config.sources, now);
        let mut resting = Vec::new();
        for source in &writer.config.sources {
            let named = options.sources.contains(&source.id);
            if !options.sources.is_empty() && !named {
                continue;
            }
            let state = states.entry(source.id.clone()).or_default();
            if named && !options.keep_pauses && !state.paused.is_empty() {
                resumed.insert(source.id.clone());
                state.paused.clear();
            }
            match standing(source, state, now) {
                None => drop(sources.insert(source.id.clone(), Arc::new(source.clone()))),
                Some(skipped) => {
                    // A session may end its pause during the run.
                    if !state.paused.is_empty() {
                        resting.push(Arc::new(source.clone()));
                    }
                    summary.skipped.extend(skipped);
                }
            }
        }
        let mut ordered: Vec<Arc<Source>> = sources.values().cloned().chain(resting).collect();
        ordered.sort_by(|one, other| one.id.cmp(&other.id));
        let taken: HashSet<Route> =
            ordered.iter().filter(|one| !options.once || sources.contains_key(&one.id)).map(|one| one.route).collect();
        let hosts = Hosts::load(&mut connection, ordered, now, writer.unclean, settings.tor.is_on_this_machine()).await?;
        let routes = outage::routes(&mut connection).await?;
        let next_url = claim::last_id(&mut connection).await?;
        let named: &[String] = if options.keep_pauses { &[] } else { &options.sources };
        let mirrors = Mirrors::load(&mut connection, &sources, named, clock::micros(now)).await?;
        let limits = limits(&settings, Route::Clearnet);
        let jar = |state: &SourceState| serde_json::from_str(&state.cookies).unwrap_or_default();
        let jars = states.iter().map(|(id, state)| (id.clone(), jar(state))).collect();
        let client = Routes::open(&settings, &writer.data, |route| taken.contains(&route)).await?;
        let mut crawl = Self {
            client,
            down: HashMap::new(),
            routes_saved: routes.clone(),
            routes,
            renewed: HashMap::new(),
            limits,
            sources,
            states,
            jars,
            sessions,
            hosts: Arc::new(hosts),
            mirrors,
            streams: Arc::new(Semaphore::new(settings.crawl.concurrency)),
            tor_streams: Arc::new(Semaphore::new(settings.tor.concurrency)),
            origins: HashMap::new(),
            taken: HashSet::new(),
            outstanding: HashMap::new(),
            waiting: HashMap::new(),
            uncounted: HashMap::new(),
            quiet: HashMap::new(),
            blocked: HashMap::new(),
            names: HashSet::new(),
            tasks: JoinSet::new(),
            batch: Vec::new(),
            read: None,
            new_rules: Vec::new(),
            refused: Vec::new(),
            next_url,
            walls: HashMap::new(),
            seen: HashMap::new(),
            spent: Vec::new(),
            day: now.to_zoned(TimeZone::UTC).date(),
            began: clock::micros(now),
            unreachable: Vec::new(),
            summary,
            due: if options.once { Due::Once { started: clock::micros(now), run: writer.run } } else { Due::Now },
            started: 0,
            writer,
        };
        for stored in rules::load(&mut connection).await? {
            if !stored.expired(now) {
                crawl.origins.insert(stored.origin.clone(), Origin::Known { stored, rules: HashMap::new() });
            }
        }
        drop(connection);
        for source in crawl.sources.clone().into_values() {
            authority::keep(crawl.writer, &source).await?;
        }
        crawl.plant(options, &resumed, now).await?;
        crawl.replay().await?;
        Ok(crawl)
    }

    /// Replays what an earlier process archived and did not commit, without crawling anything.
    ///
    /// # Errors
    /// The store or the archive does not answer.
    pub async fn recover(writer: &'w mut Writer) -> Result<()> {
        if writer.uncommitted.is_empty() {
            return Ok(());
        }
        // No source has this name, so none takes part.
        let nothing = Options { sources: vec![String::new()], once: true, ..Options::default() };
        Self::prepare(writer, &nothing).await?.finish(true).await.map(drop)
    }

    /// Remembers seeds, and marks what a sweep or the operator wants visited again.
    async fn plant(&mut self, options: &Options, resumed: &HashSet<String>, now: Timestamp) -> Result<()> {
        let mut transaction = self.writer.begin().await?;
        let mut ids: Vec<String> = self.sources.keys().cloned().collect();
        ids.sort();
        let at = clock::micros(now);
        let brought_back = settle::bring_back(&mut transaction, now).await?;
        if brought_back > 0 {
            tracing::warn!(addresses = brought_back, "visits were put off too far, as by a clock that was ahead; they are due now");
        }
        let noted = serde_json::json!({"run": self.writer.run, "sources": &ids}).to_string();
        database::set_meta(&mut transaction, CRAWLING, &noted).await?;
        for id in ids {
            let Some(source) = self.sources.get(&id).cloned() else { continue };
            let state = self.states.entry(id.clone()).or_default();
            let first = state.urls == 0;
            let mut found: Vec<_> = source.seeds.iter().filter_map(|url| links::seed(&source, url)).collect();
            found.extend(source.mirror_list.paths.iter().filter_map(|path| links::list(&source, path)));
            found.sort_by(|one, other| one.address.cmp(&other.address));
            found.dedup_by(|one, other| one.address == other.address);
            state.urls += settle::remember(&mut transaction, &source, &found, state.urls, &mut self.next_url, now).await?;
            let sweep = source_state::sweep_due(&source, Some(state), now);
            if options.revisit || sweep {
                let reason = if options.revisit { "manual" } else { "sweep" };
                settle::visit_again(&mut transaction, &id, reason, now).await?;
            }
            if sweep {
                state.swept_at = at;
            }
            if resumed.contains(&id) {
                settle::visit_walled(&mut transaction, &id, at).await?;
            }
            let seen = self.seen.entry(id.clone()).or_insert_with(|| Seen { since: at, ..Seen::default() });
            seen.whole |= first || sweep || options.revisit;
            state.urls = state.urls.saturating_sub(mirrors::gather(&mut transaction, &source).await?);
            self.names.extend(claim::hosts(&mut transaction, &id).await?);
        }
        source_state::save(&mut transaction, &self.states).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Why a source is not crawled: `None` when it is; an inner `None` when that is as configured and not worth a word.
fn standing(source: &Source, state: &SourceState, now: Timestamp) -> Option<Option<Skipped>> {
    let standing = source.standing(now.to_zoned(TimeZone::UTC).date());
    if standing == Standing::ImportOnly {
        return Some(None);
    }
    if standing != Standing::Crawlable {
        return Some(Some(Skipped { source: source.id.clone(), reason: standing.sentence(), hint: standing.hint() }));
    }
    Pause::of(state).map(|pause| Some(Skipped { source: source.id.clone(), reason: pause.whole_reason(), hint: pause.advice(source, now) }))
}

/// Bounds on one fetch over a route, as configured.
pub fn limits(settings: &Settings, route: Route) -> Limits {
    let (first_byte, total) = match route {
        Route::Clearnet | Route::I2p => (settings.limits.first_byte, settings.limits.total),
        Route::Tor => (settings.tor.first_byte, settings.tor.total),
    };
    Limits {
        body: settings.limits.body,
        decompressed: settings.limits.decompressed,
        header_bytes: usize::try_from(settings.limits.headers).unwrap_or(usize::MAX),
        first_byte,
        total,
        ..Limits::default()
    }
}
