//! The dossier of a persona: its accounts, the links between them with their reasons, and what links it with others and is not enough.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::Serialize;

use super::{Among, Role, written};
use crate::config::Config;
use crate::database::Connection;
use crate::persona::link::{Pair, judge, stands_at};
use crate::persona::style::{self, Likeness};
use crate::persona::union::ordered;
use crate::store::decisions::{self, CONFIRM, Decision, REFUSE};
use crate::store::personas::{self, Known};
use crate::store::{apart, markings, trail, writings};

/// Accounts outside that are shown as leads, the most probable ones.
const MOST_LEADS: usize = 200;

/// What is known of a persona, or of one account that is in none.
#[derive(Debug, Clone, Serialize)]
pub struct PersonaDossier {
    /// Identity; left out of an account that is in no persona.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
    /// What it is in a case.
    #[serde(flatten)]
    pub role: Role,
    /// Its accounts, by source and name.
    pub accounts: Vec<Member>,
    /// Accounts on replicas, which are none of the persona: a copied site proves nothing about a seller.
    pub copies: Vec<Copied>,
    /// Pairs of its accounts that are linked or decided, strongest first.
    pub pairs: Vec<Linked>,
    /// Accounts outside that share something with it: not enough, or refused.
    pub leads: Vec<Linked>,
    /// What its accounts show and too many others do, or the sources themselves, as far as the reader's sources tell: it links nobody.
    pub shared: Vec<Shared>,
    /// Likeness of writing and prices; only when a case switched it on. Hints are never united.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hints: Option<Vec<Hint>>,
}

/// An account.
#[derive(Debug, Clone, Serialize)]
pub struct Member {
    /// Identity.
    pub vendor: String,
    /// Source id.
    pub source: String,
    /// Name as shown.
    pub name: String,
    /// The source that its source copies, if that is a replica: such an account is linked with nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replica_of: Option<String>,
    /// Listings that it sells.
    pub listings: i64,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
}

/// An account as a replica shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Copied {
    /// Identity of the account that it copies.
    pub copy_of: String,
    /// The account on the replica.
    #[serde(flatten)]
    pub account: Member,
}

/// Two accounts that are linked.
#[derive(Debug, Clone, Serialize)]
pub struct Linked {
    /// The one account; of a lead, that of the persona.
    pub one: Member,
    /// The other one.
    pub other: Member,
    /// Probability that both are one seller, by all links together.
    pub probability: f64,
    /// Which of them may be played by somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impersonator: Option<String>,
    /// What a person decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decided>,
    /// Each reason.
    pub links: Vec<Reason>,
}

/// A decision of a person.
#[derive(Debug, Clone, Serialize)]
pub struct Decided {
    /// `confirm` or `refuse`.
    pub decision: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub author: String,
    /// RFC 3339, UTC.
    pub at: String,
}

/// A link.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    /// Kind of the indicator that both show.
    pub kind: String,
    /// Its normal form.
    pub value: String,
    /// The reason as a sentence.
    pub sentence: String,
    /// Probability by this alone.
    pub probability: f64,
    /// Captures that show it: of the one account, and of the other.
    pub evidence: [Evidence; 2],
    /// What speaks against it.
    pub against: Vec<String>,
}

/// A capture that shows something.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// Id of the capture.
    pub capture: String,
    /// Its time, RFC 3339, UTC.
    pub at: String,
}

/// An indicator that links nobody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Shared {
    /// Kind of the indicator.
    pub kind: String,
    /// Its normal form.
    pub value: String,
    /// Why it links nobody.
    pub why: String,
}

/// Two accounts that write or price alike.
#[derive(Debug, Clone, Serialize)]
pub struct Hint {
    /// The account of the persona.
    pub one: Member,
    /// The other one.
    pub other: Member,
    /// Probability that both are one seller, by style alone.
    pub probability: f64,
    /// Likeness of the writing, 0 to 1.
    pub writing: f64,
    /// Likeness of the prices, 0 to 1.
    pub prices: f64,
    /// The hint as a sentence.
    pub sentence: String,
}

