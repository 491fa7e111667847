//! How well pages are read: what was expected of saved pages against what comes out of them.

pub mod expected;
pub mod tally;
mod compare;
pub mod extract;
