//! `vigie search`.

use std::io::{self, Write};

use anyhow::{Result, anyhow};
use serde_json::json;
use vigie_index::Sort;

use crate::audit;
use crate::cli::{Common, Order, SearchArgs};
use crate::commands::{Usage, crawl, session};
use crate::search::{self, Answer, Found, Question};

/// Hits that can be asked for: what the index gives at most.
const MOST_HITS: usize = 100_000;

pub(super) async fn run(common: &Common, args: SearchArgs) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    for field in &args.count_by {
        if !search::countable().any(|known| known == field) {
            let known: Vec<&str> = search::countable().collect();
            return Err(Usage(format!("cannot count by {field:?}; hint: the fields are {}", known.join(", "))).into());
        }
    }
    if args.limit > MOST_HITS {
        return Err(
            Usage(format!("--limit is at most {MOST_HITS}; hint: narrow the query, count with --count-by, or use `vigie export`")).into()
        );
    }
    search::parse(&args.query)?;
    let after = args.after.as_deref().map(str::parse).transpose().map_err(|error| Usage(format!("--after: {error}")))?;
    for (option, day) in [("--from", &args.from), ("--to", &args.to)] {
        if let Some(day) = day {
            let one_word = !day.is_empty() && day.chars().all(|c| c.is_ascii_alphanumeric() || "-:.+".contains(c));
            let read = search::parse(&format!("last_seen:>={day}"));
            if let Some(error) = if one_word { read.err() } else { Some(anyhow!("{day:?} is not a date")) } {
                return Err(Usage(format!("{option}: {error}; hint: {option} 2026-01-31")).into());
            }
        }
    }
    let query = search::within(&args.query, args.from.as_deref(), args.to.as_deref());
    let pool = crawl::store(common, &config).await?;
    audit::record(&pool, "search", &query, &purpose).await?;
    let index = search::open(&common.data)?;
    let sort = match args.sort {
        Order::Relevance => Sort::Relevance,
        Order::Date => Sort::NewestFirst,
        Order::Price => Sort::PriceAsc,
        Order::PriceDesc => Sort::PriceDesc,
        Order::Risk => Sort::Risk,
    };
    let question = Question {
        query,
        limit: if args.count_by.is_empty() { args.limit } else { 0 },
        sort,
        after,
        count_by: args.count_by,
        collapse: args.collapse,
    };
    let answer = search::ask(&pool, &index, &question).await?;
    print(&answer, args.json)?;
    pool.close().await;
    Ok(0)
}

fn print(answer: &Answer, json: bool) -> Result<()> {
    let mut out = io::stdout().lock();
    for (field, counts) in &answer.counts {
        for (value, n) in counts {
            if json {
                writeln!(out, "{}", json!({"field": field, "value": value, "count": n}))?;
            } else {
                writeln!(out, "{n:>8}  {field}:{}", session::headline(value))?;
            }
        }
    }
    for hit in &answer.hits {
        if json {
            writeln!(out, "{}", serde_json::to_string(hit)?)?;
        } else {
            person(&mut out, hit)?;
        }
    }
    answer.costs.iter().for_each(|cost| session::tell!("slow: {cost}"));
    if !json {
        let families = answer.families.map(|families| format!(" in {families} families of copies")).unwrap_or_default();
        session::tell!("{} of {} listings{families}", answer.hits.len(), answer.total);
        if let Some(last) = answer.hits.last().filter(|_| answer.more) {
            session::tell!("more: the same question with --after {}", last.cursor);
        }
    }
    Ok(())
}

fn person(out: &mut impl Write, hit: &Found) -> Result<()> {
    let price = match (&hit.price_amount, &hit.price_currency) {
        (Some(amount), Some(currency)) => format!("{amount} {currency}"),
        (Some(amount), None) => amount.clone(),
        _ => "no price".to_owned(),
    };
    writeln!(out, "{}", session::headline(&hit.title))?;
    write!(out, "    {} ({:.0} %)  {price}  {}", hit.category, hit.probability * 100.0, hit.source)?;
    if let Some(vendor) = &hit.vendor {
        write!(out, "  {}", session::headline(vendor))?;
    }
    if let Some(copies) = hit.copies {
        write!(out, "  +{copies} copies")?;
    }
    writeln!(out, "  seen {}", hit.last_seen.get(..10).unwrap_or(&hit.last_seen))?;
    writeln!(out, "    {}", session::headline(&hit.url))?;
    if let Some(snippet) = hit.snippet.as_ref().filter(|snippet| !snippet.text.trim().is_empty()) {
        let text = snippet.text.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(out, "    {}", session::plain(&text))?;
    }
    Ok(())
}
