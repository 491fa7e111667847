//! Which addresses belong to a source. Everything else is noted as text and never fetched.

use regex::Regex;
use serde::{Serialize, Serializer};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The addresses of a source.
#[derive(Debug, Clone, Serialize)]
pub struct Scope {
    /// Hosts, those of mirrors included.
    pub hosts: Vec<HostPattern>,
    /// If there are any, path and query must match one of them; seeds are exempt.
    #[serde(serialize_with = "write_rules")]
    pub allow: Vec<Regex>,
    /// Path and query must match none of them.
    #[serde(serialize_with = "write_rules")]
    pub deny: Vec<Regex>,
    /// Links followed from a seed, at most.
    pub max_depth: u32,
    /// Whether loopback and private addresses may be fetched.
    pub allow_private: bool,
}

/// One host or all subdomains of one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HostPattern {
    /// This host alone, lower-case, international names in their ASCII form.
    Exact(String),
    /// All hosts below this one, but not this one itself.
    Subdomains(String),
}

/// Why an address is not in scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Neither http nor https, or with a user name in it.
    Scheme,
    /// Another host.
    Host,
    /// A loopback, private or otherwise special address, and the source does not allow those.
    PrivateAddress,
    /// No `allow` rule matches.
    NotAllowed,
    /// A `deny` rule matches.
    Denied,
    /// Too many links away from a seed.
    Depth,
}

impl Refusal {
    /// A code for records and counters.
    pub fn code(self) -> &'static str {
        match self {
            Self::Scheme => "scheme",
            Self::Host => "host",
            Self::PrivateAddress => "private_address",
            Self::NotAllowed => "not_allowed",
            Self::Denied => "denied",
            Self::Depth => "depth",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "neither http nor https, or with a user name in the address",
            Self::Host => "the host is not in scope",
            Self::PrivateAddress => "a private address, and the source does not allow those",
            Self::NotAllowed => "no allow rule of the scope matches",
            Self::Denied => "a deny rule of the scope matches",
            Self::Depth => "too many links away from a seed",
        })
    }
}

impl Scope {
    /// Whether an address `depth` links away from a seed may be fetched; seeds have depth 0. Names that resolve to a private address
    /// are for the fetcher to refuse, see [`is_private`].
    pub fn admits(&self, url: &Url, depth: u32) -> Result<(), Refusal> {
        self.admits_host(url)?;
        let target = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        if self.deny.iter().any(|rule| rule.is_match(&target)) {
            return Err(Refusal::Denied);
        }
        if depth > 0 && !self.allow.is_empty() && !self.allow.iter().any(|rule| rule.is_match(&target)) {
            return Err(Refusal::NotAllowed);
        }
        if depth > self.max_depth { Err(Refusal::Depth) } else { Ok(()) }
    }

    /// The part of [`Scope::admits`] that looks at scheme and host alone, for robots.txt and favicons of a known host.
    pub fn admits_host(&self, url: &Url) -> Result<(), Refusal> {
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Scheme);
        }
        let Some(host) = url.host() else { return Err(Refusal::Host) };
        if !self.hosts.iter().any(|pattern| pattern.matches(&host)) {
            return Err(Refusal::Host);
        }
        if !self.allow_private && is_private_host(&host) { Err(Refusal::PrivateAddress) } else { Ok(()) }
    }

    /// Whether some host of the scope gets the cookies of this domain; `host_only` are those that its subdomains do not get.
    pub fn gets_cookies_of(&self, domain: &str, host_only: bool) -> bool {
        let Ok(host) = Host::parse(domain) else { return false };
        let below = |name: &str| name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        self.hosts.iter().any(|pattern| {
            pattern.matches(&host)
                || (!host_only && matches!(pattern, HostPattern::Exact(name) | HostPattern::Subdomains(name) if below(name)))
        })
    }
}

