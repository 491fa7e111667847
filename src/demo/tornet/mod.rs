//! A private Tor network on loopback, made of C tor daemons: for `vigie demo --tor`, for tests and for benchmarks.
//!
//! One directory authority, a few relays and one tor for each onion service, every one at a loopback address of its own. The network
//! knows nobody else, and what its daemons send leaves from loopback addresses: it cannot reach, or be reached from, another machine.
//! [`period`] tells when onion services change their place in the directory, which is when circuits to them break.

mod programs;
mod wait;
mod daemon;
mod control;
mod consensus;
mod keys;
mod names;
mod torrc;
mod service;
pub mod period;

pub use period::next_roll_over;
pub use programs::check_installed;

use anyhow::{Context, Result, bail};
use consensus::Consensus;
use control::Control;
use daemon::Daemon;
use names::Names;
use programs::Programs;
use service::Service;
use std::hash::{BuildHasher, Hasher};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;
use torrc::{DIR_PORT, OR_PORT, Part, SOCKS_PORT};

/// Most that the authority gets for a consensus that has all relays. The first vote is after 12 seconds, the next 30 later.
const CONSENSUS_LIMIT: Duration = Duration::from_secs(120);
/// Most that a daemon of ours gets to be connected to the network.
const CLIENT_LIMIT: Duration = Duration::from_secs(60);
/// Exits of a network that has some: a client whose first relay is the only exit would find no way out through it.
const EXITS: usize = 2;
/// Relays at most: each takes some 70 MB.
const MOST_RELAYS: usize = 20;

/// What a network consists of.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Relays beside the authority, which is a relay too; 3 at least.
    pub relays: usize,
    /// Whether the last two relays are exits, and which host names they find: each at a loopback address. They can reach no other.
    pub exit: Option<Vec<(String, Ipv4Addr)>>,
    /// Onion services, each run by a tor of its own.
    pub onions: Vec<Onion>,
    /// Whether there is a bridge.
    pub bridge: bool,
    /// Folder that keeps the authority's keys, which take two seconds to make, for the next network.
    pub keys: Option<PathBuf>,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { relays: 4, exit: None, onions: Vec::new(), bridge: false, keys: None }
    }
}

/// An onion service of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onion {
    /// What [`Network::onion`] calls it: letters, digits and `-`.
    pub name: String,
    /// Its ports, and who answers there on loopback.
    pub ports: Vec<(u16, SocketAddr)>,
    /// Whether each connection to the server begins with a line that names the circuit (`PROXY TCP6 fc00:...`, the form of haproxy).
    pub circuit_ids: bool,
}

impl Onion {
    /// A service whose port 80 is answered by this server.
    pub fn new(name: &str, server: SocketAddr) -> Self {
        Onion { name: name.to_owned(), ports: vec![(80, server)], circuit_ids: false }
    }
}

/// A running network. All its daemons end when it is dropped, and when this process ends otherwise.
#[derive(Debug)]
pub struct Network {
    folder: PathBuf,
    programs: Programs,
    net: [u8; 2],
    authority: Daemon,
    relays: Vec<Daemon>,
    bridge: Option<Daemon>,
    client: Option<Daemon>,
    services: Vec<Service>,
    directory: torrc::Directory,
    hidden_service_directories: usize,
    _names: Option<Names>,
}

impl Network {
    /// Starts a network with its files in this folder and waits until it can be used: about 20 seconds, at most some minutes. Where it does
    /// not come up, as on a machine that is too busy, it is tried once more. `progress` is told a sentence whenever something new is waited
    /// for. Blocks its thread.
    ///
    /// # Errors
    /// Tor is not installed, the folder cannot be written, the plan is none, or a daemon did not come up: with what it said last.
    pub fn start(folder: &Path, plan: &Plan, progress: &dyn Fn(&str)) -> Result<Self> {
        let programs = Programs::find()?;
        check(plan)?;
        Self::try_start(&programs, &folder.join("1"), plan, progress).or_else(|error| {
            progress(&format!("{error:#}; once more"));
            Self::try_start(&programs, &folder.join("2"), plan, progress)
        })
    }

