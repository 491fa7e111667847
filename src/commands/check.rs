//! `vigie check`: loads everything, prints the resolved values, says what is wrong and where.

use crate::archive::authority;
use crate::config::authority::APPROVAL;
use crate::config::{self, Config, ConfigError};
use anyhow::Context;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// Prints to `out` and gives the exit code: 0, or 2 when something is wrong. A source without an authority is not wrong, it is not
/// crawled. With `json` one object is printed, problems included.
pub fn run(config_dir: Option<&Path>, today: Date, json: bool, out: &mut dyn Write) -> anyhow::Result<u8> {
    let loaded = config::load(config_dir);
    if json {
        let report = match &loaded {
            Ok(config) => report(config, today)?,
            Err(error) => json!({"ok": false, "problems": error.problems}),
        };
        writeln!(out, "{report}")?;
    } else {
        match &loaded {
            Ok(config) => print(config, today, out)?,
            Err(error) => print_problems(error, out)?,
        }
    }
    Ok(if loaded.is_ok() { 0 } else { 2 })
}

fn report(config: &Config, today: Date) -> anyhow::Result<Value> {
    let mut report = serde_json::to_value(config).context("the configuration can't be written as JSON")?;
    let standings = config.sources.iter().map(|source| (source.standing(today), authority::of(source)));
    if let Some(sources) = report.get_mut("sources").and_then(Value::as_array_mut) {
        for (source, (standing, authority)) in sources.iter_mut().zip(standings) {
            if let Some(source) = source.as_object_mut() {
                source.insert("standing".to_owned(), json!(standing.code()));
                source.insert("standing_hint".to_owned(), json!(standing.hint()));
                if let (Some((_, hash)), Some(authority)) = (authority, source.get_mut("authority").and_then(Value::as_object_mut)) {
                    authority.insert("hash".to_owned(), json!(hash));
                    authority.insert("approval".to_owned(), json!(APPROVAL));
                }
            }
        }
    }
    if let Some(report) = report.as_object_mut() {
        report.insert("ok".to_owned(), json!(true));
        report.insert("problems".to_owned(), json!([]));
    }
    Ok(report)
}

fn print_problems(error: &ConfigError, out: &mut dyn Write) -> anyhow::Result<()> {
    Ok(writeln!(out, "{error}")?)
}

fn print(config: &Config, today: Date, out: &mut dyn Write) -> anyhow::Result<()> {
    let origin = match &config.dir {
        Some(dir) => format!("from {}", dir.display()),
        None => "compiled in, no configuration folder".to_owned(),
    };
    writeln!(out, "# Settings in force ({origin})\n\n{}", toml::to_string(&config.settings)?)?;
    for source in &config.sources {
        let standing = source.standing(today);
        writeln!(out, "# Source {} ({}): {}", source.id, source.name, standing.sentence())?;
        if !standing.hint().is_empty() {
            writeln!(out, "# hint: {}", standing.hint())?;
        }
        if let (Some(authority), Some((_, hash))) = (&source.authority, authority::of(source)) {
            writeln!(out, "# approved by {}: {APPROVAL}; authority {hash}", authority.approved_by.escape_debug())?;
        }
        writeln!(out, "\n{}", toml::to_string(source)?)?;
    }
    for watch in &config.watches {
        writeln!(out, "# Watch {}: {}\n{}", watch.name, watch.query, toml::to_string(&watch.options)?)?;
    }
    let crawlable = config.sources.iter().filter(|source| source.standing(today).is_crawlable()).count();
    let (sources, watches) = (counted(config.sources.len(), "source"), counted(config.watches.len(), "watch"));
    writeln!(out, "All is well: {sources}, {crawlable} crawlable on {today}; {watches}.")?;
    Ok(())
}

fn counted(n: usize, noun: &str) -> String {
    let plural = if noun.ends_with("ch") { "es" } else { "s" };
    format!("{n} {noun}{}", if n == 1 { "" } else { plural })
}
