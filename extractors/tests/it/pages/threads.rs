//! Threads, channels and pastes: who says what, and what it changes.

use url::Url;
use vigie_extractors::page::{Page, extract, extract_text};
use vigie_extractors::record::{Extraction, PageKind};

fn read(address: &str, body: &str) -> Extraction {
    let url = Url::parse(address).expect("an address");
    extract(&Page {
        url: &url,
        body: body.as_bytes(),
        content_type: Some("text/html; charset=utf-8"),
        source_type: Some("forum"),
        profile: None,
        private: &[],
        cards: None,
        fetched_at: jiff::Timestamp::from_second(1_735_000_000).expect("a time"),
    })
}

/// A post of a forum that calls its parts by names of its own.
fn post(number: u32, author: &str, date: &str, text: &str) -> String {
    format!(
        "<table class=zzq id=q{number}><tr><td class=ras>{date}</td></tr><tr><td class=wer><b>{author}</b><br>Joined: 03 Mar 2012<br>Posts: 12</td>\
         <td class=was>{text}</td></tr></table>"
    )
}

fn thread(title: &str, posts: &[String]) -> String {
    format!("<html><head><title>{title} - Board</title></head><body><h1>{title}</h1>{}</body></html>", posts.concat())
}

const SALE: &str = "Selling my CZ 75 in 9 mm, two magazines, one owner, holster wear on the slide.<br>Asking $450 shipped. Cash or money order, no PayPal.";

#[test]
fn posts_of_software_that_nobody_named_are_found_by_their_build() {
    let page = thread(
        "WTS: CZ 75",
        &[
            post(1, "walther_fan", "14 Jan 2024, 10:12", SALE),
            post(
                2,
                "lowballer",
                "15 Jan 2024, 11:00",
                "Would you take $300? I sold mine for $280 last week, these are all sold at that price.",
            ),
        ],
    );
    let found = read("https://board.example/showthread.php?t=5", &page);
    assert_eq!(found.page_kind, PageKind::Thread);
    let [listing] = found.listings.as_slice() else { panic!("{:?}", found.listings) };
    assert_eq!(listing.title, "WTS: CZ 75");
    assert_eq!(listing.vendor.as_ref().map(|vendor| vendor.name.as_str()), Some("walther_fan"));
    assert_eq!(listing.posted_at.as_deref().and_then(|date| date.get(..10)), Some("2024-01-14"));
    assert_eq!(listing.offers.first().map(|offer| offer.amount.as_str()), Some("450"));
    assert_eq!(listing.payments, ["cash", "money_order"]);
    // What another person answers changes nothing.
    assert_eq!(listing.availability, None);
    assert!(!listing.description.contains("Joined"), "{}", listing.description);
}

#[test]
fn what_its_author_adds_changes_an_advertisement() {
    let page = thread(
        "WTS: CZ 75",
        &[
            post(1, "walther_fan", "14 Jan 2024, 10:12", SALE),
            post(2, "lowballer", "15 Jan 2024, 11:00", "Price drop to $200 and it is sold to me, friend of mine"),
            post(3, "walther_fan", "16 Jan 2024, 12:00", "Price drop to $400 for the weekend, still the same gun"),
            post(4, "walther_fan", "19 Jan 2024, 09:30", "SOLD, thanks to everybody for looking at it"),
        ],
    );
    let found = read("https://board.example/showthread.php?t=5", &page);
    let [listing] = found.listings.as_slice() else { panic!("{:?}", found.listings) };
    assert_eq!(listing.offers.first().map(|offer| offer.amount.as_str()), Some("400"));
    assert_eq!(listing.availability.as_deref(), Some("sold"));
}

#[test]
fn offers_of_other_sellers_are_listings_of_their_own() {
    let page = thread(
        "For sale thread, March",
        &[
            post(1, "moderator", "01 Mar 2024, 10:00", "Post what you have for sale here, one post for each of your goods please."),
            post(2, "seller_one", "02 Mar 2024, 11:00", "For sale: Ruger 10/22 with two magazines, like new, $250 plus shipping"),
            post(3, "seller_two", "03 Mar 2024, 12:00", "Selling a Marlin 336 in 30-30, nice wood, asking $480 face to face"),
            post(4, "visitor", "04 Mar 2024, 12:00", "Nice one, good luck with the sale of it!"),
        ],
    );
    let found = read("https://board.example/showthread.php?t=9", &page);
    let prices: Vec<&str> = found.listings.iter().filter_map(|listing| listing.offers.first()).map(|offer| offer.amount.as_str()).collect();
    assert_eq!(prices, ["250", "480"]);
    let mut keys: Vec<&str> = found.listings.iter().map(|listing| listing.key.as_str()).collect();
    keys.dedup();
    assert_eq!(keys.len(), found.listings.len());
    assert!(keys.iter().any(|key| key.ends_with("#q2")), "{keys:?}");
}

#[test]
fn what_is_struck_out_reaches_the_text_as_a_mark() {
    let body = "Everything shipped:<br><del>Magpul stock $40</del> gone<br>Rail $60<br>Grip $15";
    let page = thread(
        "WTS: parts",
        &[post(1, "a_seller", "14 Jan 2024, 10:12", body), post(2, "b_reader", "15 Jan 2024, 10:12", "Is the rail still there for me?")],
    );
    let found = read("https://board.example/viewtopic.php?t=5", &page);
    let listing = found.listings.first().expect("a listing");
    assert!(listing.description.contains("~~Magpul stock $40~~ gone"), "{}", listing.description);
    assert_eq!(listing.offers.first().map(|offer| offer.amount.as_str()), Some("60"));
}

#[test]
fn a_text_that_lists_goods_with_prices_is_one_listing() {
    let url = Url::parse("https://paste.example/raw/abc").expect("an address");
    let now = jiff::Timestamp::from_second(1_735_000_000).expect("a time");
    let found = extract_text(
        &url,
        "SPRING LIST\nall prices in EUR\n1) Glock 19 gen3 ...... 1150\n2) CZ 82 ...... 640\n3) TT-33 520\npayment: monero only",
        now,
    );
    let [listing] = found.listings.as_slice() else { panic!("{:?}", found.listings) };
    assert_eq!((listing.title.as_str(), listing.offers.len()), ("SPRING LIST", 3));
    assert_eq!(listing.offers.first().map(|offer| (offer.amount.as_str(), offer.currency.as_deref())), Some(("1150", Some("EUR"))));
    assert_eq!(listing.payments, ["XMR"]);
    let talk = extract_text(&url, "Dear all,\nI paid $20 for lunch yesterday and it was sold out.\nBye", now);
    assert!(talk.listings.is_empty());
}
