//! Dates as people and sites write them, absolute or relative to the time of fetching.

use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Reads the first date in a text: an ISO 8601 date, or RFC 3339 in UTC where the text gives a time of day.
///
/// Understands ISO and RFC 2822 writing, month names, "yesterday" and "3 days ago" in English, French, German, Spanish, Italian,
/// Portuguese, Dutch and Russian. A time without zone is taken as UTC. A date without year is the last such day before `fetched_at`.
/// All-numeric dates with slashes or hyphens whose day and month could be exchanged give nothing, unless only one reading lies
/// before `fetched_at`; with dots the day comes first. Only the first 400 bytes are read.
pub fn parse_date(text: &str, fetched_at: Timestamp) -> Option<String> {
    let folded = fold(text);
    let now = fetched_at.to_zoned(TimeZone::UTC).datetime();
    iso(&folded).or_else(|| relative(&folded, now)).or_else(|| named_month(&folded, now)).or_else(|| numeric(&folded, now))
}

/// Lower case, no accents, at most 400 bytes of the source.
fn fold(text: &str) -> String {
    let mut end = text.len().min(400);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c }).collect()
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&$text).ok());
    };
}

pattern!(ISO, r"(?:^|[^0-9])([12]\d{3})-(\d{2})-(\d{2})(?:[t ]+(\d{1,2}:\d{2}.*))?(?:$|[^0-9])");
pattern!(
    TIME,
    r"(?:^|[^0-9:])(\d{1,2})(?::|\s?h\s?)(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(?:min\b)?\s*(am|pm|a\.m\.|p\.m\.|nachm|vorm)?\s*(z\b|utc|gmt|[+-]\d{2}:?\d{2}\b)?"
);
pattern!(NUMERIC, r"(?:^|[^0-9./-])(\d{1,4})([./-])(\d{1,2})([./-])(\d{2,4})(?:$|[^0-9/-])");

fn group<T: std::str::FromStr>(found: &regex::Captures<'_>, number: usize) -> Option<T> {
    found.get(number)?.as_str().parse().ok()
}

fn date(year: i16, month: i8, day: i8) -> Option<Date> {
    (1900..=2200).contains(&year).then(|| Date::new(year, month, day).ok())?
}

/// Time of day and offset from UTC in minutes.
fn time_of_day(text: &str) -> Option<(jiff::civil::Time, i64)> {
    let found = TIME.as_ref()?.captures(text)?;
    let mut hour: i8 = group(&found, 1)?;
    match found.get(4).map(|m| m.as_str()) {
        Some("pm" | "p.m." | "nachm") if hour < 12 => hour += 12,
        Some("am" | "a.m." | "vorm") if hour == 12 => hour = 0,
        _ => {}
    }
    let time = jiff::civil::Time::new(hour, group(&found, 2)?, group(&found, 3).unwrap_or(0), 0).ok()?;
    let offset = found.get(5).map_or(0, |zone| {
        let digits: String = zone.as_str().chars().filter(char::is_ascii_digit).collect();
        let minutes = match (digits.get(..2), digits.get(2..4)) {
            (Some(h), Some(m)) => h.parse::<i64>().unwrap_or(0) * 60 + m.parse::<i64>().unwrap_or(0),
            _ => 0,
        };
        if zone.as_str().starts_with('-') { -minutes } else { minutes }
    });
    Some((time, offset))
}

fn with_time(day: Date, rest: &str) -> Option<String> {
    match time_of_day(rest) {
        Some((time, offset)) => Some(instant(day.to_datetime(time).checked_sub(offset.minutes()).ok()?)),
        None => Some(day.to_string()),
    }
}

fn instant(at: DateTime) -> String {
    format!("{}Z", at.strftime("%Y-%m-%dT%H:%M:%S"))
}

fn iso(text: &str) -> Option<String> {
    let found = ISO.as_ref()?.captures(text)?;
    let day = date(group(&found, 1)?, group(&found, 2)?, group(&found, 3)?)?;
    with_time(day, found.get(4).map_or("", |m| m.as_str()))
}

fn numeric(text: &str, now: DateTime) -> Option<String> {
    let found = NUMERIC.as_ref()?.captures(text)?;
    let (first, mark, second, mark2, third) =
        (found.get(1)?.as_str(), &found[2], found.get(3)?.as_str(), &found[4], found.get(5)?.as_str());
    if mark != mark2 {
        return None;
    }
    let rest = text.get(found.get(5)?.end()..)?;
    let (a, b): (i16, i8) = (first.parse().ok()?, second.parse().ok()?);
    if first.len() == 4 {
        return with_time(date(a, b, third.parse().ok()?)?, rest);
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
        if readings.len() > 1 {
            readings.retain(|reading| *reading <= latest);
        }
        match readings.as_slice() {
            [one] => *one,
            _ => return None,
        }
    };
    with_time(chosen, rest)
}

