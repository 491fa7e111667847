//! Queries answered without the engine, document by document, and the property that search, watches and this agree.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::analysis::{Analysis, analyse};
use crate::fields::{FIELDS, Kind, fixed, terms};
use crate::fold::{hexadecimal, keyword};
use crate::query::pattern::{Pattern, Sign};
use crate::query::{Node, Query, What};
use crate::{Document, Explained, Index, Percolator, SearchOptions, Sort};

/// Whether a document is in the set.
fn passes(node: &Node, document: &Document) -> bool {
    match node {
        Node::All => true,
        Node::And(nodes) => nodes.iter().all(|node| passes(node, document)),
        Node::Or(nodes) => nodes.iter().any(|node| passes(node, document)),
        Node::Not(node) => !passes(node, document),
        Node::Boost(node, _) => passes(node, document),
        Node::Test(test) => match FIELDS[test.field].kind {
            Kind::AllText => [&document.title, &document.description].into_iter().any(|text| in_text(&test.what, text, document)),
            Kind::Text(read) => in_text(&test.what, read(document), document),
            Kind::Words(read) => in_words(&test.what, &read(document), document),
            Kind::Keyword(read) => read(document).into_iter().any(|value| is_value(&test.what, &keyword(value), false)),
            Kind::Hexadecimal(read) => read(document).into_iter().any(|value| is_value(&test.what, &hexadecimal(value), false)),
            Kind::Hierarchy(read) => read(document).into_iter().any(|value| is_value(&test.what, &keyword(value), true)),
            Kind::Week(_) => terms(FIELDS[test.field].kind, document).iter().any(|value| is_value(&test.what, value, false)),
            Kind::Money(read) => read(document).is_some_and(|amount| in_range(&test.what, fixed(amount))),
            Kind::Time(read) => in_range(&test.what, read(document)),
            Kind::Score(read) => match &test.what {
                What::Fraction { low, high } => {
                    let value = read(document);
                    low.is_none_or(|(low, with)| value > low || with && value == low)
                        && high.is_none_or(|(high, with)| value < high || with && value == high)
                }
                _ => true,
            },
        },
    }
}

fn in_range(what: &What, value: i64) -> bool {
    match what {
        What::Whole { low, high } => *low <= value && value <= *high,
        _ => true,
    }
}

fn is_value(what: &What, value: &str, hierarchy: bool) -> bool {
    if let (true, What::Wild(_) | What::Fuzzy { .. }) = (hierarchy, what) {
        let above = value.rmatch_indices('.').map(|(dot, _)| &value[..dot]);
        return above.chain([value]).any(|code| is_value(what, code, false));
    }
    match what {
        What::Term(term) => value == term || hierarchy && value.starts_with(&format!("{term}.")),
        What::TermPrefix(prefix) => value.starts_with(prefix),
        What::Wild(Pattern(signs)) => fits(signs, &chars(value)),
        What::Fuzzy { word, edits } => turns_into(&chars(word), &chars(value), *edits),
        _ => true,
    }
}

fn in_text(what: &What, text: &str, document: &Document) -> bool {
    in_words(what, &[text], document)
}

/// Between two texts of one field a place is left free.
fn in_words(what: &What, texts: &[&str], document: &Document) -> bool {
    let exact = |text: &&str| analyse(Analysis::Exact, text).into_iter().map(|word| word.text).chain([String::new()]).collect::<Vec<_>>();
    let words: Vec<String> = texts.iter().flat_map(exact).collect();
    match what {
        What::Word { exact, stems } => {
            let stem = Analysis::stem_for(document.language.as_deref());
            let Analysis::Stem(place) = stem else { unreachable!() };
            words.contains(exact) || texts.iter().any(|text| analyse(stem, text).iter().any(|word| word.text == stems[place]))
        }
        What::Phrase { words: wanted, slop } => {
            (0..words.len()).any(|at| words[at] == wanted[0] && follows(&words[at + 1..], &wanted[1..], *slop as usize))
        }
        What::PhrasePrefix { words: wanted, prefix, whole } => {
            let begins = |at: usize, prefix: &str| words.get(at).is_some_and(|word| word.starts_with(prefix));
            (0..words.len())
                .any(|at| !whole.is_empty() && begins(at, whole) || words[at..].starts_with(wanted) && begins(at + wanted.len(), prefix))
        }
        What::Wild(Pattern(signs)) => words.iter().any(|word| !word.is_empty() && fits(signs, &chars(word))),
        What::Fuzzy { word: wanted, edits } => {
            words.iter().any(|word| !word.is_empty() && turns_into(&chars(wanted), &chars(word), *edits))
        }
        _ => words.iter().any(|word| !word.is_empty()),
    }
}

