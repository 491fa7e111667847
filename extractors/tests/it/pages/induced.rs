//! What an induced profile is worth: induced on one half of the saved pages of a market, without expected values, scored on the other.
//!
//! Needs `VIGIE_DATA`; `VIGIE_SITES` may name a folder of further sites, which are scored on the pages that they were induced on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;
use vigie_extractors::induce::induce;
use vigie_extractors::page::Page;
use vigie_extractors::profile::Profile;

use super::measure::{Counts, FIELDS, measure_some};

/// Folders with pages enough, by type.
const FOLDERS: [(&str, &str); 5] = [
    ("magnublo_dream", "cryptomarket"),
    ("magnublo_apollon", "cryptomarket"),
    ("htweng_white_house", "cryptomarket"),
    ("htweng_yellow_brick", "cryptomarket"),
    ("ammoseek", "shop"),
];

/// The half of the pages that is induced on: every other one in the order of the hashes of their names, so that nobody chose.
fn first_half(path: &Path) -> BTreeSet<String> {
    let mut files: Vec<String> = rows(path).iter().map(|row| row["file"].as_str().unwrap().to_owned()).collect();
    files.sort_by_key(|file| Sha256::digest(file.as_bytes()));
    files.into_iter().step_by(2).collect()
}

fn rows(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path.join("expected.jsonl")).unwrap();
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

struct Saved {
    url: Url,
    body: Vec<u8>,
}

fn saved(path: &Path, wanted: impl Fn(&str) -> bool) -> Vec<Saved> {
    rows(path)
        .into_iter()
        .filter(|row| wanted(row["file"].as_str().unwrap()))
        .map(|row| Saved {
            url: Url::parse(row["url"].as_str().unwrap()).unwrap(),
            body: std::fs::read(path.join(row["file"].as_str().unwrap())).unwrap(),
        })
        .collect()
}

fn induced(path: &Path, source_type: &str, wanted: impl Fn(&str) -> bool) -> (Profile, String) {
    let saved = saved(path, wanted);
    let pages: Vec<Page<'_>> = saved
        .iter()
        .map(|one| Page {
            url: &one.url,
            body: &one.body,
            content_type: Some("text/html"),
            source_type: Some(source_type),
            profile: None,
            private: &[],
            cards: None,
            fetched_at: "2026-03-01T12:00:00Z".parse().unwrap(),
        })
        .collect();
    let induced = induce(&pages);
    let read: BTreeMap<String, Profile> =
        toml::from_str(&induced.toml.replace("\nextractor", "extractor")).unwrap_or_else(|error| panic!("{error}\n{}", induced.toml));
    let profile = read.get("extractor").cloned().unwrap_or_default();
    assert_eq!(profile.check(), [], "{}", induced.toml);
    assert_eq!(profile.page.len(), induced.profile.page.len());
    (profile, induced.toml)
}

fn show(name: &str, counts: &Counts) {
    println!(
        "{name:<40} {}",
        FIELDS.map(|f| counts.get(f).map_or(format!("{:>11}", "-"), |(r, n)| format!("{:>11}", format!("{r}/{n}")))).join("")
    );
}

#[test]
fn an_induced_profile_reads_pages_that_it_was_not_made_from() {
    let Ok(data) = std::env::var("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA does not name the folder with the saved pages");
        return;
    };
    println!("{:<40} {}", "folder", FIELDS.map(|f| format!("{f:>11}")).join(""));
    let mut short = Vec::new();
    for (folder, source_type) in FOLDERS {
        let path = Path::new(&data).join("pages").join(folder);
        let half = first_half(&path);
        let (profile, toml) = induced(&path, source_type, |file| half.contains(file));
        if std::env::var("VIGIE_SHOW").is_ok_and(|v| v == folder) {
            println!("{toml}");
        }
        let bare = measure_some(&path, source_type, None, |file| !half.contains(file));
        let with = measure_some(&path, source_type, Some(&profile), |file| !half.contains(file));
        show(folder, &bare);
        show(&format!("{folder} induced"), &with);
        for field in ["title", "price", "currency", "vendor", "ships_from", "category"] {
            let Some((right, known)) = with.get(field) else { continue };
            if (*right as f64) < 0.98 * *known as f64 {
                short.push(format!("{folder}: {field} {right} of {known}"));
            }
        }
    }
    assert_eq!(short, [""; 0]);
}

#[test]
fn sites_that_are_new_are_read_with_profiles_induced_on_themselves() {
    let Ok(sites) = std::env::var("VIGIE_SITES") else {
        println!("skipped: VIGIE_SITES does not name a folder of sites");
        return;
    };
    println!("{:<40} {}", "site", FIELDS.map(|f| format!("{f:>11}")).join(""));
    let mut sums: [Counts; 2] = Default::default();
    let mut folders: Vec<_> =
        std::fs::read_dir(sites).unwrap().map(|one| one.unwrap().path()).filter(|p| p.join("expected.jsonl").exists()).collect();
    folders.sort();
    for path in folders {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let first = rows(&path).remove(0);
        let source_type = first["type"].as_str().unwrap_or("shop").to_owned();
        let (profile, toml) = induced(&path, &source_type, |_| true);
        if std::env::var("VIGIE_SHOW").is_ok_and(|v| v == name) {
            println!("{toml}");
        }
        let bare = measure_some(&path, &source_type, None, |_| true);
        let with = measure_some(&path, &source_type, Some(&profile), |_| true);
        if bare != with {
            show(&name, &bare);
            show(&format!("{name} induced"), &with);
        }
        for (sum, counts) in sums.iter_mut().zip([&bare, &with]) {
            for (field, (right, known)) in counts {
                let one = sum.entry(field).or_default();
                *one = (one.0 + right, one.1 + known);
            }
        }
    }
    show("all", &sums[0]);
    show("all induced", &sums[1]);
}
