//! Settings of the instance as a whole, resolved.

use super::database::Database;
use super::delivery::{self, Delivery};
use super::marking::{Pap, Tlp};
use super::problem::Problems;
use super::raw::{RawLimits, RawSettings};
use super::resolve::{at_least, or, positive};
use super::run::{self, Run};
use super::source::Politeness;
use super::tor::{self, I2p, Tor};
use super::units::{write_duration, write_size};
use super::web::{self, Web};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// What we call ourselves in requests unless told otherwise.
pub const USER_AGENT: &str = concat!("Vigie/", env!("CARGO_PKG_VERSION"), " (archiving crawler)");

/// `vigie.toml`, resolved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// Value of the `User-Agent` header; a source may set its own.
    pub user_agent: String,
    /// Commands that read content refuse to run without `--case` and `--purpose`.
    pub require_purpose: bool,
    /// Where facts and frontier are kept.
    pub database: Database,
    /// How long captures are kept unless their source says otherwise.
    #[serde(serialize_with = "write_duration")]
    pub retention: Duration,
    /// How far what is exported may be passed on unless the source says otherwise.
    pub tlp: Tlp,
    /// What may be done about it unless the source says otherwise.
    pub pap: Pap,
    /// How crawling is paced inside.
    pub crawl: Crawl,
    /// Bounds on one fetch.
    pub limits: Limits,
    /// Encrypted connections.
    pub tls: Tls,
    /// The route over Tor.
    pub tor: Tor,
    /// The route over I2P.
    pub i2p: I2p,
    /// Politeness of sources that say nothing.
    pub politeness: Politeness,
    /// The WARC files.
    pub archive: Archive,
    /// The log on stderr.
    pub log: Log,
    /// The daemon.
    pub run: Run,
    /// The desk, and how people sign in to it.
    pub web: Web,
    /// The reading log.
    pub reading_log: ReadingLog,
    /// Channels that notifications are sent through.
    pub delivery: Delivery,
}

/// `[crawl]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Crawl {
    /// Fetches in flight over all hosts.
    pub concurrency: usize,
    /// Pages in one commit, at most.
    pub batch_pages: usize,
    /// Time that a fetched page waits for its commit, at most.
    #[serde(serialize_with = "write_duration")]
    pub batch_time: Duration,
}

/// `[limits]`: bounds on one fetch, in bytes and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Body as received.
    #[serde(serialize_with = "write_size")]
    pub body: u64,
    /// Body after content decoding.
    #[serde(serialize_with = "write_size")]
    pub decompressed: u64,
    /// Bodies of all fetches together, those included that wait for their commit.
    #[serde(serialize_with = "write_size")]
    pub in_flight: u64,
    /// All response headers together.
    #[serde(serialize_with = "write_size")]
    pub headers: u64,
    /// Until the connection stands, TLS included.
    #[serde(serialize_with = "write_duration")]
    pub connect: Duration,
    /// From the request to the response's head.
    #[serde(serialize_with = "write_duration")]
    pub first_byte: Duration,
    /// From the start to the last byte.
    #[serde(serialize_with = "write_duration")]
    pub total: Duration,
}

/// `[tls]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Tls {
    /// A file of PEM certificates that are trusted beside those of the system.
    pub extra_roots: Option<PathBuf>,
}

/// `[archive]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Archive {
    /// A WARC file of this many bytes is closed and a new one begun.
    #[serde(serialize_with = "write_size")]
    pub rotate: u64,
}

/// `[log]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Log {
    /// How a line of the log is written.
    pub format: LogFormat,
    /// Least level that is written: `error warn info debug trace`.
    pub level: String,
}

/// `[reading_log]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReadingLog {
    /// How long rows are kept before `vigie retain` removes them; a year at least.
    #[serde(serialize_with = "write_duration")]
    pub keep: Duration,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The least time that the reading log is kept.
const YEAR: Duration = Duration::from_secs(365 * 86_400);

const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

