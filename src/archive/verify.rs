//! Checks the archive from end to end: every member whole and canonical, every digest right, every capture complete.

use crate::archive::record::{Kind, Record, bare_id};
use crate::archive::recover::Pending;
use crate::archive::segment::{Placed, Step, Walk, list};
use crate::archive::{Error, authority, digest, failed, http};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

/// Problems that are listed one by one; further ones are only counted.
const MOST_LISTED: usize = 1000;
/// Authorities that are counted one by one; captures under others count as `other`.
const MOST_AUTHORITIES: usize = 10_000;

/// What was checked and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verification {
    /// Files.
    pub files: u64,
    /// Records that could be read.
    pub records: u64,
    /// Records by type.
    pub by_type: BTreeMap<&'static str, u64>,
    /// Bytes of the files.
    pub bytes: u64,
    /// Captures by the hash of the authority under which they were made; `none` for imports and for what was made before hashes were kept.
    pub by_authority: BTreeMap<String, u64>,
    /// What is wrong, the first thousand.
    pub problems: Vec<Problem>,
    /// How many things are wrong.
    pub problem_count: u64,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// Name of the file.
    pub object: String,
    /// Offset of the record in it, in bytes.
    pub offset: u64,
    /// What is wrong.
    pub what: String,
}

/// Verifies the archive in a folder, one capture in memory at a time (besides 8 bytes for each record's identifier).
/// `progress` is told the bytes done and the bytes in all. Whole records missing at the end of the last file can't be seen from the
/// archive alone: compare its length with the committed position. An error means that a file could not be read at all.
pub fn verify(dir: &Path, progress: impl FnMut(u64, u64)) -> Result<Verification, Error> {
    verify_each(dir, progress, |_, _, _| ())
}

/// As [`verify`]; `each` is told the file, offset and content of every record that can be read, so that they can be compared with what
/// is known of them elsewhere.
pub fn verify_each(
    dir: &Path,
    mut progress: impl FnMut(u64, u64),
    mut each: impl FnMut(&str, u64, &Record),
) -> Result<Verification, Error> {
    let files = list(dir)?;
    let mut total = 0;
    for (_, object) in &files {
        let path = dir.join(object);
        total += fs::metadata(&path).map_err(failed("read", &path))?.len();
    }
    let mut found = Verification::default();
    let mut seen = Seen::default();
    let mut expected = files.first().map_or(0, |(number, _)| *number);
    for (number, object) in &files {
        if *number != expected {
            found.report(object, 0, format!("the file before it is missing: number {expected} was expected"));
        }
        expected = number + 1;
        let before = found.bytes;
        let mut walk = Walk::open(dir, object, 0)?;
        let end = walk.end();
        file(&mut walk, object, &mut found, &mut seen, |offset| progress(before + offset, total), &mut each)?;
        found.files += 1;
        found.bytes = before + end;
        progress(found.bytes, total);
    }
    Ok(found)
}

/// The leading 64 bits of identifiers' digests: enough to tell billions of random identifiers apart.
#[derive(Default)]
struct Seen(HashSet<u64>);

impl Seen {
    fn short(id: &str) -> u64 {
        let digest = digest::sha256(&[id.as_bytes()]);
        digest.get(7..23).and_then(|hex| u64::from_str_radix(hex, 16).ok()).unwrap_or_default()
    }
}

impl Verification {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.problem_count == 0
    }

    /// Counts a capture by its authority; records that are no captures are left out.
    fn count_authority(&mut self, records: &[Placed]) {
        let main = records.iter().map(|placed| &placed.record).find(|record| record.kind() != Some(Kind::Request));
        let Some(record) = main.filter(|record| record.kind() != Some(Kind::Warcinfo) && authority::text_of(record).is_none()) else {
            return;
        };
        let hash = record.field(authority::FIELD).unwrap_or("none");
        let room = self.by_authority.contains_key(hash) || self.by_authority.len() < MOST_AUTHORITIES;
        *self.by_authority.entry(if room { hash } else { "other" }.to_owned()).or_default() += 1;
    }

    /// Adds a problem.
    pub fn report(&mut self, object: &str, offset: u64, what: impl Into<String>) {
        self.problem_count += 1;
        if self.problems.len() < MOST_LISTED {
            self.problems.push(Problem { object: object.into(), offset, what: what.into() });
        }
    }
}

