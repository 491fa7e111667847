//! Getting to where Tor can be used: in the background, told step by step, tried again for as long as the process lives.

use crate::fetch::failure::chain;
use crate::fetch::tor::setup::Arti;
use futures_core::Stream;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::timeout;

/// Pause after a try that failed.
const AGAIN: Duration = Duration::from_secs(15);
/// Percents between two steps that are told.
const STEP: u8 = 20;

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Under way: what is being done, for people.
    UnderWay(String),
    /// It can be used, this long after the start.
    Ready(Duration),
}

/// Bootstraps for as long as somebody listens.
pub(super) fn start(client: &Arc<Arti>) -> watch::Receiver<Progress> {
    let (sender, receiver) = watch::channel(Progress::UnderWay("0 %".into()));
    tokio::spawn(drive(Arc::clone(client), sender));
    receiver
}

async fn drive(client: Arc<Arti>, sender: watch::Sender<Progress>) {
    let (begun, mut events) = (Instant::now(), client.bootstrap_events());
    let (mut told, mut held_up) = (0, String::new());
    loop {
        let trying = client.bootstrap();
        tokio::pin!(trying);
        let ended = loop {
            let next = std::future::poll_fn(|context| Pin::new(&mut events).poll_next(context));
            tokio::select! {
                ended = &mut trying => break ended,
                () = sender.closed() => return,
                Some(status) = next => {
                    let blocked = status.blocked().map(|blocked| format!(", held up: {}", blocked.message())).unwrap_or_default();
                    // Between 0 and 100 by its definition.
                    let percent = (status.as_frac() * 100.0) as u8;
                    if percent >= told + STEP || blocked != held_up {
                        told = percent;
                        held_up.clone_from(&blocked);
                        tracing::info!("Tor: {percent} % of the way{blocked}");
                    }
                    sender.send_replace(Progress::UnderWay(format!("{percent} % of the way{blocked}")));
                }
            }
        };
        match ended {
            Ok(()) => {
                let took = begun.elapsed();
                tracing::info!("Tor can be used, after {:.1} s", took.as_secs_f64());
                sender.send_replace(Progress::Ready(took));
                return;
            }
            Err(error) => {
                let why = chain(&error).map(ToString::to_string).collect::<Vec<_>>().join(": ");
                tracing::warn!("Tor cannot be reached yet: {why}");
                sender.send_replace(Progress::UnderWay(why));
                // Ends early when nobody needs Tor any more.
                let _ = timeout(AGAIN, sender.closed()).await;
            }
        }
    }
}
