//! Lock-out with back-off: after a few failures to sign in one waits, and each further failure doubles the wait.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Semaphore;

/// Failures of a user, or with a name that nobody has, without a wait.
const FREE: i64 = 5;
/// The same of an address, which a whole office may share.
const FREE_OF_ADDRESS: i64 = 20;
/// The longest wait, in minutes.
const LONGEST: i64 = 60;
const MINUTE: i64 = 60_000_000;
/// Addresses and unknown names that are remembered.
const MOST: usize = 10_000;
/// Passwords that are checked at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 4;

/// What is remembered of failures while the process runs: those of users are in the store.
#[derive(Debug)]
pub(super) struct Throttle {
    failures: Mutex<HashMap<String, Failures>>,
    /// Turns at checking passwords.
    pub(super) turns: Semaphore,
}

#[derive(Debug, Clone, Copy, Default)]
struct Failures {
    count: i64,
    locked_until: i64,
    last: i64,
}

impl Default for Throttle {
    fn default() -> Self {
        Self { failures: Mutex::default(), turns: Semaphore::new(AT_ONCE) }
    }
}

impl Throttle {
    /// Counts an attempt of an address before it is looked at. Times are microseconds.
    ///
    /// # Errors
    /// The address waits: until when.
    pub(super) fn attempt_from(&self, address: IpAddr, now: i64) -> Result<(), i64> {
        self.attempt(network(address), FREE_OF_ADDRESS, now)
    }

    /// The same with a name that nobody has, so that it waits as those of users do.
    pub(super) fn attempt_as(&self, name: &str, now: i64) -> Result<(), i64> {
        // Names begin with another sign than addresses do; those that nobody could have are cut.
        self.attempt(format!("@{}", name.to_lowercase().chars().take(64).collect::<String>()), FREE, now)
    }

    /// Takes an attempt of an address back that was none: nothing was wrong.
    pub(super) fn forgive(&self, address: IpAddr) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&network(address));
    }

    fn attempt(&self, key: String, free: i64, now: i64) -> Result<(), i64> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MOST && !failures.contains_key(&key) {
            make_room(&mut failures, now);
        }
        let one = failures.entry(key).or_default();
        if one.locked_until > now {
            return Err(one.locked_until);
        }
        *one = Failures { count: one.count + 1, locked_until: now + wait(one.count + 1, free), last: now };
        Ok(())
    }
}

/// Counts a failure of a user; gives until when the user waits. Times are microseconds.
pub(super) fn locked_until(failures: i64, now: i64) -> i64 {
    now + wait(failures, FREE)
}

/// Microseconds to wait after so many failures.
fn wait(failures: i64, free: i64) -> i64 {
    match failures - free {
        ..=0 => 0,
        beyond => MINUTE * (1 << (beyond - 1).min(10)).min(LONGEST),
    }
}

/// The address as failures are counted by: whoever has an IPv6 address has the 2^64 of its network.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Forgets the older half. What waits longest failed last, so that it is kept.
fn make_room(failures: &mut HashMap<String, Failures>, now: i64) {
    failures.retain(|_, one| one.locked_until > now || one.last > now - LONGEST * MINUTE);
    if failures.len() >= MOST {
        let mut times: Vec<i64> = failures.values().map(|one| one.last).collect();
        let (_, middle, _) = times.select_nth_unstable(MOST / 2);
        let middle = *middle;
        failures.retain(|_, one| one.last > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::{MINUTE, MOST, Throttle, wait};
    use std::net::IpAddr;

    #[test]
    fn five_failures_are_free_and_waits_double_up_to_an_hour() {
        let minutes: Vec<i64> = (0..16).map(|failures| wait(failures, 5) / MINUTE).collect();
        assert_eq!(minutes, [0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
        assert_eq!(wait(i64::MAX, 5), 60 * MINUTE);
    }

    #[test]
    fn an_address_waits_as_a_network_and_success_frees_it() {
        let throttle = Throttle::default();
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let neighbour: IpAddr = "2001:db8::ffff:2".parse().unwrap();
        let far: IpAddr = "2001:db8:0:1::1".parse().unwrap();
        for _ in 0..21 {
            throttle.attempt_from(one, 0).unwrap();
        }
        assert_eq!(throttle.attempt_from(neighbour, 1), Err(MINUTE));
        assert_eq!(throttle.attempt_from(far, 1), Ok(()));
        assert_eq!(throttle.attempt_from(one, MINUTE), Ok(()));
        assert_eq!(throttle.attempt_from(one, MINUTE + 1), Err(3 * MINUTE));
        throttle.forgive(neighbour);
        assert_eq!(throttle.attempt_from(one, MINUTE + 2), Ok(()));
        for _ in 0..6 {
            throttle.attempt_as("Nobody", 0).unwrap();
        }
        assert_eq!(throttle.attempt_as("nobody", 1), Err(MINUTE));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let throttle = Throttle::default();
        for n in 0..3 * MOST {
            throttle.attempt_as(&format!("name{n}"), i64::try_from(n).unwrap()).unwrap();
        }
        let held = throttle.failures.lock().unwrap().len();
        assert!((MOST / 2..=MOST).contains(&held), "{held}");
    }
}
