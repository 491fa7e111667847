//! What accounts wrote, for comparing them by style.

use anyhow::Result;
use sqlx::{AnyConnection, Row};
use vigie_extractors::record::Listing;

use crate::persona::style::Writings;

/// Listings read at a time.
const AT_ONCE: i64 = 500;

/// Gathers the texts and prices of all accounts but those of replicas from their listings in force, account by account; the records are read one batch after the other.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn all(connection: &mut AnyConnection) -> Result<Writings> {
    let sql = "SELECT l.id, l.vendor_id, v.record FROM listing l JOIN version v ON v.id = l.version_id \
               WHERE (l.vendor_id > $1 OR (l.vendor_id = $2 AND l.id > $3)) AND l.source NOT IN (SELECT source FROM replica_source) ORDER BY l.vendor_id, l.id LIMIT $4";
    let mut writings = Writings::default();
    // No id is behind this one, so listings without an account are left out.
    let (mut vendor, mut id) = (String::new(), "g".to_owned());
    loop {
        let rows =
            sqlx::query(sql).bind(vendor.clone()).bind(vendor.clone()).bind(id.clone()).bind(AT_ONCE).fetch_all(&mut *connection).await?;
        for row in &rows {
            (vendor, id) = (row.try_get("vendor_id")?, row.try_get("id")?);
            let listing: Listing = serde_json::from_str(row.try_get("record")?)?;
            writings.add(&vendor, &listing.title, &listing.description, listing.offers.iter().map(|offer| offer.amount.as_str()));
        }
        if rows.is_empty() {
            return Ok(writings);
        }
    }
}
