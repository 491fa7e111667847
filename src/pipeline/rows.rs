//! Rows of an import: how a JSON object becomes a listing, with or without a mapping.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;
use vigie_extractors::canonical::listing_key;
use vigie_extractors::contacts::CardKey;
use vigie_extractors::heuristics::phrases;
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
    "price_kind",
    "price_state",
    "quantity",
    "unit",
    "vendor",
    "vendor_url",
    "ships_from",
    "ships_to",
    "ships_except",
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
    "observed_at",
    "images",
];

/// Names under which a field is known without a mapping, the first one that a row has wins.
const ALIASES: &[(&str, &[&str])] = &[
    ("id", &["id", "listing_id"]),
    ("language", &["language", "lang"]),
    ("price", &["price", EXACT_PRICE, "amount"]),
    ("currency", &["currency", "price_currency"]),
    ("vendor", &["vendor", "seller", "vendor_name"]),
    ("observed_at", &["observed_at", "last_seen", "captured_at", "first_seen"]),
];
/// The name of a price that is a decimal number already, as exports have it: a dot in it never groups thousands.
const EXACT_PRICE: &str = "price_amount";
/// Characters of a title; what is longer is no title. The whole row is in the archive.
const LONGEST_TITLE: usize = 2_000;

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

    /// The mapped fields whose column this row does not have.
    pub fn absent<'m>(&'m self, row: &'m Map<String, Value>) -> impl Iterator<Item = (&'m str, &'m str)> {
        self.fields.iter().filter(|(_, column)| at(row, column).is_none()).map(|(field, column)| (field.as_str(), column.as_str()))
    }

    /// Whether a row has a title or a description: what has neither is no advertisement.
    pub fn says_something(&self, row: &Map<String, Value>) -> bool {
        ["title", "description"].iter().any(|field| self.text(field, row).is_some())
    }

    fn column<'r>(&'r self, field: &'r str, row: &'r Map<String, Value>) -> Option<&'r Value> {
        self.named(field, row).map(|(_, value)| value)
    }

    /// The name of the column that holds a field, and its value.
    fn named<'r>(&'r self, field: &'r str, row: &'r Map<String, Value>) -> Option<(&'r str, &'r Value)> {
        let usable = |value: &&Value| !matches!(value, Value::Null) && value.as_str() != Some("");
        if let Some(column) = self.fields.get(field) {
            return at(row, column).filter(usable).map(|value| (column.as_str(), value));
        }
        match ALIASES.iter().find(|(name, _)| *name == field) {
            Some((_, names)) => names.iter().find_map(|name| row.get(*name).filter(usable).map(|value| (*name, value))),
            None => row.get(field).filter(usable).map(|value| (field, value)),
        }
    }

    fn text(&self, field: &str, row: &Map<String, Value>) -> Option<String> {
        let text = match self.column(field, row) {
            Some(Value::String(text)) => Some(text.replace('\0', "")),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(Value::Bool(flag)) => Some(flag.to_string()),
            Some(Value::Object(inner)) => inner.get("name").and_then(Value::as_str).map(|text| text.replace('\0', "")),
            _ => None,
        };
        text.filter(|text| !text.trim().is_empty()).or_else(|| self.defaults.get(field).cloned())
    }

    /// The price: a number is taken as it is, text is read as people write it.
    fn price(&self, row: &Map<String, Value>, currency: Option<&str>, crypto_market: bool) -> Option<(Decimal, Option<String>)> {
        let text = self.text("price", row)?;
        let exact = self.named("price", row).is_some_and(|(name, value)| value.is_number() || name == EXACT_PRICE);
        let number = text.trim().parse().or_else(|_| Decimal::from_scientific(text.trim())).ok();
        let whole = number.filter(|_| exact).or_else(|| money::parse_amount(&text)).map(|amount| (amount, currency.map(str::to_owned)));
        let read = whole.or_else(|| money::parse_price(&text, currency, crypto_market).map(|price| (price.amount, price.currency)));
        read.filter(|(amount, _)| !amount.is_sign_negative())
    }

    fn list(&self, field: &str, row: &Map<String, Value>, separator: Option<&str>) -> Vec<String> {
        match self.column(field, row) {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).map(|text| text.replace('\0', "")).collect(),
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

/// The value at a dotted path; a number leads into a list.
fn at<'r>(row: &'r Map<String, Value>, path: &str) -> Option<&'r Value> {
    if let Some(value) = row.get(path) {
        return Some(value);
    }
    let (first, mut rest) = path.split_once('.')?;
    let mut value = row.get(first)?;
    while let Value::Array(values) = value {
        let (index, after) = rest.split_once('.').unwrap_or((rest, ""));
        value = values.get(index.parse::<usize>().ok()?)?;
        rest = after;
    }
    if rest.is_empty() { Some(value) } else { at(value.as_object()?, rest) }
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
    let url = mapping
        .text("url", row)
        .map(|text| text.trim().to_owned())
        .filter(|text| Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https")));
    let id = mapping.text("id", row).or_else(|| mapping.text("key", row));
    let address = url.unwrap_or_else(|| {
        let id = id.unwrap_or_else(|| digest.chars().filter(char::is_ascii_alphanumeric).take(40).collect());
        let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
        format!("urn:vigie:{source}:{id}")
    });
    Origin { address, observed_at: mapping.text("observed_at", row).and_then(|text| moment(text.trim(), now)) }
}

