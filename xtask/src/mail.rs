//! Exim, of which the tests make a mail server on loopback: Debian's package, installed without the daemon that comes with it.

use crate::step::Done;
use crate::tools::{install_without_daemons, works};
use anyhow::ensure;

/// Installs it where it is missing.
pub(crate) fn prepare() -> anyhow::Result<Done> {
    if !installed() {
        install_without_daemons(&["exim4-daemon-light"])?;
    }
    ensure!(installed(), "the package exim4-daemon-light has no exim4");
    Ok(Done::Passed)
}

/// Whether the program is there, also outside of `PATH`, where Debian has it for root.
pub(crate) fn installed() -> bool {
    works(&["sh", "-c", "PATH=$PATH:/usr/sbin; command -v exim4"])
}
