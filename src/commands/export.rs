//! `vigie export`: data sets for other tools.

use std::io::{self, Write};

use anyhow::Result;

use crate::audit;
use crate::cli::{Common, ExportWhat};
use crate::commands::{Usage, crawl, session};
use crate::export;
use crate::store::read::{self, Table};
use crate::telemetry::Progress;

pub(super) async fn run(common: &Common, what: ExportWhat) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    if let ExportWhat::Tables { profile, .. } = &what {
        export::tables::check(&config, *profile).map_err(|error| Usage(format!("{error:#}")))?;
    }
    let pool = crawl::store(common).await?;
    let (subject, out) = match &what {
        ExportWhat::Listings { out } => ("listings".to_owned(), out),
        ExportWhat::Tables { out, profile: None } => ("tables".to_owned(), out),
        ExportWhat::Tables { out, profile: Some(profile) } => (format!("tables, profile {}", profile.name()), out),
    };
    audit::record(&pool, "export", &format!("{subject}, to {}", out.display()), &purpose).await?;
    let listings = read::count(&mut *pool.acquire().await?, Table::Listing).await?;
    let bar = Progress::bar(listings.unsigned_abs(), "export");
    let (exported, note) = match &what {
        ExportWhat::Listings { out } => (
            export::listings(&pool, &config, out, |rows| bar.at(rows)).await,
            "these files name vendors and addresses; for research use `vigie export tables`",
        ),
        ExportWhat::Tables { out, profile } => (
            export::tables(&pool, &config, &common.data, out, *profile, |rows| bar.at(rows)).await,
            "tables.json says what was counted, left out and withheld",
        ),
    };
    bar.done();
    let exported = exported?;
    pool.close().await;
    let mut print = io::stdout().lock();
    for file in &exported.files {
        writeln!(print, "{}", file.display())?;
    }
    eprintln!("{} listings; {note}", exported.rows);
    Ok(0)
}
