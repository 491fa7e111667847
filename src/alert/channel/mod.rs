//! Channels: each sends the notifications of committed alerts in a task of its own, beside the writer and beside each other.
//!
//! What is to be sent stands in the table `delivery`. A try is written down after it was made, so a killed process sends again what it was
//! about to write down: at least once, always with the same idempotency key.

mod sender;
mod http;
mod webhook;
mod mail;
mod cef;
mod syslog;
mod misp;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::alert::channel::sender::{Answer, Sender};
use crate::alert::delivery::{Alert, compose};
use crate::alert::payload::payload;
use crate::clock::{self, micros};
use crate::config::{self, Config, Delivery};
use crate::database::{self, Pool};
use crate::store::alerts;
use crate::store::deliveries::{self, DeliveryRow};

/// Alerts planned at a time.
const PLANNED: i64 = 1_000;
/// Notifications read, sent and written down at a time.
const BATCH: i64 = 32;
/// Tries are written down at least this often.
const WRITTEN_WITHIN: Duration = Duration::from_millis(500);
/// How often a channel looks for what a command asked to be sent again.
const LOOK: Duration = Duration::from_secs(5);
/// Longest wait between the tries of one notification.
const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3_600);
/// Longest time that a channel is left alone after failures, unless its receiver asks for more.
const LONGEST_BREATH: Duration = Duration::from_secs(300);
/// Longest time that a receiver may ask for.
const MOST_PATIENCE: Duration = Duration::from_secs(3_600);

/// What came of the tries of a channel, since the process began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tries {
    /// Accepted by the receiver.
    pub sent: u64,
    /// Failed; tried again later, or dead after the last try.
    pub failed: u64,
    /// Refused by the receiver: dead at once.
    pub refused: u64,
}

/// Tries by channel.
#[derive(Debug, Default)]
pub struct Tally(Mutex<BTreeMap<String, Tries>>);

impl Tally {
    fn count(&self, channel: &str, add: impl FnOnce(&mut Tries)) {
        let mut tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        add(tally.entry(channel.to_owned()).or_default());
    }

    /// What came of them so far.
    pub fn so_far(&self) -> BTreeMap<String, Tries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wake {
    More,
    Last,
}

/// Channels that cannot be set up, each with why.
pub fn unusable(config: &Config) -> Vec<(String, String)> {
    sender::all(config).into_iter().filter_map(|(channel, sender)| Some((channel.name, format!("{:#}", sender.err()?)))).collect()
}

/// The channels at work.
#[derive(Debug)]
pub struct Channels {
    wake: watch::Sender<Wake>,
    tasks: JoinSet<()>,
}

impl Channels {
    /// Starts a task for each channel. One that is met for the first time sends what is raised from now on. One that cannot be
    /// set up, as when its secret is missing, sends nothing and says so; its notifications wait.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn open(pool: &Pool, config: &Config, tally: &Arc<Tally>) -> Result<Self> {
        let (wake, woken) = watch::channel(Wake::More);
        let mut tasks = JoinSet::new();
        let pen = Arc::new(Semaphore::new(1));
        for (channel, sender) in sender::all(config) {
            let mut transaction = database::begin(pool).await?;
            deliveries::checkpoint(&mut transaction, &channel.name).await?;
            transaction.commit().await?;
            if let Err(why) = &sender {
                tracing::error!(channel = %channel.name, "nothing is sent through this channel: {why:#}");
            }
            let worker = Worker {
                channel,
                delivery: config.settings.delivery.clone(),
                sender: sender.ok(),
                pool: pool.clone(),
                pen: Arc::clone(&pen),
                tally: Arc::clone(tally),
                failures: 0,
                rest_until: Instant::now(),
            };
            tasks.spawn(worker.work(woken.clone()));
        }
        Ok(Self { wake, tasks })
    }

    /// There may be more to send.
    pub fn more(&self) {
        // Without a receiver no channel is configured.
        let _ = self.wake.send(Wake::More);
    }

    /// Sends what is due now and ends, after `within` at the latest. What is left stays due.
    pub async fn finish(mut self, within: Duration) {
        let _ = self.wake.send(Wake::Last);
        let until = Instant::now() + within;
        while let Ok(Some(ended)) = tokio::time::timeout_at(until, self.tasks.join_next()).await {
            if let Err(error) = ended {
                tracing::error!("a channel ended abnormally: {error}");
            }
        }
    }
}

