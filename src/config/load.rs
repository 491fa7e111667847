//! Reads the configuration folder.

use super::problem::{ConfigError, Problem, Problems};
use super::raw::{RawSource, RawWatches};
use super::watch::{Options, Watch};
use super::{Config, MirrorList, Settings, Source, resolve, settings};
use super::{delivery, document, oidc};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use toml::Spanned;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::codebook::model::Model;
use vigie_extractors::signed::Key;
use vigie_index::Query;

/// The codebook where the folder holds none.
const CODEBOOK: &str = include_str!("../../config/codebook.toml");

/// `vigie.toml` with every key commented at its default.
pub const DEFAULT_SETTINGS: &str = include_str!("../../config/vigie.toml");
/// A source file with every key explained; its authority is blank.
pub const EXAMPLE_SOURCE: &str = include_str!("../../config/sources/example.toml");
/// `watches.toml` with an example.
pub const EXAMPLE_WATCHES: &str = include_str!("../../config/watches.toml");

/// A configuration file is written by hand; a larger one is something else.
const MOST_BYTES: u64 = 4 << 20;

/// Loads the folder, or the compiled-in defaults, which have no sources and no watches. Missing files stand for their defaults; any
/// problem refuses the whole.
pub fn load(dir: Option<&Path>) -> Result<Config, ConfigError> {
    let Some(dir) = dir else {
        return Ok(Config {
            settings: Settings::default(),
            sources: Vec::new(),
            watches: Vec::new(),
            codebook: CODEBOOK.to_owned(),
            model: None,
            dir: None,
        });
    };
    let mut problems = Vec::new();
    if !dir.is_dir() {
        let hint = "`vigie init DIR` writes one";
        problems.push(Problem {
            file: dir.to_owned(),
            line: 0,
            column: 0,
            what: "there is no such folder".to_owned(),
            hint: Some(hint.to_owned()),
        });
        return Err(ConfigError { problems });
    }
    let mut settings = one(&dir.join("vigie.toml"), &mut problems, settings::resolve).unwrap_or_default();
    let sources = load_sources(&dir.join("sources"), &settings, &mut problems);
    settings.delivery.secrets_beside(dir);
    if let Some(provider) = &mut settings.web.oidc {
        provider.secret.beside(dir);
        problems.extend(oidc::watched(provider, &sources, &dir.join("vigie.toml")));
    }
    problems.extend(delivery::watched(&settings.delivery, &sources, &dir.join("vigie.toml")));
    let watches = one(&dir.join("watches.toml"), &mut problems, resolve_watches).unwrap_or_default();
    let codebook_file = dir.join("codebook.toml");
    let codebook = text(&codebook_file, &mut problems).unwrap_or_else(|| CODEBOOK.to_owned());
    // The one that is compiled in holds, and reading it takes longer than a search does.
    if codebook != CODEBOOK
        && let Err(error) = Codebook::parse(&codebook)
    {
        let problem = |what: String| Problem { file: codebook_file.clone(), line: 0, column: 0, what, hint: None };
        problems.extend(error.problems.into_iter().map(problem));
    }
    let model = model(&dir.join("model.bin"), &codebook, &mut problems);
    if problems.is_empty() {
        Ok(Config { settings, sources, watches, codebook, model, dir: Some(dir.to_owned()) })
    } else {
        Err(ConfigError { problems })
    }
}

/// Bytes of the model, where there is one; it must suit the codebook.
fn model(file: &Path, codebook: &str, problems: &mut Vec<Problem>) -> Option<Vec<u8>> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => {
            problems.push(Problem { file: file.to_owned(), line: 0, column: 0, what: format!("cannot be read: {error}"), hint: None });
            return None;
        }
    };
    let refused = Codebook::parse(codebook).ok().and_then(|codebook| Model::parse(&bytes, &codebook).err());
    if let Some(error) = refused {
        problems.push(Problem { file: file.to_owned(), line: 0, column: 0, what: error.to_string(), hint: None });
    }
    Some(bytes)
}

/// Reads one file and gives it its meaning; `None` when it does not exist or can't be read.
fn one<R: serde::de::DeserializeOwned + Default, T>(
    path: &Path,
    found: &mut Vec<Problem>,
    meaning: impl FnOnce(R, &mut Problems) -> T,
) -> Option<T> {
    let text = text(path, found)?;
    let mut problems = Problems::new(path, &text);
    let raw = document::read(&text, &mut problems);
    let value = meaning(raw, &mut problems);
    found.extend(problems.finish());
    Some(value)
}

