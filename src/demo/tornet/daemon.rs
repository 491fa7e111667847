//! One tor process: started with a configuration of its own, killed when it is dropped.

use super::programs::Programs;
use super::torrc::{Directory, Part, write};
use anyhow::{Context, Result};
use std::fs::{DirBuilder, OpenOptions};
use std::net::Ipv4Addr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Lines of a log that an error quotes.
const QUOTED: usize = 5;
/// Bytes at the end of a log that are looked at for them.
const TAIL: usize = 4_096;

#[derive(Debug)]
pub(super) struct Daemon {
    name: String,
    folder: PathBuf,
    address: Ipv4Addr,
    child: Option<Child>,
}

impl Daemon {
    /// Starts a tor that plays this part, with its files in a folder of its name.
    pub(super) fn start(
        programs: &Programs,
        folder: &Path,
        name: &str,
        address: Ipv4Addr,
        directory: &Directory,
        part: &Part,
    ) -> Result<Self> {
        let folder = private_folder(&folder.join(name))?;
        write(&folder, name, address, directory, part)?;
        let mut daemon = Self { name: name.to_owned(), folder, address, child: None };
        daemon.restart(programs)?;
        Ok(daemon)
    }

    /// Starts it again, with what it knew.
    pub(super) fn restart(&mut self, programs: &Programs) -> Result<()> {
        self.kill();
        let log = OpenOptions::new().create(true).append(true).open(self.folder.join("log"))?;
        let mut command = Command::new(&programs.tor);
        command.arg("-f").arg(self.folder.join("torrc")).arg("--defaults-torrc").arg(self.folder.join("torrc-defaults"));
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.child = Some(command.spawn().with_context(|| format!("{} does not start", programs.tor.display()))?);
        Ok(())
    }

    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself; either way it is gone after this.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// What to say of it if it ended by itself.
    pub(super) fn death(&mut self) -> Option<String> {
        let status = self.child.as_mut()?.try_wait().ok()??;
        Some(format!("tor ({}) ended with {status}; {}", self.name, self.last_words()))
    }

    /// The end of its log, for an error.
    pub(super) fn last_words(&self) -> String {
        let log = std::fs::read(self.folder.join("log")).unwrap_or_default();
        let end = String::from_utf8_lossy(log.get(log.len().saturating_sub(TAIL)..).unwrap_or_default()).into_owned();
        let lines: Vec<&str> = end.lines().collect();
        let lines = lines.get(lines.len().saturating_sub(QUOTED)..).unwrap_or_default().join("\n    ");
        format!("{} said last:\n    {lines}", self.name)
    }

    /// Whether it has a directory of relays, as every relay needs before others can go through it.
    pub(super) fn has_consensus(&self) -> bool {
        self.folder.join("cached-microdesc-consensus").exists()
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn address(&self) -> Ipv4Addr {
        self.address
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A folder that is closed to others, as tor asks for.
pub(super) fn private_folder(folder: &Path) -> Result<PathBuf> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::tornet::wait;
    use std::time::Duration;

    #[test]
    fn a_daemon_that_ends_is_named_with_what_it_said() {
        let folder = tempfile::tempdir().unwrap();
        let here = Ipv4Addr::LOCALHOST;
        let directory = Directory { address: here, v3_identity: "A".into(), rsa_identity: "B".into() };
        // It ends at once, whatever it is asked.
        let programs = Programs { tor: "false".into(), gencert: "false".into() };
        let mut daemon = Daemon::start(&programs, folder.path(), "relay1", here, &directory, &Part::Relay).unwrap();
        std::fs::write(daemon.folder().join("log"), (0..100).map(|n| format!("line {n}\n")).collect::<String>()).unwrap();
        let said = wait::until(Duration::from_secs(20), || Ok(daemon.death())).unwrap().expect("it has ended");
        assert!(said.starts_with("tor (relay1) ended with") && said.ends_with("line 99") && !said.contains("line 94"), "{said}");
        let missing = Programs { tor: folder.path().join("none"), gencert: "false".into() };
        assert!(Daemon::start(&missing, folder.path(), "relay2", here, &directory, &Part::Relay).is_err());
    }
}
