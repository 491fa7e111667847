//! The retention clock: counts what is kept longer than its source's retention, and says so. It erases nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::clock;
use crate::config::Config;
use crate::config::units::duration_text;
use crate::daemon::health::Health;
use crate::database::Pool;
use crate::store::captures;

/// Counts as often as configured, until `halt` says so.
pub async fn keep_watch(pool: Pool, config: Arc<Config>, health: Arc<Health>, mut halt: watch::Receiver<bool>) {
    let every = config.settings.run.retention_check;
    loop {
        let wait = health.counted_before().map_or(Duration::ZERO, |before| every.saturating_sub(before));
        // Another end than a timeout is the end of the run.
        if !wait.is_zero() && tokio::time::timeout(wait, halt.changed()).await.is_ok() {
            return;
        }
        match count(&pool, &config, clock::now()).await {
            Ok(past) => {
                say(&past, &config);
                health.count_retention(past);
            }
            Err(error) => {
                tracing::warn!("captures past their retention could not be counted: {error:#}");
                health.count_retention(health.past_retention());
            }
        }
    }
}

/// Captures older than the retention of their source, by source; sources without any are left out.
///
/// # Errors
/// The store does not answer.
pub async fn count(pool: &Pool, config: &Config, now: Timestamp) -> Result<BTreeMap<String, u64>> {
    let mut past = BTreeMap::new();
    for source in &config.sources {
        let retention = i64::try_from(source.retention.as_micros()).unwrap_or(i64::MAX);
        let before = clock::micros(now).saturating_sub(retention);
        let n = captures::count_before(&mut *pool.acquire().await?, &source.id, before).await?;
        if n > 0 {
            past.insert(source.id.clone(), n);
        }
    }
    Ok(past)
}

fn say(past: &BTreeMap<String, u64>, config: &Config) {
    for (id, captures) in past {
        let retention = config.source(id).map(|source| duration_text(source.retention)).unwrap_or_default();
        tracing::warn!(source = %id, captures, "kept longer than its retention of {retention}; nothing is erased by itself yet");
    }
}