    fn try_start(programs: &Programs, folder: &Path, plan: &Plan, progress: &dyn Fn(&str)) -> Result<Self> {
        let folder = daemon::private_folder(&std::path::absolute(folder)?)?;
        let net = free_net()?;
        let at = |last: u8| Ipv4Addr::new(127, net[0], net[1], last);
        progress("keys of the authority");
        let authority_folder = daemon::private_folder(&folder.join("authority"))?;
        keys::prepare(programs, &authority_folder, plan.keys.as_deref())?;
        let directory = torrc::Directory {
            address: at(1),
            v3_identity: keys::v3_identity(&authority_folder)?,
            rsa_identity: keys::rsa_identity(&authority_folder)?,
        };
        let start = |name: &str, last: u8, part: &Part| Daemon::start(programs, &folder, name, at(last), &directory, part);
        progress(&format!("starting an authority and {} relays", plan.relays));
        let authority = start("authority", 1, &Part::Authority)?;
        let names = plan.exit.as_ref().map(|names| Names::answer(at(250), names.clone())).transpose()?;
        let mut relays = Vec::new();
        for number in 1..=plan.relays {
            let part = match &names {
                Some(names) if number + EXITS > plan.relays => Part::Exit { names: names.address() },
                _ => Part::Relay,
            };
            relays.push(start(&format!("relay{number}"), u8::try_from(number + 1)?, &part)?);
        }
        let bridge = if plan.bridge { Some(start("bridge", 40, &Part::Bridge)?) } else { None };
        let mut network = Network {
            authority,
            relays,
            bridge,
            client: None,
            services: Vec::new(),
            directory,
            hidden_service_directories: 0,
            _names: names,
            net,
            programs: programs.clone(),
            folder,
        };
        network.settle(progress)?;
        for (number, onion) in (0..).zip(&plan.onions) {
            let part = Part::Service { ports: onion.ports.clone(), circuit_ids: onion.circuit_ids };
            let daemon = network.daemon(&format!("onion-{}", onion.name), 60 + number, &part)?;
            network.services.push(Service::new(&onion.name, daemon)?);
        }
        // All at once, then one after the other: they come up beside each other.
        let uploads = network.uploads();
        for service in &mut network.services {
            service.watch()?;
        }
        for service in &mut network.services {
            progress(&format!("descriptor of the onion service {}", service.name));
            service.ready(uploads)?;
        }
        Ok(network)
    }

    /// Waits until the consensus has all relays and all relays have the consensus.
    fn settle(&mut self, progress: &dyn Fn(&str)) -> Result<()> {
        let authority = SocketAddr::from((self.directory.address, DIR_PORT));
        let wanted = self.relays.len() + 1;
        let (mut found, mut told) = (Consensus::default(), None);
        let listed = wait::until(CONSENSUS_LIMIT, || {
            self.all_alive()?;
            found = Consensus::fetch(authority).unwrap_or_default();
            if told.replace(found.relays) != Some(found.relays) {
                progress(&format!("the authority's consensus has {} of {wanted} relays", found.relays));
            }
            Ok((found.relays >= wanted).then_some(()))
        })?;
        if listed.is_none() {
            let limit = CONSENSUS_LIMIT.as_secs();
            let has = found.relays;
            bail!("the private Tor network has {has} of {wanted} relays after {limit} s; {}", self.authority.last_words());
        }
        self.hidden_service_directories = found.hidden_service_directories;
        // Those that asked before there was a consensus wait ever longer until they ask again; one that starts asks at once.
        let programs = self.programs.clone();
        for relay in self.relays.iter_mut().chain(&mut self.bridge).filter(|relay| !relay.has_consensus()) {
            relay.restart(&programs)?;
        }
        progress("the relays fetch the consensus");
        let known = wait::until(CONSENSUS_LIMIT, || {
            self.all_alive()?;
            Ok(self.relays.iter().chain(&self.bridge).all(Daemon::has_consensus).then_some(()))
        })?;
        if known.is_none() {
            let slow = self.relays.iter().chain(&self.bridge).find(|daemon| !daemon.has_consensus()).unwrap_or(&self.authority);
            bail!("a relay has no consensus after {} s; {}", CONSENSUS_LIMIT.as_secs(), slow.last_words());
        }
        Ok(())
    }

