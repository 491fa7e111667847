//! A query over the whole index: hits in a fixed order, exact totals and counts.

use tantivy::query::{Bm25StatisticsProvider, EnableScoring};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocSet, TERMINATED, TantivyDocument, Term};

use crate::best::Gather;
use crate::error::IndexError;
use crate::fields::FIELDS;
use crate::gather::{Asked, Gathered};
use crate::opening::Index;
use crate::query::{Query, compile::Compiler};
use crate::results::{Cursor, Hit, Results, SearchOptions};
use crate::schema::{Layout, Place};
use crate::snippet::Highlighter;

/// The last hit that can be paged to, counted from the first.
pub const MAX_WINDOW: usize = 100_000;

/// Documents from which on it can be told how common a word is.
const ENOUGH: u64 = 200;

/// The index as it was at one moment; later commits do not change it.
pub struct Searcher {
    pub(crate) engine: tantivy::Searcher,
    pub(crate) compiler: Compiler,
}

/// Fields that a search can count by.
pub fn countable() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().filter(|spec| spec.counted).map(|spec| spec.name)
}

/// Fields that a question can name, each with what it is.
pub fn fields() -> impl Iterator<Item = (&'static str, &'static str)> {
    FIELDS.iter().map(|spec| (spec.name, spec.meaning))
}

impl Index {
    /// The index as it is now.
    pub fn searcher(&self) -> Result<Searcher, IndexError> {
        self.reader.reload()?;
        let engine = self.reader.searcher();
        Ok(Searcher { compiler: Compiler::new(&engine)?, engine })
    }
}

impl Searcher {
    /// Documents in the index.
    pub fn len(&self) -> u64 {
        self.engine.num_docs()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Answers a query. The same documents give the same answer, whatever the order and number of commits they came by.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<Results, IndexError> {
        let keep = options.limit.saturating_add(options.offset);
        if options.limit > 0 && keep > MAX_WINDOW {
            return Err(IndexError::TooDeep { max: MAX_WINDOW });
        }
        let count_by = options.count_by.iter().map(|name| counted(name)).collect::<Result<_, _>>()?;
        let layout = Layout::get();
        let gather = Gather {
            sort: options.sort,
            // One more than asked for tells whether there is a next page.
            keep: if options.limit == 0 { 0 } else { keep + 1 },
            after: options.after.clone(),
            collapse: options.collapse,
            count_by,
        };
        let scored = gather.scores();
        let mut gathered = self.gather(query, &gather)?;
        let more = gathered.kept.len() > keep;
        gathered.kept.truncate(keep);
        let highlighter = options.snippets.then(|| Highlighter::new(query.root()));
        let mut hits = Vec::new();
        for kept in gathered.kept.into_iter().skip(options.offset) {
            let document: TantivyDocument = self.engine.doc(kept.address)?;
            let read = |field: Field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
            let snippet = highlighter.as_ref().map(|highlighter| {
                let language = Some(read(layout.language)).filter(|code| !code.is_empty());
                let text = |name| layout.kept_text(name).map(read).unwrap_or_default();
                highlighter.snippet(text("title"), text("description"), language)
            });
            let score = if scored { kept.score } else { 0.0 };
            let id = read(layout.id).to_owned();
            let cursor = Cursor { rank: kept.rank, id: id.clone() };
            hits.push(Hit { id, score, cursor, stored: read(layout.stored).to_owned(), copies: kept.members - 1, snippet });
        }
        let families = options.collapse.then_some(gathered.families);
        Ok(Results { total: gathered.total, families, hits, more, counts: gathered.counts })
    }
}

impl Searcher {
    /// One pass over the matching documents.
    pub(crate) fn gather(&self, query: &Query, gather: &Gather) -> Result<Gathered, IndexError> {
        let statistics = Statistics { engine: &self.engine };
        let scoring = if gather.scores() {
            EnableScoring::enabled_from_statistics_provider(&statistics, &self.engine)
        } else {
            EnableScoring::disabled_from_searcher(&self.engine)
        };
        let asked = match self.compiler.word(query) {
            Some(word) => Asked::Word(word.weigh(scoring)?),
            None => Asked::Other(self.compiler.compile(query).weight(scoring)?),
        };
        Ok(gather.pass(&self.engine, &asked)?)
    }

    /// How many documents match; exact.
    pub fn count(&self, query: &Query) -> Result<u64, IndexError> {
        Ok(self.search(query, &SearchOptions { limit: 0, ..SearchOptions::default() })?.total)
    }

    /// The share of documents, 0 to 1, whose title or description holds a word as written, at most: what holds it in both is counted
    /// twice. Nothing for an empty index.
    pub fn share(&self, word: &str) -> Option<f64> {
        let all = Some(self.len()).filter(|all| *all > 0)?;
        let texts = ["title", "description"].into_iter().filter_map(|name| Layout::get().kept_text(name));
        let holding: u64 = texts.filter_map(|field| self.engine.doc_freq(&Term::from_field_text(field, word)).ok()).sum();
        Some((holding as f64 / all as f64).min(1.0))
    }
}

impl Searcher {
    /// Sentences about what makes a query dear to answer, each with a remedy: those of [`Query::costs`], and that its words are common.
    pub fn costs(&self, query: &Query) -> Vec<String> {
        query.costs_among(&|word| self.share(word).filter(|_| self.len() >= ENOUGH))
    }
}

fn counted(name: &str) -> Result<&'static str, IndexError> {
    let spec = FIELDS.iter().find(|spec| spec.counted && (spec.name == name || spec.aliases.contains(&name)));
    spec.map(|spec| spec.name)
        .ok_or_else(|| IndexError::NotCountable { field: name.to_owned(), known: countable().collect::<Vec<_>>().join(", ") })
}

/// Statistics of the living documents only, with fixed average lengths: the engine's own still count replaced versions until their
/// segment is merged, and would make the score of a listing depend on when that happens.
struct Statistics<'a> {
    engine: &'a tantivy::Searcher,
}

/// Average number of words of a title and of a description that scores are normalised with.
const TITLE_WORDS: u64 = 10;
const DESCRIPTION_WORDS: u64 = 100;

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let layout = Layout::get();
        let average = match layout.places.iter().zip(FIELDS).find(|(place, _)| matches!(place, Place::Text(fields) if fields.holds(field)))
        {
            Some((_, spec)) if spec.name == "title" => TITLE_WORDS,
            Some(_) => DESCRIPTION_WORDS,
            None => 1,
        };
        Ok(average * self.engine.num_docs())
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.engine.num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let mut living = 0;
        for reader in self.engine.segment_readers() {
            let inverted = reader.inverted_index(term.field())?;
            match reader.alive_bitset() {
                None => living += u64::from(inverted.doc_freq(term)?),
                Some(alive) => {
                    let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? else { continue };
                    while postings.doc() != TERMINATED {
                        living += u64::from(alive.is_alive(postings.doc()));
                        postings.advance();
                    }
                }
            }
        }
        Ok(living)
    }
}
