//! One test binary for the pure extractors.

mod canonical;
mod pages;
mod values;
