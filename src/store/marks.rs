//! Writes which account shows which indicator, and tells what of it is new.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::database::{Value, insert_returning, insert_rows, select_in};
use crate::persona::mark::{Name, Proof};

/// A seller account, as a page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seller {
    /// Identity.
    pub id: String,
    /// Source id.
    pub source: String,
    /// Name as shown.
    pub name: String,
}

/// An indicator that an account shows as its own.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The account.
    pub seller: Seller,
    /// What it shows.
    pub mark: Name,
    /// Where: see [`crate::persona::mark::Mark::places`].
    pub place: String,
    /// The capture.
    pub capture_id: String,
    /// Its time, microseconds.
    pub at: i64,
}

/// A signed text on a page of an account.
#[derive(Debug, Clone)]
pub struct Stated {
    /// The account.
    pub seller: Seller,
    /// Host of the page.
    pub host: String,
    /// Identity of the words that are signed.
    pub digest: String,
    /// The whole message with its signature.
    pub message: String,
    /// The capture.
    pub capture_id: String,
}

/// An indicator on a page that belongs to no seller.
#[derive(Debug, Clone)]
pub struct Unowned {
    /// What stands there.
    pub mark: Name,
    /// Source id.
    pub source: String,
    /// The capture.
    pub capture_id: String,
}

/// What a batch of pages shows.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// By accounts.
    pub shown: Vec<Shown>,
    /// Signed texts.
    pub stated: Vec<Stated>,
    /// By the sources themselves.
    pub unowned: Vec<Unowned>,
}

/// What is new, and so may change personas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Marks, and how many accounts show them that did not before.
    pub marks: BTreeMap<Name, usize>,
    /// Accounts with a new key or a new signed text, and those of a source that became a replica or is none any more.
    pub provable: BTreeSet<String>,
    /// Signed texts that stand at one more account.
    pub digests: BTreeSet<String>,
    /// Accounts of which a person decided.
    pub decided: BTreeSet<String>,
}

