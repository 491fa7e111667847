//! What is told of a source's authority and of its session: who approved, how old the session is, when it will end. No value of a cookie is.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::archive::authority;
use crate::clock::from_micros;
use crate::config::authority::APPROVAL;
use crate::config::{Access, Config, Source};
use crate::database::Connection;
use crate::fetch::Jar;
use crate::frontier::sessions::{self, Session};
use crate::frontier::source_state::{SourceState, date_of};
use crate::standing::{Report, minute};

/// A session is warned about so long before its end.
const AHEAD: SignedDuration = SignedDuration::from_hours(72);
/// Earlier sessions that tell how long the next one lasts.
const COMPARED: usize = 5;

/// The authority of a source, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mandate {
    /// Case or mandate.
    pub reference: String,
    /// Who approved it, as the file says.
    pub approved_by: String,
    /// What is known of the approval.
    pub approval: &'static str,
    /// Last day on which it holds.
    pub expires: String,
    /// What may be read.
    pub access: Access,
    /// The hash that stands on captures made under it.
    pub hash: String,
}

impl Mandate {
    /// That of a source; `None` where its file gives none, or not all of it.
    pub fn of(source: &Source) -> Option<Self> {
        let (_, hash) = authority::of(source)?;
        let given = source.authority.as_ref()?;
        Some(Self {
            reference: given.reference.clone(),
            approved_by: given.approved_by.clone(),
            approval: APPROVAL,
            expires: given.expires.to_string(),
            access: given.access,
            hash,
        })
    }
}

/// Whether a session is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// It is.
    InUse,
    /// The authority of its source does not allow an account today.
    NotAllowed,
    /// A wall was met with it.
    Walled,
    /// The end of all its cookies is over.
    Expired,
    /// It was cleared.
    Cleared,
}

impl Use {
    /// The code used in tables and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::InUse => "in_use",
            Self::NotAllowed => "not_allowed",
            Self::Walled => "walled",
            Self::Expired => "expired",
            Self::Cleared => "cleared",
        }
    }
}

/// The last session of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Source id.
    pub source: String,
    /// Whether it is sent.
    pub standing: Use,
    /// How many sessions there were, this one included.
    pub sessions: usize,
    /// When a person set it.
    pub set_at: Timestamp,
    /// The account of the operating system that did.
    pub set_by: String,
    /// Seconds since.
    pub age_s: i64,
    /// Cookies that the person gave, or that servers put in their place.
    pub cookies: usize,
    /// Cookies that servers added.
    pub server_cookies: usize,
    /// The first end that a given cookie tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest_expiry: Option<Timestamp>,
    /// The last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_expiry: Option<Timestamp>,
    /// When it will probably end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// From what that follows: `cookies` or `earlier_sessions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_because: Option<&'static str>,
    /// When a wall was met with it, and which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walled_at: Option<Timestamp>,
    /// That wall; empty without one.
    pub wall: String,
    /// What should be done about it, in whole sentences; `None` where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Given cookies by host. Hosts are shown where reading is logged, so not here.
    #[serde(skip)]
    pub hosts: BTreeMap<String, usize>,
}

impl Account {
    /// What is known of the sessions of one source, in order; `None` where there never was one. `source` is `None` where no file configures it.
    pub fn of(sessions: &[Session], source: Option<&Source>, now: Timestamp) -> Option<Self> {
        let last = sessions.last()?;
        let jar: Jar = serde_json::from_str(&last.cookies).unwrap_or_default();
        let given: Vec<_> = jar.facts().filter(|fact| fact.given).collect();
        let ends: Vec<Timestamp> = given.iter().filter_map(|fact| fact.expires).collect();
        let set_at = from_micros(last.set_at);
        let standing = if last.ended_at != 0 {
            Use::Cleared
        } else if !source.is_some_and(|source| source.admits_account(date_of(now))) {
            Use::NotAllowed
        } else if last.walled_at != 0 {
            Use::Walled
        } else if given.iter().all(|fact| fact.expires.is_some_and(|end| end <= now)) {
            Use::Expired
        } else {
            Use::InUse
        };
        // Scripts may not see the cookies that matter; what they may see is mostly a preference or a counter of visitors.
        let matters = |http_only: bool| given.iter().filter(|fact| fact.http_only == http_only).filter_map(|fact| fact.expires).min();
        let by_cookies = if given.iter().any(|fact| fact.http_only) { matters(true) } else { matters(false) };
        let by_history = usual(sessions).and_then(|lasted| set_at.checked_add(lasted).ok());
        let foreseen = [(by_cookies, "cookies"), (by_history, "earlier_sessions")];
        let foreseen = foreseen.into_iter().filter_map(|(at, why)| Some((at?, why))).min().filter(|_| standing == Use::InUse);
        let mut hosts = BTreeMap::new();
        for fact in &given {
            *hosts.entry(fact.host.to_owned()).or_default() += 1;
        }
        let mut account = Self {
            source: last.source.clone(),
            standing,
            sessions: sessions.len(),
            set_at,
            set_by: last.set_by.clone(),
            age_s: now.duration_since(set_at).as_secs(),
            cookies: given.len(),
            server_cookies: jar.len() - given.len(),
            earliest_expiry: ends.iter().min().copied(),
            latest_expiry: ends.iter().max().copied(),
            ends_at: foreseen.map(|(at, _)| at),
            ends_because: foreseen.map(|(_, why)| why),
            walled_at: (last.walled_at != 0).then(|| from_micros(last.walled_at)),
            wall: last.wall.clone(),
            warning: None,
            hosts,
        };
        account.warning = account.warn(usual(sessions), now);
        Some(account)
    }

