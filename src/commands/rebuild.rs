//! `vigie reextract` and `vigie reindex`.

use anyhow::{Result, bail};

use crate::cli::Common;
use crate::commands::session;
use crate::config::Config;
use crate::indexing::{self, Projection};
use crate::pipeline::crawl::Crawl;
use crate::pipeline::writer::Writer;
use crate::pipeline::{lock, rebuild};
use crate::store::{read, sources};
use crate::telemetry::Progress;
use crate::{audit, database};

pub(super) async fn reextract(common: &Common) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    database::open_existing(&common.data, &config.settings.database).await?.close().await;
    let mut writer = Writer::open(&common.data, config.clone(), "reextract").await?;
    Crawl::recover(&mut writer).await?;
    audit::record(&writer.pool, "reextract", "", &purpose).await?;
    let captures = read::count(&mut *writer.pool.acquire().await?, read::Table::Capture).await?.unsigned_abs();
    let progress = Progress::bar(captures, "reextract");
    let rebuilt = rebuild::reextract(&mut writer, |done| progress.at(done)).await;
    progress.done();
    let rebuilt = rebuilt?;
    writer.close(&serde_json::to_string(&rebuilt)?).await?;
    session::tell!("{} captures read again, {} listings", rebuilt.captures, rebuilt.listings);
    build_index(common, &config).await
}

pub(super) async fn reindex(common: &Common) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    let pool = database::open_existing(&common.data, &config.settings.database).await?;
    audit::record(&pool, "reindex", "", &purpose).await?;
    pool.close().await;
    build_index(common, &config).await
}

async fn build_index(common: &Common, config: &Config) -> Result<u8> {
    let _lock = lock::take(&common.data)?;
    let pool = database::open_existing(&common.data, &config.settings.database).await?;
    let listings = read::count(&mut *pool.acquire().await?, read::Table::Listing).await?.unsigned_abs();
    indexing::wipe(&common.data)?;
    let progress = Progress::bar(listings, "reindex");
    let config = sources::complete(&mut *pool.acquire().await?, config).await?;
    let mut projection = Projection::open(&common.data, &config)?;
    let indexed = projection.catch_up(&pool, |done| progress.at(done)).await;
    progress.done();
    let indexed = indexed?;
    pool.close().await;
    if indexed != listings {
        bail!("the store holds {listings} listings, the index {indexed}; hint: run `vigie reextract`");
    }
    session::tell!("{indexed} listings indexed");
    Ok(0)
}
