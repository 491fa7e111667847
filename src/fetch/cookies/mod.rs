//! A source's cookie jar after RFC 6265: what a server sets is sent back to that server alone.

mod cookie;
pub mod netscape;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use cookie::{Cookie, host_of};

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

/// What may be said of a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    /// Its host, or the domain whose hosts get it.
    pub host: &'a str,
    /// Whether a person gave it, or a server something in its place.
    pub given: bool,
    /// Whether scripts may not see it, as cookies of a session mostly are.
    pub http_only: bool,
    /// `None`: it says no end.
    pub expires: Option<Timestamp>,
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
                // What a server puts in the place of a person's cookie carries the same account.
                let renewed = Cookie { created: old.created, given: old.given, ..cookie };
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

    /// Takes a cookie that a person gave; a later one of the same name and place counts.
    fn give(&mut self, cookie: Cookie) {
        self.cookies.retain(|c| (&c.name, &c.domain, &c.path) != (&cookie.name, &cookie.domain, &cookie.path));
        let domain = cookie.domain.clone();
        self.cookies.push(cookie);
        self.drop_oldest(MOST_PER_DOMAIN, |c| c.domain == domain);
        self.drop_oldest(MOST, |_| true);
    }

    /// What is known of each cookie besides name and value, in order of creation.
    pub fn facts(&self) -> impl Iterator<Item = Fact<'_>> {
        self.cookies.iter().map(|cookie| Fact {
            host: &cookie.domain,
            given: cookie.given,
            http_only: cookie.http_only,
            expires: cookie.expires,
        })
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
