//! Measures families on pairs of listings that a person judged, in the folder that `VIGIE_DATA` names; skipped without it.
//!
//! Rules were tuned on the pairs for development alone; the others were judged before anything was run on them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde_json::Value;
use vigie_extractors::family::{Sketch, Template};
use vigie_extractors::language;
use vigie_extractors::record::Listing;

use crate::classify::codebook;

const PAIRS: &str = include_str!("../../../tests/fixtures/families/pairs.jsonl");
/// A little below what was measured, so that only a real loss fails.
const LEAST: (f64, f64) = (0.97, 0.87);

struct Row {
    source: String,
    /// Seller over all sources.
    seller: Option<String>,
    listing: Listing,
}

impl Row {
    fn writer(&self) -> &str {
        self.seller.as_deref().unwrap_or(&self.source)
    }
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// All listings of a file with their ids, in order: what is learned of them depends on it.
fn rows(folder: &Path, file: &str) -> Vec<(String, Row)> {
    let path = folder.join("listings").join(file);
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut text = String::new();
    if file.ends_with(".gz") {
        MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("gzip");
    } else {
        text = String::from_utf8(bytes).expect("UTF-8");
    }
    let row = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("JSON");
        let (title, description, source) = (string(&value["title"]), string(&value["description"]), string(&value["source"]));
        let category_path = value["category_path"].as_array().into_iter().flatten().map(string).collect();
        let language = language::detect(&format!("{title}\n{description}"), None);
        let seller = value["vendor"].as_str().map(|vendor| format!("{source} {vendor}"));
        let listing = Listing { title, description, category_path, language, ..Listing::default() };
        (string(&value["id"]), Row { source, seller, listing })
    };
    text.lines().map(row).collect()
}

#[test]
fn pairs_are_told_as_a_person_told_them() {
    let Some(data) = std::env::var_os("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA names no folder of real listings");
        return;
    };
    let pairs: Vec<Value> = PAIRS.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let names: BTreeSet<String> = pairs.iter().flat_map(|pair| [string(&pair["a"][0]), string(&pair["b"][0])]).collect();
    let files: BTreeMap<String, Vec<(String, Row)>> = names.into_iter().map(|name| (name.clone(), rows(Path::new(&data), &name))).collect();
    let mut templates = HashMap::<&str, Template>::new();
    for row in files.values().flatten().map(|(_, row)| row).filter(|row| !row.listing.description.is_empty()) {
        let title = Sketch::of(&row.listing, &row.source, None, |_| false).title_key();
        templates.entry(row.writer()).or_default().learn(title, &row.listing);
    }
    let by_id: BTreeMap<&str, HashMap<&str, &Row>> =
        files.iter().map(|(name, rows)| (name.as_str(), rows.iter().map(|(id, row)| (id.as_str(), row)).collect())).collect();
    let sketch = |place: &Value| {
        let row = by_id[place[0].as_str().expect("a file")][place[1].as_str().expect("an id")];
        let mut listing = row.listing.clone();
        codebook().classify(&mut listing);
        let template = templates.get(row.writer());
        Sketch::of(&listing, &row.source, row.seller.as_deref(), |sentence| template.is_some_and(|one| one.has(sentence)))
    };
    let mut counts = BTreeMap::<(String, String), [u32; 4]>::new();
    for pair in &pairs {
        let (one, other) = (sketch(&pair["a"]), sketch(&pair["b"]));
        assert_eq!(one.is_copy(&other), other.is_copy(&one), "{pair}");
        let met = one.bands().iter().any(|band| other.bands().contains(band));
        let at = match (one.is_copy(&other) && met, pair["label"] == "same") {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => 3,
        };
        for site in [string(&pair["site"]), "all".to_owned()] {
            counts.entry((string(&pair["half"]), site)).or_default()[at] += 1;
        }
    }
    for ((half, site), [right, spurious, missing, apart]) in counts {
        let share = |part: u32, rest: u32| f64::from(part) / f64::from((part + rest).max(1));
        let (precision, recall) = (share(right, spurious), share(right, missing));
        println!(
            "{half:<5} {site:<6} precision {precision:.3} recall {recall:.3}: {right} right, {spurious} spurious, {missing} missing, {apart} apart"
        );
        assert!(precision >= LEAST.0 && recall >= LEAST.1, "{half} {site}");
    }
}
