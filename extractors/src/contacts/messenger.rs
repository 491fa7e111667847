//! Messengers: Telegram, Wickr, Session, Tox.

use std::sync::LazyLock;

use regex::Captures;

use super::signs::Signs;
use crate::pattern::Pattern;
use crate::record::Indicator;

struct Rule {
    kind: &'static str,
    /// Whether a text may match the pattern at all.
    due: fn(&Signs) -> bool,
    /// Group 1 is the handle.
    pattern: Pattern,
    accept: fn(&str) -> Option<(String, bool)>,
}

/// Looked for one after the other; each pattern runs in linear time.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    type Due = fn(&Signs) -> bool;
    type Accept = fn(&str) -> Option<(String, bool)>;
    let rules: [(&'static str, Due, &str, Accept); 6] = [
        (
            "telegram",
            |signs| signs.telegram_link,
            r"(?i)(?:^|[^\w.])(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/|joinchat/)?(\+?[a-z0-9_-]{5,40})",
            telegram,
        ),
        (
            "telegram",
            |signs| signs.telegram,
            r"(?i)\b(?:telegram|telegramm|телеграмм?|тг|tg)\b[\s:=>»|(-]{0,6}(?:id|user|username|handle|channel|chat|contact|me)?[\s:=>»|(-]{0,6}@([a-z][a-z0-9_]{4,31})\b",
            telegram,
        ),
        (
            "telegram",
            |signs| signs.telegram,
            r"(?i)\b(?:telegram|телеграмм?|tg)(?:\s(?:id|user|username|handle|channel))?\s?[:=]\s?([a-z][a-z0-9_]{4,31})\b(?:[^.]|\.\s|\.?$)",
            telegram,
        ),
        (
            "wickr",
            |signs| signs.wickr,
            r"(?i)\bwickr(?:\s?me|\s?pro)?(?:\s(?:id|user|username|handle))?\s?(?:[:=@-]\s?){1,2}([a-z0-9][a-z0-9_.-]{2,30}[a-z0-9])\b",
            wickr,
        ),
        ("session", |signs| signs.session, r"(?i)\bsession\b[^\n]{0,40}?\b(05[0-9a-f]{64})\b", session),
        ("tox", |signs| signs.tox, r"(?-u:\b)([0-9A-Fa-f]{76})(?-u:\b)", tox),
    ];
    rules.into_iter().filter_map(|(kind, due, pattern, accept)| Some(Rule { kind, due, pattern: Pattern::new(pattern)?, accept })).collect()
});

/// All handles; those of Telegram in lower case without "@".
pub(super) fn find(text: &str, signs: &Signs) -> Vec<Indicator> {
    RULES
        .iter()
        .filter(|rule| (rule.due)(signs))
        .flat_map(|rule| rule.pattern.captures_iter(text).filter_map(|found| read(rule, &found, text)))
        .collect()
}

fn read(rule: &Rule, found: &Captures<'_>, text: &str) -> Option<Indicator> {
    let handle = found.get(1)?;
    let (value, verified) = (rule.accept)(handle.as_str())?;
    Some(super::indicator(rule.kind, value, verified, text, handle.start(), handle.end()))
}

fn telegram(handle: &str) -> Option<(String, bool)> {
    // An invitation is no name: its letters keep their case.
    if handle.starts_with('+') || handle.contains('-') {
        return Some((handle.to_owned(), false));
    }
    let value = handle.to_ascii_lowercase();
    let words = [
        "share",
        "proxy",
        "socks",
        "login",
        "addstickers",
        "addtheme",
        "username",
        "channel",
        "contact",
        "available",
        "messenger",
        "support",
        "https",
        "telegram",
        "whatsapp",
        "signal",
        "wickr",
        "email",
        "below",
        "click",
        "please",
    ];
    (!words.contains(&value.as_str())).then_some((value, false))
}

fn wickr(handle: &str) -> Option<(String, bool)> {
    let value = handle.to_ascii_lowercase();
    (!NO_HANDLES.contains(&value.as_str())).then_some((value, false))
}

/// What follows "wickr -" in running text.
const NO_HANDLES: &[&str] = &[
    "only",
    "below",
    "telegram",
    "email",
    "signal",
    "available",
    "contact",
    "just",
    "add",
    "the",
    "and",
    "for",
    "here",
    "message",
    "send",
    "please",
    "chat",
    "text",
    "write",
    "ask",
    "see",
    "use",
    "you",
    "our",
    "handle",
    "username",
];

/// A Session id carries no checksum: the word before it is the evidence.
fn session(id: &str) -> Option<(String, bool)> {
    Some((id.to_ascii_lowercase(), false))
}

/// Public key (32 bytes), nospam (4) and the XOR of all pairs of bytes (2): Tox protocol, "Tox ID".
fn tox(id: &str) -> Option<(String, bool)> {
    let mut sum = [0_u8; 2];
    for (at, pair) in id.as_bytes().chunks(2).enumerate() {
        let byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        if let Some(slot) = sum.get_mut(at % 2) {
            *slot ^= byte;
        }
    }
    // A row of one digit has a right sum as well.
    let varied = id.bytes().any(|digit| Some(&digit) != id.as_bytes().first());
    (sum == [0, 0] && varied).then(|| (id.to_ascii_uppercase(), true))
}
