//! What the tests need beside Rust: wget, and Python with warcio in a folder of its own. Missing ones are installed, and that is said.

use crate::step::{check, command};
use anyhow::{Context, bail};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The reader of WARC files that ours are checked with; pinned, so that a run can be repeated.
const WARCIO: &str = "warcio==1.8.1";

/// Hashes that Python does not have, for the referee of payment addresses.
const PYCRYPTODOME: &str = "pycryptodome==4.4.0";

/// Asked by Debian's packages whether they may start what they bring.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Words that tell whether a tool is there.
const WGET: &[&str] = &["wget", "--version"];
const VENV: &[&str] = &["python3", "-c", "import venv, ensurepip"];

/// What the interoperation checks run with.
pub(crate) struct Tools {
    pub(crate) python: PathBuf,
}

/// Finds or installs the tools.
pub(crate) fn prepare(target: &Path) -> anyhow::Result<Tools> {
    let mut missing = Vec::new();
    if !works(WGET) {
        missing.push("wget");
    }
    if !works(VENV) {
        missing.extend(["python3", "python3-venv"]);
    }
    if !missing.is_empty() {
        install(&missing)?;
    }
    for words in [WGET, VENV] {
        if !works(words) {
            bail!("`{}` does not work", words.join(" "));
        }
    }
    Ok(Tools { python: python(target, "warcio", WARCIO)? })
}

/// Python with what the referee of payment addresses needs.
pub(crate) fn referee(target: &Path) -> anyhow::Result<PathBuf> {
    if !works(VENV) {
        install(&["python3", "python3-venv"])?;
    }
    python(target, "Crypto", PYCRYPTODOME)
}

/// Python of the folder of its own, with a module, which is installed where it is missing.
fn python(target: &Path, module: &str, package: &str) -> anyhow::Result<PathBuf> {
    let venv = target.join("venv");
    let python = venv.join("bin/python");
    if works(&[&python.to_string_lossy(), "-c", &format!("import {module}")]) {
        return Ok(python);
    }
    println!("installing {package} from PyPI into {}", venv.display());
    if !works(&[&python.to_string_lossy(), "-m", "pip", "--version"]) {
        check(command(&["python3", "-m", "venv", "--clear", &venv.to_string_lossy()]))?;
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", package];
    let mut install = command(&[&python.to_string_lossy()]);
    install.args(pip);
    check(install).context("PyPI can't be reached, or does not have it")?;
    Ok(python)
}

/// Installs Debian packages; takes root.
pub(crate) fn install(packages: &[&str]) -> anyhow::Result<()> {
    let list = packages.join(" ");
    if !works(&["apt-get", "--version"]) {
        bail!("{list} missing, and this is no Debian: install them by hand");
    }
    if !works(&["sh", "-c", "test \"$(id -u)\" = 0"]) {
        bail!("{list} missing: run `apt-get install {list}` as root");
    }
    println!("installing by apt-get: {list}");
    let quiet = |words: &[&str]| {
        let mut apt = command(&["apt-get", "-qq"]);
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(words);
        apt
    };
    check(quiet(&["update"]))?;
    let mut words = vec!["install", "-y", "--no-install-recommends"];
    words.extend(packages);
    check(quiet(&words))?;
    Ok(())
}

/// Installs Debian packages without starting the daemons that they bring.
pub(crate) fn install_without_daemons(packages: &[&str]) -> anyhow::Result<()> {
    let _kept_out = NoDaemons::begin()?;
    install(packages)
}

/// Whether a command can be started and ends well; its output is dropped.
pub(crate) fn works(words: &[&str]) -> bool {
    let mut command = command(words);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// While this lives no package starts a daemon.
struct NoDaemons {
    ours: bool,
}

impl NoDaemons {
    fn begin() -> anyhow::Result<Self> {
        let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o755).open(POLICY) {
            Ok(file) => file,
            // Somebody has a policy of their own, or we are not root, which installing says by itself.
            Err(_) => return Ok(Self { ours: false }),
        };
        file.write_all(b"#!/bin/sh\nexit 101\n")?;
        Ok(Self { ours: true })
    }
}

impl Drop for NoDaemons {
    fn drop(&mut self) {
        if self.ours
            && let Err(error) = std::fs::remove_file(Path::new(POLICY))
        {
            println!("{POLICY} can't be removed, which keeps packages from starting daemons: {error}");
        }
    }
}
