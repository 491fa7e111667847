//! One request and what came back: the unit that is archived.

use crate::config::Route;
use crate::fetch::headers::{Headers, find, http_date, text};
use crate::fetch::limits::{self, Limits};
use crate::fetch::outcome::Outcome;
use crate::fetch::room::Held;
use jiff::Timestamp;
use std::net::SocketAddr;
use std::time::Duration;
use url::Url;

/// The methods that Vigie uses. There is no other: it only reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Asks for the page.
    Get,
    /// Asks for the headers alone.
    Head,
}

impl Method {
    /// The method as it is written in a request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
        }
    }

    /// The method as the HTTP library has it.
    pub(super) fn http(self) -> reqwest::Method {
        match self {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
        }
    }
}

/// What to fetch and within which bounds.
#[derive(Clone, Debug)]
pub struct Request {
    /// The address; a fragment is not sent.
    pub url: Url,
    /// How.
    pub method: Method,
    /// Over which network.
    pub route: Route,
    /// On behalf of which source: over Tor no other shares its circuits.
    pub source: String,
    /// Further headers in the order in which they are sent, the user agent among them. `Accept`, `Accept-Encoding` and `User-Agent`
    /// are added when missing; `Host`, `Cookie` and the framing headers are not taken from here.
    pub headers: Vec<(String, String)>,
    /// Value of the `Cookie` header.
    pub cookies: Option<String>,
    /// Whether private, loopback and link-local addresses may be connected to.
    pub allow_private: bool,
    /// Whether images, sound, films and fonts are received; otherwise the fetch ends after their headers.
    pub allow_media: bool,
    /// Whether the beginning of a body is received whose announced length is beyond the limit.
    pub beginning: bool,
    /// Bounds on size and time.
    pub limits: Limits,
}

impl Request {
    /// A GET request with default limits, no cookies and public addresses only.
    pub fn get(url: Url) -> Request {
        Request {
            url,
            method: Method::Get,
            route: Route::Clearnet,
            source: String::new(),
            headers: Vec::new(),
            cookies: None,
            allow_private: false,
            allow_media: false,
            beginning: false,
            limits: Limits::default(),
        }
    }
}

/// A request and its answer, as far as it came.
///
/// The heads are reconstructed, since the HTTP library does not hand out the bytes on the wire: header names are in lower case, and
/// over HTTP/2 the pseudo-headers are written as an HTTP/1.1 request or status line. Names, values and order are as sent; over
/// HTTP/1.1 the request head is what went out, byte for byte.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The address asked for, without fragment, user name and password.
    pub url: Url,
    /// The method.
    pub method: Method,
    /// The network that it went over.
    pub route: Route,
    /// How it ended.
    pub outcome: Outcome,
    /// What exactly went wrong, for people.
    pub detail: Option<String>,
    /// HTTP status, if an answer began.
    pub status: Option<u16>,
    /// Request line and headers, each line ended by CRLF, with the empty line. Empty if the request was refused before sending.
    pub request_head: Vec<u8>,
    /// Status line and headers, each line ended by CRLF, with the empty line. Empty if no answer began.
    pub response_head: Vec<u8>,
    /// Headers of the answer in the order of arrival.
    pub headers: Headers,
    /// The body with its content coding (gzip and so on) as received; the transfer coding (chunks, frames) is removed.
    pub body: Vec<u8>,
    /// Why the body is not whole: `length`, `time`, `disconnect` or `unspecified`, the reasons of WARC 1.1.
    pub truncated: Option<&'static str>,
    /// `http/1.0`, `http/1.1` or `h2`; empty if no answer began.
    pub protocol: String,
    /// The address that was connected to.
    pub remote: Option<SocketAddr>,
    /// When the request began.
    pub started_at: Timestamp,
    /// Microseconds from the start to the headers of the answer.
    pub first_byte_us: Option<u64>,
    /// Microseconds from the start to the end.
    pub duration_us: u64,
    /// The room that the body takes.
    pub held: Held,
}

impl Exchange {
    /// An exchange that ended before anything was sent.
    pub fn unsent(request: &Request, outcome: Outcome, detail: impl Into<String>, started_at: Timestamp) -> Exchange {
        let mut url = request.url.clone();
        url.set_fragment(None);
        // Credentials never reach the evidence by way of an address; an error would mean a URL that can hold none.
        let _ = url.set_username("").and_then(|()| url.set_password(None));
        Exchange {
            url,
            method: request.method,
            route: request.route,
            outcome,
            detail: Some(detail.into()),
            status: None,
            request_head: Vec::new(),
            response_head: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
            truncated: None,
            protocol: String::new(),
            remote: None,
            started_at,
            first_byte_us: None,
            duration_us: 0,
            held: Held::default(),
        }
    }

    /// The first header of that name, in any case, as text.
    pub fn header(&self, name: &str) -> Option<String> {
        find(&self.headers, name).next().map(text)
    }

    /// The `Content-Type` header.
    pub fn content_type(&self) -> Option<String> {
        self.header("content-type")
    }

    /// The `Set-Cookie` headers, for [`crate::fetch::Jar::store`].
    pub fn set_cookies(&self) -> Vec<String> {
        find(&self.headers, "set-cookie").map(text).collect()
    }

    /// The body without its content coding, or the failure: `decode_failed` or `decompressed_too_large`.
    pub fn decoded(&self, limits: &Limits) -> Result<Vec<u8>, Outcome> {
        limits::decode(&self.headers, &self.body, limits)
    }

    /// Where a redirect points to, resolved against the address asked for; the fragment is kept. `None` without a usable http(s) address.
    pub fn location(&self) -> Option<Url> {
        let target = self.url.join(self.header("location")?.trim()).ok()?;
        matches!(target.scheme(), "http" | "https").then_some(target)
    }

    /// How long the server asks to wait (`Retry-After` in seconds or as a date); zero for a date in the past.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let value = self.header("retry-after")?;
        let value = value.trim();
        if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX / 4)));
        }
        let wait = http_date(value)?.duration_since(now);
        Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
    }
}
