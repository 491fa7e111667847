//! What people say of those whom seller accounts are about: what they are in a case, what is corrected, whether the use of what is held is
//! restricted; and who was told. Primary data, never rebuilt. A capture is evidence: nothing here changes one.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use clap::ValueEnum;
use serde::{Serialize, Serializer};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::clock;
use crate::database::{Turn, select_in, take_turn};
use crate::store::exports::{self, Export};
use crate::store::trail;

/// Bytes of a reason or a corrected value, at most.
const LONGEST: usize = 2_000;
/// Listings of an account of which exports are looked through at most.
const MOST_LISTINGS: i64 = 20_000;
/// The value of a restriction that is in force.
pub const YES: &str = "yes";
/// The value of one that was lifted.
pub const NO: &str = "no";

/// What a statement is about. The codes stand in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// What the person is in a case (Directive (EU) 2016/680, Art. 6).
    Category,
    /// Whether what is held is a fact or an assessment (Art. 7).
    Basis,
    /// Europol's 4x4: source A, B, C, X and information 1 to 4.
    Evaluation,
    /// Whether the use of what is held is restricted (Art. 16).
    Restricted,
    /// A corrected name.
    Name,
    /// A corrected contact.
    Contact,
    /// A corrected place.
    Place,
    /// Corrected goods.
    Goods,
    /// Anything else that is corrected.
    Other,
}

impl Field {
    /// The word that stands in the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Basis => "basis",
            Self::Evaluation => "evaluation",
            Self::Restricted => "restricted",
            Self::Name => "name",
            Self::Contact => "contact",
            Self::Place => "place",
            Self::Goods => "goods",
            Self::Other => "other",
        }
    }

    /// The values that it takes; none where any text will do.
    pub fn values(self) -> &'static [&'static str] {
        match self {
            Self::Category => &["suspect", "convicted", "victim", "witness", "other", "unknown"],
            Self::Basis => &["fact", "assessment"],
            Self::Evaluation => &["A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4", "C1", "C2", "C3", "C4", "X1", "X2", "X3", "X4"],
            Self::Restricted => &[YES, NO],
            Self::Name | Self::Contact | Self::Place | Self::Goods | Self::Other => &[],
        }
    }
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The account.
    pub vendor: String,
    /// Number among those of the account, from 1.
    pub n: i64,
    /// Code of a [`Field`].
    pub field: String,
    /// What is said.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Reference of the case; empty without one.
    pub case: String,
    /// Who.
    pub author: String,
    /// Microseconds; RFC 3339 where it is told.
    #[serde(serialize_with = "written")]
    pub at: i64,
}

fn written<S: Serializer>(micros: &i64, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.collect_str(&clock::from_micros(*micros))
}

fn written_if<S: Serializer>(micros: &Option<i64>, to: S) -> std::result::Result<S::Ok, S::Error> {
    match micros {
        Some(micros) => written(micros, to),
        None => to.serialize_none(),
    }
}

/// What a person says.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Of what.
    pub field: Field,
    /// What.
    pub value: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Reference of the case.
    pub case: Option<&'a str>,
    /// Who.
    pub author: &'a str,
}

/// Keeps a statement about each of these accounts.
///
/// # Errors
/// The value is none of the field, a text is empty or too long, an account is not known, or the database does not answer.
pub async fn say(connection: &mut AnyConnection, accounts: &[String], said: Said<'_>) -> Result<()> {
    let (value, reason) = (said.value.trim().replace('\0', ""), said.reason.trim().replace('\0', ""));
    let known = said.field.values();
    if !known.is_empty() && !known.contains(&value.as_str()) {
        bail!("{value:?} is no {}; hint: {}", said.field.code(), known.join(", "));
    }
    for (what, text) in [("value", &value), ("reason", &reason)] {
        if text.is_empty() || text.len() > LONGEST {
            bail!("the {what} has {} bytes; hint: a sentence, at most {LONGEST} bytes", text.len());
        }
    }
    take_turn(connection, Turn::Cases).await?;
    let now = clock::micros(clock::now());
    for id in accounts {
        let Some(account) = trail::seller(connection, id).await? else { bail!("no account {id:?} is known") };
        sqlx::query(
            "INSERT INTO subject_statement (vendor_id, n, field, value, reason, case_reference, author, at) \
             SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4, $5, $6, $7 FROM subject_statement WHERE vendor_id = $8",
        )
        .bind(id.clone())
        .bind(said.field.code())
        .bind(value.clone())
        .bind(reason.clone())
        .bind(said.case.unwrap_or_default().replace('\0', ""))
        .bind(said.author.replace('\0', ""))
        .bind(now)
        .bind(id.clone())
        .execute(&mut *connection)
        .await?;
        if said.field == Field::Restricted {
            restrict(connection, &account, (value == YES).then_some(now)).await?;
        }
    }
    Ok(())
}

/// Puts an account under restriction since a time, or frees it.
async fn restrict(connection: &mut AnyConnection, account: &trail::Account, since: Option<i64>) -> Result<()> {
    match since {
        Some(since) => {
            let sql = "INSERT INTO restriction (vendor_id, source, name, since) VALUES ($1, $2, $3, $4) ON CONFLICT (vendor_id) DO NOTHING";
            let query = sqlx::query(sql).bind(account.id.clone()).bind(account.source.clone()).bind(account.name.clone()).bind(since);
            query.execute(connection).await?;
        }
        None => {
            sqlx::query("DELETE FROM restriction WHERE vendor_id = $1").bind(account.id.clone()).execute(connection).await?;
        }
    }
    Ok(())
}

