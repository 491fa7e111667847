//! Where the fields come from: rule, place, words and bytes.

use std::path::Path;

use serde_json::Value;
use url::Url;
use vigie_extractors::html::{self, fold};
use vigie_extractors::page::{Page, extract, extract_explained};
use vigie_extractors::profile::Profile;
use vigie_extractors::provenance::Explanation;
use vigie_extractors::record::Extraction;

use super::fixtures::{CASES, body};

fn explained(url: &str, body: &[u8], source_type: &str, profile: Option<&Profile>) -> (Extraction, Vec<Explanation>) {
    let url = Url::parse(url).unwrap();
    let fetched_at = "2024-06-15T12:00:00Z".parse().unwrap();
    let page = Page {
        url: &url,
        body,
        content_type: Some("text/html; charset=utf-8"),
        source_type: Some(source_type),
        profile,
        private: &[],
        cards: None,
        fetched_at,
    };
    let (read, explanations) = extract_explained(&page);
    assert_eq!(read, extract(&page), "explaining changes nothing");
    (read, explanations)
}

/// `from`, `raw` and the bytes of the page for one field of one listing.
fn of<'a>(all: &'a [Explanation], page: &'a str, listing: usize, field: &str) -> (&'a str, &'a str, Option<&'a str>) {
    let found = all.iter().find(|e| e.listing == Some(listing) && e.field == field).unwrap_or_else(|| panic!("{field} is explained"));
    (&found.from, &found.raw, found.start.map(|start| &page[start..found.end.unwrap()]))
}

#[test]
fn json_ld_is_named_by_its_properties() {
    let text = String::from_utf8(body("shop_jsonld_de")).unwrap();
    let (_, all) = explained("https://shop.example/deko/karabiner-98", text.as_bytes(), "shop", None);
    assert_eq!(of(&all, &text, 0, "title"), ("json_ld", "Deko-Karabiner 98 deaktiviert", Some("Deko-Karabiner 98 deaktiviert")));
    assert_eq!(of(&all, &text, 0, "price"), ("json_ld", "1234.50", Some("1234.50")));
    assert_eq!(of(&all, &text, 0, "currency"), ("json_ld", "EUR", Some("EUR")));
    assert_eq!(of(&all, &text, 0, "brand"), ("json_ld", "Beispielwerk", Some("Beispielwerk")));
    assert_eq!(of(&all, &text, 0, "availability").2, Some("https://schema.org/InStock"));
    assert_eq!(of(&all, &text, 0, "ships_from"), ("label", "Deutschland", Some("Deutschland")));
    let price = all.iter().find(|e| e.field == "price").unwrap();
    assert_eq!(price.place, "Product.offers.price");
    // The name in the list of breadcrumbs is another "name": the title's place is not the only one.
    assert_eq!(all.iter().find(|e| e.field == "title").unwrap().occurrences, Some(2));
}

#[test]
fn microdata_is_found_in_its_elements() {
    let text = String::from_utf8(body("shop_microdata_fr")).unwrap();
    let (_, all) = explained("https://armurerie.example/optiques/lunette-3-9x40.html", text.as_bytes(), "shop", None);
    assert_eq!(of(&all, &text, 0, "price"), ("microdata", "189.90", Some("189.90")));
    assert_eq!(of(&all, &text, 0, "sku"), ("microdata", "LU-3940", Some("LU-3940")));
    assert_eq!(of(&all, &text, 0, "availability").2, Some("https://schema.org/OutOfStock"));
    assert_eq!(of(&all, &text, 0, "images").2, Some("/img/l.jpg"));
    let title = all.iter().find(|e| e.field == "title").unwrap();
    // Not the same words in the title of the page.
    assert!(text[..title.start.unwrap()].ends_with("<h1 itemprop=\"name\">"), "{title:?}");
}

