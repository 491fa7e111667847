//! Delivers notifications from committed alerts, each once: one JSON object a line in `alerts.jsonl` of the data folder.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::database::{Connection, Pool};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::alert::change::Changed;
use crate::clock::from_micros;
use crate::database::{meta, set_meta};
use crate::store::alerts::{self, AlertRow};
use crate::store::inbox;

/// Alerts read from the store at a time.
const BATCH: i64 = 1_000;
/// Where the position of the delivery is kept.
const CHECKPOINT: &str = "delivered_jsonl";
/// Bytes at the end of the file in which its last line is looked for first.
const TAIL: u64 = 64 << 10;

/// An alert as scripts and channels read it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Alert {
    /// Order of raising.
    pub seq: i64,
    /// Identity.
    pub id: String,
    /// Name of the watch.
    pub watch: String,
    /// Source id.
    pub source: String,
    /// Address of the listing.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Number of the version that matched.
    pub version: i64,
    /// RFC 3339.
    pub created_at: String,
    /// Identity of the listing.
    pub listing: String,
    /// Vendor's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vendor: String,
    /// The alert whose notification covers this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered_by: Option<String>,
    /// State of triage.
    pub state: String,
    /// What happened: codes of [`crate::config::watch::Event`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// What a changed listing says otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Changed>,
    /// How soon somebody should look.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub priority: String,
    /// How far it may be passed on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tlp: String,
    /// Case of the watch.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case: String,
    /// Why nothing is notified of it: `not_asked`, `muted` or `threshold`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub held: String,
    /// When its notification goes out or went out, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notified_at: Option<String>,
    /// Number of its notification in the order of going out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<i64>,
    /// Further alerts that its notification tells of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gathered: Vec<Gathered>,
    /// Who works on it; nobody where it is left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub assignee: String,
    /// Whether its notification may carry what the listing says.
    #[serde(skip)]
    pub details: bool,
}

/// An alert that the notification of another tells of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gathered {
    /// Identity.
    pub id: String,
    /// Source id.
    pub source: String,
    /// Address of the listing.
    pub url: String,
    /// Its title.
    pub title: String,
}

impl From<AlertRow> for Alert {
    fn from(row: AlertRow) -> Self {
        Self {
            seq: row.seq,
            id: row.id,
            watch: row.watch,
            source: row.source,
            url: row.address,
            title: row.title,
            version: row.n,
            created_at: from_micros(row.created_at).to_string(),
            listing: row.listing_id,
            vendor: row.vendor,
            covered_by: row.covered_by.or(row.gathered_by),
            state: row.state,
            events: row.event.split_whitespace().map(str::to_owned).collect(),
            changes: serde_json::from_str(&row.changes).unwrap_or_default(),
            priority: row.priority,
            tlp: row.tlp,
            case: row.case_ref,
            held: row.held,
            notified_at: (row.due_at > 0).then(|| from_micros(row.due_at).to_string()),
            notice: (row.notice > 0).then_some(row.notice),
            gathered: Vec::new(),
            assignee: row.assignee,
            details: row.details,
        }
    }
}

/// Notifications as they go out, with what each tells of besides.
///
/// # Errors
/// The database does not answer.
pub async fn compose(connection: &mut Connection, rows: Vec<AlertRow>) -> Result<Vec<Alert>> {
    let heads: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut under: HashMap<String, Vec<Gathered>> = HashMap::new();
    let gathered = alerts::gathered(connection, &heads).await?;
    for row in inbox::unrestricted(connection, gathered).await? {
        let gathered = Gathered { id: row.id, source: row.source, url: row.address, title: row.title };
        under.entry(row.gathered_by.unwrap_or_default()).or_default().push(gathered);
    }
    let of_row = |row: AlertRow| {
        let gathered = under.remove(&row.id).unwrap_or_default();
        Alert { gathered, ..row.into() }
    };
    Ok(rows.into_iter().map(of_row).collect())
}

/// Appends the notifications that were committed since the last delivery to `alerts.jsonl`; returns how many lines were written.
///
/// The file itself tells how far a delivery came that was cut off, so nothing is written twice and nothing is lost.
///
/// # Errors
/// The file cannot be written or the store does not answer; what is not delivered stays due.
pub async fn deliver(pool: &Pool, data: &Path) -> Result<u64> {
    let mut connection = pool.acquire().await?;
    let mut at = checkpoint(&mut connection).await?;
    let mut notices = alerts::notices_after(&mut connection, at, BATCH).await?;
    if notices.is_empty() {
        return Ok(0);
    }
    let path = file_path(data);
    let context = || format!("cannot write notifications to {}", path.display());
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(&path).with_context(context)?;
    let written = resume(&mut file).with_context(context)?;
    let mut lines = 0;
    while let Some(last) = notices.last().map(|alert| alert.notice) {
        let mut text = String::new();
        notices.retain(|alert| alert.notice > written);
        for alert in compose(&mut connection, notices).await? {
            text.push_str(&serde_json::to_string(&alert)?);
            text.push('\n');
            lines += 1;
        }
        file.write_all(text.as_bytes()).with_context(context)?;
        file.sync_data().with_context(context)?;
        at = last;
        set_meta(&mut connection, CHECKPOINT, &at.to_string()).await?;
        notices = alerts::notices_after(&mut connection, at, BATCH).await?;
    }
    Ok(lines)
}

/// The file of a data folder.
pub fn file_path(data: &Path) -> PathBuf {
    data.join("alerts.jsonl")
}

async fn checkpoint(connection: &mut Connection) -> Result<i64> {
    Ok(meta(connection, CHECKPOINT).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Cuts an incomplete last line off; returns the number of the last notification in the file, 0 when there is none. Before notifications had
/// numbers of their own they had those of their alerts.
fn resume(file: &mut File) -> std::io::Result<i64> {
    let length = file.metadata()?.len();
    let mut window = TAIL;
    // The tail must hold the last whole line from its first byte on, however long that line is.
    let (start, tail) = loop {
        let start = length.saturating_sub(window);
        file.seek(SeekFrom::Start(start))?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail)?;
        if start == 0 || tail.iter().filter(|byte| **byte == b'\n').count() > 1 {
            break (start, tail);
        }
        window *= 4;
    };
    let whole = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if whole < tail.len() {
        file.set_len(start + whole as u64)?;
    }
    let lines = tail.get(..whole).unwrap_or_default();
    let last = lines.strip_suffix(b"\n").unwrap_or(lines).rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(serde_json::from_slice::<Alert>(last).map_or(0, |alert| alert.notice.unwrap_or(alert.seq)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_is_cut_and_the_last_whole_one_tells_the_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = file_path(folder.path());
        let alert = |seq: i64| {
            format!(
                r#"{{"seq":{seq},"id":"a","watch":"w","source":"s","url":"u","title":"t","version":1,"created_at":"c","listing":"l","state":"new"}}"#
            )
        };
        std::fs::write(&path, format!("{}\n{}\n{{\"seq\":9,\"id", alert(3), alert(7))).unwrap();
        let mut file = OpenOptions::new().read(true).append(true).open(&path).unwrap();
        assert_eq!(resume(&mut file).unwrap(), 7);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{}\n{}\n", alert(3), alert(7)));
    }
}
