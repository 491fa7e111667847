//! One cookie: read from a `Set-Cookie` header, and whether it goes with a request.

use crate::fetch::headers::http_date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Name and value of one cookie, in bytes.
pub(super) const LONGEST: usize = 4096;

/// One stored cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cookie {
    pub(super) name: String,
    pub(super) value: String,
    /// Lower case, without a leading dot.
    pub(super) domain: String,
    /// Only this very host, no subdomain.
    pub(super) host_only: bool,
    pub(super) path: String,
    pub(super) secure: bool,
    /// `None`: until the end of the session, which here is the life of the jar.
    pub(super) expires: Option<Timestamp>,
    pub(super) created: Timestamp,
    /// Whether a person gave it, or a server something in its place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) given: bool,
    /// Scripts may not see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) http_only: bool,
}

impl Cookie {
    /// RFC 6265, 5.2 and 5.3, with the name prefixes of its successor.
    pub(super) fn parse(url: &Url, set_cookie: &str, now: Timestamp) -> Option<Cookie> {
        let mut parts = set_cookie.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let sendable = |text: &str| text.chars().all(|c| !c.is_control());
        if name.is_empty() || name.len() + value.len() > LONGEST || !sendable(name) || !sendable(value) {
            return None;
        }
        let host = host_of(url)?;
        let (mut domain, mut path, mut secure, mut http_only, mut expires, mut max_age) = (None, None, false, false, None, None);
        for part in parts.take(20) {
            let (key, value) = part.split_once('=').map_or((part.trim(), ""), |(k, v)| (k.trim(), v.trim()));
            match key.to_ascii_lowercase().as_str() {
                "domain" => domain = Some(value.trim_start_matches('.').to_ascii_lowercase()).filter(|d| !d.is_empty()),
                "path" => path = Some(value.to_string()).filter(|p| p.starts_with('/') && p.len() <= 1024 && sendable(p)),
                "secure" => secure = true,
                "httponly" => http_only = true,
                "expires" => expires = http_date(value).or(expires),
                "max-age" => max_age = value.parse::<i64>().ok().or(max_age),
                _ => {}
            }
        }
        let (domain, host_only) = match domain {
            None => (host.clone(), true),
            Some(domain) if domain == host => (domain.clone(), is_address(url) || is_public_suffix(&domain)),
            Some(domain) => {
                let covers = !is_address(url) && host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'));
                if !covers || is_public_suffix(&domain) {
                    return None;
                }
                (domain, false)
            }
        };
        let path = path.unwrap_or_else(|| default_path(url));
        let prefix = name.to_ascii_lowercase();
        let prefix_kept = match prefix.as_str() {
            p if p.starts_with("__secure-") => secure,
            p if p.starts_with("__host-") => secure && host_only && path == "/",
            _ => true,
        };
        if !prefix_kept || (secure && !is_confidential(url)) {
            return None;
        }
        let expires = match max_age {
            Some(seconds) if seconds <= 0 => Some(now),
            Some(seconds) => now.checked_add(SignedDuration::from_secs(seconds.min(400 * 86_400))).ok(),
            None => expires,
        };
        let (name, value) = (name.into(), value.into());
        Some(Cookie { name, value, domain, host_only, path, secure, expires, created: now, given: false, http_only })
    }

    pub(super) fn fits(&self, url: &Url, host: &str, now: Timestamp) -> bool {
        let domain_fits = host == self.domain
            || (!self.host_only && !is_address(url) && host.strip_suffix(self.domain.as_str()).is_some_and(|rest| rest.ends_with('.')));
        let path_fits = url.path() == self.path
            || url.path().strip_prefix(self.path.as_str()).is_some_and(|rest| self.path.ends_with('/') || rest.starts_with('/'));
        domain_fits && path_fits && (!self.secure || is_confidential(url)) && self.expires.is_none_or(|at| at > now)
    }
}

pub(super) fn host_of(url: &Url) -> Option<String> {
    url.host_str().map(|host| host.trim_end_matches('.').to_ascii_lowercase()).filter(|host| !host.is_empty())
}

fn is_address(url: &Url) -> bool {
    !matches!(url.host(), Some(Host::Domain(_)))
}

pub(super) fn is_public_suffix(domain: &str) -> bool {
    psl::suffix_str(domain) == Some(domain)
}

/// An onion service's connection is encrypted and authenticated by Tor itself, so its plain HTTP counts as secure, as in Tor Browser.
fn is_confidential(url: &Url) -> bool {
    url.scheme() == "https" || host_of(url).is_some_and(|host| host.ends_with(".onion"))
}

/// The directory of the request's path (RFC 6265, 5.1.4).
fn default_path(url: &Url) -> String {
    match url.path().rfind('/') {
        None | Some(0) => "/".to_string(),
        Some(end) => url.path().get(..end).unwrap_or("/").to_string(),
    }
}
