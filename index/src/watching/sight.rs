//! What of all that watches ask for a document holds, and where: the document in numbers.

use super::dictionary::{Atom, Map};
use super::plan::{Atoms, Plan, Way};
use crate::analysis::{Analysis, each_word};
use crate::document::Document;
use crate::fields::{FIELDS, Kind, finite, fixed, terms};
use crate::query::phrase::window_ends;

/// A set of fields, one bit for each place in [`FIELDS`].
pub(crate) type Fields = u64;

/// Memory that is used for one document after the other.
#[derive(Default)]
pub(crate) struct Sight {
    /// By atom: which document held it last, and in which fields.
    held: Vec<(u32, Fields)>,
    document: u32,
    /// Atoms of this document, each once.
    atoms: Vec<Atom>,
    /// Where atoms stand of which that matters: field, atom, place; ascending.
    places: Vec<(u8, Atom, u32)>,
    /// Fields that hold anything.
    present: Fields,
    /// Place of the stemmer.
    stem: usize,
    /// Words of the texts and names of this document.
    words: Map<String, Seen>,
}

/// Where a word stands.
#[derive(Default)]
struct Seen {
    stem: Option<String>,
    at: Vec<(u8, u32)>,
}

impl Seen {
    fn fields(&self) -> Fields {
        self.at.iter().fold(0, |fields, (field, _)| fields | 1 << field)
    }
}

const fn texts() -> Fields {
    let (mut all, mut place) = (0, 0);
    while place < FIELDS.len() {
        if let Kind::Text(_) = FIELDS[place].kind {
            all |= 1 << place;
        }
        place += 1;
    }
    all
}

/// The fields that hold texts.
const TEXTS: Fields = texts();

/// The fields that a field of the query stands for.
fn scope(field: u8) -> Fields {
    const { assert!(FIELDS.len() <= Fields::BITS as usize) };
    match FIELDS.get(usize::from(field)).map(|spec| spec.kind) {
        Some(Kind::AllText) => TEXTS,
        _ => 1 << field,
    }
}

impl Sight {
    /// Looks at a document.
    pub(crate) fn see(&mut self, document: &Document, atoms: &Atoms) {
        self.document = self.document.wrapping_add(1);
        if self.document == 0 {
            self.held.fill((0, 0));
            self.document = 1;
        }
        self.held.resize(atoms.len().max(self.held.len()), (0, 0));
        self.atoms.clear();
        self.places.clear();
        self.present = 0;
        let stem = Analysis::stem_for(document.language.as_deref());
        self.stem = if let Analysis::Stem(place) = stem { place } else { 0 };
        let mut words = std::mem::take(&mut self.words);
        words.clear();
        for (place, spec) in FIELDS.iter().enumerate() {
            let field = place as u8;
            match spec.kind {
                Kind::Text(read) => collect(&mut words, field, &[read(document)], Some(stem)),
                Kind::Words(read) => collect(&mut words, field, &read(document), None),
                Kind::AllText | Kind::Score(_) | Kind::Time(_) => {}
                Kind::Money(read) => self.present |= Fields::from(read(document).is_some()) << field,
                kind => {
                    let dictionary = atoms.values.get(place);
                    for term in terms(kind, document) {
                        self.present |= 1 << field;
                        if let Some(dictionary) = dictionary.filter(|dictionary| !dictionary.is_empty()) {
                            dictionary.find(&term, |atom| self.hold(atom, 1 << field));
                        }
                    }
                }
            }
        }
        for (word, seen) in &words {
            let fields = seen.fields();
            self.present |= fields;
            atoms.words.find(word, |atom| {
                self.hold(atom, fields);
                if atoms.placed.get(atom as usize) == Some(&true) {
                    self.places.extend(seen.at.iter().map(|(field, place)| (*field, atom, *place)));
                }
            });
            if let Some(stem) = &seen.stem {
                atoms.stems.find(stem, |atom| self.hold(atom, fields & scope(crate::fields::TEXT as u8)));
            }
        }
        self.words = words;
        self.places.sort_unstable();
        self.places.dedup();
    }

    fn hold(&mut self, atom: Atom, fields: Fields) {
        match self.held.get_mut(atom as usize) {
            Some((document, held)) if *document == self.document => *held |= fields,
            Some(held) => {
                *held = (self.document, fields);
                self.atoms.push(atom);
            }
            None => {}
        }
    }

    /// Each atom of this document with the fields that hold it; the one of bare words among them where a text does.
    pub(crate) fn held(&self) -> impl Iterator<Item = (Atom, Fields)> {
        self.atoms.iter().map(|atom| {
            let fields = self.held.get(*atom as usize).map_or(0, |(_, fields)| *fields);
            (*atom, fields | Fields::from(fields & TEXTS != 0) << crate::fields::TEXT)
        })
    }

