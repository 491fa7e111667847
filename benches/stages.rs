//! The pure stages on the mock market's pages, one thread: `cargo bench`. One JSON line a figure, with the counts of work done.

use std::time::Instant;

use serde_json::json;
use url::Url;
use vigie::config;
use vigie::demo::{Market, MarketOptions};
use vigie::extract::{self, Body};
use vigie::fetch::{Clearnet, Fetcher, Limits, Request, clearnet};
use vigie::{classify, clock};
use vigie_extractors::indicators;
use vigie_extractors::record::Extraction;

/// Rounds; the median is printed.
const ROUNDS: usize = 5;

fn main() -> anyhow::Result<()> {
    clearnet::install_crypto_provider();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let pages = runtime.block_on(pages())?;
    let codebook = classify::codebook(&config::load(None)?)?;
    let read = measure("extract", "pages", pages.len(), || pages.iter().map(|body| extract::page(body, None)).collect::<Vec<Extraction>>());
    let listings: usize = read.iter().map(|page| page.listings.len()).sum();
    anyhow::ensure!(listings >= pages.len(), "every page holds a listing, {listings} were found on {} pages", pages.len());
    let classified = measure("classify", "listings", listings, || {
        let mut read = read.clone();
        read.iter_mut().for_each(|page| classify::page(&codebook, page));
        read
    });
    let known = classified
        .iter()
        .flat_map(|page| &page.listings)
        .filter(|one| one.classification.as_ref().is_some_and(|one| one.category != "unknown"));
    anyhow::ensure!(known.count() * 10 > listings * 8, "most listings get a category");
    let texts: Vec<&str> = read.iter().flat_map(|page| &page.listings).map(|listing| listing.description.as_str()).collect();
    let found =
        measure("indicators", "texts", texts.len(), || texts.iter().map(|text| indicators::find(text, "description").len()).sum::<usize>());
    anyhow::ensure!(found > 0, "the mock market names payment addresses");
    Ok(())
}

/// Every listing page of the market, decoded.
async fn pages() -> anyhow::Result<Vec<Body>> {
    let market = Market::start(MarketOptions { stumbles: false, ..MarketOptions::default() })?;
    let client = Clearnet::new(std::time::Duration::from_secs(5))?;
    let mut pages = Vec::new();
    for one in market.truth() {
        let Some(site) = market.sites().get(one.site.wrapping_sub(1)) else { continue };
        let request = Request { allow_private: true, ..Request::get(Url::parse(&site.url(&one.path))?) };
        let exchange = client.fetch(&request).await;
        if exchange.status == Some(200) {
            let bytes = exchange.decoded(&Limits::default()).map_err(|outcome| anyhow::anyhow!("{outcome}"))?;
            pages.push(Body { url: exchange.url.clone(), bytes, content_type: exchange.content_type(), captured_at: clock::now() });
        }
    }
    market.stop().await;
    Ok(pages)
}

/// Runs `work` a few times and prints the median; gives the last answer.
#[allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn measure<R>(bench: &str, unit: &str, count: usize, work: impl Fn() -> R) -> R {
    let mut seconds = Vec::new();
    let mut answer = work();
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        answer = work();
        seconds.push(begin.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let median = seconds.get(ROUNDS / 2).copied().unwrap_or(f64::NAN);
    let rate = f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / median;
    println!("{}", json!({"bench": bench, unit: count, "rounds": ROUNDS, "median_s": median, "per_second": rate.round()}));
    answer
}
