//! The end of a pass: what it saw of each source is judged and kept; in a long run a day ends a pass, and the calendar brings new ones.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;
use jiff::tz::TimeZone;

use crate::config::{Source, Standing};
use crate::frontier::claim::Due;
use crate::frontier::{claim, queue, settle, source_state, visit};
use crate::pipeline::crawl::{Crawl, Options};
use crate::pipeline::expectations::{self, COMPARED, Seen};
use crate::pipeline::summary::Skipped;
use crate::store::passes::{self, Pass};
use crate::{clock, database};

/// In a long run something is always due; this late it is overdue.
const LATE: i64 = 3_600_000_000;

impl Crawl<'_> {
    /// Judges what this pass saw of each source, keeps it, and tells what was missed. `last`: the run is over.
    pub(super) async fn end_pass(&mut self, last: bool, stopped_early: bool) -> Result<()> {
        let pool = self.writer.pool.clone();
        let mut transaction = database::begin(&pool).await?;
        let now = clock::micros(clock::now());
        let ids: BTreeSet<String> = self.sources.keys().chain(self.seen.keys()).cloned().collect();
        let mut kept = Vec::new();
        for id in ids {
            let Some(source) = self.source(&id) else { continue };
            let next = Seen { since: now, ..Seen::default() };
            let seen = self.seen.insert(id.clone(), next).unwrap_or_else(|| Seen { since: self.began, ..Seen::default() });
            let by = if matches!(self.due, Due::Once { .. }) { self.began } else { now - LATE };
            let cut = stopped_early || !self.sources.contains_key(&id) || queue::overdue(&mut transaction, &id, by, now).await?;
            let from = if seen.whole || cut { seen.since } else { seen.since.min(now - lately(&source)) };
            let mut pass = Pass {
                source: id.clone(),
                run: self.writer.run,
                since: seen.since,
                ended_at: now,
                pages: seen.pages,
                listings: passes::listings_since(&mut transaction, &id, from).await?,
                whole: seen.whole,
                cut,
                fields: seen.fields,
                missed: String::new(),
            };
            // Passes that were cut are not compared with, so more of them are looked through.
            let before = passes::last(&mut transaction, &id, i64::try_from(COMPARED).unwrap_or(i64::MAX) * 4).await?;
            let missed = expectations::judge(&source, &pass, &before);
            pass.missed = serde_json::to_string(&missed)?;
            for one in &missed {
                if !last {
                    tracing::warn!("expectation missed: {}", one.sentence);
                }
                self.summary.missed.push(one.sentence.clone());
            }
            if pass.pages > 0 || !missed.is_empty() {
                kept.push(pass);
            }
            self.summary.expectations.extend(missed);
        }
        passes::insert(&mut transaction, &kept).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What time brings to a run that goes on: a new day ends a pass and gives new budgets, an authority may have expired, a sweep be due.
    pub(super) async fn keep_calendar(&mut self, options: &Options) -> Result<()> {
        let now = clock::now();
        let today = now.to_zoned(TimeZone::UTC).date();
        if self.day != today {
            self.end_pass(false, false).await?;
            self.day = today;
            for source in std::mem::take(&mut self.spent) {
                self.summary.skipped.retain(|skipped| skipped.source != source.id);
                self.sources.insert(source.id.clone(), source);
            }
        }
        let over: Vec<(Arc<Source>, Standing)> = (self.sources.values())
            .map(|source| (Arc::clone(source), source.standing(today)))
            .filter(|(_, standing)| !standing.is_crawlable())
            .collect();
        for (source, standing) in over {
            tracing::warn!("source {}: {}; hint: {}", source.id, standing.sentence(), standing.hint());
            self.drop_source(Skipped { source: source.id.clone(), reason: standing.sentence(), hint: standing.hint() });
        }
        let mut due: Vec<Arc<Source>> = (self.sources.values())
            .filter(|source| !options.once && source_state::sweep_due(source, self.states.get(&source.id), now))
            .map(Arc::clone)
            .collect();
        due.sort_by(|one, other| one.id.cmp(&other.id));
        if due.is_empty() {
            return Ok(());
        }
        let pool = self.writer.pool.clone();
        let mut transaction = database::begin(&pool).await?;
        for source in due {
            settle::visit_again(&mut transaction, &source.id, "sweep", now).await?;
            self.states.entry(source.id.clone()).or_default().swept_at = clock::micros(now);
            self.seen.entry(source.id.clone()).or_default().whole = true;
            self.names.extend(claim::hosts(&mut transaction, &source.id).await?);
        }
        source_state::save(&mut transaction, &self.states).await?;
        transaction.commit().await?;
        self.quiet.clear();
        Ok(())
    }
}

