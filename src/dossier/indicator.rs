//! The dossier of an indicator: a payment address, key or contact, wherever it stood.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use vigie_extractors::contacts::card_number;
use vigie_extractors::record::Indicator;

use super::{Among, written};
use crate::archive::Key;
use crate::database::Connection;
use crate::store::read::{self, Stored};
use crate::store::{captures, trail};

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

/// The form in which a value is kept: the number of a payment card is replaced, because it must stand neither in the store nor in the reading
/// log. `data` is the data folder.
///
/// # Errors
/// The key of the instance cannot be read.
pub fn as_kept(data: &Path, value: &str) -> Result<String> {
    let file = data.join("secret.key");
    let key = if file.is_file() { Some(Key::open(&file)?.of_cards()) } else { None };
    Ok(card_number(value, key.as_ref()).unwrap_or_else(|| value.to_owned()))
}

/// Gathers the dossiers of a value, one for each kind that it was read as, from what these sources show.
///
/// # Errors
/// The database does not answer.
pub async fn indicators(connection: &mut Connection, value: &str, among: Among<'_>) -> Result<Vec<IndicatorDossier>> {
    let mut kinds = BTreeMap::<String, Vec<trail::OnPage>>::new();
    let closed = own_pages(connection, among).await?;
    let open = |place: &trail::OnPage| among.has(&place.source) && !closed.contains(&place.address);
    for place in trail::places(connection, value).await?.into_iter().filter(open) {
        kinds.entry(place.record.kind.clone()).or_default().push(place);
    }
    let mut dossiers = Vec::new();
    for (kind, places) in kinds {
        let (Some(first), Some(last)) = (places.first(), places.last()) else { continue };
        let (first_seen, last_seen, record) = (written(first.at), written(last.at), first.record.clone());
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
        let vendors = name_listings(connection, value, &mut pages, among).await?;
        if pages.is_empty() {
            continue;
        }
        let n_captures = pages.values().map(|page| page.n_captures).sum();
        let pages = pages.into_values().collect();
        dossiers.push(IndicatorDossier { value: value.to_owned(), kind, first_seen, last_seen, n_captures, vendors, pages, record });
    }
    Ok(dossiers)
}

/// Addresses of the own pages of accounts that are left out.
async fn own_pages(connection: &mut Connection, among: Among<'_>) -> Result<BTreeSet<String>> {
    let mut captures = Vec::new();
    for id in among.restricted.into_iter().flatten() {
        captures.extend(trail::account(connection, id).await?.and_then(|account| account.capture_id));
    }
    Ok(captures::by_ids(connection, &captures).await?.into_iter().map(|capture| capture.address).collect())
}

/// Says of each page whether it is the own page of a listing that names the value, and leaves out the listings of accounts that are not among
/// the reader's; returns the sellers of the others.
async fn name_listings(
    connection: &mut Connection,
    value: &str,
    pages: &mut BTreeMap<(String, String), Page>,
    among: Among<'_>,
) -> Result<Vec<(String, String)>> {
    let places: Vec<(String, String)> = pages.keys().cloned().collect();
    let listings = trail::by_addresses(connection, &places).await?;
    let ids: Vec<String> = listings.values().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let stored: HashMap<String, Stored> =
        read::by_ids(connection, &ids).await?.into_iter().map(|stored| (stored.row.id.clone(), stored)).collect();
    let mut vendors = BTreeSet::new();
    for (place, id) in listings {
        let Some(stored) = stored.get(&id) else { continue };
        if !among.has_account(&stored.row.source, &stored.row.vendor_id) {
            pages.remove(&place);
            continue;
        }
        let Some(page) = pages.get_mut(&place) else { continue };
        // A listing that others show on a card names nothing of theirs.
        if stored.listing.indicators.iter().any(|one| one.value == value) {
            page.vendor = stored.listing.vendor.as_ref().map(|vendor| vendor.name.clone());
            vendors.extend(page.vendor.clone().map(|name| (page.source.clone(), name)));
            page.title = Some(stored.listing.title.clone());
            page.listing = Some(id);
        }
    }
    Ok(vendors.into_iter().collect())
}
