//! Counts and prices over time for the pages. Whoever may not see names gets what the research tables would show: sources under pseudonyms, and
//! nothing of cells in which too few stand.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::Result;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use rust_decimal::Decimal;
use vigie_index::{SearchOptions, Searcher, Sort};

use crate::backtest::weeks::{midnight, monday};
use crate::clock::from_micros;
use crate::config::Config;
use crate::database::Connection;
use crate::export::tables::advert::Facts;
use crate::export::tables::cells::{LEAST, withheld};
use crate::export::tables::price::{Summary, summary};
use crate::export::tables::profile::Crosswalk;
use crate::rates::Rates;
use crate::search;
use crate::store::{health, read};

/// Values that have a line of their own; the others are one together.
pub const LINES: usize = 6;
/// Listings whose prices are read, at most: those of the least ids, which fall without regard to anything else.
pub const SAMPLE: usize = 5_000;
/// Listings read at a time.
const BATCH: usize = 256;

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// In the query language.
    pub query: String,
    /// Field of the query language by whose values it is split: `category`, `source` or `ships_from`.
    pub split: String,
    /// Mondays, ascending, without gaps.
    pub weeks: Vec<Date>,
    /// Whether copies by one seller on one source count once.
    pub copies_once: bool,
    /// Whether small cells are withheld.
    pub protected: bool,
}

/// Counts of one value by week; `None` is withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// As listings write it; empty for all others together.
    pub value: String,
    /// One for each week that was asked for.
    pub counts: Vec<Option<u64>>,
}

/// The weeks up to the one in which `last` is, oldest first.
pub fn weeks(last: Date, n: usize) -> Vec<Date> {
    let back = |weeks: usize| last.checked_sub(Span::new().try_weeks(i64::try_from(weeks).ok()?).ok()?).ok();
    (0..n).rev().filter_map(back).map(|day| monday(midnight(day))).collect()
}

/// A question narrowed to listings first seen in these days, both included.
pub fn first_seen(query: &str, from: Date, to: Date) -> String {
    format!("({query}) first_seen:>={from} first_seen:<={to}")
}

