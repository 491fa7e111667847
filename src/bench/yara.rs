//! Keywords as rules of YARA beside the same keywords as watches, on the same texts and one thread each.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use vigie_index::{Document, Percolator, Query};

use super::Task;
use super::figure::Figure;
use super::questions::Drawer;
use super::usage::{Stretch, children_seconds};

/// Times that the texts are read: the system counts a program's time in hundredths of a second.
const ROUNDS: usize = 3;
/// Rules at most: a million were not compiled within eight minutes.
const MOST: usize = 100_000;

/// Nothing where YARA is not installed, and of more watches than it compiles in a useful time. By the processor's time, that of loading the rules taken off.
pub(super) fn beside(task: &Task, documents: &[Document], many: usize) -> Result<Vec<Figure>> {
    let there = |name: &str| Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if many > MOST || !there("yara") || !there("yarac") {
        return Ok(Vec::new());
    }
    let texts = task.folder.join("texts");
    std::fs::create_dir_all(&texts)?;
    for document in documents {
        std::fs::write(texts.join(&document.id), format!("{}\n{}", document.title, document.description))?;
    }
    let mut drawer = Drawer::new(1, documents);
    let words: Vec<String> = (0..many).map(|_| drawer.word()).collect();
    let (source, compiled) = (task.folder.join("rules.yar"), task.folder.join("rules.yac"));
    let mut rules = std::io::BufWriter::new(File::create(&source)?);
    for (n, word) in words.iter().enumerate() {
        writeln!(rules, "rule w{n} {{ strings: $a = \"{word}\" nocase fullword condition: $a }}")?;
    }
    rules.flush()?;
    drop(rules);
    run(Command::new("yarac").arg("-w").arg(&source).arg(&compiled))?;
    let scan = |folder: &Path| -> Result<(f64, u64)> {
        let before = children_seconds();
        let found = run(Command::new("yara").args(["-w", "-N", "-p", "1", "-C"]).arg(&compiled).arg(folder))?;
        Ok((children_seconds() - before, found.lines().count() as u64))
    };
    let nothing = task.folder.join("nothing");
    std::fs::create_dir_all(&nothing)?;
    let (mut seconds, mut found) = (0.0, 0);
    for _ in 0..ROUNDS {
        let (loading, _) = scan(&nothing)?;
        let (whole, matches) = scan(&texts)?;
        seconds += (whole - loading).max(0.01);
        found = matches;
    }
    ensure!(found > 0, "no rule of YARA matches anything");
    let pairs = (documents.len() * many) as f64;
    let figure = |name: &str, seconds: f64, matches: u64| {
        let work = [("watches", many as u64), ("listings", documents.len() as u64), ("matches", matches)];
        Figure::new(&format!("{name}_{}", task.part), pairs / seconds.max(1e-9), "query-documents/s", &work)
    };
    let queries = words.iter().map(|word| Query::parse(&format!("={word}"), 0)).collect::<Result<Vec<_>, _>>()?;
    let percolator = Percolator::new((0..).zip(&queries), &|_| None);
    drop(queries);
    percolator.matches(documents.get(..1).unwrap_or_default());
    let stretch = Stretch::begin();
    let matches = documents.iter().map(|document| percolator.matches(std::slice::from_ref(document)).len() as u64).sum();
    let (_, ours) = stretch.end();
    Ok(vec![figure("yara", seconds / ROUNDS as f64, found), figure("keywords", ours, matches)])
}

fn run(command: &mut Command) -> Result<String> {
    let done = command.stderr(Stdio::null()).output()?;
    ensure!(done.status.success(), "{command:?} failed");
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
