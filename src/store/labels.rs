//! What investigators say a listing is: every label is kept, the last one of a version counts.

use anyhow::{Result, bail};
use sqlx::{AnyConnection, Row};

use crate::clock;
use vigie_extractors::record::Listing;

/// Bytes of a note, at most.
const LONGEST_NOTE: usize = 2_000;

/// A label to be kept.
#[derive(Debug, Clone, Default)]
pub struct Label {
    /// Code of the category.
    pub category: String,
    /// Code of the subtype.
    pub subtype: Option<String>,
    /// Why, in a few words.
    pub note: Option<String>,
    /// Who says so.
    pub author: String,
}

/// The label that counts of a version, with what it is about.
#[derive(Debug, Clone)]
pub struct LabelRow {
    /// Id of the listing.
    pub listing_id: String,
    /// Id of the source.
    pub source: String,
    /// Family of the version.
    pub family: String,
    /// The version's record.
    pub record: Listing,
    /// The label.
    pub label: Label,
    /// When it was given, microseconds.
    pub at: i64,
}

/// Keeps a label for the latest version of a listing.
///
/// # Errors
/// There is no such listing, the note is too long, or the database does not answer.
pub async fn add(connection: &mut AnyConnection, listing: &str, label: &Label) -> Result<()> {
    let note = label.note.as_deref().unwrap_or("");
    if note.len() > LONGEST_NOTE {
        bail!("the note has {} bytes; hint: at most {LONGEST_NOTE}", note.len());
    }
    let version: Option<String> =
        sqlx::query_scalar("SELECT version_id FROM listing WHERE id = $1").bind(listing).fetch_optional(&mut *connection).await?;
    let Some(version) = version else {
        bail!("there is no listing {listing:?}; hint: `vigie search QUERY --json` shows each as `listing`");
    };
    sqlx::query(
        "INSERT INTO label (version_id, n, category, subtype, note, author, at) \
         SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4, $5, $6 FROM label WHERE version_id = $7",
    )
    .bind(version.clone())
    .bind(label.category.clone())
    .bind(label.subtype.clone().unwrap_or_default())
    .bind(note.replace('\0', ""))
    .bind(label.author.replace('\0', ""))
    .bind(clock::micros(clock::now()))
    .bind(version)
    .execute(connection)
    .await?;
    Ok(())
}

/// The labels that count, by the time that they were given.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<LabelRow>> {
    let rows = sqlx::query(
        "SELECT l.id, l.source, v.family, v.record, a.category, a.subtype, a.note, a.author, a.at FROM label a \
         JOIN version v ON v.id = a.version_id JOIN listing l ON l.id = v.listing_id \
         WHERE a.n = (SELECT MAX(b.n) FROM label b WHERE b.version_id = a.version_id)",
    )
    .fetch_all(connection)
    .await?;
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let read = |row: &sqlx::any::AnyRow| -> Result<LabelRow> {
        Ok(LabelRow {
            listing_id: row.try_get("id")?,
            source: row.try_get("source")?,
            family: row.try_get("family")?,
            record: serde_json::from_str(&row.try_get::<String, _>("record")?)?,
            label: Label {
                category: row.try_get("category")?,
                subtype: some(row.try_get("subtype")?),
                note: some(row.try_get("note")?),
                author: row.try_get("author")?,
            },
            at: row.try_get("at")?,
        })
    };
    let mut all = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    all.sort_by(|one, other| (one.at, &one.listing_id).cmp(&(other.at, &other.listing_id)));
    Ok(all)
}