/// Gives `raw` its meaning; noted problems leave the default in place.
pub(super) fn resolve(raw: RawSettings, problems: &mut Problems) -> Settings {
    let default = Settings::default();
    let one = |value: usize, key: &str, place: usize, problems: &mut Problems| at_least(value, 1, key, place, problems);
    let crawl = Crawl {
        concurrency: raw
            .crawl
            .concurrency
            .map_or(default.crawl.concurrency, |v| one(*v.get_ref(), "concurrency", v.span().start, problems)),
        batch_pages: raw
            .crawl
            .batch_pages
            .map_or(default.crawl.batch_pages, |v| one(*v.get_ref(), "batch_pages", v.span().start, problems)),
        batch_time: or(raw.crawl.batch_time, default.crawl.batch_time),
    };
    let limits = resolve_limits(raw.limits, default.limits, problems);
    let tls = Tls { extra_roots: raw.tls.extra_roots.and_then(|name| extra_roots(name, problems)) };
    let politeness = super::resolve::politeness(raw.politeness, default.politeness, problems);
    let rotate = match raw.archive.rotate {
        Some(size) if size.get_ref().0 < 1_000_000 => {
            problems.at(size.span().start, "`rotate` is below 1MB", "an archive of thousands of tiny files is slow to read");
            default.archive.rotate
        }
        Some(size) => size.get_ref().0,
        None => default.archive.rotate,
    };
    let level = match raw.log.level {
        Some(level) if !LEVELS.contains(&level.get_ref().as_str()) => {
            problems.at(level.span().start, format!("unknown level `{}`", level.get_ref()), format!("allowed here: {}", LEVELS.join(", ")));
            default.log.level
        }
        Some(level) => level.into_inner(),
        None => default.log.level,
    };
    let keep = match raw.reading_log.keep {
        Some(period) if period.get_ref().0 < YEAR => {
            let hint = "write \"1y\" or more: who read what must be known for as long as somebody may ask";
            problems.at(period.span().start, "`keep` is below a year", hint);
            default.reading_log.keep
        }
        Some(period) => period.get_ref().0,
        None => default.reading_log.keep,
    };
    Settings {
        user_agent: raw.user_agent.map_or(default.user_agent, |text| super::resolve::header_value(text, "user_agent", problems)),
        require_purpose: raw.require_purpose.unwrap_or(default.require_purpose),
        database: raw.database.map_or(default.database, |text| resolve_database(&text, problems)),
        retention: raw.retention.map_or(default.retention, |period| period.0),
        tlp: raw.tlp.unwrap_or(default.tlp),
        pap: raw.pap.unwrap_or(default.pap),
        crawl,
        limits,
        tls,
        tor: tor::resolve(raw.tor, problems),
        i2p: tor::resolve_i2p(raw.i2p, problems),
        politeness,
        archive: Archive { rotate },
        log: Log { format: raw.log.format.unwrap_or(default.log.format), level },
        run: run::resolve(raw.run, problems),
        web: web::resolve(raw.web, problems),
        reading_log: ReadingLog { keep },
        delivery: delivery::resolve(raw.delivery, problems),
    }
}

fn resolve_limits(raw: RawLimits, default: Limits, problems: &mut Problems) -> Limits {
    let in_flight = raw.in_flight.as_ref().or(raw.body.as_ref()).map_or(0, |v| v.span().start);
    let place = raw.decompressed.as_ref().or(raw.body.as_ref()).map_or(0, |v| v.span().start);
    let limits = Limits {
        body: positive(raw.body, "body", problems).map_or(default.body, |size| size.0),
        decompressed: positive(raw.decompressed, "decompressed", problems).map_or(default.decompressed, |size| size.0),
        in_flight: positive(raw.in_flight, "in_flight", problems).map_or(default.in_flight, |size| size.0),
        headers: positive(raw.headers, "headers", problems).map_or(default.headers, |size| size.0),
        connect: positive(raw.connect, "connect", problems).map_or(default.connect, |period| period.0),
        first_byte: positive(raw.first_byte, "first_byte", problems).map_or(default.first_byte, |period| period.0),
        total: positive(raw.total, "total", problems).map_or(default.total, |period| period.0),
    };
    if limits.in_flight < limits.body {
        problems.at(in_flight, "`in_flight` is below `body`", "one whole body must fit");
    }
    if limits.decompressed < limits.body {
        problems.at(place, "`decompressed` is below `body`", "a body that is not compressed counts against both");
    }
    limits
}

/// The file of trusted certificates; a relative name counts from the folder of the configuration.
fn extra_roots(name: toml::Spanned<String>, problems: &mut Problems) -> Option<PathBuf> {
    if name.get_ref().is_empty() {
        return None;
    }
    let place = name.span().start;
    let path = problems.folder().join(name.into_inner());
    match std::fs::read_to_string(&path) {
        Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => return Some(path),
        Ok(_) => problems.at(place, format!("{} holds no certificate", path.display()), "name a file of certificates in PEM form"),
        Err(error) => {
            problems.at(place, format!("cannot read {}: {error}", path.display()), "a relative name counts from the folder of this file")
        }
    }
    None
}

fn resolve_database(text: &toml::Spanned<String>, problems: &mut Problems) -> Database {
    Database::parse(text.get_ref()).unwrap_or_else(|(what, hint)| {
        problems.at(text.span().start, what, hint);
        Database::Sqlite
    })
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: USER_AGENT.to_owned(),
            require_purpose: false,
            database: Database::Sqlite,
            retention: Duration::from_secs(365 * 86_400),
            tlp: Tlp::Amber,
            pap: Pap::Amber,
            crawl: Crawl { concurrency: 64, batch_pages: 256, batch_time: Duration::from_millis(100) },
            limits: Limits {
                body: 16_000_000,
                decompressed: 64_000_000,
                in_flight: 128_000_000,
                headers: 64_000,
                connect: Duration::from_secs(10),
                first_byte: Duration::from_secs(30),
                total: Duration::from_secs(120),
            },
            tls: Tls::default(),
            tor: Tor::default(),
            i2p: I2p::default(),
            politeness: Politeness { interval: Duration::from_secs(8), concurrency: 1, max_interval: Duration::from_secs(600) },
            archive: Archive { rotate: 256_000_000 },
            log: Log { format: LogFormat::Text, level: "info".to_owned() },
            run: Run::default(),
            web: Web::default(),
            reading_log: ReadingLog { keep: 5 * YEAR },
            delivery: Delivery::default(),
        }
    }
}
