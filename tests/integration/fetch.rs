//! Fetching against servers that misbehave in every way we have a name for. All of them listen on 127.0.0.1.

use jiff::Timestamp;
use proptest::prelude::*;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};
use url::Url;
use vigie::fetch::address::is_public;
use vigie::fetch::headers::http_date;
use vigie::fetch::{Clearnet, Exchange, Jar, Limits, Method, Outcome, Request, limits};

const CONNECT: Duration = Duration::from_millis(700);

/// Serves every connection with the function, on its own thread.
fn serve(answer: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            spawn(move || answer(stream));
        }
    });
    address
}

/// Reads a request's head and answers with fixed bytes, then closes.
fn serve_bytes(answer: impl Into<Vec<u8>>) -> SocketAddr {
    let answer = answer.into();
    serve(move |mut stream| {
        read_head(&mut stream);
        let _ = stream.write_all(&answer);
        let _ = stream.shutdown(Shutdown::Write);
        // Taking the client's end avoids a reset that would overtake the answer.
        let _ = stream.read(&mut [0; 16]);
    })
}

fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        head.push(byte[0]);
    }
    head
}

fn request(url: &str) -> Request {
    let mut request = Request::get(Url::parse(url).unwrap());
    request.allow_private = true;
    request
}

async fn fetch(request: &Request) -> Exchange {
    Clearnet::new(CONNECT).unwrap().fetch(request).await
}

async fn get(address: SocketAddr) -> Exchange {
    fetch(&page_at(address)).await
}

fn page_at(address: SocketAddr) -> Request {
    request(&format!("http://{address}/page?q=1"))
}

#[tokio::test]
async fn a_page_arrives_as_sent_and_the_request_is_recorded_byte_for_byte() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let store = seen.clone();
    let address = serve(move |mut stream| {
        *store.lock().unwrap() = read_head(&mut stream);
        let _ = stream.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2; Path=/\r\n\
              Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
        );
    });
    let mut request = request(&format!("http://{address}/a%20b/?x=1&y#fragment"));
    request.headers = vec![("User-Agent".into(), "vigie-test/1".into()), ("Accept-Language".into(), "de, en".into())];
    request.cookies = Some("sid=1; t=2".into());
    let before = vigie::clock::now();
    let exchange = fetch(&request).await;
    assert_eq!(exchange.outcome, Outcome::Ok, "{:?}", exchange.detail);
    assert_eq!(exchange.body, b"hello world");
    assert_eq!(exchange.url.as_str(), format!("http://{address}/a%20b/?x=1&y"));
    assert_eq!(exchange.set_cookies(), ["a=1", "b=2; Path=/"]);
    assert_eq!(exchange.content_type().as_deref(), Some("text/html; charset=utf-8"));
    assert_eq!(exchange.header("TRANSFER-ENCODING").as_deref(), Some("chunked"));
    assert_eq!((exchange.protocol.as_str(), exchange.remote, exchange.status), ("http/1.1", Some(address), Some(200)));
    assert!(exchange.started_at >= before && exchange.first_byte_us.unwrap() <= exchange.duration_us);
    assert!(
        exchange
            .response_head
            .starts_with(b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\nset-cookie: a=1\r\nset-cookie: b=2; Path=/\r\n")
    );
    assert!(exchange.response_head.ends_with(b"\r\n\r\n"));
    let sent = seen.lock().unwrap().clone();
    assert_eq!(String::from_utf8(exchange.request_head).unwrap(), String::from_utf8(sent).unwrap());
}

