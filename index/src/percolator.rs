//! Documents to the watches that match them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::document::Document;
use crate::fields::FIELDS;
use crate::query::Query;
use crate::watching::{Atom, Atoms, Needed, Plan, Sight, rough};

/// The share of the documents of an index, from 0 to 1, that hold a word as written; nothing where there is no such index.
pub type Shares<'a> = &'a dyn Fn(&str) -> Option<f64>;

/// Stored queries, ready to be asked of new documents. The answers are those of the search. Nearly all pairs of watch and document are told
/// apart by the words, values and ranges of which a match must hold one; the others are judged one by one.
#[derive(Default)]
pub struct Percolator {
    atoms: Atoms,
    /// Number of the watch and what it asks, by slot.
    watches: Vec<Option<Watch>>,
    slots: HashMap<i64, u32>,
    vacant: Vec<u32>,
    /// By atom: watches of which every match holds it, or another of theirs.
    needing: Vec<Vec<u32>>,
    /// By field: ranges in which a number of every match lies.
    ranges: Vec<Vec<(f64, f64, u32)>>,
    /// Watches that need nothing.
    always: Vec<u32>,
    sight: Mutex<Option<Glance>>,
}

/// A stored query.
struct Watch {
    id: i64,
    plan: Plan,
    /// Where it is in [`Percolator::needing`].
    atoms: Box<[Atom]>,
}

/// Memory of one look at documents.
#[derive(Default)]
struct Glance {
    sight: Sight,
    /// By slot: the document for which the watch was judged last.
    judged: Vec<u32>,
    document: u32,
}

impl fmt::Debug for Percolator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Percolator({} watches)", self.len())
    }
}

impl Percolator {
    /// Makes watches ready; the caller has asked [`Query::watchable`].
    pub fn new<'q>(watches: impl IntoIterator<Item = (i64, &'q Query)>, shares: Shares<'_>) -> Self {
        let mut percolator = Self::default();
        watches.into_iter().for_each(|(id, query)| percolator.add(id, query, shares));
        percolator
    }

    /// Adds a watch, or replaces the one with this number; costs the same however many there are.
    pub fn add(&mut self, id: i64, query: &Query, shares: Shares<'_>) {
        self.remove(id);
        let (plan, needed) = self.atoms.plan(query.root(), shares);
        let slot = self.vacant.pop().unwrap_or(self.watches.len() as u32);
        self.slots.insert(id, slot);
        let atoms = match needed {
            None => {
                self.always.push(slot);
                Vec::new()
            }
            Some(Needed { atoms, ranges, .. }) => {
                self.ranges.resize_with(FIELDS.len(), Vec::new);
                for (field, low, high) in ranges {
                    self.ranges.get_mut(usize::from(field)).into_iter().for_each(|ranges| ranges.push((low, high, slot)));
                }
                atoms
            }
        };
        self.needing.resize_with(self.atoms.len(), Vec::new);
        for atom in &atoms {
            self.needing.get_mut(*atom as usize).into_iter().for_each(|slots| slots.push(slot));
        }
        let watch = Some(Watch { id, plan, atoms: atoms.into() });
        match self.watches.get_mut(slot as usize) {
            Some(vacant) => *vacant = watch,
            None => self.watches.push(watch),
        }
    }

    /// Removes a watch, if there is one with this number.
    pub fn remove(&mut self, id: i64) {
        let Some(slot) = self.slots.remove(&id) else { return };
        let Some(watch) = self.watches.get_mut(slot as usize).and_then(Option::take) else { return };
        self.vacant.push(slot);
        for atom in &watch.atoms {
            self.needing.get_mut(*atom as usize).into_iter().for_each(|slots| slots.retain(|one| *one != slot));
        }
        if watch.atoms.is_empty() {
            self.always.retain(|one| *one != slot);
        }
        self.ranges.iter_mut().for_each(|ranges| ranges.retain(|(_, _, one)| *one != slot));
    }

    /// Number of watches.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Pairs of (place in `documents`, id of a matching watch), in this order. Ids of documents need not be unique: each is judged alone.
    pub fn matches(&self, documents: &[Document]) -> Vec<(usize, i64)> {
        let kept = self.sight.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut glance = kept.unwrap_or_default();
        let mut pairs = Vec::new();
        for (place, document) in documents.iter().enumerate() {
            let first = pairs.len();
            self.look(document, &mut glance, |id| pairs.push((place, id)));
            pairs.get_mut(first..).unwrap_or_default().sort_unstable();
        }
        *self.sight.lock().unwrap_or_else(PoisonError::into_inner) = Some(glance);
        pairs
    }

    /// The same, with every watch judged, whether it may match or not: what [`Percolator::matches`] is checked against.
    pub fn judge_all(&self, documents: &[Document]) -> Vec<(usize, i64)> {
        let mut sight = Sight::default();
        let mut pairs = Vec::new();
        for (place, document) in documents.iter().enumerate() {
            sight.see(document, &self.atoms);
            let passing = self.watches.iter().flatten().filter(|watch| sight.passes(&watch.plan, document));
            pairs.extend(passing.map(|watch| (place, watch.id)));
        }
        pairs.sort_unstable();
        pairs
    }

    fn look(&self, document: &Document, glance: &mut Glance, mut give: impl FnMut(i64)) {
        let Glance { sight, judged, document: number } = glance;
        *number = number.wrapping_add(1);
        if *number == 0 {
            judged.fill(0);
            *number = 1;
        }
        judged.resize(self.watches.len().max(judged.len()), 0);
        sight.see(document, &self.atoms);
        let mut judge = |slot: u32| {
            let Some(judged) = judged.get_mut(slot as usize).filter(|judged| **judged != *number) else { return };
            *judged = *number;
            if let Some(Some(watch)) = self.watches.get(slot as usize)
                && sight.passes(&watch.plan, document)
            {
                give(watch.id);
            }
        };
        let needing = |atom: &Atom| self.needing.get(*atom as usize).into_iter().flatten();
        sight.atoms.iter().flat_map(needing).for_each(|slot| judge(*slot));
        for (field, ranges) in (0..).zip(&self.ranges).filter(|(_, ranges)| !ranges.is_empty()) {
            let Some(value) = rough(field, document) else { continue };
            ranges.iter().filter(|(low, high, _)| *low <= value && value <= *high).for_each(|(_, _, slot)| judge(*slot));
        }
        self.always.iter().for_each(|slot| judge(*slot));
    }
}
