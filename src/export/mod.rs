//! Writes data sets for other tools: listings for operational work, tables for research. Reads the store, opens no connection.
//!
//! What is written depends on the store, the configuration and, for pseudonyms, the key alone: no clock, no paths, no order of an engine.
//! Exporting twice gives the same bytes.

pub mod files;
pub mod columns;
pub mod codebook;
pub mod listings;
pub mod pseudonym;
pub mod tables;
pub mod disclosure;
pub mod packed;
pub mod trends;

use std::collections::BTreeSet;
use std::path::PathBuf;

pub use codebook::codebook;
pub use listings::listings;
pub use tables::tables;

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One row per listing, with vendors and addresses: for operational work.
    Listings,
    /// Trend tables that name nobody: for research.
    Tables,
}

impl Format {
    /// The word on the command line and in the reading log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Listings => "listings",
            Self::Tables => "tables",
        }
    }
}

/// What of the store is exported; `None` for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Listings by id.
    pub listings: Option<BTreeSet<String>>,
    /// Sources by id.
    pub sources: Option<BTreeSet<String>>,
}

impl Part {
    /// Whether a source is in it.
    pub fn has_source(&self, id: &str) -> bool {
        self.sources.as_ref().is_none_or(|sources| sources.contains(id))
    }
}

/// What an export wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Exported {
    /// Rows of listings read and written, or taken into the tables.
    pub rows: u64,
    /// Files, in the order in which they took their places.
    pub files: Vec<PathBuf>,
    /// Ids of the listings that they name; none where they name nobody.
    #[serde(skip)]
    pub listings: Vec<String>,
}
