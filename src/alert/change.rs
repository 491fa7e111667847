//! What a listing says otherwise than it did.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use vigie_extractors::record::{Listing, Offer};

use crate::config::watch::{Change, Options, Per};

/// Characters of a text that are kept of a change.
const SHOWN: usize = 200;

/// One thing that a listing says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// What of it.
    pub what: Change,
    /// What it said; empty for what takes up too much room, and for nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// What it says now.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// Of a price in the same currency: by how many hundredths it rose, negative where it fell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
}

impl Changed {
    /// That something is otherwise, and no more.
    pub fn unknown() -> Self {
        Self { what: Change::Other, from: String::new(), to: String::new(), percent: None }
    }

    /// Whether a watch with these options is told of it.
    pub fn is_asked(&self, options: &Options) -> bool {
        let enough = |least: u32| self.percent.is_none_or(|percent| percent.abs() >= f64::from(least));
        options.per == Per::Version
            || options.looks_at(self.what) && (self.what != Change::Price || options.price_by.is_none_or(|least| enough(least.0)))
    }
}

/// What `now` says otherwise than `before`.
pub fn between(before: &Listing, now: &Listing) -> Vec<Changed> {
    let mut changes = Vec::new();
    let mut note = |what, from: String, to: String, percent| {
        if from != to {
            changes.push(Changed { what, from: shown(&from), to: shown(&to), percent });
        }
    };
    let (old, new) = (before.offers.first(), now.offers.first());
    note(Change::Price, price(old), price(new), old.zip(new).and_then(|(old, new)| risen(old, new)));
    note(Change::Stock, stock(before), stock(now), None);
    note(Change::Title, before.title.clone(), now.title.clone(), None);
    note(Change::Text, before.description.clone(), now.description.clone(), None);
    let vendor = |listing: &Listing| listing.vendor.as_ref().map(|vendor| vendor.name.clone()).unwrap_or_default();
    note(Change::Vendor, vendor(before), vendor(now), None);
    if changes.is_empty() {
        changes.push(Changed::unknown());
    }
    changes
}

fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn price(offer: Option<&Offer>) -> String {
    let Some(offer) = offer else { return String::new() };
    let amount = offer.amount.parse::<Decimal>().map_or_else(|_| offer.amount.clone(), |amount| amount.normalize().to_string());
    format!("{amount} {}", offer.currency.as_deref().unwrap_or_default()).trim_end().to_owned()
}

fn risen(old: &Offer, new: &Offer) -> Option<f64> {
    let (before, now) = (old.amount.parse::<Decimal>().ok()?, new.amount.parse::<Decimal>().ok()?);
    if old.currency != new.currency || before.is_zero() {
        return None;
    }
    let percent = now.checked_sub(before)?.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(before)?;
    percent.round_dp(1).to_f64()
}

fn stock(listing: &Listing) -> String {
    let left = listing.stock.map(|left| format!("{left} left"));
    let parts: Vec<String> = listing.availability.clone().into_iter().chain(left).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(amount: &str, currency: &str, title: &str) -> Listing {
        let offer = Offer { amount: amount.into(), currency: Some(currency.into()), ..Offer::default() };
        Listing { title: title.into(), offers: vec![offer], ..Listing::default() }
    }

    #[test]
    fn a_price_changes_by_a_share_where_it_has_the_same_currency() {
        let percent = |before: (&str, &str), now: (&str, &str)| {
            let changes = between(&listing(before.0, before.1, "t"), &listing(now.0, now.1, "t"));
            changes.first().map(|change| (change.what, change.percent))
        };
        assert_eq!(percent(("450", "EUR"), ("396.00", "EUR")), Some((Change::Price, Some(-12.0))));
        assert_eq!(percent(("450", "EUR"), ("450", "USD")), Some((Change::Price, None)));
        assert_eq!(percent(("450", "EUR"), ("450.00", "EUR")), Some((Change::Other, None)));
        assert_eq!(percent(("0", "EUR"), ("450", "EUR")), Some((Change::Price, None)));
        let huge = "79228162514264337593543950335";
        assert_eq!(percent(("0.0000000001", "BTC"), (huge, "BTC")), Some((Change::Price, None)));
    }

    #[test]
    fn watches_are_told_of_the_changes_that_they_ask_for() {
        let options = |text: &str| serde_json::from_str::<Options>(text).unwrap();
        let told =
            |options: &Options, now: &Listing| between(&listing("450", "EUR", "t"), now).iter().any(|change| change.is_asked(options));
        let (cheaper, renamed) = (listing("440", "EUR", "t"), listing("450", "EUR", "u"));
        for (text, of_price, of_title) in [
            ("{}", true, true),
            (r#"{"price_by":"10%"}"#, false, true),
            (r#"{"price_by":"2%","changes":["price"]}"#, true, false),
            (r#"{"changes":["title","stock"]}"#, false, true),
            (r#"{"changes":["stock"],"per":"version"}"#, true, true),
        ] {
            assert_eq!((told(&options(text), &cheaper), told(&options(text), &renamed)), (of_price, of_title), "{text}");
        }
    }
}
