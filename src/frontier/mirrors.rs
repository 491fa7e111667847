//! How the mirrors of a source are: which answer, since when, how quickly; and which one is asked next.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use sqlx::{AnyConnection, Row};
use url::Url;

use crate::config::{Source, at_origin, same_origin};
use crate::database::{Value, insert_rows};

/// Failures of the host in a row after which a mirror is down. A single one happens to every host; and each costs the wait for a connection.
pub const FAILURES: i64 = 3;
/// The first pause before a mirror that is down is tried again, microseconds; it doubles with each try in vain.
pub const FIRST_PAUSE: i64 = 60_000_000;
/// The longest one, microseconds.
const LONGEST_PAUSE: i64 = 6 * HOUR;
/// A mirror in use is left for another that is so many times as quick: sessions and caches are bound to a host.
const QUICKER: i64 = 3;
/// And by so many microseconds, at least: less is noise.
const BY: i64 = 500_000;

const HOUR: i64 = 3_600_000_000;
/// Hours of the up-time.
const WEEK: i64 = 7 * 24;
/// Hours without a request that still count as the one before: as long as the longest pause.
const CARRIED: i64 = 6;
/// Addresses brought under the primary at a time.
const MOVED: i64 = 500;

/// How one mirror is. Times are microseconds, 0 for never.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Scheme, host and port.
    pub origin: String,
    /// Whether it failed [`FAILURES`] times in a row.
    pub down: bool,
    /// Since when it is up or down; 0 before anything came of it.
    pub since: i64,
    /// Outcome code of the last failure; empty while it answers.
    pub reason: String,
    /// Smoothed time to the first byte, microseconds; 0 before the first answer.
    pub latency: i64,
    /// The last answer.
    pub last_success: i64,
    /// The last failure.
    pub last_failure: i64,
    /// Failures in a row; while it is down only tries count.
    pub failures: i64,
    /// When it is tried again, if it is down.
    pub retry_at: i64,
}

impl Health {
    /// One that nothing is known of.
    pub fn new(origin: String) -> Self {
        Self { origin, ..Self::default() }
    }

    /// It answered. Returns whether it was down.
    pub fn answered(&mut self, at: i64, latency: Option<i64>) -> bool {
        let back = std::mem::take(&mut self.down);
        if back || self.since == 0 {
            self.since = at;
        }
        self.last_success = self.last_success.max(at);
        if let Some(latency) = latency {
            self.latency = if self.latency == 0 { latency } else { (self.latency * 7 + latency) / 8 };
        }
        self.failures = 0;
        self.retry_at = 0;
        self.reason.clear();
        back
    }

    /// It did not, for this reason. Returns whether that took it down.
    pub fn failed(&mut self, at: i64, reason: &str) -> bool {
        self.last_failure = self.last_failure.max(at);
        reason.clone_into(&mut self.reason);
        if self.down {
            // Requests that were under way when it went down say nothing new.
            if at >= self.retry_at {
                self.failures += 1;
                self.retry_at = at + pause(self.failures);
            }
            return false;
        }
        self.failures += 1;
        if self.failures < FAILURES {
            return false;
        }
        self.set_aside(at, reason);
        true
    }

    /// It is not asked for now.
    pub fn set_aside(&mut self, at: i64, reason: &str) {
        self.down = true;
        self.since = at;
        reason.clone_into(&mut self.reason);
        self.last_failure = self.last_failure.max(at);
        self.failures = self.failures.max(FAILURES);
        self.retry_at = at + pause(self.failures);
    }

    /// A person wants it tried now: the next failure takes it down again.
    pub fn try_again(&mut self) {
        if self.down {
            self.down = false;
            self.failures = FAILURES - 1;
            self.retry_at = 0;
        }
    }
}

fn pause(failures: i64) -> i64 {
    FIRST_PAUSE.saturating_mul(1 << (failures - FAILURES).clamp(0, 12)).min(LONGEST_PAUSE)
}

/// Which mirror an address is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// This one.
    Ask(usize),
    /// This one, which is down: the address serves to see whether it still is.
    Try(usize),
    /// None: all are down, and none is tried before this moment, microseconds.
    Wait(i64),
}

