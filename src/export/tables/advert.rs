//! What one advertisement adds to the tables: a listing, or all parts of one thing that is paid in parts.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use vigie_extractors::record::Listing;

use crate::config::SourceType;
use crate::export::tables::price::{self, Price};
use crate::export::tables::profile::Crosswalk;
use crate::store::identity::vendor_id;
use crate::store::sample;

/// An advertisement as the tables count it. Names are gone: vendors and families are hashes, good for counting within one export.
#[derive(Debug, Clone)]
pub struct Advert {
    /// Category in the scheme of the tables.
    pub category: String,
    /// Finer code; empty without one.
    pub subtype: String,
    /// The country it is shipped from, `several`, or `unstated`.
    pub origin: String,
    /// What copies share.
    pub family: u64,
    /// The named seller account.
    pub vendor: Option<u64>,
    /// Who sells, as the protection of small cells counts sellers: the manifest has the rule.
    pub seller: u64,
    /// The price, or why there is none to be compared.
    pub price: Result<Price, &'static str>,
}

/// A part of something paid in parts.
#[derive(Debug, Clone)]
pub struct Part {
    /// Folded title without the part number.
    pub group: String,
    /// From 1.
    pub number: u32,
    /// How many; 0 where the text does not tell.
    pub of: u32,
}

/// What a version says, as far as the tables ask.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What the author wants; `unknown` where that was not told.
    pub intent: String,
    /// Category of the codebook that the machine told.
    pub told: String,
    /// Version of the codebook that classified it.
    pub codebook: String,
    /// Set when it is a part.
    pub part: Option<Part>,
    /// What it adds, taken alone.
    pub advert: Advert,
}

impl Facts {
    /// Reads a version.
    pub fn read(listing: &Listing, family: &str, source: &str, kind: Option<SourceType>, crosswalk: &Crosswalk) -> Self {
        let classification = listing.classification.as_ref();
        let (told, subtype) = sample::told(listing);
        let (category, subtype) = crosswalk.of(&told, &subtype);
        let vendor = listing.vendor.as_ref().map(|vendor| vendor.name.as_str()).filter(|name| !name.trim().is_empty());
        let vendor = vendor.map(|name| vendor_id(source, name));
        let origin = match listing.ships_from.as_slice() {
            [] => "unstated".to_owned(),
            [one] => one.clone(),
            _ => "several".to_owned(),
        };
        Self {
            intent: if listing.intent.is_empty() { "unknown".to_owned() } else { listing.intent.clone() },
            told,
            codebook: classification.map(|one| one.codebook.clone()).filter(|code| !code.is_empty()).unwrap_or_else(|| "none".to_owned()),
            part: listing.split.as_ref().map(|split| Part { group: split.group.clone(), number: split.part, of: split.of }),
            advert: Advert {
                category,
                subtype,
                origin,
                family: number(&("family", family)),
                seller: seller(vendor.as_deref(), source, kind, family),
                vendor: vendor.map(|id| number(&("vendor", id))),
                price: price::of(listing),
            },
        }
    }

    /// Whether the author has goods to give: only such listings are supply.
    pub fn is_supply(&self) -> bool {
        sample::is_supply(&self.intent)
    }
}

/// Who sells: the named vendor. A listing that names none is its shop's own; of a source that is no shop it is a seller of its own,
/// the same for its copies; of a source whose type is not known it counts with all other nameless ones there, to be on the safe side.
fn seller(vendor: Option<&str>, source: &str, kind: Option<SourceType>, family: &str) -> u64 {
    match (vendor, kind) {
        (Some(vendor), _) => number(&("vendor", vendor)),
        (None, None | Some(SourceType::Shop)) => number(&("source", source)),
        (None, Some(_)) => number(&("nameless", source, family)),
    }
}

