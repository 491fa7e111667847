//! Clocks that jump: times in the store that lie far ahead hold nothing up for ever, and no jump shortens an interval.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vigie::database::Pool;
use vigie::frontier::hosts::Hosts;

use super::hostile::{Host, html, listing, send};
use super::outing::{MEMORY, Outing};

/// Far ahead of any clock, microseconds: the year 2099.
const AHEAD: i64 = 4_070_908_800_000_000;
const DAY: i64 = 86_400_000_000;

async fn store(outing: &Outing) -> Pool {
    outing.place.store().await
}

/// Runs a statement on the store, as a clock that was ahead would have left it.
async fn set(outing: &Outing, statement: &'static str) {
    let pool = store(outing).await;
    let changed = sqlx::query(statement).bind(AHEAD).execute(&pool).await.unwrap().rows_affected();
    assert!(changed > 0, "{statement} changes nothing");
    pool.close().await;
}

async fn number(outing: &Outing, statement: &'static str) -> i64 {
    let pool = store(outing).await;
    let number = sqlx::query_scalar::<_, i64>(statement).fetch_one(&pool).await.unwrap();
    pool.close().await;
    number
}

#[tokio::test(flavor = "multi_thread")]
async fn times_that_a_wrong_clock_left_hold_nothing_up_for_ever() {
    let host = Host::start(|_, stream| send(stream, &html(&listing("Patience"))));
    let outing = Outing::new();
    outing.source("hostile", &[host.url("/")], "[politeness]\ninterval = \"300ms\"\n");
    outing.crawl(&[]).ended(&[0], MEMORY);
    outing.healthy_kept_its_pace();

    // A gate that opens in 2099, though nobody asked for patience: it waits an interval and no longer.
    set(&outing, "UPDATE host SET next_at = $1, snoozed_until = 0").await;
    let (begin, asked, healthy) = (Instant::now(), host.hits().len(), outing.healthy.hits().len());
    outing.crawl(&["--revisit"]).ended(&[0], MEMORY);
    assert!(begin.elapsed() < Duration::from_secs(30) && host.hits().len() > asked);
    outing.healthy_kept_its_pace_since(healthy);

    // Visits and robots.txt of 2099: due now.
    set(&outing, "UPDATE url SET due_at = $1").await;
    set(&outing, "UPDATE robots SET fetched_at = $1").await;
    let (asked, healthy) = (host.hits().len(), outing.healthy.hits().len());
    let run = outing.crawl(&[]);
    run.ended(&[0], MEMORY);
    let paths: Vec<String> = host.hits().into_iter().skip(asked).map(|hit| hit.path).collect();
    assert_eq!(paths, ["/robots.txt", "/"], "{}", run.said);
    assert!(run.said.contains("clock"), "it is said: {}", run.said);
    outing.healthy_kept_its_pace_since(healthy);

    // A snooze until 2099: a pass leaves the host alone instead of waiting for it, and the snooze shrinks to a day.
    let name = host.address.ip().to_string();
    let snooze: &'static str = format!("UPDATE host SET next_at = $1, snoozed_until = $1 WHERE name = '{name}'").leak();
    set(&outing, snooze).await;
    let (begin, asked, healthy) = (Instant::now(), host.hits().len(), outing.healthy.hits().len());
    let run = outing.crawl(&["--revisit"]);
    run.ended(&[0], MEMORY);
    assert!(begin.elapsed() < Duration::from_secs(30));
    outing.healthy_kept_its_pace_since(healthy);
    assert_eq!((run.outcome("snoozed"), host.hits().len()), (1, asked), "{}", run.summary);
    let left = number(&outing, "SELECT next_at FROM host WHERE snoozed_until > 0 ORDER BY next_at LIMIT 1").await
        - vigie::clock::micros(vigie::clock::now());
    assert!(left <= DAY && left > DAY / 2, "{left} microseconds are left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_asked_for_an_hour_is_left_alone_by_the_next_pass_too() {
    let host = Host::start(|hit, stream| match hit.path.as_str() {
        "/" => send(stream, &html("<!doctype html><title>Start</title><a href=/one>one</a> <a href=/two>two</a> <a href=/three>three</a>")),
        _ => send(stream, b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    });
    let outing = Outing::new();
    outing.source("hostile", &[host.url("/")], "[politeness]\ninterval = \"50ms\"\n");
    outing.crawl(&[]).ended(&[0], MEMORY);
    outing.healthy_kept_its_pace();
    let asked = host.hits().len();
    assert_eq!(asked, 3, "robots.txt, the start, and one that was too many");
    let run = outing.crawl(&[]);
    run.ended(&[0], MEMORY);
    assert_eq!((host.hits().len(), run.outcome("snoozed")), (asked, 1), "{}", run.summary);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_or_forward_does_not_shorten_or_stretch_an_interval() {
    let host = Host::start(|_, stream| send(stream, &html("<!doctype html><title>Start</title>")));
    let outing = Outing::new();
    outing.source("hostile", &[host.url("/")], "[politeness]\ninterval = \"2s\"\nmax_interval = \"1min\"\n");
    outing.crawl(&["--source", "hostile"]).ended(&[0], MEMORY);
    let config = vigie::config::load(Some(&outing.place.config())).unwrap();
    let source = Arc::new(config.source("hostile").unwrap().clone());
    let pool = store(&outing).await;
    let mut connection = pool.acquire().await.unwrap();
    let next_at = sqlx::query_scalar::<_, i64>("SELECT MAX(next_at) FROM host").fetch_one(&mut *connection).await.unwrap();
    let url = host.url("/").parse().unwrap();
    // How long the gate stays shut in a process that starts at this distance from what the store says.
    for (ahead, least, most) in [
        (0, 0, 0),
        (1_500_000, 1_400, 1_500),
        // Set back by a minute, a year, a century: the whole spacing, never less and never more.
        (60_000_000, 1_900, 4_000),
        (365 * DAY, 1_900, 4_000),
        (36_500 * DAY, 1_900, 4_000),
        // Set forward.
        (-365 * DAY, 0, 0),
    ] {
        let opened_at = vigie::clock::from_micros(next_at - ahead);
        let hosts = Hosts::load(&mut connection, vec![Arc::clone(&source)], opened_at, false, false).await.unwrap();
        let wait = hosts.gate(&url).wait().as_millis();
        assert!((least..=most).contains(&wait), "{ahead} microseconds ahead: {wait} ms");
        // Inside a process the clock has no part: two starts are the interval apart whatever it says.
        assert!(hosts.gate(&url).spacing() >= Duration::from_secs(2));
    }
    // What was in the store when a smaller ceiling was configured does not outlive that.
    sqlx::query("UPDATE host SET spacing = $1").bind(AHEAD).execute(&mut *connection).await.unwrap();
    let hosts = Hosts::load(&mut connection, vec![source], vigie::clock::now(), true, false).await.unwrap();
    assert!(hosts.gate(&url).wait() <= Duration::from_secs(60) && hosts.gate(&url).spacing() <= Duration::from_secs(60));
}
