//! Finds the programs of C tor.

use anyhow::{Result, bail};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where they also may be: folders that are not in everybody's `PATH`.
const FOLDERS: &[&str] = &["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/// The two programs that a network is made with.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    pub(super) tor: PathBuf,
    pub(super) gencert: PathBuf,
}

impl Programs {
    pub(super) fn find() -> Result<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&path).chain(FOLDERS.iter().map(PathBuf::from)).collect();
        Self::among(&folders)
    }

    fn among(folders: &[PathBuf]) -> Result<Self> {
        let find = |name: &str| folders.iter().map(|folder| folder.join(name)).find(|program| runs(program));
        let (Some(tor), Some(gencert)) = (find("tor"), find("tor-gencert")) else {
            bail!(
                "tor is not installed, which a private Tor network is made of; hint: `apt-get install tor` on Debian and Ubuntu, \
                 `dnf install tor` on Fedora, `brew install tor` on macOS"
            );
        };
        Ok(Self { tor, gencert })
    }
}

/// Whether a private network can be made on this machine.
///
/// # Errors
/// `tor` or `tor-gencert` is not installed: how to install them.
pub fn check_installed() -> Result<()> {
    Programs::find().map(drop)
}

/// Both answer at once, one of them with its usage.
fn runs(program: &Path) -> bool {
    let mut command = Command::new(program);
    command.arg(OsStr::new("--version")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    program.is_file() && command.status().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_tor_is_missing_the_remedy_is_said() {
        let empty = tempfile::tempdir().unwrap();
        let said = Programs::among(&[empty.path().to_owned()]).unwrap_err().to_string();
        assert!(said.contains("tor is not installed") && said.contains("apt-get install tor"), "{said}");
        // A file of that name that cannot be run is none.
        std::fs::write(empty.path().join("tor"), "").unwrap();
        assert!(Programs::among(&[empty.path().to_owned()]).is_err());
    }
}
