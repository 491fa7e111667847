//! A question tried on the archive before it is watched: what it finds, how often it would notify, what would narrow it.

mod estimate;
mod narrower;
pub mod weeks;

use std::collections::HashMap;

use anyhow::Result;
use serde::Serialize;
use vigie_index::{Index, Query, SearchOptions, Searcher};

pub use estimate::Estimate;
pub use narrower::Narrower;

use crate::backtest::weeks::Week;
use crate::database::Pool;
use crate::search::{self, Found, Question};
use vigie_index::Sort;

/// Values shown of each field that hits are counted by.
const TOP: usize = 10;

/// What to show.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// Listings, the newest.
    pub samples: usize,
    /// Weeks up to the latest one in which the archive saw a new listing.
    pub weeks: usize,
}

/// A value and the number of hits under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// As the listings write it.
    pub value: String,
    /// Listings.
    pub count: u64,
}

/// What became of a question.
#[derive(Debug, Clone, Serialize)]
pub struct Trial {
    /// The question.
    pub query: String,
    /// Listings that match, exact.
    pub hits: u64,
    /// Their families, exact.
    pub families: u64,
    /// Why it could not be watched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unwatchable: Option<String>,
    /// What makes it dear to answer.
    pub costs: Vec<String>,
    /// Oldest first.
    pub weeks: Vec<Week>,
    /// Sellers, as source id, slash and account name; those with most hits.
    pub vendors: Vec<Count>,
    /// Sources.
    pub sources: Vec<Count>,
    /// Categories.
    pub categories: Vec<Count>,
    /// Newest first.
    pub samples: Vec<Found>,
    /// What it would notify of.
    pub estimate: Estimate,
    /// Words and values that part its hits.
    pub narrower: Vec<Narrower>,
}

/// Tries a question on all that the index holds.
///
/// # Errors
/// The query is not understood, or index or store do not answer.
pub async fn run(pool: &Pool, index: &Index, text: &str, shown: Shown) -> Result<Trial> {
    let newest = Question { query: text.to_owned(), limit: shown.samples, sort: Sort::NewestFirst, ..Question::default() };
    let samples = search::ask(pool, index, &newest).await?.hits;
    let mut connection = pool.acquire().await?;
    let query = search::understand(&mut connection, text).await?;
    let searcher = index.searcher()?;
    let (mut trial, groups, sample) = tokio::task::block_in_place(|| -> Result<_> {
        let options = SearchOptions { collapse: true, ..counting(&["week", "account", "source", "category"]) };
        let mut results = searcher.search(&query, &options)?;
        let groups = searcher.groups(&query)?;
        let by_week: HashMap<String, u64> = results.counts.remove("week").unwrap_or_default().into_iter().collect();
        let mut top = |field: &str| -> Vec<Count> {
            let counts = results.counts.remove(field).unwrap_or_default();
            counts.into_iter().take(TOP).map(|(value, count)| Count { value, count }).collect()
        };
        let (vendors, sources, categories) = (top("account"), top("source"), top("category"));
        let weeks = weeks::last(shown.weeks, weeks::observed(&searcher, "*")?.last(), &by_week, &groups);
        let narrower = if results.total > 1 { narrower::all(&searcher, &query, results.total)? } else { Vec::new() };
        let sample = searcher.search(&query, &SearchOptions { limit: estimate::SAMPLE, sort: Sort::Id, ..SearchOptions::default() })?;
        let trial = Trial {
            query: text.to_owned(),
            hits: results.total,
            families: results.families.unwrap_or_default(),
            unwatchable: query.watchable().err().map(|error| error.to_string()),
            costs: query.costs(),
            weeks,
            vendors,
            sources,
            categories,
            samples,
            estimate: Estimate::default(),
            narrower,
        };
        let ids: Vec<String> = sample.hits.into_iter().map(|hit| hit.id).collect();
        Ok((trial, groups, ids))
    })?;
    trial.estimate = estimate::estimate(&mut connection, &searcher, &groups, trial.hits, &sample).await?;
    Ok(trial)
}

/// Counts hits by these fields.
fn counting(fields: &[&str]) -> SearchOptions {
    SearchOptions { limit: 0, count_by: fields.iter().map(|field| (*field).to_owned()).collect(), ..SearchOptions::default() }
}

/// How many listings match a question by week; of a question of our own.
fn by_week(searcher: &Searcher, text: &str) -> Result<Vec<(String, u64)>> {
    let results = searcher.search(&Query::parse(text, 0)?, &counting(&["week"]))?;
    Ok(results.counts.into_values().next().unwrap_or_default())
}
