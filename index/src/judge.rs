//! One document against queries, without an engine: how watches are asked. The answers are those of the search; a property test holds that.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::analysis::{Analysis, each_word};
use crate::document::Document;
use crate::fields::{FIELDS, Kind, finite, fixed, terms};
use crate::query::{Node, What, phrase::window_ends};

/// A document; its fields are taken apart once, when a query first asks for them.
pub(crate) struct Judge<'d> {
    document: &'d Document,
    stem: Analysis,
    /// By place in [`FIELDS`].
    words: Vec<OnceCell<Words>>,
    values: Vec<OnceCell<Vec<String>>>,
}

/// The words of a field.
#[derive(Default)]
struct Words {
    /// Where each stands, ascending.
    places: HashMap<String, Vec<u32>, foldhash::fast::RandomState>,
    stems: HashSet<String, foldhash::fast::RandomState>,
}

impl<'d> Judge<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        Self {
            document,
            stem: Analysis::stem_for(document.language.as_deref()),
            words: FIELDS.iter().map(|_| OnceCell::new()).collect(),
            values: FIELDS.iter().map(|_| OnceCell::new()).collect(),
        }
    }

    /// Whether the document is in the set.
    pub(crate) fn passes(&self, node: &Node) -> bool {
        match node {
            Node::All => true,
            Node::And(nodes) => nodes.iter().all(|node| self.passes(node)),
            Node::Or(nodes) => nodes.iter().any(|node| self.passes(node)),
            Node::Not(node) => !self.passes(node),
            Node::Test(test) => self.test(test.field, &test.what),
        }
    }

    fn test(&self, field: usize, what: &What) -> bool {
        let Some(kind) = FIELDS.get(field).map(|spec| spec.kind) else { return false };
        match kind {
            Kind::AllText => (0..FIELDS.len()).any(|one| self.is_text(one) && self.test(one, what)),
            Kind::Text(_) | Kind::Words(_) => {
                self.words.get(field).is_some_and(|words| words.get_or_init(|| self.read(kind)).hold(what, self.stem))
            }
            Kind::Keyword(_) | Kind::Hexadecimal(_) | Kind::Hierarchy(_) => {
                let values = self.values.get(field).map(|values| values.get_or_init(|| terms(kind, self.document)));
                values.into_iter().flatten().any(|value| match what {
                    What::Term(term) => value == term,
                    What::TermPrefix(prefix) => value.starts_with(prefix),
                    _ => true,
                })
            }
            Kind::Money(read) => read(self.document).is_some_and(|amount| within(what, fixed(amount))),
            Kind::Time(read) => within(what, read(self.document)),
            Kind::Score(read) => {
                let What::Fraction { low, high } = what else { return true };
                let value = finite(read(self.document));
                low.is_none_or(|(low, with)| value > low || with && value == low)
                    && high.is_none_or(|(high, with)| value < high || with && value == high)
            }
        }
    }

    fn is_text(&self, field: usize) -> bool {
        FIELDS.get(field).is_some_and(|spec| matches!(spec.kind, Kind::Text(_)))
    }

    fn read(&self, kind: Kind) -> Words {
        let (values, stem) = match kind {
            Kind::Text(read) => (vec![read(self.document)], Some(self.stem)),
            Kind::Words(read) => (read(self.document), None),
            _ => (Vec::new(), None),
        };
        let (mut words, mut place) = (Words::default(), 0);
        for value in values {
            each_word(value, stem, |word, stemmed| {
                match words.places.get_mut(word) {
                    Some(places) => places.push(place),
                    None => drop(words.places.insert(word.to_owned(), vec![place])),
                }
                if let Some(stemmed) = stemmed.filter(|stemmed| !words.stems.contains(*stemmed)) {
                    words.stems.insert(stemmed.to_owned());
                }
                place += 1;
            });
            // The engine leaves one place free between the values of a field.
            place += 1;
        }
        words
    }
}

impl Words {
    fn hold(&self, what: &What, stem: Analysis) -> bool {
        match what {
            What::Word { exact, stems } => {
                let stem = if let Analysis::Stem(place) = stem { stems.get(place) } else { None };
                self.places.contains_key(exact) || stem.is_some_and(|stem| self.stems.contains(stem))
            }
            What::Phrase { words, slop } => !self.ends(words, *slop).is_empty(),
            What::PhrasePrefix { words, prefix, whole } => {
                let begin = |prefix: &str, follows: &dyn Fn(u32) -> bool| {
                    let places = self.places.iter().filter(|(word, _)| word.starts_with(prefix)).flat_map(|(_, places)| places);
                    places.copied().any(follows)
                };
                let ends = self.ends(words, 0);
                begin(prefix, &|place| words.is_empty() || place > 0 && ends.binary_search(&(place - 1)).is_ok())
                    || !whole.is_empty() && begin(whole, &|_| true)
            }
            _ => !self.places.is_empty(),
        }
    }

    /// Where words in order end, with at most `slop` others between.
    fn ends(&self, words: &[String], slop: u32) -> Vec<u32> {
        let places: Option<Vec<&[u32]>> = words.iter().map(|word| self.places.get(word).map(Vec::as_slice)).collect();
        places.map(|places| window_ends(&places, slop)).unwrap_or_default()
    }
}

fn within(what: &What, value: i64) -> bool {
    match what {
        What::Whole { low, high } => *low <= value && value <= *high,
        _ => true,
    }
}
