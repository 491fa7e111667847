//! Databases for tests: the file in the data folder, or a database of its own on the PostgreSQL server that `VIGIE_TEST_POSTGRES` names.

use std::cell::Cell;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use vigie::config::Database;

/// Address of a server on which tests may make and drop databases; `cargo xtask test` sets it.
const ADDRESS: &str = "VIGIE_TEST_POSTGRES";
/// Folder of the server's programs, for the test that stops a server of its own.
const PROGRAMS: &str = "VIGIE_TEST_POSTGRES_BIN";

thread_local!(static ON_SERVER: Cell<bool> = const { Cell::new(false) });

/// Runs a test whose places all keep their facts on the server.
pub(crate) fn on_postgres(test: impl FnOnce()) {
    ON_SERVER.set(true);
    test();
}

/// A database of one place.
pub(crate) struct Facts {
    /// What stands in the configuration.
    pub(crate) address: String,
    dropped_by: Option<String>,
}

impl Facts {
    /// A database of its own on the server where the test runs there, else the file in the data folder.
    pub(crate) fn new() -> Self {
        if ON_SERVER.get() { Self::on_server("") } else { Self { address: "sqlite".into(), dropped_by: None } }
    }

    /// A database of its own on the server; `options` end its `CREATE DATABASE`.
    pub(crate) fn on_server(options: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(ADDRESS).unwrap_or_else(|_| panic!("{ADDRESS} is not set; hint: run `cargo xtask test`"));
        let nanos = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos();
        let name = format!("vigie_test_{}_{nanos}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        ask(&server, &format!("CREATE DATABASE {name} {options}"));
        let mut address = url::Url::parse(&server).unwrap();
        address.set_path(&name);
        Self { address: address.to_string(), dropped_by: Some(server) }
    }

    /// The database at this address, which somebody else drops.
    pub(crate) fn at(address: &str) -> Self {
        Self { address: address.to_owned(), dropped_by: None }
    }

    pub(crate) fn database(&self) -> Database {
        Database::parse(&self.address).unwrap()
    }

    /// Ends all sessions of the database, as an administrator would; tells how many there were.
    pub(crate) fn end_sessions(&self) -> usize {
        let name = self.address.rsplit('/').next().unwrap();
        let sql = format!("SELECT CAST(pg_terminate_backend(pid) AS TEXT) FROM pg_stat_activity WHERE datname = '{name}'");
        ask(self.dropped_by.as_ref().unwrap(), &sql).len()
    }
}

impl Drop for Facts {
    fn drop(&mut self) {
        if let Some(server) = &self.dropped_by {
            ask(server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.address.rsplit('/').next().unwrap()));
        }
    }
}

/// Runs a statement; gives the first column of its rows. On a thread of its own, as some tests run within a runtime.
pub(crate) fn ask(address: &str, sql: &str) -> Vec<String> {
    let (address, sql) = (address.to_owned(), sql.to_owned());
    let asked = std::thread::spawn(move || {
        sqlx::any::install_default_drivers();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = AnyConnection::connect(&address).await.unwrap();
            let rows = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            rows
        })
    });
    asked.join().unwrap()
}

/// A server that a test may stop.
pub(crate) struct Cluster {
    folder: tempfile::TempDir,
    port: u16,
}

impl Cluster {
    /// Makes and starts one on a free port of loopback, as the user `postgres` where we are root: the server refuses root.
    pub(crate) fn start() -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Self { folder: tempfile::tempdir().unwrap(), port };
        let folder = cluster.folder.path().to_str().unwrap().to_owned();
        if is_root() {
            assert!(Command::new("chown").args(["postgres", &folder]).status().unwrap().success());
        }
        cluster.run("initdb", "--username=postgres --auth=trust --encoding=UTF8 --no-locale");
        cluster.resume();
        cluster
    }

    pub(crate) fn address(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    pub(crate) fn resume(&self) {
        let folder = self.folder.path().display();
        let options = format!("-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories={folder}", self.port);
        self.run("pg_ctl", &format!("start --wait --log={folder}/log --options='{options}'"));
    }

    /// At once, as a server that crashes.
    pub(crate) fn stop(&self) {
        self.run("pg_ctl", "stop --wait --mode=immediate");
    }

    fn run(&self, program: &str, arguments: &str) {
        let programs =
            PathBuf::from(std::env::var_os(PROGRAMS).unwrap_or_else(|| panic!("{PROGRAMS} is not set; hint: run `cargo xtask test`")));
        let folder = self.folder.path().join("data");
        let words = format!("{} --pgdata={} {arguments} >/dev/null 2>&1", programs.join(program).display(), folder.display());
        let mut command = if is_root() { Command::new("su") } else { Command::new("sh") };
        if is_root() {
            command.arg("postgres");
        }
        assert!(command.arg("-c").arg(&words).current_dir("/").status().unwrap().success(), "{words}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A test that failed may have left it stopped.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.stop()));
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}
