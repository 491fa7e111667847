//! What was asked and what is answered, before encoding and conditional requests are looked at.

use std::time::Duration;

/// One request, as much of it as a page depends on.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'a> {
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) visit: u32,
    /// `http://address:port` of the site itself.
    pub(crate) base: &'a str,
}

impl Asked<'_> {
    /// The value of a query parameter, with `+` and `%20` read as spaces.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// `?page=N` and the like, 1 where absent or no number.
    pub(crate) fn number(&self, name: &str) -> usize {
        self.parameter(name).and_then(|value| value.parse().ok()).unwrap_or(1)
    }
}

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// The ISO date of `Last-Modified`; with it goes an `ETag`, and conditional requests are honoured.
    pub(crate) modified: Option<String>,
    /// Time over which the body trickles out.
    pub(crate) drip: Option<Duration>,
}

impl Reply {
    pub(crate) fn html(status: u16, body: String) -> Self {
        Reply::bytes(status, Some("text/html; charset=utf-8"), body.into_bytes())
    }

    pub(crate) fn text(body: &str) -> Self {
        Reply::bytes(200, Some("text/plain; charset=utf-8"), body.as_bytes().to_vec())
    }

    pub(crate) fn bytes(status: u16, content_type: Option<&str>, body: Vec<u8>) -> Self {
        Reply { status, content_type: content_type.map(str::to_owned), headers: Vec::new(), body, modified: None, drip: None }
    }

    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        let mut reply = Reply::html(status, format!("<html><body>Moved to <a href=\"{location}\">{location}</a></body></html>"));
        reply.headers.push(("location", location.to_owned()));
        reply
    }

    pub(crate) fn modified(mut self, date: &str) -> Self {
        self.modified = Some(date.to_owned());
        self
    }
}
