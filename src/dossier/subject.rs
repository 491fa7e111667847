//! What is held of a person: the accounts that a name, an address, a key or a contact leads to, with what people said of them and who received
//! data of them.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Serialize;

use super::{Role, persona, written};
use crate::config::Config;
use crate::database::Connection;
use crate::store::cases::{self, Kind};
use crate::store::subjects::{self, Recipient, Statement};
use crate::store::{marks, personas, trail};

/// An account with what is held of whom it is about.
#[derive(Debug, Clone, Serialize)]
pub struct Subject {
    /// Identity of the account.
    pub vendor: String,
    /// Source id.
    pub source: String,
    /// Name as shown.
    pub name: String,
    /// The persona that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
    /// Listings that it sells.
    pub listings: i64,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
    /// Addresses, keys and contacts: kind and value.
    pub indicators: Vec<(String, String)>,
    /// References of the cases that it, its persona or one of its indicators lies in.
    pub cases: Vec<String>,
    /// What it is in a case.
    #[serde(flatten)]
    pub role: Role,
    /// All that was said of it.
    pub statements: Vec<Statement>,
    /// Who received listings of it.
    pub recipients: Vec<Recipient>,
}

/// Ids of the accounts that a person means: by id, by name with or without the source, as those of a persona, or by a payment address, key or
/// contact that they show. Sorted.
///
/// # Errors
/// The database does not answer.
pub async fn accounts(connection: &mut Connection, asked: &str) -> Result<Vec<String>> {
    let asked = asked.trim();
    let mut found: BTreeSet<String> = persona::accounts_named(connection, asked, None).await?.into_iter().collect();
    found.extend(personas::members(connection, &[asked.to_owned()]).await?);
    found.extend(marks::holders(connection, asked).await?.into_iter().map(|held| held.seller));
    Ok(found.into_iter().filter(|id| !id.is_empty()).collect())
}

/// These accounts with all others of their personas, sorted.
///
/// # Errors
/// The database does not answer.
pub async fn with_persona(connection: &mut Connection, ids: Vec<String>) -> Result<Vec<String>> {
    let of: BTreeSet<String> = personas::of_accounts(connection, &ids).await?.into_values().collect();
    let members = personas::members(connection, &of.into_iter().collect::<Vec<_>>()).await?;
    Ok(members.into_iter().chain(ids).collect::<BTreeSet<_>>().into_iter().collect())
}

/// Gathers what is held behind these accounts.
///
/// # Errors
/// The database does not answer.
pub async fn subjects(connection: &mut Connection, ids: &[String], config: &Config) -> Result<Vec<Subject>> {
    let sales = trail::sales(connection, ids).await?;
    let of = personas::of_accounts(connection, ids).await?;
    let mut found = Vec::new();
    for id in ids {
        let Some(account) = trail::seller(connection, id).await? else { continue };
        let one = std::slice::from_ref(id);
        let shown: BTreeSet<(String, String)> =
            marks::of_accounts(connection, one).await?.into_iter().map(|held| (held.mark.kind, held.mark.value)).collect();
        let mut cases: BTreeSet<String> = cases::holding(connection, Kind::Vendor, id).await?.into_iter().collect();
        if let Some(persona) = of.get(id) {
            cases.extend(cases::holding(connection, Kind::Persona, persona).await?);
        }
        for (_, value) in &shown {
            cases.extend(cases::holding(connection, Kind::Indicator, value).await?);
        }
        let sold = sales.get(id).copied();
        found.push(Subject {
            vendor: account.id,
            name: account.name,
            persona: of.get(id).cloned(),
            listings: sold.map_or(0, |sold| sold.0),
            first_seen: sold.map(|sold| written(sold.1)),
            last_seen: sold.map(|sold| written(sold.2)),
            indicators: shown.into_iter().collect(),
            cases: cases.into_iter().collect(),
            role: Role::of(connection, one, "fact", config.marking(&account.source)).await?,
            source: account.source,
            statements: subjects::about(connection, one).await?,
            recipients: subjects::recipients(connection, one).await?,
        });
    }
    Ok(found)
}
