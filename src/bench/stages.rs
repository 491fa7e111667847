//! The pure stages on one thread: pages of the mock market, and saved pages where `VIGIE_DATA` names their folder.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use url::Url;
use vigie_extractors::indicators;
use vigie_extractors::record::{Extraction, Listing};

use crate::bench::Task;
use crate::bench::figure::Figure;
use crate::bench::indicators::texts;
use crate::bench::site::Site;
use crate::bench::usage::{Stretch, rate, rss_mb};
use crate::demo::{Market, MarketOptions};
use crate::extract::{self, Body};
use crate::fetch::{Clearnet, Limits, Request};
use crate::{classify, clock, config};

/// Rounds over the same pages in one process.
const ROUNDS: usize = 3;

/// Advertisements of a thousand bytes that are classified.
const KILOBYTES: usize = 2_000;

/// Bytes to records.
pub(super) async fn extract(task: &Task) -> Result<Vec<Figure>> {
    let pages = market(task).await?;
    let mut figures = read("market", &pages, pages.len() as u64)?;
    let saved = saved()?;
    if !saved.is_empty() {
        figures.extend(read("saved", &saved, 1)?);
    }
    Ok(figures)
}

/// Extraction beside a parse of the same bytes into a tree, which any reading needs: page by page in turns, so that both meet the machine in
/// the same state.
fn read(figure: &str, pages: &[Body], least: u64) -> Result<Vec<Figure>> {
    let (mut ours, mut bare) = (Duration::ZERO, Duration::ZERO);
    let (mut listings, mut nodes) = (0, 0);
    for _ in 0..ROUNDS {
        (listings, nodes) = (0, 0);
        for page in pages {
            let stretch = Stretch::begin();
            listings += extract::page(page, None, None).listings.len() as u64;
            ours += Duration::from_secs_f64(stretch.end().0);
            let stretch = Stretch::begin();
            nodes += scraper::Html::parse_document(&String::from_utf8_lossy(&page.bytes)).tree.values().len() as u64;
            bare += Duration::from_secs_f64(stretch.end().0);
        }
    }
    ensure!(listings >= least, "{listings} listings came of {} pages, at least {least} are there", pages.len());
    ensure!(nodes > pages.len() as u64, "{nodes} nodes came of {} pages", pages.len());
    let bytes: usize = pages.iter().map(|page| page.bytes.len()).sum();
    let work = [("pages", pages.len() as u64), ("listings", listings), ("bytes", bytes as u64), ("rounds", ROUNDS as u64)];
    let parsed = [("pages", pages.len() as u64), ("nodes", nodes), ("bytes", bytes as u64), ("rounds", ROUNDS as u64)];
    let (all, mb) = ((pages.len() * ROUNDS) as u64, (bytes * ROUNDS) as f64 / 1e6);
    Ok(vec![
        Figure::new(figure, rate(all, ours.as_secs_f64()), "pages/s", &work),
        Figure::new(&format!("{figure}_bytes"), mb / ours.as_secs_f64(), "MB/s", &work),
        Figure::new(&format!("{figure}_bare_parse"), mb / bare.as_secs_f64(), "MB/s", &parsed),
        Figure::new(&format!("{figure}_over_bare_parse"), bare.as_secs_f64() / ours.as_secs_f64(), "ratio", &work),
    ])
}

/// Texts to indicators.
pub(super) fn indicators() -> Result<Vec<Figure>> {
    texts(&saved()?)
}

