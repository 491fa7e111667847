//! Lists that others wrote (tables of keywords, STIX patterns, YARA rules) to watches; what cannot be said is refused with its reason.

mod csv;
mod phrase;
mod stix;
mod stix_pattern;
mod stix_terms;
mod yara;
mod yara_condition;
mod yara_lexer;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use anyhow::{Result, bail};
use serde::Serialize;
use vigie_index::Query;

/// Largest file, bytes.
pub const MOST_BYTES: u64 = 64 << 20;
/// Most watches of one file.
pub const MOST_WATCHES: usize = 100_000;
/// Longest name, bytes.
const LONGEST_NAME: usize = 500;
/// Longest name that is made of a question, bytes.
const LONGEST_MADE: usize = 120;
/// Refusals that are kept with their reasons; the others are counted.
const KEPT: usize = 1_000;
/// Longest reason, characters.
const LONGEST_REASON: usize = 300;

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A table with a column `keyword` or `query`, or one keyword a line.
    Csv,
    /// A bundle of STIX 2.1, or one pattern a line.
    Stix,
    /// Rules of YARA.
    Yara,
}

/// A watch to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its question, which can be watched.
    pub query: String,
}

/// What was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Line, rule or id.
    pub at: String,
    /// Why.
    pub reason: String,
}

/// A watch list as read.
#[derive(Debug, Default)]
pub struct WatchList {
    /// In the order of the file, no name twice.
    pub watches: Vec<Listed>,
    /// Entries that say again what one before said.
    pub repeated: u64,
    /// How many entries were refused.
    pub refused: u64,
    /// The first of them.
    pub refusals: Vec<Refusal>,
    /// What a reader of the file should know.
    pub notes: Vec<String>,
    prefix: String,
    /// By name: place in `watches`.
    names: HashMap<String, usize>,
}

impl WatchList {
    /// Takes a question under a name, or under a shortened form of itself; refuses what is no question or cannot be watched.
    fn take(&mut self, at: &str, name: &str, query: String) -> Result<()> {
        if let Err(error) = Query::parse(&query, 0).and_then(|read| read.watchable()) {
            self.refuse(at, &error.to_string());
            return Ok(());
        }
        if self.watches.len() >= MOST_WATCHES {
            bail!("the file holds more than {MOST_WATCHES} watches; hint: split it");
        }
        let made = cut(&query, LONGEST_MADE);
        let name = name.trim();
        let plain: String = if name.is_empty() { made } else { name }.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut name = format!("{}{plain}", self.prefix);
        if self.names.get(&name).and_then(|place| self.watches.get(*place)).is_some_and(|known| known.query != query) {
            name = format!("{name} ({at})");
        }
        if name.len() > LONGEST_NAME {
            self.refuse(at, &format!("its name has {} bytes, more than {LONGEST_NAME}", name.len()));
            return Ok(());
        }
        match self.names.entry(name) {
            Entry::Occupied(_) => self.repeated += 1,
            Entry::Vacant(vacant) => {
                self.watches.push(Listed { name: vacant.key().clone(), query });
                vacant.insert(self.watches.len() - 1);
            }
        }
        Ok(())
    }

    fn refuse(&mut self, at: &str, reason: &str) {
        self.refused += 1;
        if self.refusals.len() < KEPT {
            let reason = reason.chars().take(LONGEST_REASON).collect();
            self.refusals.push(Refusal { at: at.chars().take(LONGEST_REASON).collect(), reason });
        }
    }
}

/// The format of a file, by its extension or else by how it begins.
pub fn told(path: &Path, text: &str) -> Format {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "tsv" => return Format::Csv,
        "json" | "stix" | "stix2" => return Format::Stix,
        "yar" | "yara" => return Format::Yara,
        _ => {}
    }
    let begins_rule = |line: &str| {
        let mut words = line.split_whitespace().skip_while(|word| matches!(*word, "private" | "global"));
        words.next() == Some("rule") && words.next().is_some()
    };
    if text.trim_start().starts_with(['{', '[']) {
        Format::Stix
    } else if text.lines().any(begins_rule) {
        Format::Yara
    } else {
        Format::Csv
    }
}

/// Reads a file; each name gets `prefix` before it.
///
/// # Errors
/// The file as a whole is not in this format, or holds too much. What single entries lack is told in the list.
pub fn read(format: Format, text: &str, prefix: &str) -> Result<WatchList> {
    let mut list = WatchList { prefix: prefix.to_owned(), ..WatchList::default() };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        Format::Csv => csv::read(text, &mut list)?,
        Format::Stix => stix::read(text, &mut list)?,
        Format::Yara => yara::read(text, &mut list)?,
    }
    Ok(list)
}

/// The longest beginning with at most so many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
