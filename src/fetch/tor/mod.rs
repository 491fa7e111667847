//! The route over Tor, by `arti-client` within this process: onion services, and hosts of the clear web through exits.
//!
//! Each source has circuits of its own. A request is sent once at most: what is tried again here is building the way to the host,
//! and only as long as nothing was sent on it.

mod blocklist;
mod setup;
mod bootstrap;
mod failure;
mod circuits;

use crate::clock;
use crate::config::Tor as Settings;
use crate::fetch::destination::Destination;
use crate::fetch::exchange::{Exchange, Request};
use crate::fetch::failure::{Failure, classify_sent};
use crate::fetch::head;
use crate::fetch::outcome::Outcome;
use crate::fetch::room::Room;
use crate::fetch::transfer::{self, micros};
use blocklist::Blocklist;
use bootstrap::Progress;
use circuits::{Circuits, Connection, origin};
use reqwest::header::{HOST, HeaderMap, HeaderValue};
use setup::Arti;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::timeout_at;
use tokio_rustls::TlsConnector;
use url::{Position, Url};

pub use setup::folders;

/// Pauses before the ways to a host that are tried for one request: circuits that broke all at once need a moment.
const WAYS: [Duration; 3] = [Duration::ZERO, Duration::from_millis(500), Duration::from_millis(2_000)];

/// The fetcher of sources with the route `tor`. Cheap to clone.
#[derive(Clone)]
pub struct Tor(Arc<Inner>);

struct Inner {
    client: Arc<Arti>,
    progress: watch::Receiver<Progress>,
    opened: Instant,
    settings: Settings,
    blocklist: Blocklist,
    tls: TlsConnector,
    room: Arc<Room>,
    by_source: Mutex<HashMap<String, Arc<Circuits>>>,
}

impl std::fmt::Debug for Tor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tor").field("progress", &*self.0.progress.borrow()).finish_non_exhaustive()
    }
}

impl Tor {
    /// Opens the folders below `data` and begins to connect to the network, in the background.
    ///
    /// # Errors
    /// The folders are not safe or in use, the settings do not hold together, or there are no trusted certificates: a sentence with the remedy.
    pub(super) async fn open(settings: &Settings, data: &Path, tls: TlsConnector, room: Arc<Room>) -> Result<Self, String> {
        let blocklist = settings.blocklist.as_deref().map(Blocklist::load).transpose()?.unwrap_or_default();
        let client = setup::open(settings, data).await?;
        let progress = bootstrap::start(&client);
        let (settings, opened) = (settings.clone(), Instant::now());
        Ok(Self(Arc::new(Inner { client, progress, opened, settings, blocklist, tls, room, by_source: Mutex::default() })))
    }

    /// Waits until Tor can be used; how long that took from its opening on.
    ///
    /// # Errors
    /// It is not there within the time that the settings give it, counted from its opening: why, for people.
    pub async fn ready(&self) -> Result<Duration, String> {
        let mut progress = self.0.progress.clone();
        let by = self.0.opened + self.0.settings.bootstrap;
        // How that ended is told by the state itself.
        let _ = timeout_at(by.into(), progress.wait_for(|progress| matches!(progress, Progress::Ready(_)))).await;
        match &*self.0.progress.borrow() {
            Progress::Ready(took) => Ok(*took),
            Progress::UnderWay(what) => Err(format!("not connected after {:?}: {what}", self.0.settings.bootstrap)),
        }
    }

    /// How long it took until Tor could be used, once it can.
    pub fn was_ready(&self) -> Option<Duration> {
        match &*self.0.progress.borrow() {
            Progress::Ready(took) => Some(*took),
            Progress::UnderWay(_) => None,
        }
    }

    /// Gives a source new circuits from its next request on.
    pub fn renew(&self, source: &str) {
        self.by_source().remove(source);
    }

