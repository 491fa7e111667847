//! Every row of `tests/fixtures/values/prices.tsv`: prices in all the writings that we know of.

use rust_decimal::Decimal;
use vigie_extractors::heuristics::phrases::price_words;
use vigie_extractors::money::{Effect, Price, find_prices, parse_price};

/// `\u{a0}` in the table is the character of that number.
fn unescape(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('}').expect("a closing brace");
        out.push(char::from_u32(u32::from_str_radix(number, 16).expect("a number")).expect("a character"));
        out.push_str(rest);
    }
    out
}

/// As the table writes it: `>` lowest, `<` highest, `+` on top, `-` taken off, `!` what an order must reach, `/50 round` for fifty rounds.
fn shown(price: &Price) -> String {
    let mark = match price.role {
        Effect::Added => "+",
        Effect::Off => "-",
        Effect::Limit => "!",
        Effect::Asked if price.from => ">",
        Effect::Asked if price.up_to => "<",
        Effect::Asked => "",
    };
    let per = price.per.map_or(String::new(), |per| {
        if per.count == Decimal::ONE { format!("/{}", per.unit) } else { format!("/{} {}", per.count, per.unit) }
    });
    format!("{mark}{} {}{per}", price.amount.normalize(), price.currency.as_deref().unwrap_or("?"))
}

/// The amount of an expected price in normal form, the rest as written.
fn normal(expected: &str) -> String {
    let Some((amount, rest)) = expected.split_once(' ') else { return expected.to_owned() };
    let digits = amount.trim_start_matches(['>', '<', '+', '-', '!']);
    let mark = &amount[..amount.len() - digits.len()];
    format!("{mark}{} {rest}", digits.parse::<Decimal>().expect("an amount").normalize())
}

#[test]
fn every_writing_of_the_table_is_read() {
    let mut wrong = Vec::new();
    let mut rows = 0;
    for line in include_str!("../fixtures/values/prices.tsv").lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [text, context, expected] = columns.as_slice() else { panic!("three columns: {line}") };
        let text = unescape(text);
        let default = context.split(',').find(|token| token.len() == 3 && token.bytes().all(|b| b.is_ascii_uppercase()));
        let crypto = context.contains("crypto");
        let found = if context.contains("field") {
            parse_price(&text, default, crypto).into_iter().collect()
        } else {
            find_prices(&text, default, crypto)
        };
        for price in &found {
            assert_eq!(text.get(price.start..price.end), Some(price.raw.as_str()), "{line}");
        }
        let mut ours: Vec<String> = found.iter().map(shown).collect();
        if ours.is_empty() {
            ours.push(price_words(&text).unwrap_or_else(|| "none".to_owned()));
        }
        let expected: Vec<String> = expected.split("; ").map(normal).collect();
        rows += 1;
        if ours != expected {
            wrong.push(format!("{text:?} [{context}]: {ours:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {rows}:\n{}", wrong.len(), wrong.join("\n"));
}
