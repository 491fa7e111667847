//! Sources over I2P: everything goes through the proxy of a router on this machine, and nothing is looked up.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::instance::Place;
use crate::shop::Shop;

/// Stands in for the HTTP proxy of a router: it knows one destination, and says of others what i2pd says of them.
struct Proxy {
    address: SocketAddr,
    /// Host and path of every request.
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

impl Proxy {
    fn before(shop: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.4.250:0").unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::default()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let log = Arc::clone(&log);
                std::thread::spawn(move || pass_on(stream, shop, &log));
            }
        });
        Self { address, asked }
    }
}

fn pass_on(mut client: TcpStream, shop: SocketAddr, log: &Mutex<Vec<(String, String)>>) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|n| n == 1) {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let Some(rest) = head.strip_prefix("GET http://") else { return };
    let (target, fields) = rest.split_once(" HTTP/1.1\r\n").unwrap();
    let (host, path) = target.split_once('/').unwrap_or((target, ""));
    log.lock().unwrap().push((host.to_owned(), format!("/{path}")));
    let answer = if host == "shop.i2p" {
        let mut server = TcpStream::connect(shop).unwrap();
        // The shop then ends the connection after its answer.
        let fields = fields.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
        server.write_all(format!("GET /{path} HTTP/1.1\r\n{fields}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A shop that hangs up has said what it had to say.
        let _ = server.read_to_end(&mut answer);
        answer
    } else {
        let page = "<html><head><title>I2Pd HTTP proxy</title></head><body><h1>Proxy error</h1></body></html>";
        format!("HTTP/1.1 500 Internal Server Error\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}", page.len()).into_bytes()
    };
    // A client that has gone needs no answer.
    let _ = client.write_all(&answer);
}

#[test]
fn a_source_over_i2p_is_crawled_through_the_proxy_alone() {
    let shop = Shop::open(6);
    let proxy = Proxy::before(shop.address);
    let place = Place::new();
    let (name, text) = shop.beyond_reach("hidden");
    let (_, lost) = shop.beyond_reach("lost");
    let lost = lost.replace("shop.i2p", "lost.i2p");
    place.configure(&[(name, text), ("lost.toml".into(), lost)], str::to_owned);
    let settings = std::fs::read_to_string(place.config().join("vigie.toml")).unwrap();
    std::fs::write(place.config().join("vigie.toml"), format!("{settings}[i2p]\nproxy = \"{}\"\n", proxy.address)).unwrap();
    let output = place.expect(3, &["crawl", "--once", "--json"]);
    let summary: serde_json::Value = serde_json::from_str(output.lines().last().unwrap()).unwrap();
    assert_eq!(summary["listings_new"], 6, "{summary}");
    assert!(summary["outcomes"]["i2p_unreachable"].as_u64().is_some_and(|n| n > 0), "{summary}");
    assert!(summary["outcomes"].get("i2p_unavailable").is_none(), "the router works: {summary}");
    let asked = proxy.asked.lock().unwrap();
    assert!(asked.iter().all(|(host, _)| host == "shop.i2p" || host == "lost.i2p"), "{asked:?}");
    assert_eq!(
        asked.iter().filter(|(host, _)| host == "shop.i2p").count(),
        shop.asked().len(),
        "each request came once, through the proxy"
    );
    let rows = place.rows(&["search", "*", "--json"]);
    assert!(rows.len() == 6 && rows.iter().all(|row| row["url"].as_str().unwrap().starts_with("http://shop.i2p/")), "{rows:?}");
}

#[test]
fn without_its_router_i2p_waits_and_the_clear_web_goes_on() {
    let shop = Shop::open(3);
    let place = Place::new();
    let closed = TcpListener::bind("127.0.4.251:0").unwrap().local_addr().unwrap();
    place.configure(&[shop.source("clear", ""), shop.beyond_reach("hidden")], str::to_owned);
    let settings = std::fs::read_to_string(place.config().join("vigie.toml")).unwrap();
    std::fs::write(place.config().join("vigie.toml"), format!("{settings}[i2p]\nproxy = \"{closed}\"\n")).unwrap();
    let output = place.expect(3, &["crawl", "--once", "--json"]);
    let summary: serde_json::Value = serde_json::from_str(output.lines().last().unwrap()).unwrap();
    assert_eq!((&summary["listings_new"], &summary["outcomes"]["i2p_unavailable"]), (&3.into(), &1.into()), "{summary}");
    let skipped = &summary["skipped"][0];
    assert!(skipped["source"] == "hidden" && skipped["reason"].as_str().unwrap().contains("router"), "{summary}");
    let row = place.rows(&["sources", "--json"]).into_iter().find(|row| row["source"] == "hidden").unwrap();
    assert_eq!((&row["state"], &row["due"]), (&"route_unavailable".into(), &1.into()), "its address stays queued: {row}");
}
