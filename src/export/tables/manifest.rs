//! `tables.json`: what the tables hold, how they were counted, what was left out and withheld.

use anyhow::Result;
use serde_json::{Value, json};

use crate::export::pseudonym::Pseudonyms;
use crate::export::tables::cells::LEAST;
use crate::export::tables::collect::Tallies;
use crate::export::tables::layout::TABLES;
use crate::export::tables::profile::{Crosswalk, Profile};

/// Rules of counting, for the reader of the tables.
const RULES: &[&str] = &[
    "These are offers as sellers describe them, not seizures and not sales.",
    "Only listings whose intent is offer or trade are counted. A listing counts with its lead item.",
    "One thing that is paid in parts counts once for each vendor and group; its price is the sum of its parts when all of them are there.",
    "A listing counts in every week in which it was seen. Tables over the whole time count each listing once, in its latest version.",
    "A price is the first one on the page, for one unit where the listing tells the quantity. Bids, deposits, reserves and shipping are \
     not prices, nor is what a suspected scam asks. Currencies and coins are never added up or converted. Holding prices are not recognised.",
    "Listings that are suspected scams are counted, copies too; families counts copies once.",
    "A source whose site is a copy of another source's is a replica: nothing of it is counted. Which sources those are, `vigie sources` tells.",
    "Under a profile the categories are rows of another scheme, as the codebook translates its own to them; the numbers are still ours.",
    "Classification is by machine and errs. classification_errors.csv says how often, where persons judged listings in the order of \
     `vigie label --sample 200`; the other tables count what the machine told. Times are those of the captures; an import without a time carries that of the import.",
];

/// What is done so that nobody can be told from a table, and what is not.
const PROTECTION: &[&str] = &[
    "Vendors are counted, never named. Sources stand under HMAC-SHA-256 pseudonyms; the key stays with who exported. Addresses, titles and texts are left out.",
    "A count of listings below the threshold is withheld, and with it the whole row but its heading. A count of named vendors above 0 and \
     below the threshold is withheld. Prices are withheld where fewer sellers than the threshold stand behind them.",
    "Where a withheld count of listings could be computed from the others and a total that another table or this file shows, the least of the \
     others is withheld with it: in t3_prices and classification_errors among all rows, in t4_origins among those of a category.",
    "A seller is a named vendor. Nameless listings of a shop, or of a source of unknown type, count as one seller; of other sources each \
     family counts as one.",
    "Not done: protection against other differences between tables, or between data sets of different times; least and greatest price are those of one listing each.",
];

/// The text of the manifest.
pub(super) fn write(tallies: &Tallies, crosswalk: &Crosswalk, profile: Option<Profile>, pseudonyms: &Pseudonyms) -> Result<String> {
    let tables: Vec<Value> = TABLES
        .iter()
        .zip(&tallies.tables)
        .zip(&tallies.suppressed)
        .map(|((table, rows), suppressed)| {
            let columns: Vec<Value> = table
                .columns
                .iter()
                .map(|column| json!({"name": column.name, "type": column.kind.name(), "unit": column.unit, "meaning": column.meaning}))
                .collect();
            json!({"file": table.file, "title": table.title, "rows": rows.len(), "rows_with_suppression": suppressed, "columns": columns})
        })
        .collect();
    let manifest = json!({
        "format": "vigie-tables/1",
        "program": concat!("vigie ", env!("CARGO_PKG_VERSION")),
        "profile": profile.map_or("codebook", Profile::name),
        "categories": if profile.is_some() { json!(crosswalk.shown()) } else { Value::Null },
        "codebook_versions": tallies.codebooks,
        "pseudonym_key": pseudonyms.key_id(),
        "period": tallies.weeks.as_ref().map(|(first, last)| json!({"first_week_start": first, "last_week_start": last})),
        "rules": RULES,
        "protection": {"threshold": LEAST, "rules": PROTECTION},
        "counted": {"listings_read": tallies.listings, "supply_listings": tallies.supply, "of_these_parts": tallies.parts, "advertisements": tallies.adverts},
        "left_out": {"replicas": tallies.replicas, "listings_of_replicas": tallies.of_replicas, "listings_by_intent": tallies.other_intents, "prices_by_reason": tallies.unpriced},
        "coverage": {"captures_by_outcome": tallies.outcomes},
        "tables": tables,
    });
    Ok(serde_json::to_string_pretty(&manifest)? + "\n")
}
