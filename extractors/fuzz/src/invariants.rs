//! What holds of every extraction, whatever the page.

use rust_decimal::Decimal;
use vigie_extractors::money::Price;
use vigie_extractors::provenance::Explanation;
use vigie_extractors::record::{Extraction, Indicator, Listing, Offer, PageKind, Span, Vendor};

/// Units of a quantity, as the records know them.
pub const UNITS: [&str; 8] = ["piece", "round", "box", "file", "kit", "g", "kg", "other"];
const KINDS: [&str; 9] = ["fixed", "from", "ladder", "bid", "buy_now", "reserve", "deposit", "shipping", "trade_value"];
const COINS: [&str; 16] =
    ["BTC", "XMR", "LTC", "ETH", "BCH", "DASH", "ZEC", "DOGE", "USDT", "USDC", "TRX", "XRP", "SOL", "ADA", "BNB", "TON"];
const STATES: [&str; 7] = ["in_stock", "out_of_stock", "sold", "reserved", "expired", "removed", "unknown"];
const MAX_LISTINGS: usize = 6_000;
const MAX_LINKS: usize = 20_000;
/// Bytes of a short field, such as a title or a name.
const SHORT: usize = 2_000;
/// Bytes of a description.
const LONG: usize = 128 << 10;

/// All of it.
pub fn extraction(read: &Extraction) {
    probability(read.page_kind_probability);
    assert!(read.listings.len() <= MAX_LISTINGS, "{} listings", read.listings.len());
    assert!(read.links.len() <= MAX_LINKS, "{} links", read.links.len());
    assert!(read.vendors.len() <= MAX_LISTINGS);
    assert!(read.page_kind != PageKind::Listing || read.listings.len() <= 1, "a listing page has one listing");
    assert!(!matches!(read.page_kind, PageKind::Login | PageKind::Captcha) || read.listings.is_empty(), "a wall offers nothing");
    for link in &read.links {
        assert!(link.url.starts_with("http://") || link.url.starts_with("https://"), "{link:?}");
    }
    for problem in &read.problems {
        assert!(problem.found.chars().count() <= 200, "{problem:?}");
    }
    for indicator in &read.indicators {
        assert!(indicator.start <= indicator.end, "{indicator:?}");
    }
    for one in &read.vendors {
        vendor(one);
    }
    let mut keys = std::collections::HashSet::new();
    for one in &read.listings {
        listing(one);
        assert!(keys.insert(&one.key), "a listing comes once: {:?}", one.key);
    }
}

fn listing(listing: &Listing) {
    assert!(!listing.title.is_empty(), "a listing has a title");
    assert!(listing.title.len() <= SHORT && listing.description.len() <= LONG, "{} {}", listing.title.len(), listing.description.len());
    assert!(listing.url.is_empty() || url::Url::parse(&listing.url).is_ok(), "{:?}", listing.url);
    listing.offers.iter().for_each(offer);
    listing.ships_from.iter().chain(&listing.ships_to).chain(&listing.ships_except).for_each(|code| country(code));
    listing.vendor.iter().for_each(vendor);
    for day in listing.posted_at.iter().chain(listing.feedback.iter().filter_map(|one| one.posted_at.as_ref())) {
        date(day);
    }
    if let Some(state) = &listing.availability {
        assert!(STATES.contains(&state.as_str()), "{state:?}");
    }
    for id in [&listing.sku, &listing.gtin, &listing.mpn, &listing.brand].into_iter().flatten() {
        assert!(!id.is_empty() && id.len() <= SHORT, "{id:?}");
    }
    if let Some(gtin) = &listing.gtin {
        assert!(gtin.bytes().all(|byte| byte.is_ascii_digit()), "{gtin:?}");
    }
    indicators(&listing.indicators.iter().filter(|one| one.field == "title").cloned().collect::<Vec<_>>(), &listing.title);
    indicators(&listing.indicators.iter().filter(|one| one.field == "description").cloned().collect::<Vec<_>>(), &listing.description);
}

fn offer(offer: &Offer) {
    decimal(&offer.amount);
    offer.currency.iter().for_each(|code| currency(code));
    offer.quantity.iter().chain(&offer.unit_amount).for_each(|number| decimal(number));
    assert!(KINDS.contains(&offer.kind.as_str()), "{offer:?}");
    assert!(offer.unit.iter().all(|unit| UNITS.contains(&unit.as_str())), "{offer:?}");
}

