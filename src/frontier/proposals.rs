//! What a source says of its own addresses: origins proposed to a person, and the texts in which it names them. Nothing of it is followed.

use std::collections::BTreeMap;

use anyhow::Result;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use vigie_extractors::signed::state;

use crate::database::insert_rows;

/// Proposals kept of one source. Beyond them only what is validly signed is taken, in place of the oldest that is not.
const MOST: usize = 100;
/// Announcements kept of one source.
const MOST_ANNOUNCEMENTS: usize = 20;

/// An origin that pages of a source name. Times are microseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Scheme, host and port.
    pub origin: String,
    /// The first capture that shows it.
    pub first_seen: i64,
    /// The latest one.
    pub last_seen: i64,
    /// How many captures show it.
    pub times: i64,
    /// The latest one.
    pub capture_id: String,
    /// What the best signature over it proved; empty without one.
    pub signature: String,
    /// The key that made it; empty without one.
    pub fingerprint: String,
    /// When it was made, seconds; 0 without one.
    pub signed_at: i64,
}

/// A text in which a source names its mirrors, or its canary, as last seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Announcement {
    /// Its path on the site.
    pub path: String,
    /// What its signature proved, or [`UNSIGNED`].
    pub signature: String,
    /// The key that made it; empty without one.
    pub fingerprint: String,
    /// When it was signed, seconds; 0 without a signature.
    pub signed_at: i64,
    /// When it was seen, microseconds.
    pub seen_at: i64,
    /// The capture that shows it.
    pub capture_id: String,
}

/// Of an announcement: nobody signed it.
pub const UNSIGNED: &str = "unsigned";

/// How much a signature says for what it signs.
fn rank(signature: &str) -> u8 {
    match signature {
        state::VALID => 4,
        state::KEY_NOT_NAMED => 3,
        state::OTHER_KEY => 2,
        state::INVALID => 1,
        _ => 0,
    }
}

impl Proposal {
    /// Takes in another sighting of the same origin.
    fn also(&mut self, other: &Self) {
        self.times += other.times;
        self.first_seen = self.first_seen.min(other.first_seen);
        if other.last_seen >= self.last_seen {
            self.last_seen = other.last_seen;
            self.capture_id.clone_from(&other.capture_id);
        }
        if !other.signature.is_empty() && (rank(&other.signature), other.signed_at) >= (rank(&self.signature), self.signed_at) {
            self.signature.clone_from(&other.signature);
            self.fingerprint.clone_from(&other.fingerprint);
            self.signed_at = other.signed_at;
        }
    }
}

/// What a batch of pages says of addresses, by source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Announced {
    proposals: BTreeMap<String, BTreeMap<String, Proposal>>,
    announcements: BTreeMap<String, BTreeMap<String, Announcement>>,
}

impl Announced {
    /// A page names an origin.
    pub fn propose(&mut self, source: &str, proposal: Proposal) {
        let of_source = self.proposals.entry(source.to_owned()).or_default();
        match of_source.get_mut(&proposal.origin) {
            Some(known) => known.also(&proposal),
            None => drop(of_source.insert(proposal.origin.clone(), proposal)),
        }
    }

    /// A page is such a text.
    pub fn announce(&mut self, source: &str, announcement: Announcement) {
        self.announcements.entry(source.to_owned()).or_default().insert(announcement.path.clone(), announcement);
    }
}

/// Proposals after more of them came, at most [`MOST`]; and the origins that had to make room.
fn merged(mut known: BTreeMap<String, Proposal>, more: &BTreeMap<String, Proposal>) -> (BTreeMap<String, Proposal>, Vec<String>) {
    let mut dropped = Vec::new();
    for (origin, one) in more {
        if let Some(old) = known.get_mut(origin) {
            old.also(one);
            continue;
        }
        if known.len() >= MOST {
            let signed = |one: &Proposal| one.signature == state::VALID;
            let oldest =
                known.values().filter(|one| !signed(one)).min_by_key(|one| (one.last_seen, &one.origin)).map(|one| one.origin.clone());
            match oldest.filter(|_| signed(one)) {
                Some(oldest) => {
                    known.remove(&oldest);
                    dropped.push(oldest);
                }
                None => continue,
            }
        }
        known.insert(origin.clone(), one.clone());
    }
    (known, dropped)
}

