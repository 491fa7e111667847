//! Syslog after RFC 5424: by datagrams (RFC 5426), on connections with counted octets (RFC 6587), and on encrypted ones (RFC 5425).
//!
//! None of them has a receipt. What can be noticed is: a port where nobody listens, a connection that is refused or reset.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use rustls::pki_types::ServerName;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio_rustls::TlsConnector;

use crate::alert::channel::cef;
use crate::alert::channel::sender::{Answer, Line};
use crate::alert::payload::{line, told};
use crate::config::{Format, Syslog, Transport};
use crate::fetch::clearnet::tls;
use crate::fetch::resolve::look_up;

/// Facility local0, severity notice.
const PRIORITY: u8 = 16 * 8 + 5;
/// How long a refusal of a datagram is waited for.
const REFUSAL: Duration = Duration::from_millis(50);
/// How long the end of a connection is waited for that was ended by us.
const FAREWELL: Duration = Duration::from_secs(1);

/// Sends the notifications of one channel to a collector.
pub(super) struct Collector {
    syslog: Syslog,
    connector: Option<TlsConnector>,
    timeout: Duration,
    host: String,
}

impl Collector {
    pub(super) fn new(syslog: &Syslog, channel: &Line<'_>) -> Result<Self> {
        let connector = (syslog.transport == Transport::Tls).then(|| tls(channel.extra_roots)).transpose()?;
        Ok(Self { syslog: syslog.clone(), connector, timeout: channel.timeout, host: host_name() })
    }

    /// Sends a notification once.
    pub(super) async fn send(&self, payload: &Value, key: &str) -> Answer {
        let message = self.message(payload, key);
        match tokio::time::timeout(self.timeout, self.deliver(message.as_bytes())).await {
            Ok(Ok(())) => Answer::Accepted("sent; syslog gives no receipt".to_owned()),
            Ok(Err(error)) => Answer::failed(error.to_string().chars().take(300).collect::<String>()),
            Err(_) => Answer::failed("not sent in time"),
        }
    }

    async fn deliver(&self, message: &[u8]) -> Result<()> {
        let name = self.syslog.host.trim_matches(['[', ']']);
        let addresses: Vec<SocketAddr> = look_up(name, self.syslog.channel.allow_private)
            .await?
            .into_iter()
            .map(|address| SocketAddr::new(address.ip(), self.syslog.port))
            .collect();
        if self.syslog.transport == Transport::Udp {
            return Ok(datagram(&addresses, message).await?);
        }
        let framed = [format!("{} ", message.len()).as_bytes(), message].concat();
        let stream = TcpStream::connect(addresses.as_slice()).await?;
        match &self.connector {
            Some(connector) => Ok(said(connector.connect(ServerName::try_from(name.to_owned())?, stream).await?, &framed).await?),
            None => Ok(said(stream, &framed).await?),
        }
    }

    /// `<133>1 TIME HOST vigie PROCESS alert - MESSAGE`.
    fn message(&self, payload: &Value, key: &str) -> String {
        let message = match self.syslog.format {
            Format::Cef => cef::event(payload, key),
            Format::Json => {
                let mut short = payload.clone();
                for name in ["title", "vendor", "url"].iter().filter(|name| payload.get(**name).is_some()) {
                    short[*name] = line(told(payload, name), cef::MOST).into();
                }
                short["key"] = key.into();
                short.to_string()
            }
        };
        let time = Some(told(payload, "created_at")).filter(|time| !time.is_empty()).unwrap_or("-");
        format!("<{PRIORITY}>1 {} {} vigie {} alert - {message}", moment(time), self.host, std::process::id())
    }
}

/// RFC 5424 allows six digits of a second at most.
fn moment(time: &str) -> String {
    let Some((whole, part)) = time.trim_end_matches('Z').split_once('.') else { return time.to_owned() };
    format!("{whole}.{}Z", part.get(..6).unwrap_or(part))
}

async fn datagram(addresses: &[SocketAddr], message: &[u8]) -> std::io::Result<()> {
    let of_kind = if addresses.first().is_some_and(SocketAddr::is_ipv6) { "[::]:0" } else { "0.0.0.0:0" };
    let socket = UdpSocket::bind(of_kind).await?;
    socket.connect(addresses).await?;
    socket.send(message).await?;
    // A machine where nobody listens on the port says so at once; everything else is silence.
    match tokio::time::timeout(REFUSAL, socket.recv(&mut [0; 1])).await {
        Ok(Err(error)) => Err(error),
        _ => Ok(()),
    }
}

/// Writes, ends the connection from our side and waits a while for the other: one that was reset took nothing for certain.
async fn said(mut stream: impl AsyncRead + AsyncWrite + Unpin, framed: &[u8]) -> std::io::Result<()> {
    stream.write_all(framed).await?;
    stream.flush().await?;
    stream.shutdown().await?;
    match tokio::time::timeout(FAREWELL, stream.read(&mut [0; 64])).await {
        // Without a farewell of TLS the connection is over all the same.
        Ok(Err(error)) if error.kind() != ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(()),
    }
}

/// The name of this machine as RFC 5424 takes it, `-` where it is unknown.
fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name: String = name.chars().filter(char::is_ascii_graphic).take(255).collect();
    if name.is_empty() { "-".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_six_digits_at_most() {
        assert_eq!(moment("2026-11-21T08:00:00.123456789Z"), "2026-11-21T08:00:00.123456Z");
        assert_eq!(moment("2026-11-21T08:00:00.25Z"), "2026-11-21T08:00:00.25Z");
        assert_eq!(moment("2026-11-21T08:00:00Z"), "2026-11-21T08:00:00Z");
        assert_eq!(moment("-"), "-");
    }
}
