//! What a document must hold for a watch to match it: rules nearly all documents out before anything is indexed.

use std::collections::HashMap;

use crate::analysis::{Analysis, STEMMED, each_word};
use crate::document::Document;
use crate::fields::{FIELDS, Kind, terms};
use crate::query::{Node, What};

/// By term: the watches of which a match must hold it, or another of theirs.
type Terms = HashMap<String, Vec<usize>, foldhash::fast::RandomState>;

/// The terms without which watches match nothing.
pub(crate) struct Anchors {
    /// Watches that have none: a range, a negation, the beginning of a word.
    free: Vec<usize>,
    /// Words of title and description, as written and by stemmer.
    exact: Terms,
    stems: Vec<Terms>,
    /// Of all other fields, by their place in [`FIELDS`].
    values: Vec<Terms>,
}

/// One term that a match must hold, unless it holds another of the same watch.
enum Anchor<'q> {
    Word(&'q str),
    Stem(usize, &'q str),
    Value(usize, &'q str),
}

impl Anchors {
    /// Of watches, numbered by their place.
    pub(crate) fn of<'q>(watches: impl Iterator<Item = &'q Node>) -> Self {
        let mut anchors = Self {
            free: Vec::new(),
            exact: Terms::default(),
            stems: (0..=STEMMED.len()).map(|_| Terms::default()).collect(),
            values: FIELDS.iter().map(|_| Terms::default()).collect(),
        };
        for (watch, root) in watches.enumerate() {
            let Some((_, needed)) = needed(root) else {
                anchors.free.push(watch);
                continue;
            };
            for anchor in needed {
                let (terms, term) = match anchor {
                    Anchor::Word(word) => (Some(&mut anchors.exact), word),
                    Anchor::Stem(place, stem) => (anchors.stems.get_mut(place), stem),
                    Anchor::Value(field, value) => (anchors.values.get_mut(field), value),
                };
                terms.into_iter().for_each(|terms| terms.entry(term.to_owned()).or_default().push(watch));
            }
        }
        anchors
    }

    /// Adds the watches that may match a document to `found`, some of them more than once.
    pub(crate) fn candidates(&self, document: &Document, found: &mut Vec<usize>) {
        found.extend(&self.free);
        let mut take = |terms: &Terms, term: &str| found.extend(terms.get(term).into_iter().flatten());
        let stem = Analysis::stem_for(document.language.as_deref());
        let stems = match stem {
            Analysis::Stem(place) => self.stems.get(place).filter(|terms| !terms.is_empty()),
            Analysis::Exact => None,
        };
        let words = !self.exact.is_empty() || stems.is_some();
        for (spec, values) in FIELDS.iter().zip(&self.values) {
            match spec.kind {
                Kind::Text(read) if words => each_word(read(document), stems.map(|_| stem), |word, stemmed| {
                    take(&self.exact, word);
                    stems.zip(stemmed).into_iter().for_each(|(stems, stemmed)| take(stems, stemmed));
                }),
                _ if values.is_empty() => {}
                Kind::Words(read) => {
                    read(document).into_iter().for_each(|value| each_word(value, None, |word, _| take(values, word)));
                }
                kind => terms(kind, document).iter().for_each(|term| take(values, term)),
            }
        }
    }
}

/// How much a term rules out, by rough count: a word more than a code of which there are few, a long word more than a short one.
type Worth = (bool, usize);

/// Terms of which every match holds one at least; `None` where there are no such terms. Of several ways the one that rules out most.
fn needed(node: &Node) -> Option<(Worth, Vec<Anchor<'_>>)> {
    match node {
        Node::All | Node::Not(_) => None,
        Node::And(nodes) => nodes.iter().filter_map(needed).max_by_key(|(worth, _)| *worth),
        Node::Or(nodes) => nodes.iter().map(needed).try_fold(((true, usize::MAX), Vec::new()), |(least, mut all), one| {
            let (worth, anchors) = one?;
            all.extend(anchors);
            Some((least.min(worth), all))
        }),
        Node::Test(test) => {
            let kind = FIELDS.get(test.field)?.kind;
            let longest = |words: &'_ [String]| words.iter().enumerate().max_by_key(|(_, word)| word.len()).map(|(at, _)| at);
            match (kind, &test.what) {
                (Kind::Text(_) | Kind::AllText, What::Word { exact, stems }) => {
                    let stems = stems.iter().enumerate().map(|(place, stem)| Anchor::Stem(place, stem));
                    Some(((true, exact.len()), std::iter::once(Anchor::Word(exact)).chain(stems).collect()))
                }
                (Kind::Text(_) | Kind::AllText, What::Phrase { words, .. }) => {
                    let word = words.get(longest(words)?)?;
                    Some(((true, word.len()), vec![Anchor::Word(word)]))
                }
                (Kind::Words(_), What::Phrase { words, .. }) => {
                    let word = words.get(longest(words)?)?;
                    Some(((false, word.len()), vec![Anchor::Value(test.field, word)]))
                }
                (_, What::Term(term)) => Some(((false, term.len()), vec![Anchor::Value(test.field, term)])),
                _ => None,
            }
        }
    }
}
