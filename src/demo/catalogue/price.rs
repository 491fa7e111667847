//! Prices as sellers write them: the amount is exact, the writing differs by currency, language and habit.

use crate::demo::dice::Dice;
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
        Price { amount: rounded(fiat * percent / Decimal::ONE_HUNDRED, currency), currency: currency.into(), style: dice.next() }
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
        let whole = self.amount.fract().is_zero();
        let (point, groups, plain) =
            (grouped(self.amount, ',', '.'), grouped(self.amount.trunc(), ',', '.'), self.amount.normalize().to_string());
        let style = self.style;
        match (self.currency.as_str(), language) {
            ("BTC", _) => {
                [format!("{} BTC", self.amount), format!("BTC {}", self.amount), format!("฿{}", self.amount)][third(style)].clone()
            }
            ("XMR", _) => [format!("{} XMR", self.amount), format!("XMR {}", self.amount), format!("{plain} XMR")][third(style)].clone(),
            ("EUR", "de") => {
                let german = grouped(self.amount, '.', ',');
                if whole && style % 4 == 3 {
                    format!("{plain},- EUR")
                } else {
                    [format!("{german} €"), format!("{german} EUR"), format!("EUR {german}")][third(style)].clone()
                }
            }
            ("EUR", "fr") => {
                let french = grouped(self.amount, '\u{a0}', ',');
                if whole && style % 4 == 3 {
                    format!("{plain} euros")
                } else {
                    [format!("{french} €"), format!("{french} EUR"), format!("{french}\u{a0}€")][third(style)].clone()
                }
            }
            ("EUR", _) => [format!("€{point}"), format!("{point} EUR"), format!("EUR {plain}")][third(style)].clone(),
            ("GBP", _) if whole => [format!("£{groups}"), format!("£{point}"), format!("GBP {plain}")][third(style)].clone(),
            ("GBP", _) => [format!("£{point}"), format!("{point} GBP"), format!("GBP {point}")][third(style)].clone(),
            (_, _) if whole => [format!("${point}"), format!("USD {plain}"), format!("{groups} USD")][third(style)].clone(),
            (_, _) => [format!("${point}"), format!("USD {point}"), format!("US$ {point}")][third(style)].clone(),
        }
    }
}

fn third(style: u64) -> usize {
    (style / 7 % 3) as usize
}

fn rounded(fiat: Decimal, currency: &str) -> Decimal {
    match currency {
        // Rates are part of the fiction: 1 BTC = 42,000 and 1 XMR = 160 of either fiat.
        "BTC" => at_scale(fiat / Decimal::from(42_000), 5),
        "XMR" => at_scale(fiat / Decimal::from(160), 3),
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

fn grouped(amount: Decimal, group: char, point: char) -> String {
    let text = amount.to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    if !cents.is_empty() {
        out.push(point);
        out.push_str(cents);
    }
    out
}