fn load_sources(dir: &Path, settings: &Settings, found: &mut Vec<Problem>) -> Vec<Source> {
    let mut sources = Vec::new();
    for path in source_files(dir, found) {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        sources.extend(one(&path, found, |raw: RawSource, problems| {
            let place = raw.mirror_list.key_file.as_ref().map_or(0, |file| file.span().start);
            let mut source = resolve::source(raw, &stem, settings, problems);
            read_key(&mut source.mirror_list, dir, place, problems);
            source
        }));
    }
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for source in &sources {
        *first.entry(source.id.clone()).or_default() += 1;
    }
    for (id, times) in first.into_iter().filter(|(_, times)| *times > 1) {
        let hint = Some("each source has one file, named after its id".to_owned());
        found.push(Problem { file: dir.to_owned(), line: 0, column: 0, what: format!("{times} files have the id `{id}`"), hint });
    }
    sources.sort_by(|a, b| a.id.cmp(&b.id));
    sources
}

/// Reads the key that a source names, beside its own file.
fn read_key(list: &mut MirrorList, dir: &Path, place: usize, problems: &mut Problems) {
    let Some(file) = &list.key_file else { return };
    let path = dir.join(file);
    let mut text = Vec::new();
    let read = fs::File::open(&path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut text));
    match read.map_err(|error| error.to_string()).and_then(|_| Key::parse(&String::from_utf8_lossy(&text))) {
        Ok(key) => list.key = Some(key),
        Err(why) => {
            let hint = "it is the armoured public key of the market (`gpg --armor --export`), beside the file of the source";
            problems.at(place, format!("the key file {} can't be used: {why}", path.display()), hint);
        }
    }
}

/// The `*.toml` files of the folder, sorted; hidden files are an editor's.
fn source_files(dir: &Path, found: &mut Vec<Problem>) -> Vec<PathBuf> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            found.push(unreadable(dir, &error));
            return Vec::new();
        }
    };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .filter(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')))
        .collect();
    files.sort();
    files
}

/// The text of a file; `None` when it does not exist, or can't be read, which is noted.
fn text(path: &Path, found: &mut Vec<Problem>) -> Option<String> {
    let mut bytes = Vec::new();
    match fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes)) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            found.push(unreadable(path, &error));
            return None;
        }
    }
    if bytes.len() as u64 > MOST_BYTES {
        found.push(unreadable(path, &"it is larger than 4 MiB"));
        return None;
    }
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let line = error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
            let what = "the text is not UTF-8".to_owned();
            found.push(Problem { file: path.to_owned(), line, column: 1, what, hint: Some("save the file as UTF-8".to_owned()) });
            None
        }
    }
}

fn unreadable(path: &Path, reason: &dyn std::fmt::Display) -> Problem {
    Problem { file: path.to_owned(), line: 0, column: 0, what: format!("it can't be read: {reason}"), hint: None }
}

fn resolve_watches(raw: RawWatches, problems: &mut Problems) -> Vec<Watch> {
    let mut watches: Vec<Watch> = Vec::new();
    for watch in raw.watch {
        let (Some(name), Some(query)) = (watch.name, watch.query) else {
            problems.missing("watch.name or watch.query", "each [[watch]] has a name and a query");
            continue;
        };
        if name.get_ref().trim().is_empty() {
            problems.at(name.span().start, "a watch with a blank name", "its alerts are known by it");
        } else if watches.iter().any(|other| other.name == *name.get_ref()) {
            problems.at(name.span().start, format!("a second watch named `{}`", name.get_ref()), "names of watches differ");
        }
        check_query(&query, problems);
        let options = Options {
            on: watch.on,
            changes: watch.changes,
            price_by: watch.price_by,
            per: watch.per.unwrap_or_default(),
            at_least: watch.at_least,
            mute_until: watch.mute_until,
            quiet: watch.quiet,
            digest: watch.digest,
            priority: watch.priority.unwrap_or_default(),
            expires: watch.expires,
            owner: watch.owner.unwrap_or_default(),
            case: watch.case.unwrap_or_default(),
            tlp: watch.tlp,
            details: watch.details.unwrap_or_default(),
        };
        watches.push(Watch { name: name.into_inner(), query: query.into_inner(), options });
    }
    watches
}

/// Notes a query that can't be read or can't be watched. The time matters only for relative dates, which a watch can't have.
fn check_query(query: &Spanned<String>, problems: &mut Problems) {
    let text = query.get_ref();
    if let Err(error) = Query::parse(text, 0).and_then(|query| query.watchable()) {
        let before = text.chars().take(error.column.saturating_sub(1)).map(char::len_utf8).sum::<usize>();
        // Written without escapes the query stands in the file as it is, and the column of its fault can be shown there.
        let start = query.span().start;
        let place = match problems.find(text, start) {
            found if found > start => found + before,
            _ => start,
        };
        problems.at(place, format!("the query can't be watched: {}", error.message), error.hint);
    }
}
