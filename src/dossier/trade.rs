//! What accounts offered over time, from their listings: by month, by category, and what happened to each listing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::account::category;
use crate::clock;
use crate::store::read::Stored;

/// Months that a strip over time holds at most; earlier ones are left out.
const MOST_MONTHS: usize = 120;
/// What has nothing to do with arms; counted, not listed.
const OTHER: &str = "non_weapon";

/// A calendar month, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// Year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl Month {
    /// The month of a time, microseconds.
    pub fn of(micros: i64) -> Self {
        let date = clock::from_micros(micros).to_zoned(TimeZone::UTC).date();
        Self { year: date.year(), month: date.month() }
    }

    /// The one after it.
    pub fn next(self) -> Self {
        if self.month < 12 { Self { month: self.month + 1, ..self } } else { Self { year: self.year.saturating_add(1), month: 1 } }
    }

    /// All months from the first to the last, at most the latest 120.
    pub fn all(first: Self, last: Self) -> Vec<Self> {
        // Times of a store lie between the years -9999 and 9999, so this ends.
        let mut all: Vec<Self> = std::iter::successors(Some(first), |month| (month.year < 9999).then(|| month.next()))
            .take_while(|month| *month <= last)
            .collect();
        all.drain(..all.len().saturating_sub(MOST_MONTHS));
        all
    }
}

/// Listings of a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Busy {
    /// Seen first before its end and last after its beginning.
    pub on_offer: usize,
    /// Seen first in it.
    pub new: usize,
    /// Found gone in it.
    pub gone: usize,
}

/// How busy each of these months was, in their order.
pub fn busy<'a>(sold: impl IntoIterator<Item = &'a Stored>, months: &[Month]) -> Vec<Busy> {
    let mut busy = vec![Busy::default(); months.len()];
    for one in sold {
        let (first, last) = (Month::of(one.row.first_seen), Month::of(one.row.last_seen));
        let gone = (one.row.gone_at > 0).then(|| Month::of(one.row.gone_at));
        for (month, busy) in months.iter().zip(&mut busy) {
            busy.on_offer += usize::from((first..=last).contains(month));
            busy.new += usize::from(*month == first);
            busy.gone += usize::from(gone == Some(*month));
        }
    }
    busy
}

/// What is offered of one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Code of the codebook.
    pub category: String,
    /// Listings.
    pub listings: usize,
    /// Display names, C.I.P. writing.
    pub calibres: Vec<String>,
    /// First offers by currency as asked.
    pub prices: Vec<Asked>,
}

/// What is asked in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// ISO 4217 or coin; empty where not told.
    pub currency: String,
    /// Listings that tell a price in it.
    pub listings: usize,
    /// Lowest, middle and highest price.
    pub range: [Decimal; 3],
}

/// Arms, parts and the like by category, most listings first, and the number of listings of other goods.
pub fn offered(sold: &[&Stored]) -> (Vec<Offered>, usize) {
    let mut by = BTreeMap::<String, Vec<&Stored>>::new();
    for one in sold {
        by.entry(category(one)).or_default().push(one);
    }
    let others = by.remove(OTHER).map_or(0, |others| others.len());
    let mut offered: Vec<Offered> = by.into_iter().map(|(category, ones)| of_category(category, &ones)).collect();
    offered.sort_by(|a, b| b.listings.cmp(&a.listings).then_with(|| a.category.cmp(&b.category)));
    (offered, others)
}

fn of_category(category: String, sold: &[&Stored]) -> Offered {
    let (mut calibres, mut prices) = (BTreeSet::new(), BTreeMap::<String, Vec<Decimal>>::new());
    for one in sold {
        let arms = one.listing.firearm.iter().chain(one.listing.items.iter().filter_map(|item| item.firearm.as_ref()));
        calibres.extend(arms.flat_map(|arm| arm.calibres.iter().cloned()));
        if let Some(offer) = one.listing.offers.first()
            && let Ok(amount) = offer.amount.parse()
        {
            prices.entry(offer.currency.clone().unwrap_or_default()).or_default().push(amount);
        }
    }
    let asked = |(currency, mut amounts): (String, Vec<Decimal>)| {
        amounts.sort();
        let range = [amounts.first(), amounts.get(amounts.len() / 2), amounts.last()].map(|amount| amount.copied().unwrap_or_default());
        Asked { currency, listings: amounts.len(), range }
    };
    Offered { category, listings: sold.len(), calibres: calibres.into_iter().collect(), prices: prices.into_iter().map(asked).collect() }
}

/// What happened to a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It was seen first.
    New,
    /// Its page was found gone.
    Gone,
}

/// Something that happened to a listing.
#[derive(Debug, Clone)]
pub struct Happened<'a> {
    /// Microseconds.
    pub at: i64,
    /// What.
    pub what: What,
    /// The listing.
    pub stored: &'a Stored,
}

/// What happened to the listings that are no other goods, newest first.
pub fn happened<'a>(sold: &[&'a Stored]) -> Vec<Happened<'a>> {
    let mut all = Vec::new();
    for stored in sold.iter().copied().filter(|one| category(one) != OTHER) {
        all.push(Happened { at: stored.row.first_seen, what: What::New, stored });
        if stored.row.gone_at > 0 {
            all.push(Happened { at: stored.row.gone_at, what: What::Gone, stored });
        }
    }
    all.sort_by(|a, b| (b.at, b.what, &a.stored.row.id).cmp(&(a.at, a.what, &b.stored.row.id)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_and_only_the_latest_are_kept() {
        let month = |year, month| Month { year, month };
        assert_eq!(Month::all(month(2025, 11), month(2026, 2)), [month(2025, 11), month(2025, 12), month(2026, 1), month(2026, 2)]);
        assert_eq!(Month::of(0), month(1970, 1));
        let all = Month::all(month(1970, 1), month(2026, 2));
        assert_eq!((all.len(), all.last()), (MOST_MONTHS, Some(&month(2026, 2))));
        assert!(Month::all(month(2026, 3), month(2026, 2)).is_empty());
    }
}
