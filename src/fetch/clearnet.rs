//! The clear web over `reqwest`: HTTP/1.1 and HTTP/2, rustls, nothing automatic (no redirects, decompression, cookies, proxies, retries).

use crate::clock;
use crate::config::Settings;
use crate::fetch::address::is_public;
use crate::fetch::destination::{ClearUrl, Destination};
use crate::fetch::exchange::{Exchange, Request};
use crate::fetch::failure::Failure;
use crate::fetch::head;
use crate::fetch::outcome::Outcome;
use crate::fetch::resolve::Resolver;
use crate::fetch::room::Room;
use crate::fetch::transfer::{self, micros};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client};
use rustls::pki_types::pem::PemObject;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Most response headers that are parsed at all; [`crate::fetch::Limits::header_count`] may ask for fewer.
const MOST_HEADERS: usize = 512;

/// The fetcher of clear-web sources. Cheap to clone; connections are kept and shared.
#[derive(Clone, Debug)]
pub struct Clearnet {
    public_only: Client,
    anywhere: Client,
    room: Arc<Room>,
}

/// What all fetches of a client have in common.
#[derive(Clone, Debug)]
pub struct Transport {
    /// Bounds name look-up, TCP and TLS together.
    pub connect: Duration,
    /// A file of PEM certificates that are trusted beside those of the system.
    pub extra_roots: Option<PathBuf>,
    /// Bytes of bodies that all fetches together may hold, those included that wait for their commit.
    pub in_flight: u64,
    /// Bytes of the largest body.
    pub largest: u64,
}

impl Default for Transport {
    fn default() -> Self {
        Transport { connect: Duration::from_secs(10), extra_roots: None, in_flight: 128 << 20, largest: 16 << 20 }
    }
}

impl Transport {
    /// As configured.
    pub fn of(settings: &Settings) -> Self {
        Self {
            connect: settings.limits.connect,
            extra_roots: settings.tls.extra_roots.clone(),
            in_flight: settings.limits.in_flight,
            largest: settings.limits.body,
        }
    }
}

/// The client could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The HTTP library refuses.
    #[error(
        "cannot set up the HTTP client: {0}; hint: if no root certificates were found, install the system's ca-certificates, or set \
         SSL_CERT_FILE or `extra_roots`"
    )]
    Client(String),
    /// The certificates that the configuration names.
    #[error("cannot trust the certificates in {}: {what}; hint: `extra_roots` names a file of certificates in PEM form", path.display())]
    Roots {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

/// Makes ring the provider of cryptography of the whole process. May be called any number of times, from anywhere.
pub fn install_crypto_provider() {
    // An error means that a provider is installed already, which is what we want.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

impl Clearnet {
    /// `connect_timeout` bounds name look-up, TCP and TLS together.
    pub fn new(connect_timeout: Duration) -> Result<Clearnet, SetUpError> {
        Self::over(&Transport { connect: connect_timeout, ..Transport::default() })
    }

    /// A client of this transport.
    ///
    /// # Errors
    /// There are no trusted certificates at all, or those of `extra_roots` cannot be read.
    pub fn over(transport: &Transport) -> Result<Clearnet, SetUpError> {
        Self::sharing(transport, Arc::new(Room::new(transport.in_flight, transport.largest)))
    }

    /// As [`Clearnet::over`], with the room of other routes.
    pub(super) fn sharing(transport: &Transport, room: Arc<Room>) -> Result<Clearnet, SetUpError> {
        install_crypto_provider();
        let roots = match &transport.extra_roots {
            Some(path) => certificates(path).map_err(|what| SetUpError::Roots { path: path.clone(), what })?,
            None => Vec::new(),
        };
        let refused = |error: reqwest::Error| match &transport.extra_roots {
            Some(path) => SetUpError::Roots { path: path.clone(), what: chain(&error) },
            None => SetUpError::Client(chain(&error)),
        };
        let client = |allow_private| {
            Client::builder()
                .tls_certs_merge(roots.clone())
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .referer(false)
                .connect_timeout(transport.connect)
                .pool_idle_timeout(Duration::from_secs(60))
                .pool_max_idle_per_host(4)
                .http1_max_headers(MOST_HEADERS)
                .http2_max_header_list_size(256 << 10)
                .dns_resolver(Resolver { allow_private })
                .build()
                .map_err(refused)
        };
        Ok(Clearnet { public_only: client(false)?, anywhere: client(true)?, room })
    }
}

/// TLS for routes that do not go through the HTTP library, trusting the same certificates.
pub(crate) fn tls(extra_roots: Option<&std::path::Path>) -> Result<tokio_rustls::TlsConnector, SetUpError> {
    install_crypto_provider();
    let refused = |error: rustls::Error| SetUpError::Client(error.to_string());
    let extra = match extra_roots {
        Some(path) => {
            let wrong = |error: rustls::pki_types::pem::Error| SetUpError::Roots { path: path.to_owned(), what: error.to_string() };
            let read = rustls::pki_types::CertificateDer::pem_file_iter(path).map_err(wrong)?;
            read.collect::<Result<Vec<_>, _>>().map_err(wrong)?
        }
        None => Vec::new(),
    };
    let builder = rustls::ClientConfig::builder();
    let verifier =
        rustls_platform_verifier::Verifier::new_with_extra_roots(extra, Arc::clone(builder.crypto_provider())).map_err(refused)?;
    // The risky name is that of any verifier which is not the one of the library; this one is the reqwest client's too.
    let config = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
    Ok(Arc::new(config).into())
}

/// The certificates that are trusted beside those of the system: none, or those of a PEM file.
///
/// # Errors
/// The file cannot be read, or holds none.
pub(crate) fn extra_roots(path: Option<&std::path::Path>) -> anyhow::Result<Vec<Certificate>> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let told = |what| anyhow::anyhow!("cannot trust the certificates in {}: {what}; hint: see `extra_roots`", path.display());
    certificates(path).map_err(told)
}

/// The certificates of a PEM file, at least one.
fn certificates(path: &std::path::Path) -> Result<Vec<Certificate>, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(found) if found.is_empty() => Err("it holds no certificate".into()),
        Ok(found) => Ok(found),
        Err(error) => Err(chain(&error)),
    }
}

