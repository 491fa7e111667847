//! All documents of a few terms, in stretches, each with the best of its scores where that can be among the wanted.
//!
//! The engine keeps the best document of each block of postings. With the best of several scores, unlike with their sum, a block whose best
//! is not wanted needs no scores at all.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::query::{Bm25Weight, Scorer};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, Score, SegmentReader, TERMINATED};

use super::steady::steady;

/// Documents of a stretch.
const WINDOW: usize = 4_096;
const WORDS: usize = WINDOW / 64;
/// Floats are rounded on the way to a bound.
const ROUNDING: Score = 1.000_1;

/// A stretch of documents.
pub(crate) struct Window {
    base: DocId,
    /// The first word that holds any, and the one behind the last.
    from: usize,
    to: usize,
    held: [u64; WORDS],
    scored: [u64; WORDS],
    /// 0 where nothing was scored.
    scores: [Score; WINDOW],
}

impl Window {
    /// How many documents are in it.
    pub(crate) fn len(&self) -> u32 {
        self.words(&self.held).map(|(_, word)| word.count_ones()).sum()
    }

    /// All of them in order, in blocks.
    pub(crate) fn blocks(&self, mut take: impl FnMut(&[DocId])) {
        let (mut block, mut many) = ([0; COLLECT_BLOCK_BUFFER_LEN], 0);
        for (base, mut word) in self.words(&self.held) {
            while word != 0 {
                block[many % COLLECT_BLOCK_BUFFER_LEN] = base + word.trailing_zeros();
                many += 1;
                word &= word - 1;
                if many == COLLECT_BLOCK_BUFFER_LEN {
                    take(&block);
                    many = 0;
                }
            }
        }
        take(block.get(..many).unwrap_or_default());
    }

    /// Those with a score, in order, once.
    pub(crate) fn scored(&mut self, mut take: impl FnMut(DocId, Score)) {
        for at in self.from..self.to {
            let mut word = std::mem::take(&mut self.scored[at % WORDS]);
            while word != 0 {
                let place = at * 64 + word.trailing_zeros() as usize;
                take(self.base + place as DocId, steady(std::mem::take(&mut self.scores[place % WINDOW])));
                word &= word - 1;
            }
        }
    }

    fn words<'a>(&'a self, words: &'a [u64; WORDS]) -> impl Iterator<Item = (DocId, u64)> + 'a {
        let words = words.get(self.from..self.to).unwrap_or_default();
        (self.base + self.from as DocId * 64..).step_by(64).zip(words.iter().copied())
    }

    /// The window at a document, empty.
    fn open(&mut self, doc: DocId) {
        // What nobody took.
        self.scored(|_, _| {});
        self.held.get_mut(self.from..self.to).unwrap_or_default().fill(0);
        (self.base, self.from, self.to) = (doc - doc % WINDOW as u32, WORDS, 0);
    }

    fn hold(&mut self, doc: DocId) {
        self.held[doc as usize / 64 % WORDS] |= 1 << (doc % 64);
    }

    fn score(&mut self, doc: DocId, score: Score) {
        self.scored[doc as usize / 64 % WORDS] |= 1 << (doc % 64);
        let best = &mut self.scores[doc as usize % WINDOW];
        *best = best.max(score);
    }

    /// Holds documents from one to another.
    fn reach(&mut self, first: DocId, last: DocId) {
        self.from = self.from.min(first as usize / 64 % WORDS);
        self.to = self.to.max(last as usize / 64 % WORDS + 1);
    }
}

/// A term in one segment.
pub(super) struct Form {
    pub(super) field: Field,
    pub(super) info: TermInfo,
    /// Where scores are asked for.
    pub(super) weight: Option<Bm25Weight>,
    /// Words of a text that `weight` reckons with.
    pub(super) average: Score,
}

/// Lengths of a text, as the engine keeps them.
pub(super) fn norms(reader: &SegmentReader, field: Field) -> tantivy::Result<FieldNormReader> {
    let norms = reader.fieldnorms_readers().get_field(field)?;
    Ok(norms.unwrap_or_else(|| FieldNormReader::constant(reader.max_doc(), 1)))
}

/// The postings of one term.
struct List {
    postings: BlockSegmentPostings,
    /// Place in the block.
    at: usize,
    scoring: Option<Scoring>,
}

struct Scoring {
    weight: Bm25Weight,
    norms: FieldNormReader,
    /// What no score reaches.
    most: Score,
    /// Average length by which the engine chose the best of each block, over that of `weight`, or the other way round: at most 1.
    even: Score,
}

impl Scoring {
    /// No document of the current block has more.
    ///
    /// BM25 is `most / (1 + k / frequency)`, where `k` grows with the length of the text over the average length. Another average
    /// changes each `k` by a factor between 1 and the ratio of the averages, so the best of a block by one average has a `k / frequency` of
    /// at most `1 / even` times the least by another.
    fn bound(&self, postings: &mut BlockSegmentPostings) -> Score {
        let best = postings.block_max_score(&self.norms, &self.weight);
        steady(ROUNDING / (self.even / best + (1.0 - self.even) / self.most))
    }
}

