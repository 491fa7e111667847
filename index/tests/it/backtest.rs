//! Trying a question: words that would narrow it, and groups of copies.

use vigie_index::{Document, Group, Query, SearchOptions, Sort};

use crate::{found, index_of, titled};

fn query(text: &str) -> Query {
    Query::parse(text, 0).unwrap()
}

#[test]
fn words_that_part_the_hits_and_stand_out_in_them_would_narrow_a_query() {
    let documents: Vec<Document> = (0..200)
        .map(|n| {
            let goods = if n % 2 == 0 { "glock pistol" } else { "walther pistol" };
            let more = match n % 10 {
                0 => "airsoft replica",
                2 => "with switches",
                4 => "with a switch",
                1 | 3 => "in leather",
                _ => "new",
            };
            Document { language: Some("en".to_owned()), ..titled(&format!("{n:03}"), &format!("The {goods} {more}")) }
        })
        .collect();
    let index = index_of(&documents);
    let searcher = index.searcher().unwrap();
    let words = searcher.narrowing(&query("glock"), 10).unwrap();
    let told: Vec<(&str, u64, u64)> = words.iter().map(|one| (one.word.as_str(), one.left, one.held)).collect();
    // `with` and `switch` are in the same listings; what all listings hold, or hits and others alike, is not proposed.
    assert_eq!(told, [("switch", 40, 40), ("with", 40, 40), ("airsoft", 20, 20), ("replica", 20, 20)]);
    for word in &words {
        assert_eq!(found(&index, &format!("glock AND {}", word.word)).len() as u64, word.left);
    }
    assert_eq!(searcher.narrowing(&query("glock"), 1).unwrap(), words[..1]);
    for nothing in ["*", "glock airsoft", "nothing"] {
        assert_eq!(searcher.narrowing(&query(nothing), 10).unwrap(), [], "{nothing}");
    }
    // A word of the query itself is no news.
    let asked = searcher.narrowing(&query("glock OR walther"), 10).unwrap();
    assert!(asked.iter().all(|one| one.word != "glock" && one.word != "walther"), "{asked:?}");
}

#[test]
fn groups_are_families_by_vendor_and_source_whatever_segments_they_lie_in() {
    let one = |n: i64, family: &str, vendor: Option<&str>, source: &str| Document {
        family: family.to_owned(),
        vendor: vendor.map(str::to_owned),
        source: source.to_owned(),
        first_seen: n,
        ..titled(&format!("{n}"), "glock")
    };
    let documents = [
        one(5, "f1", Some("anna"), "a"),
        one(3, "f1", Some("anna"), "a"),
        one(4, "f1", Some("anna"), "b"),
        one(6, "f1", None, "a"),
        one(7, "f2", Some("anna"), "a"),
    ];
    let index = vigie_index::Index::in_ram().unwrap();
    let mut writer = index.writer().unwrap();
    for document in &documents {
        writer.apply(std::slice::from_ref(document), &[], 1).unwrap();
    }
    let searcher = index.searcher().unwrap();
    let groups = searcher.groups(&query("glock")).unwrap();
    let group = |first_seen, source: &str| Group { first_seen, source: source.to_owned() };
    assert_eq!(groups, [group(3, "a"), group(4, "b"), group(6, "a"), group(7, "a")]);
    assert_eq!(searcher.groups(&query("nothing")).unwrap(), []);
    let options = SearchOptions { sort: Sort::Id, ..SearchOptions::default() };
    let ids: Vec<String> = searcher.search(&query("*"), &options).unwrap().hits.into_iter().map(|hit| hit.id).collect();
    assert_eq!((ids, searcher.count(&query("*")).unwrap()), (["3", "4", "5", "6", "7"].map(str::to_owned).to_vec(), 5));
}
