//! Two wrappers around the engine's queries: scores that add up exactly, and exclusions that are asked only what they can answer.
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

/// A wrapped query.
#[derive(Debug)]
pub(super) struct Steady {
    inner: Box<dyn Query>,
    rounded: bool,
}

impl Steady {
    /// Its scores lie on the grid.
    pub(super) fn rounded(inner: Box<dyn Query>) -> Self {
        Self { inner, rounded: true }
    }

    /// It may be excluded.
    pub(super) fn excluded(inner: Box<dyn Query>) -> Self {
        Self { inner, rounded: false }
    }
}

impl Clone for Steady {
    fn clone(&self) -> Self {
        Self { inner: self.inner.box_clone(), rounded: self.rounded }
    }
}

impl Query for Steady {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let needed = scoring.is_scoring_enabled() || !self.rounded;
        let inner = self.inner.weight(scoring)?;
        Ok(if needed { Box::new(SteadyWeight { inner, rounded: self.rounded }) } else { inner })
    }
}

struct SteadyWeight {
    inner: Box<dyn Weight>,
    rounded: bool,
}

fn steady(score: Score) -> Score {
    (score * GRID).round().min(MOST * GRID) / GRID
}

impl Weight for SteadyWeight {
    // The engine's own walk over all documents knows what it walks over, and is quicker for it.
    fn for_each(&self, reader: &SegmentReader, callback: &mut dyn FnMut(DocId, Score)) -> tantivy::Result<()> {
        match self.rounded {
            true => self.inner.for_each(reader, &mut |doc, score| callback(doc, steady(score))),
            false => self.inner.for_each(reader, callback),
        }
    }

    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(SteadyScorer { inner: self.inner.scorer(reader, boost)?, rounded: self.rounded }))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.inner.explain(reader, doc)
    }
}

struct SteadyScorer {
    inner: Box<dyn Scorer>,
    rounded: bool,
}

impl Scorer for SteadyScorer {
    fn score(&mut self) -> Score {
        let score = self.inner.score();
        if self.rounded { steady(score) } else { score }
    }
}

// `seek_danger` is left to its default, which never moves a set backwards and never leaves it between two documents.
impl DocSet for SteadyScorer {
    fn advance(&mut self) -> DocId {
        self.inner.advance()
    }
    fn seek(&mut self, target: DocId) -> DocId {
        self.inner.seek(target)
    }
    fn fill_buffer(&mut self, buffer: &mut [DocId; COLLECT_BLOCK_BUFFER_LEN]) -> usize {
        self.inner.fill_buffer(buffer)
    }
    fn doc(&self) -> DocId {
        self.inner.doc()
    }
    fn size_hint(&self) -> u32 {
        self.inner.size_hint()
    }
    fn cost(&self) -> u64 {
        self.inner.cost()
    }
}
