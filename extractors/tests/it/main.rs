//! One test binary for the pure extractors.

mod canonical;
mod cards;
mod classify;
mod classify_measured;
mod contacts;
mod conversions;
mod dates;
mod families;
mod families_measured;
mod fields;
mod handles;
mod items;
mod money;
mod pages;
mod payment;
mod places;
mod prices;
mod quantities;
mod signatures;
mod signed;
mod values;
mod values_words;