/// All that was said of these accounts, in the order in which it was said.
///
/// # Errors
/// The database does not answer.
pub async fn about(connection: &mut AnyConnection, accounts: &[String]) -> Result<Vec<Statement>> {
    const HEAD: &str = "SELECT vendor_id, n, field, value, reason, case_reference, author, at FROM subject_statement WHERE vendor_id IN";
    let rows = select_in(connection, HEAD, "", accounts).await?;
    let mut all = rows.iter().map(statement).collect::<Result<Vec<_>>>()?;
    all.sort_by(|one, other| (one.at, &one.vendor, one.n).cmp(&(other.at, &other.vendor, other.n)));
    Ok(all)
}

/// What counts of what was corrected: the last statement of each account and field.
pub fn corrected(said: Vec<Statement>) -> Vec<Statement> {
    let mut last = BTreeMap::<(String, String), Statement>::new();
    let free = |code: &str| Field::value_variants().iter().any(|field| field.code() == code && field.values().is_empty());
    for one in said.into_iter().filter(|one| free(&one.field)) {
        last.insert((one.vendor.clone(), one.field.clone()), one);
    }
    last.into_values().collect()
}

fn statement(row: &AnyRow) -> Result<Statement> {
    Ok(Statement {
        vendor: row.try_get("vendor_id")?,
        n: row.try_get("n")?,
        field: row.try_get("field")?,
        value: row.try_get("value")?,
        reason: row.try_get("reason")?,
        case: row.try_get("case_reference")?,
        author: row.try_get("author")?,
        at: row.try_get("at")?,
    })
}

/// An account whose use is restricted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restricted {
    /// Identity.
    pub vendor: String,
    /// Source id.
    pub source: String,
    /// Name as shown.
    pub name: String,
    /// Microseconds; RFC 3339 where it is told.
    #[serde(serialize_with = "written")]
    pub since: i64,
}

/// The accounts whose use is restricted, the first ones first.
///
/// # Errors
/// The database does not answer.
pub async fn restricted(connection: &mut AnyConnection) -> Result<Vec<Restricted>> {
    let rows = sqlx::query("SELECT vendor_id, source, name, since FROM restriction").fetch_all(connection).await?;
    let read = |row: &AnyRow| -> Result<Restricted> {
        Ok(Restricted {
            vendor: row.try_get("vendor_id")?,
            source: row.try_get("source")?,
            name: row.try_get("name")?,
            since: row.try_get("since")?,
        })
    };
    let mut all = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    all.sort_by(|one, other| (one.since, &one.vendor).cmp(&(other.since, &other.vendor)));
    Ok(all)
}

/// Their ids.
///
/// # Errors
/// The database does not answer.
pub async fn restricted_ids(connection: &mut AnyConnection) -> Result<BTreeSet<String>> {
    Ok(restricted(connection).await?.into_iter().map(|one| one.vendor).collect())
}

/// Refuses to show what is held of accounts whose use is restricted.
///
/// # Errors
/// One of them is restricted, or the database does not answer.
pub async fn check_open(connection: &mut AnyConnection, accounts: &[String]) -> Result<()> {
    let restricted = restricted_ids(connection).await?;
    if let Some(id) = accounts.iter().find(|id| restricted.contains(*id)) {
        bail!(
            "the use of what is held of the seller {id} is restricted; hint: `vigie subject list`; `vigie show --include-restricted` opens it"
        );
    }
    Ok(())
}

/// Somebody who received data of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recipient {
    /// The export.
    pub export: Export,
    /// When the recipient was told of a change, microseconds, RFC 3339 where it is told; `None` where that is still to be done.
    #[serde(serialize_with = "written_if")]
    pub told_at: Option<i64>,
    /// Who told; empty where nobody did.
    pub told_by: String,
}

/// Who received listings of these accounts, in the order of the exports.
///
/// # Errors
/// The database does not answer.
pub async fn recipients(connection: &mut AnyConnection, accounts: &[String]) -> Result<Vec<Recipient>> {
    let mut listings = Vec::new();
    for account in accounts {
        listings.extend(trail::sold_by(connection, account, MOST_LISTINGS).await?);
    }
    let mut told = BTreeMap::<i64, (i64, String)>::new();
    let head = "SELECT export_id, author, at FROM subject_notice WHERE vendor_id IN";
    for row in select_in(connection, head, "", accounts).await? {
        told.insert(row.try_get("export_id")?, (row.try_get("at")?, row.try_get("author")?));
    }
    let exports = exports::naming(connection, &listings).await?;
    let of = |export: Export| {
        let notice = told.get(&export.id);
        Recipient { told_at: notice.map(|(at, _)| *at), told_by: notice.map(|(_, by)| by.clone()).unwrap_or_default(), export }
    };
    Ok(exports.into_iter().map(of).collect())
}

/// Notes that the recipient of an export was told of a change of these accounts. The first time counts.
///
/// # Errors
/// The export did not name a listing of theirs, or the database does not answer.
pub async fn told(connection: &mut AnyConnection, accounts: &[String], export: i64, author: &str) -> Result<()> {
    if !recipients(connection, accounts).await?.iter().any(|one| one.export.id == export) {
        bail!("the export {export} named nothing of it; hint: `vigie subject recipients` lists those that did");
    }
    for account in accounts {
        let sql = "INSERT INTO subject_notice (vendor_id, export_id, author, at) VALUES ($1, $2, $3, $4) ON CONFLICT (vendor_id, export_id) DO NOTHING";
        let query = sqlx::query(sql).bind(account.clone()).bind(export).bind(author.replace('\0', ""));
        query.bind(clock::micros(clock::now())).execute(&mut *connection).await?;
    }
    Ok(())
}
