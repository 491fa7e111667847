//! The dossier of an indicator: a payment address, key or contact, wherever it stood.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::Serialize;
use vigie_extractors::record::Indicator;

use super::written;
use crate::database::Connection;
use crate::store::read;
use crate::store::trail;

/// What is known of an indicator.
#[derive(Debug, Clone, Serialize)]
pub struct IndicatorDossier {
    /// Normal form.
    pub value: String,
    /// `payment_address`, `pgp_key` ...
    pub kind: String,
    /// RFC 3339, UTC.
    pub first_seen: String,
    /// RFC 3339, UTC.
    pub last_seen: String,
    /// Captures whose page names it; reading stops at ten thousand.
    pub n_captures: usize,
    /// Accounts whose listings name it: source and name.
    pub vendors: Vec<(String, String)>,
    /// Pages that name it, by address.
    pub pages: Vec<Page>,
    /// As it was read first.
    pub record: Indicator,
}

/// A page that names it.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// Source id.
    pub source: String,
    /// Address.
    pub url: String,
    /// The first capture that shows it, RFC 3339, UTC.
    pub first_seen: String,
    /// That capture.
    pub capture: String,
    /// Captures that show it.
    pub n_captures: usize,
    /// Identity of the listing whose own page it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing: Option<String>,
    /// Title of that listing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its seller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
}

/// Gathers the dossiers of a value, one for each kind that it was read as.
///
/// # Errors
/// The database does not answer.
pub async fn indicators(connection: &mut Connection, value: &str) -> Result<Vec<IndicatorDossier>> {
    let mut kinds = BTreeMap::<String, Vec<trail::OnPage>>::new();
    for place in trail::places(connection, value).await? {
        kinds.entry(place.record.kind.clone()).or_default().push(place);
    }
    let mut dossiers = Vec::new();
    for (kind, places) in kinds {
        let (Some(first), Some(last)) = (places.first(), places.last()) else { continue };
        let (first_seen, last_seen, record) = (written(first.at), written(last.at), first.record.clone());
        let n_captures = places.len();
        let mut pages = BTreeMap::<(String, String), Page>::new();
        for place in places {
            let page = pages.entry((place.source.clone(), place.address.clone())).or_insert_with(|| Page {
                source: place.source,
                url: place.address,
                first_seen: written(place.at),
                capture: place.capture_id,
                n_captures: 0,
                listing: None,
                title: None,
                vendor: None,
            });
            page.n_captures += 1;
        }
        let mut pages: Vec<Page> = pages.into_values().collect();
        let mut vendors = BTreeSet::new();
        for page in &mut pages {
            let Some(id) = trail::by_address(connection, &page.source, &page.url).await? else { continue };
            let Some(stored) = read::by_ids(connection, &[id]).await?.pop() else { continue };
            // A listing that others show on a card names nothing of theirs.
            if stored.listing.indicators.iter().any(|one| one.value == value) {
                page.vendor = stored.listing.vendor.as_ref().map(|vendor| vendor.name.clone());
                vendors.extend(page.vendor.clone().map(|name| (page.source.clone(), name)));
                page.title = Some(stored.listing.title);
                page.listing = Some(stored.row.id);
            }
        }
        let vendors = vendors.into_iter().collect();
        dossiers.push(IndicatorDossier { value: value.to_owned(), kind, first_seen, last_seen, n_captures, vendors, pages, record });
    }
    Ok(dossiers)
}
