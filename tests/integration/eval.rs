//! How well pages of sites are read that no rule was made for, and of those that rules were made with.

use std::collections::BTreeMap;
use std::path::Path;

use vigie::eval::expected;
use vigie::eval::extract::{fields, load, score};
use vigie::eval::tally::{self, Fields};

/// Folder, field, least F1: a little below what was measured, so that only a real loss fails.
const FLOORS: &[(&str, &str, f64)] = &[
    ("dev", "page_kind", 0.967),
    ("dev", "title", 0.976),
    ("dev", "price", 0.968),
    ("dev", "currency", 0.976),
    ("dev", "vendor", 0.936),
    ("dev", "ships_from", 0.942),
    ("dev", "ships_to", 0.919),
    ("dev", "category", 0.896),
    ("dev", "availability", 0.945),
    ("dev", "sku", 0.945),
    ("held", "page_kind", 0.952),
    ("held", "title", 0.952),
    ("held", "price", 0.952),
    ("held", "currency", 0.97),
    ("held", "vendor", 0.933),
    ("held", "ships_from", 0.92),
    ("held", "ships_to", 0.95),
    ("held", "category", 0.812),
    ("held", "availability", 0.945),
    ("held", "sku", 0.915),
];

#[test]
fn invented_sites_are_read() {
    let mut read: BTreeMap<&str, Fields> = BTreeMap::new();
    for folder in ["dev", "held"] {
        let families = expected::families(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sites").join(folder)).unwrap();
        assert!(families.len() > 40, "{folder}: {} sites", families.len());
        let all = read.entry(folder).or_default();
        for family in &families {
            tally::join(all, &fields(&score(&load(family).unwrap(), None)));
        }
    }
    let mut lost = Vec::new();
    for (folder, field, least) in FLOORS {
        let f1 = read[folder][field].f1();
        println!("{folder} {field}: {f1:.3}");
        if f1 < *least {
            lost.push(format!("{folder} {field}: {f1:.3}, expected {least}"));
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}
