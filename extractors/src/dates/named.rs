//! Dates with the name of a month: "3 sept. 2014", "Sep 3rd, 2014", "2014. augusztus 11.", "6 يناير، 2015".

use jiff::civil::{Date, DateTime};

use super::meaning::Word;
use super::{date, with_time_around};

pub(super) fn named_month(text: &str, words: &[Word<'_>], now: DateTime) -> Option<String> {
    words.iter().enumerate().filter(|(_, word)| word.means.month.is_some()).take(8).find_map(|(at, _)| read(text, words, at, now))
}

/// Short names of months that are hardly ever other words.
const SURE: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "okt", "dez", "mai", "mrz", "янв", "фев", "мар",
    "апр", "май", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
];

/// Only these may stand between the parts of a date.
fn close(text: &str, from: usize, to: usize) -> bool {
    text.get(from..to).is_some_and(|gap| {
        gap.len() <= 6 && gap.chars().all(|c| c.is_whitespace() || matches!(c, ',' | '.' | '/' | '-' | '\'' | '،' | '、' | 'º' | 'ª'))
    })
}

/// The number beside a word, words such as "de" and "th" skipped, and where it stands.
fn beside<'w, 't>(text: &str, words: &'w [Word<'t>], from: usize, back: bool) -> Option<(usize, &'w Word<'t>)> {
    let mut at = from;
    for _ in 0..3 {
        let next = if back { at.checked_sub(1)? } else { at + 1 };
        let (left, right) = if back { (words.get(next)?, words.get(at)?) } else { (words.get(at)?, words.get(next)?) };
        // "24:e december": the ending stands behind a colon.
        let ending = back && left.token.number.is_some() && right.means.around && text.get(left.token.end..right.token.start) == Some(":");
        if !ending && !close(text, left.token.end, right.token.start) {
            return None;
        }
        let word = words.get(next)?;
        if word.token.number.is_some() {
            return Some((next, word));
        }
        if !word.means.around {
            return None;
        }
        at = next;
    }
    None
}

fn read(text: &str, words: &[Word<'_>], at: usize, now: DateTime) -> Option<String> {
    let month = words.get(at)?.means.month?;
    let day_of = |word: &Word<'_>| {
        word.token.number.filter(|day| word.token.text.len() <= 2 && (1..=31).contains(day)).and_then(|day| i8::try_from(day).ok())
    };
    let year_of = |word: &Word<'_>| {
        word.token
            .number
            .filter(|year| word.token.text.len() == 4 && (1900..=2200).contains(year))
            .and_then(|year| i16::try_from(year).ok())
    };
    let timed = |word: &Word<'_>| {
        text.get(word.token.end..)
            .is_some_and(|rest| rest.starts_with(':') || (rest.trim_start().starts_with('h') && !rest.trim_start().starts_with("ho")))
    };
    let left = beside(text, words, at, true);
    let right = beside(text, words, at, false).filter(|(_, word)| !timed(word));
    let left_day = left.and_then(|(place, word)| {
        // "14:05 March": the minutes are no day.
        let minutes = text.get(..word.token.start).is_some_and(|head| head.ends_with(':'));
        Some((place, day_of(word).filter(|_| !minutes)?))
    });
    let (first, last, day, mut year) = if let Some((place, day)) = left_day {
        let year = right.and_then(|(behind, word)| Some((behind, year_of(word).or_else(|| short_year(text, word))?)));
        (place, year.map_or(at, |(behind, _)| behind), day, year.map(|(_, year)| year))
    } else {
        let (behind, day) = right.and_then(|(behind, word)| Some((behind, day_of(word)?)))?;
        let before = left.and_then(|(place, word)| Some((place, year_of(word)?)));
        let after = beside(text, words, behind, false)
            .and_then(|(place, word)| Some((place, year_of(word).or_else(|| apostrophe_year(text, word))?)));
        let first = before.map_or(at, |(place, _)| place);
        (first, after.map_or(behind, |(place, _)| place), day, before.or(after).map(|(_, year)| year))
    };
    // "mag 15", "out 5": short names of months are other words elsewhere.
    if year.is_none() && words.len() > 4 && words.get(at)?.token.text.chars().count() <= 3 && !SURE.contains(&words.get(at)?.token.text) {
        return None;
    }
    let (start, end) = (words.get(first)?.token.start, words.get(last)?.token.end);
    let (head, rest) = (text.get(..start)?, text.get(end..)?);
    if year.is_none() {
        // "Sat Feb 15 12:00:00 2020".
        year = words.get(last + 1..)?.iter().take(5).find_map(year_of);
    }
    let day = match year {
        Some(year) => date(year, month, day)?,
        None => last_such_day(now, month, day)?,
    };
    with_time_around(day, head, rest)
}

fn last_such_day(now: DateTime, month: i8, day: i8) -> Option<Date> {
    match date(now.year(), month, day) {
        Some(day) if day <= now.date().tomorrow().ok()? => Some(day),
        _ => date(now.year() - 1, month, day),
    }
}

/// "'14" and "12-Jan-14", but not the 14 of "14:30".
fn short_year(text: &str, word: &Word<'_>) -> Option<i16> {
    let rest = text.get(word.token.end..)?;
    let plain = word.token.text.len() == 2 && !rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, ':' | 'h'));
    word.token.number.filter(|_| plain).and_then(|year| i16::try_from(2000 + year).ok())
}

fn apostrophe_year(text: &str, word: &Word<'_>) -> Option<i16> {
    text.get(..word.token.start)?.ends_with('\'').then(|| short_year(text, word)).flatten()
}
