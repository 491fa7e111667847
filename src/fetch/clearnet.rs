//! The clear web over `reqwest`: HTTP/1.1 and HTTP/2, rustls, nothing automatic (no redirects, decompression, cookies, proxies, retries).

use crate::clock;
use crate::fetch::address::{hidden_network, is_public, literal};
use crate::fetch::exchange::{Exchange, Request};
use crate::fetch::failure::{Phase, classify};
use crate::fetch::head;
use crate::fetch::outcome::Outcome;
use crate::fetch::resolve::Resolver;
use crate::fetch::room::Room;
use crate::fetch::{Fetcher, headers};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Response};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout_at;

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
        let room = Arc::new(Room::new(transport.in_flight, transport.largest));
        Ok(Clearnet { public_only: client(false)?, anywhere: client(true)?, room })
    }
}

/// The certificates of a PEM file, at least one.
pub(crate) fn certificates(path: &std::path::Path) -> Result<Vec<Certificate>, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(found) if found.is_empty() => Err("it holds no certificate".into()),
        Ok(found) => Ok(found),
        Err(error) => Err(chain(&error)),
    }
}

impl Fetcher for Clearnet {
    async fn fetch(&self, request: &Request) -> Exchange {
        let started_at = clock::now();
        if let Err((outcome, detail)) = admit(request) {
            return Exchange::unsent(request, outcome, detail, started_at);
        }
        let (head, fields) = match head::of_request(request) {
            Ok(prepared) => prepared,
            Err(detail) => return Exchange::unsent(request, Outcome::BadRequest, detail, started_at),
        };
        let begun = Instant::now();
        let mut exchange = Exchange::unsent(request, Outcome::Cancelled, "", started_at);
        exchange.detail = None;
        exchange.request_head = head;
        let client = if request.allow_private { &self.anywhere } else { &self.public_only };
        if let Err((outcome, detail)) = run(client, &self.room, request, fields, &mut exchange, begun).await {
            exchange.outcome = outcome;
            exchange.detail = Some(detail).filter(|detail| !detail.is_empty());
        }
        exchange.duration_us = micros(begun);
        exchange
    }
}

type Failure = (Outcome, String);

