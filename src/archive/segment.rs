//! The files of the archive: their names, their order and the walk over their members.

use crate::archive::member::{self, HEADER, Header};
use crate::archive::record::{self, LARGEST_BLOCK, Record};
use crate::archive::{Error, failed};
use jiff::Timestamp;
use std::fs::{self, File};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// The name of the file of that number: `vigie-20260131T235959Z-000001.warc.gz`. Numbers rise by one and give the order, whatever
/// the clock does.
pub fn name(number: u64, at: Timestamp) -> String {
    format!("vigie-{}-{number:06}.warc.gz", at.strftime("%Y%m%dT%H%M%SZ"))
}

/// The number in a file's name; `None` for names that are not ours.
pub fn number(name: &str) -> Option<u64> {
    let (time, number) = name.strip_prefix("vigie-")?.strip_suffix(".warc.gz")?.split_once('-')?;
    let ours = time.len() == 16 && number.len() >= 6 && number.bytes().all(|b| b.is_ascii_digit());
    ours.then(|| number.parse().ok()).flatten()
}

/// Our files in the folder with their numbers, in order. Other files are left alone; a missing folder is empty.
pub fn list(dir: &Path) -> Result<Vec<(u64, String)>, Error> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed("read", dir))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed("read", dir))?.file_name();
        if let Some((number, name)) = name.to_str().and_then(|name| Some((number(name)?, name))) {
            files.push((number, name.to_string()));
        }
    }
    files.sort();
    Ok(files)
}

/// A record and its member's place in the file.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) record: Record,
}

/// A member as it stands in the file, not yet inflated.
#[derive(Debug)]
pub(super) struct Member {
    /// Offset in the file.
    pub(super) offset: u64,
    header: Header,
    rest: Vec<u8>,
}

impl Member {
    /// Its record with its place.
    pub(super) fn placed(&self, record: Record) -> Placed {
        Placed { offset: self.offset, length: self.header.length, record }
    }

    /// The record, after every check that concerns the member alone.
    pub(super) fn record(&self) -> Result<Record, String> {
        self.header.check(&self.rest)?;
        let plain = member::inflate(&self.rest)?;
        let mut input = plain.as_slice();
        let record = record::next(&mut input, LARGEST_BLOCK).map_err(|error| error.to_string())?;
        if input != b"\r\n\r\n" {
            return Err("the record does not end with two empty lines".into());
        }
        record.filter(|_| plain.starts_with(b"WARC/1.1\r\n")).ok_or_else(|| "the member holds no WARC 1.1 record".into())
    }
}

/// What comes next in a file.
#[derive(Debug)]
pub(super) enum Step {
    Member(Member),
    /// Not a whole canonical member at this offset.
    Damaged(u64, String),
    End,
}

/// Walks over a file member by member without inflating.
#[derive(Debug)]
pub(super) struct Walk {
    file: BufReader<File>,
    object: String,
    dir: std::path::PathBuf,
    offset: u64,
    end: u64,
}

impl Walk {
    /// Begins at an offset, where a member must start.
    pub(super) fn open(dir: &Path, object: &str, offset: u64) -> Result<Walk, Error> {
        let path = dir.join(object);
        let mut file = File::open(&path).map_err(failed("open", &path))?;
        let end = file.metadata().map_err(failed("read", &path))?.len();
        file.seek(SeekFrom::Start(offset)).map_err(failed("read", &path))?;
        Ok(Walk { file: BufReader::with_capacity(64 << 10, file), object: object.into(), dir: dir.into(), offset, end })
    }

    /// The file's length when it was opened.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    pub(super) fn step(&mut self) -> Result<Step, Error> {
        let left = self.end.saturating_sub(self.offset);
        if left == 0 {
            return Ok(Step::End);
        }
        let offset = self.offset;
        let mut bytes = Vec::with_capacity(HEADER);
        self.read(HEADER as u64, &mut bytes)?;
        let header = match Header::parse(&bytes) {
            Ok(header) if header.length <= left => header,
            Ok(_) => return Ok(Step::Damaged(offset, "the gzip member is not complete".into())),
            Err(what) => return Ok(Step::Damaged(offset, what.into())),
        };
        let mut rest = Vec::new();
        self.read(header.length - HEADER as u64, &mut rest)?;
        self.offset += header.length;
        Ok(Step::Member(Member { offset, header, rest }))
    }

    /// Goes to the next place after `offset` where a member starts whose end is the end of the file or another member. (Bytes of a
    /// body may look like a header.) `false` if there is none.
    pub(super) fn resume_after(&mut self, offset: u64) -> Result<bool, Error> {
        const OVERLAP: usize = HEADER - 1;
        let mut at = offset + 1;
        let mut window = Vec::new();
        loop {
            let before = window.len();
            self.seek(at + before as u64)?;
            self.read(64 << 10, &mut window)?;
            for (n, bytes) in window.windows(HEADER).enumerate() {
                let Ok(header) = Header::parse(bytes) else { continue };
                let start = at + n as u64;
                if self.is_boundary(start.saturating_add(header.length))? {
                    self.offset = start;
                    self.seek(start)?;
                    return Ok(true);
                }
            }
            if window.len() == before {
                self.offset = self.end;
                return Ok(false);
            }
            let done = window.len().saturating_sub(OVERLAP);
            window.drain(..done);
            at += done as u64;
        }
    }

    fn is_boundary(&mut self, offset: u64) -> Result<bool, Error> {
        if offset >= self.end {
            return Ok(offset == self.end);
        }
        let mut prefix = Vec::new();
        self.seek(offset)?;
        self.read(member::PREFIX.len() as u64, &mut prefix)?;
        Ok(prefix == member::PREFIX)
    }

    fn seek(&mut self, offset: u64) -> Result<(), Error> {
        let path = self.dir.join(&self.object);
        self.file.seek(SeekFrom::Start(offset)).map_err(failed("read", &path))?;
        Ok(())
    }

    fn read(&mut self, length: u64, into: &mut Vec<u8>) -> Result<(), Error> {
        let path = self.dir.join(&self.object);
        (&mut self.file).take(length).read_to_end(into).map_err(failed("read", &path))?;
        Ok(())
    }
}
