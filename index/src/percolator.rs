//! Documents to the watches that match them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::document::Document;
use crate::fields::FIELDS;
use crate::query::{Query, Shares};
use crate::watching::{Atom, Atoms, Needed, Plan, Sight, Way, rough};

/// Stored queries, ready to be asked of new documents. The answers are those of the search. Nearly all pairs of watch and document are told
/// apart by the words, values and ranges of which a match must hold one; the others are judged one by one.
#[derive(Default)]
pub struct Percolator {
    atoms: Atoms,
    /// What each watch asks, by slot.
    watches: Vec<Option<Watch>>,
    /// Its number, by slot; what a vacant slot holds means nothing.
    ids: Vec<i64>,
    slots: HashMap<i64, u32>,
    vacant: Vec<u32>,
    /// By atom: watches of which every match holds it, or another of theirs.
    needing: Vec<Vec<Needing>>,
    /// By field: ranges in which a number of every match lies.
    ranges: Vec<Vec<(f64, f64, u32)>>,
    /// Watches that need nothing.
    always: Vec<u32>,
    sight: Mutex<Option<Glance>>,
}

/// A stored query.
struct Watch {
    plan: Plan,
    /// Where it is in [`Percolator::needing`].
    atoms: Box<[Atom]>,
}

/// A watch that needs an atom.
struct Needing {
    slot: u32,
    /// How the atom makes a match by itself; nothing where the watch has to be judged.
    way: Option<Way>,
}

/// Memory of one look at documents.
#[derive(Default)]
struct Glance {
    sight: Sight,
    /// Watches that match for sure, and those that have to be judged: a bit for each slot, so that all is found once, in the order of slots.
    sure: Bits,
    perhaps: Bits,
}

/// A set of slots.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn hold(&mut self, slots: usize) {
        self.0.resize(slots.div_ceil(64).max(self.0.len()), 0);
    }

    fn set(&mut self, slot: u32) {
        self.0.get_mut(slot as usize / 64).into_iter().for_each(|bits| *bits |= 1 << (slot % 64));
    }
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
        let ways = plan.ways().unwrap_or_default();
        for atom in &atoms {
            let way = ways.get(atom).copied();
            self.needing.get_mut(*atom as usize).into_iter().for_each(|watches| watches.push(Needing { slot, way }));
        }
        let watch = Some(Watch { plan, atoms: atoms.into() });
        match (self.watches.get_mut(slot as usize), self.ids.get_mut(slot as usize)) {
            (Some(vacant), Some(number)) => (*vacant, *number) = (watch, id),
            _ => {
                self.watches.push(watch);
                self.ids.push(id);
            }
        }
    }

    /// Removes a watch, if there is one with this number.
    pub fn remove(&mut self, id: i64) {
        let Some(slot) = self.slots.remove(&id) else { return };
        let Some(watch) = self.watches.get_mut(slot as usize).and_then(Option::take) else { return };
        self.vacant.push(slot);
        for atom in &watch.atoms {
            self.needing.get_mut(*atom as usize).into_iter().for_each(|watches| watches.retain(|one| one.slot != slot));
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
            let watches = self.watches.iter().zip(&self.ids).filter_map(|(watch, id)| Some((watch.as_ref()?, *id)));
            pairs.extend(watches.filter(|(watch, _)| sight.passes(&watch.plan, document)).map(|(_, id)| (place, id)));
        }
        pairs.sort_unstable();
        pairs
    }

    fn look(&self, document: &Document, glance: &mut Glance, mut give: impl FnMut(i64)) {
        let Glance { sight, sure, perhaps } = glance;
        sure.hold(self.watches.len());
        perhaps.hold(self.watches.len());
        sight.see(document, &self.atoms);
        for (atom, fields) in sight.held() {
            for needing in self.needing.get(atom as usize).into_iter().flatten() {
                match needing.way {
                    Some(way) if sight.goes(way, fields) => sure.set(needing.slot),
                    // What else may make it match, it needs too.
                    Some(_) => {}
                    None => perhaps.set(needing.slot),
                }
            }
        }
        for (field, ranges) in (0..).zip(&self.ranges).filter(|(_, ranges)| !ranges.is_empty()) {
            let Some(value) = rough(field, document) else { continue };
            ranges.iter().filter(|(low, high, _)| *low <= value && value <= *high).for_each(|(_, _, slot)| perhaps.set(*slot));
        }
        self.always.iter().for_each(|slot| perhaps.set(*slot));
        for (at, (sure, perhaps)) in sure.0.iter_mut().zip(&mut perhaps.0).enumerate() {
            let mut matching = std::mem::take(sure);
            let mut judged = std::mem::take(perhaps);
            while judged != 0 {
                let bit = judged.trailing_zeros();
                judged &= judged - 1;
                let watch = self.watches.get(at * 64 + bit as usize).and_then(Option::as_ref);
                matching |= u64::from(watch.is_some_and(|watch| sight.passes(&watch.plan, document))) << bit;
            }
            while matching != 0 {
                let bit = matching.trailing_zeros();
                matching &= matching - 1;
                self.ids.get(at * 64 + bit as usize).into_iter().for_each(|id| give(*id));
            }
        }
    }
}