fn chars(word: &str) -> Vec<char> {
    word.chars().collect()
}

/// Whether a pattern fits: every way is tried.
fn fits(signs: &[Sign], word: &[char]) -> bool {
    match (signs.split_first(), word.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((Sign::Any, signs)), _) => (0..=word.len()).any(|skip| fits(signs, &word[skip..])),
        (Some((Sign::One, signs)), Some((_, word))) => fits(signs, word),
        (Some((Sign::Plain(sign), signs)), Some((c, word))) => sign == c && fits(signs, word),
        (Some(_), None) => false,
    }
}

/// Whether a word becomes another with so many letters changed, added, left out or exchanged with their neighbour: every way is tried.
fn turns_into(from: &[char], to: &[char], edits: u8) -> bool {
    match (from.split_first(), to.split_first()) {
        (Some((a, from)), Some((b, to))) if a == b && turns_into(from, to, edits) => return true,
        (None, None) => return true,
        _ if edits == 0 => return false,
        _ => {}
    }
    let exchanged = matches!((from, to), ([a, b, ..], [c, d, ..]) if a == d && b == c);
    exchanged && turns_into(&from[2..], &to[2..], edits - 1)
        || !from.is_empty() && turns_into(&from[1..], to, edits - 1)
        || !to.is_empty() && turns_into(from, &to[1..], edits - 1)
        || !from.is_empty() && !to.is_empty() && turns_into(&from[1..], &to[1..], edits - 1)
}

/// Whether the wanted words follow in order with at most `slop` others between: every way is tried.
fn follows(words: &[String], wanted: &[String], slop: usize) -> bool {
    let Some((next, rest)) = wanted.split_first() else { return true };
    (0..words.len().min(slop + 1)).any(|skip| words[skip] == *next && follows(&words[skip + 1..], rest, slop - skip))
}

const VOCABULARY: &[&str] = &[
    "glock",
    "Glocks",
    "rifle",
    "rifles",
    "Gewehr",
    "Gewehre",
    "the",
    "and",
    "AK47",
    "AK-47",
    "9mm",
    "7.62x39",
    "Läufe",
    "lauf",
    "été",
    "kit",
    "KITS",
    "19",
    "1",
    "bc1qar0srrr7xfkvy5l643",
    "ружья",
    "ружьё",
];
const CODES: &[&str] = &["firearm", "firearm.pistol", "part.barrel", "Gun Shop", "gun", "DE", "us", "4e2c6e87", "4E2C 6E87"];

fn text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(VOCABULARY), 0..most).prop_map(|words| words.join(" "))
}

fn codes() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(prop::sample::select(CODES).prop_map(str::to_owned), 0..3)
}

fn document() -> impl Strategy<Value = Document> {
    let language = prop::option::of(prop::sample::select(vec!["en", "de", "fr", "ru", "pl"]).prop_map(str::to_owned));
    let texts = (text(5), text(12), language, text(3), text(3));
    let values = (codes(), codes(), codes(), codes(), prop::option::of(0..6_i64), 0..6_i64, 0..6_i64);
    (texts, values).prop_map(|((title, description, language, maker, calibre), (category, traits, ships_from, pgp, price, risk, seen))| {
        Document {
            title,
            description,
            language,
            makers: vec![maker],
            calibres: vec![calibre, "9 mm".to_owned()],
            category: category.first().cloned().unwrap_or_default(),
            vendor: traits.first().cloned(),
            account: traits.first().map(|name| format!("market1/{name}")),
            unmasked: if price == Some(1) { "glock 19 rifles".to_owned() } else { String::new() },
            traits,
            ships_from,
            pgp,
            price_amount: price.map(|n| rust_decimal::Decimal::new(n * 5, 1)),
            risk: risk as f64 / 5.0,
            first_seen: seen * 86_400_000_000,
            ..Document::default()
        }
    })
}

