//! Answers that go wrong before their body: floods of headers and cookies, heads that never end, what is no HTTP at all.

use std::collections::BTreeMap;
use std::time::Duration;

use super::hostile::{Hit, Host, drip, send};
use super::outing::{Kept, MEMORY, Outing};

fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_before_the_body_end_at_a_limit_and_cookies_do_not_flood_back() {
    let head = |lines: &str| format!("HTTP/1.1 200 OK\r\n{lines}Content-Length: 4\r\nConnection: close\r\n\r\nbody");
    let cookies = |n: usize, length: usize| lines(n, |i| format!("Set-Cookie: c{i}={}\r\n", "v".repeat(length)));
    let hosts: Vec<(&str, Host, &str)> = vec![
        ("many-headers", Host::bytes(head(&lines(10_000, |n| format!("h{n}: v\r\n")))), "headers_too_large"),
        ("more-headers-than-the-limit", Host::bytes(head(&lines(300, |n| format!("h{n}: v\r\n")))), "headers_too_large"),
        ("one-huge-header", Host::bytes(head(&format!("x: {}\r\n", "x".repeat(10 << 20)))), "headers_too_large"),
        ("one-large-header", Host::bytes(head(&format!("x: {}\r\n", "x".repeat(100_000)))), "headers_too_large"),
        ("large-cookies", Host::bytes(head(&cookies(100, 4_000))), "headers_too_large"),
        (
            "endless-headers",
            Host::start(|_: &Hit, stream| {
                send(stream, b"HTTP/1.1 200 OK\r\n");
                drip(stream, b"and-another: one\r\n", Duration::ZERO);
            }),
            "headers_too_large",
        ),
        (
            "slow-headers",
            Host::start(|_: &Hit, stream| {
                send(stream, b"HTTP/1.1 200 OK\r\n");
                drip(stream, b"x", Duration::from_millis(50));
            }),
            "first_byte_timeout",
        ),
        (
            "always-continue",
            Host::start(|_: &Hit, stream| drip(stream, b"HTTP/1.1 100 Continue\r\n\r\n", Duration::from_millis(1))),
            "first_byte_timeout",
        ),
        ("silence", Host::start(|_: &Hit, stream| drop(std::io::Read::read(stream, &mut [0; 1]))), "first_byte_timeout"),
        ("nothing", Host::bytes(""), "connection_lost"),
        ("another-protocol", Host::bytes("SSH-2.0-OpenSSH_9.6\r\n"), "http_protocol_error"),
        ("two-lengths", Host::bytes("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "http_protocol_error"),
        ("upgrade", Host::bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), "http_protocol_error"),
    ];
    let outing = Outing::new();
    outing.hostile("hostile", &hosts.iter().map(|(name, host, _)| host.url(&format!("/{name}"))).collect::<Vec<_>>());
    let cookies = Host::start(|hit, stream| {
        let page = "<!doctype html><title>Next</title><a href=\"/one-more\">one more</a>";
        let cookies = lines(150, |i| format!("Set-Cookie: {}{i}={}; Path=/\r\n", hit.path.len(), "v".repeat(300)));
        send(stream, &super::hostile::answer(&format!("Content-Type: text/html\r\n{cookies}"), page.as_bytes()));
    });
    outing.hostile("cookies", &[cookies.url("/")]);
    outing.crawl(&[]).ended(&[0], MEMORY);
    outing.healthy_kept_its_pace();
    let hits = cookies.hits();
    let second = hits.iter().find(|hit| hit.path == "/one-more").expect("the second page is asked for");
    let sent = second.head.lines().find(|line| line.starts_with("cookie:")).expect("cookies go back");
    assert!(sent.len() <= 8_300, "{} bytes of cookies are sent", sent.len());
    // Secrets stay out of the evidence however many they are.
    let kept = outing.kept().await;
    let whole = |kept: &Kept| kept.exchange.as_ref().map(|exchange| String::from_utf8_lossy(&exchange.response_head).into_owned());
    let heads: Vec<String> = kept.iter().filter(|kept| kept.row.source == "cookies").filter_map(whole).collect();
    assert!(heads.len() >= 2 && heads.iter().all(|head| !head.contains("vvvv")), "a cookie stands in the archive as it was");
    let mut met: BTreeMap<String, (String, bool)> = BTreeMap::new();
    for kept in kept.into_iter().filter(|kept| kept.row.source == "hostile") {
        let name = kept.row.address.rsplit('/').next().unwrap_or_default().to_owned();
        met.insert(name, (kept.row.outcome, kept.exchange.is_some_and(|exchange| !exchange.response_head.is_empty())));
    }
    // A head that could be read whole is evidence, whatever was wrong with it.
    let with_head = ["more-headers-than-the-limit", "one-large-header", "large-cookies", "upgrade"];
    let expected: BTreeMap<String, (String, bool)> =
        hosts.iter().map(|(name, _, outcome)| ((*name).to_owned(), ((*outcome).to_owned(), with_head.contains(name)))).collect();
    assert_eq!(met, expected);
}
