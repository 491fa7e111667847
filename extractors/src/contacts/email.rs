//! E-mail and Jabber addresses, also where "@" and "." are spelt out to escape harvesters.

use std::sync::LazyLock;

use regex::Regex;

use super::signs::Signs;
use crate::record::Indicator;

/// What stands for "@": the sign or a word in brackets, or a free-standing "at".
static AT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\s{0,2}[\[({<]\s{0,2}(?:at|@|ät|et|a|arroba|arobase|собака)\s{0,2}[\])}>]\s{0,2}|\sat\s").ok());
/// The domain at the head of a text, dots written out or not.
static DOMAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let dot = r"(?:\.|\s?[\[({]\s?(?:dot|\.|punkt|punto|ponto|point|точка)\s?[\])}]\s?|\s(?:dot|punkt)\s)";
    Regex::new(&format!(r"(?i)^[a-z0-9_](?:[a-z0-9_-]{{0,62}})(?:{dot}[a-z0-9_][a-z0-9_-]{{0,62}}){{1,8}}")).ok()
});
static WRITTEN_DOT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\s?[\[({]\s?(?:dot|\.|punkt|punto|ponto|point|точка)\s?[\])}]\s?|\s(?:dot|punkt)\s").ok());

/// All e-mail addresses and Jabber ids, in lower case.
///
/// A free-standing "at" counts only before a well-known mail provider or a written-out dot. User names of URLs, file names
/// (`logo@2x.png`) and code are no addresses.
pub(super) fn find(text: &str, signs: &Signs) -> Vec<Indicator> {
    let plain = memchr::memchr_iter(b'@', text.as_bytes()).filter_map(|at| around(text, at, at + 1));
    if signs.bracketed_at {
        let spelt = AT.iter().flat_map(|spelt| spelt.find_iter(text)).filter_map(|found| around(text, found.start(), found.end()));
        return plain.chain(spelt).collect();
    }
    let mut taken = 0;
    let blank = |c: &char| c.is_whitespace();
    let free = signs.free_at.iter().filter_map(|word| {
        // No blank is taken for two words, as where the pattern runs.
        let before = text.get(taken..*word)?.chars().next_back().filter(blank)?;
        let after = text.get(word + 2..)?.chars().next().filter(blank)?;
        taken = word + 2 + after.len_utf8();
        around(text, word - before.len_utf8(), taken)
    });
    plain.chain(free).collect()
}

fn around(text: &str, at_start: usize, at_end: usize) -> Option<Indicator> {
    // Most signs are no addresses: a dot must follow the first label. The dear questions come last.
    let rest = text.get(at_end..)?;
    let label = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let spelt = |rest: &str| rest.starts_with(['[', '(', '{', 'd', 'D', 'p', 'P']);
    let dotted = label.starts_with(['.', '[', '(', '{']) || label.strip_prefix(char::is_whitespace).is_some_and(spelt);
    if !dotted || !rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let local = local_part(text, at_start);
    let start = at_start - local.len();
    if local.is_empty() || in_url(text, start) {
        return None;
    }
    let found = DOMAIN.as_ref()?.find(super::text_after(text, at_end, 300))?;
    let (written, at) = (found.as_str(), text.get(at_start..at_end)?);
    let plain_dots = WRITTEN_DOT.as_ref()?.replace_all(written, ".");
    let (domain, dropped) = drop_next_sentence(&plain_dots);
    if !is_domain(domain) {
        return None;
    }
    let dropped = plain_dots.get(plain_dots.len() - dropped..).unwrap_or_default();
    let end = at_end + written.strip_suffix(dropped)?.len();
    let (local, domain) = (local.to_ascii_lowercase(), domain.to_ascii_lowercase());
    let spelt_dot = plain_dots != written;
    if at.trim().eq_ignore_ascii_case("at") {
        let vague = local.len() < 3 || NO_NAMES.contains(&local.as_str());
        if vague || !(spelt_dot || PROVIDERS.contains(&domain.as_str())) {
            return None;
        }
    } else if at == "@"
        && spelt_dot
        && written.contains(" dot ")
        && !PROVIDERS.contains(&domain.as_str())
        && domain.matches('.').count() > 2
    {
        return None;
    }
    if text.get(end..).is_some_and(|rest| rest.starts_with(['@', '('])) {
        return None;
    }
    let kind = if is_jabber(text, start, &domain) { "jabber" } else { "email" };
    if kind == "email" && domain.contains('_') {
        return None;
    }
    Some(super::indicator(kind, format!("{local}@{domain}"), false, text, start, end))
}

