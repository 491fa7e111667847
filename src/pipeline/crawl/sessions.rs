//! Cookies of a crawl: those of a session that a person set, while the authority allows an account, and else those that servers set for anyone.
//!
//! The two never mix: what a server sets in answer to a request with a session belongs to the session, and goes with it.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use crate::clock;
use crate::config::Source;
use crate::database::{self, Connection};
use crate::fetch::Jar;
use crate::frontier::sessions::{self, Session};
use crate::frontier::source_state::{self, SourceState, date_of};
use crate::frontier::{claim, settle};
use crate::pipeline::authority;
use crate::pipeline::crawl::{CRAWLING, Crawl, Fetched, Options};
use crate::pipeline::expectations::Seen;

/// The sessions that a crawl knows, by source.
#[derive(Default)]
pub(super) struct Sessions {
    revision: i64,
    live: HashMap<String, Live>,
}

/// A session that may be used.
struct Live {
    row: Session,
    jar: Jar,
    /// Whether the store does not know its last state yet.
    changed: bool,
}

impl Live {
    fn of(row: Session) -> Self {
        Self { jar: serde_json::from_str(&row.cookies).unwrap_or_default(), row, changed: false }
    }
}

impl Sessions {
    /// Reads those that may be used.
    pub(super) async fn load(connection: &mut Connection) -> Result<Self> {
        let revision = sessions::revision(connection).await?;
        let live = sessions::live(connection).await?.into_iter().map(|(source, row)| (source, Live::of(row))).collect();
        Ok(Self { revision, live })
    }

    /// Ends the pauses that are older than a session of their source; gives the sources.
    pub(super) fn end_pauses(&self, states: &mut HashMap<String, SourceState>, sources: &[Source], now: Timestamp) -> HashSet<String> {
        let in_force = sources.iter().filter_map(|source| self.in_force(source, now)).map(|live| &live.row);
        sessions::end_pauses(states, in_force).into_iter().collect()
    }

    /// The number of the session that a request of this source is made with now; 0 without one.
    pub(super) fn number(&self, source: &Source, now: Timestamp) -> i64 {
        self.in_force(source, now).map_or(0, |live| live.row.n)
    }

    /// Writes what changed, with the rest of a commit.
    pub(super) async fn save(&mut self, connection: &mut Connection) -> Result<()> {
        for live in self.live.values_mut().filter(|live| live.changed) {
            live.row.cookies = serde_json::to_string(&live.jar)?;
            sessions::keep(connection, &live.row).await?;
            live.changed = false;
        }
        Ok(())
    }

    /// Without an authority for an account on this day there is none, whatever is stored.
    fn in_force(&self, source: &Source, now: Timestamp) -> Option<&Live> {
        self.live.get(&source.id).filter(|_| source.admits_account(date_of(now)))
    }
}