/// Within this time, in microseconds, whatever a source still shows was visited once more, if it was crawled at all.
fn lately(source: &Source) -> i64 {
    let slowest = u32::try_from(visit::SLOWEST).unwrap_or(1);
    let adaptive = source.recrawl.listing.max(source.recrawl.index).saturating_mul(slowest);
    i64::try_from(source.sweep.unwrap_or(adaptive).min(adaptive).as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::pipeline::writer::Writer;
    use jiff::ToSpan;
    use std::collections::HashSet;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_run_that_goes_on_keeps_to_the_calendar() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sources")).unwrap();
        for id in ["spent", "late", "swept"] {
            let text = format!(
                "id = \"{id}\"\nname = \"{id}\"\ntype = \"shop\"\nseeds = [\"http://127.0.6.1/{id}\"]\n[scope]\nallow_private = true\n[authority]\n\
                 reference = \"T\"\nlegal_basis = \"t\"\napproved_by = \"t\"\nexpires = \"2099-01-01\"\n[sweep]\nevery = \"7d\"\n"
            );
            std::fs::write(folder.path().join(format!("sources/{id}.toml")), text).unwrap();
        }
        let config = Arc::new(config::load(Some(folder.path())).unwrap());
        let mut writer = Writer::open(&folder.path().join("data"), config, "crawl").await.unwrap();
        let options = Options::default();
        let mut crawl = Crawl::prepare(&mut writer, &options).await.unwrap();
        let mut connection = crawl.writer.pool.acquire().await.unwrap();
        visit_all(&mut connection).await;
        drop(connection);

        // Nothing happens on the same day.
        crawl.keep_calendar(&options).await.unwrap();
        assert_eq!(crawl.sources.len(), 3);

        // A day later: one source had used up its budget, the authority of another is over, the sweep of the third is due.
        crawl.day = crawl.day.checked_sub(1.day()).unwrap();
        let spent = crawl.sources.remove("spent").unwrap();
        crawl.summary.skipped.push(Skipped { source: "spent".into(), ..Skipped::default() });
        crawl.spent.push(spent);
        let mut late = (*crawl.sources["late"]).clone();
        late.authority.as_mut().unwrap().expires = crawl.day;
        crawl.sources.insert("late".into(), Arc::new(late));
        for state in crawl.states.values_mut() {
            state.swept_at -= 7 * 86_400 * 1_000_000;
        }
        crawl.seen.clear();
        crawl.keep_calendar(&options).await.unwrap();
        let crawled: BTreeSet<&str> = crawl.sources.keys().map(String::as_str).collect();
        assert_eq!(crawled, BTreeSet::from(["spent", "swept"]));
        assert_eq!(crawl.summary.skipped.iter().map(|one| one.source.as_str()).collect::<Vec<_>>(), ["late"]);
        assert!(crawl.summary.skipped[0].reason.contains("expired"));
        assert!(crawl.seen["swept"].whole && crawl.seen["spent"].whole);
        let mut connection = crawl.writer.pool.acquire().await.unwrap();
        let want = [claim::Want { host: "127.0.6.1".into(), most: 9, outstanding: 0 }];
        let due = claim::claim(&mut connection, &want, Due::Now, clock::now(), &crawl.sources, &HashSet::new()).await.unwrap();
        let due: BTreeSet<(&str, &str)> = due.iter().map(|target| (target.source.id.as_str(), target.reason.as_str())).collect();
        assert_eq!(due, BTreeSet::from([("spent", "sweep"), ("swept", "sweep")]));
        let day = crawl.day;
        assert_eq!(day, clock::now().to_zoned(TimeZone::UTC).date(), "the new day has begun");
    }

    /// Every seed was visited and is not due for long.
    async fn visit_all(connection: &mut database::Connection) {
        let rows = (1..=3).map(|id| vec![id.into(), (clock::micros(clock::now()) + 1_000_000_000).into()]).collect();
        let tail = ") AS v WHERE url.id = v.column1";
        database::insert_rows(connection, "UPDATE url SET visits = 1, due_at = v.column2 FROM (VALUES", tail, rows).await.unwrap();
    }
}
