//! What an instance holds: rows are imported, searched and indexed again.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use flate2::read::MultiGzDecoder;
use serde_json::json;
use tokio::sync::watch;

use crate::bench::Task;
use crate::bench::figure::Figure;
use crate::bench::site::{Site, WATCHES};
use crate::bench::stand::configure;
use crate::bench::usage::{Stretch, rate};
use crate::config::Source;
use crate::database;
use crate::indexing::{self, Projection};
use crate::pipeline::import::{Format, Import};
use crate::pipeline::lock;
use crate::pipeline::writer::{Writer, adopt_watches};
use crate::search::{self, Question};
use crate::store::read::{self, Table};
use crate::store::sources;

/// Source of the imported rows.
const SOURCE: &str = "rows";
/// What is asked, from rare to common.
const QUERIES: &[&str] = &[
    "lanternmark",
    "glock 19",
    "\"very good condition\"",
    "category:firearm.pistol AND price:<500",
    "harbour NOT lamp",
    "vendor:harbour07",
    "*",
];
/// Times that each question is asked.
const ASKED: usize = 20;
/// Where the listings of `VIGIE_DATA` keep their prices.
const MAPPING: &str = "[fields]\nprice = \"fields.price\"\ncurrency = \"fields.currency\"\n";

/// JSONL to listings, classified, stored, put to the watches and indexed.
pub(super) async fn import(task: &Task) -> Result<Vec<Figure>> {
    let config = configure(&task.folder, &[], WATCHES, task.concurrency, None)?;
    let (file, real) = rows(task)?;
    let (_nobody, stop) = watch::channel(false);
    let stretch = Stretch::begin();
    let mut writer = Writer::open(&task.folder.join("data"), Arc::clone(&config), "import").await?;
    adopt_watches(&writer.pool, &config).await?;
    let mut import = Import::prepare(&mut writer, Source::for_import(SOURCE, &config.settings), real.then_some(MAPPING)).await?;
    let imported = import.file(&file, Format::Jsonl, &stop, |_, _| {}).await?;
    let rows = imported.rows;
    ensure!(rows == task.rows as u64 && imported.bad == 0, "{rows} of {} rows came, {} were not understood", task.rows, imported.bad);
    let summary = import.finish().await?;
    let (stored, _) = stretch.end();
    writer.close("{}").await?;
    let (seconds, cpu) = stretch.end();
    let work = [("rows", rows), ("listings", summary.listings_new), ("alerts", summary.alerts), ("real", u64::from(real))];
    ensure!(summary.listings_new == rows, "{} listings came of {rows} rows", summary.listings_new);
    if !real {
        let marked = Site { pages: task.rows }.marked();
        ensure!(summary.alerts >= marked, "{} alerts, at least {marked} are due", summary.alerts);
    }
    Ok(vec![
        Figure::new("rows", rate(rows, seconds), "rows/s", &work),
        Figure::new("rows_cpu", cpu * 1_000.0 / rows.max(1) as f64, "ms/row", &work),
        Figure::new("rows_tail", seconds - stored, "s", &work),
    ])
}

/// Questions to answers, rows of the store included.
pub(super) async fn search(task: &Task) -> Result<Vec<Figure>> {
    let data = task.folder.join("data");
    let store = database::open_existing(&data, &crate::config::Database::Sqlite).await?;
    let index = search::open(&data)?;
    let mut times = Vec::new();
    let (mut hits, mut totals) = (0, 0);
    for query in QUERIES {
        let question = Question { query: (*query).into(), limit: 20, ..Question::default() };
        for _ in 0..ASKED {
            let begin = Instant::now();
            let answer = search::ask(&store, &index, &question).await?;
            times.push(begin.elapsed().as_secs_f64() * 1_000.0);
            hits += answer.hits.len() as u64;
            totals += answer.total;
        }
    }
    store.close().await;
    ensure!(hits > 0 && totals > 0, "no question found anything");
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    let work = [("questions", times.len() as u64), ("hits", hits), ("matches", totals)];
    Ok(vec![
        Figure::new("p50", at(0.5), "ms", &work),
        Figure::new("p99", at(0.99), "ms", &work),
        Figure::new("slowest", times.last().copied().unwrap_or(f64::NAN), "ms", &work),
    ])
}

/// The index, wiped and built from the store.
pub(super) async fn reindex(task: &Task) -> Result<Vec<Figure>> {
    let data = task.folder.join("data");
    let _lock = lock::take(&data)?;
    let pool = database::open_existing(&data, &crate::config::Database::Sqlite).await?;
    let listings = read::count(&mut *pool.acquire().await?, Table::Listing).await?.unsigned_abs();
    let config = configure(&task.folder, &[], WATCHES, task.concurrency, None)?;
    let config = sources::complete(&mut *pool.acquire().await?, &config).await?;
    let stretch = Stretch::begin();
    indexing::wipe(&data)?;
    let mut projection = Projection::open(&data, &config)?;
    let indexed = projection.catch_up(&pool, |_| {}).await?;
    let (seconds, _) = stretch.end();
    pool.close().await;
    ensure!(indexed == listings && listings > 0, "the store holds {listings} listings, the index {indexed}");
    Ok(vec![Figure::new("listings", rate(indexed, seconds), "listings/s", &[("listings", indexed)])])
}

/// The rows to import: of `VIGIE_DATA` where it names a folder of listings, again and again under other ids, else the site's offers.
pub(super) fn rows(task: &Task) -> Result<(PathBuf, bool)> {
    let path = task.folder.join("rows.jsonl");
    let mut file = BufWriter::new(File::create(&path).with_context(|| format!("cannot write {}", path.display()))?);
    let real = std::env::var_os("VIGIE_DATA").map(|folder| PathBuf::from(folder).join("listings")).filter(|folder| folder.is_dir());
    match &real {
        Some(folder) => real_rows(folder, task.rows, &mut file)?,
        None => {
            for n in 0..task.rows {
                let offer = Site::offer(n);
                let end = offer.description.char_indices().nth(400 + n % 800).map_or(offer.description.len(), |(at, _)| at);
                let row = json!({
                    "id": n.to_string(), "title": offer.title, "description": offer.description.get(..end), "price": offer.price, "currency": "USD",
                    "vendor": offer.vendor, "category_path": offer.category, "observed_at": "2026-01-02T03:04:05Z",
                });
                writeln!(file, "{row}")?;
            }
        }
    }
    file.flush()?;
    Ok((path, real.is_some()))
}

fn real_rows(folder: &Path, rows: usize, out: &mut impl Write) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    files.retain(|file| file.to_string_lossy().contains(".jsonl"));
    files.sort();
    let (mut written, mut round) = (0, 0);
    while written < rows {
        let before = written;
        for path in &files {
            let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
            let gzip = path.extension().is_some_and(|kind| kind == "gz");
            let input: Box<dyn BufRead> =
                if gzip { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(BufReader::new(file)) };
            for line in input.lines().take(rows - written) {
                let mut row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&line?)?;
                row.insert("id".into(), json!(format!("{round}-{written}")));
                writeln!(out, "{}", serde_json::Value::Object(row))?;
                written += 1;
            }
        }
        ensure!(written > before, "{} holds no listings", folder.display());
        round += 1;
    }
    Ok(())
}
