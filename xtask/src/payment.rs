//! `cargo xtask payment`: valid addresses of every form and changed ones, made and judged by Python, against what the extractor says of them.

use crate::step::command;
use crate::tools;
use anyhow::{Context, bail};
use std::path::Path;
use std::process::Stdio;

/// Changed strings that are judged where nobody says how many.
pub(crate) const CHANGED: u64 = 10_000_000;

/// Makes as many changed strings; tells whether both sides agree.
pub(crate) fn run(changed: u64) -> anyhow::Result<bool> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    let python = tools::referee(&root.join("target"))?;
    let mut referee = command(&[&python.to_string_lossy(), "tests/interop/payment.py", &changed.to_string()]);
    referee.current_dir(root).stdout(Stdio::piped());
    let mut referee = referee.spawn().context("cannot start the referee")?;
    let lines = referee.stdout.take().context("the referee has an output")?;
    let mut ours = command(&["cargo", "run", "--quiet", "--release", "--package", "vigie-extractors", "--example", "payment"]);
    let agreed = ours.current_dir(root).stdin(lines).status().context("cannot start cargo")?.success();
    if !referee.wait()?.success() {
        bail!("the referee broke off; see above");
    }
    Ok(agreed)
}