    /// Performs one request. Once the way to the host stands, `start` is awaited and the request sent; requests to one host that waited
    /// for the same circuit keep their distance by it.
    pub async fn fetch(&self, request: &Request, start: impl Future<Output = ()> + Send) -> Exchange {
        let opened_at = clock::now();
        let to = match self.admit(request) {
            Ok(to) => to,
            Err((outcome, detail)) => return Exchange::unsent(request, outcome, detail, opened_at),
        };
        let (head, mut fields) = match head::of_request(request) {
            Ok(prepared) => prepared,
            Err(detail) => return Exchange::unsent(request, Outcome::BadRequest, detail, opened_at),
        };
        if let Ok(host) = HeaderValue::from_str(&request.url[Position::BeforeHost..Position::BeforePath]) {
            fields.insert(HOST, host);
        }
        let begun = Instant::now();
        let mut exchange = Exchange::unsent(request, Outcome::Cancelled, "", opened_at);
        exchange.detail = None;
        if let Err((outcome, detail)) = self.run(request, &to, fields, head, &mut exchange, start).await {
            exchange.outcome = outcome;
            exchange.detail = Some(detail).filter(|detail| !detail.is_empty());
        }
        exchange.duration_us = micros(begun);
        exchange
    }

    /// What may be fetched on this route at all.
    fn admit(&self, request: &Request) -> Result<Destination, Failure> {
        match Destination::of(&request.url)? {
            Destination::Onion(to) if self.0.blocklist.holds(&to) => {
                Err((Outcome::OnionBlocked, "its hash stands on the blocklist of this instance".into()))
            }
            Destination::Clear(to) if !request.allow_private && to.literal().is_some_and(|ip| !crate::fetch::address::is_public(ip)) => {
                Err((Outcome::PrivateAddressRefused, "the address is not public; allow_private is off".into()))
            }
            Destination::I2p(_) => Err((Outcome::UnsupportedRoute, "a host of the i2p network is never fetched over Tor".into())),
            to => Ok(to),
        }
    }

    async fn run(
        &self,
        request: &Request,
        to: &Destination,
        fields: HeaderMap,
        head: Vec<u8>,
        exchange: &mut Exchange,
        start: impl Future<Output = ()> + Send,
    ) -> Result<(), Failure> {
        self.ready().await.map_err(|why| (Outcome::TorUnavailable, why))?;
        let (url, onion) = match to {
            Destination::Onion(to) => (to.url(), true),
            Destination::Clear(to) => (to.url(), false),
            Destination::I2p(_) => return Err((Outcome::UnsupportedRoute, String::new())),
        };
        let origin = origin(url);
        let mut circuits = self.circuits(&request.source);
        let mut kept = circuits.idle(&origin);
        let mut sending = hyper::Request::builder().method(request.method.http()).uri(&url[Position::BeforePath..Position::AfterQuery]);
        if let Some(headers) = sending.headers_mut() {
            *headers = fields;
        }
        let mut sending = sending.body(String::new()).map_err(|error| (Outcome::BadRequest, error.to_string()))?;
        let mut start = std::pin::pin!(start);
        let (mut connection, sent, answer) = loop {
            let reused = kept.is_some();
            let mut connection = match kept.take() {
                Some(connection) => connection,
                None => {
                    let opened = self.connect(request, url, onion).await?;
                    circuits = opened.0;
                    opened.1
                }
            };
            if exchange.request_head.is_empty() {
                start.as_mut().await;
                exchange.request_head.clone_from(&head);
            }
            exchange.started_at = clock::now();
            let (sent, within) = (Instant::now(), request.limits.first_byte.min(request.limits.total));
            match timeout_at((sent + within).into(), connection.try_send_request(sending)).await {
                Ok(Ok(answer)) => break (connection, sent, answer),
                Err(_) => return Err(transfer::late(within)),
                Ok(Err(mut error)) => match error.take_message().filter(|_| reused) {
                    // The connection had ended while it was kept: nothing went out on it.
                    Some(unsent) => sending = unsent,
                    None => {
                        let error = error.into_error();
                        self.broke(&request.source, &circuits);
                        let (outcome, detail) = classify_sent(&error);
                        let circuit = outcome == Outcome::ConnectionLost && failure::circuit_broke(&error);
                        return Err((if circuit { Outcome::TorCircuitFailed } else { outcome }, detail));
                    }
                },
            }
        };
        let response = reqwest::Response::from(answer.map(reqwest::Body::wrap));
        let taken = transfer::take(response, &self.0.room, request, exchange, sent, sent + request.limits.total).await;
        if matches!(taken, Err((Outcome::ConnectionLost, _))) {
            self.broke(&request.source, &circuits);
        }
        taken?;
        // Ready again as soon as the last byte was taken, unless the server ends the connection.
        if timeout_at((Instant::now() + Duration::from_millis(50)).into(), connection.ready()).await.is_ok_and(|ready| ready.is_ok()) {
            circuits.keep(origin, connection);
        }
        Ok(())
    }