#[tokio::test]
async fn every_status_has_its_outcome_and_keeps_its_body() {
    let cases = [
        (200, "ok"),
        (204, "ok"),
        (206, "ok"),
        (300, "bad_redirect"),
        (301, "redirected"),
        (304, "not_modified"),
        (308, "redirected"),
        (400, "client_error"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "not_found"),
        (407, "unauthorized"),
        (408, "unavailable"),
        (410, "gone"),
        (418, "client_error"),
        (429, "rate_limited"),
        (451, "forbidden"),
        (500, "server_error"),
        (502, "server_error"),
        (503, "unavailable"),
        (999, "http_protocol_error"),
    ];
    let client = Clearnet::new(CONNECT).unwrap();
    for (status, code) in cases {
        let bodiless = matches!(status, 204 | 304);
        let body = if bodiless { "" } else { "content-length: 4\r\n\r\nbody" };
        let end = if bodiless { "\r\n" } else { "" };
        let exchange = client.fetch(&page_at(serve_bytes(format!("HTTP/1.1 {status} X\r\nlocation: /next\r\n{body}{end}")))).await;
        assert_eq!(exchange.outcome.code(), code, "{status}: {:?}", exchange.detail);
        assert_eq!(exchange.body.len(), if bodiless { 0 } else { 4 }, "{status}");
        assert_eq!(exchange.truncated, None);
    }
}

#[tokio::test]
async fn redirects_are_reported_and_never_followed() {
    let followed = Arc::new(AtomicUsize::new(0));
    let count = followed.clone();
    let target = serve(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let exchange = get(serve_bytes(format!("HTTP/1.1 302 Found\r\nlocation: http://{target}/x#part\r\ncontent-length: 0\r\n\r\n"))).await;
    assert_eq!(exchange.outcome, Outcome::Redirected);
    assert_eq!(exchange.location().unwrap().as_str(), format!("http://{target}/x#part"));
    assert_eq!(followed.load(Ordering::SeqCst), 0);
    for location in ["", "location: javascript:alert(1)\r\n", "location: ftp://x/\r\n", "location: http://\r\n"] {
        let exchange = get(serve_bytes(format!("HTTP/1.1 301 X\r\n{location}content-length: 0\r\n\r\n"))).await;
        assert_eq!(exchange.outcome, Outcome::BadRedirect, "{location}");
        assert!(exchange.detail.is_some());
    }
}

#[tokio::test]
async fn broken_connections_and_broken_http_have_names() {
    let big = "x".repeat(1 << 20);
    let many = |n: usize| (0..n).map(|i| format!("h{i}: v\r\n")).collect::<String>();
    let cases: Vec<(Vec<u8>, Outcome, Option<&str>, usize)> = vec![
        (b"".to_vec(), Outcome::ConnectionLost, None, 0),
        (b"HTTP/1.1 200 OK\r\nContent-Le".to_vec(), Outcome::ConnectionLost, None, 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this".to_vec(), Outcome::ConnectionLost, Some("disconnect"), 9),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwo".to_vec(),
            Outcome::ConnectionLost,
            Some("disconnect"),
            7,
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello".to_vec(), Outcome::HttpProtocolError, Some("unspecified"), 0),
        (b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(), Outcome::HttpProtocolError, None, 0),
        (b"\x00\x01\x02\x03\xff\xfe\r\n\r\n".to_vec(), Outcome::HttpProtocolError, None, 0),
        (b"HTTP/1.1 abc OK\r\n\r\n".to_vec(), Outcome::HttpProtocolError, None, 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab".to_vec(), Outcome::HttpProtocolError, None, 0),
        (format!("HTTP/1.1 200 OK\r\nX: {big}\r\n\r\n").into_bytes(), Outcome::HeadersTooLarge, None, 0),
        (format!("HTTP/1.1 200 OK\r\n{}\r\n", many(600)).into_bytes(), Outcome::HeadersTooLarge, None, 0),
        (format!("HTTP/1.1 200 OK\r\n{}\r\nbody", many(300)).into_bytes(), Outcome::HeadersTooLarge, Some("unspecified"), 0),
        (format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\nbody", &big[..100_000]).into_bytes(), Outcome::HeadersTooLarge, Some("unspecified"), 0),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end".to_vec(), Outcome::Ok, None, 13),
    ];
    let client = Clearnet::new(CONNECT).unwrap();
    for (answer, outcome, truncated, body) in cases {
        let shown = String::from_utf8_lossy(&answer[..answer.len().min(60)]).to_string();
        let exchange = client.fetch(&page_at(serve_bytes(answer))).await;
        assert_eq!(
            (exchange.outcome, exchange.truncated, exchange.body.len()),
            (outcome, truncated, body),
            "{shown:?}: {:?}",
            exchange.detail
        );
        assert!(exchange.outcome == Outcome::Ok || exchange.detail.as_ref().is_some_and(|detail| !detail.is_empty()), "{shown:?}");
        assert!(!exchange.request_head.is_empty());
    }
}

#[tokio::test]
async fn a_refused_connection_is_told_from_a_reset_one() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let exchange = get(closed).await;
    assert_eq!(exchange.outcome, Outcome::ConnectRefused, "{:?}", exchange.detail);
    assert_eq!((exchange.status, exchange.remote), (None, None));
    // Closing with unread data makes the kernel send a reset.
    let exchange = get(serve(|stream| {
        sleep(Duration::from_millis(100));
        drop(stream);
    }))
    .await;
    assert_eq!(exchange.outcome, Outcome::ConnectionLost, "{:?}", exchange.detail);
}

#[tokio::test]
async fn tls_failures_have_a_name() {
    // A plain HTTP server, and one that ends the handshake.
    for answer in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], &[0x15, 3, 3, 0, 2, 2, 40], b""] {
        let address = serve(move |mut stream| {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer);
        });
        let exchange = fetch(&request(&format!("https://{address}/"))).await;
        assert_eq!(exchange.outcome, Outcome::TlsFailed, "{answer:?}: {:?}", exchange.detail);
    }
}

