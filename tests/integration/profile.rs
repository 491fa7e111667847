//! A profile is proposed from captures, tested, and taken over by a person.

use serde_json::{Value, json};

use crate::instance::Place;
use crate::shop::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_induced_from_captures_tested_and_taken_over() {
    let shop = Shop::open(14);
    let place = Place::new();
    place.configure(&[shop.source("shop", "")], str::to_owned);
    place.expect(0, &["crawl", "--once"]);
    let proposed = place.folder.path().join("proposed.toml");
    let file = proposed.to_str().unwrap();
    place.expect(0, &["profile", "induce", "shop", "--out", file]);
    let text = std::fs::read_to_string(&proposed).unwrap();
    assert!(text.contains("kind = \"listing\"") && text.contains("record = \"div.card\""), "{text}");
    assert!(text.contains("# title: on 14 of 14, as the general reading 14 of 14: Glock 19 no"), "{text}");
    assert!(place.refusal(2, &["profile", "induce", "shop", "--out", file]).contains("nothing is overwritten"));
    let printed = place.expect(0, &["profile", "induce", "shop"]);
    assert_eq!(printed, text, "the same pages give the same proposal");

    // Nothing was written into the configuration: a profile there is none.
    assert!(place.refusal(2, &["profile", "test", "shop"]).contains("has no profile"));
    let tested: Value = serde_json::from_str(&place.expect(0, &["profile", "test", "shop", "--profile", file, "--json"])).unwrap();
    assert_eq!((&tested["missed"], &tested["rules"][0]["pages"]), (&json!([]), &json!(14)), "{tested:#}");
    for rules in tested["rules"].as_array().unwrap() {
        for field in rules["fields"].as_array().unwrap() {
            assert_eq!(field["same"], field["compared"], "{field}");
        }
    }

    place.configure(&[shop.source("shop", &text)], str::to_owned);
    place.expect(0, &["check"]);
    place.expect(0, &["reextract"]);
    let rows = place.rows(&["search", "*", "--json", "--limit", "100"]);
    assert_eq!(rows.len(), 14);
    place.expect(0, &["crawl", "--once", "--revisit"]);
}

#[test]
fn pages_may_come_from_files_and_their_addresses_must_be_known() {
    let place = Place::new();
    let item = |n: usize| {
        format!(
            "<html><head><title>Pistol {n}</title></head><body><div class=\"offer\"><h1 class=\"name\">Pistol {n}</h1>\
             <p class=\"price\">EUR {}.00</p><dl><dt>Lagerort</dt><dd>Germany</dd></dl><button>Add to cart</button></div></body></html>",
            100 + n
        )
    };
    std::fs::create_dir(place.folder.path().join("saved")).unwrap();
    for n in 1..=4 {
        place.file(&format!("saved/p{n}.html"), item(n));
    }
    let folder = place.folder.path().join("saved");
    let folder = folder.to_str().unwrap();
    let said = place.refusal(1, &["profile", "induce", "shop", "--from", folder]);
    assert!(said.contains("--url ADDRESS"), "{said}");
    let printed = place.expect(0, &["profile", "induce", "shop", "--from", folder, "--url", "https://shop.example/item/"]);
    assert!(
        printed.contains("fields.title = ") && printed.contains("fields.price = ") && printed.contains("# page 4: p4.html"),
        "{printed}"
    );
    let proposed = place.file("proposed.toml", &printed);

    // A list tells addresses, and a page of the list that lost its price is found.
    place.file("saved/p4.html", item(4).replace("EUR 104.00", "ask"));
    let rows: String = (1..=4).map(|n| format!("{{\"file\": \"p{n}.html\", \"url\": \"https://shop.example/item/{n}\"}}\n")).collect();
    let list = place.file("saved/pages.jsonl", &rows);
    let output = place.run(&["profile", "test", "shop", "--from", &list, "--profile", &proposed]);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("p4.html: ") && shown.contains("gives \"ask\""), "{shown}");
    assert_eq!(output.status.code(), Some(3), "{shown}{}", String::from_utf8_lossy(&output.stderr));
    assert!(place.refusal(1, &["profile", "test", "shop", "--from", "nowhere.html", "--profile", &proposed]).contains("nowhere.html"));
}