/// The mirror for the next address. `in_use` is the one that was asked last; while one that is down is being tried (`trying`), no other is.
///
/// A mirror stays in use while it is up, unless another is `QUICKER` times as quick and by half a second at least. After it those come that
/// answer, the quickest first, and then those that nothing is known of, in the order of the file. One alone is always asked.
pub fn choose(mirrors: &[Health], in_use: usize, trying: bool, now: i64) -> Choice {
    if mirrors.len() < 2 {
        return Choice::Ask(0);
    }
    let down = || mirrors.iter().enumerate().filter(|(_, one)| one.down);
    if let Some((n, _)) = down().filter(|(_, one)| !trying && one.retry_at <= now).min_by_key(|(_, one)| one.retry_at) {
        return Choice::Try(n);
    }
    let rank = |one: &Health| (one.failures > 0, one.latency == 0, one.latency);
    let best = mirrors.iter().enumerate().filter(|(_, one)| !one.down).min_by_key(|(n, one)| (rank(one), *n));
    let current = mirrors.get(in_use).filter(|one| !one.down);
    match (current, best) {
        (None, None) => Choice::Wait(down().map(|(_, one)| one.retry_at).min().unwrap_or(now)),
        (Some(current), Some((n, best))) if much_quicker(best, current) => Choice::Ask(n),
        (Some(_), _) => Choice::Ask(in_use),
        (None, Some((n, _))) => Choice::Ask(n),
    }
}

fn much_quicker(one: &Health, other: &Health) -> bool {
    let known = one.failures == 0 && one.latency > 0;
    known && one.latency.saturating_mul(QUICKER) < other.latency && one.latency.saturating_add(BY) < other.latency
}

/// The mirror that was in use when the process before ended: the one that answered last.
pub fn last_in_use(mirrors: &[Health]) -> usize {
    let up = mirrors.iter().enumerate().filter(|(_, one)| !one.down && one.last_success > 0);
    up.max_by_key(|(n, one)| (one.last_success, std::cmp::Reverse(*n))).map_or(0, |(n, _)| n)
}

/// What is known of the mirrors of a source, in the order of its file.
pub fn of_source(source: &Source, known: &HashMap<String, Vec<Health>>, now: i64) -> Vec<Health> {
    let known = known.get(&source.id).map(Vec::as_slice).unwrap_or_default();
    let health = |origin: &Url| {
        let name = origin.origin().ascii_serialization();
        let mut health = known.iter().find(|one| one.origin == name).cloned().unwrap_or_else(|| Health::new(name));
        // A pause was never longer than this, unless the clock was set back since.
        health.retry_at = health.retry_at.min(now + LONGEST_PAUSE);
        health
    };
    source.origins().iter().map(health).collect()
}

/// Share of the answers among all tries, by the hour since 1970.
pub type Hours = BTreeMap<i64, f64>;

/// The hour since 1970 of a time in microseconds.
pub fn hour_of(at: i64) -> i64 {
    at.div_euclid(HOUR)
}

/// The hours of the last seven days that are known: an hour without a request is as the one before it was, for as long as a mirror that is down
/// may be left alone.
pub fn week(hours: &Hours, now: i64) -> Hours {
    let (mut week, mut last) = (Hours::new(), None);
    for hour in hour_of(now) - WEEK - CARRIED + 1..=hour_of(now) {
        if let Some(share) = hours.get(&hour) {
            last = Some((hour, *share));
        }
        if let Some((_, share)) = last.filter(|(since, _)| hour - since <= CARRIED && hour > hour_of(now) - WEEK) {
            week.insert(hour, share);
        }
    }
    week
}

/// The up-time of a source: of each hour the best of its mirrors counts.
pub fn best_of(weeks: &[Hours]) -> Hours {
    let mut best = Hours::new();
    for (hour, share) in weeks.iter().flatten() {
        let known = best.entry(*hour).or_insert(*share);
        *known = known.max(*share);
    }
    best
}

/// The mean of all known hours, 0 to 1; `None` without any.
#[expect(clippy::cast_precision_loss, reason = "a week has 168 hours")]
pub fn uptime(week: &Hours) -> Option<f64> {
    (!week.is_empty()).then(|| week.values().sum::<f64>() / week.len() as f64)
}

/// What the store knows of mirrors, by source.
///
/// # Errors
/// The database does not answer.
pub async fn load(connection: &mut AnyConnection) -> Result<HashMap<String, Vec<Health>>> {
    let sql = "SELECT source, origin, down, since, reason, latency, last_success, last_failure, failures, retry_at FROM mirror";
    let mut known: HashMap<String, Vec<Health>> = HashMap::new();
    for row in sqlx::query(sql).fetch_all(connection).await? {
        known.entry(row.try_get("source")?).or_default().push(Health {
            origin: row.try_get("origin")?,
            down: row.try_get::<i64, _>("down")? != 0,
            since: row.try_get("since")?,
            reason: row.try_get("reason")?,
            latency: row.try_get("latency")?,
            last_success: row.try_get("last_success")?,
            last_failure: row.try_get("last_failure")?,
            failures: row.try_get("failures")?,
            retry_at: row.try_get("retry_at")?,
        });
    }
    Ok(known)
}

/// Answers and failures of one mirror in one hour that the store does not know yet, by source, origin and hour.
pub type Tally = BTreeMap<(String, String, i64), (i64, i64)>;

