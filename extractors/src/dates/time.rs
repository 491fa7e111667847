//! Times of day with their zones.

use std::sync::LazyLock;

use jiff::civil::Time;
use regex::Regex;

use super::fold::fold;

/// Offsets in minutes of zones that mean one thing only on the pages that we read.
const ZONES: &[(&str, i64)] = &[
    ("cest", 120),
    ("cet", 60),
    ("mez", 60),
    ("mesz", 120),
    ("eest", 180),
    ("eet", 120),
    ("msk", 180),
    ("мск", 180),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("trt", 180),
    ("aest", 600),
    ("jst", 540),
];

static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let zones: Vec<&str> = ZONES.iter().map(|(name, _)| *name).collect();
    Regex::new(&format!(
        r"(?x)
        (?: (?P<early>上午|下午|午前|午後|{}|{}) \s* | (?:^|[^0-9:.,/-]) ) (?P<hour>\d{{1,2}})
        (?:
            (?: (?: : | \s?h(?:rs?)?\s? | [点點时時] | \s?uhr\s | {}\s? ) (?P<minute>\d{{2}}) (?: [:.分]\s? (?P<second>\d{{2}}) (?:[.,]\d+)? )? )
          | \s? (?P<alone> uhr\b | h\b | (?:am|pm|a\.m\.|p\.m\.)(?:\b|\s|$) )
        )
        \s*(?:min\b|uhr\b|[分])?\s*
        (?P<half>am\b|pm\b|a\.m\.|p\.m\.|a\.\s?m\.|p\.\s?m\.|nachm|vorm|مساء|صباحا|م\b|ص\b|μμ|πμ|μ\.μ\.|π\.μ\.|oo\b|os\b|em\b|fm\b|ettermiddag|eftermiddag|formiddag|по\sподне|pre\spodne|после\sполудня)?\s*
        (?P<zone>z\b|(?:utc|gmt)?\s?[+-]\d{{1,2}}:?(?:\d{{2}})?\b|utc\b|gmt\b|(?:{})\b)?",
        fold("오전"),
        fold("오후"),
        fold("시"),
        zones.join("|")
    ))
    .ok()
});

/// Time of day and offset from UTC in minutes.
pub(super) fn time_of_day(text: &str) -> Option<(Time, i64)> {
    let padded = [" ", text].concat();
    let found = TIME.as_ref()?.captures(&padded)?;
    let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<i8>().ok());
    let mut hour = number("hour")?;
    let mut half = found.name("half").or_else(|| found.name("early")).map_or("", |m| m.as_str().trim());
    if let Some(alone) = found.name("alone") {
        half = alone.as_str().trim();
    }
    let late = matches!(
        half,
        "pm" | "nachm"
            | "مساء"
            | "م"
            | "μμ"
            | "μ.μ."
            | "os"
            | "em"
            | "ettermiddag"
            | "eftermiddag"
            | "下午"
            | "午後"
            | "\u{110b}\u{1169}\u{1112}\u{116e}"
            | "по подне"
            | "после полудня"
    ) || half.starts_with('p');
    let early = matches!(half, "am" | "vorm" | "صباحا" | "ص" | "πμ" | "π.μ." | "oo" | "fm" | "formiddag" | "上午" | "午前" | "pre podne")
        || half.starts_with('a');
    match half {
        _ if late && hour < 12 => hour += 12,
        _ if early && hour == 12 => hour = 0,
        _ => {}
    }
    if hour == 24 {
        return None;
    }
    let time = Time::new(hour, number("minute").unwrap_or(0), number("second").unwrap_or(0), 0).ok()?;
    let offset = found.name("zone").map_or(Some(0), |zone| offset(zone.as_str().trim()))?;
    Some((time, offset))
}

fn offset(zone: &str) -> Option<i64> {
    if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == zone) {
        return Some(*minutes);
    }
    let Some(sign) = zone.find(['+', '-']) else { return Some(0) };
    let digits: String = zone.get(sign..)?.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = if digits.len() <= 2 { (digits.as_str(), "0") } else { digits.split_at_checked(digits.len() - 2)? };
    let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    (minutes <= 14 * 60).then_some(if zone.get(sign..)?.starts_with('-') { -minutes } else { minutes })
}
