//! Imports: each row or foreign capture is archived first, then read like any page.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::database::Connection;
use anyhow::{Context as _, Result, bail};
use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::archive::{self, Appended, Context};
use crate::clock;
use crate::config::{Source, SourceType};
use crate::fetch::{Exchange, Outcome};
use crate::pipeline::ending;
use crate::pipeline::rows::{self, Mapping};
use crate::pipeline::stage::on_all_cores;
use crate::pipeline::summary::Summary;
use crate::pipeline::writer::{Taken, Writer};
use crate::store::captures::{self, CaptureRow};

/// Rows archived and committed at a time.
const BATCH: usize = 512;
/// A line longer than this is refused: no advertisement is.
const LONGEST_LINE: u64 = 16 << 20;
/// Blocks of foreign records are cut at this size.
const LARGEST_BLOCK: u64 = 64 << 20;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Captures of another crawler.
    Warc,
    /// One JSON object a line.
    Jsonl,
    /// A table with a header line.
    Csv,
}

impl Format {
    /// The format that a file name promises, `.gz` aside.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "warc" => Some(Self::Warc),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" | "tsv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// What was imported from one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// Rows or captures read.
    pub rows: u64,
    /// Of those, held already: they add nothing.
    pub known: u64,
    /// Of those, not understood, each named on stderr.
    pub bad: u64,
}

/// One row or capture, ready to be archived.
enum Piece {
    Row { body: Vec<u8>, row: Map<String, Value>, origin: rows::Origin },
    Exchange(Box<Exchange>),
}

/// An import into one source.
pub struct Import<'w> {
    writer: &'w mut Writer,
    source: Source,
    mapping: Mapping,
    mapping_id: Option<String>,
    /// What was done so far.
    pub summary: Summary,
}

impl<'w> Import<'w> {
    /// Prepares an import; the mapping file is archived and stored with the captures.
    ///
    /// # Errors
    /// The mapping is not understood, or the store does not answer.
    pub async fn prepare(writer: &'w mut Writer, source: Source, mapping: Option<&str>) -> Result<Self> {
        writer.know_source(&source.id, source.kind.code());
        let summary = Summary { run: writer.run, started_at: clock::now().to_string(), ..Summary::default() };
        let mut import = Self { mapping: Mapping::default(), mapping_id: None, writer, source, summary };
        if let Some(text) = mapping {
            import.mapping = Mapping::parse(text)?;
            import.mapping_id = Some(keep_mapping(import.writer, &import.source.id, text).await?);
        }
        Ok(import)
    }

    /// Imports one file; `progress` is told how many bytes of it were read.
    ///
    /// # Errors
    /// The file cannot be read, or the archive or store fails; what was committed stays, and importing again goes on where it stopped.
    pub async fn file(
        &mut self,
        path: &Path,
        format: Format,
        stop: &watch::Receiver<bool>,
        mut progress: impl FnMut(u64, &Summary),
    ) -> Result<Imported> {
        let mut imported = Imported::default();
        let mut pieces = Pieces::open(path, format)?;
        loop {
            let mut batch = Vec::with_capacity(BATCH);
            while batch.len() < BATCH {
                match pieces.next(self) {
                    None => break,
                    Some(Ok(piece)) => batch.push(piece),
                    Some(Err(error)) => {
                        imported.bad += 1;
                        tracing::warn!("{}: {error:#}", path.display());
                    }
                }
            }
            if batch.is_empty() {
                return Ok(imported);
            }
            imported.rows += batch.len() as u64;
            imported.known += self.commit(batch).await?;
            progress(pieces.bytes(), &self.summary);
            if *stop.borrow() {
                self.summary.interrupted = true;
                return Ok(imported);
            }
        }
    }

