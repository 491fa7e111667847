//! Forums, advertisements and pastes of a folder that `VIGIE_PAGES` names, read without a profile; skipped without it.

use serde_json::Value;
use std::path::Path;
use url::Url;
use vigie_extractors::page::{Page, extract};

fn same(known: &Value, found: Option<&str>) -> Option<bool> {
    match known {
        Value::Null => None,
        Value::String(known) => Some(found == Some(known.as_str())),
        _ => None,
    }
}

#[test]
fn saved_posts_of_a_folder() {
    let Some(folder) = std::env::var_os("VIGIE_PAGES") else {
        println!("skipped: VIGIE_PAGES names no folder");
        return;
    };
    let only = std::env::var("VIGIE_ONLY").unwrap_or_default();
    let mut sites: Vec<_> = std::fs::read_dir(Path::new(&folder)).expect("a folder").flatten().map(|entry| entry.path()).collect();
    sites.sort();
    for site in sites {
        let name = site.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.contains(&only) {
            continue;
        }
        let Ok(expected) = std::fs::read_to_string(site.join("expected.jsonl")) else { continue };
        for line in expected.lines().filter(|line| !line.trim().is_empty()) {
            let page: Value = serde_json::from_str(line).expect("JSON");
            let kind = page["page_kind"].as_str().unwrap_or("");
            if kind != "thread" && page["page_detail"] != "paste" && !(name.starts_with("ads") && kind == "listing") {
                continue;
            }
            let body = std::fs::read(site.join(page["file"].as_str().unwrap_or(""))).expect("a page");
            let url = Url::parse(page["url"].as_str().unwrap_or("")).expect("an address");
            let found = extract(&Page {
                url: &url,
                body: &body,
                content_type: None,
                source_type: page["type"].as_str(),
                profile: None,
                private: &[],
                cards: None,
                fetched_at: jiff::Timestamp::from_second(1_735_000_000).expect("a time"),
            });
            let kind_mark = if found.page_kind.code() == kind { "" } else { " WRONG KIND" };
            println!("== {name}/{} {kind} -> {}{kind_mark}", page["file"].as_str().unwrap_or(""), found.page_kind.code());
            let known = page["listings"].as_array().cloned().unwrap_or_default();
            println!("   {} listings known, {} found", known.len(), found.listings.len());
            for want in &known {
                let url = want["url"].as_str().and_then(|own| url.join(own).ok());
                let got = found
                    .listings
                    .iter()
                    .find(|listing| url.as_ref().is_some_and(|url| listing.url == url.as_str()))
                    .or(found.listings.first());
                let Some(got) = got else {
                    println!("   MISSED {want}");
                    continue;
                };
                let offer = got.offers.first();
                let fields = [
                    ("title", Some(got.title.as_str())),
                    ("price", offer.map(|offer| offer.amount.as_str())),
                    ("currency", offer.and_then(|offer| offer.currency.as_deref())),
                    ("vendor", got.vendor.as_ref().map(|vendor| vendor.name.as_str())),
                    ("posted_at", got.posted_at.as_deref().and_then(|date| date.get(..10))),
                    ("availability", got.availability.as_deref()),
                    ("escrow", got.escrow.as_deref()),
                ];
                for (field, value) in fields {
                    if same(&want[field], value) == Some(false) {
                        println!("   {field}: known {} found {value:?}", want[field]);
                    }
                }
                for (field, value) in [
                    ("payments", &got.payments),
                    ("ships_from", &got.ships_from),
                    ("ships_to", &got.ships_to),
                    ("category_path", &got.category_path),
                ] {
                    if let Some(list) = want[field].as_array() {
                        let list: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
                        if list != value.iter().map(String::as_str).collect::<Vec<_>>() {
                            println!("   {field}: known {list:?} found {value:?}");
                        }
                    }
                }
                for words in want["description_has"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    if !got.description.contains(words) {
                        println!("   description lacks {words:?}");
                    }
                }
                for words in want["description_lacks"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    if got.description.contains(words) {
                        println!("   description holds {words:?}");
                    }
                }
                if !only.is_empty() {
                    println!(
                        "   --- {:?}\n{}\n   ---",
                        got.offers.iter().map(|o| format!("{} {}", o.kind, o.amount)).collect::<Vec<_>>(),
                        got.description
                    );
                }
            }
            if !only.is_empty() {
                println!("   note: {}", page["note"]);
            }
        }
    }
}
