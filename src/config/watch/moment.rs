//! Times of notifications: until when, in which hours, how often. Hours are those of a time zone of the IANA database, UTC without one.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A day, whose beginning in UTC is meant, or a moment in RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(pub Timestamp);

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let day = || text.parse::<Date>().ok().and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|start| start.timestamp());
        let moment = text.parse::<Timestamp>().ok().or_else(day);
        moment.map(Self).ok_or_else(|| format!("\"{text}\" is no time; write it as in \"2026-12-01\" or \"2026-12-01T08:00:00Z\""))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A time zone, as it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Zone(TimeZone);

impl Zone {
    fn of(name: &str) -> Result<Self, String> {
        if name.is_empty() {
            return Ok(Self(TimeZone::UTC));
        }
        TimeZone::get(name)
            .map(Self)
            .map_err(|_| format!("\"{name}\" is no time zone; write it as in \"Europe/Paris\", or nothing for UTC"))
    }

    /// The name with a space before it; nothing for UTC.
    fn suffix(&self) -> String {
        self.0.iana_name().filter(|name| *name != "UTC").map(|name| format!(" {name}")).unwrap_or_default()
    }

    /// The next moment after `now` at which clocks show `time`.
    fn next(&self, now: Timestamp, time: Time) -> Timestamp {
        let local = now.to_zoned(self.0.clone());
        let on = |day: Zoned| day.with().time(time).build().map(|at| at.timestamp());
        let today = on(local.clone()).ok().filter(|at| *at > now);
        // At the end of time there is no tomorrow, and nothing waits for it.
        today.or_else(|| local.checked_add(1.day()).ok().and_then(|day| on(day).ok())).unwrap_or(now)
    }
}

fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// Hours in which notifications wait, `"22:00-07:00 Europe/Paris"`; they may go over midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quiet {
    from: Time,
    to: Time,
    zone: Zone,
}

impl Quiet {
    /// When the quiet hours end, if it is one of them.
    pub fn ends(&self, now: Timestamp) -> Option<Timestamp> {
        let local = now.to_zoned(self.zone.0.clone()).time();
        let quiet = if self.from <= self.to { self.from <= local && local < self.to } else { self.from <= local || local < self.to };
        quiet.then(|| self.zone.next(now, self.to))
    }
}

impl FromStr for Quiet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = || format!("\"{text}\" are no hours; write them as in \"22:00-07:00\" or \"22:00-07:00 Europe/Paris\"");
        let (hours, zone) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let (from, to) = hours.split_once('-').and_then(|(from, to)| time(from).zip(time(to))).ok_or_else(hint)?;
        if from == to {
            return Err(hint());
        }
        Ok(Self { from, to, zone: Zone::of(zone.trim())? })
    }
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}{}", clock(self.from), clock(self.to), self.zone.suffix())
    }
}

/// When gathered notifications go out: `"hourly"`, at the full hour; `"daily"`, at 08:00; `"daily 07:30 Europe/Paris"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(Option<(Time, Zone)>);

/// Of a digest that names no time.
const MORNING: Time = Time::constant(8, 0, 0, 0);
const HOUR: i64 = 3_600;

impl Digest {
    /// The next time after `now`.
    pub fn next(&self, now: Timestamp) -> Timestamp {
        match &self.0 {
            Some((time, zone)) => zone.next(now, *time),
            None => Timestamp::from_second((now.as_second().div_euclid(HOUR) + 1) * HOUR).unwrap_or(now),
        }
    }
}

impl FromStr for Digest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = || format!("\"{text}\" is no digest; write \"hourly\", \"daily\" or \"daily 07:30 Europe/Paris\"");
        let mut words = text.split_whitespace();
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("hourly"), None, ..) => Ok(Self(None)),
            (Some("daily"), None, ..) => Ok(Self(Some((MORNING, Zone::of("")?)))),
            (Some("daily"), Some(at), zone, None) => Ok(Self(Some((time(at).ok_or_else(hint)?, Zone::of(zone.unwrap_or(""))?)))),
            _ => Err(hint()),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some((time, zone)) => write!(f, "daily {}{}", clock(*time), zone.suffix()),
            None => f.write_str("hourly"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn quiet_hours_go_over_midnight_and_follow_the_clocks_of_their_zone() {
        let quiet: Quiet = "22:00-07:00 Europe/Paris".parse().unwrap();
        for (now, ends) in [
            ("2026-11-23T20:59:59Z", None),
            ("2026-11-23T21:00:00Z", Some("2026-11-24T06:00:00Z")),
            ("2026-11-24T05:59:59Z", Some("2026-11-24T06:00:00Z")),
            ("2026-11-24T06:00:00Z", None),
            // Summer time ends in this night, so it lasts an hour longer.
            ("2026-10-24T20:30:00Z", Some("2026-10-25T06:00:00Z")),
        ] {
            assert_eq!(quiet.ends(at(now)), ends.map(at), "{now}");
        }
        let noon: Quiet = "12:00-13:00".parse().unwrap();
        assert_eq!(
            (noon.ends(at("2026-11-23T12:30:00Z")), noon.ends(at("2026-11-23T13:00:00Z"))),
            (Some(at("2026-11-23T13:00:00Z")), None)
        );
        assert!(["22-07", "22:00-22:00", "25:00-07:00", "22:00-07:00 Nowhere/City", ""].iter().all(|text| text.parse::<Quiet>().is_err()));
    }

    #[test]
    fn digests_go_out_at_the_next_of_their_times() {
        for (digest, now, next) in [
            ("hourly", "2026-11-23T20:59:59Z", "2026-11-23T21:00:00Z"),
            ("hourly", "2026-11-23T21:00:00Z", "2026-11-23T22:00:00Z"),
            ("daily", "2026-11-23T07:59:00Z", "2026-11-23T08:00:00Z"),
            ("daily", "2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"),
            ("daily 07:30 America/Bogota", "2026-11-23T12:00:00Z", "2026-11-23T12:30:00Z"),
        ] {
            assert_eq!(digest.parse::<Digest>().unwrap().next(at(now)), at(next), "{digest} {now}");
        }
        assert!(["weekly", "daily at 8", "daily 08:00 UTC UTC", ""].iter().all(|text| text.parse::<Digest>().is_err()));
    }
}
