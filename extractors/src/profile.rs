//! An extractor written as selectors in a source file, under `[extractor]`.
//!
//! ```toml
//! [extractor]
//! currency = "USD"
//! [[extractor.page]]
//! kind = "index"
//! when = "div.results"
//! record = "div.results > div.card"
//! fields.title = "a.title"
//! fields.price = [{ select = "span.price", regex = '([0-9.]+)' }, "b.amount"]
//! fields.ships_from = { label = "Ships from" }
//! required = ["title", "price"]
//! ```
//!
//! `docs/profiles.md` tells all keys.

mod check;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use regex::Regex;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::html::Selector;
use crate::record::{Listing, PageKind, Vendor};
pub use check::Fault;

/// How the pages of a source are read. What it does not name is read by the general extractors.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Currency of amounts without a sign: ISO 4217 or an asset code.
    pub currency: Option<String>,
    /// Language of pages that do not declare one, ISO 639-1.
    pub language: Option<String>,
    /// Rules by kind of page; the first whose conditions hold is taken.
    pub page: Vec<PageRules>,
}

/// Rules for one kind of page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageRules {
    /// What such a page is.
    pub kind: PageKind,
    /// A finer kind, such as `search`.
    #[serde(default)]
    pub detail: Option<String>,
    /// Selector that matches something on such pages.
    #[serde(default)]
    pub when: Option<Css>,
    /// Regular expression that the address of such pages matches.
    #[serde(default)]
    pub url: Option<Pattern>,
    /// Selector of one listing on an index, vendor or thread page; fields are then looked for inside it.
    #[serde(default)]
    pub record: Option<Css>,
    /// Where each field stands.
    #[serde(default)]
    pub fields: BTreeMap<Field, Rules>,
    /// Where the fields of the vendor described by a vendor page stand, the whole page being searched.
    #[serde(default)]
    pub vendor: BTreeMap<Field, Rules>,
    /// Fields that every such page must give, or every record of it.
    #[serde(default)]
    pub required: Vec<Field>,
    /// What most such pages, or records, give.
    #[serde(default)]
    pub expect: BTreeMap<Field, Expectation>,
    /// The fewest records that such a page usually holds.
    #[serde(default)]
    pub min_records: Option<usize>,
}

/// What is expected of a field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Share of the pages, or records, that give it, from 0 to 1.
    #[serde(default = "usual_share")]
    pub share: f64,
    /// Regular expression that its value in the record must match; another value counts as none.
    #[serde(default)]
    pub pattern: Option<Pattern>,
}

/// Nearly all.
fn usual_share() -> f64 {
    REQUIRED
}

/// Share that a required field is held to: one page in a hundred may be odd.
pub const REQUIRED: f64 = 0.99;
/// Share of the pages of a kind that must be taken by the rules for it, and of those that must hold enough records.
pub const MOST: f64 = 0.5;

impl PageRules {
    /// Rules that say nothing but what a page is.
    pub fn of(kind: PageKind) -> Self {
        Self {
            kind,
            detail: None,
            when: None,
            url: None,
            record: None,
            fields: BTreeMap::new(),
            vendor: BTreeMap::new(),
            required: Vec::new(),
            expect: BTreeMap::new(),
            min_records: None,
        }
    }

    /// The fields of which something is expected: share and pattern.
    pub fn expected(&self) -> impl Iterator<Item = (Field, f64, Option<&Pattern>)> {
        let required = self.required.iter().filter(|field| !self.expect.contains_key(field)).map(|field| (*field, REQUIRED, None));
        let expect = self.expect.iter().map(|(field, one)| {
            let share = if self.required.contains(field) { one.share.max(REQUIRED) } else { one.share };
            (*field, share, one.pattern.as_ref())
        });
        required.chain(expect)
    }

    /// Whether anything is expected of such pages.
    pub fn expects(&self) -> bool {
        self.min_records.is_some() || self.expected().next().is_some()
    }
}

/// Fields that a profile can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the record field of the same name")]
pub enum Field {
    Url,
    Title,
    Description,
    Price,
    Currency,
    Quantity,
    Category,
    Availability,
    Stock,
    Sku,
    Gtin,
    Mpn,
    Brand,
    Vendor,
    VendorUrl,
    Rating,
    Sales,
    PositivePercent,
    Since,
    LastSeen,
    ShipsFrom,
    ShipsTo,
    Payments,
    Escrow,
    PostedAt,
    Images,
}

