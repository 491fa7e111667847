//! Words of which parts are open, found by walking the words of the index.

use tantivy::query::{BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::pattern::Pattern;
use super::phrase::after;

/// All terms of a field that fit a pattern, however many there are. Those that begin as it does are looked at, each once.
#[derive(Debug, Clone)]
pub(super) struct OpenWord {
    pub(super) field: Field,
    pub(super) pattern: Pattern,
}

impl Query for OpenWord {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for OpenWord {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let inverted = reader.inverted_index(self.field)?;
        let beginning = self.pattern.beginning();
        let mut range = inverted.terms().range().ge(&beginning);
        if let Some(end) = after(&beginning) {
            range = range.lt(end);
        }
        let mut terms = range.into_stream()?;
        let mut set: Option<BitSet> = None;
        while terms.advance() {
            if !std::str::from_utf8(terms.key()).is_ok_and(|word| self.pattern.fits(word)) {
                continue;
            }
            let set = set.get_or_insert_with(|| BitSet::with_max_value(reader.max_doc()));
            let mut postings = inverted.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
            while postings.doc() != TERMINATED {
                set.insert(postings.doc());
                postings.advance();
            }
        }
        Ok(match set {
            Some(set) => Box::new(ConstScorer::new(BitSetDocSet::from(set), boost)),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, _: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument(format!("no explanation for document {doc}")))
    }
}
