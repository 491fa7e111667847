//! Links that lead to an account of a messenger or a network: WhatsApp, Signal, Viber, Discord, SimpleX, VK.

use std::sync::LazyLock;

use super::phone::e164;
use super::rule::{self, Rule, rules};
use super::signs::Signs;
use crate::record::Indicator;

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules([
        (
            "whatsapp",
            |signs| signs.whatsapp,
            r"(?i)(?:^|[^\w.])((?:https?://)?(?:wa\.me/(?:message/)?|(?:api|web)\.whatsapp\.com/send/?\?phone=|whatsapp://send/?\?phone=|chat\.whatsapp\.com/(?:invite/)?)(?:\+|%2b)?[a-z0-9]{6,30})",
            whatsapp,
        ),
        (
            "signal",
            |signs| signs.signal_link,
            r"(?i)(?:^|[^\w.])((?:https?://)?signal\.(?:me/#p/\+\d{8,15}|me/#eu/[a-z0-9_-]{20,80}|group/#[a-z0-9_-]{20,120}))",
            signal,
        ),
        ("viber", |signs| signs.viber, r"(?i)\b(viber://(?:chat|add|contact)/?\?number=(?:\+|%2b)?\d{8,15})\b", number),
        (
            "discord",
            |signs| signs.discord,
            r"(?i)(?:^|[^\w.])((?:https?://)?(?:www\.)?(?:discord\.gg/|discord(?:app)?\.com/(?:invite|users)/)[a-z0-9-]{2,32})\b",
            discord,
        ),
        (
            "simplex",
            |signs| signs.simplex,
            r#"(?i)(?:^|[^\w.])((?:https?://simplex\.chat|simplex:)/(?:contact|invitation|[acgi])/?(?:\?[^\s#<>"']{0,200})?#[^\s<>"']{20,1200}|https?://smp\d{1,4}\.simplex\.im/[acgi]/?#[a-z0-9_=-]{20,100})"#,
            simplex,
        ),
        ("vk", |signs| signs.vk, r"(?i)(?:^|[^\w.])((?:https?://)?(?:www\.|m\.)?vk\.(?:com|me|ru)/[a-z0-9_.]{3,32}(?:$|[^\w-]))", vk),
    ])
});

/// All such links.
pub(super) fn find(text: &str, signs: &Signs) -> Vec<Indicator> {
    rule::find(&RULES, text, signs)
}

/// What stands behind the last of these characters.
fn behind(link: &str, last: char) -> &str {
    link.rsplit(last).next().unwrap_or_default()
}

fn number(link: &str) -> Option<(String, bool)> {
    let written = behind(link, '=').to_ascii_lowercase();
    let digits = written.trim_start_matches("%2b").trim_start_matches('+');
    Some((e164(digits)?, false))
}

fn whatsapp(link: &str) -> Option<(String, bool)> {
    let lower = link.to_ascii_lowercase();
    if lower.contains("phone=") {
        return number(link);
    }
    let code = behind(link, '/');
    if lower.contains("chat.whatsapp.com") {
        return (code.len() >= 18).then(|| (format!("chat.whatsapp.com/{code}"), false));
    }
    if lower.contains("/message/") {
        return Some((format!("wa.me/message/{code}"), false));
    }
    Some((e164(code.trim_start_matches('+'))?, false))
}

fn signal(link: &str) -> Option<(String, bool)> {
    let bare = link.split_once("://").map_or(link, |(_, rest)| rest);
    match bare.rsplit_once("/#p/+") {
        Some((_, digits)) => Some((e164(digits)?, false)),
        // The letters of a key keep their case.
        None => Some((bare.to_owned(), false)),
    }
}

fn discord(link: &str) -> Option<(String, bool)> {
    let code = behind(link, '/');
    if link.to_ascii_lowercase().contains("/users/") {
        let id = (17..=20).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
        return id.then(|| (code.to_owned(), false));
    }
    let page = ["invite", "users", "channels", "app"].contains(&code);
    (!page).then(|| (format!("discord.gg/{code}"), false))
}

/// The same without what varies: `simplex:` and `https://simplex.chat` open the same contact.
fn simplex(link: &str) -> Option<(String, bool)> {
    let link = link.trim_end_matches([')', ']', '*']);
    let contact = link.strip_prefix("https://simplex.chat").or_else(|| link.strip_prefix("simplex:")).map(|rest| format!("simplex:{rest}"));
    let short = || link.split_once("://").map(|(_, rest)| rest.to_owned());
    Some((contact.or_else(short)?, false))
}

fn vk(link: &str) -> Option<(String, bool)> {
    let link = link.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let name = behind(link, '/').to_ascii_lowercase();
    let pages = [
        "share",
        "share.php",
        "away.php",
        "feed",
        "dev",
        "legal",
        "search",
        "about",
        "apps",
        "market",
        "video",
        "music",
        "login",
        "js",
        "widget",
        "rtrg",
        "images",
        "blog",
    ];
    let object = ["wall", "photo", "video", "topic", "album", "doc", "audio", "clip", "market", "story", "app", "widget_"]
        .iter()
        .any(|kind| name.strip_prefix(kind).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) || kind.ends_with('_')));
    (!pages.contains(&name.as_str()) && !object).then_some((name, false))
}
