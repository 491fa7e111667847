//! One test binary for the pure extractors.

mod canonical;
mod contacts;
mod payment;
mod values;
