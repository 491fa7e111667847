//! `vigie watch`.

use std::io::{self, Write};

use anyhow::Result;

use crate::cli::{Common, WatchAction};
use crate::commands::{Usage, crawl, session};
use crate::database::Turn;
use crate::store::watches;
use crate::{audit, database, search};

pub(super) async fn run(common: &Common, action: WatchAction) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    match action {
        WatchAction::Add { name, query } => {
            if name.trim().is_empty() {
                return Err(Usage("a watch needs a name; hint: `vigie watch add NAME QUERY`".into()).into());
            }
            let understood = search::parse(&query)?;
            understood.watchable()?;
            let pool = database::open(&common.data, &config.settings.database).await?;
            audit::record(&pool, "watch add", &format!("{name}: {query}"), &purpose).await?;
            let mut transaction = database::begin_turn(&pool, Turn::Watches).await?;
            watches::add(&mut transaction, &name, &query).await?;
            transaction.commit().await?;
            // Before the first crawl there is no index that knows how common words are.
            let searcher = search::open(&common.data).ok().and_then(|index| index.searcher().ok());
            let costs = searcher.map_or_else(|| understood.costs(), |searcher| searcher.costs(&understood));
            costs.iter().for_each(|cost| session::tell!("slow: {cost}"));
            session::tell!("watch {name:?} added; every new listing version is tested against it from now on");
            pool.close().await;
        }
        WatchAction::List { json } => {
            let pool = crawl::store(common, &config).await?;
            audit::record(&pool, "watch list", "", &purpose).await?;
            let mut out = io::stdout().lock();
            for watch in watches::list(&mut *pool.acquire().await?).await? {
                if json {
                    writeln!(out, "{}", serde_json::json!({"name": watch.name, "query": watch.query}))?;
                } else {
                    writeln!(out, "{}\t{}", session::plain(&watch.name), session::plain(&watch.query))?;
                }
            }
            pool.close().await;
        }
        WatchAction::Remove { name } => {
            let pool = crawl::store(common, &config).await?;
            audit::record(&pool, "watch remove", &name, &purpose).await?;
            let mut transaction = database::begin_turn(&pool, Turn::Watches).await?;
            watches::remove(&mut transaction, &name).await?;
            transaction.commit().await?;
            session::tell!("watch {name:?} removed; its alerts stay");
            pool.close().await;
        }
    }
    Ok(0)
}
