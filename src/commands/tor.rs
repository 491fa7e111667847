//! `vigie tor`: circuits and state of the route over Tor.

use std::io::{self, Write};

use anyhow::Result;

use crate::cli::{Common, TorAction};
use crate::clock::from_micros;
use crate::commands::{Usage, crawl, session};
use crate::config::Route;
use crate::database;
use crate::fetch;
use crate::pipeline::crawl::{ask_to_renew, routes};
use crate::pipeline::lock;
use crate::standing::minute;

pub(super) async fn run(common: &Common, action: TorAction) -> Result<u8> {
    let config = session::load(common)?;
    match action {
        TorAction::Renew { source } => {
            crawl::check_sources(&config, std::slice::from_ref(&source))?;
            if config.source(&source).is_some_and(|source| source.route != Route::Tor) {
                return Err(Usage(format!("{source} is not crawled over Tor; hint: its file would say route = \"tor\"")).into());
            }
            let pool = crawl::store(common, &config).await?;
            let mut transaction = database::begin(&pool).await?;
            ask_to_renew(&mut transaction, &source).await?;
            transaction.commit().await?;
            pool.close().await;
            match lock::holder(&common.data)? {
                Some(process) => {
                    session::tell!("process {process} gives {source} new circuits within seconds; what is under way ends on the old ones")
                }
                None => session::tell!("no crawl is under way; the next one begins with new circuits anyway"),
            }
        }
        TorAction::Status { json } => {
            let (state, cache) = fetch::tor::folders(&config.settings.tor, &common.data);
            let pool = match &config.settings.database {
                at if database::exists(&common.data, at) => Some(database::open(&common.data, at).await?),
                _ => None,
            };
            let known = match &pool {
                Some(pool) => routes(&mut *pool.acquire().await?).await?.remove(Route::Tor.code()),
                None => None,
            };
            let sources: Vec<&str> = config.sources.iter().filter(|one| one.route == Route::Tor).map(|one| one.id.as_str()).collect();
            let mut out = io::stdout().lock();
            if json {
                let row = serde_json::json!({"sources": sources, "state_folder": state, "cache_folder": cache, "kept": state.is_dir(), "last": known});
                writeln!(out, "{row}")?;
                return Ok(0);
            }
            writeln!(out, "sources  {}", if sources.is_empty() { "none has route = \"tor\"".to_owned() } else { sources.join(", ") })?;
            writeln!(out, "state    {}{}", state.display(), if state.is_dir() { "" } else { " (made by the first crawl over Tor)" })?;
            writeln!(out, "cache    {}", cache.display())?;
            match known {
                Some(route) if !route.down.is_empty() => {
                    writeln!(out, "last     could not be used since {}: {}", minute(from_micros(route.since)), session::plain(&route.down))?
                }
                Some(route) => {
                    let took =
                        route.ready_ms.map(|ms| format!(", ready {:.1} s after its opening", ms as f64 / 1_000.0)).unwrap_or_default();
                    writeln!(out, "last     could be used since {}{took}", minute(from_micros(route.since)))?;
                }
                None => writeln!(out, "last     never used")?,
            }
            writeln!(out, "`vigie doctor` tries it.")?;
        }
    }
    Ok(0)
}