fn vendor(vendor: &Vendor) {
    assert!(!vendor.name.is_empty() && vendor.name.len() <= SHORT, "{:?}", vendor.name);
    vendor.rating.iter().chain(&vendor.positive_percent).for_each(|number| decimal(number));
    vendor.since.iter().chain(&vendor.last_seen).for_each(|day| date(day));
    vendor.ships_from.iter().for_each(|code| country(code));
}

fn decimal(text: &str) {
    let parsed: Decimal = text.parse().unwrap_or_else(|error| panic!("{text:?} is no decimal: {error}"));
    assert!(!parsed.is_sign_negative() || parsed.is_zero(), "{text:?}");
}

fn currency(code: &str) {
    assert!(COINS.contains(&code) || iso_currency::Currency::from_code(code).is_some(), "{code:?} is no currency");
}

/// Two capital letters.
pub fn country(code: &str) {
    assert!(code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()), "{code:?} is no country");
}

/// A day, or a time in UTC.
pub fn date(text: &str) {
    let day = text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10;
    assert!(day || (text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok()), "{text:?} is no date");
}

fn probability(value: f64) {
    assert!((0.0..=1.0).contains(&value), "{value} is no probability");
}

/// Prices of a text: in order, apart, as they are written.
pub fn prices(prices: &[Price], text: &str) {
    let mut last = 0;
    for price in prices {
        assert!(last <= price.start && price.start < price.end, "{price:?} after {last}");
        assert_eq!(text.get(price.start..price.end), Some(price.raw.as_str()));
        assert!(!price.amount.is_sign_negative());
        price.currency.iter().for_each(|code| currency(code));
        last = price.end;
    }
}

/// Indicators lie in their field.
pub fn indicators(found: &[Indicator], text: &str) {
    for one in found {
        assert!(text.get(one.start..one.end).is_some(), "{one:?} lies in its field");
        assert!(!one.value.is_empty() && !one.kind.is_empty(), "{one:?}");
    }
}

/// Spans of explanations lie in the text, and explain something that is there.
pub fn explanations(why: &[Explanation], read: &Extraction, text: &str) {
    for one in why {
        assert!(one.listing.is_none_or(|number| number < read.listings.len()), "{one:?}");
        assert_eq!(one.start.is_some(), one.end.is_some());
        if let (Some(start), Some(end)) = (one.start, one.end) {
            assert!(start <= end && text.get(start..end).is_some(), "{one:?} lies in the text of {} bytes", text.len());
        }
        assert!(!one.from.is_empty() && !one.field.is_empty(), "{one:?}");
    }
    for (number, _) in read.listings.iter().enumerate() {
        assert!(why.iter().any(|one| one.listing == Some(number) && one.field == "title"), "the title of listing {number} is explained");
    }
}

/// What classification adds.
pub fn classified(listing: &Listing) {
    let path = listing.category_path.join(" > ");
    let spans = |spans: &[Span]| {
        for span in spans {
            let field = match span.field.as_str() {
                "title" => &listing.title,
                "description" => &listing.description,
                "category_path" => &path,
                _ => continue,
            };
            assert_eq!(field.get(span.start..span.end), Some(span.text.as_str()), "{span:?}");
        }
    };
    let decided = listing.classification.as_ref().expect("it was classified");
    probability(decided.probability);
    decided.alternatives.iter().for_each(|(_, value)| probability(*value));
    spans(&decided.because);
    for item in &listing.items {
        probability(item.probability);
        item.offers.iter().for_each(offer);
        spans(&item.because);
    }
    if let Some(risk) = &listing.risk {
        probability(risk.score);
        risk.indicators.iter().for_each(|one| spans(&one.because));
    }
    if let Some(scam) = &listing.scam {
        probability(scam.score);
        spans(&scam.because);
    }
    let all: Vec<Span> = listing.trait_spans.iter().map(|(_, span)| span.clone()).collect();
    spans(&all);
    if let Some(split) = &listing.split {
        assert!(split.part > 0 && (split.of == 0 || split.part <= split.of), "{split:?}");
    }
    assert!(listing.items.len() <= 64, "{} items", listing.items.len());
}
