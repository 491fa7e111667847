//! Every currency and coin can be read, and no digit is lost.

use proptest::prelude::*;
use rust_decimal::Decimal;
use vigie_extractors::money::{declared_currency, find_prices, parse_amount, parse_price};

const COINS: [&str; 20] = [
    "BTC", "LTC", "BCH", "DOGE", "DASH", "ZEC", "XMR", "ETH", "TRX", "XRP", "XLM", "SOL", "ADA", "DOT", "ATOM", "BNB", "TON", "ALGO",
    "USDT", "USDC",
];

/// All codes of ISO 4217 but those of metals, funds and tests.
fn currencies() -> Vec<String> {
    let no_money = ["XXX", "XTS", "XAG", "XAU", "XPD", "XPT", "XDR", "XBA", "XBB", "XBC", "XBD", "XUA", "XSU"];
    let letters = || 'A'..='Z';
    let codes = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c].iter().collect::<String>())));
    codes.filter(|code| iso_currency::Currency::from_code(code).is_some() && !no_money.contains(&code.as_str())).collect()
}

#[test]
fn every_currency_and_coin_is_read_in_a_price_field() {
    let codes: Vec<String> = currencies().into_iter().chain(COINS.map(str::to_owned)).collect();
    assert!(codes.len() > 170, "{}", codes.len());
    for code in &codes {
        for text in [
            format!("1,234.56 {code}"),
            format!("{code} 1,234.56"),
            format!("1.234,56 {code}"),
            format!("{code} 1 234,56"),
            format!("Price: {code} 1234.56"),
        ] {
            let price = parse_price(&text, None, false).unwrap_or_else(|| panic!("{text}: none"));
            assert_eq!((price.amount, price.currency.as_deref()), (Decimal::new(123_456, 2), Some(code.as_str())), "{text}");
        }
        let price = parse_price(&format!("500 {code}"), Some("CHF"), false).unwrap_or_else(|| panic!("500 {code}: none"));
        assert_eq!((price.amount, price.currency.as_deref()), (Decimal::from(500), Some(code.as_str())), "500 {code}");
    }
    // In running text cents show that a code is one.
    for code in codes {
        let found = find_prices(&format!("we ask 1234.56 {code} for it"), None, false);
        assert_eq!(found.first().and_then(|price| price.currency.clone()), Some(code));
    }
}

#[test]
fn more_digits_than_fit_are_no_amount() {
    assert_eq!(parse_amount("0.1234567890123456789012345678").map(|a| a.to_string()).as_deref(), Some("0.1234567890123456789012345678"));
    assert_eq!(parse_amount("0.12345678901234567890123456789"), None);
    assert_eq!(parse_amount("99999999999999999999999999999999"), None);
    assert_eq!(find_prices("0.0000000000000000000000000001 sats", None, false), Vec::new());
    assert_eq!(find_prices("79228162514264337593543950335k USD", None, false), Vec::new());
}

proptest! {
    #[test]
    fn no_digit_is_lost(whole in 0u64..1_000_000_000_000, decimals in "[0-9]{0,12}", code in "(EUR|BTC|XMR|AED|JPY)") {
        // Three decimals alone may be thousands.
        prop_assume!(decimals.len() != 3);
        let written = if decimals.is_empty() { whole.to_string() } else { format!("{whole}.{decimals}") };
        let expected: Decimal = written.parse().unwrap();
        let found = find_prices(&format!("{written} {code}"), None, false);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].amount, expected);
        prop_assert_eq!(found[0].currency.as_deref(), Some(code.as_str()));
    }

    #[test]
    fn small_units_are_exact(sats in 0u64..2_100_000_000_000_000) {
        let found = find_prices(&format!("{sats} sats"), None, false);
        prop_assert_eq!(found[0].amount, Decimal::from_i128_with_scale(i128::from(sats), 8).normalize());
    }

    #[test]
    fn digits_of_all_scripts_are_one(whole in 0u32..100_000_000, cents in 0u32..100) {
        let plain = format!("{whole}.{cents:02}");
        for zero in ['٠', '۰', '０', '०'] {
            let written: String = plain.chars().map(|c| c.to_digit(10).map_or(c, |d| char::from_u32(u32::from(zero) + d).unwrap())).collect();
            let text = format!("{written} €");
            let found = find_prices(&text, None, false);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].amount, plain.parse::<Decimal>().unwrap().normalize());
            prop_assert_eq!(&text[found[0].start..found[0].end], &found[0].raw);
        }
    }
}

#[test]
fn what_markup_declares_as_a_currency_becomes_a_code_or_nothing() {
    let read = declared_currency;
    for (text, code) in
        [("USD", "USD"), (" eur ", "EUR"), ("xmr", "XMR"), ("DEM", "DEM"), ("TL", "TRY"), ("€", "EUR"), ("£", "GBP"), ("руб.", "RUB")]
    {
        assert_eq!(read(text).as_deref(), Some(code), "{text:?}");
    }
    for text in ["", "12", "ify\\/Product\\/55\",\"vendor\":\"Prairie", "currency", "QQQ", "12 USD and more"] {
        assert_eq!(read(text), None, "{text:?}");
    }
}