/// See [`super::forms::FormsWeight::walk`].
pub(super) fn walk(
    reader: &SegmentReader,
    forms: &[Form],
    mut sets: Vec<Set>,
    least: Option<Score>,
    mut take: impl FnMut(&mut Window) -> Score,
) -> tantivy::Result<()> {
    let scored = least.is_some();
    let mut lists = forms.iter().map(|form| List::open(reader, form, scored)).collect::<tantivy::Result<Vec<List>>>()?;
    let mut least = least.unwrap_or_default();
    let mut window = Window { base: 0, from: 0, to: 0, held: [0; WORDS], scored: [0; WORDS], scores: [0.0; WINDOW] };
    loop {
        let heads = lists.iter_mut().filter_map(List::head).chain(sets.iter_mut().filter_map(Set::head));
        let Some(first) = heads.min() else { return Ok(()) };
        window.open(first);
        lists.iter_mut().for_each(|list| list.fill(&mut window, least));
        sets.iter_mut().for_each(|set| set.fill(&mut window, scored.then_some(least)));
        least = take(&mut window);
    }
}

/// What is no term.
pub(super) struct Set {
    scorer: Box<dyn Scorer>,
    /// Of all documents.
    score: Option<Score>,
    /// The next documents, where all have the same score: else it is asked for each.
    block: [DocId; COLLECT_BLOCK_BUFFER_LEN],
    at: usize,
    many: usize,
}

impl Set {
    pub(super) fn new(mut scorer: Box<dyn Scorer>, even: bool) -> Self {
        let score = (even && scorer.doc() != TERMINATED).then(|| scorer.score());
        Self { scorer, score, block: [0; COLLECT_BLOCK_BUFFER_LEN], at: 0, many: 0 }
    }

    fn head(&mut self) -> Option<DocId> {
        if self.score.is_none() {
            return Some(self.scorer.doc()).filter(|doc| *doc != TERMINATED);
        }
        if self.at >= self.many {
            (self.at, self.many) = (0, self.scorer.fill_buffer(&mut self.block));
        }
        self.block.get(self.at..self.many)?.first().copied()
    }

    fn fill(&mut self, window: &mut Window, least: Option<Score>) {
        let end = window.base + WINDOW as u32;
        let wanted = least.is_some_and(|least| self.score.is_none_or(|score| steady(score) >= least));
        while let Some(first) = self.head().filter(|doc| *doc < end) {
            let Some(score) = self.score else {
                window.hold(first);
                window.reach(first, first);
                if wanted {
                    window.score(first, self.scorer.score());
                }
                self.scorer.advance();
                continue;
            };
            let docs = before(self.block.get(self.at..self.many).unwrap_or_default(), end);
            docs.iter().for_each(|doc| window.hold(*doc));
            docs.last().into_iter().for_each(|last| window.reach(first, *last));
            if wanted {
                docs.iter().for_each(|doc| window.score(*doc, score));
            }
            self.at += docs.len();
        }
    }
}

/// Those of ascending documents that stand before `end`.
fn before(docs: &[DocId], end: DocId) -> &[DocId] {
    let many = if docs.last().is_some_and(|last| *last < end) { docs.len() } else { docs.partition_point(|doc| *doc < end) };
    docs.get(..many).unwrap_or_default()
}

impl List {
    fn open(reader: &SegmentReader, form: &Form, scored: bool) -> tantivy::Result<Self> {
        let inverted = reader.inverted_index(form.field)?;
        let scoring = match form.weight.as_ref().filter(|_| scored) {
            None => None,
            Some(weight) => {
                let norms = norms(reader, form.field)?;
                let even = inverted.total_num_tokens() as Score / norms.num_docs() as Score / form.average;
                Some(Scoring { most: weight.score(0, u32::MAX), even: even.min(even.recip()).max(0.0), weight: weight.clone(), norms })
            }
        };
        let option = if scoring.is_some() { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
        Ok(Self { postings: inverted.read_block_postings_from_terminfo(&form.info, option)?, at: 0, scoring })
    }

    /// The next document.
    fn head(&mut self) -> Option<DocId> {
        if self.at >= self.postings.docs().len() {
            self.postings.advance();
            self.at = 0;
        }
        self.postings.docs().get(self.at).copied()
    }

    fn fill(&mut self, window: &mut Window, least: Score) {
        let end = window.base + WINDOW as u32;
        while self.head().is_some_and(|doc| doc < end) {
            let wanted = self.scoring.as_ref().filter(|scoring| least <= 0.0 || scoring.bound(&mut self.postings) >= least);
            let docs = before(self.postings.docs().get(self.at..).unwrap_or_default(), end);
            if let (Some(first), Some(last)) = (docs.first(), docs.last()) {
                window.reach(*first, *last);
            }
            match wanted {
                None => docs.iter().for_each(|doc| window.hold(*doc)),
                Some(scoring) => {
                    for (doc, many) in docs.iter().zip(self.postings.freqs().get(self.at..).unwrap_or_default()) {
                        window.hold(*doc);
                        window.score(*doc, scoring.weight.score(scoring.norms.fieldnorm_id(*doc), *many));
                    }
                }
            }
            self.at += docs.len();
        }
    }
}
