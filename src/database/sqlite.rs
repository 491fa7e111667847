//! The embedded engine: one file in the data folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use sqlx::any::AnyPoolOptions;
use sqlx::{AssertSqlSafe, Executor};
use tokio::sync::mpsc;

use crate::database::{CONNECTIONS, Pool, migrate};

/// Set on every connection. `synchronous = NORMAL` under WAL keeps the file whole after a crash; what a power cut may take from
/// the last transactions is replayed from the archive, which is synced first.
const PRAGMAS: &str = "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; \
                       PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY";
/// Memory for pages of a connection that reads, kibibytes. It is emptied whenever another connection has written.
const READ_CACHE: u32 = 16 << 10;
/// The same of the one that the writer keeps: it stays filled from batch to batch, and holds what the indexes of some hundred thousand listings
/// need to grow.
const WRITE_CACHE: u32 = 160 << 10;

/// Where the file lies.
pub(super) fn path(data: &Path) -> PathBuf {
    data.join("vigie.sqlite")
}

/// Opens the file, made on first use, with all migrations applied.
pub(super) async fn open(data: &Path) -> Result<Pool> {
    let file = path(data);
    let pool = connect(&file, CONNECTIONS, READ_CACHE).await?;
    migrate(&pool, &file.display().to_string()).await?;
    Ok(pool)
}

/// The one connection of the writer.
pub(super) async fn open_to_write(data: &Path) -> Result<Pool> {
    connect(&path(data), 1, WRITE_CACHE).await
}

async fn connect(file: &Path, connections: u32, cache: u32) -> Result<Pool> {
    sqlx::any::install_default_drivers();
    let absolute = std::path::absolute(file)?;
    let mut address = url::Url::parse("sqlite:///").context("sqlite address")?;
    address.set_path(&absolute.to_string_lossy());
    address.set_query(Some("mode=rwc"));
    // The pool tries again for a minute whatever is wrong with the file; what it was is said at once.
    let (tell, mut told) = mpsc::channel(1);
    let opening = AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(60))
        .after_connect(move |connection, _| {
            let tell = tell.clone();
            Box::pin(async move {
                let pragmas = AssertSqlSafe(format!("{PRAGMAS}; PRAGMA cache_size = -{cache}"));
                connection.execute(pragmas).await.map(drop).map_err(|error| {
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
