//! How well pages are read and listings classified: what people found against what comes out; how well sellers are linked, in a simulated world.

pub mod expected;
pub mod tally;
mod compare;
pub mod extract;
pub mod labelled;
pub mod judged;
pub mod fields;
pub mod classes;
pub mod calibration;
pub mod classify;
pub mod families;
pub mod linkage;
