//! How much one asker may ask: a bucket for each, which every request takes from and time fills again.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Requests that are answered each second, in the long run.
const A_SECOND: f64 = 20.0;
/// Requests that are answered at once after a rest.
const BURST: f64 = 60.0;
/// Askers that are remembered, at most.
const MOST: usize = 10_000;

/// The buckets of all askers.
#[derive(Default)]
pub(super) struct Rate {
    buckets: Mutex<HashMap<String, Bucket>>,
}

struct Bucket {
    /// Requests that are left.
    left: f64,
    /// When that was so, microseconds.
    at: i64,
}

impl Bucket {
    fn fill(&mut self, now: i64) {
        // A clock that was set back gives nothing and takes nothing.
        let seconds = now.saturating_sub(self.at).max(0) as f64 / 1e6;
        self.left = (self.left + seconds * A_SECOND).min(BURST);
        self.at = now;
    }
}

impl Rate {
    /// Takes one request of an asker at `now` (microseconds); whole seconds to wait where nothing is left.
    pub(super) fn take(&self, who: &str, now: i64) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST && !buckets.contains_key(who) {
            make_room(&mut buckets, now);
        }
        let bucket = buckets.entry(who.to_owned()).or_insert(Bucket { left: BURST, at: now });
        bucket.fill(now);
        if bucket.left < 1.0 {
            return Err(((1.0 - bucket.left) / A_SECOND).ceil().max(1.0) as u64);
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

/// Forgets whose bucket is full again; where all ask at once, the half that asked least lately.
fn make_room(buckets: &mut HashMap<String, Bucket>, now: i64) {
    buckets.retain(|_, bucket| {
        bucket.fill(now);
        bucket.left < BURST
    });
    if buckets.len() >= MOST {
        let mut left: Vec<f64> = buckets.values().map(|bucket| bucket.left).collect();
        let (_, middle, _) = left.select_nth_unstable_by(MOST / 2, f64::total_cmp);
        let middle = *middle;
        // Among those in the middle itself chance decides.
        let mut more = MOST / 4;
        buckets.retain(|_, bucket| {
            let is_middle = bucket.left.total_cmp(&middle).is_eq();
            let keep = bucket.left < middle || (is_middle && more > 0);
            more -= usize::from(keep && is_middle);
            keep
        });
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rate").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_at_once_then_twenty_a_second_and_each_for_itself() {
        let rate = Rate::default();
        assert!((0..60).all(|_| rate.take("anna", 0).is_ok()));
        assert_eq!(rate.take("anna", 0), Err(1));
        assert_eq!(rate.take("bert", 0), Ok(()));
        assert!((0..20).all(|_| rate.take("anna", 1_000_000).is_ok()));
        assert_eq!(rate.take("anna", 1_000_000), Err(1));
        assert_eq!(rate.take("anna", 0), Err(1), "a clock set back");
        assert_eq!((0..100).filter(|_| rate.take("anna", 3_600_000_000).is_ok()).count(), 60);
    }

    #[test]
    fn what_is_remembered_is_bounded_and_whoever_is_held_back_is_not_forgotten() {
        let rate = Rate::default();
        while rate.take("greedy", 0).is_ok() {}
        for n in 0..3 * MOST {
            assert_eq!(rate.take(&format!("asker {n}"), 0), Ok(()));
        }
        assert!(rate.buckets.lock().unwrap().len() <= MOST);
        assert_eq!(rate.take("greedy", 0), Err(1));
    }
}
