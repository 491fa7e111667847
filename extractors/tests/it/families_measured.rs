//! Families against pairs that a person judged. The listings stay where they are: VIGIE_DATA names the folder.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use serde::Deserialize;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::family::{Sketch, Template};
use vigie_extractors::language;
use vigie_extractors::record::Listing;

#[derive(Deserialize)]
struct Pair {
    a: (String, String),
    b: (String, String),
    site: String,
    half: String,
    label: String,
    why: String,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    source: String,
    title: String,
    description: String,
    category_path: Vec<String>,
    vendor: Option<String>,
}

impl Row {
    fn listing(&self) -> Listing {
        let language = language::detect(&format!("{}\n{}", self.title, self.description), None);
        let (title, description, category_path) = (self.title.clone(), self.description.clone(), self.category_path.clone());
        Listing { title, description, category_path, language, ..Listing::default() }
    }

    fn seller(&self) -> Option<String> {
        self.vendor.as_ref().map(|vendor| format!("{} {vendor}", self.source))
    }

    fn writer(&self) -> String {
        self.seller().unwrap_or_else(|| self.source.clone())
    }
}

fn rows(file: &Path) -> Vec<Row> {
    let opened = File::open(file).unwrap();
    let read: Box<dyn Read> =
        if file.extension().is_some_and(|kind| kind == "gz") { Box::new(GzDecoder::new(opened)) } else { Box::new(opened) };
    BufReader::new(read).lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
}

#[derive(Default)]
struct Tally {
    right: usize,
    spurious: usize,
    missing: usize,
    refused: usize,
}

impl Tally {
    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.spurious).max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missing).max(1) as f64
    }
}

#[test]
fn pairs_that_a_person_judged_are_told_as_he_did() {
    let Ok(data) = std::env::var("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA does not name the folder of listings/");
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let codebook = Codebook::parse(&std::fs::read_to_string(root.join("config/codebook.toml")).unwrap()).unwrap();
    let pairs = std::env::var("PAIRS").map_or_else(|_| root.join("tests/fixtures/families/pairs.jsonl"), Into::into);
    let pairs = std::fs::read_to_string(pairs).unwrap();
    let pairs: Vec<Pair> = pairs.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let files: HashSet<&String> = pairs.iter().flat_map(|pair| [&pair.a.0, &pair.b.0]).collect();
    let files: BTreeMap<&String, Vec<Row>> =
        files.into_iter().map(|file| (file, rows(&Path::new(&data).join("listings").join(file)))).collect();
    let mut template = Template::default();
    for row in files.values().flatten().filter(|row| !row.description.is_empty()) {
        let listing = row.listing();
        let key = Sketch::of(&listing, &row.source, None, |_| false).title_key();
        template.learn(&row.writer(), key, &listing);
    }
    let by_id: HashMap<(&String, &String), &Row> =
        files.iter().flat_map(|(file, rows)| rows.iter().map(move |row| ((*file, &row.id), row))).collect();
    let sketch = |place: &(String, String)| {
        let row = by_id[&(&place.0, &place.1)];
        let mut listing = row.listing();
        codebook.classify(&mut listing);
        let writer = row.writer();
        (Sketch::of(&listing, &row.source, row.seller().as_deref(), |sentence| template.has(&writer, sentence)), row.title.clone())
    };
    let worst = std::env::var("WORST").unwrap_or_default();
    let mut tallies = BTreeMap::<(String, String), Tally>::new();
    for pair in &pairs {
        let ((one, title), (other, other_title)) = (sketch(&pair.a), sketch(&pair.b));
        let copy = one.is_copy(&other);
        assert_eq!(copy, other.is_copy(&one), "{title} / {other_title}");
        let met = one.bands().iter().any(|band| other.bands().contains(band));
        let found = copy && met;
        let wanted = pair.label == "same";
        for site in [pair.site.as_str(), "all"] {
            let tally = tallies.entry((pair.half.clone(), site.to_owned())).or_default();
            match (found, wanted) {
                (true, true) => tally.right += 1,
                (true, false) => tally.spurious += 1,
                (false, true) => tally.missing += 1,
                (false, false) => tally.refused += 1,
            }
        }
        if found != wanted && worst.contains(&pair.half) {
            println!("{} ({}), copy {copy}, met {met}\n  {title}\n  {other_title}\n  {one:?}\n  {other:?}", pair.label, pair.why);
        }
    }
    for ((half, site), tally) in &tallies {
        let Tally { right, spurious, missing, refused } = tally;
        println!(
            "{half:<5} {site:<6} precision {:.3} recall {:.3}: {right} right, {spurious} spurious, {missing} missing, {refused} refused",
            tally.precision(),
            tally.recall()
        );
    }
}
