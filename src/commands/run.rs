//! `vigie run`: the daemon. One run after the other, each a day (UTC) long at most, until a signal; after a failure of the disk or the store
//! it waits and begins again.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::watch;

use crate::account::manage;
use crate::archive;
use crate::cli::{Common, RunArgs};
use crate::commands::{crawl, session};
use crate::config::{self, Config};
use crate::daemon::endpoint::Endpoint;
use crate::daemon::health::{Health, Live, State};
use crate::daemon::retention;
use crate::database;
use crate::pipeline::crawl::{Crawl, Options};
use crate::pipeline::summary::Summary;
use crate::pipeline::writer::{Writer, adopt_watches};
use crate::web::{Desk, Server};

/// Wait after the first failure in a row; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// Longest wait after a failure.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// What the runs of a daemon share.
struct Daemon<'c> {
    common: &'c Common,
    config: Arc<Config>,
    options: Options,
    health: Arc<Health>,
    endpoint: Option<Endpoint>,
    desk: Option<Server>,
    /// Whether the data folder was opened once: from then on the daemon waits and tries again where it would have refused to start.
    opened: bool,
}

pub(super) async fn run(common: &Common, args: RunArgs) -> Result<u8> {
    let config = session::load(common)?;
    crawl::check_sources(&config, &args.source)?;
    let stop = session::stop_signal()?;
    let reload = session::reload_signal()?;
    let options = Options { sources: args.source, ..Options::default() };
    let mut daemon = Daemon { common, config, options, health: Arc::default(), endpoint: None, desk: None, opened: false };
    let mut wait = FIRST_WAIT;
    while !*stop.borrow() {
        let mut asked = reload.clone();
        asked.mark_unchanged();
        match daemon.one_run(&stop, asked.clone()).await {
            Ok(summary) => {
                wait = FIRST_WAIT;
                daemon.health.ended(if *stop.borrow() { State::Stopping } else { State::Crawling });
                if let Some(summary) = summary.filter(|_| args.json) {
                    writeln!(io::stdout(), "{}", serde_json::to_string(&summary)?)?;
                }
            }
            Err(error) if !daemon.opened || is_lasting(&error) || *stop.borrow() => return Err(error),
            Err(error) => {
                if daemon.health.committed() {
                    wait = FIRST_WAIT;
                }
                daemon.health.ended(State::Waiting(format!("{error:#}")));
                tracing::error!("the crawl failed, and goes on in {} s where it was: {error:#}", wait.as_secs());
                // Returns early when a signal comes.
                let _ = tokio::time::timeout(wait, stop.clone().wait_for(|stop| *stop)).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
        if asked.has_changed().unwrap_or(false) {
            daemon.read_configuration();
        }
    }
    tracing::info!("stopped");
    Ok(0)
}

/// Whether waiting does not help: somebody must look first.
fn is_lasting(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<archive::Error>())
        .any(|error| matches!(error, archive::Error::Damaged { .. } | archive::Error::Lost { .. } | archive::Error::Secret(_)))
}

impl Daemon<'_> {
    /// Crawls until the day is over, the configuration is to be read again, or a signal ends the daemon. `None` when the signal came before
    /// all was read that an earlier process left.
    async fn one_run(&mut self, stop: &watch::Receiver<bool>, reload: watch::Receiver<u64>) -> Result<Option<Summary>> {
        let mut writer = Writer::open(&self.common.data, Arc::clone(&self.config), "run").await?;
        self.opened = true;
        self.health.opened();
        match self.work(&mut writer, stop, reload).await {
            Ok(Some(summary)) => {
                for missed in &summary.missed {
                    tracing::warn!("expectation missed: {missed}");
                }
                tracing::info!(
                    run = summary.run,
                    pages = summary.pages,
                    listings_new = summary.listings_new,
                    alerts = summary.alerts,
                    "run ended"
                );
                writer.close(&serde_json::to_string(&summary)?).await?;
                Ok(Some(summary))
            }
            Ok(None) => {
                writer.abandon().await;
                Ok(None)
            }
            Err(error) => {
                writer.abandon().await;
                Err(error)
            }
        }
    }

    async fn work(
        &mut self,
        writer: &mut Writer,
        stop: &watch::Receiver<bool>,
        mut reload: watch::Receiver<u64>,
    ) -> Result<Option<Summary>> {
        if self.endpoint.is_none()
            && let Some(address) = self.config.settings.run.listen
        {
            // Nobody would notice a daemon that cannot be asked, so it does not start.
            let endpoint = Endpoint::open(address, Arc::clone(&self.health)).await.inspect_err(|_| self.opened = false)?;
            tracing::info!("health and metrics are answered at http://{}", endpoint.address);
            self.endpoint = Some(endpoint);
        }
        self.open_desk().await.inspect_err(|_| self.opened = false)?;
        adopt_watches(&writer.pool, &self.config).await?;
        let (pool, config, shown, tally) = (writer.pool.clone(), Arc::clone(&writer.config), writer.shown(), Arc::clone(&writer.tally));
        self.options.until = Some(session::next_day());
        let mut signal = stop.clone();
        let crawl = tokio::select! {
            crawl = Crawl::prepare(writer, &self.options) => crawl?,
            // A reading that is cut off loses nothing: the next start begins it again.
            _ = signal.wait_for(|stop| *stop) => return Ok(None),
        };
        // What was named was looked at now, not at every midnight.
        self.options.keep_pauses = true;
        crawl::log_collection(&pool, crawl.summary.run, crawl.sources()).await?;
        let mut sources = crawl.sources();
        sources.sort();
        tracing::info!(run = crawl.summary.run, "crawling {}", if sources.is_empty() { "nothing".to_owned() } else { sources.join(", ") });
        self.health.begun(Live { pool: pool.clone(), hosts: crawl.hosts(), shown, tally, config: Arc::clone(&config) });
        self.health.goes_on(&crawl.summary);
        let (halt, halted) = watch::channel(false);
        let counting = tokio::spawn(retention::keep_watch(pool, config, Arc::clone(&self.health), halted.clone()));
        let health = Arc::clone(&self.health);
        let listening = tokio::spawn(async move {
            tokio::select! {
                _ = signal.wait_for(|stop| *stop) => health.stops(),
                _ = reload.changed() => {}
            }
            // Without a receiver the run has ended already.
            let _ = halt.send(true);
        });
        let ended = crawl.run(&self.options, halted, |summary| self.health.goes_on(summary)).await;
        listening.abort();
        counting.abort();
        let mut summary = ended?;
        summary.interrupted = *stop.borrow();
        summary.past_retention = self.health.past_retention();
        Ok(Some(summary))
    }

    /// Serves the desk once somebody could sign in to it. It has connections of its own, which outlive a run.
    async fn open_desk(&mut self) -> Result<()> {
        let (None, Some(address)) = (&self.desk, self.config.settings.web.listen) else { return Ok(()) };
        let pool = database::open_existing(&self.common.data, &self.config.settings.database).await?;
        if manage::list(&pool).await?.is_empty() {
            pool.close().await;
            return Ok(());
        }
        let desk = Server::open(Desk::new(pool, self.common.data.clone(), Arc::clone(&self.config))?, address).await?;
        tracing::info!("the desk is at http://{}", desk.address);
        self.desk = Some(desk);
        Ok(())
    }

    /// Reads the configuration again; with problems the one in force stays.
    fn read_configuration(&mut self) {
        match config::load(session::config_dir(self.common).as_deref()) {
            Ok(config) => {
                self.config = Arc::new(config);
                tracing::info!("the configuration was read again; [log] and where [run] listens take a restart");
            }
            Err(error) => tracing::error!("the configuration stays as it was: {error}"),
        }
    }
}
