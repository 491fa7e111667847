//! Takes what is due from the queue, host by host.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use url::Url;

use crate::clock::micros;
use crate::config::Source;
use crate::database::select_in;
use crate::frontier::Target;

/// What counts as due.
#[derive(Debug, Clone, Copy)]
pub enum Due {
    /// Whatever is due at the moment of asking.
    Now,
    /// What was due when the run started, what the run found since, and what it tries again.
    Once {
        /// Start of the run, microseconds.
        started: i64,
        /// The run.
        run: i64,
    },
}

impl Due {
    /// Time and number of the run that the statement compares with. Without a run whatever is due is as good as due at its start.
    fn bounds(self, now: i64) -> (i64, i64) {
        match self {
            Self::Now => (now, 0),
            Self::Once { started, run } => (started, run),
        }
    }
}

/// The priorities that there are, as ranges that leave none out. Where one stands alone the index leads past all that is not due.
const RANKS: [&str; 11] = [
    "priority <= 0",
    "priority = 1",
    "priority = 2",
    "priority BETWEEN 3 AND 9",
    "priority = 10",
    "priority = 11",
    "priority = 12",
    "priority = 13",
    "priority = 14",
    "priority = 15",
    "priority > 15",
];
/// Queues asked in one statement.
const LANES: usize = 8;

/// The first `most` due addresses of each of `lanes` queues, a queue being what a source has at a host. `$1` until when, `$2` and `$3` of
/// [`Due::bounds`], then source and host of each queue. Texts differ by the two numbers only, so that the engine keeps them prepared.
fn due_of(lanes: usize, most: usize) -> String {
    let queue = |lane: usize| {
        let (source, host) = (4 + 2 * lane, 5 + 2 * lane);
        let rank = |rank: &&str| {
            format!(
                "SELECT * FROM (SELECT id, host, priority, due_at FROM url WHERE source = ${source} AND host = ${host} AND state = 'queued' AND {rank} \
                 AND due_at <= $1 AND (due_at <= $2 OR retry_run = $3 OR (visits = 0 AND found_at >= $2)) \
                 ORDER BY priority, due_at, id LIMIT {most}) AS r"
            )
        };
        let ranks: Vec<String> = RANKS.iter().map(rank).collect();
        format!("SELECT * FROM (SELECT * FROM ({}) AS a ORDER BY priority, due_at, id LIMIT {most}) AS q", ranks.join(" UNION ALL "))
    };
    let queues: Vec<String> = (0..lanes).map(queue).collect();
    queues.join(" UNION ALL ")
}

const COLUMNS: &str = "u.id, u.source, u.host, u.address, u.link, u.priority, u.depth, u.hops, u.reason, u.visits, u.failures, u.unchanged, u.page_kind, \
                       u.payload_digest, u.capture_id, u.etag, u.modified";

/// The sources that have a queue at this host, by their scope: what is out of scope stays in the table and is not taken.
fn sources_at<'s>(host: &str, sources: &'s HashMap<String, Arc<Source>>) -> Vec<&'s String> {
    let Ok(url) = Url::parse(&format!("http://{host}/")) else { return Vec::new() };
    let mut ids: Vec<&String> = sources.iter().filter(|(_, source)| source.scope.admits_host(&url).is_ok()).map(|(id, _)| id).collect();
    ids.sort();
    ids
}

/// Numbers, hosts and ranks of due addresses of these queues (source and host), up to `until`, in no order.
async fn due_rows(
    connection: &mut AnyConnection,
    lanes: &[(&String, &str)],
    most: usize,
    until: i64,
    bounds: (i64, i64),
) -> Result<Vec<AnyRow>> {
    let mut rows = Vec::new();
    let mut rest = lanes;
    while !rest.is_empty() {
        let take = (1 << rest.len().ilog2()).min(LANES);
        let (now, later) = rest.split_at(take);
        let mut query = sqlx::query(AssertSqlSafe(due_of(take, most.next_power_of_two()))).bind(until).bind(bounds.0).bind(bounds.1);
        for (source, host) in now {
            query = query.bind((*source).clone()).bind((*host).to_owned());
        }
        rows.extend(query.fetch_all(&mut *connection).await?);
        rest = later;
    }
    Ok(rows)
}

/// How many addresses of a host to take, at most.
#[derive(Debug, Clone)]
pub struct Want {
    /// Unit of politeness.
    pub host: String,
    /// At most so many.
    pub most: usize,
    /// Already taken and not settled: those stay in the table and must be passed over.
    pub outstanding: usize,
}

