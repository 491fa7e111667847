//! Which mirror each address is sent to, what answers and failures say about it, and what pages say of further mirrors.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;
use url::Url;
use vigie_extractors::canonical::canonical_url;
use vigie_extractors::indicators;
use vigie_extractors::record::{Extraction, PageKind};

use crate::clock;
use crate::config::{Source, at_origin, same_origin};
use crate::database::Connection;
use crate::fetch::{Exchange, Fault, Outcome};
use crate::frontier::Target;
use crate::frontier::claim::Due;
use crate::frontier::mirrors::{self, Choice, FAILURES, FIRST_PAUSE, Health, Tally};
use crate::frontier::proposals::{Announced, Announcement, Proposal, UNSIGNED};
use crate::pipeline::crawl::{Crawl, Fetched};
use crate::pipeline::ending::MOST_HOPS;
use crate::pipeline::summary::Skipped;

/// How long an address that tries a mirror keeps others from trying it, microseconds: longer than a request may take.
const TRYING: i64 = 2 * FIRST_PAUSE;
/// How long the rest of a source waits before it looks again whether a try came out well.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Redirects from one mirror to the same page on another, in a row, after which the other is asked first.
const HANDED_OVER: u32 = 3;
/// Origins taken from one page.
const MOST_OF_PAGE: usize = 20;

/// The mirrors of one source in this run.
struct Group {
    origins: Vec<Url>,
    health: Vec<Health>,
    in_use: usize,
    /// A mirror that is down and is being tried, and until when that counts, microseconds.
    trying: Option<(usize, i64)>,
    /// Whether the only origin of a source went down in this run.
    fell: bool,
    /// From which mirror to which redirects led, and how often in a row.
    handed: Option<(usize, usize, u32)>,
}

impl Group {
    fn position(&self, url: &Url) -> Option<usize> {
        self.origins.iter().position(|origin| same_origin(origin, url))
    }
}

/// An address that a mirror sent on to another.
struct Pin {
    origin: usize,
    hops: i64,
}

/// The mirrors of all sources of a run.
#[derive(Default)]
pub(super) struct Mirrors {
    groups: HashMap<String, Group>,
    /// Changed since they were saved.
    changed: BTreeSet<(String, usize)>,
    tally: Tally,
    pins: HashMap<i64, Pin>,
    /// How often an address was put back because its mirror failed.
    spared: HashMap<i64, usize>,
    /// Sources none of whose mirrors answers, and when the first is tried again, microseconds.
    waiting: Vec<(Arc<Source>, i64)>,
    /// By the host under which addresses are queued: the host that is asked for them.
    asked: HashMap<String, String>,
}

impl Mirrors {
    /// What the store knows; a person who names a source has its mirrors tried at once.
    pub(super) async fn load(
        connection: &mut Connection,
        sources: &HashMap<String, Arc<Source>>,
        named: &[String],
        now: i64,
    ) -> Result<Self> {
        let known = mirrors::load(connection).await?;
        let mut all = Self::default();
        for source in sources.values() {
            let mut health = mirrors::of_source(source, &known, now);
            if named.contains(&source.id) {
                health.iter_mut().for_each(Health::try_again);
            }
            let group =
                Group { origins: source.origins(), in_use: mirrors::last_in_use(&health), health, trying: None, fell: false, handed: None };
            all.use_for(&group);
            all.groups.insert(source.id.clone(), group);
        }
        Ok(all)
    }

    /// The host that is asked for what is queued under this one.
    pub(super) fn asked_for<'h>(&'h self, host: &'h str) -> &'h str {
        self.asked.get(host).map_or(host, String::as_str)
    }

    /// Changes since the last call, for the store.
    pub(super) fn take_changes(&mut self) -> (Vec<(String, Health)>, Tally) {
        let health = |(source, n): (String, usize)| Some((source.clone(), self.groups.get(&source)?.health.get(n)?.clone()));
        (std::mem::take(&mut self.changed).into_iter().filter_map(health).collect(), std::mem::take(&mut self.tally))
    }

    fn use_for(&mut self, group: &Group) {
        let host = |n: usize| group.origins.get(n).and_then(Url::host_str).map(str::to_owned);
        if let (Some(queued), Some(asked)) = (host(0), host(group.in_use)) {
            self.asked.insert(queued, asked);
        }
    }

    /// The group of a source with a choice, and which of its mirrors an address is on.
    fn choosable(&mut self, source: &Source, url: &Url) -> Option<(&mut Group, usize)> {
        let group = self.groups.get_mut(&source.id).filter(|group| group.origins.len() > 1)?;
        let n = group.position(url)?;
        Some((group, n))
    }
}

