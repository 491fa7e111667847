//! The route over I2P, through the HTTP proxy of a router on this machine. The proxy looks the names up; here nothing does.

use crate::clock;
use crate::config::I2p as Settings;
use crate::fetch::clearnet::{SetUpError, Transport};
use crate::fetch::destination::{Destination, I2pUrl};
use crate::fetch::exchange::{Exchange, Request};
use crate::fetch::failure::Failure;
use crate::fetch::head;
use crate::fetch::outcome::Outcome;
use crate::fetch::room::Room;
use crate::fetch::transfer::{self, micros};
use reqwest::dns::{Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of an answer in which the proxy's own pages are looked for.
const PROXY_PAGE: usize = 4 << 10;

/// How long a proxy that took a connection is not looked for again.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// The fetcher of sources with the route `i2p`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct I2p {
    client: Client,
    proxy: SocketAddr,
    room: Arc<Room>,
    /// When the proxy last took a connection.
    seen: Arc<Mutex<Option<Instant>>>,
}

/// Resolves nothing: a name that gets here was about to leak.
#[derive(Debug)]
struct NoNames;

impl Resolve for NoNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move { Err(format!("{} is not looked up outside I2P", name.as_str()).into()) })
    }
}

impl I2p {
    /// A client of the proxy; nothing is connected to yet.
    ///
    /// # Errors
    /// The HTTP library refuses.
    pub(super) fn over(settings: &Settings, transport: &Transport, room: Arc<Room>) -> Result<Self, SetUpError> {
        crate::fetch::clearnet::install_crypto_provider();
        let refused = |error: reqwest::Error| SetUpError::Client(error.to_string());
        let client = Client::builder()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .proxy(Proxy::all(format!("http://{}", settings.proxy)).map_err(refused)?)
            .referer(false)
            .connect_timeout(transport.connect)
            .pool_idle_timeout(Duration::from_secs(60))
            .dns_resolver(NoNames)
            .build()
            .map_err(refused)?;
        Ok(Self { client, proxy: settings.proxy, room, seen: Arc::default() })
    }

    /// Whether the router's proxy takes connections.
    ///
    /// # Errors
    /// It does not: what to do, for people.
    pub async fn ready(&self) -> Result<(), String> {
        let recently = |seen: &Instant| seen.elapsed() < LOOK_AGAIN;
        if self.seen.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(recently) {
            return Ok(());
        }
        let connecting = tokio::net::TcpStream::connect(self.proxy);
        match tokio::time::timeout(Duration::from_secs(5), connecting).await {
            Ok(Ok(_)) => {
                *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                Ok(())
            }
            Ok(Err(error)) => Err(format!("the I2P proxy {} does not answer: {error}", self.proxy)),
            Err(_) => Err(format!("the I2P proxy {} does not answer", self.proxy)),
        }
    }

    /// Performs one request. `start` is awaited right before it is sent.
    pub async fn fetch(&self, request: &Request, start: impl Future<Output = ()> + Send) -> Exchange {
        let now = clock::now();
        let to = match Destination::of(&request.url) {
            Ok(Destination::I2p(to)) => to,
            Ok(_) => return Exchange::unsent(request, Outcome::UnsupportedRoute, "only hosts of i2p are fetched over I2P", now),
            Err((outcome, detail)) => return Exchange::unsent(request, outcome, detail, now),
        };
        let (head, fields) = match head::of_request(request) {
            Ok(prepared) => prepared,
            Err(detail) => return Exchange::unsent(request, Outcome::BadRequest, detail, now),
        };
        start.await;
        let begun = Instant::now();
        let mut exchange = Exchange::unsent(request, Outcome::Cancelled, "", clock::now());
        exchange.detail = None;
        exchange.request_head = head;
        if let Err((outcome, detail)) = self.run(&to, request, fields, &mut exchange, begun).await {
            exchange.outcome = outcome;
            exchange.detail = Some(detail).filter(|detail| !detail.is_empty());
        }
        exchange.duration_us = micros(begun);
        exchange
    }

    async fn run(
        &self,
        to: &I2pUrl,
        request: &Request,
        fields: reqwest::header::HeaderMap,
        exchange: &mut Exchange,
        begun: Instant,
    ) -> Result<(), Failure> {
        let sending = self.client.request(request.method.http(), to.url().clone()).headers(fields).send();
        let response = match transfer::answer(sending, &request.limits, begun).await {
            Ok(response) => response,
            Err((Outcome::ConnectRefused | Outcome::ConnectFailed | Outcome::ConnectTimeout, detail)) => {
                return Err((Outcome::I2pUnavailable, format!("the proxy {} does not answer: {detail}", self.proxy)));
            }
            Err(failure) => return Err(failure),
        };
        let taken = transfer::take(response, &self.room, request, exchange, begun, begun + request.limits.total).await;
        if matches!(exchange.status, Some(500..=504)) && is_proxy_page(&exchange.body) {
            return Err((Outcome::I2pUnreachable, "the router says so on a page of its own".into()));
        }
        taken
    }
}

/// Whether an error page is the router's own and not the destination's: those of i2pd and of the Java router name the proxy in their title.
fn is_proxy_page(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body.get(..PROXY_PAGE).unwrap_or(body)).to_lowercase();
    let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).map_or("", |(title, _)| title);
    title.contains("i2p") && (title.contains("proxy") || title.contains("warning"))
}
