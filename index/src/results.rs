//! What a search is asked for beside its query, and what it gives back.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::IndexError;

/// Order of hits. Equal ranks are ordered by document id, so that the same documents always give the same list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Best match first (BM25; the title counts more, the word as written counts more than its stem).
    #[default]
    Relevance,
    /// Latest `first_seen` first.
    NewestFirst,
    /// Cheapest first: by `price_usd`, then those with an amount in another currency only, then those without a price.
    PriceAsc,
    /// Dearest first: by `price_usd`, then those with an amount in another currency only, then those without a price.
    PriceDesc,
    /// Highest risk score first.
    Risk,
    /// By document id alone. Where ids are digests, its first hits are a fair sample of all.
    Id,
}

/// A place in the order of hits: class, then value; lower is earlier.
pub(crate) type Rank = (u8, u64);

/// Where a page of hits ends: the next one begins behind it, whatever was added or removed since. Written as `CLASS-VALUE-ID`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Cursor {
    pub(crate) rank: Rank,
    pub(crate) id: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:x}-{}", self.rank.0, self.rank.1, self.id)
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

impl TryFrom<String> for Cursor {
    type Error = IndexError;

    fn try_from(text: String) -> Result<Self, IndexError> {
        text.parse()
    }
}

impl FromStr for Cursor {
    type Err = IndexError;

    fn from_str(text: &str) -> Result<Self, IndexError> {
        let mut parts = text.splitn(3, '-');
        let mut read = || {
            let class = parts.next()?.parse().ok()?;
            let value = u64::from_str_radix(parts.next()?, 16).ok()?;
            Some(Self { rank: (class, value), id: parts.next()?.to_owned() })
        };
        read().ok_or_else(|| IndexError::Cursor { text: text.chars().take(80).collect() })
    }
}

/// How to answer a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchOptions {
    /// Most hits to return; 0 only counts.
    pub limit: usize,
    /// Hits to skip.
    pub offset: usize,
    /// Begins behind this hit of an earlier answer in the same order; with it hits are not limited in depth.
    pub after: Option<Cursor>,
    /// Shows the first of each family of copies only, with their number.
    pub collapse: bool,
    /// Order of hits.
    pub sort: Sort,
    /// Fields to count by: see [`crate::countable`].
    pub count_by: Vec<String>,
    /// Whether to cut a snippet for each hit.
    pub snippets: bool,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self { limit: 20, offset: 0, after: None, collapse: false, sort: Sort::default(), count_by: Vec::new(), snippets: false }
    }
}

/// A stretch of text around the matching words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// Plain text of the description, or of the title where there is no description.
    pub text: String,
    /// Byte ranges of the matching words in `text`, ascending, at char boundaries.
    pub highlights: Vec<(usize, usize)>,
}

/// One document that matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// [`crate::Document::id`].
    pub id: String,
    /// Relevance, a multiple of 1/128; 0 when sorted by something else.
    pub score: f32,
    /// Its place in the order of hits.
    pub cursor: Cursor,
    /// [`crate::Document::stored`].
    pub stored: String,
    /// Other matching documents of the same family, when families are collapsed; 0 otherwise.
    pub copies: u64,
    /// Present when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Results {
    /// All matching documents, exact.
    pub total: u64,
    /// Families of all matching documents, exact, when families are collapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub families: Option<u64>,
    /// The page of hits asked for.
    pub hits: Vec<Hit>,
    /// Whether hits follow behind these.
    pub more: bool,
    /// For each field of `count_by`, under its own name even where an alias was asked for: value and number of matching documents, most frequent first, then by value.
    pub counts: BTreeMap<String, Vec<(String, u64)>>,
}
