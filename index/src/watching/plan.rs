//! A watch's query in numbers: the same tree, its words replaced by atoms, small enough that a million fit into memory.

use std::num::NonZeroU16;

use super::dictionary::{Atom, Dictionary, Map};
use super::needed::Needed;
use super::wide::AnyWord;
use crate::fields::{FIELDS, Kind};
use crate::query::{Node, Test, What};

/// An end of a range of fractions: the value, and whether it is included; nothing where it is open.
type End = Option<(f64, bool)>;

/// A query, ready to be asked of documents.
pub(crate) enum Plan {
    /// Every document.
    All,
    And(Box<[Plan]>),
    Or(Box<[Plan]>),
    Not(Box<Plan>),
    /// The field holds it.
    Atom {
        field: u8,
        atom: Atom,
    },
    /// The field holds the word as written, or its stem in one of the languages: bits are places of stemmers.
    Word {
        field: u8,
        atom: Atom,
        stems: Box<[(Atom, u16)]>,
    },
    /// The field holds one of very many words.
    AnyWord(Box<AnyWord>),
    /// The field holds the words in order, with at most `slop` others between.
    Phrase {
        field: u8,
        slop: u16,
        words: Box<[Atom]>,
    },
    /// The field holds the words in order and right behind them the beginning; or else `whole`, which is another beginning.
    Beginning {
        field: u8,
        words: Box<[Atom]>,
        ends: Box<(Atom, Option<Atom>)>,
    },
    /// A number in a range, both ends included.
    Whole {
        field: u8,
        range: Box<(i64, i64)>,
    },
    /// A fraction in a range, each end with whether it is included.
    Fraction {
        field: u8,
        range: Box<(End, End)>,
    },
    /// The field holds anything.
    Present {
        field: u8,
    },
}

/// How an atom alone makes a match: when a document holds it in the field, and its words are stemmed as one of the languages, bits of which
/// are places of stemmers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) field: u8,
    pub(crate) languages: NonZeroU16,
}

impl Plan {
    /// For a query that matches by single atoms and by nothing else: each of them and how it does. Nothing for any other query.
    pub(crate) fn ways(&self) -> Option<Map<Atom, Way>> {
        let mut ways = Map::default();
        self.gather_ways(&mut ways).then_some(ways)
    }

    fn gather_ways(&self, ways: &mut Map<Atom, Way>) -> bool {
        let mut add = |atom: Atom, way: Way| {
            let known = ways.entry(atom).or_insert(way);
            known.languages |= way.languages;
            known.field == way.field
        };
        match self {
            Self::Atom { field, atom } => add(*atom, Way { field: *field, languages: NonZeroU16::MAX }),
            Self::Word { field, atom, stems } => {
                add(*atom, Way { field: *field, languages: NonZeroU16::MAX })
                    && stems.iter().all(|(stem, languages)| {
                        NonZeroU16::new(*languages).is_some_and(|languages| add(*stem, Way { field: *field, languages }))
                    })
            }
            Self::Or(plans) => plans.iter().all(|plan| plan.gather_ways(ways)),
            _ => false,
        }
    }
}

/// Everything that watches ask for.
pub(crate) struct Atoms {
    /// Words as written, of all texts.
    pub(crate) words: Dictionary,
    pub(crate) stems: Dictionary,
    /// Whole values, by the place of their field.
    pub(crate) values: Vec<Dictionary>,
    next: Atom,
    /// Atoms of which it matters where they stand.
    pub(crate) placed: Vec<bool>,
}

impl Default for Atoms {
    fn default() -> Self {
        let values = FIELDS.iter().map(|_| Dictionary::default()).collect();
        Self { words: Dictionary::default(), stems: Dictionary::default(), values, next: 0, placed: Vec::new() }
    }
}