    fn all_alive(&mut self) -> Result<()> {
        self.daemons().find_map(Daemon::death).map_or(Ok(()), |death| bail!(death))
    }

    fn daemons(&mut self) -> impl Iterator<Item = &mut Daemon> {
        std::iter::once(&mut self.authority).chain(&mut self.relays).chain(&mut self.bridge)
    }

    fn daemon(&self, name: &str, last: u8, part: &Part) -> Result<Daemon> {
        let address = Ipv4Addr::new(127, self.net[0], self.net[1], last);
        Daemon::start(&self.programs, &self.folder, name, address, &self.directory, part)
    }

    /// Each service tells every directory two descriptors: of the present period, and of the one before or after it.
    fn uploads(&self) -> usize {
        2 * self.hidden_service_directories
    }

    /// The host name of an onion service of the plan.
    ///
    /// # Errors
    /// The plan has none of this name.
    pub fn onion(&self, name: &str) -> Result<&str> {
        let service = self.services.iter().find(|service| service.name == name);
        service.map(|service| service.host.as_str()).with_context(|| format!("this network has no onion service {name}"))
    }

    /// `[tor.network]` for `vigie.toml`.
    pub fn settings(&self) -> Result<String> {
        let folder = self.authority.folder();
        Ok(format!(
            "[tor.network]\nauthorities = [\"{}\"]\none_machine = true\n\n[[tor.network.cache]]\nrsa_identity = \"{}\"\ned_identity = \"{}\"\norports = [\"{}:{OR_PORT}\"]\n",
            self.directory.v3_identity,
            self.directory.rsa_identity,
            keys::ed_identity(folder)?,
            self.directory.address,
        ))
    }

    /// The bridge, as a line of `[tor] bridges`.
    ///
    /// # Errors
    /// The plan has none.
    pub fn bridge_line(&self) -> Result<String> {
        let bridge = self.bridge.as_ref().context("this network has no bridge")?;
        let (rsa, ed) = (keys::rsa_identity(bridge.folder())?, keys::ed_identity(bridge.folder())?);
        Ok(format!("{}:{OR_PORT} {rsa} ed25519:{ed}", bridge.address()))
    }

    /// Where relays, authority and bridge listen for Tor's own protocol: nobody else needs to be spoken to by a user of this network.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        let daemons = std::iter::once(&self.authority).chain(&self.relays).chain(&self.bridge);
        daemons.map(|daemon| SocketAddr::from((daemon.address(), OR_PORT))).collect()
    }

    /// Where the bridge alone listens.
    pub fn bridge_address(&self) -> Option<SocketAddr> {
        self.bridge.as_ref().map(|bridge| SocketAddr::from((bridge.address(), OR_PORT)))
    }

    /// Kills the relay that listens there, as a machine that fails; one of [`Network::addresses`].
    ///
    /// # Errors
    /// There is no such relay.
    pub fn stop_relay(&mut self, address: SocketAddr) -> Result<()> {
        self.relay(address)?.kill();
        Ok(())
    }

    /// Starts a relay that was killed. It is listed by the next consensus at the latest.
    ///
    /// # Errors
    /// There is no such relay, or it does not start.
    pub fn start_relay(&mut self, address: SocketAddr) -> Result<()> {
        let programs = self.programs.clone();
        self.relay(address)?.restart(&programs)
    }

    fn relay(&mut self, address: SocketAddr) -> Result<&mut Daemon> {
        let relay = self.daemons().find(|daemon| SocketAddr::from((daemon.address(), OR_PORT)) == address);
        relay.with_context(|| format!("no relay listens at {address}"))
    }

    /// Kills the tor of an onion service: its descriptor stays with the relays, its introduction points lead nowhere.
    ///
    /// # Errors
    /// The plan has none of this name.
    pub fn stop_onion(&mut self, name: &str) -> Result<()> {
        self.service(name)?.stop();
        Ok(())
    }

    fn service(&mut self, name: &str) -> Result<&mut Service> {
        let service = self.services.iter_mut().find(|service| service.name == name);
        service.with_context(|| format!("this network has no onion service {name}"))
    }

    /// Starts a client of C tor, to compare with, where there is none yet; gives its SOCKS port.
    ///
    /// # Errors
    /// It does not come up within a minute.
    pub fn socks(&mut self) -> Result<SocketAddr> {
        if self.client.is_none() {
            let daemon = self.daemon("client", 90, &Part::Client)?;
            let mut control = Control::connect(&daemon)?;
            control.enable_network()?;
            let up =
                wait::until(CLIENT_LIMIT, || Ok(control.ask("GETINFO status/bootstrap-phase")?.contains("PROGRESS=100").then_some(())))?;
            if up.is_none() {
                bail!("the client of C tor did not come up; {}", daemon.last_words());
            }
            self.client = Some(daemon);
        }
        let client = self.client.as_ref().context("the client was started")?;
        Ok(SocketAddr::from((client.address(), SOCKS_PORT)))
    }
}