const MONTHS: [&str; 12] = [
    "january|jan|janvier|janv|januar|janner|jaenner|enero|ene|gennaio|genn|gen|janeiro|januari|январь|января|янв",
    "february|feb|fevrier|fevr|fev|februar|febrero|febbraio|febbr|fevereiro|februari|февраль|февраля|фев|февр",
    "march|mar|mars|marz|maerz|mrz|marzo|marco|maart|mrt|март|марта|мар",
    "april|apr|avril|avr|abril|abr|aprile|апрель|апреля|апр",
    "may|mai|mayo|maggio|mag|maio|mei|май|мая|маи",
    "june|jun|juin|juni|junio|giugno|giu|junho|июнь|июня|июн",
    "july|jul|juillet|juil|juli|julio|luglio|lug|julho|июль|июля|июл",
    "august|aug|aout|agosto|ago|ag|augustus|август|августа|авг",
    "september|sept|sep|septembre|septiembre|settembre|sett|set|setembro|сентябрь|сентября|сен|сент",
    "october|oct|octobre|oktober|okt|octubre|ottobre|ott|outubro|out|октябрь|октября|окт",
    "november|nov|novembre|noviembre|novembro|ноябрь|ноября|ноя|нояб",
    "december|dec|decembre|dezember|dez|diciembre|dic|dicembre|dezembro|декабрь|декабря|дек",
];

pattern!(DAY_MONTH, {
    let months = MONTHS.join("|");
    format!(
        r"(?:^|[^\w])(\d{{1,2}})(?:st|nd|rd|th|er|ro|º|ª|\.|-(?:го|е|ое))?[\s./-]*(?:de\s+|of\s+)?\b({months})\b\.?(?:[\s,./-]+(?:de\s+|del\s+)?('?\d{{4}}|'\d{{2}}|\d{{2}}(?:$|[^\d:h])))?"
    )
});
pattern!(MONTH_DAY, {
    let months = MONTHS.join("|");
    format!(r"\b({months})\b\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?(?:$|[^\d:])(?:[\s,./-]*('?\d{{4}}))?")
});

fn month(name: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|names| names.split('|').any(|known| known == name))?;
    i8::try_from(at + 1).ok()
}

fn named_month(text: &str, now: DateTime) -> Option<String> {
    let (found, day, name, year) = if let Some(found) = DAY_MONTH.as_ref()?.captures(text) {
        (found.get(0)?.range(), group::<i8>(&found, 1), found.get(2)?.as_str(), found.get(3))
    } else {
        let found = MONTH_DAY.as_ref()?.captures(text)?;
        (found.get(0)?.range(), group::<i8>(&found, 2), found.get(1)?.as_str(), found.get(3))
    };
    let (day, month) = (day?, month(name)?);
    let rest = text.get(found.end.saturating_sub(1)..).unwrap_or_default();
    let year = year.map(|m| m.as_str().trim_matches(|c: char| !c.is_ascii_digit())).filter(|digits| !digits.is_empty());
    let day = match year {
        Some(digits) => {
            let year: i16 = digits.parse().ok()?;
            date(if digits.len() == 2 { 2000 + year } else { year }, month, day)?
        }
        None => {
            let this_year = date(now.year(), month, day);
            match this_year {
                Some(day) if day <= now.date().tomorrow().ok()? => day,
                _ => date(now.year() - 1, month, day)?,
            }
        }
    };
    with_time(day, rest)
}

/// Days from today.
const DAY_WORDS: &[(i64, &str)] = &[
    (
        -2,
        "day before yesterday|avant-hier|avant hier|vorgestern|anteayer|antes de ayer|altro ieri|l'altro ieri|anteontem|eergisteren|позавчера",
    ),
    (-1, "yesterday|hier|gestern|ayer|ieri|ontem|gisteren|вчера"),
    (
        0,
        "today|just now|right now|a moment ago|moments ago|aujourd'hui|maintenant|heute|gerade eben|soeben|hoy|ahora|oggi|adesso|hoje|agora|vandaag|zojuist|сегодня|сеичас|только что",
    ),
];

const UNITS: &[(&str, &str)] = &[
    ("second", "seconds?|secs?|s|secondes?|sekunden?|segundos?|secondi|secondo|seconden|секунд[аыу]?|сек"),
    ("minute", "minutes?|mins?|m|minuten?|minutos?|minuti|minuto|минут[аыу]?|мин"),
    ("hour", "hours?|hrs?|h|heures?|stunden?|std|horas?|ore|ora|uur|uren|час(?:а|ов)?"),
    ("day", "days?|d|jours?|j|tagen?|tage|tag|dias?|giorni|giorno|gg|dagen|dag|dgn|день|дня|днеи|сут(?:ки|ок)"),
    ("week", "weeks?|wks?|w|semaines?|wochen?|semanas?|settiman[ae]|weken|week|недел[юьяи]|недель"),
    ("month", "months?|mo|mois|monat(?:en?|e)?|mes(?:es)?|mesi|mese|maanden|maand|месяц(?:а|ев)?"),
    ("year", "years?|yrs?|y|ans?|annees?|jahr(?:en?|e)?|anos?|anni|anno|jaren|jaar|год[ау]?|лет"),
];

