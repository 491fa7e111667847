//! What all scenarios share: one network, the servers behind its onion services, and instances that crawl them.

use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::Value;
use vigie::demo::tornet::{Network, Onion, Plan};
use vigie::demo::{Market, MarketOptions};

use super::front::Front;
use super::sockets::{self, Seen};
use crate::instance::Place;
use crate::server::Facts;
use crate::shop::Shop;

/// Most that anything waited for may take on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(120);
/// Listings of the small shop.
pub(crate) const ITEMS: usize = 30;
/// The host of the clear web that the exit finds.
pub(crate) const CLEAR: &str = "shop.example";

pub(crate) struct Stand {
    network: Mutex<Network>,
    pub(crate) market: Market,
    /// Before the two sites of the market.
    pub(crate) sites: [Front; 2],
    /// Before a small shop: the onions `shop`, `mirror`, which one scenario stops, and `stopped`, which is not running; and the clear web's
    /// `shop.example`.
    pub(crate) shop: Front,
    pub(crate) mirror: Front,
    pub(crate) clear: Front,
    /// Before the same shop: port 83 of the onion `shop`.
    pub(crate) other: Front,
    /// Before a large shop: ports 81 and 82 of the onion `shop`.
    pub(crate) large: [Front; 2],
    _runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

impl Stand {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let entered = runtime.enter();
        let market = Market::start(MarketOptions { stumbles: false, ..MarketOptions::default() }).expect("the market starts");
        drop(entered);
        let (small, large) = (Shop::open(ITEMS).address, Shop::open(1_000).address);
        let sites = [0, 1].map(|n| Front::of(market.sites()[n].address, true));
        let (shop, mirror, other, clear) =
            (Front::of(small, true), Front::of(small, true), Front::of(small, true), Front::of(small, false));
        let large = [Front::of(large, true), Front::of(large, true)];
        let behind = |name: &str, fronts: &[&Front]| Onion {
            ports: (80..).zip(fronts.iter().map(|front| front.address)).collect(),
            circuit_ids: true,
            ..Onion::new(name, fronts[0].address)
        };
        let std::net::IpAddr::V4(exit_to) = clear.address.ip() else { unreachable!() };
        let plan = Plan {
            exit: Some(vec![(CLEAR.into(), exit_to)]),
            onions: vec![
                behind("lantern", &[&sites[0]]),
                behind("feldmark", &[&sites[1]]),
                behind("shop", &[&shop, &large[0], &large[1], &other]),
                behind("mirror", &[&mirror]),
                behind("stopped", &[&mirror]),
            ],
            bridge: true,
            // Beside what was built: the next run saves the time.
            keys: Some(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("tor-keys")),
            ..Plan::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let begun = Instant::now();
        let progress = |what: &str| println!("{:6.1} s  {what}", begun.elapsed().as_secs_f64());
        let mut network = Network::start(folder.path(), &plan, &progress).expect("the network comes up");
        println!("{:6.1} s  the network is up", begun.elapsed().as_secs_f64());
        network.stop_onion("stopped").unwrap();
        for site in market.sites() {
            market.publish(site.number, network.onion(site.id).unwrap());
        }
        Self { network: Mutex::new(network), market, sites, shop, mirror, other, clear, large, _runtime: runtime, _folder: folder }
    }

    /// The network, for a moment.
    pub(crate) fn network(&self) -> MutexGuard<'_, Network> {
        // A scenario that failed has broken nothing for the others.
        self.network.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The address of an onion service of the plan.
    pub(crate) fn onion(&self, name: &str) -> String {
        format!("http://{}", self.network().onion(name).unwrap())
    }

    /// An instance with these sources that knows the network; `tor` are further lines of `[tor]`.
    pub(crate) fn place(&self, sources: &[(String, String)], tor: &str) -> Place {
        let place = Place::with(Facts::at("sqlite"));
        place.configure(sources, str::to_owned);
        self.settings(&place, tor, &self.network().settings().unwrap());
        place
    }