/// A question narrowed to one value of a field.
pub fn of_value(query: &str, field: &str, value: &str) -> String {
    format!("({query}) {field}:\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Counts listings by the week in which they were first seen: a line for each of the commonest values, most first, then the others together.
/// A listing that ships from several countries is in the line of each.
///
/// # Errors
/// The query is not understood, or index or store do not answer.
pub async fn count(connection: &mut Connection, searcher: &Searcher, asked: &Asked) -> Result<Vec<Line>> {
    let (Some(first), Some(last)) = (asked.weeks.first(), asked.weeks.last()) else { return Ok(Vec::new()) };
    let whole = first_seen(&asked.query, *first, last.checked_add(6.days())?);
    let values: Vec<String> = {
        let query = search::understand(connection, &whole).await?;
        let options = SearchOptions { limit: 0, count_by: vec![asked.split.clone()], ..SearchOptions::default() };
        let counts = tokio::task::block_in_place(|| searcher.search(&query, &options))?.counts;
        counts.into_values().flatten().map(|(value, _)| value).take(LINES).collect()
    };
    let mut rest = by_week(connection, searcher, &whole, asked).await?;
    let mut found = Vec::with_capacity(values.len() + 1);
    for value in values {
        let counts = by_week(connection, searcher, &of_value(&whole, &asked.split, &value), asked).await?;
        for (all, one) in rest.iter_mut().zip(&counts) {
            *all = (all.0.saturating_sub(one.0), all.1.saturating_sub(one.1));
        }
        found.push((value, counts));
    }
    if rest.iter().any(|(listings, _)| *listings > 0) {
        found.push((String::new(), rest));
    }
    Ok(shown(&found, asked.protected))
}

/// Listings of each week, and what is left of them when copies count once.
async fn by_week(connection: &mut Connection, searcher: &Searcher, text: &str, asked: &Asked) -> Result<Vec<(u64, u64)>> {
    let query = search::understand(connection, text).await?;
    let (counts, once) = tokio::task::block_in_place(|| -> Result<_> {
        let options = SearchOptions { limit: 0, count_by: vec!["week".into()], ..SearchOptions::default() };
        let counts: HashMap<String, u64> = searcher.search(&query, &options)?.counts.into_values().flatten().collect();
        let mut once = HashMap::<Date, u64>::new();
        for group in if asked.copies_once { searcher.groups(&query)? } else { Vec::new() } {
            *once.entry(monday(group.first_seen)).or_default() += 1;
        }
        Ok((counts, once))
    })?;
    let week = |monday: &Date| {
        let iso = monday.iso_week_date();
        let listings = counts.get(&format!("{:04}-W{:02}", iso.year(), iso.week())).copied().unwrap_or_default();
        (listings, if asked.copies_once { once.get(monday).copied().unwrap_or_default() } else { listings })
    };
    Ok(asked.weeks.iter().map(week).collect())
}

/// Counts as they may be shown: where that is asked for, what is small is withheld with what would tell it. How many listings a week has in
/// all can be seen by splitting it otherwise.
fn shown(found: &[(String, Vec<(u64, u64)>)], protected: bool) -> Vec<Line> {
    let weeks = found.first().map_or(0, |(_, counts)| counts.len());
    let mut lines: Vec<Line> = found.iter().map(|(value, _)| Line { value: value.clone(), counts: Vec::with_capacity(weeks) }).collect();
    for week in 0..weeks {
        let cells: Vec<(u64, u64)> = found.iter().map(|(_, counts)| counts.get(week).copied().unwrap_or_default()).collect();
        let listings: Vec<u64> = cells.iter().map(|(listings, _)| *listings).collect();
        let hidden = if protected { withheld(&listings) } else { vec![false; cells.len()] };
        for ((line, (_, counted)), hidden) in lines.iter_mut().zip(cells).zip(hidden) {
            line.counts.push((!hidden).then_some(counted));
        }
    }
    lines
}

/// In which weeks sources gave a page or an import a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage(BTreeMap<String, BTreeSet<i64>>);

impl Coverage {
    /// Reads that of these weeks.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn load(connection: &mut Connection, weeks: &[Date]) -> Result<Self> {
        let Some(first) = weeks.first() else { return Ok(Self::default()) };
        Ok(Self(health::observed(connection, midnight(*first)).await?))
    }

    /// Whether a source was observed in a week.
    pub fn of(&self, source: &str, week: Date) -> bool {
        self.0.get(source).is_some_and(|weeks| weeks.contains(&midnight(week)))
    }

    /// Whether one of these sources was, or any where none is named.
    pub fn any(&self, sources: Option<&BTreeSet<String>>, week: Date) -> bool {
        self.0.keys().any(|source| sources.is_none_or(|sources| sources.contains(source)) && self.of(source, week))
    }
}

/// Prices of listings first seen in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: Date,
    /// Prices behind the figures; `None` is withheld.
    pub n: Option<usize>,
    /// The figures; `None` where there are none, or too few sellers to show them.
    pub prices: Option<Summary>,
}

/// Prices by month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prices {
    /// From the month of the first week to that of the last, without gaps.
    pub months: Vec<Month>,
    /// Listings that match.
    pub matching: u64,
    /// Those that were read.
    pub read: usize,
    /// Of these without a price to be compared: none, a bid, a deposit, a suspected scam.
    pub unpriced: usize,
    /// Of these in a currency for which no rate of the day is known.
    pub unrated: usize,
}

