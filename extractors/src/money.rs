//! Amounts of money in all their writings.

mod marks;
mod numeral;
mod beside;

use rust_decimal::Decimal;

use beside::*;
use marks::{CRYPTO, Unit};
use numeral::{amount, is_space, letter_at, numerals};

/// A price found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// In units of the currency; mBTC and cents are converted.
    pub amount: Decimal,
    /// ISO 4217, or `BTC`, `XMR`, `LTC`, `ETH` ...; none where a sign fits several (`kr`) and no default says which.
    pub currency: Option<String>,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// As written.
    pub raw: String,
    /// The lower end of a range, or introduced by "from", "ab", "à partir de".
    pub from: bool,
}

/// Every amount with a currency in a text, in order, and bare ones after words such as "price" or "asking".
///
/// `default_currency` decides signs that several currencies share and bare amounts; `crypto_market` decides the sign ฿
/// (BTC there or with three or more decimals, else THB). Percentages, measures and dates are no prices, as they have no currency.
pub fn find_prices(text: &str, default_currency: Option<&str>, crypto_market: bool) -> Vec<Price> {
    let mut prices: Vec<Price> = Vec::new();
    let mut taken = 0;
    let numerals = numerals(text);
    for (number, numeral) in numerals.iter().enumerate() {
        if numeral.start < taken {
            continue;
        }
        let before = currency_before(text, numeral.start, taken);
        let next = numerals.get(number + 1);
        let after = currency_after(text, numeral, before.as_ref(), next);
        let (unit, start, end) = match (before, after) {
            (Some(before), Some(after)) => (before.refined_by(after.unit), before.start, after.end),
            (Some(before), None) => (before.unit, before.start, numeral.end),
            (None, Some(after)) => (after.unit, numeral.start, after.end),
            (None, None) => match (shared_unit(text, numeral, &numerals[number + 1..], prices.last()), default_currency) {
                (Some(unit), _) => (unit, numeral.start, numeral.end),
                (None, Some(default))
                    if after_price_word(text, numeral.start) && !is_measure(text, numeral.end) && !letter_at(text, numeral.end) =>
                {
                    (Unit::plain(default), numeral.start, numeral.end)
                }
                _ => continue,
            },
        };
        let Some(mut amount) = amount(numeral.digits(text), unit.is_fine(default_currency)) else { continue };
        let mut end = end;
        if let Some((thousand_end, factor)) = thousands(text, numeral.end).filter(|_| end <= numeral.end) {
            end = thousand_end;
            amount = amount.checked_mul(factor).unwrap_or(amount);
        }
        if text[end..].trim_start_matches(is_space).starts_with('%') {
            continue;
        }
        // "฿1,500" are baht, "฿0.015" bitcoin.
        let decimals = numeral.digits(text).rsplit_once('.').map_or(0, |(_, rest)| rest.len());
        let currency = unit.resolve(default_currency, crypto_market, decimals);
        let Some(amount) = amount.checked_mul(unit.factor()) else { continue };
        let upper_end = prices.last().is_some_and(|last| joined_by_dash(text, last.end, start));
        if upper_end && let Some(last) = prices.last_mut() {
            last.from = true;
        }
        taken = end;
        prices.push(Price {
            amount: amount.normalize(),
            currency,
            start,
            end,
            raw: text.get(start..end).unwrap_or_default().to_owned(),
            from: after_from_word(text, start),
        });
    }
    prices
}

/// The first price of a text; where it has no currency, the text as a whole must be an amount, perhaps behind a word.
///
/// `None` where there is no amount at all ("on request").
pub fn parse_price(text: &str, default_currency: Option<&str>, crypto_market: bool) -> Option<Price> {
    if let Some(price) = find_prices(text, default_currency, crypto_market).into_iter().next() {
        return Some(price);
    }
    let numerals = numerals(text);
    let [numeral] = numerals.as_slice() else { return None };
    let around = [&text[..numeral.start], &text[numeral.end..]].concat();
    let bare = around.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        let word = word.to_lowercase();
        PRICE_WORDS.contains(&word.as_str()) || FROM_WORDS.iter().any(|from| from.split(' ').any(|part| part == word))
    });
    if !bare || text[numeral.end..].trim_start().starts_with('%') {
        return None;
    }
    let crypto = default_currency.is_some_and(|code| CRYPTO.contains(&code));
    Some(Price {
        amount: amount(numeral.digits(text), crypto)?.normalize(),
        currency: default_currency.map(str::to_owned),
        start: numeral.start,
        end: numeral.end,
        raw: text[numeral.start..numeral.end].to_owned(),
        from: after_from_word(text, numeral.start),
    })
}

/// Reads one amount without currency: `1.234,50`, `1,234.50`, `34.000`, `1 234,50`, `1'234.50`, `12,34,567.00`, `250,-`.
///
/// A single separator before exactly three digits groups thousands, except after a leading zero (`0.125`).
pub fn parse_amount(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let found = numerals(text);
    let [numeral] = found.as_slice() else { return None };
    (numeral.start == 0 && numeral.end == text.len()).then(|| amount(numeral.digits(text), false))?
}
