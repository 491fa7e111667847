//! How the index fails.

use std::path::PathBuf;

use thiserror::Error;

/// A failure of the index. A query that can't be read is a [`crate::QueryError`] instead.
#[derive(Debug, Error)]
pub enum IndexError {
    /// The folder can't be used.
    #[error("index folder {}: {source}", dir.display())]
    Folder {
        /// The folder of the index.
        dir: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process writes.
    #[error("the index is being written by another process; wait for it, or stop it")]
    Busy,
    /// A field that can't be counted by.
    #[error("cannot count by `{field}`; one of: {known}")]
    NotCountable {
        /// What was asked for.
        field: String,
        /// All that can be.
        known: String,
    },
    /// Deeper than any reader goes.
    #[error("hits beyond the first {max} cannot be paged to; narrow the query, or export")]
    TooDeep {
        /// The deepest hit, counted from the first.
        max: usize,
    },
    /// No place in an answer.
    #[error("`{text}` is not where a page of hits ends; take it from the answer before")]
    Cursor {
        /// What was given.
        text: String,
    },
    /// The files do not hold together. The index can be deleted and built again from the store.
    #[error("the index is damaged ({0}); run `vigie reindex`")]
    Damaged(String),
    /// The engine failed in a way that has no name here.
    #[error("index: {0}")]
    Engine(String),
}

impl From<tantivy::TantivyError> for IndexError {
    fn from(error: tantivy::TantivyError) -> Self {
        use tantivy::TantivyError as E;
        match error {
            E::LockFailure(..) => Self::Busy,
            E::DataCorruption(_) | E::DeserializeError(_) | E::IncompatibleIndex(_) => Self::Damaged(error.to_string()),
            other => Self::Engine(other.to_string()),
        }
    }
}
