//! Checks of single values.

use crate::config::problem::Problems;
use crate::config::raw::Placed;
use crate::config::units::{Period, Size};
use std::time::Duration;
use toml::Spanned;

/// The duration that is written, or the default.
pub(crate) fn or(raw: Placed<Period>, default: Duration) -> Duration {
    raw.map_or(default, |period| period.get_ref().0)
}

/// What is written, unless it is nought, which is noted.
pub(crate) fn positive<T: Measure>(raw: Placed<T>, key: &str, problems: &mut Problems) -> Option<T> {
    let raw = raw?;
    let (place, value) = (raw.span().start, raw.into_inner());
    if value.is_nought() {
        problems.at(place, format!("`{key}` is nought"), "leave the key out for the default");
        return None;
    }
    Some(value)
}

/// What [`positive`] looks at.
pub(crate) trait Measure {
    fn is_nought(&self) -> bool;
}

impl Measure for Period {
    fn is_nought(&self) -> bool {
        self.0.is_zero()
    }
}

impl Measure for Size {
    fn is_nought(&self) -> bool {
        self.0 == 0
    }
}

/// Notes a number below `least`, and gives the least that makes sense.
pub(crate) fn at_least(value: usize, least: usize, key: &str, place: usize, problems: &mut Problems) -> usize {
    if value < least {
        problems.at(place, format!("`{key}` is below {least}"), "");
    }
    value.max(least)
}

/// Notes a text that can't be the value of a request header: anything but visible ASCII, spaces and tabs.
pub(crate) fn header_value(text: Spanned<String>, key: &str, problems: &mut Problems) -> String {
    let (place, text) = (text.span().start, text.into_inner());
    let fits = |byte: u8| byte == b'\t' || (b' '..=b'~').contains(&byte);
    if text.trim() != text || text.is_empty() || !text.bytes().all(fits) {
        problems.at(
            place,
            format!("`{key}` can't be sent as a header"),
            "use visible ASCII characters, no space at either end, no line end",
        );
    }
    text
}

/// A short code; notes one that does not `fit`.
pub(crate) fn coded(raw: Placed<String>, key: &str, fits: fn(&str) -> bool, problems: &mut Problems) -> Option<String> {
    let raw = raw?;
    if !fits(raw.get_ref()) {
        let hint = if key == "currency" { "write \"EUR\" or \"BTC\"" } else { "write two letters after ISO 639-1, as in \"de\"" };
        problems.at(raw.span().start, format!("`{}` is no code of a {key}", raw.get_ref()), hint);
    }
    Some(raw.into_inner())
}
