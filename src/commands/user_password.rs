//! Asks for a password without showing it.

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::os::fd::AsFd;

use anyhow::{Context, Result};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::account::password;
use crate::commands::Usage;

/// Bytes of a line that are read, at most.
const LONGEST: u64 = 4_096;

/// The password on the first line of stdin.
pub(super) fn from_stdin() -> Result<String> {
    line(&mut io::stdin().lock())
}

/// Asks twice on the terminal; `None` where there is none or nothing is typed.
pub(super) fn asked(name: &str) -> Result<Option<String>> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Ok(None);
    }
    let _silent = Silent::over(&stdin)?;
    let ask = |what: &str| -> Result<String> {
        let mut stderr = io::stderr();
        write!(stderr, "{what}: ")?;
        let typed = line(&mut stdin.lock())?;
        writeln!(stderr)?;
        Ok(typed)
    };
    let first = ask(&format!("Password of {name} (at least {} characters; empty to have one made up)", password::SHORTEST))?;
    if first.is_empty() {
        return Ok(None);
    }
    if ask("The same again")? != first {
        return Err(Usage("the two are not the same; hint: run the command again".into()).into());
    }
    Ok(Some(first))
}

fn line(from: &mut impl BufRead) -> Result<String> {
    let mut text = String::new();
    from.take(LONGEST).read_line(&mut text).context("cannot read the password")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// A terminal that does not show what is typed, until this is dropped.
struct Silent<'a> {
    terminal: &'a io::Stdin,
    before: Termios,
}

impl<'a> Silent<'a> {
    fn over(terminal: &'a io::Stdin) -> Result<Self> {
        let before = tcgetattr(terminal.as_fd()).context("cannot hide what is typed; hint: use --password-stdin")?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(terminal.as_fd(), OptionalActions::Flush, &silent).context("cannot hide what is typed; hint: use --password-stdin")?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        // Nothing else can be done for a terminal that has gone.
        let _ = tcsetattr(self.terminal.as_fd(), OptionalActions::Now, &self.before);
    }
}
