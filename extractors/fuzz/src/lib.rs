//! What both targets do with a page: read it in every way that the program does, and hold what comes out to its invariants.

pub mod invariants;
pub mod pieces;
pub mod reading;
