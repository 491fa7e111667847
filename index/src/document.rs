//! A listing as the index reads it: what can be searched, and what comes back with a hit.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// One listing, as the store projects it. Only `id` must be set; empty fields are not searchable.
///
/// Values are those of one version: what a watch sees is what the document says, whatever the store learns later.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// Stable identity, unique in the index. Hits with equal rank are ordered by it.
    pub id: String,
    /// Source id, such as `shop1`.
    pub source: String,
    /// `cryptomarket shop classifieds forum social`.
    pub source_type: String,
    /// Absolute address.
    pub url: String,
    /// Identity on the source.
    pub key: String,
    /// Title, plain text.
    pub title: String,
    /// Description, plain text. The first [`crate::analysis::MAX_TEXT_BYTES`] are searchable.
    pub description: String,
    /// Title and description once words written in disguise are read, where there are any.
    pub unmasked: String,
    /// ISO 639-1; decides the stemmer.
    pub language: Option<String>,
    /// Account name of the seller.
    pub vendor: Option<String>,
    /// Source id, a slash, and the account name.
    pub account: Option<String>,
    /// What all copies of the listing have in common.
    pub family: String,
    /// Category code, such as `firearm.pistol`.
    pub category: String,
    /// Finer code, such as `blank_firing`.
    pub subtype: Option<String>,
    /// Trait codes.
    pub traits: Vec<String>,
    /// `offer wanted trade service review discussion unknown`.
    pub intent: String,
    /// Makers of all items.
    pub makers: Vec<String>,
    /// Models of all items, without the maker.
    pub models: Vec<String>,
    /// Stable slugs of the calibres of all items. `--count-by calibre` counts these.
    pub calibre_ids: Vec<String>,
    /// Display names of the same calibres.
    pub calibres: Vec<String>,
    /// First offer for one unit, in `price_currency`. Compared at eight decimals.
    #[serde(with = "decimal_text")]
    pub price_amount: Option<Decimal>,
    /// ISO 4217 or asset code.
    pub price_currency: Option<String>,
    /// The same in US dollars, at the rate of the version's day.
    #[serde(with = "decimal_text")]
    pub price_usd: Option<Decimal>,
    /// Countries of origin.
    pub ships_from: Vec<String>,
    /// Countries of destination.
    pub ships_to: Vec<String>,
    /// Accepted: asset codes, `cash`, `card`, ...
    pub payments: Vec<String>,
    /// Payment addresses in normal form.
    pub addresses: Vec<String>,
    /// Their assets.
    pub assets: Vec<String>,
    /// Fingerprints and key ids, hexadecimal.
    pub pgp: Vec<String>,
    /// E-mail addresses, handles, onion names.
    pub contacts: Vec<String>,
    /// Coarse good of a non-weapon listing.
    pub good: Option<String>,
    /// `in_stock out_of_stock sold reserved expired removed unknown`.
    pub availability: Option<String>,
    /// Of the category, 0 to 1.
    pub probability: f64,
    /// Risk score, 0 to 1.
    pub risk: f64,
    /// Scam score, 0 to 1.
    pub scam: f64,
    /// Microseconds since 1970, UTC.
    pub first_seen: i64,
    /// Microseconds since 1970, UTC.
    pub last_seen: i64,
    /// Versions so far.
    pub n_versions: u64,
    /// Given back with the hit, never read: JSON of the caller.
    pub stored: String,
}

/// Decimals as strings, so that no float ever stands between the store and the index.
mod decimal_text {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(amount) => serializer.collect_str(amount),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(|error| D::Error::custom(format!("`{text}` is no decimal number: {error}")))).transpose()
    }
}
