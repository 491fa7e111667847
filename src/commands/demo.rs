//! `vigie demo`: the whole path, offline, on the bundled mock market.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::database::Pool;
use anyhow::{Context, Result};

use crate::account::{Role, manage};
use crate::audit::{self, Purpose};
use crate::commands::{crawl, session};
use crate::config::{self, Config};
use crate::demo::tornet::{Network, Onion, Plan};
use crate::demo::{self, Market, MarketOptions, tornet};
use crate::pipeline::crawl::Options;
use crate::pipeline::summary::Summary;
use crate::search::{self, Question};
use crate::store::alerts;
use crate::store::read::{self, Table};
use crate::web::{Desk, Server};
use crate::{clock, database, telemetry};
use tokio::sync::watch;

/// Where the demo keeps its instance.
const FOLDER: &str = "./vigie-demo";
/// Of the demo's users: what they can see is invented.
const PASSWORD: &str = "lantern and feldmark";
/// Where in it the daemons of the Tor network keep their files while they run.
const NETWORK: &str = "tor-network";

pub(super) async fn run(tor: bool, serve: Option<SocketAddr>, json: bool) -> Result<u8> {
    if tor {
        tornet::check_installed()?;
    }
    let folder = Path::new(FOLDER);
    if folder.exists() {
        if !folder.join("demo").exists() {
            anyhow::bail!("{FOLDER} exists and is no earlier demo; hint: move it away, or run in another folder");
        }
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot remove the earlier demo in {FOLDER}"))?;
    }
    std::fs::create_dir_all(folder.join("config/sources")).with_context(|| format!("cannot make {FOLDER}"))?;
    std::fs::write(folder.join("demo"), "made by `vigie demo`, removed by the next one\n")?;
    let market = Market::start(MarketOptions::default()).context("cannot serve the mock market on loopback")?;
    let network = if tor { Some(publish(folder, &market).await?) } else { None };
    let config = configure(folder, &market, network.as_ref())?;
    telemetry::start(&config.settings);
    let options = Options { once: true, ..Options::default() };
    let stop = session::stop_signal()?;
    let stopped = stop.clone();
    let (served, over) = if tor { ("as two onion services of it", " over Tor") } else { ("on loopback", "") };
    session::tell!("a mock market with two sites is served {served} and crawled politely{over}; nothing leaves this machine");
    let first = crawl::crawl(folder, &config, &options, stop.clone()).await?;
    eprintln!("first visit: {} pages, {} listings, {} alerts", first.pages, first.listings_new, first.alerts);
    let mut last = first.clone();
    if !*stop.borrow() {
        market.set_visit(2);
        let again = Options { once: true, revisit: true, ..Options::default() };
        last = crawl::crawl(folder, &config, &again, stop).await?;
        eprintln!(
            "second visit: {} pages, {} of them unchanged, {} new versions (prices changed, listings new or gone), {} alerts",
            last.pages, last.revisits, last.versions_new, last.alerts
        );
    }
    market.stop().await;
    if let Some(network) = network {
        drop(network);
        // Keys of relays that are no more; what is of use later lies beside them.
        std::fs::remove_dir_all(folder.join(NETWORK)).with_context(|| format!("cannot remove {FOLDER}/{NETWORK}"))?;
    }
    let pool = database::open_existing(folder, &config.settings.database).await?;
    audit::record(&pool, "demo", "summary of the mock market", &Purpose::default()).await?;
    let told = tell(&pool, folder, &first, &last).await;
    told?;
    if json {
        writeln!(io::stdout(), "{}", serde_json::to_string(&last)?)?;
    }
    if let Some(address) = serve {
        desk(pool.clone(), folder, config, address, stopped).await?;
    }
    pool.close().await;
    // The mock market has a login wall and other sources of a 3 on purpose; the demo is done all the same.
    Ok(0)
}

/// Serves the desk until a signal, with a user of each role.
async fn desk(pool: Pool, folder: &Path, config: Arc<Config>, address: SocketAddr, mut stop: watch::Receiver<bool>) -> Result<()> {
    session::tell!("\nusers of the demo, all with the same password; it does not ask for one-time codes");
    for role in Role::ALL {
        manage::add(&pool, role.code(), role, Some(PASSWORD), clock::now()).await?;
        session::tell!("    {:<16} {PASSWORD}", role.code());
    }
    let server = Server::open(Desk::new(pool, folder.to_owned(), config)?, address).await?;
    session::tell!("the desk is at http://{}; Ctrl-C ends it", server.address);
    // The sender lives as long as the process.
    let _ = stop.wait_for(|stop| *stop).await;
    Ok(())
}