/// A word with some of its letters open.
fn open_word() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["glock", "rifles", "gewehre", "ружья", "été", "kits", "47"]);
    (word, prop::collection::vec((0..8_usize, any::<bool>()), 1..3)).prop_map(|(word, open)| {
        let mut signs: Vec<char> = word.chars().collect();
        for (at, star) in open {
            let at = at % signs.len();
            if signs.iter().filter(|c| c.is_alphanumeric()).count() > 1 || !signs[at].is_alphanumeric() {
                signs[at] = if star { '*' } else { '?' };
            }
        }
        signs.into_iter().collect()
    })
}

fn leaf() -> impl Strategy<Value = String> {
    let word = || prop::sample::select(VOCABULARY);
    let code = || prop::sample::select(CODES);
    let beginning = || word().prop_flat_map(|word| (1..=word.chars().count()).prop_map(move |n| word.chars().take(n).collect::<String>()));
    prop_oneof![
        4 => word().prop_map(str::to_owned),
        1 => word().prop_map(|word| format!("={word}")),
        1 => word().prop_map(|word| format!("{word}@disguised^2.5")),
        1 => (word(), word()).prop_map(|(one, other)| format!("\"{one} {other}\"@disguised")),
        2 => open_word(),
        1 => (prop::sample::select(vec!["glokc", "rifel", "gewehr", "kits", "ружья", "läuf"]), 1..3_u8).prop_map(|(word, edits)| format!("{word}~{}", if word.chars().count() < 5 { 1 } else { edits })),
        1 => prop::sample::select(vec!["vendor:*un*", "account:market1/g*", "account:*shop", "vendor:gunshop~1", "week:1970-w01", "week:1970*", "category:f*r*m", "vendor:?un"]).prop_map(str::to_owned),
        2 => beginning().prop_filter_map("ends in a sign", |text| text.ends_with(char::is_alphanumeric).then(|| format!("{text}*"))),
        3 => (prop::collection::vec(word(), 1..4), 0..4).prop_map(|(words, slop)| format!("\"{}\"~{slop}", words.join(" "))),
        2 => (prop::sample::select(vec!["title", "description", "maker", "calibre"]), word()).prop_map(|(field, word)| format!("{field}:{word}")),
        2 => (prop::sample::select(vec!["title", "calibre"]), word(), word(), 0..4).prop_map(|(field, one, other, slop)| format!("{field}:\"{one} {other}\"~{slop}")),
        1 => (word(), 0..4).prop_map(|(word, slop)| format!("calibre:\"{word} 9 mm\"~{slop}")),
        2 => (prop::sample::select(vec!["category", "trait", "vendor", "ships_from", "pgp"]), code()).prop_map(|(field, code)| format!("{field}:\"{code}\"")),
        1 => (prop::sample::select(vec!["category", "vendor", "pgp"]), prop::sample::select(vec!["g", "fire", "firearm.", "4e", "part.b"])).prop_map(|(field, code)| format!("{field}:{code}*")),
        2 => (prop::sample::select(vec!["price", "risk"]), prop::sample::select(vec![">", ">=", "<", "<=", ""]), 0..6).prop_map(|(field, sign, n)| format!("{field}:{sign}{}", f64::from(n) / 2.0)),
        1 => (0..4, 0..6).prop_map(|(low, high)| format!("price:{{{low} TO {high}]")),
        1 => (0..4, 1..6).prop_map(|(low, high)| format!("first_seen:[1970-01-0{} TO 1970-01-0{high}]", low + 1)),
        1 => prop::sample::select(vec!["*", "vendor:*", "price:*", "title:*", "risk:*", "category:*", "maker:*"]).prop_map(str::to_owned),
    ]
}

fn query() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join(" "))),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join(" OR "))),
            inner.clone().prop_map(|part| format!("NOT {part}")),
            inner.prop_map(|part| format!("-{part}")),
        ]
    })
}