/// Remembers how mirrors are, by source, and adds to their history; what is older than the week of the up-time is forgotten.
///
/// # Errors
/// The database does not answer.
pub async fn save(connection: &mut AnyConnection, mirrors: &[(String, Health)], tally: &Tally, now: i64) -> Result<()> {
    let row = |(source, one): &(String, Health)| -> Vec<Value> {
        vec![
            source.as_str().into(),
            one.origin.as_str().into(),
            one.down.into(),
            one.since.into(),
            one.reason.as_str().into(),
            one.latency.into(),
            one.last_success.into(),
            one.last_failure.into(),
            one.failures.into(),
            one.retry_at.into(),
        ]
    };
    insert_rows(
        connection,
        "INSERT INTO mirror (source, origin, down, since, reason, latency, last_success, last_failure, failures, retry_at) VALUES",
        "ON CONFLICT (source, origin) DO UPDATE SET down = excluded.down, since = excluded.since, reason = excluded.reason, latency = excluded.latency, \
         last_success = excluded.last_success, last_failure = excluded.last_failure, failures = excluded.failures, retry_at = excluded.retry_at",
        mirrors.iter().map(row).collect(),
    )
    .await?;
    let rows = tally.iter().map(|((source, origin, hour), (good, failed))| {
        vec![source.as_str().into(), origin.as_str().into(), (*hour).into(), (*good).into(), (*failed).into()]
    });
    insert_rows(
        connection,
        "INSERT INTO mirror_hour (source, origin, hour, good, failed) VALUES",
        "ON CONFLICT (source, origin, hour) DO UPDATE SET good = mirror_hour.good + excluded.good, failed = mirror_hour.failed + excluded.failed",
        rows.collect(),
    )
    .await?;
    if !tally.is_empty() {
        sqlx::query("DELETE FROM mirror_hour WHERE hour < $1").bind(hour_of(now) - WEEK - CARRIED).execute(connection).await?;
    }
    Ok(())
}

/// The history of all mirrors, by source and origin.
///
/// # Errors
/// The database does not answer.
#[expect(clippy::cast_precision_loss, reason = "answers of an hour")]
pub async fn hours(connection: &mut AnyConnection) -> Result<HashMap<(String, String), Hours>> {
    let mut all: HashMap<(String, String), Hours> = HashMap::new();
    for row in sqlx::query("SELECT source, origin, hour, good, failed FROM mirror_hour").fetch_all(connection).await? {
        let (good, failed): (i64, i64) = (row.try_get("good")?, row.try_get("failed")?);
        let share = good as f64 / (good + failed).max(1) as f64;
        all.entry((row.try_get("source")?, row.try_get("origin")?)).or_default().insert(row.try_get("hour")?, share);
    }
    Ok(all)
}

