//! The dossier of a vendor: an account on one source.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use vigie_extractors::record::{Indicator, Vendor};

use super::{Role, written};
use crate::config::Config;
use crate::database::Connection;
use crate::store::personas;
use crate::store::read::{self, Stored};
use crate::store::trail::{self, Account};

/// Listings of one account that are read at most.
const MOST_LISTINGS: i64 = 20_000;

/// What is known of an account.
#[derive(Debug, Clone, Serialize)]
pub struct VendorDossier {
    /// Identity.
    pub vendor: String,
    /// Source id.
    pub source: String,
    /// Name as shown.
    pub name: String,
    /// First sighting of a listing or of its own page, RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    /// Last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
    /// The last capture of its own page; left out where none was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<String>,
    /// Controlled and watched goods, and those of unknown kind, by category.
    pub listings: Vec<Line>,
    /// All listings by category, most first.
    pub goods: Vec<(String, usize)>,
    /// Whence and whither, most listings first.
    pub routes: Vec<Route>,
    /// Addresses, keys and contacts of its listings and of its own page.
    pub indicators: Vec<Named>,
    /// The persona that it is in: accounts taken for one seller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
    /// What it is in a case.
    #[serde(flatten)]
    pub role: Role,
    /// What its page or the listings say of it.
    pub record: Vendor,
    /// Its listings, for what is made of them.
    #[serde(skip)]
    pub sold: Vec<Stored>,
}

/// A listing in a line.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Identity.
    pub listing: String,
    /// Category code.
    pub category: String,
    /// As shown.
    pub title: String,
    /// Address.
    pub url: String,
    /// Decimal string with its currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// RFC 3339, UTC.
    pub first_seen: String,
    /// RFC 3339, UTC.
    pub last_seen: String,
    /// The capture that first showed this version.
    pub capture: String,
}

/// A way that goods go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Route {
    /// ISO 3166-1 alpha-2 or region.
    pub from: String,
    /// The same; empty where not told.
    pub to: String,
    /// Listings that say so.
    pub listings: usize,
}

/// An indicator with how often the account names it.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// `payment_address`, `pgp_key` ...
    pub kind: String,
    /// Coin of a payment kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// Normal form.
    pub value: String,
    /// Whether a checksum proved it.
    pub verified: bool,
    /// Listings that name it.
    pub listings: usize,
    /// Whether the account's own page does, which may name what is the source's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub own_page: bool,
    /// One capture that shows it.
    pub capture: String,
}

/// Gathers the dossier of an account.
///
/// # Errors
/// The database does not answer.
pub async fn vendor(connection: &mut Connection, account: Account, config: &Config) -> Result<VendorDossier> {
    let ids = trail::sold_by(connection, &account.id, MOST_LISTINGS).await?;
    let sold = read::by_ids(connection, &ids).await?;
    let times =
        sold.iter().flat_map(|one| [one.row.first_seen, one.row.last_seen]).chain(account.seen.into_iter().flat_map(|s| [s.0, s.1]));
    let (first, last) = (times.clone().min(), times.max());
    let mut goods = BTreeMap::<String, usize>::new();
    for one in &sold {
        *goods.entry(category(one)).or_default() += 1;
    }
    let mut goods: Vec<(String, usize)> = goods.into_iter().collect();
    goods.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    // Goods that have nothing to do with arms are counted and not listed.
    let mut listings: Vec<Line> = sold.iter().filter(|one| category(one) != "non_weapon").map(line).collect();
    listings.sort_by(|one, other| (&one.category, &one.title, &one.listing).cmp(&(&other.category, &other.title, &other.listing)));
    let mut indicators = indicators(&sold);
    if let Some(capture) = &account.capture_id {
        for one in trail::of_vendor_page(connection, capture).await? {
            let entry = indicators.entry((one.kind.clone(), one.value.clone())).or_insert_with(|| named(&one, capture));
            entry.own_page = true;
        }
    }
    let persona = personas::of_accounts(connection, std::slice::from_ref(&account.id)).await?.into_values().next();
    let role = Role::of(connection, std::slice::from_ref(&account.id), "fact", config.marking(&account.source)).await?;
    Ok(VendorDossier {
        vendor: account.id,
        source: account.source,
        name: account.name,
        first_seen: first.map(written),
        last_seen: last.map(written),
        capture: account.capture_id,
        listings,
        goods,
        routes: routes(&sold),
        indicators: indicators.into_values().collect(),
        persona,
        role,
        record: account.record,
        sold,
    })
}

pub(super) fn category(one: &Stored) -> String {
    one.listing.classification.as_ref().map_or_else(|| "unknown".to_owned(), |found| found.category.clone())
}

fn line(one: &Stored) -> Line {
    let price = one.listing.offers.first().map(|offer| format!("{} {}", offer.amount, offer.currency.as_deref().unwrap_or_default()));
    Line {
        listing: one.row.id.clone(),
        category: category(one),
        title: one.listing.title.clone(),
        url: one.row.address.clone(),
        price: price.map(|price| price.trim().to_owned()),
        first_seen: written(one.row.first_seen),
        last_seen: written(one.row.last_seen),
        capture: one.capture_id.clone(),
    }
}

fn routes(sold: &[Stored]) -> Vec<Route> {
    let mut ways = BTreeMap::<(String, String), usize>::new();
    for one in sold {
        let nowhere = [String::new()];
        let to = if one.listing.ships_to.is_empty() { &nowhere[..] } else { &one.listing.ships_to };
        for (from, to) in one.listing.ships_from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
            *ways.entry((from.clone(), to.clone())).or_default() += 1;
        }
    }
    let mut routes: Vec<Route> = ways.into_iter().map(|((from, to), listings)| Route { from, to, listings }).collect();
    routes.sort_by(|one, other| other.listings.cmp(&one.listings).then_with(|| one.cmp(other)));
    routes
}

fn indicators(sold: &[Stored]) -> BTreeMap<(String, String), Named> {
    let mut found = BTreeMap::<(String, String), Named>::new();
    for one in sold {
        let mut here: Vec<&Indicator> = one.listing.indicators.iter().collect();
        here.sort_by(|a, b| (&a.kind, &a.value).cmp(&(&b.kind, &b.value)));
        here.dedup_by(|a, b| a.kind == b.kind && a.value == b.value);
        for indicator in here {
            let key = (indicator.kind.clone(), indicator.value.clone());
            found.entry(key).or_insert_with(|| named(indicator, &one.capture_id)).listings += 1;
        }
    }
    found
}

fn named(one: &Indicator, capture: &str) -> Named {
    Named {
        kind: one.kind.clone(),
        asset: one.asset.clone(),
        value: one.value.clone(),
        verified: one.verified,
        listings: 0,
        own_page: false,
        capture: capture.to_owned(),
    }
}
