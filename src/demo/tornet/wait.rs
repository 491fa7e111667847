//! Waiting for other processes: the one place of the network that does.

use anyhow::Result;
use std::time::{Duration, Instant};

/// Looks again and again until there is something, or the time is up.
pub(super) fn until<T>(limit: Duration, mut look: impl FnMut() -> Result<Option<T>>) -> Result<Option<T>> {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = look()? {
            return Ok(Some(found));
        }
        if Instant::now() >= end {
            return Ok(None);
        }
        rest();
    }
}

#[allow(clippy::disallowed_methods, reason = "other processes tell nobody when they are ready")]
fn rest() {
    std::thread::sleep(Duration::from_millis(50));
}