impl Crawl<'_> {
    /// The target at the mirror that is to be asked; `None` where it waits, back in its queue.
    pub(super) fn at_mirror(&mut self, mut target: Target) -> Option<Target> {
        let now = clock::micros(clock::now());
        if matches!(self.due, Due::Once { .. }) && self.mirrors.groups.get(&target.source.id).is_some_and(|group| group.fell) {
            // A pass does not hold out until the growing interval of a dead host has let all of its addresses through.
            self.wait_for_mirrors(&Arc::clone(&target.source), now);
            self.put_back(&target);
            return None;
        }
        let pin = self.mirrors.pins.get(&target.id).map(|pin| (pin.origin, pin.hops));
        let source = Arc::clone(&target.source);
        let Some((group, _)) = self.mirrors.choosable(&source, &target.url) else { return Some(target) };
        let trying = group.trying.is_some_and(|(_, until)| until > now);
        let choice = match pin {
            Some((origin, hops)) if group.health.get(origin).is_some_and(|one| !one.down) => {
                target.hops += hops;
                Choice::Ask(origin)
            }
            _ => mirrors::choose(&group.health, group.in_use, trying, now),
        };
        let n = match choice {
            Choice::Ask(n) => {
                if pin.is_none() && n != group.in_use {
                    let (from, of) = (group.in_use + 1, group.origins.len());
                    group.in_use = n;
                    tracing::info!("source {}: goes on with mirror {} of {of} instead of {from}", source.id, n + 1);
                    let host = |n: usize| group.origins.get(n).and_then(Url::host_str).map(str::to_owned);
                    if let (Some(queued), Some(asked)) = (host(0), host(n)) {
                        self.mirrors.asked.insert(queued, asked);
                    }
                }
                n
            }
            Choice::Try(n) => {
                group.trying = Some((n, now + TRYING));
                n
            }
            Choice::Wait(_) if trying => {
                self.quiet.insert(target.host.clone(), Instant::now() + LOOK_AGAIN);
                self.put_back(&target);
                return None;
            }
            Choice::Wait(until) => {
                self.wait_for_mirrors(&source, until);
                self.put_back(&target);
                return None;
            }
        };
        let group = self.mirrors.groups.get(&source.id)?;
        if let Some(url) = group.origins.get(n).and_then(|origin| at_origin(&target.url, origin)) {
            target.url = url;
        }
        Some(target)
    }

    /// None of its mirrors answers: the source waits. A pass ends without it; a crawl that goes on takes it up again.
    fn wait_for_mirrors(&mut self, source: &Arc<Source>, until: i64) {
        if !self.sources.contains_key(&source.id) {
            return;
        }
        let Some(group) = self.mirrors.groups.get(&source.id) else { return };
        let mut reasons: Vec<&str> = group.health.iter().map(|one| one.reason.as_str()).collect();
        reasons.sort_unstable();
        reasons.dedup();
        let (id, n) = (&source.id, group.health.len());
        let (reason, hint) = if n == 1 {
            let reason = format!("its host does not answer any more: {}", reasons.join(", "));
            (reason, format!("its addresses stay queued; crawl again once it does, `vigie sources {id}` tells since when"))
        } else {
            let reason = format!("none of its {n} mirrors answers: {}", reasons.join(", "));
            let when = clock::from_micros(until).strftime("%Y-%m-%d %H:%M UTC");
            let hint = format!(
                "its addresses stay queued; the first mirror is tried again after {when}, or now with `vigie crawl --once --source {id}`; \
                 `vigie sources {id}` shows each"
            );
            (reason, hint)
        };
        tracing::warn!("source {}: {reason}; hint: {hint}", source.id);
        self.drop_source(Skipped { source: source.id.clone(), reason, hint });
        if !matches!(self.due, Due::Once { .. }) {
            self.mirrors.waiting.push((Arc::clone(source), until));
        }
    }

    /// Takes up sources that waited for a mirror, once one may be tried.
    pub(super) fn take_up_waiting(&mut self) {
        if self.mirrors.waiting.is_empty() {
            return;
        }
        let now = clock::micros(clock::now());
        let (due, rest) = std::mem::take(&mut self.mirrors.waiting).into_iter().partition(|(_, until)| *until <= now);
        self.mirrors.waiting = rest;
        let due: Vec<(Arc<Source>, i64)> = due;
        for (source, _) in due {
            self.summary.skipped.retain(|skipped| skipped.source != source.id);
            for host in source.origins().iter().take(1).filter_map(Url::host_str) {
                self.quiet.remove(host);
            }
            self.sources.insert(source.id.clone(), source);
        }
    }

    /// What an exchange says about the mirror that was asked, as soon as it is there.
    pub(super) fn hear(&mut self, source: &Source, exchange: &Exchange) {
        let Some(group) = self.mirrors.groups.get_mut(&source.id) else { return };
        let Some(n) = group.position(&exchange.url) else { return };
        let of = group.origins.len();
        // With other seeds elsewhere the source has another way in.
        let alone = of == 1 && source.seeds.iter().all(|seed| group.position(seed).is_some());
        let Some(health) = group.health.get_mut(n) else { return };
        let tried = group.trying.is_some_and(|(one, _)| one == n);
        let at = clock::micros(exchange.started_at).saturating_add(i64::try_from(exchange.duration_us).unwrap_or(0));
        match answered(exchange) {
            Some(true) => {
                group.fell = false;
                if health.answered(at, exchange.first_byte_us.and_then(|us| i64::try_from(us).ok())) {
                    tracing::info!("source {}: mirror {} of {of} answers again", source.id, n + 1);
                }
            }
            Some(false) => {
                let fell = health.failed(at, exchange.outcome.code());
                group.fell |= fell && alone;
                if fell && of > 1 {
                    tracing::warn!("source {}: mirror {} of {of} is down: {}", source.id, n + 1, exchange.outcome.code());
                }
                if health.down && (of > 1 || (alone && matches!(self.due, Due::Once { .. }))) {
                    // What waits for its turn there goes to another mirror instead, or back into its queue.
                    self.hosts.gate(&exchange.url).send_away();
                }
            }
            // A try that says nothing, because it never got as far as the host, is made again.
            None if tried => health.retry_at = at + FIRST_PAUSE,
            None => return,
        }
        if tried {
            group.trying = None;
        }
        self.mirrors.changed.insert((source.id.clone(), n));
    }

    /// Whether addresses that wait for robots.txt of this origin are better sent to another mirror: this one is down by now, or was asked for
    /// its robots.txt in vain so often that it is set aside (`give_up`).
    pub(super) fn leaves_mirror(&mut self, source: &Source, origin: &str, outcome: Option<Outcome>, give_up: bool) -> bool {
        let Ok(url) = Url::parse(origin) else { return false };
        let Some((group, n)) = self.mirrors.choosable(source, &url) else { return false };
        let Some(health) = group.health.get_mut(n) else { return false };
        if let Some(outcome) = outcome.filter(|outcome| !health.down && give_up && outcome.fault() != Fault::Route) {
            health.set_aside(clock::micros(clock::now()), outcome.code());
            self.mirrors.changed.insert((source.id.clone(), n));
            return true;
        }
        health.down
    }

    /// Counts an exchange in the history of its mirror.
    pub(super) fn tally(&mut self, source: &Source, exchange: &Exchange) {
        let Some(group) = self.mirrors.groups.get(&source.id) else { return };
        let (Some(n), Some(good)) = (group.position(&exchange.url), answered(exchange)) else { return };
        let Some(health) = group.health.get(n) else { return };
        let hour = mirrors::hour_of(clock::micros(exchange.started_at));
        let counts = self.mirrors.tally.entry((source.id.clone(), health.origin.clone(), hour)).or_default();
        if good { counts.0 += 1 } else { counts.1 += 1 }
    }

    /// Whether a visit is none: its mirror was at fault, or sent it on to another mirror. The address stays queued as it was.
    pub(super) fn spares(&mut self, fetched: &Fetched, outcome: Outcome) -> bool {
        let Some(target) = &fetched.target else { return false };
        let exchange = &fetched.exchange;
        let Some((group, n)) = self.mirrors.choosable(&fetched.source, &exchange.url) else { return false };
        let of = group.origins.len();
        if outcome.fault() == Fault::Host && !outcome.is_success() {
            let times = self.mirrors.spared.entry(target.id).or_default();
            *times += 1;
            // What no mirror can give counts as a try in the end.
            if *times <= usize::try_from(FAILURES).unwrap_or(1) * of {
                return true;
            }
        } else if outcome == Outcome::Redirected
            && target.hops < MOST_HOPS
            && let Some(to) = exchange.location()
            && let Some(other) = group.position(&to).filter(|other| *other != n)
            && canonical_url(&fetched.source.at_primary(&to)) == canonical_url(&fetched.source.at_primary(&exchange.url))
        {
            let times = group.handed.filter(|(from, into, _)| (*from, *into) == (n, other)).map_or(1, |(.., times)| times + 1);
            group.handed = Some((n, other, times));
            if times >= HANDED_OVER && group.in_use == n && group.health.get(other).is_some_and(|one| !one.down) {
                group.in_use = other;
                let host = |n: usize| group.origins.get(n).and_then(Url::host_str).map(str::to_owned);
                if let (Some(queued), Some(asked)) = (host(0), host(other)) {
                    self.mirrors.asked.insert(queued, asked);
                }
            }
            let hops = self.mirrors.pins.get(&target.id).map_or(1, |pin| pin.hops + 1);
            self.mirrors.pins.insert(target.id, Pin { origin: other, hops });
            return true;
        } else if outcome == Outcome::Ok {
            group.handed = group.handed.filter(|(from, ..)| *from != n);
        }
        self.mirrors.spared.remove(&target.id);
        self.mirrors.pins.remove(&target.id);
        false
    }
}

