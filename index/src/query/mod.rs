//! The query language of searches and watches: text in, a tree of tests out, errors with their column.

mod ast;
mod error;
mod value;
mod lexer;
mod asked;
mod parser;
pub(crate) mod phrase;
mod steady;
pub(crate) mod compile;
mod syntax;

use std::fmt;

pub(crate) use ast::{Node, What};
pub use error::QueryError;
pub use syntax::{EXAMPLES, syntax};

/// Longest query, bytes.
pub const MAX_QUERY_BYTES: usize = 64 * 1024;
/// Deepest nesting of parentheses and negations.
pub const MAX_DEPTH: usize = 64;
/// Most words, phrases, values and ranges in a query; each word of a phrase counts.
pub const MAX_CLAUSES: usize = 2000;

/// A query that was read without error.
#[derive(Clone)]
pub struct Query {
    text: String,
    root: Node,
    unwatchable: Option<QueryError>,
}

impl Query {
    /// Reads a query. `now_micros` (microseconds since 1970, UTC) is what relative dates such as `7d` are counted back from.
    pub fn parse(text: &str, now_micros: i64) -> Result<Self, QueryError> {
        let parsed = parser::parse(text, now_micros)?;
        Ok(Self { text: text.to_owned(), root: parsed.root, unwatchable: parsed.unwatchable })
    }

    /// Whether the query may be kept as a watch. A watch looks at values frozen in the version, so that its matches can be repeated:
    /// what moves by itself is refused, with the reason.
    pub fn watchable(&self) -> Result<(), QueryError> {
        self.unwatchable.clone().map_or(Ok(()), Err)
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.text).finish()
    }
}
