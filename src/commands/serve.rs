//! `vigie serve`: the desk alone, beside a daemon or without one.

use anyhow::Result;

use crate::cli::Common;
use crate::commands::{Usage, crawl, session};
use crate::web::{Desk, Server};

pub(super) async fn run(common: &Common) -> Result<u8> {
    let config = session::load(common)?;
    let Some(address) = config.settings.web.listen else {
        return Err(Usage("the configuration serves the desk nowhere; hint: give `listen` under [web] an address".into()).into());
    };
    let mut stop = session::stop_signal()?;
    let pool = crawl::store(common, &config).await?;
    let server = Server::open(Desk::new(pool.clone(), common.data.clone(), config)?, address).await?;
    session::tell!("the desk is at http://{}; Ctrl-C ends it", server.address);
    // The sender lives as long as the process.
    let _ = stop.wait_for(|stop| *stop).await;
    drop(server);
    pool.close().await;
    Ok(0)
}
