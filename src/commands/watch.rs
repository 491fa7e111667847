//! `vigie watch`.

use std::io::{self, Write};

use anyhow::Result;

use crate::alert::keep;
use crate::backtest::Shown;
use crate::cli::{Common, WatchAction, WatchOptions};
use crate::commands::watch_explain::{Asked, Question};
use crate::commands::{Usage, crawl, session, watch_explain, watch_import, watch_try};
use crate::config::watch::Options;
use crate::store::watches;
use crate::{audit, database, search};

pub(super) async fn run(common: &Common, action: WatchAction) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    match action {
        WatchAction::Add { name, query, options } => {
            if name.trim().is_empty() {
                return Err(Usage("a watch needs a name; hint: `vigie watch add NAME QUERY`".into()).into());
            }
            let understood = keep::question(&query)?;
            let pool = database::open(&common.data, &config.settings.database).await?;
            audit::record(&pool, "watch add", &format!("{name}: {query}"), &purpose).await?;
            keep::add(&pool, &name, &query, &chosen(Options::default(), *options, common)).await?;
            let searcher = search::open(&common.data).ok().and_then(|index| index.searcher().ok());
            keep::costs(searcher.as_ref(), &understood).iter().for_each(|cost| session::tell!("slow: {cost}"));
            session::tell!("watch {name:?} added; every new listing version is tested against it from now on");
            pool.close().await;
        }
        WatchAction::List { json } => {
            let pool = crawl::store(common, &config).await?;
            audit::record(&pool, "watch list", "", &purpose).await?;
            let mut out = io::stdout().lock();
            for watch in watches::list(&mut *pool.acquire().await?).await? {
                if json {
                    let mut object = serde_json::to_value(&*watch.options)?;
                    (object["name"], object["query"]) = (watch.name.into(), watch.query.into());
                    writeln!(out, "{object}")?;
                } else {
                    let options = written(&watch.options)?;
                    let line = [&watch.name, &watch.query, &options].map(|text| session::plain(text)).join("\t");
                    writeln!(out, "{}", line.trim_end())?;
                }
            }
            pool.close().await;
        }
        WatchAction::Set { name, reset, options } => {
            let pool = crawl::store(common, &config).await?;
            audit::record(&pool, "watch set", &name, &purpose).await?;
            let options = keep::change(&pool, &name, reset, |before| chosen(before, *options, common)).await?;
            session::tell!("watch {name:?}: {}", written(&options)?);
            pool.close().await;
        }
        WatchAction::Remove { name } => {
            let pool = crawl::store(common, &config).await?;
            audit::record(&pool, "watch remove", &name, &purpose).await?;
            keep::remove(&pool, &name).await?;
            session::tell!("watch {name:?} removed; its alerts stay");
            pool.close().await;
        }
        WatchAction::Try { query, samples, weeks, json } => {
            let shown = Shown { samples: samples as usize, weeks: weeks as usize };
            return watch_try::run(common, &config, &purpose, &query, shown, json).await;
        }
        WatchAction::Explain { watch, listing, query, versions, json } => {
            let asked = match (query, listing) {
                (None, Some(listing)) => Asked { question: Question::Watch(watch), listing, versions },
                // Without the name of a watch the first word is the listing.
                (Some(query), None) => Asked { question: Question::Query(query), listing: watch, versions },
                _ => {
                    return Err(
                        Usage("--query stands in place of the watch; hint: vigie watch explain --query QUERY LISTING".into()).into()
                    );
                }
            };
            return watch_explain::run(common, &config, &purpose, asked, json).await;
        }
        WatchAction::Import { file, format, prefix, dry_run, json } => {
            let list = watch_import::read(&file, format, &prefix)?;
            return watch_import::run(common, &config, &purpose, &file, list, dry_run, json).await;
        }
    }
    Ok(0)
}

/// Options with those that were given on the command line.
fn chosen(before: Options, given: WatchOptions, common: &Common) -> Options {
    Options {
        on: if given.on.is_empty() { before.on } else { given.on },
        changes: if given.changes.is_empty() { before.changes } else { given.changes },
        price_by: given.price_by.or(before.price_by),
        per: given.per.unwrap_or(before.per),
        at_least: given.at_least.or(before.at_least),
        mute_until: given.mute_until.or(before.mute_until),
        quiet: given.quiet.or(before.quiet),
        digest: given.digest.or(before.digest),
        priority: given.priority.unwrap_or(before.priority),
        expires: given.expires.or(before.expires),
        owner: given.owner.unwrap_or(before.owner),
        case: common.case.clone().unwrap_or(before.case),
        tlp: given.tlp.or(before.tlp),
        details: given.details.unwrap_or(before.details),
    }
}

/// Options in one line, as `watches.toml` has them; nothing where all are the default.
fn written(options: &Options) -> Result<String> {
    Ok(toml::to_string(options)?.trim_end().replace('\n', ", "))
}
