//! What a crash left behind: whole captures that nobody has stored yet, and a piece of one that is cut off.

use crate::archive::record::Kind;
use crate::archive::segment::{Placed, Step, Walk, list};
use crate::archive::writer::{Appended, Leaf};
use crate::archive::{Error, Position, authority, failed};
use std::fs::{self, OpenOptions};
use std::path::Path;

/// A whole capture beyond the committed position, to be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Where and what it is, as when it was appended.
    pub appended: Appended,
    /// Id of the source.
    pub source: String,
    /// Id of the run.
    pub run: String,
    /// The address.
    pub url: String,
}

/// An incomplete capture that was cut off the end of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Name of the file.
    pub object: String,
    /// New length of the file; 0 means that it was removed.
    pub offset: u64,
    /// Bytes cut off.
    pub bytes: u64,
    /// What was found there.
    pub what: String,
}

/// Records collected until the capture is whole.
#[derive(Debug, Default)]
pub(super) struct Pending {
    records: Vec<Placed>,
}

impl Pending {
    /// Where the unfinished capture begins.
    pub(super) fn start(&self) -> Option<u64> {
        self.records.first().map(|placed| placed.offset)
    }

    /// Takes the next record; gives the capture's records when this one ends it (a `warcinfo` record counts as one).
    pub(super) fn take(&mut self, placed: Placed) -> Result<Option<Vec<Placed>>, String> {
        let kinds: Vec<Option<Kind>> = self.records.iter().map(|placed| placed.record.kind()).collect();
        let kind = placed.record.kind();
        let fits = match kind {
            Some(Kind::Request | Kind::Warcinfo | Kind::Resource) => kinds.is_empty(),
            Some(Kind::Response | Kind::Revisit) => kinds == [Some(Kind::Request)],
            Some(Kind::Metadata) => kinds.len() != 1,
            _ => false,
        };
        let ends = matches!(kind, Some(Kind::Metadata | Kind::Warcinfo | Kind::Resource));
        if !fits {
            self.records.clear();
        }
        if ends {
            let mut whole = std::mem::take(&mut self.records);
            whole.push(placed);
            return if fits { Ok(Some(whole)) } else { Err(out_of_place(kind)) };
        }
        self.records.push(placed);
        if fits { Ok(None) } else { Err(out_of_place(kind)) }
    }
}

fn out_of_place(kind: Option<Kind>) -> String {
    format!("a {} record is out of place: a capture before it is not whole", kind.map_or("foreign", Kind::as_str))
}

/// Repairs the end of the archive and lists the captures past the committed position.
pub(super) fn recover(dir: &Path, committed: Option<&Position>) -> Result<(Vec<Recovered>, Option<Cut>), Error> {
    let (recovered, cut) = tail(dir, committed)?;
    if let Some(cut) = &cut {
        shorten(dir, &cut.object, cut.offset)?;
    }
    Ok((recovered, cut))
}

/// Lists the captures past the committed position, and what would be cut off the end. Changes nothing.
///
/// # Errors
/// A file cannot be read, ends before the committed position, or is damaged elsewhere than at the end of the archive.
pub fn tail(dir: &Path, committed: Option<&Position>) -> Result<(Vec<Recovered>, Option<Cut>), Error> {
    let files = list(dir)?;
    let first = match committed {
        None => 0,
        Some(position) => files.iter().position(|(_, name)| *name == position.object).ok_or_else(|| lost(position, 0))?,
    };
    let mut recovered = Vec::new();
    let mut cut = None;
    for (n, (_, object)) in files.iter().enumerate().skip(first) {
        let known = committed.filter(|position| position.object == *object);
        let mut walk = Walk::open(dir, object, known.map_or(0, |position| position.offset))?;
        if let Some(position) = known.filter(|position| position.offset > walk.end()) {
            return Err(lost(position, walk.end()));
        }
        let Some((offset, what)) = captures(&mut walk, object, &mut recovered)? else { continue };
        if n + 1 < files.len() {
            return Err(Error::Damaged { object: object.clone(), offset, what });
        }
        cut = Some(Cut { object: object.clone(), offset, bytes: walk.end() - offset, what });
    }
    Ok((recovered, cut))
}

fn lost(committed: &Position, length: u64) -> Error {
    Error::Lost { object: committed.object.clone(), length, committed: committed.offset }
}

/// Collects the captures of one file. `Some` tells from where on the file is not whole.
fn captures(walk: &mut Walk, object: &str, recovered: &mut Vec<Recovered>) -> Result<Option<(u64, String)>, Error> {
    let mut pending = Pending::default();
    loop {
        let (offset, what) = match walk.step()? {
            Step::End => return Ok(pending.start().map(|offset| (offset, "a capture without its last record".to_string()))),
            Step::Damaged(offset, what) => (offset, what),
            Step::Member(member) => {
                let start = pending.start().unwrap_or(member.offset);
                match member.record().and_then(|record| pending.take(member.placed(record))) {
                    Ok(whole) => {
                        recovered.extend(whole.and_then(|records| of_records(object, &records)));
                        continue;
                    }
                    Err(what) => return Ok(Some((start, what))),
                }
            }
        };
        return Ok(Some((pending.start().unwrap_or(offset), what)));
    }
}

fn of_records(object: &str, records: &[Placed]) -> Option<Recovered> {
    let main = records.iter().find(|placed| placed.record.kind() != Some(Kind::Request))?;
    let record = &main.record;
    let kind = record.kind().filter(|kind| *kind != Kind::Warcinfo)?;
    let field = |name| record.field(name).unwrap_or_default().to_string();
    let leaves = records.iter().filter_map(|Placed { record, .. }| {
        Some(Leaf {
            record_id: record.id()?.to_string(),
            kind: record.kind()?,
            block_digest: record.field("WARC-Block-Digest")?.to_string(),
        })
    });
    let appended = Appended {
        capture_id: record.id()?.to_string(),
        kind,
        object: object.to_string(),
        offset: main.offset,
        length: main.length,
        payload_digest: record.field("WARC-Payload-Digest").map(str::to_string),
        authority: record.field(authority::FIELD).map(str::to_string),
        leaves: leaves.collect(),
    };
    Some(Recovered { appended, source: field("Vigie-Source"), run: field("Vigie-Run"), url: field("WARC-Target-URI") })
}

fn shorten(dir: &Path, object: &str, length: u64) -> Result<(), Error> {
    let path = dir.join(object);
    if length == 0 {
        return fs::remove_file(&path).map_err(failed("remove the incomplete file", &path));
    }
    let file = OpenOptions::new().write(true).open(&path).map_err(failed("open", &path))?;
    file.set_len(length).and_then(|()| file.sync_all()).map_err(failed("cut the incomplete end of", &path))
}
