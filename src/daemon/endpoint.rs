//! Answers `/health` and `/metrics`, on loopback unless the configuration says otherwise in so many words.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::daemon::exposition;
use crate::daemon::health::Health;
use crate::daemon::metrics;

/// A page of metrics is given again for this long: many askers must not load the store.
const KEPT: Duration = Duration::from_millis(500);

/// The open endpoint; it ends when it is dropped.
#[derive(Debug)]
pub struct Endpoint {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Served {
    health: Arc<Health>,
    kept: Arc<Mutex<Option<(Instant, String)>>>,
    loopback: bool,
}

impl Endpoint {
    /// Begins to answer.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn open(address: SocketAddr, health: Arc<Health>) -> Result<Self> {
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("cannot listen on {address}; hint: is another vigie running? Set `listen` under [run] to another port, or to \"\" for nowhere")
        })?;
        let address = listener.local_addr().context("the endpoint has no address")?;
        let served = Served { health, kept: Arc::default(), loopback: address.ip().is_loopback() };
        let router = Router::new().fallback(answer).with_state(served);
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::warn!("health and metrics are not answered any more: {error}");
            }
        });
        Ok(Self { address, task })
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(served): State<Served>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, "GET or HEAD\n").into_response();
    }
    if served.loopback && !asked_locally(request.headers()) {
        return (StatusCode::FORBIDDEN, "ask by IP address or as localhost\n").into_response();
    }
    match request.uri().path() {
        "/health" => match served.health.ailment() {
            None => (StatusCode::OK, "ok\n").into_response(),
            Some(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response(),
        },
        "/metrics" => {
            let mut kept = served.kept.lock().await;
            let text = match kept.as_ref().filter(|(at, _)| at.elapsed() < KEPT) {
                Some((_, text)) => text.clone(),
                None => {
                    let text = metrics::page(&served.health).await;
                    *kept = Some((Instant::now(), text.clone()));
                    text
                }
            };
            ([(CONTENT_TYPE, exposition::CONTENT_TYPE)], text).into_response()
        }
        _ => (StatusCode::NOT_FOUND, "/health or /metrics\n").into_response(),
    }
}

/// Whether the asker named this machine. A web page in a browser of this machine can have another name point here, and must not read.
fn asked_locally(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST) else { return true };
    let Some(host) = host.to_str().ok() else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}