    /// A new connection to the host of `url`, and the circuits that it runs on. Where these break another way is tried.
    async fn connect(&self, request: &Request, url: &Url, onion: bool) -> Result<(Arc<Circuits>, Connection), Failure> {
        let settings = &self.0.settings;
        let begun = Instant::now();
        let mut last = (Outcome::TorCircuitFailed, String::new());
        for pause in WAYS {
            // Waits without anything to wait for; at no gate, as nothing is asked of the host by then.
            let _ = tokio::time::timeout(pause, std::future::pending::<()>()).await;
            let circuits = self.circuits(&request.source);
            let search = if onion && !circuits.reached(&origin(url)) { settings.descriptor } else { Duration::ZERO };
            let by = begun + settings.connect + search;
            let opening = circuits.open(&self.0.client, &self.0.tls, url, onion, request.allow_private);
            last = match timeout_at(by.into(), opening).await {
                Ok(Ok(connection)) => return Ok((circuits, connection)),
                Ok(Err(failed)) => failed,
                Err(_) => {
                    let outcome = if onion { Outcome::OnionTimeout } else { Outcome::ConnectTimeout };
                    (outcome, format!("no connection within {:?}", settings.connect + search))
                }
            };
            if last.0 == Outcome::TorCircuitFailed || last.0 == Outcome::OnionTimeout {
                if let Some(blocked) = self.blocked() {
                    return Err((Outcome::TorUnavailable, blocked));
                }
                self.broke(&request.source, &circuits);
            }
            if last.0 != Outcome::TorCircuitFailed {
                break;
            }
        }
        Err(last)
    }

    /// Why the network cannot be used now, when that is known.
    fn blocked(&self) -> Option<String> {
        let status = self.0.client.bootstrap_status();
        let blocked = status.blocked().map(|blocked| blocked.to_string());
        blocked.or_else(|| (!status.ready_for_traffic()).then(|| status.to_string()))
    }

    /// Notes that the circuits of a source broke; after several times in a row it gets new ones.
    fn broke(&self, source: &str, circuits: &Arc<Circuits>) {
        if circuits.failed() >= self.0.settings.new_circuits_after {
            let mut by_source = self.by_source();
            if by_source.get(source).is_some_and(|current| Arc::ptr_eq(current, circuits)) {
                by_source.remove(source);
                tracing::info!("source {source}: circuits failed {} times, it gets new ones", self.0.settings.new_circuits_after);
            }
        }
    }

    fn circuits(&self, source: &str) -> Arc<Circuits> {
        let mut by_source = self.by_source();
        by_source.retain(|_, circuits| circuits.age() < self.0.settings.circuits_live);
        Arc::clone(by_source.entry(source.to_owned()).or_insert_with(|| Arc::new(Circuits::new())))
    }

    fn by_source(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Circuits>>> {
        self.0.by_source.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
