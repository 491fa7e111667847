//! Whether notifications leave: channels that cannot be set up, and what waits or is dead. Nothing is sent.

use crate::alert::channel::unusable;
use crate::clock::micros;
use crate::doctor::{Check, Instance, counted};
use crate::store::deliveries::{self, Unsent};

const NAME: &str = "channels";

/// Microseconds after which a notification that waits is told of.
const LONG: i64 = 3_600 * 1_000_000;

/// None where no channel is configured.
pub(super) async fn check(instance: &Instance<'_>) -> Option<Check> {
    let delivery = &instance.config.settings.delivery;
    let names: Vec<&str> = delivery.channels().map(|channel| channel.name.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    if let Some((name, why)) = unusable(instance.config).into_iter().next() {
        let advice = "Mend it, or run this as the account that runs vigie; its notifications wait meanwhile.";
        return Some(Check::warning(NAME, format!("nothing is sent through `{name}`: {why}"), advice));
    }
    let mut unsent = match instance.pool {
        None => Vec::new(),
        Some(pool) => {
            let counted = match pool.acquire().await {
                Ok(mut connection) => deliveries::count_unsent(&mut connection).await,
                Err(error) => Err(error.into()),
            };
            match counted {
                Ok(unsent) => unsent,
                Err(error) => {
                    return Some(Check::warning(NAME, format!("the store does not tell: {error:#}"), "See the test of the store."));
                }
            }
        }
    };
    unsent.retain(|one| names.contains(&one.channel.as_str()));
    let now = micros(instance.now);
    let told = |one: &Unsent| format!("`{}` has {} waiting and {} dead", one.channel, one.due, one.dead);
    let all = format!("{}: {}", counted(names.len(), "channel"), names.join(", "));
    if let Some(one) = unsent.iter().find(|one| one.dead > 0) {
        let advice = "`vigie alerts --undelivered` says why; `vigie alerts redeliver --all` has them sent again.";
        return Some(Check::warning(NAME, format!("{all}; {}", told(one)), advice));
    }
    if let Some(one) = unsent.iter().find(|one| one.oldest > 0 && now.saturating_sub(one.oldest) > LONG) {
        let advice = "`vigie alerts --undelivered` says what the receiver answers; without a running daemon they wait for the next run.";
        return Some(Check::warning(NAME, format!("{all}; {} for more than an hour", told(one)), advice));
    }
    Some(Check::ok(NAME, format!("{all}; {} waiting", unsent.iter().map(|one| one.due).sum::<i64>())))
}