/// Remembers what a batch says, in the transaction of its captures.
///
/// # Errors
/// The database does not answer.
pub async fn save(connection: &mut AnyConnection, announced: &Announced) -> Result<()> {
    for (source, more) in &announced.proposals {
        let known = of_source(connection, source).await?.into_iter().map(|one| (one.origin.clone(), one)).collect();
        let (all, dropped) = merged(known, more);
        for origin in dropped {
            let sql = "DELETE FROM proposal WHERE source = $1 AND origin = $2";
            sqlx::query(sql).bind(source.clone()).bind(origin).execute(&mut *connection).await?;
        }
        let rows = all.into_values().filter(|one| more.contains_key(&one.origin)).map(|one| {
            vec![
                source.as_str().into(),
                one.origin.into(),
                one.first_seen.into(),
                one.last_seen.into(),
                one.times.into(),
                one.capture_id.into(),
                one.signature.into(),
                one.fingerprint.into(),
                one.signed_at.into(),
            ]
        });
        insert_rows(
            connection,
            "INSERT INTO proposal (source, origin, first_seen, last_seen, times, capture_id, signature, fingerprint, signed_at) VALUES",
            "ON CONFLICT (source, origin) DO UPDATE SET first_seen = excluded.first_seen, last_seen = excluded.last_seen, times = excluded.times, \
             capture_id = excluded.capture_id, signature = excluded.signature, fingerprint = excluded.fingerprint, signed_at = excluded.signed_at",
            rows.collect(),
        )
        .await?;
    }
    for (source, more) in &announced.announcements {
        let known = announcements(connection, source).await?;
        let (old, new): (Vec<&Announcement>, Vec<_>) = more.values().partition(|one| known.iter().any(|old| old.path == one.path));
        let room = MOST_ANNOUNCEMENTS.saturating_sub(known.len());
        let rows = old.into_iter().chain(new.into_iter().take(room)).map(|one| {
            vec![
                source.as_str().into(),
                one.path.as_str().into(),
                one.signature.as_str().into(),
                one.fingerprint.as_str().into(),
                one.signed_at.into(),
                one.seen_at.into(),
                one.capture_id.as_str().into(),
            ]
        });
        insert_rows(
            connection,
            "INSERT INTO announcement (source, path, signature, fingerprint, signed_at, seen_at, capture_id) VALUES",
            "ON CONFLICT (source, path) DO UPDATE SET signature = excluded.signature, fingerprint = excluded.fingerprint, \
             signed_at = excluded.signed_at, seen_at = excluded.seen_at, capture_id = excluded.capture_id",
            rows.collect(),
        )
        .await?;
    }
    Ok(())
}

/// The proposals of a source: what is signed best first, then what was seen most.
///
/// # Errors
/// The database does not answer.
pub async fn of_source(connection: &mut AnyConnection, source: &str) -> Result<Vec<Proposal>> {
    let sql = "SELECT origin, first_seen, last_seen, times, capture_id, signature, fingerprint, signed_at FROM proposal WHERE source = $1";
    let rows = sqlx::query(sql).bind(source.to_owned()).fetch_all(connection).await?;
    let mut found: Vec<Proposal> = rows.iter().map(proposal).collect::<Result<_>>()?;
    found.sort_by(|one, other| {
        let order = |one: &Proposal| (rank(&one.signature), one.times);
        order(other).cmp(&order(one)).then_with(|| one.origin.cmp(&other.origin))
    });
    Ok(found)
}

fn proposal(row: &AnyRow) -> Result<Proposal> {
    Ok(Proposal {
        origin: row.try_get("origin")?,
        first_seen: row.try_get("first_seen")?,
        last_seen: row.try_get("last_seen")?,
        times: row.try_get("times")?,
        capture_id: row.try_get("capture_id")?,
        signature: row.try_get("signature")?,
        fingerprint: row.try_get("fingerprint")?,
        signed_at: row.try_get("signed_at")?,
    })
}

/// The announcements of a source, by path.
///
/// # Errors
/// The database does not answer.
pub async fn announcements(connection: &mut AnyConnection, source: &str) -> Result<Vec<Announcement>> {
    let sql = "SELECT path, signature, fingerprint, signed_at, seen_at, capture_id FROM announcement WHERE source = $1";
    let mut found = Vec::new();
    for row in sqlx::query(sql).bind(source.to_owned()).fetch_all(connection).await? {
        found.push(Announcement {
            path: row.try_get("path")?,
            signature: row.try_get("signature")?,
            fingerprint: row.try_get("fingerprint")?,
            signed_at: row.try_get("signed_at")?,
            seen_at: row.try_get("seen_at")?,
            capture_id: row.try_get("capture_id")?,
        });
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(n: usize, signature: &str) -> Proposal {
        Proposal {
            origin: format!("http://{n:03}.onion"),
            first_seen: 1,
            last_seen: n as i64,
            times: 1,
            signature: signature.into(),
            ..Proposal::default()
        }
    }

    #[test]
    fn there_is_room_for_so_many_and_then_for_what_is_signed() {
        let all = |proposals: Vec<Proposal>| proposals.into_iter().map(|one| (one.origin.clone(), one)).collect::<BTreeMap<_, _>>();
        let (full, dropped) = merged(BTreeMap::new(), &all((0..300).map(|n| seen(n, "")).collect()));
        assert_eq!((full.len(), dropped.len()), (MOST, 0));
        let (same, dropped) = merged(full.clone(), &all(vec![seen(998, state::OTHER_KEY)]));
        assert_eq!((&same, dropped.len()), (&full, 0));
        let (more, dropped) = merged(full, &all(vec![seen(999, state::VALID)]));
        assert_eq!((more.len(), dropped), (MOST, vec!["http://000.onion".to_owned()]));
        assert!(more.contains_key("http://999.onion"));
    }

    #[test]
    fn the_best_signature_over_an_origin_stays() {
        let mut one = seen(1, state::VALID);
        one.also(&seen(1, ""));
        one.also(&seen(1, state::INVALID));
        assert_eq!((one.signature.as_str(), one.times), (state::VALID, 3));
        let mut one = seen(1, "");
        one.also(&seen(1, state::KEY_NOT_NAMED));
        assert_eq!(one.signature, state::KEY_NOT_NAMED);
    }
}
