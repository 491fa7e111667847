//! One test binary for the pure extractors.

mod canonical;
mod values;
