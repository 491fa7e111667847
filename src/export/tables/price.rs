//! Prices of listings: which of them can be compared, and what they come to. All in decimals, one currency at a time.

use rust_decimal::Decimal;
use vigie_extractors::record::Listing;

/// Digits after the point of what had to be divided.
const PLACES: u32 = 8;

/// A price that can be compared with others of its currency and unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// For one unit.
    pub value: Decimal,
    /// Code of the currency or coin.
    pub currency: String,
    /// Unit of the quantity; `unstated` where the listing does not tell.
    pub unit: String,
}

/// The price of a listing for one unit: its first offer.
///
/// # Errors
/// There is none to be compared; the word says why, as the manifest counts it.
pub fn of(listing: &Listing) -> Result<Price, &'static str> {
    let offer = listing.offers.first().ok_or("no_price")?;
    if !matches!(offer.kind.as_str(), "" | "fixed" | "from" | "ladder" | "buy_now") {
        return Err("not_a_selling_price");
    }
    let currency = offer.currency.clone().filter(|code| !code.is_empty()).ok_or("no_currency")?;
    let decimal = |text: &str| text.parse::<Decimal>().map_err(|_| "not_a_number");
    let amount = decimal(&offer.amount)?;
    let value = match (&offer.unit_amount, &offer.quantity) {
        (Some(unit_amount), _) => decimal(unit_amount)?,
        (None, Some(quantity)) => amount.checked_div(decimal(quantity)?).ok_or("not_a_number")?,
        (None, None) => amount,
    };
    if value <= Decimal::ZERO {
        return Err("not_positive");
    }
    if listing.traits.iter().any(|code| code == "scam_suspected") {
        return Err("scam_suspected");
    }
    Ok(Price { value, currency, unit: offer.unit.clone().filter(|unit| !unit.is_empty()).unwrap_or_else(|| "unstated".into()) })
}

/// What prices come to. A value that does not fit a decimal is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many.
    pub n: usize,
    /// The least one.
    pub min: Option<Decimal>,
    /// Lower quartile.
    pub q1: Option<Decimal>,
    /// The middle one.
    pub median: Option<Decimal>,
    /// Upper quartile.
    pub q3: Option<Decimal>,
    /// The greatest one.
    pub max: Option<Decimal>,
    /// Upper less lower quartile.
    pub iqr: Option<Decimal>,
    /// Arithmetic mean, 8 digits after the point.
    pub mean: Option<Decimal>,
}

/// Summarises prices of one currency; they are sorted in place.
pub fn summary(values: &mut [Decimal]) -> Summary {
    values.sort_unstable();
    let sum = values.iter().try_fold(Decimal::ZERO, |sum, value| sum.checked_add(*value));
    let mean = sum.and_then(|sum| sum.checked_div(Decimal::from(values.len())));
    let (q1, q3) = (quantile(values, 1), quantile(values, 3));
    let plain = |value: Option<Decimal>| value.map(|value| value.normalize());
    Summary {
        n: values.len(),
        min: plain(values.first().copied()),
        q1: plain(q1),
        median: plain(quantile(values, 2)),
        q3: plain(q3),
        max: plain(values.last().copied()),
        iqr: plain(q1.zip(q3).and_then(|(q1, q3)| q3.checked_sub(q1))),
        mean: plain(mean.map(|mean| mean.round_dp(PLACES))),
    }
}

/// A quartile of sorted values by linear interpolation between order statistics: definition 7 of Hyndman and Fan, Sample quantiles in
/// statistical packages, The American Statistician 50 (1996).
fn quantile(sorted: &[Decimal], quarters: usize) -> Option<Decimal> {
    let steps = sorted.len().checked_sub(1)?.checked_mul(quarters)?;
    let low = *sorted.get(steps / 4)?;
    let fraction = Decimal::new(i64::try_from(steps % 4).ok()? * 25, 2);
    if fraction.is_zero() {
        return Some(low);
    }
    let high = *sorted.get(steps / 4 + 1)?;
    high.checked_sub(low)?.checked_mul(fraction)?.checked_add(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vigie_extractors::record::Offer;

    fn decimals(values: &[&str]) -> Vec<Decimal> {
        values.iter().map(|value| value.parse().unwrap()).collect()
    }

    #[test]
    fn quartiles_interpolate_and_nothing_is_rounded_to_binary() {
        let summary = summary(&mut decimals(&["0.3", "0.10", "0.2", "0.4"]));
        let text = |value: Option<Decimal>| value.unwrap().to_string();
        assert_eq!((text(summary.q1), text(summary.median), text(summary.q3)), ("0.175".into(), "0.25".into(), "0.325".into()));
        assert_eq!((text(summary.iqr), text(summary.min), text(summary.max)), ("0.15".into(), "0.1".into(), "0.4".into()));
        assert_eq!(text(summary.mean), "0.25");
        let third = super::summary(&mut decimals(&["1", "1", "2"]));
        assert_eq!((text(third.median), text(third.mean)), ("1".into(), "1.33333333".into()));
        let huge = super::summary(&mut [Decimal::MAX, Decimal::MAX]);
        assert_eq!((huge.mean, huge.median), (None, Some(Decimal::MAX)));
        assert_eq!(super::summary(&mut []).median, None);
    }

    #[test]
    fn prices_that_cannot_be_compared_say_why() {
        let with = |change: fn(&mut Listing)| {
            let offer = Offer { kind: "fixed".into(), amount: "30.00".into(), currency: Some("USD".into()), ..Offer::default() };
            let mut listing = Listing { offers: vec![offer], ..Listing::default() };
            change(&mut listing);
            of(&listing)
        };
        let price = |value: &str, unit: &str| Ok(Price { value: value.parse().unwrap(), currency: "USD".into(), unit: unit.into() });
        assert_eq!(with(|_| ()), price("30.00", "unstated"));
        assert_eq!(with(|one| one.offers[0].quantity = Some("3".into())), price("10", "unstated"));
        assert_eq!(
            with(|one| {
                one.offers[0].unit_amount = Some("0.60".into());
                one.offers[0].unit = Some("round".into());
            }),
            price("0.60", "round")
        );
        assert_eq!(with(|one| one.offers.clear()), Err("no_price"));
        assert_eq!(with(|one| one.offers[0].kind = "deposit".into()), Err("not_a_selling_price"));
        assert_eq!(with(|one| one.offers[0].currency = None), Err("no_currency"));
        assert_eq!(with(|one| one.offers[0].amount = "1e999".into()), Err("not_a_number"));
        assert_eq!(with(|one| one.offers[0].quantity = Some("0".into())), Err("not_a_number"));
        assert_eq!(with(|one| one.offers[0].amount = "0".into()), Err("not_positive"));
        assert_eq!(with(|one| one.traits.push("scam_suspected".into())), Err("scam_suspected"));
    }
}
