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
    /// A condition over the columns of `url`; numbers only, so nothing of it comes from outside.
    fn condition(self, now: i64) -> String {
        match self {
            Self::Now => format!("due_at <= {now}"),
            Self::Once { started, run } => {
                format!("due_at <= {now} AND (due_at <= {started} OR retry_run = {run} OR (visits = 0 AND found_at >= {started}))")
            }
        }
    }

    /// The same, looking `ahead` microseconds into the future, for tries that wait.
    fn soon(self, now: i64, ahead: i64) -> String {
        match self {
            Self::Now => format!("due_at <= {}", now + ahead),
            Self::Once { run, .. } => format!("{} OR (due_at <= {} AND retry_run = {run})", self.condition(now), now + ahead),
        }
    }
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

/// Takes due addresses of several hosts in one statement, best priority first. Nothing is written: what is not settled is still queued
/// after a crash. `taken` holds the rows that are outstanding in this process.
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
    let mut targets = Vec::new();
    let mut ids: Vec<&String> = sources.keys().collect();
    ids.sort();
    for chunk in wants.chunks(32) {
        if ids.is_empty() {
            break;
        }
        let condition = due.condition(micros(now));
        let mut sql = String::new();
        let among: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
        for (next, want) in (ids.len() + 1..).zip(chunk) {
            if !sql.is_empty() {
                sql.push_str(" UNION ALL ");
            }
            sql.push_str(&format!(
                "SELECT * FROM (SELECT id, source, host, link, priority, depth, hops, reason, visits, failures, unchanged, page_kind, payload_digest, \
                 capture_id, etag, modified FROM url WHERE host = ${next} AND state = 'queued' AND source IN ({}) AND {condition} \
                 ORDER BY priority, due_at, id LIMIT {}) AS h{next}",
                among.join(", "),
                want.most + want.outstanding
            ));
        }
        // The statement changes with every call, so it is not worth keeping.
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        for id in &ids {
            query = query.bind((*id).clone());
        }
        for want in chunk {
            query = query.bind(want.host.clone());
        }
        let mut left: HashMap<&str, usize> = chunk.iter().map(|want| (want.host.as_str(), want.most)).collect();
        for row in query.fetch_all(&mut *connection).await? {
            let Some(target) = target(&row, sources)? else { continue };
            if taken.contains(&target.id) {
                continue;
            }
            if let Some(left) = left.get_mut(target.host.as_str()).filter(|left| **left > 0) {
                *left -= 1;
                targets.push(target);
            }
        }
    }
    Ok(targets)
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
    let mut ids: Vec<&String> = sources.keys().collect();
    ids.sort();
    let among: Vec<String> = (2..ids.len() + 2).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM url WHERE host = $1 AND state = 'queued' AND source IN ({}) AND ({}) LIMIT 1) AS one",
        among.join(", "),
        due.soon(micros(now), ahead)
    );
    let mut query = sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql)).persistent(false).bind(host.to_owned());
    for id in ids {
        query = query.bind(id.clone());
    }
    Ok(query.fetch_one(connection).await? > 0)
}

/// How many addresses are due, by source, counted up to `most` over all sources.
///
/// # Errors
/// The database does not answer.
pub async fn due_by_source(connection: &mut AnyConnection, now: Timestamp, most: i64) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query(
        "SELECT source, COUNT(*) AS due FROM (SELECT source FROM url WHERE state = 'queued' AND due_at <= $1 LIMIT $2) AS one \
         GROUP BY source ORDER BY source",
    )
    .bind(micros(now))
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("source")?, row.try_get("due")?))).collect()
}

/// The row of an address of a source, given in canonical form, whatever its state.
///
/// # Errors
/// The database does not answer.
pub async fn by_address(connection: &mut AnyConnection, source: &Arc<Source>, address: &str) -> Result<Option<Target>> {
    let row = sqlx::query(
        "SELECT id, source, host, link, priority, depth, hops, reason, visits, failures, unchanged, page_kind, payload_digest, capture_id, etag, modified \
         FROM url WHERE source = $1 AND address = $2",
    )
    .bind(source.id.clone())
    .bind(address.to_owned())
    .fetch_optional(connection)
    .await?;
    let sources = HashMap::from([(source.id.clone(), Arc::clone(source))]);
    row.map_or(Ok(None), |row| target(&row, &sources))
}

/// Hosts of the addresses of a source.
///
/// # Errors
/// The database does not answer.
pub async fn hosts(connection: &mut AnyConnection, source: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT DISTINCT host FROM url WHERE source = $1").bind(source.to_owned()).fetch_all(connection).await?)
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
    let link: String = row.try_get("link")?;
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
