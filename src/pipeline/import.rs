//! Imports: each row or foreign capture is archived first, then read like any page.

use std::collections::BTreeMap;
use std::path::Path;

use crate::database::Connection;
use anyhow::{Context as _, Result};
use jiff::Timestamp;
use tokio::sync::watch;

use crate::archive::{self, Appended, Context, Recovered};
use crate::clock;
use crate::config::{Source, SourceType};
use crate::fetch::Outcome;
use crate::pipeline::authority;
use crate::pipeline::ending;
use crate::pipeline::pieces::{Piece, Pieces};
use crate::pipeline::rows::{self, Mapping};
use crate::pipeline::stage::on_all_cores;
use crate::pipeline::summary::Summary;

use crate::pipeline::writer::{Taken, Writer};
use crate::store::captures::{self, CaptureRow};
use crate::store::{authorities, runs};

/// Rows archived and committed at a time.
const BATCH: usize = 512;
/// Rows that are not understood are named one by one up to so many.
const MOST_NAMED: u64 = 1_000;
/// Captures of an import that was killed, read at a time.
const REPLAY: usize = 256;

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

/// An import into one source.
pub struct Import<'w> {
    writer: &'w mut Writer,
    source: Source,
    mapping: Mapping,
    mapping_id: Option<String>,
    /// Mapped fields whose column no row had so far.
    absent: BTreeMap<String, String>,
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
        let mut import = Self { mapping: Mapping::default(), mapping_id: None, absent: BTreeMap::new(), writer, source, summary };
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
        self.absent = self.mapping.fields.clone();
        let mut columns = None;
        loop {
            let mut batch = Vec::with_capacity(BATCH);
            while batch.len() < BATCH {
                match pieces.next(&self.mapping, &self.source.id) {
                    None => break,
                    Some(Ok(piece)) => {
                        self.look_for_columns(&piece, &mut columns);
                        batch.push(piece);
                    }
                    Some(Err(error)) => {
                        imported.bad += 1;
                        if imported.bad <= MOST_NAMED {
                            tracing::warn!("{}: {error:#}", path.display());
                        }
                    }
                }
            }
            if batch.is_empty() {
                self.tell_of_absent_columns(path, columns.as_deref());
                if imported.bad > MOST_NAMED {
                    tracing::warn!("{}: {} more rows are not understood", path.display(), imported.bad - MOST_NAMED);
                }
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

    /// Asks the watches about the cards of captures without a page of their own; gives the summary.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn finish(mut self) -> Result<Summary> {
        self.summary.alerts += self.writer.ask_about_cards(true).await?;
        self.summary.ended_at = clock::now().to_string();
        Ok(self.summary)
    }

    /// Archives and commits a batch; returns how many of it were held already.
    async fn commit(&mut self, batch: Vec<Piece>) -> Result<u64> {
        let before = batch.len();
        let batch = self.only_new(batch).await?;
        let known = (before - batch.len()) as u64;
        if !batch.is_empty() {
            self.take(batch.into_iter().map(|piece| (piece, None)).collect()).await?;
        }
        Ok(known)
    }

    /// Archives what is not archived yet, reads and commits.
    async fn take(&mut self, batch: Vec<(Piece, Option<Appended>)>) -> Result<()> {
        let now = clock::now();
        let (archived, extractions) = tokio::task::block_in_place(|| -> Result<_> {
            let run = self.writer.run.to_string();
            let context = Context { source: &self.source.id, run: &run, previous: None, authority: None };
            let content_type = row_type(self.mapping_id.as_deref());
            let archive = &self.writer.archive;
            let packed = on_all_cores(&batch, |(piece, already)| match piece {
                _ if already.is_some() => Ok(None),
                Piece::Row { body, origin, .. } => {
                    let at = origin.observed_at.unwrap_or(now);
                    archive.pack_resource(&origin.address, &content_type, body, at, &context).map(Some)
                }
                Piece::Exchange(exchange) => archive.pack_exchange(exchange, &context).map(Some),
            });
            let packed = packed.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>, archive::Error>>()?;
            let mut appended = self.writer.archive.append_all(packed)?.into_iter();
            let archived: Vec<Appended> = batch.iter().filter_map(|(_, already)| already.clone().or_else(|| appended.next())).collect();
            self.writer.archive.sync()?;
            let (folder, codebook, limits) = (self.writer.archive.dir(), &self.writer.codebook, crate::fetch::Limits::default());
            let cards = &self.writer.cards;
            let crypto = self.source.kind == SourceType::Cryptomarket;
            let extractions = on_all_cores(&batch, |(piece, _)| match piece {
                Piece::Row { row, origin, .. } => {
                    let mut page = rows::read(row, &self.mapping, origin, crypto, origin.observed_at.unwrap_or(now), Some(cards));
                    crate::classify::page(codebook, &mut page);
                    ending::Reading { outcome: Outcome::Ok, extraction: Some(page) }
                }
                Piece::Exchange(exchange) => ending::read(exchange, None, folder, &self.source, codebook, cards, &limits),
            });
            Ok((archived, extractions))
        })?;
        let mut taken = Vec::with_capacity(batch.len());
        for (((piece, _), appended), reading) in batch.iter().zip(archived).zip(extractions) {
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
        let position = self.writer.archive.position();
        let committed = self.writer.commit(&taken, position.as_ref(), async |_: &mut Connection| Ok(())).await?;
        self.summary.listings_new += committed.listings_new;
        self.summary.listings_seen += committed.listings_seen;
        self.summary.versions_new += committed.versions_new;
        self.summary.alerts += committed.alerts;
        self.writer.publish().await
    }

    /// Strikes out the mapped columns that this row has, and remembers the columns of the first row.
    fn look_for_columns(&mut self, piece: &Piece, columns: &mut Option<String>) {
        let Piece::Row { row, .. } = piece else { return };
        if self.absent.is_empty() {
            return;
        }
        columns.get_or_insert_with(|| row.keys().take(40).cloned().collect::<Vec<_>>().join(", "));
        let missing: Vec<String> = self.mapping.absent(row).map(|(field, _)| field.to_owned()).collect();
        self.absent.retain(|field, _| missing.contains(field));
    }

    fn tell_of_absent_columns(&self, path: &Path, columns: Option<&str>) {
        let Some(columns) = columns else { return };
        for (field, column) in &self.absent {
            tracing::warn!(
                "{}: no row has the column {column:?} that the mapping names for {field}; hint: the first row has {columns}",
                path.display()
            );
        }
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

/// Reads and commits what an import that was killed had archived and not committed, so that nothing archived is lost.
///
/// # Errors
/// The store or the archive does not answer, or a mapping of that import is missing.
pub async fn replay(writer: &mut Writer) -> Result<()> {
    if writer.uncommitted.is_empty() {
        return Ok(());
    }
    // Numbers of runs begin again where the store was lost, and this run has archived nothing yet.
    let mut imports = runs::of_command(&mut *writer.pool.acquire().await?, "import").await?;
    imports.retain(|run| *run != writer.run);
    let (ours, others) = std::mem::take(&mut writer.uncommitted).into_iter().partition::<Vec<Recovered>, _>(|one| {
        one.appended.kind == archive::Kind::Resource || one.run.parse::<i64>().is_ok_and(|run| imports.contains(&run))
    });
    writer.uncommitted = others;
    let mut ours = ours.as_slice();
    while let Some(first) = ours.first() {
        let run = ours.iter().take(REPLAY).take_while(|one| one.source == first.source).count();
        let (chunk, rest) = ours.split_at(run);
        ours = rest;
        let source = writer.config.source(&first.source).cloned();
        let source = source.unwrap_or_else(|| Source::for_import(&first.source, &writer.config.settings));
        let mut by_mapping: BTreeMap<Option<String>, Vec<(Piece, Option<Appended>)>> = BTreeMap::new();
        for one in chunk {
            let record = archive::read(writer.archive.dir(), &one.appended.object, one.appended.offset)?;
            // The text of an authority is archived before the captures that name it, and is no row.
            if let Some(row) = authority::of_record(&record) {
                authorities::keep(&mut *writer.pool.acquire().await?, &row).await?;
                continue;
            }
            let (mapping, piece) = match archive::exchange_of(&record) {
                Some(exchange) if record.kind() != Some(archive::Kind::Resource) => (None, Piece::Exchange(Box::new(exchange))),
                _ => {
                    let kind = record.field("Content-Type").unwrap_or_default();
                    // The mapping itself is archived before its rows, and is no row.
                    if let Some((_, id)) = one.url.split_once(":mapping:").filter(|_| kind.starts_with("application/toml")) {
                        let text = String::from_utf8_lossy(&record.block).into_owned();
                        captures::keep_mapping(&mut *writer.pool.acquire().await?, id, &text).await?;
                        continue;
                    }
                    if !kind.starts_with("application/json") {
                        continue;
                    }
                    let mapping = kind.split_once("mapping=").map(|(_, id)| id.trim().to_owned());
                    let row =
                        serde_json::from_slice(&record.block).with_context(|| format!("the imported row {} is no JSON object", one.url))?;
                    let origin = rows::Origin { address: one.url.clone(), observed_at: record.date() };
                    (mapping, Piece::Row { body: record.block, row, origin })
                }
            };
            by_mapping.entry(mapping).or_default().push((piece, Some(one.appended.clone())));
        }
        for (mapping, batch) in by_mapping {
            let text = match &mapping {
                Some(id) => {
                    let text = captures::mapping(&mut *writer.pool.acquire().await?, id).await?;
                    Some(text.with_context(|| format!("the mapping {id} of an import is missing from the store and the archive"))?)
                }
                None => None,
            };
            Import::prepare(writer, source.clone(), text.as_deref()).await?.take(batch).await?;
        }
    }
    Ok(())
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
        let context = Context { source, run: &run, previous: None, authority: None };
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
