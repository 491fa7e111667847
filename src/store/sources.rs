//! Sources that were made by an import, because no file configures them: what the store remembers of them.

use anyhow::Result;
use sqlx::{AnyConnection, Row};

use crate::config::{Config, Source, SourceType};

/// Remembers that an import made this source; the type first told stays.
///
/// # Errors
/// The database does not answer.
pub async fn remember(connection: &mut AnyConnection, id: &str, kind: SourceType) -> Result<()> {
    sqlx::query("INSERT INTO import_source (id, kind) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
        .bind(id.to_owned())
        .bind(kind.code().to_owned())
        .execute(connection)
        .await?;
    Ok(())
}

/// The configuration with the sources that imports made, so that every reader knows their type.
///
/// # Errors
/// The database does not answer.
pub async fn complete(connection: &mut AnyConnection, config: &Config) -> Result<Config> {
    let mut config = config.clone();
    for row in sqlx::query("SELECT id, kind FROM import_source ORDER BY id").fetch_all(connection).await? {
        let (id, kind): (String, String) = (row.try_get("id")?, row.try_get("kind")?);
        if config.source(&id).is_none() {
            let mut source = Source::for_import(&id, &config.settings);
            source.kind = SourceType::of_code(&kind).unwrap_or(source.kind);
            config.sources.push(source);
        }
    }
    Ok(config)
}

/// Sources that have listings, sorted. Asked one after the other, so that it takes as many steps as there are sources, not listings.
///
/// # Errors
/// The database does not answer.
pub async fn with_listings(connection: &mut AnyConnection) -> Result<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    loop {
        let after = found.last().cloned().unwrap_or_default();
        let next: Option<String> =
            sqlx::query_scalar("SELECT MIN(source) FROM listing WHERE source > $1").bind(after).fetch_one(&mut *connection).await?;
        match next {
            Some(source) if !found.contains(&source) => found.push(source),
            _ => break,
        }
    }
    found.sort();
    Ok(found)
}