/// Whether each verdict follows from those below it.
fn holds_together(told: &Explained) -> bool {
    let follows = match told.text.as_str() {
        "all of" => told.matched == told.nodes.iter().all(|node| node.matched),
        "any of" => told.matched == told.nodes.iter().any(|node| node.matched),
        "not" => told.matched != told.nodes.iter().all(|node| node.matched),
        "every listing" => told.matched,
        _ => told.nodes.is_empty() && !told.found.is_empty(),
    };
    follows && told.nodes.iter().all(holds_together)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(12), ..ProptestConfig::default() })]

    #[test]
    fn search_watches_and_oracle_agree(mut documents in prop::collection::vec(document(), 1..40), queries in prop::collection::vec(query(), 1..30), step in 1..20_usize) {
        documents.iter_mut().enumerate().for_each(|(n, document)| document.id = format!("{n:03}"));
        let index = Index::in_ram().unwrap();
        let mut writer = index.writer().unwrap();
        // Earlier versions that must not be found any more.
        let stale: Vec<Document> = documents.iter().rev().step_by(2).map(|d| Document { title: "glock rifles 9mm".to_owned(), ..d.clone() }).collect();
        writer.apply(&stale, &[], 1).unwrap();
        for batch in documents.chunks(step) {
            writer.apply(batch, &[], 2).unwrap();
        }
        let searcher = index.searcher().unwrap();
        let queries: Vec<Query> = queries.iter().map(|text| Query::parse(text, 0).unwrap_or_else(|error| panic!("{text}: {error}"))).collect();
        // Some come first, some replace others, some come and go.
        let mut percolator = Percolator::new(queries.iter().rev().enumerate().map(|(n, query)| (n as i64, query)), &|_| None);
        queries.iter().enumerate().filter(|(n, _)| n % 3 == 0).for_each(|(n, _)| percolator.remove(n as i64));
        queries.iter().enumerate().for_each(|(n, query)| percolator.add(n as i64, query, &|word| Some(word.len() as f64 / 100.0)));
        prop_assert_eq!(percolator.len(), queries.len());
        let mut matched = BTreeSet::new();
        for (n, batch) in documents.chunks(step).enumerate() {
            matched.extend(percolator.matches(batch).into_iter().map(|(document, watch)| (n * step + document, watch)));
        }
        for (n, query) in queries.iter().enumerate() {
            let expected: Vec<String> = documents.iter().filter(|document| passes(query.root(), document)).map(|document| document.id.clone()).collect();
            for sort in [Sort::Relevance, Sort::NewestFirst] {
                let results = searcher.search(query, &SearchOptions { limit: 100, sort, snippets: true, ..SearchOptions::default() }).unwrap();
                let mut found: Vec<String> = results.hits.iter().map(|hit| hit.id.clone()).collect();
                found.sort();
                prop_assert_eq!(&found, &expected, "search {}", query.text());
                prop_assert_eq!(results.total, expected.len() as u64);
                for snippet in results.hits.iter().filter_map(|hit| hit.snippet.as_ref()) {
                    prop_assert!(snippet.highlights.iter().all(|(from, to)| from < to && snippet.text.get(*from..*to).is_some()));
                }
            }
            let alerted: Vec<String> = matched.iter().filter(|(_, watch)| *watch == n as i64).map(|(document, _)| documents[*document].id.clone()).collect();
            prop_assert_eq!(&alerted, &expected, "watch {}", query.text());
            for document in &documents {
                let told = query.explain(document);
                prop_assert_eq!(told.matched, expected.contains(&document.id), "explained {}", query.text());
                prop_assert!(holds_together(&told), "{}: {:?}", query.text(), told);
            }
            // Without families each document is a group of its own.
            prop_assert_eq!(searcher.groups(query).unwrap().len(), expected.len(), "groups of {}", query.text());
        }
    }

    #[test]
    fn reading_a_query_never_panics(text in "[ a-zé(){}\\[\\]\"~*:=<>0-9\\\\-]{0,60}|\\PC{0,60}|((\\(|\\)|NOT |OR | AND |-|\"|price:|first_seen:|a|\\*|~|\\[|9mm| TO |\\]|=|>|\\\\){0,20})") {
        if let Err(error) = Query::parse(&text, i64::MAX).and(Query::parse(&text, i64::MIN)) {
            prop_assert!(error.column >= 1 && error.column <= text.chars().count() + 1);
        }
    }

    #[test]
    fn analysis_keeps_to_characters(text in "\\PC{0,200}|[ -~é\u{300}\u{200b}\u{306}иßﬁ½0-9a-z]{0,200}") {
        for analysis in std::iter::once(Analysis::Exact).chain(Analysis::stems()) {
            let mut end = 0;
            for word in analyse(analysis, &text) {
                prop_assert!(word.start >= end && text.get(word.start..word.end).is_some());
                end = word.end;
            }
        }
        prop_assert_eq!(keyword(&keyword(&text)), keyword(&text));
    }
}
