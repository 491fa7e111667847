//! What was asked for a thing over time, in the seller's currency and in one other.

use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::clock;
use crate::rates::Rates;
use crate::store::trail::Seen;

/// The price of a version: its first offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Price {
    /// When it was first seen, RFC 3339, UTC.
    pub at: String,
    /// The capture that shows it.
    pub capture: String,
    /// Decimal string, as asked.
    pub amount: String,
    /// ISO 4217 or coin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The same at the rate of that day; left out where no rate is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worth: Option<Worth>,
}

/// An amount at a day's rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Worth {
    /// Decimal string.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
    /// Day of the rate, ISO 8601; left out where none was needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_of: Option<String>,
}

/// The price of each version that tells one and differs from the one before.
pub fn history(versions: &[Seen], rates: &Rates, currency: &str) -> Vec<Price> {
    let mut prices: Vec<Price> = versions.iter().filter_map(|seen| price(seen, rates, currency)).collect();
    prices.sort_by(|one, other| (&one.at, &one.capture).cmp(&(&other.at, &other.capture)));
    prices.dedup_by(|later, earlier| later.amount == earlier.amount && later.currency == earlier.currency);
    prices
}

/// The price of one version.
pub fn price(seen: &Seen, rates: &Rates, currency: &str) -> Option<Price> {
    let offer = seen.listing.offers.first().filter(|offer| !offer.amount.is_empty())?;
    let at = clock::from_micros(seen.at);
    let day = at.to_zoned(TimeZone::UTC).date();
    let worth = offer.amount.parse::<Decimal>().ok().zip(offer.currency.as_deref()).and_then(|(amount, from)| {
        let converted = rates.convert(amount, from, currency, day)?;
        Some(Worth {
            amount: converted.amount.to_string(),
            currency: currency.to_owned(),
            rate_of: converted.day.map(|day| day.to_string()),
        })
    });
    Some(Price {
        at: at.to_string(),
        capture: seen.capture_id.clone(),
        amount: offer.amount.clone(),
        currency: offer.currency.clone(),
        worth,
    })
}
