//! `vigie watch explain`.

use std::io::{self, Write};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use vigie_index::{Document, Explained, Query};

use crate::audit::{self, Purpose};
use crate::cli::Common;
use crate::clock::from_micros;
use crate::commands::session::{headline, plain};
use crate::commands::{Usage, crawl};
use crate::config::Config;
use crate::database::Connection;
use crate::store::alerts::{self, AlertRow};
use crate::store::read::Stored;
use crate::store::trail::{self, Seen};
use crate::store::watches::{self, Watch};
use crate::store::{read, sources, subjects};
use crate::{indexing, search};

/// What is asked of a listing.
pub(super) enum Question {
    /// The name of a watch.
    Watch(String),
    /// In the query language.
    Query(String),
}

/// What is to be explained.
pub(super) struct Asked {
    pub(super) question: Question,
    /// As `vigie show listing` takes it.
    pub(super) listing: String,
    /// Each of them, not the latest alone.
    pub(super) versions: bool,
}

/// A watch and a listing.
#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    watch: Option<String>,
    query: String,
    listing: String,
    source: String,
    versions: Vec<Judged>,
}

/// A version and why it matches or does not.
#[derive(Serialize)]
struct Judged {
    /// Number within the listing, from 1.
    version: i64,
    /// When it was first seen, RFC 3339.
    seen_at: String,
    title: String,
    matched: bool,
    why: Explained,
    /// What the store knows of an alert for it; empty where there is nothing to say.
    #[serde(skip_serializing_if = "String::is_empty")]
    alert: String,
}

pub(super) async fn run(common: &Common, config: &Config, purpose: &Purpose, asked: Asked, json: bool) -> Result<u8> {
    if let Question::Query(query) = &asked.question {
        search::parse(query)?;
    }
    let pool = crawl::store(common, config).await?;
    let (Question::Watch(subject) | Question::Query(subject)) = &asked.question;
    audit::record(&pool, "watch explain", &format!("{subject} {}", asked.listing), purpose).await?;
    let mut connection = pool.acquire().await?;
    let (watch, query) = question(&mut connection, &asked.question).await?;
    let config = sources::complete(&mut connection, config).await?;
    let stored = listing(&mut connection, &asked.listing).await?;
    let row = &stored.row;
    subjects::check_open(&mut connection, std::slice::from_ref(&row.vendor_id)).await?;
    let kind = config.source(&row.source).map_or("", |source| source.kind.code());
    let mut versions = trail::versions(&mut connection, &row.id, row.own_page).await?;
    if !asked.versions {
        versions.retain(|one| one.id == row.version_id);
    }
    let mut raised = alerts::of(&mut connection, std::slice::from_ref(&row.id), &[]).await?;
    raised.retain(|alert| watch.as_ref().is_some_and(|watch| watch.name == alert.watch));
    let mut judged = Vec::new();
    for one in &versions {
        let why = query.explain(&document(one, &stored, kind));
        let alert = match &watch {
            Some(watch) => fate(&mut connection, watch, &stored, one, &raised, why.matched).await?,
            None => String::new(),
        };
        let (seen_at, title) = (from_micros(one.at).to_string(), one.listing.title.clone());
        judged.push(Judged { version: one.n, seen_at, title, matched: why.matched, why, alert });
    }
    let (listing, source) = (row.id.clone(), row.source.clone());
    let answer = Answer { watch: watch.map(|watch| watch.name), query: query.text().to_owned(), listing, source, versions: judged };
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(&answer)?)?;
    } else {
        print(&mut out, &answer)?;
    }
    drop(connection);
    pool.close().await;
    Ok(0)
}

async fn question(connection: &mut Connection, asked: &Question) -> Result<(Option<Watch>, Query)> {
    match asked {
        Question::Query(query) => Ok((None, search::understand(connection, query).await?)),
        Question::Watch(name) => {
            let watch = watches::list(connection).await?.into_iter().find(|watch| watch.name == *name);
            let Some(watch) = watch else { bail!("there is no watch named {name:?}; hint: `vigie watch list` shows them") };
            let query = Query::parse(&watch.query, watch.created_at)?;
            Ok((Some(watch), query))
        }
    }
}

