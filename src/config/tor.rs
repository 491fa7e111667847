//! `[tor]` and `[i2p]`: the routes beside the clear web.

use super::problem::Problems;
use super::raw::{Placed, RawI2p, RawTor, RawTorNetwork, RawTransport};
use super::resolve::{at_least, positive};
use super::units::{Period, write_duration};
use arti_client::config::BridgeConfigBuilder;
use serde::Serialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;

/// `[tor]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tor {
    /// Folder of what is kept for good, guards among it; `None` for `tor/state` in the data folder.
    pub state: Option<PathBuf>,
    /// Folder of the directory of relays; `None` for `tor/cache` in the data folder.
    pub cache: Option<PathBuf>,
    /// Whether both folders must be closed to other accounts of the machine.
    pub check_permissions: bool,
    /// Requests under way over Tor at once, of all sources.
    pub concurrency: usize,
    /// Until the network can be used.
    #[serde(serialize_with = "write_duration")]
    pub bootstrap: Duration,
    /// Finding the descriptor of an onion service that was not reached before, beside `connect`.
    #[serde(serialize_with = "write_duration")]
    pub descriptor: Duration,
    /// A stream to a service whose descriptor is known, or through an exit; TLS included.
    #[serde(serialize_with = "write_duration")]
    pub connect: Duration,
    /// From the request on a stream to the response's head.
    #[serde(serialize_with = "write_duration")]
    pub first_byte: Duration,
    /// From the start to the last byte.
    #[serde(serialize_with = "write_duration")]
    pub total: Duration,
    /// Failures of circuits in a row after which a source gets new ones.
    pub new_circuits_after: usize,
    /// A source gets new circuits when its own are this old.
    #[serde(serialize_with = "write_duration")]
    pub circuits_live: Duration,
    /// A file of SHA-256 hashes of onion names that are never fetched.
    pub blocklist: Option<PathBuf>,
    /// Bridge lines; the network is entered through these alone.
    #[serde(serialize_with = "write_bridges")]
    pub bridges: Vec<String>,
    /// Programs that disguise the connection to a bridge.
    #[serde(rename = "transport")]
    pub transports: Vec<PluggableTransport>,
    /// Another network than the public one.
    pub network: Option<Network>,
}

/// `[[tor.transport]]`: a pluggable transport.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PluggableTransport {
    /// What it speaks, as in `obfs4`.
    pub protocols: Vec<String>,
    /// The program.
    pub path: PathBuf,
    /// What it is started with.
    pub arguments: Vec<String>,
}

/// `[tor.network]`: a private Tor network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Network {
    /// Identities of the directory authorities (v3, SHA-1 in hex).
    pub authorities: Vec<String>,
    /// Relays that the directory is first fetched from.
    #[serde(rename = "cache")]
    pub caches: Vec<Cache>,
    /// Whether relays of one circuit may share a network, as on one machine.
    pub one_machine: bool,
}

/// `[[tor.network.cache]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cache {
    /// RSA identity in hex.
    pub rsa_identity: String,
    /// Ed25519 identity in base64.
    pub ed_identity: String,
    /// OR ports.
    pub orports: Vec<SocketAddr>,
}

/// `[i2p]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct I2p {
    /// The HTTP proxy of the router.
    pub proxy: SocketAddr,
}

impl Tor {
    /// Whether the network is one of this machine alone: all that its directory is fetched from is on loopback.
    pub fn is_on_this_machine(&self) -> bool {
        let relays = || self.network.iter().flat_map(|network| &network.caches).flat_map(|cache| &cache.orports);
        relays().next().is_some() && relays().all(|relay| relay.ip().is_loopback())
    }
}

impl Default for Tor {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            state: None,
            cache: None,
            check_permissions: true,
            concurrency: 32,
            bootstrap: seconds(120),
            descriptor: seconds(60),
            connect: seconds(60),
            first_byte: seconds(60),
            total: seconds(240),
            new_circuits_after: 3,
            circuits_live: seconds(12 * 3_600),
            blocklist: None,
            bridges: Vec::new(),
            transports: Vec::new(),
            network: None,
        }
    }
}

impl Default for I2p {
    fn default() -> Self {
        Self { proxy: SocketAddr::from(([127, 0, 0, 1], 4444)) }
    }
}

