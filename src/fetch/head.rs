//! The heads of requests and answers as bytes, in the form of HTTP/1.1.

use crate::fetch::exchange::Request;
use crate::fetch::headers::Headers;
use crate::fetch::limits::ACCEPT_ENCODING;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING as ACCEPT_ENCODING_NAME, COOKIE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use url::Position;

/// Headers that belong to the transport and are never taken from a configuration.
const OURS: &[&str] =
    &["host", "cookie", "connection", "content-length", "transfer-encoding", "te", "upgrade", "trailer", "proxy-connection", "keep-alive"];

/// The header fields to send, in order, and the head as it goes out. An error names the header that can't be sent.
pub(super) fn of_request(request: &Request) -> Result<(Vec<u8>, HeaderMap), String> {
    let mut fields = HeaderMap::new();
    for (name, value) in &request.headers {
        let name: HeaderName = name.parse().map_err(|_| format!("{name:?} is not a header name"))?;
        if OURS.contains(&name.as_str()) {
            return Err(format!("the header {name} is set by the client and can't be configured"));
        }
        let value =
            HeaderValue::from_str(value).map_err(|_| format!("the value of the header {name} holds characters that can't be sent"))?;
        fields.append(name, value);
    }
    let default = [
        (USER_AGENT, concat!("vigie/", env!("CARGO_PKG_VERSION"))),
        (ACCEPT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        (ACCEPT_ENCODING_NAME, ACCEPT_ENCODING),
    ];
    for (name, value) in default {
        fields.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Some(cookies) = &request.cookies {
        fields.append(COOKIE, HeaderValue::from_str(cookies).map_err(|_| "the cookies hold characters that can't be sent".to_string())?);
    }
    let url = &request.url;
    let target = &url[Position::BeforePath..Position::AfterQuery];
    let mut head = format!("{} {target} HTTP/1.1\r\n", request.method.as_str()).into_bytes();
    for (name, value) in &fields {
        line(&mut head, name.as_str(), value.as_bytes());
    }
    line(&mut head, "host", url[Position::BeforeHost..Position::BeforePath].as_bytes());
    head.extend_from_slice(b"\r\n");
    Ok((head, fields))
}

/// Status line and headers. The reason phrase is the standard one: the one on the wire is not handed out, and HTTP/2 has none.
pub(super) fn of_response(status: StatusCode, protocol: &str, headers: &Headers) -> Vec<u8> {
    let version = if protocol == "http/1.0" { "HTTP/1.0" } else { "HTTP/1.1" };
    let mut head = format!("{version} {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or_default()).into_bytes();
    for (name, value) in headers {
        line(&mut head, name, value);
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn line(head: &mut Vec<u8>, name: &str, value: &[u8]) {
    head.extend_from_slice(name.as_bytes());
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.extend_from_slice(b"\r\n");
}
