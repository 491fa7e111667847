//! Where the fields of a listing come from: noted where a value is chosen, looked up in the page's text when someone asks.

use serde::Serialize;

use crate::html::{NodeId, Source};
use crate::record::Listing;

/// Why a field holds what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Explanation {
    /// Position in `listings`; absent for what is said of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing: Option<usize>,
    /// Field of the record; `offers[1]` and so on for prices after the first, which is `price`.
    pub field: String,
    /// `json_ld microdata rdfa open_graph script profile label breadcrumb card heading page_title price_block post heuristic`.
    pub from: String,
    /// Selector, label, property or rule.
    pub place: String,
    /// First byte in the page's text after charset decoding; absent where the value stands in no one place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<usize>,
    /// Byte after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<usize>,
    /// How often `raw` stands where it was looked for; absent where the place is exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurrences: Option<usize>,
    /// What stands there.
    pub raw: String,
}

/// Bytes of a raw text that are repeated in an explanation.
const MAX_RAW: usize = 500;

/// What a field was read from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Code of [`Explanation::from`].
    pub from: &'static str,
    /// Selector, label, property or rule.
    pub place: String,
    /// Where to look.
    pub anchor: Anchor,
    /// What to look for.
    pub raw: String,
}

/// Where in a page a raw text stands.
#[derive(Debug, Clone, Default)]
pub enum Anchor {
    /// In several places, or nowhere in the page.
    #[default]
    Nowhere,
    /// Somewhere in the shown text.
    Page,
    /// In the text of a node, or right behind it.
    Text(NodeId),
    /// In an attribute of an element.
    Attribute(NodeId, String),
    /// In one of the attributes of an element, else in its text.
    Element(NodeId),
    /// Value of a key in a script.
    Json(NodeId, String),
    /// In the content of a `meta` element of this property.
    Meta(String),
}

/// A listing while it is read.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// As far as it is read.
    pub listing: Listing,
    /// Origins by field, only kept when asked for.
    origins: Option<Vec<(Slot, Origin)>>,
}

