//! Dossiers: what is known of one listing, account or indicator, each statement with the capture that shows it, and the sheet that prepares
//! a request to trace an arm. Read from the store alone; nothing is judged here.

pub mod prices;
pub mod listing;
pub mod account;
pub mod indicator;
pub mod trace;
pub mod sheet;

use serde::Serialize;

use crate::clock;

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

/// A time of the store as RFC 3339.
fn written(micros: i64) -> String {
    clock::from_micros(micros).to_string()
}
