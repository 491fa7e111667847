//! Hosts on loopback addresses of their own that answer in raw bytes, as badly as a scenario wants.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// One request as the host saw it.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) at: Instant,
    pub(super) path: String,
    /// Request line and headers.
    pub(super) head: String,
}

/// A listening host. Politeness counts it by its own address.
#[derive(Debug, Clone)]
pub(super) struct Host {
    pub(super) address: SocketAddr,
    hits: Arc<Mutex<Vec<Hit>>>,
}

/// Answers one request; the connection is closed after it, unless it returns true.
type Answer = dyn Fn(&Hit, &mut TcpStream) -> bool + Send + Sync;

/// An address that no other host of this process has.
pub(super) fn own_ip() -> Ipv4Addr {
    static LAST: AtomicU16 = AtomicU16::new(0);
    let [high, low] = (LAST.fetch_add(1, Ordering::Relaxed) + 256).to_be_bytes();
    Ipv4Addr::new(127, 66, high, low)
}

impl Host {
    /// Answers every request but robots.txt, of which there is none.
    pub(super) fn start(answer: impl Fn(&Hit, &mut TcpStream) + Send + Sync + 'static) -> Self {
        Self::with_robots(move |hit, stream| if hit.path == "/robots.txt" { send(stream, NOT_FOUND) } else { answer(hit, stream) })
    }

    /// Answers every request, robots.txt too.
    pub(super) fn with_robots(answer: impl Fn(&Hit, &mut TcpStream) + Send + Sync + 'static) -> Self {
        Self::keeping(move |hit, stream| {
            answer(hit, stream);
            false
        })
    }

    /// As [`Host::with_robots`]; the connection stays open where the answer returns true.
    pub(super) fn keeping(answer: impl Fn(&Hit, &mut TcpStream) -> bool + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((own_ip(), 0)).unwrap();
        let host = Self { address: listener.local_addr().unwrap(), hits: Arc::default() };
        let (answer, hits): (Arc<Answer>, _) = (Arc::new(answer), Arc::clone(&host.hits));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, hits) = (Arc::clone(&answer), Arc::clone(&hits));
                std::thread::spawn(move || serve(stream, &*answer, &hits));
            }
        });
        host
    }

    /// Has every connection as it is, with nothing read from it and nothing noted.
    pub(super) fn raw(answer: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        Self::raw_at(own_ip(), answer)
    }

    /// As [`Host::raw`], at this address.
    pub(super) fn raw_at(ip: Ipv4Addr, answer: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((ip, 0)).unwrap();
        let host = Self { address: listener.local_addr().unwrap(), hits: Arc::default() };
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = Arc::clone(&answer);
                stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
                std::thread::spawn(move || answer(stream));
            }
        });
        host
    }

    /// Answers every request with the same bytes.
    pub(super) fn bytes(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |_, stream| send(stream, &answer))
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(super) fn hits(&self) -> Vec<Hit> {
        self.hits.lock().unwrap().clone()
    }
}

const NOT_FOUND: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn serve(mut stream: TcpStream, answer: &Answer, hits: &Mutex<Vec<Hit>>) {
    // A scenario that forgets to end must not keep its thread for ever.
    stream.set_write_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.set_nodelay(true).unwrap();
    while let Some(head) = read_head(&mut stream) {
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let hit = Hit { at: Instant::now(), path, head };
        hits.lock().unwrap().push(hit.clone());
        if !answer(&hit, &mut stream) {
            break;
        }
    }
    let _ = stream.shutdown(Shutdown::Write);
    // Taking the client's end avoids a reset that would overtake the answer.
    let _ = stream.read(&mut [0; 16]);
}

fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if !stream.read(&mut byte).is_ok_and(|n| n == 1) {
            return None;
        }
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

/// Writes bytes; a client that has gone is no failure here.
pub(super) fn send(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}

/// Writes pieces for ever, until the client has gone.
pub(super) fn drip(stream: &mut TcpStream, piece: &[u8], pause: Duration) {
    while stream.write_all(piece).is_ok() {
        if !pause.is_zero() {
            std::thread::sleep(pause);
        }
    }
}

/// An answer of 200 with these header lines and this body.
pub(super) fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// An answer of 200 with this HTML.
pub(super) fn html(body: &str) -> Vec<u8> {
    answer("Content-Type: text/html; charset=utf-8\r\n", body.as_bytes())
}

/// The page of an advertisement.
pub(super) fn listing(title: &str) -> String {
    let product = serde_json::json!({
        "@context": "https://schema.org", "@type": "Product", "name": title, "description": format!("{title}, as new, with two magazines."),
        "offers": {"@type": "Offer", "price": "450.00", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"},
    });
    format!(
        "<!doctype html><html lang=en><title>{title}</title><script type=\"application/ld+json\">{product}</script><h1>{title}</h1><p>{title}, as new, \
         with two magazines.</p><p class=price>450.00 EUR</p><form><button>Buy now</button></form></html>"
    )
}
