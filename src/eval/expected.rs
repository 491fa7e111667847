//! `expected.jsonl`: what a person found on each saved page of a folder, one JSON object a line.
//!
//! `{"file", "url", "page_kind", "page_detail"?, "type"?, "captured_at"?, "listings"?: [{...}], "vendors"?: [{...}]}`. A listing has the fields of the
//! records, flat: `title, url, price, currency, vendor, ships_from ...`. A field that is left out is not compared; `null` says that the page does not
//! tell it. `listings` left out says nothing about them; an empty list says that there is none.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use url::Url;

/// Name of the file beside the pages.
pub const FILE: &str = "expected.jsonl";

/// A saved page and what is on it.
#[derive(Debug, Clone, Deserialize)]
pub struct Expected {
    /// Name of the page's file in the folder.
    pub file: String,
    /// Address that it was saved from.
    #[serde(deserialize_with = "address")]
    pub url: Url,
    /// Code of the page kind.
    #[serde(default)]
    pub page_kind: Option<String>,
    /// Its finer kind.
    #[serde(default)]
    pub page_detail: Option<String>,
    /// Type of the source, which decides what ฿ is.
    #[serde(default, rename = "type")]
    pub source_type: Option<String>,
    /// When it was saved; relative dates count from here. Without it they count from now.
    #[serde(default)]
    pub captured_at: Option<jiff::Timestamp>,
    /// The advertisements on it.
    #[serde(default)]
    pub listings: Option<Vec<Map<String, Value>>>,
    /// The account that it describes.
    #[serde(default)]
    pub vendors: Vec<Map<String, Value>>,
}

/// Saved pages of one site, or of one kind of sites.
#[derive(Debug, Clone)]
pub struct Family {
    /// Name of the folder.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// Its pages, in the order of the file.
    pub pages: Vec<Expected>,
}

/// Reads a folder of pages, or a folder of such folders; sorted by name.
pub fn families(folder: &Path) -> Result<Vec<Family>> {
    if folder.join(FILE).is_file() {
        return Ok(vec![family(folder)?]);
    }
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut folders: Vec<PathBuf> = entries.collect::<std::io::Result<Vec<_>>>()?.into_iter().map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.join(FILE).is_file());
    folders.sort();
    ensure!(
        !folders.is_empty(),
        "no {FILE} in {} nor in a folder below it; hint: it lists the saved pages with what is expected of each",
        folder.display()
    );
    folders.iter().map(|folder| family(folder)).collect()
}

fn family(folder: &Path) -> Result<Family> {
    let file = folder.join(FILE);
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let pages = lines.map(|(at, line)| serde_json::from_str(line).with_context(|| format!("{}:{}", file.display(), at + 1)));
    let name = folder.file_name().map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok(Family { name, folder: folder.to_owned(), pages: pages.collect::<Result<Vec<Expected>>>()? })
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Url, D::Error> {
    Url::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}
