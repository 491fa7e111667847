//! Trips to the provider: browsers that were sent there to sign in and are not back. Only digests of what they hold are stored.

use anyhow::Result;
use sqlx::AnyConnection;

/// Trips that are remembered at once, at most; beyond, those that end first are forgotten.
const MOST: i64 = 10_000;

/// A trip, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TripRow {
    /// SHA-256 of what the provider sends back, in hexadecimal.
    pub state: String,
    /// SHA-256 of what the browser holds, in hexadecimal.
    pub browser: String,
    /// Where on the desk to go afterwards.
    pub way: String,
    /// When it ends, microseconds.
    pub ends_at: i64,
}

/// Adds a trip, and forgets those that have ended.
///
/// # Errors
/// The database does not answer.
pub async fn add(connection: &mut AnyConnection, one: &TripRow, now: i64) -> Result<()> {
    sqlx::query("DELETE FROM provider_trip WHERE ends_at <= $1").bind(now).execute(&mut *connection).await?;
    let many: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM provider_trip").fetch_one(&mut *connection).await?;
    if many >= MOST {
        sqlx::query("DELETE FROM provider_trip WHERE state IN (SELECT state FROM provider_trip ORDER BY ends_at, state LIMIT $1)")
            .bind(many - MOST + 1)
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("INSERT INTO provider_trip (state, browser, way, ends_at) VALUES ($1, $2, $3, $4)")
        .bind(one.state.clone())
        .bind(one.browser.clone())
        .bind(one.way.clone())
        .bind(one.ends_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends the trip with this state of this browser, which nobody can end again; gives where to go. `None` where there is none under way.
///
/// # Errors
/// The database does not answer.
pub async fn take(connection: &mut AnyConnection, state: &str, browser: &str, now: i64) -> Result<Option<String>> {
    let query = sqlx::query_scalar("SELECT way FROM provider_trip WHERE state = $1 AND browser = $2 AND ends_at > $3");
    let way = query.bind(state.to_owned()).bind(browser.to_owned()).bind(now).fetch_optional(&mut *connection).await?;
    // Of two who come at once one finds it gone.
    let gone = sqlx::query("DELETE FROM provider_trip WHERE state = $1 AND browser = $2 AND ends_at > $3")
        .bind(state.to_owned())
        .bind(browser.to_owned())
        .bind(now)
        .execute(connection)
        .await?;
    Ok(way.filter(|_| gone.rows_affected() == 1))
}
