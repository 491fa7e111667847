//! Bad robots.txt: too large, packed, damaged, slow, in circles. Whoever cannot be asked what is allowed is not crawled.

use std::time::Duration;

use super::hostile::{Host, answer, drip, html, send};
use super::outing::{MEMORY, Outing};

/// A host with two pages, of which robots.txt closes one, given what it is sent as.
fn host(robots: impl Fn(&str, &mut std::net::TcpStream) + Send + Sync + 'static) -> Host {
    Host::with_robots(move |hit, stream| match hit.path.as_str() {
        "/" => send(stream, &html("<!doctype html><title>Start</title><a href=/open>open</a> <a href=/closed>closed</a>")),
        "/open" | "/closed" => send(stream, &html("<!doctype html><title>A page</title><p>Text.")),
        path => robots(path, stream),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_beginning_of_a_robots_txt_counts_and_what_cannot_be_read_forbids() {
    let rules = "User-agent: *\nDisallow: /closed\n";
    let packed = {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(rules.as_bytes()).unwrap();
        encoder.write_all(&vec![b'\n'; 8 << 20]).unwrap();
        encoder.finish().unwrap()
    };
    let gzip = "Content-Encoding: gzip\r\n";
    let flood: String = (0..300).map(|n| format!("h{n}: v\r\n")).collect();
    let announced = format!("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n{rules}");
    // Which pages are asked for: the start and the open one, or none at all.
    let (some, none): (&[&str], &[&str]) = (&["/", "/open"], &[]);
    let hosts: Vec<(&str, Host, &[&str])> = vec![
        (
            "100 MB, announced",
            host(move |_, stream| {
                send(stream, announced.as_bytes());
                drip(stream, &[b'#'; 1 << 16], Duration::ZERO);
            }),
            some,
        ),
        (
            "endless, unannounced",
            host(move |_, stream| {
                send(stream, format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{rules}").as_bytes());
                drip(stream, &[b'\n'; 1 << 16], Duration::ZERO);
            }),
            some,
        ),
        (
            "a bomb",
            host({
                let packed = packed.clone();
                move |_, stream| send(stream, &answer(gzip, &packed))
            }),
            some,
        ),
        ("packed and cut", host(move |_, stream| send(stream, &answer(gzip, &packed[..2_000]))), some),
        ("an unknown coding", host(|_, stream| send(stream, &answer("Content-Encoding: sdch\r\n", b"what is this"))), none),
        ("a flood of headers", host(move |_, stream| send(stream, &answer(&flood, rules.as_bytes()))), none),
        ("a picture", host(|_, stream| send(stream, &answer("Content-Type: image/gif\r\n", b"GIF89a"))), none),
        (
            "drops one by one",
            host(|_, stream| drip(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n#", Duration::from_millis(50))),
            none,
        ),
        (
            "redirects for ever",
            host(|path, stream| {
                let n = path.strip_prefix("/robots.txt?").and_then(|n| n.parse::<u32>().ok()).unwrap_or(0) + 1;
                send(
                    stream,
                    format!("HTTP/1.1 302 Found\r\nLocation: /robots.txt?{n}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes(),
                );
            }),
            // RFC 9309, 2.3.1.2: after five hops it may be taken for missing.
            &["/", "/closed", "/open"],
        ),
        ("a server error", host(|_, stream| send(stream, b"HTTP/1.1 500 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")), none),
    ];
    let outing = Outing::new();
    for (n, (_, host, _)) in hosts.iter().enumerate() {
        outing.source(&format!("h{n}"), &[host.url("/")], "[politeness]\ninterval = \"20ms\"\n");
    }
    let run = outing.crawl(&[]);
    run.ended(&[3], MEMORY);
    outing.healthy_kept_its_pace();
    for (name, host, pages) in &hosts {
        let mut asked: Vec<String> = host.hits().into_iter().map(|hit| hit.path).filter(|path| !path.starts_with("/robots.txt")).collect();
        asked.sort();
        assert_eq!(asked, *pages, "{name}");
    }
    let robots: Vec<u64> =
        outing.kept().await.iter().filter(|kept| kept.row.reason == "robots").map(|kept| kept.row.bytes.unsigned_abs()).collect();
    assert!(robots.iter().all(|bytes| *bytes <= 520_000), "no more of a robots.txt is received than is read: {robots:?}");
}
