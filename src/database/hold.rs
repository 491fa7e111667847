//! One writer per database: of several data folders, machines or copies of a folder that share a server, one writes.

use std::path::Path;

use anyhow::{Context, Result, bail};
use sqlx::{AnyConnection, Connection as _};

use crate::config::Database;
use crate::database::{Pool, Transaction, begin, postgres, set_meta, sqlite};

/// Where the writer leaves its mark.
const MARK: &str = "writer";

/// The right to write, for as long as it is kept.
///
/// On SQLite the lock of the data folder gives it; what is held is the one connection that the writer writes through. SQLite forgets the pages
/// that a connection knows once another one has written, so a writer that took any connection would read all of them anew in each batch.
///
/// On PostgreSQL a session of its own keeps a lock that the server drops with the session, however the process ends. Should the server lose that
/// session while the process lives, another writer may come; so each writer also marks the database, every transaction looks at the mark,
/// and a writer that finds another's mark ends.
#[derive(Debug)]
pub enum Hold {
    /// The writer's connection.
    Sqlite(Pool),
    /// The writer's mark, and the session that keeps the lock.
    Postgres {
        /// What stands in the database while this writer is the one.
        mark: String,
        /// Ends with the process.
        _session: AnyConnection,
    },
}

impl Hold {
    /// Takes the right to write.
    ///
    /// # Errors
    /// Another process has it, or the database does not answer.
    pub async fn take(pool: &Pool, data: &Path, database: &Database) -> Result<Self> {
        let Database::Postgres(server) = database else { return Ok(Self::Sqlite(sqlite::open_to_write(data).await?)) };
        let address = postgres::address(server);
        let mut session = AnyConnection::connect(address.as_str()).await.with_context(|| format!("cannot open {server}"))?;
        let free: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(postgres::WRITER).fetch_one(&mut session).await?;
        if !free {
            bail!("another vigie process writes to {server}; hint: wait for it, or stop it (search, alerts and watch work beside it)");
        }
        let mark: String = sqlx::query_scalar("SELECT CAST(gen_random_uuid() AS TEXT)").fetch_one(&mut session).await?;
        // Waits for a transaction of an earlier writer that still looks at its own mark.
        set_meta(&mut *pool.acquire().await?, MARK, &mark).await?;
        Ok(Self::Postgres { mark, _session: session })
    }

    /// Begins to write.
    ///
    /// # Errors
    /// The database does not answer, or another process has taken over.
    pub async fn begin(&self, pool: &Pool) -> Result<Transaction> {
        let mark = match self {
            Self::Sqlite(connection) => return begin(connection).await,
            Self::Postgres { mark, .. } => mark,
        };
        let mut transaction = begin(pool).await?;
        // Held to the end of the transaction: a writer that takes over waits for it.
        let sql = "SELECT value FROM meta WHERE name = $1 FOR SHARE";
        let found: Option<String> = sqlx::query_scalar(sql).bind(MARK).fetch_optional(&mut *transaction).await?;
        if found.as_ref() != Some(mark) {
            bail!(
                "another vigie process has taken over writing to this database; hint: two copies of one data folder share it: stop one, and \
                 give it a database of its own"
            );
        }
        Ok(transaction)
    }

    /// Lets go of the writer's connection; a session at a server goes with the process.
    pub async fn close(&self) {
        if let Self::Sqlite(connection) = self {
            connection.close().await;
        }
    }
}
