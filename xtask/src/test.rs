//! `cargo xtask test`: the steps, in the order in which failures are cheapest to find.

use crate::count::Counts;
use crate::interop::Interop;
use crate::postgres::Server;
use crate::step::{Done, Steps, check, command, count};
use crate::{browser, mail, oidc, tools, tor};
use anyhow::Context;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs everything. Tells whether all is well; its last line on stdout is `N passed, N failed, N skipped`.
pub(crate) fn run() -> anyhow::Result<bool> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    std::env::set_current_dir(root)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let target = std::path::absolute(target)?;
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
    let mut server = None;
    steps.run("a PostgreSQL server", || match Server::start() {
        Ok(started) => {
            server = Some(started);
            Ok(Done::Passed)
        }
        Err(error) => Ok(Done::Skipped(format!("{error:#}; the tests that need one are skipped"))),
    });
    steps.run("tor, for a private Tor network", || {
        tor::prepare().or_else(|error| Ok(Done::Skipped(format!("{error:#}; the test over Tor is skipped"))))
    });
    steps.run("exim, for a mail server", || {
        mail::prepare().or_else(|error| Ok(Done::Skipped(format!("{error:#}; the tests of mail with a real server are skipped"))))
    });
    steps.run("glewlwyd, for a provider of OpenID Connect", || {
        oidc::prepare().or_else(|error| Ok(Done::Skipped(format!("{error:#}; the test of sign-in through a real provider is skipped"))))
    });
    steps.run("chromium, to walk over the desk", || {
        browser::prepare().or_else(|error| Ok(Done::Skipped(format!("{error:#}; the tests in a browser are skipped"))))
    });
    let needed: Vec<&str> = [
        ("VIGIE_TEST_TOR_NEEDED", tor::installed()),
        ("VIGIE_TEST_MAIL_NEEDED", mail::installed()),
        ("VIGIE_TEST_OIDC_NEEDED", oidc::installed()),
        ("VIGIE_TEST_BROWSER_NEEDED", browser::installed()),
    ]
    .into_iter()
    .filter_map(|(name, installed)| installed.then_some(name))
    .collect();
    steps.run("tests", || tests(server.as_ref(), &needed));
    drop(server);
    steps.run("examples in documents", || count(command(&["cargo", "test", "--workspace", "--doc", "--quiet"]), Counts::of_cargo));
    let built = steps.run("program", || check(cargo(&["build", "--workspace"], &[])));
    let interop = found.as_ref().filter(|_| built).map(|tools| Interop {
        tools,
        vigie: target.join("debug/vigie"),
        root,
        scratch: target.join("interop"),
    });
    let missing = "the tools or the program are missing, see above";
    steps.run("warcio reads our archive", || interop.as_ref().context(missing)?.warcio_reads_ours());
    steps.run("captures of wget are imported", || interop.as_ref().context(missing)?.we_read_wget());
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

/// Where tests of properties begin to draw: the same inputs in each run, so that one commit has one result. New inputs are what `cargo xtask fuzz` is for, and `PROPTEST_RNG_SEED` of one's own.
const SEED: &str = "20251121";

/// Those over Tor, with a mail server, through a provider and in a browser pass by themselves where tor, exim, glewlwyd and chromium are not installed; where they are, `needed` says that this is not accepted as a reason. nextest where it is installed; the runner of cargo does as well. Tests on PostgreSQL are marked as ignored, and run where there is a server.
fn tests(server: Option<&Server>, needed: &[&str]) -> anyhow::Result<Done> {
    let with_server = |mut command: Command| {
        if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
            command.env("PROPTEST_RNG_SEED", SEED);
        }
        if let Some(server) = server {
            command.env("VIGIE_TEST_POSTGRES", server.address()).env("VIGIE_TEST_POSTGRES_BIN", server.programs());
        }
        command.envs(needed.iter().map(|name| (name, "1")));
        command
    };
    if tools::works(&["cargo", "nextest", "--version"]) {
        let mut run = command(&["cargo", "nextest", "run", "--workspace", "--no-fail-fast", "--color", "never", "--status-level", "fail"]);
        run.args(server.map_or(&[][..], |_| &["--run-ignored", "all"]));
        return count(with_server(run), Counts::of_nextest);
    }
    println!("cargo-nextest is not installed: using cargo test");
    let mut run = command(&["cargo", "test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]);
    run.args(server.map_or(&[][..], |_| &["--", "--include-ignored"]));
    count(with_server(run), Counts::of_cargo)
}
