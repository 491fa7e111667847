//! `vigie crawl`.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use tokio::sync::watch;

use crate::audit::{self, Purpose};
use crate::cli::{Common, CrawlArgs};
use crate::clock;
use crate::commands::{Usage, session};
use crate::config::Config;
use crate::database::{self, Pool};
use crate::pipeline::crawl::{Crawl, Options};
use crate::pipeline::summary::Summary;
use crate::pipeline::writer::{Writer, adopt_watches};
use crate::telemetry::Progress;

pub(super) async fn run(common: &Common, args: CrawlArgs) -> Result<u8> {
    let config = session::load(common)?;
    check_sources(&config, &args.source)?;
    let stop = session::stop_signal()?;
    let mut left = args.max_pages;
    let mut options = Options { sources: args.source, once: args.once, revisit: args.revisit, ..Options::default() };
    loop {
        options.max_pages = left;
        options.until = (!args.once).then(session::next_day);
        let summary = crawl(&common.data, &config, &options, stop.clone()).await?;
        let code = session::report(&summary, args.json)?;
        left = left.map(|left| left.saturating_sub(summary.pages));
        // A run that goes on is a day long at most; the next one begins at midnight.
        if args.once || summary.interrupted || left == Some(0) || clock::now() < options.until.unwrap_or_default() {
            return Ok(code);
        }
        (options.keep_pauses, options.revisit) = (true, false);
    }
}

/// There are sources, and those that were named are among them.
pub(super) fn check_sources(config: &Config, named: &[String]) -> Result<()> {
    if config.sources.is_empty() {
        return Err(
            Usage("no source is configured; hint: `vigie init DIR` writes an example, `--config DIR` names its folder".into()).into()
        );
    }
    if let Some(unknown) = named.iter().find(|id| config.source(id).is_none()) {
        let known: Vec<&str> = config.sources.iter().map(|source| source.id.as_str()).collect();
        return Err(Usage(format!("no source {unknown:?} is configured; hint: there are {}", known.join(", "))).into());
    }
    Ok(())
}

/// Crawls into a data folder, with progress.
pub(super) async fn crawl(data: &Path, config: &Arc<Config>, options: &Options, stop: watch::Receiver<bool>) -> Result<Summary> {
    let mut writer = Writer::open(data, Arc::clone(config), "crawl").await?;
    adopt_watches(&writer.pool, config).await?;
    let progress = Progress::spinner("crawl");
    let tell = progress.clone();
    let pool = writer.pool.clone();
    let crawl = Crawl::prepare(&mut writer, options).await?;
    log_collection(&pool, crawl.summary.run, crawl.sources()).await?;
    let summary = crawl
        .run(options, stop, |summary| {
            tell.say(format!("{} pages, {} listings, {} alerts", summary.pages, summary.listings_new, summary.alerts));
        })
        .await;
    progress.done();
    let summary = summary?;
    writer.close(&serde_json::to_string(&summary)?).await?;
    Ok(summary)
}

/// Notes in the reading log that a run begins to collect.
pub(super) async fn log_collection(pool: &Pool, run: i64, mut sources: Vec<String>) -> Result<()> {
    sources.sort();
    let what = if sources.is_empty() { "nothing".to_owned() } else { sources.join(", ") };
    audit::record(pool, "crawl", &format!("run {run}: {what}"), &Purpose::default()).await?;
    Ok(())
}

/// Opens the store of a data folder for reading commands.
pub(super) async fn store(common: &Common, config: &Config) -> Result<Pool> {
    database::open_existing(&common.data, &config.settings.database).await
}