/// A channel at work.
struct Worker {
    channel: config::Channel,
    delivery: Delivery,
    sender: Option<Arc<Sender>>,
    pool: Pool,
    /// Whoever writes holds it: many channels that wait for the writer must not use up its connections.
    pen: Arc<Semaphore>,
    tally: Arc<Tally>,
    /// Failures in a row, of whatever notification.
    failures: u32,
    /// The channel is left alone until then.
    rest_until: Instant,
}

impl Worker {
    async fn work(mut self, mut woken: watch::Receiver<Wake>) {
        loop {
            let last = *woken.borrow_and_update() == Wake::Last;
            let wait = match self.turn().await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(channel = %self.channel.name, "the table of deliveries could not be used: {error:#}");
                    LOOK
                }
            };
            if wait.is_zero() {
                continue;
            }
            if last {
                return;
            }
            // Without a sender the writer is gone; what is due is sent after the next start.
            if let Ok(Err(_)) = tokio::time::timeout(wait, woken.changed()).await {
                return;
            }
            // A receiver that fails is not asked again for every new alert.
            let rest = self.rest_until.saturating_duration_since(Instant::now());
            if !rest.is_zero() && *woken.borrow() != Wake::Last {
                let _ = tokio::time::timeout(rest, woken.wait_for(|wake| *wake == Wake::Last)).await;
            }
        }
    }

    /// Plans what was raised, sends what is due; returns how long nothing is worth doing.
    async fn turn(&mut self) -> Result<Duration> {
        self.plan().await?;
        let rest = self.rest_until.saturating_duration_since(Instant::now());
        let Some(sender) = self.sender.clone() else { return Ok(LOOK) };
        if !rest.is_zero() {
            return Ok(rest);
        }
        let due = {
            let mut connection = self.pool.acquire().await?;
            deliveries::due(&mut connection, &self.channel.name, micros(clock::now()), BATCH).await?
        };
        if due.is_empty() {
            return Ok(LOOK.min(self.delivery.first_retry));
        }
        let ids: Vec<String> = due.iter().map(|row| row.alert_id.clone()).collect();
        let rows = alerts::by_ids(&mut *self.pool.acquire().await?, &ids).await?;
        let alerts = compose(&mut *self.pool.acquire().await?, rows).await?;
        let mut rows: BTreeMap<String, Alert> = alerts.into_iter().map(|alert| (alert.id.clone(), alert)).collect();
        let (mut settled, mut written) = (Vec::new(), Instant::now());
        for row in due {
            let answer = match rows.remove(&row.alert_id) {
                Some(alert) => {
                    let told = payload(&alert, self.channel.details, self.delivery.desk.as_deref());
                    sender.send(&told, &idempotency_key(&row)).await
                }
                None => Answer::Refused("its alert is gone".to_owned()),
            };
            settled.push(self.weigh(row, answer));
            if !self.rest_until.saturating_duration_since(Instant::now()).is_zero() {
                break;
            }
            if written.elapsed() >= WRITTEN_WITHIN {
                self.write(std::mem::take(&mut settled)).await?;
                written = Instant::now();
            }
        }
        self.write(settled).await?;
        Ok(Duration::ZERO)
    }

    /// Plans the notifications that were committed since the last time.
    async fn plan(&self) -> Result<()> {
        loop {
            let (alerts, at) = {
                let mut connection = self.pool.acquire().await?;
                let at = deliveries::checkpoint(&mut connection, &self.channel.name).await?;
                (alerts::notices_after(&mut connection, at, PLANNED).await?, at)
            };
            let Some(last) = alerts.last().map(|alert| alert.notice).filter(|last| *last > at) else { return Ok(()) };
            let wanted = &self.channel.watches;
            let mine: Vec<_> = alerts.into_iter().filter(|alert| wanted.is_empty() || wanted.contains(&alert.watch)).collect();
            let _pen = self.pen.acquire().await?;
            let mut transaction = database::begin(&self.pool).await?;
            deliveries::plan(&mut transaction, &self.channel.name, &mine, last).await?;
            transaction.commit().await?;
        }
    }

    async fn write(&self, settled: Vec<DeliveryRow>) -> Result<()> {
        if settled.is_empty() {
            return Ok(());
        }
        let _pen = self.pen.acquire().await?;
        let mut transaction = database::begin(&self.pool).await?;
        deliveries::settle(&mut transaction, &settled).await?;
        Ok(transaction.commit().await?)
    }

    /// What an answer means for a notification and for the channel.
    fn weigh(&mut self, mut row: DeliveryRow, answer: Answer) -> DeliveryRow {
        let name = self.channel.name.clone();
        let now = clock::now();
        row.tries += 1;
        row.changed_at = micros(now);
        let asked = match answer {
            Answer::Accepted(note) => {
                self.tally.count(&name, |tries| tries.sent += 1);
                if self.failures > 0 {
                    tracing::info!(channel = %name, "notifications are accepted again");
                }
                self.failures = 0;
                (row.state, row.note) = ("sent".to_owned(), note);
                return row;
            }
            Answer::Refused(note) => {
                self.tally.count(&name, |tries| tries.refused += 1);
                (row.state, row.note) = ("dead".to_owned(), note);
                None
            }
            Answer::Failed { why, wait } => {
                self.tally.count(&name, |tries| tries.failed += 1);
                row.note = why;
                if row.tries >= i64::try_from(self.delivery.tries).unwrap_or(i64::MAX) {
                    row.state = "dead".to_owned();
                } else {
                    let pause = spread(doubled(self.delivery.first_retry, row.tries - 1, LONGEST_WAIT), &row);
                    row.due_at = micros(now).saturating_add(i64::try_from(pause.as_micros()).unwrap_or(i64::MAX));
                }
                wait
            }
        };
        if row.state == "dead" {
            tracing::warn!(channel = %name, alert = %row.alert_id, tries = row.tries, "a notification is dead: {}; hint: `vigie alerts --undelivered`", row.note);
        } else if self.failures == 0 {
            tracing::warn!(channel = %name, "a notification was not accepted and will be sent again: {}", row.note);
        }
        // One failure says little about the next notification, many say that the receiver is down.
        let breath = doubled(self.delivery.first_retry / 8, i64::from(self.failures), LONGEST_BREATH);
        self.failures = self.failures.saturating_add(1);
        self.rest_until = Instant::now() + spread(breath, &row).max(asked.unwrap_or_default().min(MOST_PATIENCE));
        row
    }
}