impl HostPattern {
    /// Reads `shop.example`, `*.shop.example` or an IP address; the error is a sentence and a hint.
    pub fn parse(text: &str) -> Result<Self, (String, String)> {
        let (name, subdomains) = match text.strip_prefix("*.") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        if name.contains(['/', '@']) || (name.contains(':') && name.parse::<Ipv6Addr>().is_err() && !name.starts_with('[')) {
            return Err((format!("`{text}` is no host name"), "write the host alone: no scheme, port or path".to_owned()));
        }
        let bracketed = if name.parse::<Ipv6Addr>().is_ok() { format!("[{name}]") } else { name.to_owned() };
        let host = Host::parse(&bracketed).ok().filter(|_| !name.contains('*'));
        match host {
            Some(Host::Domain(domain)) if subdomains => {
                // `*.com`, `*.onion` or `*.github.io` would take in strangers.
                if psl::suffix_str(&domain).is_none_or(|suffix| suffix == domain) {
                    let hint = "name the domain below it whose subdomains belong to the source";
                    return Err((format!("`{text}` takes in sites of many owners"), hint.to_owned()));
                }
                Ok(Self::Subdomains(domain))
            }
            Some(_) if subdomains => Err((format!("`{text}`: an IP address has no subdomains"), "leave out `*.`".to_owned())),
            Some(host) => Ok(Self::Exact(host.to_string())),
            None => {
                let hint = "write a host name such as \"shop.example\", or \"*.shop.example\" for its subdomains";
                Err((format!("`{text}` is no host name"), hint.to_owned()))
            }
        }
    }

    /// Whether this host is meant.
    pub fn matches<S: AsRef<str>>(&self, host: &Host<S>) -> bool {
        match (self, host) {
            (Self::Exact(name), Host::Domain(domain)) => name == domain.as_ref(),
            (Self::Exact(name), address) => *name == address.to_string(),
            (Self::Subdomains(parent), Host::Domain(domain)) => {
                domain.as_ref().strip_suffix(parent.as_str()).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
            }
            (Self::Subdomains(_), _) => false,
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(name) => f.write_str(name),
            Self::Subdomains(parent) => write!(f, "*.{parent}"),
        }
    }
}

impl Serialize for HostPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn write_rules<S: Serializer>(rules: &[Regex], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rules.iter().map(Regex::as_str))
}

/// The network beside the clear web that a host name belongs to, by its last label: `onion` or `i2p`.
pub fn hidden_network(host: &str) -> Option<&'static str> {
    let last = host.trim_end_matches('.').rsplit('.').next()?;
    ["onion", "i2p"].into_iter().find(|network| last.eq_ignore_ascii_case(network))
}

/// Whether a host is this machine.
pub fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref().eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Whether the host is a private address, or a name that stands for this machine.
pub fn is_private_host<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(domain) => {
            let domain = domain.as_ref().trim_end_matches('.');
            domain == "localhost" || domain.ends_with(".localhost")
        }
        Host::Ipv4(address) => is_private(IpAddr::V4(*address)),
        Host::Ipv6(address) => is_private(IpAddr::V6(*address)),
    }
}

/// Whether an address is not one of the public internet: loopback, private, link-local, shared, multicast, reserved or documentation
/// (the IANA special-purpose registries, RFC 6890 and its updates), and IPv6 forms that carry such an IPv4 address.
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_private_v4(v4),
        IpAddr::V6(v6) => is_private_v6(v6),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    matches!((a, b, c), (0 | 10 | 127, _, _) | (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _))
        || matches!((a, b, c), (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113))
        || a >= 224
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let tail = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_private_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b) {
        // ::, ::1, IPv4-compatible and IPv4-mapped
        (0, 0) if [c, d, e] == [0, 0, 0] && (f == 0 || f == 0xffff) => tail(g, h),
        // NAT64 and 6to4 carry an IPv4 address
        (0x64, 0xff9b) => tail(g, h) || c == 1,
        (0x2002, _) => tail(b, c),
        // Teredo, benchmarking, ORCHID, documentation
        (0x2001, 0 | 2 | 0x10..=0x2f | 0xdb8) => true,
        (0x3fff, 0..=0xfff) => true,
        // Only 2000::/3 is the global internet.
        _ => !(0x2000..=0x3fff).contains(&a),
    }
}