impl Clearnet {
    /// Performs one request within its limits. It never fails: whatever goes wrong is the exchange's outcome. Dropping the future aborts it.
    pub async fn fetch(&self, request: &Request) -> Exchange {
        let started_at = clock::now();
        let to = match admit(request) {
            Ok(to) => to,
            Err((outcome, detail)) => return Exchange::unsent(request, outcome, detail, started_at),
        };
        let (head, fields) = match head::of_request(request) {
            Ok(prepared) => prepared,
            Err(detail) => return Exchange::unsent(request, Outcome::BadRequest, detail, started_at),
        };
        let begun = Instant::now();
        let mut exchange = Exchange::unsent(request, Outcome::Cancelled, "", started_at);
        exchange.detail = None;
        exchange.request_head = head;
        let client = if request.allow_private { &self.anywhere } else { &self.public_only };
        if let Err((outcome, detail)) = run(client, &self.room, &to, request, fields, &mut exchange, begun).await {
            exchange.outcome = outcome;
            exchange.detail = Some(detail).filter(|detail| !detail.is_empty());
        }
        exchange.duration_us = micros(begun);
        exchange
    }
}

/// What may be fetched on this route at all.
fn admit(request: &Request) -> Result<ClearUrl, Failure> {
    let unreachable = |what| (Outcome::UnsupportedRoute, format!("{what} is never fetched over the clear web"));
    match Destination::of(&request.url) {
        Err((Outcome::OnionInvalid, _)) | Ok(Destination::Onion(_)) => Err(unreachable("an onion service")),
        Ok(Destination::I2p(_)) => Err(unreachable("a host of the i2p network")),
        Err(refused) => Err(refused),
        Ok(Destination::Clear(to)) => match to.literal() {
            Some(address) if !request.allow_private && !is_public(address) => {
                Err((Outcome::PrivateAddressRefused, format!("{address} is not a public address; allow_private is off")))
            }
            _ => Ok(to),
        },
    }
}

async fn run(
    client: &Client,
    room: &Room,
    to: &ClearUrl,
    request: &Request,
    fields: reqwest::header::HeaderMap,
    exchange: &mut Exchange,
    begun: Instant,
) -> Result<(), Failure> {
    let end = begun + request.limits.total;
    let sending = client.request(request.method.http(), to.url().clone()).headers(fields).send();
    let response = transfer::answer(sending, &request.limits, begun).await?;
    exchange.remote = response.remote_addr();
    if let Some(remote) = exchange.remote
        && !request.allow_private
        && !is_public(remote.ip())
    {
        return Err((Outcome::PrivateAddressRefused, format!("{} is not a public address", remote.ip())));
    }
    transfer::take(response, room, request, exchange, begun, end).await
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}
