//! The authority under which a source is fetched stands in the archive before the first capture that names it.

use anyhow::Result;

use crate::archive::{self, Context, authority};
use crate::clock;
use crate::config::Source;
use crate::pipeline::writer::Writer;
use crate::store::authorities::{self, AuthorityRow};

/// Archives and stores the authority of a source, unless that was done before.
///
/// # Errors
/// The store or the archive does not answer.
pub async fn keep(writer: &mut Writer, source: &Source) -> Result<()> {
    let Some((text, hash)) = authority::of(source) else { return Ok(()) };
    let mut connection = writer.pool.acquire().await?;
    if authorities::known(&mut connection, &hash).await? {
        return Ok(());
    }
    let (run, now) = (writer.run.to_string(), clock::now());
    let context = Context { source: &source.id, run: &run, previous: None, authority: None };
    writer.archive.append_resource(&authority::address(&source.id, &hash), authority::TYPE, text.as_bytes(), now, &context)?;
    writer.archive.sync()?;
    let row = AuthorityRow { hash, source: source.id.clone(), body: text, first_used: clock::micros(now) };
    authorities::keep(&mut connection, &row).await
}

/// The row of an authority that a record of the archive holds, if it is one.
pub fn of_record(record: &archive::Record) -> Option<AuthorityRow> {
    let (source, hash, text) = authority::text_of(record)?;
    let first_used = clock::micros(record.date()?);
    Some(AuthorityRow { hash: hash.to_owned(), source: source.to_owned(), body: text.to_owned(), first_used })
}
