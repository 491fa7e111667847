//! `vigie init DIR`: a commented starter configuration.

use crate::config;
use anyhow::{Context, bail};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Writes the files, none of which may exist. The example source has no authority, so nothing is crawled before someone fills it in.
pub fn run(dir: &Path) -> anyhow::Result<()> {
    let files = [
        ("vigie.toml", config::DEFAULT_SETTINGS),
        ("watches.toml", config::EXAMPLE_WATCHES),
        ("sources/example.toml", config::EXAMPLE_SOURCE),
    ];
    for (name, _) in files {
        let path = dir.join(name);
        if path.symlink_metadata().is_ok() {
            bail!("{} is there already; nothing was written. Name another folder, or move the file away", path.display());
        }
    }
    let sources = dir.join("sources");
    fs::create_dir_all(&sources).with_context(|| format!("the folder {} can't be made", sources.display()))?;
    for (name, text) in files {
        let path = dir.join(name);
        let written = OpenOptions::new().write(true).create_new(true).open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.with_context(|| format!("{} can't be written", path.display()))?;
    }
    Ok(())
}
