//! Hosts that cannot be reached: nobody listens, nobody answers, the name does not exist.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::hostile::own_ip;
use super::outing::{MEMORY, Outing};

/// A host whose queue of connections is full, so that it answers nobody; with what fills it.
fn black_hole() -> (SocketAddr, tokio::net::TcpListener, Vec<TcpStream>) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind((own_ip(), 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        waiting.push(stream);
        assert!(waiting.len() < 100, "the queue does not fill");
    }
    (address, listener, waiting)
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_cannot_be_reached_are_named_and_hold_nobody_up() {
    let closed = TcpListener::bind((own_ip(), 0)).unwrap().local_addr().unwrap();
    let (hole, _listener, _waiting) = black_hole();
    let outing = Outing::new();
    let expected = BTreeMap::from([
        (format!("http://{closed}/"), "connect_refused"),
        (format!("http://{hole}/"), "connect_timeout"),
        // RFC 6761: no resolver is asked for it, the one of this machine neither.
        ("http://no-such-market.invalid/".to_owned(), "dns_failed"),
        (format!("http://{}.test/", "a".repeat(70)), "dns_failed"),
    ]);
    let seeds: Vec<String> = expected.keys().cloned().collect();
    outing.hostile("hostile", &seeds);
    // The same for a source that obeys robots.txt: nobody can be asked what is allowed, so no page is.
    let (other_hole, _other_listener, _others_waiting) = black_hole();
    let unasked = [format!("http://{other_hole}/"), "http://no-such-shop.invalid/".to_owned()];
    outing.source("obeys", &unasked, "[politeness]\ninterval = \"50ms\"\n");
    let run = outing.crawl(&[]);
    run.ended(&[3], MEMORY);
    outing.healthy_kept_its_pace();
    assert_eq!(run.outcome("robots_unreachable"), 2, "{}", run.summary);
    assert!(run.said.contains("robots.txt of http://no-such-shop.invalid could not be fetched"), "{}", run.said);
    assert!(outing.kept().await.iter().all(|kept| kept.row.source != "obeys" || kept.row.reason == "robots"));
    let mut met: BTreeMap<String, (String, u32)> = BTreeMap::new();
    for kept in outing.kept().await.into_iter().filter(|kept| kept.row.source == "hostile") {
        assert!(kept.exchange.is_none(), "{}: there was no answer", kept.row.address);
        let (outcome, tries) = met.entry(kept.row.address).or_default();
        (*outcome, *tries) = (kept.row.outcome, *tries + 1);
    }
    let expected: BTreeMap<String, (String, u32)> = expected.into_iter().map(|(url, outcome)| (url, (outcome.to_owned(), 3))).collect();
    assert_eq!(met, expected, "each is tried three times, then put off");
    // What could not be reached stays queued: once it is there, it is crawled.
    let back = TcpListener::bind(closed).unwrap();
    std::thread::spawn(move || {
        for stream in back.incoming().flatten() {
            let mut stream = stream;
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
            super::hostile::send(&mut stream, &super::hostile::html(&super::hostile::listing("Back again")));
        }
    });
    outing.crawl(&["--revisit", "--source", "hostile"]).ended(&[0], MEMORY);
    assert!(outing.place.listings().iter().any(|row| row["title"] == "Back again"));
}
