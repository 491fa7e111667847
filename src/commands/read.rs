//! `vigie extract`, `vigie classify`, `vigie codebook`, `vigie indicators`: the pure stages alone, without network or state.

use std::io::{self, Write};

use anyhow::{Context, Result, anyhow};
use serde::Serialize;
use serde_json::{Value, json};
use url::Url;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::page::extract_text;
use vigie_extractors::provenance::Explanation;
use vigie_extractors::record::{Extraction, Listing};
use vigie_extractors::{indicators as finder, language};

use crate::cli::{Common, ExtractArgs};
use crate::commands::{Usage, session, stream};
use crate::config::Source;
use crate::export::{self, codebook::Form};
use crate::extract::{self as stage, Body};
use crate::{classify as classifier, clock};

pub(super) fn extract(common: &Common, args: ExtractArgs) -> Result<u8> {
    let config = session::load(common)?;
    let codebook = classifier::codebook(&config)?;
    let source = match &args.source {
        Some(id) => {
            Some(config.source(id).ok_or_else(|| Usage(format!("no source {id:?} is configured; hint: `vigie check` lists them")))?)
        }
        None => None,
    };
    if args.jsonl {
        stream::answer(&mut stream::stdin(), &mut io::stdout().lock(), |line| page_of_line(&line, source, &codebook, args.explain))?;
        return Ok(0);
    }
    let (Some(file), Some(url)) = (&args.file, &args.url) else {
        return Err(Usage("a saved page needs its address; hint: give --url".into()).into());
    };
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let url = address(url).map_err(|error| Usage(error.to_string()))?;
    let body = Body { url, bytes, content_type: None, captured_at: clock::now() };
    let page = read(&body, source, &codebook, args.explain);
    writeln!(io::stdout(), "{}", serde_json::to_string(&page)?)?;
    Ok(0)
}

/// A page as it is printed.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    page: Extraction,
    /// One for each field that was filled; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanations: Option<Vec<Explanation>>,
}

fn read(body: &Body, source: Option<&Source>, codebook: &Codebook, explain: bool) -> Answer {
    let (mut page, explanations) = if explain {
        let (page, explanations) = stage::page_explained(body, source);
        (page, Some(explanations))
    } else {
        (stage::page(body, source, None), None)
    };
    classifier::page(codebook, &mut page);
    Answer { page, explanations }
}

fn page_of_line(line: &Value, source: Option<&Source>, codebook: &Codebook, explain: bool) -> Result<Value> {
    let text = |name: &str| line.get(name).and_then(Value::as_str);
    let url = address(text("url").context("the line has no \"url\"")?)?;
    let now = clock::now();
    match (text("html"), text("text")) {
        (Some(html), _) => {
            let content_type = Some("text/html; charset=utf-8".to_owned());
            let body = Body { url, bytes: html.as_bytes().to_vec(), content_type, captured_at: now };
            Ok(serde_json::to_value(read(&body, source, codebook, explain))?)
        }
        (None, Some(plain)) => {
            let mut page = extract_text(&url, plain, now);
            classifier::page(codebook, &mut page);
            Ok(serde_json::to_value(page)?)
        }
        (None, None) => Err(anyhow!("the line has neither \"html\" nor \"text\"")),
    }
}

fn address(text: &str) -> Result<Url> {
    Url::parse(text).with_context(|| format!("{text:?} is no absolute address; hint: it begins with http:// or https://"))
}

pub(super) fn classify(common: &Common) -> Result<u8> {
    let config = session::load(common)?;
    let codebook = classifier::codebook(&config)?;
    stream::answer(&mut stream::stdin(), &mut io::stdout().lock(), |line| {
        let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let category_path = match line.get("category_path") {
            Some(Value::Array(levels)) => levels.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(path)) => path.split(" > ").map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        if !line.get("title").is_some_and(Value::is_string) && !line.get("description").is_some_and(Value::is_string) {
            return Err(anyhow!("the line has no \"title\""));
        }
        let (title, description) = (text("title"), text("description"));
        let declared = line.get("language").and_then(Value::as_str);
        let language = language::detect(&format!("{title}\n{description}"), declared);
        let mut listing = Listing { title, description, category_path, language, ..Listing::default() };
        codebook.classify(&mut listing);
        Ok(json!({
            "classification": listing.classification, "intent": listing.intent, "traits": listing.traits, "firearm": listing.firearm,
            "items": listing.items, "split": listing.split, "risk": listing.risk, "scam": listing.scam,
        }))
    })?;
    Ok(0)
}

pub(super) fn codebook(common: &Common, format: Form) -> Result<u8> {
    let config = session::load(common)?;
    let codebook = classifier::codebook(&config)?;
    io::stdout().lock().write_all(export::codebook(&codebook, format)?.as_bytes())?;
    Ok(0)
}

pub(super) fn indicators() -> Result<u8> {
    stream::answer(&mut stream::stdin(), &mut io::stdout().lock(), |line| {
        let text = line.get("text").and_then(Value::as_str).context("the line has no \"text\"")?;
        Ok(json!({"indicators": finder::find(text, "text")}))
    })?;
    Ok(0)
}