/// Hints of one persona, at most.
const MOST_HINTS: usize = 20;
/// What is less probable is no hint.
const LEAST_PROBABLE: f64 = 0.05;

/// Compares how the accounts of a dossier write and price with all others: hints, most probable first.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn hints(connection: &mut Connection, dossier: &PersonaDossier) -> Result<Vec<Hint>> {
    let model = writings::all(connection).await?.model(style::TEMPLATE);
    let own: BTreeSet<&str> = dossier.accounts.iter().map(|account| account.vendor.as_str()).collect();
    let mut found: Vec<(&Member, &String, Likeness)> = Vec::new();
    for account in &dossier.accounts {
        let others = model.ids().iter().filter(|id| !own.contains(id.as_str()));
        let alike = others.filter_map(|other| Some((account, other, model.likeness(&account.vendor, other)?)));
        found.extend(alike.filter(|(_, _, likeness)| likeness.probability >= LEAST_PROBABLE));
        found.sort_by(|a, b| {
            b.2.probability.total_cmp(&a.2.probability).then_with(|| b.2.writing.total_cmp(&a.2.writing)).then_with(|| a.1.cmp(b.1))
        });
        found.truncate(MOST_HINTS);
    }
    let ids = found.iter().map(|(_, other, _)| (*other).clone()).collect();
    let others = members(connection, &Known::default(), ids).await?;
    let hint = |(one, other, likeness): (&Member, &String, Likeness)| {
        let other = others.get(other)?.clone();
        let sentence = format!(
            "{} on {} and {} on {} write alike ({:.2} of 1) and price alike ({:.2} of 1).",
            one.name, one.source, other.name, other.source, likeness.writing, likeness.prices
        );
        let (writing, prices, probability) = (rounded(likeness.writing), rounded(likeness.prices), rounded(likeness.probability));
        Some(Hint { one: one.clone(), other, probability, writing, prices, sentence })
    };
    Ok(found.into_iter().filter_map(hint).collect())
}

/// The personas that a person means, each as its sorted accounts: by the id of a persona or an account, by `SOURCE:NAME`, or by a name, on one
/// source or on all.
///
/// # Errors
/// The database does not answer.
pub async fn named(connection: &mut Connection, asked: &str, source: Option<&str>) -> Result<Vec<(Option<String>, Vec<String>)>> {
    let members = personas::members(connection, &[asked.to_owned()]).await?;
    if !members.is_empty() {
        return Ok(vec![(Some(asked.to_owned()), members)]);
    }
    let asked = accounts_named(connection, asked, source).await?;
    let mut of = personas::of_accounts(connection, &asked).await?;
    let mut ids = BTreeSet::new();
    for id in asked {
        // A copy is told beside its original, unless a person united it with somebody.
        let copied = if of.contains_key(&id) { None } else { apart::copied(connection, &id).await? };
        ids.insert(copied.unwrap_or(id));
    }
    of.extend(personas::of_accounts(connection, &ids.iter().cloned().collect::<Vec<_>>()).await?);
    let mut found = BTreeMap::new();
    for id in ids {
        match of.get(&id) {
            Some(persona) => {
                let members = personas::members(connection, std::slice::from_ref(persona)).await?;
                found.insert(members.first().cloned().unwrap_or_default(), (Some(persona.clone()), members));
            }
            None => {
                found.insert(id.clone(), (None, vec![id]));
            }
        }
    }
    Ok(found.into_values().collect())
}

/// Ids of the accounts that a person means, sorted.
///
/// # Errors
/// The database does not answer.
pub async fn accounts_named(connection: &mut Connection, asked: &str, source: Option<&str>) -> Result<Vec<String>> {
    if trail::seller(connection, asked).await?.is_some() {
        return Ok(vec![asked.to_owned()]);
    }
    let mut ids: Vec<String> = trail::accounts_named(connection, asked, source).await?.into_iter().map(|account| account.id).collect();
    if let Some((source, name)) = asked.split_once(':').filter(|_| ids.is_empty()) {
        ids = trail::accounts_named(connection, name, Some(source)).await?.into_iter().map(|account| account.id).collect();
    }
    ids.sort();
    Ok(ids)
}

