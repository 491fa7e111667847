//! What is wrong in a configuration, and where.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// File, or the folder when the folder itself is at fault.
    pub file: PathBuf,
    /// Line, from 1; 0 when the problem has no place in the text.
    pub line: usize,
    /// Column in characters, from 1; 0 as above.
    pub column: usize,
    /// A sentence without its full stop.
    pub what: String,
    /// How to mend it.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// All problems of a configuration, in the order of files and lines.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ConfigError {
    /// Never empty.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.problems.len();
        write!(f, "the configuration has {n} problem{}", if n == 1 { "" } else { "s" })?;
        for problem in &self.problems {
            write!(f, "\n{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// Collects the problems of one file.
pub(super) struct Problems<'a> {
    file: &'a Path,
    text: &'a str,
    found: Vec<Problem>,
    /// Keys of entries that were cut out because they could not be read; `None` once nothing could be read.
    cut: Option<Vec<String>>,
}

impl<'a> Problems<'a> {
    pub(super) fn new(file: &'a Path, text: &'a str) -> Self {
        Self { file, text, found: Vec::new(), cut: Some(Vec::new()) }
    }

    /// The folder that the file lies in.
    pub(super) fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    /// Notes a problem at a byte offset of the text.
    pub(super) fn at(&mut self, offset: usize, what: impl Into<String>, hint: impl Into<String>) {
        let (line, column) = line_and_column(self.text, offset);
        self.push(line, column, what.into(), hint.into());
    }

    /// Notes that a key is missing, unless it is there and could not be read.
    pub(super) fn missing(&mut self, key: &str, hint: impl Into<String>) {
        if !self.was_cut(key) {
            self.push(0, 0, format!("the key `{key}` is missing"), hint.into());
        }
    }

    /// Remembers that the entry of this key could not be read.
    pub(super) fn cut(&mut self, key: String) {
        if let Some(cut) = &mut self.cut {
            cut.push(key);
        }
    }

    /// Remembers that nothing could be read.
    pub(super) fn cut_all(&mut self) {
        self.cut = None;
    }

    /// Whether something under this key could not be read.
    pub(super) fn was_cut(&self, key: &str) -> bool {
        self.cut.as_ref().is_none_or(|keys| keys.iter().any(|cut| cut == key))
    }

    /// Where `fragment` stands at or after `from`; `from` itself if it stands nowhere there.
    pub(super) fn find(&self, fragment: &str, from: usize) -> usize {
        let tail = self.text.get(from..).unwrap_or_default();
        tail.find(fragment).filter(|_| !fragment.is_empty()).map_or(from, |at| from + at)
    }

    fn push(&mut self, line: usize, column: usize, what: String, hint: String) {
        let hint = (!hint.is_empty()).then_some(hint);
        self.found.push(Problem { file: self.file.to_owned(), line, column, what, hint });
    }

    pub(super) fn finish(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| (problem.line, problem.column));
        self.found
    }
}

/// Line and column, both from 1, of a byte offset.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..text.floor_char_boundary(offset)).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before.get(line_start..).unwrap_or("").chars().count() + 1)
}
