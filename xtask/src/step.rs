//! Runs one step after the other, each with a heading and its time, and counts.

use crate::count::Counts;
use anyhow::{Context, bail};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

/// How a step ended that did not fail.
pub(crate) enum Done {
    /// It is one check, and passed.
    Passed,
    /// These are its tests.
    Tests(Counts),
    /// It was left out, for this reason.
    Skipped(String),
}

/// The steps so far.
pub(crate) struct Steps {
    counts: Counts,
    failures: Vec<String>,
    started: Instant,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { counts: Counts::default(), failures: Vec::new(), started: Instant::now() }
    }

    /// Runs a step. One that fails is counted, said again at the end, and the next step runs all the same. Tells whether it passed.
    pub(crate) fn run(&mut self, name: &str, step: impl FnOnce() -> anyhow::Result<Done>) -> bool {
        println!("\n==> {name}");
        let started = Instant::now();
        let (counts, word) = match step() {
            Ok(Done::Passed) => (Counts { passed: 1, ..Counts::default() }, "ok".to_owned()),
            Ok(Done::Tests(counts)) => (counts, counts.to_string()),
            Ok(Done::Skipped(reason)) => (Counts { skipped: 1, ..Counts::default() }, format!("SKIPPED: {reason}")),
            Err(error) => (Counts { failed: 1, ..Counts::default() }, format!("FAILED: {error:#}")),
        };
        self.counts += counts;
        if counts.failed > 0 {
            self.failures.push(format!("{name}: {word}"));
        }
        println!("<== {name}: {word} ({:.1} s)", started.elapsed().as_secs_f64());
        counts.failed == 0
    }

    /// Prints what failed and, as the last line, the counts. Tells whether all is well.
    pub(crate) fn finish(self) -> bool {
        println!("\n==> all steps took {:.0} s", self.started.elapsed().as_secs_f64());
        for failure in &self.failures {
            println!("    {failure}");
        }
        println!("{}", self.counts);
        self.counts.failed == 0 && self.counts.passed > 0
    }
}

/// A command from its words, without what Cargo told this program of its own package: build scripts of crates that look there (ring's does) would
/// run again, and with them all that is built on TLS, after each change between `cargo xtask` and plain `cargo`.
pub(crate) fn command(words: &[&str]) -> Command {
    let mut command = Command::new(words.first().copied().unwrap_or_default());
    command.args(words.get(1..).unwrap_or_default());
    let own = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(own)) {
        command.env_remove(name);
    }
    command
}

/// Runs a command whose exit code is the check.
pub(crate) fn check(mut command: Command) -> anyhow::Result<Done> {
    let status = command.status().with_context(|| format!("{} can't be started", command.get_program().display()))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(&command));
    }
    Ok(Done::Passed)
}

/// Runs a test runner and counts its tests by the lines that close its runs. One that ends badly without a failed test did not build or broke off.
pub(crate) fn count(mut command: Command, of_line: fn(&str) -> Option<Counts>) -> anyhow::Result<Done> {
    // Test runners close their run on stderr (nextest) or stdout (cargo test); the shell joins the two so that their order stays.
    let mut child = self::command(&["sh", "-c", "exec \"$@\" 2>&1", "sh"]);
    child.arg(command.get_program()).args(command.get_args());
    child.envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command = child;
    let mut process = command.stdout(Stdio::piped()).spawn().with_context(|| format!("{} can't be started", shown(&command)))?;
    let mut counts = Counts::default();
    if let Some(output) = process.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            counts += of_line(&line).unwrap_or_default();
        }
    }
    let status = process.wait()?;
    if !status.success() && counts.failed == 0 {
        bail!("it ended with {status} and no failed test: see above");
    }
    Ok(Done::Tests(counts))
}

fn shown(command: &Command) -> String {
    let words: Vec<String> =
        std::iter::once(command.get_program()).chain(command.get_args()).map(|word| word.display().to_string()).collect();
    words.join(" ")
}
