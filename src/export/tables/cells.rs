//! Cells of the tables: what is counted in one, and what of it may be shown.

use std::collections::{BTreeMap, HashSet};

use rust_decimal::Decimal;

use crate::export::tables::advert::Advert;
use crate::export::tables::price::{Summary, summary};

/// Fewer than this are not shown. Three is the usual least frequency of official statistics: in a cell of two, each of the two can tell
/// what the other one does.
pub const LEAST: usize = 3;

/// Which counts of one sum are withheld: those below [`LEAST`], and as long as the sum, which may be known from elsewhere, would tell one of
/// them, the least of the others too. It would where one count alone is withheld, and where each of those can only be one.
pub fn withheld(counts: &[u64]) -> Vec<bool> {
    let mut hidden: Vec<bool> = counts.iter().map(|count| *count > 0 && *count < LEAST as u64).collect();
    loop {
        let (mut n, mut sum) = (0_u64, 0_u64);
        for (count, _) in counts.iter().zip(&hidden).filter(|(_, hidden)| **hidden) {
            (n, sum) = (n + 1, sum.saturating_add(*count));
        }
        if n == 0 || (n > 1 && sum > n) {
            return hidden;
        }
        let others = hidden.iter_mut().zip(counts).filter(|(hidden, count)| !**hidden && **count > 0);
        match others.min_by_key(|(_, count)| **count) {
            Some((other, _)) => *other = true,
            // All of it is withheld, so that no sum of it is shown anywhere.
            None => return hidden,
        }
    }
}

/// What is in a cell.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    listings: usize,
    families: HashSet<u64>,
    vendors: HashSet<u64>,
    prices: BTreeMap<String, Prices>,
}

#[derive(Debug, Clone, Default)]
struct Prices {
    values: Vec<Decimal>,
    sellers: HashSet<u64>,
}

/// What may be shown of a cell. `None` is withheld, named in `suppressed`, or was never there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Listings, split ones once a group.
    pub listings: Option<usize>,
    /// Distinct advertisements.
    pub families: Option<usize>,
    /// Named seller accounts.
    pub vendors: Option<usize>,
    /// Currency of most prices in the cell.
    pub currency: Option<String>,
    /// Prices in that currency.
    pub prices: Option<Summary>,
    /// Prices in other currencies, not compared.
    pub other_prices: Option<usize>,
    /// What is withheld because too few stand behind it: `listings`, `vendors`, `prices`.
    pub suppressed: Vec<&'static str>,
}

impl Cell {
    /// Counts an advertisement.
    pub fn add(&mut self, advert: &Advert) {
        self.listings += 1;
        self.families.insert(advert.family);
        self.vendors.extend(advert.vendor);
        if let Ok(price) = &advert.price {
            let prices = self.prices.entry(price.currency.clone()).or_default();
            prices.values.push(price.value);
            prices.sellers.insert(advert.seller);
        }
    }

    /// Listings in it.
    pub fn listings(&self) -> u64 {
        self.listings as u64
    }

