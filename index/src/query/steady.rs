//! Scores that add up exactly, and exclusions that are asked only what they can answer.
//!
//! The engine adds the scores of clauses in an order that depends on how documents are spread over segments. Floats that are multiples of
//! 1/128 and at most 64 add exactly up to 2,048 clauses, so a rebuilt index gives the same scores, bit for bit.
//!
//! The engine (0.27) asks excluded sets for documents that they have passed already, which its phrases forbid. Asked through a
//! wrapper, they are only ever moved forward.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, Score, SegmentReader};

const GRID: Score = 128.0;
const MOST: Score = 64.0;

/// The score on the grid. Scores are not negative; whole numbers are cut off quicker than `round` finds them, and a double holds the half exactly.
pub(super) fn steady(score: Score) -> Score {
    (f64::from((score * GRID).min(MOST * GRID)) + 0.5) as u32 as Score / GRID
}

/// A query that may be excluded.
#[derive(Debug)]
pub(super) struct Excluded(pub(super) Box<dyn Query>);

impl Clone for Excluded {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for Excluded {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(ExcludedWeight(self.0.weight(scoring)?)))
    }
}

struct ExcludedWeight(Box<dyn Weight>);

impl Weight for ExcludedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(ExcludedScorer(self.0.scorer(reader, boost)?)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(reader, doc)
    }
}

struct ExcludedScorer(Box<dyn Scorer>);

impl Scorer for ExcludedScorer {
    fn score(&mut self) -> Score {
        self.0.score()
    }
}

// `seek_danger` is left to its default, which never moves a set backwards and never leaves it between two documents.
impl DocSet for ExcludedScorer {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }
    fn seek(&mut self, target: DocId) -> DocId {
        self.0.seek(target)
    }
    fn fill_buffer(&mut self, buffer: &mut [DocId; COLLECT_BLOCK_BUFFER_LEN]) -> usize {
        self.0.fill_buffer(buffer)
    }
    fn doc(&self) -> DocId {
        self.0.doc()
    }
    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }
    fn cost(&self) -> u64 {
        self.0.cost()
    }
}
