//! Circuits as an onion service and the relays see them.

use std::time::Instant;

use super::failing::SHORT;
use super::sockets;
use super::stand::{Background, ITEMS, Run, Stand, read_in_full, source, until};

/// Connections that are enough to tell circuits apart.
pub(super) const SOME: usize = 6;
/// Further runs that it may take to get around a relay that is not to be had.
pub(super) const RUNS: usize = 3;

pub(super) fn are_a_sources_own_and_renewed_on_demand(stand: &Stand) {
    let (service, [first, second]) = (stand.network().onion("shop").unwrap().to_owned(), &stand.large);
    // Names within one service, so that without isolation they would share its circuit.
    let at = |id: &str, port: u16| source(id, &format!("http://{id}.{service}:{port}"), "200ms", "");
    // A shop so large that it is still being crawled when circuits have been renewed.
    let sources = [at("one", 81), at("two", 82)];
    let place = stand.place(&sources, "");
    // Without an end: what is due later is waited for.
    let crawl = Background::start(&place, &["crawl"]);
    until("both sources are crawled", || first.guests() >= SOME && second.guests() >= SOME);
    let before = first.guests();
    let (one, two) = (first.circuits(0), second.circuits(0));
    println!("circuits of one source: {one:?}, of another: {two:?}");
    assert!(one.iter().all(|circuit| !two.contains(circuit)), "two sources share a circuit: {one:?} {two:?}");
    assert!(one.len() < SOME / 2 && two.len() < SOME / 2, "a source keeps its circuits: {one:?} {two:?}");

    place.expect(0, &["tor", "renew", "one"]);
    until("a new circuit", || first.circuits(before).iter().any(|circuit| !one.contains(circuit)));
    let renewed = first.guests();
    until("more pages over it", || first.guests() >= renewed + SOME && second.guests() >= 2 * SOME);
    let later = first.circuits(renewed);
    println!("after the renewal: {later:?}");
    assert!(later.iter().all(|circuit| !one.contains(circuit)), "an old circuit is used again: {one:?} {later:?}");
    assert!(later.iter().all(|circuit| !second.circuits(0).contains(circuit)));
    assert_eq!(crawl.interrupt(), Some(0));
    place.expect(0, &["verify"]);
}

pub(super) fn a_relay_dies_in_mid_crawl(stand: &Stand) {
    let place = stand.place(&[source("one", &stand.onion("shop"), "100ms", "")], SHORT);
    let asked = stand.shop.guests();
    let crawl = Background::start(&place, &["crawl", "--once"]);
    until("the crawl is under way", || stand.shop.guests() >= asked + SOME);
    // The one that it enters the network by, so that all its circuits break; the authority only if it is met alone.
    let met = sockets::of(crawl.process());
    let entered = stand.network().addresses().into_iter().rev().find(|relay| met.contains(&format!("tcp {relay}")));
    let killed = entered.unwrap_or_else(|| panic!("it is connected to a relay: {met:?}"));
    stand.network().stop_relay(killed).unwrap();
    let then = stand.shop.guests();
    let begun = Instant::now();
    let code = crawl.wait();
    let said = std::fs::read_to_string(place.folder.path().join("said")).unwrap();
    println!(
        "relay {killed} was killed after {} of {} requests; the crawl ended {:.1} s later with {code:?}",
        then - asked,
        stand.shop.guests() - asked,
        begun.elapsed().as_secs_f64()
    );
    if code != Some(0) {
        println!("{said}");
    }
    // Where the ways that were left gave out, as the service has lost its own, too, what is queued comes with the next run.
    for _ in 0..RUNS {
        if read_in_full(&place) == ITEMS {
            break;
        }
        let run = Run::of(&place, &[], false);
        println!("another run: {:?} {}", run.code, run.summary["outcomes"]);
    }
    let listings = read_in_full(&place);
    stand.network().start_relay(killed).unwrap();
    assert_eq!(listings, ITEMS, "nothing is lost, though the relay stayed away: {said}");
    assert!(code.is_some_and(|code| [0, 3].contains(&code)), "{code:?}: {said}");
    place.expect(0, &["verify"]);
}