/// A moment that does not depend on when it is read, so that the same row is the same capture tomorrow.
fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        return match text.len() {
            9 | 10 => Timestamp::from_second(number).ok(),
            12 | 13 => Timestamp::from_millisecond(number).ok(),
            _ => None,
        };
    }
    let date = dates::parse_date(text, now).filter(|date| dates::parse_date(text, Timestamp::UNIX_EPOCH).as_ref() == Some(date))?;
    date.parse().ok().or_else(|| format!("{date}T00:00:00Z").parse().ok())
}

/// Reads a row. It never fails: what is not understood becomes a problem.
pub fn read(
    row: &Map<String, Value>,
    mapping: &Mapping,
    origin: &Origin,
    crypto_market: bool,
    at: Timestamp,
    cards: Option<&CardKey>,
) -> Extraction {
    let mut extraction =
        Extraction { url: origin.address.clone(), page_kind: PageKind::Listing, page_kind_probability: 1.0, ..Extraction::default() };
    let mut problems = Vec::new();
    let mut listing = records(row, &mut problems);
    let text = |field: &str| mapping.text(field, row);
    listing.url.clone_from(&origin.address);
    listing.key = text("key").unwrap_or_else(|| Url::parse(&origin.address).map_or_else(|_| origin.address.clone(), |url| key_of(&url)));
    let title = fold(&text("title").unwrap_or_default());
    listing.title = title.chars().take(LONGEST_TITLE).collect();
    if listing.title.len() < title.len() {
        problems.push(problem("title", "it is cut, and stands whole in the archive"));
    }
    listing.description = text("description").unwrap_or_default();
    listing.category_path = mapping.list("category_path", row, mapping.category_separator.as_deref().or(Some(" > ")));
    if let Some(raw) = text("price") {
        let currency = text("currency").map(|code| code.trim().to_uppercase()).filter(|code| !code.is_empty());
        match mapping.price(row, currency.as_deref(), crypto_market) {
            Some((amount, currency)) if listing.offers.is_empty() => {
                let kind = coded("price_kind", OFFER_KINDS, |_| None, &text, &mut problems).unwrap_or_else(|| "fixed".into());
                let quantity = text("quantity").filter(|number| number.trim().parse::<Decimal>().is_ok());
                let unit = coded("unit", UNITS, |_| None, &text, &mut problems);
                let unit_amount = text("unit_amount").filter(|number| number.trim().parse::<Decimal>().is_ok());
                listing.offers.push(Offer {
                    kind,
                    amount: amount.to_string(),
                    currency,
                    quantity,
                    unit,
                    unit_amount,
                    raw,
                    ..Offer::default()
                });
            }
            Some(_) => {}
            None => problems.push(problem("price", &raw)),
        }
    }
    listing.price_state =
        if listing.offers.is_empty() { coded("price_state", PRICE_STATES, |_| None, &text, &mut problems) } else { Some("shown".into()) };
    if let Some(name) = text("vendor") {
        let known = listing.vendor.take().unwrap_or_default();
        listing.vendor = Some(Vendor { name: fold(&name), url: text("vendor_url").or(known.url.clone()), ..known });
    }
    let mut ships = |field: &'static str, except: bool| {
        let written = mapping.list(field, row, None).join(", ");
        let codes: Vec<String> = written.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
        // A list of codes is one already; as a sentence "DE, NO, CH" would except Switzerland.
        let is_code = |part: &String| part == "NO" || country::parse_countries(part).codes == std::slice::from_ref(part);
        if codes.iter().all(is_code) {
            return (codes, Vec::new());
        }
        let read = country::parse_countries(&written);
        if read.codes.is_empty() && read.except.is_empty() && !written.is_empty() {
            problems.push(problem(field, &written));
        }
        if except { (read.codes.into_iter().chain(read.except).collect(), Vec::new()) } else { (read.codes, read.except) }
    };
    listing.ships_from = ships("ships_from", false).0;
    (listing.ships_to, listing.ships_except) = ships("ships_to", false);
    listing.ships_except.extend(ships("ships_except", true).0);
    listing.ships_raw = text("ships_raw").unwrap_or_default();
    listing.posted_at = text("posted_at").and_then(|date| dates::parse_date(&date, at));
    for (field, place) in [("sku", &mut listing.sku), ("gtin", &mut listing.gtin), ("mpn", &mut listing.mpn), ("brand", &mut listing.brand)]
    {
        *place = text(field);
    }
    listing.availability = coded("availability", AVAILABILITIES, phrases::availability, &text, &mut problems);
    listing.escrow = coded("escrow", ESCROWS, phrases::escrow, &text, &mut problems);
    listing.feedback_n = text("feedback_n").and_then(|n| n.trim().parse().ok());
    listing.stock = text("stock").and_then(|n| n.trim().parse().ok());
    listing.payments = mapping.list("payments", row, Some(","));
    listing.images = mapping.list("images", row, Some(","));
    let whole = format!("{}\n{}", listing.title, listing.description);
    listing.language = language::detect(&whole, text("language").as_deref());
    indicators::fill(&mut listing, cards);
    if let Some(url) = text("url").filter(|url| url.trim() != origin.address && !url.starts_with("urn:vigie:")) {
        problems.push(problem("url", &url));
    }
    if let Some(when) = text("observed_at").filter(|when| moment(when.trim(), at).is_none()) {
        problems.push(problem("observed_at", &when));
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
    for name in listing.vendor.iter_mut().map(|vendor| &mut vendor.name) {
        *name = fold(&name.replace('\0', ""));
    }
    listing.vendor = listing.vendor.filter(|vendor| !vendor.name.is_empty());
    listing.offers.retain(|offer| {
        let sound =
            offer.amount.parse::<Decimal>().is_ok_and(|amount| !amount.is_sign_negative()) && OFFER_KINDS.contains(&offer.kind.as_str());
        if !sound {
            problems.push(problem("offers", &format!("{} {}", offer.kind, offer.amount)));
        }
        sound
    });
    listing
}

