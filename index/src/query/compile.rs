//! The tree to the engine's queries. Matching never depends on whether scores are asked for.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, FuzzyTermQuery, InvertedIndexRangeQuery, Occur, PhraseQuery,
    Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::ast::{Node, Test, What};
use super::forms::{Forms, Way};
use super::open_word::OpenWord;
use super::phrase::{OrderedWords, after};
use super::steady::Excluded;
use crate::analysis::Analysis;
use crate::fields::{FIELDS, FieldSpec, Kind};
use crate::schema::{Layout, Place, TextFields};

/// How much a match counts: in the title more than in the description, as written more than by its stem. Held so small that
/// the score of a word stays below the limit of [`super::steady`].
const TITLE: f32 = 1.5;
const DESCRIPTION: f32 = 0.5;
const AS_WRITTEN: f32 = 1.25;

/// Alternatives among other conditions that are looked at one by one for each document. The engine's own union reads all documents of all.
const FEW: usize = 8;

/// Turns trees into queries of one state of an index.
pub(crate) struct Compiler {
    layout: &'static Layout,
    /// Stemmers whose fields hold any term; a word is looked for in no other.
    stems: Vec<bool>,
}

impl Compiler {
    /// For the documents that `searcher` sees.
    pub(crate) fn new(searcher: &tantivy::Searcher) -> tantivy::Result<Self> {
        let layout = Layout::get();
        let mut stems = vec![false; Analysis::stems().count()];
        for reader in searcher.segment_readers() {
            for place in &layout.places {
                let Place::Text(fields) = place else { continue };
                for (field, holds) in fields.stems.iter().zip(&mut stems) {
                    *holds = *holds || reader.inverted_index(*field)?.terms().num_terms() > 0;
                }
            }
        }
        Ok(Self { layout, stems })
    }

    /// The stemmed fields of a text that hold any term.
    pub(crate) fn living<'a>(&'a self, fields: &'a TextFields) -> impl Iterator<Item = Field> + 'a {
        fields.stems.iter().zip(&self.stems).filter(|(_, holds)| **holds).map(|(field, _)| *field)
    }

    /// A query in the engine's form; one of too many words to be ranked gives every hit the score 0.
    pub(crate) fn compile(&self, query: &crate::query::Query) -> Box<dyn Query> {
        let compiled = self.node(query.root(), 1.0);
        if query.ranked() { compiled } else { filter(compiled) }
    }

    /// The query, where it is one word, phrase or pattern of the texts.
    pub(crate) fn word(&self, query: &crate::query::Query) -> Option<Forms> {
        let (mut node, mut times) = (query.root(), 1.0);
        while let Node::Boost(inner, more) = node {
            (node, times) = (inner, times * more);
        }
        match node {
            Node::Test(test) => Some(self.forms(test, times)).filter(|forms| !forms.ways.is_empty()),
            _ => None,
        }
    }

    /// `times` is what the boosts around a node make together.
    fn node(&self, node: &Node, times: f32) -> Box<dyn Query> {
        match node {
            Node::All => all(),
            Node::Test(test) => self.test(test, times),
            Node::Or(nodes) => Box::new(BooleanQuery::new(nodes.iter().map(|node| (Occur::Should, self.node(node, times))).collect())),
            Node::And(nodes) => self.all_of(nodes, times),
            Node::Not(_) => self.all_of(std::slice::from_ref(node), times),
            Node::Boost(node, more) => self.node(node, times * more),
        }
    }

