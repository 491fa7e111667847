//! What a watch fires on, and when and how its notifications go out. Every option is written the same way in `watches.toml`, on the
//! command line and in the store.

mod event;
mod moment;

pub use event::{Change, Event};
pub use moment::{Digest, Moment, Quiet};

use super::marking::Tlp;
use super::units::{duration_text, parse_duration};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A saved question as the configuration has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Watch {
    /// Name that its alerts are known by.
    pub name: String,
    /// The question.
    pub query: String,
    /// What it fires on, and when.
    #[serde(flatten)]
    pub options: Options,
}

/// What a watch fires on, and when and how its notifications go out. Whatever these say, every match is stored as an alert.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Events that notify; a new listing and a changed one when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<Event>,
    /// Which changes of a listing notify; any when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// A price has changed when it did by at least so much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_by: Option<Percent>,
    /// What is notified once.
    #[serde(skip_serializing_if = "is_default")]
    pub per: Per,
    /// Nothing is notified before so many families have matched within so long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<AtLeast>,
    /// Nothing is notified of what is raised before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mute_until: Option<Moment>,
    /// Hours in which notifications wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Quiet>,
    /// Notifications are gathered into one, sent at these times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// How soon somebody should look; an urgent one waits neither for the end of quiet hours nor for a digest.
    #[serde(skip_serializing_if = "is_default")]
    pub priority: Priority,
    /// When the watch ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Moment>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Case or mandate that it belongs to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub case: String,
    /// How far its alerts may be passed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
    /// Whether its notifications carry what the listing says, beside a link and an id.
    #[serde(skip_serializing_if = "is_default")]
    pub details: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Options {
    /// The events that notify.
    pub fn events(&self) -> Vec<Event> {
        let mut events = if self.on.is_empty() { vec![Event::New, Event::Changed] } else { self.on.clone() };
        events.sort_unstable();
        events.dedup();
        events
    }

    /// Whether an event notifies.
    pub fn fires_on(&self, event: Event) -> bool {
        if self.on.is_empty() { matches!(event, Event::New | Event::Changed) } else { self.on.contains(&event) }
    }

    /// Whether a change notifies.
    pub fn looks_at(&self, change: Change) -> bool {
        self.changes.is_empty() || self.changes.contains(&change)
    }
}

/// What is notified once; what comes later is counted under it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// The copies of a family by one vendor on one source.
    #[default]
    Family,
    /// Each listing, copies too.
    Listing,
    /// Each version of a listing, whatever has changed.
    Version,
}

/// How soon somebody should look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// When there is time.
    Low,
    /// As usual.
    #[default]
    Normal,
    /// Before the usual ones.
    High,
    /// At once, whatever the hour.
    Urgent,
}

impl Priority {
    /// The code used in files, records and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

/// A share in hundredths, `"10%"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(pub u32);

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim().trim_end_matches('%').trim_end().parse::<u32>().ok().filter(|percent| (1..=1_000).contains(percent));
        number.map(Self).ok_or_else(|| format!("\"{text}\" is no share; write a whole number from 1 to 1000 and %, as in \"10%\""))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

/// So many families within so long, `"5 in 7d"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AtLeast {
    /// Families of listings, copies counted once.
    pub families: u32,
    /// The time in which they match.
    pub within: Duration,
}

impl FromStr for AtLeast {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = || format!("\"{text}\" is no threshold; write how many families in what time, from 2 to 100000, as in \"5 in 7d\"");
        let (families, within) = text.split_once(" in ").ok_or_else(hint)?;
        let families = families.trim().parse().ok().filter(|families| (2..=100_000).contains(families)).ok_or_else(hint)?;
        Ok(Self { families, within: parse_duration(within)? })
    }
}

impl fmt::Display for AtLeast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.families, duration_text(self.within))
    }
}

/// Values that are written as text wherever they stand.
macro_rules! as_text {
    ($($name:ty),*) => {$(
        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    )*};
}
as_text!(Percent, AtLeast, Moment, Quiet, Digest);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_written_as_they_are_read() {
        let text = r#"{"on":["changed","vendor_moved"],"changes":["price"],"price_by":"10%","per":"version","at_least":"5 in 7d","mute_until":"2026-12-01T00:00:00Z","quiet":"22:00-07:00 Europe/Paris","digest":"daily 08:30 Europe/Paris","priority":"high","expires":"2027-01-01T00:00:00Z","owner":"anna","case":"C-7","tlp":"amber+strict","details":true}"#;
        let options: Options = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&options).unwrap(), text);
        assert_eq!(serde_json::to_string(&Options::default()).unwrap(), "{}");
        for wrong in
            [r#"{"on":["sold"]}"#, r#"{"price_by":"0%"}"#, r#"{"at_least":"1 in 7d"}"#, r#"{"at_least":"5 per day"}"#, r#"{"x":1}"#]
        {
            assert!(serde_json::from_str::<Options>(wrong).is_err(), "{wrong}");
        }
    }
}