#[test]
fn labels_and_cards_are_found_where_they_stand() {
    let text = String::from_utf8(body("market_listing_en")).unwrap();
    let (_, all) = explained("http://harbour.example.onion/item/9", text.as_bytes(), "cryptomarket", None);
    assert_eq!(of(&all, &text, 0, "title").0, "heading");
    assert_eq!(of(&all, &text, 0, "price").2, Some("0.0035 BTC"));
    assert_eq!(of(&all, &text, 0, "vendor"), ("label", "saltwind", Some("saltwind")));
    assert_eq!(of(&all, &text, 0, "ships_to"), ("label", "Worldwide except United States", Some("Worldwide except United States")));
    let stock = all.iter().find(|e| e.field == "stock").unwrap();
    assert_eq!((stock.place.as_str(), stock.raw.as_str()), ("Stock", "14"));
    assert!(text[..stock.start.unwrap()].ends_with("<td>Stock:</td><td>"));
    assert!(of(&all, &text, 0, "description").2.unwrap().contains("9 mm blank.<br>Write first"));

    let text = String::from_utf8(body("market_index_fr")).unwrap();
    let (_, all) = explained("http://marche.example.onion/cat/2", text.as_bytes(), "cryptomarket", None);
    assert_eq!(of(&all, &text, 1, "url"), ("card", "/offre/102", Some("/offre/102")));
    let vendors: Vec<&Explanation> = all.iter().filter(|e| e.field == "vendor").collect();
    // The same vendor twice: each card's own mention.
    assert_eq!((vendors[0].raw.as_str(), vendors[2].raw.as_str()), ("loupgris", "loupgris"));
    assert!(vendors[0].end < vendors[1].start && vendors[1].end < vendors[2].start);
    assert_eq!(of(&all, &text, 2, "price").2, Some("1 090,00 €"));
    assert!(all.iter().any(|e| e.field == "page_kind" && e.raw == "index"));
}

#[test]
fn a_profile_is_named_by_its_selectors() {
    let profile: Profile = toml::from_str(
        "[[page]]\nkind = \"listing\"\nfields.title = \"h2\"\nfields.price = { select = \"td.sum\", regex = '([0-9.]+)' }\n\
         fields.currency = \"td.sum > i\"\nfields.images = { select = \"img\", attr = \"data-full\" }\nfields.category = { select = \"a\", all = true }",
    )
    .unwrap();
    let text = "<title>12.50</title><h2>K&amp;P barrel</h2><table><tr><td class=sum>12.50 <i>usd</i></td></tr></table>\
        <img src=s.png data-full='/l.png?a=1&amp;b=2'><a href=/1>Parts</a><a href=/2>Barrels</a>";
    let (page, all) = explained("http://x.example/p/1", text.as_bytes(), "shop", Some(&profile));
    assert_eq!(page.listings[0].offers[0].currency.as_deref(), Some("USD"));
    assert_eq!(of(&all, text, 0, "title"), ("profile", "K&P barrel", Some("K&amp;P barrel")));
    let price = all.iter().find(|e| e.field == "price").unwrap();
    assert_eq!((price.place.as_str(), price.start), ("td.sum", text.find("12.50 <i>")), "not the one in the page's title");
    assert_eq!(of(&all, text, 0, "currency").2, Some("usd"));
    assert_eq!(of(&all, text, 0, "images").2, Some("/l.png?a=1&amp;b=2"));
    // Put together from two places.
    assert_eq!(of(&all, text, 0, "category_path"), ("profile", "Parts, Barrels", None));
}

/// The words in a stretch of a page.
fn words(stretch: &str) -> String {
    html::block_text(html::parse(&format!("<body>{stretch}")).html.root()).split_whitespace().collect()
}

