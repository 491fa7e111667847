//! Reading records: one of ours by its place, or all of any WARC file in turn.

use crate::archive::record::{self, LARGEST_BLOCK, Record};
use crate::archive::segment::{self, Step, Walk};
use crate::archive::{Error, failed};
use flate2::bufread::GzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Reads the record at a place of the archive in `dir`.
pub fn read(dir: &Path, object: &str, offset: u64) -> Result<Record, Error> {
    let damaged = |what: String| Error::Damaged { object: object.into(), offset, what };
    // Names come from a database: they never lead out of the folder.
    if segment::number(object).is_none() {
        return Err(damaged("this is not the name of a file of the archive".into()));
    }
    match Walk::open(dir, object, offset)?.step()? {
        Step::Member(member) => member.record().map_err(damaged),
        Step::Damaged(_, what) => Err(damaged(what)),
        Step::End => Err(damaged("the file ends before it".into())),
    }
}

/// Opens a `.warc` or `.warc.gz` file of any writer (members per record, or one stream). Blocks are cut at `most` bytes.
pub fn scan(path: &Path, most: u64) -> Result<Scan, Error> {
    let mut file = BufReader::new(File::open(path).map_err(failed("open", path))?);
    let gzip = file.fill_buf().map_err(failed("read", path))?.starts_with(&[0x1f, 0x8b]);
    let counted = Counted { inner: file, count: 0 };
    let source = if gzip { Source::Gzip(Some(Box::new(GzDecoder::new(counted)))) } else { Source::Plain(counted) };
    let input = BufReader::new(Members { source, start: 0 });
    Ok(Scan { input, path: path.into(), most: most.min(LARGEST_BLOCK), ended: false })
}

/// The records of a file with the offset of each (that of its gzip member in compressed files). A damaged record gives an error;
/// reading goes on with the next gzip member if there is one.
pub struct Scan {
    input: BufReader<Members>,
    path: PathBuf,
    most: u64,
    ended: bool,
}

impl Scan {
    /// Bytes of the file read so far, for progress.
    pub fn bytes_read(&self) -> u64 {
        self.input.get_ref().count()
    }
}

impl Iterator for Scan {
    type Item = Result<(u64, Record), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let filled = self.skip_line_ends();
        let offset = self.input.get_ref().offset(self.input.buffer().len());
        let error = match filled.and_then(|()| record::next(&mut self.input, self.most)) {
            Ok(Some(record)) => return Some(Ok((offset, record))),
            Ok(None) => {
                self.ended = true;
                return None;
            }
            Err(error) => error,
        };
        self.ended = !self.next_member();
        Some(Err(Error::Malformed { path: self.path.clone(), offset, what: error.to_string() }))
    }
}

impl Scan {
    /// Passes over the line ends between records, and so into the next member if the last one is used up.
    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.input.fill_buf()?;
            let ends = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if ends == 0 {
                return Ok(());
            }
            self.input.consume(ends);
        }
    }

    /// After an error: reads to the end of the damaged member. `false` where that leads nowhere.
    fn next_member(&mut self) -> bool {
        let start = self.input.get_ref().start;
        if matches!(self.input.get_ref().source, Source::Plain(_)) {
            return false;
        }
        loop {
            let length = self.input.buffer().len();
            self.input.consume(length);
            let more = self.input.fill_buf().is_ok_and(|bytes| !bytes.is_empty());
            if !more || self.input.get_ref().start != start {
                return more;
            }
        }
    }
}

/// Counts what is taken from a reader.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.count += n as u64;
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.inner.consume(n);
        self.count += n as u64;
    }
}

enum Source {
    Plain(Counted<BufReader<File>>),
    /// `None` after the last member.
    Gzip(Option<Box<GzDecoder<Counted<BufReader<File>>>>>),
}

/// The plain bytes of all members. One call of `read` never crosses from one member into the next.
struct Members {
    source: Source,
    /// Where the present member begins.
    start: u64,
}

impl Members {
    fn count(&self) -> u64 {
        match &self.source {
            Source::Plain(file) => file.count,
            Source::Gzip(decoder) => decoder.as_ref().map_or(self.start, |decoder| decoder.get_ref().count),
        }
    }

    /// Offset of the record that begins with the `buffered` bytes.
    fn offset(&self, buffered: usize) -> u64 {
        match &self.source {
            Source::Plain(file) => file.count.saturating_sub(buffered as u64),
            Source::Gzip(_) => self.start,
        }
    }
}

impl Read for Members {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let slot = match &mut self.source {
            Source::Plain(file) => return file.read(buffer),
            Source::Gzip(slot) => slot,
        };
        loop {
            let Some(decoder) = slot else { return Ok(0) };
            let n = decoder.read(buffer)?;
            if n > 0 || buffer.is_empty() {
                return Ok(n);
            }
            let Some(decoder) = slot.take() else { return Ok(0) };
            let mut file = decoder.into_inner();
            self.start = file.count;
            // Anything but another member, such as padding, ends the file.
            if file.fill_buf()?.starts_with(&[0x1f]) {
                *slot = Some(Box::new(GzDecoder::new(file)));
            }
        }
    }
}
