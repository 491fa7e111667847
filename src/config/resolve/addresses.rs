//! Seeds, mirrors, scope and private selectors of a source.

use super::values::positive;
use crate::config::mirrors::MirrorList;
use crate::config::problem::Problems;
use crate::config::raw::{RawMirrorList, RawScope};
use crate::config::scope::{HostPattern, Refusal, Scope, hidden_network};
use crate::config::source::{MAX_DEPTH, Route};
use regex::Regex;
use toml::Spanned;
use url::Url;
use vigie_extractors::contacts::is_onion_service;

/// Addresses with the places where they are written.
pub(super) fn urls(raw: &[Spanned<String>], route: Route, problems: &mut Problems) -> Vec<(Url, usize)> {
    let mut urls = Vec::new();
    for text in raw {
        let place = text.span().start;
        match Url::parse(text.get_ref()) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => {
                if url.host_str().is_some_and(|host| check_route(host, route, place, problems)) {
                    urls.push((url, place));
                }
            }
            Ok(url) => problems.at(place, format!("`{url}` is neither http nor https"), ""),
            Err(error) => {
                let hint = "write a whole address, as in \"https://shop.example/\"";
                problems.at(place, format!("`{}` is no address: {error}", text.get_ref()), hint);
            }
        }
    }
    urls
}

/// An onion or I2P host on another route would be asked of the public name service.
fn check_route(host: &str, route: Route, place: usize, problems: &mut Problems) -> bool {
    let needed = match hidden_network(host) {
        Some("onion") => Route::Tor,
        Some(_) => Route::I2p,
        None if route == Route::I2p => Route::Clearnet,
        None => return true,
    };
    if route == needed && needed == Route::Tor && !is_onion_service(host) {
        let hint = "copy the whole name: 56 letters and digits before .onion, whose checksum is looked at";
        problems.at(place, format!("`{host}` is no onion service of version 3"), hint);
        return false;
    }
    if route != needed {
        let hint = format!("write route = \"{}\"", needed.code());
        problems.at(place, format!("the host `{host}` can't be reached by the route {}", route.code()), hint);
    }
    route == needed
}

/// The scope. Without `hosts` it holds the hosts of the seeds; hosts of mirrors always belong to it.
pub(super) fn scope(raw: RawScope, seeds: &[(Url, usize)], mirrors: &[(Url, usize)], route: Route, problems: &mut Problems) -> Scope {
    let mut hosts = Vec::new();
    for text in &raw.hosts {
        match HostPattern::parse(text.get_ref()) {
            Ok(pattern) => {
                if check_route(text.get_ref(), route, text.span().start, problems) {
                    hosts.push(pattern);
                }
            }
            Err((what, hint)) => problems.at(text.span().start, what, hint),
        }
    }
    let hosts_read = hosts.len();
    let own = |urls: &[(Url, usize)]| -> Vec<HostPattern> {
        urls.iter().filter_map(|(url, _)| url.host_str()).map(|host| HostPattern::Exact(host.to_owned())).collect()
    };
    if raw.hosts.is_empty() {
        hosts.extend(own(seeds));
    }
    hosts.extend(own(mirrors));
    hosts.sort();
    hosts.dedup();
    // A host that could not be read may be the very one that a seed misses.
    let whole = !problems.was_cut("hosts") && !problems.was_cut("scope") && hosts_read == raw.hosts.len();
    let scope = Scope {
        hosts,
        allow: rules(&raw.allow, problems),
        deny: rules(&raw.deny, problems),
        max_depth: raw.max_depth.unwrap_or(MAX_DEPTH),
        allow_private: raw.allow_private.unwrap_or(false),
    };
    for (url, place) in seeds.iter().chain(mirrors) {
        if let Err(refusal) = scope.admits(url, 0)
            && (whole || refusal != Refusal::Host)
        {
            let hint = match refusal {
                Refusal::Host => "add its host to `hosts` under [scope]",
                Refusal::PrivateAddress => "write allow_private = true under [scope] if that is meant",
                Refusal::Denied => "mend the `deny` rules under [scope]",
                _ => "",
            };
            problems.at(*place, format!("`{url}` is out of scope: {refusal}"), hint);
        }
    }
    scope
}

/// Where a source names its mirrors. The key is read with the file of the source, whose folder is known there.
pub(super) fn mirror_list(raw: RawMirrorList, mirrors: bool, problems: &mut Problems) -> MirrorList {
    let usual = MirrorList::usual(mirrors || raw.key_file.is_some());
    let paths = raw.paths.map(|paths| {
        for text in &paths {
            let path = text.get_ref();
            if !path.starts_with('/') || path.starts_with("//") || path.contains(char::is_whitespace) {
                problems.at(text.span().start, format!("`{path}` is no path"), "write a path on the site, as in \"/mirrors.txt\"");
            }
        }
        paths.into_iter().map(Spanned::into_inner).collect()
    });
    let overdue_after = positive(raw.overdue_after, "overdue_after", problems).map_or(usual.overdue_after, |period| period.0);
    MirrorList {
        paths: paths.unwrap_or(usual.paths),
        key_file: raw.key_file.map(|file| file.into_inner().into()),
        key: None,
        overdue_after,
    }
}

fn rules(raw: &[Spanned<String>], problems: &mut Problems) -> Vec<Regex> {
    let mut rules = Vec::new();
    for text in raw {
        match Regex::new(text.get_ref()) {
            Ok(rule) => rules.push(rule),
            Err(error) => {
                // The last line of the message says what is wrong; the lines above draw the pattern.
                let message = error.to_string();
                let reason = message.lines().last().unwrap_or_default().trim_start_matches("error: ");
                let hint = "rules are regular expressions matched against path and query, as in \"^/item/\"";
                problems.at(text.span().start, format!("`{}` is no rule: {reason}", text.get_ref()), hint);
            }
        }
    }
    rules
}