    fn warn(&self, usual: Option<SignedDuration>, now: Timestamp) -> Option<String> {
        let id = &self.source;
        let renew = format!("set a new one with `vigie session set {id} --cookies FILE`");
        match (self.standing, self.ends_at, self.walled_at) {
            (Use::InUse, Some(end), _) if end.duration_since(now) <= AHEAD => {
                let why = match usual {
                    Some(lasted) if self.ends_because == Some("earlier_sessions") => format!("earlier ones lasted {}", span(lasted)),
                    _ => "so its cookies say".to_owned(),
                };
                let ends = if end > now { "ends on" } else { "was expected to end on" };
                Some(format!("The session of {id} {ends} {} ({why}); {renew}.", minute(end)))
            }
            (Use::Walled, _, Some(at)) => {
                let lasted = span(at.duration_since(self.set_at));
                Some(format!("The session of {id} met a {} on {} after {lasted}; {renew}.", self.wall, minute(at)))
            }
            (Use::Expired, ..) => Some(format!("All cookies of the session of {id} are over; {renew}.")),
            (Use::NotAllowed, ..) => {
                let why = "is kept and not sent: no authority with access = \"account\" holds today";
                Some(format!("The session of {id} {why}; remove it with `vigie session clear {id}`."))
            }
            _ => None,
        }
    }
}

/// How long the last sessions lasted that a wall ended: the median.
fn usual(sessions: &[Session]) -> Option<SignedDuration> {
    let ended = sessions.iter().rev().filter(|one| one.walled_at > one.set_at).take(COMPARED);
    let mut lasted: Vec<i64> = ended.map(|one| one.walled_at - one.set_at).collect();
    lasted.sort_unstable();
    lasted.get(lasted.len() / 2).map(|micros| SignedDuration::from_micros(*micros))
}

/// A length of time in its largest unit.
pub fn span(length: SignedDuration) -> String {
    match length.as_secs() {
        secs @ ..120 => format!("{} s", secs.max(0)),
        secs @ ..7_200 => format!("{} min", secs / 60),
        secs @ ..172_800 => format!("{} h", secs / 3_600),
        secs => format!("{} d", secs / 86_400),
    }
}

/// The sessions of all sources.
#[derive(Debug, Clone, Default)]
pub struct Accounts(HashMap<String, Account>);

impl Accounts {
    /// Reads them; pauses that are older than a session in force are taken as ended, as the next crawl does.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn load(
        connection: &mut Connection,
        config: &Config,
        states: &mut HashMap<String, SourceState>,
        now: Timestamp,
    ) -> Result<Self> {
        let all = sessions::all(connection).await?;
        let in_force =
            |one: &&Session| one.ended_at == 0 && config.source(&one.source).is_some_and(|source| source.admits_account(date_of(now)));
        sessions::end_pauses(states, all.iter().filter(in_force));
        let by_source = all.chunk_by(|one, other| one.source == other.source);
        Ok(Self(
            by_source
                .filter_map(|one| Account::of(one, config.source(&one.first()?.source), now))
                .map(|one| (one.source.clone(), one))
                .collect(),
        ))
    }

    /// The report of a source with its session.
    pub fn told(&self, report: Report) -> Report {
        Report { session: self.0.get(&report.source).cloned(), ..report }
    }

    /// All of them, by source.
    pub fn into_sorted(self) -> Vec<Account> {
        let mut accounts: Vec<Account> = self.0.into_values().collect();
        accounts.sort_by(|one, other| one.source.cmp(&other.source));
        accounts
    }
}

impl Report {
    /// Whether something is to be done about its session: one sentence with a space before it, or nothing.
    pub fn session_warning(&self) -> String {
        self.session.as_ref().and_then(|session| session.warning.as_ref()).map(|warning| format!(" {warning}")).unwrap_or_default()
    }

