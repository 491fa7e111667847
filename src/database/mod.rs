//! Opens the store's database and speaks to it in sets of rows.
//!
//! SQLite is the embedded engine, PostgreSQL the shared one. All SQL is plain, with `$1` placeholders, and the same on both; where the
//! engines differ (how a connection is set up, how writers take turns) this module knows it and nobody else.

pub mod health;
mod rows;
mod sqlite;
mod trouble;
mod postgres;
mod hold;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sqlx::AnyConnection;
use sqlx::SqlStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::config::Database;

pub use hold::Hold;
pub use rows::{Value, insert_returning, insert_rows, select_in, select_within};

/// One connection, or a transaction on one.
pub type Connection = sqlx::AnyConnection;
/// One of the connections that a process shares, given back when it is dropped.
pub type Borrowed = sqlx::pool::PoolConnection<sqlx::Any>;
/// Connections that a process shares.
pub type Pool = sqlx::AnyPool;
/// A transaction; dropped without `commit`, it never was.
pub type Transaction = sqlx::Transaction<'static, sqlx::Any>;

/// Connections that readers and the writer of one process share.
const CONNECTIONS: u32 = 4;

/// What several processes write beside the one writer. On SQLite every writing transaction waits for the others anyhow; on PostgreSQL
/// they take turns at these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The reading log, which numbers its rows.
    ReadingLog,
    /// Watches, which are numbered too.
    Watches,
    /// Labels, numbered for each version of a listing.
    Labels,
    /// Sessions of accounts, numbered for each source.
    Sessions,
    /// Personas, which the writer and decisions of people unite.
    Personas,
    /// Users, whose failures are counted.
    Users,
    /// Cases and what people say of data subjects, with numbered notes.
    Cases,
}

/// Opens the database of a data folder, made on first use, with all migrations applied.
///
/// # Errors
/// The folder cannot be written or the server does not answer, there is no database of Vigie there, it belongs to another data folder, or it
/// was written by a newer Vigie.
pub async fn open(data: &Path, database: &Database) -> Result<Pool> {
    std::fs::create_dir_all(data).with_context(|| format!("cannot make the data folder {}", data.display()))?;
    match database {
        Database::Sqlite => sqlite::open(data).await,
        Database::Postgres(server) => postgres::open(data, server, true).await,
    }
}

/// Opens the database of an existing data folder.
///
/// # Errors
/// There is none: the sentence says which command makes one. Otherwise as for [`open`].
pub async fn open_existing(data: &Path, database: &Database) -> Result<Pool> {
    if !exists(data, database) {
        bail!("{} holds no Vigie data; hint: run `vigie crawl` or `vigie import` first, or name the folder with --data", data.display());
    }
    match database {
        Database::Sqlite => sqlite::open(data).await,
        Database::Postgres(server) => postgres::open(data, server, false).await,
    }
}

/// One more connection to a pool's database, opened when it is first asked for: for what is written while a connection of the pool is held.
/// Whoever holds one of a pool and waits for a second waits for others who may do the same.
pub fn beside(pool: &Pool) -> Pool {
    pool.options().clone().max_connections(1).min_connections(0).connect_lazy_with(pool.connect_options().as_ref().clone())
}

/// Whether a command made a database for this data folder before.
pub fn exists(data: &Path, database: &Database) -> bool {
    match database {
        Database::Sqlite => sqlite::path(data).exists(),
        Database::Postgres(_) => postgres::instance_path(data).exists(),
    }
}

/// Begins to write, as the one writer: on SQLite the engine's write lock is taken at once, so that the transaction cannot fail on it
/// half-way. On PostgreSQL [`Hold`] keeps other writers away.
///
/// # Errors
/// The database does not answer.
pub async fn begin(pool: &Pool) -> Result<Transaction> {
    pool.begin_with(if is_server(pool) { "BEGIN" } else { "BEGIN IMMEDIATE" }).await.context("cannot begin writing to the store")
}

/// Begins to write beside the one writer: waits until it is this transaction's turn, which lasts to its end.
///
/// # Errors
/// The database does not answer.
pub async fn begin_turn(pool: &Pool, turn: Turn) -> Result<Transaction> {
    let mut transaction = begin(pool).await?;
    if is_server(pool) {
        postgres::wait_for(&mut transaction, turn).await?;
    }
    Ok(transaction)
}

/// Waits within a transaction until it is its turn, which lasts to its end.
///
/// # Errors
/// The database does not answer.
pub async fn take_turn(transaction: &mut AnyConnection, turn: Turn) -> Result<()> {
    if transaction.backend_name() != "SQLite" {
        postgres::wait_for(transaction, turn).await?;
    }
    Ok(())
}

