//! `vigie crawl`.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use tokio::sync::watch;

use crate::cli::{Common, CrawlArgs};
use crate::commands::{Usage, session};
use crate::config::Config;
use crate::database::{self, Pool};
use crate::pipeline::crawl::{Crawl, Options};
use crate::pipeline::summary::Summary;
use crate::pipeline::writer::{Writer, adopt_watches};
use crate::telemetry::Progress;

pub(super) async fn run(common: &Common, args: CrawlArgs) -> Result<u8> {
    let config = session::load(common)?;
    if config.sources.is_empty() {
        return Err(
            Usage("no source is configured; hint: `vigie init DIR` writes an example, `--config DIR` names its folder".into()).into()
        );
    }
    if let Some(unknown) = args.source.iter().find(|id| config.source(id).is_none()) {
        let known: Vec<&str> = config.sources.iter().map(|source| source.id.as_str()).collect();
        return Err(Usage(format!("no source {unknown:?} is configured; hint: there are {}", known.join(", "))).into());
    }
    let options = Options { sources: args.source, once: args.once, revisit: args.revisit, max_pages: args.max_pages };
    let summary = crawl(&common.data, &config, &options, session::stop_signal()?).await?;
    session::report(&summary, args.json)
}

/// Crawls into a data folder, with progress.
pub(super) async fn crawl(data: &Path, config: &Arc<Config>, options: &Options, stop: watch::Receiver<bool>) -> Result<Summary> {
    let mut writer = Writer::open(data, Arc::clone(config), "crawl").await?;
    adopt_watches(&writer.pool, config).await?;
    let progress = Progress::spinner("crawl");
    let tell = progress.clone();
    let crawl = Crawl::prepare(&mut writer, options).await?;
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

/// Opens the store of a data folder for reading commands.
pub(super) async fn store(common: &Common) -> Result<Pool> {
    database::open_existing(&common.data).await
}
