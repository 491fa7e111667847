//! The records that a page yields, as the export formats and the store know them.
//!
//! Amounts are decimal strings, never floats. Countries are ISO 3166-1 alpha-2, regions `EU` and `WW`. Times are RFC 3339 in UTC,
//! dates ISO 8601. Byte offsets count UTF-8 bytes of the field that they name. Empty fields are left out of the JSON.

use serde::{Deserialize, Serialize};

fn is_empty<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What a page is for its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// One advertisement.
    Listing,
    /// A category grid or search results.
    Index,
    /// A seller's page.
    Vendor,
    /// Forum posts.
    Thread,
    /// Asks for an account.
    Login,
    /// Asks for proof of being human, or for patience.
    Captcha,
    /// Anything else: feedback, errors, help.
    #[default]
    Other,
}

impl PageKind {
    /// The code used in records and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::Index => "index",
            Self::Vendor => "vendor",
            Self::Thread => "thread",
            Self::Login => "login",
            Self::Captcha => "captcha",
            Self::Other => "other",
        }
    }
}

/// All that was read from one page.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Extraction {
    /// Address of the page.
    pub url: String,
    /// What the page is.
    pub page_kind: PageKind,
    /// How sure that is, 0 to 1.
    pub page_kind_probability: f64,
    /// A finer kind: `grid`, `search`, `feedback`, `queue`, `anti_ddos`, `not_found`, `error` ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_detail: Option<String>,
    /// ISO 639-1 code, where it could be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Advertisements: the page's own one on a listing page, cards elsewhere.
    pub listings: Vec<Listing>,
    /// Seller accounts described on the page.
    pub vendors: Vec<Vendor>,
    /// Addresses, keys and contacts in the whole page text.
    pub indicators: Vec<Indicator>,
    /// Links, resolved against the page's base, in page order, each target once.
    pub links: Vec<Link>,
    /// Texts signed with OpenPGP, as far as somebody asked for them: see [`crate::signed`].
    #[serde(skip_serializing_if = "is_empty")]
    pub signed: Vec<SignedText>,
    /// Number of the rules of the source's profile that took the page, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<usize>,
    /// What the profile of the source expects of such a page, and whether the page gave it.
    #[serde(skip_serializing_if = "is_empty")]
    pub expected: Vec<Expected>,
    /// What was expected and not found, or found and not understood.
    pub problems: Vec<Problem>,
}

/// Something that a profile expects of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Expected {
    /// Number of the rules in the profile, from 0.
    pub rules: usize,
    /// Field; `records` for the least number of records; `rules` for whether the rules took the page.
    pub field: String,
    /// Whether the page gave it.
    pub filled: bool,
}

/// A text signed with OpenPGP.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignedText {
    /// What the signature proves: `valid invalid key_not_named other_key`.
    pub state: String,
    /// Fingerprint of the key that made it, in upper-case hexadecimal; of a key that is not named what the signature says, which may be its key id.
    pub fingerprint: String,
    /// Seconds since 1970 at which it says it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<i64>,
    /// Origins that it names, sorted.
    pub addresses: Vec<String>,
    /// The whole message with its signature, as written. It is not printed with the page.
    #[serde(skip)]
    pub message: String,
}

/// A link on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Link {
    /// Absolute address.
    pub url: String,
    /// Text of the anchor, white space folded.
    pub text: String,
    /// Its `rel` attribute, or `next` for a pagination link.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub rel: String,
}

/// Something that an extractor could not read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Problem {
    /// Field of a record, such as `price`.
    pub field: String,
    /// Selector, block or byte offset where it was looked for.
    pub place: String,
    /// What stood there, cut to 200 characters.
    pub found: String,
}

/// A price for a quantity.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Offer {
    /// `fixed from ladder bid buy_now reserve deposit shipping trade_value`.
    pub kind: String,
    /// Decimal string.
    pub amount: String,
    /// ISO 4217, or `BTC`, `XMR`, `LTC`, `ETH` ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How many units the amount buys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// `piece round box file kit g kg other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Pieces in one unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pack_size: Option<u32>,
    /// Amount for one unit, where quantity is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_amount: Option<String>,
    /// As written.
    #[serde(skip_serializing_if = "is_empty")]
    pub raw: String,
}

/// A seller account on one source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Vendor {
    /// Account name as shown.
    pub name: String,
    /// Address of the vendor page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Decimal string as shown, on the site's scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<String>,
    /// Completed sales claimed by the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sales: Option<u64>,
    /// Share of positive feedback in percent, decimal string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positive_percent: Option<String>,
    /// Date of registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Date of the last log-in, as the site tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
    /// Country that the vendor ships from.
    #[serde(skip_serializing_if = "is_empty")]
    pub ships_from: Vec<String>,
}

