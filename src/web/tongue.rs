//! Numbers and times as a language writes them.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::words::Locale;
use crate::clock::from_micros;

impl Locale {
    /// A whole number in groups of three: `1,234`, `1 234`, `1.234`.
    pub(super) fn number(self, number: impl fmt::Display) -> String {
        let written = number.to_string();
        let digits = written.trim_start_matches('-');
        let mut grouped = String::new();
        for (place, digit) in digits.char_indices() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push_str(self.separator());
            }
            grouped.push(digit);
        }
        if written.starts_with('-') { format!("-{grouped}") } else { grouped }
    }

    fn separator(self) -> &'static str {
        match self {
            Self::En => ",",
            Self::Fr => "\u{202f}",
            Self::Es => ".",
        }
    }

    /// A share of one in whole percent.
    pub(super) fn percent(self, share: &f64) -> String {
        let gap = if self == Self::En { "" } else { "\u{a0}" };
        format!("{:.0}{gap}%", share * 100.0)
    }

    /// The day of a time, UTC: `23 Nov 2026`.
    pub(super) fn day(self, at: &Timestamp) -> String {
        let date = at.to_zoned(TimeZone::UTC).date();
        let months: Vec<&str> = self.say("months").split(' ').collect();
        let month = usize::try_from(date.month()).ok().and_then(|month| months.get(month - 1)).copied().unwrap_or_default();
        format!("{} {month} {}", date.day(), date.year())
    }

    /// A month of the calendar, 1 to 12: `Nov 2026`.
    pub(super) fn month(self, year: i16, month: i8) -> String {
        let months: Vec<&str> = self.say("months").split(' ').collect();
        let name = usize::try_from(month).ok().and_then(|month| months.get(month.checked_sub(1)?)).copied().unwrap_or_default();
        format!("{name} {year}")
    }

    /// Day and minute of a time, UTC.
    pub(super) fn minute(self, at: &Timestamp) -> String {
        format!("{} {}", self.day(at), at.to_zoned(TimeZone::UTC).strftime("%H:%M"))
    }

    /// Day and minute of an RFC 3339 time; what is none stays as it is.
    pub(super) fn written(self, at: &str) -> String {
        at.parse().map_or_else(|_| at.to_owned(), |at: Timestamp| self.minute(&at))
    }

    /// Day and minute of a time of the store, microseconds.
    pub(super) fn minute_of(self, micros: &i64) -> String {
        self.minute(&from_micros(*micros))
    }

    /// The day of a time of the store, microseconds.
    pub(super) fn day_of(self, micros: &i64) -> String {
        self.day(&from_micros(*micros))
    }

    /// The day of an RFC 3339 time.
    pub(super) fn date(self, at: &str) -> String {
        at.parse().map_or_else(|_| at.to_owned(), |at: Timestamp| self.day(&at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_written_as_each_language_does() {
        assert_eq!(Locale::En.number(1_234_567), "1,234,567");
        assert_eq!(Locale::Es.number(-1_234), "-1.234");
        assert_eq!(Locale::Fr.number(999), "999");
        assert_eq!(Locale::En.written("2026-02-03T04:05:06Z"), "3 Feb 2026 04:05");
        assert_eq!(Locale::Fr.date("2026-02-03T04:05:06Z"), "3 févr. 2026");
        assert_eq!(Locale::En.date("soon"), "soon");
    }
}
