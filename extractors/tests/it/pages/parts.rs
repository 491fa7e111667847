//! Charset, language, links and the schema of profiles.

use url::Url;
use vigie_extractors::heuristics::address::Addresses;
use vigie_extractors::heuristics::links;
use vigie_extractors::html::{Survey, decode, parse};
use vigie_extractors::language::detect;
use vigie_extractors::profile::Profile;

use super::{example_profile, read};

#[test]
fn the_charset_is_found_in_this_order() {
    let cases: [(&[u8], Option<&str>, &str, &str); 8] = [
        (b"\xef\xbb\xbf<p>\xc3\xa9", Some("text/html; charset=iso-8859-1"), "UTF-8", "<p>é"),
        (b"<p>\xe4\xee\xec", Some("text/html; charset=windows-1251"), "windows-1251", "<p>дом"),
        (b"<meta charset='windows-1251'><p>\xe4\xee\xec", None, "windows-1251", "<meta charset='windows-1251'><p>дом"),
        (b"<meta http-equiv=Content-Type content=\"text/html; charset=koi8-r\"><p>\xc4\xcf\xcd", None, "KOI8-R", "дом"),
        (b"<p>Gr\xfc\xdfe aus K\xf6ln", None, "windows-1252", "<p>Grüße aus Köln"),
        (b"<p>\xc3\xa9t\xc3\xa9", None, "UTF-8", "<p>été"),
        // A template says Latin-1, the shop writes UTF-8.
        (b"<meta charset=iso-8859-1><p>12 \xe2\x82\xac", None, "UTF-8", "12 €"),
        (b"\xff\xfeA\0", None, "UTF-16LE", "A"),
    ];
    for (body, header, charset, end) in cases {
        let decoded = decode(body, header);
        assert_eq!(decoded.charset, charset, "{:?}", decoded.text);
        assert!(decoded.text.ends_with(end), "{:?}", decoded.text);
    }
}

#[test]
fn the_declared_language_is_believed_on_short_texts() {
    assert_eq!(detect("Glock 19", Some("de-AT")), Some("de".to_owned()));
    assert_eq!(detect("Glock 19", None), None);
    let german = "Die Pistole wurde nur wenig geschossen und befindet sich in einem sehr guten Zustand, Versand nur an Berechtigte.";
    assert_eq!(detect(german, None), Some("de".to_owned()));
    assert_eq!(detect(&german.repeat(8), Some("en")), Some("de".to_owned()), "a template's `en` does not hold against a long sure text");
}

#[test]
fn links_are_resolved_once_and_only_of_the_web() {
    let page = "<base href='/shop/'><a href='a?b=1#x'>one</a><a href='a?b=1#y'>again</a><a href='javascript:x()'>no</a><a href='mailto:a@b.c'>no</a>\
        <a href='#top'>no</a><a href='//other.example/z'>two</a><link rel=next href='?page=2'><a href='http://[bad'>no</a>";
    let url = Url::parse("http://shop.example/deep/page").unwrap();
    let html = parse(page).html;
    let survey = Survey::of(&html);
    let addresses = Addresses::new(links::base(&survey, &url));
    let found: Vec<(String, String)> = links::find(&survey, &addresses, &url).into_iter().map(|l| (l.url, l.rel)).collect();
    let expected = [("http://shop.example/shop/?page=2", "next"), ("http://shop.example/shop/a?b=1", ""), ("http://other.example/z", "")];
    let mut sorted = found.clone();
    sorted.sort_by_key(|(url, _)| expected.iter().position(|(known, _)| known == url));
    assert_eq!(sorted, expected.map(|(url, rel)| (url.to_owned(), rel.to_owned())), "{found:?}");
}

fn profile(text: &str) -> Result<Profile, toml::de::Error> {
    toml::from_str(text)
}

#[test]
fn a_profile_says_what_is_wrong_with_it() {
    let faulty = profile("[[page]]\nkind = \"listing\"\nwhen = \"div[\"\nfields.title = \"h1\"\nfields.price = { select = \".p\", regex = \"(\" }\n[[page]]\nkind = \"index\"").unwrap();
    let faults = faulty.check();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].what.starts_with("page[0] (listing).when: `div[`"), "{faults:?}");
    assert!(faults[1].what.starts_with("page[0] (listing).fields.price.regex: `(`"), "{faults:?}");
    assert!(profile("colour = 1").unwrap_err().to_string().contains("colour"));
    assert!(profile("[[page]]\nkind = \"listing\"\nfields.prize = \"x\"").unwrap_err().to_string().contains("prize"));
    assert!(profile("[[page]]\nkind = \"listing\"\nfields.price = { selct = \"x\" }").unwrap_err().to_string().contains("selct"));
}

#[test]
fn the_example_profiles_are_sound() {
    for name in ["dream", "apollon", "white-house", "yellow-brick", "ammoseek"] {
        let faults = example_profile(name).unwrap_or_else(|| panic!("{name} is there")).check();
        assert_eq!(faults, [], "{name}");
    }
}

#[test]
fn a_profile_goes_before_the_general_reading_and_is_completed_by_it() {
    let rules = profile(
        "currency = \"CHF\"\n[[page]]\nkind = \"listing\"\nurl = \"/i/\\\\d+\"\nfields.title = { select = \"h2\", regex = \"^Lot (.*)\" }\nfields.price = \".amount\"\n\
         fields.category = { select = \".path\", split = \"/\", reverse = true }\nfields.availability = { default = \"in stock\" }\nfields.images = { select = \"img\", attr = \"src\", all = true }",
    )
    .unwrap();
    let body = "<h1>Auction house</h1><h2>Lot Sabre, 1796</h2><p class=amount>1'250.-</p><p class=path>Sabres/Arms</p><img src=1.jpg><img src=2.jpg><p>Seller: <a href=/user/adler>adler</a></p>";
    let page = read("http://lots.example/i/7", body.as_bytes(), Some("text/html"), "shop", Some(&rules));
    let listing = &page.listings[0];
    assert_eq!(listing.title, "Sabre, 1796");
    assert_eq!((listing.offers[0].amount.as_str(), listing.offers[0].currency.as_deref()), ("1250", Some("CHF")));
    assert_eq!(listing.category_path, ["Arms", "Sabres"]);
    assert_eq!(listing.availability.as_deref(), Some("in_stock"));
    assert_eq!(listing.images, ["http://lots.example/i/1.jpg", "http://lots.example/i/2.jpg"]);
    assert_eq!(listing.vendor.as_ref().map(|v| v.name.as_str()), Some("adler"), "what the profile leaves out is read all the same");
    let elsewhere = read("http://lots.example/about", b"<p>About us", Some("text/html"), "shop", Some(&rules));
    assert!(elsewhere.listings.is_empty());
}
