//! Alerts as the store keeps them. They are never rebuilt.

use anyhow::Result;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::database::{insert_rows, select_in};

/// A stored match of a watch and a listing version, or what became of a listing or source that a watch asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertRow {
    /// Identity.
    pub id: String,
    /// Order of raising.
    pub seq: i64,
    /// Name of the watch.
    pub watch: String,
    /// The listing.
    pub listing_id: String,
    /// The version that matched.
    pub version_id: String,
    /// The capture that showed it.
    pub capture_id: String,
    /// Source id.
    pub source: String,
    /// Address of the listing.
    pub address: String,
    /// Its title.
    pub title: String,
    /// Number of the version.
    pub n: i64,
    /// Vendor's name; empty without one.
    pub vendor: String,
    /// Family of the version.
    pub family: String,
    /// What the version told of model, calibre, serial and part of a split thing; empty for alerts that were raised before this was kept.
    pub goods: String,
    /// Microseconds.
    pub created_at: i64,
    /// The alert whose notification covers this one, of which it is a copy.
    pub covered_by: Option<String>,
    /// State of triage.
    pub state: String,
    /// Codes of what happened, separated by spaces; see [`crate::config::watch::Event`].
    pub event: String,
    /// What a changed listing says otherwise, as JSON; empty without a change.
    pub changes: String,
    /// See [`crate::config::watch::Priority`].
    pub priority: String,
    /// Marking; empty without one.
    pub tlp: String,
    /// Case of the watch; empty without one.
    pub case_ref: String,
    /// Whether its notification may carry what the listing says.
    pub details: bool,
    /// Why nothing is notified of it; empty where something is.
    pub held: String,
    /// When its notification goes out, microseconds; 0 where it has none of its own.
    pub due_at: i64,
    /// Order of going out, from 1; 0 before.
    pub notice: i64,
    /// The alert whose notification tells of this one too, in a digest or at a threshold.
    pub gathered_by: Option<String>,
    /// Name of the user who works on it; empty for nobody. See [`crate::store::assignments`].
    pub assignee: String,
}

impl AlertRow {
    /// Whether it has, or will have, a notification of its own.
    pub fn notifies(&self) -> bool {
        self.due_at > 0
    }
}

/// The columns, for statements that `sqlx` wants whole.
macro_rules! columns {
    () => {
        "id, seq, watch, listing_id, version_id, capture_id, source, address, title, n, vendor, family, goods, created_at, covered_by, \
         state, event, changes, priority, tlp, case_ref, details, held, due_at, notice, gathered_by, assignee"
    };
}

pub(super) const COLUMNS: &str = columns!();

/// Alerts of these listings or families, oldest first.
///
/// # Errors
/// The database does not answer.
pub async fn of(connection: &mut AnyConnection, listings: &[String], families: &[String]) -> Result<Vec<AlertRow>> {
    let mut alerts: Vec<AlertRow> = Vec::new();
    for (column, keys) in [("listing_id", listings), ("family", families)] {
        for row in select_in(connection, &format!("SELECT {COLUMNS} FROM alert WHERE {column} IN"), "", keys).await? {
            alerts.push(read(&row)?);
        }
    }
    alerts.sort_by_key(|alert| alert.seq);
    alerts.dedup_by(|one, other| one.id == other.id);
    Ok(alerts)
}

