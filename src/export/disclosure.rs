//! Handing data over: written into the reading log and noted with its recipient before anything is written, and added to the case.

use std::path::Path;

use anyhow::Result;

use crate::audit::{self, Actor, Purpose};
use crate::config::Config;
use crate::database::{self, Pool, Turn};
use crate::export::tables::Profile;
use crate::export::{Exported, Format, Part, listings, tables};
use crate::store::{cases, exports, sources};

/// What is to be handed over, and to whom.
#[derive(Debug)]
pub struct Order<'a> {
    /// The data set.
    pub format: Format,
    /// Categories of the tables; `None` for the codebook's own.
    pub profile: Option<Profile>,
    /// What of the store.
    pub part: Part,
    /// Folder to write to.
    pub out: &'a Path,
    /// What the reading log says beside format and profile: the question, or the folder.
    pub told: &'a str,
    /// Who it is for.
    pub recipient: &'a str,
}

/// Writes the reading log, then the files; gives the number of the export, which is that of its row in the log, and what was written. An open
/// case that is named gets the export as an item.
///
/// # Errors
/// The log cannot be written, the profile cannot be had from the codebook, the store does not answer, or the folder cannot be written. No
/// file stands there then.
pub async fn hand_over(
    pool: &Pool,
    config: &Config,
    data: &Path,
    actor: &Actor,
    purpose: &Purpose,
    order: &Order<'_>,
    progress: impl FnMut(u64),
) -> Result<(i64, Exported)> {
    let format = order.format.code();
    let profile = order.profile.map(|profile| format!(", profile {}", profile.name())).unwrap_or_default();
    let subject = format!("{format}{profile}, {}", order.told);
    let id = audit::disclose(pool, actor, "export", &subject, purpose, order.recipient).await?;
    let mut transaction = database::begin_turn(pool, Turn::Cases).await?;
    exports::begin(&mut transaction, id, format, order.recipient, &actor.name, purpose.case.as_deref()).await?;
    transaction.commit().await?;
    let config = &sources::complete(&mut *pool.acquire().await?, config).await?;
    let mut exported = match order.format {
        Format::Listings => listings(pool, config, data, order.out, &order.part, progress).await?,
        Format::Tables => tables(pool, config, data, order.out, order.profile, &order.part, progress).await?,
    };
    let mut transaction = database::begin_turn(pool, Turn::Cases).await?;
    exports::end(&mut transaction, id, exported.rows, std::mem::take(&mut exported.listings)).await?;
    if let Some(reference) = purpose.case.as_deref()
        && cases::one(&mut transaction, reference).await?.is_some_and(|case| case.closed_at.is_none())
    {
        let note = format!("{format} for {}", order.recipient);
        cases::add(&mut transaction, reference, cases::Kind::Export, &id.to_string(), &note, &actor.name).await?;
    }
    transaction.commit().await?;
    Ok((id, exported))
}
