//! Reading the reading log: lists of rows, random samples for the data-protection officer, and what these found.

use anyhow::{Context, Result, bail};
use serde::Serialize;
use sqlx::{AnyConnection, Row as _};

use crate::audit::{Actor, FAILED, Kind, Purpose, Row, anchor, chain, entry};
use crate::clock;
use crate::database::{self, Pool, Turn, Value, select_in};
use crate::dice::Dice;

/// Bytes of a finding, at most.
const LONGEST_FINDING: usize = 4_000;

/// Which rows are asked for; what is `None` lets all through.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Whose, exactly.
    pub actor: Option<String>,
    /// Of what kind.
    pub kind: Option<Kind>,
    /// Reference of the case, exactly.
    pub case: Option<String>,
    /// Written at this time or later, microseconds.
    pub since: Option<i64>,
    /// Written before this time, microseconds.
    pub until: Option<i64>,
    /// Of a lower number than this.
    pub before: Option<i64>,
}

/// What a person found of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The row.
    #[serde(skip)]
    pub row: i64,
    /// Who reviewed it.
    pub author: String,
    /// Microseconds.
    pub at: i64,
    /// What was found.
    pub finding: String,
}

/// A row with what was found of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reviewed {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// In the order of time.
    pub findings: Vec<Finding>,
}

/// The rows that a filter lets through, the latest first, `limit` at most.
///
/// # Errors
/// The database does not answer.
pub async fn list(connection: &mut AnyConnection, filter: &Filter, limit: i64) -> Result<Vec<Reviewed>> {
    let (conditions, values) = conditions(filter);
    let sql = format!("SELECT {} FROM audit {conditions} ORDER BY id DESC LIMIT {}", chain::COLUMNS, limit.max(0));
    let rows = bound(&sql, values).fetch_all(&mut *connection).await?.iter().map(Row::read).collect::<Result<Vec<_>>>()?;
    with_findings(connection, rows).await
}

/// A share (0 to 1) of the rows that a filter lets through, one at least where there is any, in their order. The same seed draws the same rows of
/// the same log, whatever engine keeps it.
///
/// # Errors
/// The database does not answer.
pub async fn sample(connection: &mut AnyConnection, filter: &Filter, share: f64, seed: u64) -> Result<Vec<Reviewed>> {
    let (conditions, values) = conditions(filter);
    let sql = format!("SELECT id FROM audit {conditions} ORDER BY id");
    let mut ids = Vec::new();
    for row in bound(&sql, values).fetch_all(&mut *connection).await? {
        ids.push(row.try_get::<i64, _>("id")?);
    }
    let wanted = (ids.len() as f64 * share.clamp(0.0, 1.0)).ceil() as usize;
    let wanted = wanted.max(1).min(ids.len());
    // The first of all rows in an order that hangs on the seed and on their numbers alone.
    ids.sort_by_cached_key(|id| (Dice::labelled(seed, &id.to_string()).number(), *id));
    ids.truncate(wanted);
    ids.sort_unstable();
    let head = format!("SELECT {} FROM audit WHERE id IN", chain::COLUMNS);
    let mut rows = select_in(connection, &head, "", &ids).await?.iter().map(Row::read).collect::<Result<Vec<_>>>()?;
    rows.sort_by_key(|row| row.id);
    with_findings(connection, rows).await
}

/// Writes down what was found of a row. The finding is a row of the log itself.
///
/// # Errors
/// There is no such row, the finding is too long, or the database does not answer: nothing is written.
pub async fn review(pool: &Pool, actor: &Actor, purpose: &Purpose, id: i64, finding: &str) -> Result<()> {
    if finding.trim().is_empty() || finding.len() > LONGEST_FINDING {
        bail!("the finding has {} bytes; hint: a few words, at most {LONGEST_FINDING} bytes", finding.len());
    }
    let mut transaction = database::begin_turn(pool, Turn::ReadingLog).await.context(FAILED)?;
    let sql = "SELECT COUNT(*) FROM audit WHERE id = $1";
    let there: i64 = sqlx::query_scalar(sql).bind(id).fetch_one(&mut *transaction).await.context(FAILED)?;
    if there == 0 {
        bail!("the reading log has no row {id}; hint: `vigie audit list` shows the numbers");
    }
    let row = chain::append(&mut transaction, entry(actor, "audit review", &format!("{id}: {finding}"), purpose, None)).await?;
    sqlx::query(
        "INSERT INTO audit_review (audit_id, n, author, at, finding) \
         SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4 FROM audit_review WHERE audit_id = $5",
    )
    .bind(id)
    .bind(actor.name.clone())
    .bind(clock::micros(clock::now()))
    .bind(finding.replace('\0', ""))
    .bind(id)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    anchor::note(pool, &row);
    Ok(())
}

async fn with_findings(connection: &mut AnyConnection, rows: Vec<Row>) -> Result<Vec<Reviewed>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let head = "SELECT audit_id, author, at, finding FROM audit_review WHERE audit_id IN";
    let mut findings = Vec::new();
    for row in select_in(connection, head, "ORDER BY audit_id, n", &ids).await? {
        findings.push(Finding {
            row: row.try_get("audit_id")?,
            author: row.try_get("author")?,
            at: row.try_get("at")?,
            finding: row.try_get("finding")?,
        });
    }
    let of = |id: i64| findings.iter().filter(|one| one.row == id).cloned().collect();
    Ok(rows.into_iter().map(|row| Reviewed { findings: of(row.id), row }).collect())
}

/// The filter as SQL, with its values in order.
fn conditions(filter: &Filter) -> (String, Vec<Value>) {
    let asked: [(&str, Option<Value>); 6] = [
        ("actor =", filter.actor.as_deref().map(Value::from)),
        ("kind =", filter.kind.map(|kind| kind.code().into())),
        ("case_reference =", filter.case.as_deref().map(Value::from)),
        ("at >=", filter.since.map(Value::from)),
        ("at <", filter.until.map(Value::from)),
        ("id <", filter.before.map(Value::from)),
    ];
    let (mut text, mut values) = (String::new(), Vec::new());
    for (condition, value) in asked {
        let Some(value) = value else { continue };
        values.push(value);
        text.push_str(&format!("{} {condition} ${}", if values.len() == 1 { "WHERE" } else { " AND" }, values.len()));
    }
    (text, values)
}

fn bound(sql: &str, values: Vec<Value>) -> sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments> {
    let query = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()));
    values.into_iter().fold(query, |query, value| match value {
        Value::Int(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Maybe(text) => query.bind(text),
    })
}
