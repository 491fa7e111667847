//! One test binary for the pure extractors.

mod canonical;
mod classify;
mod classify_measured;
mod contacts;
mod items;
mod pages;
mod payment;
mod places;
mod prices;
mod quantities;
mod signed;
mod values;
