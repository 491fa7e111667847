//! The shared engine: a database on a PostgreSQL server, which belongs to one data folder.
//!
//! Archive, index and key stay in the data folder, so a database and its folder must stay together: both hold the same random name of the
//! instance, the folder in the file `instance`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, ConnectOptions, Connection as _, Executor};
use url::Url;

use crate::config::Server;
use crate::database::{CONNECTIONS, Pool, Turn, meta, migrate};

/// How long a connection may take to come, a restart of the server included.
const PATIENCE: Duration = Duration::from_secs(20);
/// Set on every connection. Statements are few and all go by an index, so a plan is made once for each: to plan a claim takes ten times as
/// long as to run it, and the server would otherwise plan it anew each time.
const SESSION: &str = "SET plan_cache_mode = force_generic_plan; SET jit = off";
/// Keys of advisory locks begin with this: "vigi". sqlx's own, taken while tables are brought up to date, are other numbers.
const LOCKS: i64 = 0x7669_6769 << 16;
/// Key of the lock that the one writer holds.
pub(super) const WRITER: i64 = LOCKS;

/// Where the data folder keeps the name of the instance.
pub(super) fn instance_path(data: &Path) -> PathBuf {
    data.join("instance")
}

/// Opens the database, with all migrations applied, and sees that it belongs to the data folder. `first`: an empty one is taken.
pub(super) async fn open(data: &Path, server: &Server, first: bool) -> Result<Pool> {
    sqlx::any::install_default_drivers();
    let address = address(server);
    // By itself first: the pool would take a server that is down for one that is starting, and say only that it waited.
    let hint = "hint: is the server running, and are host, port, user, password and name of the database right?";
    let mut connection = match tokio::time::timeout(PATIENCE, AnyConnection::connect(address.as_str())).await {
        Err(_) => bail!("{server} does not answer within {} s; {hint}", PATIENCE.as_secs()),
        Ok(connection) => connection.with_context(|| format!("cannot open {server}; {hint}"))?,
    };
    let encoding: String = sqlx::query_scalar("SELECT current_setting('server_encoding')").fetch_one(&mut connection).await?;
    if encoding != "UTF8" {
        bail!("{server} keeps text as {encoding}; hint: make it with `createdb --encoding=UTF8 --template=template0`");
    }
    connection.close().await?;
    let mut address = address;
    let folder = Url::from_file_path(std::path::absolute(data)?).ok();
    address.set_fragment(folder.as_ref().map(Url::path));
    let options = AnyConnectOptions::from_url(&address)?;
    let pool = AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(SESSION).await?;
                Ok(())
            })
        })
        .connect_lazy_with(options);
    migrate(&pool, &server.to_string()).await?;
    belong_together(&pool, data, server, first).await?;
    Ok(pool)
}

/// The address with a name by which the server's administrator knows us.
pub(super) fn address(server: &Server) -> Url {
    let mut address = server.url().clone();
    if !address.query_pairs().any(|(key, _)| key == "application_name") {
        address.query_pairs_mut().append_pair("application_name", "vigie");
    }
    address
}

/// Compares the name of the instance in the database with the one in the data folder; where neither has one, both get it.
async fn belong_together(pool: &Pool, data: &Path, server: &Server, first: bool) -> Result<()> {
    let path = instance_path(data);
    let mut connection = pool.acquire().await?;
    let held = meta(&mut connection, "instance").await?;
    let mut here = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    if held.is_none() {
        if !first {
            bail!(
                "{server} holds no Vigie data; hint: run `vigie crawl` or `vigie import` first: they read the archive of the folder again"
            );
        }
        if here.is_none() {
            let name: String = sqlx::query_scalar("SELECT CAST(gen_random_uuid() AS TEXT)").fetch_one(&mut *connection).await?;
            write(&path, &name).with_context(|| format!("cannot write {}", path.display()))?;
            here = Some(name);
        }
        if data.join("vigie.sqlite").exists() {
            tracing::warn!("facts are kept in {server} from now on; vigie.sqlite in {} is not read any more", data.display());
        }
        let folder = std::path::absolute(data)?.display().to_string();
        // Of two folders that come first at the same moment one wins, and the other reads so below.
        for (name, value) in [("instance", here.clone().unwrap_or_default()), ("instance_folder", folder)] {
            sqlx::query("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
                .bind(name)
                .bind(value)
                .execute(&mut *connection)
                .await?;
        }
    }
    let held = meta(&mut connection, "instance").await?.unwrap_or_default();
    if here.as_ref() == Some(&held) {
        return Ok(());
    }
    let folder = meta(&mut connection, "instance_folder").await?.unwrap_or_default();
    bail!(
        "{server} belongs to another data folder, first used as {folder}; hint: name that one with --data, or give {} a database of its own \
         (if it is that folder and only lost its file `instance`, write {held} into it)",
        data.display()
    );
}

fn write(path: &Path, name: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    file.write_all(format!("{name}\n").as_bytes())?;
    file.sync_all()
}

/// Waits until no other transaction has this turn.
pub(super) async fn wait_for(transaction: &mut AnyConnection, turn: Turn) -> Result<()> {
    let key = match turn {
        Turn::ReadingLog => LOCKS + 1,
        Turn::Watches => LOCKS + 2,
        Turn::Sessions => LOCKS + 3,
        Turn::Labels => LOCKS + 4,
        Turn::Personas => LOCKS + 5,
        Turn::Users => LOCKS + 6,
        Turn::Cases => LOCKS + 8,
    };
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(key).execute(transaction).await?;
    Ok(())
}

/// What to do about an error of the server or of the way to it.
pub(super) fn advice(error: &sqlx::Error) -> Option<&'static str> {
    const LOST: &str = "the connection to the database was lost; nothing of what was fetched is: it is in the archive, and the next start of \
                        the command commits it once the server answers again";
    const FULL: &str = "the database server has no space left; what was fetched is in the archive, and the next start commits it";
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Tls(_) => Some(LOST),
        sqlx::Error::Database(error) => match error.code().as_deref() {
            // Class 08: connection exceptions; 57P0x: the server shuts down, crashed, starts, or an administrator ended the session.
            Some(code) if code.starts_with("08") || code.starts_with("57P0") => Some(LOST),
            Some("53100") => Some(FULL),
            Some("53300") => Some("the server takes no more connections: raise `max_connections` there, each vigie process needs up to 5"),
            Some("42501") => Some("the user of the database may not do that: it must own the tables, and may create some in its schema"),
            _ => None,
        },
        _ => None,
    }
}
