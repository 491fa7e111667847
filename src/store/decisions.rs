//! What people decided of two accounts: every decision is kept, the last one of a pair counts.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::clock;
use crate::config::{Pap, Tlp};
use crate::database::select_in;
use crate::persona::union::ordered;

/// Bytes of a reason, at most.
const LONGEST_REASON: usize = 2_000;
/// The code of a decision that two accounts are one seller.
pub const CONFIRM: &str = "confirm";
/// The code of a decision that they are not.
pub const REFUSE: &str = "refuse";

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The lesser account id.
    pub one: String,
    /// The greater one.
    pub other: String,
    /// [`CONFIRM`] or [`REFUSE`].
    pub decision: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub author: String,
    /// When, microseconds.
    pub at: i64,
    /// How far the persona may be passed on, where somebody said so.
    pub tlp: Option<Tlp>,
    /// What may be done about it.
    pub pap: Option<Pap>,
}

/// What a person says of two accounts.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// [`CONFIRM`] or [`REFUSE`].
    pub decision: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Who.
    pub author: &'a str,
    /// How far the persona may be passed on.
    pub tlp: Option<Tlp>,
    /// What may be done about it.
    pub pap: Option<Pap>,
}

/// Keeps a decision about two accounts.
///
/// # Errors
/// The reason is empty or too long, or the database does not answer.
pub async fn add(connection: &mut AnyConnection, accounts: (&str, &str), said: Said<'_>) -> Result<()> {
    let Said { decision, reason, author, tlp, pap } = said;
    if reason.trim().is_empty() || reason.len() > LONGEST_REASON {
        bail!("the reason has {} bytes; hint: a sentence, at most {LONGEST_REASON} bytes", reason.len());
    }
    let (one, other) = ordered(accounts.0, accounts.1);
    sqlx::query(
        "INSERT INTO persona_decision (one, other, n, decision, reason, author, at, tlp, pap) \
         SELECT $1, $2, COALESCE(MAX(n), 0) + 1, $3, $4, $5, $6, $7, $8 FROM persona_decision WHERE one = $9 AND other = $10",
    )
    .bind(one.clone())
    .bind(other.clone())
    .bind(decision)
    .bind(reason.replace('\0', ""))
    .bind(author.replace('\0', ""))
    .bind(clock::micros(clock::now()))
    .bind(tlp.map_or("", Tlp::code))
    .bind(pap.map_or("", Pap::code))
    .bind(one)
    .bind(other)
    .execute(connection)
    .await?;
    Ok(())
}

/// The decisions that count and are about one of these accounts, by pair.
///
/// # Errors
/// The database does not answer.
pub async fn about(connection: &mut AnyConnection, accounts: &[String]) -> Result<Vec<Decision>> {
    const HEAD: &str = "SELECT one, other, n, decision, reason, author, at, tlp, pap FROM persona_decision WHERE";
    let mut rows = select_in(connection, &format!("{HEAD} one IN"), "", accounts).await?;
    rows.extend(select_in(connection, &format!("{HEAD} other IN"), "", accounts).await?);
    let mut last = BTreeMap::<(String, String), (i64, Decision)>::new();
    for row in &rows {
        let (n, decision) = read(row)?;
        let entry = last.entry((decision.one.clone(), decision.other.clone())).or_insert_with(|| (n, decision.clone()));
        if n > entry.0 {
            *entry = (n, decision);
        }
    }
    Ok(last.into_values().map(|(_, decision)| decision).collect())
}

fn read(row: &AnyRow) -> Result<(i64, Decision)> {
    let decision = Decision {
        one: row.try_get("one")?,
        other: row.try_get("other")?,
        decision: row.try_get("decision")?,
        reason: row.try_get("reason")?,
        author: row.try_get("author")?,
        at: row.try_get("at")?,
        tlp: Tlp::of_code(row.try_get("tlp")?),
        pap: Pap::of_code(row.try_get("pap")?),
    };
    Ok((row.try_get("n")?, decision))
}

/// Every account that somebody decided of, sorted.
///
/// # Errors
/// The database does not answer.
pub async fn accounts(connection: &mut AnyConnection) -> Result<Vec<String>> {
    let sql = "SELECT one AS id FROM persona_decision UNION SELECT other AS id FROM persona_decision";
    let mut ids: Vec<String> = sqlx::query_scalar(sql).fetch_all(connection).await?;
    ids.sort();
    Ok(ids)
}
