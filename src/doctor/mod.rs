//! Self-tests: what an instance needs in order to work, what was measured, and what to do about what is missing.

mod settings;
mod folder;
mod clock;
mod store;
mod archive;
mod index;
mod network;
mod sources;
mod channels;
mod provider;

use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use crate::config::{Config, ConfigError, Settings};
use crate::database::Pool;
use crate::standing::{self, Report, Writing};

/// How a test came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// As it should be.
    Ok,
    /// It works, and somebody should look.
    Warning,
    /// It does not work.
    Failure,
}

impl Grade {
    /// The code used in tables and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was tested.
    pub name: &'static str,
    /// How it came out.
    pub grade: Grade,
    /// What was measured.
    pub measured: String,
    /// What to do, in a sentence; empty where nothing is to be done.
    #[serde(rename = "do")]
    pub advice: String,
}

impl Check {
    fn ok(name: &'static str, measured: impl Into<String>) -> Self {
        Self { name, grade: Grade::Ok, measured: measured.into(), advice: String::new() }
    }

    fn warning(name: &'static str, measured: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, grade: Grade::Warning, measured: measured.into(), advice: advice.into() }
    }

    fn failure(name: &'static str, measured: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, grade: Grade::Failure, measured: measured.into(), advice: advice.into() }
    }
}

/// What the tests came to.
#[derive(Debug, Clone, Serialize)]
pub struct Examination {
    /// In one sentence: why things happen, or do not.
    pub conclusion: String,
    /// The worst grade.
    pub grade: Grade,
    /// Every test, in order.
    pub checks: Vec<Check>,
}

impl Examination {
    /// 0 when all is well, 3 with warnings, 1 with failures.
    pub fn exit_code(&self) -> u8 {
        match self.grade {
            Grade::Ok => 0,
            Grade::Warning => 3,
            Grade::Failure => 1,
        }
    }
}

/// What the tests look at.
struct Instance<'a> {
    data: &'a Path,
    config: &'a Config,
    pool: Option<&'a Pool>,
    writing: Option<&'a Writing>,
    reports: &'a [Report],
    now: Timestamp,
}

/// Tests an instance. With `offline` no connection is made; otherwise one at most, to a host of a configured source, through its gate,
/// and, where people sign in through one, to the provider.
pub async fn examine(data: &Path, loaded: Result<&Config, &ConfigError>, offline: bool, now: Timestamp) -> Examination {
    let mut checks = vec![settings::check(loaded, now)];
    let fallback =
        Config { settings: Settings::default(), sources: Vec::new(), watches: Vec::new(), codebook: String::new(), model: None, dir: None };
    let config = loaded.unwrap_or(&fallback);
    let (store, pool) = store::open(data, &config.settings.database).await;
    let held = standing::writing(pool.as_ref(), data).await;
    let writing = held.as_ref().ok().and_then(Option::as_ref);
    let reports = standing::all(pool.as_ref(), config, writing, now).await;
    let known: &[Report] = reports.as_deref().unwrap_or_default();
    let instance = Instance { data, config, pool: pool.as_ref(), writing, reports: known, now };
    checks.push(folder::writable(&instance));
    checks.push(folder::space(&instance).await);
    checks.push(clock::check(&instance).await);
    checks.extend(store);
    checks.extend(store::check(&instance).await);
    checks.push(archive::check(&instance).await);
    checks.push(index::check(&instance).await);
    checks.push(folder::lock(&instance, held.as_ref().err()));
    checks.extend(network::check(&instance, offline).await);
    checks.extend(channels::check(&instance).await);
    checks.extend(provider::check(&instance, offline).await);
    checks.extend(sources::check(&instance, reports.as_ref().err()));
    let grade = checks.iter().map(|check| check.grade).max().unwrap_or(Grade::Ok);
    let conclusion = sources::conclusion(&instance, &checks);
    if let Some(pool) = &pool {
        pool.close().await;
    }
    Examination { conclusion, grade, checks }
}

/// `1 source`, `2 sources`.
fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}
