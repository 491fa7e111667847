//! Scores on a fixed grid, so that their sum does not depend on the order of addition.
//!
//! The engine adds the scores of clauses in an order that depends on how documents are spread over segments. Floats that are multiples of
//! 1/128 and at most 64 add exactly up to 2,048 clauses, so a rebuilt index gives the same scores, bit for bit.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, Score, SeekDangerResult, SegmentReader};

const GRID: Score = 128.0;
const MOST: Score = 64.0;

/// A query whose scores lie on the grid.
#[derive(Debug)]
pub(super) struct Rounded(pub(super) Box<dyn Query>);

impl Clone for Rounded {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for Rounded {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let scored = scoring.is_scoring_enabled();
        let weight = self.0.weight(scoring)?;
        Ok(if scored { Box::new(RoundedWeight(weight)) } else { weight })
    }
}

struct RoundedWeight(Box<dyn Weight>);

impl Weight for RoundedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(RoundedScorer(self.0.scorer(reader, boost)?)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(reader, doc)
    }
}

struct RoundedScorer(Box<dyn Scorer>);

impl Scorer for RoundedScorer {
    fn score(&mut self) -> Score {
        (self.0.score() * GRID).round().min(MOST * GRID) / GRID
    }
}

impl DocSet for RoundedScorer {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }
    fn seek(&mut self, target: DocId) -> DocId {
        self.0.seek(target)
    }
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        self.0.seek_danger(target)
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