/// Starts the network and publishes both sites in it.
async fn publish(folder: &Path, market: &Market) -> Result<Network> {
    session::tell!("a private Tor network is started on this machine:");
    let onions = market.sites().iter().map(|site| Onion::new(site.id, site.address)).collect();
    let (place, plan) = (PathBuf::from(folder).join(NETWORK), Plan { onions, ..Plan::default() });
    let started = tokio::task::spawn_blocking(move || Network::start(&place, &plan, &|what| session::tell!("    {what}"))).await;
    let network = started?.context("the private Tor network did not start")?;
    for site in market.sites() {
        market.publish(site.number, network.onion(site.id)?);
    }
    Ok(network)
}

fn configure(folder: &Path, market: &Market, network: Option<&Network>) -> Result<Arc<Config>> {
    let dir = folder.join("config");
    let mut settings = "[log]\nlevel = \"warn\"\n\n[web]\nrequire_totp = false\n".to_owned();
    if let Some(network) = network {
        // What Tor keeps of this network is worth nothing to anybody, wherever the demo is run.
        settings.push_str("\n[tor]\ncheck_permissions = false\n\n");
        settings.push_str(&network.settings()?);
    }
    std::fs::write(dir.join("vigie.toml"), settings)?;
    for (name, text) in demo::sources(market) {
        std::fs::write(dir.join("sources").join(name), text)?;
    }
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let watches: String =
        demo::watches().iter().map(|(name, query)| format!("[[watch]]\nname = {}\nquery = {}\n\n", quoted(name), quoted(query))).collect();
    std::fs::write(dir.join("watches.toml"), watches)?;
    Ok(Arc::new(config::load(Some(&dir))?))
}

async fn tell(pool: &Pool, folder: &Path, first: &Summary, last: &Summary) -> Result<()> {
    let mut out = io::stderr().lock();
    let mut connection = pool.acquire().await?;
    let index = search::open(folder)?;
    writeln!(out, "\npages      {} in two visits", first.pages + last.pages)?;
    for (name, table) in [
        ("captures", Table::Capture),
        ("listings", Table::Listing),
        ("versions", Table::Version),
        ("vendors", Table::Vendor),
        ("alerts", Table::Alert),
    ] {
        writeln!(out, "{name:<10} {}", read::count(&mut connection, table).await?)?;
    }
    let question = Question { query: "*".into(), count_by: vec!["category".into()], ..Question::default() };
    let answer = search::ask(pool, &index, &question).await?;
    writeln!(out, "\nlistings by category")?;
    for (category, n) in answer.counts.iter().flat_map(|(_, counts)| counts) {
        writeln!(out, "{n:>6}  {category}")?;
    }
    writeln!(out, "\npayment addresses, each with its checksum verified")?;
    for (asset, n) in read::addresses_by_asset(&mut connection).await? {
        writeln!(out, "{n:>6}  {asset}")?;
    }
    let notifications = alerts::after(&mut connection, 0, 10_000).await?.into_iter().filter(|alert| alert.covered_by.is_none());
    let mut by_watch = std::collections::BTreeMap::<String, u64>::new();
    notifications.for_each(|alert| *by_watch.entry(alert.watch).or_default() += 1);
    writeln!(out, "\nnotifications by watch")?;
    for (watch, n) in by_watch {
        writeln!(out, "{n:>6}  {watch}")?;
    }
    for (what, query) in demo::searches() {
        let answer = search::ask(pool, &index, &Question { query: query.clone(), limit: 3, ..Question::default() }).await?;
        writeln!(out, "\n{what}: vigie --data {FOLDER} search '{query}'   ({} listings)", answer.total)?;
        for hit in answer.hits {
            writeln!(out, "    {}  [{}]", hit.title, hit.category)?;
        }
    }
    writeln!(out, "\nwhere to look next, with --data {FOLDER} --config {FOLDER}/config")?;
    for (command, what) in [
        ("vigie demo --serve", "the same, and the desk in a browser"),
        ("vigie search 'QUERY'", "search; `vigie syntax` explains the language"),
        ("vigie alerts", "what the watches found"),
        ("vigie export listings --out DIR", "one row per listing"),
        ("vigie verify", "every record and digest of the evidence"),
    ] {
        writeln!(out, "    {command:<34} {what}")?;
    }
    Ok(())
}
