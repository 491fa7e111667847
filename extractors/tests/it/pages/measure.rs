//! How much of the saved market pages is read right, with a profile and without. Needs `VIGIE_DATA`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde_json::Value;
use url::Url;
use vigie_extractors::canonical::listing_key;
use vigie_extractors::html::fold;
use vigie_extractors::profile::Profile;
use vigie_extractors::record::{Extraction, Listing};

use super::{example_profile, read};

/// Right of known, by field.
pub(super) type Counts = BTreeMap<&'static str, (usize, usize)>;

pub(super) const FIELDS: [&str; 12] =
    ["kind", "listings", "title", "price", "currency", "vendor", "ships_from", "ships_to", "category", "account", "shipping", "days"];
/// Folder, source type, example source file.
const FOLDERS: [(&str, &str, Option<&str>); 7] = [
    ("magnublo_dream", "cryptomarket", Some("dream")),
    ("magnublo_apollon", "cryptomarket", Some("apollon")),
    ("htweng_white_house", "cryptomarket", Some("white-house")),
    ("htweng_yellow_brick", "cryptomarket", Some("yellow-brick")),
    ("htweng_single", "cryptomarket", None),
    ("irongrid", "shop", None),
    ("ammoseek", "shop", Some("ammoseek")),
];

#[test]
fn saved_market_pages_are_read() {
    let Ok(data) = std::env::var("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA does not name the folder with the saved pages");
        return;
    };
    println!("{:<32} {}", "folder", FIELDS.map(|f| format!("{f:>12}")).join(""));
    let mut table: HashMap<String, Counts> = HashMap::new();
    for (folder, source_type, source) in FOLDERS {
        let path = Path::new(&data).join("pages").join(folder);
        let profile = source.and_then(example_profile);
        for (label, profile) in [("", None), (" with profile", profile.as_ref())] {
            if !label.is_empty() && profile.is_none() {
                continue;
            }
            let counts = measure(&path, source_type, profile);
            let name = format!("{folder}{label}");
            println!(
                "{name:<32} {}",
                FIELDS.map(|f| counts.get(f).map_or(format!("{:>12}", "-"), |(r, n)| format!("{:>12}", format!("{r}/{n}")))).join("")
            );
            table.insert(name, counts);
        }
    }
    for (name, field, floor) in FLOORS {
        let (right, known) = table.get(*name).and_then(|counts| counts.get(field)).copied().unwrap_or((0, 1));
        assert!(right as f64 >= floor * known as f64, "{name}: {field} {right} of {known}, expected {floor}");
    }
}

/// Shares that must be reached: a little below what was measured, so that only a real loss fails.
const FLOORS: &[(&str, &str, f64)] = &[
    ("magnublo_dream", "kind", 0.8),
    ("magnublo_dream", "title", 0.97),
    ("magnublo_dream", "price", 0.94),
    ("magnublo_dream", "vendor", 0.97),
    ("magnublo_dream with profile", "kind", 0.95),
    ("magnublo_dream with profile", "category", 1.0),
    ("magnublo_dream with profile", "account", 1.0),
    ("magnublo_dream", "category", 1.0),
    ("magnublo_dream", "shipping", 1.0),
    ("magnublo_apollon", "shipping", 1.0),
    ("magnublo_apollon", "kind", 0.92),
    ("magnublo_apollon", "title", 0.98),
    ("magnublo_apollon", "price", 0.97),
    ("magnublo_apollon", "vendor", 0.98),
    ("magnublo_apollon", "ships_from", 1.0),
    ("magnublo_apollon", "account", 0.9),
    ("htweng_white_house", "title", 0.99),
    ("htweng_white_house", "price", 0.97),
    ("htweng_white_house", "vendor", 0.99),
    ("htweng_white_house", "ships_to", 0.99),
    ("htweng_white_house with profile", "price", 0.99),
    ("htweng_yellow_brick", "title", 0.99),
    ("htweng_yellow_brick", "price", 0.99),
    ("htweng_yellow_brick", "ships_from", 0.99),
    ("htweng_single", "kind", 1.0),
    ("irongrid", "kind", 0.8),
    ("ammoseek", "title", 0.98),
    ("ammoseek", "vendor", 0.98),
];

fn measure(path: &Path, source_type: &str, profile: Option<&Profile>) -> Counts {
    measure_some(path, source_type, profile, |_| true)
}

