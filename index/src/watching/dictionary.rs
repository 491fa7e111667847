//! The words, values, beginnings and patterns that watches ask for, each with a number, and which of them a word of a document is.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::query::pattern::{Pattern, near};

/// A word, value, beginning or pattern that some watch asks for.
pub(crate) type Atom = u32;

/// Maps that are asked for every word of every document.
pub(crate) type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Longest word that may be one with letters wrong, bytes.
const LONGEST_NEAR: usize = 4 * 34;

/// What watches ask of one kind of words or values.
#[derive(Default)]
pub(crate) struct Dictionary {
    whole: Map<Box<str>, Atom>,
    beginnings: Affixes,
    patterns: Map<Pattern, Atom>,
    /// Patterns by what they begin with; those that begin with nothing by what they end in.
    open: Vec<(Pattern, Atom)>,
    by_beginning: Affixes,
    by_ending: Affixes,
    /// Those that begin with nothing and end in nothing.
    afloat: Vec<u32>,
    misspelt: Map<(Box<str>, u8), Atom>,
    fuzzy: Vec<(Box<str>, u8, Atom)>,
    /// By the hash of a word with letters left out: two words with so few letters wrong have one such remainder in common (the
    /// symmetric delete method, W. Garbe 2012).
    remainders: Map<u64, Vec<u32>>,
    most_edits: u8,
}

impl Dictionary {
    /// Whether nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.beginnings.known.is_empty() && self.open.is_empty() && self.fuzzy.is_empty()
    }

    /// The number of a whole word or value; `next` gives the number of a new one.
    pub(crate) fn whole(&mut self, word: &str, next: &mut Atom) -> Atom {
        match self.whole.get(word) {
            Some(atom) => *atom,
            None => *self.whole.entry(word.into()).or_insert_with(|| number(next)),
        }
    }

    /// That of a beginning.
    pub(crate) fn beginning(&mut self, beginning: &str, next: &mut Atom) -> Atom {
        if let Some(atom) = self.beginnings.known.get(beginning).and_then(|atoms| atoms.first()) {
            return *atom;
        }
        let atom = number(next);
        self.beginnings.add(beginning, atom);
        atom
    }

    /// That of a pattern.
    pub(crate) fn pattern(&mut self, pattern: &Pattern, next: &mut Atom) -> Atom {
        if let Some(atom) = self.patterns.get(pattern) {
            return *atom;
        }
        let (atom, place) = (number(next), self.open.len() as u32);
        match (pattern.beginning().as_str(), pattern.ending().as_str()) {
            ("", "") => self.afloat.push(place),
            ("", ending) => self.by_ending.add(ending, place),
            (beginning, _) => self.by_beginning.add(beginning, place),
        }
        self.open.push((pattern.clone(), atom));
        self.patterns.insert(pattern.clone(), atom);
        atom
    }

    /// That of a word with at most `edits` letters wrong.
    pub(crate) fn fuzzy(&mut self, word: &str, edits: u8, next: &mut Atom) -> Atom {
        if let Some(atom) = self.misspelt.get(&(word.into(), edits)) {
            return *atom;
        }
        let (atom, place) = (number(next), self.fuzzy.len() as u32);
        let remainders = &mut self.remainders;
        each_remainder(word, edits, &mut |hash| {
            let places = remainders.entry(hash).or_default();
            if places.last() != Some(&place) {
                places.push(place);
            }
        });
        self.most_edits = self.most_edits.max(edits);
        self.fuzzy.push((word.into(), edits, atom));
        self.misspelt.insert((word.into(), edits), atom);
        atom
    }

    /// What of all that is asked a word is, some of it perhaps more than once.
    pub(crate) fn find(&self, word: &str, mut found: impl FnMut(Atom)) {
        self.whole.get(word).copied().into_iter().for_each(&mut found);
        self.beginnings.each_beginning(word, &mut found);
        let mut open = |place: u32| {
            if let Some((_, atom)) = self.open.get(place as usize).filter(|(pattern, _)| pattern.fits(word)) {
                found(*atom);
            }
        };
        self.by_beginning.each_beginning(word, &mut open);
        self.by_ending.each_ending(word, &mut open);
        self.afloat.iter().copied().for_each(&mut open);
        if self.most_edits > 0 && word.len() <= LONGEST_NEAR {
            let mut places: Vec<&u32> = Vec::new();
            each_remainder(word, self.most_edits, &mut |hash| places.extend(self.remainders.get(&hash).into_iter().flatten()));
            places.sort_unstable();
            places.dedup();
            for (wanted, edits, atom) in places.into_iter().filter_map(|place| self.fuzzy.get(*place as usize)) {
                if near(wanted, word, *edits) {
                    found(*atom);
                }
            }
        }
    }
}

fn number(next: &mut Atom) -> Atom {
    let atom = *next;
    *next += 1;
    atom
}

/// Hashes of a word with up to `edits` letters left out.
fn each_remainder(word: &str, edits: u8, give: &mut impl FnMut(u64)) {
    use std::hash::BuildHasher;
    give(FixedState::with_seed(0).hash_one(word));
    if edits == 0 {
        return;
    }
    let mut shorter = String::with_capacity(word.len());
    for (at, left_out) in word.char_indices() {
        shorter.clear();
        shorter.push_str(word.get(..at).unwrap_or_default());
        shorter.push_str(word.get(at + left_out.len_utf8()..).unwrap_or_default());
        each_remainder(&shorter, edits - 1, give);
    }
}

/// Beginnings or endings, found in a word by trying each length that there is.
#[derive(Default)]
struct Affixes {
    /// Bytes, ascending.
    lengths: Vec<usize>,
    known: Map<Box<str>, Vec<u32>>,
}

impl Affixes {
    fn add(&mut self, affix: &str, value: u32) {
        if let Err(place) = self.lengths.binary_search(&affix.len()) {
            self.lengths.insert(place, affix.len());
        }
        self.known.entry(affix.into()).or_default().push(value);
    }

    fn each_beginning(&self, word: &str, give: &mut impl FnMut(u32)) {
        for length in self.lengths.iter().take_while(|length| **length <= word.len()) {
            let known = word.get(..*length).and_then(|affix| self.known.get(affix));
            known.into_iter().flatten().copied().for_each(&mut *give);
        }
    }

    fn each_ending(&self, word: &str, give: &mut impl FnMut(u32)) {
        for length in self.lengths.iter().take_while(|length| **length <= word.len()) {
            let known = word.get(word.len() - length..).and_then(|affix| self.known.get(affix));
            known.into_iter().flatten().copied().for_each(&mut *give);
        }
    }
}