    /// Lines about authority and session, for people.
    pub fn mandate(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(one) = &self.authority {
            lines.push(format!("  authority     {}, until {}, access {}", one.reference, one.expires, one.access.code()));
            lines.push(format!("  approved by   {} ({}), {}", one.approved_by, one.approval, one.hash));
        }
        if let Some(one) = &self.session {
            let ends = one.ends_at.map(|at| format!(", ends {}", minute(at))).unwrap_or_default();
            let (standing, set_at) = (one.standing.code(), minute(one.set_at));
            lines.push(format!("  session       {standing}, {} cookies, set {set_at} by {}{ends}", one.cookies, one.set_by));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Authority, Settings};
    use crate::fetch::cookies::netscape;

    const DAY: i64 = 86_400_000_000;

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn source(access: Access) -> Source {
        let authority = Authority {
            reference: "r".into(),
            legal_basis: "l".into(),
            approved_by: "anna".into(),
            expires: "2027-01-01".parse().unwrap(),
            access,
        };
        Source { import_only: false, authority: Some(authority), ..Source::for_import("s", &Settings::default()) }
    }

    fn session(n: i64, cookies: &str, days_ago: i64) -> Session {
        let jar = netscape::read(cookies.as_bytes(), |_, _| true, Timestamp::UNIX_EPOCH).unwrap().jar;
        let set_at = crate::clock::micros(now()) - days_ago * DAY;
        Session {
            source: "s".into(),
            n,
            cookies: serde_json::to_string(&jar).unwrap(),
            set_at,
            set_by: "anna".into(),
            ..Session::default()
        }
    }

    fn line(prefix: &str, days: i64, name: &str) -> String {
        let end = if days == 0 { 0 } else { now().as_second() + days * 86_400 };
        format!("{prefix}a.example\tFALSE\t/\tFALSE\t{end}\t{name}\tSECRET\n")
    }

    #[test]
    fn the_end_is_foreseen_from_the_cookies_that_matter() {
        let file = [line("#HttpOnly_", 2, "sid"), line("", 1, "banner"), line("", 400, "theme")].concat();
        let account = Account::of(&[session(1, &file, 5)], Some(&source(Access::Account)), now()).unwrap();
        assert_eq!((account.standing, account.cookies, account.ends_because), (Use::InUse, 3, Some("cookies")));
        assert_eq!(account.ends_at.unwrap().duration_since(now()).as_hours(), 48);
        assert!(account.warning.unwrap().contains("The session of s ends on 2026-11-24 12:00 UTC"));
        assert_eq!((account.age_s, account.hosts["a.example"]), (5 * 86_400, 3));
        let far = Account::of(&[session(1, &line("#HttpOnly_", 30, "sid"), 5)], Some(&source(Access::Account)), now()).unwrap();
        assert!(far.ends_at.is_some() && far.warning.is_none());
        let unknown = Account::of(&[session(1, &line("", 0, "sid"), 5)], Some(&source(Access::Account)), now()).unwrap();
        assert_eq!((unknown.ends_at, unknown.warning), (None, None));
        let over = Account::of(&[session(1, &line("", -1, "sid"), 5)], Some(&source(Access::Account)), now()).unwrap();
        assert_eq!(over.standing, Use::Expired);
        assert!(over.warning.unwrap().contains("are over"));
    }

    #[test]
    fn the_end_is_foreseen_from_how_long_earlier_sessions_lasted() {
        let mut all: Vec<Session> = [(1, 3), (2, 9), (3, 4)]
            .map(|(n, lasted)| {
                let mut one = session(n, "", 100 - n * 20);
                (one.walled_at, one.wall, one.ended_at) = (one.set_at + lasted * DAY, "login wall".into(), one.set_at + 10 * DAY);
                one
            })
            .into();
        all.push(session(4, &line("#HttpOnly_", 300, "sid"), 2));
        let account = Account::of(&all, Some(&source(Access::Account)), now()).unwrap();
        assert_eq!((account.ends_because, account.sessions), (Some("earlier_sessions"), 4));
        let warning = account.warning.unwrap();
        assert!(warning.contains("2026-11-24") && warning.contains("earlier ones lasted 4 d"), "{warning}");
        let last = all.last_mut().unwrap();
        (last.walled_at, last.wall) = (last.set_at + DAY, "login wall".into());
        let account = Account::of(&all, Some(&source(Access::Account)), now()).unwrap();
        assert_eq!((account.standing, account.ends_at), (Use::Walled, None));
        assert!(account.warning.unwrap().contains("met a login wall on 2026-11-21 12:00 UTC after 24 h"));
    }

    #[test]
    fn without_the_authority_it_is_not_used() {
        let all = [session(1, &line("", 0, "sid"), 1)];
        for given in [Some(source(Access::Public)), None] {
            let account = Account::of(&all, given.as_ref(), now()).unwrap();
            assert_eq!(account.standing, Use::NotAllowed);
            assert!(account.warning.unwrap().contains("vigie session clear s"));
        }
        let cleared = [Session { ended_at: 5, cookies: String::new(), ..all[0].clone() }];
        assert_eq!(Account::of(&cleared, Some(&source(Access::Account)), now()).unwrap().standing, Use::Cleared);
        let told = serde_json::to_string(&Account::of(&all, Some(&source(Access::Account)), now()).unwrap()).unwrap();
        assert!(!told.contains("SECRET") && !told.contains("a.example"), "{told}");
    }
}