/// Writes new alerts, and those that a listing's own page took over from its cards.
///
/// # Errors
/// The database does not answer.
pub async fn write(connection: &mut AnyConnection, new: &[AlertRow], moved: &[AlertRow]) -> Result<()> {
    let rows = new.iter().map(|one| {
        vec![
            one.id.as_str().into(),
            one.seq.into(),
            one.watch.as_str().into(),
            one.listing_id.as_str().into(),
            one.version_id.as_str().into(),
            one.capture_id.as_str().into(),
            one.source.as_str().into(),
            one.address.as_str().into(),
            one.title.as_str().into(),
            one.n.into(),
            one.vendor.as_str().into(),
            one.family.as_str().into(),
            one.goods.as_str().into(),
            one.created_at.into(),
            one.covered_by.clone().into(),
            one.state.as_str().into(),
            one.event.as_str().into(),
            one.changes.as_str().into(),
            one.priority.as_str().into(),
            one.tlp.as_str().into(),
            one.case_ref.as_str().into(),
            i64::from(one.details).into(),
            one.held.as_str().into(),
            one.due_at.into(),
            one.notice.into(),
            one.gathered_by.clone().into(),
            one.assignee.as_str().into(),
        ]
    });
    insert_rows(connection, &format!("INSERT INTO alert ({COLUMNS}) VALUES"), "ON CONFLICT (id) DO NOTHING", rows.collect()).await?;
    // An alert raised and moved within one batch was moved in memory before it was written; its row is simply written again.
    let rows = moved
        .iter()
        .map(|one| vec![one.id.as_str().into(), one.version_id.as_str().into(), one.title.as_str().into(), one.address.as_str().into()]);
    let head = "UPDATE alert SET version_id = v.column2, title = v.column3, address = v.column4 FROM (VALUES";
    insert_rows(connection, head, ") AS v WHERE alert.id = v.column1", rows.collect()).await?;
    Ok(())
}

/// After facts were built again alerts are of the families that their versions are in now, so that later copies are counted under them.
///
/// # Errors
/// The database does not answer.
pub async fn follow_families(connection: &mut AnyConnection) -> Result<()> {
    sqlx::query("UPDATE alert SET family = v.family FROM version v WHERE v.id = alert.version_id AND alert.family <> v.family")
        .execute(connection)
        .await?;
    Ok(())
}

/// Alerts after `seq`, oldest first.
///
/// # Errors
/// The database does not answer.
pub async fn after(connection: &mut AnyConnection, seq: i64, most: i64) -> Result<Vec<AlertRow>> {
    let rows = sqlx::query(concat!("SELECT ", columns!(), " FROM alert WHERE seq > $1 ORDER BY seq LIMIT $2"))
        .bind(seq)
        .bind(most)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// Notifications that went out after `notice`, in their order.
///
/// # Errors
/// The database does not answer.
pub async fn notices_after(connection: &mut AnyConnection, notice: i64, most: i64) -> Result<Vec<AlertRow>> {
    let rows = sqlx::query(concat!("SELECT ", columns!(), " FROM alert WHERE notice > $1 ORDER BY notice LIMIT $2"))
        .bind(notice)
        .bind(most)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// The number of the last notification that went out.
///
/// # Errors
/// The database does not answer.
pub async fn last_notice(connection: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT COALESCE(MAX(notice), 0) FROM alert WHERE notice > 0").fetch_one(connection).await?)
}

/// When the next notification that waits goes out, microseconds.
///
/// # Errors
/// The database does not answer.
pub async fn next_due(connection: &mut AnyConnection) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar("SELECT MIN(due_at) FROM alert WHERE notice = 0 AND due_at > 0").fetch_one(connection).await?)
}

/// Lets notifications go out that waited until `now`; returns how many.
///
/// # Errors
/// The database does not answer.
pub async fn release(connection: &mut AnyConnection, now: i64) -> Result<usize> {
    let due: Vec<String> = sqlx::query_scalar("SELECT id FROM alert WHERE notice = 0 AND due_at > 0 AND due_at <= $1 ORDER BY due_at, seq")
        .bind(now)
        .fetch_all(&mut *connection)
        .await?;
    if due.is_empty() {
        return Ok(0);
    }
    let last = last_notice(connection).await?;
    let rows = due.iter().zip(last + 1..).map(|(id, notice)| vec![id.as_str().into(), notice.into()]).collect();
    insert_rows(connection, "UPDATE alert SET notice = v.column2 FROM (VALUES", ") AS v WHERE alert.id = v.column1", rows).await?;
    Ok(due.len())
}

