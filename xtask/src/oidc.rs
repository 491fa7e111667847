//! Glewlwyd, the provider of OpenID Connect that the tests sign in through: Debian's package, installed without the daemon that comes with it.

use crate::step::Done;
use crate::tools::{install_without_daemons, works};
use anyhow::ensure;

/// Installs it where it is missing.
pub(crate) fn prepare() -> anyhow::Result<Done> {
    if !installed() {
        install_without_daemons(&["glewlwyd"])?;
    }
    ensure!(installed(), "the package glewlwyd has no glewlwyd");
    Ok(Done::Passed)
}

/// Whether the program is there.
pub(crate) fn installed() -> bool {
    works(&["glewlwyd", "--help"])
}
