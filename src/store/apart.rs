//! Sets the accounts of replicas apart: a copied site proves nothing about a seller, so personas are united as if it were not there.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use sqlx::{AnyConnection, Row};

use crate::database::{Turn, insert_rows, select_in, take_turn};
use crate::persona::mark::Name;
use crate::store::identity::vendor_id;
use crate::store::marks::Touched;
use crate::store::{personas, trail};

/// The replicas, each with its original, by which personas were last united.
///
/// # Errors
/// The database does not answer.
pub async fn replicas(connection: &mut AnyConnection) -> Result<BTreeMap<String, String>> {
    let rows = sqlx::query("SELECT source, original FROM replica_source").fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("source")?, row.try_get("original")?))).collect()
}

/// Takes up which sources are replicas now, with the original of each, and unites anew whatever that may change.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn set(connection: &mut AnyConnection, now: &BTreeMap<String, String>) -> Result<()> {
    if replicas(connection).await? == *now {
        return Ok(());
    }
    take_turn(connection, Turn::Personas).await?;
    let before = replicas(connection).await?;
    sqlx::query("DELETE FROM replica_source").execute(&mut *connection).await?;
    let rows = now.iter().map(|(source, original)| vec![source.as_str().into(), original.as_str().into()]).collect();
    insert_rows(connection, "INSERT INTO replica_source (source, original) VALUES", "", rows).await?;
    let mut touched = Touched::default();
    for source in before.keys().chain(now.keys()).filter(|source| before.contains_key(*source) != now.contains_key(*source)) {
        touch(connection, source, before.contains_key(source), &mut touched).await?;
    }
    personas::refresh(connection, touched).await.map(drop)
}

/// Everything that a source shows; `back`: its accounts count again.
async fn touch(connection: &mut AnyConnection, source: &str, back: bool, touched: &mut Touched) -> Result<()> {
    for row in
        sqlx::query("SELECT vendor_id, kind, value FROM account_mark WHERE source = $1").bind(source).fetch_all(&mut *connection).await?
    {
        *touched.marks.entry(Name { kind: row.try_get("kind")?, value: row.try_get("value")? }).or_default() += usize::from(back);
        touched.provable.insert(row.try_get("vendor_id")?);
    }
    for row in sqlx::query("SELECT kind, value FROM site_mark WHERE source = $1").bind(source).fetch_all(&mut *connection).await? {
        touched.marks.entry(Name { kind: row.try_get("kind")?, value: row.try_get("value")? }).or_default();
    }
    for row in sqlx::query("SELECT vendor_id, digest FROM signed_text WHERE source = $1").bind(source).fetch_all(connection).await? {
        touched.provable.insert(row.try_get("vendor_id")?);
        touched.digests.insert(row.try_get("digest")?);
    }
    Ok(())
}

/// The account that one of a replica copies: that of the same name on the original, where it is known.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn copied(connection: &mut AnyConnection, id: &str) -> Result<Option<String>> {
    let replicas = replicas(connection).await?;
    if replicas.is_empty() {
        return Ok(None);
    }
    let Some(account) = trail::seller(connection, id).await? else { return Ok(None) };
    let Some(original) = replicas.get(&account.source) else { return Ok(None) };
    Ok(trail::seller(connection, &vendor_id(original, &account.name)).await?.map(|original| original.id))
}

/// The accounts on replicas that copy one of these, each with the id of that one; sorted. `accounts` are source and name by id.
///
/// # Errors
/// The database does not answer.
pub async fn copies(connection: &mut AnyConnection, accounts: &BTreeMap<String, (String, String)>) -> Result<Vec<(String, String)>> {
    let mut asked = BTreeMap::new();
    for (replica, original) in replicas(connection).await? {
        for (id, (_, name)) in accounts.iter().filter(|(_, (source, _))| *source == original) {
            asked.insert(vendor_id(&replica, name), id.clone());
        }
    }
    let ids: Vec<String> = asked.keys().cloned().collect();
    let mut known = BTreeSet::new();
    for head in ["SELECT id FROM vendor WHERE id IN", "SELECT DISTINCT vendor_id AS id FROM listing WHERE vendor_id IN"] {
        for row in select_in(connection, head, "", &ids).await? {
            known.insert(row.try_get::<String, _>("id")?);
        }
    }
    Ok(asked.into_iter().filter(|(copy, _)| known.contains(copy)).collect())
}
