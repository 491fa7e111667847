//! What the authority says of the network, asked for at its directory port.

use anyhow::{Result, ensure};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A consensus of twenty relays has some 10 kB.
const MOST_BYTES: u64 = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(5);

/// Counts of a consensus.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Consensus {
    pub(super) relays: usize,
    pub(super) hidden_service_directories: usize,
}

impl Consensus {
    /// The present one. A plain request of our own: the program's fetchers are for sources.
    pub(super) fn fetch(authority: SocketAddr) -> Result<Self> {
        let mut stream = TcpStream::connect_timeout(&authority, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(format!("GET /tor/status-vote/current/consensus HTTP/1.0\r\nHost: {authority}\r\n\r\n").as_bytes())?;
        let mut answer = Vec::new();
        stream.take(MOST_BYTES).read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer);
        ensure!(answer.starts_with("HTTP/1.0 200 "), "there is no consensus yet");
        Ok(Self::read(&answer))
    }

    fn read(text: &str) -> Self {
        let flags = text.lines().filter_map(|line| line.strip_prefix("s "));
        Self {
            relays: text.lines().filter(|line| line.starts_with("r ")).count(),
            hidden_service_directories: flags.filter(|flags| flags.split(' ').any(|flag| flag == "HSDir")).count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Consensus;

    #[test]
    fn relays_and_directories_are_counted() {
        let text = "HTTP/1.0 200 OK\r\n\r\nnetwork-status-version 3\nr a x\ns Exit Fast HSDir Running\nr b y\ns Fast HSDirX\nw r\n";
        assert_eq!(Consensus::read(text), Consensus { relays: 2, hidden_service_directories: 1 });
    }
}
