//! A word in all its forms: the documents of a few terms or other sets, each with the best of their scores.
//!
//! The engine's own union scores every document of every set as it goes. Here a score is found when it is asked for, and terms are looked up
//! once in each segment, for how common they are and for their documents.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::query::{Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, TantivyError, Term};

use super::steady::steady;
use super::walk::{Form, Set, Window, norms, walk};

/// A way to match.
#[derive(Debug)]
pub(super) enum Way {
    Term(Term),
    /// All its documents have the same score.
    Set(Box<dyn Query>),
    Other(Box<dyn Query>),
}

/// Ways to match, and how much each counts.
#[derive(Debug, Clone)]
pub(crate) struct Forms {
    pub(super) ways: Vec<(Way, Score)>,
    /// All scores together, which must be on the grid, rather than the best of them.
    pub(super) sum: bool,
}

impl Clone for Way {
    fn clone(&self) -> Self {
        match self {
            Self::Term(term) => Self::Term(term.clone()),
            Self::Set(query) => Self::Set(query.box_clone()),
            Self::Other(query) => Self::Other(query.box_clone()),
        }
    }
}

/// What is no term.
struct Other {
    weight: Box<dyn Weight>,
    times: Score,
    /// All its documents have the same score.
    even: bool,
}

/// The terms that each segment holds, and what else matches.
pub(crate) struct FormsWeight {
    segments: Vec<(SegmentId, Vec<Form>)>,
    others: Vec<Other>,
    sum: bool,
}

impl Forms {
    pub(crate) fn weigh(&self, scoring: EnableScoring<'_>) -> tantivy::Result<FormsWeight> {
        let readers = scoring.searcher().map(|searcher| searcher.segment_readers()).unwrap_or_default();
        let whole = readers.iter().all(|reader| reader.alive_bitset().is_none());
        let mut segments: Vec<_> = readers.iter().map(|reader| (reader.segment_id(), Vec::new())).collect();
        let mut others = Vec::new();
        for (way, times) in &self.ways {
            let term = match way {
                Way::Term(term) => term,
                Way::Set(query) | Way::Other(query) => {
                    others.push(Other { weight: query.weight(scoring)?, times: *times, even: matches!(way, Way::Set(_)) });
                    continue;
                }
            };
            let info = |reader: &SegmentReader| Ok(reader.inverted_index(term.field())?.get_term_info(term)?);
            let infos = readers.iter().map(info).collect::<tantivy::Result<Vec<Option<TermInfo>>>>()?;
            let held: u64 = infos.iter().flatten().map(|info| u64::from(info.doc_freq)).sum();
            let (weight, average) = match scoring {
                _ if held == 0 => continue,
                EnableScoring::Disabled { .. } => (None, 1.0),
                EnableScoring::Enabled { statistics_provider: statistics, .. } => {
                    // As the engine weighs a term.
                    let living = if whole { held } else { statistics.doc_freq(term)? };
                    let documents = statistics.total_num_docs()?;
                    let average = statistics.total_num_tokens(term.field())? as Score / documents as Score;
                    (Some(Bm25Weight::for_one_term_without_explain(living, documents, average).boost_by(*times)), average)
                }
            };
            for ((_, forms), info) in segments.iter_mut().zip(infos) {
                forms.extend(info.map(|info| Form { field: term.field(), info, weight: weight.clone(), average }));
            }
        }
        Ok(FormsWeight { segments, others, sum: self.sum })
    }
}

impl Query for Forms {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.weigh(scoring)?))
    }
}

impl FormsWeight {
    fn of(&self, reader: &SegmentReader) -> &[Form] {
        let id = reader.segment_id();
        self.segments.iter().find(|(segment, _)| *segment == id).map(|(_, forms)| forms.as_slice()).unwrap_or_default()
    }

    /// Calls `take` with one stretch of documents after the other. It says what scores are wanted from there on, at least; others need not be
    /// right, nor told. `least` is what it says before the first; without it no scores are told.
    pub(crate) fn walk(&self, reader: &SegmentReader, least: Option<Score>, take: impl FnMut(&mut Window) -> Score) -> tantivy::Result<()> {
        let set = |other: &Other| Ok(Set::new(other.weight.scorer(reader, other.times)?, other.even));
        walk(reader, self.of(reader), self.others.iter().map(set).collect::<tantivy::Result<_>>()?, least, take)
    }
}

