//! The resolver of the clear-web client: the system's name look-up, with the addresses checked before anything connects to them.

use crate::config::scope::hidden_network;
use crate::fetch::address::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;

#[derive(Debug)]
pub(crate) struct Resolver {
    pub(crate) allow_private: bool,
}

/// Why a name gave no address to connect to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unresolved {
    #[error("{0} has only private or local addresses; allow_private is off")]
    Private(String),
    #[error("{0} belongs to the {1} network and is never looked up")]
    Hidden(String, &'static str),
    #[error("{0} has no address")]
    Empty(String),
    #[error("{0} is a name that never exists (RFC 6761), so nobody was asked")]
    Invalid(String),
    #[error("{0} could not be looked up: {1}")]
    Failed(String, std::io::Error),
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = look_up(name.as_str(), allow_private).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Addresses of a host, with port 0, those of private networks only where they are allowed.
pub(crate) async fn look_up(host: &str, allow_private: bool) -> Result<Vec<SocketAddr>, Unresolved> {
    if let Some(network) = hidden_network(host) {
        return Err(Unresolved::Hidden(host.into(), network));
    }
    // RFC 6761: these names mean this machine, so no server is asked.
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    if !allow_private && last.eq_ignore_ascii_case("localhost") {
        return Err(Unresolved::Private(host.into()));
    }
    if last.eq_ignore_ascii_case("invalid") {
        return Err(Unresolved::Invalid(host.into()));
    }
    let found = tokio::net::lookup_host((host, 0)).await.map_err(|error| Unresolved::Failed(host.into(), error))?;
    let mut any = false;
    let allowed: Vec<SocketAddr> = found.inspect(|_| any = true).filter(|address| allow_private || is_public(address.ip())).collect();
    match (allowed.is_empty(), any) {
        (false, _) => Ok(allowed),
        (true, true) => Err(Unresolved::Private(host.into())),
        (true, false) => Err(Unresolved::Empty(host.into())),
    }
}