/// Gives `raw` its meaning.
pub(super) fn resolve(raw: RawTor, problems: &mut Problems) -> Tor {
    let default = Tor::default();
    let mut time = |raw: Placed<Period>, key: &str, default: Duration| positive(raw, key, problems).map_or(default, |period| period.0);
    let bootstrap = time(raw.bootstrap, "bootstrap", default.bootstrap);
    let descriptor = time(raw.descriptor, "descriptor", default.descriptor);
    let connect = time(raw.connect, "connect", default.connect);
    let first_byte = time(raw.first_byte, "first_byte", default.first_byte);
    let total = time(raw.total, "total", default.total);
    let circuits_live = time(raw.circuits_live, "circuits_live", default.circuits_live);
    let mut count = |raw: Placed<usize>, key: &str, default: usize| {
        raw.map_or(default, |value| at_least(*value.get_ref(), 1, key, value.span().start, problems))
    };
    let concurrency = count(raw.concurrency, "concurrency", default.concurrency);
    let new_circuits_after = count(raw.new_circuits_after, "new_circuits_after", default.new_circuits_after);
    let folder = problems.folder().to_owned();
    let named = |raw: Placed<String>| raw.map(Spanned::into_inner).filter(|name| !name.is_empty()).map(|name| folder.join(name));
    let blocklist_place = raw.blocklist.as_ref().map_or(0, |name| name.span().start);
    let blocklist = named(raw.blocklist);
    if let Some(path) = blocklist.as_ref().filter(|path| !path.is_file()) {
        let hint = "a relative name counts from the folder of this file; docs/tor.md has the format";
        problems.at(blocklist_place, format!("there is no file {}", path.display()), hint);
    }
    Tor {
        state: named(raw.state),
        cache: named(raw.cache),
        check_permissions: raw.check_permissions.unwrap_or(true),
        concurrency,
        bootstrap,
        descriptor,
        connect,
        first_byte,
        total,
        new_circuits_after,
        circuits_live,
        blocklist,
        bridges: raw.bridges.into_iter().map(|line| bridge(line, problems)).collect(),
        transports: raw.transport.into_iter().filter_map(|one| transport(one, &folder, problems)).collect(),
        network: raw.network.map(|network| resolve_network(network, problems)),
    }
}

/// A bridge line; what is wrong with it is said without repeating it.
fn bridge(line: Spanned<String>, problems: &mut Problems) -> String {
    if line.get_ref().parse::<BridgeConfigBuilder>().is_err() {
        let hint = "copy the line as the operator of the bridge gives it: transport, address and port, fingerprint, settings";
        problems.at(line.span().start, "a bridge line that is not understood", hint);
    }
    line.into_inner()
}

fn transport(raw: RawTransport, folder: &Path, problems: &mut Problems) -> Option<PluggableTransport> {
    match raw.path {
        Some(path) if !raw.protocols.is_empty() => {
            Some(PluggableTransport { protocols: raw.protocols, path: folder.join(path.into_inner()), arguments: raw.arguments })
        }
        _ => {
            problems.missing("tor.transport.path or tor.transport.protocols", "each [[tor.transport]] has a program and what it speaks");
            None
        }
    }
}

fn resolve_network(raw: Spanned<RawTorNetwork>, problems: &mut Problems) -> Network {
    let place = raw.span().start;
    let raw = raw.into_inner();
    let is_hex = |text: &str| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut identity = |text: String, what: &str| {
        if !is_hex(&text) {
            problems.at(place, format!("`{text}` is no {what}"), "write the 40 hexadecimal digits of its SHA-1");
        }
        text
    };
    let authorities: Vec<String> = raw.authorities.into_iter().map(|text| identity(text, "identity of an authority")).collect();
    let caches: Vec<Cache> = (raw.cache.into_iter())
        .map(|one| Cache {
            rsa_identity: identity(one.rsa_identity, "RSA identity"),
            ed_identity: one.ed_identity.trim_end_matches('=').to_owned(),
            orports: one.orports,
        })
        .collect();
    if authorities.is_empty() || caches.iter().all(|cache| cache.orports.is_empty()) {
        let hint = "docs/tor.md shows the table of a private network";
        problems.at(place, "[tor.network] needs authorities, and a cache with OR ports", hint);
    }
    Network { authorities, caches, one_machine: raw.one_machine }
}

/// Gives `raw` its meaning.
pub(super) fn resolve_i2p(raw: RawI2p, problems: &mut Problems) -> I2p {
    let default = I2p::default();
    let Some(text) = raw.proxy else { return default };
    match text.get_ref().parse::<SocketAddr>() {
        Ok(proxy) if proxy.ip().is_loopback() => I2p { proxy },
        Ok(_) => {
            problems.at(text.span().start, format!("`{}` is not on this machine", text.get_ref()), "run the I2P router here");
            default
        }
        Err(_) => {
            let hint = "write an IP address and a port, as in \"127.0.0.1:4444\"";
            problems.at(text.span().start, format!("`{}` is no address of a proxy", text.get_ref()), hint);
            default
        }
    }
}

/// A bridge line is a secret of whoever runs the bridge.
fn write_bridges<S: serde::Serializer>(bridges: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(bridges.iter().map(|_| "(hidden)"))
}
