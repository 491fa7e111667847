//! The files, key by key, as they are written. Every key is optional here; what is required is said where meaning is given.

use super::authority::Access;
use super::delivery::{Format, Security, Transport};
use super::marking::{Pap, Tlp};
use super::settings::LogFormat;
use super::source::{Route, SourceType};
use super::units::{Period, Size};
use super::watch::{AtLeast, Change, Digest, Event, Moment, Per, Percent, Priority, Quiet};
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use toml::Spanned;

/// A value with the place where it is written.
pub(super) type Placed<T> = Option<Spanned<T>>;

/// Declares the struct of a TOML table and the list of its keys, which a test compares with the annotated files.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident $(= $key:literal)? : $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(super) struct $name { $($(#[$attribute])* $(#[serde(rename = $key)])? pub(super) $field: $type),* }

        #[allow(dead_code, reason = "of some tables only the test asks")]
        impl $name {
            /// The keys of the table, as they are written.
            pub(super) const KEYS: &[&str] = &[$(table!(@key $field $($key)?)),*];
        }
    };
    (@key $field:ident $key:literal) => { $key };
    (@key $field:ident) => { stringify!($field) };
}

table! {
    /// `vigie.toml`.
    RawSettings {
        user_agent: Placed<String>,
        require_purpose: Option<bool>,
        database: Placed<String>,
        retention: Option<Period>,
        tlp: Option<Tlp>,
        pap: Option<Pap>,
        crawl: RawCrawl,
        limits: RawLimits,
        tls: RawTls,
        tor: RawTor,
        i2p: RawI2p,
        politeness: RawPoliteness,
        archive: RawArchive,
        log: RawLog,
        run: RawRun,
        web: RawWeb,
        reading_log: RawReadingLog,
        delivery: RawDelivery,
    }
}

table! {
    /// `[crawl]`.
    RawCrawl { concurrency: Placed<usize>, batch_pages: Placed<usize>, batch_time: Placed<Period> }
}

table! {
    /// `[limits]`.
    RawLimits {
        body: Placed<Size>,
        decompressed: Placed<Size>,
        in_flight: Placed<Size>,
        headers: Placed<Size>,
        connect: Placed<Period>,
        first_byte: Placed<Period>,
        total: Placed<Period>,
    }
}

table! {
    /// `[tls]`.
    RawTls { extra_roots: Placed<String> }
}

table! {
    /// `[tor]`.
    RawTor {
        state: Placed<String>,
        cache: Placed<String>,
        check_permissions: Option<bool>,
        concurrency: Placed<usize>,
        bootstrap: Placed<Period>,
        descriptor: Placed<Period>,
        connect: Placed<Period>,
        first_byte: Placed<Period>,
        total: Placed<Period>,
        new_circuits_after: Placed<usize>,
        circuits_live: Placed<Period>,
        blocklist: Placed<String>,
        bridges: Vec<Spanned<String>>,
        transport: Vec<RawTransport>,
        network: Placed<RawTorNetwork>,
    }
}

table! {
    /// `[[tor.transport]]`.
    RawTransport { protocols: Vec<String>, path: Placed<String>, arguments: Vec<String> }
}

table! {
    /// `[tor.network]`.
    RawTorNetwork { authorities: Vec<String>, cache: Vec<RawCache>, one_machine: bool }
}

table! {
    /// `[[tor.network.cache]]`.
    RawCache { rsa_identity: String, ed_identity: String, orports: Vec<SocketAddr> }
}

table! {
    /// `[i2p]`.
    RawI2p { proxy: Placed<String> }
}

table! {
    /// `[politeness]`, of the instance and of a source.
    RawPoliteness { interval: Placed<Period>, concurrency: Placed<usize>, max_interval: Placed<Period> }
}

table! {
    /// `[archive]`.
    RawArchive { rotate: Placed<Size> }
}

table! {
    /// `[log]`.
    RawLog { format: Option<LogFormat>, level: Placed<String> }
}

table! {
    /// `[run]`.
    RawRun { listen: Placed<String>, allow_remote: Option<bool>, retention_check: Placed<Period> }
}

table! {
    /// `[web]`.
    RawWeb {
        listen: Placed<String>,
        idle: Placed<Period>,
        longest: Placed<Period>,
        require_totp: Option<bool>,
        secure_cookies: Option<bool>,
        oidc: Option<RawOidc>,
    }
}

