//! The mock market itself: two sites on two loopback addresses, served until it is dropped.

use crate::demo::catalogue::Catalogue;
use crate::demo::catalogue::tables::NamedAddress;
use crate::demo::request_log::{Counters, Hit, RequestLog};
use crate::demo::serve::{Served, Shared, handle};
use crate::demo::truth::{self, TrueListing};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How a market is set up.
#[derive(Debug, Clone)]
pub struct MarketOptions {
    /// Prices, vendors, dates, order and what changes later follow from it.
    pub seed: u64,
    /// The visit that is shown first: 1, or 2 and later for the changed market.
    pub visit: u32,
    /// Loopback addresses of the two sites.
    pub addresses: [IpAddr; 2],
    /// Their ports; 0 takes any free one.
    pub ports: [u16; 2],
    /// Whether the first request to some paths is answered by 429 or 503.
    pub stumbles: bool,
}

impl Default for MarketOptions {
    fn default() -> Self {
        MarketOptions {
            seed: 1,
            visit: 1,
            addresses: [IpAddr::V4(Ipv4Addr::new(127, 0, 1, 1)), IpAddr::V4(Ipv4Addr::new(127, 0, 1, 2))],
            ports: [0, 0],
            stumbles: true,
        }
    }
}

/// One site of the market.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// 1 is the cryptomarket, 2 the classifieds with a forum.
    pub number: usize,
    /// The source id that the demo's source files use.
    pub id: &'static str,
    /// The name on its pages.
    pub name: &'static str,
    /// Address and port it listens on.
    pub address: SocketAddr,
}

impl Site {
    /// `http://address:port`, without a slash at the end.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The URL of a path on this site.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base())
    }
}

/// A running market. It stops when dropped.
#[derive(Debug)]
pub struct Market {
    sites: [Site; 2],
    shared: Arc<Shared>,
    stopping: watch::Sender<bool>,
    serving: Vec<JoinHandle<()>>,
}

impl Market {
    /// Binds both addresses and serves from then on. Must be called within a tokio runtime; addresses outside 127.0.0.0/8 and ::1 are
    /// refused, for nobody else shall see this market.
    pub fn start(options: MarketOptions) -> io::Result<Market> {
        let runtime = tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        let shared = Arc::new(Shared {
            catalogue: Catalogue::new(options.seed)?,
            visit: AtomicU32::new(options.visit.max(1)),
            log: RequestLog::default(),
            sessions: AtomicU64::new(0),
            stumbled: Mutex::default(),
            stumbles: options.stumbles,
            published: Mutex::default(),
        });
        let (stopping, _) = watch::channel(false);
        let mut serving = Vec::new();
        let mut serve = |number: usize, id: &'static str, name: &'static str, ip: IpAddr, port: u16| -> io::Result<Site> {
            if !ip.is_loopback() {
                let message = format!("the mock market serves on loopback only, {ip} is not; give an address within 127.0.0.0/8");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            }
            let listener = std::net::TcpListener::bind((ip, port))
                .map_err(|error| io::Error::new(error.kind(), format!("mock market on {ip}:{port}: {error}")))?;
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let site = Site { number, id, name, address };
            let served = Served { site: number, base: site.base(), shared: Arc::clone(&shared) };
            let router = axum::Router::new().fallback(handle).with_state(served);
            let mut stop = stopping.subscribe();
            serving.push(runtime.spawn(async move {
                let stopped = async move {
                    // An error means that the market was dropped, which is the sign to stop as well.
                    let _ = stop.wait_for(|stop| *stop).await;
                };
                if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
                    tracing::warn!(%error, "the mock market stopped serving");
                }
            }));
            Ok(site)
        };
        let [first, second] = options.addresses;
        let sites =
            [serve(1, "lantern", "Lantern Bazaar", first, options.ports[0])?, serve(2, "feldmark", "Feldmark", second, options.ports[1])?];
        Ok(Market { sites, shared, stopping, serving })
    }

    /// The two sites.
    pub fn sites(&self) -> &[Site; 2] {
        &self.sites
    }

    /// Has a site's pages and source file call it by the name of this onion service, which leads to it from now on.
    pub fn publish(&self, site: usize, onion: &str) {
        let mut published = self.shared.published.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = site.checked_sub(1).and_then(|place| published.get_mut(place)) {
            *place = Some(format!("http://{onion}"));
        }
    }

    /// What a site is called by its own pages: `http://host`, without a slash at the end.
    pub fn base(&self, site: &Site) -> String {
        self.shared.published(site.number).unwrap_or_else(|| site.base())
    }

    /// Shows the market as it is on that visit: 1, or 2 and later for changed prices, removed and new listings.
    pub fn set_visit(&self, visit: u32) {
        self.shared.visit.store(visit.max(1), Ordering::Relaxed);
    }

    /// The visit shown now.
    pub fn visit(&self) -> u32 {
        self.shared.visit.load(Ordering::Relaxed)
    }

    /// All requests in order of arrival, the last 200,000 of them.
    pub fn log(&self) -> Vec<Hit> {
        self.shared.log.hits()
    }

    /// Forgets the requests logged so far; the counters go on.
    pub fn clear_log(&self) {
        self.shared.log.clear();
    }

    /// Requests, answers by status and bytes sent since the start.
    pub fn counters(&self) -> Counters {
        self.shared.log.counters()
    }

    /// Every listing of both sites, as written.
    pub fn truth(&self) -> Vec<TrueListing> {
        truth::listings(&self.shared.catalogue)
    }

    /// The addresses that vendors and advertisements name; they belong to nobody.
    pub fn addresses(&self) -> &[NamedAddress] {
        &self.shared.catalogue.tables.addresses
    }

    /// Names of the vendors of a site.
    pub fn vendors(&self, site: usize) -> Vec<String> {
        self.shared.catalogue.vendors(site).map(|vendor| vendor.name.clone()).collect()
    }

    /// Stops listening, lets answers under way finish for at most two seconds.
    pub async fn stop(mut self) {
        self.stopping.send_replace(true);
        for serving in self.serving.drain(..) {
            let abort = serving.abort_handle();
            if tokio::time::timeout(Duration::from_secs(2), serving).await.is_err() {
                abort.abort();
            }
        }
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        self.stopping.send_replace(true);
    }
}