/// The longest user name that ends at `end`, at most 64 characters.
fn local_part(text: &str, end: usize) -> &str {
    let head = super::text_before(text, end, 65);
    let from =
        head.bytes().rposition(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'%' | b'+' | b'-'))).map_or(0, |at| at + 1);
    let local = head.get(from..).unwrap_or_default();
    if local.len() > 64 || local.ends_with('.') || local.contains("..") {
        return "";
    }
    local.trim_start_matches(['.', '-', '%', '+', '_'])
}

/// `https://user:secret@host/` is an address of a page.
fn in_url(text: &str, start: usize) -> bool {
    let head = super::text_before(text, start, 128);
    let word = head.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.rsplit_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?', '#']))
}

/// "bob@example.com.Please write": the next sentence began without a blank. Gives the domain and the bytes dropped.
fn drop_next_sentence(domain: &str) -> (&str, usize) {
    if let Some((head, last)) = domain.rsplit_once('.')
        && head.contains('.')
        && last.starts_with(|c: char| c.is_ascii_uppercase())
        && !head.contains(|c: char| c.is_ascii_uppercase())
    {
        return (head, last.len() + 1);
    }
    (domain, 0)
}

/// Whether a name has the form of a domain that is no file.
pub(super) fn is_domain(domain: &str) -> bool {
    let Some((head, top)) = domain.rsplit_once('.') else { return false };
    let file = ["png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js", "php", "html", "pdf", "zip", "exe", "json"];
    (2..=24).contains(&top.len())
        && top.bytes().all(|b| b.is_ascii_alphabetic())
        && !file.contains(&top.to_ascii_lowercase().as_str())
        && head.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
}

/// The server's name or the words before the address say that it is one for instant messages.
fn is_jabber(text: &str, start: usize, domain: &str) -> bool {
    if domain.contains("jabber") || domain.contains("xmpp") || JABBER_SERVERS.contains(&domain) {
        return true;
    }
    let before = super::text_before(text, start, 24).to_ascii_lowercase();
    let label = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let label = label.strip_suffix("id").unwrap_or(label).trim_end_matches(|c: char| !c.is_alphanumeric());
    ["jabber", "xmpp", "jid", "omemo"].iter().any(|word| label.ends_with(word))
}

/// Words before "at" that are no user names.
const NO_NAMES: &[&str] =
    &["contact", "email", "mail", "here", "look", "only", "account", "address", "reach", "message", "write", "available", "located"];
const JABBER_SERVERS: &[&str] = &[
    "exploit.im",
    "thesecure.biz",
    "jabb.im",
    "dukgo.com",
    "jabbim.com",
    "jabbim.cz",
    "creep.im",
    "draugr.de",
    "conversations.im",
    "securetalks.biz",
    "chatme.im",
    "darkness.su",
    "0day.im",
    "sj.ms",
    "njs.netlab.cz",
    "disroot.im",
    "movim.eu",
    "yax.im",
    "blabber.im",
    "chinwag.im",
    "404.city",
    "anoxinon.me",
];
const PROVIDERS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "protonmail.com",
    "protonmail.ch",
    "proton.me",
    "pm.me",
    "tutanota.com",
    "tutanota.de",
    "tuta.io",
    "tutamail.com",
    "keemail.me",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "ymail.com",
    "aol.com",
    "icloud.com",
    "gmx.de",
    "gmx.net",
    "gmx.com",
    "gmx.at",
    "gmx.ch",
    "web.de",
    "t-online.de",
    "freenet.de",
    "mail.ru",
    "yandex.ru",
    "yandex.com",
    "rambler.ru",
    "bk.ru",
    "inbox.ru",
    "list.ru",
    "ukr.net",
    "cock.li",
    "airmail.cc",
    "riseup.net",
    "safe-mail.net",
    "mailfence.com",
    "ctemplar.com",
    "secmail.pro",
    "elude.in",
    "dnmx.org",
    "onionmail.org",
    "torbox.org",
    "countermail.com",
    "hushmail.com",
    "startmail.com",
    "disroot.org",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "laposte.net",
    "sfr.fr",
    "libero.it",
    "wp.pl",
    "o2.pl",
    "seznam.cz",
    "comcast.net",
    "verizon.net",
];