/// How goods travel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Shipping {
    /// `post parcel courier dead_drop pickup dealer_transfer`.
    #[serde(skip_serializing_if = "is_empty")]
    pub methods: Vec<String>,
    /// Names of carriers.
    #[serde(skip_serializing_if = "is_empty")]
    pub carriers: Vec<String>,
    /// Words about hiding the goods, as written.
    #[serde(skip_serializing_if = "is_empty")]
    pub concealment: Vec<String>,
    /// Whether tracking is offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking: Option<bool>,
    /// Shortest delivery, days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_min: Option<u32>,
    /// Longest delivery, days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_max: Option<u32>,
}

/// A dated opinion of a buyer; the buyer's name is dropped on reading.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Feedback {
    /// Date of the opinion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_at: Option<String>,
    /// Decimal string as shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<String>,
}

/// Text on the arm itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Marking {
    /// As written.
    pub text: String,
    /// `serial maker proof import military deactivation other`.
    pub kind: String,
    /// `shown removed altered absent`.
    pub state: String,
}

/// What is said of an arm, a part or a round.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Firearm {
    /// Maker's name from the codebook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maker: Option<String>,
    /// Model name without the maker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Display names, C.I.P. writing.
    #[serde(skip_serializing_if = "is_empty")]
    pub calibres: Vec<String>,
    /// Stable slugs of the codebook.
    #[serde(skip_serializing_if = "is_empty")]
    pub calibre_ids: Vec<String>,
    /// `stated inferred ambiguous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibre_basis: Option<String>,
    /// Rounds in the magazine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Length in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barrel_mm: Option<u32>,
    /// `semi select auto bolt lever pump break single unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// `live blank_firing acoustic deactivated converted reactivated replica unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `industrial printed hybrid craft kit unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub make_mode: Option<String>,
    /// `new used parts_only unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Year of making.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<u32>,
    /// Country of making.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_made: Option<String>,
    /// Name of the importer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub importer: Option<String>,
    /// Rounds offered, all packs together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounds: Option<u32>,
    /// Weight of the bullet, grains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grains: Option<u32>,
    /// `brass steel aluminium nickel polymer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub casing: Option<String>,
    /// `FMJ JHP SP ...`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub projectile: Option<String>,
    /// Serial number as shown; never an article number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Markings told or shown.
    #[serde(skip_serializing_if = "is_empty")]
    pub markings: Vec<Marking>,
}

/// A stretch of a field that decided something.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Span {
    /// `title`, `description` or `category_path`.
    pub field: String,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// The words.
    pub text: String,
    /// What they stand for, such as `model` or `lexicon:part.barrel`; `learnt` where the linear model weighs them.
    pub why: String,
}

impl Span {
    /// Whether both share a byte of the same field.
    pub fn meets(&self, other: &Span) -> bool {
        self.field == other.field && self.start < other.end && other.start < self.end
    }
}

/// The category of a listing or item, with what it rests on. A lead, never a finding.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Classification {
    /// Code of the codebook, such as `firearm.pistol`; `unknown` when the text does not tell.
    pub category: String,
    /// Finer code, such as `blank_firing`.
    pub subtype: Option<String>,
    /// Coarse good of a `non_weapon` listing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub good: Option<String>,
    /// 0 to 1.
    pub probability: f64,
    /// Next best categories with their probabilities.
    pub alternatives: Vec<(String, f64)>,
    /// The spans that decided.
    pub because: Vec<Span>,
    /// Version of the codebook.
    pub codebook: String,
    /// Version of the model.
    pub model: String,
}

/// One good within a listing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Item {
    /// Category code.
    pub category: String,
    /// Finer code.
    pub subtype: Option<String>,
    /// 0 to 1.
    pub probability: f64,
    /// The spans that decided.
    pub because: Vec<Span>,
    /// Fields of the arm, part or round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firearm: Option<Firearm>,
    /// Trait codes.
    #[serde(skip_serializing_if = "is_empty")]
    pub traits: Vec<String>,
    /// Prices of this item.
    #[serde(skip_serializing_if = "is_empty")]
    pub offers: Vec<Offer>,
    /// How many are offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// `available sold reserved`, where the text tells it of this good: "SOLD" beside its line, struck out, "pending".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<String>,
}

/// One thing paid in parts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Split {
    /// Number of this part, from 1.
    pub part: u32,
    /// How many parts there are; 0 when the text does not tell.
    pub of: u32,
    /// The same for all parts of one thing: title without the part number, folded.
    pub group: String,
}

/// A risk indicator raised on a listing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RiskIndicator {
    /// Code of the codebook.
    pub code: String,
    /// Spans that raised it.
    pub because: Vec<Span>,
}

/// A sort order for people, not a finding.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Risk {
    /// 0 to 1: 1 - product of (1 - weight).
    pub score: f64,
    /// Its parts.
    pub indicators: Vec<RiskIndicator>,
}

/// Signs that nothing will be delivered; apart from risk.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Scam {
    /// 0 to 1.
    pub score: f64,
    /// Reasons, each with its words.
    pub because: Vec<Span>,
}

impl Scam {
    /// Score from which a listing carries `scam_suspected`.
    pub const SUSPECTED: f64 = 0.6;
}

