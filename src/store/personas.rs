//! Unites accounts into personas: only those that new facts touch, and whoever is united with them, are looked at.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use sqlx::{AnyConnection, Row};

use crate::database::{self, Turn, select_in};
use crate::persona::link::{Spreads, judge};
use crate::persona::mark::{Account, Mark, Name, Proof};
use crate::persona::union::{Union, ordered, personas};
use crate::persona::weights::{MOST_ACCOUNTS, THRESHOLD};
use crate::store::decisions::{self, CONFIRM, REFUSE, Said};
use crate::store::identity::persona_id;
use crate::store::marks::{self, Touched};
use crate::store::proofs;

/// Leaves out what stands on replicas: a copied site proves nothing about a seller.
pub(super) const NO_REPLICA: &str = "source NOT IN (SELECT source FROM replica_source)";
/// Keeps rows of marks that another account shows too, and keys.
const SHARED: &str = "AND (m.kind = 'pgp_key' OR EXISTS (SELECT 1 FROM account_mark o WHERE o.value = m.value AND o.kind = m.kind AND o.vendor_id <> m.vendor_id))";

/// Accounts with what is known of their marks, read as far as somebody asked.
#[derive(Debug, Default)]
pub struct Known {
    /// By id. An account without marks has no name here.
    pub accounts: BTreeMap<String, Account>,
    /// Who shows the marks of these accounts.
    pub spreads: Spreads,
}

impl Known {
    /// Reads these accounts, where they were not yet.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn load(&mut self, connection: &mut AnyConnection, ids: &[String]) -> Result<()> {
        let ids: Vec<String> = ids.iter().filter(|id| !self.accounts.contains_key(*id)).cloned().collect();
        for id in &ids {
            self.accounts.insert(id.clone(), Account { id: id.clone(), ..Account::default() });
        }
        let head = format!(
            "SELECT m.vendor_id, m.kind, m.value, m.source, m.name, m.proof, m.seen_at, m.capture_id FROM account_mark m WHERE m.{NO_REPLICA} AND m.vendor_id IN"
        );
        let mut names = BTreeSet::new();
        for row in select_in(connection, &head, SHARED, &ids).await? {
            let Some(account) = self.accounts.get_mut(row.try_get::<&str, _>("vendor_id")?) else { continue };
            (account.source, account.name) = (row.try_get("source")?, row.try_get("name")?);
            let name = Name { kind: row.try_get("kind")?, value: row.try_get("value")? };
            let mark = Mark {
                proof: Proof::of_code(row.try_get("proof")?),
                places: BTreeSet::new(),
                capture: row.try_get("capture_id")?,
                seen_at: row.try_get("seen_at")?,
            };
            names.insert(name.clone());
            account.marks.insert(name, mark);
        }
        let head = "SELECT m.vendor_id, m.kind, m.value, m.place FROM mark_place m WHERE m.vendor_id IN";
        for row in select_in(connection, head, SHARED, &ids).await? {
            let name = Name { kind: row.try_get("kind")?, value: row.try_get("value")? };
            let account = self.accounts.get_mut(row.try_get::<&str, _>("vendor_id")?);
            if let Some(mark) = account.and_then(|account| account.marks.get_mut(&name)) {
                mark.places.insert(row.try_get("place")?);
            }
        }
        names.retain(|name| !self.spreads.contains_key(name));
        self.spreads.extend(spreads(connection, &names).await?);
        Ok(())
    }

    /// Accounts that share a mark with one of these, for each of them; marks that too many show lead nowhere.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn neighbours(&self, connection: &mut AnyConnection, ids: &[String]) -> Result<BTreeMap<String, BTreeSet<String>>> {
        let few = |name: &&Name| self.spreads.get(*name).is_some_and(|spread| (2..=MOST_ACCOUNTS).contains(&spread.total()));
        let of = |id: &String| self.accounts.get(id).into_iter().flat_map(|account| account.marks.keys()).filter(few);
        let names: BTreeSet<Name> = ids.iter().flat_map(of).cloned().collect();
        let shown = shown_by(connection, &names).await?;
        let mut found = BTreeMap::new();
        for id in ids {
            let near: BTreeSet<String> =
                of(id).filter_map(|name| shown.get(name)).flatten().filter(|other| *other != id).cloned().collect();
            found.insert(id.clone(), near);
        }
        Ok(found)
    }
}

