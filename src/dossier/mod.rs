//! Dossiers: what is known of one listing, account or indicator, each statement with the capture that shows it, and the sheet that prepares
//! a request to trace an arm. Read from the store alone; nothing is judged here.

pub mod prices;
pub mod listing;
pub mod account;
pub mod indicator;
pub mod persona;
pub mod trade;
pub mod graph;
pub mod trace;
pub mod sheet;
pub mod subject;
mod named;

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Serialize;

use crate::clock;
use crate::config::Marking;
use crate::database::Connection;
use crate::store::subjects::{self, Field, Statement};

pub use named::named;

/// What whoever reads may see.
#[derive(Debug, Clone, Copy, Default)]
pub struct Among<'a> {
    /// Of which sources; `None` for all.
    pub sources: Option<&'a BTreeSet<String>>,
    /// Ids of accounts that are left out: the use of what is held of them is restricted. `None` for none.
    pub restricted: Option<&'a BTreeSet<String>>,
}

impl Among<'_> {
    /// Whether facts of this source may be told.
    pub fn has(self, source: &str) -> bool {
        self.sources.is_none_or(|sources| sources.contains(source))
    }

    /// Whether facts of this account may be told.
    pub fn has_account(self, source: &str, vendor: &str) -> bool {
        self.has(source) && self.restricted.is_none_or(|restricted| !restricted.contains(vendor))
    }
}

/// Something that happened, and the capture that shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Event {
    /// RFC 3339, UTC.
    pub at: String,
    /// What, in a few words.
    pub what: String,
    /// Id of the capture.
    pub capture: String,
}

/// What an account or a persona is in a case, as people said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    /// `suspect convicted victim witness other unknown`.
    pub subject_category: String,
    /// `fact` of what pages show, `assessment` of what is judged of them.
    pub basis: String,
    /// Europol's 4x4: X4 where neither the source nor the information can be assessed.
    pub evaluation: String,
    /// Whether its use is restricted: of a persona, that of one of its accounts.
    pub restricted: bool,
    /// What was corrected, beside what pages show.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<Statement>,
    /// How far it may be passed on, and what may be done about it.
    #[serde(flatten)]
    pub marking: Marking,
}

impl Role {
    /// What counts of what was said of these accounts; `basis` where nobody said one.
    async fn of(connection: &mut Connection, accounts: &[String], basis: &str, marking: Marking) -> Result<Self> {
        let said = subjects::about(connection, accounts).await?;
        let last = |field: Field| said.iter().rev().find(|one| one.field == field.code()).map(|one| one.value.clone());
        let restricted = subjects::restricted_ids(connection).await?;
        Ok(Self {
            subject_category: last(Field::Category).unwrap_or_else(|| "unknown".to_owned()),
            basis: last(Field::Basis).unwrap_or_else(|| basis.to_owned()),
            evaluation: last(Field::Evaluation).unwrap_or_else(|| "X4".to_owned()),
            restricted: accounts.iter().any(|account| restricted.contains(account)),
            corrected: subjects::corrected(said),
            marking,
        })
    }
}

/// A time of the store as RFC 3339.
fn written(micros: i64) -> String {
    clock::from_micros(micros).to_string()
}
