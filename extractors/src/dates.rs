//! Dates as people and sites write them, absolute or relative to the time of fetching.

mod words;
mod fold;
mod meaning;
mod relative;
mod named;
mod order;
mod time;

use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use regex::Regex;

use fold::fold;
use meaning::Word;
pub use order::Order;
use time::time_of_day;

/// Reads the first date in a text: an ISO 8601 date, or RFC 3339 in UTC where the text gives a time of day.
///
/// Understands ISO, RFC 2822 and C writing, seconds since 1970, month names, weekdays, "yesterday" and "3 days ago" in English, French,
/// German, Spanish, Italian, Portuguese, Dutch, Russian, Ukrainian, Polish, Turkish and Arabic, most of it also in Czech, Slovak, Hungarian,
/// Romanian, the languages of Scandinavia, Finnish, Bulgarian, Serbian, Croatian, Greek, Chinese, Japanese and Korean. A time without zone is
/// taken as UTC. A date without year is the last such day before `fetched_at`, and so is a weekday.
///
/// Numbers alone: year first where it has four digits; with dots the day comes first. With slashes or hyphens, where day and month could
/// be exchanged, a weekday beside them decides, else that only one reading lies before `fetched_at`, else the order that the page is known to
/// use ([`parse_date_in`]); otherwise there is no date. Only the
/// first 400 bytes are read.
pub fn parse_date(text: &str, fetched_at: Timestamp) -> Option<String> {
    parse_date_in(text, fetched_at, Order::Unknown)
}

/// [`parse_date`] on a page that is known to write day or month first: then 03/04/2024 is a date, too.
pub fn parse_date_in(text: &str, fetched_at: Timestamp, order: Order) -> Option<String> {
    if text.is_empty() || !meaning::may_hold_date(crate::html::prefix(text, 400)) {
        return None;
    }
    let folded = fold(text);
    let now = fetched_at.to_zoned(TimeZone::UTC).datetime();
    if let Some(found) = iso(&folded).or_else(|| epoch(&folded)).or_else(|| east(&folded, now)) {
        return Some(found);
    }
    let words = meaning::words(&folded);
    relative::relative(&folded, &words, now)
        .or_else(|| named::named_month(&folded, &words, now))
        .or_else(|| numeric(&folded, &words, now, order))
        .or_else(|| weekday(&folded, &words, now))
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&$text).ok());
    };
}

pattern!(ISO, r"(?:^|[^0-9])([12]\d{3})-(\d{2})-(\d{2})(?:[t ,]+(?:at )?(\d{1,2}:\d{2}.*))?(?:$|[^0-9])");
pattern!(BASIC, r"(?:^|[^0-9])([12]\d{3})([01]\d)([0-3]\d)t(\d{2})(\d{2})(\d{2})?(z|[+-]\d{2}:?\d{2})?(?:$|[^0-9])");
pattern!(NUMERIC, r"(?:^|[^0-9./-])(\d{1,4})\s?([./-])\s?(\d{1,2})\s?([./-])\s?(\d{2,4})(?:$|[^0-9/-])");
pattern!(EAST, fold(r"(?:(\d{4})\s*(?:年|년)\s*)?(\d{1,2})\s*(?:月|월)\s*(\d{1,2})\s*(?:日|号|號|일)"));
pattern!(
    EAST_AGO,
    fold(
        r"(\d{1,4})\s*(秒|초|分|분|小时|小時|时间|時間|시간|天|日|일|周|週|주|个月|個月|ヶ月|か月|カ月|개월|달|月|年|년)(?:钟|鐘|間|间)?(?:\d+天)?\s*(?:前|전)"
    )
);

fn group<T: std::str::FromStr>(found: &regex::Captures<'_>, number: usize) -> Option<T> {
    found.get(number)?.as_str().parse().ok()
}

fn date(year: i16, month: i8, day: i8) -> Option<Date> {
    (1900..=2200).contains(&year).then(|| Date::new(year, month, day).ok())?
}

fn with_time(day: Date, rest: &str) -> Option<String> {
    match time_of_day(rest) {
        Some((time, offset)) => Some(instant(day.to_datetime(time).checked_sub(offset.minutes()).ok()?)),
        None => Some(day.to_string()),
    }
}

/// The time stands behind the date, or before it.
fn with_time_around(day: Date, head: &str, rest: &str) -> Option<String> {
    if time_of_day(rest).is_none() && time_of_day(head).is_some() { with_time(day, head) } else { with_time(day, rest) }
}

fn instant(at: DateTime) -> String {
    format!("{}Z", at.strftime("%Y-%m-%dT%H:%M:%S"))
}

