//! The only place that waits for politeness: one gate per host, and the rule by which its spacing grows and shrinks.
//!
//! The spacing holds between request starts as the client makes them, always, whoever asks and however many at once.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex, Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// The gate of one host.
#[derive(Debug)]
pub struct Gate {
    /// Start of the last request. Held while a request waits for its turn, so that turns come in order.
    last: Mutex<Option<Instant>>,
    /// When the last request really began that was told to [`Gate::begins`].
    begun: Mutex<Option<Instant>>,
    /// Earliest moment of the next request, whatever the spacing. A lock of its own: a snooze must not wait for a waiting request.
    not_before: std::sync::Mutex<Instant>,
    /// Wakes whoever waits when the gate is shut for the rest of the run.
    shut: Notify,
    /// How often all who waited were sent away.
    sent_away: AtomicI64,
    /// Requests to the host at a time.
    slots: Arc<Semaphore>,
    /// Least spacing that the sources of this host ask for, microseconds.
    base: AtomicI64,
    /// Longest spacing that back-off may reach, microseconds.
    ceiling: i64,
    /// Spacing in force, microseconds.
    spacing: AtomicI64,
    /// Smoothed time to the first byte, microseconds.
    latency: AtomicI64,
    /// Shortest time to the first byte in this run, microseconds.
    floor: AtomicI64,
    /// How much later than usual the last request seems to have reached the host, microseconds.
    late: AtomicI64,
    /// Smallest gap between two starts in this run, microseconds; `i64::MAX` before the second start.
    min_gap: AtomicI64,
    /// Requests started in this run.
    started: AtomicI64,
}

/// Permission to send one request; the host's slot is free again when it is dropped.
#[derive(Debug)]
pub struct Turn {
    number: i64,
    _slot: OwnedSemaphorePermit,
    _stream: OwnedSemaphorePermit,
}

/// What the server's answer says about how it bears the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A page came, this long after the request.
    Good {
        /// Time to the first byte.
        latency: Duration,
    },
    /// The server asked for patience (429, 503), failed, or did not answer.
    Strained,
    /// An answer that says nothing about load, such as 404.
    Neutral,
}

impl Gate {
    /// A gate that opens `wait` from now, with `spacing` in force (at least `base`).
    pub fn new(base: Duration, ceiling: Duration, concurrency: usize, spacing: Duration, latency: Duration, wait: Duration) -> Self {
        let base = micros(base);
        Self {
            last: Mutex::new(None),
            begun: Mutex::new(None),
            not_before: std::sync::Mutex::new(Instant::now() + wait),
            shut: Notify::new(),
            sent_away: AtomicI64::new(0),
            slots: Arc::new(Semaphore::new(concurrency.max(1))),
            base: AtomicI64::new(base),
            ceiling: micros(ceiling).max(base),
            spacing: AtomicI64::new(micros(spacing).max(base)),
            latency: AtomicI64::new(micros(latency)),
            floor: AtomicI64::new(i64::MAX),
            late: AtomicI64::new(0),
            min_gap: AtomicI64::new(i64::MAX),
            started: AtomicI64::new(0),
        }
    }

    /// `None` when the gate was shut, who waits was sent away, or the process stops. Waits for a slot of the host, for its spacing and for one of the `streams` of the whole process, in this order.
    #[expect(clippy::disallowed_methods, reason = "this is the gate that waits")]
    pub async fn turn(&self, streams: &Arc<Semaphore>) -> Option<Turn> {
        let came = self.sent_away.load(Ordering::Relaxed);
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok()?;
        let mut last = self.last.lock().await;
        loop {
            if self.slots.is_closed() || self.sent_away.load(Ordering::Relaxed) != came {
                return None;
            }
            let not_before = self.not_before();
            let open = last.map_or(not_before, |at| not_before.max(at + self.spacing() + self.late()));
            if Instant::now() >= open {
                break;
            }
            tokio::select! {
                () = sleep_until(open) => {}
                () = self.shut.notified() => return None,
            }
        }
        let stream = Arc::clone(streams).acquire_owned().await.ok()?;
        let now = Instant::now();
        if let Some(before) = *last {
            self.min_gap.fetch_min(micros(now - before), Ordering::Relaxed);
        }
        *last = Some(now);
        self.late.store(0, Ordering::Relaxed);
        let number = self.started.fetch_add(1, Ordering::Relaxed) + 1;
        Some(Turn { number, _slot: slot, _stream: stream })
    }

