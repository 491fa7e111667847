//! The HTTP message within a response record.

use crate::archive::record::{Kind, Record};
use crate::fetch::headers::{self, Headers};

/// The name under which `Transfer-Encoding` is archived, since bodies are kept without it. Other readers would try to remove it again.
pub const ORIGINAL_TRANSFER_ENCODING: &str = "x-archive-orig-transfer-encoding";

/// Most headers that are read.
const MOST_HEADERS: usize = 1000;

/// Status, headers and body of an archived answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpParts {
    /// HTTP status.
    pub status: u16,
    /// Status line and headers with the empty line, as archived.
    pub head: Vec<u8>,
    /// Headers in order.
    pub headers: Headers,
    /// The body without transfer coding (chunks), still content-encoded.
    pub body: Vec<u8>,
}

impl Record {
    /// The HTTP message of a response or revisit record; `None` if it holds none.
    pub fn http(&self) -> Option<HttpParts> {
        matches!(self.kind()?, Kind::Response | Kind::Revisit).then_some(())?;
        let end = head_end(&self.block)?;
        let (head, body) = self.block.split_at_checked(end)?;
        let status = status_of(head)?;
        let headers = headers_of(head);
        let chunked = headers::find(&headers, "transfer-encoding").any(|v| headers::text(v).to_ascii_lowercase().contains("chunked"));
        // Some writers remove the chunks but keep the header, so a body that is not chunked stays as it is.
        let body = chunked.then(|| dechunk(body)).flatten().unwrap_or_else(|| body.to_vec());
        Some(HttpParts { status, head: head.to_vec(), headers, body })
    }
}

/// Where the body begins.
pub(super) fn head_end(block: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in block.split_inclusive(|&b| b == b'\n') {
        at += line.len();
        if line == b"\r\n" || line == b"\n" {
            return Some(at);
        }
    }
    // A revisit record may hold a head without the empty line.
    (!block.is_empty() && block.ends_with(b"\n")).then_some(block.len())
}

fn status_of(head: &[u8]) -> Option<u16> {
    let line = head.split(|&b| b == b'\n').next()?;
    let text =
        std::str::from_utf8(line.get(..line.len().min(32))?.trim_ascii()).ok().or_else(|| std::str::from_utf8(line.get(..12)?).ok())?;
    text.strip_prefix("HTTP/")?.split_ascii_whitespace().nth(1)?.parse().ok().filter(|status| (100..1000).contains(status))
}

fn headers_of(head: &[u8]) -> Headers {
    let mut headers: Headers = Vec::new();
    for line in head.split(|&b| b == b'\n').skip(1).take(MOST_HEADERS) {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if let Some((_, value)) = headers.last_mut() {
                value.push(b' ');
                value.extend_from_slice(line.trim_ascii());
            }
        } else if let Some(colon) = line.iter().position(|&b| b == b':') {
            let (name, value) = line.split_at(colon);
            let name = headers::text(name.trim_ascii()).to_ascii_lowercase();
            headers.push((name, value.get(1..).unwrap_or_default().trim_ascii().to_vec()));
        }
    }
    headers
}

/// The body without chunk framing; `None` if it is not framed. A body that ends early keeps what came.
fn dechunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let mut first = true;
    loop {
        let Some(end) = rest.iter().take(256).position(|&b| b == b'\n') else { return (!first).then_some(body) };
        let (line, after) = rest.split_at(end + 1);
        let digits: Vec<u8> = line.trim_ascii().iter().copied().take_while(u8::is_ascii_hexdigit).collect();
        let size = std::str::from_utf8(&digits).ok().and_then(|digits| usize::from_str_radix(digits, 16).ok());
        let follows = line.trim_ascii().get(digits.len()).is_none_or(|&b| b == b';' || b == b' ');
        let Some(size) = size.filter(|_| follows) else { return (!first).then_some(body) };
        first = false;
        if size == 0 {
            return Some(body);
        }
        let Some((chunk, after)) = after.split_at_checked(size) else {
            body.extend_from_slice(after);
            return Some(body);
        };
        body.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")).unwrap_or(after);
    }
}
