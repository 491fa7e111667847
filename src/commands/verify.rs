//! `vigie verify`.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Result, bail};
use serde_json::json;

use crate::archive::record::bare_id;
use crate::archive::{self, Record, Verification};
use crate::cli::Common;
use crate::commands::session;
use crate::config::Config;
use crate::database;
use crate::pipeline::writer::archive_folder;
use crate::store::captures;
use crate::telemetry::Progress;

/// Captures read from the store at a time.
const BATCH: i64 = 10_000;

pub(super) async fn run(common: &Common, bundle: Option<PathBuf>, json: bool) -> Result<u8> {
    let config = session::load(common)?;
    let own = bundle.is_none();
    let folder = bundle.unwrap_or_else(|| archive_folder(&common.data));
    if !folder.is_dir() {
        bail!("{} holds no archive; hint: name the data folder with --data, or a folder of WARC files", folder.display());
    }
    let mut expected = if own && database::exists(&common.data, &config.settings.database) {
        Expected::load(common, &config).await?
    } else {
        Expected::default()
    };
    let progress = Progress::bar(0, "verify");
    let found = tokio::task::block_in_place(|| {
        let told = |done, whole| {
            progress.length(whole);
            progress.at(done);
        };
        archive::verify_each(&folder, told, |object, offset, record| expected.met(object, offset, record))
    });
    progress.done();
    let mut found = found?;
    if found.files == 0 && !own {
        bail!("{} holds no WARC files of Vigie; hint: they are named vigie-TIME-NUMBER.warc.gz", folder.display());
    }
    expected.report(&mut found);
    print(&found, json)?;
    Ok(u8::from(!found.is_clean()))
}

fn print(found: &Verification, json: bool) -> Result<()> {
    let mut out = io::stdout().lock();
    if json {
        let problems: Vec<_> =
            found.problems.iter().map(|one| json!({"object": one.object, "offset": one.offset, "what": one.what})).collect();
        let report = json!({
            "files": found.files, "records": found.records, "by_type": found.by_type, "by_authority": found.by_authority, "bytes": found.bytes, "problems": found.problem_count, "first_problems": problems,
        });
        writeln!(out, "{report}")?;
        return Ok(());
    }
    let types: Vec<String> = found.by_type.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    writeln!(out, "{} files, {} records ({}), {} bytes", found.files, found.records, types.join(", "), found.bytes)?;
    for (hash, n) in &found.by_authority {
        writeln!(out, "{n} captures under authority {}", session::headline(hash))?;
    }
    for problem in &found.problems {
        writeln!(out, "{} at byte {}: {}", problem.object, problem.offset, session::headline(&problem.what))?;
    }
    let end = if found.is_clean() {
        "clean: every record reads and every digest matches".to_owned()
    } else {
        format!("{} problems", found.problem_count)
    };
    Ok(writeln!(out, "{end}")?)
}

/// The captures that the store points to, which must be where it says and have the body that it says: by file, then offset, a fingerprint.
#[derive(Default)]
struct Expected(HashMap<String, HashMap<u64, u64>>);

impl Expected {
    async fn load(common: &Common, config: &Config) -> Result<Self> {
        let pool = database::open_existing(&common.data, &config.settings.database).await?;
        let mut connection = pool.acquire().await?;
        let (mut expected, mut at) = (Self::default(), 0);
        loop {
            let batch = captures::after(&mut connection, at, BATCH).await?;
            let Some(last) = batch.last() else { break };
            at = last.seq;
            for one in batch {
                let print = fingerprint(&one.id, &one.payload_digest, &one.authority);
                expected.0.entry(one.segment).or_default().insert(one.position.unsigned_abs(), print);
            }
        }
        drop(connection);
        pool.close().await;
        Ok(expected)
    }

    fn met(&mut self, object: &str, offset: u64, record: &Record) {
        let Some(file) = self.0.get_mut(object) else { return };
        let field = |name| record.field(name).unwrap_or_default();
        let print = fingerprint(record.id().unwrap_or_default(), field("WARC-Payload-Digest"), field(archive::authority::FIELD));
        if file.get(&offset) == Some(&print) {
            file.remove(&offset);
        }
    }

    fn report(self, found: &mut Verification) {
        let mut files: Vec<_> = self.0.into_iter().filter(|(_, left)| !left.is_empty()).collect();
        files.sort_by(|one, other| one.0.cmp(&other.0));
        for (object, left) in files {
            let known: Vec<u64> = found.problems.iter().filter(|one| one.object == object).map(|one| one.offset).collect();
            let mut offsets: Vec<u64> = left.into_keys().filter(|offset| !known.contains(offset)).collect();
            offsets.sort_unstable();
            for offset in offsets {
                found.report(&object, offset, "the capture that the store knows here is missing or is another one");
            }
        }
    }
}

/// Tells captures apart: identity, digest of the body, authority.
fn fingerprint(id: &str, payload_digest: &str, authority: &str) -> u64 {
    let digest = archive::digest::sha256(&[bare_id(id).as_bytes(), b" ", payload_digest.as_bytes(), b" ", authority.as_bytes()]);
    digest.get(7..23).and_then(|hex| u64::from_str_radix(hex, 16).ok()).unwrap_or_default()
}
