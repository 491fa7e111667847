//! Who and what was on other sources before.

use std::collections::BTreeMap;

use anyhow::Result;
use sqlx::{AnyConnection, Row};

use crate::database::select_in;
use crate::persona::mark::Name;

/// When the first listing of each of these accounts was first seen, microseconds, with its source.
///
/// # Errors
/// The database does not answer.
pub async fn first_listings(connection: &mut AnyConnection, accounts: &[String]) -> Result<BTreeMap<String, (String, i64)>> {
    let head = "SELECT vendor_id, source, MIN(first_seen) AS first_seen FROM listing WHERE vendor_id IN";
    let rows = select_in(connection, head, "GROUP BY vendor_id, source", accounts).await?;
    rows.iter().map(|row| Ok((row.try_get("vendor_id")?, (row.try_get("source")?, row.try_get("first_seen")?)))).collect()
}

/// When accounts of each source first showed an indicator, microseconds, by indicator and source.
///
/// # Errors
/// The database does not answer.
pub async fn first_shown(connection: &mut AnyConnection, names: &[Name]) -> Result<BTreeMap<Name, BTreeMap<String, i64>>> {
    let mut values: Vec<String> = names.iter().map(|name| name.value.clone()).collect();
    values.sort();
    values.dedup();
    let head = "SELECT value, kind, source, MIN(seen_at) AS seen_at FROM account_mark WHERE value IN";
    let mut shown = BTreeMap::<Name, BTreeMap<String, i64>>::new();
    for row in select_in(connection, head, "GROUP BY value, kind, source", &values).await? {
        let name = Name { kind: row.try_get("kind")?, value: row.try_get("value")? };
        shown.entry(name).or_default().insert(row.try_get("source")?, row.try_get("seen_at")?);
    }
    Ok(shown)
}

/// The latest listings of these accounts, at most `most` of each.
///
/// # Errors
/// The database does not answer.
pub async fn latest_listings(connection: &mut AnyConnection, accounts: &[String], most: usize) -> Result<Vec<String>> {
    let head = "SELECT id, vendor_id FROM listing WHERE vendor_id IN";
    let mut by_account = BTreeMap::<String, Vec<String>>::new();
    for row in select_in(connection, head, "ORDER BY last_seen DESC, id", accounts).await? {
        let ids = by_account.entry(row.try_get("vendor_id")?).or_default();
        if ids.len() < most {
            ids.push(row.try_get("id")?);
        }
    }
    Ok(by_account.into_values().flatten().collect())
}
