//! Numbers, amounts and dates in a query.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rust_decimal::Decimal;

use crate::fields::fixed;

const DAY: i64 = 86_400_000_000;

/// A stretch of time, microseconds since 1970: its first and the first after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: i64,
    pub(super) end: i64,
    /// Counted back from now.
    pub(super) relative: bool,
}

/// `2026`, `2026-01`, `2026-01-31`, an RFC 3339 time, or an age: `90s 30min 24h 7d 2w 6mo 1y`, `now`, `today`.
pub(super) fn time(text: &str, now: i64) -> Option<Stretch> {
    let instant = |at: i64, relative| Some(Stretch { start: at, end: at.checked_add(1)?, relative });
    match text {
        "now" => return instant(now, true),
        "today" => {
            let start = now.div_euclid(DAY).checked_mul(DAY)?;
            return Some(Stretch { start, end: start.checked_add(DAY)?, relative: true });
        }
        _ => {}
    }
    let units = text.find(|c: char| c.is_ascii_alphabetic()).filter(|at| *at > 0 && text.bytes().take(*at).all(|b| b.is_ascii_digit()));
    if let Some((count, unit)) = units.and_then(|at| text.split_at_checked(at)) {
        let count: i64 = count.parse().ok()?;
        let micros = match unit {
            "s" => 1_000_000,
            "min" => 60_000_000,
            "h" => 3_600_000_000,
            "d" => DAY,
            "w" => 7 * DAY,
            "mo" => 30 * DAY,
            "y" => 365 * DAY,
            _ => return None,
        };
        return instant(now.checked_sub(count.checked_mul(micros)?)?, true);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return instant(at.as_microsecond(), false);
    }
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next(), parts.next());
    if year.len() != 4
        || parts.next().is_some()
        || [Some(year), month, day].iter().flatten().any(|part| !part.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let number = |part: Option<&str>| part.map_or(Some(1), |part| (part.len() == 2).then(|| part.parse::<i8>().ok()).flatten());
    let first = Date::new(year.parse().ok()?, number(month)?, number(day)?).ok()?;
    let length = match (month, day) {
        (None, _) => Span::new().years(1),
        (_, None) => Span::new().months(1),
        _ => Span::new().days(1),
    };
    let micros = |date: Date| Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond());
    Some(Stretch { start: micros(first)?, end: micros(first.checked_add(length).ok()?)?, relative: false })
}

/// An amount as a whole number of 10^-8.
pub(super) fn money(text: &str) -> Option<i64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    plain.then(|| text.parse::<Decimal>().ok().map(fixed)).flatten()
}

/// A fraction, such as a score.
pub(super) fn fraction(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    plain.then(|| text.parse().ok().filter(|number: &f64| number.is_finite()).map(crate::fields::finite)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_stretches_in_utc() {
        let day = |text| time(text, 0).map(|s| (s.start / 1_000_000, s.end / 1_000_000));
        assert_eq!(day("2026-01-01"), Some((1_767_225_600, 1_767_312_000)));
        assert_eq!(day("2024-02"), Some((1_706_745_600, 1_709_251_200)));
        assert_eq!(day("2026"), Some((1_767_225_600, 1_798_761_600)));
        assert_eq!(time("2026-01-01T00:00:00Z", 0).map(|s| s.end - s.start), Some(1));
        let now = 10 * DAY + 5;
        assert_eq!(time("7d", now), Some(Stretch { start: 3 * DAY + 5, end: 3 * DAY + 6, relative: true }));
        assert_eq!(time("today", now).map(|s| s.start), Some(10 * DAY));
        for bad in [
            "",
            "d",
            "7",
            "7x",
            "2026-13",
            "2026-02-30",
            "2026-1-1",
            "99999999999999d",
            "-7d",
            "2026-01-01-01",
            "é",
            "9999999999999999999y",
        ] {
            assert_eq!(time(bad, now), None, "{bad}");
        }
    }

    #[test]
    fn amounts_are_exact() {
        assert_eq!(money("0.00000001"), Some(1));
        assert_eq!(money("1234.50"), Some(123_450_000_000));
        assert_eq!(money("1,5"), None);
        assert_eq!(fraction("0.5"), Some(0.5));
        assert_eq!(fraction("nan"), None);
    }
}