/// A number that stands for a value within one process.
fn number(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Vendor and folded title: what parts of one thing share.
type Group = (Option<u64>, String);

/// Joins the parts of things paid in parts; everything else passes as it is.
#[derive(Debug, Default)]
pub struct Joining {
    groups: BTreeMap<Group, Vec<(Part, Advert)>>,
}

impl Joining {
    /// Gives an advertisement back unless it is a part, which is kept.
    pub fn add(&mut self, facts: &Facts) -> Option<Advert> {
        let Some(part) = &facts.part else { return Some(facts.advert.clone()) };
        self.groups.entry((facts.advert.vendor, part.group.clone())).or_default().push((part.clone(), facts.advert.clone()));
        None
    }

    /// One advertisement a vendor and group, with what its first part says.
    pub fn finish(self) -> impl Iterator<Item = Advert> {
        self.groups.into_values().filter_map(joined)
    }
}

fn joined(mut parts: Vec<(Part, Advert)>) -> Option<Advert> {
    // The sort is stable: of equal numbers the first one read leads, and listings are read in the order of their keys.
    parts.sort_by_key(|(part, _)| part.number);
    let price = price_of(&parts);
    let (_, lead) = parts.into_iter().next()?;
    Some(Advert { price, ..lead })
}

/// The sum of the parts, when every part is there once, or several times at one price.
fn price_of(parts: &[(Part, Advert)]) -> Result<Price, &'static str> {
    let of = parts.iter().map(|(part, _)| part.of).max().unwrap_or(0);
    let mut by_number = BTreeMap::<u32, &Price>::new();
    for (part, advert) in parts {
        let price = advert.price.as_ref().map_err(|reason| *reason)?;
        if by_number.insert(part.number, price).is_some_and(|other| other != price) {
            return Err("split_ambiguous");
        }
    }
    if of == 0 || !by_number.keys().copied().eq(1..=of) {
        return Err("split_incomplete");
    }
    let mut prices = by_number.into_values();
    let mut whole = prices.next().ok_or("split_incomplete")?.clone();
    for price in prices {
        if (&price.currency, &price.unit) != (&whole.currency, &whole.unit) {
            return Err("split_ambiguous");
        }
        whole.value = whole.value.checked_add(price.value).ok_or("not_a_number")?;
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vigie_extractors::record::{Offer, Split, Vendor};

    fn part(vendor: &str, number: u32, of: u32, amount: &str) -> Facts {
        let offer = Offer { kind: "fixed".into(), amount: amount.into(), currency: Some("BTC".into()), ..Offer::default() };
        let listing = Listing {
            intent: "offer".into(),
            vendor: Some(Vendor { name: vendor.into(), ..Vendor::default() }),
            offers: vec![offer],
            split: Some(Split { part: number, of, group: "glock 17".into() }),
            ..Listing::default()
        };
        Facts::read(&listing, &format!("family {number}"), "m", Some(SourceType::Cryptomarket), &Crosswalk::default())
    }

    fn price(parts: &[Facts]) -> Vec<Result<String, &'static str>> {
        let mut joining = Joining::default();
        for facts in parts {
            assert!(joining.add(facts).is_none());
        }
        joining.finish().map(|advert| advert.price.map(|price| price.value.to_string())).collect()
    }

    #[test]
    fn parts_count_once_and_prices_are_summed_only_when_all_are_there() {
        assert_eq!(price(&[part("a", 2, 2, "1.5"), part("a", 1, 2, "1.25")]), [Ok("2.75".into())]);
        assert_eq!(price(&[part("a", 2, 2, "1.5"), part("a", 2, 2, "1.5"), part("a", 1, 2, "1")]), [Ok("2.5".into())]);
        assert_eq!(price(&[part("a", 1, 2, "1")]), [Err("split_incomplete")]);
        assert_eq!(price(&[part("a", 1, 0, "1"), part("a", 2, 0, "1")]), [Err("split_incomplete")]);
        assert_eq!(price(&[part("a", 1, 4_000_000_000, "1")]), [Err("split_incomplete")]);
        assert_eq!(price(&[part("a", 1, 2, "1"), part("a", 1, 2, "2"), part("a", 2, 2, "1")]), [Err("split_ambiguous")]);
        assert_eq!(price(&[part("a", 1, 2, "1"), part("b", 2, 2, "1")]).len(), 2);
    }

    #[test]
    fn nameless_listings_are_sellers_as_far_as_their_source_tells() {
        let of = |kind, family: &str| Facts::read(&Listing::default(), family, "s", kind, &Crosswalk::default()).advert.seller;
        assert_eq!(of(Some(SourceType::Shop), "a"), of(Some(SourceType::Shop), "b"));
        assert_eq!(of(None, "a"), of(None, "b"));
        assert_ne!(of(Some(SourceType::Forum), "a"), of(Some(SourceType::Forum), "b"));
        assert_eq!(of(Some(SourceType::Forum), "a"), of(Some(SourceType::Forum), "a"));
    }
}
