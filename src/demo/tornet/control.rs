//! The control port of a tor: what it is asked, and what it tells by itself.

use super::daemon::Daemon;
use super::torrc::CONTROL_PORT;
use super::wait;
use anyhow::{Context, Result, ensure};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Most that tor gets to open the port and to answer.
const LIMIT: Duration = Duration::from_secs(30);
/// How long one look for another line lasts.
const LOOK: Duration = Duration::from_millis(100);
/// Events kept until somebody looks, and the longest line.
const MOST_EVENTS: usize = 1_000;
const LONGEST: usize = 1 << 16;

/// A connection that has shown the cookie.
#[derive(Debug)]
pub(super) struct Control {
    stream: BufReader<TcpStream>,
    /// What was read of a line that is not complete.
    line: Vec<u8>,
    events: VecDeque<String>,
}

impl Control {
    pub(super) fn connect(daemon: &Daemon) -> Result<Self> {
        let (place, file) = (SocketAddr::from((daemon.address(), CONTROL_PORT)), daemon.folder().join("control-cookie"));
        // The cookie is written before the port opens; one of an earlier start is refused, and then the new one is tried.
        let connected = wait::until(LIMIT, || {
            let Ok(stream) = TcpStream::connect_timeout(&place, LIMIT) else { return Ok(None) };
            stream.set_read_timeout(Some(LOOK))?;
            let mut control = Self { stream: BufReader::new(stream), line: Vec::new(), events: VecDeque::new() };
            let Ok(cookie) = std::fs::read(&file) else { return Ok(None) };
            let cookie: String = cookie.iter().map(|byte| format!("{byte:02x}")).collect();
            Ok(control.ask(&format!("AUTHENTICATE {cookie}")).is_ok().then_some(control))
        })?;
        connected.with_context(|| format!("no control port at {place}; {}", daemon.last_words()))
    }

    /// Lets a daemon that was started with `DisableNetwork` begin.
    pub(super) fn enable_network(&mut self) -> Result<()> {
        self.ask("SETCONF DisableNetwork=0").map(drop)
    }

    /// Sends a command and gives the lines of its answer; events in between are kept.
    pub(super) fn ask(&mut self, command: &str) -> Result<String> {
        self.stream.get_mut().write_all(format!("{command}\r\n").as_bytes())?;
        let mut answer = String::new();
        let done = wait::until(LIMIT, || {
            while let Some(line) = self.line()? {
                if line.starts_with("650") {
                    self.keep(line);
                    continue;
                }
                answer.push_str(&line);
                answer.push('\n');
                // `250 OK` ends an answer, `250-...` and `250+...` do not.
                if line.as_bytes().get(3) == Some(&b' ') {
                    return Ok(Some(()));
                }
            }
            Ok(None)
        })?;
        ensure!(done.is_some() && answer.starts_with("250"), "tor answered `{}`", answer.trim());
        Ok(answer)
    }

    /// The next event, if one comes within a moment.
    pub(super) fn event(&mut self) -> Result<Option<String>> {
        if let Some(event) = self.events.pop_front() {
            return Ok(Some(event));
        }
        self.line()
    }

    fn keep(&mut self, event: String) {
        if self.events.len() < MOST_EVENTS {
            self.events.push_back(event);
        }
    }

    fn line(&mut self) -> Result<Option<String>> {
        ensure!(self.line.len() < LONGEST, "tor sends a line without end");
        match self.stream.read_until(b'\n', &mut self.line) {
            Ok(0) => anyhow::bail!("tor closed its control port"),
            Ok(_) if self.line.ends_with(b"\n") => {
                let line = String::from_utf8_lossy(&self.line).trim_end().to_owned();
                self.line.clear();
                Ok(Some(line))
            }
            Ok(_) => Ok(None),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
