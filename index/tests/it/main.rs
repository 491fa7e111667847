//! The index through its public surface.

mod backtest;
mod dear;
mod durability;
mod language;
mod order;
mod queries;
mod real;

use rust_decimal::Decimal;
use vigie_index::{Document, Index, Query, Results, SearchOptions};

/// A moment in 2026: 2026-06-15T12:00:00Z.
pub const NOW: i64 = 1_781_524_800_000_000;

/// A document with an id and a title.
pub fn titled(id: &str, title: &str) -> Document {
    Document { id: id.to_owned(), title: title.to_owned(), ..Document::default() }
}

/// An amount of a document.
pub fn amount(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

/// An index in RAM over documents, one commit.
pub fn index_of(documents: &[Document]) -> Index {
    let index = Index::in_ram().unwrap();
    index.writer().unwrap().apply(documents, &[], 1).unwrap();
    index
}

/// Answers a query that must be readable.
pub fn ask(index: &Index, query: &str, options: &SearchOptions) -> Results {
    let query = Query::parse(query, NOW).unwrap_or_else(|error| panic!("{query}: {error}"));
    index.searcher().unwrap().search(&query, options).unwrap()
}

/// Ids of the hits, sorted.
pub fn found(index: &Index, query: &str) -> Vec<String> {
    let mut ids: Vec<String> =
        ask(index, query, &SearchOptions { limit: 1000, ..SearchOptions::default() }).hits.into_iter().map(|hit| hit.id).collect();
    ids.sort();
    ids
}
