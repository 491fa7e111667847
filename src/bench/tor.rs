//! The site as an onion service of a private network: crawled, fetched, and for comparison fetched by curl through C tor's client.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use url::Url;

use crate::bench::Task;
use crate::bench::crawl::at_once;
use crate::bench::figure::Figure;
use crate::bench::site::Site;
use crate::bench::stand::{Stall, configure};
use crate::bench::usage::{Stretch, rate};
use crate::config::{Config, Route};
use crate::demo::tornet::{Network, Onion, Plan};
use crate::fetch::{Outcome, Request, Routes};
use crate::pipeline::crawl::{Crawl, Options, limits};
use crate::pipeline::writer::{Writer, adopt_watches};

/// Where the processes of the parts find the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Address of the onion service.
    pub base: String,
    /// `[tor.network]` for vigie.toml.
    pub settings: String,
    /// SOCKS port of a C tor client.
    pub socks: SocketAddr,
}

impl Stage {
    /// Address of the n-th page.
    fn page(&self, n: usize) -> Result<Url> {
        Ok(Url::parse(&self.base)?.join(&Site::path(n))?)
    }
}

/// Starts a network whose onion service shows what `site` does. Blocks its thread.
///
/// # Errors
/// Tor is not installed, or the network does not come up.
pub fn network(folder: &Path, site: SocketAddr, progress: &dyn Fn(&str)) -> Result<(Network, Stage)> {
    let plan = Plan { onions: vec![Onion::new("site", site)], ..Plan::default() };
    let mut network = Network::start(folder, &plan, progress)?;
    let socks = network.socks()?;
    let base = format!("http://{}/", network.onion("site")?);
    let stage = Stage { base, settings: network.settings()?, socks };
    Ok((network, stage))
}

fn stage(task: &Task) -> Result<&Stage> {
    task.tor.as_ref().context("there is no network")
}

fn config(task: &Task) -> Result<Arc<Config>> {
    let stall = Stall { seed: stage(task)?.page(0)?, interval: None, concurrency: task.concurrency };
    configure(&task.folder, &[stall], &[], task.concurrency, task.tor.as_ref())
}

/// All stages, from the first commit on: until then Tor, the service and robots.txt are got ready.
pub(super) async fn full(task: &Task) -> Result<Vec<Figure>> {
    let config = config(task)?;
    let (_nobody, stop) = watch::channel(false);
    let mut writer = Writer::open(&task.folder.join("data"), Arc::clone(&config), "crawl").await?;
    adopt_watches(&writer.pool, &config).await?;
    let options = Options { once: true, ..Options::default() };
    let crawl = Crawl::prepare(&mut writer, &options).await?;
    let mut first: Option<(Instant, u64)> = None;
    let summary = crawl
        .run(&options, stop, |summary| {
            // robots.txt and the first page have come: from now on pages come as fast as they can.
            if first.is_none() && summary.pages >= 2 {
                first = Some((Instant::now(), summary.pages));
            }
        })
        .await?;
    let (begun, before) = first.context("no page came")?;
    let seconds = begun.elapsed().as_secs_f64();
    writer.close("{}").await?;
    let ok = summary.outcomes.get(Outcome::Ok.code()).copied().unwrap_or(0);
    ensure!(ok == task.pages as u64 + 1, "{ok} pages and robots.txt came, {} are there: {:?}", task.pages, summary.outcomes);
    ensure!(summary.listings_new == task.pages as u64, "{} listings came of {} pages", summary.listings_new, task.pages);
    let failed: u64 = summary.outcomes.iter().filter(|(code, _)| *code != Outcome::Ok.code()).map(|(_, n)| *n).sum();
    let work = [("pages", ok - 1), ("pages_timed", summary.pages - before), ("bytes", summary.bytes), ("failed", failed)];
    let ready = summary.tor_ready_ms.unwrap_or(0) as f64;
    Ok(vec![
        Figure::new("vigie_crawl", rate(summary.pages - before, seconds), "pages/s", &work),
        Figure::new("vigie_tor_ready", ready, "ms", &[]),
    ])
}

/// The pages through our fetcher and no further.
pub(super) async fn fetch(task: &Task) -> Result<Vec<Figure>> {
    let (config, base) = (config(task)?, stage(task)?.clone());
    let routes = Routes::open(&config.settings, &task.folder.join("data"), |route| route == Route::Tor).await?;
    let request = move |n: usize| -> Result<Request> {
        let url = base.page(n)?;
        Ok(Request { route: Route::Tor, source: "stall0".into(), limits: limits(&config.settings, Route::Tor), ..Request::get(url) })
    };
    let first = routes.fetch(&request(0)?, std::future::ready(())).await;
    ensure!(first.outcome == Outcome::Ok, "the first page: {} {:?}", first.outcome, first.detail);
    let stretch = Stretch::begin();
    let pages = at_once(task, move |n| {
        let (routes, request) = (routes.clone(), request(n));
        async move {
            let exchange = routes.fetch(&request?, std::future::ready(())).await;
            ensure!(exchange.outcome == Outcome::Ok, "page {n}: {} {:?}", exchange.outcome, exchange.detail);
            Ok(())
        }
    })
    .await?;
    let (seconds, _) = stretch.end();
    Ok(vec![Figure::new("vigie_fetch", rate(pages, seconds), "pages/s", &[("pages", pages)])])
}

/// The pages by curl, in parallel and with connections kept, through a C tor client that knows the service already.
pub(super) async fn curl(task: &Task) -> Result<Vec<Figure>> {
    let stage = stage(task)?;
    let list = task.folder.join("urls");
    let urls = |pages: std::ops::Range<usize>| -> Result<String> {
        let line = |n| Ok(format!("url = \"{}\"\noutput = \"/dev/null\"\n", stage.page(n)?));
        pages.map(line).collect()
    };
    let run = async |text: String| -> Result<(u64, f64)> {
        std::fs::write(&list, text)?;
        let mut command = Command::new("curl");
        command
            .args(["--silent", "--no-progress-meter", "--parallel", "--parallel-max", &task.concurrency.to_string(), "--max-time", "120"])
            .args(["--socks5-hostname", &stage.socks.to_string(), "--write-out", "%{http_code}\\n", "--config"])
            .arg(&list)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit());
        let stretch = Stretch::begin();
        let output = tokio::task::spawn_blocking(move || command.output()).await?;
        let output = output.context("cannot start curl; hint: install it, as by `apt-get install curl`")?;
        let (seconds, _) = stretch.end();
        Ok((output.stdout.split(|byte| *byte == b'\n').filter(|code| *code == b"200").count() as u64, seconds))
    };
    // The first connection of a client may come before the descriptor is up.
    for tries in 1.. {
        match run(urls(0..1)?).await? {
            (1, _) => break,
            _ if tries == 5 => bail!("curl does not reach the onion service"),
            _ => {}
        }
    }
    let (pages, seconds) = run(urls(0..task.pages)?).await?;
    Ok(vec![Figure::new("curl", rate(pages, seconds), "pages/s", &[("pages", pages)])])
}