/// An address, key or contact handle found in text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Indicator {
    /// `payment_address`, `pgp_key`, `email`, `onion` ...
    pub kind: String,
    /// `BTC`, `LTC`, `XMR`, `ETH` ... for payment kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// `mainnet`, `testnet`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Form of the address, such as `p2wpkh`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// Normal form of the value; for PGP keys and signatures the fingerprint in upper-case hexadecimal, or the key id where a signature tells no more.
    pub value: String,
    /// Whether a checksum proved it; of a PGP signature, whether a key on the same page did.
    pub verified: bool,
    /// Whether white space, tags or invisible characters were removed to make it whole.
    #[serde(skip_serializing_if = "is_empty")]
    pub repaired: bool,
    /// As written.
    pub raw: String,
    /// Field it was found in: `title`, `description`, `page`.
    pub field: String,
    /// First byte in the field.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Other readings, such as `BCH` for a legacy BTC address.
    pub also: Vec<String>,
    /// What stands around a payment address: `explorer` (in the link of one), `mixer`, `exchange`, `escrow`, `multisig`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<String>,
    /// Of invoices and payment URIs: what is asked for, a decimal number in units of the asset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Of invoices, PGP keys and signatures: when it was made, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Of invoices: until when it can be paid; of PGP keys: until when they are valid. RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// 64-bit id of a PGP key, or of the one that a signature names, upper-case hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// User ids of a PGP key.
    #[serde(skip_serializing_if = "is_empty")]
    pub user_ids: Vec<String>,
}

/// An advertisement as a source shows it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Listing {
    /// Stable identity on the source: see [`crate::canonical::listing_key`].
    pub key: String,
    /// Absolute address.
    pub url: String,
    /// White space folded.
    pub title: String,
    /// Text, paragraphs as line ends.
    #[serde(skip_serializing_if = "is_empty")]
    pub description: String,
    /// Title and description as the codebook reads them, where words of the trade in arms are written so that filters miss them.
    #[serde(skip_serializing_if = "is_empty")]
    pub unmasked: String,
    /// ISO 639-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// `offer wanted trade service review discussion unknown`.
    #[serde(skip_serializing_if = "is_empty")]
    pub intent: String,
    /// The site's own categories, outermost first.
    #[serde(skip_serializing_if = "is_empty")]
    pub category_path: Vec<String>,
    /// Whether these are the page's that shows a card: another page may show the same card under others, so they make no version.
    #[serde(skip)]
    pub category_of_page: bool,
    /// Prices; the first is the one for one unit.
    #[serde(skip_serializing_if = "is_empty")]
    pub offers: Vec<Offer>,
    /// `shown on_request free hidden`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_state: Option<String>,
    /// `in_stock out_of_stock sold reserved expired removed unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<String>,
    /// Units left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock: Option<u64>,
    /// Shop's article number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Global trade item number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gtin: Option<String>,
    /// Maker's part number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mpn: Option<String>,
    /// Brand as shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Seller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Vendor>,
    /// Countries of origin.
    #[serde(skip_serializing_if = "is_empty")]
    pub ships_from: Vec<String>,
    /// Countries of destination.
    #[serde(skip_serializing_if = "is_empty")]
    pub ships_to: Vec<String>,
    /// Countries excluded.
    #[serde(skip_serializing_if = "is_empty")]
    pub ships_except: Vec<String>,
    /// As written.
    #[serde(skip_serializing_if = "is_empty")]
    pub ships_raw: String,
    /// How the goods travel.
    #[serde(skip_serializing_if = "is_empty")]
    pub shipping: Shipping,
    /// Accepted: asset codes, `cash`, `card`, `bank`, `paypal`, `money_order` ...
    #[serde(skip_serializing_if = "is_empty")]
    pub payments: Vec<String>,
    /// `escrow multisig finalize_early direct unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escrow: Option<String>,
    /// Number of opinions shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback_n: Option<u64>,
    /// Dated opinions.
    #[serde(skip_serializing_if = "is_empty")]
    pub feedback: Vec<Feedback>,
    /// Date of the advertisement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_at: Option<String>,
    /// Addresses of pictures, which are not fetched.
    #[serde(skip_serializing_if = "is_empty")]
    pub images: Vec<String>,
    /// Fields of the lead item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firearm: Option<Firearm>,
    /// Category of the lead item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// Trait codes, sorted.
    #[serde(skip_serializing_if = "is_empty")]
    pub traits: Vec<String>,
    /// The spans of each trait, sorted by code.
    #[serde(skip_serializing_if = "is_empty")]
    pub trait_spans: Vec<(String, Span)>,
    /// Risk indicators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// Signs of a scam.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scam: Option<Scam>,
    /// Goods, when the advertisement holds any that could be told apart.
    pub items: Vec<Item>,
    /// Set when one thing is paid in parts.
    pub split: Option<Split>,
    /// Found in title and description.
    pub indicators: Vec<Indicator>,
}
