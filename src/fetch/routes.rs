//! All routes of a process: a request takes the one that its source names and never another.

use crate::clock;
use crate::config::{Route, Settings};
use crate::fetch::clearnet::{self, Clearnet, SetUpError, Transport};
use crate::fetch::i2p::I2p;
use crate::fetch::room::Room;
use crate::fetch::tor::Tor;
use crate::fetch::{Exchange, Outcome, Request};
use std::path::Path;
use std::sync::Arc;

/// The routes that the sources of a crawl take. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Routes {
    clearnet: Clearnet,
    /// Why there is none, where it could not be opened.
    tor: Option<Result<Tor, String>>,
    i2p: Option<I2p>,
}

impl Routes {
    /// Opens the routes that are asked for; of those that are not, nothing is connected to or written.
    ///
    /// # Errors
    /// The HTTP library refuses, or certificates cannot be read. Trouble of Tor alone is told by [`Routes::ready`].
    pub async fn open(settings: &Settings, data: &Path, asked: impl Fn(Route) -> bool) -> Result<Self, SetUpError> {
        let transport = Transport::of(settings);
        let room = Arc::new(Room::new(transport.in_flight, transport.largest));
        let clearnet = Clearnet::sharing(&transport, Arc::clone(&room))?;
        let tor = match asked(Route::Tor) {
            true => {
                let tls = clearnet::tls(transport.extra_roots.as_deref())?;
                Some(Tor::open(&settings.tor, data, tls, Arc::clone(&room)).await)
            }
            false => None,
        };
        let i2p = asked(Route::I2p).then(|| I2p::over(&settings.i2p, &transport, room)).transpose()?;
        Ok(Self { clearnet, tor, i2p })
    }

    /// The route over Tor, where it was opened.
    pub fn tor(&self) -> Option<&Tor> {
        self.tor.as_ref()?.as_ref().ok()
    }

    /// Waits until a route can be used.
    ///
    /// # Errors
    /// It cannot: the outcome, and why, for people.
    pub async fn ready(&self, route: Route) -> Result<(), (Outcome, String)> {
        match (route, &self.tor, &self.i2p) {
            (Route::Clearnet, ..) => Ok(()),
            (Route::Tor, Some(Ok(tor)), _) => tor.ready().await.map(drop).map_err(|why| (Outcome::TorUnavailable, why)),
            (Route::Tor, Some(Err(why)), _) => Err((Outcome::TorUnavailable, why.clone())),
            (Route::I2p, _, Some(i2p)) => i2p.ready().await.map_err(|why| (Outcome::I2pUnavailable, why)),
            (Route::Tor | Route::I2p, ..) => Err((Outcome::UnsupportedRoute, format!("the route {} was not opened", route.code()))),
        }
    }

    /// Performs one request on its route. `start` is awaited right before it is sent, where that is later than now.
    pub async fn fetch(&self, request: &Request, start: impl Future<Output = ()> + Send) -> Exchange {
        match (request.route, &self.tor, &self.i2p) {
            (Route::Clearnet, ..) => self.clearnet.fetch(request).await,
            (Route::Tor, Some(Ok(tor)), _) => tor.fetch(request, start).await,
            (Route::I2p, _, Some(i2p)) => i2p.fetch(request, start).await,
            (Route::Tor, Some(Err(why)), _) => Exchange::unsent(request, Outcome::TorUnavailable, why, clock::now()),
            (Route::Tor | Route::I2p, ..) => Exchange::unsent(
                request,
                Outcome::UnsupportedRoute,
                format!("the route {} was not opened", request.route.code()),
                clock::now(),
            ),
        }
    }
}
