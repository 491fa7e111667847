//! `cargo xtask fuzz`: seeds from the fixtures and the saved pages of `VIGIE_DATA`, then libFuzzer over the whole extraction.

use crate::step::{check, command};
use crate::tools;
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};

/// Longest input, in bytes: what longer pages cost is measured by families (`extractors/fuzz/README.md`), not found by chance.
const LONGEST: usize = 16 << 10;

/// Fuzzes for as many minutes, half of them with each target.
pub(crate) fn run(minutes: u64) -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    let here = root.join("extractors/fuzz");
    if !tools::works(&["cargo", "fuzz", "--version"]) {
        bail!("cargo-fuzz is not installed; hint: `cargo install cargo-fuzz`");
    }
    // The versions that the program is built with; what the targets need besides is added to it.
    std::fs::copy(root.join("Cargo.lock"), here.join("Cargo.lock"))?;
    for target in ["page", "pieces"] {
        let (corpus, crashes) = (here.join("corpus").join(target), here.join("artifacts").join(target));
        std::fs::create_dir_all(&corpus)?;
        std::fs::create_dir_all(&crashes)?;
        if target == "page" {
            let seeds = seed(root, &corpus)?;
            println!("{seeds} seeds in {}", corpus.display());
        }
        let mut fuzz = command(&["cargo", "fuzz", "run", "--sanitizer", "none", "--fuzz-dir"]);
        fuzz.arg(&here).arg(target).arg(&corpus).arg("--");
        fuzz.args([format!("-max_total_time={}", minutes * 30), format!("-max_len={LONGEST}")]);
        fuzz.args(["-timeout=20", "-rss_limit_mb=1024", "-len_control=20", "-print_final_stats=1", "-reload=0"]);
        fuzz.arg(format!("-dict={}", here.join("pages.dict").display()));
        fuzz.arg(format!("-artifact_prefix={}/", crashes.display()));
        // Coverage counters are no part of the stable interface of the compiler, and are in every compiler.
        fuzz.env("RUSTC_BOOTSTRAP", "1").current_dir(&here);
        check(fuzz).with_context(|| format!("the input that broke it is in {}", crashes.display()))?;
    }
    Ok(())
}

/// Writes pages as seeds: small ones whole, of large ones stretches that begin with a tag. Returns how many there are.
fn seed(root: &Path, corpus: &Path) -> anyhow::Result<usize> {
    let mut pages = Vec::new();
    collect(&root.join("extractors/tests/fixtures"), &mut pages)?;
    match std::env::var_os("VIGIE_DATA") {
        Some(data) => {
            collect(&PathBuf::from(&data).join("pages"), &mut pages)?;
            collect(&PathBuf::from(&data).join("structured"), &mut pages)?;
        }
        None => println!("VIGIE_DATA is not set: only the fixtures are seeds"),
    }
    let mut written = 0;
    for (number, page) in pages.iter().enumerate() {
        let bytes = std::fs::read(page).with_context(|| format!("cannot read {}", page.display()))?;
        let stretches = bytes.len().div_ceil(LONGEST).min(4);
        for stretch in 0..stretches {
            let from = bytes.len() / stretches * stretch;
            let rest = bytes.get(from..).unwrap_or_default();
            let rest = rest.get(rest.iter().position(|byte| *byte == b'<').unwrap_or(0)..).unwrap_or_default();
            let mut seed = rest.get(..rest.len().min(LONGEST - 1)).unwrap_or_default().to_vec();
            // The last byte says as what it is read.
            seed.push(u8::try_from(number % 24).unwrap_or(0));
            std::fs::write(corpus.join(format!("seed-{number:04}-{stretch}")), seed)?;
            written += 1;
        }
    }
    Ok(written)
}

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| format!("cannot list {}", folder.display()))?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, pages)?;
        } else if path.extension().is_some_and(|ending| ending == "html" || ending == "asc" || ending == "txt") {
            pages.push(path);
        }
    }
    Ok(())
}
