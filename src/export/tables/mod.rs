//! The research export: trend tables that name nobody, with a manifest that says what was counted, left out and withheld.
//!
//! Sources stand under keyed pseudonyms, vendors are only counted, addresses and texts are left out, small cells are withheld.

pub mod profile;
pub mod price;
pub mod advert;
pub mod cells;
pub mod errors;
mod collect;
mod layout;
mod manifest;

use std::path::Path;

use anyhow::Result;

use crate::config::Config;
use crate::database::Pool;
use crate::export::columns;
use crate::export::files::{self, Partial};
use crate::export::pseudonym::Pseudonyms;
use crate::export::{Exported, Part};
use crate::store::replicas::Replicas;
use crate::store::{read, sample};

pub use layout::{TABLES, Table};
pub use profile::Profile;

use collect::Collected;
use profile::Crosswalk;

/// Writes the tables of [`TABLES`] and `tables.json` into `out`, of the sources of `part`; `progress` is told how many listings were taken in. The key of the
/// pseudonyms lies in the folder `data`. Memory grows with the number of listings of one source and of the cells, not with their text.
///
/// # Errors
/// The profile cannot be had from the codebook, the store does not answer, or a folder cannot be written. Nothing is written then.
pub async fn tables(
    pool: &Pool,
    config: &Config,
    data: &Path,
    out: &Path,
    profile: Option<Profile>,
    part: &Part,
    mut progress: impl FnMut(u64),
) -> Result<Exported> {
    let crosswalk = Crosswalk::read(config, profile)?;
    let pseudonyms = Pseudonyms::open(data)?;
    let mut partials = Vec::new();
    for table in TABLES {
        partials.push(Partial::create(out, table.file)?);
    }
    let mut last = Partial::create(out, "tables.json")?;
    // One transaction: all tables show the store at one moment.
    let mut snapshot = pool.begin().await?;
    let replicas = Replicas::load(&mut snapshot, config).await?;
    let mut collected = Collected::new(&crosswalk, &pseudonyms, sample::labels(&mut snapshot).await?);
    for (source, ids) in read::ids_by_source(&mut snapshot).await?.into_iter().filter(|(source, _)| part.has_source(source)) {
        if replicas.get(&source).is_some() {
            collected.replica(ids.len());
            continue;
        }
        let kind = config.source(&source).map(|source| source.kind);
        collected.source(&mut snapshot, &source, kind, &ids, &mut progress).await?;
    }
    let mut outcomes = read::outcomes(&mut snapshot).await?;
    outcomes.retain(|one| part.has_source(&one.source));
    snapshot.rollback().await?;
    let mut tallies = collected.finish(&outcomes, config);
    for ((table, file), rows) in TABLES.iter().zip(&mut partials).zip(tallies.tables.iter_mut()) {
        file.write(&columns::record(table.columns.iter().map(|column| column.name))?)?;
        rows.sort();
        for row in rows.iter() {
            let cells = row.iter().zip(table.columns).map(|(text, column)| columns::cell(column.kind, &text.as_str().into()));
            file.write(&columns::record(cells)?)?;
        }
    }
    last.write(manifest::write(&tallies, &crosswalk, profile, &pseudonyms)?.as_bytes())?;
    partials.push(last);
    Ok(Exported { rows: tallies.listings, files: files::finish(partials)?, listings: Vec::new() })
}

/// Whether the codebook of a configuration can give the tables in this profile.
///
/// # Errors
/// It cannot; the sentence says why.
pub fn check(config: &Config, profile: Option<Profile>) -> Result<()> {
    Crosswalk::read(config, profile).map(drop)
}
