//! Amounts of money in all their writings.

mod plain;
mod codes;
mod words;
mod marks;
mod numeral;
mod beside;
pub(crate) mod uses;
mod around;

use rust_decimal::Decimal;

use around::Around;
use beside::{After, cents_behind, currency_after, currency_before, is_asked, is_measure, may_stand_around, multiplier};
use marks::{Fine, Strict, Unit, shifted};
use numeral::{Numeral, amount, is_space, letter_at, numerals};
use plain::Plain;

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
    /// The upper end of a range, or introduced by "up to", "bis", "до".
    pub up_to: bool,
    /// What the amount is asked for.
    pub per: Option<Per>,
    /// Whether it is asked for the goods at all.
    pub role: Effect,
}

/// What a price is for: 1 round, 1000 pieces, 100 g.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Per {
    /// How many, above zero.
    pub count: Decimal,
    /// `piece round box g kg other`.
    pub unit: &'static str,
}

/// What an amount does to the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is the price.
    Asked,
    /// It comes on top: "+ 5 € shipping".
    Added,
    /// It is taken off: "$20 off", "you save 5 €".
    Off,
    /// An order must reach it: "free shipping over $99".
    Limit,
}

impl Price {
    /// Whether it is the price of the goods as they are sold, and not of a part of them, of their delivery, or a reduction.
    pub fn is_whole(&self) -> bool {
        self.role == Effect::Asked && self.per.is_none()
    }
}

/// What an amount does that stands between these words.
pub(crate) fn effect(before: &str, after: &str) -> Effect {
    if !before.contains(char::is_alphabetic) && !after.contains(char::is_alphabetic) {
        return Effect::Asked;
    }
    let text = format!("{before} 1 {after}");
    let start = before.len() + 1;
    around::role(&Around::of(&text, start, start + 1), false)
}

/// Whether a text holds a digit of any script that [`find_prices`] reads.
pub fn has_digit(text: &str) -> bool {
    plain::has_digit(text)
}

/// Whether digits of any script stand in a text at two places or more.
pub(crate) fn has_two_numbers(text: &str) -> bool {
    text.split(|c: char| !c.is_numeric()).filter(|number| !number.is_empty()).nth(1).is_some()
}

/// A text with the digits of all scripts as `0` to `9`, full-width letters as narrow ones, and without marks that set the direction.
pub fn ascii_digits(text: &str) -> std::borrow::Cow<'_, str> {
    Plain::of(text).text
}

/// Every amount with a currency in a text, in order, and bare ones after words such as "price" or "asking".
///
/// `default_currency` decides signs that several currencies share and bare amounts; `crypto_market` decides the sign ฿
/// (BTC there or with three or more decimals, else THB). Percentages, measures and dates are no prices, as they have no currency.
pub fn find_prices(text: &str, default_currency: Option<&str>, crypto_market: bool) -> Vec<Price> {
    find(text, default_currency, crypto_market, Strict::Prose)
}

