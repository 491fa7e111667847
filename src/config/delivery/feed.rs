//! `[delivery.feed]`: the newest notifications as an Atom feed.

use super::super::problem::Problems;
use super::super::raw::RawFeed;
use serde::Serialize;
use std::path::PathBuf;

/// Entries at most: the file is written as a whole each time.
const MOST: usize = 5_000;

/// The Atom feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Feed {
    /// The file; relative paths are taken from the data folder.
    pub path: PathBuf,
    /// How many notifications it holds.
    pub entries: usize,
    /// Whether titles, vendors and addresses of listings stand in it.
    pub details: bool,
}

pub(super) fn resolve(raw: RawFeed, problems: &mut Problems) -> Feed {
    let entries = raw.entries.map_or(200, |entries| {
        if !(1..=MOST).contains(entries.get_ref()) {
            problems.at(entries.span().start, format!("`{}` entries", entries.get_ref()), format!("from 1 to {MOST} are possible"));
        }
        entries.into_inner()
    });
    Feed { path: raw.path.unwrap_or_else(|| PathBuf::from("alerts.atom")), entries, details: raw.details.unwrap_or(false) }
}
