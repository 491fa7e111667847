//! `vigie export FORMAT --out DIR`: data sets for other tools.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::audit::{self, Actor, Purpose};
use crate::cli::ExportArgs;
use crate::config::Config;
use crate::database::{self, Pool, Turn};
use crate::export::tables::Profile;
use crate::export::{self, Exported, Format};
use crate::store::read::{self, Table};
use crate::store::{cases, exports, sources};
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
    let format = match args.what {
        Format::Listings => "listings",
        Format::Tables => "tables",
    };
    let profile = args.profile.map(|profile| format!(", profile {}", profile.name())).unwrap_or_default();
    let actor = Actor::of_command();
    let recipient = args.recipient.as_deref().unwrap_or(&actor.name);
    let subject = format!("{format}{profile}, to {}", args.out.display());
    let id = audit::disclose(pool, &actor, "export", &subject, purpose, recipient).await?;
    let mut transaction = database::begin_turn(pool, Turn::Cases).await?;
    exports::begin(&mut transaction, id, format, recipient, &actor.name, purpose.case.as_deref()).await?;
    transaction.commit().await?;
    let listings = read::count(&mut *pool.acquire().await.context("the store does not answer")?, Table::Listing).await?;
    let config = &sources::complete(&mut *pool.acquire().await?, config).await?;
    let bar = Progress::bar(listings.unsigned_abs(), "export");
    let exported = match args.what {
        Format::Listings => export::listings(pool, config, data, &args.out, |rows| bar.at(rows)).await,
        Format::Tables => export::tables(pool, config, data, &args.out, args.profile, |rows| bar.at(rows)).await,
    };
    bar.done();
    let mut exported = exported?;
    let mut transaction = database::begin_turn(pool, Turn::Cases).await?;
    exports::end(&mut transaction, id, exported.rows, std::mem::take(&mut exported.listings)).await?;
    if let Some(reference) = purpose.case.as_deref()
        && cases::one(&mut transaction, reference).await?.is_some_and(|case| case.closed_at.is_none())
    {
        let note = format!("{format} for {recipient}");
        cases::add(&mut transaction, reference, cases::Kind::Export, &id.to_string(), &note, &actor.name).await?;
    }
    transaction.commit().await?;
    Ok(exported)
}
