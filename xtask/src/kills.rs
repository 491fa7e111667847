//! `cargo xtask kills`: a process that raises and delivers alerts is killed at random moments, and what came of it is counted.

use crate::step::command;
use anyhow::Context;
use std::path::Path;

/// Kills where nobody says how many.
pub(crate) const TIMES: u32 = 1_000;

/// The test that a few kills of belong to every run.
const TEST: &str = "delivery::kills::killed_at_random_every_match_has_its_alert_and_every_alert_arrives";

/// Kills so many times; tells whether nothing was lost. The counts are on stdout.
pub(crate) fn run(times: u32) -> anyhow::Result<bool> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    let mut test = command(&["cargo", "test", "--workspace", "--test", "integration", "--", "--exact", TEST, "--nocapture"]);
    test.current_dir(root).env("VIGIE_TEST_KILLS", times.to_string());
    Ok(test.status().context("cannot start cargo")?.success())
}
