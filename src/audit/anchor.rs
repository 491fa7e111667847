//! Anchors: number and hash of each row, written beside the database as soon as the row is in it.
//!
//! The chain alone does not tell that rows are missing at its end, or that somebody wrote the whole of it anew. The file of anchors does, as
//! long as it is out of that somebody's reach: it is only ever appended to, so that the operating system can be told to allow nothing else.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, Result};

use crate::audit::Row;
use crate::database::{self, Pool};

/// Its name in the data folder.
pub(super) const FILE: &str = "reading-log.anchors";

/// Notes a row that was committed. The row counts, whether or not this can be written.
pub(super) fn note(pool: &Pool, row: &Row) {
    let Some(folder) = database::folder(pool) else { return };
    let path = folder.join(FILE);
    // One write: what several processes append does not mix.
    let line = format!("{} {}\n", row.id, row.hash);
    let written = OpenOptions::new().create(true).append(true).open(&path).and_then(|mut file| file.write_all(line.as_bytes()));
    if let Err(error) = written {
        tracing::warn!("the last row of the reading log could not be noted in {}: {error}", path.display());
    }
}

/// Anchors by number. A number that was anchored with several hashes has all of them; a line that is none is left out.
pub(super) fn read(folder: &Path) -> Result<BTreeMap<i64, Vec<String>>> {
    let path = folder.join(FILE);
    let file = match std::fs::File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        file => file.with_context(|| format!("cannot read {}", path.display()))?,
    };
    let mut anchors: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for line in BufReader::new(file).split(b'\n') {
        let line = line.with_context(|| format!("cannot read {}", path.display()))?;
        let text = String::from_utf8_lossy(&line);
        let Some((number, hash)) = text.split_once(' ') else { continue };
        let Ok(number) = number.parse::<i64>() else { continue };
        let hashes = anchors.entry(number).or_default();
        if hash.len() == 64 && !hashes.iter().any(|one| one == hash) {
            hashes.push(hash.to_owned());
        }
    }
    anchors.retain(|_, hashes| !hashes.is_empty());
    Ok(anchors)
}