impl Field {
    /// Every field.
    pub const ALL: [Field; 26] = [
        Field::Url,
        Field::Title,
        Field::Description,
        Field::Price,
        Field::Currency,
        Field::Quantity,
        Field::Category,
        Field::Availability,
        Field::Stock,
        Field::Sku,
        Field::Gtin,
        Field::Mpn,
        Field::Brand,
        Field::Vendor,
        Field::VendorUrl,
        Field::Rating,
        Field::Sales,
        Field::PositivePercent,
        Field::Since,
        Field::LastSeen,
        Field::ShipsFrom,
        Field::ShipsTo,
        Field::Payments,
        Field::Escrow,
        Field::PostedAt,
        Field::Images,
    ];

    /// The key in a profile.
    pub fn code(self) -> &'static str {
        match self {
            Field::Url => "url",
            Field::Title => "title",
            Field::Description => "description",
            Field::Price => "price",
            Field::Currency => "currency",
            Field::Quantity => "quantity",
            Field::Category => "category",
            Field::Availability => "availability",
            Field::Stock => "stock",
            Field::Sku => "sku",
            Field::Gtin => "gtin",
            Field::Mpn => "mpn",
            Field::Brand => "brand",
            Field::Vendor => "vendor",
            Field::VendorUrl => "vendor_url",
            Field::Rating => "rating",
            Field::Sales => "sales",
            Field::PositivePercent => "positive_percent",
            Field::Since => "since",
            Field::LastSeen => "last_seen",
            Field::ShipsFrom => "ships_from",
            Field::ShipsTo => "ships_to",
            Field::Payments => "payments",
            Field::Escrow => "escrow",
            Field::PostedAt => "posted_at",
            Field::Images => "images",
        }
    }

    /// What a listing holds in this field, in normal form; nothing where it is empty.
    pub fn of(self, listing: &Listing) -> Option<String> {
        let offer = listing.offers.first();
        let vendor = listing.vendor.as_ref();
        let text = |value: &str| Some(value.to_owned());
        let list = |values: &[String], with: &str| Some(values.join(with));
        let value = match self {
            Field::Url => text(&listing.url),
            Field::Title => text(&listing.title),
            Field::Description => text(&listing.description),
            Field::Price => offer.map(|offer| {
                let amount: Result<rust_decimal::Decimal, _> = offer.amount.parse();
                amount.map_or_else(|_| offer.amount.clone(), |amount| amount.normalize().to_string())
            }),
            Field::Currency => offer.and_then(|offer| offer.currency.clone()),
            Field::Category => list(&listing.category_path, " > "),
            Field::Availability => listing.availability.clone(),
            Field::Stock | Field::Quantity => listing.stock.map(|n| n.to_string()),
            Field::Sku => listing.sku.clone(),
            Field::Gtin => listing.gtin.clone(),
            Field::Mpn => listing.mpn.clone(),
            Field::Brand => listing.brand.clone(),
            Field::Vendor | Field::VendorUrl | Field::Rating | Field::Sales | Field::PositivePercent | Field::Since | Field::LastSeen => {
                vendor.and_then(|vendor| self.of_vendor(vendor))
            }
            Field::ShipsFrom => list(&listing.ships_from, ", "),
            Field::ShipsTo => list(&listing.ships_to, ", "),
            Field::Payments => list(&listing.payments, ", "),
            Field::Escrow => listing.escrow.clone(),
            Field::PostedAt => listing.posted_at.clone(),
            Field::Images => list(&listing.images, " "),
        };
        value.filter(|value| !value.is_empty())
    }

    /// What an account holds in this field; nothing where it is empty, and for fields that accounts do not have.
    pub fn of_vendor(self, vendor: &Vendor) -> Option<String> {
        let value = match self {
            Field::Vendor => Some(vendor.name.clone()),
            Field::VendorUrl => vendor.url.clone(),
            Field::Rating => vendor.rating.clone(),
            Field::Sales => vendor.sales.map(|n| n.to_string()),
            Field::PositivePercent => vendor.positive_percent.clone(),
            Field::Since => vendor.since.clone(),
            Field::LastSeen => vendor.last_seen.clone(),
            Field::ShipsFrom => Some(vendor.ships_from.join(", ")),
            _ => None,
        };
        value.filter(|value| !value.is_empty())
    }
}