/// Whether an exchange shows that the host answers (`Some(true)`) or does not; `None` where it says nothing about it.
fn answered(exchange: &Exchange) -> Option<bool> {
    match exchange.outcome.fault() {
        Fault::Host => Some(false),
        Fault::Page if exchange.status.is_some() => Some(true),
        Fault::Page | Fault::Route => None,
    }
}

/// Notes what a page says of addresses of its source: texts at the paths of its lists, and onion names that are no mirror yet.
///
/// Advertisements, pages of vendors, threads and feedback are written by users, who name what they like: nothing on them is proposed, and of a
/// signed text there only one that the source's own key signed. Clear-web origins are proposed from signed texts alone.
pub(super) fn announced(source: &Source, exchange: &Exchange, page: &Extraction, capture_id: &str, news: &mut Announced) {
    let at = clock::micros(exchange.started_at);
    let path = exchange.url.path();
    let listed = source.mirror_list.paths.iter().any(|one| one == path);
    let by_users = matches!(page.page_kind, PageKind::Listing | PageKind::Vendor | PageKind::Thread)
        || page.page_detail.as_deref() == Some("feedback");
    let seen = |origin: String| Proposal {
        origin,
        first_seen: at,
        last_seen: at,
        times: 1,
        capture_id: capture_id.to_owned(),
        ..Proposal::default()
    };
    let mut found: Vec<Proposal> = Vec::new();
    let own = page.signed.iter().filter(|one| listed || one.state == vigie_extractors::signed::state::VALID);
    for text in own {
        news.announce(
            &source.id,
            Announcement {
                path: path.to_owned(),
                signature: text.state.clone(),
                fingerprint: text.fingerprint.clone(),
                signed_at: text.signed_at.unwrap_or(0),
                seen_at: at,
                capture_id: capture_id.to_owned(),
            },
        );
        let trusted = text.state == vigie_extractors::signed::state::VALID || text.state == vigie_extractors::signed::state::KEY_NOT_NAMED;
        for origin in text.addresses.iter().filter(|origin| trusted || origin.ends_with(".onion")) {
            let signed_at = text.signed_at.unwrap_or(0);
            found.push(Proposal {
                signature: text.state.clone(),
                fingerprint: text.fingerprint.clone(),
                signed_at,
                ..seen(origin.clone())
            });
        }
    }
    if listed && page.signed.is_empty() && page.page_detail.as_deref() == Some("text") {
        let text = Announcement {
            path: path.to_owned(),
            signature: UNSIGNED.to_owned(),
            seen_at: at,
            capture_id: capture_id.to_owned(),
            ..Announcement::default()
        };
        news.announce(&source.id, text);
    }
    if !by_users {
        // What stands in the title or text of a card is its vendor's.
        let of_vendor =
            |name: &str| page.listings.iter().flat_map(|one| &one.indicators).any(|one| one.kind == "onion" && one.value == name);
        let in_text = page.indicators.iter().filter(|one| one.kind == "onion").map(|one| one.value.clone());
        let hosts = page
            .links
            .iter()
            .filter_map(|link| Url::parse(&link.url).ok())
            .filter(|url| url.host_str().is_some_and(|host| host.ends_with(".onion")));
        let in_links = hosts
            .flat_map(|url| indicators::find(url.host_str().unwrap_or_default(), "link"))
            .filter(|one| one.kind == "onion")
            .map(|one| one.value);
        let names: BTreeSet<String> = in_text.chain(in_links).filter(|name| !of_vendor(name)).take(MOST_OF_PAGE).collect();
        found.extend(names.into_iter().map(|name| seen(format!("http://{name}"))));
    }
    let mut once = BTreeSet::new();
    for one in found.into_iter().take(MOST_OF_PAGE + vigie_extractors::signed::MOST_ADDRESSES) {
        let new = Url::parse(&one.origin).is_ok_and(|url| source.scope.admits_host(&url).is_err());
        // A page that shows an origin twice is one capture that shows it.
        if new && once.insert(one.origin.clone()) {
            news.propose(&source.id, one);
        }
    }
}
