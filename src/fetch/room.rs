//! Room for bodies: what all fetches together may hold in memory at once, however many large pages arrive together.
//!
//! A body of up to [`FREE`] bytes needs no room. One that grows past that takes a place for [`MEDIUM`] bytes, and past that one for the
//! largest body there may be; whoever finds none free leaves the rest on the wire until another body was committed. Places are taken in
//! this order only, and who has a large one needs no other, so that nobody waits in a circle.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of a body that need no room.
const FREE: u64 = 64 << 10;
/// Bytes of a place of the middle size.
const MEDIUM: u64 = 1 << 20;

/// The places of a process.
#[derive(Debug)]
pub(super) struct Room {
    medium: Arc<Semaphore>,
    large: Arc<Semaphore>,
}

/// The places that a body holds, free again when its exchange is dropped.
#[derive(Clone, Debug, Default)]
pub struct Held {
    medium: Option<Arc<OwnedSemaphorePermit>>,
    large: Option<Arc<OwnedSemaphorePermit>>,
}

impl Held {
    pub(super) fn is_large(&self) -> bool {
        self.large.is_some()
    }
}

impl Room {
    /// Room for `bytes` altogether (at least for one body of each size), half of them for bodies of up to `largest` bytes.
    pub(super) fn new(bytes: u64, largest: u64) -> Room {
        let places = |size: u64| usize::try_from(bytes / 2 / size.max(1)).unwrap_or(usize::MAX).clamp(1, Semaphore::MAX_PERMITS);
        Room { medium: Arc::new(Semaphore::new(places(MEDIUM))), large: Arc::new(Semaphore::new(places(largest))) }
    }

    /// Waits until a body may grow to `length` bytes.
    pub(super) async fn admit(&self, length: u64, held: &mut Held) {
        if length > FREE && held.medium.is_none() {
            held.medium = place(&self.medium).await;
        }
        if length > MEDIUM && held.large.is_none() {
            held.large = place(&self.large).await;
        }
    }
}

async fn place(places: &Arc<Semaphore>) -> Option<Arc<OwnedSemaphorePermit>> {
    // The places are never closed, so there is one sooner or later.
    Arc::clone(places).acquire_owned().await.ok().map(Arc::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn small_bodies_pass_and_large_ones_wait_for_each_other() {
        let room = Room::new(8 << 20, 2 << 20);
        let mut large = [Held::default(), Held::default()];
        for held in &mut large {
            room.admit(2 << 20, held).await;
        }
        let waits = async |length| tokio::time::timeout(Duration::from_secs(60), room.admit(length, &mut Held::default())).await.is_err();
        assert!(!waits(64 << 10).await && !waits(1 << 20).await, "smaller ones are not held up");
        assert!(waits(2 << 20).await, "two large ones fill it");
        drop(large);
        assert!(!waits(2 << 20).await);
    }
}
