//! A small server of ready-made pages on loopback: it answers GET over HTTP/1.1, counts, and notes when each request arrived.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Largest request head that is read.
const LARGEST_HEAD: usize = 16 << 10;

/// One host: where it listens, what it shows, how slowly it answers.
#[derive(Debug, Clone)]
pub struct Show {
    /// A loopback address.
    pub address: IpAddr,
    /// Its port; 0 takes any free one.
    pub port: u16,
    /// Pages by path; all are HTML but `/robots.txt`.
    pub pages: Arc<HashMap<String, Vec<u8>>>,
    /// Time before the answer to the n-th request, in turn; empty: at once.
    pub latencies: Vec<Duration>,
}

/// A running server. It stops when dropped.
#[derive(Debug)]
pub struct Server {
    hosts: Vec<Arc<Host>>,
    _stop: watch::Sender<bool>,
}

#[derive(Debug)]
struct Host {
    address: SocketAddr,
    answers: HashMap<String, Vec<u8>>,
    latencies: Vec<Duration>,
    served: AtomicU64,
    arrivals: Mutex<Vec<Instant>>,
}

impl Server {
    /// Listens on all addresses and serves from then on. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// An address is not on loopback or is taken.
    pub async fn start(shows: Vec<Show>) -> io::Result<Self> {
        let (stop, stopping) = watch::channel(false);
        let mut hosts = Vec::new();
        for show in shows {
            if !show.address.is_loopback() {
                let message = format!("benchmarks serve on loopback only, {} is not", show.address);
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            }
            let listener = TcpListener::bind((show.address, show.port)).await?;
            let answers = show.pages.iter().map(|(path, body)| (path.clone(), answer(path, body))).collect();
            let host = Arc::new(Host {
                address: listener.local_addr()?,
                answers,
                latencies: show.latencies,
                served: AtomicU64::new(0),
                arrivals: Mutex::default(),
            });
            tokio::spawn(listen(listener, Arc::clone(&host), stopping.clone()));
            hosts.push(host);
        }
        Ok(Self { hosts, _stop: stop })
    }

    /// Where the hosts listen, in order.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.hosts.iter().map(|host| host.address).collect()
    }

    /// Pages served so far, robots.txt and what was not found left out.
    pub fn served(&self) -> u64 {
        self.hosts.iter().map(|host| host.served.load(Ordering::Relaxed)).sum()
    }

    /// When the requests to a host arrived, in order, robots.txt included.
    pub fn arrivals(&self, host: usize) -> Vec<Instant> {
        self.hosts.get(host).map(|host| host.arrivals.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap_or_default()
    }
}

fn answer(path: &str, body: &[u8]) -> Vec<u8> {
    let kind = if path == "/robots.txt" { "text/plain" } else { "text/html; charset=utf-8" };
    let mut answer =
        format!("HTTP/1.1 200 OK\r\nserver: vigie-bench\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend_from_slice(body);
    answer
}

async fn listen(listener: TcpListener, host: Arc<Host>, mut stopping: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            // The sender is dropped with the server.
            _ = stopping.changed() => return,
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let (host, mut stopping) = (Arc::clone(&host), stopping.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        _ = stopping.changed() => {}
                        // A client that goes away is no failure.
                        _ = converse(stream, &host) => {}
                    }
                });
            }
        }
    }
}

async fn converse(mut stream: TcpStream, host: &Host) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(4096);
    loop {
        let head = loop {
            if let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            if buffer.len() > LARGEST_HEAD || stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let n = {
            let mut arrivals = host.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
            arrivals.push(Instant::now());
            arrivals.len() - 1
        };
        let line = buffer.get(..head).and_then(|head| std::str::from_utf8(head).ok()).unwrap_or_default();
        let path = line.strip_prefix("GET ").and_then(|rest| rest.split(' ').next()).unwrap_or_default().to_owned();
        buffer.drain(..head);
        if let Some(latency) = host.latencies.get(n % host.latencies.len().max(1)) {
            rest(*latency).await;
        }
        match host.answers.get(&path) {
            Some(answer) => {
                if path != "/robots.txt" {
                    host.served.fetch_add(1, Ordering::Relaxed);
                }
                stream.write_all(answer).await?;
            }
            None => stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await?,
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "a server that is slow on purpose, not politeness")]
async fn rest(pause: Duration) {
    tokio::time::sleep(pause).await;
}
