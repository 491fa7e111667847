//! Watches in numbers: what each asks, what it needs, and a document seen as these numbers.

mod dictionary;
mod needed;
mod plan;
mod sight;
mod wide;

pub(crate) use dictionary::Atom;
pub(crate) use needed::Needed;
pub(crate) use plan::{Atoms, Plan, Way};
pub(crate) use sight::{Sight, rough};