    /// To be awaited right before a request is sent where that is long after its turn, as where a circuit was built first: requests that
    /// waited for the same thing would else be sent at once.
    #[expect(clippy::disallowed_methods, reason = "this is the gate that waits")]
    pub async fn begins(&self) {
        let mut begun = self.begun.lock().await;
        if let Some(before) = *begun {
            sleep_until(before + self.spacing()).await;
            self.min_gap.fetch_min(micros(before.elapsed()), Ordering::Relaxed);
        }
        *begun = Some(Instant::now());
    }

    /// Notes when the answer to a request began. One that came later than usual may have been held up on its way to the host, by a new
    /// connection or a busy machine: the next one then waits as much longer, so that the host sees the spacing too.
    pub fn answered(&self, turn: &Turn, latency: Duration) {
        let latency = micros(latency);
        let floor = self.floor.fetch_min(latency, Ordering::Relaxed);
        // The first request has nothing to be compared with, and a connection to make.
        let excess = if floor == i64::MAX { latency } else { latency - floor.min(latency) };
        let noise = self.spacing.load(Ordering::Relaxed) / 100;
        if excess > noise && turn.number == self.started.load(Ordering::Relaxed) {
            self.late.store(excess.min(self.spacing.load(Ordering::Relaxed)), Ordering::Relaxed);
        }
    }

    fn late(&self) -> Duration {
        Duration::from_micros(self.late.load(Ordering::Relaxed).unsigned_abs())
    }

    /// Shuts the gate for the rest of the run: whoever waits at it, or comes later, goes away without a turn.
    pub fn shut(&self) {
        self.slots.close();
        self.shut.notify_one();
    }

    /// Sends away whoever waits now, without a turn; who comes later is let through as before.
    pub fn send_away(&self) {
        self.sent_away.fetch_add(1, Ordering::Relaxed);
        self.shut.notify_waiters();
    }

    /// Keeps the gate shut for `wait` from now, at least.
    pub fn snooze(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        *not_before = until.max(*not_before);
    }

