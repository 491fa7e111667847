//! Handles that nothing but the name of a service beside them tells: Discord, ICQ, Signal, Threema.

use std::sync::LazyLock;

use super::rule::{self, Rule, is_no_handle, rules};
use super::signs::Signs;
use crate::record::Indicator;

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules([
        (
            "discord",
            |signs| signs.discord,
            r"(?i)\bdiscord(?:\s?(?:id|user|username|handle|name|tag))?\s?(?:[:=>-]\s?){1,2}@?([a-z0-9_.]{2,32}(?:#\d{4})?)(?:[^\w#/@:]|$)",
            discord,
        ),
        ("discord", |signs| signs.discord, r"(?i)\bdiscord\b[^\n#]{0,24}?[\s:=>(-]([a-z0-9_.]{2,32}#\d{4})\b", discord),
        (
            "icq",
            |signs| signs.icq,
            r"(?i)\bicq(?:\s?(?:uin|number|no\.?|nr\.?|id))?\s{0,2}[:=#№-]?\s{0,2}(\d{3}[ -]\d{3}[ -]\d{3}|\d{2,3}-\d{3}-\d{3}|\d{5,9})\b",
            icq,
        ),
        (
            "signal",
            |signs| signs.signal,
            r"(?i)\bsignal(?:\s?(?:id|user|username|handle|name|app))?\s?(?:[:=>-]\s?){1,2}@?([a-z_][a-z0-9_]{2,31}\.\d{2,9})\b",
            signal,
        ),
        ("threema", |signs| signs.threema, r"(?i:\bthreema(?:[\s:-]{0,2}id\b[\s:=#>-]{1,4}|\.id/))([A-Z0-9*][A-Z0-9]{7})\b", threema_id),
        ("threema", |signs| signs.threema, r"(?i:\bthreema\b)[\s:=#>-]{1,4}([A-Z0-9*][A-Z0-9]{7})\b", threema),
    ])
});

/// All handles behind the name of their service.
pub(super) fn find(text: &str, signs: &Signs) -> Vec<Indicator> {
    rule::find(&RULES, text, signs)
}

/// User names have small letters, digits, stops and lines; older ones end in "#" and four digits.
fn discord(handle: &str) -> Option<(String, bool)> {
    let value = handle.to_ascii_lowercase();
    let (name, tag) = value.split_once('#').map_or((value.as_str(), false), |(name, _)| (name, true));
    let named = name.bytes().any(|byte| byte.is_ascii_alphabetic()) && !name.starts_with("discord") && !name.contains("..");
    (named && (tag || !is_no_handle(name))).then_some((value, false))
}

fn icq(number: &str) -> Option<(String, bool)> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    (!digits.starts_with('0')).then_some((digits, false))
}

/// A name, a stop, and two digits or more; a flare pistol has a calibre there.
fn signal(handle: &str) -> Option<(String, bool)> {
    let value = handle.to_ascii_lowercase();
    let arm = ["pistol", "gun", "flare", "revolver", "cal", "caliber", "calibre"].iter().any(|word| value.starts_with(&format!("{word}.")));
    (!arm).then_some((value, false))
}

fn threema_id(id: &str) -> Option<(String, bool)> {
    Some((id.to_owned(), false))
}

/// Beside the bare name an id must not be a word in capitals; of a hundred ids seven have no digit.
fn threema(id: &str) -> Option<(String, bool)> {
    id.bytes().any(|byte| byte.is_ascii_digit()).then(|| (id.to_owned(), false))
}
