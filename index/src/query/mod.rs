//! The query language of searches and watches: text in, a tree of tests out, errors with their column.

pub(crate) mod pattern;
mod ast;
mod error;
mod value;
mod lexer;
mod asked;
mod parser;
pub(crate) mod phrase;
mod steady;
mod walk;
pub(crate) mod forms;
mod open_word;
pub(crate) mod compile;
mod syntax;
mod cost;

use std::fmt;

use crate::fields::place_of;
use crate::fold::keyword;

pub(crate) use ast::{Node, Test, What};
pub use error::QueryError;
pub use syntax::{EXAMPLES, syntax};

/// Longest query, bytes.
pub const MAX_QUERY_BYTES: usize = 1 << 20;
/// Deepest nesting of parentheses and negations.
pub const MAX_DEPTH: usize = 64;
/// Most words, phrases, values and ranges in a query; each word of a phrase counts.
pub const MAX_CLAUSES: usize = 20_000;
/// Most of them in a query whose hits are ordered by relevance; one with more finds the same hits, all of one rank.
pub const MAX_RANKED: usize = 2_000;

/// The share of the documents of an index, from 0 to 1, that hold a word as written; nothing where there is no such index.
pub type Shares<'a> = &'a dyn Fn(&str) -> Option<f64>;

/// A query that was read without error.
#[derive(Clone)]
pub struct Query {
    text: String,
    root: Node,
    clauses: usize,
    unwatchable: Option<QueryError>,
}

impl Query {
    /// Reads a query. `now_micros` (microseconds since 1970, UTC) is what relative dates such as `7d` are counted back from.
    pub fn parse(text: &str, now_micros: i64) -> Result<Self, QueryError> {
        Self::parse_with(text, now_micros, &|_| None)
    }

    /// The same; `accounts` gives what the field `account` holds for the accounts of a persona, or nothing where there is no such persona.
    pub fn parse_with(text: &str, now_micros: i64, accounts: &dyn Fn(&str) -> Option<Vec<String>>) -> Result<Self, QueryError> {
        let parsed = parser::parse(text, now_micros, accounts)?;
        Ok(Self { text: text.to_owned(), root: parsed.root, clauses: parsed.clauses, unwatchable: parsed.unwatchable })
    }

    /// Whether the query may be kept as a watch. A watch looks at values frozen in the version, so that its matches can be repeated:
    /// what moves by itself is refused, with the reason.
    pub fn watchable(&self) -> Result<(), QueryError> {
        self.unwatchable.clone().map_or(Ok(()), Err)
    }

    /// What both find.
    pub fn and(&self, other: &Self) -> Self {
        Self {
            text: format!("({}) ({})", self.text, other.text),
            root: Node::And(vec![self.root.clone(), other.root.clone()]),
            clauses: self.clauses + other.clauses,
            unwatchable: self.unwatchable.clone().or_else(|| other.unwatchable.clone()),
        }
    }

    /// The same but for what these sellers offer, named as the field `account` names them.
    pub fn without_accounts(&self, accounts: &[String]) -> Self {
        if accounts.is_empty() {
            return self.clone();
        }
        let field = place_of("account");
        let of = |account: &String| Node::Test(Test { field, what: What::Term(keyword(account)), columns: (0, 0) });
        let theirs = Node::Or(accounts.iter().map(of).collect());
        Self { root: Node::And(vec![self.root.clone(), Node::Not(Box::new(theirs))]), ..self.clone() }
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Sentences about what makes the query dear to answer, each with a remedy; none for most queries. [`crate::Searcher::costs`] knows more.
    pub fn costs(&self) -> Vec<String> {
        self.costs_among(&|_| None)
    }

    /// The same, where it is known how common words are.
    pub(crate) fn costs_among(&self, shares: Shares<'_>) -> Vec<String> {
        cost::costs(&self.root, self.clauses, shares)
    }

    pub(crate) fn ranked(&self) -> bool {
        self.clauses <= MAX_RANKED
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
