//! What `vigie show` says of a listing, a vendor, an indicator, and of an arm that is to be traced.

use serde_json::{Value, json};

use crate::instance::{Place, warc_response};

const ADDRESS: &str = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";

/// An instance with rates, and two listings of one vendor: an arm whose price fell, and tea.
fn place() -> Place {
    let place = Place::new();
    let rates = place.config().join("rates");
    std::fs::create_dir_all(&rates).unwrap();
    std::fs::write(rates.join("eurofxref-hist.csv"), "Date,USD\n2026-01-09,1.25\n2026-01-02,1.20\n").unwrap();
    std::fs::write(rates.join("coins.csv"), "date,code,price,currency\n2026-01-09,XMR,150,USD\n").unwrap();
    let row = |id: &str, title: &str, price: &str, currency: &str, day: &str| {
        json!({
            "id": id, "title": title, "price": price, "currency": currency, "vendor": "Iron Dave", "ships_from": ["DE"], "ships_to": ["EU", "US"],
            "description": format!("Pay to {ADDRESS}. Serial number filed off."), "observed_at": format!("{day}T10:00:00Z"),
        })
        .to_string()
    };
    let rows = [
        row("1", "Glock 19 Gen 4, 9x19", "600", "USD", "2026-01-03"),
        row("1", "Glock 19 Gen 4, 9x19", "2", "XMR", "2026-01-10"),
        row("2", "Green tea 100 g", "5", "USD", "2026-01-10"),
    ];
    let rows = place.file("rows.jsonl", rows.join("\n"));
    place.expect(0, &["import", &rows, "--source", "s1"]);
    place
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {value}"))
}

#[test]
fn a_listing_shows_its_prices_at_the_rates_of_their_days_and_what_changed() {
    let place = place();
    let one = &place.rows(&["show", "listing", "s1:1", "--json"])[0];
    let prices = one["prices"].as_array().unwrap();
    assert_eq!(prices.len(), 2);
    assert_eq!((text(&prices[0], "/worth/amount"), text(&prices[0], "/worth/rate_of")), ("500.00", "2026-01-02"));
    assert_eq!((text(&prices[1], "/worth/amount"), text(&prices[1], "/worth/rate_of")), ("240.00", "2026-01-09"));
    let timeline: Vec<&str> = one["timeline"].as_array().unwrap().iter().map(|event| text(event, "/what")).collect();
    assert_eq!(timeline, ["first seen", "last seen", "version 2: other offers"]);
    let id = text(one, "/listing");
    assert_eq!(&place.rows(&["show", "listing", &id[..10], "--json"])[0], one);
    assert_eq!(&place.rows(&["show", "listing", "urn:vigie:s1:1", "--json"])[0], one);
    let said = place.expect(0, &["show", "listing", id, "--currency", "usd"]);
    assert!(
        said.contains("600 USD  = 600 USD") && said.contains("300.00 USD, rate of 2026-01-09") && said.contains("firearm.pistol"),
        "{said}"
    );
    assert!(place.refusal(1, &["show", "listing", "s1:none"]).contains("search"));
    assert!(place.refusal(2, &["show", "listing", "s1:1", "--currency", "e u r"]).contains("--currency USD"));
    std::fs::write(place.config().join("rates/coins.csv"), "when,what\n").unwrap();
    assert!(place.refusal(1, &["show", "listing", "s1:1"]).contains("coins.csv"));
}