/// What may be fetched on this route at all.
fn admit(request: &Request) -> Result<(), Failure> {
    let url = &request.url;
    if !matches!(url.scheme(), "http" | "https") {
        return Err((Outcome::BadUrl, format!("the scheme {:?} is not http or https", url.scheme())));
    }
    let host = url.host_str().unwrap_or_default();
    if host.trim_end_matches('.').is_empty() {
        return Err((Outcome::BadUrl, "the address has no host".into()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err((Outcome::BadUrl, "the address holds a user name or password; configure an Authorization header instead".into()));
    }
    if let Some(network) = hidden_network(host) {
        return Err((Outcome::UnsupportedRoute, format!("a host of the {network} network is never fetched over the clear web")));
    }
    match literal(url) {
        Some(address) if !request.allow_private && !is_public(address) => {
            Err((Outcome::PrivateAddressRefused, format!("{address} is not a public address; allow_private is off")))
        }
        _ => Ok(()),
    }
}

async fn run(
    client: &Client,
    room: &Room,
    request: &Request,
    fields: reqwest::header::HeaderMap,
    exchange: &mut Exchange,
    begun: Instant,
) -> Result<(), Failure> {
    let limits = &request.limits;
    let method = match request.method {
        crate::fetch::Method::Get => reqwest::Method::GET,
        crate::fetch::Method::Head => reqwest::Method::HEAD,
    };
    let end = begun + limits.total;
    let sending = client.request(method, exchange.url.clone()).headers(fields).send();
    let response = match timeout_at((begun + limits.first_byte).min(end).into(), sending).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => return Err(classify(&error, Phase::Head)),
        Err(_) => return Err((Outcome::FirstByteTimeout, format!("no answer within {:?}", limits.first_byte.min(limits.total)))),
    };
    exchange.first_byte_us = Some(micros(begun));
    exchange.remote = response.remote_addr();
    if let Some(remote) = exchange.remote
        && !request.allow_private
        && !is_public(remote.ip())
    {
        return Err((Outcome::PrivateAddressRefused, format!("{} is not a public address", remote.ip())));
    }
    take_head(&response, exchange);
    let status = response.status().as_u16();
    exchange.outcome = match Outcome::of_status(status) {
        Outcome::Redirected if exchange.location().is_none() => {
            exchange.detail = Some(match exchange.header("location") {
                Some(location) => format!("Location {:?} is not an http or https address", location.chars().take(200).collect::<String>()),
                None => "no Location header".to_string(),
            });
            Outcome::BadRedirect
        }
        outcome => outcome,
    };
    let header_bytes = exchange.response_head.len();
    if header_bytes > limits.header_bytes || exchange.headers.len() > limits.header_count {
        exchange.truncated = Some("unspecified");
        return Err((Outcome::HeadersTooLarge, format!("{} headers of {header_bytes} bytes together", exchange.headers.len())));
    }
    if !request.allow_media
        && let Some(media) = exchange.content_type().filter(|content_type| is_media(content_type))
    {
        exchange.truncated = Some("unspecified");
        return Err((Outcome::MediaRefused, media));
    }
    receive(response, room, request, exchange, end).await
}

/// Reads the body into the exchange. What came before a failure is kept, marked as truncated.
async fn receive(mut response: Response, room: &Room, request: &Request, exchange: &mut Exchange, end: Instant) -> Result<(), Failure> {
    let limits = &request.limits;
    let announced = response.content_length().filter(|_| request.method == crate::fetch::Method::Get).unwrap_or(0);
    if announced > limits.body && !request.beginning {
        exchange.truncated = Some("length");
        return Err((Outcome::BodyTooLarge, format!("{announced} bytes announced, the limit is {}", limits.body)));
    }
    loop {
        let silent_until = Instant::now() + limits.idle;
        let chunk = match timeout_at(silent_until.min(end).into(), response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => {
                let failure = classify(&error, Phase::Body);
                exchange.truncated = Some(if failure.0 == Outcome::ConnectionLost { "disconnect" } else { "unspecified" });
                return Err(failure);
            }
            Err(_) => {
                let why = if silent_until < end {
                    format!("silence of {:?}", limits.idle)
                } else {
                    format!("not whole within {:?}", limits.total)
                };
                return Err(too_slow(exchange, &why));
            }
        };
        let left = limits.body.saturating_sub(exchange.body.len() as u64);
        let length = (exchange.body.len() as u64).saturating_add(chunk.len() as u64).min(limits.body);
        if timeout_at(end.into(), room.admit(length, &mut exchange.held)).await.is_err() {
            return Err(too_slow(exchange, &format!("no room beside other large answers within {:?}", limits.total)));
        }
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        if exchange.held.is_large() {
            exchange.body.reserve_exact(left);
        }
        exchange.body.extend_from_slice(chunk.get(..left).unwrap_or(&chunk));
        if chunk.len() > left {
            exchange.truncated = Some("length");
            return Err((Outcome::BodyTooLarge, format!("more than {} bytes", limits.body)));
        }
    }
}

fn too_slow(exchange: &mut Exchange, why: &str) -> Failure {
    exchange.truncated = Some("time");
    (Outcome::BodyTimeout, format!("{why}, {} bytes came", exchange.body.len()))
}

fn take_head(response: &Response, exchange: &mut Exchange) {
    exchange.status = Some(response.status().as_u16());
    exchange.protocol = match response.version() {
        reqwest::Version::HTTP_2 => "h2",
        reqwest::Version::HTTP_10 => "http/1.0",
        _ => "http/1.1",
    }
    .to_string();
    exchange.headers = response.headers().iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect();
    exchange.response_head = head::of_response(response.status(), &exchange.protocol, &exchange.headers);
}

fn is_media(content_type: &str) -> bool {
    let kind = headers::media_type(content_type);
    // SVG is markup that people read as text; it is small and never rendered.
    ["image/", "audio/", "video/", "font/"].iter().any(|prefix| kind.starts_with(prefix)) && kind != "image/svg+xml"
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
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
