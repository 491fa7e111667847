//! `vigie verify`.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Result, bail};
use serde_json::json;

use crate::archive;
use crate::cli::Common;
use crate::commands::session;
use crate::pipeline::writer::archive_folder;
use crate::telemetry::Progress;

pub(super) async fn run(common: &Common, bundle: Option<PathBuf>, json: bool) -> Result<u8> {
    session::load(common)?;
    let folder = bundle.unwrap_or_else(|| archive_folder(&common.data));
    if !folder.is_dir() {
        bail!("{} holds no archive; hint: name the data folder with --data, or a folder of WARC files", folder.display());
    }
    let progress = Progress::bar(0, "verify");
    let found = tokio::task::block_in_place(|| {
        archive::verify(&folder, |done, whole| {
            progress.length(whole);
            progress.at(done);
        })
    });
    progress.done();
    let found = found?;
    if json {
        let problems: Vec<_> =
            found.problems.iter().map(|one| json!({"object": one.object, "offset": one.offset, "what": one.what})).collect();
        let report = json!({
            "files": found.files, "records": found.records, "by_type": found.by_type, "bytes": found.bytes, "problems": found.problem_count, "first_problems": problems,
        });
        writeln!(io::stdout(), "{report}")?;
    } else {
        let types: Vec<String> = found.by_type.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
        writeln!(io::stdout(), "{} files, {} records ({}), {} bytes", found.files, found.records, types.join(", "), found.bytes)?;
        for problem in &found.problems {
            writeln!(io::stdout(), "{} at byte {}: {}", problem.object, problem.offset, problem.what)?;
        }
        writeln!(
            io::stdout(),
            "{}",
            if found.is_clean() {
                "clean: every record reads and every digest matches".to_owned()
            } else {
                format!("{} problems", found.problem_count)
            }
        )?;
    }
    Ok(u8::from(!found.is_clean()))
}
