//! Documents to the watches that match them.

use std::fmt;

use crate::anchors::Anchors;
use crate::document::Document;
use crate::judge::Judge;
use crate::query::Query;

/// Stored queries, ready to be asked of new documents. The answers are those of the search. Nearly all pairs of watch and document are told
/// apart by the terms that a match must hold; the others are judged one by one.
pub struct Percolator {
    watches: Vec<(i64, Query)>,
    anchors: Anchors,
}

impl fmt::Debug for Percolator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Percolator({} watches)", self.watches.len())
    }
}

impl Percolator {
    /// Makes watches ready; the caller has asked [`Query::watchable`].
    pub fn new(watches: Vec<(i64, Query)>) -> Self {
        let anchors = Anchors::of(watches.iter().map(|(_, query)| query.root()));
        Self { watches, anchors }
    }

    /// Number of watches.
    pub fn len(&self) -> usize {
        self.watches.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.watches.is_empty()
    }

    /// Pairs of (place in `documents`, id of a matching watch), in this order. Ids of documents need not be unique: each is judged alone.
    pub fn matches(&self, documents: &[Document]) -> Vec<(usize, i64)> {
        let (mut pairs, mut candidates) = (Vec::new(), Vec::new());
        for (place, document) in documents.iter().enumerate() {
            self.anchors.candidates(document, &mut candidates);
            candidates.sort_unstable();
            candidates.dedup();
            let judge = Judge::new(document);
            let asked = candidates.drain(..).filter_map(|watch| self.watches.get(watch));
            pairs.extend(asked.filter(|(_, query)| judge.passes(query.root())).map(|(id, _)| (place, *id)));
        }
        pairs.sort_unstable();
        pairs
    }
}
