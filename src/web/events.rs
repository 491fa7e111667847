//! New alerts as server-sent events: `/alerts/events` for browsers, `/api/v1/alerts/events` for programs. The store is asked once for all who
//! listen, and not at all while nobody does.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, broadcast, mpsc};
use tokio::time::timeout;

use super::desk::Desk;
use super::form::Asked;
use super::stream::Pieces;
use super::trouble::{Answer, Trouble};
use super::visitor::Visitor;
use crate::account::{Caller, Present, Right, token};
use crate::database::Pool;
use crate::store::alerts::{self, AlertRow};
use crate::store::inbox::Reach;
use crate::{clock, shown};

/// How often the store is asked.
const TICK: Duration = Duration::from_secs(1);
/// How often a sign-in or token is looked at while nothing is new.
const LOOK: Duration = Duration::from_secs(10);
/// Inboxes and programs that are told at a time.
const LISTENERS: usize = 64;
/// Answers of the store that a slow listener may lag behind, before it has to begin again where it was.
const BEHIND: usize = 16;
/// Alerts read at a time.
const BATCH: i64 = 200;

/// What the store answered at a tick, oldest first.
type News = Arc<Vec<AlertRow>>;

/// What is new, for all who listen.
#[derive(Clone)]
pub(super) struct Events {
    news: broadcast::Sender<News>,
    seats: Arc<Semaphore>,
    /// Whether the store is being asked.
    asking: Arc<Mutex<bool>>,
}

impl Default for Events {
    fn default() -> Self {
        Self { news: broadcast::Sender::new(BEHIND), seats: Arc::new(Semaphore::new(LISTENERS)), asking: Arc::default() }
    }
}

impl Events {
    /// Room for one more who listens.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn seat(&self) -> Result<OwnedSemaphorePermit, Trouble> {
        let full = |_| Trouble { status: StatusCode::TOO_MANY_REQUESTS, why: String::new() };
        Arc::clone(&self.seats).try_acquire_owned().map_err(full)
    }

    /// Listens from now on.
    async fn listen(&self, pool: &Pool) -> Result<broadcast::Receiver<News>> {
        let mut asking = self.asking.lock().await;
        let listener = self.news.subscribe();
        if !*asking {
            let at = alerts::last_seq(&mut *pool.acquire().await?).await?;
            *asking = true;
            tokio::spawn(self.clone().ask(pool.clone(), at));
        }
        Ok(listener)
    }

    /// Asks the store at each tick, until nobody listens any more.
    async fn ask(self, pool: Pool, mut at: i64) {
        loop {
            if timeout(TICK, self.news.closed()).await.is_ok() {
                let mut asking = self.asking.lock().await;
                if self.news.receiver_count() == 0 {
                    *asking = false;
                    return;
                }
                continue;
            }
            match after(&pool, at).await {
                Ok(new) => {
                    if let Some(last) = new.last() {
                        at = last.seq;
                        // Whoever stopped listening in between lacks nothing.
                        let _ = self.news.send(Arc::new(new));
                    }
                }
                Err(error) => tracing::debug!("new alerts cannot be read: {error:#}"),
            }
        }
    }
}

async fn after(pool: &Pool, seq: i64) -> Result<Vec<AlertRow>> {
    alerts::after(&mut *pool.acquire().await?, seq, BATCH).await
}

/// Which alerts a browser has already.
#[derive(Debug, Deserialize)]
pub(super) struct Known {
    /// Number of the newest; without it all of before.
    after: Option<i64>,
}

/// `GET /alerts/events`.
pub(super) async fn stream(State(desk): State<Desk>, visitor: Visitor, headers: HeaderMap, Asked(known): Asked<Known>) -> Answer {
    let present = visitor.present.clone().ok_or_else(Trouble::forbidden)?;
    let seat = desk.events.seat()?;
    visitor.log(&desk, LOGGED, "").await?;
    // A browser that comes back says itself where it was.
    Ok(told(desk, Listener::Browser(Box::new(present)), seat, last_of(&headers).or(known.after)).await?)
}

/// What the reading log says of listening.
pub(super) const LOGGED: &str = "alerts events";

/// Number of the last event that came to whoever comes back.
pub(super) fn last_of(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok())
}