fn iso(text: &str) -> Option<String> {
    if let Some(found) = ISO.as_ref()?.captures(text)
        && let Some(day) = date(group(&found, 1)?, group(&found, 2)?, group(&found, 3)?)
    {
        return with_time(day, found.get(4).map_or("", |m| m.as_str()));
    }
    let found = BASIC.as_ref()?.captures(text)?;
    let day = date(group(&found, 1)?, group(&found, 2)?, group(&found, 3)?)?;
    let part = |number| found.get(number).map_or("00", |m| m.as_str());
    with_time(day, &format!("{}:{}:{}{}", part(4), part(5), part(6), found.get(7).map_or("", |m| m.as_str())))
}

/// Seconds or milliseconds since 1970, as attributes have them: the whole text, years 2000 to 2100.
fn epoch(text: &str) -> Option<String> {
    let digits = text.trim();
    if !matches!(digits.len(), 9 | 10 | 13) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let seconds = if digits.len() == 13 { number / 1000 } else { number };
    let plausible = (946_684_800..4_102_444_800).contains(&seconds);
    let at = Timestamp::from_second(seconds).ok().filter(|_| plausible)?;
    Some(instant(at.to_zoned(TimeZone::UTC).datetime()))
}

fn east(text: &str, now: DateTime) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    if let Some(found) = EAST_AGO.as_ref()?.captures(text) {
        let written = found.get(2)?.as_str();
        let units = [
            ("second", "秒|초"),
            ("minute", "分|분"),
            ("hour", "小时|小時|时间|時間|시간"),
            ("day", "天|日|일"),
            ("week", "周|週|주"),
            ("year", "年|년"),
        ];
        let unit = units.iter().find(|(_, words)| words.split('|').any(|word| fold(word) == written)).map_or("month", |(unit, _)| *unit);
        return relative::before(now, &[(group(&found, 1)?, unit)]);
    }
    let found = EAST.as_ref()?.captures(text)?;
    let (month, day) = (group(&found, 2)?, group(&found, 3)?);
    let day = match group::<i16>(&found, 1) {
        Some(year) => date(year, month, day)?,
        None => date(now.year(), month, day)
            .filter(|day| now.date().tomorrow().is_ok_and(|latest| *day <= latest))
            .or_else(|| date(now.year() - 1, month, day))?,
    };
    with_time(day, text.get(found.get(0)?.end()..).unwrap_or_default())
}

fn numeric(text: &str, words: &[Word<'_>], now: DateTime, order: Order) -> Option<String> {
    let found = NUMERIC.as_ref()?.captures(text)?;
    let (first, mark, second, mark2, third) =
        (found.get(1)?.as_str(), found.get(2)?.as_str(), found.get(3)?.as_str(), found.get(4)?.as_str(), found.get(5)?.as_str());
    if mark != mark2 {
        return None;
    }
    let (head, rest) = (text.get(..found.get(1)?.start())?, text.get(found.get(5)?.end()..)?);
    let (a, b): (i16, i8) = (first.parse().ok()?, second.parse().ok()?);
    if first.len() == 4 {
        return with_time_around(date(a, b, third.parse().ok()?)?, head, rest);
    }
    let year: i16 = match third.len() {
        2 => 2000 + third.parse::<i16>().ok()?,
        4 => third.parse().ok()?,
        _ => return None,
    };
    let a = i8::try_from(a).ok()?;
    let day_first = date(year, b, a);
    let chosen = if mark == "." {
        day_first?
    } else {
        let latest = now.date().tomorrow().ok()?;
        let mut readings: Vec<Date> = day_first.into_iter().chain(date(year, a, b)).collect();
        readings.dedup();
        let named = words.iter().find_map(|word| word.means.weekday);
        if let Some(named) = named.filter(|_| readings.len() > 1) {
            readings.retain(|reading| reading.weekday().to_monday_zero_offset() == named);
        }
        if readings.len() > 1 {
            readings.retain(|reading| *reading <= latest);
        }
        match (readings.as_slice(), order) {
            ([one], _) | ([one, _], Order::DayFirst) | ([_, one], Order::MonthFirst) => *one,
            _ => return None,
        }
    };
    with_time_around(chosen, head, rest)
}

/// "Monday at 5:13 PM": the last such day before today.
fn weekday(text: &str, words: &[Word<'_>], now: DateTime) -> Option<String> {
    let (at, named) = words.iter().enumerate().find_map(|(at, word)| Some((at, word.means.weekday?)))?;
    let word = words.get(at)?;
    let rest = text.get(word.token.end..)?;
    let others = words.iter().filter(|other| other.means.weekday.is_none() && other.token.number.is_none()).count();
    let timed = time_of_day(rest).is_some();
    if word.token.text.chars().count() < 4 || others > 2 || (!timed && words.len() > 2) {
        return None;
    }
    let today = now.date().weekday().to_monday_zero_offset();
    let back = (i64::from(today - named) + 6).rem_euclid(7) + 1;
    with_time(now.date().checked_sub(back.days()).ok()?, rest)
}
