//! Rows of an import: how a JSON object becomes a listing, with or without a mapping.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;
use vigie_extractors::canonical::listing_key;
use vigie_extractors::record::{Extraction, Listing, Offer, PageKind, Problem, Vendor};
use vigie_extractors::{country, dates, indicators, language, money};

/// A mapping file: which column of the rows is which field. Names are those of the records; a dot leads into nested objects.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Field = column.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Field = value of rows that do not tell.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// What separates the levels of a category path in one text.
    #[serde(default)]
    pub category_separator: Option<String>,
}

/// Fields that a mapping may fill.
const FIELDS: &[&str] = &[
    "id",
    "key",
    "url",
    "title",
    "description",
    "language",
    "category_path",
    "price",
    "currency",
    "vendor",
    "vendor_url",
    "ships_from",
    "ships_to",
    "availability",
    "stock",
    "sku",
    "gtin",
    "mpn",
    "brand",
    "payments",
    "escrow",
    "posted_at",
    "observed_at",
    "images",
    "quantity",
];

/// Names under which a field is known without a mapping, the first one that a row has wins.
const ALIASES: &[(&str, &[&str])] = &[
    ("id", &["id", "listing_id"]),
    ("language", &["language", "lang"]),
    ("price", &["price", "price_amount", "amount"]),
    ("currency", &["currency", "price_currency"]),
    ("vendor", &["vendor", "seller", "vendor_name"]),
    ("observed_at", &["observed_at", "last_seen", "captured_at", "first_seen"]),
];

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// It is not TOML, or names a field that does not exist; the sentence lists those that do.
    pub fn parse(text: &str) -> Result<Self> {
        let mapping: Self =
            toml::from_str(text).context("the mapping is not understood; hint: it holds [fields], [defaults] and category_separator")?;
        for name in mapping.fields.keys().chain(mapping.defaults.keys()) {
            if !FIELDS.contains(&name.as_str()) {
                anyhow::bail!("the mapping names the field {name:?}, which does not exist; hint: the fields are {}", FIELDS.join(", "));
            }
        }
        Ok(mapping)
    }

    fn column<'r>(&self, field: &str, row: &'r Map<String, Value>) -> Option<&'r Value> {
        let usable = |value: &&Value| !matches!(value, Value::Null) && value.as_str() != Some("");
        if let Some(column) = self.fields.get(field) {
            return at(row, column).filter(usable);
        }
        match ALIASES.iter().find(|(name, _)| *name == field) {
            Some((_, names)) => names.iter().filter_map(|name| row.get(*name)).find(usable),
            None => row.get(field).filter(usable),
        }
    }

    fn text(&self, field: &str, row: &Map<String, Value>) -> Option<String> {
        let text = match self.column(field, row) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(Value::Bool(flag)) => Some(flag.to_string()),
            Some(Value::Object(inner)) => inner.get("name").and_then(Value::as_str).map(str::to_owned),
            _ => None,
        };
        text.filter(|text| !text.trim().is_empty()).or_else(|| self.defaults.get(field).cloned())
    }

    fn list(&self, field: &str, row: &Map<String, Value>, separator: Option<&str>) -> Vec<String> {
        match self.column(field, row) {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => match (self.text(field, row), separator) {
                (Some(text), Some(separator)) => {
                    text.split(separator).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
                }
                (Some(text), None) => vec![text],
                (None, _) => Vec::new(),
            },
        }
    }
}

fn at<'r>(row: &'r Map<String, Value>, path: &str) -> Option<&'r Value> {
    if let Some(value) = row.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    at(row.get(first)?.as_object()?, rest)
}

/// Where a row is known from and when it was seen, as far as it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its URL, or `urn:vigie:SOURCE:ID`.
    pub address: String,
    /// When it was seen; `None` when the row does not tell.
    pub observed_at: Option<Timestamp>,
}