/// Where one field stands: rules that are tried in order until one gives a value. In a file a selector, a table, or a list of these.
#[derive(Debug, Clone, Default)]
pub struct Rules(pub Vec<Rule>);

impl Rules {
    /// The places that are looked at, for people.
    pub fn place(&self) -> String {
        self.0.iter().map(Rule::place).filter(|place| !place.is_empty()).collect::<Vec<_>>().join(" | ")
    }
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Rules;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a CSS selector, a table with {}, or a list of these", KEYS.join(", "))
            }

            fn visit_str<E>(self, text: &str) -> Result<Rules, E> {
                Ok(Rules(vec![Rule::at(text)]))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rules, A::Error> {
                Rule::deserialize(MapAccessDeserializer::new(map)).map(|rule| Rules(vec![rule]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rules, A::Error> {
                let mut rules = Rules::default();
                while let Some(Rules(one)) = list.next_element::<Rules>()? {
                    rules.0.extend(one);
                }
                Ok(rules)
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

/// One place where a field stands, and how its text becomes the value. White space around values is always cut off.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// What is looked for; without it the record or page itself.
    pub select: Option<Css>,
    /// Words before or above the value, as in `Ships from: NL` or a table's cell or head; in place of `select`.
    pub label: Option<String>,
    /// Attribute to read instead of the text; `own` reads only the element's own text.
    pub attr: Option<String>,
    /// Regular expression; its first group, or the whole match, is the value.
    pub regex: Option<Pattern>,
    /// Regular expressions, each with what takes the place of its matches.
    pub replace: Vec<(Pattern, String)>,
    /// Text at which the value is split into several.
    pub split: Option<String>,
    /// Take every element that matches, not only the first.
    pub all: bool,
    /// Reverse the order of several values.
    pub reverse: bool,
    /// Take this one of several values, counted from 0; negative counts from the end.
    pub index: Option<i64>,
    /// Words of the site with what they stand for; whatever their case. Others stay.
    pub map: BTreeMap<String, String>,
    /// The decimal mark of its numbers, `.` or `,`: other marks between digits are dropped.
    pub number: Option<String>,
    /// How its dates are written, such as `%d.%m.%Y`; a value that is none is dropped.
    pub date: Option<String>,
    /// Keep the codes of the countries and regions that the value names, nothing else.
    pub country: bool,
    /// Put several values together with this between them.
    pub join: Option<String>,
    /// Value where nothing was found.
    pub default: Option<String>,
}

/// The keys of a profile.
pub const PROFILE_KEYS: [&str; 3] = ["currency", "language", "page"];
/// The keys of the rules for one kind of page.
pub const PAGE_KEYS: [&str; 10] = ["kind", "detail", "when", "url", "record", "fields", "vendor", "required", "expect", "min_records"];
/// The keys of an expectation.
pub const EXPECTATION_KEYS: [&str; 2] = ["share", "pattern"];
/// The keys of a rule.
pub const KEYS: [&str; 15] = [
    "select", "label", "attr", "regex", "replace", "split", "all", "reverse", "index", "map", "number", "date", "country", "join",
    "default",
];

impl Rule {
    /// The text of the first element that a selector matches.
    pub fn at(select: &str) -> Self {
        Self { select: Some(Css::from(select.to_owned())), ..Self::default() }
    }

    /// The place that is looked at, for people; empty for a constant.
    pub fn place(&self) -> String {
        let attribute = self.attr.as_deref().map(|name| format!("[{name}]")).unwrap_or_default();
        match (&self.select, &self.label) {
            (Some(css), _) => format!("{}{attribute}", css.source),
            (None, Some(label)) => format!("label {label}"),
            (None, None) => attribute,
        }
    }
}

/// A CSS selector, compiled when first used.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "String")]
pub struct Css {
    /// As written.
    pub source: String,
    compiled: OnceLock<Option<Selector>>,
}

impl From<String> for Css {
    fn from(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }
}

impl Css {
    /// The selector, or nothing where it does not compile: see [`Profile::check`].
    pub fn selector(&self) -> Option<&Selector> {
        self.compiled.get_or_init(|| Selector::parse(&self.source).ok()).as_ref()
    }
}

/// A regular expression, compiled when first used.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    /// As written.
    pub source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }
}

impl Pattern {
    /// The expression, or nothing where it does not compile: see [`Profile::check`].
    pub fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }
}
