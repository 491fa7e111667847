//! Scores extraction against saved pages by field and family.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use vigie_extractors::page::{Page, extract};
use vigie_extractors::profile::Profile;

use super::compare;
pub use super::compare::PageScore;
use super::expected::{Expected, Family};
use super::tally::{self, Fields, Tally};
use crate::clock;

/// One page of a family with its score.
#[derive(Debug, Clone)]
pub struct Scored {
    /// Name of its file.
    pub file: String,
    /// Its verdicts.
    pub score: PageScore,
}

/// A saved page in memory.
#[derive(Debug, Clone)]
pub struct Saved {
    /// What is expected of it.
    pub expected: Expected,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl Saved {
    /// The page as extractors read it.
    pub fn page<'a>(&'a self, profile: Option<&'a Profile>, now: jiff::Timestamp) -> Page<'a> {
        Page {
            url: &self.expected.url,
            body: &self.body,
            content_type: None,
            source_type: self.expected.source_type.as_deref(),
            profile,
            private: &[],
            cards: None,
            fetched_at: self.expected.captured_at.unwrap_or(now),
        }
    }
}

/// Reads the pages of a family from disk.
pub fn load(family: &Family) -> Result<Vec<Saved>> {
    let read = |expected: &Expected| {
        let file = family.folder.join(&expected.file);
        let body = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok(Saved { expected: expected.clone(), body })
    };
    family.pages.iter().map(read).collect()
}

/// Extracts each page and compares it.
pub fn score<'a>(pages: impl IntoIterator<Item = &'a Saved>, profile: Option<&Profile>) -> Vec<Scored> {
    let now = clock::now();
    let scored = pages.into_iter().map(|saved| Scored {
        file: saved.expected.file.clone(),
        score: compare::page(&extract(&saved.page(profile, now)), &saved.expected),
    });
    scored.collect()
}

/// Tallies by field over pages.
pub fn fields<'a>(pages: impl IntoIterator<Item = &'a Scored>) -> Fields {
    let mut fields = Fields::new();
    for page in pages {
        tally::join(&mut fields, &page.score.fields);
    }
    fields
}

/// Mean of the F1 of a field over the families that tell it, so that a family of many pages counts no more than one of few.
pub fn macro_f1(families: &BTreeMap<String, Fields>, field: &str) -> Option<f64> {
    let known: Vec<&Tally> = families.values().filter_map(|fields| fields.get(field)).filter(|tally| tally.known() > 0).collect();
    (!known.is_empty()).then(|| known.iter().map(|tally| tally.f1()).sum::<f64>() / known.len() as f64)
}