impl Weight for FormsWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut lines = Vec::new();
        for form in self.of(reader) {
            let option = if form.weight.is_some() { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
            let postings = reader.inverted_index(form.field)?.read_postings_from_terminfo(&form.info, option)?;
            let weight = form.weight.as_ref().map(|weight| Ok::<_, TantivyError>((weight.boost_by(boost), norms(reader, form.field)?)));
            lines.push(Line::Term(Box::new(postings), weight.transpose()?));
        }
        for other in &self.others {
            lines.push(Line::Other(other.weight.scorer(reader, boost * other.times)?));
        }
        if lines.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        // What is found in the longest list need not be looked for in others.
        lines.sort_by_key(|line| std::cmp::Reverse(line.cost()));
        let heads = lines.iter().map(Line::doc).collect();
        let mut scorer = FormsScorer { heads, lines, doc: 0, most: reader.max_doc(), sum: self.sum };
        scorer.go(0);
        Ok(Box::new(scorer))
    }

    fn explain(&self, _: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument(format!("no explanation for document {doc}")))
    }

    fn for_each(&self, reader: &SegmentReader, callback: &mut dyn FnMut(DocId, Score)) -> tantivy::Result<()> {
        if self.sum {
            let mut scorer = self.scorer(reader, 1.0)?;
            while scorer.doc() != TERMINATED {
                callback(scorer.doc(), scorer.score());
                scorer.advance();
            }
            return Ok(());
        }
        self.walk(reader, Some(0.0), |window| {
            window.scored(&mut *callback);
            0.0
        })
    }

    fn for_each_no_score(&self, reader: &SegmentReader, callback: &mut dyn FnMut(&[DocId])) -> tantivy::Result<()> {
        self.walk(reader, None, |window| {
            window.blocks(&mut *callback);
            0.0
        })
    }
}

/// The documents of one term, or another set.
enum Line {
    Term(Box<SegmentPostings>, Option<(Bm25Weight, FieldNormReader)>),
    Other(Box<dyn Scorer>),
}

/// Documents one by one. Lines may stand before the document at which all stand: they are moved when they are needed.
struct FormsScorer {
    /// Where each line stands: a line is large, and mostly it is enough to know this.
    heads: Vec<DocId>,
    lines: Vec<Line>,
    doc: DocId,
    most: u32,
    sum: bool,
}

impl FormsScorer {
    fn go(&mut self, target: DocId) -> DocId {
        let mut next = TERMINATED;
        for (head, line) in self.heads.iter_mut().zip(&mut self.lines) {
            if *head < target {
                *head = line.seek(target);
            }
            next = next.min(*head);
        }
        self.doc = next;
        self.doc
    }
}

impl Line {
    fn doc(&self) -> DocId {
        match self {
            Self::Term(postings, _) => postings.doc(),
            Self::Other(scorer) => scorer.doc(),
        }
    }

    #[inline]
    fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Term(postings, _) => postings.seek(target),
            Self::Other(scorer) => scorer.seek(target),
        }
    }

    /// Of the document at which it stands.
    fn score(&mut self, doc: DocId) -> Score {
        match self {
            Self::Term(_, None) => 0.0,
            Self::Term(postings, Some((weight, norms))) => weight.score(norms.fieldnorm_id(doc), postings.term_freq()),
            Self::Other(scorer) => scorer.score(),
        }
    }

    fn cost(&self) -> u64 {
        match self {
            Self::Term(postings, _) => u64::from(postings.doc_freq()),
            Self::Other(scorer) => scorer.cost(),
        }
    }
}

impl DocSet for FormsScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.go(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target { self.doc } else { self.go(target) }
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if self.doc < target {
            let mut next = TERMINATED;
            for (head, line) in self.heads.iter_mut().zip(&mut self.lines) {
                if *head < target {
                    *head = line.seek(target);
                }
                next = next.min(*head);
                if next == target {
                    break;
                }
            }
            self.doc = next;
        }
        if self.doc == target && target < TERMINATED { SeekDangerResult::Found } else { SeekDangerResult::SeekLowerBound(self.doc) }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.cost().min(u64::from(self.most)) as u32
    }

    fn cost(&self) -> u64 {
        self.lines.iter().map(Line::cost).sum()
    }
}

impl Scorer for FormsScorer {
    fn score(&mut self) -> Score {
        let (mut best, mut sum) = (0.0, 0.0);
        for (head, line) in self.heads.iter_mut().zip(&mut self.lines) {
            if *head < self.doc {
                *head = line.seek(self.doc);
            }
            if *head == self.doc {
                let score = line.score(self.doc);
                best = score.max(best);
                sum += score;
            }
        }
        if self.sum { sum } else { steady(best) }
    }
}