/// Takes due addresses of several hosts in few statements, best priority first. Nothing is written: what is not settled is still queued
/// after a crash. `taken` holds the rows that are outstanding in this process.
///
/// There is one writer, so nobody else takes the same addresses.
///
/// # Errors
/// The database does not answer.
pub async fn claim(
    connection: &mut AnyConnection,
    wants: &[Want],
    due: Due,
    now: Timestamp,
    sources: &HashMap<String, Arc<Source>>,
    taken: &HashSet<i64>,
) -> Result<Vec<Target>> {
    let now = micros(now);
    let mut lanes: Vec<(&String, &str)> = Vec::new();
    for want in wants {
        lanes.extend(sources_at(&want.host, sources).into_iter().map(|source| (source, want.host.as_str())));
    }
    let most = wants.iter().map(|want| want.most + want.outstanding).max().unwrap_or(0).max(1);
    let mut ranks: Vec<(i64, i64, i64, String)> = Vec::new();
    for row in due_rows(connection, &lanes, most, now, due.bounds(now)).await? {
        let id: i64 = row.try_get("id")?;
        if !taken.contains(&id) {
            ranks.push((row.try_get("priority")?, row.try_get("due_at")?, id, row.try_get("host")?));
        }
    }
    ranks.sort();
    let mut left: HashMap<&str, usize> = wants.iter().map(|want| (want.host.as_str(), want.most)).collect();
    ranks.retain(|(.., host)| match left.get_mut(host.as_str()) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    });
    // Most rows of a long queue are outstanding: whole rows are read of the others alone.
    let ids: Vec<i64> = ranks.iter().map(|(_, _, id, _)| *id).collect();
    let mut targets = HashMap::with_capacity(ids.len());
    for row in select_in(connection, &format!("SELECT {COLUMNS} FROM url u WHERE u.id IN"), "", &ids).await? {
        targets.extend(target(&row, sources)?.map(|target| (target.id, target)));
    }
    Ok(ids.into_iter().filter_map(|id| targets.remove(&id)).collect())
}

/// Whether anything of a host is due now or within `ahead` microseconds.
///
/// # Errors
/// The database does not answer.
pub async fn pending(
    connection: &mut AnyConnection,
    due: Due,
    now: Timestamp,
    ahead: i64,
    host: &str,
    sources: &HashMap<String, Arc<Source>>,
) -> Result<bool> {
    let now = micros(now);
    let lanes: Vec<(&String, &str)> = sources_at(host, sources).into_iter().map(|source| (source, host)).collect();
    Ok(!due_rows(connection, &lanes, 1, now + ahead, due.bounds(now + ahead)).await?.is_empty())
}

/// How many addresses are due, by source, counted up to `most` over all sources.
///
/// # Errors
/// The database does not answer.
pub async fn due_by_source(connection: &mut AnyConnection, now: Timestamp, most: i64) -> Result<Vec<(String, i64)>> {
    const DUE: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM url WHERE source = $1 AND state = 'queued' AND due_at <= $2 LIMIT $3) AS few";
    let mut ids: Vec<String> = sqlx::query_scalar("SELECT source FROM source_state").fetch_all(&mut *connection).await?;
    ids.sort();
    let (mut counts, mut left) = (Vec::new(), most);
    for id in ids {
        let due: i64 = sqlx::query_scalar(DUE).bind(id.clone()).bind(micros(now)).bind(left).fetch_one(&mut *connection).await?;
        left -= due;
        if due > 0 {
            counts.push((id, due));
        }
    }
    Ok(counts)
}

/// The row of an address of a source, given in canonical form, whatever its state.
///
/// # Errors
/// The database does not answer.
pub async fn by_address(connection: &mut AnyConnection, source: &Arc<Source>, address: &str) -> Result<Option<Target>> {
    let row = sqlx::query(AssertSqlSafe(format!("SELECT {COLUMNS} FROM url u WHERE u.source = $1 AND u.address = $2")))
        .bind(source.id.clone())
        .bind(address.to_owned())
        .fetch_optional(connection)
        .await?;
    let sources = HashMap::from([(source.id.clone(), Arc::clone(source))]);
    row.map_or(Ok(None), |row| target(&row, &sources))
}

/// Hosts where a source has a queue. From one to the next by the index: a `DISTINCT` would read every address.
///
/// # Errors
/// The database does not answer.
pub async fn hosts(connection: &mut AnyConnection, source: &str) -> Result<Vec<String>> {
    const NEXT: &str = "WITH RECURSIVE queue (host) AS (\
                        SELECT MIN(host) FROM url WHERE source = $1 AND state = 'queued' \
                        UNION ALL \
                        SELECT (SELECT MIN(url.host) FROM url WHERE url.source = $1 AND url.state = 'queued' AND url.host > queue.host) \
                        FROM queue WHERE queue.host IS NOT NULL) \
                        SELECT host FROM queue WHERE host IS NOT NULL";
    Ok(sqlx::query_scalar(NEXT).bind(source.to_owned()).fetch_all(connection).await?)
}

/// The last number given to an address.
///
/// # Errors
/// The database does not answer.
pub async fn last_id(connection: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM url").fetch_one(connection).await?)
}

fn target(row: &AnyRow, sources: &HashMap<String, Arc<Source>>) -> Result<Option<Target>> {
    let source: String = row.try_get("source")?;
    let mut link: String = row.try_get("link")?;
    if link.is_empty() {
        link = row.try_get("address")?;
    }
    let (Some(source), Ok(url)) = (sources.get(&source), Url::parse(&link)) else { return Ok(None) };
    Ok(Some(Target {
        id: row.try_get("id")?,
        source: Arc::clone(source),
        host: row.try_get("host")?,
        url,
        depth: row.try_get("depth")?,
        hops: row.try_get("hops")?,
        priority: row.try_get("priority")?,
        reason: row.try_get("reason")?,
        visits: row.try_get("visits")?,
        failures: row.try_get("failures")?,
        unchanged: row.try_get("unchanged")?,
        page_kind: row.try_get("page_kind")?,
        payload_digest: row.try_get("payload_digest")?,
        capture_id: row.try_get("capture_id")?,
        etag: row.try_get("etag")?,
        modified: row.try_get("modified")?,
    }))
}
