//! Sources that stop answering, and answer again: watches are asked about the source alone.

use anyhow::Result;
use vigie_extractors::record::Listing;

use crate::alert::Watchers;
use crate::alert::raise::{Around, Raised, blank};
use crate::clock::from_micros;
use crate::config::watch::Event;
use crate::database::Connection;
use crate::indexing::document;
use crate::store::alerts::{self, AlertRow};
use crate::store::identity::event_id;

/// A source that went down or came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Source id.
    pub source: String,
    /// Its type.
    pub kind: String,
    /// Where it is.
    pub address: String,
    /// Whether it is down now.
    pub down: bool,
    /// Since when, microseconds.
    pub since: i64,
    /// Outcome code of its last failure.
    pub failure: String,
}

/// Raises alerts of watches that fire on it, inside the caller's transaction. Returns how many are new.
///
/// # Errors
/// The database does not answer.
pub async fn tell(connection: &mut Connection, watchers: &Watchers, turns: &[Turn], around: &Around<'_>, seq: &mut i64) -> Result<u64> {
    let mut raised = Raised::begin(connection).await?;
    for turn in turns {
        let event = if turn.down { Event::SourceDown } else { Event::SourceBack };
        let since = from_micros(turn.since);
        let title = if turn.down {
            format!("{} does not answer since {since} ({})", turn.source, turn.failure)
        } else {
            format!("{} answers again since {since}", turn.source)
        };
        let asked = document(&Listing::default(), &turn.source, &turn.kind);
        for watch in watchers.that_match(asked, around.now).into_iter().filter(|watch| watch.options.fires_on(event)) {
            let id = event_id(&watch.name, &watch.query, &turn.source, event.code(), &turn.since.to_string());
            if alerts::by_id(connection, &id).await?.is_some() {
                continue;
            }
            *seq += 1;
            let mut alert = AlertRow {
                id,
                seq: *seq,
                source: turn.source.clone(),
                address: turn.address.clone(),
                title: title.clone(),
                event: event.code().to_owned(),
                ..blank(watch, &turn.source, around)
            };
            raised.notify(connection, &mut alert, watch, around.now).await?;
            raised.new.push(alert);
        }
    }
    raised.write(connection).await
}
