//! What a document must hold for a watch to match it: rules nearly all watches out before any is judged.

use super::dictionary::Atom;

/// A covering set: every match holds one of the atoms, or has a number in one of the ranges.
pub(crate) struct Needed {
    /// The share of documents that this lets through, a rough estimate.
    share: f64,
    pub(crate) atoms: Vec<Atom>,
    /// Field, and both ends, included.
    pub(crate) ranges: Vec<(u8, f64, f64)>,
}

impl Needed {
    pub(crate) fn atom(atom: Atom, share: f64) -> Self {
        Self { share, atoms: vec![atom], ranges: Vec::new() }
    }

    pub(crate) fn range(field: u8, low: f64, high: f64) -> Self {
        Self { share: 0.3, atoms: Vec::new(), ranges: vec![(field, low, high)] }
    }

    /// Of what matches hold together: the part that lets the fewest documents through.
    pub(crate) fn rarest(parts: impl IntoIterator<Item = Option<Self>>) -> Option<Self> {
        parts.into_iter().flatten().min_by(|one, other| one.share.total_cmp(&other.share))
    }

    /// Of what matches hold one of: all of it, where each part needs something.
    pub(crate) fn any(parts: impl IntoIterator<Item = Option<Self>>) -> Option<Self> {
        let mut all = Self { share: 0.0, atoms: Vec::new(), ranges: Vec::new() };
        for part in parts {
            let part = part?;
            all.share += part.share;
            all.atoms.extend(part.atoms);
            all.ranges.extend(part.ranges);
        }
        all.atoms.sort_unstable();
        all.atoms.dedup();
        Some(all)
    }
}
