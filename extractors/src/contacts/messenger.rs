//! Messengers: Telegram, Wickr, Session, Tox.

use std::sync::LazyLock;

use super::rule::{self, Rule, is_no_handle, rules};
use super::signs::Signs;
use crate::record::Indicator;

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules([
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
    ])
});

/// All handles; those of Telegram in lower case without "@".
pub(super) fn find(text: &str, signs: &Signs) -> Vec<Indicator> {
    rule::find(&RULES, text, signs)
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
    (!is_no_handle(&value)).then_some((value, false))
}

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