table! {
    /// `[web.oidc]`.
    RawOidc {
        issuer: Placed<String>,
        client_id: Placed<String>,
        secret_env: Placed<String>,
        secret_file: Placed<String>,
        name: Option<String>,
        desk: Placed<String>,
        scopes: Option<Vec<String>>,
        acr: Option<Vec<String>>,
        amr: Option<Vec<String>>,
        second_factor: Option<Vec<String>>,
    }
}

table! {
    /// `[reading_log]`.
    RawReadingLog { keep: Placed<Period> }
}

table! {
    /// `[delivery]`.
    RawDelivery {
        tries: Placed<usize>,
        first_retry: Placed<Period>,
        timeout: Placed<Period>,
        desk: Placed<String>,
        feed: Option<RawFeed>,
        webhook: Vec<RawWebhook>,
        mail: Vec<RawMail>,
        syslog: Vec<RawSyslog>,
        misp: Vec<RawMisp>,
    }
}

table! {
    /// `[[delivery.webhook]]`.
    RawWebhook {
        name: Placed<String>,
        url: Placed<String>,
        secret_env: Placed<String>,
        secret_file: Placed<String>,
        watches: Vec<String>,
        details: Option<bool>,
        allow_private: Option<bool>,
    }
}

table! {
    /// `[delivery.feed]`.
    RawFeed { path: Option<PathBuf>, entries: Placed<usize>, details: Option<bool> }
}

table! {
    /// `[[delivery.mail]]`.
    RawMail {
        name: Placed<String>,
        server: Placed<String>,
        port: Option<u16>,
        security: Option<Security>,
        user: Option<String>,
        password_env: Placed<String>,
        password_file: Placed<String>,
        from: Placed<String>,
        to: Vec<Spanned<String>>,
        watches: Vec<String>,
        details: Option<bool>,
        allow_private: Option<bool>,
    }
}

table! {
    /// `[[delivery.syslog]]`.
    RawSyslog {
        name: Placed<String>,
        address: Placed<String>,
        transport: Option<Transport>,
        format: Option<Format>,
        watches: Vec<String>,
        details: Option<bool>,
        allow_private: Option<bool>,
    }
}

table! {
    /// `[[delivery.misp]]`.
    RawMisp {
        name: Placed<String>,
        url: Placed<String>,
        key_env: Placed<String>,
        key_file: Placed<String>,
        distribution: Placed<usize>,
        tags: Vec<String>,
        watches: Vec<String>,
        details: Option<bool>,
        allow_private: Option<bool>,
    }
}

table! {
    /// `sources/<id>.toml`.
    RawSource {
        id: Placed<String>,
        name: Option<String>,
        kind = "type": Option<SourceType>,
        route: Option<Route>,
        seeds: Vec<Spanned<String>>,
        mirrors: Vec<Spanned<String>>,
        replica_of: Placed<String>,
        import_only: Option<bool>,
        user_agent: Placed<String>,
        headers: BTreeMap<Spanned<String>, Spanned<String>>,
        currency: Placed<String>,
        language: Placed<String>,
        private: Vec<Spanned<String>>,
        retention: Option<Period>,
        tlp: Option<Tlp>,
        pap: Option<Pap>,
        mirror_list: RawMirrorList,
        scope: RawScope,
        authority: Placed<RawAuthority>,
        politeness: RawPoliteness,
        budget: RawBudget,
        robots: Placed<RawRobots>,
        extractor: Placed<RawExtractor>,
        recrawl: RawRecrawl,
        sweep: RawSweep,
        expectations: RawExpectations,
        traps: RawTraps,
    }
}

table! {
    /// `[mirror_list]`.
    RawMirrorList { paths: Option<Vec<Spanned<String>>>, key_file: Placed<String>, overdue_after: Placed<Period> }
}

table! {
    /// `[scope]`.
    RawScope {
        hosts: Vec<Spanned<String>>,
        allow: Vec<Spanned<String>>,
        deny: Vec<Spanned<String>>,
        max_depth: Option<u32>,
        allow_private: Option<bool>,
    }
}

table! {
    /// `[authority]`.
    RawAuthority {
        reference: Option<String>,
        legal_basis: Option<String>,
        approved_by: Option<String>,
        expires: Placed<Day>,
        access: Option<Access>,
    }
}

table! {
    /// `[budget]`.
    RawBudget { pages_per_day: Placed<u64>, bytes_per_day: Placed<Size> }
}

