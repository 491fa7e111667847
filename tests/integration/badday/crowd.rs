//! Many bad answers at once: memory is that of a few, and a page that is hard to read holds nobody up.

use std::time::Duration;

use super::hostile::{Host, answer, drip, html, send};
use super::outing::{MEMORY, Outing};

/// Hosts that answer at once with bodies just within the limit.
const CROWD: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn many_large_answers_at_once_take_the_memory_of_a_few() {
    const BODY: usize = 4_000_000;
    let hosts: Vec<Host> = (0..CROWD)
        .map(|_| {
            Host::start(|_, stream| {
                // All but the end, and then nothing: whatever is received stays in memory until time is up.
                send(stream, format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {BODY}\r\n\r\n").as_bytes());
                let piece = vec![b' '; 1 << 16];
                for _ in 0..(BODY - 1) >> 16 {
                    send(stream, &piece);
                }
                drip(stream, b" ", Duration::from_millis(500));
            })
        })
        .collect();
    let outing = Outing::within("body = \"4MB\"\ndecompressed = \"4MB\"\nin_flight = \"8MB\"\nfirst_byte = \"10s\"\ntotal = \"2s\"\n");
    let seeds: Vec<String> = hosts.iter().map(|host| host.url("/")).collect();
    outing.hostile("hostile", &seeds);
    let run = outing.crawl(&[]);
    // Without bound they would take four times forty megabytes more than the healthy host alone does, which is half of this.
    run.ended(&[0], MEMORY);
    outing.healthy_kept_its_pace();
    let kept: Vec<usize> = outing
        .kept()
        .await
        .iter()
        .filter(|kept| kept.row.source == "hostile")
        .map(|kept| {
            assert_eq!(kept.row.outcome, "body_timeout");
            kept.exchange.as_ref().map_or(0, |exchange| exchange.body.len())
        })
        .collect();
    let above = |bytes: usize| kept.iter().filter(|length| **length > bytes).count();
    assert!(kept.len() >= CROWD && above(1 << 20) >= 1, "{kept:?}");
    assert!(above(1 << 20) <= 12 && above(64 << 10) <= 24, "no more than there is room for are received at once: {kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_hard_to_read_are_read_and_hold_nobody_up() {
    let attributes: String = (0..40_000).map(|n| format!(" a{n}=1")).collect();
    let links: String = (0..10_000).map(|n| format!("<a href=/elsewhere/{n}?x=\u{e9}>{n}</a>")).collect();
    let pages: Vec<(&str, String)> = vec![
        ("deep", format!("<h1>Deep</h1>{}", "<div>".repeat(60_000))),
        ("tables", "<table><tr><td>".repeat(20_000)),
        ("attributes", format!("<p{attributes}>text")),
        ("one-line", format!("<p>{}", "word 12 $ ".repeat(30_000))),
        ("brackets", "<".repeat(300_000)),
        ("comment", format!("<!--{}", "-".repeat(300_000))),
        ("entities", "&#x1F52B;&amp;&nosuch".repeat(15_000)),
        ("formatting", format!("{}{}", (0..300).map(|n| format!("<b id={n}>")).collect::<String>(), "<div>x</div>".repeat(15_000))),
        ("links", links),
        ("json", format!("<script type=\"application/ld+json\">{}</script>", "[".repeat(200_000))),
        ("prices", "<li><a href=/i/1>x</a> $1.00".repeat(10_000)),
    ];
    let seeds = |host: &Host| pages.iter().map(|(name, _)| host.url(&format!("/{name}"))).collect::<Vec<_>>();
    let bodies: Vec<(String, Vec<u8>)> = pages.iter().map(|(name, page)| (format!("/{name}"), html(page))).collect();
    let host = Host::start(move |hit, stream| match bodies.iter().find(|(path, _)| *path == hit.path) {
        Some((_, bytes)) => send(stream, bytes),
        None => send(stream, &answer("Content-Type: text/html\r\n", b"<p>nothing")),
    });
    let outing = Outing::new();
    outing.source(
        "hostile",
        &seeds(&host),
        "max_depth = 0\n[politeness]\ninterval = \"20ms\"\n[robots]\npolicy = \"ignore\"\nreason = \"test\"\n",
    );
    let run = outing.crawl(&[]);
    run.ended(&[0], MEMORY);
    outing.healthy_kept_its_pace();
    let mut read: Vec<String> = outing
        .kept()
        .await
        .into_iter()
        .filter(|kept| kept.row.source == "hostile" && kept.row.outcome == "ok")
        .map(|kept| kept.row.address)
        .collect();
    read.sort();
    let mut expected = seeds(&host);
    expected.sort();
    assert_eq!(read, expected);
}
