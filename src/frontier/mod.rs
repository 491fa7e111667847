//! To be written.

pub mod robots;