/// A code of a closed set: written as a code, or in words that `words` knows.
fn coded(
    field: &str,
    codes: &[&str],
    words: impl Fn(&str) -> Option<&'static str>,
    text: &impl Fn(&str) -> Option<String>,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let written = text(field)?;
    let code = codes.iter().copied().find(|code| *code == written.trim()).or_else(|| words(&written));
    if code.is_none() {
        problems.push(problem(field, &written));
    }
    code.map(str::to_owned)
}

const OFFER_KINDS: &[&str] = &["fixed", "from", "ladder", "bid", "buy_now", "reserve", "deposit", "shipping", "trade_value"];
const UNITS: &[&str] = &["piece", "round", "box", "file", "kit", "g", "kg", "other"];
const PRICE_STATES: &[&str] = &["shown", "on_request", "free", "hidden"];
const AVAILABILITIES: &[&str] = &["in_stock", "out_of_stock", "sold", "reserved", "expired", "removed", "unknown"];
const ESCROWS: &[&str] = &["escrow", "multisig", "finalize_early", "direct", "unknown"];

fn key_of(url: &Url) -> String {
    match url.scheme() {
        "http" | "https" => listing_key(url),
        _ => url.path().rsplit_once(':').map_or_else(|| url.path().to_owned(), |(_, id)| id.to_owned()),
    }
}