/// Who listens. Both are looked at again and again, so that nobody is told more than they may be.
pub(super) enum Listener {
    /// By a sign-in.
    Browser(Box<Present>),
    /// By a token.
    Program(String),
}

impl Listener {
    async fn still(&self, desk: &Desk) -> Result<Option<Caller>> {
        let caller = match self {
            Self::Browser(present) => desk.door.still(present, clock::now()).await?,
            Self::Program(token) => token::caller(&desk.pool, token, clock::now()).await?,
        };
        Ok(caller.filter(|caller| caller.may(Right::Triage)))
    }
}

/// The answer that tells what is new, behind the alert of this number or from now on.
pub(super) async fn told(desk: Desk, listener: Listener, seat: OwnedSemaphorePermit, last: Option<i64>) -> Result<Response> {
    let news = desk.events.listen(&desk.pool).await?;
    let (at, missed) = match last {
        Some(at) => (at, after(&desk.pool, at).await?),
        None => (0, Vec::new()),
    };
    let (sender, receiver) = mpsc::channel(8);
    tokio::spawn(async move {
        let _seat = seat;
        if let Err(error) = tell(&desk, &listener, sender, news, (at, missed)).await {
            tracing::debug!("a listener is told no more: {error:#}");
        }
    });
    Ok(Sse::new(Pieces(receiver)).keep_alive(KeepAlive::default()).into_response())
}

/// Tells a listener what is new, until it goes, its sign-in or token ends, or it lags too far behind: it comes back by itself then.
async fn tell(
    desk: &Desk,
    listener: &Listener,
    sender: mpsc::Sender<Result<Event, Infallible>>,
    mut news: broadcast::Receiver<News>,
    (mut at, missed): (i64, Vec<AlertRow>),
) -> Result<()> {
    let mut new = Arc::new(missed);
    loop {
        let Some(caller) = listener.still(desk).await? else { return Ok(()) };
        let named = caller.may(Right::ReadNamed);
        let reach = Reach { sources: caller.access.sources, cases: caller.access.cases };
        for alert in new.iter().filter(|alert| alert.seq > at && is_told(alert, &reach)) {
            if sender.send(Ok(event(alert, named))).await.is_err() {
                return Ok(());
            }
        }
        at = new.last().map_or(at, |last| last.seq.max(at));
        new = tokio::select! {
            () = sender.closed() => return Ok(()),
            heard = timeout(LOOK, news.recv()) => match heard {
                Ok(heard) => heard?,
                Err(_) => Arc::default(),
            },
        };
    }
}

/// Whether the inbox shows an alert by itself, and to this reader.
fn is_told(alert: &AlertRow, reach: &Reach) -> bool {
    let own = alert.covered_by.is_none() && alert.gathered_by.is_none() && alert.held.is_empty();
    own && reach.holds(&alert.source, &alert.case_ref)
}

/// Without the scope to read names a program is told no title.
fn event(alert: &AlertRow, named: bool) -> Event {
    let mut told = json!({
        "id": alert.id,
        "seq": alert.seq,
        "watch": shown::headline(&alert.watch),
        "source": alert.source,
        "priority": alert.priority,
    });
    if named {
        told["title"] = shown::headline(&alert.title).into();
    }
    Event::default().event("alert").id(alert.seq.to_string()).data(told.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_what_is_not_the_readers_are_not_told() {
        let alert = AlertRow { source: "s1".into(), case_ref: "C-1".into(), ..AlertRow::default() };
        let reach = |source: &str, case: &str| Reach { sources: Some([source.to_owned()].into()), cases: Some([case.to_owned()].into()) };
        assert!(is_told(&alert, &Reach::default()) && is_told(&alert, &reach("s1", "C-1")));
        assert!(!is_told(&alert, &reach("s2", "C-1")) && !is_told(&alert, &reach("s1", "C-2")) && !is_told(&alert, &Reach::nothing()));
        let covered = AlertRow { covered_by: Some("x".into()), ..alert.clone() };
        let held = AlertRow { held: "muted".into(), ..alert };
        assert!(!is_told(&covered, &Reach::default()) && !is_told(&held, &Reach::default()));
    }
}
