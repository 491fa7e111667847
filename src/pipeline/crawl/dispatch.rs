//! Sends addresses on their way, past robots.txt and the gates, and takes answers in.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::clock;
use crate::config::{Robots, Route, Source};
use crate::fetch::{Exchange, Fault, Method, Outcome, Request};
use crate::frontier::Target;
use crate::frontier::claim::{self, Due, Want};
use crate::frontier::rules::{self, Unreachable};
use crate::pipeline::crawl::{Crawl, Done, Fetched, Options, Origin, PATIENCE, RECHECK, limits};
use crate::pipeline::robots::{self, Asked};
use crate::pipeline::summary::Skipped;

/// Tries at robots.txt of a host in one run.
const ROBOTS_TRIES: u32 = 3;
/// How long a host is left alone whose robots.txt could not be had.
const LEFT_ALONE: Duration = Duration::from_secs(600);
/// How long a host is not asked for more while its source's budget is almost used up.
const WAIT_FOR_COUNT: Duration = Duration::from_millis(50);
/// How long requests under way may still take when a signal ends the run.
const GRACE: Duration = Duration::from_secs(5);

impl Crawl<'_> {
    /// Takes due addresses for every host that has room, and sends them on their way.
    pub(super) async fn fill(&mut self, options: &Options) -> Result<()> {
        self.take_up_waiting();
        let now = Instant::now();
        let room = options.max_pages.map_or(usize::MAX, |most| usize::try_from(most.saturating_sub(self.started)).unwrap_or(usize::MAX));
        let most_ahead = self.writer.config.settings.crawl.concurrency.saturating_mul(4).min(room);
        let mut total: usize = self.waiting.values().sum();
        let gates: HashMap<String, usize> = self.hosts.used().into_iter().map(|(name, gate)| (name, gate.look_ahead())).collect();
        // A pass leaves them alone to its end.
        self.blocked.retain(|_, until| options.once || now < *until);
        let open = |name: &&String| !self.blocked.contains_key(*name) && self.quiet.get(*name).is_none_or(|until| now >= *until);
        let mut names: Vec<&String> = self.names.iter().filter(open).collect();
        // Whoever was asked in vain comes after the others: where there is room for a few only, all have their turn.
        names.sort_by_key(|name| (self.quiet.get(*name), *name));
        let mut wants = Vec::new();
        for name in names {
            let outstanding = self.outstanding.get(name).copied().unwrap_or(0);
            let ahead = gates.get(self.mirrors.asked_for(name)).copied().unwrap_or(4);
            let waiting = self.waiting.get(name).copied().unwrap_or(0);
            // Asking only when half is used up keeps the number of statements low.
            if waiting * 2 <= ahead && total < most_ahead {
                let most = (ahead - waiting.min(ahead)).max(1).min(most_ahead - total);
                total += most;
                wants.push(Want { host: name.clone(), most, outstanding });
            }
        }
        if wants.is_empty() {
            return Ok(());
        }
        let mut connection = self.writer.pool.acquire().await?;
        let targets = claim::claim(&mut connection, &wants, self.due, clock::now(), &self.sources, &self.taken).await?;
        drop(connection);
        let mut found: HashMap<&str, usize> = HashMap::new();
        for target in &targets {
            *found.entry(target.host.as_str()).or_default() += 1;
        }
        for want in &wants {
            if !found.contains_key(want.host.as_str()) {
                self.quiet.insert(want.host.clone(), now + RECHECK);
            }
        }
        for target in targets {
            self.taken.insert(target.id);
            *self.outstanding.entry(target.host.clone()).or_default() += 1;
            *self.waiting.entry(target.host.clone()).or_default() += 1;
            self.send(target);
        }
        Ok(())
    }

    /// Sends a target on its way: to robots.txt first, where that is not known.
    fn send(&mut self, target: Target) {
        let Some(target) = self.at_mirror(target) else { return };
        let now = clock::now();
        let uncounted = self.uncounted.get(&target.source.id).copied().unwrap_or(0);
        let state = self.states.entry(target.source.id.clone()).or_default();
        if let Some(reason) = state.spent(&target.source.budget, now) {
            let (id, hint) = (target.source.id.clone(), "raise [budget] in its file, or go on tomorrow".to_owned());
            if self.sources.contains_key(&id) {
                self.spent.push(Arc::clone(&target.source));
            }
            self.drop_source(Skipped { source: id, reason: reason.to_owned(), hint });
            return self.put_back(&target);
        }
        if state.full(&target.source.budget, uncounted) {
            // Whether there is room is known once those under way are counted.
            self.quiet.insert(target.host.clone(), Instant::now() + WAIT_FOR_COUNT);
            return self.put_back(&target);
        }
        if let Some(until) = self.waits_for_route(&target.source) {
            self.quiet.insert(target.host.clone(), until);
            return self.put_back(&target);
        }
        let gate = self.hosts.gate(&target.url);
        if matches!(self.due, Due::Once { .. }) && gate.wait() > Duration::from_micros(PATIENCE.unsigned_abs()) {
            // An earlier run was told to wait; a pass has no such patience.
            if self.blocked.insert(target.host.clone(), Instant::now() + gate.wait()).is_none() {
                *self.summary.outcomes.entry("snoozed".to_owned()).or_default() += 1;
            }
            return self.put_back(&target);
        }
        if target.source.robots == Robots::Obey {
            let origin = rules::origin(&target.url);
            let agent = self.agent(&target.source);
            match self.origins.get_mut(&origin) {
                Some(Origin::Known { stored, rules }) if !stored.expired(now) => {
                    let rules = rules.entry(agent).or_insert_with_key(|agent| stored.rules(agent));
                    if !rules.allows(&target.url) {
                        let host = target.host.clone();
                        self.answered(&host);
                        self.refused.push(target);
                        *self.summary.outcomes.entry("refused_by_robots".to_owned()).or_default() += 1;
                        return;
                    }
                    if let Some(delay) = rules.crawl_delay() {
                        self.hosts.gate(&target.url).at_least(delay);
                    }
                }
                Some(Origin::Asking { parked, .. }) => return parked.push(target),
                _ => {
                    self.ask(target, 1, Duration::ZERO);
                    return;
                }
            }
        }
        self.started += 1;
        *self.uncounted.entry(target.source.id.clone()).or_default() += 1;
        let (client, streams) = (self.client.clone(), self.streams(&target.source));
        let request = self.request(&target, now);
        let session = Some(self.sessions.number(&target.source, now));
        self.tasks.spawn(async move {
            let exchange = robots::in_turn(&client, &request, &gate, &streams).await;
            let exchange =
                exchange.unwrap_or_else(|| Exchange::unsent(&request, Outcome::Cancelled, "stopped before it was sent", clock::now()));
            Done::Page(Box::new(Fetched {
                source: Arc::clone(&target.source),
                reason: target.reason.clone(),
                page: true,
                target: Some(target),
                exchange,
                archived: None,
                session,
            }))
        });
    }

    fn ask(&mut self, target: Target, tries: u32, pause: Duration) {
        let (url, source) = (target.url.clone(), Arc::clone(&target.source));
        let (agent, source_id) = (self.agent(&source), source.id.clone());
        self.hosts.gate(&url).snooze(pause);
        let asking = robots::ask(
            url.clone(),
            Arc::clone(&source),
            self.client.clone(),
            Arc::clone(&self.hosts),
            self.streams(&source),
            agent,
            limits(&self.writer.config.settings, source.route),
        );
        let parked = match self.origins.remove(&rules::origin(&url)) {
            Some(Origin::Asking { mut parked, .. }) => {
                parked.push(target);
                parked
            }
            _ => vec![target],
        };
        self.origins.insert(rules::origin(&url), Origin::Asking { parked, tries });
        self.started += 1;
        *self.uncounted.entry(source_id).or_default() += 1;
        self.tasks.spawn(async move { Done::Robots(Box::new(asking.await)) });
    }

    fn request(&self, target: &Target, now: Timestamp) -> Request {
        let source = &target.source;
        let mut headers = vec![("user-agent".to_owned(), self.agent(source))];
        headers.extend(source.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("user-agent")).cloned());
        // Without the earlier body at hand, "not modified" would leave nothing to read.
        if !target.capture_id.is_empty() {
            if !target.etag.is_empty() {
                headers.push(("if-none-match".to_owned(), target.etag.clone()));
            } else if !target.modified.is_empty() {
                headers.push(("if-modified-since".to_owned(), target.modified.clone()));
            }
        }
        Request {
            url: target.url.clone(),
            method: Method::Get,
            route: source.route,
            source: source.id.clone(),
            headers,
            cookies: self.cookies(source, &target.url, now),
            allow_private: source.scope.allow_private,
            allow_media: false,
            beginning: false,
            limits: limits(&self.writer.config.settings, source.route),
        }
    }

    /// Bounds the requests under way: over Tor they have a bound of their own.
    fn streams(&self, source: &Source) -> Arc<Semaphore> {
        Arc::clone(if source.route == Route::Tor { &self.tor_streams } else { &self.streams })
    }

    fn agent(&self, source: &Source) -> String {
        source.user_agent.clone().unwrap_or_else(|| self.writer.config.settings.user_agent.clone())
    }

    pub(super) fn take_in(&mut self, done: Done) {
        match done {
            Done::Page(fetched) if fetched.exchange.outcome == Outcome::Cancelled && fetched.exchange.request_head.is_empty() => {
                // It never got its turn.
                self.started = self.started.saturating_sub(1);
                self.counted(&fetched.source.id);
                fetched.target.iter().for_each(|target| self.put_back(target));
            }
            Done::Page(fetched) if fetched.exchange.outcome.fault() == Fault::Route => {
                self.started = self.started.saturating_sub(1);
                self.counted(&fetched.source.id);
                let why = fetched.exchange.detail.as_deref().unwrap_or_default();
                self.route_fails(&fetched.source, fetched.exchange.outcome, why);
                fetched.target.iter().for_each(|target| self.put_back(target));
            }
            Done::Page(fetched) => {
                self.route_works(&fetched.exchange);
                self.learn(&fetched.exchange);
                self.hear(&fetched.source, &fetched.exchange);
                if let Some(target) = &fetched.target {
                    self.answered(&target.host.clone());
                }
                self.batch.push(*fetched);
            }
            Done::Robots(asked) => {
                let Asked { origin, source, mut exchanges, answer, rules } = *asked;
                // It was one request when it was sent; redirects made it more.
                self.counted(&source.id);
                if let Some(failed) = exchanges.pop_if(|last| last.outcome.fault() == Fault::Route) {
                    self.route_fails(&source, failed.outcome, failed.detail.as_deref().unwrap_or_default());
                    if let Some(Origin::Asking { parked, .. }) = self.origins.remove(&origin) {
                        parked.iter().for_each(|target| self.put_back(target));
                    }
                    self.started = self.started.saturating_sub(1);
                    return;
                }
                *self.uncounted.entry(source.id.clone()).or_default() += exchanges.len() as u64;
                let ended = exchanges.last().map(|exchange| (exchange.outcome, exchange.started_at));
                for exchange in exchanges {
                    self.route_works(&exchange);
                    self.learn(&exchange);
                    self.hear(&source, &exchange);
                    self.batch.push(Fetched {
                        source: Arc::clone(&source),
                        reason: "robots".to_owned(),
                        page: false,
                        target: None,
                        exchange,
                        archived: None,
                        session: Some(0),
                    });
                }
                let (mut parked, tries) = match self.origins.remove(&origin) {
                    Some(Origin::Asking { parked, tries }) => (parked, tries),
                    _ => (Vec::new(), 0),
                };
                match answer {
                    Ok(stored) => {
                        self.new_rules.push(stored.clone());
                        self.origins.insert(origin, Origin::Known { stored, rules: rules.into_iter().collect() });
                        parked.into_iter().for_each(|target| self.send(target));
                    }
                    Err(_) if self.leaves_mirror(&source, &origin, ended.map(|(outcome, _)| outcome), tries >= ROBOTS_TRIES) => {
                        parked.into_iter().for_each(|target| self.send(target));
                    }
                    Err(wait) if tries < ROBOTS_TRIES && wait.is_none_or(|wait| wait <= Duration::from_micros(PATIENCE.unsigned_abs())) => {
                        let pause = wait.unwrap_or(Duration::from_secs(1 << tries));
                        match parked.pop() {
                            Some(target) => {
                                self.origins.insert(origin, Origin::Asking { parked, tries });
                                self.ask(target, tries + 1, pause);
                            }
                            None => self.block(&origin),
                        }
                    }
                    Err(_) => {
                        *self.summary.outcomes.entry("robots_unreachable".to_owned()).or_default() += 1;
                        let skipped = Skipped {
                            source: source.id.clone(),
                            reason: format!("robots.txt of {origin} could not be fetched, so nothing there is"),
                            hint: "its addresses stay queued; look at the outcomes for what failed".to_owned(),
                        };
                        // A crawl that goes on tries again and again.
                        if !self.summary.skipped.contains(&skipped) {
                            self.summary.skipped.push(skipped);
                        }
                        if let Some((outcome, at)) = ended {
                            let (outcome, at) = (outcome.code().to_owned(), clock::micros(at));
                            let until = at.saturating_add(i64::try_from(LEFT_ALONE.as_micros()).unwrap_or(i64::MAX));
                            self.unreachable.push(Unreachable { origin: origin.clone(), outcome, at, until });
                        }
                        self.block(&origin);
                        parked.iter().for_each(|target| self.put_back(target));
                    }
                }
            }
        }
    }

    /// A source that takes part in this run, or did.
    pub(super) fn source(&self, id: &str) -> Option<Arc<Source>> {
        self.sources.get(id).cloned().or_else(|| self.writer.config.source(id).cloned().map(Arc::new))
    }

    /// Leaves the host of an origin alone for a while.
    fn block(&mut self, origin: &str) {
        if let Some(host) = url::Url::parse(origin).ok().and_then(|url| url.host_str().map(str::to_owned)) {
            self.blocked.insert(host, Instant::now() + LEFT_ALONE);
        }
    }

    /// A request is counted in the budget of its source now, or was never made.
    pub(super) fn counted(&mut self, source: &str) {
        if let Some(n) = self.uncounted.get_mut(source) {
            *n = n.saturating_sub(1);
        }
    }

    fn answered(&mut self, host: &str) {
        if let Some(n) = self.waiting.get_mut(host) {
            *n = n.saturating_sub(1);
        }
    }

    /// An address that is not visited now stays queued.
    pub(super) fn put_back(&mut self, target: &Target) {
        self.answered(&target.host);
        self.settled(target);
    }

    /// An address is no longer under way.
    pub(super) fn settled(&mut self, target: &Target) {
        if self.taken.remove(&target.id)
            && let Some(n) = self.outstanding.get_mut(&target.host)
        {
            *n = n.saturating_sub(1);
        }
    }

    /// Stops crawling a source in this run and says why.
    pub(super) fn drop_source(&mut self, skipped: Skipped) {
        if self.sources.remove(&skipped.source).is_some() {
            self.summary.skipped.push(skipped);
        }
    }

    /// After new addresses were found or a try was put off, hosts are worth asking again.
    pub(super) fn wake(&mut self, host: &str) {
        self.quiet.remove(host);
        self.names.insert(host.to_owned());
    }

    /// Gives the requests under way a moment to end, then drops them; their addresses stay queued.
    pub(super) async fn give_back(&mut self) {
        self.streams.close();
        self.tor_streams.close();
        let until = Instant::now() + GRACE;
        while let Ok(Some(done)) = tokio::time::timeout_at(until, self.tasks.join_next()).await {
            if let Ok(Done::Page(fetched)) = done
                && fetched.exchange.outcome != Outcome::Cancelled
            {
                self.batch.push(*fetched);
            }
        }
        self.tasks.abort_all();
        self.tasks = JoinSet::new();
    }
}
