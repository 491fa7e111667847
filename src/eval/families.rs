//! Pairs of listings that a person called copies of one another or not, beside what is told of them.
//!
//! One JSON object a line: `{"a": [FILE, ID], "b": [FILE, ID], "label": "same"|"different", "half"?, "site"?, "why"?}`. The listings stand
//! in files of the form of [`super::labelled`], in a folder apart, so that pairs may be kept of texts that may not.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::family::{Sketch, Template};

use super::classes::Count;
use super::labelled::{self, Labelled};
use crate::pipeline::stage::on_all_cores;

/// A listing by its file and id.
pub type Place = (String, String);

/// Two listings and what a person said of them.
#[derive(Debug, Clone, Deserialize)]
pub struct Pair {
    /// One listing.
    pub a: Place,
    /// The other.
    pub b: Place,
    /// `same` or `different`.
    pub label: Label,
    /// What the pair is kept for: `dev`, `held`.
    #[serde(default)]
    pub half: String,
    /// `same` where both are of one site, else `other`.
    #[serde(default)]
    pub site: String,
    /// The reason that the person gave.
    #[serde(default)]
    pub why: String,
}

/// What a person said of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Copies of one advertisement, quantities and prices aside.
    Same,
    /// Anything else.
    Different,
}

/// A pair with the answer.
#[derive(Debug, Clone)]
pub struct Told {
    /// The pair.
    pub pair: Pair,
    /// Titles of both.
    pub titles: [String; 2],
    /// Whether both are copies.
    pub copy: bool,
    /// Whether they share a band, by which copies are found.
    pub met: bool,
}

impl Told {
    /// Whether both would be one family.
    pub fn joined(&self) -> bool {
        self.copy && self.met
    }

    /// Whether the person says the same.
    pub fn right(&self) -> bool {
        self.joined() == (self.pair.label == Label::Same)
    }
}

/// All pairs of a file.
///
/// # Errors
/// The file cannot be read, or a line is no pair; the sentence names the line.
pub fn read(file: &Path) -> Result<Vec<Pair>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| serde_json::from_str(line).with_context(|| format!("{}:{}", file.display(), at + 1))).collect()
}

/// Tells copies among the pairs. Sentences that a seller writes under everything are learned from all listings of the files first.
///
/// # Errors
/// A file of listings cannot be read, or a pair names a listing that is in none.
pub fn judge(codebook: &Codebook, listings: &Path, pairs: &[Pair]) -> Result<Vec<Told>> {
    let mut files = BTreeMap::<&str, HashMap<String, Labelled>>::new();
    let mut templates = HashMap::<String, Template>::new();
    for (file, _) in pairs.iter().flat_map(|pair| [&pair.a, &pair.b]) {
        if files.contains_key(file.as_str()) {
            continue;
        }
        let lines = labelled::lines(&listings.join(file))?;
        for (_, line) in lines.iter().filter(|(_, line)| !line.description.is_empty()) {
            let listing = line.listing();
            let title = Sketch::of(&listing, &line.source, None, |_| false).title_key();
            templates.entry(writer(line)).or_default().learn(title, &listing);
        }
        files.insert(file, lines.into_iter().map(|(_, line)| (line.id.clone(), line)).collect());
    }
    let find = |(file, id): &Place| match files.get(file.as_str()).and_then(|lines| lines.get(id)) {
        Some(line) => Ok(line),
        None => bail!("{file} holds no listing {id:?}; hint: the pairs were judged on other files"),
    };
    let found = pairs.iter().map(|pair| Ok((pair, find(&pair.a)?, find(&pair.b)?))).collect::<Result<Vec<_>>>()?;
    Ok(on_all_cores(&found, |(pair, one, other)| {
        let sketch = |line: &Labelled| {
            let mut listing = line.listing();
            codebook.classify(&mut listing);
            let template = templates.get(&writer(line));
            Sketch::of(&listing, &line.source, seller(line).as_deref(), |sentence| template.is_some_and(|one| one.has(sentence)))
        };
        let (a, b) = (sketch(one), sketch(other));
        let bands = b.bands();
        let met = a.bands().iter().any(|band| bands.binary_search(band).is_ok());
        Told { pair: (*pair).clone(), titles: [one.title.clone(), other.title.clone()], copy: a.is_copy(&b), met }
    }))
}

/// Seller over all sources.
fn seller(line: &Labelled) -> Option<String> {
    line.vendor.as_ref().map(|vendor| format!("{} {vendor}", line.source))
}

fn writer(line: &Labelled) -> String {
    seller(line).unwrap_or_else(|| line.source.clone())
}

/// Counts of joined pairs by half and site; `all` stands for both sites.
pub fn counts(told: &[Told]) -> BTreeMap<(String, String), Count> {
    let mut counts = BTreeMap::<(String, String), Count>::new();
    for one in told {
        for site in [one.pair.site.as_str(), "all"] {
            let count = counts.entry((one.pair.half.clone(), site.to_owned())).or_default();
            match (one.joined(), one.right()) {
                (true, true) => count.right += 1,
                (true, false) => count.false_positive += 1,
                (false, false) => count.false_negative += 1,
                (false, true) => {}
            }
        }
    }
    counts
}