fn problem(field: &str, found: &str) -> Problem {
    Problem { field: field.to_owned(), place: "row".to_owned(), found: found.chars().take(200).collect() }
}

/// One line: white space and control characters fold into single spaces.
fn fold(text: &str) -> String {
    text.split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
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
        let listing = &read(&plain, &Mapping::default(), &of, false, now, None).listings[0];
        assert_eq!((listing.key.as_str(), listing.title.as_str()), ("7", "Zoraki 914"));
        assert_eq!((listing.offers[0].amount.as_str(), listing.offers[0].currency.as_deref()), ("1234.50", Some("EUR")));
        assert_eq!(listing.ships_from, ["DE"]);

        let mapping = Mapping::parse("[fields]\nprice = \"fields.cost\"\ntitle = \"Name\"\n[defaults]\ncurrency = \"USD\"").unwrap();
        let nested = row(r#"{"Name": "box", "fields": {"cost": 12.5}}"#);
        let listing = &read(&nested, &mapping, &origin(&nested, &mapping, "s", "abc", now), false, now, None).listings[0];
        assert_eq!((listing.offers[0].amount.as_str(), listing.offers[0].currency.as_deref()), ("12.5", Some("USD")));
        assert!(Mapping::parse("[fields]\nprise = \"x\"").unwrap_err().to_string().contains("price"));
    }

    #[test]
    fn what_is_not_understood_is_a_problem() {
        let now = Timestamp::UNIX_EPOCH;
        let bad = row(r#"{"title": "x", "price": "ask", "ships_from": "Atlantis", "offers": [{"kind": 3}]}"#);
        let read = read(&bad, &Mapping::default(), &origin(&bad, &Mapping::default(), "s", "d", now), false, now, None);
        let fields: Vec<&str> = read.problems.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["offers", "price", "ships_from"]);
    }

    #[test]
    fn numbers_are_exact_and_text_is_read_as_people_write_it() {
        let cases = [
            (r#"{"price": 34.125}"#, "34.125"),
            (r#"{"price_amount": "34.125"}"#, "34.125"),
            (r#"{"price": "34.125"}"#, "34125"),
            (r#"{"price": 1e3}"#, "1000"),
            (r#"{"price": "1.234,50 EUR"}"#, "1234.50"),
            (r#"{"price": 1234.5}"#, "1234.5"),
        ];
        for (text, amount) in cases {
            let (row, mapping) = (row(text), Mapping::default());
            let found = read(&row, &mapping, &origin(&row, &mapping, "s", "d", Timestamp::UNIX_EPOCH), false, Timestamp::UNIX_EPOCH, None);
            assert_eq!(found.listings[0].offers[0].amount.parse::<Decimal>().unwrap(), amount.parse().unwrap(), "{text}");
        }
    }

    #[test]
    fn codes_are_codes_and_times_do_not_depend_on_the_day_of_reading() {
        let now: Timestamp = "2026-01-02T00:00:00Z".parse().unwrap();
        let words = row(
            r#"{"title": "a", "availability": "Sold out", "escrow": "perhaps", "ships_to": "worldwide except US", "observed_at": "yesterday"}"#,
        );
        let of = origin(&words, &Mapping::default(), "s", "d", now);
        assert_eq!(of.observed_at, None);
        let found = read(&words, &Mapping::default(), &of, false, now, None);
        let listing = &found.listings[0];
        assert!(listing.availability.as_deref().is_some_and(|code| AVAILABILITIES.contains(&code)), "{:?}", listing.availability);
        assert_eq!((&listing.escrow, listing.ships_except.as_slice()), (&None, &["US".to_owned()][..]));
        let fields: Vec<&str> = found.problems.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["escrow", "observed_at"]);
        for (text, moment) in [
            ("1700000000", "2023-11-14T22:13:20Z"),
            ("2025-12-24T10:00:00.25Z", "2025-12-24T10:00:00.25Z"),
            ("24.12.2025", "2025-12-24T00:00:00Z"),
        ] {
            assert_eq!(super::moment(text, now).map(|at| at.to_string()).as_deref(), Some(moment));
        }
        let nested = row(r#"{"a": {"b": [{"c": "x"}, {"c": "y"}]}}"#);
        assert_eq!(at(&nested, "a.b.1.c"), Some(&Value::from("y")));
    }
}
