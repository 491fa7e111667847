//! What fails is named as what it is: the address, the onion service, or Tor.

use super::circuits::SOME;
use super::stand::{Background, ITEMS, Run, Stand, read_in_full, source, until};
use serde_json::Value;

/// A name of version 3 whose checksum holds; nobody publishes it in this network.
const NOBODY: &str = "http://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion";
/// Time limits that are short, and long enough for a small network.
pub(super) const SHORT: &str = "descriptor = \"8s\"\nconnect = \"8s\"\n";

pub(super) fn a_wrong_address_is_refused(stand: &Stand) {
    let good = stand.onion("shop");
    // One letter of the name is another.
    let (start, rest) = good.split_at("http://".len());
    let wrong = format!("{start}{}{}", if rest.starts_with('a') { "b" } else { "a" }, &rest[1..]);
    let place = stand.place(&[source("wrong", &wrong, "20ms", "")], "");
    let said = place.refusal(2, &["crawl", "--once"]);
    assert!(said.contains("wrong.toml") && said.contains("onion service of version 3"), "{said}");
    assert!(!place.data().join("tor").exists(), "Tor was not even started");
}

pub(super) fn an_onion_that_is_down_is_not_tor_that_is_down(stand: &Stand) {
    let sources = [
        source("nobody", NOBODY, "20ms", ""),
        source("stopped", &stand.onion("stopped"), "20ms", ""),
        source("up", &stand.onion("shop"), "20ms", ""),
    ];
    let place = stand.place(&sources, SHORT);
    let run = Run::of(&place, &[], false);
    let (listings, full) = (place.listings(), read_in_full(&place));
    let states = place.rows(&["sources", "--json"]);
    println!("outcomes: {}", run.summary["outcomes"]);
    assert!(full == ITEMS && listings.iter().all(|row| row["source"] == "up"), "{} {}", run.summary, run.said);
    assert!(run.outcomes("onion_not_found") > 0, "{}", run.summary);
    let service = ["onion_introduction_failed", "onion_timeout", "onion_rendezvous_failed", "onion_rendezvous_timeout"];
    assert!(service.iter().any(|code| run.outcomes(code) > 0), "{}", run.summary);
    assert_eq!(run.outcomes("tor_unavailable"), 0, "{}", run.summary);
    assert!(states.iter().all(|row| row["state"] != "route_unavailable"), "{states:?}");
    run.met_only(&stand.network().addresses());
}

pub(super) fn a_mirror_dies_in_mid_crawl(stand: &Stand) {
    // Nobody else asks at either door.
    let (mirrors, second_door) = (format!("mirrors = [\"{}:83/\"]", stand.onion("shop")), &stand.other);
    let place = stand.place(&[source("one", &stand.onion("mirror"), "100ms", &mirrors)], SHORT);
    let (first, second) = (stand.mirror.guests(), second_door.guests());
    let crawl = Background::start(&place, &["crawl", "--once"]);
    until("the crawl is under way", || stand.mirror.guests() >= first + SOME);
    stand.network().stop_onion("mirror").unwrap();
    let (died, before) = (stand.mirror.guests(), second_door.guests());
    assert_eq!(before, second, "a source whose first address answers is asked there alone");
    let code = crawl.wait();
    let (said, listings) = (std::fs::read_to_string(place.folder.path().join("said")).unwrap(), place.listings());
    println!("after {} requests to the mirror that died {} went to the other", died - first, second_door.guests() - before);
    assert_eq!(code, Some(0), "{said}");
    assert!(second_door.guests() > before, "{said}");
    assert_eq!((listings.len(), read_in_full(&place)), (ITEMS, ITEMS), "each listing once, whichever mirror showed it: {said}");
    assert!(listings.iter().all(|row| row["source"] == "one" && row["n_versions"] == 1), "{listings:?}");
    place.expect(0, &["verify"]);
}

pub(super) fn without_tor_nothing_is_lost(stand: &Stand) {
    let clear = crate::shop::Shop::open(20);
    let place = stand.place(&[source("hidden", &stand.onion("shop"), "20ms", ""), clear.source("clear", "")], "");
    // The same network, whose authority listens nowhere.
    let authority = stand.network().addresses()[0].to_string();
    let elsewhere = stand.network().settings().unwrap().replace(&authority, "127.0.6.200:5000");
    stand.settings(&place, "bootstrap = \"4s\"\n", &elsewhere);
    let run = Run::of(&place, &[], false).ended(&[3]);
    assert!(run.outcomes("tor_unavailable") > 0, "{}", run.summary);
    let of = |rows: &[Value], source: &str| rows.iter().filter(|row| row["source"] == source).count();
    let rows = place.listings();
    assert_eq!((of(&rows, "clear"), of(&rows, "hidden")), (20, 0), "{}", run.summary);
    let skipped = run.summary["skipped"].as_array().unwrap();
    assert!(skipped.len() == 1 && skipped[0]["source"] == "hidden", "{}", run.summary);
    let states = place.rows(&["sources", "--json"]);
    let state = |id: &str| states.iter().find(|row| row["source"] == id).map(|row| row["state"].clone());
    assert_eq!(state("hidden"), Some(Value::from("route_unavailable")), "{states:?}");

    // A crawl that goes on finds Tor when it is there.
    stand.settings(&place, "", &stand.network().settings().unwrap());
    assert_eq!(Background::start(&place, &["crawl", "--once"]).wait(), Some(0));
    assert_eq!((of(&place.listings(), "hidden"), read_in_full(&place)), (ITEMS, ITEMS + 20));
}
