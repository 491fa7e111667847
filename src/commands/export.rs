//! `vigie export FORMAT --out DIR`: data sets for other tools.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::audit::{self, Purpose};
use crate::config::Config;
use crate::database::{self, Pool};
use crate::export::tables::Profile;
use crate::export::{self, Exported, Format};
use crate::store::read::{self, Table};
use crate::store::sources;
use crate::telemetry::Progress;

/// Exports into the folder `out` and prints what was written. Gives the exit code: 0, or 2 where the profile does not fit. The reading
/// log is written first; without it nothing is exported.
///
/// # Errors
/// There is no store in `data`, it does not answer, or a folder cannot be written.
pub async fn run(
    data: &Path,
    config: &Config,
    format: Format,
    profile: Option<Profile>,
    out: &Path,
    purpose: &Purpose,
    print: &mut dyn Write,
) -> Result<u8> {
    if let Err(error) = check(config, format, profile) {
        eprintln!("{error:#}");
        return Ok(2);
    }
    let pool = database::open_existing(data, &config.settings.database).await?;
    let exported = write(&pool, data, config, format, profile, out, purpose).await;
    pool.close().await;
    let exported = exported?;
    let what = match format {
        Format::Listings => "listings written",
        Format::Tables => "listings taken into the tables",
    };
    writeln!(print, "{} {what}:", exported.rows)?;
    for file in &exported.files {
        writeln!(print, "  {}", file.display())?;
    }
    Ok(0)
}

/// Whether the profile can be had, before anything is opened.
fn check(config: &Config, format: Format, profile: Option<Profile>) -> Result<()> {
    match format {
        Format::Listings if profile.is_some() => {
            anyhow::bail!("--profile chooses the categories of `vigie export tables`; hint: leave it out here")
        }
        Format::Listings => Ok(()),
        Format::Tables => export::tables::check(config, profile),
    }
}

async fn write(
    pool: &Pool,
    data: &Path,
    config: &Config,
    format: Format,
    profile: Option<Profile>,
    out: &Path,
    purpose: &Purpose,
) -> Result<Exported> {
    let subject = match (format, profile) {
        (Format::Listings, _) => "listings".to_owned(),
        (Format::Tables, None) => "tables".to_owned(),
        (Format::Tables, Some(profile)) => format!("tables, profile {}", profile.name()),
    };
    audit::record(pool, "export", &format!("{subject}, to {}", out.display()), purpose).await?;
    let listings = read::count(&mut *pool.acquire().await.context("the store does not answer")?, Table::Listing).await?;
    let config = &sources::complete(&mut *pool.acquire().await?, config).await?;
    let bar = Progress::bar(listings.unsigned_abs(), "export");
    let exported = match format {
        Format::Listings => export::listings(pool, config, data, out, |rows| bar.at(rows)).await,
        Format::Tables => export::tables(pool, config, data, out, profile, |rows| bar.at(rows)).await,
    };
    bar.done();
    exported
}
