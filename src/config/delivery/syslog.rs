//! `[[delivery.syslog]]`: notifications for a collector of logs.

use super::super::problem::Problems;
use super::super::raw::RawSyslog;
use super::{Channel, Names, place};
use serde::{Deserialize, Serialize};

/// A collector of logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Syslog {
    /// What all channels have.
    #[serde(flatten)]
    pub channel: Channel,
    /// Name or IP address of the collector.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How messages get there.
    pub transport: Transport,
    /// What they say.
    pub format: Format,
}

/// How messages get to a collector.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// One datagram each (RFC 5426).
    Udp,
    /// Counted octets on a connection (RFC 6587).
    Tcp,
    /// The same, encrypted (RFC 5425).
    #[default]
    Tls,
}

/// What a message says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// ArcSight's Common Event Format.
    #[default]
    Cef,
    /// The JSON object that a webhook gets.
    Json,
}

pub(super) fn resolve(raw: RawSyslog, names: &mut Names, problems: &mut Problems) -> Option<Syslog> {
    let (channel, name) = names.channel("syslog", (raw.name, raw.watches), (raw.details, raw.allow_private), problems)?;
    let Some(address) = raw.address else {
        problems.missing("address", "each [[delivery.syslog]] has an address");
        return None;
    };
    let transport = raw.transport.unwrap_or_default();
    if transport != Transport::Tls && !channel.allow_private {
        let hint = "write transport = \"tls\"; udp and tcp are for private addresses, with allow_private = true";
        problems.at(name, format!("the syslog `{}` is not encrypted", channel.name), hint);
    }
    let (place, text) = (address.span().start, address.get_ref());
    let default = if transport == Transport::Tls { 6514 } else { 514 };
    let (host, port) = match text.rsplit_once(':') {
        // Of an IPv6 address without a port all colons are its own.
        Some((host, port)) if !host.contains(':') || host.starts_with('[') => (host, port.parse().ok().filter(|port| *port > 0)),
        _ => (text.as_str(), Some(default)),
    };
    let Some(port) = port else {
        problems.at(place, format!("`{text}` is no address of a collector"), "write it as in \"siem.example:6514\"");
        return None;
    };
    let host = place::host("syslog", host, place, channel.allow_private, problems)?.to_string();
    Some(Syslog { channel, host, port, transport, format: raw.format.unwrap_or_default() })
}
