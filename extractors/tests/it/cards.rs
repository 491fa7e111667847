//! Numbers of payment cards: published test numbers are found and never told in clear, what looks like them gives nothing.

use jiff::Timestamp;
use proptest::prelude::*;
use url::Url;
use vigie_extractors::contacts::{CardKey, card_number};
use vigie_extractors::indicators;
use vigie_extractors::page::{Page, extract};
use vigie_extractors::record::Indicator;

/// Numbers that payment processors publish for tests.
const TEST_NUMBERS: &[&str] = &[
    "4111 1111 1111 1111",
    "4242 4242 4242 4242",
    "4012888888881881",
    "4000056655665556",
    "4222222222222",
    "5555 5555 5555 4444",
    "5105-1051-0510-5100",
    "2223003122003222",
    "2223 0000 4841 0010",
    "3782 822463 10005",
    "371449635398431",
    "6011 1111 1111 1117",
    "6011000990139424",
    "3056 930902 5904",
    "36227206271667",
    "3566 0020 2036 0505",
    "6200 0000 0000 0005",
    "6304000000000000",
    "2200 0000 0000 0004",
];

fn cards(text: &str) -> Vec<Indicator> {
    indicators::find(text, "description").into_iter().filter(|one| one.kind == "card_number").collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[test]
fn published_test_numbers_are_found_beside_a_word_that_says_card() {
    for number in TEST_NUMBERS {
        let digits = digits(number);
        for text in [
            format!("Pay to my card {number} and write me"),
            format!("Visa/MC: {number}."),
            format!("карта {number}, Иван"),
            format!("send it to {number} (debit card)"),
            format!("cc|{number}|12/27|123"),
        ] {
            let found = cards(&text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            let one = &found[0];
            assert_eq!(&text[one.start..one.end], *number, "{text}");
            assert!(one.verified && one.raw.len() == number.len() && !one.value.contains(&digits) && !one.raw.contains(&digits), "{one:?}");
            assert!(one.value.starts_with(&digits[..6]) && one.value.ends_with(&digits[digits.len() - 4..]), "{one:?}");
            assert_eq!(one.value.matches('*').count(), digits.len() - 10, "{one:?}");
            assert_eq!(card_number(number, None).as_deref(), Some(one.value.as_str()));
        }
    }
}

#[test]
fn what_looks_like_a_number_of_a_card_gives_nothing() {
    for text in [
        // No word says card.
        "Send to 4111 1111 1111 1111 today",
        "4111111111111111",
        // Another word is nearer.
        "Card accepted. Tracking number 4111 1111 1111 1111",
        "IMEI 490154203237518",
        "phone 4532015112830366, card on delivery",
        "credit card order id 4111111111111111",
        "gift card 6011 1111 1111 1117",
        "SIM card 5555555555554444",
        "Bestellnummer 4111111111111111, Karte liegt bei",
        // The check does not hold, or no issuer has it.
        "card 4111 1111 1111 1112",
        "card 1234567812345670",
        "card 7992739871300000",
        "card 411111111111111",
        // Parts of something longer.
        "card 1234 4111 1111 1111 1111",
        "card +4111111111111111",
        "card 0.4111111111111111",
        "card 4111111111111111a",
        "card x4111111111111111",
        "card 4111-1111 1111-1111",
        "card 41 11 11 11 11 11 11 11",
        "card 4111 1111 1111 1111 1111 1111",
        "card tx 0x4111111111111111",
        "card 4111,1111,1111,1111",
        // Already cut.
        "card 411111******1111",
    ] {
        assert_eq!(cards(text), [], "{text}");
    }
    for text in ["", "4111", "4111 1111 1111 1112", "0000 0000 0000 0000", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "４１１１"] {
        assert_eq!(card_number(text, None), None, "{text}");
    }
}

#[test]
fn a_key_tells_equal_numbers_and_another_key_others() {
    let (one, other) = (CardKey::new([1; 32]), CardKey::new([2; 32]));
    let value = |number: &str, key: &CardKey| {
        let found = indicators::find_with(&format!("card {number}"), "title", Some(key));
        found.into_iter().find(|one| one.kind == "card_number").unwrap().value
    };
    assert_eq!(value("4111 1111 1111 1111", &one), value("4111-1111-1111-1111", &one));
    assert_eq!(Some(value("4111 1111 1111 1111", &one)), card_number("4111111111111111", Some(&one)));
    assert_ne!(value("4111 1111 1111 1111", &one), value("4111 1111 1111 1111", &other));
    // The same first six and last four, and another number.
    let twins = ["4111110000091111", "4111111111111111"];
    assert_eq!(card_number(twins[0], None), card_number(twins[1], None));
    assert_ne!(value(twins[0], &one), value(twins[1], &one));
    assert_eq!(format!("{one:?}"), "CardKey(..)");
}

#[test]
fn no_number_of_a_card_is_left_in_what_is_read_of_a_page() {
    let body = "<html><head><title>Lamp, visa 4111 1111 1111 1111</title></head><body><h1>Lamp, visa 4111 1111 1111 1111</h1><p class=price>$50</p>\
                <div class=description>Lamp of brass, as new. Pay to card 5555555555554444 or by post. Second card: 5105-1051-0510-5100.</div>\
                <a href=/cart/add>Add to cart</a></body></html>";
    let url = Url::parse("http://shop.example/item/7").unwrap();
    let key = CardKey::new([7; 32]);
    for cards in [None, Some(&key)] {
        let page = Page {
            url: &url,
            body: body.as_bytes(),
            content_type: Some("text/html; charset=utf-8"),
            source_type: Some("shop"),
            profile: None,
            private: &[],
            cards,
            fetched_at: Timestamp::UNIX_EPOCH,
        };
        let read = extract(&page);
        let listing = &read.listings[0];
        assert!(listing.title.contains("4111 11** **** 1111"), "{}", listing.title);
        let told: Vec<&str> = read.indicators.iter().filter(|one| one.kind == "card_number").map(|one| one.value.as_str()).collect();
        assert!(told.len() >= 3 && told.iter().all(|value| value.contains('-') == cards.is_some()), "{told:?}");
        for one in &listing.indicators {
            let field = if one.field == "title" { &listing.title } else { &listing.description };
            assert_eq!(field[one.start..one.end], one.raw);
        }
        let all = serde_json::to_string(&read).unwrap();
        for number in ["4111 1111 1111 1111", "5555555555554444", "5105-1051-0510-5100", "5105105105105100", "4111111111111111"] {
            assert!(!all.contains(number), "{number} in {all}");
        }
    }
}

proptest! {
    #[test]
    fn whatever_stands_beside_no_digit_between_is_told(text in ".{0,40}", number in 0_u64..1_000_000_000_000_000, word in "(card|visa|cc|карта) ?") {
        let number = format!("4{number:015}");
        let text = format!("{text}{word} {number}");
        for one in cards(&text) {
            let shown = digits(&one.value);
            prop_assert!(shown.len() == 10 && !one.raw.contains(&number), "{one:?}");
        }
    }
}
