//! Listings with the answers that people gave: one JSON object a line, in a plain or gzipped file.
//!
//! `{"title", "description"?, "category_path"?, "label", "label_source"?, "subtype"?, "good"?, "intent"?, "traits"?, "not_traits"?, "fields"?, "id"?, "source"?,
//! "lang"?, "family"?, "vendor"?}`. A line without `label` is passed over. Near-duplicates share a `family`: they are drawn together in the
//! intervals, and stand on one side of a split.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde_json::{Map, Value};
use vigie_extractors::codebook::Codebook;
use vigie_extractors::language;
use vigie_extractors::record::Listing;

/// Longest line that is read, in bytes.
const LONGEST: u64 = 16 << 20;

/// A listing with its answers. What is left out is not compared.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Labelled {
    /// Name of the line; the file and line where it has none.
    pub id: String,
    /// Where it was offered.
    pub source: String,
    /// ISO 639-1; figures are shown by it.
    pub lang: String,
    /// As in the listing.
    pub title: String,
    /// As in the listing.
    pub description: String,
    /// As in the listing, outermost first.
    pub category_path: Vec<String>,
    /// Code of the category.
    pub label: Option<String>,
    /// `hand` where a person read the listing for its label; else the label was made of a site's categories or by a program.
    pub label_source: Option<String>,
    /// Code of the subtype.
    pub subtype: Option<String>,
    /// Coarse good of a `non_weapon`.
    pub good: Option<String>,
    /// Code of the intent.
    pub intent: Option<String>,
    /// Traits that the text states.
    pub traits: Vec<String>,
    /// Traits that it does not have, though a careless reader would see them.
    pub not_traits: Vec<String>,
    /// Fields of the arm, part or round, by the names of the records.
    pub fields: Map<String, Value>,
    /// Near-duplicates have the same; the id where it is left out.
    pub family: Option<String>,
    /// Seller.
    pub vendor: Option<String>,
    /// Written so that a filter does not find it.
    pub disguised: bool,
    /// Which of the files that were read it stands in, from 0.
    #[serde(skip)]
    pub file: usize,
}

impl Labelled {
    /// The listing without its answers. Its language is read from the text, as it is for a page that does not tell it.
    pub fn listing(&self) -> Listing {
        let (title, description) = (self.title.clone(), self.description.clone());
        let language = language::detect(&format!("{title}\n{description}"), None);
        Listing { title, description, category_path: self.category_path.clone(), language, ..Listing::default() }
    }

    /// What near-duplicates share.
    pub fn family(&self) -> &str {
        self.family.as_deref().unwrap_or(&self.id)
    }
}

/// All lines of `files` that have a label, in order.
///
/// # Errors
/// A file cannot be read, a line is no such object, or its label is no category of the codebook; the sentence names the line.
pub fn read(codebook: &Codebook, files: &[PathBuf]) -> Result<Vec<Labelled>> {
    let mut all = Vec::new();
    for (at, file) in files.iter().enumerate() {
        for (number, one) in lines(file)? {
            let Some(label) = &one.label else { continue };
            if codebook.category(label).is_none() {
                let place = format!("{}:{number}", file.display());
                bail!("{place}: the label {label:?} is no category of codebook.toml; hint: `vigie codebook` lists them");
            }
            all.push(Labelled { file: at, ..one });
        }
    }
    Ok(all)
}

/// All lines of a file with their numbers, labelled or not.
pub(super) fn lines(file: &Path) -> Result<Vec<(usize, Labelled)>> {
    let mut lines = open(file)?;
    let mut all = Vec::new();
    let mut line = Vec::new();
    for number in 1.. {
        let place = || format!("{}:{number}", file.display());
        line.clear();
        if lines.by_ref().take(LONGEST).read_until(b'\n', &mut line).with_context(place)? == 0 {
            break;
        }
        if line.len() as u64 == LONGEST {
            bail!("{}: the line is longer than {} MB", place(), LONGEST >> 20);
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let mut one: Labelled = serde_json::from_slice(&line).with_context(place)?;
        if one.id.is_empty() {
            one.id = place();
        }
        all.push((number, one));
    }
    Ok(all)
}

fn open(file: &Path) -> Result<Box<dyn BufRead>> {
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(if file.extension().is_some_and(|kind| kind == "gz") {
        Box::new(BufReader::new(MultiGzDecoder::new(opened)))
    } else {
        Box::new(BufReader::new(opened))
    })
}
