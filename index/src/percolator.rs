//! Documents to the watches that match them: the search itself, run over an index of the batch alone.

use std::fmt;

use tantivy::query::EnableScoring;

use crate::anchors::Anchors;
use crate::document::Document;
use crate::error::IndexError;
use crate::opening::Index;
use crate::query::{Query, compile::Compiler};
use crate::schema::Layout;

/// Stored queries, ready to be asked of new documents. Since schema, analysis and evaluation are those of the search, so are the answers;
/// documents and watches that have no term in common which they would need are told apart before.
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
    pub fn matches(&self, documents: &[Document]) -> Result<Vec<(usize, i64)>, IndexError> {
        let (mut asked, mut places, mut candidates) = (vec![false; self.watches.len()], Vec::new(), Vec::new());
        for (place, document) in documents.iter().enumerate() {
            self.anchors.candidates(document, &mut candidates);
            if !candidates.is_empty() {
                places.push(place);
            }
            for watch in candidates.drain(..) {
                asked.get_mut(watch).into_iter().for_each(|asked| *asked = true);
            }
        }
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let layout = Layout::get();
        let batch = Index::of_batch(places.iter().filter_map(|place| documents.get(*place)).map(|document| layout.to_engine(document)))?;
        let searcher = batch.reader.searcher();
        let compiler = Compiler::new(&searcher)?;
        let mut pairs = Vec::new();
        for ((watch, query), _) in self.watches.iter().zip(asked).filter(|(_, asked)| *asked) {
            let weight = compiler.compile(query.root()).weight(EnableScoring::disabled_from_searcher(&searcher))?;
            for reader in searcher.segment_readers() {
                weight.for_each_no_score(reader, &mut |docs| {
                    pairs.extend(docs.iter().filter_map(|doc| Some((*places.get(*doc as usize)?, *watch))));
                })?;
            }
        }
        pairs.sort_unstable();
        Ok(pairs)
    }
}
