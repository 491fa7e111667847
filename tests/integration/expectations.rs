//! What a run should find: bounds and broken layouts are noticed in the same run, and runs that differ by design say nothing.

use std::process::Command;

use serde_json::{Value, json};

use crate::instance::Place;
use crate::shop::{Layout, Shop};

/// Runs one pass; gives its exit code, summary and stderr.
fn pass(place: &Place, arguments: &[&str]) -> (i32, Value, String) {
    let output = place.run(&[&["crawl", "--once", "--json"], arguments].concat());
    let printed = String::from_utf8(output.stdout).unwrap();
    let summary = serde_json::from_str(printed.lines().last().unwrap_or_default()).expect("the last line is the summary");
    (output.status.code().unwrap_or(-1), summary, String::from_utf8_lossy(&output.stderr).into_owned())
}

/// A pass that misses nothing.
fn quiet(place: &Place, arguments: &[&str]) -> Value {
    let (code, summary, said) = pass(place, arguments);
    assert_eq!((code, &summary["expectations"], &summary["missed"]), (0, &json!([]), &json!([])), "{arguments:?}: {said}");
    summary
}

/// Name and field of what a summary says was missed.
fn missed(summary: &Value) -> Vec<(&str, &str)> {
    let text = |one: &'_ Value, name: &str| -> Option<String> { one[name].as_str().map(str::to_owned) };
    let rows = summary["expectations"].as_array().unwrap();
    rows.iter().map(|one| (one["name"].as_str().unwrap(), text(one, "field").map_or("", |_| one["field"].as_str().unwrap()))).collect()
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_layout_that_changes_is_noticed_in_the_same_run_with_field_and_figures() {
    let (shop, other) = (Shop::open(40), Shop::open(30));
    let place = Place::new();
    place.configure(&[shop.source("shop", ""), other.source("other", "")], str::to_owned);
    quiet(&place, &[]);
    quiet(&place, &["--revisit"]);

    // A quarter of the prices on request is how shops are.
    shop.set_layout(Layout::SomeOnRequest);
    quiet(&place, &["--revisit"]);

    shop.set_layout(Layout::Renamed);
    let (code, summary, said) = pass(&place, &["--revisit"]);
    assert_eq!(code, 3, "{said}");
    assert_eq!(missed(&summary), [("layout_changed", "price"), ("layout_changed", "vendor")]);
    let price = &summary["expectations"][0];
    assert_eq!(
        (&price["source"], &price["pages"], &price["found"], &price["expected"]),
        (&json!("shop"), &json!(40), &json!(0.0), &json!(1.0))
    );
    assert!(said.contains("shop: layout_changed: 0 of 40 listing pages gave a price, 100 % before; hint: "), "{said}");
    assert!(!said.contains("other:"), "{said}");
    let stored = place.rows(&["sources", "shop", "--json"]);
    assert_eq!(stored[0]["last_run"]["missed"], summary["expectations"], "it is kept with the run");

    // Pages that a script fills are not even listings any more.
    shop.set_layout(Layout::Script);
    let (code, summary, said) = pass(&place, &["--revisit"]);
    assert_eq!((code, missed(&summary)), (3, vec![("layout_changed", "page_kind")]), "{said}");

    shop.set_layout(Layout::Plain);
    quiet(&place, &["--revisit"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_visit_after_a_change_of_layout_is_enough_also_when_only_some_pages_are_due() {
    let shop = Shop::open(30);
    let place = Place::new();
    place.configure(&[shop.source("shop", "")], str::to_owned);
    quiet(&place, &[]);
    shop.set_layout(Layout::Renamed);
    let pool = place.store().await;
    sqlx::query("UPDATE url SET due_at = 1 WHERE page_kind = 'listing' AND address NOT LIKE '%/item/1_'").execute(&pool).await.unwrap();
    pool.close().await;
    let (code, summary, said) = pass(&place, &[]);
    assert_eq!((code, missed(&summary)), (3, vec![("layout_changed", "price"), ("layout_changed", "vendor")]), "{said}");
    assert_eq!(summary["expectations"][0]["pages"], 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_whose_rules_break_is_told_in_the_same_run_however_few_pages_came() {
    let shop = Shop::open(12);
    let place = Place::new();
    let profile = "[[extractor.page]]\nkind = \"listing\"\nurl = \"/item/\"\nrequired = [\"title\", \"price\"]\nexpect.vendor = { share = 0.9, pattern = '^anna$' }\n\
                   fields.title = \"h1\"\nfields.price = { label = \"Price\" }\nfields.vendor = { label = \"Vendor\" }\n\
                   [[extractor.page]]\nkind = \"index\"\nwhen = \"div.card\"\nrecord = \"div.card\"\nmin_records = 2\nfields.title = \"a\"\nfields.url = { select = \"a\", attr = \"href\" }\n";
    place.configure(&[shop.source("shop", profile)], str::to_owned);
    quiet(&place, &[]);
    assert!(place.expect(0, &["profile", "test", "shop"]).contains("14 of 15 pages taken by rules"), "start page apart");
    // Two pages that were made anew are enough, without an earlier pass to compare with.
    shop.set_layout(Layout::Renamed);
    let pool = place.store().await;
    sqlx::query("DELETE FROM pass").execute(&pool).await.unwrap();
    sqlx::query("UPDATE url SET due_at = 1 WHERE address LIKE '%/item/1' OR address LIKE '%/item/2'").execute(&pool).await.unwrap();
    pool.close().await;
    let (code, summary, said) = pass(&place, &[]);
    assert_eq!((code, missed(&summary)), (3, vec![("profile_missed", "price"), ("profile_missed", "vendor")]), "{said}");
    let price = &summary["expectations"][0];
    assert_eq!((&price["page_kind"], &price["pages"], &price["found"]), (&json!("listing"), &json!(2), &json!(0.0)));
    assert!(said.contains("shop: profile_missed: price (`label Price`) of [[extractor.page]] listing: 0 of 2 pages give it"), "{said}");
    assert_eq!(place.rows(&["sources", "shop", "--json"])[0]["last_run"]["missed"], summary["expectations"], "it is kept with the run");
    let tested = place.run(&["profile", "test", "shop", "--json"]);
    let tested: Value = serde_json::from_slice(&tested.stdout).unwrap();
    let field = |name: &str| tested["rules"][0]["fields"].as_array().unwrap().iter().find(|one| one["field"] == name).unwrap().clone();
    assert_eq!(
        (&field("title")["by_profile"], &field("price")["by_profile"], &field("price")["problems"]),
        (&json!(12), &json!(10), &json!(2))
    );

    // Pages that no rules take any more.
    shop.set_layout(Layout::Plain);
    place.configure(&[shop.source("shop", &profile.replace("url = \"/item/\"", "when = \"div.offer\""))], str::to_owned);
    let (code, summary, said) = pass(&place, &["--revisit"]);
    assert_eq!((code, missed(&summary)), (3, vec![("profile_missed", "rules")]), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_see_less_by_design_raise_no_alarm() {
    let (shop, other) = (Shop::open(60), Shop::open(30));
    let place = Place::new();
    let bounds = "[expectations]\nmin_listings = 25\nmax_listings = 70\n";
    place.configure(&[shop.source("shop", bounds), other.source("other", bounds)], str::to_owned);
    // The very first run is cut, then another, then only one source is crawled.
    quiet(&place, &["--max-pages", "12"]);
    quiet(&place, &["--max-pages", "12"]);
    quiet(&place, &["--source", "other"]);
    let rest = quiet(&place, &[]);
    assert!(rest["pages"].as_u64() > Some(40), "{rest}");
    let none = quiet(&place, &[]);
    assert_eq!(none["pages"], 0, "a run right after another sees nothing, and misses nothing");
    quiet(&place, &["--revisit"]);
    quiet(&place, &["--revisit", "--max-pages", "9"]);
    // Stopped by a signal in the middle.
    let asked = shop.asked().len();
    let child = place.spawn_until(&["crawl", "--once", "--revisit", "--json"], || shop.asked().len() > asked + 10);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((summary["interrupted"].clone(), &summary["expectations"]), (json!(true), &json!([])));
    assert_eq!(output.status.code(), Some(0));
    quiet(&place, &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bounds_are_said_with_a_hint_and_end_with_3() {
    let shop = Shop::open(45);
    let place = Place::new();
    place.configure(&[shop.source("shop", "[expectations]\nmin_listings = 46\n")], str::to_owned);
    let (code, summary, said) = pass(&place, &[]);
    assert_eq!(code, 3);
    assert_eq!(summary["expectations"], json!([{"source": "shop", "name": "min_listings", "expected": 46, "found": 45}]));
    assert!(said.contains("shop: 45 listings seen, at least 46 expected; hint: "), "{said}");

    place.configure(&[shop.source("shop", "[expectations]\nmax_listings = 40\n")], str::to_owned);
    let (code, summary, _) = pass(&place, &["--revisit"]);
    assert_eq!((code, missed(&summary)), (3, vec![("max_listings", "")]));

    // Most of the listings are gone: a whole pass finds less than half of what such passes found.
    place.configure(&[shop.source("shop", "")], str::to_owned);
    shop.set_items(20);
    let (code, summary, said) = pass(&place, &["--revisit"]);
    assert_eq!((code, missed(&summary)), (3, vec![("layout_changed", "listings")]), "{said}");
    assert_eq!((&summary["expectations"][0]["expected"], &summary["expectations"][0]["found"]), (&json!(45), &json!(20)));

    place.configure(&[shop.source("shop", "[expectations]\nnotice_layout = false\n")], str::to_owned);
    shop.set_items(10);
    quiet(&place, &["--revisit"]);
}
