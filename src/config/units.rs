//! Durations and sizes in words: `"8s"`, `"200ms"`, `"7d"`, `"16MB"`.

use serde::{Deserialize, Deserializer, Serializer, de};
use std::fmt;
use std::time::Duration;

/// Units of time and their milliseconds. We write the first unit that fits, by the first of its names; weeks and years (of 365 days) are only read.
const TIME: [(&[&str], u64); 7] = [
    (&["d"], 86_400_000),
    (&["h"], 3_600_000),
    (&["min", "m"], 60_000),
    (&["s"], 1_000),
    (&["ms"], 1),
    (&["w"], 604_800_000),
    (&["y"], 31_536_000_000),
];

/// Units of size and their bytes, largest first within each family. We write as above.
const BYTES: [(&[&str], u64); 8] = [
    (&["TB"], 1_000_000_000_000),
    (&["GB"], 1_000_000_000),
    (&["MB"], 1_000_000),
    (&["kB", "KB"], 1_000),
    (&["GiB"], 1 << 30),
    (&["MiB"], 1 << 20),
    (&["KiB"], 1 << 10),
    (&["B"], 1),
];

/// A hundred years: longer is a mistake, and sums with times stay representable.
const LONGEST_MS: u64 = 36_525 * 86_400_000;

/// Reads `"8s"`, `"200ms"`, `"10min"`, `"6h"`, `"7d"`, `"2w"`, `"5y"`.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    match parse(text, &TIME) {
        Some(ms) if ms <= LONGEST_MS => Ok(Duration::from_millis(ms)),
        Some(_) => Err(format!("\"{text}\" is longer than 100 years")),
        None => Err(format!("\"{text}\" is no duration; write a whole number and one of ms, s, min, h, d, w, y, as in \"8s\"")),
    }
}

/// Reads `"16MB"` (10^6 bytes) and `"16MiB"` (2^20 bytes).
pub fn parse_size(text: &str) -> Result<u64, String> {
    parse(text, &BYTES)
        .ok_or_else(|| format!("\"{text}\" is no size; write a whole number and one of B, kB, MB, GB, TB, KiB, MiB, GiB, as in \"16MB\""))
}

fn parse(text: &str, units: &[(&[&str], u64)]) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let unit = unit.trim_start();
    let (_, factor) = units.iter().find(|(names, _)| names.contains(&unit))?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

fn write(value: u64, units: &[(&[&str], u64)]) -> String {
    let whole = units.iter().find(|(_, factor)| value != 0 && value.is_multiple_of(*factor));
    match whole.and_then(|(names, factor)| names.first().map(|name| (name, factor))) {
        Some((name, factor)) => format!("{}{name}", value / factor),
        None => format!("0{}", if units.len() == TIME.len() { "s" } else { "B" }),
    }
}

/// The shortest exact way to write a duration, to the millisecond.
pub fn duration_text(duration: Duration) -> String {
    write(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX), &TIME)
}

/// The shortest exact way to write a size.
pub fn size_text(bytes: u64) -> String {
    write(bytes, &BYTES)
}

/// Serialises a duration in words.
pub(super) fn write_duration<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&duration_text(*duration))
}

/// Serialises an optional duration in words.
pub(super) fn write_optional_duration<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => write_duration(duration, serializer),
        None => serializer.serialize_none(),
    }
}

/// Serialises a size in words.
pub(super) fn write_size<S: Serializer>(bytes: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&size_text(*bytes))
}

/// Serialises an optional size in words.
pub(super) fn write_optional_size<S: Serializer>(bytes: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    match bytes {
        Some(bytes) => write_size(bytes, serializer),
        None => serializer.serialize_none(),
    }
}

/// A duration as a file writes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Period(pub(super) Duration);

/// A size as a file writes it, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size(pub(super) u64);

struct Words<T>(fn(&str) -> Result<T, String>, &'static str);

impl<T> de::Visitor<'_> for Words<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Words(parse_duration, "a duration in words such as \"8s\"")).map(Self)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Words(parse_size, "a size in words such as \"16MB\"")).map(Self)
    }
}