    /// Writes its settings anew.
    pub(crate) fn settings(&self, place: &Place, tor: &str, network: &str) {
        // Wherever the temporary folder is: who may write beside it is not what is tested here.
        let text = format!("[log]\nlevel = \"info\"\n\n[tor]\ncheck_permissions = false\n{tor}\n{network}");
        std::fs::write(place.config().join("vigie.toml"), text).unwrap();
    }
}

/// A source file of the shop by an address: name and text. `more` goes before its first section.
pub(crate) fn source(id: &str, base: &str, interval: &str, more: &str) -> (String, String) {
    let host = url::Url::parse(base).unwrap().host_str().unwrap().to_owned();
    let text = format!(
        "id = \"{id}\"\nname = \"Shop {id}\"\ntype = \"shop\"\nroute = \"tor\"\nseeds = [\"{base}/\"]\n{more}\n\
         [scope]\nhosts = [\"{host}\"]\nallow_private = true\n\n\
         [authority]\nreference = \"T-1\"\nlegal_basis = \"test\"\napproved_by = \"test\"\nexpires = \"2099-01-01\"\n\n\
         [politeness]\ninterval = \"{interval}\"\nconcurrency = 2\n"
    );
    (format!("{id}.toml"), text)
}

/// What came of a command.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) summary: Value,
    pub(crate) said: String,
    pub(crate) seen: Seen,
    pub(crate) called: Option<Seen>,
}

impl Run {
    /// Runs a crawl, looking at its sockets all the while; `trace` its calls, too.
    pub(crate) fn of(place: &Place, arguments: &[&str], trace: bool) -> Self {
        let file = place.folder.path().join("trace");
        let command = place.command(&[&["crawl", "--once", "--json"], arguments].concat());
        let (mut command, traced) = if trace { sockets::traced(command, &file) } else { (command, false) };
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("vigie starts");
        let said = child.stderr.take().map(collect).unwrap();
        let printed = child.stdout.take().map(collect).unwrap();
        let seen = sockets::watch(&mut child);
        let code = child.wait().unwrap().code();
        let (said, printed) = (said.join().unwrap(), printed.join().unwrap());
        let summary = printed.lines().last().map(|line| serde_json::from_str(line).expect("the last line is the summary"));
        Self { code, summary: summary.unwrap_or_default(), said, seen, called: traced.then(|| sockets::called(&file)) }
    }

    /// Asserts how it ended.
    pub(crate) fn ended(self, codes: &[i32]) -> Self {
        assert!(self.code.is_some_and(|code| codes.contains(&code)), "{:?}: {}\n{}", self.code, self.summary, self.said);
        self
    }

    /// Asserts that it was connected to some of these and to nothing else, and says no onion name in full.
    pub(crate) fn met_only(&self, allowed: &[std::net::SocketAddr]) {
        let allowed: Seen = allowed.iter().map(|address| format!("tcp {address}")).collect();
        for seen in [Some(&self.seen), self.called.as_ref()].into_iter().flatten() {
            assert!(seen.iter().any(|one| allowed.contains(one)), "it was not connected to the network at all: {seen:?}");
            // Who owns a folder is asked there; for a host a name server would be asked next, where nobody listens there.
            let others: Vec<&String> = seen.difference(&allowed).filter(|one| *one != "AF_UNIX /var/run/nscd/socket").collect();
            assert!(others.is_empty(), "it was connected elsewhere: {others:?}, not only to {allowed:?}");
        }
        let names: Vec<&str> = self.said.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() == 56).collect();
        assert!(names.is_empty() && !self.said.contains(".onion"), "the log names an onion service: {}", self.said);
    }

    pub(crate) fn outcomes(&self, code: &str) -> u64 {
        self.summary["outcomes"][code].as_u64().unwrap_or(0)
    }
}

fn collect(mut pipe: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Listings of a place whose own pages were read: cards on lists have no description.
pub(crate) fn read_in_full(place: &Place) -> usize {
    place.listings().iter().filter(|row| row["description"].as_str().is_some_and(|text| !text.is_empty())).count()
}

/// Waits until something is so, or fails with what was waited for.
#[expect(clippy::disallowed_methods, reason = "looks again and again until it is so")]
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < LONG, "not within {LONG:?}: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A command in the background that is killed if the test fails before it ends.
pub(crate) struct Background {
    child: Child,
    log: std::path::PathBuf,
}

impl Background {
    pub(crate) fn start(place: &Place, arguments: &[&str]) -> Self {
        let log = place.folder.path().join("said");
        let said = std::fs::File::create(&log).unwrap();
        let child = place.command(arguments).stdout(Stdio::null()).stderr(said).spawn().expect("vigie starts");
        Self { child, log }
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Asks it to stop, as a terminal does; gives its exit code.
    pub(crate) fn interrupt(mut self) -> Option<i32> {
        let interrupted = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(interrupted.success());
        until("the crawl stops", || self.is_over());
        self.child.wait().unwrap().code()
    }

    pub(crate) fn wait(mut self) -> Option<i32> {
        until("the crawl ends", || self.is_over());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("it said: {}", std::fs::read_to_string(&self.log).unwrap_or_default());
        }
        // It has ended, unless the test fails.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
