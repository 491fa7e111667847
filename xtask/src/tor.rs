//! C tor, of which the tests make a private network on loopback: Debian's package, installed without the daemon that comes with it.

use crate::step::Done;
use crate::tools::{install_without_daemons, works};
use anyhow::ensure;

/// Installs what is missing: tor, and strace to watch a crawl with where it is to be had.
pub(crate) fn prepare() -> anyhow::Result<Done> {
    if installed() {
        return Ok(Done::Passed);
    }
    let watching: &[&str] = if works(&["strace", "--version"]) { &[] } else { &["strace"] };
    // The daemon would connect to the public network, and the tests talk to this machine alone.
    install_without_daemons(&[&["tor"], watching].concat())?;
    ensure!(installed(), "the package tor has no tor and tor-gencert");
    Ok(Done::Passed)
}

/// Whether both programs are there, also outside of `PATH`, where Debian has them for root.
pub(crate) fn installed() -> bool {
    ["tor", "tor-gencert"].iter().all(|name| works(&["sh", "-c", &format!("PATH=$PATH:/usr/sbin; command -v {name}")]))
}
