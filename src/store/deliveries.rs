//! Notifications on their way through channels: what is due, what was sent, what is dead. Never rebuilt.

use anyhow::{Result, bail};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::database::{insert_rows, meta, set_meta};
use crate::store::alerts::{self, AlertRow};

/// A notification on its way through a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Name of the channel.
    pub channel: String,
    /// The alert.
    pub alert_id: String,
    /// Order of raising.
    pub seq: i64,
    /// When it was raised, microseconds.
    pub raised_at: i64,
    /// `due`, `sent` or `dead`.
    pub state: String,
    /// Tries so far.
    pub tries: i64,
    /// Not tried before, microseconds.
    pub due_at: i64,
    /// When the last try ended, microseconds; 0 before the first.
    pub changed_at: i64,
    /// What came of the last try; empty before the first.
    pub note: String,
}

/// What is not sent of a channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Name of the channel.
    pub channel: String,
    /// Notifications that are due or wait for their next try.
    pub due: i64,
    /// Notifications that were refused or failed too often.
    pub dead: i64,
    /// When the oldest of those due was raised, microseconds; 0 without one.
    pub oldest: i64,
}

const COLUMNS: &str = "channel, alert_id, seq, raised_at, state, tries, due_at, changed_at, note";

fn checkpoint_name(channel: &str) -> String {
    format!("delivered_channel {channel}")
}

/// Up to which alert a channel was planned. A channel met for the first time begins after the last alert there is.
///
/// # Errors
/// The database does not answer.
pub async fn checkpoint(connection: &mut AnyConnection, channel: &str) -> Result<i64> {
    let name = checkpoint_name(channel);
    if let Some(at) = meta(connection, &name).await?.and_then(|text| text.parse().ok()) {
        return Ok(at);
    }
    let last = alerts::last_seq(connection).await?;
    set_meta(connection, &name, &last.to_string()).await?;
    Ok(last)
}

/// Plans notifications for a channel, up to the alert `until`; those planned before stay as they are.
///
/// # Errors
/// The database does not answer.
pub async fn plan(connection: &mut AnyConnection, channel: &str, alerts: &[AlertRow], until: i64) -> Result<()> {
    let rows = alerts.iter().map(|alert| {
        vec![
            channel.into(),
            alert.id.as_str().into(),
            alert.seq.into(),
            alert.created_at.into(),
            "due".into(),
            0_i64.into(),
            0_i64.into(),
            0_i64.into(),
            "".into(),
        ]
    });
    let head = format!("INSERT INTO delivery ({COLUMNS}) VALUES");
    insert_rows(connection, &head, "ON CONFLICT (channel, alert_id) DO NOTHING", rows.collect()).await?;
    set_meta(connection, &checkpoint_name(channel), &until.to_string()).await
}