impl PersonaDossier {
    /// Leaves out what these sources do not show. What is said of the accounts that stay names no other source then.
    pub fn keep(&mut self, among: Among<'_>) {
        let seen = |member: &Member| among.has_account(&member.source, &member.vendor);
        self.accounts.retain(seen);
        self.copies.retain(|copy| seen(&copy.account));
        for lines in [&mut self.pairs, &mut self.leads] {
            lines.retain(|line| seen(&line.one) && seen(&line.other));
            for against in lines.iter_mut().flat_map(|line| &mut line.links).flat_map(|link| &mut link.against) {
                if stands_at(against).is_some_and(|source| !among.has(source)) {
                    "it also stands on a page that belongs to no seller".clone_into(against);
                }
            }
        }
        if let Some(hints) = &mut self.hints {
            hints.retain(|hint| seen(&hint.one) && seen(&hint.other));
        }
        for account in &mut self.accounts {
            account.replica_of = account.replica_of.take().map(|of| if among.has(&of) { of } else { "another source".into() });
        }
    }
}

/// Gathers the dossier of these accounts. Of what `among` leaves out only [`PersonaDossier::keep`] takes the rest away: hints come in between.
///
/// # Errors
/// The database does not answer.
pub async fn persona(
    connection: &mut Connection,
    id: Option<String>,
    ids: &[String],
    among: Among<'_>,
    config: &Config,
) -> Result<PersonaDossier> {
    let mut known = Known::default();
    known.load(connection, ids).await?;
    let near = known.neighbours(connection, ids).await?;
    let decisions = decisions::about(connection, ids).await?;
    let mut others: BTreeSet<String> = near.values().flatten().cloned().collect();
    others.extend(decisions.iter().flat_map(|one| [one.one.clone(), one.other.clone()]));
    let all: Vec<String> = others.iter().chain(ids).cloned().collect();
    known.load(connection, &all).await?;
    let decided: BTreeMap<(String, String), &Decision> = decisions.iter().map(|one| ((one.one.clone(), one.other.clone()), one)).collect();
    let mut judged = BTreeMap::<(String, String), Pair>::new();
    let linked = near.iter().flat_map(|(id, others)| others.iter().map(move |other| ordered(id, other)));
    for pair in linked.chain(decided.keys().cloned()) {
        let (Some(one), Some(other)) = (known.accounts.get(&pair.0), known.accounts.get(&pair.1)) else { continue };
        let found = judge(one, other, &known.spreads);
        if !found.links.is_empty() || decided.contains_key(&pair) {
            judged.insert(pair, found);
        }
    }
    let all: BTreeSet<String> = judged.keys().flat_map(|(one, other)| [one, other]).chain(ids).cloned().collect();
    let people = members(connection, &known, all).await?;
    let (mut pairs, mut leads) = (Vec::new(), Vec::new());
    for (pair, found) in judged {
        let inside = [&pair.0, &pair.1].map(|id| ids.contains(id));
        let (one, other) = if inside[0] { (&pair.0, &pair.1) } else { (&pair.1, &pair.0) };
        let (Some(one), Some(other)) = (people.get(one), people.get(other)) else { continue };
        let swapped = !inside[0];
        let line = line(one.clone(), other.clone(), swapped, found, decided.get(&pair).copied());
        if inside == [true, true] { pairs.push(line) } else { leads.push(line) }
    }
    for lines in [&mut pairs, &mut leads] {
        lines.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.other.vendor.cmp(&b.other.vendor)));
    }
    leads.truncate(MOST_LEADS);
    let mut accounts: Vec<Member> = ids.iter().filter_map(|id| people.get(id).cloned()).collect();
    accounts.sort_by(|a, b| (&a.source, &a.name).cmp(&(&b.source, &b.name)));
    let copies = copies(connection, &accounts).await?;
    let marked = match &id {
        Some(id) => markings::of_personas(connection, config, std::slice::from_ref(id)).await?.remove(id),
        None => None,
    };
    let marking = marked.unwrap_or_else(|| config.marking(accounts.first().map_or("", |account| &account.source)));
    Ok(PersonaDossier {
        persona: id,
        role: Role::of(connection, ids, "assessment", marking).await?,
        accounts,
        copies,
        pairs,
        leads,
        shared: shared(&known, ids, among),
        hints: None,
    })
}

