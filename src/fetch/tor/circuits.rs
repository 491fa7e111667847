//! The circuits of one source, which no other source shares, and the connections that are kept on them.

use crate::fetch::failure::{Failure, chain};
use crate::fetch::outcome::Outcome;
use crate::fetch::tor::failure;
use crate::fetch::tor::setup::Arti;
use arti_client::config::BoolOrAuto;
use arti_client::{DataStream, IsolationToken, StreamPrefs};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use url::Url;

/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(60);
/// Unused connections of a source that are kept, at most.
const MOST_IDLE: usize = 64;
/// Most response headers that are parsed at all.
const MOST_HEADERS: usize = 512;

/// A connection that speaks HTTP/1.1; its requests have no body.
pub(super) type Connection = SendRequest<String>;

/// Scheme, host and port.
pub(super) type Origin = String;

/// The circuits of one source.
#[derive(Debug)]
pub(super) struct Circuits {
    isolation: IsolationToken,
    born: Instant,
    /// Failures of circuits in a row.
    failures: AtomicUsize,
    /// Services and hosts that were reached.
    reached: Mutex<HashSet<Origin>>,
    idle: Mutex<HashMap<Origin, Vec<(Connection, Instant)>>>,
}

impl Circuits {
    pub(super) fn new() -> Self {
        Self {
            isolation: IsolationToken::new(),
            born: Instant::now(),
            failures: AtomicUsize::new(0),
            reached: Mutex::default(),
            idle: Mutex::default(),
        }
    }

    pub(super) fn age(&self) -> Duration {
        self.born.elapsed()
    }

    /// Counts a failure of a circuit; how many there were in a row.
    pub(super) fn failed(&self) -> usize {
        self.failures.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether an origin was reached by these circuits, so that its descriptor is known.
    pub(super) fn reached(&self, origin: &Origin) -> bool {
        lock(&self.reached).contains(origin)
    }

    /// An unused connection to an origin that still stands.
    pub(super) fn idle(&self, origin: &Origin) -> Option<Connection> {
        let mut idle = lock(&self.idle);
        let kept = idle.get_mut(origin)?;
        while let Some((connection, since)) = kept.pop() {
            if connection.is_ready() && since.elapsed() < IDLE {
                return Some(connection);
            }
        }
        None
    }

    /// Keeps a connection whose answer was taken in whole.
    pub(super) fn keep(&self, origin: Origin, connection: Connection) {
        self.failures.store(0, Ordering::Relaxed);
        let mut idle = lock(&self.idle);
        idle.retain(|_, kept| {
            kept.retain(|(connection, since)| !connection.is_closed() && since.elapsed() < IDLE);
            !kept.is_empty()
        });
        if idle.values().map(Vec::len).sum::<usize>() < MOST_IDLE {
            idle.entry(origin).or_default().push((connection, Instant::now()));
        }
    }

    /// Opens a connection on these circuits. `onion`: to an onion service.
    pub(super) async fn open(&self, client: &Arti, tls: &TlsConnector, to: &Url, onion: bool, local: bool) -> Result<Connection, Failure> {
        let host = to.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = to.port_or_known_default().unwrap_or(80);
        let mut prefs = StreamPrefs::new();
        prefs.set_isolation(self.isolation).connect_to_onion_services(BoolOrAuto::Explicit(onion));
        prefs.connect_to_local_addrs(BoolOrAuto::Explicit(local));
        let target = (host.trim_end_matches('.'), port);
        let stream: DataStream = client.connect_with_prefs(target, &prefs).await.map_err(|error| failure::of_stream(&error, onion))?;
        let connection = if to.scheme() == "https" {
            let name = ServerName::try_from(host.clone()).map_err(|error| (Outcome::BadUrl, error.to_string()))?;
            let stream = tls.connect(name, stream).await.map_err(|error| {
                let broken = chain(&error).all(|cause| !cause.is::<rustls::Error>());
                let said = chain(&error).last().map(ToString::to_string).unwrap_or_default();
                (if broken { Outcome::ConnectionLost } else { Outcome::TlsFailed }, said)
            })?;
            speak(stream).await?
        } else {
            speak(stream).await?
        };
        lock(&self.reached).insert(origin(to));
        Ok(connection)
    }
}

/// Scheme, host and port of an address.
pub(super) fn origin(url: &Url) -> Origin {
    url.origin().ascii_serialization()
}

async fn speak(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Result<Connection, Failure> {
    let (sender, connection) = http1::Builder::new()
        .max_headers(MOST_HEADERS)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| (Outcome::TorCircuitFailed, error.to_string()))?;
    // It ends when its sender is dropped; what went wrong in it is told to whoever waits for an answer.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
