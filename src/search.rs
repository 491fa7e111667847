//! Asks the index, and reads the answer's rows from the store.

use std::path::Path;

use crate::database::Pool;
use anyhow::{Context, Result, bail};
use serde::Serialize;
use vigie_index::{Index, Opened, Query, SearchOptions, Snippet};

use crate::clock::{self, from_micros};
use crate::indexing;
use crate::store::read;

/// Hits looked at when copies are joined.
const COLLAPSE_AMONG: usize = 5_000;

/// A question.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// In the query language.
    pub query: String,
    /// Most hits.
    pub limit: usize,
    /// Fields to count by; hits are left out then.
    pub count_by: Vec<String>,
    /// Join copies.
    pub collapse: bool,
}

/// One listing that matches.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// Source id.
    pub source: String,
    /// Address.
    pub url: String,
    /// Title.
    pub title: String,
    /// Relevance.
    pub score: f32,
    /// Identity of the listing.
    pub listing: String,
    /// Identity on the source.
    pub key: String,
    /// Category code.
    pub category: String,
    /// Of the category.
    pub probability: f64,
    /// Amount of the first offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_amount: Option<String>,
    /// Its currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_currency: Option<String>,
    /// Vendor's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// RFC 3339.
    pub first_seen: String,
    /// RFC 3339.
    pub last_seen: String,
    /// Versions so far.
    pub n_versions: i64,
    /// Copies joined under this hit, itself not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<usize>,
    /// Text around the matching words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
}

/// The answer to a question.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Matching listings, exact.
    pub total: u64,
    /// The best of them.
    pub hits: Vec<Found>,
    /// By field: value and number of listings.
    pub counts: Vec<(String, Vec<(String, u64)>)>,
}

/// Understands a query; an error points at the column.
///
/// # Errors
/// The query is not understood.
pub fn parse(query: &str) -> Result<Query> {
    Ok(Query::parse(query, clock::micros(clock::now()))?)
}

/// Opens the index for reading; works beside a running writer.
///
/// # Errors
/// There is none yet, or it must be built again.
pub fn open(data: &Path) -> Result<Index> {
    let folder = indexing::folder(data);
    // Opening would make an empty index, and an empty answer of it.
    if !Index::exists(&folder) {
        bail!("{} holds no whole index; hint: crawl or import something first, or run `vigie reindex`", data.display());
    }
    match Index::open(&folder).with_context(|| format!("cannot open the index in {}", folder.display()))? {
        Opened::Ready { index, .. } => Ok(index),
        Opened::NeedsRebuild { reason } => bail!("the index must be built again: {reason}; hint: run `vigie reindex`"),
    }
}

/// Answers a question.
///
/// # Errors
/// The query is not understood, a field cannot be counted by, or index or store do not answer.
pub async fn ask(pool: &Pool, index: &Index, question: &Question) -> Result<Answer> {
    let query = parse(&question.query)?;
    let only_counts = !question.count_by.is_empty();
    let limit = match (only_counts, question.collapse) {
        (true, _) => 0,
        (false, true) => COLLAPSE_AMONG,
        (false, false) => question.limit,
    };
    let options = SearchOptions { limit, count_by: question.count_by.clone(), snippets: !only_counts, ..SearchOptions::default() };
    let results = tokio::task::block_in_place(|| index.searcher()?.search(&query, &options))?;
    let ids: Vec<String> = results.hits.iter().map(|hit| hit.id.clone()).collect();
    let mut connection = pool.acquire().await?;
    let stored: std::collections::HashMap<String, read::Stored> =
        read::by_ids(&mut connection, &ids).await?.into_iter().map(|one| (one.row.id.clone(), one)).collect();
    let mut answer = Answer { total: results.total, ..Answer::default() };
    let mut families: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for hit in results.hits {
        let Some(one) = stored.get(&hit.id) else { continue };
        if question.collapse {
            if let Some(first) = families.get(&one.family).and_then(|at| answer.hits.get_mut(*at)) {
                *first.copies.get_or_insert(0) += 1;
                continue;
            }
            families.insert(one.family.clone(), answer.hits.len());
        }
        answer.hits.push(found(one, hit.score, hit.snippet));
    }
    answer.hits.truncate(question.limit);
    answer.counts = question.count_by.iter().map(|field| (field.clone(), results.counts.get(field).cloned().unwrap_or_default())).collect();
    Ok(answer)
}

fn found(stored: &read::Stored, score: f32, snippet: Option<Snippet>) -> Found {
    let listing = &stored.listing;
    let classification = listing.classification.as_ref();
    let price = listing.offers.first();
    Found {
        source: stored.row.source.clone(),
        url: stored.row.address.clone(),
        title: listing.title.clone(),
        score,
        listing: stored.row.id.clone(),
        key: stored.row.key.clone(),
        category: classification.map_or_else(|| "unknown".to_owned(), |one| one.category.clone()),
        probability: classification.map_or(0.0, |one| one.probability),
        price_amount: price.map(|offer| offer.amount.clone()),
        price_currency: price.and_then(|offer| offer.currency.clone()),
        vendor: listing.vendor.as_ref().map(|vendor| vendor.name.clone()),
        first_seen: from_micros(stored.row.first_seen).to_string(),
        last_seen: from_micros(stored.row.last_seen).to_string(),
        n_versions: stored.row.n_versions,
        copies: None,
        snippet,
    }
}
