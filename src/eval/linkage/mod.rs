//! How well sellers are linked over sources, in a simulated world with known truth that is brought into a store as all data is.

mod keys;
pub mod world;
pub mod feed;
pub mod style;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;
use serde::Serialize;

use self::world::{BOTH_PROVED, ONE_PROVED, Role, SHOWN, Way, World};
use crate::database::Connection;
use crate::persona::link::judge;
use crate::persona::mark::Proof;
use crate::persona::union::ordered;
use crate::store::identity::vendor_id;
use crate::store::personas::{self, Known};

/// Accounts that are read at a time.
const AT_ONCE: usize = 500;

/// Right and wrong pairs of something, and all that it should have found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Pairs that are of one seller.
    pub right: usize,
    /// Pairs that are not.
    pub wrong: usize,
    /// Pairs of one seller that could be found so.
    pub there: usize,
}

impl Score {
    /// Share of pairs that are right; 1 without any.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// Share of what is there that was found; 1 where nothing is.
    pub fn recall(&self) -> f64 {
        share(self.right, self.there)
    }

    fn take(&mut self, right: bool) {
        if right { self.right += 1 } else { self.wrong += 1 }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// What was found of the world.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Found {
    /// Accounts in the world, and of those that the store knows by a mark.
    pub accounts: (usize, usize),
    /// Listings in the world.
    pub listings: usize,
    /// Pairs of accounts that share something, all judged.
    pub pairs: usize,
    /// Links by kind; those of keys apart by what proves them.
    pub links: BTreeMap<String, Score>,
    /// Pairs in one persona, against all pairs of one seller that share anything.
    pub united: Score,
    /// The same against all pairs of one seller.
    pub all: Score,
    /// Impersonators: all, flagged, in one persona with the account that they play.
    pub impersonators: (usize, usize, usize),
    /// Accounts that copied a text with contacts: all, in one persona with whom they copied.
    pub copiers: (usize, usize),
    /// Marks that link nobody because the sources themselves or too many accounts show them.
    pub guarded: usize,
    /// How well style finds sellers.
    pub styles: Vec<style::Style>,
}

/// Judges all pairs of the world's accounts in a store that holds it.
///
/// # Errors
/// The database does not answer.
pub async fn judge_all(connection: &mut Connection, world: &World) -> Result<Found> {
    let ids: Vec<String> = world.accounts.iter().map(|account| vendor_id(&account.source, &account.name)).collect();
    let number: HashMap<&str, usize> = ids.iter().enumerate().map(|(n, id)| (id.as_str(), n)).collect();
    let seller = |id: &str| number.get(id).and_then(|n| world.accounts.get(*n)).map(|account| account.seller);
    let mut found = Found { listings: world.accounts.iter().map(|account| account.listings.len()).sum(), ..Found::default() };
    let mut known = Known::default();
    let (mut judged, mut flagged) = (BTreeSet::new(), BTreeSet::new());
    for chunk in ids.chunks(AT_ONCE) {
        known.load(connection, chunk).await?;
        let near = known.neighbours(connection, chunk).await?;
        let others: BTreeSet<String> = near.values().flatten().cloned().collect();
        known.load(connection, &others.into_iter().collect::<Vec<_>>()).await?;
        for (id, others) in &near {
            for other in others {
                let pair = ordered(id, other);
                let (Some(one), Some(two)) = (known.accounts.get(&pair.0), known.accounts.get(&pair.1)) else { continue };
                if !judged.insert(pair) {
                    continue;
                }
                let right = seller(id) == seller(other);
                let told = judge(one, two, &known.spreads);
                flagged.extend(told.impersonator);
                for link in &told.links {
                    let proofs = [one, two].map(|side| side.marks.get(&link.mark).map_or(Proof::Shown, |mark| mark.proof));
                    let kind = match (link.mark.kind.as_str(), proofs[0].min(proofs[1]), proofs[0].max(proofs[1])) {
                        ("pgp_key", Proof::Signed, _) => BOTH_PROVED,
                        ("pgp_key", _, Proof::Signed) => ONE_PROVED,
                        ("pgp_key", ..) => SHOWN,
                        (kind, ..) => kind,
                    };
                    found.links.entry(kind.to_owned()).or_default().take(right);
                }
            }
        }
    }
    found.pairs = judged.len();
    found.guarded = known.spreads.values().filter(|spread| spread.accounts.keys().all(|source| spread.guard(source).is_some())).count();
    found.accounts = (ids.len(), known.accounts.values().filter(|account| !account.marks.is_empty()).count());
    unite(connection, world, &ids, &mut found).await?;
    let role = |role: Role| world.accounts.iter().zip(&ids).filter(move |(account, _)| account.role == role);
    found.impersonators.0 = role(Role::Impersonator).count();
    found.impersonators.1 = role(Role::Impersonator).filter(|(_, id)| flagged.contains(*id)).count();
    found.copiers.0 = role(Role::Copier).count();
    Ok(found)
}

/// Compares the personas of the store with the world's sellers.
async fn unite(connection: &mut Connection, world: &World, ids: &[String], found: &mut Found) -> Result<()> {
    let of = personas::of_accounts(connection, ids).await?;
    let mut by_persona = BTreeMap::<&str, Vec<usize>>::new();
    let mut by_seller = BTreeMap::<usize, Vec<usize>>::new();
    for (n, (account, id)) in world.accounts.iter().zip(ids).enumerate() {
        if let Some(persona) = of.get(id) {
            by_persona.entry(persona).or_default().push(n);
        }
        by_seller.entry(account.seller).or_default().push(n);
        if let (Some(victim), Some(persona)) = (account.victim.and_then(|victim| ids.get(victim)), of.get(id)) {
            let together = usize::from(of.get(victim) == Some(persona));
            match account.role {
                Role::Impersonator => found.impersonators.2 += together,
                Role::Copier => found.copiers.1 += together,
                Role::Own => {}
            }
        }
    }
    for accounts in by_persona.values() {
        for pair in pairs(accounts) {
            found.united.take(world.accounts[pair.0].seller == world.accounts[pair.1].seller);
        }
    }
    for (seller, accounts) in by_seller {
        let n = pairs(&accounts).count();
        for (one, other) in pairs(&accounts) {
            for (kind, _) in world.accounts[one].shows.intersection(&world.accounts[other].shows) {
                found.links.entry((*kind).to_owned()).or_default().there += 1;
            }
        }
        found.all.there += n;
        if world.ways.get(seller).is_some_and(|way| !matches!(way, Way::Nothing)) {
            found.united.there += n;
        }
    }
    (found.all.right, found.all.wrong) = (found.united.right, found.united.wrong);
    Ok(())
}

fn pairs(accounts: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    accounts.iter().enumerate().flat_map(|(at, one)| accounts.iter().skip(at + 1).map(|other| (*one, *other)))
}
