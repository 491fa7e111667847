//! When onion services move: each period of time they are found under another key, and circuits to them break where one begins.

use jiff::{SignedDuration, Timestamp};

/// Seconds between two consensuses of the network.
pub(super) const VOTING: i64 = 30;
/// Seconds of a period: tor makes a day of 24 consensuses in test networks.
pub(super) const LENGTH: i64 = 24 * VOTING;
/// Periods begin so many seconds after a multiple of their length since 1970.
const OFFSET: i64 = 12 * VOTING;

/// The first moment after `now` at which a period of a private network begins: every twelve minutes, at the same time for all networks.
/// Daemons and clients follow with the first consensus that is valid from then on, up to 30 seconds later.
pub fn next_roll_over(now: Timestamp) -> Timestamp {
    let left = LENGTH - (now.as_second() - OFFSET).rem_euclid(LENGTH);
    let second = Timestamp::from_second(now.as_second()).unwrap_or(now);
    second.checked_add(SignedDuration::from_secs(left)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_begin_every_twelve_minutes_six_minutes_past() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(next_roll_over(at(0)), at(360));
        assert_eq!(next_roll_over(at(359)), at(360));
        assert_eq!(next_roll_over(at(360)), at(1_080));
        assert_eq!(next_roll_over(at(1_764_000_000)), at(1_764_000_360));
        assert!(next_roll_over(Timestamp::MAX) == Timestamp::MAX);
    }
}
