//! `vigie export FORMAT --out DIR`: data sets for other tools.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::audit::{Actor, Purpose};
use crate::cli::ExportArgs;
use crate::config::Config;
use crate::database::{self, Pool};
use crate::export::disclosure::{self, Order};
use crate::export::tables::Profile;
use crate::export::{self, Exported, Format, Part};
use crate::store::read::{self, Table};
use crate::telemetry::Progress;

/// Exports into the folder that is asked for and prints what was written. Gives the exit code: 0, or 2 where the profile does not fit. The
/// reading log is written first; without it nothing is exported.
///
/// # Errors
/// There is no store in `data`, it does not answer, or a folder cannot be written.
pub async fn run(data: &Path, config: &Config, args: &ExportArgs, purpose: &Purpose, print: &mut dyn Write) -> Result<u8> {
    if let Err(error) = check(config, args.what, args.profile) {
        eprintln!("{error:#}");
        return Ok(2);
    }
    let pool = database::open_existing(data, &config.settings.database).await?;
    let exported = write(&pool, data, config, args, purpose).await;
    pool.close().await;
    let exported = exported?;
    let what = match args.what {
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

async fn write(pool: &Pool, data: &Path, config: &Config, args: &ExportArgs, purpose: &Purpose) -> Result<Exported> {
    let actor = Actor::of_command();
    let listings = read::count(&mut *pool.acquire().await.context("the store does not answer")?, Table::Listing).await?;
    let order = Order {
        format: args.what,
        profile: args.profile,
        part: Part::default(),
        out: &args.out,
        told: &format!("to {}", args.out.display()),
        recipient: args.recipient.as_deref().unwrap_or(&actor.name),
    };
    let bar = Progress::bar(listings.unsigned_abs(), "export");
    let exported = disclosure::hand_over(pool, config, data, &actor, purpose, &order, |rows| bar.at(rows)).await;
    bar.done();
    Ok(exported?.1)
}
