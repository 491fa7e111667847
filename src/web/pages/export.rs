//! `/export` and `/export/research`: data sets handed over as one file, with their recipient in the reading log first. They are made in the data
//! folder and read from there as they are taken, so that no number of listings is too large.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use tokio::fs::File;
use vigie_index::{Index, SearchOptions, Sort};

use crate::account::Right;
use crate::audit::Purpose;
use crate::export::disclosure::{self, Order};
use crate::export::tables::Profile;
use crate::export::{Format, Part, packed};
use crate::web::desk::Desk;
use crate::web::form::{self, Posted};
use crate::web::frame::Frame;
use crate::web::stream;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;
use crate::{clock, search};

/// Listings of which ids are read at a time.
const BATCH: usize = 5_000;

#[derive(Template)]
#[template(path = "export.html")]
struct Page {
    frame: Frame,
    /// Whether it is the tables for research.
    research: bool,
    query: String,
    /// How many listings, written; empty where that was not asked.
    found: String,
    problem: String,
    recipient: String,
    purpose: String,
    profiles: Vec<&'static str>,
}

/// What is to be exported.
#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    query: String,
}

/// To whom and why.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    #[serde(default)]
    query: String,
    recipient: String,
    purpose: String,
    #[serde(default)]
    profile: String,
}

impl Page {
    fn new(visitor: &Visitor, research: bool, query: &str) -> Self {
        let key = if research { "export.research" } else { "export.title" };
        Self {
            frame: Frame::new(visitor, "/export", visitor.locale.say(key)),
            research,
            query: query.to_owned(),
            found: String::new(),
            problem: String::new(),
            recipient: String::new(),
            purpose: visitor.purpose.purpose.clone().unwrap_or_default(),
            profiles: [Profile::Rand, Profile::Iafq].map(Profile::name).into(),
        }
    }

    fn refused(self, problem: &str) -> Answer {
        let mut page = Frame::page(&Self { problem: problem.to_owned(), ..self })?;
        *page.status_mut() = StatusCode::BAD_REQUEST;
        Ok(page)
    }
}

/// `GET /export`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, form::Asked(asked): form::Asked<Asked>) -> Answer {
    let query = if asked.query.trim().is_empty() { "*" } else { asked.query.trim() };
    let page = Page::new(&visitor, false, query);
    let narrowed = visitor.within(query);
    if let Err(error) = search::parse(&narrowed) {
        return page.refused(&format!("{error:#}"));
    }
    visitor.log(&desk, "search", &narrowed).await?;
    let n = match desk.index()? {
        Some(index) => {
            let query = search::understand(&mut *desk.pool.acquire().await.map_err(anyhow::Error::from)?, &narrowed).await?;
            tokio::task::block_in_place(|| index.searcher()?.count(&query)).map_err(anyhow::Error::from)?
        }
        None => 0,
    };
    let found = visitor.locale.tell("export.found", &[&visitor.locale.number(n)]);
    Frame::page(&Page { found, ..page })
}

/// `POST /export`.
pub(in crate::web) async fn listings(State(desk): State<Desk>, visitor: Visitor, Posted(given): Posted<Given>) -> Answer {
    let query = if given.query.trim().is_empty() { "*" } else { given.query.trim() };
    let page = Page { recipient: given.recipient.clone(), purpose: given.purpose.clone(), ..Page::new(&visitor, false, query) };
    let narrowed = visitor.within(query);
    if let Err(error) = search::parse(&narrowed) {
        return page.refused(&format!("{error:#}"));
    }
    let Some((recipient, purpose)) = disclosed(&visitor, &given) else { return page.refused(visitor.locale.say("export.say")) };
    let Some(index) = desk.index()? else { return page.refused(visitor.locale.say("first.title")) };
    let ids = matching(&desk, &index, &narrowed).await?;
    let part = Part { listings: Some(ids), sources: sources(&visitor) };
    let told = format!("question {query}");
    hand_over(&desk, &visitor, &recipient, &purpose, Wanted { format: Format::Listings, profile: None, part, told }).await
}

/// `GET /export/research`.
pub(in crate::web) async fn research_page(visitor: Visitor) -> Answer {
    Frame::page(&Page::new(&visitor, true, ""))
}

