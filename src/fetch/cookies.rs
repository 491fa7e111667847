//! A source's cookie jar after RFC 6265: what a server sets is sent back to that server alone.

use crate::fetch::headers::http_date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Name and value of one cookie, in bytes.
const LONGEST: usize = 4096;
/// Cookies of one domain.
const MOST_PER_DOMAIN: usize = 50;
/// Cookies of one jar.
const MOST: usize = 300;
/// Bytes of one `Cookie` header.
const LONGEST_HEADER: usize = 8192;

/// The cookies of one source. It is saved as JSON; its values are secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jar {
    cookies: Vec<Cookie>,
}

/// One stored cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cookie {
    name: String,
    value: String,
    /// Lower case, without a leading dot.
    domain: String,
    /// Only this very host, no subdomain.
    host_only: bool,
    path: String,
    secure: bool,
    /// `None`: until the end of the session, which here is the life of the jar.
    expires: Option<Timestamp>,
    created: Timestamp,
}

impl Jar {
    /// The value of the `Cookie` header for a request, longest path first.
    pub fn header_for(&self, url: &Url, now: Timestamp) -> Option<String> {
        let host = host_of(url)?;
        let mut fitting: Vec<&Cookie> = self.cookies.iter().filter(|cookie| cookie.fits(url, &host, now)).collect();
        fitting.sort_by_key(|cookie| (std::cmp::Reverse(cookie.path.len()), cookie.created));
        let mut header = String::new();
        for cookie in fitting {
            let more = cookie.name.len() + cookie.value.len() + 3;
            if header.len() + more > LONGEST_HEADER {
                break;
            }
            if !header.is_empty() {
                header.push_str("; ");
            }
            header.push_str(&cookie.name);
            header.push('=');
            header.push_str(&cookie.value);
        }
        (!header.is_empty()).then_some(header)
    }

    /// Takes one `Set-Cookie` header of an answer from `url`. Returns whether the jar changed; what is malformed, foreign or for a
    /// public suffix is left out.
    pub fn store(&mut self, url: &Url, set_cookie: &str, now: Timestamp) -> bool {
        self.forget_expired(now);
        let Some(cookie) = Cookie::parse(url, set_cookie, now) else { return false };
        let expired = cookie.expires.is_some_and(|at| at <= now);
        let place = self.cookies.iter().position(|c| c.name == cookie.name && c.domain == cookie.domain && c.path == cookie.path);
        match (place, expired) {
            (Some(place), true) => {
                self.cookies.remove(place);
                true
            }
            (None, true) => false,
            (Some(place), false) => {
                let Some(old) = self.cookies.get_mut(place) else { return false };
                let renewed = Cookie { created: old.created, ..cookie };
                let changed = *old != renewed;
                *old = renewed;
                changed
            }
            (None, false) => {
                let domain = cookie.domain.clone();
                self.cookies.push(cookie);
                self.drop_oldest(MOST_PER_DOMAIN, |c| c.domain == domain);
                self.drop_oldest(MOST, |_| true);
                true
            }
        }
    }

    /// How many cookies there are.
    pub fn len(&self) -> usize {
        self.cookies.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cookies.is_empty()
    }

    fn forget_expired(&mut self, now: Timestamp) {
        self.cookies.retain(|cookie| cookie.expires.is_none_or(|at| at > now));
    }

    /// Drops the oldest of a group while there are more than `most`. Cookies stay in order of creation.
    fn drop_oldest(&mut self, most: usize, group: impl Fn(&Cookie) -> bool) {
        if self.cookies.iter().filter(|cookie| group(cookie)).count() > most
            && let Some(oldest) = self.cookies.iter().position(&group)
        {
            self.cookies.remove(oldest);
        }
    }
}

impl Cookie {
    /// RFC 6265, 5.2 and 5.3, with the name prefixes of its successor.
    fn parse(url: &Url, set_cookie: &str, now: Timestamp) -> Option<Cookie> {
        let mut parts = set_cookie.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let sendable = |text: &str| text.chars().all(|c| !c.is_control());
        if name.is_empty() || name.len() + value.len() > LONGEST || !sendable(name) || !sendable(value) {
            return None;
        }
        let host = host_of(url)?;
        let (mut domain, mut path, mut secure, mut expires, mut max_age) = (None, None, false, None, None);
        for part in parts.take(20) {
            let (key, value) = part.split_once('=').map_or((part.trim(), ""), |(k, v)| (k.trim(), v.trim()));
            match key.to_ascii_lowercase().as_str() {
                "domain" => domain = Some(value.trim_start_matches('.').to_ascii_lowercase()).filter(|d| !d.is_empty()),
                "path" => path = Some(value.to_string()).filter(|p| p.starts_with('/') && p.len() <= 1024 && sendable(p)),
                "secure" => secure = true,
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
        Some(Cookie { name: name.into(), value: value.into(), domain, host_only, path, secure, expires, created: now })
    }

    fn fits(&self, url: &Url, host: &str, now: Timestamp) -> bool {
        let domain_fits = host == self.domain
            || (!self.host_only && !is_address(url) && host.strip_suffix(self.domain.as_str()).is_some_and(|rest| rest.ends_with('.')));
        let path_fits = url.path() == self.path
            || url.path().strip_prefix(self.path.as_str()).is_some_and(|rest| self.path.ends_with('/') || rest.starts_with('/'));
        domain_fits && path_fits && (!self.secure || is_confidential(url)) && self.expires.is_none_or(|at| at > now)
    }
}

fn host_of(url: &Url) -> Option<String> {
    url.host_str().map(|host| host.trim_end_matches('.').to_ascii_lowercase()).filter(|host| !host.is_empty())
}

fn is_address(url: &Url) -> bool {
    !matches!(url.host(), Some(Host::Domain(_)))
}

fn is_public_suffix(domain: &str) -> bool {
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
