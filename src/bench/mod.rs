//! Benchmarks of the program by itself: each run of each part is a process of its own, counts its work and fails when it did less.
//!
//! `commands/bench.rs` starts the processes in turns and puts their figures together; what one process does is here.

pub mod figure;
pub mod site;
pub mod server;
mod usage;
mod stand;
mod crawl;
mod polite;
mod indicators;
mod stages;
mod held;
mod mixture;
mod search;
mod questions;
mod dear;
mod yara;
pub mod alerts;
mod crowd;
mod growth;
mod desk;
mod frontier;
pub mod tor;

use std::path::PathBuf;

use anyhow::{Result, bail};
use url::Url;

pub use figure::{Figure, Line};
pub use stand::is_loopback;

/// A benchmark: its name, its parts in the order in which they run, and what it measures.
#[derive(Debug, Clone, Copy)]
pub struct Bench {
    /// Its name on the command line.
    pub name: &'static str,
    /// Measured one after the other in each run, each in a process of its own.
    pub parts: &'static [&'static str],
    /// Whether it asks the benchmark's own site on loopback.
    pub served: bool,
    /// Those of its parts that read a data folder which `import` filled.
    pub filled: &'static [&'static str],
}

/// All benchmarks, in the order in which they run.
pub const BENCHES: &[Bench] = &[
    Bench { name: "crawl", parts: &["bare", "fetch_parse", "full"], served: true, filled: &[] },
    Bench { name: "polite", parts: &["hosts"], served: false, filled: &[] },
    Bench { name: "extract", parts: &["pages"], served: false, filled: &[] },
    Bench { name: "classify", parts: &["listings"], served: false, filled: &[] },
    Bench { name: "indicators", parts: &["texts"], served: false, filled: &[] },
    Bench { name: "frontier", parts: &["addresses"], served: false, filled: &[] },
    Bench { name: "import", parts: &["rows", "growth"], served: false, filled: &[] },
    Bench { name: "search", parts: &["queries", "listings"], served: false, filled: &["queries"] },
    Bench { name: "alerts", parts: &["1k", "10k", "100k", "1m", "equality"], served: false, filled: &[] },
    Bench { name: "desk", parts: &["users"], served: false, filled: &[] },
    Bench { name: "reindex", parts: &["listings"], served: false, filled: &["listings"] },
    Bench { name: TOR, parts: &["crawl", "fetch", "curl"], served: true, filled: &[] },
];

/// The benchmark that needs a private Tor network, and runs only where it is named.
pub const TOR: &str = "tor";

/// What one process measures, and on how much.
#[derive(Debug, Clone)]
pub struct Task {
    /// Name of the benchmark.
    pub bench: String,
    /// Its part.
    pub part: String,
    /// Pages of the site.
    pub pages: usize,
    /// Rows of the import.
    pub rows: usize,
    /// Listings of the instance that grows, of the index that is searched, and of the desk.
    pub listings: usize,
    /// Addresses of the frontier.
    pub urls: usize,
    /// Most watches of `alerts`.
    pub watches: usize,
    /// Seconds that `polite` and `desk` last.
    pub seconds: u64,
    /// Fetches in flight.
    pub concurrency: usize,
    /// Where the site of [`site::Site`] is served.
    pub base: Option<Url>,
    /// The private network of `tor`.
    pub tor: Option<tor::Stage>,
    /// An empty folder for this process; of `search` and `reindex` the data folder.
    pub folder: PathBuf,
}

/// Measures one part once.
///
/// # Errors
/// The work was not done, or not all of it.
pub async fn run(task: &Task) -> Result<Vec<Figure>> {
    let mut figures = match (task.bench.as_str(), task.part.as_str()) {
        ("crawl", "bare") => crawl::bare(task).await,
        ("crawl", "fetch_parse") => crawl::fetch_parse(task).await,
        ("crawl", "full") => crawl::full(task).await,
        ("polite", "hosts") => polite::hosts(task).await,
        ("extract", "pages") => stages::extract(task).await,
        ("classify", "listings") => stages::classify(task).await,
        ("indicators", "texts") => stages::indicators(),
        ("frontier", "addresses") => frontier::addresses(task).await,
        ("import", "rows") => held::import(task).await,
        ("import", "growth") => growth::growth(task).await,
        ("search", "queries") => held::search(task).await,
        ("search", "listings") => search::listings(task),
        ("alerts", "equality") => alerts::equality(task),
        ("alerts", part) if let Some(many) = alerts::size(part) => alerts::watches(task, many),
        ("desk", "users") => desk::users(task).await,
        ("reindex", "listings") => held::reindex(task).await,
        (TOR, "crawl") => tor::full(task).await,
        (TOR, "fetch") => tor::fetch(task).await,
        (TOR, "curl") => tor::curl(task).await,
        (bench, part) => bail!("there is no benchmark {bench:?} with a part {part:?}"),
    }?;
    let rss = usage::rss_peak_mb();
    for figure in &mut figures {
        figure.bench.clone_from(&task.bench);
        figure.rss_peak_mb = rss;
    }
    Ok(figures)
}