impl Atoms {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.next as usize
    }

    fn word(&mut self, word: &str) -> Atom {
        self.words.whole(word, &mut self.next)
    }

    fn place(&mut self, atom: Atom) {
        let at = atom as usize;
        if self.placed.len() <= at {
            self.placed.resize(at + 1, false);
        }
        if let Some(placed) = self.placed.get_mut(at) {
            *placed = true;
        }
    }

    /// A query in numbers.
    pub(crate) fn plan(&mut self, node: &Node, shares: &dyn Fn(&str) -> Option<f64>) -> (Plan, Option<Needed>) {
        match node {
            Node::All => (Plan::All, None),
            Node::Boost(node, _) => self.plan(node, shares),
            Node::Not(node) => (Plan::Not(Box::new(self.plan(node, shares).0)), None),
            Node::And(nodes) => {
                let (plans, needed): (Vec<_>, Vec<_>) = nodes.iter().map(|node| self.plan(node, shares)).unzip();
                (Plan::And(plans.into()), Needed::rarest(needed))
            }
            Node::Or(nodes) => {
                let (any, others) =
                    AnyWord::among(nodes).map_or_else(|| (None, nodes.iter().collect()), |(any, others)| (Some(any), others));
                let any = any.map(|any| (Plan::AnyWord(Box::new(any)), None));
                let others = others.into_iter().map(|node| self.plan(node, shares));
                let (plans, needed): (Vec<_>, Vec<_>) = any.into_iter().chain(others).unzip();
                (Plan::Or(plans.into()), Needed::any(needed))
            }
            Node::Test(test) => self.test(test, shares),
        }
    }

    fn test(&mut self, test: &Test, shares: &dyn Fn(&str) -> Option<f64>) -> (Plan, Option<Needed>) {
        let Some(spec) = FIELDS.get(test.field) else { return (Plan::All, None) };
        // There are few fields.
        let field = test.field as u8;
        match (&test.what, spec.kind) {
            (What::Present, Kind::Score(_) | Kind::Time(_)) => (Plan::All, None),
            (What::Present, _) => (Plan::Present { field }, None),
            (What::Whole { low, high }, _) => {
                let needed = Needed::range(field, *low as f64, *high as f64);
                (Plan::Whole { field, range: Box::new((*low, *high)) }, Some(needed))
            }
            (What::Fraction { low, high }, _) => {
                let end = |end: &Option<(f64, bool)>, open| end.map_or(open, |(value, _)| value);
                let needed = Needed::range(field, end(low, f64::NEG_INFINITY), end(high, f64::INFINITY));
                (Plan::Fraction { field, range: Box::new((*low, *high)) }, Some(needed))
            }
            (what, Kind::AllText | Kind::Text(_) | Kind::Words(_)) => self.text(field, what, shares),
            (what, kind) => {
                let Self { values, next, .. } = self;
                let Some(values) = values.get_mut(test.field) else { return (Plan::All, None) };
                let (atom, share) = match what {
                    What::Term(term) => (values.whole(term, next), of_value(kind, term)),
                    What::TermPrefix(beginning) => (values.beginning(beginning, next), of_beginning(beginning)),
                    What::Wild(pattern) => (values.pattern(pattern, next), 0.1),
                    What::Fuzzy { word, edits } => (values.fuzzy(word, *edits, next), 0.01),
                    _ => return (Plan::All, None),
                };
                (Plan::Atom { field, atom }, Some(Needed::atom(atom, share)))
            }
        }
    }

    fn text(&mut self, field: u8, what: &What, shares: &dyn Fn(&str) -> Option<f64>) -> (Plan, Option<Needed>) {
        let share = |word: &str| shares(word).unwrap_or_else(|| of_word(word));
        match what {
            What::Word { exact, stems } => {
                let atom = self.word(exact);
                let mut forms: Vec<(Atom, u16)> = Vec::new();
                for (place, stem) in stems.iter().enumerate() {
                    let stem = self.stems.whole(stem, &mut self.next);
                    match forms.iter_mut().find(|(known, _)| *known == stem) {
                        Some((_, languages)) => *languages |= 1 << place,
                        None => forms.push((stem, 1 << place)),
                    }
                }
                let needed = Needed::any(
                    std::iter::once(atom).chain(forms.iter().map(|(stem, _)| *stem)).map(|atom| Some(Needed::atom(atom, share(exact)))),
                );
                (Plan::Word { field, atom, stems: forms.into() }, needed)
            }
            What::Phrase { words, slop } => {
                let atoms: Vec<Atom> = words.iter().map(|word| self.word(word)).collect();
                let needed = Needed::rarest(atoms.iter().zip(words).map(|(atom, word)| Some(Needed::atom(*atom, share(word)))));
                if let [atom] = *atoms {
                    return (Plan::Atom { field, atom }, needed);
                }
                atoms.iter().for_each(|atom| self.place(*atom));
                (Plan::Phrase { field, slop: u16::try_from(*slop).unwrap_or(u16::MAX), words: atoms.into() }, needed)
            }
            What::PhrasePrefix { words, prefix, whole } => {
                let beginning = self.words.beginning(prefix, &mut self.next);
                let whole_atom = (!whole.is_empty()).then(|| self.words.beginning(whole, &mut self.next));
                let atoms: Vec<Atom> = words.iter().map(|word| self.word(word)).collect();
                let each = atoms.iter().zip(words).map(|(atom, word)| Some(Needed::atom(*atom, share(word))));
                let parts = Needed::rarest(each.chain([Some(Needed::atom(beginning, of_beginning(prefix)))]));
                let needed = match whole_atom {
                    Some(whole_atom) => Needed::any([parts, Some(Needed::atom(whole_atom, of_beginning(whole)))]),
                    None => parts,
                };
                if atoms.is_empty() && whole_atom.is_none() {
                    return (Plan::Atom { field, atom: beginning }, needed);
                }
                atoms.iter().chain([&beginning]).for_each(|atom| self.place(*atom));
                (Plan::Beginning { field, words: atoms.into(), ends: Box::new((beginning, whole_atom)) }, needed)
            }
            What::Wild(pattern) => {
                let atom = self.words.pattern(pattern, &mut self.next);
                (Plan::Atom { field, atom }, Some(Needed::atom(atom, 0.1)))
            }
            What::Fuzzy { word, edits } => {
                let atom = self.words.fuzzy(word, *edits, &mut self.next);
                (Plan::Atom { field, atom }, Some(Needed::atom(atom, 2.0 * share(word))))
            }
            _ => (Plan::All, None),
        }
    }
}

/// The share of documents that hold a word, where nothing is known of it: short words are common.
fn of_word(word: &str) -> f64 {
    0.2 / (word.len() * word.len()).max(1) as f64
}

fn of_beginning(beginning: &str) -> f64 {
    0.6 / beginning.len().max(1) as f64
}

/// Addresses, keys and names are rare; of codes there are few.
fn of_value(kind: Kind, value: &str) -> f64 {
    match kind {
        Kind::Hierarchy(_) | Kind::Week(_) => 0.2,
        _ if value.len() >= 12 => 0.0005,
        _ => 0.1,
    }
}