    /// Archives and commits a batch; returns how many of it were held already.
    async fn commit(&mut self, batch: Vec<Piece>) -> Result<u64> {
        let before = batch.len();
        let batch = self.only_new(batch).await?;
        let known = (before - batch.len()) as u64;
        if batch.is_empty() {
            return Ok(known);
        }
        let now = clock::now();
        let (archived, extractions) = tokio::task::block_in_place(|| -> Result<_> {
            let run = self.writer.run.to_string();
            let context = Context { source: &self.source.id, run: &run, previous: None };
            let content_type = row_type(self.mapping_id.as_deref());
            let mut archived = Vec::with_capacity(batch.len());
            for piece in &batch {
                archived.push(match piece {
                    Piece::Row { body, origin, .. } => self.writer.archive.append_resource(
                        &origin.address,
                        &content_type,
                        body,
                        origin.observed_at.unwrap_or(now),
                        &context,
                    )?,
                    Piece::Exchange(exchange) => self.writer.archive.append_exchange(exchange, &context)?,
                });
            }
            self.writer.archive.sync()?;
            let (folder, codebook, limits) = (self.writer.archive.dir(), &self.writer.codebook, crate::fetch::Limits::default());
            let crypto = self.source.kind == SourceType::Cryptomarket;
            let extractions = on_all_cores(&batch, |piece| match piece {
                Piece::Row { row, origin, .. } => {
                    let mut page = rows::read(row, &self.mapping, origin, crypto, origin.observed_at.unwrap_or(now));
                    crate::classify::page(codebook, &mut page);
                    ending::Reading { outcome: Outcome::Ok, extraction: Some(page) }
                }
                Piece::Exchange(exchange) => ending::read(exchange, None, folder, &self.source, codebook, &limits),
            });
            Ok((archived, extractions))
        })?;
        let mut taken = Vec::with_capacity(batch.len());
        for ((piece, appended), reading) in batch.iter().zip(archived).zip(extractions) {
            let seq = self.writer.next_capture();
            let (address, at, outcome, status, bytes) = match piece {
                Piece::Row { origin, body, .. } => (origin.address.clone(), origin.observed_at.unwrap_or(now), "imported", 0, body.len()),
                Piece::Exchange(exchange) => (
                    exchange.url.to_string(),
                    exchange.started_at,
                    reading.outcome.code(),
                    i64::from(exchange.status.unwrap_or(0)),
                    exchange.body.len(),
                ),
            };
            self.summary.count(outcome, &self.source.id, bytes as u64);
            let gone = reading.gone();
            let mut capture = capture(&appended, seq, &self.source.id, self.writer.run, &address, at);
            capture.outcome = outcome.to_owned();
            capture.status = status;
            capture.bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
            capture.mapping = matches!(piece, Piece::Row { .. }).then(|| self.mapping_id.clone()).flatten();
            capture.page_kind = reading.extraction.as_ref().map_or("", |page| page.page_kind.code()).to_owned();
            taken.push(Taken { capture, extraction: reading.extraction, gone });
        }
        let committed = self.writer.commit(&taken, async |_: &mut Connection| Ok(())).await?;
        self.summary.listings_new += committed.listings_new;
        self.summary.listings_seen += committed.listings_seen;
        self.summary.versions_new += committed.versions_new;
        self.summary.alerts += committed.alerts;
        self.writer.publish().await?;
        Ok(known)
    }

    /// Leaves out what this source holds already, and what the batch itself says twice.
    async fn only_new(&self, batch: Vec<Piece>) -> Result<Vec<Piece>> {
        let keyed: Vec<((String, String), Option<i64>, Piece)> = batch.into_iter().map(keyed).collect();
        let addresses: Vec<String> = keyed.iter().map(|((address, _), _, _)| address.clone()).collect();
        let mut connection = self.writer.pool.acquire().await?;
        let held = captures::held(&mut connection, &self.source.id, &addresses).await?;
        let mut seen = std::collections::HashSet::new();
        let known = |address: &str, digest: &str, at: Option<i64>| {
            held.iter().any(|(one, two, when)| one == address && two == digest && at.is_none_or(|at| at == *when))
        };
        Ok(keyed
            .into_iter()
            .filter(|((address, digest), at, _)| seen.insert((address.clone(), digest.clone(), *at)) && !known(address, digest, *at))
            .map(|(_, _, piece)| piece)
            .collect())
    }
}

/// What tells a piece from another: address, payload digest, time where it is known.
fn keyed(piece: Piece) -> ((String, String), Option<i64>, Piece) {
    let (address, digest, at) = match &piece {
        Piece::Row { body, origin, .. } => {
            (origin.address.clone(), archive::digest::sha256(&[body]), origin.observed_at.map(clock::micros))
        }
        Piece::Exchange(exchange) => {
            (exchange.url.to_string(), archive::digest::sha256(&[&exchange.body]), Some(clock::micros(exchange.started_at)))
        }
    };
    ((address, digest), at, piece)
}

fn capture(appended: &Appended, seq: i64, source: &str, run: i64, address: &str, at: Timestamp) -> CaptureRow {
    CaptureRow {
        id: appended.capture_id.clone(),
        seq,
        source: source.to_owned(),
        address: address.to_owned(),
        captured_at: clock::micros(at),
        run,
        reason: "import".to_owned(),
        segment: appended.object.clone(),
        position: appended.offset.cast_signed(),
        payload_digest: appended.payload_digest.clone().unwrap_or_default(),
        ..CaptureRow::default()
    }
}

