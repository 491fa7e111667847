//! Statements over many rows at once: a call to the database costs far more than a row in it.

use anyhow::Result;
use sqlx::AnyConnection;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};

/// Rows in one statement. Beyond this the gain is small and the statement cache suffers.
const MOST_ROWS: usize = 64;

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Times, counts, flags.
    Int(i64),
    /// Text; NUL characters are dropped because PostgreSQL refuses them.
    Text(String),
    /// Text or NULL.
    Maybe(Option<String>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.replace('\0', ""))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(if value.contains('\0') { value.replace('\0', "") } else { value })
    }
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        Self::Maybe(value.map(|text| text.replace('\0', "")))
    }
}

type Statement<'q> = Query<'q, Any, AnyArguments>;

fn bind(query: Statement<'_>, value: Value) -> Statement<'_> {
    match value {
        Value::Int(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Maybe(text) => query.bind(text),
    }
}

/// `($1, $2), ($3, $4)` for `rows` rows of `width` cells, counted from `first`. Without numbers for SQLite, which looks each one up among
/// all others: a thousand of them cost more than the rows.
fn placeholders(numbered: bool, first: usize, rows: usize, width: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for cell in 0..width {
            if cell > 0 {
                text.push_str(", ");
            }
            if numbered {
                text.push('$');
                text.push_str(&(first + row * width + cell).to_string());
            } else {
                text.push('?');
            }
        }
        text.push(')');
    }
    text
}

/// Runs `head (...), (...) tail` over all rows, in as few statements as sensible; returns how many rows were affected.
///
/// # Errors
/// The database refuses a row or does not answer.
pub async fn insert_rows(connection: &mut AnyConnection, head: &str, tail: &str, mut rows: Vec<Vec<Value>>) -> Result<u64> {
    let mut affected = 0;
    while let Some(query) = next_statement(connection, head, tail, &mut rows) {
        affected += query.execute(&mut *connection).await?.rows_affected();
    }
    Ok(affected)
}

/// The same with a tail that ends in `RETURNING ...`; returns those rows.
///
/// # Errors
/// The database refuses a row or does not answer.
pub async fn insert_returning(connection: &mut AnyConnection, head: &str, tail: &str, mut rows: Vec<Vec<Value>>) -> Result<Vec<AnyRow>> {
    let mut returned = Vec::new();
    while let Some(query) = next_statement(connection, head, tail, &mut rows) {
        returned.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(returned)
}

/// Takes as many rows as one statement holds. Statements come in sizes of powers of two only, so that few distinct ones fill the cache.
fn next_statement(connection: &AnyConnection, head: &str, tail: &str, rows: &mut Vec<Vec<Value>>) -> Option<Statement<'static>> {
    let width = rows.first()?.len();
    let take = size(rows.len());
    let numbered = is_numbered(connection);
    let query = sqlx::query(AssertSqlSafe(format!("{head} {} {tail}", placeholders(numbered, 1, take, width))));
    Some(rows.drain(..take).flatten().fold(query, bind))
}

fn is_numbered(connection: &AnyConnection) -> bool {
    connection.backend_name() != "SQLite"
}

fn size(rows: usize) -> usize {
    if rows >= MOST_ROWS { MOST_ROWS } else { 1 << rows.ilog2() }
}

/// Runs `head (...) tail` with the keys in the parentheses, in chunks; returns all rows.
///
/// # Errors
/// The database does not answer.
pub async fn select_in<K>(connection: &mut AnyConnection, head: &str, tail: &str, keys: &[K]) -> Result<Vec<AnyRow>>
where
    K: Clone + Into<Value>,
{
    select_within(connection, head, tail, &[], keys).await
}

/// The same where `head` has placeholders of its own, `$1` and on, for the `fixed` values.
///
/// # Errors
/// The database does not answer.
pub async fn select_within<K>(connection: &mut AnyConnection, head: &str, tail: &str, fixed: &[String], keys: &[K]) -> Result<Vec<AnyRow>>
where
    K: Clone + Into<Value>,
{
    let mut found = Vec::new();
    let mut rest = keys;
    while !rest.is_empty() {
        let take = size(rest.len());
        let (now, later) = rest.split_at(take);
        // SQLite's numbered and plain ones do not mix.
        let numbered = is_numbered(connection) || !fixed.is_empty();
        let among = placeholders(numbered, fixed.len() + 1, 1, take);
        let mut query = sqlx::query(AssertSqlSafe(format!("{head} {among} {tail}")));
        for value in fixed.iter().cloned().map(Value::from).chain(now.iter().cloned().map(Into::into)) {
            query = bind(query, value);
        }
        found.extend(query.fetch_all(&mut *connection).await?);
        rest = later;
    }
    Ok(found)
}
