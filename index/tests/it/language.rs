//! One index, many languages.

use vigie_index::{Document, Index, SearchOptions};

use crate::{ask, found, index_of, titled};

fn library() -> Index {
    let listing = |id: &str, language: Option<&str>, title: &str| Document { language: language.map(str::to_owned), ..titled(id, title) };
    index_of(&[
        listing("de", Some("de"), "Altes Gewehr, Läufe und Patronen"),
        listing("en", Some("en-GB"), "Old rifle with barrels"),
        listing("fr", Some("fr"), "Pistolet à répétition, cartouches"),
        listing("ru", Some("ru"), "Охотничьи ружья и патроны"),
        listing("tr", Some("tr"), "Kurusıkı silahlar İÇİN"),
        listing("pl", Some("pl"), "Łódź pistolety"),
        listing("xx", None, "Pistols und Gewehre"),
    ])
}

#[test]
fn a_word_finds_its_forms_in_every_language() {
    let index = library();
    for (query, expected) in [
        ("rifles", &["en"][..]),
        ("barrel", &["en"]),
        ("Gewehre", &["de", "xx"]),
        ("gewehr", &["de", "xx"]),
        ("rifles OR Gewehre", &["de", "en", "xx"]),
        ("lauf", &["de"]),
        ("patrone", &["de"]),
        ("REPETITION", &["fr"]),
        ("cartouche", &["fr"]),
        ("ружьё", &["ru"]),
        ("патронов", &["ru"]),
        ("silah", &["tr"]),
        ("kurusiki", &["tr"]),
        ("lodz", &["pl"]),
        ("pistol", &["xx"]),
        ("gewehr lang:de", &["de"]),
        ("=gewehr", &["de"]),
    ] {
        assert_eq!(found(&index, query), expected, "{query}");
    }
}

#[test]
fn snippets_follow_the_language() {
    let results = ask(&library(), "gewehre", &SearchOptions { snippets: true, ..SearchOptions::default() });
    for hit in results.hits {
        let snippet = hit.snippet.unwrap();
        let words: Vec<&str> = snippet.highlights.iter().map(|(from, to)| &snippet.text[*from..*to]).collect();
        assert_eq!(words.len(), 1, "{snippet:?}");
        assert!(words[0].starts_with("Gewehr"));
    }
}
