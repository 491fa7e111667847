//! The frontier's key and the listing's key.

use proptest::prelude::*;
use serde::Deserialize;
use url::Url;
use vigie_extractors::canonical::{canonical_url, listing_key};

#[derive(Deserialize)]
struct Case {
    #[serde(rename = "in")]
    input: String,
    out: String,
}

/// Cases that we answer otherwise, knowingly: input, our answer (none where it is no URL to us), reason.
const DEVIATIONS: &[(&str, Option<&str>, &str)] = &[
    ("a#frag", None, "relative: links are resolved against their page before they get a key"),
    ("a?b=1#frag", None, "relative"),
    ("?b=1", None, "relative"),
    (
        "http://.éxamplé.com/résumé?q=résumé",
        Some("http://.xn--xampl-9raf.com/r%C3%A9sum%C3%A9?q=r%C3%A9sum%C3%A9"),
        "an empty label: the URL standard encodes the other labels all the same, and so do browsers",
    ),
];

#[test]
fn canonical_urls_agree_with_w3lib() {
    let cases = include_str!("../fixtures/vectors/canonical_urls.jsonl");
    let (mut agreed, mut deviating, mut wrong) = (0, 0, Vec::new());
    for line in cases.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let ours = Url::parse(&case.input).ok().map(|url| canonical_url(&url));
        if let Some((_, expected, reason)) = DEVIATIONS.iter().find(|(input, ..)| *input == case.input) {
            assert_eq!(ours.as_deref(), *expected, "{reason}");
            deviating += 1;
        } else {
            if ours.as_deref() != Some(case.out.as_str()) {
                wrong.push(format!("{:?}: {ours:?} instead of {:?}", case.input, case.out));
            }
            agreed += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((agreed + deviating, deviating), (74, DEVIATIONS.len()));
}

fn key(url: &str) -> String {
    listing_key(&Url::parse(url).unwrap())
}

#[test]
fn query_only_sites_keep_their_identity() {
    assert_eq!(key("http://a.onion/?listing=65592636"), "/?listing=65592636");
    assert_ne!(key("http://a.onion/?listing=65592636"), key("http://a.onion/?listing=65592637"));
    assert_eq!(key("http://a.onion/welcome?action=show&listing=113689"), "/welcome?action=show&listing=113689");
    assert_eq!(key("http://a.onion/listing.php?ls_id=43473"), "/listing.php?ls_id=43473");
    assert_eq!(key("http://a.onion/viewProduct?offer=178049.523731"), "/viewProduct?offer=178049.523731");
    assert_eq!(key("http://a.com/?p=123"), "/?p=123");
    assert_ne!(key("http://a.com/?page=item&id=5"), key("http://a.com/?page=user&id=5"));
}

#[test]
fn card_and_page_and_mirror_agree() {
    let page = key("http://one.onion/viewProduct?offer=178049.523731");
    for card in [
        "http://two.onion/viewProduct?offer=178049.523731&category=104",
        "http://two.onion/./viewProduct?category=104&offer=178049.523731&page=3#top",
        "http://one.onion/viewProduct?offer=178049.523731&utm_source=x&fbclid=1&PHPSESSID=0123456789abcdef",
        "http://one.onion/viewProduct?Offer=178049.523731&sort=price_asc&lang=en",
        "https://one.onion:8443/viewProduct?offer=178049.523731&sid=0123456789abcdef0123456789abcdef",
    ] {
        assert_eq!(key(card), page, "{card}");
    }
    assert_eq!(key("https://shop.test/p/glock-19/"), key("https://www.shop.test/p/glock-19?ref=home&page=2"));
    assert_eq!(key("https://shop.test/index.php?products_id=7"), key("https://shop.test/?cPath=21_50&products_id=7"));
    assert_eq!(key("https://shop.test/item;jsessionid=AB12?id=7"), key("https://shop.test/item?id=7"));
    assert_eq!(key("https://shop.test/%7Ejoe/a"), key("https://shop.test/~joe/a"));
}

#[test]
fn distinct_things_keep_distinct_keys() {
    let urls = [
        "http://a.com/",
        "http://a.com/search?q=glock",
        "http://a.com/search?q=colt",
        "http://a.com/list?page=2",
        "http://a.com/item/5",
        "http://a.com/item/6",
        "http://a.com/item?id=5",
        "http://a.com/item?id=6",
        "http://a.com/Item/aB",
        "http://a.com/Item/ab",
        "http://a.com/order?order=55",
        "http://a.com/order?order=56",
    ];
    let mut keys: Vec<String> = urls.iter().map(|url| key(url)).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), urls.len(), "{keys:?}");
}

proptest! {
    #[test]
    fn canonical_form_is_a_fixed_point(text in "https?://[a-z]{1,5}\\.(com|onion)(:[0-9]{2,4})?/[ -~é%./;]{0,24}(\\?[ -~&=%+é]{0,24})?") {
        if let Ok(url) = Url::parse(&text) {
            let once = canonical_url(&url);
            let again = Url::parse(&once).expect("a canonical form is a URL");
            prop_assert_eq!(canonical_url(&again), once);
            prop_assert_eq!(listing_key(&again), listing_key(&url));
        }
    }

    #[test]
    fn any_text_is_survived(text in ".{0,60}") {
        if let Ok(url) = Url::parse(&text).or_else(|_| Url::parse("http://a.com/").and_then(|base| base.join(&text))) {
            let _ = (canonical_url(&url), listing_key(&url));
        }
    }
}
