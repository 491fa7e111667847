//! The only place that reads the clock; everything else is given the time.

use jiff::Timestamp;

/// The present instant, in UTC.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Microseconds since 1970, as the database stores times.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The instant that the database stored; out-of-range values become the nearest representable instant.
pub fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