/// The pages whose files are wanted.
pub(super) fn measure_some(path: &Path, source_type: &str, profile: Option<&Profile>, wanted: impl Fn(&str) -> bool) -> Counts {
    let mut counts = Counts::new();
    let verbose = std::env::var("VIGIE_SHOW").is_ok_and(|v| path.ends_with(&v));
    for line in std::fs::read_to_string(path.join("expected.jsonl")).unwrap().lines() {
        let expected: Value = serde_json::from_str(line).unwrap();
        let file = expected["file"].as_str().unwrap();
        if !wanted(file) {
            continue;
        }
        let url = expected["url"].as_str().unwrap();
        let body = std::fs::read(path.join(file)).unwrap();
        let page = read(url, &body, Some("text/html"), source_type, profile);
        let kind = page.page_kind.code();
        add(&mut counts, "kind", kind == expected["page_kind"]);
        if verbose && kind != expected["page_kind"] {
            println!("  {file}: kind {kind} {:.2} {:?}, expected {}", page.page_kind_probability, page.page_detail, expected["page_kind"]);
        }
        compare_vendor(&page, &expected, &mut counts, verbose, file);
        let Some(known) = expected["listings"].as_array() else { continue };
        if expected["page_kind"] == "index" {
            add_many(&mut counts, "listings", page.listings.len().min(known.len()), known.len().max(page.listings.len()));
        }
        let base = Url::parse(url).unwrap();
        for want in known {
            let got = match want["url"].as_str() {
                Some(href) => {
                    let key = listing_key(&base.join(href).unwrap());
                    page.listings.iter().find(|l| l.key == key)
                }
                None => page.listings.first(),
            };
            compare(want, got, &mut counts, verbose, file);
        }
    }
    counts
}

fn add(counts: &mut Counts, field: &'static str, right: bool) {
    add_many(counts, field, usize::from(right), 1);
}

fn add_many(counts: &mut Counts, field: &'static str, right: usize, known: usize) {
    let entry = counts.entry(field).or_default();
    entry.0 += right;
    entry.1 += known;
}

fn compare_vendor(page: &Extraction, expected: &Value, counts: &mut Counts, verbose: bool, file: &str) {
    for want in expected["vendors"].as_array().into_iter().flatten() {
        let got = page.vendors.first().cloned().unwrap_or_default();
        let number = |value: &Value| value.as_f64().map(|n| n.to_string()).or_else(|| value.as_str().map(str::to_owned));
        let pairs = [
            ("name", Some(got.name.clone()), want["name"].as_str().map(str::to_owned)),
            ("sales", got.sales.map(|n| n.to_string()), number(&want["sales"])),
            ("rating", got.rating.clone(), number(&want["rating"])),
            ("positive", got.positive_percent.clone(), number(&want["positive_percent"])),
            ("since", got.since.clone(), want["since"].as_str().map(str::to_owned)),
            ("last_seen", got.last_seen.clone(), want["last_seen"].as_str().map(str::to_owned)),
        ];
        for (field, got, want) in pairs {
            if want.is_some() {
                add(counts, "account", got == want);
                if verbose && got != want {
                    println!("  {file}: vendor {field} {got:?}, expected {want:?}");
                }
            }
        }
    }
}

fn compare(want: &Value, got: Option<&Listing>, counts: &mut Counts, verbose: bool, file: &str) {
    let none = Listing::default();
    let got = got.unwrap_or(&none);
    let words = |value: &Value| value.as_array().map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>());
    let offer = got.offers.first();
    let decimal = |text: &str| text.parse::<rust_decimal::Decimal>().ok().map(|d| d.normalize().to_string());
    let text = |value: &Value| value.as_str().map(fold);
    let checks: [(&'static str, Option<String>, Option<String>); 4] = [
        ("title", Some(got.title.clone()), text(&want["title"])),
        ("price", offer.and_then(|o| decimal(&o.amount)), want["price"].as_str().and_then(decimal)),
        ("currency", offer.and_then(|o| o.currency.clone()), text(&want["currency"])),
        ("vendor", got.vendor.as_ref().map(|v| v.name.clone()), text(&want["vendor"])),
    ];
    for (field, got_value, want_value) in checks {
        if want_value.is_some() {
            add(counts, field, got_value == want_value);
            if verbose && got_value != want_value {
                println!("  {file}: {field} {got_value:?}, expected {want_value:?}");
            }
        }
    }
    if let Some(options) = want["shipping"].as_array() {
        let paid: Vec<Option<String>> = got.offers.iter().filter(|o| o.kind == "shipping").map(|o| decimal(&o.amount)).collect();
        for option in options {
            // Pages round what the source reckons out.
            let cut = |price: String| price.chars().take(7).collect::<String>();
            let price = option["price"].as_str().and_then(decimal).map(cut);
            let found = paid.iter().any(|own| own.clone().map(cut) == price);
            add(counts, "shipping", found);
            if verbose && !found {
                println!("  {file}: shipping {paid:?}, expected {price:?}");
            }
        }
        let days = || options.iter().filter_map(|option| option["days"].as_u64());
        if let Some(most) = days().max() {
            let known = (got.shipping.days_min.map(u64::from), got.shipping.days_max.map(u64::from));
            add(counts, "days", known == (days().min(), Some(most)));
        }
    }
    for (field, mut got_list, want_list) in [
        ("ships_from", got.ships_from.clone(), words(&want["ships_from"])),
        ("ships_to", got.ships_to.clone(), words(&want["ships_to"])),
        ("category", got.category_path.clone(), words(&want["category_path"])),
    ] {
        if let Some(mut want_list) = want_list {
            // One of the sources states its paths innermost first.
            got_list.sort();
            want_list.sort();
            add(counts, field, got_list == want_list);
            if verbose && got_list != want_list {
                println!("  {file}: {field} {got_list:?}, expected {want_list:?}");
            }
        }
    }
}