/// Type of an imported row's record; it names the mapping by which the row was read.
fn row_type(mapping: Option<&str>) -> String {
    mapping.map_or_else(|| "application/json".to_owned(), |id| format!("application/json; mapping={id}"))
}

async fn keep_mapping(writer: &mut Writer, source: &str, text: &str) -> Result<String> {
    let id: String = archive::digest::sha256(&[text.as_bytes()]).trim_start_matches("sha256:").chars().take(32).collect();
    let mut connection = writer.pool.acquire().await?;
    if captures::mapping(&mut connection, &id).await?.is_none() {
        let run = writer.run.to_string();
        let context = Context { source, run: &run, previous: None };
        writer.archive.append_resource(
            &format!("urn:vigie:{source}:mapping:{id}"),
            "application/toml",
            text.as_bytes(),
            clock::now(),
            &context,
        )?;
        writer.archive.sync()?;
        captures::keep_mapping(&mut connection, &id, text).await?;
    }
    Ok(id)
}

/// The pieces of a file, one by one, in bounded memory.
enum Pieces {
    Lines { input: Counted<Box<dyn BufRead + Send>>, line: u64, path: PathBuf },
    Table { input: Box<csv::Reader<Box<dyn Read + Send>>>, header: Vec<String>, record: csv::ByteRecord },
    Warc(archive::Scan),
}

struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl Pieces {
    fn open(path: &Path, format: Format) -> Result<Self> {
        let context = || format!("cannot read {}", path.display());
        if format == Format::Warc {
            return Ok(Self::Warc(archive::scan(path, LARGEST_BLOCK)?));
        }
        let mut file = BufReader::new(File::open(path).with_context(context)?);
        let gzip = file.fill_buf().with_context(context)?.starts_with(&[0x1f, 0x8b]);
        let mut input: Box<dyn BufRead + Send> = if gzip { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(file) };
        if format == Format::Jsonl {
            return Ok(Self::Lines { input: Counted { inner: input, bytes: 0 }, line: 0, path: path.to_owned() });
        }
        let first = input.fill_buf().with_context(context)?;
        let first = first.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let delimiter =
            [b',', b';', b'\t', b'|'].into_iter().max_by_key(|one| first.iter().filter(|byte| *byte == one).count()).unwrap_or(b',');
        let mut input = Box::new(csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(input as Box<dyn Read + Send>));
        let header: Vec<String> = input
            .byte_headers()
            .with_context(context)?
            .iter()
            .map(|cell| decoded(cell).trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        if header.iter().all(String::is_empty) {
            bail!("{} has no header line; hint: the first line names the columns", path.display());
        }
        Ok(Self::Table { input, header, record: csv::ByteRecord::new() })
    }

    fn next(&mut self, import: &Import<'_>) -> Option<Result<Piece>> {
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
                    if text.trim_ascii().is_empty() {
                        continue;
                    }
                    return Some(import.row(text.trim_ascii()).with_context(|| format!("line {line}")));
                }
                Self::Table { input, header, record } => {
                    return match input.read_byte_record(record) {
                        Ok(false) => None,
                        Ok(true) => {
                            let cells = header.iter().cloned().zip(record.iter().map(|cell| Value::String(decoded(cell))));
                            let row: Map<String, Value> = cells.filter(|(name, _)| !name.is_empty()).collect();
                            Some(serde_json::to_vec(&row).map_err(Into::into).map(|body| import.piece(body, row)))
                        }
                        Err(error) => Some(Err(error.into())),
                    };
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

    fn bytes(&self) -> u64 {
        match self {
            Self::Lines { input, .. } => input.bytes,
            Self::Table { input, .. } => input.position().byte(),
            Self::Warc(scan) => scan.bytes_read(),
        }
    }
}

impl Import<'_> {
    fn row(&self, text: &[u8]) -> Result<Piece> {
        if text.len() as u64 > LONGEST_LINE {
            bail!("longer than {} MB; hint: one JSON object a line", LONGEST_LINE >> 20);
        }
        let row: Map<String, Value> = serde_json::from_slice(text).context("no JSON object")?;
        Ok(self.piece(text.to_vec(), row))
    }

    fn piece(&self, body: Vec<u8>, row: Map<String, Value>) -> Piece {
        let digest = archive::digest::sha256(&[&body]);
        let origin = rows::origin(&row, &self.mapping, &self.source.id, digest.trim_start_matches("sha256:"), clock::now());
        Piece::Row { body, row, origin }
    }
}

fn decoded(cell: &[u8]) -> String {
    match std::str::from_utf8(cell) {
        Ok(text) => text.to_owned(),
        Err(_) => vigie_extractors::html::decode(cell, None).text,
    }
}
