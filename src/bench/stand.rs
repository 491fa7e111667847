//! A configuration for a benchmark: one source a host, on loopback alone, under a mandate of its own.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use url::{Host, Url};

use crate::bench::tor::Stage;
use crate::config::{self, Config};

/// One host of a benchmark.
pub(super) struct Stall {
    pub(super) seed: Url,
    /// `None`: requests as fast as they are answered.
    pub(super) interval: Option<Duration>,
    pub(super) concurrency: usize,
}

/// Whether an address is written as one of this machine's loopback addresses: names are not looked up, they may lie.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        _ => false,
    }
}

/// Whether an address leads to this machine: to loopback, or to the onion service of a network that a benchmark started, whose relays the
/// settings name.
fn asks_ourselves(url: &Url, tor: Option<&Stage>) -> bool {
    is_loopback(url) || tor.is_some_and(|stage| url.as_str().starts_with(&stage.base))
}

/// Writes and loads a configuration of these hosts. Without an interval only here: no configuration file can ask for that.
///
/// # Errors
/// A host is not on loopback, or the folder cannot be written.
pub(super) fn configure(
    folder: &Path,
    stalls: &[Stall],
    watches: &[(&str, &str)],
    concurrency: usize,
    tor: Option<&Stage>,
) -> Result<Arc<Config>> {
    let dir = folder.join("config");
    std::fs::create_dir_all(dir.join("sources")).with_context(|| format!("cannot make {}", dir.display()))?;
    let network = tor.map_or("", |stage| &stage.settings);
    let settings = format!("[crawl]\nconcurrency = {concurrency}\n[log]\nlevel = \"warn\"\n[tor]\nconcurrency = {concurrency}\n{network}");
    std::fs::write(dir.join("vigie.toml"), settings)?;
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let text: String =
        watches.iter().map(|(name, query)| format!("[[watch]]\nname = {}\nquery = {}\n", quoted(name), quoted(query))).collect();
    std::fs::write(dir.join("watches.toml"), text)?;
    for (n, stall) in stalls.iter().enumerate() {
        ensure!(
            asks_ourselves(&stall.seed, tor),
            "{} is not on loopback; hint: benchmarks ask this machine alone, as in http://127.0.0.1:8080/",
            stall.seed
        );
        let interval = stall.interval.unwrap_or(Duration::from_millis(1)).as_millis();
        let text = format!(
            "id = \"stall{n}\"\nname = \"Stall {n}\"\ntype = \"shop\"\nroute = \"{route}\"\nseeds = [{seed}]\n\
             [scope]\nhosts = [{host}]\nallow_private = true\n\
             [authority]\nreference = \"BENCH\"\nlegal_basis = \"benchmark on this machine, nobody else is asked\"\n\
             approved_by = \"whoever runs vigie bench\"\nexpires = \"2099-01-01\"\n\
             [politeness]\ninterval = \"{interval}ms\"\nconcurrency = {concurrency}\n",
            seed = quoted(stall.seed.as_str()),
            host = quoted(stall.seed.host_str().unwrap_or_default()),
            concurrency = stall.concurrency,
            route = if tor.is_some() { "tor" } else { "clearnet" },
        );
        std::fs::write(dir.join(format!("sources/stall{n}.toml")), text)?;
    }
    let mut config = config::load(Some(&dir))?;
    ensure!(tor.is_none() || config.settings.tor.is_on_this_machine(), "the Tor network is not on this machine");
    for (n, stall) in stalls.iter().enumerate().filter(|(_, stall)| stall.interval.is_none()) {
        let id = format!("stall{n}");
        for source in config.sources.iter_mut().filter(|source| source.id == id && asks_ourselves(&stall.seed, tor)) {
            source.politeness.interval = Duration::ZERO;
        }
    }
    Ok(Arc::new(config))
}