#[tokio::test]
async fn each_timeout_is_told_apart() {
    let silent = serve(|_stream| sleep(Duration::from_secs(20)));
    let mut asked = request(&format!("https://{silent}/"));
    let begun = Instant::now();
    let exchange = fetch(&asked).await;
    assert_eq!(exchange.outcome, Outcome::ConnectTimeout, "{:?}", exchange.detail);
    assert!(begun.elapsed() < Duration::from_secs(5));

    asked.url = Url::parse(&format!("http://{silent}/")).unwrap();
    asked.limits.first_byte = Duration::from_millis(300);
    let exchange = fetch(&asked).await;
    assert_eq!((exchange.outcome, exchange.truncated), (Outcome::FirstByteTimeout, None));
    assert!(exchange.duration_us >= 300_000 && exchange.duration_us < 5_000_000);

    let stalling = serve(|mut stream| {
        read_head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
        sleep(Duration::from_secs(20));
    });
    let mut asked = request(&format!("http://{stalling}/"));
    asked.limits.idle = Duration::from_millis(300);
    let exchange = fetch(&asked).await;
    assert_eq!((exchange.outcome, exchange.truncated, exchange.body.as_slice()), (Outcome::BodyTimeout, Some("time"), &b"abc"[..]));

    let dripping = serve(|mut stream| {
        read_head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            sleep(Duration::from_millis(50));
        }
    });
    let mut asked = request(&format!("http://{dripping}/"));
    asked.limits.total = Duration::from_millis(600);
    let exchange = fetch(&asked).await;
    assert_eq!((exchange.outcome, exchange.truncated), (Outcome::BodyTimeout, Some("time")));
    assert!(!exchange.body.is_empty() && exchange.duration_us < 5_000_000, "{}", exchange.body.len());
}