/// Who shows these marks, by source, and where they stand without a seller.
async fn spreads(connection: &mut AnyConnection, names: &BTreeSet<Name>) -> Result<Spreads> {
    let mut spreads: Spreads = names.iter().map(|name| (name.clone(), Default::default())).collect();
    let values: Vec<String> = names.iter().map(|name| name.value.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let head = format!(
        "SELECT value, kind, source, COUNT(*) AS n, COUNT(CASE WHEN proof = 'signed' THEN 1 END) AS proved FROM account_mark WHERE {NO_REPLICA} AND value IN"
    );
    for row in select_in(connection, &head, "GROUP BY value, kind, source", &values).await? {
        let name = Name { kind: row.try_get("kind")?, value: row.try_get("value")? };
        if let Some(spread) = spreads.get_mut(&name) {
            spread.accounts.insert(row.try_get("source")?, usize::try_from(row.try_get::<i64, _>("n")?)?);
            spread.proved |= row.try_get::<i64, _>("proved")? > 0;
        }
    }
    let head = format!("SELECT value, kind, source, capture_id FROM site_mark WHERE {NO_REPLICA} AND value IN");
    for row in select_in(connection, &head, "", &values).await? {
        let name = Name { kind: row.try_get("kind")?, value: row.try_get("value")? };
        if let Some(spread) = spreads.get_mut(&name) {
            spread.unowned.insert(row.try_get("source")?, row.try_get("capture_id")?);
        }
    }
    let few = spreads.iter().filter(|(_, spread)| (2..=MOST_ACCOUNTS).contains(&spread.total()));
    let values: Vec<String> = few.map(|(name, _)| name.value.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let head = "SELECT value, kind, place FROM mark_place p WHERE place <> '' AND NOT EXISTS (SELECT 1 FROM account_mark m \
                JOIN replica_source r ON r.source = m.source WHERE m.vendor_id = p.vendor_id AND m.kind = p.kind AND m.value = p.value) AND value IN";
    for row in select_in(connection, head, "GROUP BY value, kind, place HAVING COUNT(*) > 1", &values).await? {
        let name = Name { kind: row.try_get("kind")?, value: row.try_get("value")? };
        if let Some(spread) = spreads.get_mut(&name) {
            spread.common.insert(row.try_get("place")?);
        }
    }
    Ok(spreads)
}

async fn shown_by(connection: &mut AnyConnection, names: &BTreeSet<Name>) -> Result<BTreeMap<Name, BTreeSet<String>>> {
    let values: Vec<String> = names.iter().map(|name| name.value.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let mut shown = BTreeMap::<Name, BTreeSet<String>>::new();
    let head = format!("SELECT value, kind, vendor_id FROM account_mark WHERE {NO_REPLICA} AND value IN");
    for row in select_in(connection, &head, "", &values).await? {
        let name = Name { kind: row.try_get("kind")?, value: row.try_get("value")? };
        if names.contains(&name) {
            shown.entry(name).or_default().insert(row.try_get("vendor_id")?);
        }
    }
    Ok(shown)
}

/// The persona of each of these accounts that is in one.
///
/// # Errors
/// The database does not answer.
pub async fn of_accounts(connection: &mut AnyConnection, ids: &[String]) -> Result<BTreeMap<String, String>> {
    let rows = select_in(connection, "SELECT vendor_id, persona_id FROM persona_member WHERE vendor_id IN", "", ids).await?;
    rows.iter().map(|row| Ok((row.try_get("vendor_id")?, row.try_get("persona_id")?))).collect()
}

/// The accounts of these personas, sorted.
///
/// # Errors
/// The database does not answer.
pub async fn members(connection: &mut AnyConnection, personas: &[String]) -> Result<Vec<String>> {
    let rows = select_in(connection, "SELECT vendor_id FROM persona_member WHERE persona_id IN", "", personas).await?;
    let mut ids: Vec<String> = rows.iter().map(|row| row.try_get("vendor_id")).collect::<Result<_, _>>()?;
    ids.sort();
    Ok(ids)
}

/// Keeps what a person decided of two accounts and unites anew what that changes. Returns whether both are one persona now.
///
/// # Errors
/// The reason is empty or too long, or the database does not answer.
pub async fn decide(connection: &mut AnyConnection, (one, other): (&str, &str), said: Said<'_>) -> Result<bool> {
    decisions::add(connection, (one, other), said).await?;
    let both = [one.to_owned(), other.to_owned()];
    refresh(connection, Touched { decided: both.clone().into(), ..Touched::default() }).await?;
    let of = of_accounts(connection, &both).await?;
    Ok(of.get(one).is_some_and(|persona| of.get(other) == Some(persona)))
}

/// Unites anew whatever new facts may change. Returns how many accounts were looked at.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn refresh(connection: &mut AnyConnection, mut touched: Touched) -> Result<usize> {
    if touched.is_empty() {
        return Ok(0);
    }
    proofs::look_again(connection, &mut touched).await?;
    let names: BTreeSet<Name> = touched.marks.keys().cloned().collect();
    let spreads = spreads(connection, &names).await?;
    let mut names = names;
    // One account alone is linked with nobody, but its key, while no page of the source has it, speaks against other links; and what too many
    // showed before links nobody now.
    names.retain(|name| {
        let total = spreads.get(name).map_or(0, |spread| spread.total());
        total > usize::from(name.kind != "pgp_key") && total - touched.marks.get(name).copied().unwrap_or(0).min(total) <= MOST_ACCOUNTS
    });
    let mut seeds = touched.decided;
    // A key of an account speaks against its links by other marks, whoever else shows it.
    seeds.extend(touched.provable);
    seeds.extend(shown_by(connection, &names).await?.into_values().flatten());
    if seeds.is_empty() {
        return Ok(0);
    }
    database::take_turn(connection, Turn::Personas).await?;
    let mut known = Known::default();
    let mut seen = BTreeSet::new();
    let mut next: Vec<String> = seeds.into_iter().collect();
    let (mut unions, mut refused) = (BTreeMap::new(), BTreeSet::new());
    while !next.is_empty() {
        let now = std::mem::take(&mut next);
        seen.extend(now.iter().cloned());
        known.load(connection, &now).await?;
        let near = known.neighbours(connection, &now).await?;
        let others: Vec<String> = near.values().flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        known.load(connection, &others).await?;
        let mut reached = BTreeSet::new();
        for (id, others) in &near {
            for other in others {
                let pair = ordered(id, other);
                let (Some(one), Some(two)) = (known.accounts.get(&pair.0), known.accounts.get(&pair.1)) else { continue };
                if unions.contains_key(&pair) {
                    continue;
                }
                let probability = judge(one, two, &known.spreads).probability;
                if probability >= THRESHOLD {
                    unions.insert(pair, probability);
                    reached.insert(other.clone());
                }
            }
        }
        for decision in decisions::about(connection, &now).await? {
            let pair = (decision.one.clone(), decision.other.clone());
            if decision.decision == REFUSE {
                refused.insert(pair);
            } else if decision.decision == CONFIRM {
                unions.insert(pair, 1.0);
                reached.extend([decision.one, decision.other]);
            }
        }
        // Whoever was united with one of them may not be any more.
        let before: BTreeSet<String> = of_accounts(connection, &now).await?.into_values().collect();
        reached.extend(members(connection, &before.into_iter().collect::<Vec<_>>()).await?);
        next = reached.into_iter().filter(|id| !seen.contains(id)).collect();
    }
    let unions: Vec<Union> = unions.into_iter().map(|((one, other), probability)| Union { one, other, probability }).collect();
    let refused: Vec<(String, String)> = refused.into_iter().collect();
    let mut members = Vec::new();
    for accounts in personas(&unions, &refused) {
        let id = accounts.first().map(|least| persona_id(least)).unwrap_or_default();
        members.extend(accounts.into_iter().map(|account| (account, id.clone())));
    }
    let looked_at: Vec<String> = seen.into_iter().collect();
    marks::replace_personas(connection, &looked_at, members).await?;
    Ok(looked_at.len())
}
