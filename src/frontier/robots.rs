//! What robots.txt allows us, after RFC 9309. Pure: fetching it, following its redirects and keeping it are for others.

use robotxt::Robots;
use std::time::Duration;
use url::Url;

/// Bytes of a robots.txt that are read; RFC 9309 2.5 asks for at least 500 KiB, and that is where `robotxt` stops.
pub const MOST_BYTES: usize = robotxt::BYTE_LIMIT;

/// The spellings of the key whose value names a crawler.
const AGENT_KEYS: [&[u8]; 3] = [b"user-agent", b"user agent", b"useragent"];

/// The rules of one scheme, host and port that are meant for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules(Robots);

impl Rules {
    /// Reads a robots.txt; any bytes will do. `agent` is our `User-Agent` header or its product token alone.
    pub fn parse(body: &[u8], agent: &str) -> Self {
        // One byte more than is read tells the parser that the last line was cut.
        let body = body.get(..=MOST_BYTES).unwrap_or(body);
        Self(Robots::parse(&with_product_tokens(body), product_token(agent)))
    }

    /// The rules that follow from a response that brought no robots.txt (RFC 9309 2.3.1): without one everything is allowed, a server
    /// that fails forbids everything for the time being. 429 says "slow down", not "there is none", so it counts as failing.
    pub fn from_status(status: u16) -> Self {
        match status {
            429 => Self::disallow_all(),
            // Up to five redirects are the caller's to follow; a longer chain counts as no robots.txt.
            300..=499 => Self::allow_all(),
            _ => Self::disallow_all(),
        }
    }

    /// Allows everything.
    pub fn allow_all() -> Self {
        Self(Robots::allow_all())
    }

    /// Forbids everything but robots.txt itself: for a host that can't be reached.
    pub fn disallow_all() -> Self {
        Self(Robots::disallow_all())
    }

    /// Whether we may fetch this address; its host is not looked at.
    pub fn allows(&self, url: &Url) -> bool {
        self.0.is_url_allowed(url)
    }

    /// The pause between requests that the site asks of us.
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.0.crawl_delay()
    }

    /// Addresses of sitemaps, for any crawler.
    pub fn sitemaps(&self) -> &[Url] {
        self.0.sitemaps()
    }
}

/// The part of a user agent that robots.txt knows: letters, `_` and `-` at its start (RFC 9309 2.2.1).
pub fn product_token(agent: &str) -> &str {
    let agent = agent.trim_start();
    let end = agent.find(|c: char| !(c.is_ascii_alphabetic() || c == '_' || c == '-')).unwrap_or(agent.len());
    agent.get(..end).unwrap_or(agent)
}

/// Cuts the value of each `User-agent` line to its product token. `robotxt` compares values whole, so without this a group for
/// `Vigie/2.1` would not be ours, and we would go where we were told not to.
fn with_product_tokens(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| matches!(byte, b'\n' | b'\r' | 0)) {
        match agent_value(line) {
            Some((before, value)) => {
                let value = String::from_utf8_lossy(value);
                let end = line.last().filter(|byte| matches!(byte, b'\n' | b'\r' | 0));
                out.extend_from_slice(before);
                out.extend_from_slice(agent_of(&value).as_bytes());
                out.extend(end);
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// `*` stands for everyone also when a word follows it.
fn agent_of(value: &str) -> &str {
    match value.strip_prefix('*') {
        Some(rest) if rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '#' || c == '\0') => "*",
        _ => product_token(value),
    }
}

/// Splits a `User-agent` line before its value; any other line gives nothing.
fn agent_value(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let spaces = |bytes: &[u8]| bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    // A byte order mark may stand before the first line.
    let mut at = if line.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    at += spaces(line.get(at..)?);
    let rest = line.get(at..)?;
    let key = AGENT_KEYS.iter().find(|key| rest.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key)))?;
    at += key.len();
    let gap = spaces(line.get(at..)?);
    at += gap;
    if line.get(at) == Some(&b':') {
        at += 1;
    } else if gap == 0 {
        return None;
    }
    at += spaces(line.get(at..)?);
    line.split_at_checked(at)
}
