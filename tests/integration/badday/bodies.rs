//! Bodies that never end, are too large, too short, cut off, or grow when they are unpacked.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use super::hostile::{Hit, Host, answer, drip, send};
use super::outing::{LIMITS, MEMORY, Outing};

/// `body` and `decompressed` of [`LIMITS`].
const BODY: usize = 1_000_000;
const DECOMPRESSED: usize = 4_000_000;

/// What is expected of a host: its outcome, bytes of body kept, and why they are not all.
type Expected = (&'static str, std::ops::RangeInclusive<usize>, Option<&'static str>);

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::CompressorWriter::new(&mut out, 4096, 5, 22).write_all(body).unwrap();
    out
}

fn zstd(body: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(body, 1).unwrap()
}

/// A host that answers with a packed body, all of which is kept.
fn packed((name, coding, body, outcome): (&'static str, &str, Vec<u8>, &'static str)) -> (&'static str, Host, Expected) {
    let headers = format!("Content-Type: text/html\r\nContent-Encoding: {coding}\r\n");
    (name, Host::bytes(answer(&headers, &body)), (outcome, body.len()..=body.len(), None))
}

/// Chunks without an end.
fn endless() -> Host {
    Host::start(|_: &Hit, stream| {
        send(stream, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n");
        let chunk = [b"10000\r\n".as_slice(), &vec![b'y'; 0x10000], b"\r\n"].concat();
        drip(stream, &chunk, Duration::ZERO);
    })
}

/// A page that says how large it is, far beyond every limit.
fn announced() -> Host {
    Host::start(|_: &Hit, stream| {
        send(stream, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 200000000\r\n\r\n");
        drip(stream, &vec![b'z'; 1 << 20], Duration::ZERO);
    })
}

/// Runs the scenarios beside the healthy host, each at a host of its own, within these limits and in memory of at most `most` kB.
async fn run(limits: &str, most: u64, scenarios: Vec<(&'static str, Host, Expected)>) {
    let outing = Outing::within(limits);
    let seeds: Vec<String> = scenarios.iter().map(|(name, host, _)| host.url(&format!("/{name}"))).collect();
    outing.hostile("hostile", &seeds);
    let run = outing.crawl(&[]);
    run.ended(&[0], most);
    outing.healthy_kept_its_pace();
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    for kept in outing.kept().await.iter().filter(|kept| kept.row.source == "hostile") {
        let url = url::Url::parse(&kept.row.address).unwrap();
        let name = url.path().trim_start_matches('/').to_owned();
        let (_, _, (outcome, bytes, truncated)) = scenarios.iter().find(|(known, ..)| *known == name).unwrap();
        let body = kept.exchange.as_ref().map_or(0, |exchange| exchange.body.len());
        assert_eq!(kept.row.outcome, *outcome, "{name}");
        assert!(bytes.contains(&body), "{name}: {body} bytes are kept");
        assert_eq!(kept.exchange.as_ref().and_then(|exchange| exchange.truncated), *truncated, "{name}");
        *met.entry(name).or_default() += 1;
    }
    let names: Vec<&str> = scenarios.iter().map(|(name, ..)| *name).collect();
    let missing: Vec<_> = names.iter().filter(|name| !met.contains_key(**name)).collect();
    assert!(missing.is_empty(), "no capture of {missing:?}");
    outing.place.expect(0, &["verify"]);
    assert!(outing.place.listings().iter().all(|row| row["source"] == "healthy"), "a page that is not whole makes no listing");
}

/// A body that is sent without being announced, to the end of the connection.
fn unannounced(stream: &mut TcpStream, bytes: usize) {
    send(stream, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n");
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..bytes >> 20 {
        if stream.write_all(&piece).is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_do_not_end_well_have_a_name_and_what_came_is_kept() {
    let page = super::hostile::listing("Cut off");
    let half = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{page}", page.len() + 1_000);
    let scenarios = vec![
        (
            "slow-drip",
            Host::start(|_: &Hit, stream| {
                send(stream, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n");
                drip(stream, b"x", Duration::from_millis(50));
            }),
            ("body_timeout", 2..=100, Some("time")),
        ),
        (
            "early-close",
            Host::bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"),
            ("connection_lost", 9..=9, Some("disconnect")),
        ),
        ("length-too-long", Host::bytes(half), ("connection_lost", page.len()..=page.len(), Some("disconnect"))),
        ("endless-chunks", endless(), ("body_too_large", BODY..=BODY, Some("length"))),
        ("200-mb-announced", announced(), ("body_too_large", 0..=0, Some("length"))),
        (
            "200-mb-unannounced",
            Host::start(|_: &Hit, stream| unannounced(stream, 200 << 20)),
            ("body_too_large", BODY..=BODY, Some("length")),
        ),
        (
            "broken-chunks",
            Host::bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"),
            ("http_protocol_error", 5..=5, Some("unspecified")),
        ),
        (
            "endless-trailers",
            Host::start(|_: &Hit, stream| {
                send(stream, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n");
                drip(stream, b"trailer: and another one\r\n", Duration::ZERO);
            }),
            ("http_protocol_error", 5..=5, Some("unspecified")),
        ),
        ("picture", Host::bytes(answer("Content-Type: image/png\r\n", &[0; 100])), ("media_refused", 0..=0, Some("unspecified"))),
    ];
    run(LIMITS, MEMORY, scenarios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bombs_are_kept_as_they_came_and_never_unpacked_whole() {
    // Members and frames that stand one after another unpack one after another: 700 MB behind less than a megabyte.
    let megabyte = vec![0_u8; 1 << 20];
    let (many_members, many_frames) = (gzip(&megabyte).repeat(700), zstd(&megabyte).repeat(700));
    let mixed = gzip(&brotli(&zstd(&vec![0; 16 << 20])));
    let within = gzip(&vec![b' '; DECOMPRESSED - 1_000]);
    let cases: Vec<(&'static str, &str, Vec<u8>, &'static str)> = vec![
        ("gzip", "gzip", many_members, "decompressed_too_large"),
        ("zstd", "zstd", many_frames, "decompressed_too_large"),
        ("brotli", "br", brotli(&vec![0; 16 << 20]), "decompressed_too_large"),
        ("gzip-in-gzip", "gzip, gzip", gzip(&gzip(&megabyte).repeat(700)), "decompressed_too_large"),
        ("three-codings", "zstd, br, gzip", mixed, "decompressed_too_large"),
        ("four-codings", "gzip, gzip, gzip, gzip", gzip(b"x"), "decompressed_too_large"),
        ("just-within", "gzip", within, "ok"),
        ("cut", "gzip", gzip(&megabyte)[..500].to_vec(), "decode_failed"),
        ("unknown", "sdch", b"what is this".to_vec(), "decode_failed"),
        ("not-at-all", "gzip", b"<!doctype html><h1>plain</h1>".to_vec(), "decode_failed"),
    ];
    assert!(cases.iter().all(|(_, _, body, _)| body.len() <= BODY));
    run(LIMITS, MEMORY, cases.into_iter().map(packed).collect()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_large_at_once_takes_what_the_defaults_say() {
    let limits = vigie::config::Settings::default().limits;
    let (body, unpacked) = (usize::try_from(limits.body).unwrap(), usize::try_from(limits.decompressed).unwrap());
    // What any crawl may take, the bodies that may be in flight, and one of them unpacked.
    let most = MEMORY + (limits.in_flight + limits.decompressed) / 1024;
    let bomb = gzip(&vec![0_u8; 1 << 20]).repeat(700);
    let words = b"<p>Many words.</p><br>".repeat(25_000);
    let cut = |name, host| (name, host, ("body_too_large", body..=body, Some("length")));
    let unannounced = || Host::start(|_: &Hit, stream| unannounced(stream, 200 << 20));
    let mut scenarios: Vec<(&'static str, Host, Expected)> = Vec::new();
    scenarios.extend(["200-mb-1", "200-mb-2"].map(|name| cut(name, unannounced())));
    scenarios.extend(["endless-1", "endless-2"].map(|name| cut(name, endless())));
    scenarios.push(("200-mb-announced", announced(), ("body_too_large", 0..=0, Some("length"))));
    scenarios.extend(
        [
            ("gzip-1", "gzip", bomb.clone(), "decompressed_too_large"),
            ("gzip-2", "gzip", bomb.clone(), "decompressed_too_large"),
            ("gzip-in-gzip-1", "gzip, gzip", gzip(&bomb), "decompressed_too_large"),
            ("gzip-in-gzip-2", "gzip, gzip", gzip(&bomb), "decompressed_too_large"),
            ("just-within", "gzip", gzip(&words).repeat(unpacked / words.len()), "ok"),
        ]
        .map(packed),
    );
    run("", most, scenarios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_a_body_that_says_it_is_short_is_nobody_elses_page() {
    // The rest looks like a whole answer, for whoever asks next on this connection.
    let forged = String::from_utf8(super::hostile::html(&super::hostile::listing("Forged"))).unwrap();
    let host = Host::keeping(move |hit, stream| {
        let text = match hit.path.as_str() {
            "/short" => format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<title>Short</title>{forged}"),
            _ => "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 21\r\n\r\n<title>Honest</title>".to_owned(),
        };
        send(stream, text.as_bytes());
        true
    });
    let outing = Outing::new();
    outing.hostile("hostile", &[host.url("/short"), host.url("/honest-1"), host.url("/honest-2")]);
    outing.crawl(&[]).ended(&[0], MEMORY);
    outing.healthy_kept_its_pace();
    let kept = outing.kept().await;
    let bodies: BTreeMap<&str, &[u8]> = kept
        .iter()
        .filter(|kept| kept.row.source == "hostile" && kept.row.outcome == "ok")
        .filter_map(|kept| Some((kept.row.address.rsplit('/').next()?, kept.exchange.as_ref()?.body.as_slice())))
        .collect();
    let expected: [(&str, &[u8]); 3] =
        [("honest-1", b"<title>Honest</title>"), ("honest-2", b"<title>Honest</title>"), ("short", b"<title>Short</title>")];
    assert_eq!(bodies, BTreeMap::from(expected));
}
