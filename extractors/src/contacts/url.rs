//! Links that are written as text, also with their scheme or their stops made harmless ("defanged").

use std::sync::LazyLock;

use regex::Regex;

use super::signs::Signs;
use crate::record::Indicator;

/// Kind of a link.
pub(crate) const URL: &str = "url";
/// Bytes of a link at most; what is longer is no address that somebody wrote.
const LONGEST: usize = 2_048;

/// A scheme at the end of what stands before a host, "http" also as "hxxp" or "xxxx", and the colon also in brackets.
static SCHEME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:^|[^\p{L}\d])((?:h(?:tt|xx)p(s?)|xxxx(s?)|(ftps?))(?:\[:\]|\(:\)|\]:|:)//)$").ok());
/// Bytes of a scheme with what stands before it.
const HEAD: usize = 16;
/// Bytes of a host before its last label.
const HOST: usize = 128;
/// What stands for a stop, "@" and ":" in a link that was made harmless.
static HARMLESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)[\[({]\s?(?:(\.|dot|punkt|punto|ponto|point)|(@|at)|(:))\s?[\])}]").ok());

/// All links, none within another. The value has its scheme and host in lower case and what was made harmless undone.
pub(super) fn find(text: &str, signs: &Signs) -> Vec<Indicator> {
    let schemes = signs.schemes.iter().filter_map(|host| scheme(text, *host));
    let mut begins: Vec<(usize, usize, Option<String>)> = schemes.collect();
    begins.extend(signs.hosts.iter().filter_map(|at| bare(text, *at)).map(|host| (host, host, None)));
    begins.sort_unstable();
    let mut end = 0;
    let mut found = Vec::new();
    for (start, host, scheme) in begins {
        // A link in the query of another is a part of it.
        if start >= end
            && let Some(one) = link(text, start, host, scheme.as_deref())
        {
            end = one.end;
            found.push(one);
        }
    }
    found
}

/// Where the scheme before a host begins, the host, and the scheme's name in full.
fn scheme(text: &str, host: usize) -> Option<(usize, usize, Option<String>)> {
    let found = SCHEME.as_ref()?.captures(super::text_before(text, host, HEAD))?;
    let name = match (found.get(2).or(found.get(3)), found.get(4)) {
        (_, Some(ftp)) => ftp.as_str().to_ascii_lowercase(),
        (Some(end), _) if !end.is_empty() => "https".to_owned(),
        _ => "http".to_owned(),
    };
    Some((host - found.get(1)?.len(), host, Some(name)))
}

/// Where a host without scheme begins, of which a label begins at `at`.
fn bare(text: &str, at: usize) -> Option<usize> {
    let head = super::text_before(text, at, HOST);
    let labels = head.rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))).next().unwrap_or_default();
    let free = |c: char| c.is_whitespace() || matches!(c, '(' | '<' | '>' | '[' | '{' | '"' | '\'' | '=' | ':' | ',' | ';' | '|' | '*');
    let before = head.get(..head.len() - labels.len()).and_then(|head| head.chars().next_back());
    before.is_none_or(free).then_some(at - labels.len())
}

/// The link of which the host begins at `host`.
fn link(text: &str, start: usize, host: usize, scheme: Option<&str>) -> Option<Indicator> {
    let written = ended(super::text_after(text, host, LONGEST));
    let plain = HARMLESS.as_ref()?.replace_all(written, |found: &regex::Captures<'_>| match (found.get(1), found.get(2)) {
        (Some(_), _) => ".",
        (_, Some(_)) => "@",
        _ => ":",
    });
    let (authority, path) = plain.split_at(plain.find(['/', '?', '#']).unwrap_or(plain.len()));
    let (user, place) = authority.rsplit_once('@').map_or(("", authority), |(user, place)| (user, place));
    let name = place.split_once(':').map_or(place, |(name, _)| name);
    let known = |top: &str| TOPS.contains(&top) || authority.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("www."));
    let top = name.rsplit('.').next().unwrap_or_default();
    let numbers = name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok());
    let named = super::email::is_domain(name)
        || (top == "i2p" && name.len() > top.len() + 1)
        || (name.contains('.') && top.chars().all(char::is_alphabetic) && !name.is_ascii());
    if !(named || (numbers && scheme.is_some())) || (scheme.is_none() && !known(top)) {
        return None;
    }
    let at = if user.is_empty() { "" } else { "@" };
    let scheme = scheme.map(|scheme| format!("{scheme}://")).unwrap_or_default();
    let value = format!("{scheme}{user}{at}{}{path}", place.to_lowercase());
    Some(super::indicator(URL, value, false, text, start, host + written.len()))
}

/// What of a text belongs to the link at its beginning: no blanks, quotes or tags, nor what closes or ends the sentence around it.
fn ended(text: &str) -> &str {
    let stops = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '"' | '\'' | '`' | '|' | '^' | '\\' | '“' | '”' | '„' | '«' | '»' | '’')
    };
    let mut link = text.split(stops).next().unwrap_or_default();
    // The next value of a list.
    let listed =
        link.match_indices(',').find(|(at, _)| link.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic())));
    link = listed.and_then(|(at, _)| link.get(..at)).unwrap_or(link);
    for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
        let mut depth = 0_usize;
        let unopened = link.char_indices().find(|(_, c)| {
            let before = depth;
            depth = if *c == open { depth + 1 } else { depth.saturating_sub(usize::from(*c == close)) };
            *c == close && before == 0
        });
        link = unopened.and_then(|(at, _)| link.get(..at)).unwrap_or(link);
    }
    // The number of a footnote.
    let noted =
        link.strip_suffix(']').map(|head| head.trim_end_matches(|c: char| c.is_ascii_digit())).and_then(|head| head.strip_suffix('['));
    link = noted.unwrap_or(link);
    link.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '~', '…', '(', '[', '{'])
}

/// What a link says beyond another reading of a part of it, up to byte `end`: nothing where only the root follows.
pub(super) fn goes_on(link: &Indicator, end: usize) -> bool {
    let rest = link.raw.get(end.saturating_sub(link.start)..).unwrap_or_default();
    !matches!(rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()), "" | "/")
}

/// Ends of hosts that need neither a scheme nor "www"; those that are words of prose are left out.
const TOPS: &[&str] = &[
    "com", "net", "org", "info", "biz", "io", "co", "cc", "tv", "ru", "su", "ua", "de", "ch", "fr", "es", "pl", "cz", "nl", "uk", "eu",
    "us", "ca", "au", "nz", "se", "fi", "dk", "hu", "ro", "bg", "gr", "pt", "tr", "kz", "lt", "lv", "ee", "rs", "hr", "si", "sk", "ie",
    "cn", "jp", "br", "mx", "ar", "za", "il", "xyz", "shop", "store", "online", "site", "club", "gg", "ly", "app", "dev", "onion", "i2p",
    "market", "me",
];
