//! Signed texts: what GnuPG made is read and judged; what was changed, forged or made by another key is told apart.
//!
//! The keys of `fixtures/signed` were made for these tests and thrown away.

use proptest::prelude::*;
use vigie_extractors::page::{Page, extract, extract_text};
use vigie_extractors::record::SignedText;
use vigie_extractors::signed::{Key, read};

const MARKET: &str = include_str!("../fixtures/signed/market.asc");
const MIRRORS: &str = include_str!("../fixtures/signed/mirrors.txt");
const FORGED: &str = include_str!("../fixtures/signed/forged.txt");

fn one(text: &str, content_type: &str, key: Option<&Key>) -> SignedText {
    let mut found = read(text.as_bytes(), Some(content_type), key);
    assert_eq!(found.len(), 1, "{text}");
    found.remove(0)
}

#[test]
fn a_list_is_judged_by_the_key_that_is_named() {
    let key = Key::parse(MARKET).unwrap();
    let fingerprint = key.fingerprints().remove(0);
    let list = one(MIRRORS, "text/plain", Some(&key));
    assert_eq!((list.state.as_str(), &list.fingerprint), ("valid", &fingerprint));
    assert_eq!(list.signed_at, Some(1_767_355_200), "2026-01-02 12:00 UTC");
    assert_eq!(list.addresses.len(), 3, "{:?}", list.addresses);
    assert_eq!(list.addresses[2], "https://lantern.example");
    assert!(list.addresses[..2].iter().all(|one| one.ends_with(".onion") && one.starts_with("http://")));

    let unnamed = one(MIRRORS, "text/plain", None);
    assert_eq!((unnamed.state.as_str(), &unnamed.fingerprint), ("key_not_named", &fingerprint));
    assert_eq!(one(FORGED, "text/plain", Some(&key)).state, "other_key");
    let changed = MIRRORS.replace("lantern.example", "lantern.invalid");
    assert_eq!(one(&changed, "text/plain", Some(&key)).state, "invalid");
}

#[test]
fn a_message_is_read_as_pages_show_it() {
    let key = Key::parse(MARKET).unwrap();
    let state = |text: &str, kind: &str| one(text, kind, Some(&key)).state;
    assert_eq!(state(&MIRRORS.replace('\n', "\r\n"), "text/plain"), "valid");
    assert_eq!(state(&format!("Our list:\n\n{MIRRORS}\nEnd.\n"), "text/plain"), "valid");
    let html = |inner: &str| format!("<!DOCTYPE html><html><body><h1>Mirrors</h1>{inner}</body></html>");
    let escaped = MIRRORS.replace('&', "&amp;").replace('<', "&lt;");
    assert_eq!(state(&html(&format!("<pre>\n{escaped}</pre>")), "text/html"), "valid");
    assert_eq!(state(&html(&format!("<p>\n{}</p>", escaped.replace('\n', "<br>"))), "text/html"), "valid");
    // What stands before the signed text is no part of it, whatever it calls itself.
    let smuggled = MIRRORS.replacen("Hash: SHA256\n", "Hash: SHA256\nhttps://evil.example/\n", 1);
    assert!(smuggled.contains("evil") && !one(&smuggled, "text/plain", Some(&key)).addresses.iter().any(|one| one.contains("evil")));
}

#[test]
fn a_signature_is_verified_where_the_page_holds_its_key() {
    let url = url::Url::parse("http://market.example/vendor/4").unwrap();
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let state = |html: String| {
        let page = Page {
            url: &url,
            body: html.as_bytes(),
            content_type: Some("text/html; charset=utf-8"),
            source_type: None,
            profile: None,
            private: &[],
            cards: None,
            fetched_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let found = extract(&page).indicators;
        let one = found.into_iter().find(|one| one.kind == "pgp_signature").unwrap();
        (one.verified, one.value)
    };
    let key = format!("<h2>Key</h2><pre>{MARKET}</pre>");
    let fingerprint = Key::parse(MARKET).unwrap().fingerprints().remove(0);
    let shown = format!("<pre>{}</pre>", escaped(MIRRORS));
    let broken = escaped(MIRRORS).replace('\n', "<br />\n");
    assert_eq!(state(format!("<h1>Us</h1>{shown}{key}")), (true, fingerprint.clone()));
    assert_eq!(state(format!("<h1>Us</h1><p>{broken}</p>{key}")), (true, fingerprint));
    assert!(!state(format!("<h1>Us</h1>{shown}")).0, "no key");
    assert!(!state(format!("<h1>Us</h1>{}{key}", shown.replace("lantern.example", "lantern.invalid"))).0, "another text");
    assert!(!state(format!("<h1>Us</h1><pre>{FORGED}</pre>{key}")).0, "another key");
    let text = extract_text(&url, &format!("{MIRRORS}\n{MARKET}"), jiff::Timestamp::UNIX_EPOCH);
    assert!(text.indicators.iter().any(|one| one.kind == "pgp_signature" && one.verified));
}

#[test]
fn what_is_no_key_is_said() {
    for (text, says) in [("", "no armoured public key"), ("hello", "no armoured public key"), (MIRRORS, "no armoured")] {
        let said = Key::parse(text).unwrap_err();
        assert!(said.contains(says), "{said}");
    }
    let damaged = MARKET.replacen("OyjngXTjD4", "OyjngXTjD5", 1);
    assert!(Key::parse(&damaged).is_err());
    assert!(Key::parse(&"x".repeat(2 << 20)).unwrap_err().contains("1 MiB"));
}

#[test]
fn large_and_broken_messages_cost_little() {
    let key = Key::parse(MARKET).unwrap();
    let begin = "-----BEGIN PGP SIGNED MESSAGE-----\n";
    assert!(read(begin.repeat(20_000).as_bytes(), None, Some(&key)).is_empty());
    assert!(read(format!("{begin}\n{}", "a\n".repeat(2_000_000)).as_bytes(), None, Some(&key)).is_empty());
    let many = MIRRORS.repeat(50);
    assert_eq!(read(many.as_bytes(), Some("text/plain"), Some(&key)).len(), 4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_text_makes_it_fail_and_no_changed_text_is_valid(at in 100usize..500, byte in any::<u8>()) {
        let key = Key::parse(MARKET).unwrap();
        let mut bytes = MIRRORS.as_bytes().to_vec();
        let at = at.min(bytes.len() - 1);
        let before = bytes[at];
        bytes[at] = byte;
        let inside = MIRRORS.find("Lantern").unwrap()..MIRRORS.find("-----BEGIN PGP SIGNATURE").unwrap() - 1;
        let blank = |byte: u8| byte.is_ascii_whitespace() || byte == 0;
        for one in read(&bytes, Some("text/plain; charset=utf-8"), Some(&key)) {
            if inside.contains(&at) && byte != before && !blank(byte) && !blank(before) {
                prop_assert_ne!(one.state, "valid");
            }
        }
    }
}