#[test]
fn a_page_that_is_gone_is_told_with_the_capture_that_found_it_so() {
    let place = Place::new();
    let page = "<html><head><title>Lamp</title></head><body><h1>Lamp of brass</h1><p class=price>$50.00</p><p>As new, with its shade.</p>\
                <form action=/cart/add method=post><button>Add to cart</button></form></body></html>";
    let events = |file: String| {
        let warc = place.file("pages.warc", file);
        place.expect(0, &["import", &warc, "--source", "s1"]);
        let one = place.rows(&["show", "listing", "http://shop.example/item/7", "--json"]).remove(0);
        let event = |event: &Value| (text(event, "/what").to_owned(), text(event, "/capture").to_owned());
        one["timeline"].as_array().unwrap().iter().map(event).collect::<Vec<_>>()
    };
    let gone = "<html><body><h1>Not found</h1></body></html>";
    let told =
        events([warc_response(1, "200 OK", page), warc_response(2, "404 Not Found", gone), warc_response(3, "410 Gone", gone)].concat());
    let (first, last) = (&told[0], told.last().unwrap());
    assert_eq!((first.0.as_str(), last.0.as_str()), ("first seen", "its page was gone"), "{told:?}");
    assert!(last.1.len() > 8 && last.1 != first.1, "{told:?}");
    place.expect(0, &["reextract"]);
    assert_eq!(place.rows(&["show", "listing", "http://shop.example/item/7", "--json"])[0]["timeline"][1]["capture"], last.1);
    let told = events(warc_response(4, "200 OK", page));
    assert!(told.iter().all(|(what, _)| what != "its page was gone"), "it is there again: {told:?}");
}

#[test]
fn signs_of_a_scam_that_other_listings_tell_are_joined_whenever_one_is_shown() {
    let place = Place::new();
    let words =
        "Lamp of brass with a green shade, bought at an auction in spring, cleaned and wired anew by an electrician, sent insured in wood.";
    let row = |vendor: &str, text: &str, day: u32| {
        let row = json!({"id": vendor, "title": "Lamp of brass", "price": "50 EUR", "vendor": vendor, "description": text,
            "observed_at": format!("2026-01-{day:02}T03:04:05Z")});
        format!("{row}\n")
    };
    // The copy is read first, and seen later.
    for (source, rows) in
        [("s2", row("bert", words, 9)), ("s1", row("anna", words, 2)), ("s3", row("cleo", "A lamp, as in the picture.", 9))]
    {
        place.expect(0, &["import", &place.file("rows.jsonl", rows), "--source", source]);
    }
    let signs = |who: &str| {
        let one = place.rows(&["show", "listing", who, "--json"]).remove(0);
        let because = one["record"]["scam"]["because"].as_array().cloned().unwrap_or_default();
        because.iter().map(|span| text(span, "/why").to_owned()).collect::<Vec<_>>()
    };
    for again in [false, true] {
        if again {
            place.expect(0, &["reextract"]);
        }
        assert_eq!((signs("s1:anna"), signs("s2:bert"), signs("s3:cleo")), (vec![], vec!["scam:copied_text".to_owned()], vec![]));
    }
    let anna = place.rows(&["show", "listing", "s1:anna", "--json"]).remove(0);
    let said = place.expect(0, &["show", "listing", "s2:bert"]);
    assert!(said.contains("copied_text") && said.contains(text(&anna, "/listing")) && said.contains(text(&anna, "/capture")), "{said}");
    let out = place.folder.path().join("out");
    place.expect(0, &["export", "listings", "--out", out.to_str().unwrap()]);
    let exported = std::fs::read_to_string(out.join("listings.jsonl")).unwrap();
    let rows: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(&str, &Value)> = rows.iter().map(|row| (text(row, "/vendor"), &row["scam_signs"])).collect();
    assert_eq!(told, [("anna", &json!([])), ("bert", &json!(["copied_text"])), ("cleo", &json!([]))]);
    place.expect(0, &["persona", "confirm", "anna", "bert", "--reason", "one seller"]);
    assert_eq!(signs("s2:bert"), Vec::<String>::new(), "nobody copies himself");
}

