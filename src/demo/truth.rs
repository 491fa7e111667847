//! What the market really holds, for tests and for the demo's summary to compare with.

use crate::demo::catalogue::{Ad, Catalogue, Change};
use rust_decimal::Decimal;

/// A listing on one visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrueState {
    /// Not there yet.
    Absent,
    /// On the shelf at this price; `None` where the advertisement names none.
    Listed(Option<Decimal>),
    /// Its page answers 404.
    Gone,
    /// Its page answers 200 and says that it is no longer available.
    Unavailable,
}

/// A listing as it was written, with everything that a crawl should find out about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrueListing {
    /// 1 or 2.
    pub site: usize,
    /// The canonical path of its page.
    pub path: String,
    /// The title as on its page.
    pub title: String,
    /// The description as on its page, paragraphs joined by a newline.
    pub description: String,
    /// The price on the first visit on which it is shown.
    pub price: Option<Decimal>,
    /// `EUR`, `USD`, `GBP`, `BTC`, `XMR` or `LTC`; empty without price.
    pub currency: String,
    /// The vendor's name as on its page.
    pub vendor: String,
    /// The code of its category, that of the lead item.
    pub category: String,
    /// The code of its subtype.
    pub subtype: Option<String>,
    /// The coarse good of a non-weapon.
    pub good: Option<String>,
    /// The language it is written in, not the page's around it.
    pub language: String,
    /// The code of its intent.
    pub intent: String,
    /// Codes of the traits that its text or labels state, sorted.
    pub traits: Vec<String>,
    /// Categories of all its items when there are several.
    pub items: Vec<String>,
    /// `(part, of, group)` of an advertisement that is paid in parts.
    pub split: Option<(u32, u32, String)>,
    /// ISO code, or empty.
    pub ships_from: String,
    /// ISO codes, `EU`, `WW`.
    pub ships_to: Vec<String>,
    /// ISO date.
    pub posted: String,
    /// Payment addresses with a valid checksum in its description.
    pub addresses: Vec<String>,
    /// Its state on visit 1.
    pub first: TrueState,
    /// Its state on visit 2 and later.
    pub second: TrueState,
}

pub(crate) fn listings(catalogue: &Catalogue) -> Vec<TrueListing> {
    catalogue.ads.iter().map(|ad| listing(catalogue, ad)).collect()
}

fn listing(catalogue: &Catalogue, ad: &Ad) -> TrueListing {
    let vendor = catalogue.vendor(ad);
    let shown = ad.price.as_ref().map(|price| price.amount);
    TrueListing {
        site: ad.site,
        path: ad.path.clone(),
        title: ad.title.clone(),
        description: ad.paragraphs.join("\n"),
        price: shown,
        currency: ad.price.as_ref().map(|price| price.currency.clone()).unwrap_or_default(),
        vendor: vendor.map(|vendor| vendor.name.clone()).unwrap_or_default(),
        category: ad.category.clone(),
        subtype: ad.subtype.clone(),
        good: ad.good.clone(),
        language: ad.language.clone(),
        intent: ad.intent.clone(),
        traits: ad.traits.clone(),
        items: ad.items.clone(),
        split: ad.split.clone(),
        ships_from: vendor.map(|vendor| vendor.from.clone()).unwrap_or_default(),
        ships_to: vendor.map(|vendor| vendor.to.clone()).unwrap_or_default(),
        posted: ad.posted.clone(),
        addresses: (ad.addresses.iter())
            .filter_map(|name| catalogue.tables.address(name))
            .filter(|address| address.valid && address.asset != "onion")
            .map(|address| address.value.clone())
            .collect(),
        first: if ad.since == 1 { TrueState::Listed(shown) } else { TrueState::Absent },
        second: match &ad.change {
            Change::None => TrueState::Listed(shown),
            Change::Price(price) => TrueState::Listed(Some(price.amount)),
            Change::Gone => TrueState::Gone,
            Change::Unavailable => TrueState::Unavailable,
        },
    }
}
