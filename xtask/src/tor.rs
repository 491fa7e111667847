//! C tor, of which the tests make a private network on loopback: Debian's package, installed without the daemon that comes with it.

use crate::step::Done;
use crate::tools::{install, works};
use anyhow::ensure;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Asked by Debian's packages whether they may start what they bring.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Installs what is missing: tor, and strace to watch a crawl with where it is to be had.
pub(crate) fn prepare() -> anyhow::Result<Done> {
    if installed() {
        return Ok(Done::Passed);
    }
    let _kept_out = NoDaemons::begin()?;
    let watching: &[&str] = if works(&["strace", "--version"]) { &[] } else { &["strace"] };
    install(&[&["tor"], watching].concat())?;
    ensure!(installed(), "the package tor has no tor and tor-gencert");
    Ok(Done::Passed)
}

/// Whether both programs are there, also outside of `PATH`, where Debian has them for root.
pub(crate) fn installed() -> bool {
    ["tor", "tor-gencert"].iter().all(|name| works(&["sh", "-c", &format!("PATH=$PATH:/usr/sbin; command -v {name}")]))
}

/// While this lives no package starts a daemon: that of tor would connect to the public network, and the tests talk to this machine alone.
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
