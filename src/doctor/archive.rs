//! Whether the evidence is where the store says: the end of the archive, and a sample of its records.

use anyhow::Result;

use crate::archive::{self, digest};
use crate::database::Connection;
use crate::doctor::folder::{files, round};
use crate::doctor::{Check, Instance, counted};
use crate::pipeline::writer::{archive_folder, position};
use crate::store::captures::{self, CaptureRow};

const NAME: &str = "archive";

/// Records that are read, spread over the whole archive.
const SAMPLE: i64 = 24;

pub(super) async fn check(instance: &Instance<'_>) -> Check {
    let folder = archive_folder(instance.data);
    let Some(pool) = instance.pool else {
        let bytes = files(&folder);
        return if bytes == 0 {
            Check::ok(NAME, "there is none yet")
        } else {
            Check::warning(
                NAME,
                format!("{} that no store knows", round(bytes)),
                "Run `vigie verify`; the next crawl reads it into a new store.",
            )
        };
    };
    let looked = async {
        let mut connection = pool.acquire().await?;
        let committed = position(&mut connection).await?;
        let sample = sample(&mut connection).await?;
        anyhow::Ok((committed, sample))
    };
    let (committed, sample) = match looked.await {
        Ok(looked) => looked,
        Err(error) => {
            return Check::warning(NAME, format!("the store does not tell what is in it: {error:#}"), "See the test of the store.");
        }
    };
    tokio::task::block_in_place(|| {
        let tail = match archive::tail(&folder, committed.as_ref()) {
            Ok(tail) => tail,
            Err(error) => return Check::failure(NAME, error.to_string(), "Restore the file from a copy, then run `vigie verify`."),
        };
        let read = sample.len();
        if let Some(problem) = sample.iter().find_map(|row| wrong(&folder, row)) {
            return Check::failure(NAME, problem, "Run `vigie verify` for all that is wrong, and restore the files from a copy.");
        }
        let (bytes, records) = (round(files(&folder)), counted(read, "record"));
        let mut measured = format!("{bytes}; {records} read, digests match");
        if instance.writing.is_some() {
            return Check::ok(NAME, measured);
        }
        if !tail.0.is_empty() {
            measured.push_str(&format!("; {} beyond what the store has", counted(tail.0.len(), "capture")));
        }
        match tail.1 {
            Some(cut) => Check::warning(
                NAME,
                format!(
                    "{measured}; {} ends in {} of an incomplete capture",
                    cut.object,
                    counted(usize::try_from(cut.bytes).unwrap_or(usize::MAX), "byte")
                ),
                "Nothing: a process was killed, and the next crawl or import cuts that off and reads what is whole.",
            ),
            None => Check::ok(NAME, measured),
        }
    })
}

/// Captures spread evenly over all there are, the newest among them.
async fn sample(connection: &mut Connection) -> Result<Vec<CaptureRow>> {
    let last = captures::last_seq(connection).await?;
    let mut sample: Vec<CaptureRow> = Vec::new();
    for n in 1..=SAMPLE.min(last) {
        let at = last.saturating_mul(n) / SAMPLE.min(last);
        if let Some(row) =
            captures::after(connection, at - 1, 1).await?.pop().filter(|row| sample.last().is_none_or(|before| before.id != row.id))
        {
            sample.push(row);
        }
    }
    Ok(sample)
}

/// What is wrong with a capture as the store knows it.
fn wrong(folder: &std::path::Path, row: &CaptureRow) -> Option<String> {
    let record = match archive::read(folder, &row.segment, row.position.unsigned_abs()) {
        Ok(record) => record,
        Err(error) => return Some(error.to_string()),
    };
    let place = format!("{} at byte {}", row.segment, row.position);
    if record.id() != Some(row.id.as_str()) {
        return Some(format!("{place}: another record than the store knows"));
    }
    if record.field("WARC-Block-Digest") != Some(digest::sha256(&[&record.block]).as_str()) {
        return Some(format!("{place}: the block digest does not match"));
    }
    let claimed = record.field("WARC-Payload-Digest").unwrap_or_default();
    (claimed != row.payload_digest).then(|| format!("{place}: the payload digest is not the one that the store knows"))
}
