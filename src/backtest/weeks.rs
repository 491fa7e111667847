//! Calendar weeks (ISO 8601, UTC): which of them the archive observed, and what a question found in each.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use anyhow::Result;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::Serialize;
use vigie_index::{Group, Searcher};

use crate::backtest::by_week;
use crate::clock::from_micros;

/// What was found in a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Week {
    /// `2026-W47`.
    pub week: String,
    /// Listings first seen in it.
    pub hits: u64,
    /// What a watch would have notified of for these: each family, vendor and source once.
    pub notifications: u64,
}

/// Mondays of the weeks in which a listing that matches was first seen, ascending.
///
/// # Errors
/// The index does not answer.
pub fn observed(searcher: &Searcher, text: &str) -> Result<Vec<Date>> {
    let mut mondays: Vec<Date> = by_week(searcher, text)?.iter().filter_map(|(week, _)| read(week)).collect();
    mondays.sort_unstable();
    Ok(mondays)
}

/// The Monday of `2026-W47`.
fn read(week: &str) -> Option<Date> {
    let (year, week) = week.split_once("-W")?;
    Some(ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()?.date())
}

/// The Monday on or before a moment.
pub fn monday(micros: i64) -> Date {
    let date = from_micros(micros).to_zoned(TimeZone::UTC).date();
    let days = i64::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(Span::new().days(days)).unwrap_or(date)
}

/// Midnight, UTC, microseconds.
pub fn midnight(date: Date) -> i64 {
    date.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |at| at.timestamp()).as_microsecond()
}

/// `count` weeks up to the latest one, oldest first, those in which nothing was found among them.
pub fn last(count: usize, latest: Option<&Date>, hits: &HashMap<String, u64>, groups: &[Group]) -> Vec<Week> {
    let mut notifications: HashMap<Date, u64> = HashMap::new();
    for group in groups {
        *notifications.entry(monday(group.first_seen)).or_default() += 1;
    }
    let back = |weeks: usize| latest?.checked_sub(Span::new().try_weeks(i64::try_from(weeks).ok()?).ok()?).ok();
    let range: RangeInclusive<usize> = 1..=count;
    let mondays = range.rev().filter_map(|behind| back(behind - 1));
    mondays
        .map(|monday| {
            let iso = monday.iso_week_date();
            let week = format!("{:04}-W{:02}", iso.year(), iso.week());
            let found = hits.get(&week).copied().unwrap_or_default();
            Week { week, hits: found, notifications: notifications.get(&monday).copied().unwrap_or_default() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_mondays_and_have_no_gaps() {
        let sunday = midnight(jiff::civil::date(2027, 1, 3)) + 5;
        assert_eq!(monday(sunday), jiff::civil::date(2026, 12, 28));
        assert_eq!(read("2026-W53"), Some(monday(sunday)));
        assert_eq!((read("2026-W60"), read("week")), (None, None));
        let hits = HashMap::from([("2026-W52".to_owned(), 3)]);
        let groups = [Group { first_seen: sunday, source: "s".into() }];
        let told: Vec<_> = last(3, Some(&monday(sunday)), &hits, &groups).into_iter().map(|w| (w.week, w.hits, w.notifications)).collect();
        assert_eq!(told, [("2026-W51".to_owned(), 0, 0), ("2026-W52".to_owned(), 3, 0), ("2026-W53".to_owned(), 0, 1)]);
        assert!(last(3, None, &hits, &groups).is_empty());
    }
}