#[test]
fn numbers_of_payment_cards_are_told_by_a_keyed_hash_and_stand_nowhere_in_clear() {
    let place = Place::new();
    for (source, vendor, number) in [("s1", "anna", "4111 1111 1111 1111"), ("s2", "berta", "4111111111111111")] {
        let words = format!("{vendor} sells lamps. Pay to my card {number}, then write.");
        let row = json!({"id": "1", "title": format!("Lamp, visa {number}"), "price": "5 EUR", "vendor": vendor, "description": words});
        place.expect(0, &["import", &place.file("rows.jsonl", format!("{row}\n")), "--source", source]);
    }
    let shown = place.rows(&["show", "indicator", "4111-1111-1111-1111", "--json"]);
    let value = text(&shown[0], "/value");
    assert!(value.starts_with("411111******1111-") && value.len() == 49, "{value}");
    assert_eq!(place.rows(&["show", "indicator", value, "--json"]), shown);
    let persona = &place.rows(&["show", "persona", "anna", "--json"])[0];
    assert_eq!(
        (persona["pairs"][0]["links"][0]["kind"].as_str(), persona["accounts"][1]["name"].as_str()),
        (Some("card_number"), Some("berta"))
    );
    assert!(place.rows(&["search", "lamp", "--json"]).iter().any(|hit| text(hit, "/title").contains("4111 11** **** 1111")));
    for file in walked(&place.data()).into_iter().filter(|file| !file.components().any(|part| part.as_os_str() == "archive")) {
        let bytes = std::fs::read(&file).unwrap();
        let clear = |number: &str| bytes.windows(number.len()).any(|window| window == number.as_bytes());
        assert!(!clear("4111111111111111") && !clear("4111 1111 1111 1111") && !clear("4111-1111-1111-1111"), "{}", file.display());
    }
}

fn walked(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walked(&path) } else { vec![path] }).collect()
}

#[test]
fn a_vendor_shows_arms_by_name_other_goods_as_counts_routes_and_addresses() {
    let place = place();
    let one = &place.rows(&["show", "vendor", "iron dave", "--json"])[0];
    assert_eq!((text(one, "/name"), text(one, "/source")), ("Iron Dave", "s1"));
    let titles: Vec<&str> = one["listings"].as_array().unwrap().iter().map(|line| text(line, "/title")).collect();
    assert_eq!(titles, ["Glock 19 Gen 4, 9x19"]);
    assert_eq!(one["goods"], json!([["firearm.pistol", 1], ["non_weapon", 1]]));
    assert_eq!(one["routes"], json!([{"from": "DE", "to": "EU", "listings": 2}, {"from": "DE", "to": "US", "listings": 2}]));
    assert_eq!((text(one, "/indicators/0/value"), one["indicators"][0]["listings"].as_u64()), (ADDRESS, Some(2)));
    assert!(place.refusal(1, &["show", "vendor", "nobody"]).contains("reextract"));
    assert!(place.refusal(1, &["show", "vendor", "Iron Dave", "--source", "s2"]).contains("no vendor"));
}

#[test]
fn an_indicator_shows_who_names_it() {
    let place = place();
    let one = &place.rows(&["show", "indicator", ADDRESS, "--json"])[0];
    assert_eq!((text(one, "/kind"), text(one, "/record/asset"), one["n_captures"].as_u64()), ("payment_address", "BTC", Some(3)));
    assert_eq!(one["pages"].as_array().unwrap().len(), 2);
    assert_eq!(one["vendors"], json!([["s1", "Iron Dave"]]));
    assert!(place.refusal(1, &["show", "indicator", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"]).contains("normal form"));
}

#[test]
fn a_trace_sheet_fills_in_what_is_told_names_what_lacks_and_never_the_recovery() {
    let place = place();
    let sheet = &place.rows(&["show", "trace", "s1:1", "--json"])[0];
    let fields = sheet["arms"][0]["fields"].as_array().unwrap();
    let told = |name: &str| fields.iter().find(|field| field["name"] == name).and_then(|field| field["value"].as_str());
    assert_eq!((told("Manufacturer"), told("Model"), told("Serial number")), (Some("Glock"), Some("19"), None));
    assert_eq!(told("Serial number obliterated"), Some("yes, says the seller"));
    let lacking = sheet["arms"][0]["lacking"].to_string();
    assert!(lacking.contains("Serial number") && lacking.contains("Importer") && !lacking.contains("Manufacturer"), "{lacking}");
    assert!(sheet["recovery"].as_array().unwrap().iter().all(|blank| blank.as_object().unwrap().len() == 1), "names alone");
    let file = place.folder.path().join("sheet.html");
    place.expect(0, &["show", "trace", "s1:1", "--html", file.to_str().unwrap()]);
    let page = std::fs::read_to_string(file).unwrap();
    assert!(page.contains("Glock") && page.contains("To be filled in by hand") && !page.contains("<script"), "{page}");
    assert!(place.refusal(2, &["show", "vendor", "Iron Dave", "--html", "x.html"]).contains("trace"));
}
