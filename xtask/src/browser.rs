//! Chromium and its WebDriver, with which the tests walk over the desk: Debian's packages.

use crate::step::Done;
use crate::tools::{install, works};
use anyhow::ensure;

/// Installs them where they are missing.
pub(crate) fn prepare() -> anyhow::Result<Done> {
    if !installed() {
        install(&["chromium", "chromium-driver"])?;
    }
    ensure!(installed(), "the packages chromium and chromium-driver do not work");
    Ok(Done::Passed)
}

/// Whether both are there.
pub(crate) fn installed() -> bool {
    works(&["chromedriver", "--version"]) && works(&["chromium", "--version"])
}
