//! Real listings, where `VIGIE_DATA` names their folder: what is stored is what is found, and watches agree with searches.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::time::Instant;

use serde_json::Value;
use vigie_index::{Document, Index, Opened, Percolator, Query, SearchOptions, Sort};

/// Rows of a quick run; all with `VIGIE_ALL=1`.
const QUICK: usize = 1500;

fn listings() -> Option<Vec<Document>> {
    let Some(folder) = std::env::var_os("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA is not set");
        return None;
    };
    let mut files: Vec<_> =
        std::fs::read_dir(std::path::Path::new(&folder).join("listings")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut documents = Vec::new();
    for path in files.iter().filter(|path| path.to_string_lossy().contains(".jsonl")) {
        let file = std::fs::File::open(path).unwrap();
        let reader: Box<dyn Read> = if path.extension().is_some_and(|kind| kind == "gz") {
            Box::new(flate2::read::MultiGzDecoder::new(file))
        } else {
            Box::new(file)
        };
        for line in BufReader::new(reader).lines() {
            let line = line.unwrap();
            let row: Value = serde_json::from_str(&line).unwrap();
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            let list = |value: &Value| {
                value.as_array().map(|list| list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()).unwrap_or_default()
            };
            let fields = &row["fields"];
            documents.push(Document {
                id: text("id"),
                source: text("source"),
                source_type: text("source_type"),
                title: text("title"),
                description: text("description"),
                language: row["lang"].as_str().map(str::to_owned),
                vendor: row["vendor"].as_str().map(str::to_owned),
                category: text("label"),
                traits: list(&row["traits"]),
                makers: fields["maker"].as_str().map(str::to_owned).into_iter().collect(),
                models: fields["model"].as_str().map(str::to_owned).into_iter().collect(),
                calibres: list(&fields["calibres"]),
                price_amount: fields["price"].as_str().and_then(|price| price.parse().ok()),
                price_currency: fields["currency"].as_str().map(str::to_owned),
                ships_from: fields["ships_from"].as_str().map(str::to_owned).into_iter().collect(),
                stored: line,
                ..Document::default()
            });
        }
    }
    if std::env::var_os("VIGIE_ALL").is_none() {
        let step = documents.len().div_ceil(QUICK);
        documents = documents.into_iter().step_by(step.max(1)).collect();
    }
    Some(documents)
}

/// Queries made of the words of the listings.
fn questions(documents: &[Document], count: usize) -> Vec<String> {
    let words: Vec<&str> =
        documents.iter().flat_map(|d| d.title.split(|c: char| !c.is_alphanumeric())).filter(|word| word.len() > 1).collect();
    let mut seed = 7_u64;
    let mut next = |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % most
    };
    (0..count)
        .map(|n| {
            let mut word = || words[next(words.len())];
            let (a, b, c) = (word(), word(), word());
            let start: String = a.chars().take(2).collect();
            match n % 10 {
                0..=3 => format!("\"{a}\" {b}"),
                4 => format!("title:\"{a}\" OR \"{b}\""),
                5 => format!("\"{a} {b}\"~2 OR ={c}"),
                6 => format!("category:firearm -\"{a}\""),
                7 => format!("price:[{} TO {}] \"{a}\"", next(500), 500 + next(1000)),
                8 => format!("{start}* -source:armslist"),
                _ => format!("(\"{a}\" OR \"{b}\") NOT \"{c}\""),
            }
            .replace(['\\'], "")
        })
        .filter(|text| Query::parse(text, 0).is_ok())
        .collect()
}

#[test]
fn watches_on_real_listings_agree_with_searches() {
    let Some(documents) = listings() else { return };
    let dir = tempfile::tempdir().unwrap();
    let Opened::Ready { index, .. } = Index::open(dir.path()).unwrap() else { panic!("damaged") };
    let started = Instant::now();
    let mut writer = index.writer().unwrap();
    for (n, batch) in documents.chunks(1000).enumerate() {
        writer.apply(batch, &[], n as i64).unwrap();
    }
    writer.finish().unwrap();
    let (indexed, size) = (started.elapsed(), index.size_bytes().unwrap());
    println!("{} listings indexed in {indexed:?}, {size} bytes", documents.len());

    let texts = questions(&documents, if std::env::var_os("VIGIE_ALL").is_some() { 1000 } else { 100 });
    let queries: Vec<Query> = texts.iter().map(|text| Query::parse(text, 0).unwrap()).collect();
    let searcher = index.searcher().unwrap();
    let (mut searched, mut slowest, mut found) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (watch, query) in queries.iter().enumerate() {
        let started = Instant::now();
        let answer = searcher
            .search(query, &SearchOptions { snippets: true, count_by: vec!["category".to_owned()], ..SearchOptions::default() })
            .unwrap();
        searched.push(started.elapsed());
        slowest.push((started.elapsed(), query.text().to_owned()));
        let all = searcher.search(query, &SearchOptions { limit: 100_000, sort: Sort::Risk, ..SearchOptions::default() }).unwrap();
        assert_eq!(answer.total, all.hits.len() as u64);
        found.extend(all.hits.into_iter().map(|hit| (hit.id, watch as i64)));
    }
    searched.sort();
    println!(
        "{} searches: p50 {:?}, p99 {:?}, most {:?}; slowest {:?}",
        searched.len(),
        searched[searched.len() / 2],
        searched[searched.len() * 99 / 100],
        searched.last(),
        slowest.iter().max()
    );

    let percolator = Percolator::new(queries.iter().enumerate().map(|(n, query)| (n as i64, query)), &|_| None);
    let started = Instant::now();
    let mut matched = BTreeSet::new();
    for batch in documents.chunks(256) {
        matched.extend(percolator.matches(batch).into_iter().map(|(place, watch)| (batch[place].id.clone(), watch)));
    }
    println!("{} documents against {} watches in {:?}: {} matches", documents.len(), percolator.len(), started.elapsed(), matched.len());
    assert!(!found.is_empty());
    assert!(found == matched, "{:?}", found.symmetric_difference(&matched).next());
}
