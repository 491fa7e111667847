//! Watches as the store keeps them. A revision counts every change, so that a running writer notices.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use anyhow::{Context, Result, bail};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::clock;
use crate::config::watch::Options;
use crate::database::{insert_rows, meta, select_in, set_meta};

/// Bytes of a watch's name, at most.
pub const LONGEST_NAME: usize = 500;

/// A saved question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Number, never used twice.
    pub id: i64,
    /// Name that a person gave it.
    pub name: String,
    /// The question.
    pub query: String,
    /// Microseconds.
    pub created_at: i64,
    /// What it fires on, and when and how its notifications go out.
    pub options: Arc<Options>,
}

/// What most watches have, once for all of them.
static USUAL: LazyLock<Arc<Options>> = LazyLock::new(Arc::default);

/// All watches, by name.
///
/// # Errors
/// The database does not answer.
pub async fn list(connection: &mut AnyConnection) -> Result<Vec<Watch>> {
    let rows = sqlx::query("SELECT id, name, query, created_at, options FROM watch").fetch_all(connection).await?;
    let mut watches: Vec<Watch> = rows.iter().map(read).collect::<Result<_>>()?;
    watches.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(watches)
}

/// Watches behind the one named `after` in the order of the database, at most `most`.
///
/// # Errors
/// The database does not answer.
pub async fn page(connection: &mut AnyConnection, after: &str, most: i64) -> Result<Vec<Watch>> {
    let rows = sqlx::query("SELECT id, name, query, created_at, options FROM watch WHERE name > $1 ORDER BY name LIMIT $2")
        .bind(after.replace('\0', ""))
        .bind(most)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// The watches of these names.
///
/// # Errors
/// The database does not answer.
pub async fn by_names(connection: &mut AnyConnection, names: &[String]) -> Result<Vec<Watch>> {
    let rows = select_in(connection, "SELECT id, name, query, created_at, options FROM watch WHERE name IN", "", names).await?;
    rows.iter().map(read).collect()
}

/// What changed since a revision: watches that are new, and the numbers of those that are gone.
///
/// # Errors
/// The database does not answer.
pub async fn since(connection: &mut AnyConnection, revision: i64) -> Result<(Vec<Watch>, Vec<i64>)> {
    let rows = sqlx::query("SELECT id, name, query, created_at, options FROM watch WHERE changed > $1")
        .bind(revision)
        .fetch_all(&mut *connection)
        .await?;
    let new = rows.iter().map(read).collect::<Result<_>>()?;
    let gone = sqlx::query_scalar("SELECT id FROM watch_gone WHERE changed > $1").bind(revision).fetch_all(connection).await?;
    Ok((new, gone))
}

fn read(row: &AnyRow) -> Result<Watch> {
    let (name, options): (String, String) = (row.try_get("name")?, row.try_get("options")?);
    let own = || serde_json::from_str::<Options>(&options).map(Arc::new);
    let options = if options == "{}" { Ok(Arc::clone(&USUAL)) } else { own() };
    let options = options.with_context(|| {
        format!("the options of the watch {name:?} are not understood; hint: `vigie watch set {name:?} --reset` gives it new ones")
    })?;
    Ok(Watch { id: row.try_get("id")?, name, query: row.try_get("query")?, created_at: row.try_get("created_at")?, options })
}

/// Adds a watch; the query was checked by the caller.
///
/// # Errors
/// There is one of that name already, or the database does not answer.
pub async fn add(connection: &mut AnyConnection, name: &str, query: &str, options: &Options) -> Result<Watch> {
    if name.len() > LONGEST_NAME {
        bail!("the name of a watch has {} bytes; hint: at most {LONGEST_NAME}", name.len());
    }
    let same = sqlx::query("SELECT id FROM watch WHERE name = $1").bind(name.replace('\0', "")).fetch_optional(&mut *connection).await?;
    if same.is_some() {
        bail!("there is already a watch named {name:?}; hint: `vigie watch remove {name:?}` first, or choose another name");
    }
    let last = meta(connection, "last_watch").await?.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let created_at = clock::micros(clock::now());
    let watch = Watch { id: last + 1, name: name.to_owned(), query: query.to_owned(), created_at, options: Arc::new(options.clone()) };
    let changed = bump(connection).await?;
    sqlx::query("INSERT INTO watch (id, name, query, created_at, changed, options) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(watch.id)
        .bind(name.replace('\0', ""))
        .bind(query.replace('\0', ""))
        .bind(watch.created_at)
        .bind(changed)
        .bind(serde_json::to_string(options)?)
        .execute(&mut *connection)
        .await?;
    set_meta(connection, "last_watch", &watch.id.to_string()).await?;
    Ok(watch)
}

/// The watch of this name.
///
/// # Errors
/// There is none, or the database does not answer.
pub async fn named(connection: &mut AnyConnection, name: &str) -> Result<Watch> {
    find(connection, name).await?.with_context(|| format!("there is no watch named {name:?}; hint: `vigie watch list` shows them"))
}

/// The watch of this name, if there is one.
///
/// # Errors
/// The database does not answer.
pub async fn find(connection: &mut AnyConnection, name: &str) -> Result<Option<Watch>> {
    let row = sqlx::query("SELECT id, name, query, created_at, options FROM watch WHERE name = $1")
        .bind(name.replace('\0', ""))
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Gives a watch other options. Its question stays: another question is another watch.
///
/// # Errors
/// There is none of that name, or the database does not answer.
pub async fn set(connection: &mut AnyConnection, name: &str, options: &Options) -> Result<()> {
    let changed = bump(connection).await?;
    let done = sqlx::query("UPDATE watch SET options = $1, changed = $2 WHERE name = $3")
        .bind(serde_json::to_string(options)?)
        .bind(changed)
        .bind(name.to_owned())
        .execute(connection)
        .await?;
    if done.rows_affected() == 0 {
        bail!("there is no watch named {name:?}; hint: `vigie watch list` shows them");
    }
    Ok(())
}

/// Adds watches, names and queries that were checked by the caller and of which no name comes twice; those whose name is taken already stay
/// as they are. Returns how many were added.
///
/// # Errors
/// The database does not answer.
pub async fn add_all(connection: &mut AnyConnection, watches: &[(String, String)]) -> Result<u64> {
    let names: Vec<String> = watches.iter().map(|(name, _)| name.replace('\0', "")).collect();
    let rows = select_in(connection, "SELECT name FROM watch WHERE name IN", "", &names).await?;
    let taken = rows.iter().map(|row| Ok(row.try_get("name")?)).collect::<Result<HashSet<String>>>()?;
    let mut last = meta(connection, "last_watch").await?.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let (changed, now) = (bump(connection).await?, clock::micros(clock::now()));
    let mut new = Vec::new();
    for (name, (_, query)) in names.into_iter().zip(watches) {
        if !taken.contains(&name) {
            last += 1;
            new.push(vec![last.into(), name.into(), query.as_str().into(), now.into(), changed.into()]);
        }
    }
    let added = insert_rows(connection, "INSERT INTO watch (id, name, query, created_at, changed) VALUES", "", new).await?;
    set_meta(connection, "last_watch", &last.to_string()).await?;
    Ok(added)
}

/// Removes a watch; its alerts stay.
///
/// # Errors
/// There is none of that name, or the database does not answer.
pub async fn remove(connection: &mut AnyConnection, name: &str) -> Result<()> {
    let gone = sqlx::query("DELETE FROM watch WHERE name = $1 RETURNING id").bind(name.to_owned()).fetch_optional(&mut *connection).await?;
    let Some(gone) = gone else { bail!("there is no watch named {name:?}; hint: `vigie watch list` shows them") };
    let id: i64 = gone.try_get("id")?;
    let changed = bump(connection).await?;
    sqlx::query("INSERT INTO watch_gone (id, changed) VALUES ($1, $2)").bind(id).bind(changed).execute(connection).await?;
    Ok(())
}

/// Counts changes of watches.
///
/// # Errors
/// The database does not answer.
pub async fn revision(connection: &mut AnyConnection) -> Result<i64> {
    Ok(meta(connection, "watch_revision").await?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

async fn bump(connection: &mut AnyConnection) -> Result<i64> {
    let next = revision(connection).await? + 1;
    set_meta(connection, "watch_revision", &next.to_string()).await?;
    Ok(next)
}