/// The alert of a watch that waits until `due_at` and gathers others.
///
/// # Errors
/// The database does not answer.
pub async fn gathering(connection: &mut AnyConnection, watch: &str, due_at: i64) -> Result<Option<String>> {
    let query = sqlx::query_scalar("SELECT id FROM alert WHERE notice = 0 AND due_at = $1 AND watch = $2 ORDER BY seq LIMIT 1");
    Ok(query.bind(due_at).bind(watch.to_owned()).fetch_optional(connection).await?)
}

/// Alerts of a watch that its threshold holds back since `since`: identity and family.
///
/// # Errors
/// The database does not answer.
pub async fn below_threshold(connection: &mut AnyConnection, watch: &str, since: i64) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query("SELECT id, family FROM alert WHERE held = 'threshold' AND watch = $1 AND created_at >= $2 ORDER BY seq")
        .bind(watch.to_owned())
        .bind(since)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("family")?))).collect()
}

/// Alerts that the notification of another tells of.
///
/// # Errors
/// The database does not answer.
pub async fn gather(connection: &mut AnyConnection, ids: &[String], by: &str) -> Result<()> {
    let rows = ids.iter().map(|id| vec![id.as_str().into(), by.into()]).collect();
    let head = "UPDATE alert SET held = '', gathered_by = v.column2 FROM (VALUES";
    insert_rows(connection, head, ") AS v WHERE alert.id = v.column1", rows).await?;
    Ok(())
}

/// What notifications tell of besides: alerts that are gathered under these, in the order of raising.
///
/// # Errors
/// The database does not answer.
pub async fn gathered(connection: &mut AnyConnection, heads: &[String]) -> Result<Vec<AlertRow>> {
    let rows = select_in(connection, &format!("SELECT {COLUMNS} FROM alert WHERE gathered_by IN"), "", heads).await?;
    let mut alerts: Vec<AlertRow> = rows.iter().map(read).collect::<Result<_>>()?;
    alerts.sort_by_key(|alert| alert.seq);
    Ok(alerts)
}

/// Alerts of these identities, in no particular order.
///
/// # Errors
/// The database does not answer.
pub async fn by_ids(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<AlertRow>> {
    select_in(connection, &format!("SELECT {COLUMNS} FROM alert WHERE id IN"), "", ids).await?.iter().map(read).collect()
}

/// The alert of this identity.
///
/// # Errors
/// The database does not answer.
pub async fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<AlertRow>> {
    Ok(by_ids(connection, &[id.to_owned()]).await?.pop())
}

/// The last number given to an alert.
///
/// # Errors
/// The database does not answer.
pub async fn last_seq(connection: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM alert").fetch_one(connection).await?)
}

pub(super) fn read(row: &AnyRow) -> Result<AlertRow> {
    Ok(AlertRow {
        id: row.try_get("id")?,
        seq: row.try_get("seq")?,
        watch: row.try_get("watch")?,
        listing_id: row.try_get("listing_id")?,
        version_id: row.try_get("version_id")?,
        capture_id: row.try_get("capture_id")?,
        source: row.try_get("source")?,
        address: row.try_get("address")?,
        title: row.try_get("title")?,
        n: row.try_get("n")?,
        vendor: row.try_get("vendor")?,
        family: row.try_get("family")?,
        goods: row.try_get("goods")?,
        created_at: row.try_get("created_at")?,
        covered_by: row.try_get("covered_by")?,
        state: row.try_get("state")?,
        event: row.try_get("event")?,
        changes: row.try_get("changes")?,
        priority: row.try_get("priority")?,
        tlp: row.try_get("tlp")?,
        case_ref: row.try_get("case_ref")?,
        details: row.try_get::<i64, _>("details")? != 0,
        held: row.try_get("held")?,
        due_at: row.try_get("due_at")?,
        notice: row.try_get("notice")?,
        gathered_by: row.try_get("gathered_by")?,
        assignee: row.try_get("assignee")?,
    })
}
