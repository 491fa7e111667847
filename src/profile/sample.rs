//! Captured pages of one source in memory: from the archive of the instance, or from files of others.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use crate::archive;
use crate::clock::{self, from_micros};
use crate::database;
use crate::extract::Body;
use crate::fetch::{Exchange, Limits, Outcome};
use crate::store::captures::{self, CaptureRow};

/// Pages that are taken at most.
pub const MOST: usize = 400;
/// Pages of one kind that are taken from the archive.
const OF_A_KIND: usize = 15;
/// Captures of a source that are chosen from, the newest.
const LATEST: i64 = 5_000;
/// Bytes of a page.
const MAX_BYTES: u64 = 16 << 20;

/// A captured page, with where it comes from.
#[derive(Debug, Clone)]
pub struct Sampled {
    /// Id of the capture, or the file.
    pub place: String,
    /// The page.
    pub body: Body,
}

/// The newest captures of a source, each address once, some of each page kind. Pages that did not come are left out.
///
/// # Errors
/// The store does not answer, or the archive is damaged.
pub async fn of_instance(pool: &database::Pool, archive_folder: &Path, source: &str) -> Result<Vec<Sampled>> {
    let mut connection = pool.acquire().await?;
    let rows = captures::latest(&mut connection, source, LATEST).await?;
    let chosen = choose(rows);
    let referred: Vec<String> = chosen.iter().filter_map(|row| row.refers_to.clone()).collect();
    let bodies: HashMap<String, CaptureRow> =
        captures::by_ids(&mut connection, &referred).await?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let mut pages = Vec::new();
    for row in &chosen {
        // A revisit has no body of its own.
        let at = row.refers_to.as_ref().and_then(|id| bodies.get(id)).unwrap_or(row);
        let record = archive::read(archive_folder, &at.segment, at.position.unsigned_abs())?;
        let Some(exchange) = archive::exchange_of(&record) else { continue };
        pages.extend(page(row.id.clone(), &exchange, from_micros(row.captured_at)));
    }
    Ok(pages)
}

/// Each address once, and of each kind as many as there is room for, spread over all that there are.
fn choose(rows: Vec<CaptureRow>) -> Vec<CaptureRow> {
    let mut seen = HashSet::new();
    let mut by_kind: BTreeMap<String, Vec<CaptureRow>> = BTreeMap::new();
    for row in rows {
        let page = row.outcome == Outcome::Ok.code() || row.outcome == Outcome::NotModified.code();
        if page && row.mapping.is_none() && row.reason != "robots" && seen.insert(row.address.clone()) {
            by_kind.entry(row.page_kind.clone()).or_default().push(row);
        }
    }
    let spread = by_kind.into_values().flat_map(|rows| {
        let step = rows.len().div_ceil(OF_A_KIND).max(1);
        rows.into_iter().step_by(step)
    });
    spread.take(MOST).collect()
}

fn page(place: String, exchange: &Exchange, captured_at: Timestamp) -> Option<Sampled> {
    let bytes = exchange.decoded(&Limits::default()).ok().filter(|bytes| !bytes.is_empty() && bytes.len() as u64 <= MAX_BYTES)?;
    let body = Body { url: exchange.url.clone(), bytes, content_type: exchange.content_type(), captured_at };
    Some(Sampled { place, body })
}

/// Pages from files: WARC files, lists of pages with their addresses (`.jsonl`), saved pages, or folders of these. `base` is the address that
/// the names of saved pages are joined to where neither a list nor the page itself tells its own.
///
/// # Errors
/// A file cannot be read, or the address of a page is not known.
pub fn of_files(paths: &[PathBuf], base: Option<&Url>) -> Result<Vec<Sampled>> {
    let mut pages = Vec::new();
    for path in paths {
        if path.is_dir() {
            folder(path, base, &mut pages)?;
        } else {
            file(path, base, &mut pages)?;
        }
    }
    pages.truncate(MOST);
    Ok(pages)
}