fn check(plan: &Plan) -> Result<()> {
    if !(3..=MOST_RELAYS).contains(&plan.relays) {
        bail!("a private Tor network has 3 to {MOST_RELAYS} relays, not {}", plan.relays);
    }
    if plan.onions.len() > 20 {
        bail!("a private Tor network has at most 20 onion services");
    }
    for onion in &plan.onions {
        if onion.name.is_empty() || !onion.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            bail!("`{}` is no name of an onion service; hint: use letters, digits and `-`", onion.name);
        }
        if let Some((_, server)) = onion.ports.iter().find(|(_, server)| !server.ip().is_loopback()) {
            bail!("the onion service {} would publish {server}, which is not on this machine", onion.name);
        }
    }
    if let Some((name, address)) = plan.exit.iter().flatten().find(|(_, address)| !address.is_loopback()) {
        bail!("the exit would lead {name} to {address}, which is not on this machine");
    }
    Ok(())
}

/// A net 127.A.B.0/24 that nobody uses: networks beside each other do not collide, and ports can be fixed.
fn free_net() -> Result<[u8; 2]> {
    let mut last = None;
    for _ in 0..20 {
        // Keys of a hash table are seeded at random, which is all that is needed here.
        let [a, b, ..] = std::hash::RandomState::new().build_hasher().finish().to_le_bytes();
        // Beyond what people and tests give out by hand.
        let net = [64 + a % 128, b];
        match TcpListener::bind((Ipv4Addr::new(127, net[0], net[1], 1), DIR_PORT)) {
            Ok(_) => return Ok(net),
            Err(error) => last = Some(error),
        }
    }
    let error = last.map_or_else(String::new, |error| format!(": {error}"));
    bail!("no address in 127.0.0.0/8 can be listened on{error}; hint: macOS needs `ifconfig lo0 alias` for each, Linux has them all")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_stays_on_this_machine() {
        let plan = |onion: Onion| Plan { onions: vec![onion], ..Plan::default() };
        let here = SocketAddr::from(([127, 0, 0, 1], 80));
        assert!(check(&plan(Onion::new("market", here))).is_ok());
        assert!(check(&plan(Onion::new("market", SocketAddr::from(([10, 0, 0, 1], 80))))).is_err());
        assert!(check(&plan(Onion::new("../market", here))).is_err() && check(&plan(Onion::new("", here))).is_err());
        let exit = |last| Plan { exit: Some(vec![("shop.example".into(), Ipv4Addr::new(last, 0, 0, 1))]), ..Plan::default() };
        assert!(check(&exit(127)).is_ok() && check(&exit(10)).is_err());
        assert!(check(&Plan { relays: 2, ..Plan::default() }).is_err() && check(&Plan { relays: 200, ..Plan::default() }).is_err());
    }
}
