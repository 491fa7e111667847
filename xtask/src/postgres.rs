//! A PostgreSQL server for the tests: Debian's package, in a temporary folder, on a free port of loopback, gone when the tests are.

use crate::step::{check, command};
use crate::tools::{install, works};
use anyhow::{Context, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where Debian keeps the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// A server of ours, stopped and removed when it is dropped.
pub(crate) struct Server {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// Installs what is missing and starts a server.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let programs = match programs() {
            Some(programs) => programs,
            None => {
                install(&["postgresql"])?;
                programs().context("the package postgresql has no programs in /usr/lib/postgresql")?
            }
        };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("vigie-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let server = Self { programs, folder, port };
        // The server refuses root; the package made a user for it.
        if is_root() {
            check(command(&["chown", "postgres", &server.folder.to_string_lossy()]))?;
        }
        let basic = "--username=postgres --auth=trust --encoding=UTF8";
        // An order of words that is not that of bytes, so that a statement that leaves sorting to the server is found out.
        if server.run("initdb", &format!("{basic} --locale=C --locale-provider=icu --icu-locale=en-US")).is_err() {
            println!("this version sorts text by bytes: what depends on a language's order is not tested");
            server.run("initdb", &format!("{basic} --no-locale"))?;
        }
        let at = server.folder.display();
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={at} -c max_connections=300 -c fsync=off -c full_page_writes=off"
        );
        server.run("pg_ctl", &format!("start --wait --timeout=60 --log={at}/log --options='{options}'"))?;
        Ok(server)
    }

    /// Its address, for `VIGIE_TEST_POSTGRES`.
    pub(crate) fn address(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Its programs, for `VIGIE_TEST_POSTGRES_BIN`.
    pub(crate) fn programs(&self) -> &Path {
        &self.programs
    }

    fn run(&self, program: &str, arguments: &str) -> anyhow::Result<()> {
        let data = self.folder.join("data");
        let words = format!("{} --pgdata={} {arguments}", self.programs.join(program).display(), data.display());
        let mut command = if is_root() { Command::new("su") } else { Command::new("sh") };
        if is_root() {
            command.arg("postgres");
        }
        // From a folder that the other user may enter.
        command.args(["-c", &words]).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if !command.status()?.success() {
            bail!("`{words}` failed; its log may be in {}", self.folder.display());
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that never started has nothing to stop.
        let _ = self.run("pg_ctl", "stop --wait --mode=immediate");
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            println!("{} can't be removed: {error}", self.folder.display());
        }
    }
}

/// The folder of the newest installed version.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir(VERSIONS).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_string_lossy().parse::<u32>().ok());
    let newest = versions.filter(|path| path.join("bin/initdb").exists()).max_by_key(number)?;
    Some(newest.join("bin"))
}

fn is_root() -> bool {
    works(&["sh", "-c", "test \"$(id -u)\" = 0"])
}