async fn listing(connection: &mut Connection, asked: &str) -> Result<Stored> {
    match trail::listings_named(connection, asked).await?.as_slice() {
        [] => bail!("no listing {asked:?} is known; hint: `vigie search --json` shows the id of each as `listing`"),
        [id] => read::by_ids(connection, std::slice::from_ref(id)).await?.pop().with_context(|| format!("there is no listing {id}")),
        several => Err(Usage(format!("{asked:?} may be any of {}; hint: give more digits", several.join(", "))).into()),
    }
}

/// A version as watches see it.
fn document(version: &Seen, stored: &Stored, kind: &str) -> Document {
    let mut document = indexing::document(&version.listing, &stored.row.source, kind);
    document.id.clone_from(&version.id);
    document.family.clone_from(&version.family);
    document.first_seen = stored.row.first_seen;
    document.last_seen = version.at;
    document.n_versions = version.n.unsigned_abs();
    document
}

/// What became of a match: its alert, and why it did not notify where that is so.
async fn fate(
    connection: &mut Connection,
    watch: &Watch,
    stored: &Stored,
    version: &Seen,
    raised: &[AlertRow],
    matched: bool,
) -> Result<String> {
    let Some(alert) = raised.iter().find(|alert| alert.version_id == version.id) else {
        return Ok(match (matched, watch.created_at > version.at, stored.row.own_page) {
            (false, _, _) => String::new(),
            (true, true, _) => {
                format!("no alert: the watch is of {}, and is asked of versions that come later", from_micros(watch.created_at))
            }
            (true, false, false) => {
                "no alert yet: what an index page shows waits for the listing's own page, at most until the run ends".into()
            }
            (true, false, true) => "no alert is stored".into(),
        });
    };
    let of = format!("alert {} of {}, state {}", alert.id, from_micros(alert.created_at), alert.state);
    let earlier = if matched { "" } else { "; the watch, or what was read of the listing, was another then" };
    let held = match alert.held.as_str() {
        "" => "",
        "muted" => "the watch was muted then",
        "threshold" => "too few families had matched",
        _ => "the watch does not fire on this",
    };
    if !held.is_empty() {
        return Ok(format!("{of}, not notified: {held}{earlier}"));
    }
    if let Some(gathering) = &alert.gathered_by {
        return Ok(format!("{of}, gathered under alert {gathering}{earlier}"));
    }
    if alert.notice == 0 && alert.due_at > 0 {
        return Ok(format!("{of}, goes out at {}{earlier}", from_micros(alert.due_at)));
    }
    let Some(covering) = &alert.covered_by else { return Ok(format!("{of}, notified by itself{earlier}")) };
    let other = alerts::by_id(connection, covering).await?;
    let title = other.map(|other| format!(" ({}, {})", other.title, other.address)).unwrap_or_default();
    Ok(format!("{of}, not notified: a copy, counted under alert {covering}{title}{earlier}"))
}

fn print(out: &mut impl Write, answer: &Answer) -> Result<()> {
    if let Some(name) = &answer.watch {
        writeln!(out, "watch    {}", plain(name))?;
    }
    writeln!(out, "query    {}", headline(&answer.query))?;
    writeln!(out, "listing  {} on {}", answer.listing, answer.source)?;
    for one in &answer.versions {
        let verdict = if one.matched { "matches" } else { "does not match" };
        writeln!(out, "\nversion {} of {}, {}: {verdict}", one.version, one.seen_at, headline(&one.title))?;
        tree(out, &one.why, 1)?;
        if !one.alert.is_empty() {
            writeln!(out, "{}", headline(&one.alert))?;
        }
    }
    Ok(())
}

fn tree(out: &mut impl Write, node: &Explained, depth: usize) -> Result<()> {
    let verdict = if node.matched { "yes" } else { "no " };
    let found = if node.found.is_empty() { String::new() } else { format!("  ({})", plain(&node.found)) };
    writeln!(out, "{}{verdict}  {}{found}", "  ".repeat(depth), headline(&node.text))?;
    node.nodes.iter().try_for_each(|inner| tree(out, inner, depth + 1))
}