/// Brings queued addresses that a source knows under the origin of a mirror under its primary, as a frontier has them from a time before it had
/// mirrors or had another primary. One that the primary has already is the same page twice, and goes. Returns how many went.
///
/// # Errors
/// The database does not answer.
pub async fn gather(connection: &mut AnyConnection, source: &Source) -> Result<u64> {
    let origins = source.origins();
    let Some((primary, mirrors)) = origins.split_first() else { return Ok(0) };
    let mut gone = 0;
    for mirror in mirrors {
        let beginning = format!("{}/", mirror.origin().ascii_serialization());
        loop {
            let rows = sqlx::query(
                "SELECT id, address, link FROM url WHERE source = $1 AND host = $2 AND state = 'queued' AND substr(address, 1, CAST($3 AS INTEGER)) = $4 LIMIT $5",
            )
            .bind(source.id.clone())
            .bind(mirror.host_str().unwrap_or_default().to_owned())
            .bind(i64::try_from(beginning.chars().count()).unwrap_or(i64::MAX))
            .bind(beginning.clone())
            .bind(MOVED)
            .fetch_all(&mut *connection)
            .await?;
            for row in &rows {
                let id: i64 = row.try_get("id")?;
                let at = |text: String| -> String {
                    let url = Url::parse(&text).ok().filter(|url| same_origin(url, mirror));
                    url.and_then(|url| at_origin(&url, primary)).map(String::from).unwrap_or(text)
                };
                let (address, link) = (at(row.try_get("address")?), at(row.try_get("link")?));
                let there = "SELECT COUNT(*) FROM url WHERE source = $1 AND address = $2";
                let known: i64 =
                    sqlx::query_scalar(there).bind(source.id.clone()).bind(address.clone()).fetch_one(&mut *connection).await?;
                if known > 0 {
                    sqlx::query("DELETE FROM url WHERE id = $1").bind(id).execute(&mut *connection).await?;
                    gone += 1;
                    continue;
                }
                sqlx::query("UPDATE url SET address = $1, link = $2, host = $3 WHERE id = $4")
                    .bind(address)
                    .bind(link)
                    .bind(primary.host_str().unwrap_or_default().to_owned())
                    .bind(id)
                    .execute(&mut *connection)
                    .await?;
            }
            if rows.is_empty() {
                break;
            }
        }
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mirror(down: bool, latency: i64, retry_at: i64) -> Health {
        Health { down, latency, retry_at, failures: if down { FAILURES } else { 0 }, ..Health::default() }
    }

    #[test]
    fn the_mirror_in_use_stays_until_it_is_down_or_another_is_much_quicker() {
        use Choice::{Ask, Try, Wait};
        let up = |latency| mirror(false, latency, 0);
        let cases: &[(&[Health], usize, bool, Choice)] = &[
            (&[mirror(true, 0, 999)], 0, false, Ask(0)),
            (&[up(0), up(0), up(0)], 0, false, Ask(0)),
            (&[up(3_000_000), up(1_100_000)], 0, false, Ask(0)),
            (&[up(4_000_000), up(1_100_000)], 0, false, Ask(1)),
            (&[up(400_000), up(110_000)], 0, false, Ask(0)),
            (&[up(400), up(0)], 0, false, Ask(0)),
            (&[mirror(true, 10, 999), up(0), up(500)], 0, false, Ask(2)),
            (&[mirror(true, 10, 999), up(0), up(0)], 0, false, Ask(1)),
            (&[mirror(true, 10, 100), up(0)], 1, false, Try(0)),
            (&[mirror(true, 10, 100), up(0)], 1, true, Ask(1)),
            (&[mirror(true, 0, 90), mirror(true, 0, 80)], 0, false, Try(1)),
            (&[mirror(true, 0, 700), mirror(true, 0, 600)], 0, false, Wait(600)),
            (&[Health { failures: 1, ..up(10) }, up(900), mirror(true, 0, 999)], 2, false, Ask(1)),
        ];
        for (mirrors, in_use, trying, expected) in cases {
            assert_eq!(choose(mirrors, *in_use, *trying, 100), *expected, "{mirrors:?}");
        }
    }

    #[test]
    fn failures_in_a_row_take_it_down_and_pauses_grow() {
        let mut one = Health::new("http://a.example".to_owned());
        assert!(!one.failed(1, "connect_refused") && !one.failed(2, "connect_refused"));
        assert!(!one.answered(3, Some(800)));
        assert_eq!((one.failures, one.since, one.latency, one.reason.as_str()), (0, 3, 800, ""));
        assert!(!one.failed(4, "x") && !one.failed(5, "x") && one.failed(6, "connect_timeout"));
        assert_eq!((one.down, one.since, one.retry_at), (true, 6, 6 + FIRST_PAUSE));
        one.failed(7, "connect_timeout");
        assert_eq!(one.retry_at, 6 + FIRST_PAUSE, "what was under way changes nothing");
        let mut pauses = Vec::new();
        for _ in 0..12 {
            let at = one.retry_at;
            one.failed(at, "connect_timeout");
            pauses.push((one.retry_at - at) / FIRST_PAUSE);
        }
        assert_eq!(pauses, [2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360, 360]);
        assert!(one.answered(one.retry_at, None));
        assert_eq!((one.down, one.failures, one.retry_at), (false, 0, 0));
        // A person asks: one more failure is enough.
        one.set_aside(9, "server_error");
        one.try_again();
        assert!(!one.down && one.failed(10, "connect_refused"));
    }

    #[test]
    fn an_hour_without_requests_is_as_the_one_before_for_a_while() {
        let now = 1_000 * HOUR;
        let hours = |known: &[(i64, f64)]| known.iter().copied().collect::<Hours>();
        assert_eq!(uptime(&week(&hours(&[]), now)), None);
        assert_eq!(uptime(&week(&hours(&[(1_000, 1.0)]), now)), Some(1.0));
        // Five hours up, asked once an hour; then down, tried after an hour and after five.
        let known = hours(&[(990, 1.0), (991, 1.0), (992, 1.0), (993, 1.0), (994, 1.0), (995, 0.0), (1_000, 0.0)]);
        let seen = week(&known, now);
        assert_eq!(seen.len(), 11);
        assert!((uptime(&seen).unwrap() - 5.0 / 11.0).abs() < 1e-9);
        // Beyond that nothing is known; and what lies before the week counts for nothing.
        assert_eq!(week(&hours(&[(900, 1.0)]), now).len(), 7);
        assert_eq!(week(&hours(&[(1_000 - 168, 1.0)]), now).len(), 6);
        assert_eq!(uptime(&best_of(&[week(&hours(&[(1_000, 0.0)]), now), week(&hours(&[(1_000, 0.5), (999, 1.0)]), now)])), Some(0.75));
    }
}
