//! Listings put to many watches, on one thread: beside judging every watch, beside YARA where it is installed, and whether the answers are
//! those of the search.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use rust_decimal::Decimal;
use serde_json::Value;
use vigie_index::{Document, Index, Percolator, Query, SearchOptions, Searcher, Sort};

use super::figure::Figure;
use super::questions::Drawer;
use super::usage::{Stretch, rate, rss_mb};
use super::{Task, dear, held, yara};

/// Listings put to the watches.
const LISTINGS: usize = 2_000;
/// Of them, those that are put to every watch, candidate or not.
const JUDGED: usize = 3;
/// Watches, and listings, of the equality run: 10^8 pairs.
const PAIRS: usize = 10_000;
/// Watches added to a full set, to time it.
const ADDED: usize = 1_000;
/// Most watches beside which dear ones are measured: it takes a second set of them.
const DEAR: usize = 100_000;
/// Bytes of title and description.
const SIZES: std::ops::Range<usize> = 1_000..2_000;

/// Watches of a part; nothing for other parts than those that differ by their number.
pub fn size(part: &str) -> Option<usize> {
    Some(match part {
        "1k" => 1_000,
        "10k" => 10_000,
        "100k" => 100_000,
        "1m" => 1_000_000,
        _ => return None,
    })
}

/// So many watches against listings of 1 to 2 KB.
pub(super) fn watches(task: &Task, many: usize) -> Result<Vec<Figure>> {
    let documents = listings(task, LISTINGS.min(task.watches))?;
    let searcher = indexed(&documents)?;
    let share = |word: &str| searcher.share(word);
    let mut drawer = Drawer::new(1, &documents);
    let before = rss_mb();
    let stretch = Stretch::begin();
    let mut percolator = set(&mut drawer, many, &searcher)?;
    let (_, built) = stretch.end();
    let bytes = (rss_mb() - before) * 1024.0 * 1024.0 / many as f64;
    // The first look makes room for what every later one uses.
    percolator.matches(documents.get(..1).unwrap_or_default());
    let (mut times, mut matches) = (Vec::with_capacity(documents.len()), 0_u64);
    let stretch = Stretch::begin();
    for document in &documents {
        let begin = Instant::now();
        matches += percolator.matches(std::slice::from_ref(document)).len() as u64;
        times.push(begin.elapsed().as_secs_f64() * 1_000.0);
    }
    let (_, seconds) = stretch.end();
    ensure!(matches > 0, "no watch matches anything");
    let few = documents.get(..JUDGED).unwrap_or_default();
    let (quick, judged) = (percolator.matches(few), {
        let begin = Instant::now();
        let all = percolator.judge_all(few);
        (all, begin.elapsed().as_secs_f64())
    });
    ensure!(quick == judged.0, "{} matches where judging every watch finds {}", quick.len(), judged.0.len());
    let more: Vec<Query> = (0..ADDED).map(|_| drawn(&drawer.plain())).collect::<Result<_>>()?;
    // Too short for the processor's clock.
    let begin = Instant::now();
    for (id, query) in more.iter().enumerate() {
        percolator.add((many + id) as i64, query, &share);
    }
    let adding = begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    (0..ADDED).for_each(|id| percolator.remove(id as i64));
    let removing = begin.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times.get((times.len() as f64 * part) as usize).copied().unwrap_or(f64::NAN);
    let work = [("watches", many as u64), ("listings", documents.len() as u64), ("matches", matches)];
    let name = |what: &str| format!("{what}_{}", task.part);
    let speed = rate(documents.len() as u64, seconds);
    let brute = rate((JUDGED * many) as u64, judged.1);
    let mut figures = vec![
        Figure::new(&name("listings"), speed, "listings/s", &work),
        Figure::new(&name("pairs"), speed * many as f64, "query-documents/s", &work),
        Figure::new(&name("brute"), brute, "query-documents/s", &[("watches", many as u64), ("listings", JUDGED as u64)]),
        Figure::new(&name("p50"), at(0.5), "ms", &work),
        Figure::new(&name("p99"), at(0.99), "ms", &work),
        Figure::new(&name("build"), built, "s", &work),
        Figure::new(&name("add"), adding * 1e6 / ADDED as f64, "us", &[("watches", ADDED as u64)]),
        Figure::new(&name("remove"), removing * 1e6 / ADDED as f64, "us", &[("watches", ADDED as u64)]),
    ];
    drop(percolator);
    // Of fewer, the room that the index left behind is more than they take.
    if many > DEAR {
        figures.push(Figure::new(&name("memory"), bytes, "bytes/watch", &work));
    } else {
        let twins = [(); 2].map(|()| set(&mut Drawer::new(1, &documents), many, &searcher));
        let [with, without] = twins;
        figures.extend(dear::beside(&task.part, with?, &without?, many as i64, &documents, &searcher)?);
    }
    figures.extend(yara::beside(task, &documents, many)?);
    Ok(figures)
}