/// `POST /export/research`.
pub(in crate::web) async fn research(State(desk): State<Desk>, visitor: Visitor, Posted(given): Posted<Given>) -> Answer {
    let page = Page { recipient: given.recipient.clone(), purpose: given.purpose.clone(), ..Page::new(&visitor, true, "") };
    let Some((recipient, purpose)) = disclosed(&visitor, &given) else { return page.refused(visitor.locale.say("export.say")) };
    let profile = [Profile::Rand, Profile::Iafq].into_iter().find(|profile| profile.name() == given.profile);
    if let Err(error) = crate::export::tables::check(&desk.config, profile) {
        return page.refused(&format!("{error:#}"));
    }
    let part = Part { listings: None, sources: sources(&visitor) };
    let wanted = Wanted { format: Format::Tables, profile, part, told: "for research".to_owned() };
    hand_over(&desk, &visitor, &recipient, &purpose, wanted).await
}

/// Recipient and purpose, which both must be said.
fn disclosed(visitor: &Visitor, given: &Given) -> Option<(String, Purpose)> {
    let text = |text: &str| Some(text.trim().chars().take(200).collect::<String>()).filter(|text| !text.is_empty());
    let purpose = Purpose { case: visitor.purpose.case.clone(), purpose: Some(text(&given.purpose)?) };
    Some((text(&given.recipient)?, purpose))
}

fn sources(visitor: &Visitor) -> Option<BTreeSet<String>> {
    visitor.caller.as_ref().and_then(|caller| caller.access.sources.clone())
}

/// Ids of the listings that match, which is all that is held of them at once.
async fn matching(desk: &Desk, index: &Index, query: &str) -> Result<BTreeSet<String>, Trouble> {
    let query = search::understand(&mut *desk.pool.acquire().await.map_err(anyhow::Error::from)?, query).await?;
    let found = tokio::task::block_in_place(|| {
        let searcher = index.searcher()?;
        let (mut ids, mut after) = (BTreeSet::new(), None);
        loop {
            let options = SearchOptions { limit: BATCH, sort: Sort::Id, after: after.take(), ..SearchOptions::default() };
            let results = searcher.search(&query, &options)?;
            after = results.hits.last().map(|hit| hit.cursor.clone());
            ids.extend(results.hits.into_iter().map(|hit| hit.id));
            if !results.more {
                return Ok::<_, vigie_index::IndexError>(ids);
            }
        }
    });
    Ok(found.map_err(anyhow::Error::from)?)
}

struct Wanted {
    format: Format,
    profile: Option<Profile>,
    part: Part,
    /// What the reading log says of it.
    told: String,
}

/// A folder that is gone when this is dropped.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        // What is left is seen by nobody but who may read the data folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn hand_over(desk: &Desk, visitor: &Visitor, recipient: &str, purpose: &Purpose, wanted: Wanted) -> Answer {
    let require = &desk.config.settings;
    if require.require_purpose && purpose.case.is_none() {
        return Err(Trouble::unclear(visitor.locale.say("purpose.needed")));
    }
    let folder = Passing(place(&desk.data, visitor));
    let order = Order { format: wanted.format, profile: wanted.profile, part: wanted.part, out: &folder.0, told: &wanted.told, recipient };
    let (id, exported) = disclosure::hand_over(&desk.pool, &desk.config, &desk.data, &visitor.actor(), purpose, &order, |_| ()).await?;
    let place = folder.0.join("packed.zip");
    tokio::task::block_in_place(|| packed::zip(&exported.files, &place))?;
    let archive = File::open(&place).await.map_err(anyhow::Error::from)?;
    let length = archive.metadata().await.map_err(anyhow::Error::from)?.len();
    let name = format!("attachment; filename=\"vigie-{}-{id}.zip\"", wanted.format.code());
    // With its length, so that a download that breaks off is not taken for whole.
    let head = [(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, name), (CONTENT_LENGTH, length.to_string())];
    Ok((head, stream::of_file(archive, folder)).into_response())
}

/// A folder of this export alone.
fn place(data: &Path, visitor: &Visitor) -> PathBuf {
    data.join("handing-over").join(format!("{}-{}", visitor.name, clock::micros(clock::now())))
}

/// Whether the page leads to the tables for research.
pub(in crate::web) fn leads_to_research(frame: &Frame) -> bool {
    frame.visitor.may(Right::ResearchExport)
}