table! {
    /// `[robots]`.
    RawRobots { policy: Option<RobotsPolicy>, reason: Option<String> }
}

table! {
    /// `[recrawl]`.
    RawRecrawl {
        listing: Placed<Period>,
        index: Placed<Period>,
        vendor: Placed<Period>,
        thread: Placed<Period>,
        other: Placed<Period>,
    }
}

table! {
    /// `[sweep]`.
    RawSweep { every: Placed<Period> }
}

table! {
    /// `[expectations]`.
    RawExpectations { min_listings: Placed<u64>, max_listings: Placed<u64>, notice_layout: Option<bool> }
}

table! {
    /// `[traps]`.
    RawTraps {
        max_url_length: Option<usize>,
        max_path_segments: Option<usize>,
        max_repeated_segments: Option<usize>,
        max_parameters: Option<usize>,
        max_urls: Option<u64>,
        max_per_pattern: Option<u64>,
    }
}

table! {
    /// `watches.toml`.
    RawWatches { watch: Vec<RawWatch> }
}

table! {
    /// `[[watch]]`.
    RawWatch {
        name: Placed<String>,
        query: Placed<String>,
        on: Vec<Event>,
        changes: Vec<Change>,
        price_by: Option<Percent>,
        per: Option<Per>,
        at_least: Option<AtLeast>,
        mute_until: Option<Moment>,
        quiet: Option<Quiet>,
        digest: Option<Digest>,
        priority: Option<Priority>,
        expires: Option<Moment>,
        owner: Option<String>,
        case: Option<String>,
        tlp: Option<Tlp>,
        details: Option<bool>,
    }
}

/// The sections of the files and their keys, for hints about a key in the wrong one.
pub(super) const TABLES: &[(&str, &[&str])] = &[
    ("politeness", RawPoliteness::KEYS),
    ("mirror_list", RawMirrorList::KEYS),
    ("scope", RawScope::KEYS),
    ("authority", RawAuthority::KEYS),
    ("budget", RawBudget::KEYS),
    ("robots", RawRobots::KEYS),
    ("recrawl", RawRecrawl::KEYS),
    ("sweep", RawSweep::KEYS),
    ("expectations", RawExpectations::KEYS),
    ("traps", RawTraps::KEYS),
    ("crawl", RawCrawl::KEYS),
    ("limits", RawLimits::KEYS),
    ("tls", RawTls::KEYS),
    ("tor", RawTor::KEYS),
    ("[tor.transport]", RawTransport::KEYS),
    ("tor.network", RawTorNetwork::KEYS),
    ("[tor.network.cache]", RawCache::KEYS),
    ("i2p", RawI2p::KEYS),
    ("archive", RawArchive::KEYS),
    ("log", RawLog::KEYS),
    ("run", RawRun::KEYS),
    ("web", RawWeb::KEYS),
    ("web.oidc", RawOidc::KEYS),
    ("delivery", RawDelivery::KEYS),
    ("delivery.feed", RawFeed::KEYS),
    ("[delivery.webhook]", RawWebhook::KEYS),
    ("[delivery.mail]", RawMail::KEYS),
    ("[delivery.syslog]", RawSyslog::KEYS),
    ("[delivery.misp]", RawMisp::KEYS),
];

/// `policy` in `[robots]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RobotsPolicy {
    Obey,
    Ignore,
}

/// A date as text, or as TOML's own date.
#[derive(Debug, Clone, Default)]
pub(super) struct Day(pub(super) String);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => Ok(Self(text)),
            toml::Value::Datetime(date) => Ok(Self(date.to_string())),
            other => Err(de::Error::custom(format!("{} is no date; write it as \"2027-12-31\"", other.type_str()))),
        }
    }
}

/// `extractor = "auto"` or the table of a profile.
#[derive(Debug)]
pub(super) enum RawExtractor {
    Auto,
    Profile(Box<super::source::Profile>),
}

impl<'de> Deserialize<'de> for RawExtractor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AutoOrProfile;
        impl<'de> de::Visitor<'de> for AutoOrProfile {
            type Value = RawExtractor;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"auto\" or a table of selectors")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                match text {
                    "auto" => Ok(RawExtractor::Auto),
                    _ => Err(E::unknown_variant(text, &["auto"])),
                }
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Deserialize::deserialize(MapAccessDeserializer::new(map)).map(|profile| RawExtractor::Profile(Box::new(profile)))
            }
        }
        deserializer.deserialize_any(AutoOrProfile)
    }
}