const NUMBERS: &[(i64, &str)] = &[
    (1, "a|an|one|un|une|ein|eine|einem|einer|einen|una|uno|um|uma|een|один|одну|одна"),
    (2, "two|deux|zwei|dos|due|dois|duas|twee|два|две|двое"),
    (3, "three|trois|drei|tres|tre|drie|три|трое"),
    (4, "four|quatre|vier|cuatro|quattro|quatro|четыре"),
    (5, "five|cinq|funf|fuenf|cinco|cinque|vijf|пять"),
    (6, "six|sechs|seis|sei|zes|шесть"),
    (7, "seven|sept|sieben|siete|sette|sete|zeven|семь"),
    (8, "eight|huit|acht|ocho|otto|oito|восемь"),
    (9, "nine|neuf|neun|nueve|nove|negen|девять"),
    (10, "ten|dix|zehn|diez|dieci|dez|tien|десять"),
];

fn amount_pattern() -> String {
    let words: Vec<&str> = NUMBERS.iter().map(|(_, words)| *words).collect();
    format!(r"(?P<n>\d{{1,4}}|{})", words.join("|"))
}

fn unit_pattern() -> String {
    let units: Vec<String> = UNITS.iter().map(|(name, words)| format!("(?P<{name}>{words})")).collect();
    format!(r"(?:{})\b", units.join("|"))
}

pattern!(
    AGO_AFTER,
    format!(
        r"(?:^|\W){}[\s']*{}\.?(?:\s*(?:,|and|und|et)?\s*\d{{1,3}}\s*\w+\.?)?\s*(?:ago|fa|atras|geleden|назад)\b",
        amount_pattern(),
        unit_pattern()
    )
);
pattern!(
    AGO_BEFORE,
    format!(r"\b(?:il y a|vor|hace|ha)\s+(?:moins d[e']\s*|weniger als\s+|menos de\s+)?{}[\s']*{}", amount_pattern(), unit_pattern())
);
// Russian leaves out the one: "неделю назад".
pattern!(ONE_AGO, format!(r"(?:^|\W){}\s+назад\b", unit_pattern()));
pattern!(
    LAST,
    format!(
        r"\b(?:last|letzte[nrs]?|vorige[nr]?|pasad[oa]|ultim[oa]|scors[oa]|прошл\w+)\s+{}|\b{}\s+(?:derniere?|pasad[oa]|scors[oa]|passad[oa])\b",
        unit_pattern(),
        unit_pattern().replace("(?P<", "(?P<x")
    )
);

fn relative(text: &str, now: DateTime) -> Option<String> {
    for (days, words) in DAY_WORDS {
        if words.split('|').any(|word| has_word(text, word)) {
            let day = now.date().checked_add(days.days()).ok()?;
            return with_time(day, text);
        }
    }
    for pattern in [&AGO_AFTER, &AGO_BEFORE] {
        if let Some(found) = pattern.as_ref()?.captures(text) {
            let written = found.name("n")?.as_str();
            let count = match written.parse::<i64>() {
                Ok(count) => count,
                Err(_) => NUMBERS.iter().find(|(_, words)| words.split('|').any(|word| word == written))?.0,
            };
            let unit = UNITS.iter().find(|(name, _)| found.name(name).is_some())?.0;
            return before(now, count, unit);
        }
    }
    if let Some(found) = ONE_AGO.as_ref()?.captures(text) {
        return before(now, 1, UNITS.iter().find(|(name, _)| found.name(name).is_some())?.0);
    }
    let found = LAST.as_ref()?.captures(text)?;
    let unit = UNITS.iter().find(|(name, _)| found.name(name).or_else(|| found.name(&format!("x{name}"))).is_some())?.0;
    matches!(unit, "week" | "month" | "year" | "day").then(|| before(now, 1, unit))?
}

fn before(now: DateTime, count: i64, unit: &str) -> Option<String> {
    let span: Span = match unit {
        "second" => count.seconds(),
        "minute" => count.minutes(),
        "hour" => count.hours(),
        "day" => count.days(),
        "week" => count.weeks(),
        "month" => count.months(),
        _ => count.years(),
    };
    let at = now.checked_sub(span).ok()?;
    Some(if matches!(unit, "second" | "minute" | "hour") { instant(at) } else { at.date().to_string() })
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
