//! The pieces of an import: rows and foreign captures of a file, one by one, in bounded memory.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use flate2::bufread::MultiGzDecoder;
use serde_json::{Map, Value};

use crate::fetch::Exchange;
use crate::pipeline::import::Format;
use crate::pipeline::rows::{self, Mapping};
use crate::pipeline::table::Table;
use crate::{archive, clock};

/// A line longer than this is refused: no advertisement is.
const LONGEST_LINE: u64 = 16 << 20;
/// Blocks of foreign records are cut at this size.
const LARGEST_BLOCK: u64 = 64 << 20;

/// One row or capture, ready to be archived.
pub(super) enum Piece {
    Row { body: Vec<u8>, row: Map<String, Value>, origin: rows::Origin },
    Exchange(Box<Exchange>),
}

/// The pieces of a file, one by one, in bounded memory.
pub(super) enum Pieces {
    Lines { input: Counted<Box<dyn BufRead + Send>>, line: u64, path: PathBuf },
    Table(Box<Table>),
    Warc(archive::Scan),
}

/// A reader and how many bytes were taken from it.
pub(super) struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl Pieces {
    /// Opens a file.
    ///
    /// # Errors
    /// It cannot be read, or is a table without a header line.
    pub(super) fn open(path: &Path, format: Format) -> Result<Self> {
        let context = || format!("cannot read {}", path.display());
        if format == Format::Warc {
            return Ok(Self::Warc(archive::scan(path, LARGEST_BLOCK)?));
        }
        let mut file = BufReader::new(File::open(path).with_context(context)?);
        let gzip = file.fill_buf().with_context(context)?.starts_with(&[0x1f, 0x8b]);
        let input: Box<dyn BufRead + Send> = if gzip { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(file) };
        if format == Format::Jsonl {
            return Ok(Self::Lines { input: Counted { inner: input, bytes: 0 }, line: 0, path: path.to_owned() });
        }
        Ok(Self::Table(Box::new(Table::open(input).with_context(context)?)))
    }

    /// The next piece, or what is wrong with it and in which line.
    pub(super) fn next(&mut self, mapping: &Mapping, source: &str) -> Option<Result<Piece>> {
        loop {
            match self {
                Self::Lines { input, line, path } => {
                    *line += 1;
                    let mut text = Vec::new();
                    match (&mut input.inner).take(LONGEST_LINE + 1).read_until(b'\n', &mut text) {
                        Ok(0) => return None,
                        Ok(n) => input.bytes += n as u64,
                        Err(error) => {
                            // What cannot be read now cannot be read later in this stream either.
                            let error = anyhow::Error::new(error).context(format!("{} breaks off in line {line}", path.display()));
                            *self = Self::Lines {
                                input: Counted { inner: Box::new(std::io::empty()), bytes: 0 },
                                line: 0,
                                path: PathBuf::new(),
                            };
                            return Some(Err(error));
                        }
                    }
                    if *line == 1 && text.starts_with(b"\xef\xbb\xbf") {
                        text.drain(..3);
                    }
                    if text.trim_ascii().is_empty() {
                        continue;
                    }
                    let cut = text.len() as u64 > LONGEST_LINE && !text.ends_with(b"\n");
                    if cut && let Err(error) = input.inner.skip_until(b'\n') {
                        return Some(Err(error.into()));
                    }
                    return Some(row(text.trim_ascii(), mapping, source).with_context(|| format!("line {line}")));
                }
                Self::Table(table) => {
                    let row = table.next()?;
                    let line = table.line();
                    let piece = row.and_then(|row| piece(serde_json::to_vec(&row)?, row, mapping, source));
                    return Some(piece.with_context(|| format!("line {line}")));
                }
                Self::Warc(scan) => match scan.next()? {
                    Err(error) => return Some(Err(error.into())),
                    // Records that hold no answer, and revisits whose body is elsewhere, are no captures of their own.
                    Ok((_, record)) => match archive::exchange_of(&record)
                        .filter(|exchange| exchange.status.is_some() && record.kind() == Some(archive::Kind::Response))
                    {
                        Some(exchange) => return Some(Ok(Piece::Exchange(Box::new(exchange)))),
                        None => continue,
                    },
                },
            }
        }
    }

    /// Bytes of the file read so far.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Lines { input, .. } => input.bytes,
            Self::Table(table) => table.bytes(),
            Self::Warc(scan) => scan.bytes_read(),
        }
    }
}

fn row(text: &[u8], mapping: &Mapping, source: &str) -> Result<Piece> {
    if text.len() as u64 > LONGEST_LINE {
        bail!("longer than {} MB; hint: one JSON object a line", LONGEST_LINE >> 20);
    }
    if std::str::from_utf8(text).is_err() {
        bail!("no UTF-8; hint: convert the file");
    }
    let row: Map<String, Value> = serde_json::from_slice(text).context("no JSON object")?;
    piece(text.to_vec(), row, mapping, source)
}

fn piece(body: Vec<u8>, row: Map<String, Value>, mapping: &Mapping, source: &str) -> Result<Piece> {
    if !mapping.says_something(&row) {
        let columns: Vec<&str> = row.keys().take(20).map(String::as_str).collect();
        bail!("neither title nor description; hint: --map names their columns, the row has {}", columns.join(", "));
    }
    let digest = archive::digest::sha256(&[&body]);
    let origin = rows::origin(&row, mapping, source, digest.trim_start_matches("sha256:"), clock::now());
    Ok(Piece::Row { body, row, origin })
}
