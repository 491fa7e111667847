//! Documents in, hits out; and the same question asked of single documents, for watches.
//!
//! The modules are in the order of the data flow; each uses only those above it. An [`Index`] is opened, a [`Writer`] fills it, a
//! [`Searcher`] answers a [`Query`]; a [`Percolator`] asks many queries of a few documents, by the same analysis. [`syntax`] explains the
//! language.

pub mod document;
pub mod fold;
pub mod analysis;
pub mod error;
pub mod results;
pub mod fields;
pub mod schema;
pub mod query;
pub mod opening;
pub mod writer;
mod columns;
mod best;
mod gather;
mod snippet;
pub mod searcher;
pub mod groups;
pub mod narrowing;
pub mod raw;
mod watching;
pub mod percolator;
pub mod explain;
#[cfg(test)]
mod oracle;

pub use document::Document;
pub use error::IndexError;
pub use explain::Explained;
pub use groups::Group;
pub use narrowing::Narrowing;
pub use opening::{Index, Opened};
pub use percolator::Percolator;
pub use query::{Query, QueryError, Shares, syntax};
pub use raw::{Raw, RawAnswer};
pub use results::{Cursor, Hit, Results, SearchOptions, Snippet, Sort};
pub use searcher::{Searcher, countable, fields};
pub use writer::Writer;