/// Records to categories; and texts to indicators.
pub(super) async fn classify(task: &Task) -> Result<Vec<Figure>> {
    let settings = config::load(None)?;
    let (before, loading) = (rss_mb(), Stretch::begin());
    let codebook = classify::codebook(&settings)?;
    let (loaded, _) = loading.end();
    let held = rss_mb() - before;
    let pages: Vec<Extraction> = market(task).await?.iter().map(|page| extract::page(page, None, None)).collect();
    let mut rounds: Vec<Vec<Extraction>> = (0..ROUNDS).map(|_| pages.clone()).collect();
    let stretch = Stretch::begin();
    rounds.iter_mut().flatten().for_each(|page| classify::page(&codebook, page));
    let (seconds, _) = stretch.end();
    let read = rounds.pop().unwrap_or_default();
    let listings = read.iter().map(|page| page.listings.len() as u64).sum::<u64>();
    let known = |page: &Extraction| {
        page.listings.iter().filter(|one| one.classification.as_ref().is_some_and(|one| one.category != "unknown")).count()
    };
    let known = read.iter().map(known).sum::<usize>() as u64;
    ensure!(known * 10 > listings * 8, "{known} of {listings} listings got a category");
    let classified =
        Figure::new("listings", rate(listings * ROUNDS as u64, seconds), "listings/s", &[("listings", listings), ("with_category", known)]);
    let mut long: Vec<Listing> = (0..KILOBYTES).map(kilobyte).collect();
    let stretch = Stretch::begin();
    long.iter_mut().for_each(|listing| codebook.classify(listing));
    let (long_seconds, _) = stretch.end();
    let bytes = long.iter().map(|listing| (listing.title.len() + listing.description.len()) as u64).sum();
    let long = [("listings", KILOBYTES as u64), ("bytes", bytes)];
    let texts: Vec<&str> = read.iter().flat_map(|page| &page.listings).map(|listing| listing.description.as_str()).collect();
    let stretch = Stretch::begin();
    let mut found = 0;
    for _ in 0..ROUNDS {
        found = texts.iter().map(|text| indicators::find(text, "description").len() as u64).sum();
    }
    let (seconds, _) = stretch.end();
    ensure!(found > 0, "the mock market names payment addresses, none was found");
    let work = [("texts", texts.len() as u64), ("bytes", texts.iter().map(|text| text.len() as u64).sum()), ("indicators", found)];
    let all = [("categories", codebook.categories().len() as u64)];
    Ok(vec![
        classified,
        Figure::new("listings_of_1_kb", rate(KILOBYTES as u64, long_seconds), "listings/s", &long),
        Figure::new("codebook_loaded", loaded, "s", &all),
        Figure::new("codebook_held", held, "MB", &all),
        Figure::new("indicators", rate((texts.len() * ROUNDS) as u64, seconds), "texts/s", &work),
    ])
}

/// An advertisement of 1,000 bytes; its text is of everyday goods.
fn kilobyte(n: usize) -> Listing {
    let offer = Site::offer(n);
    let description = offer.description.get(..1_000 - offer.title.len().min(1_000)).unwrap_or_default().to_owned();
    let category_path = offer.category.iter().map(|part| (*part).to_owned()).collect();
    Listing { title: offer.title, description, category_path, language: Some("en".to_owned()), ..Listing::default() }
}

/// The listing pages of the mock market, decoded; at most as many as are asked for.
async fn market(task: &Task) -> Result<Vec<Body>> {
    let market = Market::start(MarketOptions { stumbles: false, ..MarketOptions::default() })?;
    let client = Clearnet::new(Duration::from_secs(5))?;
    let mut pages = Vec::new();
    for one in market.truth().into_iter().take(task.pages) {
        let Some(site) = market.sites().get(one.site.wrapping_sub(1)) else { continue };
        let request = Request { allow_private: true, ..Request::get(Url::parse(&site.url(&one.path))?) };
        let exchange = client.fetch(&request).await;
        if exchange.status == Some(200) {
            let bytes = exchange.decoded(&Limits::default()).map_err(|outcome| anyhow::anyhow!("{}: {outcome}", request.url))?;
            pages.push(Body { url: exchange.url.clone(), bytes, content_type: exchange.content_type(), captured_at: clock::now() });
        }
    }
    market.stop().await;
    ensure!(!pages.is_empty(), "the mock market shows no listing");
    Ok(pages)
}

/// Saved pages of `VIGIE_DATA`, sorted by name.
fn saved() -> Result<Vec<Body>> {
    let Some(folder) = std::env::var_os("VIGIE_DATA").map(|folder| PathBuf::from(folder).join("pages")) else { return Ok(Vec::new()) };
    let mut files = Vec::new();
    for market in std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let market = market?.path();
        if market.is_dir() {
            files.extend(std::fs::read_dir(market)?.collect::<Result<Vec<_>, _>>()?.into_iter().map(|entry| entry.path()));
        }
    }
    files.retain(|file| file.extension().is_some_and(|kind| kind == "html" || kind == "htm"));
    files.sort();
    let url = Url::parse("http://saved.example/page")?;
    let body = |file: &PathBuf| {
        Ok(Body { url: url.clone(), bytes: std::fs::read(file)?, content_type: Some("text/html".into()), captured_at: clock::now() })
    };
    files.iter().map(body).collect()
}