impl Crawl<'_> {
    /// The cookies of a request.
    pub(super) fn cookies(&self, source: &Source, url: &Url, now: Timestamp) -> Option<String> {
        match self.sessions.in_force(source, now) {
            Some(live) => live.jar.header_for(url, now),
            None => self.jars.get(&source.id).and_then(|jar| jar.header_for(url, now)),
        }
    }

    /// Takes the cookies of an answer, unless the session that it was asked with is another by now. A replayed one has none: they are masked
    /// in the archive.
    pub(super) fn keep_cookies(&mut self, fetched: &Fetched) {
        let (source, exchange) = (&fetched.source, &fetched.exchange);
        let current = self.sessions.number(source, clock::now());
        if fetched.session != Some(current) {
            return;
        }
        let public = self.jars.entry(source.id.clone()).or_default();
        let mut live = self.sessions.live.get_mut(&source.id).filter(|_| current != 0);
        let jar = live.as_mut().map_or(public, |live| &mut live.jar);
        let mut changed = false;
        for cookie in exchange.set_cookies() {
            changed |= jar.store(&exchange.url, &cookie, exchange.started_at);
        }
        match live {
            _ if !changed => {}
            Some(live) => live.changed = true,
            None => {
                if let Some(text) = self.jars.get(&source.id).and_then(|jar| serde_json::to_string(jar).ok()) {
                    self.states.entry(source.id.clone()).or_default().cookies = text;
                }
            }
        }
    }

    /// Whether an answer tells about another session than the one in force: one that was set or cleared while it was under way.
    pub(super) fn is_outdated(&self, fetched: &Fetched) -> bool {
        let now = clock::now();
        match fetched.session {
            Some(used) => used != self.sessions.number(&fetched.source, now),
            None => {
                let began = clock::micros(fetched.exchange.started_at);
                self.sessions.in_force(&fetched.source, now).is_some_and(|live| began <= live.row.set_at)
            }
        }
    }

    /// Notes that a wall ended the session of a source, if it has one.
    pub(super) fn session_met(&mut self, source: &Source, wall: &str, now: Timestamp) {
        let in_force = self.sessions.number(source, now) != 0;
        if let Some(live) = self.sessions.live.get_mut(&source.id).filter(|live| in_force && live.row.walled_at == 0) {
            (live.row.walled_at, live.row.wall, live.changed) = (clock::micros(now), wall.to_owned(), true);
        }
    }

    /// Notes that a session gives listings: a wall that it met before did not end it.
    pub(super) fn session_works(&mut self, source: &Source) {
        let paused = self.states.get(&source.id).is_some_and(|state| !state.paused.is_empty());
        if let Some(live) = self.sessions.live.get_mut(&source.id).filter(|live| !paused && live.row.walled_at != 0) {
            (live.row.walled_at, live.row.wall, live.changed) = (0, String::new(), true);
        }
    }

    /// Takes up sessions that a command set or cleared meanwhile. One that was set ends the pause of its source.
    pub(super) async fn take_up_sessions(&mut self, options: &Options) -> Result<()> {
        let mut connection = self.writer.pool.acquire().await?;
        let revision = sessions::revision(&mut connection).await?;
        if revision == self.sessions.revision {
            return Ok(());
        }
        let mut stored = sessions::live(&mut connection).await?;
        drop(connection);
        self.sessions.revision = revision;
        let now = clock::now();
        let known: HashMap<String, i64> = self.sessions.live.iter().map(|(id, live)| (id.clone(), live.row.n)).collect();
        for id in known.keys().filter(|id| !stored.contains_key(*id)) {
            tracing::info!("source {id}: its session was cleared");
            self.sessions.live.remove(id);
            self.jars.remove(id);
            self.states.entry(id.clone()).or_default().cookies.clear();
        }
        // Of a session that is known already, what this crawl made of it is newer than what is stored.
        stored.retain(|id, row| known.get(id) != Some(&row.n));
        let mut resumed = Vec::new();
        for (id, row) in stored {
            self.sessions.live.insert(id.clone(), Live::of(row));
            let Some(source) = self.writer.config.source(&id).filter(|source| self.sessions.number(source, now) != 0).cloned() else {
                continue;
            };
            tracing::info!("source {id}: a session was set");
            self.walls.remove(&id);
            let state = self.states.entry(id.clone()).or_default();
            let chosen = options.sources.is_empty() || options.sources.contains(&id);
            if !state.paused.is_empty() && chosen && source.standing(now.to_zoned(TimeZone::UTC).date()).is_crawlable() {
                state.paused.clear();
                resumed.push(source);
            }
        }
        if !resumed.is_empty() {
            self.resume(resumed, now).await?;
        }
        Ok(())
    }

    /// Lets sources take part again that were paused.
    async fn resume(&mut self, resumed: Vec<Source>, now: Timestamp) -> Result<()> {
        self.commit_read().await?;
        for source in &resumed {
            authority::keep(self.writer, source).await?;
        }
        let mut transaction = self.writer.begin().await?;
        for source in resumed {
            let id = source.id.clone();
            // A pass takes what was due when it began.
            settle::visit_walled(&mut transaction, &id, self.began.min(clock::micros(now))).await?;
            self.names.extend(claim::hosts(&mut transaction, &id).await?);
            self.summary.skipped.retain(|skipped| skipped.source != id);
            self.seen.entry(id.clone()).or_insert_with(|| Seen { since: clock::micros(now), ..Seen::default() });
            self.sources.insert(id, source.into());
        }
        let ids: Vec<&String> = self.sources.keys().collect();
        let noted = serde_json::json!({"run": self.writer.run, "sources": ids}).to_string();
        database::set_meta(&mut transaction, CRAWLING, &noted).await?;
        source_state::save(&mut transaction, &self.states).await?;
        transaction.commit().await?;
        self.quiet.clear();
        Ok(())
    }
}