#[tokio::test]
async fn bodies_are_bounded() {
    let endless = serve(|mut stream| {
        read_head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b'x'; 8192]).is_ok() {}
    });
    let mut asked = request(&format!("http://{endless}/"));
    asked.limits.body = 100_000;
    let exchange = fetch(&asked).await;
    assert_eq!((exchange.outcome, exchange.truncated, exchange.body.len()), (Outcome::BodyTooLarge, Some("length"), 100_000));

    let announcing = serve_bytes("HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\nabc");
    asked.url = Url::parse(&format!("http://{announcing}/")).unwrap();
    let exchange = fetch(&asked).await;
    assert_eq!((exchange.outcome, exchange.truncated, exchange.body.len()), (Outcome::BodyTooLarge, Some("length"), 0));

    let exact = serve_bytes([&b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"[..], &[b'x'; 100_000]].concat());
    asked.url = Url::parse(&format!("http://{exact}/")).unwrap();
    assert_eq!(fetch(&asked).await.outcome, Outcome::Ok);
}

#[tokio::test]
async fn head_requests_have_no_body_and_media_is_not_received() {
    let mut asked = request(&format!("http://{}/", serve_bytes("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")));
    asked.method = Method::Head;
    let exchange = fetch(&asked).await;
    assert_eq!((exchange.outcome, exchange.truncated), (Outcome::Ok, None), "{:?}", exchange.detail);
    assert!(exchange.request_head.starts_with(b"HEAD / HTTP/1.1\r\n"));

    let mut asked =
        request(&format!("http://{}/", serve_bytes("HTTP/1.1 200 OK\r\nContent-Type: Image/JPEG\r\nContent-Length: 3\r\n\r\nabc")));
    let exchange = fetch(&asked).await;
    assert_eq!((exchange.outcome, exchange.body.len()), (Outcome::MediaRefused, 0));
    asked.allow_media = true;
    assert_eq!(fetch(&asked).await.body, b"abc");
}

#[tokio::test]
async fn private_addresses_are_refused_in_every_notation_without_connecting() {
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    let port = serve(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
    })
    .port();
    let client = Clearnet::new(CONNECT).unwrap();
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "0",
        "localhost",
        "LOCALHOST.",
        "１２７.0.0.1",
        "169.254.169.254",
        "10.1.2.3",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ] {
        let mut asked = request(&format!("http://{host}:{port}/"));
        asked.allow_private = false;
        let exchange = client.fetch(&asked).await;
        assert_eq!(exchange.outcome, Outcome::PrivateAddressRefused, "{host}: {:?}", exchange.detail);
    }
    assert_eq!(connections.load(Ordering::SeqCst), 0);
    // A connection kept by the permissive client is not lent to the strict one.
    let address = serve(|mut stream| {
        while read_head(&mut stream).ends_with(b"\r\n\r\n") {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let mut asked = request(&format!("http://localhost:{}/", address.port()));
    assert_eq!(client.fetch(&asked).await.outcome, Outcome::Ok);
    asked.allow_private = false;
    assert_eq!(client.fetch(&asked).await.outcome, Outcome::PrivateAddressRefused);
}

#[test]
fn only_public_addresses_are_public() {
    for address in [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.0.1",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "198.17.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450::1",
        "64:ff9b::808:808",
        "2002:808:808::1",
        "2001:4860:4860::8888",
    ] {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
    for address in [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.255.0.1",
        "169.254.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:a00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
}

#[tokio::test]
async fn what_cannot_be_fetched_is_said_before_anything_is_sent() {
    let cases = [
        ("http://abcdefghijklmnop.onion/", Outcome::UnsupportedRoute),
        ("https://WWW.AbCd.ONION.:444/x", Outcome::UnsupportedRoute),
        ("http://example.i2p/", Outcome::UnsupportedRoute),
        ("http://x。onion/", Outcome::UnsupportedRoute),
        ("ftp://127.0.0.1/", Outcome::BadUrl),
        ("data:text/html,x", Outcome::BadUrl),
        ("http://user:secret@127.0.0.1/", Outcome::BadUrl),
    ];
    for (url, outcome) in cases {
        let exchange = fetch(&request(url)).await;
        assert_eq!(exchange.outcome, outcome, "{url}");
        assert!(exchange.request_head.is_empty() && !exchange.url.as_str().contains("secret"));
    }
    for (name, value) in [("bad name", "x"), ("x", "a\r\nb: c"), ("Host", "x"), ("Cookie", "a=b"), ("Transfer-Encoding", "chunked")] {
        let mut asked = request("http://127.0.0.1:9/");
        asked.headers = vec![(name.into(), value.into())];
        assert_eq!(fetch(&asked).await.outcome, Outcome::BadRequest, "{name}");
    }
    // A label of more than 63 bytes fails in the resolver itself, without asking a server.
    let exchange = fetch(&request(&format!("http://{}.test/", "a".repeat(70)))).await;
    assert_eq!(exchange.outcome, Outcome::DnsFailed, "{:?}", exchange.detail);
}

#[test]
fn codes_are_unique_and_read_back() {
    for outcome in Outcome::ALL {
        assert_eq!(outcome.code().parse::<Outcome>().unwrap(), *outcome);
        assert!(
            outcome.code().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') && outcome.sentence().ends_with('.')
        );
        assert!(!(outcome.is_success() && outcome.is_transient()));
    }
    assert!("no_such".parse::<Outcome>().is_err());
}

fn encoded(coding: &str, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match coding {
        "gzip" => flate2::write::GzEncoder::new(&mut out, flate2::Compression::best()).write_all(body).unwrap(),
        "zlib" => flate2::write::ZlibEncoder::new(&mut out, flate2::Compression::best()).write_all(body).unwrap(),
        "raw" => flate2::write::DeflateEncoder::new(&mut out, flate2::Compression::best()).write_all(body).unwrap(),
        "br" => brotli::CompressorWriter::new(&mut out, 4096, 9, 20).write_all(body).unwrap(),
        "zstd" => out = zstd::stream::encode_all(body, 3).unwrap(),
        _ => unreachable!(),
    }
    out
}

fn decode(coding: &str, body: &[u8], most: u64) -> Result<Vec<u8>, Outcome> {
    let headers = vec![("Content-Encoding".to_string(), coding.as_bytes().to_vec())];
    limits::decode(&headers, body, &Limits { decompressed: most, ..Limits::default() })
}

#[test]
fn every_coding_is_decoded_alone_and_nested() {
    let page: Vec<u8> = (0..20_000u32).flat_map(|n| format!("<p>{n}</p>").into_bytes()).collect();
    let cases =
        [("gzip", "gzip"), ("x-gzip", "gzip"), ("GZIP", "gzip"), ("deflate", "zlib"), ("deflate", "raw"), ("br", "br"), ("zstd", "zstd")];
    for (coding, form) in cases {
        let body = encoded(form, &page);
        assert_eq!(decode(coding, &body, 1 << 20).as_deref(), Ok(page.as_slice()), "{coding}");
        assert_eq!(decode(coding, &body, 1000), Err(Outcome::DecompressedTooLarge), "{coding}");
        assert_eq!(decode(coding, &body, page.len() as u64 - 1), Err(Outcome::DecompressedTooLarge), "{coding}");
        assert_eq!(decode(coding, &body, page.len() as u64).as_deref(), Ok(page.as_slice()), "{coding}");
        assert_eq!(decode(coding, &body[..body.len() / 2], 1 << 20), Err(Outcome::DecodeFailed), "{coding} cut");
        assert_eq!(decode(coding, &body[..body.len() - 1], 1 << 20), Err(Outcome::DecodeFailed), "{coding} cut at the end");
        assert_eq!(decode(coding, b"<html>plain</html>", 1 << 20), Err(Outcome::DecodeFailed), "{coding} not at all");
        assert_eq!(decode(coding, b"", 1 << 20).as_deref(), Ok(&b""[..]), "{coding} empty");
        if coding != "zstd" {
            assert_eq!(
                decode(coding, &[body.as_slice(), b"\0\0junk"].concat(), 1 << 20).as_deref(),
                Ok(page.as_slice()),
                "{coding} with junk behind"
            );
        }
    }
    let twice = encoded("br", &encoded("gzip", &page));
    assert_eq!(decode("gzip, br", &twice, 1 << 20).as_deref(), Ok(page.as_slice()));
    let members = [encoded("gzip", b"one "), encoded("gzip", b"two")].concat();
    assert_eq!(decode("gzip", &members, 7).as_deref(), Ok(&b"one two"[..]));
    assert_eq!(decode("gzip", &members, 6), Err(Outcome::DecompressedTooLarge));
    assert_eq!(decode("identity", b"x", 10).as_deref(), Ok(&b"x"[..]));
    assert_eq!(decode("identity", b"x", 0), Err(Outcome::DecompressedTooLarge));
    assert_eq!(decode("compress", b"x", 10), Err(Outcome::DecodeFailed));
    assert_eq!(decode("gzip,gzip,gzip,gzip", b"x", 10), Err(Outcome::DecompressedTooLarge));
}

#[test]
fn bombs_stop_at_the_limit() {
    let zeros = vec![0; 8 << 20];
    let limit = 1 << 20;
    for (coding, form) in [("gzip", "gzip"), ("deflate", "zlib"), ("zstd", "zstd")] {
        let bomb = encoded(form, &zeros);
        assert!(bomb.len() < 50_000);
        assert_eq!(decode(coding, &bomb, limit), Err(Outcome::DecompressedTooLarge), "{coding}");
    }
    let nested = encoded("gzip", &encoded("gzip", &zeros));
    assert_eq!(decode("gzip, gzip", &nested, limit), Err(Outcome::DecompressedTooLarge));
    // 400 kB of empty members do no harm.
    assert_eq!(decode("gzip", &encoded("gzip", b"").repeat(20_000), limit).as_deref(), Ok(&b""[..]));
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn cookies_go_back_only_where_they_came_from() {
    let now = at("2026-11-01T12:00:00Z");
    // (set by, Set-Cookie, asked for, sent)
    let cases = [
        ("http://shop.test/a/b", "sid=1", "http://shop.test/a/c", Some("sid=1")),
        ("http://shop.test/a/b", "sid=1", "http://shop.test/", None),
        ("http://shop.test/a/b", "sid=1", "http://shop.test/ab", None),
        ("http://shop.test/a/b", "sid=1; Path=/", "http://shop.test:8080/x?y", Some("sid=1")),
        ("http://shop.test/", "sid=1", "http://www.shop.test/", None),
        ("http://shop.test/", "sid=1", "http://other.test/", None),
        ("http://www.shop.example.com/", "sid=1; Domain=.Example.com", "http://m.example.com/", Some("sid=1")),
        ("http://www.example.com/", "sid=1; Domain=example.com", "http://badexample.com/", None),
        ("http://www.example.com/", "sid=1; Domain=other.com", "http://other.com/", None),
        ("http://www.example.com/", "sid=1; Domain=www.www.example.com", "http://www.www.example.com/", None),
        ("http://www.example.com/", "sid=1; Domain=com", "http://example.com/", None),
        ("http://www.example.co.uk/", "sid=1; Domain=co.uk", "http://www.example.co.uk/", None),
        ("http://me.github.io/", "sid=1; Domain=github.io", "http://me.github.io/", None),
        ("http://127.0.0.1/", "sid=1; Domain=127.0.0.1", "http://127.0.0.1/", Some("sid=1")),
        ("http://127.0.0.1/", "sid=1; Domain=0.0.1", "http://127.0.0.1/", None),
        ("https://shop.test/", "sid=1; Secure", "http://shop.test/", None),
        ("https://shop.test/", "sid=1; Secure", "https://shop.test/", Some("sid=1")),
        ("http://shop.test/", "sid=1; Secure", "https://shop.test/", None),
        ("http://abcd.onion/", "sid=1; Secure", "http://abcd.onion/", Some("sid=1")),
        ("https://shop.test/", "__Host-sid=1; Secure; Path=/", "https://shop.test/", Some("__Host-sid=1")),
        ("https://shop.test/", "__Host-sid=1; Path=/", "https://shop.test/", None),
        ("http://shop.test/", "sid=1; Max-Age=0", "http://shop.test/", None),
        ("http://shop.test/", "sid=1; Max-Age=60", "http://shop.test/", Some("sid=1")),
        ("http://shop.test/", "sid=1; Expires=Sat, 31 Oct 2026 10:00:00 GMT", "http://shop.test/", None),
        ("http://shop.test/", "sid=1; Expires=Sun, 01 Nov 2026 13:00:00 GMT; Max-Age=0", "http://shop.test/", None),
        ("http://shop.test/", "sid=a=b==; HttpOnly; SameSite=Strict", "http://shop.test/", Some("sid=a=b==")),
        ("http://shop.test/", "sid=\u{1}x", "http://shop.test/", None),
        ("http://shop.test/", "no-equals-sign", "http://shop.test/", None),
        ("http://shop.test/", "=nameless", "http://shop.test/", None),
    ];
    for (from, set, to, sent) in cases {
        let mut jar = Jar::default();
        jar.store(&url(from), set, now);
        assert_eq!(jar.header_for(&url(to), now).as_deref(), sent, "{set} from {from} to {to}");
    }
}

#[test]
fn the_jar_replaces_expires_sorts_saves_and_stays_small() {
    let now = at("2026-11-01T12:00:00Z");
    let later = at("2026-11-01T12:02:00Z");
    let home = url("https://shop.test/a/b");
    let mut jar = Jar::default();
    assert!(jar.store(&home, "x=1; Path=/; Max-Age=60", now));
    assert!(jar.store(&home, "y=2", now));
    assert!(!jar.store(&home, "y=2", now), "an unchanged cookie is no change");
    assert!(jar.store(&home, "x=3; Path=/; Max-Age=60", now));
    assert_eq!(jar.header_for(&home, now).as_deref(), Some("y=2; x=3"), "the longest path comes first");
    assert_eq!(jar.header_for(&home, later).as_deref(), Some("y=2"));
    let saved = serde_json::to_string(&jar).unwrap();
    assert_eq!(serde_json::from_str::<Jar>(&saved).unwrap(), jar);
    assert!(jar.store(&home, "y=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", later));
    assert!(jar.is_empty(), "{jar:?}");
    for n in 0..1000 {
        jar.store(&home, &format!("n{n}={}", "v".repeat(4000)), now);
        jar.store(&url(&format!("https://h{n}.test/")), "a=1", now);
        assert!(jar.len() <= 300);
    }
    assert!(jar.header_for(&home, now).unwrap().len() <= 8192);
    assert!(!jar.store(&home, &format!("big={}", "v".repeat(5000)), now));
}

#[test]
fn dates_and_retry_after_are_read_in_every_form() {
    let expected = at("1994-11-06T08:49:37Z");
    for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "6 nov 1994 8:49:37"] {
        assert_eq!(http_date(text), Some(expected), "{text}");
    }
    for text in ["", "soon", "Sun, 31 Feb 1994 08:49:37 GMT", "06 Nov 1500 08:49:37", "06 Nov 1994 25:00:00", "06 Nov 1994"] {
        assert_eq!(http_date(text), None, "{text}");
    }
    let mut exchange = Exchange::unsent(&request("http://127.0.0.1/"), Outcome::RateLimited, "", expected);
    for (value, seconds) in [
        ("120", Some(120)),
        (" 7 ", Some(7)),
        ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
        ("Sun, 06 Nov 1993 08:50:37 GMT", Some(0)),
        ("99999999999999999999999", Some(u64::MAX / 4)),
        ("-1", None),
        ("", None),
    ] {
        exchange.headers = vec![("Retry-After".into(), value.into())];
        assert_eq!(exchange.retry_after(expected).map(|wait| wait.as_secs()), seconds, "{value}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn hostile_input_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,80}", coding in "(gzip|deflate|br|zstd|identity)(, ?(gzip|br))?") {
        let _ = decode(&coding, &bytes, 1 << 16);
        let _ = http_date(&text);
        let mut jar = Jar::default();
        let now = at("2026-11-01T12:00:00Z");
        jar.store(&url("https://shop.example.co.uk/a"), &text, now);
        jar.store(&url("https://shop.example.co.uk/a"), &format!("a={text}; domain={text}; path=/{text}; expires={text}; max-age={text}"), now);
        let _ = jar.header_for(&url("https://shop.example.co.uk/a"), now);
    }

    #[test]
    fn all_of_127_is_private(a: u8, b: u8, c: u8) {
        prop_assert!(!is_public(IpAddr::V4(Ipv4Addr::new(127, a, b, c))));
    }
}