    /// Whether an atom makes a match in this way, held in these fields.
    pub(crate) fn goes(&self, way: Way, fields: Fields) -> bool {
        way.languages.get() >> self.stem & 1 == 1 && fields >> way.field & 1 == 1
    }

    fn holds(&self, atom: Atom, field: u8) -> bool {
        self.held.get(atom as usize).is_some_and(|(document, fields)| *document == self.document && fields & scope(field) != 0)
    }

    /// Whether the document is in the set.
    pub(crate) fn passes(&self, plan: &Plan, document: &Document) -> bool {
        match plan {
            Plan::All => true,
            Plan::And(plans) => plans.iter().all(|plan| self.passes(plan, document)),
            Plan::Or(plans) => plans.iter().any(|plan| self.passes(plan, document)),
            Plan::Not(plan) => !self.passes(plan, document),
            Plan::Atom { field, atom } => self.holds(*atom, *field),
            Plan::Word { field, atom, stems } => {
                self.holds(*atom, *field)
                    || stems.iter().any(|(stem, languages)| languages >> self.stem & 1 == 1 && self.holds(*stem, *field))
            }
            Plan::AnyWord(any) => self.words.iter().any(|(word, seen)| {
                let stem = seen.stem.as_deref().filter(|_| seen.fields() & scope(any.field) & TEXTS != 0);
                seen.fields() & scope(any.field) != 0 && any.holds(word, stem, self.stem)
            }),
            Plan::Phrase { field, slop, words } => {
                words.iter().all(|word| self.holds(*word, *field))
                    && each_field(*field).any(|field| !self.ends(field, words, u32::from(*slop)).is_empty())
            }
            Plan::Beginning { field, words, ends } => {
                let (beginning, whole) = **ends;
                whole.is_some_and(|whole| self.holds(whole, *field))
                    || if words.is_empty() {
                        self.holds(beginning, *field)
                    } else {
                        each_field(*field).any(|field| {
                            let places = self.places_of(field, beginning);
                            self.ends(field, words, 0).iter().any(|end| places.iter().any(|(_, _, place)| *place == end + 1))
                        })
                    }
            }
            Plan::Whole { field, range } => {
                let (low, high) = **range;
                whole(*field, document).is_some_and(|value| low <= value && value <= high)
            }
            Plan::Fraction { field, range } => {
                let (low, high) = **range;
                fraction(*field, document).is_some_and(|value| {
                    low.is_none_or(|(low, with)| value > low || with && value == low)
                        && high.is_none_or(|(high, with)| value < high || with && value == high)
                })
            }
            Plan::Present { field } => self.present & scope(*field) != 0,
        }
    }

    fn places_of(&self, field: u8, atom: Atom) -> &[(u8, Atom, u32)] {
        let start = self.places.partition_point(|(one, other, _)| (*one, *other) < (field, atom));
        let rest = self.places.get(start..).unwrap_or_default();
        rest.get(..rest.partition_point(|(one, other, _)| (*one, *other) == (field, atom))).unwrap_or_default()
    }

    /// Where words in order end, with at most `slop` others between.
    fn ends(&self, field: u8, words: &[Atom], slop: u32) -> Vec<u32> {
        let mut places: Vec<Vec<u32>> = Vec::with_capacity(words.len());
        for word in words {
            let here = self.places_of(field, *word);
            if here.is_empty() {
                return Vec::new();
            }
            places.push(here.iter().map(|(_, _, place)| *place).collect());
        }
        window_ends(&places, slop)
    }
}

/// The number of a field that holds whole numbers.
fn whole(field: u8, document: &Document) -> Option<i64> {
    match FIELDS.get(usize::from(field))?.kind {
        Kind::Money(read) => read(document).map(fixed),
        Kind::Time(read) => Some(read(document)),
        _ => None,
    }
}

fn fraction(field: u8, document: &Document) -> Option<f64> {
    match FIELDS.get(usize::from(field))?.kind {
        Kind::Score(read) => Some(finite(read(document))),
        _ => None,
    }
}

/// The number of a field, for a first look.
pub(crate) fn rough(field: u8, document: &Document) -> Option<f64> {
    whole(field, document).map(|value| value as f64).or_else(|| fraction(field, document))
}

fn each_field(field: u8) -> impl Iterator<Item = u8> {
    let fields = scope(field);
    (0..FIELDS.len() as u8).filter(move |field| fields >> field & 1 == 1)
}

/// Notes where each word of a field stands.
fn collect(words: &mut Map<String, Seen>, field: u8, values: &[&str], stem: Option<Analysis>) {
    let mut place = 0;
    // The engine leaves one place free between the values of a field.
    for (free, value) in (0..).zip(values) {
        each_word(value, stem, |word, stemmed| {
            let seen = match words.get_mut(word) {
                Some(seen) => seen,
                None => words.entry(word.to_owned()).or_default(),
            };
            seen.at.push((field, place + free));
            if seen.stem.is_none() {
                seen.stem = stemmed.map(str::to_owned);
            }
            place += 1;
        });
    }
}
