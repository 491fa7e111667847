//! Phrases with words between, and phrases whose last word may go on: both exact, found by walking postings and positions.
//!
//! The engine's own forms of these are approximations: its slop counts per pair and its prefixes stop after so many terms.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

/// Words in order. With `prefix`, a word with this beginning follows at once; otherwise `slop` other words may stand between, all together.
#[derive(Debug, Clone)]
pub(super) struct OrderedWords {
    pub(super) field: Field,
    pub(super) words: Vec<String>,
    pub(super) slop: u32,
    pub(super) prefix: Option<String>,
}

impl Query for OrderedWords {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for OrderedWords {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let docs = match &self.prefix {
            Some(prefix) => self.with_prefix(reader, prefix)?,
            None => self.ends(reader)?.into_iter().map(|(doc, _)| doc).collect(),
        };
        if docs.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        let mut set = BitSet::with_max_value(reader.max_doc());
        for doc in docs {
            set.insert(doc);
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(set), boost)))
    }

    fn explain(&self, _: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument(format!("no explanation for document {doc}")))
    }
}

impl OrderedWords {
    /// Documents with the words, and where each occurrence ends.
    fn ends(&self, reader: &SegmentReader) -> tantivy::Result<Vec<(DocId, Vec<u32>)>> {
        let inverted = reader.inverted_index(self.field)?;
        let mut lists = Vec::with_capacity(self.words.len());
        for word in &self.words {
            let term = Term::from_field_text(self.field, word);
            match inverted.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)? {
                Some(postings) => lists.push(postings),
                None => return Ok(Vec::new()),
            }
        }
        let mut found = Vec::new();
        let mut positions = vec![Vec::new(); lists.len()];
        let mut doc = 0;
        while let Some(common) = align(&mut lists, doc) {
            for (postings, positions) in lists.iter_mut().zip(&mut positions) {
                postings.positions(positions);
            }
            let ends = window_ends(&positions, self.slop);
            if !ends.is_empty() {
                found.push((common, ends));
            }
            doc = common + 1;
        }
        Ok(found)
    }

    fn with_prefix(&self, reader: &SegmentReader, prefix: &str) -> tantivy::Result<Vec<DocId>> {
        let starts = self.ends(reader)?;
        let inverted = reader.inverted_index(self.field)?;
        let mut range = inverted.terms().range().ge(prefix);
        if let Some(end) = after(prefix) {
            range = range.lt(end);
        }
        let mut matched = vec![false; starts.len()];
        let mut terms = range.into_stream()?;
        let mut positions = Vec::new();
        while terms.advance() {
            let mut postings = inverted.read_postings_from_terminfo(terms.value(), IndexRecordOption::WithFreqsAndPositions)?;
            for ((doc, ends), matched) in starts.iter().zip(&mut matched).filter(|(_, matched)| !**matched) {
                if postings.doc() < *doc && postings.seek(*doc) == TERMINATED {
                    break;
                }
                if postings.doc() == *doc {
                    postings.positions(&mut positions);
                    *matched = ends.iter().any(|end| positions.binary_search(&(end + 1)).is_ok());
                }
            }
        }
        Ok(starts.into_iter().zip(matched).filter(|(_, matched)| *matched).map(|((doc, _), _)| doc).collect())
    }
}

/// Moves all lists to the first document from `doc` on that is in each of them.
fn align(lists: &mut [SegmentPostings], mut doc: DocId) -> Option<DocId> {
    loop {
        let mut agreed = true;
        for list in lists.iter_mut() {
            let at = if list.doc() < doc { list.seek(doc) } else { list.doc() };
            if at == TERMINATED {
                return None;
            }
            if at > doc {
                doc = at;
                agreed = false;
            }
        }
        if agreed {
            return (!lists.is_empty()).then_some(doc);
        }
    }
}

/// Where the last word stands in each occurrence of the words in order with at most `slop` words between. Positions ascend.
///
/// For each place of the first word the nearest next word is best, so one pass suffices.
pub(crate) fn window_ends<P: AsRef<[u32]>>(positions: &[P], slop: u32) -> Vec<u32> {
    let Some((first, rest)) = positions.split_first() else { return Vec::new() };
    let mut cursors = vec![0; rest.len()];
    let mut ends = Vec::new();
    for &start in first.as_ref() {
        let mut last = start;
        for (list, cursor) in rest.iter().zip(&mut cursors) {
            let list = list.as_ref();
            while list.get(*cursor).is_some_and(|at| *at <= last) {
                *cursor += 1;
            }
            match list.get(*cursor) {
                Some(&at) => last = at,
                None => return ends,
            }
        }
        if (last - start) as usize <= rest.len() + slop as usize {
            ends.push(last);
        }
    }
    ends
}

/// The first string after all that begin with `prefix`.
pub(crate) fn after(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        if let Some(next) = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows() {
        let ends = |positions: &[&[u32]], slop| window_ends(&positions.iter().map(|list| list.to_vec()).collect::<Vec<_>>(), slop);
        assert_eq!(ends(&[&[0, 5], &[1, 6]], 0), [1, 6]);
        assert_eq!(ends(&[&[0], &[2]], 0), [0u32; 0]);
        assert_eq!(ends(&[&[0], &[2]], 1), [2]);
        assert_eq!(ends(&[&[0, 1, 2], &[0, 1, 2], &[3]], 0), [3]);
        assert_eq!(ends(&[&[3], &[1]], 5), [0u32; 0]);
        assert_eq!(ends(&[], 5), [0u32; 0]);
    }

    #[test]
    fn the_string_after_a_prefix() {
        assert_eq!(after("ab").as_deref(), Some("ac"));
        assert_eq!(after("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(after("\u{D7FF}").as_deref(), Some("\u{E000}"));
        assert_eq!(after(""), None);
    }
}