/// What is due at `now` through a channel, in the order of raising.
///
/// # Errors
/// The database does not answer.
pub async fn due(connection: &mut AnyConnection, channel: &str, now: i64, most: i64) -> Result<Vec<DeliveryRow>> {
    let rows = sqlx::query(
        "SELECT channel, alert_id, seq, raised_at, state, tries, due_at, changed_at, note FROM delivery \
         WHERE state = 'due' AND channel = $1 AND due_at <= $2 ORDER BY seq LIMIT $3",
    )
    .bind(channel.to_owned())
    .bind(now)
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// Writes what came of tries.
///
/// # Errors
/// The database does not answer.
pub async fn settle(connection: &mut AnyConnection, rows: &[DeliveryRow]) -> Result<()> {
    for row in rows {
        sqlx::query(
            "UPDATE delivery SET state = $1, tries = $2, due_at = $3, changed_at = $4, note = $5 WHERE channel = $6 AND alert_id = $7",
        )
        .bind(row.state.clone())
        .bind(row.tries)
        .bind(row.due_at)
        .bind(row.changed_at)
        .bind(row.note.replace('\0', ""))
        .bind(row.channel.clone())
        .bind(row.alert_id.clone())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// What is not sent, in the order of raising.
///
/// # Errors
/// The database does not answer.
pub async fn unsent(connection: &mut AnyConnection) -> Result<Vec<DeliveryRow>> {
    let rows = sqlx::query(
        "SELECT channel, alert_id, seq, raised_at, state, tries, due_at, changed_at, note FROM delivery \
         WHERE state IN ('due', 'dead') ORDER BY seq, channel",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// How much is not sent, by channel.
///
/// # Errors
/// The database does not answer.
pub async fn count_unsent(connection: &mut AnyConnection) -> Result<Vec<Unsent>> {
    let rows = sqlx::query(
        "SELECT channel, SUM(CASE WHEN state = 'due' THEN 1 ELSE 0 END) AS due, SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END) AS dead, \
         COALESCE(MIN(CASE WHEN state = 'due' THEN raised_at END), 0) AS oldest \
         FROM delivery WHERE state IN ('due', 'dead') GROUP BY channel ORDER BY channel",
    )
    .fetch_all(connection)
    .await?;
    let read = |row: &AnyRow| -> Result<Unsent> {
        Ok(Unsent {
            channel: row.try_get("channel")?,
            due: row.try_get("due")?,
            dead: row.try_get("dead")?,
            oldest: row.try_get("oldest")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Has dead notifications sent again, through one channel or all; returns how many.
///
/// # Errors
/// The database does not answer.
pub async fn again_dead(connection: &mut AnyConnection, channel: Option<&str>) -> Result<u64> {
    let done = sqlx::query(
        "UPDATE delivery SET state = 'due', tries = 0, due_at = 0, note = 'asked for again' WHERE state = 'dead' AND (channel = $1 OR $2 = 1)",
    )
    .bind(channel.unwrap_or_default().to_owned())
    .bind(i64::from(channel.is_none()))
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Has one notification sent through these channels, again where it was sent before.
///
/// # Errors
/// There is no such alert, an earlier one covers it, or the database does not answer.
pub async fn again(connection: &mut AnyConnection, alert_id: &str, channels: &[String]) -> Result<()> {
    let Some(alert) = alerts::by_id(connection, alert_id).await? else {
        bail!("there is no alert {alert_id:?}; hint: `vigie alerts --json` shows them");
    };
    if let Some(earlier) = &alert.covered_by {
        bail!("alert {alert_id:?} has no notification of its own; hint: the one that covers it is {earlier}");
    }
    let rows = channels.iter().map(|channel| {
        vec![
            channel.as_str().into(),
            alert.id.as_str().into(),
            alert.seq.into(),
            alert.created_at.into(),
            "due".into(),
            0_i64.into(),
            0_i64.into(),
            0_i64.into(),
            "asked for again".into(),
        ]
    });
    let tail = "ON CONFLICT (channel, alert_id) DO UPDATE SET state = excluded.state, tries = excluded.tries, due_at = excluded.due_at, \
                note = excluded.note";
    insert_rows(connection, &format!("INSERT INTO delivery ({COLUMNS}) VALUES"), tail, rows.collect()).await?;
    Ok(())
}

/// Alerts with a notification of their own, the newest first.
///
/// # Errors
/// The database does not answer.
pub async fn newest(connection: &mut AnyConnection, most: i64) -> Result<Vec<String>> {
    let rows =
        sqlx::query("SELECT id FROM alert WHERE covered_by IS NULL ORDER BY seq DESC LIMIT $1").bind(most).fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
}

fn read(row: &AnyRow) -> Result<DeliveryRow> {
    Ok(DeliveryRow {
        channel: row.try_get("channel")?,
        alert_id: row.try_get("alert_id")?,
        seq: row.try_get("seq")?,
        raised_at: row.try_get("raised_at")?,
        state: row.try_get("state")?,
        tries: row.try_get("tries")?,
        due_at: row.try_get("due_at")?,
        changed_at: row.try_get("changed_at")?,
        note: row.try_get("note")?,
    })
}
