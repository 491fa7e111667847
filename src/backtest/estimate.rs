//! How many notifications a day a watch would bring, from what the archive saw last.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use jiff::civil::Date;
use serde::Serialize;
use vigie_index::{Group, Query, SearchOptions, Searcher, Sort};

use super::narrower::term;
use super::weeks::{self, midnight, monday};
use crate::database::Connection;
use crate::store::read;

/// Weeks that are looked at.
const WEEKS: usize = 4;
/// Hits of which versions are counted: the first by id, which is a digest.
pub(super) const SAMPLE: usize = 2_000;
const DAY: i64 = 86_400_000_000;

/// What a watch would notify of.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// Notifications a day.
    pub a_day: f64,
    /// Of them for listings that were not seen before: each family, vendor and source once, as alerts are folded.
    pub new_a_day: f64,
    /// Of them for new versions of listings that match already.
    pub changed_a_day: f64,
    /// The weeks it was counted in, by their Mondays: the last four in which the archive saw a new listing.
    pub weeks: Vec<String>,
    /// Days of these weeks; the last one counts up to the day on which the archive saw its newest listing.
    pub days: i64,
    /// Sources with hits that were seen in their first week only. All that stood there is new in such a week, so nothing is estimated of them.
    pub unknown: Vec<String>,
}

/// Estimates from the groups of all hits and the ids of some.
pub(super) async fn estimate(
    connection: &mut Connection,
    searcher: &Searcher,
    groups: &[Group],
    hits: u64,
    sample: &[String],
) -> Result<Estimate> {
    let observed = tokio::task::block_in_place(|| weeks::observed(searcher, "*"))?;
    let Some(newest) = newest(connection, searcher).await? else { return Ok(Estimate::default()) };
    let chosen = observed.get(observed.len().saturating_sub(WEEKS)..).unwrap_or_default();
    let days: BTreeMap<Date, i64> = chosen.iter().map(|week| (*week, length(*week, newest))).collect();
    let mut new: BTreeMap<&str, HashMap<Date, u64>> = BTreeMap::new();
    for group in groups {
        let week = monday(group.first_seen);
        let of_source = new.entry(&group.source).or_default();
        if days.contains_key(&week) {
            *of_source.entry(week).or_default() += 1;
        }
    }
    let mut estimate = Estimate { weeks: chosen.iter().map(Date::to_string).collect(), days: days.values().sum(), ..Estimate::default() };
    for (source, found) in new {
        let Some(first) = tokio::task::block_in_place(|| weeks::observed(searcher, &term("source", source)))?.first().copied() else {
            continue;
        };
        let later: i64 = days.iter().filter(|(week, _)| **week > first).map(|(_, days)| days).sum();
        let count: u64 = found.iter().filter(|(week, _)| **week > first).map(|(_, count)| count).sum();
        if later == 0 {
            estimate.unknown.push(source.to_owned());
        } else {
            estimate.new_a_day += rate(count, later);
        }
    }
    if let Some(since) = chosen.first().map(|week| midnight(*week)).filter(|_| !sample.is_empty()) {
        let changes = read::changes(connection, sample, since).await?;
        estimate.changed_a_day = rate(changes.unsigned_abs(), estimate.days) * share(hits, sample.len());
    }
    estimate.a_day = estimate.new_a_day + estimate.changed_a_day;
    Ok(estimate)
}

#[expect(clippy::cast_precision_loss, reason = "counts of listings and days need no 53 bits")]
fn rate(count: u64, days: i64) -> f64 {
    count as f64 / days.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts of listings need no 53 bits")]
fn share(hits: u64, sampled: usize) -> f64 {
    hits as f64 / sampled.max(1) as f64
}

/// Days of a week up to a moment, at least one.
fn length(monday: Date, newest: i64) -> i64 {
    ((newest - midnight(monday)).div_euclid(DAY) + 1).clamp(1, 7)
}

/// When the newest listing was first seen.
async fn newest(connection: &mut Connection, searcher: &Searcher) -> Result<Option<i64>> {
    let options = SearchOptions { limit: 1, sort: Sort::NewestFirst, ..SearchOptions::default() };
    let hits = tokio::task::block_in_place(|| searcher.search(&Query::parse("*", 0)?, &options).map_err(anyhow::Error::from))?.hits;
    let ids: Vec<String> = hits.into_iter().map(|hit| hit.id).collect();
    Ok(read::by_ids(connection, &ids).await?.first().map(|one| one.row.first_seen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_week_counts_up_to_its_newest_listing() {
        let week = jiff::civil::date(2026, 11, 16);
        let at = |days: i64| midnight(week) + days * DAY + 7;
        assert_eq!((length(week, at(0)), length(week, at(2)), length(week, at(6)), length(week, at(30))), (1, 3, 7, 7));
        assert_eq!((rate(14, 28), rate(1, 0), share(10, 0)), (0.5, 1.0, 10.0));
    }
}
