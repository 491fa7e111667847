//! Opens the store's database and speaks to it in sets of rows.
//!
//! SQLite is the embedded engine. All SQL is plain, with `$1` placeholders, so that it runs on PostgreSQL too.

pub mod health;
mod rows;
mod trouble;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sqlx::AnyConnection;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, Executor, SqlStr};
use tokio::sync::mpsc;

pub use rows::{Value, insert_returning, insert_rows, select_in};
pub use trouble::advice;

/// One connection, or a transaction on one.
pub type Connection = sqlx::AnyConnection;
/// Connections that a process shares.
pub type Pool = sqlx::AnyPool;
/// A transaction; dropped without `commit`, it never was.
pub type Transaction = sqlx::Transaction<'static, sqlx::Any>;

/// Begins to write: the engine's write lock is taken at once, so that the transaction cannot fail on it half-way.
///
/// # Errors
/// The database does not answer.
pub async fn begin(pool: &Pool) -> Result<Transaction> {
    pool.begin_with("BEGIN IMMEDIATE").await.context("cannot begin writing to the store")
}

/// Connections that readers and the writer of one process share.
const CONNECTIONS: u32 = 4;

/// Set on every SQLite connection. `synchronous = NORMAL` under WAL keeps the file whole after a crash; what a power cut may take from
/// the last transactions is replayed from the archive, which is synced first.
const PRAGMAS: &str = "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; \
                       PRAGMA secure_delete = ON; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY";

/// Opens the database of a data folder, made on first use, with all migrations applied.
///
/// # Errors
/// The folder cannot be written, the file is not a database, or it was written by a newer Vigie.
pub async fn open(data: &Path) -> Result<AnyPool> {
    std::fs::create_dir_all(data).with_context(|| format!("cannot make the data folder {}", data.display()))?;
    let file = path(data);
    let pool = connect(&file, "rwc").await?;
    migrations()
        .run(&pool)
        .await
        .with_context(|| format!("cannot bring {} up to date; was it written by a newer Vigie?", file.display()))?;
    Ok(pool)
}

/// Opens the database of an existing data folder.
///
/// # Errors
/// There is none: the sentence says which command makes one.
pub async fn open_existing(data: &Path) -> Result<AnyPool> {
    if !exists(data) {
        bail!("{} holds no Vigie data; hint: run `vigie crawl` or `vigie import` first, or name the folder with --data", data.display());
    }
    open(data).await
}

/// Whether a data folder has a database.
pub fn exists(data: &Path) -> bool {
    path(data).exists()
}

fn path(data: &Path) -> PathBuf {
    data.join("vigie.sqlite")
}

async fn connect(file: &Path, mode: &str) -> Result<AnyPool> {
    sqlx::any::install_default_drivers();
    let absolute = std::path::absolute(file)?;
    let mut address = url::Url::parse("sqlite:///").context("sqlite address")?;
    address.set_path(&absolute.to_string_lossy());
    address.set_query(Some(&format!("mode={mode}")));
    // The pool tries again for a minute whatever is wrong with the file; what it was is said at once.
    let (tell, mut told) = mpsc::channel(1);
    let opening = AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(60))
        .after_connect(move |connection, _| {
            let tell = tell.clone();
            Box::pin(async move {
                connection.execute(PRAGMAS).await.map(drop).map_err(|error| {
                    let words = sqlx::Error::Protocol(error.to_string());
                    // Nobody listens once the pool is open.
                    let _ = tell.try_send(error);
                    words
                })
            })
        })
        .connect(address.as_str());
    tokio::select! {
        pool = opening => pool,
        Some(error) = told.recv() => Err(error),
    }
    .with_context(|| format!("cannot open {}", file.display()))
}

fn migrations() -> Migrator {
    let one =
        |version, name: &'static str, sql| Migration::new(version, name.into(), MigrationType::Simple, SqlStr::from_static(sql), false);
    Migrator::with_migrations(vec![
        one(1, "path", include_str!("migrations/0001_path.sql")),
        one(2, "delivery", include_str!("migrations/0002_delivery.sql")),
        one(3, "passes", include_str!("migrations/0003_passes.sql")),
    ])
}

/// Reads a value of `meta`.
///
/// # Errors
/// The database does not answer.
pub async fn meta(connection: &mut AnyConnection, name: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT value FROM meta WHERE name = $1").bind(name).fetch_optional(connection).await?)
}

/// Writes a value of `meta`.
///
/// # Errors
/// The database does not answer.
pub async fn set_meta(connection: &mut AnyConnection, name: &str, value: &str) -> Result<()> {
    sqlx::query("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(connection)
        .await?;
    Ok(())
}