fn file(
    walk: &mut Walk,
    object: &str,
    found: &mut Verification,
    seen: &mut Seen,
    mut progress: impl FnMut(u64),
    each: &mut impl FnMut(&str, u64, &Record),
) -> Result<(), Error> {
    let mut pending = Pending::default();
    let mut first = true;
    loop {
        let member = match walk.step()? {
            Step::End => break,
            Step::Damaged(offset, what) => {
                found.report(object, offset, what);
                if !walk.resume_after(offset)? {
                    break;
                }
                first = false;
                continue;
            }
            Step::Member(member) => member,
        };
        let offset = member.offset;
        match member.record() {
            Err(what) => {
                found.report(object, offset, what);
                // Its length may be what is wrong, so the next member is looked for.
                walk.resume_after(offset)?;
            }
            Ok(record) => {
                found.records += 1;
                each(object, offset, &record);
                *found.by_type.entry(record.kind().map_or("foreign", Kind::as_str)).or_default() += 1;
                check(&record, object, first, seen, |what| found.report(object, offset, what));
                match pending.take(member.placed(record)) {
                    Err(what) => found.report(object, offset, what),
                    Ok(Some(whole)) => {
                        check_group(&whole, |offset, what| found.report(object, offset, what));
                        found.count_authority(&whole);
                    }
                    Ok(None) => {}
                }
            }
        }
        first = false;
        progress(offset);
    }
    if first {
        found.report(object, 0, "the file is empty");
    }
    if let Some(offset) = pending.start() {
        found.report(object, offset, "a capture without its last record");
    }
    Ok(())
}

/// What a record alone tells.
fn check(record: &Record, object: &str, first: bool, seen: &mut Seen, mut report: impl FnMut(String)) {
    match record.field("WARC-Block-Digest") {
        Some(claimed) if claimed == digest::sha256(&[&record.block]) => {}
        Some(_) => report("the block digest does not match".into()),
        None => report("there is no block digest".into()),
    }
    let payload = match record.kind() {
        Some(Kind::Response) => http::head_end(&record.block).and_then(|end| record.block.get(end..)),
        Some(Kind::Resource) => Some(record.block.as_slice()),
        _ => None,
    };
    match (record.field("WARC-Payload-Digest"), payload) {
        (Some(claimed), Some(payload)) if claimed != digest::sha256(&[payload]) => report("the payload digest does not match".into()),
        (None, _) if matches!(record.kind(), Some(Kind::Response | Kind::Resource | Kind::Revisit)) => {
            report("there is no payload digest".into())
        }
        _ => {}
    }
    let is_info = record.kind() == Some(Kind::Warcinfo);
    if first != is_info {
        report(if first { "the file does not begin with a warcinfo record".into() } else { "a warcinfo record within the file".into() });
    } else if is_info && record.field("WARC-Filename") != Some(object) {
        report("the file was renamed: its warcinfo record has another name".into());
    }
    match record.id() {
        Some(id) if seen.0.insert(Seen::short(id)) => {}
        Some(id) => report(format!("the record {id} is in the archive twice")),
        None => report("the record has no identifier".into()),
    }
    if let Some(id) = record.refers_to().filter(|id| !seen.0.contains(&Seen::short(id))) {
        report(format!("it refers to the record {id}, which is not in the archive before it"));
    }
    if record.date().is_none() {
        report("the record has no date".into());
    }
}

/// What the records of a capture tell together: request and metadata belong to the answer between them.
fn check_group(records: &[Placed], mut report: impl FnMut(u64, String)) {
    if let [request, main, metadata] = records {
        for Placed { offset, record, .. } in [request, metadata] {
            if record.field("WARC-Concurrent-To").map(bare_id) != main.record.id() {
                report(*offset, "it belongs to another capture than the records around it".into());
            }
        }
        if main.record.field(authority::FIELD) != metadata.record.field(authority::FIELD) {
            report(main.offset, "it names another authority than the metadata record beside it".into());
        }
    }
}
