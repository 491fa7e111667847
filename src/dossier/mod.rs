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
mod named;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::clock;
use crate::config::Marking;

pub use named::named;

/// The sources that whoever reads may see; `None` for all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Among<'a>(pub Option<&'a BTreeSet<String>>);

impl Among<'_> {
    /// Whether facts of this source may be told.
    pub fn has(self, source: &str) -> bool {
        self.0.is_none_or(|sources| sources.contains(source))
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

/// What an account or a persona is in a case. Nobody has said anything yet, so all are at their beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    /// `suspect convicted victim witness other unknown`.
    pub subject_category: &'static str,
    /// `fact` of what pages show, `assessment` of what is judged of them.
    pub basis: &'static str,
    /// Europol's 4x4: X4 where neither the source nor the information can be assessed.
    pub evaluation: &'static str,
    /// Whether its use is restricted.
    pub restricted: bool,
    /// How far it may be passed on, and what may be done about it.
    #[serde(flatten)]
    pub marking: Marking,
}

impl Role {
    fn unknown(basis: &'static str, marking: Marking) -> Self {
        Self { subject_category: "unknown", basis, evaluation: "X4", restricted: false, marking }
    }
}

/// A time of the store as RFC 3339.
fn written(micros: i64) -> String {
    clock::from_micros(micros).to_string()
}
