//! The gates of all hosts of a run, made on first use from what the last run left.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use sqlx::{AnyConnection, Row};
use url::{Host, Url};

use crate::clock::micros;
use crate::config::Source;
use crate::config::scope::hidden_network;
use crate::database::insert_rows;
use crate::frontier::politeness::Gate;

/// Whatever a source says, a host that is not this machine is not asked faster than this.
const LEAST_INTERVAL: Duration = Duration::from_millis(1);

/// What the store remembers of a host.
#[derive(Debug, Clone, Copy, Default)]
struct Remembered {
    next_at: i64,
    spacing: i64,
    snoozed_until: i64,
    latency: i64,
}

/// No gate stays shut longer than this, whatever a server asks for or a wrong clock wrote down.
pub const LONGEST_SNOOZE: Duration = Duration::from_secs(86_400);

/// Gates by host name.
#[derive(Debug)]
pub struct Hosts {
    remembered: HashMap<String, Remembered>,
    gates: Mutex<BTreeMap<String, Arc<Gate>>>,
    sources: Vec<Arc<Source>>,
    opened_at: Timestamp,
    /// After an unclean stop nobody knows when the last request began, so a whole interval is kept first.
    unclean: bool,
    /// Whether onion services can only be those of a Tor network on this machine.
    own_onions: bool,
}

impl Hosts {
    /// Reads what the store remembers.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn load(
        connection: &mut AnyConnection,
        sources: Vec<Arc<Source>>,
        opened_at: Timestamp,
        unclean: bool,
        own_onions: bool,
    ) -> Result<Self> {
        let mut remembered = HashMap::new();
        for row in sqlx::query("SELECT name, next_at, spacing, snoozed_until, latency FROM host").fetch_all(connection).await? {
            let one = Remembered {
                next_at: row.try_get("next_at")?,
                spacing: row.try_get("spacing")?,
                snoozed_until: row.try_get("snoozed_until")?,
                latency: row.try_get("latency")?,
            };
            remembered.insert(row.try_get("name")?, one);
        }
        Ok(Self { remembered, gates: Mutex::default(), sources, opened_at, unclean, own_onions })
    }

    /// The gate of a host: as slow as the slowest of its sources asks.
    pub fn gate(&self, url: &Url) -> Arc<Gate> {
        let name = url.host_str().unwrap_or_default();
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = gates.get(name) {
            return Arc::clone(gate);
        }
        let of_host: Vec<_> =
            self.sources.iter().filter(|source| source.scope.admits_host(url).is_ok()).map(|source| source.politeness).collect();
        let mut base = of_host.iter().map(|one| one.interval).max().unwrap_or(Duration::from_secs(8));
        if !(is_loopback(url) || self.own_onions && url.host_str().and_then(hidden_network) == Some("onion")) {
            base = base.max(LEAST_INTERVAL);
        }
        let ceiling = of_host.iter().map(|one| one.max_interval).max().unwrap_or(base);
        let concurrency = of_host.iter().map(|one| one.concurrency).min().unwrap_or(1);
        let before = self.remembered.get(name).copied().unwrap_or_default();
        let spacing = Duration::from_micros(before.spacing.unsigned_abs()).clamp(base, ceiling.max(base));
        let since = u64::try_from(before.next_at.saturating_sub(micros(self.opened_at))).unwrap_or(0);
        // The stored time was never further away than this, unless the clock was set back since.
        let longest = if before.snoozed_until == 0 { spacing } else { LONGEST_SNOOZE };
        let mut wait = Duration::from_micros(since).min(longest);
        if self.unclean {
            wait = wait.max(spacing);
        }
        let gate = Arc::new(Gate::new(base, ceiling, concurrency, spacing, Duration::from_micros(before.latency.unsigned_abs()), wait));
        gates.insert(name.to_owned(), Arc::clone(&gate));
        gate
    }

    /// All gates that were used, by name.
    pub fn used(&self) -> Vec<(String, Arc<Gate>)> {
        let gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.iter().map(|(name, gate)| (name.clone(), Arc::clone(gate))).collect()
    }

    /// Remembers the gates: the next request not before a whole spacing from `now`.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn save(&self, connection: &mut AnyConnection, now: Timestamp) -> Result<()> {
        let length = |duration: Duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        let rows = self.used().into_iter().map(|(name, gate)| {
            let wait = gate.wait();
            let next_at = micros(now).saturating_add(length(wait.max(gate.spacing())));
            let snoozed_until = if wait.is_zero() { 0 } else { next_at };
            vec![name.into(), next_at.into(), length(gate.spacing()).into(), snoozed_until.into(), length(gate.latency()).into()]
        });
        insert_rows(
            connection,
            "INSERT INTO host (name, next_at, spacing, snoozed_until, latency) VALUES",
            "ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at, spacing = excluded.spacing, snoozed_until = excluded.snoozed_until, latency = excluded.latency",
            rows.collect(),
        )
        .await?;
        Ok(())
    }
}

/// Whether the host is written as an address of this machine; a name may lead anywhere.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{HostPattern, Scope, Settings};

    #[tokio::test]
    async fn only_this_machine_may_be_asked_without_an_interval() {
        let mut source = Source::for_import("s", &Settings::default());
        source.politeness.interval = Duration::ZERO;
        let hosts =
            ["127.0.0.1", "10.1.2.3", "shop.example", "name.onion"].into_iter().map(|host| HostPattern::parse(host).unwrap()).collect();
        source.scope = Scope { hosts, allow_private: true, ..source.scope };
        let mut gates = Hosts {
            remembered: HashMap::new(),
            gates: Mutex::default(),
            sources: vec![Arc::new(source)],
            opened_at: Timestamp::UNIX_EPOCH,
            unclean: false,
            own_onions: false,
        };
        let spacing = |gates: &Hosts, host: &str| gates.gate(&Url::parse(&format!("http://{host}/")).unwrap()).spacing();
        assert_eq!(spacing(&gates, "127.0.0.1"), Duration::ZERO);
        for host in ["10.1.2.3", "shop.example", "name.onion"] {
            assert_eq!(spacing(&gates, host), LEAST_INTERVAL);
        }
        gates = Hosts { own_onions: true, gates: Mutex::default(), ..gates };
        assert_eq!((spacing(&gates, "name.onion"), spacing(&gates, "shop.example")), (Duration::ZERO, LEAST_INTERVAL));
    }
}