/// Prices of listings by the month in which they were first seen, for one unit where the listing tells the quantity, at the rate of the day
/// on which the price was first seen.
///
/// # Errors
/// The query is not understood, or index or store do not answer.
pub async fn prices(
    connection: &mut Connection,
    searcher: &Searcher,
    asked: &Asked,
    config: &Config,
    rates: &Rates,
    currency: &str,
) -> Result<Prices> {
    let (Some(first), Some(last)) = (asked.weeks.first(), asked.weeks.last()) else { return Ok(Prices::default()) };
    let query = search::understand(connection, &first_seen(&asked.query, *first, last.checked_add(6.days())?)).await?;
    let options = SearchOptions { limit: SAMPLE, sort: Sort::Id, ..SearchOptions::default() };
    let found = tokio::task::block_in_place(|| searcher.search(&query, &options))?;
    let ids: Vec<String> = found.hits.into_iter().map(|hit| hit.id).collect();
    let mut prices = Prices { matching: found.total, read: ids.len(), ..Prices::default() };
    let (mut months, crosswalk) = (BTreeMap::<Date, (Vec<Decimal>, HashSet<u64>)>::new(), Crosswalk::default());
    let day = |micros: i64| from_micros(micros).to_zoned(TimeZone::UTC).date();
    for ids in ids.chunks(BATCH) {
        for one in read::by_ids(connection, ids).await? {
            let kind = config.source(&one.row.source).map(|source| source.kind);
            let advert = Facts::read(&one.listing, &one.family, &one.row.source, kind, &crosswalk).advert;
            let Ok(price) = advert.price else {
                prices.unpriced += 1;
                continue;
            };
            let Some(worth) = rates.convert(price.value, &price.currency, currency, day(one.seen_at)) else {
                prices.unrated += 1;
                continue;
            };
            let month = months.entry(day(one.row.first_seen).first_of_month()).or_default();
            month.0.push(worth.amount);
            month.1.insert(advert.seller);
        }
    }
    let end = last.checked_add(6.days())?;
    let mut month = first.first_of_month();
    while month <= end {
        let (values, sellers) = months.remove(&month).unwrap_or_default();
        prices.months.push(figures(month, values, sellers.len(), asked.protected));
        month = month.checked_add(1.month())?;
    }
    Ok(prices)
}

fn figures(first: Date, mut values: Vec<Decimal>, sellers: usize, protected: bool) -> Month {
    if values.is_empty() {
        return Month { first, n: Some(0), prices: None };
    }
    let enough = !protected || (values.len() >= LEAST && sellers >= LEAST);
    Month { first, n: enough.then_some(values.len()), prices: enough.then(|| summary(&mut values)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn asked() -> Asked {
        Asked { query: "*".into(), split: "category".into(), weeks: weeks(date(2026, 11, 25), 3), copies_once: true, protected: false }
    }

    #[test]
    fn weeks_are_mondays_and_questions_are_narrowed_to_them() {
        assert_eq!(asked().weeks, [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)]);
        assert_eq!(
            of_value(&first_seen("glock OR colt", date(2026, 1, 5), date(2026, 1, 11)), "source", "a\"b"),
            "((glock OR colt) first_seen:>=2026-01-05 first_seen:<=2026-01-11) source:\"a\\\"b\""
        );
    }

    #[test]
    fn small_cells_are_withheld_where_names_are_not_seen() {
        let found = || vec![("a".to_owned(), vec![(0, 0), (2, 1), (3, 1)]), ("b".to_owned(), vec![(9, 9), (4, 2), (5, 5)])];
        let counts = |protected| shown(&found(), protected).into_iter().map(|line| line.counts).collect::<Vec<_>>();
        assert_eq!(counts(true), [[Some(0), None, Some(1)], [Some(9), None, Some(5)]], "the other one of the week is what its sum lacks");
        assert_eq!(counts(false), [[Some(0), Some(1), Some(1)], [Some(9), Some(2), Some(5)]]);
        let values = || vec![Decimal::from(1), Decimal::from(2), Decimal::from(6)];
        let month = |sellers, protected| figures(date(2026, 1, 1), values(), sellers, protected);
        assert_eq!((month(2, true).n, month(2, true).prices), (None, None));
        assert_eq!(month(2, false).prices.unwrap().median, Some(Decimal::from(2)));
        assert_eq!(month(3, true).n, Some(3));
        assert_eq!(figures(date(2026, 1, 1), Vec::new(), 0, true).n, Some(0));
    }
}
