//! One test binary for the pure extractors.

mod canonical;
mod contacts;
mod pages;
mod payment;
mod values;
mod classify;
mod classify_measured;
