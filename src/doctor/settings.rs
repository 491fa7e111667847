//! Whether the configuration is understood.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::{Config, ConfigError};
use crate::doctor::{Check, counted};

const NAME: &str = "configuration";

pub(super) fn check(loaded: Result<&Config, &ConfigError>, now: Timestamp) -> Check {
    match loaded {
        Err(error) => {
            let first = error.to_string();
            let first = first.lines().next().unwrap_or_default().to_owned();
            Check::failure(
                NAME,
                format!("{}: {first}", counted(error.problems.len(), "problem")),
                "Run `vigie check`, which names file, line and remedy.",
            )
        }
        Ok(config) => {
            let origin = config.dir.as_ref().map_or("compiled in".to_owned(), |dir| format!("from {}", dir.display()));
            let today = now.to_zoned(TimeZone::UTC).date();
            let crawlable = config.sources.iter().filter(|source| source.standing(today).is_crawlable()).count();
            let measured = format!("{origin}: {}, {crawlable} of them may be crawled", counted(config.sources.len(), "source"));
            if config.sources.is_empty() {
                return Check::warning(NAME, measured, "Write an example with `vigie init DIR`, or name the folder with --config.");
            }
            Check::ok(NAME, measured)
        }
    }
}
