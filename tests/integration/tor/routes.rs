//! Other ways in and out of the network: an exit and a bridge.

use super::circuits::RUNS;
use super::stand::{CLEAR, ITEMS, Run, Stand, read_in_full, source};

pub(super) fn the_clear_web_is_reached_through_the_exit(stand: &Stand) {
    let base = format!("http://{CLEAR}:{}", stand.clear.address.port());
    let place = stand.place(&[source("clear", &base, "20ms", "")], "");
    let mut run = Run::of(&place, &[], true);
    run.met_only(&stand.network().addresses());
    // There are few exits, and a young client may find no circuit to one at first: nothing is lost, the next run finds one.
    for _ in 0..RUNS {
        if run.code == Some(0) {
            break;
        }
        println!("through the exit: {:?} {} {}", run.code, run.summary["outcomes"], run.said);
        run = Run::of(&place, &[], false);
    }
    let run = run.ended(&[0]);
    assert_eq!(read_in_full(&place), ITEMS, "{}", run.summary);
    run.met_only(&stand.network().addresses());
    // It was never connected to by the program itself: what arrived came out of the network.
    assert!(stand.clear.guests() >= ITEMS);
}

pub(super) fn a_bridge_is_the_only_way_in(stand: &Stand) {
    let bridges = format!("bridges = [\"{}\"]\n", stand.network().bridge_line().unwrap());
    let place = stand.place(&[source("one", &stand.onion("shop"), "20ms", "")], &bridges);
    let run = Run::of(&place, &[], false).ended(&[0]);
    run.met_only(&[stand.network().bridge_address().unwrap()]);
    assert_eq!(read_in_full(&place), ITEMS, "{}", run.summary);
}
