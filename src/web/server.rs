//! The open desk.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::desk::Desk;
use super::routes;

/// The open desk; it closes when it is dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Begins to answer.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn open(desk: Desk, address: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("cannot listen on {address}; hint: is another vigie running? Set `listen` under [web] to another port")
        })?;
        let address = listener.local_addr().context("the desk has no address")?;
        let service = routes::router(desk).into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, service).await {
                tracing::warn!("the desk is closed: {error}");
            }
        });
        Ok(Self { address, task })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
