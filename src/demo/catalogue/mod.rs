//! What the two sites hold: listings written from the tables, the same for the same seed.

pub(crate) mod price;
pub(crate) mod tables;
mod write;

use price::Price;
use std::collections::BTreeMap;
use tables::{Shelf, Tables, Vendor};

/// How a listing differs on the second visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Price(Price),
    /// Answered by 404.
    Gone,
    /// Answered by a page that says so.
    Unavailable,
}

/// An advertisement as one of the sites shows it.
#[derive(Debug, Clone)]
pub(crate) struct Ad {
    pub(crate) id: u32,
    pub(crate) site: usize,
    pub(crate) path: String,
    pub(crate) shelf: String,
    pub(crate) title: String,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) language: String,
    /// `None`: on request, or a wanted advertisement that names no price.
    pub(crate) price: Option<Price>,
    /// Index into the vendors of the tables.
    pub(crate) vendor: usize,
    pub(crate) stock: u32,
    pub(crate) posted: String,
    pub(crate) since: u32,
    pub(crate) change: Change,
    pub(crate) category: String,
    pub(crate) subtype: Option<String>,
    pub(crate) good: Option<String>,
    pub(crate) intent: String,
    pub(crate) traits: Vec<String>,
    pub(crate) items: Vec<String>,
    pub(crate) split: Option<(u32, u32, String)>,
    pub(crate) addresses: Vec<String>,
}

impl Ad {
    /// Whether it is there on that visit.
    pub(crate) fn shown(&self, visit: u32) -> bool {
        self.since <= visit && (visit == 1 || !matches!(self.change, Change::Gone | Change::Unavailable))
    }

    /// Its price on that visit.
    pub(crate) fn price_on(&self, visit: u32) -> Option<&Price> {
        match &self.change {
            Change::Price(price) if visit > 1 => Some(price),
            _ => self.price.as_ref(),
        }
    }
}

/// Both sites' contents.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) seed: u64,
    pub(crate) tables: Tables,
    /// In the order in which shelves show them; what is new on visit 2 comes last.
    pub(crate) ads: Vec<Ad>,
    by_id: BTreeMap<(usize, u32), usize>,
}

impl Catalogue {
    pub(crate) fn new(seed: u64) -> std::io::Result<Self> {
        let tables = Tables::read()?;
        let ads = write::all(seed, &tables)?;
        let by_id = ads.iter().enumerate().map(|(at, ad)| ((ad.site, ad.id), at)).collect();
        Ok(Catalogue { seed, tables, ads, by_id })
    }

    pub(crate) fn by_id(&self, site: usize, id: u32) -> Option<&Ad> {
        self.by_id.get(&(site, id)).and_then(|at| self.ads.get(*at))
    }

    pub(crate) fn vendor(&self, ad: &Ad) -> Option<&Vendor> {
        self.tables.vendors.get(ad.vendor)
    }

    pub(crate) fn vendors(&self, site: usize) -> impl Iterator<Item = &Vendor> {
        self.tables.vendors.iter().filter(move |vendor| vendor.site == site)
    }

    pub(crate) fn shelves(&self, site: usize) -> impl Iterator<Item = &Shelf> {
        self.tables.shelves.iter().filter(move |shelf| shelf.site == site)
    }

    pub(crate) fn shelf(&self, site: usize, slug: &str) -> Option<&Shelf> {
        self.shelves(site).find(|shelf| shelf.slug == slug)
    }

    /// One page of a shelf and how many pages it has. Places are those of visit 1, so that what leaves makes its page shorter and
    /// moves nothing else; what comes is added to the last page.
    pub(crate) fn shelf_page(&self, site: usize, slug: &str, page: usize, per_page: usize, visit: u32) -> (Vec<&Ad>, usize) {
        let all: Vec<&Ad> = self.ads.iter().filter(|ad| ad.site == site && ad.shelf == slug).collect();
        let settled = all.iter().filter(|ad| ad.since == 1).count();
        let pages = settled.div_ceil(per_page).max(1);
        let start = page.saturating_sub(1).saturating_mul(per_page);
        let end = if page >= pages { all.len() } else { start.saturating_add(per_page) };
        let here = all.get(start..end.min(all.len())).unwrap_or_default();
        (here.iter().copied().filter(|ad| ad.shown(visit)).collect(), pages)
    }

    /// What a vendor offers on that visit.
    pub(crate) fn of_vendor<'a>(&'a self, vendor: &'a Vendor, visit: u32) -> impl Iterator<Item = &'a Ad> {
        self.ads.iter().filter(move |ad| {
            ad.shown(visit) && self.vendor(ad).is_some_and(|other| other.site == vendor.site && other.name == vendor.name)
        })
    }
}