/// Bytes that the database takes on the disk.
///
/// # Errors
/// The database does not answer, or its file cannot be seen.
pub async fn bytes(pool: &Pool, data: &Path) -> Result<u64> {
    if is_server(pool) {
        let bytes: i64 = sqlx::query_scalar("SELECT pg_database_size(current_database())").fetch_one(pool).await?;
        return Ok(bytes.unsigned_abs());
    }
    Ok(std::fs::metadata(sqlite::path(data))?.len())
}

/// What to do about a database that failed, for the end of a message; `None` for other errors.
pub fn advice(error: &anyhow::Error) -> Option<&'static str> {
    let server = || error.chain().find_map(|cause| postgres::advice(cause.downcast_ref::<sqlx::Error>()?));
    // A server that could not be opened at all has its hint already.
    trouble::advice(error).or_else(|| server().filter(|_| !error.to_string().contains("hint: ")))
}

/// Whether it was the database that failed, and not what was asked of it.
pub fn failed(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.is::<sqlx::Error>())
}

/// The data folder that a pool was opened for.
pub fn folder(pool: &Pool) -> Option<PathBuf> {
    let address = &pool.connect_options().database_url;
    // A server's address carries the folder behind everything that the server is told.
    let path = if address.scheme() == "sqlite" { address.path() } else { address.fragment()? };
    let path = url::Url::parse(&format!("file://{path}")).ok()?.to_file_path().ok()?;
    if address.scheme() == "sqlite" { path.parent().map(Path::to_path_buf) } else { Some(path) }
}

fn is_server(pool: &Pool) -> bool {
    pool.connect_options().database_url.scheme() != "sqlite"
}

/// Brings the tables up to date.
async fn migrate(pool: &Pool, name: &str) -> Result<()> {
    let step = |n: i64, what: &'static str, sql: &'static str| {
        Migration::new(n, what.into(), MigrationType::Simple, SqlStr::from_static(sql), false)
    };
    let migrations = Migrator::with_migrations(vec![
        step(1, "path", include_str!("migrations/0001_path.sql")),
        step(2, "delivery", include_str!("migrations/0002_delivery.sql")),
        step(3, "passes", include_str!("migrations/0003_passes.sql")),
        step(4, "indexes", include_str!("migrations/0004_indexes.sql")),
        step(5, "mirrors", include_str!("migrations/0005_mirrors.sql")),
        step(6, "authority", include_str!("migrations/0006_authority.sql")),
        step(7, "label", include_str!("migrations/0007_label.sql")),
        step(8, "dossier", include_str!("migrations/0008_dossier.sql")),
        step(9, "family", include_str!("migrations/0009_family.sql")),
        step(10, "persona", include_str!("migrations/0010_persona.sql")),
        step(11, "replica", include_str!("migrations/0011_replica.sql")),
        step(12, "replica_source", include_str!("migrations/0012_replica_source.sql")),
        step(13, "gone", include_str!("migrations/0013_gone.sql")),
        step(14, "persona_marking", include_str!("migrations/0014_persona_marking.sql")),
        step(15, "scale", include_str!("migrations/0015_scale.sql")),
        step(16, "watch", include_str!("migrations/0016_watch.sql")),
        step(17, "notice", include_str!("migrations/0017_notice.sql")),
        step(18, "user", include_str!("migrations/0018_user.sql")),
        step(19, "reading_log", include_str!("migrations/0019_reading_log.sql")),
        if is_server(pool) {
            step(20, "append_only", include_str!("migrations/0020_append_only_postgres.sql"))
        } else {
            step(20, "append_only", include_str!("migrations/0020_append_only_sqlite.sql"))
        },
        step(21, "case", include_str!("migrations/0021_case.sql")),
        step(22, "capture_time", include_str!("migrations/0022_capture_time.sql")),
        step(30, "assign", include_str!("migrations/0030_assign.sql")),
        step(32, "subject", include_str!("migrations/0032_subject.sql")),
        step(36, "oidc", include_str!("migrations/0036_oidc.sql")),
    ]);
    migrations.run(pool).await.with_context(|| format!("cannot bring {name} up to date; was it written by a newer Vigie?"))
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

/// The values of `meta` whose names begin with `prefix`, in the order of their names.
///
/// # Errors
/// The database does not answer.
pub async fn meta_like(connection: &mut AnyConnection, prefix: &str) -> Result<Vec<(String, String)>> {
    let mut found: Vec<(String, String)> = sqlx::query_as("SELECT name, value FROM meta WHERE substr(name, 1, $1) = $2")
        .bind(i64::try_from(prefix.len())?)
        .bind(prefix)
        .fetch_all(connection)
        .await?;
    found.sort();
    Ok(found)
}