/// 10,000 watches in the whole language against as many listings: what they match, what their search finds, and what judging each pair says.
pub(super) fn equality(task: &Task) -> Result<Vec<Figure>> {
    let pairs = PAIRS.min(task.watches);
    let documents = listings(task, pairs)?;
    let searcher = indexed(&documents)?;
    let mut drawer = Drawer::new(2, &documents);
    let queries: Vec<Query> = (0..pairs).map(|_| drawn(&drawer.any(3))).collect::<Result<_>>()?;
    let share = |word: &str| searcher.share(word);
    let percolator = Percolator::new(queries.iter().enumerate().map(|(id, query)| (id as i64, query)), &share);
    let stretch = Stretch::begin();
    let matched = percolator.matches(&documents);
    let (_, seconds) = stretch.end();
    let stretch = Stretch::begin();
    let judged = percolator.judge_all(&documents);
    let (_, brute) = stretch.end();
    let (mut missed, mut extra) = (differ(&judged, &matched), differ(&matched, &judged));
    let mut by_watch: Vec<BTreeSet<String>> = vec![BTreeSet::new(); queries.len()];
    for (place, watch) in &matched {
        let (watch, document) = (by_watch.get_mut(*watch as usize), documents.get(*place));
        if let (Some(found), Some(document)) = (watch, document) {
            found.insert(document.id.clone());
        }
    }
    for (query, alerted) in queries.iter().zip(&by_watch) {
        let options = SearchOptions { limit: pairs, sort: Sort::Risk, ..SearchOptions::default() };
        let found: BTreeSet<String> = searcher.search(query, &options)?.hits.into_iter().map(|hit| hit.id).collect();
        missed += found.difference(alerted).count() as u64;
        extra += alerted.difference(&found).count() as u64;
    }
    let work = [("watches", queries.len() as u64), ("listings", documents.len() as u64), ("matches", matched.len() as u64)];
    ensure!(missed + extra == 0, "{missed} matches missed and {extra} too many among {} pairs", queries.len() * documents.len());
    Ok(vec![
        Figure::new("equality_missed", missed as f64, "pairs", &work),
        Figure::new("equality_extra", extra as f64, "pairs", &work),
        Figure::new("equality_pairs", rate((queries.len() * documents.len()) as u64, seconds), "query-documents/s", &work),
        Figure::new("equality_brute", rate((queries.len() * documents.len()) as u64, brute), "query-documents/s", &work),
    ])
}

fn differ(one: &[(usize, i64)], other: &[(usize, i64)]) -> u64 {
    one.iter().filter(|pair| other.binary_search(pair).is_err()).count() as u64
}

fn drawn(text: &str) -> Result<Query> {
    Query::parse(text, 0).with_context(|| format!("drawn: {text}"))
}

/// Listings of 1 to 2 KB: titles of the rows, with as many of their descriptions one after the other as fill it.
fn listings(task: &Task, many: usize) -> Result<Vec<Document>> {
    let (path, _) = held::rows(&Task { rows: many * 3, ..task.clone() })?;
    let rows = BufReader::new(File::open(&path)?).lines();
    let mut rows = rows.map(|line| Ok(serde_json::from_str(&line?)?)).collect::<Result<Vec<Value>>>()?.into_iter().cycle();
    let mut documents = Vec::with_capacity(many);
    for n in 0..many {
        let row = rows.next().context("there are no rows")?;
        let text = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (title, mut description) = (text(&row, "title"), text(&row, "description"));
        while title.len() + description.len() < SIZES.start + n % (SIZES.end - SIZES.start) / 2 {
            let more = rows.next().context("there are no rows")?;
            description = format!("{description} {} {}", text(&more, "title"), text(&more, "description"));
        }
        description.truncate(description.floor_char_boundary(SIZES.end.saturating_sub(title.len())));
        let price = row.get("price").or_else(|| row.pointer("/fields/price"));
        documents.push(Document {
            id: format!("{n:06}"),
            title,
            description,
            vendor: row.get("vendor").and_then(Value::as_str).map(str::to_owned),
            category: text(&row, "label"),
            language: row.get("lang").and_then(Value::as_str).map(str::to_owned),
            source: text(&row, "source"),
            price_amount: price.and_then(Value::as_str).and_then(|price| price.parse::<Decimal>().ok()),
            risk: (n % 100) as f64 / 100.0,
            ..Document::default()
        });
    }
    Ok(documents)
}

fn set(drawer: &mut Drawer, many: usize, searcher: &Searcher) -> Result<Percolator> {
    let mut percolator = Percolator::default();
    for id in 0..many {
        percolator.add(id as i64, &drawn(&drawer.plain())?, &|word| searcher.share(word));
    }
    Ok(percolator)
}

fn indexed(documents: &[Document]) -> Result<Searcher> {
    let index = Index::in_ram()?;
    index.writer()?.apply(documents, &[], 1)?;
    Ok(index.searcher()?)
}
