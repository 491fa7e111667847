//! `[run]`: the daemon.

use super::problem::Problems;
use super::raw::RawRun;
use super::resolve::positive;
use super::units::write_duration;
use serde::Serialize;
use std::net::SocketAddr;
use std::time::Duration;

/// `[run]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Where health and metrics are answered; `None` for nowhere.
    pub listen: Option<SocketAddr>,
    /// How often captures past their retention are counted.
    #[serde(serialize_with = "write_duration")]
    pub retention_check: Duration,
}

impl Default for Run {
    fn default() -> Self {
        Self { listen: Some(SocketAddr::from(([127, 0, 0, 1], 9464))), retention_check: Duration::from_secs(86_400) }
    }
}

/// Gives `raw` its meaning.
pub(super) fn resolve(raw: RawRun, problems: &mut Problems) -> Run {
    let default = Run::default();
    let listen = match raw.listen {
        None => default.listen,
        Some(text) if text.get_ref().is_empty() => None,
        Some(text) => match text.get_ref().parse::<SocketAddr>() {
            Ok(address) => {
                if !address.ip().is_loopback() && !raw.allow_remote.unwrap_or(false) {
                    let hint = "write 127.0.0.1, or allow_remote = true: whoever reaches the port then reads names of sources and counts";
                    problems.at(text.span().start, format!("`{address}` is not loopback"), hint);
                }
                Some(address)
            }
            Err(_) => {
                let hint = "write an IP address and a port, as in \"127.0.0.1:9464\", or \"\" for nowhere";
                problems.at(text.span().start, format!("`{}` is no address to listen on", text.get_ref()), hint);
                default.listen
            }
        },
    };
    let retention_check = positive(raw.retention_check, "retention_check", problems).map_or(default.retention_check, |period| period.0);
    Run { listen, retention_check }
}
