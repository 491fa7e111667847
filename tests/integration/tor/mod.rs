//! Crawling over Tor: the real program on one private Tor network, which takes some 20 seconds to come up, and is shared by all scenarios.
//!
//! Where `tor` is not installed the test says so and ends, unless `VIGIE_TEST_TOR_NEEDED` is set: `cargo xtask test` installs it and sets
//! that. `VIGIE_TEST_TOR_ROLL_OVER=1` waits so that a time period of onion services ends in the middle. `VIGIE_TEST_TOR=words,words` runs
//! the scenarios alone whose names have one of these.

mod front;
mod sockets;
mod stand;
mod market;
mod circuits;
mod routes;
mod failing;

use std::time::{Duration, Instant};

use vigie::demo::tornet;

use stand::Stand;

/// How long before the end of a period the scenarios begin, where that is asked for: clients notice up to half a minute after it.
const BEFORE: i64 = 5;

/// A part of the test that is told apart when it fails.
type Scenario = (&'static str, fn(&Stand));

/// Beside each other: most of their time they wait for one another's relays.
const TOGETHER: &[Scenario] = &[
    ("the market is crawled as onion services, and nobody else is spoken to", market::is_crawled_and_nobody_else_is_spoken_to),
    ("circuits are a source's own, kept, and renewed on demand", circuits::are_a_sources_own_and_renewed_on_demand),
    ("a host of the clear web is reached through the exit", routes::the_clear_web_is_reached_through_the_exit),
    ("a bridge is the only way in", routes::a_bridge_is_the_only_way_in),
    ("a wrong onion address is refused", failing::a_wrong_address_is_refused),
    ("an onion that is down is not Tor that is down", failing::an_onion_that_is_down_is_not_tor_that_is_down),
    ("a mirror dies in mid-crawl", failing::a_mirror_dies_in_mid_crawl),
    ("without Tor nothing is lost and the clear web goes on", failing::without_tor_nothing_is_lost),
];

/// What would be noticed by the others: one after the other.
const ALONE: &[Scenario] = &[("a relay dies in mid-crawl", circuits::a_relay_dies_in_mid_crawl)];

#[test]
#[expect(clippy::disallowed_methods, reason = "waits for a moment that the network's clock gives")]
fn over_a_private_tor_network() {
    if let Err(error) = tornet::check_installed() {
        assert!(std::env::var_os("VIGIE_TEST_TOR_NEEDED").is_none(), "{error}");
        println!("skipped: {error}");
        return;
    }
    let only = std::env::var("VIGIE_TEST_TOR").unwrap_or_default();
    let asked = |name: &str| only.is_empty() || only.split(',').any(|part| name.contains(part));
    let begun = Instant::now();
    let stand = Stand::new();
    let roll_over = tornet::next_roll_over(vigie::clock::now());
    println!("{:6.1} s  {} s to the next time period", begun.elapsed().as_secs_f64(), left(roll_over));
    if std::env::var_os("VIGIE_TEST_TOR_ROLL_OVER").is_some() {
        std::thread::sleep(Duration::from_secs(u64::try_from(left(roll_over) - BEFORE).unwrap_or(0)));
    }
    let mut failed: Vec<&str> = std::thread::scope(|scope| {
        let running: Vec<_> = (TOGETHER.iter().filter(|(name, _)| asked(name)))
            .map(|(name, scenario)| {
                let stand = &stand;
                let thread = std::thread::Builder::new().name((*name).to_owned());
                (*name, thread.spawn_scoped(scope, move || timed(name, begun, || scenario(stand))).unwrap())
            })
            .collect();
        running.into_iter().filter_map(|(name, thread)| thread.join().is_err().then_some(name)).collect()
    });
    for (name, scenario) in ALONE.iter().filter(|(name, _)| asked(name)) {
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| timed(name, begun, || scenario(&stand))));
        failed.extend(ran.is_err().then_some(*name));
    }
    println!("{:6.1} s  {} s to the time period that was next", begun.elapsed().as_secs_f64(), left(roll_over));
    assert!(failed.is_empty(), "failed: {failed:#?}");
}

fn timed(name: &str, begun: Instant, scenario: impl FnOnce()) {
    let own = Instant::now();
    scenario();
    println!("{:6.1} s  ok: {name} ({:.1} s)", begun.elapsed().as_secs_f64(), own.elapsed().as_secs_f64());
}

fn left(until: jiff::Timestamp) -> i64 {
    until.as_second() - vigie::clock::now().as_second()
}
