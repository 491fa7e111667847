//! What `vigie show` says of a listing, a vendor, an indicator, and of an arm that is to be traced.

use serde_json::{Value, json};

use crate::instance::Place;

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