    fn not_before(&self) -> Instant {
        *self.not_before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adapts the spacing: doubled by strain, never below the smoothed latency, slowly back to the base by good answers.
    pub fn learn(&self, answer: Answer) {
        let (base, spacing) = (self.base.load(Ordering::Relaxed), self.spacing.load(Ordering::Relaxed));
        let next = match answer {
            Answer::Strained => spacing.saturating_mul(2),
            Answer::Neutral => spacing,
            Answer::Good { latency } => {
                let before = self.latency.load(Ordering::Relaxed);
                let smoothed = if before == 0 { micros(latency) } else { (before * 7 + micros(latency)) / 8 };
                self.latency.store(smoothed, Ordering::Relaxed);
                // Without a base, as benchmarks on loopback have it, nothing is to be kept.
                if base == 0 { 0 } else { (spacing - (spacing - base) / 8).max(smoothed) }
            }
        };
        self.spacing.store(next.clamp(base, self.ceiling), Ordering::Relaxed);
    }

    /// Spacing in force.
    pub fn spacing(&self) -> Duration {
        Duration::from_micros(self.spacing.load(Ordering::Relaxed).unsigned_abs())
    }

    /// How long a snooze still lasts.
    pub fn wait(&self) -> Duration {
        self.not_before().saturating_duration_since(Instant::now())
    }

    /// Raises the base to what the host's robots.txt asks for, up to the ceiling.
    pub fn at_least(&self, delay: Duration) {
        let delay = micros(delay).min(self.ceiling);
        self.base.fetch_max(delay, Ordering::Relaxed);
        self.spacing.fetch_max(delay, Ordering::Relaxed);
    }

    /// Smoothed time to the first byte.
    pub fn latency(&self) -> Duration {
        Duration::from_micros(self.latency.load(Ordering::Relaxed).unsigned_abs())
    }

    /// Smallest gap between two request starts in this run.
    pub fn min_gap(&self) -> Option<Duration> {
        u64::try_from(self.min_gap.load(Ordering::Relaxed)).ok().filter(|gap| *gap < i64::MAX.unsigned_abs()).map(Duration::from_micros)
    }

    /// Requests started in this run.
    pub fn started(&self) -> i64 {
        self.started.load(Ordering::Relaxed)
    }

    /// How many requests are worth having ready at this gate, so that it never waits for the queue.
    pub fn look_ahead(&self) -> usize {
        let ahead = 400_000 / self.spacing.load(Ordering::Relaxed).max(1_000);
        self.slots.available_permits() + usize::try_from(ahead).unwrap_or(0).clamp(1, 64)
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(base: u64) -> Gate {
        Gate::new(Duration::from_millis(base), Duration::from_secs(10), 4, Duration::ZERO, Duration::ZERO, Duration::ZERO)
    }

    #[tokio::test(start_paused = true)]
    async fn starts_keep_the_spacing_however_many_ask() {
        let gate = Arc::new(gate(50));
        let streams = Arc::new(Semaphore::new(64));
        let begin = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (gate, streams) = (Arc::clone(&gate), Arc::clone(&streams));
            tasks.spawn(async move { gate.turn(&streams).await.is_some() });
        }
        while tasks.join_next().await.is_some() {}
        assert!(gate.min_gap().is_some_and(|gap| gap >= Duration::from_millis(50)));
        assert_eq!(gate.started(), 20);
        assert!(begin.elapsed() >= Duration::from_millis(50 * 19));
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_waited_for_one_circuit_are_not_sent_at_once() {
        let gate = Arc::new(gate(50));
        let streams = Arc::new(Semaphore::new(64));
        let (built, circuit) = tokio::sync::watch::channel(false);
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let (gate, streams, mut circuit) = (Arc::clone(&gate), Arc::clone(&streams), circuit.clone());
            tasks.spawn(async move {
                let turn = gate.turn(&streams).await;
                circuit.wait_for(|built| *built).await.unwrap();
                gate.begins().await;
                drop(turn);
                Instant::now()
            });
        }
        tokio::time::advance(Duration::from_secs(5)).await;
        built.send(true).unwrap();
        let mut sent = tasks.join_all().await;
        sent.sort();
        assert!(sent.windows(2).all(|two| two[1] - two[0] >= Duration::from_millis(50)), "{sent:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_snooze_holds_the_gate() {
        let gate = gate(1);
        gate.snooze(Duration::from_secs(3));
        let begin = Instant::now();
        assert!(gate.turn(&Arc::new(Semaphore::new(1))).await.is_some());
        assert!(begin.elapsed() >= Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_arrived_late_holds_the_next_one_as_much() {
        let gate = Gate::new(Duration::from_millis(100), Duration::from_secs(9), 1, Duration::ZERO, Duration::ZERO, Duration::ZERO);
        let streams = Arc::new(Semaphore::new(1));
        let begin = Instant::now();
        for latency in [2, 42, 2] {
            let turn = gate.turn(&streams).await.unwrap();
            gate.answered(&turn, Duration::from_millis(latency));
        }
        assert!(begin.elapsed() >= Duration::from_millis(240));
    }

    /// A gate that was passed, and five who wait at it for an hour; each tells whether it was sent away.
    async fn with_five_waiting(streams: &Arc<Semaphore>) -> (Arc<Gate>, tokio::task::JoinSet<bool>) {
        let gate =
            Arc::new(Gate::new(Duration::from_secs(3_600), Duration::from_secs(9_999), 2, Duration::ZERO, Duration::ZERO, Duration::ZERO));
        assert!(gate.turn(streams).await.is_some());
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..5 {
            let (gate, streams) = (Arc::clone(&gate), Arc::clone(streams));
            tasks.spawn(async move { gate.turn(&streams).await.is_none() });
        }
        tokio::task::yield_now().await;
        (gate, tasks)
    }

    #[tokio::test(start_paused = true)]
    async fn a_shut_gate_sends_everybody_away() {
        let streams = Arc::new(Semaphore::new(9));
        let (gate, mut tasks) = with_five_waiting(&streams).await;
        let begin = Instant::now();
        gate.shut();
        while let Some(sent_away) = tasks.join_next().await {
            assert!(sent_away.unwrap());
        }
        assert!(begin.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_sent_away_and_who_comes_later_is_not() {
        let streams = Arc::new(Semaphore::new(9));
        let (gate, mut tasks) = with_five_waiting(&streams).await;
        let begin = Instant::now();
        gate.send_away();
        while let Some(sent_away) = tasks.join_next().await {
            assert!(sent_away.unwrap());
        }
        assert!(begin.elapsed() < Duration::from_secs(1));
        assert!(gate.turn(&streams).await.is_some());
        assert!(begin.elapsed() >= Duration::from_secs(3_599), "after its interval");
    }

    #[test]
    fn an_error_never_shortens_and_latency_lengthens() {
        let gate = gate(100);
        gate.learn(Answer::Strained);
        assert_eq!(gate.spacing(), Duration::from_millis(200));
        gate.learn(Answer::Neutral);
        assert_eq!(gate.spacing(), Duration::from_millis(200));
        for _ in 0..200 {
            gate.learn(Answer::Good { latency: Duration::from_millis(1) });
        }
        assert!(gate.spacing() < Duration::from_millis(101));
        for _ in 0..200 {
            gate.learn(Answer::Good { latency: Duration::from_secs(2) });
        }
        assert!(gate.spacing() > Duration::from_secs(1));
        for _ in 0..20 {
            gate.learn(Answer::Strained);
        }
        assert_eq!(gate.spacing(), Duration::from_secs(10));
    }
}