/// What replicas show of these accounts; not what a person united with them.
async fn copies(connection: &mut Connection, accounts: &[Member]) -> Result<Vec<Copied>> {
    let named = accounts.iter().map(|one| (one.vendor.clone(), (one.source.clone(), one.name.clone()))).collect();
    let found = apart::copies(connection, &named).await?;
    let ids = found.iter().map(|(copy, _)| copy.clone()).filter(|copy| !named.contains_key(copy)).collect();
    let mut members = members(connection, &Known::default(), ids).await?;
    let copy = |(copy, copy_of)| Some(Copied { copy_of, account: members.remove(&copy)? });
    let mut copies: Vec<Copied> = found.into_iter().filter_map(copy).collect();
    copies.sort_by(|a, b| (&a.account.source, &a.account.name).cmp(&(&b.account.source, &b.account.name)));
    Ok(copies)
}

async fn members(connection: &mut Connection, known: &Known, all: BTreeSet<String>) -> Result<BTreeMap<String, Member>> {
    let replicas = apart::replicas(connection).await?;
    let sales = trail::sales(connection, &all.iter().cloned().collect::<Vec<_>>()).await?;
    let mut members = BTreeMap::new();
    for vendor in all {
        let (mut source, mut name) =
            known.accounts.get(&vendor).map(|account| (account.source.clone(), account.name.clone())).unwrap_or_default();
        if name.is_empty()
            && let Some(account) = trail::seller(connection, &vendor).await?
        {
            (source, name) = (account.source, account.name);
        }
        let sold = sales.get(&vendor).copied();
        members.insert(
            vendor.clone(),
            Member {
                vendor,
                replica_of: replicas.get(&source).cloned(),
                source,
                name,
                listings: sold.map_or(0, |sold| sold.0),
                first_seen: sold.map(|sold| written(sold.1)),
                last_seen: sold.map(|sold| written(sold.2)),
            },
        );
    }
    Ok(members)
}

fn line(one: Member, other: Member, swapped: bool, found: Pair, decision: Option<&Decision>) -> Linked {
    let decided = |kind: &str| decision.is_some_and(|one| one.decision == kind);
    let reason = |link: crate::persona::link::Link| {
        let [mut mine, mut its] = link.evidence.map(|(capture, at)| Evidence { capture, at: written(at) });
        if swapped {
            std::mem::swap(&mut mine, &mut its);
        }
        let mut against = link.against;
        if decided(REFUSE) {
            against.insert(0, "a person refused that these are one seller".to_owned());
        }
        let probability = rounded(link.probability);
        Reason { kind: link.mark.kind, value: link.mark.value, sentence: link.sentence, probability, evidence: [mine, its], against }
    };
    Linked {
        one,
        other,
        probability: if decided(CONFIRM) { 1.0 } else { rounded(found.probability) },
        impersonator: found.impersonator,
        decision: decision.map(|one| Decided {
            decision: one.decision.clone(),
            reason: one.reason.clone(),
            author: one.author.clone(),
            at: written(one.at),
        }),
        links: found.links.into_iter().map(reason).collect(),
    }
}

fn rounded(probability: f64) -> f64 {
    (probability * 1_000.0).round() / 1_000.0
}

/// A number of accounts would tell of sources that are not the reader's, so that only those of the reader's are counted.
fn shared(known: &Known, ids: &[String], among: Among<'_>) -> Vec<Shared> {
    let accounts = ids.iter().filter_map(|id| known.accounts.get(id)).filter(|account| among.has_account(&account.source, &account.id));
    let guarded = accounts.flat_map(|account| {
        account.marks.keys().filter_map(|name| {
            let why = known.spreads.get(name)?.within(|source| among.has(source)).guard(&account.source)?;
            Some(Shared { kind: name.kind.clone(), value: name.value.clone(), why })
        })
    });
    guarded.collect::<BTreeSet<_>>().into_iter().collect()
}
