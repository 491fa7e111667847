//! The crawl of one static site: everything on, fetching and reading only, and a bare loop of requests for comparison.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::sync::watch;
use tokio::task::JoinSet;
use url::Url;

use crate::bench::Task;
use crate::bench::figure::Figure;
use crate::bench::site::{Site, WATCHES};
use crate::bench::stand::{Stall, configure, is_loopback};
use crate::bench::usage::{Stretch, rate};
use crate::extract::{self, Body};
use crate::fetch::{Clearnet, Outcome, Request};
use crate::pipeline::crawl::{Crawl, Options};
use crate::pipeline::writer::{Writer, adopt_watches};
use crate::search::{self, Question};

fn base(task: &Task) -> Result<&Url> {
    let base = task.base.as_ref().context("no site is served")?;
    ensure!(is_loopback(base), "{base} is not on loopback; hint: benchmarks ask this machine alone, as in http://127.0.0.1:8080/");
    Ok(base)
}

/// All stages: fetch, archive, extract, classify, store, watches, index.
pub(super) async fn full(task: &Task) -> Result<Vec<Figure>> {
    let seed = base(task)?.join(&Site::path(0))?;
    let stall = Stall { seed, interval: None, concurrency: task.concurrency };
    let config = configure(&task.folder, &[stall], WATCHES, task.concurrency, None)?;
    let data = task.folder.join("data");
    let (_nobody, stop) = watch::channel(false);
    let stretch = Stretch::begin();
    let mut writer = Writer::open(&data, Arc::clone(&config), "crawl").await?;
    adopt_watches(&writer.pool, &config).await?;
    let pool = writer.pool.clone();
    let options = Options { once: true, ..Options::default() };
    let summary = Crawl::prepare(&mut writer, &options).await?.run(&options, stop, |_| {}).await?;
    let (fetched, _) = stretch.end();
    // With the index up to date: that is part of the work.
    writer.close("{}").await?;
    let (seconds, cpu) = stretch.end();
    drop(pool);
    let ok = summary.outcomes.get(Outcome::Ok.code()).copied().unwrap_or(0);
    // robots.txt is asked for once.
    let pages = ok.saturating_sub(1);
    let store = crate::database::open_existing(&data, &crate::config::Database::Sqlite).await?;
    let index = search::open(&data)?;
    let indexed = search::ask(&store, &index, &Question { query: "*".into(), ..Question::default() }).await?.total;
    store.close().await;
    let work =
        [("pages", pages), ("listings", summary.listings_new), ("alerts", summary.alerts), ("indexed", indexed), ("bytes", summary.bytes)];
    ensure!(pages == task.pages as u64, "{pages} pages came, {} are there: {:?}", task.pages, summary.outcomes);
    ensure!(indexed == summary.listings_new, "{} listings are stored and {indexed} indexed", summary.listings_new);
    ensure!(summary.listings_new == pages, "{} listings came of {pages} pages that hold one each", summary.listings_new);
    let marked = Site { pages: task.pages }.marked();
    ensure!(summary.alerts >= marked, "{} alerts, at least {marked} are due", summary.alerts);
    Ok(vec![
        Figure::new("full", rate(pages, seconds), "pages/s", &work),
        Figure::new("full_cpu", cpu * 1_000.0 / pages.max(1) as f64, "ms/page", &work),
        Figure::new("full_tail", seconds - fetched, "s", &work),
    ])
}

/// The same pages through our fetcher and extractor, and no further.
pub(super) async fn fetch_parse(task: &Task) -> Result<Vec<Figure>> {
    let base = base(task)?.clone();
    let client = Clearnet::new(Duration::from_secs(5))?;
    let listings = Arc::new(AtomicU64::new(0));
    let stretch = Stretch::begin();
    let found = Arc::clone(&listings);
    let pages = at_once(task, move |n| {
        let (client, base, found) = (client.clone(), base.clone(), Arc::clone(&found));
        async move {
            let request = Request { allow_private: true, ..Request::get(base.join(&Site::path(n))?) };
            let exchange = client.fetch(&request).await;
            ensure!(exchange.outcome == Outcome::Ok, "{}: {:?} {:?}", request.url, exchange.outcome, exchange.detail);
            let bytes = exchange.decoded(&request.limits).map_err(|outcome| anyhow::anyhow!("{}: {outcome}", request.url))?;
            let body = Body { url: exchange.url.clone(), bytes, content_type: exchange.content_type(), captured_at: exchange.started_at };
            found.fetch_add(extract::page(&body, None, None).listings.len() as u64, Ordering::Relaxed);
            Ok(())
        }
    })
    .await?;
    let (seconds, cpu) = stretch.end();
    let listings = listings.load(Ordering::Relaxed);
    ensure!(listings == pages, "{listings} listings came of {pages} pages that hold one each");
    let work = [("pages", pages), ("listings", listings)];
    Ok(vec![
        Figure::new("fetch_parse", rate(pages, seconds), "pages/s", &work),
        Figure::new("fetch_parse_cpu", cpu * 1_000.0 / pages.max(1) as f64, "ms/page", &work),
    ])
}

/// The same pages by the HTTP library alone; bodies are received and dropped.
pub(super) async fn bare(task: &Task) -> Result<Vec<Figure>> {
    let base = base(task)?.clone();
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
    let bytes = Arc::new(AtomicU64::new(0));
    let stretch = Stretch::begin();
    let received = Arc::clone(&bytes);
    let pages = at_once(task, move |n| {
        let (client, base, received) = (client.clone(), base.clone(), Arc::clone(&received));
        async move {
            let answer = client.get(base.join(&Site::path(n))?).send().await?;
            ensure!(answer.status().is_success(), "{} for {}", answer.status(), answer.url());
            received.fetch_add(answer.bytes().await?.len() as u64, Ordering::Relaxed);
            Ok(())
        }
    })
    .await?;
    let (seconds, cpu) = stretch.end();
    let work = [("pages", pages), ("bytes", bytes.load(Ordering::Relaxed))];
    Ok(vec![
        Figure::new("bare", rate(pages, seconds), "pages/s", &work),
        Figure::new("bare_cpu", cpu * 1_000.0 / pages.max(1) as f64, "ms/page", &work),
    ])
}

/// Does `one` for every page, as many at once as fetches may be in flight; returns for how many.
pub(super) async fn at_once<F>(task: &Task, one: impl Fn(usize) -> F + Clone + Send + 'static) -> Result<u64>
where
    F: Future<Output = Result<()>> + Send,
{
    let (next, pages) = (Arc::new(AtomicUsize::new(0)), task.pages);
    let mut workers = JoinSet::new();
    for _ in 0..task.concurrency {
        let (next, one) = (Arc::clone(&next), one.clone());
        workers.spawn(async move {
            let mut done = 0;
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= pages {
                    return Ok::<u64, anyhow::Error>(done);
                }
                one(n).await?;
                done += 1;
            }
        });
    }
    let mut done = 0;
    while let Some(worker) = workers.join_next().await {
        done += worker??;
    }
    ensure!(done == pages as u64, "{done} of {pages} pages came");
    Ok(done)
}