fn find(source: &str, default: Option<&str>, crypto_market: bool, strict: Strict) -> Vec<Price> {
    if !has_digit(source) {
        return Vec::new();
    }
    let plain = Plain::of(source);
    let text = &*plain.text;
    let numerals = numerals(text, strict);
    let mut prices: Vec<Price> = Vec::new();
    let mut taken = 0;
    for (number, numeral) in numerals.iter().enumerate() {
        if numeral.start < taken {
            continue;
        }
        let before = currency_before(text, numeral, taken, strict);
        let next = numerals.get(number + 1);
        let after = currency_after(text, numeral, before.as_ref(), next, default, strict);
        let mut power = 0;
        let mut split_cents = None;
        let (unit, start, mut end) = match (before, after) {
            (Some(before), Some(After { mark, power: more })) => {
                power = more;
                // "$20 s/h": what stands behind is another mark.
                let same = before.unit.codes.iter().any(|code| mark.unit.codes.contains(code));
                (before.unit.refined_by(mark.unit), before.start, if same { mark.end } else { numeral.end })
            }
            (Some(before), None) => {
                let refined = dollars_of(text, numeral.end, before.unit);
                let (unit, end) = refined.unwrap_or((before.unit, numeral.end));
                (unit, before.start, end)
            }
            (None, Some(After { mark, power: more })) => {
                power = more;
                split_cents = cents_behind(text, numeral);
                (mark.unit, numeral.start, split_cents.unwrap_or(mark.end))
            }
            (None, None) => match bare_unit(text, numeral, numerals.get(number + 1..).unwrap_or_default(), prices.last(), default) {
                Some(unit) => (unit, numeral.start, numeral.end),
                None => continue,
            },
        };
        let fine = unit.fine(default);
        let Some(mut amount) = amount(numeral.digits(text), fine) else { continue };
        if let Some(at) = split_cents
            && let Some(cents) = text.get(at.saturating_sub(2)..at).and_then(|cents| cents.parse::<i64>().ok())
        {
            amount += Decimal::new(cents, 2);
        }
        if power == 0
            && end <= numeral.end
            && let Some((thousand_end, more)) = multiplier(text, numeral.end)
        {
            end = thousand_end;
            power = more;
        }
        if text.get(end..).unwrap_or_default().trim_start_matches(is_space).starts_with('%') {
            continue;
        }
        let decimals = numeral.digits(text).rsplit_once('.').map_or(0, |(_, rest)| rest.len());
        let inherited = prices.last().filter(|_| unit == Unit::DEFAULT && default.is_none()).and_then(|last| last.currency.clone());
        let currency = unit.resolve(default, crypto_market, decimals).or(inherited);
        let Some(amount) = shifted(amount, power).and_then(|amount| shifted(amount, unit.power)) else { continue };
        let mut up_to = false;
        if let Some(last) = prices.last_mut()
            && last.currency == currency
            && last.amount < amount
            && around::joins(text, last.start, last.end, start)
        {
            last.from = true;
            last.up_to = false;
            last.per = None;
            last.role = Effect::Asked;
            up_to = true;
        }
        let around = Around::of(text, start, end);
        let role = if up_to { Effect::Asked } else { around::role(&around, !prices.is_empty()) };
        taken = end;
        prices.push(Price {
            amount: amount.normalize(),
            from: !up_to && around::is_from(&around),
            up_to: up_to || around::is_up_to(&around, currency.as_deref()),
            per: around::per(&around, number.checked_sub(1).and_then(|last| numerals.get(last))),
            role,
            currency,
            start,
            end,
            raw: String::new(),
        });
    }
    for price in &mut prices {
        (price.start, price.end) = (plain.place(price.start), plain.place(price.end));
        price.raw = source.get(price.start..price.end).unwrap_or_default().to_owned();
    }
    prices
}

/// "$20.00 US": which dollar.
fn dollars_of(text: &str, end: usize, unit: Unit) -> Option<(Unit, usize)> {
    if unit.codes.first() != Some(&"USD") || unit.codes.len() < 2 {
        return None;
    }
    let rest = text.get(end..)?;
    let body = rest.trim_start_matches(is_space);
    let word: String = body.chars().take_while(|c| c.is_ascii_alphabetic()).take(4).collect();
    let codes: &'static [&'static str] = match word.as_str() {
        "US" => &["USD"],
        "CDN" | "CAN" => &["CAD"],
        "AU" => &["AUD"],
        "NZ" => &["NZD"],
        _ => return None,
    };
    Some((Unit { codes, ..unit }, end + rest.len() - body.len() + word.len()))
}

/// The currency of an amount without one: the other end of a range has it, it comes on top of a price, or a word asks for it.
fn bare_unit(text: &str, numeral: &Numeral, following: &[Numeral], last: Option<&Price>, default: Option<&str>) -> Option<Unit> {
    if let Some(unit) = shared_unit(text, numeral, following, last, default) {
        return Some(unit);
    }
    if last.is_some()
        && around::role(&Around::of(text, numeral.start, numeral.end), true) == Effect::Added
        && !is_measure(text, numeral.end)
    {
        return last.and_then(|last| unit_of_price(text, last));
    }
    default?;
    let asked = (is_asked(text, numeral) || numeral.dashed()) && !letter_at(text, numeral.end);
    asked.then_some(Unit::DEFAULT)
}

/// "100-200 €" and "$100-200": the other end of a range has the currency.
fn shared_unit(text: &str, numeral: &Numeral, following: &[Numeral], last: Option<&Price>, default: Option<&str>) -> Option<Unit> {
    let own_amount = || amount(numeral.digits(text), Fine::No);
    if let Some(last) = last
        && around::joins(text, last.start, last.end, numeral.start)
    {
        let more = multiplier(text, numeral.end).is_some();
        if is_measure(text, numeral.end) || (letter_at(text, numeral.end) && !more) {
            return None;
        }
        return unit_of_price(text, last).filter(|_| own_amount().is_some_and(|own| own > last.amount));
    }
    let next = following.first()?;
    let (own, upper) = (own_amount()?, amount(next.digits(text), Fine::No)?);
    // "7,65 - 650 €" is a calibre and a price.
    let apart = own.checked_mul(Decimal::from(40)).is_some_and(|most| most < upper);
    if !around::joins(text, numeral.start, numeral.end, next.start) || own >= upper || apart {
        return None;
    }
    currency_after(text, next, None, following.get(1), default, Strict::Prose).map(|after| after.mark.unit)
}

