//! Profiles of sources: captured pages to make them from, and how far one reads them.

pub mod sample;
pub mod coverage;