/// Where a row is known from. Without URL and id the row's digest is its id.
pub fn origin(row: &Map<String, Value>, mapping: &Mapping, source: &str, digest: &str, now: Timestamp) -> Origin {
    let url = mapping.text("url", row).filter(|text| Url::parse(text.trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https")));
    let id = mapping.text("id", row).or_else(|| mapping.text("key", row));
    let address = url.unwrap_or_else(|| {
        let id = id.unwrap_or_else(|| digest.chars().filter(char::is_ascii_alphanumeric).take(40).collect());
        let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
        format!("urn:vigie:{source}:{id}")
    });
    let observed = mapping.text("observed_at", row).and_then(|text| {
        let date = dates::parse_date(&text, now)?;
        date.parse::<Timestamp>().ok().or_else(|| format!("{date}T00:00:00Z").parse().ok())
    });
    Origin { address, observed_at: observed }
}

/// Reads a row. It never fails: what is not understood becomes a problem.
pub fn read(row: &Map<String, Value>, mapping: &Mapping, origin: &Origin, crypto_market: bool, at: Timestamp) -> Extraction {
    let mut extraction =
        Extraction { url: origin.address.clone(), page_kind: PageKind::Listing, page_kind_probability: 1.0, ..Extraction::default() };
    let mut problems = Vec::new();
    let mut listing = records(row, &mut problems);
    let text = |field: &str| mapping.text(field, row);
    listing.url.clone_from(&origin.address);
    listing.key = text("key").unwrap_or_else(|| Url::parse(&origin.address).map_or_else(|_| origin.address.clone(), |url| key_of(&url)));
    listing.title = fold(&text("title").unwrap_or_default());
    listing.description = text("description").unwrap_or_default();
    listing.category_path = mapping.list("category_path", row, mapping.category_separator.as_deref().or(Some(" > ")));
    if let Some(price) = text("price") {
        let currency = text("currency").map(|code| code.trim().to_uppercase()).filter(|code| !code.is_empty());
        let amount = money::parse_amount(&price).map(|amount| (amount, currency.clone()));
        let read =
            amount.or_else(|| money::parse_price(&price, currency.as_deref(), crypto_market).map(|price| (price.amount, price.currency)));
        match read {
            Some((amount, currency)) if listing.offers.is_empty() => {
                listing.offers.push(Offer { kind: "fixed".into(), amount: amount.to_string(), currency, raw: price, ..Offer::default() });
                listing.price_state = Some("shown".into());
            }
            Some(_) => {}
            None => problems.push(problem("price", &price)),
        }
    }
    if let Some(name) = text("vendor") {
        let known = listing.vendor.take().unwrap_or_default();
        listing.vendor = Some(Vendor { name: fold(&name), url: text("vendor_url").or(known.url.clone()), ..known });
    }
    for (field, codes) in [("ships_from", &mut listing.ships_from), ("ships_to", &mut listing.ships_to)] {
        let written = mapping.list(field, row, None).join(", ");
        let read = country::parse_countries(&written).codes;
        if read.is_empty() && !written.is_empty() {
            problems.push(problem(field, &written));
        }
        *codes = read;
    }
    listing.posted_at = text("posted_at").and_then(|date| dates::parse_date(&date, at));
    for (field, place) in [
        ("availability", &mut listing.availability),
        ("sku", &mut listing.sku),
        ("gtin", &mut listing.gtin),
        ("mpn", &mut listing.mpn),
        ("brand", &mut listing.brand),
        ("escrow", &mut listing.escrow),
    ] {
        *place = text(field);
    }
    listing.stock = text("stock").and_then(|n| n.trim().parse().ok());
    listing.payments = mapping.list("payments", row, Some(","));
    listing.images = mapping.list("images", row, Some(","));
    let whole = format!("{}\n{}", listing.title, listing.description);
    listing.language = text("language").or_else(|| language::detect(&whole, None));
    listing.indicators = indicators::find(&listing.title, "title");
    listing.indicators.extend(indicators::find(&listing.description, "description"));
    if listing.title.is_empty() && listing.description.is_empty() {
        problems.push(problem("title", ""));
    }
    extraction.language.clone_from(&listing.language);
    extraction.indicators.clone_from(&listing.indicators);
    extraction.problems = problems;
    extraction.listings.push(listing);
    extraction
}

/// Fields that are whole records: taken as they are where they fit.
fn records(row: &Map<String, Value>, problems: &mut Vec<Problem>) -> Listing {
    let mut listing = Listing::default();
    macro_rules! take {
        ($($field:ident),+) => {
            $(if let Some(value) = row.get(stringify!($field)).filter(|value| value.is_object() || value.is_array()) {
                match serde_json::from_value(value.clone()) {
                    Ok(read) => listing.$field = read,
                    Err(error) => problems.push(problem(stringify!($field), &error.to_string())),
                }
            })+
        };
    }
    take!(offers, shipping, feedback, vendor);
    listing
}

fn key_of(url: &Url) -> String {
    match url.scheme() {
        "http" | "https" => listing_key(url),
        _ => url.path().rsplit_once(':').map_or_else(|| url.path().to_owned(), |(_, id)| id.to_owned()),
    }
}

fn problem(field: &str, found: &str) -> Problem {
    Problem { field: field.to_owned(), place: "row".to_owned(), found: found.chars().take(200).collect() }
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_row_without_mapping_and_one_with() {
        let now: Timestamp = "2026-01-02T00:00:00Z".parse().unwrap();
        let plain = row(
            r#"{"id": "7", "title": " Zoraki  914 ", "price": "1.234,50", "currency": "eur", "vendor": "anna", "ships_from": "Germany", "observed_at": "2025-12-24"}"#,
        );
        let of = origin(&plain, &Mapping::default(), "s", "d", now);
        assert_eq!(of.address, "urn:vigie:s:7");
        assert_eq!(of.observed_at.map(|at| at.to_string()), Some("2025-12-24T00:00:00Z".into()));
        let listing = &read(&plain, &Mapping::default(), &of, false, now).listings[0];
        assert_eq!((listing.key.as_str(), listing.title.as_str()), ("7", "Zoraki 914"));
        assert_eq!((listing.offers[0].amount.as_str(), listing.offers[0].currency.as_deref()), ("1234.50", Some("EUR")));
        assert_eq!(listing.ships_from, ["DE"]);

        let mapping = Mapping::parse("[fields]\nprice = \"fields.cost\"\ntitle = \"Name\"\n[defaults]\ncurrency = \"USD\"").unwrap();
        let nested = row(r#"{"Name": "box", "fields": {"cost": 12.5}}"#);
        let listing = &read(&nested, &mapping, &origin(&nested, &mapping, "s", "abc", now), false, now).listings[0];
        assert_eq!((listing.offers[0].amount.as_str(), listing.offers[0].currency.as_deref()), ("12.5", Some("USD")));
        assert!(Mapping::parse("[fields]\nprise = \"x\"").unwrap_err().to_string().contains("price"));
    }

    #[test]
    fn what_is_not_understood_is_a_problem() {
        let now = Timestamp::UNIX_EPOCH;
        let bad = row(r#"{"title": "x", "price": "ask", "ships_from": "Atlantis", "offers": [{"kind": 3}]}"#);
        let read = read(&bad, &Mapping::default(), &origin(&bad, &Mapping::default(), "s", "d", now), false, now);
        let fields: Vec<&str> = read.problems.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["offers", "price", "ships_from"]);
    }
}
