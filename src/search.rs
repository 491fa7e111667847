//! Asks the index, and reads the answer's rows from the store.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::database::Pool;
use anyhow::{Context, Result, bail};
use serde::Serialize;
use vigie_index::{Cursor, Hit, Index, IndexError, Opened, Query, SearchOptions, Snippet, Sort};

use crate::clock::{self, from_micros};
use crate::database::Connection;
use crate::indexing;
use crate::store::identity::vendor_id;
use crate::store::{personas, read, subjects, trail};

/// The field whose values are counted for each persona.
const ACCOUNT: &str = "account";
/// What can be counted by that the index does not know.
const PERSONA: &str = "persona";

/// A question.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// In the query language.
    pub query: String,
    /// Most hits; none where it is 0, and only what is counted.
    pub limit: usize,
    /// Order of hits.
    pub sort: Sort,
    /// Begins behind this hit of an earlier answer.
    pub after: Option<Cursor>,
    /// Fields to count by.
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
    /// Where the hit stands in the order, for the page behind it.
    pub cursor: Cursor,
    /// Matching copies joined under this hit, itself not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<u64>,
    /// Text around the matching words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
}

/// The answer to a question.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Matching listings, exact.
    pub total: u64,
    /// Their families, exact, where copies are joined.
    pub families: Option<u64>,
    /// The first of them.
    pub hits: Vec<Found>,
    /// Whether more follow.
    pub more: bool,
    /// What makes the question dear to answer.
    pub costs: Vec<String>,
    /// By field: value and number of listings.
    pub counts: Vec<(String, Vec<(String, u64)>)>,
}

/// Understands a query; an error points at the column. Who belongs to the personas that it names is not looked at: see [`understand`].
///
/// # Errors
/// The query is not understood.
pub fn parse(query: &str) -> Result<Query> {
    Ok(Query::parse_with(query, clock::micros(clock::now()), &|_| Some(Vec::new()))?)
}

/// Understands a query, its personas as the accounts that are united in them now. It finds nothing of accounts whose use is restricted.
///
/// # Errors
/// The query is not understood, there is no such persona, or the store does not answer.
pub async fn understand(connection: &mut Connection, query: &str) -> Result<Query> {
    let now = clock::micros(clock::now());
    let (plain, asked) = naming(query, now)?;
    let restricted: Vec<String> =
        subjects::restricted(connection).await?.iter().map(|one| indexing::account(&one.source, &one.name)).collect();
    if asked.is_empty() {
        return Ok(plain.without_accounts(&restricted));
    }
    let mut accounts: HashMap<String, Vec<String>> = HashMap::new();
    for persona in asked {
        for member in personas::members(connection, std::slice::from_ref(&persona)).await? {
            let named = trail::seller(connection, &member).await?.map(|one| indexing::account(&one.source, &one.name));
            accounts.entry(persona.clone()).or_default().extend(named);
        }
    }
    Ok(Query::parse_with(query, now, &|persona| accounts.get(persona).cloned())?.without_accounts(&restricted))
}

/// A query whose personas have no accounts yet, and the personas that it names.
fn naming(query: &str, now: i64) -> Result<(Query, Vec<String>)> {
    let asked = RefCell::new(Vec::new());
    let note = |persona: &str| {
        asked.borrow_mut().push(persona.to_owned());
        Some(Vec::new())
    };
    let plain = Query::parse_with(query, now, &note)?;
    Ok((plain, asked.into_inner()))
}

/// Narrows a query to listings seen within these days.
pub fn within(query: &str, from: Option<&str>, to: Option<&str>) -> String {
    let mut narrowed = if from.or(to).is_some() { format!("({query})") } else { query.to_owned() };
    if let Some(from) = from {
        narrowed.push_str(&format!(" last_seen:>={from}"));
    }
    if let Some(to) = to {
        narrowed.push_str(&format!(" first_seen:<={to}"));
    }
    narrowed
}

/// Fields that a search can count by.
pub fn countable() -> impl Iterator<Item = &'static str> {
    vigie_index::countable().chain([PERSONA])
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
    let mut connection = pool.acquire().await?;
    let query = understand(&mut connection, &question.query).await?;
    let named = |field: &String| if field == PERSONA { ACCOUNT.to_owned() } else { field.clone() };
    let options = SearchOptions {
        limit: question.limit,
        sort: question.sort,
        after: question.after.clone(),
        collapse: question.collapse,
        count_by: question.count_by.iter().map(named).collect(),
        snippets: question.limit > 0,
        ..SearchOptions::default()
    };
    let (results, costs) = tokio::task::block_in_place(|| {
        let searcher = index.searcher()?;
        Ok::<_, IndexError>((searcher.search(&query, &options)?, searcher.costs(&query)))
    })?;
    let ids: Vec<String> = results.hits.iter().map(|hit| hit.id.clone()).collect();
    let stored: HashMap<String, read::Stored> =
        read::by_ids(&mut connection, &ids).await?.into_iter().map(|one| (one.row.id.clone(), one)).collect();
    let mut answer = Answer { total: results.total, families: results.families, more: results.more, costs, ..Answer::default() };
    for hit in results.hits {
        let Some(one) = stored.get(&hit.id) else { continue };
        answer.hits.push(found(one, hit, question.collapse));
    }
    for field in &question.count_by {
        let counts = results.counts.get(&named(field)).cloned().unwrap_or_default();
        let counts = if field == PERSONA { by_persona(&mut connection, counts).await? } else { counts };
        answer.counts.push((field.clone(), counts));
    }
    Ok(answer)
}

/// Counts of accounts as counts of the personas that they are united in; accounts that are in none are left out.
async fn by_persona(connection: &mut Connection, accounts: Vec<(String, u64)>) -> Result<Vec<(String, u64)>> {
    let ids = |account: &str| account.split_once('/').map(|(source, name)| vendor_id(source, name)).unwrap_or_default();
    let all: Vec<String> = accounts.iter().map(|(account, _)| ids(account)).collect();
    let personas = personas::of_accounts(connection, &all).await?;
    let mut counts: BTreeMap<&String, u64> = BTreeMap::new();
    for (id, (_, count)) in all.iter().zip(&accounts) {
        personas.get(id).into_iter().for_each(|persona| *counts.entry(persona).or_default() += count);
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().map(|(persona, count)| (persona.clone(), count)).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(counts)
}

fn found(stored: &read::Stored, hit: Hit, collapsed: bool) -> Found {
    let Hit { score, cursor, copies, snippet, .. } = hit;
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
        cursor,
        copies: collapsed.then_some(copies).filter(|copies| *copies > 0),
        snippet,
    }
}
