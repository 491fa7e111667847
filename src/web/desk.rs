//! What all pages draw on: store, index, configuration.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use vigie_index::Index;

use super::events::Events;
use super::rate::Rate;
use crate::account::Door;
use crate::config::Config;
use crate::database::{Borrowed, Pool};
use crate::oidc::Provider;
use crate::rates::Rates;
use crate::{classify, database, search};

/// What all pages draw on.
#[derive(Clone)]
pub struct Desk {
    /// Facts, watches, users.
    pub(super) pool: Pool,
    /// The way to the reading log, free whoever holds the pool's connections.
    pub(super) log: Pool,
    /// The data folder.
    pub(super) data: PathBuf,
    /// Sources and settings.
    pub(super) config: Arc<Config>,
    /// Exchange rates by day.
    pub(super) rates: Arc<Rates>,
    /// Codes that a listing may be labelled with.
    pub(super) categories: Arc<Vec<String>>,
    /// Where browsers sign in.
    pub(super) door: Arc<Door>,
    /// Through which they may sign in besides.
    pub(super) provider: Option<Arc<Provider>>,
    /// New alerts, for the inboxes that are open.
    pub(super) events: Events,
    /// How much each visitor has asked lately.
    pub(super) rate: Arc<Rate>,
    /// Opened at the first question: an instance may have none yet.
    index: Arc<Mutex<Option<Arc<Index>>>>,
    /// Whether it is reached from this machine alone, so that only names of this machine are answered.
    pub(super) loopback: bool,
}

impl Desk {
    /// A desk over an open store.
    ///
    /// # Errors
    /// Exchange rates or codebook beside the configuration cannot be read, or the client of the provider cannot be set up.
    pub fn new(pool: Pool, data: PathBuf, config: Arc<Config>) -> Result<Self> {
        let rates = Arc::new(Rates::beside(config.dir.as_deref())?);
        let codebook = classify::rules(&config)?;
        let categories = Arc::new(codebook.categories().iter().map(|category| category.code.clone()).collect());
        let loopback = config.settings.web.listen.is_none_or(|listen| listen.ip().is_loopback());
        let door = Arc::new(Door::new(pool.clone(), config.settings.web.clone()));
        let settings = &config.settings;
        let provider = settings.web.oidc.as_ref().map(|oidc| Provider::new(oidc, settings.tls.extra_roots.as_deref()));
        let provider = provider.transpose()?.map(Arc::new);
        let (log, index) = (database::beside(&pool), Arc::default());
        let (events, rate) = (Events::default(), Arc::default());
        Ok(Self { pool, log, data, config, rates, categories, door, provider, events, rate, index, loopback })
    }

    /// A connection to the store.
    ///
    /// # Errors
    /// The database does not answer.
    pub(super) async fn connection(&self) -> Result<Borrowed> {
        Ok(self.pool.acquire().await?)
    }

    /// The index; `None` where nothing was ever indexed.
    ///
    /// # Errors
    /// It must be built again.
    pub(super) fn index(&self) -> Result<Option<Arc<Index>>> {
        let mut kept = self.index.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if kept.is_none() && Index::exists(&crate::indexing::folder(&self.data)) {
            *kept = Some(Arc::new(search::open(&self.data)?));
        }
        Ok(kept.clone())
    }
}
