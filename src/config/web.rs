//! `[web]`: the desk, and how people sign in to it.

use super::oidc::{self, Oidc};
use super::problem::Problems;
use super::raw::RawWeb;
use super::resolve::positive;
use super::units::write_duration;
use serde::Serialize;
use std::net::SocketAddr;
use std::time::Duration;

/// `[web]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Web {
    /// Where the desk is served; `None` for nowhere.
    pub listen: Option<SocketAddr>,
    /// A sign-in ends when nothing was asked for so long.
    #[serde(serialize_with = "write_duration")]
    pub idle: Duration,
    /// A sign-in ends so long after it began, whatever is asked.
    #[serde(serialize_with = "write_duration")]
    pub longest: Duration,
    /// Whether each user must bring a one-time code beside the password.
    pub require_totp: bool,
    /// Whether browsers send cookies over TLS alone: set where a proxy speaks TLS in front.
    pub secure_cookies: bool,
    /// A provider through which people may sign in beside the passwords.
    pub oidc: Option<Oidc>,
}

impl Default for Web {
    fn default() -> Self {
        Self {
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 8080))),
            idle: Duration::from_secs(30 * 60),
            longest: Duration::from_secs(12 * 3_600),
            require_totp: true,
            secure_cookies: false,
            oidc: None,
        }
    }
}

/// Gives `raw` its meaning.
pub(super) fn resolve(raw: RawWeb, problems: &mut Problems) -> Web {
    let default = Web::default();
    let secure_cookies = raw.secure_cookies.unwrap_or(default.secure_cookies);
    let listen = raw.listen.map_or(default.listen, |text| {
        if text.get_ref().is_empty() {
            return None;
        }
        let Ok(address) = text.get_ref().parse::<SocketAddr>() else {
            let hint = "write an IP address and a port, as in \"127.0.0.1:8080\", or \"\" for nowhere";
            problems.at(text.span().start, format!("`{}` is no address to listen on", text.get_ref()), hint);
            return default.listen;
        };
        if !address.ip().is_loopback() && !secure_cookies {
            let hint = "write 127.0.0.1, or put a proxy that speaks TLS in front and write secure_cookies = true";
            problems.at(text.span().start, format!("`{address}` is not loopback, and passwords would cross the network in clear"), hint);
        }
        Some(address)
    });
    let place = raw.idle.as_ref().map_or(0, |idle| idle.span().start);
    let idle = positive(raw.idle, "idle", problems).map_or(default.idle, |period| period.0);
    let longest = positive(raw.longest, "longest", problems).map_or(default.longest, |period| period.0);
    if idle > longest {
        problems.at(place, "`idle` is above `longest`", "a sign-in would always end by its age");
    }
    let oidc = raw.oidc.and_then(|oidc| oidc::resolve(oidc, problems));
    Web { listen, idle, longest, require_totp: raw.require_totp.unwrap_or(default.require_totp), secure_cookies, oidc }
}
