//! Authority, politeness, robots and headers of a source.

use super::values::{at_least, header_value, or};
use crate::config::authority::{Access, Authority};
use crate::config::problem::Problems;
use crate::config::raw::{Placed, RawAuthority, RawPoliteness, RawRobots, RobotsPolicy};
use crate::config::source::{Politeness, Robots};
use jiff::civil::Date;
use std::collections::BTreeMap;
use toml::Spanned;

/// Headers that belong to the transport, or would make the archive untrue.
const TRANSPORT_HEADERS: [&str; 12] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "if-modified-since",
    "if-none-match",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers that carry an account.
const ACCOUNT_HEADERS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// The authority if it is given whole, and the keys that are blank.
pub(super) fn authority(raw: Placed<RawAuthority>, problems: &mut Problems) -> (Option<Authority>, Vec<&'static str>) {
    let raw = raw.map(Spanned::into_inner).unwrap_or_default();
    let mut blanks = Vec::new();
    let mut given = |key: &'static str, value: Option<String>| {
        let value = value.unwrap_or_default().trim().to_owned();
        if value.is_empty() {
            blanks.push(key);
        }
        value
    };
    let reference = given("reference", raw.reference);
    let legal_basis = given("legal_basis", raw.legal_basis);
    let approved_by = given("approved_by", raw.approved_by);
    let day = given("expires", raw.expires.as_ref().map(|day| day.get_ref().0.clone()));
    let expires = match day.parse::<Date>() {
        Ok(date) if day.len() == 10 => Some(date),
        _ => {
            if let (false, Some(written)) = (day.is_empty(), &raw.expires) {
                problems.at(written.span().start, format!("`{day}` is no date"), "write year, month and day, as in \"2027-12-31\"");
            }
            None
        }
    };
    let access = raw.access.unwrap_or_default();
    let whole = blanks.is_empty();
    let authority = expires.filter(|_| whole).map(|expires| Authority { reference, legal_basis, approved_by, expires, access });
    (authority, blanks)
}

/// Politeness; what is not written comes from `default`.
pub(crate) fn politeness(raw: RawPoliteness, default: Politeness, problems: &mut Problems) -> Politeness {
    if let Some(period) = raw.interval.as_ref().filter(|period| period.get_ref().0.is_zero()) {
        let hint = "write at least \"1ms\", for hosts of your own; `vigie bench` alone asks loopback without an interval";
        problems.at(period.span().start, "`interval` is nothing", hint);
    }
    let place = raw.max_interval.as_ref().or(raw.interval.as_ref()).map_or(0, |period| period.span().start);
    let written = raw.max_interval.is_some();
    let interval = or(raw.interval, default.interval);
    let max_interval = or(raw.max_interval, default.max_interval);
    if written && max_interval < interval {
        problems.at(place, "`max_interval` is below `interval`", "it is what the interval grows to when a host struggles");
    }
    let concurrency =
        raw.concurrency.map_or(default.concurrency, |value| at_least(*value.get_ref(), 1, "concurrency", value.span().start, problems));
    Politeness { interval, concurrency, max_interval: max_interval.max(interval) }
}

/// Whether robots.txt is obeyed; to ignore it takes a reason.
pub(super) fn robots(raw: Placed<RawRobots>, problems: &mut Problems) -> Robots {
    let Some(raw) = raw else { return Robots::Obey };
    let (place, raw) = (raw.span().start, raw.into_inner());
    let reason = raw.reason.unwrap_or_default().trim().to_owned();
    match raw.policy {
        Some(RobotsPolicy::Ignore) if reason.is_empty() && problems.was_cut("reason") => Robots::Obey,
        Some(RobotsPolicy::Ignore) if reason.is_empty() => {
            problems.at(place, "robots.txt is ignored without a reason", "write reason = \"...\" under [robots], or policy = \"obey\"");
            Robots::Obey
        }
        Some(RobotsPolicy::Ignore) => Robots::Ignore { reason },
        Some(RobotsPolicy::Obey) | None => Robots::Obey,
    }
}

/// Headers that go with every request; those of an account take an authority that allows them.
pub(super) fn headers(raw: BTreeMap<Spanned<String>, Spanned<String>>, access: Access, problems: &mut Problems) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for (name, value) in raw {
        let (place, name) = (name.span().start, name.into_inner());
        let lower = name.to_ascii_lowercase();
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            problems.at(place, format!("`{name}` is no name of a header"), "use letters, digits and `-`");
        } else if lower == "user-agent" {
            problems.at(place, "the user agent has a key of its own", "write user_agent = \"...\" at the top of the file");
        } else if TRANSPORT_HEADERS.contains(&lower.as_str()) {
            problems.at(place, format!("the header `{name}` belongs to the transport"), "leave it out");
        } else if ACCOUNT_HEADERS.contains(&lower.as_str()) && access != Access::Account {
            let hint = "reading what needs an account takes access = \"account\" under [authority]";
            problems.at(place, format!("the header `{name}` carries an account, the authority is for what is public"), hint);
        }
        let value = header_value(value, &name, problems);
        headers.push((name, value));
    }
    headers
}