/// The same for every try of a notification through a channel.
fn idempotency_key(row: &DeliveryRow) -> String {
    format!("{}:{}", row.alert_id, row.channel)
}

fn doubled(first: Duration, times: i64, most: Duration) -> Duration {
    let factor = 1_u32.checked_shl(u32::try_from(times).unwrap_or(0)).unwrap_or(u32::MAX);
    first.saturating_mul(factor).min(most)
}

/// Up to a fifth more or less, so that many do not come at once; the same for the same try.
fn spread(pause: Duration, row: &DeliveryRow) -> Duration {
    let mut hasher = DefaultHasher::new();
    (&row.channel, &row.alert_id, row.tries).hash(&mut hasher);
    pause * (80 + u32::try_from(hasher.finish() % 41).unwrap_or(20)) / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(tries: i64) -> DeliveryRow {
        DeliveryRow {
            channel: "desk".into(),
            alert_id: "a1".into(),
            seq: 1,
            raised_at: 0,
            state: "due".into(),
            tries,
            due_at: 0,
            changed_at: 0,
            note: String::new(),
        }
    }

    #[test]
    fn twelve_tries_take_about_a_day_and_no_wait_is_out_of_bounds() {
        let delivery = Delivery::default();
        let most = i64::try_from(delivery.tries).unwrap();
        let waits: Vec<Duration> =
            (1..most).map(|tries| spread(doubled(delivery.first_retry, tries - 1, LONGEST_WAIT), &row(tries))).collect();
        let whole: Duration = waits.iter().sum();
        assert!((15 * 3_600..30 * 3_600).contains(&whole.as_secs()), "{waits:?}");
        assert!(waits.is_sorted());
        assert_eq!(doubled(Duration::from_secs(40), 400, LONGEST_WAIT), LONGEST_WAIT);
    }

    #[test]
    fn the_key_is_the_same_for_every_try() {
        assert_eq!(idempotency_key(&row(1)), idempotency_key(&row(9)));
        assert_ne!(spread(Duration::from_secs(100), &row(1)), spread(Duration::from_secs(100), &row(2)));
    }
}