    fn all_of(&self, nodes: &[Node], times: f32) -> Box<dyn Query> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::with_capacity(nodes.len() + 1);
        for node in nodes {
            clauses.push(match node {
                Node::Not(inner) => (Occur::MustNot, Box::new(Excluded(self.node(inner, times)))),
                Node::Or(any) if any.len() <= FEW => {
                    let ways = any.iter().map(|node| (Way::Other(self.node(node, times)), 1.0)).collect();
                    (Occur::Must, Box::new(Forms { ways, sum: true }))
                }
                other => (Occur::Must, self.node(other, times)),
            });
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, all()));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// The texts that a test looks at, and how much each counts.
    fn texts(&self, test: &Test, times: f32) -> Vec<(&'static TextFields, f32)> {
        let all = self.layout.places.iter().zip(FIELDS);
        match self.layout.places.get(test.field) {
            Some(Place::AllText) => {
                let weight = |spec: &FieldSpec| times * if spec.name == "title" { TITLE } else { DESCRIPTION };
                all.filter_map(|(place, spec)| if let Place::Text(fields) = place { Some((fields, weight(spec))) } else { None }).collect()
            }
            Some(Place::Text(fields)) => vec![(fields, times * DESCRIPTION)],
            _ => Vec::new(),
        }
    }

    /// Each way in which a text may match.
    fn forms(&self, test: &Test, times: f32) -> Forms {
        let mut forms = Vec::new();
        for (fields, weight) in self.texts(test, times) {
            let exact = match &test.what {
                What::Word { exact, stems } => {
                    let living = fields.stems.iter().zip(stems).zip(&self.stems).filter(|(_, holds)| **holds);
                    forms.extend(living.map(|((field, stem), _)| (Way::Term(Term::from_field_text(*field, stem)), weight)));
                    Way::Term(Term::from_field_text(fields.exact, exact))
                }
                What::Phrase { words, .. } if words.len() == 1 => {
                    Way::Term(Term::from_field_text(fields.exact, words.first().map(String::as_str).unwrap_or_default()))
                }
                What::Phrase { slop: 0, .. } => Way::Other(value(fields.exact, &test.what)),
                other => Way::Set(value(fields.exact, other)),
            };
            forms.push((exact, weight * AS_WRITTEN));
        }
        Forms { ways: forms, sum: false }
    }

    fn test(&self, test: &Test, times: f32) -> Box<dyn Query> {
        match self.layout.places.get(test.field) {
            Some(Place::AllText | Place::Text(_)) => Box::new(self.forms(test, times)),
            Some(Place::Term(field)) => filter(value(*field, &test.what)),
            // Scores are never absent.
            Some(Place::Number(_))
                if matches!((FIELDS.get(test.field).map(|spec| spec.kind), &test.what), (Some(Kind::Score(_)), What::Present)) =>
            {
                all()
            }
            Some(Place::Number(field)) => filter(number(*field, &test.what)),
            None => all(),
        }
    }
}

fn all() -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))
}

/// The best of several scores.
fn best(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    if queries.len() == 1 { queries.remove(0) } else { Box::new(DisjunctionMaxQuery::new(queries)) }
}

/// Fields that are not text decide whether a document matches, not how well.
fn filter(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn term(field: Field, text: &str, option: IndexRecordOption) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), option))
}

/// Terms, phrases and beginnings in one field.
fn value(field: Field, what: &What) -> Box<dyn Query> {
    match what {
        What::Term(text) | What::Word { exact: text, .. } => term(field, text, IndexRecordOption::Basic),
        What::Phrase { words, slop } => match (words.as_slice(), slop) {
            ([word], _) => term(field, word, IndexRecordOption::WithFreqs),
            (_, 0) => Box::new(PhraseQuery::new(words.iter().map(|word| Term::from_field_text(field, word)).collect())),
            (_, slop) => Box::new(OrderedWords { field, words: words.clone(), slop: *slop, prefix: None }),
        },
        What::PhrasePrefix { words, prefix, .. } if words.is_empty() => begins(field, prefix),
        What::PhrasePrefix { words, prefix, whole } => {
            let mut ways: Vec<Box<dyn Query>> =
                vec![Box::new(OrderedWords { field, words: words.clone(), slop: 0, prefix: Some(prefix.clone()) })];
            if !whole.is_empty() {
                ways.push(begins(field, whole));
            }
            best(ways)
        }
        What::Fuzzy { word, edits } => Box::new(FuzzyTermQuery::new(Term::from_field_text(field, word), *edits, true)),
        What::Wild(pattern) => Box::new(OpenWord { field, pattern: pattern.clone() }),
        What::TermPrefix(prefix) => begins(field, prefix),
        What::Present => begins(field, ""),
        What::Whole { .. } | What::Fraction { .. } => all(),
    }
}

/// All terms with a beginning, however many there are.
fn begins(field: Field, prefix: &str) -> Box<dyn Query> {
    let end = after(prefix).map_or(Bound::Unbounded, |end| Bound::Excluded(Term::from_field_text(field, &end)));
    Box::new(InvertedIndexRangeQuery::new(Bound::Included(Term::from_field_text(field, prefix)), end))
}

fn number(field: Field, what: &What) -> Box<dyn Query> {
    let whole =
        |low, high| RangeQuery::new(Bound::Included(Term::from_field_i64(field, low)), Bound::Included(Term::from_field_i64(field, high)));
    match what {
        What::Whole { low, high } if low > high => Box::new(EmptyQuery),
        What::Fraction { low: Some((low, _)), high: Some((high, _)) } if low > high => Box::new(EmptyQuery),
        What::Whole { low, high } => Box::new(whole(*low, *high)),
        What::Fraction { low, high } => {
            let bound = |end: Option<(f64, bool)>, open: f64| match end {
                None => Bound::Included(Term::from_field_f64(field, open)),
                Some((value, true)) => Bound::Included(Term::from_field_f64(field, value)),
                Some((value, false)) => Bound::Excluded(Term::from_field_f64(field, value)),
            };
            Box::new(RangeQuery::new(bound(*low, f64::MIN), bound(*high, f64::MAX)))
        }
        What::Present => Box::new(whole(i64::MIN, i64::MAX)),
        _ => all(),
    }
}
