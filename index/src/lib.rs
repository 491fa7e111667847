//! Documents in, hits out; and the same question asked of single documents, for watches.
//!
//! The modules are in the order of the data flow; each uses only those above it.

pub mod document;
pub mod error;
pub mod results;

pub use document::Document;
pub use error::IndexError;
pub use results::{Hit, Results, SearchOptions, Snippet, Sort};

/// Fields that a search can count by.
pub const COUNTABLE: &[&str] = &[
    "category",
    "subtype",
    "source",
    "source_type",
    "vendor",
    "ships_from",
    "ships_to",
    "lang",
    "trait",
    "maker",
    "model",
    "calibre",
    "currency",
    "intent",
    "payment",
    "good",
    "availability",
];