    /// What may be shown: counts of listings and families from [`LEAST`] listings on and where they are not `withheld` for the sake of
    /// others, of vendors from [`LEAST`] vendors on (or where none is named), prices from [`LEAST`] sellers behind the prices on.
    pub fn show(mut self, withheld: bool) -> Shown {
        let mut suppressed = Vec::new();
        let many = self.listings >= LEAST && !withheld;
        if !many {
            suppressed.push("listings");
        }
        let vendors = Some(self.vendors.len()).filter(|n| many && (*n == 0 || *n >= LEAST));
        if vendors.is_none() {
            suppressed.push("vendors");
        }
        // Of equally frequent currencies the first by name.
        let most = self.prices.iter().max_by(|one, other| one.1.values.len().cmp(&other.1.values.len()).then(other.0.cmp(one.0)));
        let most = most.map(|(currency, _)| currency.clone());
        let all: usize = self.prices.values().map(|prices| prices.values.len()).sum();
        let main = most.and_then(|currency| self.prices.remove_entry(&currency));
        let shown = main.map(|(currency, mut prices)| {
            let enough = many && prices.sellers.len() >= LEAST;
            enough.then(|| (currency, all - prices.values.len(), summary(&mut prices.values)))
        });
        if shown == Some(None) {
            suppressed.push("prices");
        }
        let (currency, other, prices) =
            shown.flatten().map_or((None, None, None), |(currency, other, prices)| (Some(currency), Some(other), Some(prices)));
        // How many prices there are in other currencies is a count of its own.
        let other_prices = other.filter(|n| *n == 0 || *n >= LEAST);
        Shown {
            listings: many.then_some(self.listings),
            families: many.then_some(self.families.len()),
            vendors,
            currency,
            prices,
            other_prices,
            suppressed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::tables::price::Price;

    fn advert(vendor: u64, currency: &str, value: i64) -> Advert {
        Advert {
            category: "firearm.pistol".into(),
            subtype: String::new(),
            origin: "DE".into(),
            family: vendor * 1_000 + value.unsigned_abs(),
            vendor: Some(vendor),
            seller: vendor,
            price: Ok(Price { value: value.into(), currency: currency.into(), unit: "piece".into() }),
        }
    }

    fn show(adverts: &[Advert]) -> Shown {
        let mut cell = Cell::default();
        adverts.iter().for_each(|advert| cell.add(advert));
        cell.show(false)
    }

    #[test]
    fn what_a_sum_would_tell_is_withheld_with_what_is_small() {
        let shown = |counts: &[u64]| -> Vec<Option<u64>> {
            counts.iter().zip(withheld(counts)).map(|(count, hidden)| (!hidden).then_some(*count)).collect()
        };
        assert_eq!(shown(&[9, 0, 3, 4]), [Some(9), Some(0), Some(3), Some(4)]);
        assert_eq!(shown(&[9, 2, 4, 0]), [Some(9), None, None, Some(0)], "one alone is what the sum lacks");
        assert_eq!(shown(&[9, 1, 1, 4]), [Some(9), None, None, None], "two that are two together are one each");
        assert_eq!(shown(&[9, 1, 1, 1]), [None; 4], "three that are three together are one each");
        assert_eq!(shown(&[9, 2, 1]), [Some(9), None, None], "either is the one");
        assert_eq!(shown(&[2, 0]), [None, Some(0)], "the sum is withheld as well");
        assert_eq!(shown(&[5, 5, 1]), [None, Some(5), None]);
        assert!(shown(&[]).is_empty());
    }

    /// Whatever is withheld, no reader who knows the sum and this rule can tell a small count from what is shown.
    #[test]
    fn no_small_count_can_be_computed_from_a_sum() {
        for number in 0..6_u64.pow(4) {
            let counts: Vec<u64> = (0..4).map(|place| number / 6_u64.pow(place) % 6).collect();
            let hidden = withheld(&counts);
            let open = counts.iter().zip(&hidden).any(|(count, hidden)| *count > 0 && !hidden);
            let (n, sum) =
                counts.iter().zip(&hidden).filter(|(_, hidden)| **hidden).fold((0, 0), |(n, sum), (count, _)| (n + 1, sum + count));
            assert!(n == 0 || !open || (n > 1 && sum > n), "{counts:?} {hidden:?}");
            assert!(counts.iter().zip(&hidden).all(|(count, hidden)| *count == 0 || *count > 2 || *hidden), "{counts:?}");
        }
    }

    #[test]
    fn few_listings_vendors_or_sellers_are_withheld() {
        let two = show(&[advert(1, "EUR", 10), advert(2, "EUR", 20)]);
        assert_eq!((two.listings, two.families, two.vendors, two.prices), (None, None, None, None));
        assert_eq!(two.suppressed, ["listings", "vendors", "prices"]);
        let one_vendor = show(&[advert(1, "EUR", 10), advert(1, "EUR", 20), advert(1, "EUR", 30)]);
        assert_eq!((one_vendor.listings, one_vendor.vendors, one_vendor.currency), (Some(3), None, None));
        assert_eq!(one_vendor.suppressed, ["vendors", "prices"]);
        let mixed = show(&[advert(1, "EUR", 10), advert(2, "EUR", 20), advert(3, "BTC", 30)]);
        assert_eq!((mixed.vendors, mixed.prices), (Some(3), None));
        assert_eq!(mixed.suppressed, ["prices"]);
    }

    #[test]
    fn enough_sellers_are_shown_in_the_currency_of_most() {
        let shown = show(&[advert(1, "EUR", 10), advert(2, "EUR", 20), advert(3, "EUR", 60), advert(3, "BTC", 1)]);
        assert_eq!((shown.listings, shown.families, shown.vendors), (Some(4), Some(4), Some(3)));
        assert_eq!(shown.currency.as_deref(), Some("EUR"));
        assert_eq!(shown.prices.unwrap().median, Some(20.into()));
        assert_eq!((shown.other_prices, shown.suppressed.len()), (None, 0));
    }

    #[test]
    fn a_cell_without_prices_withholds_none() {
        let mut nameless: Vec<Advert> = (1..=3).map(|n| advert(n, "EUR", 1)).collect();
        for advert in &mut nameless {
            advert.vendor = None;
            advert.price = Err("no_price");
        }
        let shown = show(&nameless);
        assert_eq!((shown.vendors, shown.currency, shown.suppressed.len()), (Some(0), None, 0));
    }
}