/// A field; of prices the number of the offer and whether its currency is meant.
type Slot = (&'static str, usize);

impl Draft {
    /// An empty draft; `traced` says whether origins are noted.
    pub fn new(traced: bool) -> Self {
        Draft { listing: Listing::default(), origins: traced.then(Vec::new) }
    }

    /// Runs one step of reading; every field that it fills, or adds to, comes from `origin`.
    pub fn read<R>(&mut self, origin: impl FnOnce() -> Origin, fill: impl FnOnce(&mut Listing) -> R) -> R {
        let Some(origins) = &mut self.origins else { return fill(&mut self.listing) };
        let before = filled(&self.listing);
        let result = fill(&mut self.listing);
        let grown = grown(&before, &self.listing);
        if !grown.is_empty() {
            let origin = origin();
            // What was emptied and filled again is no longer from where it was.
            origins.retain(|(slot, _)| !grown.contains(slot) || matches!(slot.0, "payments" | "shipping"));
            origins.extend(grown.into_iter().map(|slot| (slot, origin.clone())));
        }
        result
    }

    /// Says of the currency of the first price that it was read apart from the amount.
    pub fn note_currency(&mut self, origin: impl FnOnce() -> Origin) {
        if let Some(origins) = &mut self.origins {
            origins.retain(|(slot, _)| *slot != ("currency", 0));
            origins.push((("currency", 0), origin()));
        }
    }

    /// Fills what is empty from another draft by `fill`; what is taken keeps its origin.
    pub fn merge(&mut self, other: Draft, fill: impl FnOnce(&mut Listing, Listing)) {
        let before = self.origins.as_ref().map(|_| filled(&self.listing));
        fill(&mut self.listing, other.listing);
        if let (Some(before), Some(origins)) = (before, &mut self.origins) {
            let grown = grown(&before, &self.listing);
            origins.extend(other.origins.into_iter().flatten().filter(|(slot, _)| grown.contains(slot)));
        }
    }

    /// Makes a later offer the first one; its origin goes with it.
    pub fn lead(&mut self, nth: usize) {
        if nth == 0 || nth >= self.listing.offers.len() {
            return;
        }
        let offer = self.listing.offers.remove(nth);
        self.listing.offers.insert(0, offer);
        for ((field, at), _) in self.origins.iter_mut().flatten() {
            if matches!(*field, "price" | "currency") {
                *at = match (*at).cmp(&nth) {
                    std::cmp::Ordering::Less => *at + 1,
                    std::cmp::Ordering::Equal => 0,
                    std::cmp::Ordering::Greater => *at,
                };
            }
        }
        if let Some(origins) = &mut self.origins {
            // The currency is explained for the first price alone.
            origins.retain(|(slot, _)| slot.0 != "currency" || slot.1 == 0);
        }
    }

    /// Empties a field by `empty` and gives the origin that it had.
    pub fn withdraw(&mut self, field: &str, empty: impl FnOnce(&mut Listing)) -> Option<Origin> {
        empty(&mut self.listing);
        let origins = self.origins.as_mut()?;
        let also = if field == "price" { "currency" } else { field };
        let first = origins.iter().find(|((own, _), _)| *own == field).map(|(_, origin)| origin.clone());
        origins.retain(|((own, _), _)| *own != field && *own != also);
        first
    }

    /// Where a field was read, where that was noted; a price's is that of the first.
    pub fn origin(&self, field: &str) -> Option<&Origin> {
        self.origins.iter().flatten().find(|((own, nth), _)| *own == field && *nth == 0).map(|(_, origin)| origin)
    }

    /// Explains every field whose origin was noted.
    pub fn explain(&self, number: usize, source: &Source<'_>) -> Vec<Explanation> {
        let still = filled(&self.listing);
        let noted = self.origins.iter().flatten().filter(|((field, nth), _)| {
            let field = if *field == "currency" { "price" } else { field };
            still.iter().any(|(own, count)| *own == field && nth < count)
        });
        let mut explained: Vec<Explanation> = noted.map(|(slot, origin)| self.explain_field(*slot, origin, number, source)).collect();
        explained.sort_by_key(|e| FIELDS.iter().position(|field| e.field.starts_with(field)));
        explained
    }

    fn explain_field(&self, (field, nth): Slot, origin: &Origin, number: usize, source: &Source<'_>) -> Explanation {
        let own = match field {
            "price" | "currency" => self.listing.offers.get(nth).map(|offer| offer.raw.as_str()),
            "vendor" => self.listing.vendor.as_ref().map(|vendor| vendor.name.as_str()),
            _ => None,
        };
        // A label's value may hold more than what was taken from it.
        let own = own.filter(|own| !own.is_empty() && origin.raw.contains(own) && !matches!(origin.anchor, Anchor::Json(..)));
        let raw = own.unwrap_or(&origin.raw);
        let field = if nth > 0 { format!("offers[{nth}]") } else { field.to_owned() };
        explain(Some(number), &field, &Origin { raw: raw.to_owned(), ..origin.clone() }, source)
    }
}

/// Looks an origin up in the page.
pub fn explain(listing: Option<usize>, field: &str, origin: &Origin, source: &Source<'_>) -> Explanation {
    let words = |id: Option<NodeId>| source.words(id.and_then(|id| source.node(id)), &origin.raw).map(|f| (f.span, f.occurrences));
    let attribute = |id: NodeId, name: &str| {
        let (span, value) = source.attribute(id, name)?;
        let raw = origin.raw.trim();
        if raw.is_empty() || value.trim() == raw {
            return Some((span, 1));
        }
        // Part of an attribute: a number or a name within data.
        let written = source.text(&span);
        let found = (value.len() == span.len()).then(|| value.find(raw)).flatten().or_else(|| written.find(raw));
        match found {
            Some(at) => Some((span.start + at..span.start + at + raw.len(), written.matches(raw).take(1_000).count())),
            None if origin.from == "script" => None,
            None => Some((span, 1)),
        }
    };
    let found = match &origin.anchor {
        Anchor::Nowhere => None,
        Anchor::Page => words(None),
        Anchor::Text(id) => words(Some(*id)),
        Anchor::Attribute(id, name) => attribute(*id, name),
        Anchor::Element(id) => {
            let same = |value: &str| !value.trim().is_empty() && (value.trim() == origin.raw || origin.raw.ends_with(value.trim()));
            ["content", "href", "src", "datetime", "value", "data"]
                .iter()
                .find_map(|name| source.attribute(*id, name).filter(|(_, value)| same(value)))
                .map(|(span, _)| (span, 1))
                .or_else(|| words(Some(*id)))
        }
        Anchor::Json(id, key) => {
            source.json(*id, &[key, "name", "@value", "value", "url", "@id"], &origin.raw).map(|f| (f.span, f.occurrences))
        }
        Anchor::Meta(property) => source.meta(property).map(|span| (span, 1)),
    };
    Explanation {
        listing,
        field: field.to_owned(),
        from: origin.from.to_owned(),
        place: origin.place.clone(),
        start: found.as_ref().map(|(span, _)| span.start),
        end: found.as_ref().map(|(span, _)| span.end),
        occurrences: found.map(|(_, n)| n).filter(|n| *n > 1),
        raw: crate::html::prefix(&origin.raw, MAX_RAW).to_owned(),
    }
}

/// Fields in the order in which they are explained.
const FIELDS: [&str; 29] = [
    "url",
    "title",
    "description",
    "price_state",
    "price",
    "currency",
    "offers",
    "vendor",
    "vendor.rating",
    "vendor.sales",
    "category_path",
    "ships_from",
    "ships_to",
    "ships_except",
    "shipping",
    "availability",
    "stock",
    "sku",
    "gtin",
    "mpn",
    "brand",
    "payments",
    "escrow",
    "feedback_n",
    "posted_at",
    "images",
    "feedback",
    "vendor.since",
    "vendor.last_seen",
];

/// How much each field holds.
fn filled(listing: &Listing) -> [(&'static str, usize); 26] {
    let vendor = listing.vendor.as_ref();
    let told = |told: bool| usize::from(told);
    let travel = &listing.shipping;
    [
        ("url", told(!listing.url.is_empty())),
        ("title", told(!listing.title.is_empty())),
        ("description", told(!listing.description.is_empty())),
        ("price_state", told(listing.price_state.is_some())),
        ("price", listing.offers.len()),
        ("vendor", told(vendor.is_some_and(|v| !v.name.is_empty()))),
        ("vendor.rating", told(vendor.is_some_and(|v| v.rating.is_some()))),
        ("vendor.sales", told(vendor.is_some_and(|v| v.sales.is_some()))),
        ("vendor.since", told(vendor.is_some_and(|v| v.since.is_some()))),
        ("vendor.last_seen", told(vendor.is_some_and(|v| v.last_seen.is_some()))),
        ("category_path", told(!listing.category_path.is_empty())),
        ("ships_from", told(!listing.ships_from.is_empty())),
        ("ships_to", told(!listing.ships_to.is_empty())),
        ("ships_except", told(!listing.ships_except.is_empty())),
        (
            "shipping",
            travel.methods.len()
                + travel.carriers.len()
                + travel.concealment.len()
                + told(travel.tracking.is_some())
                + told(travel.days_min.is_some())
                + told(travel.days_max.is_some()),
        ),
        ("availability", told(listing.availability.is_some())),
        ("stock", told(listing.stock.is_some())),
        ("sku", told(listing.sku.is_some())),
        ("gtin", told(listing.gtin.is_some())),
        ("mpn", told(listing.mpn.is_some())),
        ("brand", told(listing.brand.is_some())),
        ("payments", listing.payments.len()),
        ("escrow", told(listing.escrow.is_some())),
        ("feedback_n", told(listing.feedback_n.is_some())),
        ("posted_at", told(listing.posted_at.is_some())),
        ("images", told(!listing.images.is_empty())),
    ]
}

/// The fields that hold more than before.
fn grown(before: &[(&'static str, usize)], listing: &Listing) -> Vec<Slot> {
    let mut slots = Vec::new();
    for ((field, was), (_, is)) in before.iter().zip(filled(listing)) {
        match *field {
            "price" => {
                for nth in *was..is {
                    slots.push(("price", nth));
                    if nth == 0 && listing.offers.first().is_some_and(|offer| offer.currency.is_some()) {
                        slots.push(("currency", 0));
                    }
                }
            }
            // One entry for each step that added something.
            field if is > *was => slots.push((field, 0)),
            _ => {}
        }
    }
    slots
}
