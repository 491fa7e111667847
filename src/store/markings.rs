//! How personas are marked: as strictly as the strictest of their accounts' sources, and of what people said when they united two of them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use sqlx::{AnyConnection, Row};

use crate::config::{Config, Marking};
use crate::database::select_in;
use crate::store::decisions::{self, CONFIRM};
use crate::store::personas;

/// The marking of each of these personas.
///
/// # Errors
/// The database does not answer.
pub async fn of_personas(connection: &mut AnyConnection, config: &Config, ids: &[String]) -> Result<BTreeMap<String, Marking>> {
    let accounts = personas::members(connection, ids).await?;
    let of = personas::of_accounts(connection, &accounts).await?;
    let mut sources = BTreeMap::<&str, BTreeSet<String>>::new();
    for head in
        ["SELECT DISTINCT vendor_id, source FROM listing WHERE vendor_id IN", "SELECT id AS vendor_id, source FROM vendor WHERE id IN"]
    {
        for row in select_in(connection, head, "", &accounts).await? {
            if let Some(persona) = of.get(row.try_get::<&str, _>("vendor_id")?) {
                sources.entry(persona).or_default().insert(row.try_get("source")?);
            }
        }
    }
    let mut markings = BTreeMap::new();
    for (persona, sources) in sources {
        let each = sources.iter().map(|source| config.marking(source));
        if let Some(marking) = each.reduce(|one, other| one.and(Some(other.tlp), Some(other.pap))) {
            markings.insert(persona.to_owned(), marking);
        }
    }
    for one in decisions::about(connection, &accounts).await? {
        let Some(persona) = of.get(&one.one).filter(|persona| one.decision == CONFIRM && of.get(&one.other) == Some(*persona)) else {
            continue;
        };
        if let Some(marking) = markings.get_mut(persona) {
            *marking = marking.and(one.tlp, one.pap);
        }
    }
    Ok(markings)
}
