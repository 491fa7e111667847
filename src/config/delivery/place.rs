//! Where channels send to: addresses of HTTP receivers, and hosts with a port.

use super::super::problem::Problems;
use super::super::scope::is_private_host;
use serde::Serializer;
use toml::Spanned;
use url::{Host, Url};

/// The address of a receiver that speaks HTTP; its path is not repeated in what is said, as it may hold a token.
pub(super) fn url(kind: &str, text: &Spanned<String>, allow_private: bool, problems: &mut Problems) -> Option<Url> {
    let place = text.span().start;
    let mut wrong = |what: &str, hint: &str| problems.at(place, format!("the {what}"), hint.to_owned());
    let Some((url, host)) = Url::parse(text.get_ref()).ok().and_then(|url| url.host().map(|host| host.to_owned()).map(|host| (url, host)))
    else {
        wrong(&format!("url of the {kind} is no address"), "write it as in \"https://desk.example/vigie\"");
        return None;
    };
    let private = is_private_host(&host);
    match url.scheme() {
        "https" | "http" if !url.username().is_empty() || url.password().is_some() => {
            wrong(&format!("url of the {kind} holds a user name or password"), "the receiver knows us by the signature or the key");
        }
        "https" | "http" if private && !allow_private => {
            wrong(&format!("{kind} is at a loopback or private address"), "set allow_private = true if that is meant");
        }
        "https" => {}
        "http" if allow_private => {}
        "http" => wrong(&format!("{kind} is not encrypted"), "write https; http is for private addresses, with allow_private = true"),
        _ => wrong(&format!("url of the {kind} is neither https nor http"), "write it as in \"https://desk.example/vigie\""),
    }
    Some(url)
}

/// A host as it is written, a name or an IP address.
pub(super) fn host(kind: &str, text: &str, place: usize, allow_private: bool, problems: &mut Problems) -> Option<Host> {
    // An IPv6 address in brackets is one of a URL; here it stands alone.
    let parsed = text.parse().map_or_else(|_| Host::parse(text), |address| Ok(Host::Ipv6(address)));
    let Ok(host) = parsed else {
        problems.at(place, format!("`{text}` is no host of a {kind}"), "write a name or an IP address");
        return None;
    };
    if is_private_host(&host) && !allow_private {
        problems.at(place, format!("the {kind} is at a loopback or private address"), "set allow_private = true if that is meant");
    }
    Some(host)
}

/// An address without its path and query, which may hold a token.
pub(super) fn write_origin<S: Serializer>(url: &Url, serializer: S) -> Result<S::Ok, S::Error> {
    let more = if url.path().len() > 1 || url.query().is_some() { "/..." } else { "" };
    serializer.serialize_str(&format!("{}{more}", url.origin().ascii_serialization()))
}
