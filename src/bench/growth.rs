//! How an instance takes in listings as it grows: one import of file after file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use tokio::sync::watch;

use crate::bench::Task;
use crate::bench::crowd;
use crate::bench::figure::Figure;
use crate::bench::stand::configure;
use crate::bench::usage::{Stretch, rate, rss_peak_mb};
use crate::config::{Config, Source};
use crate::pipeline::import::{Format, Import};
use crate::pipeline::writer::Writer;
use crate::telemetry;

/// Listings of a file; of a small instance a tenth of all.
const FILE: u64 = 10_000;
/// Listings of a seller, on the average.
const BY_SELLER: u64 = 20;
/// Source of the listings.
const SOURCE: &str = "crowd";

/// Time of one file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    listings: u64,
    seconds: f64,
    cpu: f64,
}

/// Listings of an invented market into an instance that begins empty: what the first ones cost, and what the last ones. `VIGIE_LOG=info` tells
/// of every file on the way.
pub(super) async fn growth(task: &Task) -> Result<Vec<Figure>> {
    let config = configure(&task.folder, &[], &[], task.concurrency, None)?;
    telemetry::start(&config.settings);
    let (listings, sellers) = (task.listings as u64, sellers(task));
    let steps = fill(task, config).await?;
    let (first, last) = (one(&steps, 0), one(&steps, steps.len() - 1));
    let sellers = ("sellers", sellers);
    let figure = |name: &str, value: f64, unit: &str| Figure::new(name, value, unit, &[("listings", listings), sellers]);
    let mut figures = vec![
        Figure::new("growth_first", rate(first.listings, first.seconds), "listings/s", &[("listings", first.listings), sellers]),
        Figure::new("growth_last", rate(last.listings, last.seconds), "listings/s", &[("listings", last.listings), sellers]),
        figure("growth_ratio", ratio(last.seconds, last, first.seconds, first), "ratio"),
        figure("growth_cpu_ratio", ratio(last.cpu, last, first.cpu, first), "ratio"),
    ];
    let data = task.folder.join("data");
    for (name, bytes) in [("store", of_store(&data)?), ("index", bytes(&data.join("index"))?), ("archive", bytes(&data.join("archive"))?)] {
        figures.push(figure(&format!("growth_{name}"), bytes as f64 / 1e6, "MB"));
    }
    let mut done = 0;
    for tenth in steps.chunks(steps.len().div_ceil(10)) {
        let of = tenth.iter().map(|step| step.listings).sum::<u64>();
        done += of;
        let cpu = tenth.iter().map(|step| step.cpu).sum::<f64>() * 1_000.0 / of as f64;
        figures.push(Figure::new(&format!("growth_cpu_to_{done}"), cpu, "ms/listing", &[("listings", of), sellers]));
    }
    Ok(figures)
}

/// Sellers of the invented market.
pub(super) fn sellers(task: &Task) -> u64 {
    (task.listings as u64).div_ceil(BY_SELLER)
}

/// Takes the listings of an invented market into the instance of the task's folder.
pub(super) async fn fill(task: &Task, config: Arc<Config>) -> Result<Vec<Step>> {
    let (listings, sellers) = (task.listings as u64, sellers(task));
    let size = (listings / 10).clamp(1, FILE);
    let mut writer = Writer::open(&task.folder.join("data"), Arc::clone(&config), "import").await?;
    let mut import = Import::prepare(&mut writer, Source::for_import(SOURCE, &config.settings), None).await?;
    let (_nobody, stop) = watch::channel(false);
    let path = task.folder.join("listings.jsonl");
    let mut steps = Vec::new();
    for begin in (0..listings).step_by(size as usize) {
        let end = (begin + size).min(listings);
        write(&path, begin..end, sellers)?;
        let stretch = Stretch::begin();
        let imported = import.file(&path, Format::Jsonl, &stop, |_, _| {}).await?;
        let (seconds, cpu) = stretch.end();
        ensure!(imported.bad == 0, "{} rows were not understood", imported.bad);
        tracing::info!(listings = end, seconds, cpu, memory_peak = rss_peak_mb(), "imported");
        steps.push(Step { listings: end - begin, seconds, cpu });
    }
    let new = import.finish().await?.listings_new;
    ensure!(new == listings, "{new} of {listings} listings came");
    writer.close("{}").await?;
    Ok(steps)
}

fn write(path: &Path, numbers: std::ops::Range<u64>, sellers: u64) -> Result<()> {
    let mut file = BufWriter::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?);
    for n in numbers {
        writeln!(file, "{}", crowd::row(n, sellers))?;
    }
    Ok(file.flush()?)
}

fn one(steps: &[Step], at: usize) -> Step {
    steps.get(at).copied().unwrap_or(Step { listings: 0, seconds: 0.0, cpu: 0.0 })
}

/// How the time of a listing at the end stands to that at the beginning.
fn ratio(last: f64, of_last: Step, first: f64, of_first: Step) -> f64 {
    last * of_first.listings as f64 / (first * of_last.listings as f64).max(1e-9)
}

fn of_store(data: &Path) -> Result<u64> {
    Ok(std::fs::metadata(data.join("vigie.sqlite"))?.len())
}

/// Bytes of the files of a folder.
fn bytes(folder: &Path) -> Result<u64> {
    let mut total = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        total += entry?.metadata()?.len();
    }
    Ok(total)
}
