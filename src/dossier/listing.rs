//! The dossier of a listing.

use anyhow::{Context, Result};
use serde::Serialize;
use vigie_extractors::record::Listing;

use super::prices::{Price, history};
use super::{Event, written};
use crate::database::Connection;
use crate::rates::Rates;
use crate::store::trail::{self, Seen};
use crate::store::{read, scam};

/// What is known of a listing.
#[derive(Debug, Clone, Serialize)]
pub struct ListingDossier {
    /// Identity.
    pub listing: String,
    /// Source id.
    pub source: String,
    /// Identity of the account that sells it, for who may see it; empty where none is named.
    #[serde(skip)]
    pub vendor: String,
    /// Address at the last sighting.
    pub url: String,
    /// RFC 3339, UTC.
    pub first_seen: String,
    /// RFC 3339, UTC.
    pub last_seen: String,
    /// When its page was first found gone, RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone_at: Option<String>,
    /// Distinct contents.
    pub n_versions: i64,
    /// Captures that showed it.
    pub n_sightings: i64,
    /// Copies share it.
    pub family: String,
    /// The capture that first showed the latest version.
    pub capture: String,
    /// What was asked over time, oldest first.
    pub prices: Vec<Price>,
    /// What happened, oldest first.
    pub timeline: Vec<Event>,
    /// The latest version.
    pub record: Listing,
    /// Its versions, for what is made of them.
    #[serde(skip)]
    pub versions: Vec<Seen>,
}

/// Gathers the dossier of a listing.
///
/// # Errors
/// There is no such listing, or the database does not answer.
pub async fn listing(connection: &mut Connection, id: &str, rates: &Rates, currency: &str) -> Result<ListingDossier> {
    let mut found = read::by_ids(connection, &[id.to_owned()]).await?;
    scam::join(connection, &mut found).await?;
    let stored = found.pop().with_context(|| format!("there is no listing {id}"))?;
    let row = &stored.row;
    let versions = trail::versions(connection, id, row.own_page).await?;
    let ends = trail::ends(connection, id).await?;
    let mut timeline = Vec::new();
    if let Some((first, last)) = ends {
        timeline.push(Event { at: written(row.first_seen), what: "first seen".into(), capture: first });
        if row.last_seen > row.first_seen {
            timeline.push(Event { at: written(row.last_seen), what: "last seen".into(), capture: last });
        }
    }
    for pair in versions.windows(2) {
        if let [before, after] = pair {
            let what = format!("version {}: other {}", after.n, changed(&before.listing, &after.listing).join(", "));
            timeline.push(Event { at: written(after.at), what, capture: after.capture_id.clone() });
        }
    }
    if row.gone_at > 0 {
        timeline.push(Event { at: written(row.gone_at), what: "its page was gone".into(), capture: row.gone_capture.clone() });
    }
    timeline.sort();
    Ok(ListingDossier {
        listing: row.id.clone(),
        source: row.source.clone(),
        vendor: row.vendor_id.clone(),
        url: row.address.clone(),
        first_seen: written(row.first_seen),
        last_seen: written(row.last_seen),
        gone_at: (row.gone_at > 0).then(|| written(row.gone_at)),
        n_versions: row.n_versions,
        n_sightings: row.n_sightings,
        family: stored.family,
        capture: stored.capture_id,
        prices: history(&versions, rates, currency),
        timeline,
        record: stored.listing,
        versions,
    })
}

/// Names of the fields in which two versions differ, of those that make a version.
fn changed(before: &Listing, after: &Listing) -> Vec<&'static str> {
    let values = |one: &Listing| {
        let indicators: Vec<String> = one.indicators.iter().map(|indicator| indicator.value.clone()).collect();
        [
            ("title", one.title.clone()),
            ("description", one.description.clone()),
            ("offers", one.offers.iter().map(|offer| format!("{offer:?}")).collect()),
            ("price_state", one.price_state.clone().unwrap_or_default()),
            ("availability", one.availability.clone().unwrap_or_default()),
            ("vendor", one.vendor.as_ref().map(|vendor| vendor.name.clone()).unwrap_or_default()),
            ("routes", format!("{:?} {:?} {:?}", one.ships_from, one.ships_to, one.ships_except)),
            ("shipping", format!("{:?}", one.shipping)),
            ("category_path", one.category_path.join("\n")),
            ("indicators", indicators.join("\n")),
        ]
    };
    let differ = values(before).into_iter().zip(values(after)).filter(|(one, other)| one.1 != other.1);
    differ.map(|((name, _), _)| name).collect()
}
