//! Prices as sellers write them: the amount is exact, the writing differs by currency, language and habit.

use crate::dice::Dice;
use rust_decimal::Decimal;

/// What one of the goods costs, and how the page writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) amount: Decimal,
    pub(crate) currency: String,
    style: u64,
}

impl Price {
    /// `fiat` is the table's figure; it moves by up to 8 % with the dice so that seeds differ. Coins are reckoned at fixed rates.
    pub(crate) fn thrown(fiat: Decimal, currency: &str, dice: &mut Dice) -> Self {
        let percent = Decimal::from(92 + dice.below(17));
        Price { amount: rounded(fiat * percent / Decimal::ONE_HUNDRED, currency), currency: currency.into(), style: dice.number() }
    }

    /// The same goods at another price, never the same amount: some sellers go down, some up.
    pub(crate) fn changed(&self, dice: &mut Dice) -> Self {
        let percent = Decimal::from(*dice.pick(&[80_i64, 85, 90, 115]).unwrap_or(&90));
        let mut amount = (self.amount * percent / Decimal::ONE_HUNDRED).round_dp(self.amount.scale());
        if amount == self.amount {
            amount += Decimal::ONE;
        }
        Price { amount, ..self.clone() }
    }

    /// The price of `count` at `percent` of the single price.
    pub(crate) fn bulk(&self, count: i64, percent: i64) -> Self {
        let amount = self.amount * Decimal::from(count) * Decimal::from(percent) / Decimal::ONE_HUNDRED;
        Price { amount: amount.round_dp(self.amount.scale()), ..self.clone() }
    }

    /// As it stands on the page.
    pub(crate) fn written(&self, language: &str) -> String {
        let (amount, currency, plain) = (self.amount, self.currency.as_str(), self.amount.normalize().to_string());
        let whole = amount.fract().is_zero();
        let (english, groups) = (grouped(amount, ",", "."), grouped(amount.trunc().normalize(), ",", "."));
        let [first, second, third] = match (currency, language) {
            ("BTC", _) => [format!("{amount} BTC"), format!("BTC {amount}"), format!("฿{amount}")],
            ("XMR" | "LTC", _) => [format!("{amount} {currency}"), format!("{currency} {amount}"), format!("{plain} {currency}")],
            ("EUR", "de") if whole && self.style.is_multiple_of(4) => return format!("{plain},- EUR"),
            ("EUR", "fr") if whole && self.style.is_multiple_of(4) => return format!("{plain} euros"),
            ("EUR", "de" | "fr") => {
                let local = grouped(amount, if language == "de" { "." } else { "\u{a0}" }, ",");
                [
                    format!("{local} €"),
                    format!("{local} EUR"),
                    if language == "de" { format!("EUR {local}") } else { format!("{local}\u{a0}€") },
                ]
            }
            ("EUR", _) => [format!("€{english}"), format!("{english} EUR"), format!("EUR {plain}")],
            ("GBP", _) => [format!("£{}", if whole { &groups } else { &english }), format!("£{english}"), format!("GBP {plain}")],
            (_, _) => {
                [format!("${english}"), format!("{currency} {plain}"), format!("{} {currency}", if whole { &groups } else { &english })]
            }
        };
        match self.style / 7 % 3 {
            0 => first,
            1 => second,
            _ => third,
        }
    }
}

fn rounded(fiat: Decimal, currency: &str) -> Decimal {
    match currency {
        // Rates are part of the fiction: 1 BTC = 42,000, 1 XMR = 160 and 1 LTC = 80 of any fiat.
        "BTC" => at_scale(fiat / Decimal::from(42_000), 5),
        "XMR" => at_scale(fiat / Decimal::from(160), 3),
        "LTC" => at_scale(fiat / Decimal::from(80), 3),
        _ if fiat >= Decimal::from(100) => at_scale((fiat / Decimal::from(5)).round() * Decimal::from(5), 2),
        _ if fiat >= Decimal::TEN => at_scale((fiat * Decimal::TWO).round() / Decimal::TWO, 2),
        _ => at_scale(fiat, 2),
    }
}

fn at_scale(amount: Decimal, scale: u32) -> Decimal {
    let mut amount = amount.round_dp(scale);
    amount.rescale(scale);
    amount
}

fn grouped(amount: Decimal, group: &str, point: &str) -> String {
    let text = amount.to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push_str(group);
        }
        out.push(digit);
    }
    if !cents.is_empty() {
        out.push_str(point);
        out.push_str(cents);
    }
    out
}