impl Touched {
    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Writes marks; those that are known already cost a look at an index.
///
/// # Errors
/// The database does not answer.
pub async fn save(connection: &mut AnyConnection, marks: &Marks) -> Result<Touched> {
    let mut touched = Touched::default();
    let mut rows = BTreeMap::<(&str, &Name), Vec<Value>>::new();
    let mut places = BTreeMap::<(&str, &Name, &str), Vec<Value>>::new();
    for one in &marks.shown {
        let (id, name) = (one.seller.id.as_str(), &one.mark);
        let key = || vec![id.into(), name.kind.as_str().into(), name.value.as_str().into()];
        rows.entry((id, name)).or_insert_with(|| {
            let mut row: Vec<Value> = key();
            row.extend([one.seller.source.as_str().into(), one.seller.name.as_str().into(), Proof::Shown.code().into()]);
            row.extend([one.at.into(), one.capture_id.as_str().into()]);
            row
        });
        places.entry((id, name, &one.place)).or_insert_with(|| {
            let mut row: Vec<Value> = key();
            row.push(one.place.as_str().into());
            row
        });
    }
    let head = "INSERT INTO account_mark (vendor_id, kind, value, source, name, proof, seen_at, capture_id) VALUES";
    let tail = "ON CONFLICT (vendor_id, kind, value) DO NOTHING RETURNING vendor_id, kind, value";
    for row in insert_returning(connection, head, tail, rows.into_values().collect()).await? {
        let mark = Name { kind: row.try_get("kind")?, value: row.try_get("value")? };
        if mark.kind == "pgp_key" {
            touched.provable.insert(row.try_get("vendor_id")?);
        }
        *touched.marks.entry(mark).or_default() += 1;
    }
    let head = "INSERT INTO mark_place (vendor_id, kind, value, place) VALUES";
    let tail = "ON CONFLICT (vendor_id, kind, value, place) DO NOTHING RETURNING kind, value";
    for row in insert_returning(connection, head, tail, places.into_values().collect()).await? {
        touched.marks.entry(Name { kind: row.try_get("kind")?, value: row.try_get("value")? }).or_default();
    }
    let unowned: BTreeMap<(&Name, &str), Vec<Value>> = marks
        .unowned
        .iter()
        .map(|one| {
            let (mark, source) = (&one.mark, one.source.as_str());
            ((mark, source), vec![mark.value.as_str().into(), mark.kind.as_str().into(), source.into(), one.capture_id.as_str().into()])
        })
        .collect();
    let head = "INSERT INTO site_mark (value, kind, source, capture_id) VALUES";
    let tail = "ON CONFLICT (value, kind, source) DO NOTHING RETURNING value, kind";
    for row in insert_returning(connection, head, tail, unowned.into_values().collect()).await? {
        touched.marks.entry(Name { kind: row.try_get("kind")?, value: row.try_get("value")? }).or_default();
    }
    let stated: BTreeMap<(&str, &str), Vec<Value>> = marks
        .stated
        .iter()
        .map(|one| {
            let (seller, text) =
                (&one.seller, [&one.digest, &one.seller.source, &one.seller.name, &one.host, &one.message, &one.capture_id]);
            let mut row: Vec<Value> = vec![seller.id.as_str().into()];
            row.extend(text.map(|cell| Value::from(cell.as_str())));
            ((seller.id.as_str(), one.digest.as_str()), row)
        })
        .collect();
    let head = "INSERT INTO signed_text (vendor_id, digest, source, name, host, message, capture_id) VALUES";
    let tail = "ON CONFLICT (vendor_id, digest) DO NOTHING RETURNING vendor_id, digest";
    for row in insert_returning(connection, head, tail, stated.into_values().collect()).await? {
        touched.provable.insert(row.try_get("vendor_id")?);
        touched.digests.insert(row.try_get("digest")?);
    }
    Ok(touched)
}

/// Notes what proves a key of an account.
///
/// # Errors
/// The database does not answer.
pub async fn prove(connection: &mut AnyConnection, rows: Vec<(String, String, Proof)>) -> Result<()> {
    for (account, key, proof) in rows {
        sqlx::query("UPDATE account_mark SET proof = $1 WHERE vendor_id = $2 AND kind = 'pgp_key' AND value = $3")
            .bind(proof.code())
            .bind(account)
            .bind(key)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Replaces the personas of these accounts.
///
/// # Errors
/// The database does not answer.
pub async fn replace_personas(connection: &mut AnyConnection, accounts: &[String], members: Vec<(String, String)>) -> Result<()> {
    for account in accounts {
        sqlx::query("DELETE FROM persona_member WHERE vendor_id = $1").bind(account.as_str()).execute(&mut *connection).await?;
    }
    let rows = members.into_iter().map(|(account, persona)| vec![account.into(), persona.into()]).collect();
    insert_rows(connection, "INSERT INTO persona_member (vendor_id, persona_id) VALUES", "", rows).await?;
    Ok(())
}

/// A mark of an account as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// Kind and value.
    pub mark: Name,
    /// The account that shows it.
    pub seller: String,
    /// Its source.
    pub source: String,
    /// Its name as shown.
    pub name: String,
    /// The capture that showed it first.
    pub capture_id: String,
    /// Time of that capture, microseconds.
    pub at: i64,
}

const HELD: &str = "SELECT kind, value, vendor_id, source, name, capture_id, seen_at FROM account_mark WHERE";

/// The marks of these accounts, sorted.
///
/// # Errors
/// The database does not answer.
pub async fn of_accounts(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<Held>> {
    held(select_in(connection, &format!("{HELD} vendor_id IN"), "", ids).await?)
}

/// The accounts that show this value, sorted by kind and account.
///
/// # Errors
/// The database does not answer.
pub async fn holders(connection: &mut AnyConnection, value: &str) -> Result<Vec<Held>> {
    held(select_in(connection, &format!("{HELD} value IN"), "", &[value.to_owned()]).await?)
}

fn held(rows: Vec<AnyRow>) -> Result<Vec<Held>> {
    let one = |row: &AnyRow| -> Result<Held> {
        Ok(Held {
            mark: Name { kind: row.try_get("kind")?, value: row.try_get("value")? },
            seller: row.try_get("vendor_id")?,
            source: row.try_get("source")?,
            name: row.try_get("name")?,
            capture_id: row.try_get("capture_id")?,
            at: row.try_get("seen_at")?,
        })
    };
    let mut all: Vec<Held> = rows.iter().map(one).collect::<Result<_>>()?;
    all.sort();
    Ok(all)
}
