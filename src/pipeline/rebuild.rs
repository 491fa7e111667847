//! Reads the archive again: derived facts are deleted and built anew, in the order in which the captures were made, in one transaction.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use serde_json::{Map, Value};
use vigie_extractors::contacts::CardKey;
use vigie_extractors::record::Extraction;

use crate::archive::{self, Kind};
use crate::clock::from_micros;
use crate::config::{Source, SourceType};
use crate::fetch::{Limits, Outcome};
use crate::pipeline::ending::{self, Place, Reading};
use crate::pipeline::rows::{self, Mapping};
use crate::pipeline::stage::on_all_cores;
use crate::pipeline::writer::{Taken, Writer, facts};
use crate::store::captures::{self, CaptureRow};
use crate::store::marks::Touched;
use crate::store::replicas::{self, Replicas};
use crate::store::{alerts, apart, decisions, personas, read, save};

/// Captures read at a time.
const BATCH: i64 = 512;

/// What reading again came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rebuilt {
    /// Captures read.
    pub captures: u64,
    /// Listings there are now.
    pub listings: u64,
}

/// Deletes all derived facts and builds them again. No alert is raised. `progress` is told how many captures were read.
///
/// # Errors
/// The archive is damaged or the store does not answer: everything stays as it was.
pub async fn reextract(writer: &mut Writer, mut progress: impl FnMut(u64)) -> Result<Rebuilt> {
    let mut transaction = writer.begin().await?;
    let mut seq = read::last_seq(&mut transaction).await?;
    save::forget_derived(&mut transaction).await?;
    let mut sources: HashMap<String, Arc<Source>> =
        writer.config.sources.iter().map(|one| (one.id.clone(), Arc::new(one.clone()))).collect();
    let mut mappings: HashMap<String, Mapping> = HashMap::new();
    let mut rebuilt = Rebuilt::default();
    let mut at = 0;
    loop {
        let batch = captures::after(&mut transaction, at, BATCH).await?;
        let Some(last) = batch.last() else { break };
        at = last.seq;
        let referred: Vec<String> = batch.iter().filter_map(|one| one.refers_to.clone()).collect();
        let bodies: HashMap<String, Place> =
            captures::by_ids(&mut transaction, &referred).await?.into_iter().map(|row| (row.id.clone(), place(&row))).collect();
        for one in &batch {
            if !sources.contains_key(&one.source) {
                sources.insert(one.source.clone(), Arc::new(Source::for_import(&one.source, &writer.config.settings)));
            }
            if let Some(id) = one.mapping.as_ref().filter(|id| !mappings.contains_key(*id)) {
                let text = captures::mapping(&mut transaction, id)
                    .await?
                    .with_context(|| format!("the mapping {id} of an import is missing from the store"))?;
                mappings.insert(id.clone(), Mapping::parse(&text)?);
            }
        }
        let (folder, codebook, cards) = (writer.archive.dir().to_owned(), Arc::clone(&writer.codebook), writer.cards.clone());
        let readings = tokio::task::block_in_place(|| {
            on_all_cores(&batch, |one| -> Result<Reading> {
                let Some(source) = sources.get(&one.source) else { return Ok(Reading { outcome: Outcome::Cancelled, extraction: None }) };
                let record = archive::read(&folder, &one.segment, one.position.unsigned_abs())?;
                if record.kind() == Some(Kind::Resource) {
                    let mapping = one.mapping.as_ref().and_then(|id| mappings.get(id)).cloned().unwrap_or_default();
                    let mut page = row(one, &record.block, &mapping, source, &cards)?;
                    crate::classify::page(&codebook, &mut page);
                    return Ok(Reading { outcome: Outcome::Ok, extraction: Some(page) });
                }
                let Some(mut exchange) = archive::exchange_of(&record).filter(|_| one.reason != "robots") else {
                    return Ok(Reading { outcome: Outcome::Cancelled, extraction: None });
                };
                exchange.started_at = from_micros(one.captured_at);
                let body = one.refers_to.as_ref().and_then(|id| bodies.get(id));
                Ok(ending::read(&exchange, body, &folder, source, &codebook, &cards, &Limits::default()))
            })
        });
        let mut taken = Vec::with_capacity(batch.len());
        for (capture, reading) in batch.into_iter().zip(readings) {
            let reading = reading?;
            let gone = reading.gone();
            taken.push(Taken { capture, extraction: reading.extraction, gone });
        }
        facts(&mut transaction, &taken, &mut seq).await?;
        rebuilt.captures += taken.len() as u64;
        progress(rebuilt.captures);
    }
    replicas::compare_all(&mut transaction).await?;
    let copies = Replicas::load(&mut transaction, &writer.config).await?;
    apart::set(&mut transaction, &copies.originals()).await?;
    let decided = decisions::accounts(&mut transaction).await?.into_iter().collect();
    personas::refresh(&mut transaction, Touched { decided, ..Touched::default() }).await?;
    rebuilt.listings = read::count(&mut transaction, read::Table::Listing).await?.unsigned_abs();
    alerts::follow_families(&mut transaction).await?;
    transaction.commit().await?;
    writer.listings_numbered(seq);
    Ok(rebuilt)
}

fn row(capture: &CaptureRow, block: &[u8], mapping: &Mapping, source: &Source, cards: &CardKey) -> Result<Extraction> {
    let row: Map<String, Value> =
        serde_json::from_slice(block).with_context(|| format!("the imported row {} is no JSON object", capture.address))?;
    let at: Timestamp = from_micros(capture.captured_at);
    let origin = rows::Origin { address: capture.address.clone(), observed_at: Some(at) };
    Ok(rows::read(&row, mapping, &origin, source.kind == SourceType::Cryptomarket, at, Some(cards)))
}

fn place(row: &CaptureRow) -> Place {
    Place { segment: row.segment.clone(), position: row.position.unsigned_abs() }
}
