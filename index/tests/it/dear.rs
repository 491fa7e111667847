//! Watches that are dear to judge.

use vigie_index::{Document, Percolator, Query};

use crate::{found, index_of, titled};

#[test]
fn a_watch_for_one_of_very_many_words_matches_what_its_search_finds() {
    let of = |id: &str, language: &str, title: &str, description: &str| Document {
        language: Some(language.to_owned()),
        description: description.to_owned(),
        ..titled(id, title)
    };
    let documents = [
        of("1", "en", "Two rifles", "with a bayonet"),
        of("2", "en", "A lamp", "that a rifle was stored beside"),
        of("3", "de", "Zwei Pistolen", ""),
        of("4", "en", "A lamp", "calibre 5007"),
        of("5", "en", "A lamp", "of brass"),
        Document { vendor: Some("rifle".to_owned()), ..titled("6", "Hat") },
    ];
    let index = index_of(&documents);
    let many: Vec<String> = ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("qx{a}{b}"))).collect();
    let many = many.join(" OR ");
    let questions = [
        format!("{many} OR rifle"),
        format!("{many} OR pistole OR bayonets"),
        format!("title:({many} OR rifle)"),
        format!("{many} OR 5007 OR x5007 OR \"of brass\""),
        format!("({many} OR rifle) AND bayonet"),
        format!("lamp NOT ({many} OR rifle)"),
        format!("{many} OR vendor:rifle OR rif*"),
        many.clone(),
    ];
    let queries: Vec<Query> = questions.iter().map(|text| Query::parse(text, 0).unwrap()).collect();
    let percolator = Percolator::new((0..).zip(&queries), &|_| None);
    let matched = percolator.matches(&documents);
    assert_eq!(matched, percolator.judge_all(&documents));
    for (watch, text) in (0..).zip(&questions) {
        let mut alerted: Vec<&str> =
            matched.iter().filter(|(_, id)| *id == watch).map(|(place, _)| documents[*place].id.as_str()).collect();
        let searched = found(&index, text);
        alerted.sort_unstable();
        assert_eq!(alerted, searched, "{}", &text[text.len() - 30..]);
        assert_eq!(alerted.is_empty(), text == &many, "{alerted:?}");
    }
}
