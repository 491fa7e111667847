//! `cargo xtask test`: the steps, in the order in which failures are cheapest to find.

use crate::count::Counts;
use crate::step::{Done, Steps, check, command, count};
use crate::tools::{self, Tools};
use anyhow::Context;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Exit code by which a check says that it can't run here, as automake has it.
const SKIPPED: i32 = 77;

/// Runs everything. Tells whether all is well; its last line on stdout is `N passed, N failed, N skipped`.
pub(crate) fn run() -> anyhow::Result<bool> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    std::env::set_current_dir(root)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    if std::env::var_os("VIGIE_DATA").is_none() {
        println!("VIGIE_DATA is not set: tests that read larger real data say that they are skipped");
    }

    let mut steps = Steps::new();
    let mut found = None;
    steps.run("tools: wget, python3, warcio", || {
        found = Some(tools::prepare(&target)?);
        Ok(Done::Passed)
    });
    steps.run("format", || check(command(&["cargo", "fmt", "--all", "--check"])));
    // Always the whole workspace: another selection of packages would build the dependencies again with other features.
    steps.run("lints", || check(cargo(&["clippy", "--workspace", "--all-targets"], &["--", "-D", "warnings"])));
    steps.run("documents", || {
        let mut doc = cargo(&["doc", "--workspace", "--no-deps"], &[]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        check(doc)
    });
    steps.run("tests", tests);
    steps.run("examples in documents", || count(command(&["cargo", "test", "--workspace", "--doc", "--quiet"]), Counts::of_cargo));
    let built = steps.run("program", || check(cargo(&["build", "--workspace"], &[])));
    for script in scripts(&root.join("tests/interop"))? {
        let name = script.file_name().unwrap_or_default().display().to_string();
        let program = target.join("debug/vigie");
        steps.run(&format!("interoperation: {name}"), || match &found {
            Some(tools) if built => interoperation(tools, &script, &program),
            _ => Ok(Done::Skipped("the tools or the program are missing, see above".to_owned())),
        });
    }
    steps.run("dependencies", || {
        if tools::works(&["cargo", "deny", "--version"]) {
            return check(command(&["cargo", "deny", "check", "bans", "licenses", "sources"]));
        }
        Ok(Done::Skipped("cargo-deny is not installed (`cargo install cargo-deny` takes minutes)".to_owned()))
    });
    Ok(steps.finish())
}

/// A cargo command that names each package it compiles where a person watches, and nothing in the log of a machine.
fn cargo(words: &[&str], more: &[&str]) -> Command {
    let mut command = command(&["cargo"]);
    command.args(words);
    if !std::io::stderr().is_terminal() {
        command.arg("--quiet");
    }
    command.args(more);
    command
}

/// nextest where it is installed; the runner of cargo does as well.
fn tests() -> anyhow::Result<Done> {
    if tools::works(&["cargo", "nextest", "--version"]) {
        let run = ["cargo", "nextest", "run", "--workspace", "--no-fail-fast", "--color", "never", "--status-level", "fail"];
        return count(command(&run), Counts::of_nextest);
    }
    println!("cargo-nextest is not installed: using cargo test");
    count(command(&["cargo", "test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]), Counts::of_cargo)
}

/// Python scripts of a folder, sorted; none if there is no such folder.
fn scripts(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut scripts = Vec::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "py") {
                scripts.push(path);
            }
        }
    }
    scripts.sort();
    Ok(scripts)
}

/// Runs a script with the program's path in `VIGIE`, for ten minutes at most: 0 passed, 77 can't run here, anything else failed.
fn interoperation(tools: &Tools, script: &Path, program: &Path) -> anyhow::Result<Done> {
    let mut command = command(&["timeout", "600"]);
    command.arg(&tools.python).arg(script).env("VIGIE", program);
    let status = command.status().context("timeout (coreutils) can't be started")?;
    match status.code() {
        Some(0) => Ok(Done::Passed),
        Some(SKIPPED) => Ok(Done::Skipped("it says that it can't run here".to_owned())),
        _ => {
            println!("{} ended with {status}", script.display());
            Ok(Done::Tests(Counts { failed: 1, ..Counts::default() }))
        }
    }
}
