//! From a request to bytes on the wire: the log, stumbles, conditional requests, encodings and cookies around a site's pages.

use crate::demo::catalogue::Catalogue;
use crate::demo::reply::{Asked, Reply};
use crate::demo::request_log::RequestLog;
use crate::demo::{encoding, feldmark, html, lantern, oddities};
use crate::dice::fingerprint;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Paths remembered for stumbles; a crawl of the whole market needs some five.
const STUMBLES_KEPT: usize = 1_000;

/// What both sites share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) catalogue: Catalogue,
    pub(crate) visit: AtomicU32,
    pub(crate) log: RequestLog,
    pub(crate) sessions: AtomicU64,
    pub(crate) stumbled: Mutex<BTreeSet<(usize, String)>>,
    pub(crate) stumbles: bool,
    /// What the sites' pages call them where they name a whole address, once they are published under another than they listen at.
    pub(crate) published: Mutex<[Option<String>; 2]>,
}

impl Shared {
    pub(crate) fn published(&self, site: usize) -> Option<String> {
        let published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        published.get(site.checked_sub(1)?)?.clone()
    }
}

/// One site: which layout, under what address.
#[derive(Debug, Clone)]
pub(crate) struct Served {
    pub(crate) site: usize,
    pub(crate) base: String,
    pub(crate) shared: Arc<Shared>,
}

pub(crate) async fn handle(State(served): State<Served>, request: Request) -> Response {
    let (path, query) = (request.uri().path().to_owned(), request.uri().query().unwrap_or("").to_owned());
    let whole = request.uri().path_and_query().map_or_else(|| path.clone(), ToString::to_string);
    let headers = request.headers();
    let host = header(headers, "host").rsplit_once(':').map_or_else(|| header(headers, "host"), |(host, _)| host);
    let shared = &served.shared;
    let place = shared.log.arrived(served.site, host, request.method().as_str(), &whole);
    let base = shared.published(served.site).unwrap_or_else(|| served.base.clone());
    let asked = Asked { path: &path, query: &query, visit: shared.visit.load(Ordering::Relaxed), base: &base };
    let reply = answer(&served, request.method(), &asked);
    let (response, sent) = dress(&served, reply, headers, &path);
    shared.log.answered(place, response.status().as_u16(), sent);
    response
}

fn answer(served: &Served, method: &Method, asked: &Asked) -> Reply {
    if method != Method::GET && method != Method::HEAD {
        return Reply::html(405, "<html><body>Method not allowed</body></html>".into());
    }
    if let Some(reply) = stumble(served, asked) {
        return reply;
    }
    oddities::answer(asked).unwrap_or_else(|| match served.site {
        1 => lantern::answer(&served.shared.catalogue, asked),
        _ => feldmark::answer(&served.shared.catalogue, asked),
    })
}

/// The first request to a few paths, the same for every seed's listings, is answered by 429 or 503; afterwards all is well.
fn stumble(served: &Served, asked: &Asked) -> Option<Reply> {
    let status = match (served.site, asked.path) {
        (1, "/c/rifles" | "/vendor/QuayNorth") => 429,
        (1, "/c/ammunition") | (2, "/seller/jagdhof-ritter") => 503,
        (2, "/ads/munition/") => 429,
        _ => return None,
    };
    if !served.shared.stumbles {
        return None;
    }
    let mut stumbled = served.shared.stumbled.lock().unwrap_or_else(PoisonError::into_inner);
    if stumbled.len() >= STUMBLES_KEPT || !stumbled.insert((served.site, asked.path.to_owned())) {
        return None;
    }
    let mut reply = Reply::html(status, format!("<html><head><title>{status}</title></head><body>Please slow down.</body></html>"));
    if status == 429 {
        reply.headers.push(("retry-after", "1".into()));
    }
    Some(reply)
}

/// Headers, conditional answers and encoding; with the number of body bytes that leave.
fn dress(served: &Served, reply: Reply, asked: &HeaderMap, path: &str) -> (Response, u64) {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("server", "nginx");
    set("vary", "Accept-Encoding");
    if !header(asked, "cookie").contains("session=") {
        let number = served.shared.sessions.fetch_add(1, Ordering::Relaxed);
        let token = fingerprint(format!("session/{}/{number}", served.shared.catalogue.seed).as_bytes());
        set("set-cookie", &format!("session={token:016x}; Path=/; HttpOnly"));
    }
    for (name, value) in &reply.headers {
        set(name, value);
    }
    if let Some(content_type) = &reply.content_type {
        set("content-type", content_type);
    }
    if let Some(modified) = reply.modified.as_deref().and_then(html::http_date) {
        let tag = format!("W/\"{:016x}\"", fingerprint(&reply.body));
        let (match_tag, since) = (header(asked, "if-none-match"), header(asked, "if-modified-since"));
        let same = if match_tag.is_empty() { since == modified } else { match_tag.split(',').any(|one| one.trim() == tag) };
        set("etag", &tag);
        set("last-modified", &modified);
        if same {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return (response, 0);
        }
    }
    let coding = encoding::choose(header(asked, "accept-encoding"), fingerprint(path.as_bytes()));
    let encoded = coding.and_then(|coding| Some((coding, encoding::encode(coding, &reply.body).ok()?)));
    if let Some((coding, _)) = &encoded {
        set("content-encoding", coding);
    }
    let body = encoded.map_or(reply.body, |(_, body)| body);
    let sent = body.len() as u64;
    *response.body_mut() = match reply.drip {
        Some(time) => trickle(body, time),
        None => Body::from(body),
    };
    (response, sent)
}

/// The body in about twenty pieces, evenly spread over the time.
fn trickle(body: Vec<u8>, time: Duration) -> Body {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Vec<u8>>(1);
    tokio::spawn(async move {
        let size = body.len().div_ceil(20).max(1);
        let pause = time / body.len().div_ceil(size).max(1) as u32;
        for piece in body.chunks(size) {
            rest(pause).await;
            if sender.send(piece.to_vec()).await.is_err() {
                return;
            }
        }
    });
    Body::from_stream(Trickle(receiver))
}

#[allow(clippy::disallowed_methods, reason = "a server that is slow on purpose, not politeness")]
async fn rest(pause: Duration) {
    tokio::time::sleep(pause).await;
}

struct Trickle(tokio::sync::mpsc::Receiver<Vec<u8>>);

impl futures_core::Stream for Trickle {
    type Item = Result<Vec<u8>, std::convert::Infallible>;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|piece| piece.map(Ok))
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
}