#[test]
fn every_span_holds_its_words() {
    for (name, url, source_type) in CASES {
        let text = String::from_utf8(body(name)).unwrap();
        let (page, all) = explained(url, text.as_bytes(), source_type, None);
        for (number, listing) in page.listings.iter().enumerate() {
            let has = |field: &str| all.iter().any(|e| e.listing == Some(number) && e.field == field);
            assert!(has("title") && has("url"), "{name}: {all:?}");
            assert_eq!(has("price"), !listing.offers.is_empty(), "{name}");
            assert_eq!(has("description"), !listing.description.is_empty(), "{name}");
            assert_eq!(has("vendor"), listing.vendor.is_some(), "{name}");
        }
        for e in all.iter().filter(|e| e.start.is_some() && !["json_ld", "microdata"].contains(&e.from.as_str()) && e.raw.len() < 500) {
            let stretch = &text[e.start.unwrap()..e.end.unwrap()];
            assert_eq!(words(stretch), e.raw.split_whitespace().collect::<String>(), "{name} {e:?}");
        }
    }
}

#[test]
fn hostile_pages_are_explained_too() {
    let deep = "<div>".repeat(3_000) + "<h1>Deep barrel</h1>$5";
    for page in [
        "<a title='<b>x' href=/p/1>q",
        "\u{feff}<h1>é&",
        "<p><table>a<tr>b<td>c</table>d",
        "&#x110000;&#xd800;&;&&amp",
        "<a <b>",
        "<",
        deep.as_str(),
    ] {
        explained("http://x.example/p/1", page.as_bytes(), "shop", None);
    }
}

#[test]
fn saved_pages_are_explained() {
    let Ok(data) = std::env::var("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA does not name the folder with the saved pages");
        return;
    };
    let (mut located, mut all) = (0, 0);
    for folder in ["magnublo_dream", "magnublo_apollon", "htweng_white_house", "htweng_yellow_brick", "irongrid"] {
        let path = Path::new(&data).join("pages").join(folder);
        for line in std::fs::read_to_string(path.join("expected.jsonl")).unwrap().lines().step_by(5).take(5) {
            let expected: Value = serde_json::from_str(line).unwrap();
            let bytes = std::fs::read(path.join(expected["file"].as_str().unwrap())).unwrap();
            let text = html::decode(&bytes, Some("text/html; charset=utf-8")).text;
            let (_, explanations) = explained(expected["url"].as_str().unwrap(), &bytes, "cryptomarket", None);
            for e in explanations.iter().filter(|e| e.listing.is_some() && e.place != "address of the page") {
                all += 1;
                located += usize::from(e.start.is_some() && e.occurrences.is_none());
                if e.start.is_none() && std::env::var("VIGIE_SHOW").is_ok_and(|v| v == "explain") {
                    println!("{folder} {} {} {} {}", e.field, e.from, e.place, fold(&e.raw).chars().take(80).collect::<String>());
                }
                if let (Some(start), Some(end), "price") = (e.start, e.end, e.field.as_str()) {
                    assert_eq!(words(&text[start..end]), e.raw.split_whitespace().collect::<String>(), "{folder} {e:?}");
                }
            }
        }
    }
    println!("{located} of {all} fields are located exactly");
    assert!(located * 10 >= all * 8, "{located} of {all}");
}

#[test]
fn a_text_without_mark_up_is_explained() {
    let text = "Glock 19 Gen 5 for sale\nLike new, two magazines.\nAsking 450 USD, shipping 20 USD.\n";
    let url = Url::parse("https://paste.example/raw/1").unwrap();
    let page = Page {
        url: &url,
        body: text.as_bytes(),
        content_type: Some("text/plain"),
        source_type: Some("forum"),
        profile: None,
        private: &[],
        cards: None,
        fetched_at: "2024-06-15T12:00:00Z".parse().unwrap(),
    };
    let (read, all) = extract_explained(&page);
    assert_eq!(read, extract(&page), "explaining changes nothing");
    assert_eq!(of(&all, text, 0, "title"), ("heuristic", "Glock 19 Gen 5 for sale", Some("Glock 19 Gen 5 for sale")));
    assert_eq!(of(&all, text, 0, "price").2, Some("450 USD"));
}
