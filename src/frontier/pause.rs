//! Why a source is paused, in a sentence, and what a person does about it: the same words wherever a pause is told.

use jiff::Timestamp;

use crate::clock::from_micros;
use crate::config::Source;
use crate::frontier::source_state::{SourceState, date_of};

/// A wall that paused a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// What was met: `login wall`, `CAPTCHA`, `waiting queue` or `anti-DDoS page`.
    pub wall: String,
    /// Where: a path, without its host; empty where that is not known.
    pub place: String,
    /// Since when.
    pub since: Timestamp,
}

impl Pause {
    /// The note of a wall at a path, as a source's state keeps it.
    pub fn note(wall: &str, path: &str) -> String {
        format!("{wall} at {path}")
    }

    /// The pause of a source, if it is paused.
    pub fn of(state: &SourceState) -> Option<Self> {
        let note = Some(&state.paused).filter(|note| !note.is_empty())?;
        let (wall, place) = note.split_once(" at ").unwrap_or((note, ""));
        Some(Self { wall: wall.to_owned(), place: place.to_owned(), since: from_micros(state.since) })
    }

    /// What was met and since when, without the place: a sentence without its full stop.
    pub fn reason(&self) -> String {
        format!("{} since {}", self.wall, self.since.strftime("%Y-%m-%d %H:%M UTC"))
    }

    /// The same with the place.
    pub fn whole_reason(&self) -> String {
        let place = if self.place.is_empty() { String::new() } else { format!(" at {}", self.place) };
        format!("paused: {}{place} since {}", self.wall, self.since.strftime("%Y-%m-%d %H:%M UTC"))
    }

    /// What to do, in whole sentences.
    pub fn advice(&self, source: &Source, now: Timestamp) -> String {
        let id = &source.id;
        let go_on = format!("`vigie crawl --once --source {id}`");
        if self.wall == QUEUE {
            return format!("Wait until the queue is shorter, then go on with {go_on}.");
        }
        if !source.admits_account(date_of(now)) {
            let account = if self.wall == LOGIN { "; an account takes access = \"account\" under [authority]" } else { "" };
            return format!("See whether public reading is still possible, then go on with {go_on}{account}.");
        }
        let first = if self.wall == LOGIN { "Log in with a browser" } else { "Pass it with a browser" };
        format!("{first}, export its cookies, and give them with `vigie session set {id} --cookies FILE`; or go on as before with {go_on}.")
    }
}

/// The wall that asks for an account.
pub const LOGIN: &str = "login wall";
/// The wall that asks for patience.
pub const QUEUE: &str = "waiting queue";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Authority, Settings, authority::Access};

    #[test]
    fn the_advice_depends_on_wall_and_authority() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let state =
            |wall: &str| SourceState { paused: Pause::note(wall, "/a at b"), since: crate::clock::micros(now), ..SourceState::default() };
        let mut source = Source { import_only: false, ..Source::for_import("lantern", &Settings::default()) };
        let advice = |source: &Source, wall: &str| Pause::of(&state(wall)).unwrap().advice(source, now);
        let pause = Pause::of(&state(LOGIN)).unwrap();
        assert_eq!((pause.wall.as_str(), pause.place.as_str()), (LOGIN, "/a at b"));
        assert_eq!(pause.whole_reason(), "paused: login wall at /a at b since 2026-11-22 12:00 UTC");
        assert!(advice(&source, LOGIN).contains("public reading is still possible"));
        assert!(advice(&source, LOGIN).contains("access = \"account\""));
        assert!(!advice(&source, "CAPTCHA").contains("account"), "an account does not solve a CAPTCHA");
        let authority = |expires: &str| Authority {
            reference: "r".into(),
            legal_basis: "l".into(),
            approved_by: "a".into(),
            expires: expires.parse().unwrap(),
            access: Access::Account,
        };
        source.authority = Some(authority("2026-11-22"));
        assert!(advice(&source, LOGIN).contains("`vigie session set lantern --cookies FILE`"));
        assert!(advice(&source, QUEUE).starts_with("Wait"));
        source.authority = Some(authority("2026-11-21"));
        assert!(!advice(&source, LOGIN).contains("session set"), "the authority is over");
        assert_eq!(Pause::of(&SourceState::default()), None);
    }
}
