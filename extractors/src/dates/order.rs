//! Whether day or month comes first in dates such as 03/04/2024.

/// Which of day and month stands first where numbers alone do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// 3 April is 03/04.
    DayFirst,
    /// 3 April is 04/03.
    MonthFirst,
    /// Either.
    #[default]
    Unknown,
}

/// Bytes of a page's text that are looked at.
const MAX_TEXT: usize = 1 << 20;
/// Languages that write the day first wherever they are written.
const DAY_FIRST: &[&str] = &[
    "fr", "de", "es", "it", "pt", "nl", "ru", "uk", "pl", "tr", "ar", "cs", "sk", "ro", "da", "no", "nb", "fi", "bg", "sr", "hr", "sl",
    "el", "he", "id", "vi", "be", "ca", "et", "lv", "mk",
];
/// Ends of host names of countries that write English and the day first.
const DAY_FIRST_HOSTS: &[&str] = &[".uk", ".ie", ".au", ".nz", ".in", ".za", ".eu", ".mt", ".sg", ".ng", ".ke"];

impl Order {
    /// What a page's own dates prove, else what its language and the country of its host make sure.
    pub fn of_page(text: &str, language: Option<&str>, host: Option<&str>) -> Self {
        let (mut day_first, mut month_first) = (false, false);
        let pairs = Pairs { bytes: text.as_bytes().get(..MAX_TEXT.min(text.len())).unwrap_or_default(), at: 0 };
        for (first, second) in pairs {
            match (first, second) {
                (13..=31, 1..=12) => day_first = true,
                (1..=12, 13..=31) => month_first = true,
                _ => {}
            }
        }
        let sure = language.is_some_and(|own| DAY_FIRST.contains(&own))
            || host.is_some_and(|own| DAY_FIRST_HOSTS.iter().any(|end| own.ends_with(end)));
        match (day_first, month_first) {
            (true, false) => Self::DayFirst,
            (false, true) => Self::MonthFirst,
            (false, false) if sure => Self::DayFirst,
            _ => Self::Unknown,
        }
    }
}

/// The first two numbers of every `16/04/2019` and `16-04-2019`.
struct Pairs<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Pairs<'_> {
    fn number(&self, at: usize) -> Option<(u32, usize)> {
        let digits = self.bytes.get(at..)?.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
        let value = self.bytes.get(at..at + digits)?.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        (digits > 0).then_some((value, digits))
    }

    /// A date that begins here, and its length.
    fn date(&self) -> Option<(u32, u32)> {
        let (first, length) = self.number(self.at).filter(|(_, length)| *length <= 2)?;
        let mark = *self.bytes.get(self.at + length).filter(|mark| matches!(**mark, b'/' | b'-'))?;
        let (second, more) = self.number(self.at + length + 1).filter(|(_, length)| *length <= 2)?;
        let behind = self.at + length + 1 + more;
        let (year, digits) = self.number(behind + 1).filter(|_| self.bytes.get(behind) == Some(&mark))?;
        (digits == 4 && (1990..=2100).contains(&year)).then_some((first, second))
    }
}

impl Iterator for Pairs<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        while let Some(byte) = self.bytes.get(self.at) {
            if !byte.is_ascii_digit() {
                self.at += 1;
                continue;
            }
            let found = self.date();
            // Past all digits here, so that each is looked at a bounded number of times.
            while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
                self.at += 1;
            }
            if found.is_some() {
                while self.bytes.get(self.at).is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'-')) {
                    self.at += 1;
                }
                return found;
            }
        }
        None
    }
}