fn folder(path: &Path, base: Option<&Url>, pages: &mut Vec<Sampled>) -> Result<()> {
    let entries = std::fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut files: Vec<PathBuf> = entries.collect::<std::io::Result<Vec<_>>>()?.into_iter().map(|entry| entry.path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    let named = |file: &PathBuf, endings: &[&str]| {
        let name = file.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        endings.iter().any(|ending| name.ends_with(ending))
    };
    // A list tells the addresses of the pages beside it.
    let lists: Vec<PathBuf> = files.iter().filter(|file| named(file, &[".jsonl"])).cloned().collect();
    if !lists.is_empty() {
        files = lists;
    } else {
        files.retain(|one| named(one, &[".html", ".htm", ".xhtml", ".warc", ".warc.gz"]));
    }
    if files.is_empty() {
        bail!("no page in {}; hint: it should hold .html, .warc or .jsonl files", path.display());
    }
    for one in files {
        if pages.len() >= MOST {
            break;
        }
        file(&one, base, pages)?;
    }
    Ok(())
}

fn file(path: &Path, base: Option<&Url>, pages: &mut Vec<Sampled>) -> Result<()> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    if lower.ends_with(".warc") || lower.ends_with(".warc.gz") {
        return warc(path, &name, pages);
    }
    if lower.ends_with(".jsonl") {
        return list(path, pages);
    }
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let url = match (saved_from(&bytes), base) {
        (Some(url), _) => url,
        (None, Some(base)) => base.join(&name).with_context(|| format!("{name:?} cannot be joined to {base}"))?,
        (None, None) => bail!(
            "{}: the page does not tell the address that it was saved from; hint: give --url ADDRESS, or list the pages in a .jsonl file \
             with {{\"file\", \"url\"}} a line",
            path.display()
        ),
    };
    pages.push(Sampled { place: name, body: Body { url, bytes, content_type: None, captured_at: clock::now() } });
    Ok(())
}

fn warc(path: &Path, name: &str, pages: &mut Vec<Sampled>) -> Result<()> {
    for record in archive::scan(path, MAX_BYTES)? {
        if pages.len() >= MOST {
            break;
        }
        let (offset, record) = record?;
        let Some(exchange) = archive::exchange_of(&record).filter(|exchange| exchange.outcome == Outcome::Ok) else { continue };
        let markup = exchange.content_type().is_none_or(|kind| kind.contains("html"));
        if markup && let Some(page) = page(format!("{name}:{offset}"), &exchange, exchange.started_at) {
            pages.push(page);
        }
    }
    Ok(())
}

/// A line of a list: the page beside the list, or in the line.
#[derive(Deserialize)]
struct Line {
    url: String,
    file: Option<String>,
    html: Option<String>,
    captured_at: Option<Timestamp>,
}

fn list(path: &Path, pages: &mut Vec<Sampled>) -> Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if pages.len() >= MOST {
            break;
        }
        let place = || format!("{}:{}", path.display(), at + 1);
        let line: Line = serde_json::from_str(line).with_context(|| {
            format!("{}; hint: a line is {{\"file\": \"item.html\", \"url\": \"https://...\"}} or has \"html\" itself", place())
        })?;
        let url = Url::parse(&line.url).with_context(|| format!("{}: {:?} is no absolute address", place(), line.url))?;
        let (name, bytes) = match (line.file, line.html) {
            (_, Some(html)) => (place(), html.into_bytes()),
            (Some(file), None) => {
                let page = path.parent().unwrap_or(Path::new("")).join(&file);
                (file, std::fs::read(&page).with_context(|| format!("{}: cannot read {}", place(), page.display()))?)
            }
            (None, None) => bail!("{}: neither \"file\" nor \"html\"; hint: say which page it is", place()),
        };
        let body = Body { url, bytes, content_type: None, captured_at: line.captured_at.unwrap_or_else(clock::now) };
        pages.push(Sampled { place: name, body });
    }
    Ok(())
}

/// The address that browsers write at the top of a page that they save.
fn saved_from(bytes: &[u8]) -> Option<Url> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(2_048))?).into_owned();
    let rest = head.split_once("saved from url=(")?.1;
    let address = rest.split_once(')')?.1.split(|c: char| c.is_whitespace() || c == '>').next()?;
    Url::parse(address.trim_end_matches("--")).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}