/// The mark of a price that was found before.
fn unit_of_price(text: &str, price: &Price) -> Option<Unit> {
    let written = text.get(price.start..price.end)?;
    let found = numerals(written, Strict::Field);
    let numeral = found.first()?;
    let before = currency_before(written, numeral, 0, Strict::Field).map(|mark| mark.unit);
    before.or_else(|| currency_after(written, numeral, None, None, None, Strict::Field).map(|after| after.mark.unit))
}

/// The price of a text that is a price field. Where it has no currency, the text as a whole must be an amount, perhaps behind a word.
///
/// Every currency code counts here, those that are words, too. Where several amounts stand there, the first is taken that is neither for a
/// unit, nor comes on top, nor is taken off. `None` where there is no amount at all ("on request").
pub fn parse_price(text: &str, default_currency: Option<&str>, crypto_market: bool) -> Option<Price> {
    let text = crate::html::prefix(text, 2048);
    let mut prices = find(text, default_currency, crypto_market, Strict::Field);
    let best = prices.iter().position(|price| price.is_whole() && price.currency.is_some());
    let best =
        best.or_else(|| prices.iter().position(Price::is_whole)).or_else(|| prices.iter().position(|price| price.role == Effect::Asked));
    if !prices.is_empty() {
        return Some(prices.swap_remove(best.unwrap_or(0)));
    }
    // "34.12 (40.94 inc. VAT)".
    let text = text.split_once('(').map(|(head, _)| head).filter(|head| has_digit(head)).unwrap_or(text);
    let plain = Plain::of(text);
    let own = &*plain.text;
    let numerals = numerals(own, Strict::Field);
    let (numeral, range) = match numerals.as_slice() {
        [numeral] => (numeral, false),
        [lower, upper] if around::joins(own, lower.start, lower.end, upper.start) => (lower, true),
        _ => return None,
    };
    let last = numerals.last()?.end;
    let words = [own.get(..numeral.start)?, own.get(last..)?].concat();
    let bare = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        let word = word.to_lowercase();
        may_stand_around(&word) || around::is_from_word(&word)
    });
    if !bare || words.chars().any(|c| matches!(c, '%' | '"' | '°' | '#')) || is_measure(own, numeral.end) {
        return None;
    }
    let fine = default_currency.map_or(Fine::No, Fine::of_code);
    let (start, end) = (plain.place(numeral.start), plain.place(numeral.end));
    let around = Around::of(own, numeral.start, numeral.end);
    Some(Price {
        amount: amount(numeral.digits(own), fine)?.normalize(),
        currency: default_currency.map(str::to_owned),
        start,
        end,
        raw: text.get(start..end)?.to_owned(),
        from: range || around::is_from(&around),
        up_to: false,
        per: around::per(&around, None),
        role: Effect::Asked,
    })
}

/// The code of the currency that markup declares: a code as it should be, or a sign or a word in its place ("€", "TL", "руб.").
pub fn declared_currency(text: &str) -> Option<String> {
    /// Bytes of the longest word that is tried as one.
    const LONGEST: usize = 24;
    let text = text.trim();
    if let Some(code) = marks::code_of(text) {
        return Some(code.to_owned());
    }
    let word = !text.is_empty() && text.len() <= LONGEST && !text.contains(|c: char| c.is_numeric());
    if word { parse_price(&format!("1 {text}"), None, false)?.currency } else { None }
}

/// Reads one amount without currency: `1.234,50`, `1,234.50`, `34.000`, `1 234,50`, `1'234.50`, `12,34,567.00`, `250,-`, `١٬٢٣٤٫٥٠`.
///
/// A single separator before exactly three digits groups thousands, except after a leading zero (`0.125`).
pub fn parse_amount(text: &str) -> Option<Decimal> {
    let plain = Plain::of(text.trim());
    let text = &*plain.text;
    let found = numerals(text, Strict::Prose);
    let [numeral] = found.as_slice() else { return None };
    (numeral.start == 0 && numeral.end == text.len()).then(|| amount(numeral.digits(text), Fine::No))?
}
