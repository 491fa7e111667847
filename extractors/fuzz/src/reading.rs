//! Reads an input in every way that the program does.

use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::heuristics::labels;
use vigie_extractors::page::{Page, extract, extract_explained, extract_text};
use vigie_extractors::profile::Profile;
use vigie_extractors::record::Listing;
use vigie_extractors::{canonical, country, dates, html, indicators, language, money, payment, quantity, signed};

use crate::invariants as hold;

static CODEBOOK: LazyLock<Codebook> =
    LazyLock::new(|| Codebook::parse(include_str!("../../../config/codebook.toml")).expect("the codebook of the program is valid"));
static PROFILE: LazyLock<Profile> = LazyLock::new(|| toml::from_str(include_str!("../profile.toml")).expect("the profile beside is valid"));
static FETCHED_AT: LazyLock<Timestamp> = LazyLock::new(|| "2024-06-15T12:00:00Z".parse().expect("a time"));

const CONTENT_TYPES: [Option<&str>; 6] = [
    Some("text/html"),
    None,
    Some("text/html; charset=utf-8"),
    Some("text/html; charset=windows-1251"),
    Some("text/plain"),
    Some("text/html; charset=shift_jis"),
];
const ADDRESSES: [&str; 4] = [
    "http://shop.example/item/1?page=2",
    "http://market.example.onion/vendor/bob",
    "https://forum.example/viewtopic.php?f=2&t=5#p9",
    "https://anzeigen.example/kurzwaffen?sort=price",
];
const SOURCE_TYPES: [&str; 4] = ["shop", "cryptomarket", "forum", "classifieds"];

/// Processor time that reading an input may take, on top of what each byte may: many times what a real page of this size
/// takes, as the counters of coverage take two thirds of it and all readings together some ten times one.
const BASE: Duration = Duration::from_millis(1_500);
const PER_BYTE: Duration = Duration::from_micros(50);

/// Reads a page; its last byte says as what.
pub fn everything(input: &[u8]) {
    let Some((how, body)) = input.split_last() else { return };
    let how = usize::from(*how);
    // Tables are built once; the first input is not to pay for them.
    LazyLock::force(&CODEBOOK);
    LazyLock::force(&PROFILE);
    let start = worked();
    as_page(body, how);
    as_text(body, how);
    let took = worked().saturating_sub(start);
    let allowed = BASE + PER_BYTE * u32::try_from(body.len()).unwrap_or(u32::MAX);
    assert!(took < allowed, "{} bytes took {took:?}", body.len());
}

/// How the program reads a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As a crawl does.
    Plain,
    /// With where each field comes from.
    Explained,
    /// By a profile, as a crawl does.
    Profiled,
}

/// Reads and classifies a page of a market as the program does, once.
pub fn one(body: &[u8], way: Way) {
    let url = Url::parse(ADDRESSES[0]).expect("an address");
    let (content_type, source_type) = (Some("text/html; charset=utf-8"), Some("cryptomarket"));
    let profile = (way == Way::Profiled).then_some(&*PROFILE);
    let page = Page { url: &url, body, content_type, source_type, profile, private: &[], cards: None, fetched_at: *FETCHED_AT };
    let mut read = if way == Way::Explained { extract_explained(&page).0 } else { extract(&page) };
    read.signed = signed::read(body, page.content_type, None);
    read.listings.iter_mut().for_each(|listing| CODEBOOK.classify(listing));
}

/// How long this thread was on a processor: what else the machine does is no fault of an input.
pub fn worked() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(told.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()).unwrap_or(0))
}

fn as_page(body: &[u8], how: usize) {
    let url = Url::parse(ADDRESSES[how % 4]).expect("an address");
    let private = [".account".to_owned(), "p:[".to_owned()];
    let page = Page {
        url: &url,
        body,
        content_type: CONTENT_TYPES[how / 4 % 6],
        source_type: Some(SOURCE_TYPES[how % 4]),
        profile: (how % 8 > 4).then_some(&*PROFILE),
        private: if how % 16 > 13 { &private } else { &[] },
        cards: None,
        fetched_at: *FETCHED_AT,
    };
    let read = extract(&page);
    let (explained, why) = extract_explained(&page);
    assert_eq!(read, explained, "explaining changes nothing");
    if body.len() % 8 == 0 {
        assert_eq!(read, extract(&page), "the same page reads the same");
    }
    let decoded = html::decode(body, page.content_type);
    hold::extraction(&read);
    hold::explanations(&why, &read, &decoded.text);
    for mut listing in read.listings.into_iter().take(24) {
        CODEBOOK.classify(&mut listing);
        hold::classified(&listing);
        let once = listing.clone();
        CODEBOOK.classify(&mut listing);
        assert_eq!(once, listing, "classifying twice gives the same");
    }
    for text in signed::read(body, page.content_type, None) {
        assert!(text.addresses.len() <= signed::MOST_ADDRESSES);
    }
}

fn as_text(body: &[u8], how: usize) {
    let text = String::from_utf8_lossy(body);
    let url = Url::parse(ADDRESSES[how % 4]).expect("an address");
    hold::extraction(&extract_text(&url, &text, *FETCHED_AT));
    hold::indicators(&indicators::find(&text, "text"), &text);
    let default = [None, Some("EUR"), Some("XMR")][how % 3];
    let prices = money::find_prices(&text, default, how % 2 == 0);
    hold::prices(&prices, &text);
    // Values are read from short texts; a page gives some hundreds of those.
    let lines = text.split(['\n', '<', '>']).map(str::trim).filter(|line| !line.is_empty()).take(200);
    for line in lines.chain([html::prefix(&text, 4_096)]) {
        values(line, default);
    }
    let (title, description) = text.split_once('\n').unwrap_or((&text, ""));
    let language = language::detect(&text, None);
    let mut listing = Listing { title: title.to_owned(), description: description.to_owned(), language, ..Listing::default() };
    CODEBOOK.classify(&mut listing);
    hold::classified(&listing);
}

fn values(line: &str, default: Option<&str>) {
    if let Some(price) = money::parse_price(line, default, false) {
        hold::prices(&[price], line);
    }
    let _ = money::parse_amount(line);
    let _ = language::of_listing(line, default);
    if let Some(quantity) = quantity::find(line) {
        assert!(!quantity.quantity.is_zero() && hold::UNITS.contains(&quantity.unit), "{quantity:?}");
    }
    if let Some(date) = dates::parse_date(line, *FETCHED_AT) {
        hold::date(&date);
    }
    let places = country::parse_countries(line);
    places.codes.iter().chain(&places.except).for_each(|code| hold::country(code));
    if let Some((_, head, value)) = labels::split(line) {
        assert!(line.contains(head) && line.contains(value));
    }
    let _ = labels::label(line);
    let _ = payment::read(line);
    if let Ok(url) = Url::parse(line).or_else(|_| Url::parse(&format!("http://h.example/{line}"))) {
        let canonical = canonical::canonical_url(&url);
        // What has no host is never fetched, and the standard lets some of it change when it is read again.
        if url.has_host()
            && let Ok(again) = Url::parse(&canonical)
        {
            assert_eq!(canonical::canonical_url(&again), canonical, "the canonical form of {url} is one");
        }
        let _ = canonical::listing_key(&url);
    }
}
