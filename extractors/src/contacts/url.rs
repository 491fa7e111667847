//! Links that are written as text, also with their scheme or their stops made harmless ("defanged").

use std::sync::LazyLock;

use regex::Regex;

use super::signs::Signs;
use crate::pattern::Pattern;
use crate::record::Indicator;

/// Kind of a link.
pub(crate) const URL: &str = "url";
/// Bytes of a link at most; what is longer is no address that somebody wrote.
const LONGEST: usize = 2_048;

/// A scheme, "http" also as "hxxp" or "xxxx", and the colon also in brackets.
static SCHEME: LazyLock<Option<Pattern>> =
    LazyLock::new(|| Pattern::new(r"(?i)\b(?:h(?:tt|xx)p(s?)|xxxx(s?)|(ftps?))(?:\[:\]|\(:\)|\]:|:)//"));
/// A host without scheme: one that begins with "www", or one before a path.
static BARE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let dot = r"(?:\.|\[\.\]|\(\.\)|\[dot\])";
    let label = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    Regex::new(&format!(
        r"(?:^|[\s(<>\[{{\x22'=:,;|*])((?:[Ww]{{3}}{dot}(?i:{label}{dot}){{1,4}}(?i:[a-z]{{2,12}})(?::\d{{2,5}})?(?:[/?#]|\b)|(?i:{label}{dot}){{1,5}}[a-z]{{2,6}}(?::\d{{2,5}})?/))"
    ))
    .ok()
});
/// What stands for a stop, "@" and ":" in a link that was made harmless.
static HARMLESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)[\[({]\s?(?:(\.|dot|punkt|punto|ponto|point)|(@|at)|(:))\s?[\])}]").ok());

/// All links. The value has its scheme and host in lower case and what was made harmless undone.
pub(super) fn find(text: &str, signs: &Signs) -> Vec<Indicator> {
    let mut found = Vec::new();
    if let Some(pattern) = SCHEME.as_ref().filter(|_| signs.scheme) {
        found.extend(pattern.captures_iter(text).filter_map(|scheme| {
            let whole = scheme.get(0)?;
            let name = match (scheme.get(1).or(scheme.get(2)), scheme.get(3)) {
                (_, Some(ftp)) => ftp.as_str().to_ascii_lowercase(),
                (Some(end), _) if !end.is_empty() => "https".to_owned(),
                _ => "http".to_owned(),
            };
            link(text, whole.start(), whole.end(), Some(&name))
        }));
    }
    if let Some(pattern) = BARE.as_ref().filter(|_| signs.bare) {
        found.extend(pattern.captures_iter(text).filter_map(|host| link(text, host.get(1)?.start(), host.get(1)?.start(), None)));
    }
    found
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
