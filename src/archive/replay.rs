//! From a record back to the exchange, so that later stages can run again without the network.

use crate::archive::http::ORIGINAL_TRANSFER_ENCODING;
use crate::archive::record::{Kind, Record};
use crate::config::Route;
use crate::fetch::{Exchange, Method, Outcome};
use std::net::{IpAddr, SocketAddr};
use url::Url;

/// The exchange that a `response`, `revisit` or `resource` record holds, of ours or another writer; `None` for other records and
/// broken ones.
///
/// A revisit record has no body: the caller reads the record it [refers to](Record::refers_to) and sets the body. Timings and the
/// request are not in these records, and secrets in headers stay masked. The outcome is the recorded one, else what status and
/// truncation tell.
pub fn exchange_of(record: &Record) -> Option<Exchange> {
    let kind = record.kind()?;
    let url = Url::parse(record.target_uri()?).ok()?;
    let truncated = record.field("WARC-Truncated").map(|reason| match reason {
        "length" => "length",
        "time" => "time",
        "disconnect" => "disconnect",
        _ => "unspecified",
    });
    let truncated = truncated.or(record.cut.then_some("length"));
    let address = record.field("WARC-IP-Address").and_then(|address| address.parse::<IpAddr>().ok());
    let mut exchange = Exchange {
        method: if record.field("Vigie-Method") == Some("HEAD") { Method::Head } else { Method::Get },
        // Archives of earlier versions hold the clear web alone.
        route: record.field("Vigie-Route").and_then(Route::of_code).unwrap_or_default(),
        outcome: Outcome::Ok,
        detail: None,
        status: None,
        request_head: Vec::new(),
        response_head: Vec::new(),
        headers: Vec::new(),
        body: Vec::new(),
        truncated,
        protocol: record.field("WARC-Protocol").unwrap_or_default().to_string(),
        remote: address.map(|address| SocketAddr::new(address, url.port_or_known_default().unwrap_or(0))),
        started_at: record.date()?,
        first_byte_us: None,
        duration_us: 0,
        held: crate::fetch::Held::default(),
        url,
    };
    match kind {
        Kind::Response | Kind::Revisit => {
            let mut parts = record.http()?;
            for (name, _) in &mut parts.headers {
                if name.eq_ignore_ascii_case(ORIGINAL_TRANSFER_ENCODING) {
                    *name = "transfer-encoding".to_string();
                }
            }
            exchange.status = Some(parts.status);
            exchange.response_head = parts.head;
            exchange.headers = parts.headers;
            exchange.body = if kind == Kind::Response { parts.body } else { Vec::new() };
            exchange.outcome = match truncated {
                Some("length") => Outcome::BodyTooLarge,
                Some("time") => Outcome::BodyTimeout,
                Some("disconnect") => Outcome::ConnectionLost,
                _ => Outcome::of_status(parts.status),
            };
        }
        Kind::Resource => {
            exchange.headers =
                record.field("Content-Type").map(|value| ("content-type".to_string(), value.as_bytes().to_vec())).into_iter().collect();
            exchange.body.clone_from(&record.block);
        }
        _ => return None,
    }
    if let Some(recorded) = record.field("Vigie-Outcome").and_then(|code| code.parse().ok()) {
        exchange.outcome = recorded;
    }
    Some(exchange)
}
