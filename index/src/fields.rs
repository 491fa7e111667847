//! The fields of the query language: what each is called, how it is compared, and where its values lie in a document.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use crate::analysis::searchable;
use crate::document::Document;
use crate::fold::{hexadecimal, keyword};

/// Decimals that amounts are compared at.
pub const MONEY_DECIMALS: u32 = 8;

/// How a field is compared, and where its value lies in a document.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Text, words and stems.
    Text(fn(&Document) -> &str),
    /// Both texts.
    AllText,
    /// Short values searched by word, without stems.
    Words(fn(&Document) -> Vec<&str>),
    /// Whole values.
    Keyword(fn(&Document) -> Vec<&str>),
    /// Whole values of hexadecimal digits.
    Hexadecimal(fn(&Document) -> Vec<&str>),
    /// The week of a time, such as `2026-W47`.
    Week(fn(&Document) -> i64),
    /// Codes with dots, found by any of their beginnings.
    Hierarchy(fn(&Document) -> Vec<&str>),
    /// Amounts.
    Money(fn(&Document) -> Option<Decimal>),
    /// Fractions.
    Score(fn(&Document) -> f64),
    /// Microseconds since 1970.
    Time(fn(&Document) -> i64),
}

/// A field of the query language.
pub(crate) struct FieldSpec {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) kind: Kind,
    pub(crate) counted: bool,
    /// Why a watch may not ask for it.
    pub(crate) unwatchable: Option<&'static str>,
    /// For the reference.
    pub(crate) meaning: &'static str,
}

const fn field(name: &'static str, kind: Kind, meaning: &'static str) -> FieldSpec {
    FieldSpec { name, aliases: &[], kind, counted: false, unwatchable: None, meaning }
}

impl FieldSpec {
    const fn counted(self) -> Self {
        Self { counted: true, ..self }
    }
    const fn also(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }
    const fn unwatchable(self, reason: &'static str) -> Self {
        Self { unwatchable: Some(reason), ..self }
    }
}

fn one(value: &str) -> Vec<&str> {
    if value.is_empty() { Vec::new() } else { vec![value] }
}

fn maybe(value: &Option<String>) -> Vec<&str> {
    value.as_deref().map(one).unwrap_or_default()
}

fn many(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).filter(|value| !value.is_empty()).collect()
}

fn calibres(document: &Document) -> Vec<&str> {
    many(&document.calibre_ids).into_iter().chain(many(&document.calibres)).collect()
}

/// Place of the field that bare words search.
pub(crate) const TEXT: usize = 0;

/// Place of a field, by its name.
pub(crate) fn place_of(name: &str) -> usize {
    FIELDS.iter().position(|spec| spec.name == name).unwrap_or(TEXT)
}

/// All fields, in the order of the reference.
pub(crate) static FIELDS: &[FieldSpec] = &[
    field("text", Kind::AllText, "title or description; what bare words search"),
    field("title", Kind::Text(|d| &d.title), "words of the title"),
    field("description", Kind::Text(|d| &d.description), "words of the description").also(&["desc"]),
    field("unmasked", Kind::Words(|d| one(&d.unmasked)), "words of both texts once disguises are read; `@disguised` looks here, too"),
    field("category", Kind::Hierarchy(|d| one(&d.category)), "category code, or its beginning").counted(),
    field("subtype", Kind::Keyword(|d| maybe(&d.subtype)), "finer code").counted(),
    field("trait", Kind::Keyword(|d| many(&d.traits)), "trait code").counted().also(&["traits"]),
    field("intent", Kind::Keyword(|d| one(&d.intent)), "offer, wanted, trade ...").counted(),
    field("maker", Kind::Words(|d| many(&d.makers)), "maker of an item").counted().also(&["make", "brand"]),
    field("model", Kind::Words(|d| many(&d.models)), "model of an item").counted(),
    field("calibre", Kind::Words(calibres), "calibre, code or name").counted().also(&["caliber"]),
    field("good", Kind::Keyword(|d| maybe(&d.good)), "coarse good of a non-weapon listing").counted(),
    field("vendor", Kind::Keyword(|d| maybe(&d.vendor)), "whole account name of the seller").counted(),
    field("account", Kind::Keyword(|d| maybe(&d.account)), "source id, a slash, and the account name of the seller").counted(),
    field("persona", Kind::Keyword(|_| Vec::new()), "all accounts judged to be one seller, by the persona's number")
        .unwatchable("who is one person is judged anew with every fact, so a match could not be repeated; use `account:` or `vendor:`"),
    field("family", Kind::Keyword(|d| one(&d.family)), "all copies of one listing, by the family's number")
        .counted()
        .unwatchable("copies are joined when they are known, which may be later; use `title:` or `vendor:`"),
    field("source", Kind::Keyword(|d| one(&d.source)), "source id").counted(),
    field("source_type", Kind::Keyword(|d| one(&d.source_type)), "cryptomarket, shop, classifieds, forum, social").counted(),
    field("lang", Kind::Keyword(|d| maybe(&d.language)), "language of the text, ISO 639-1").counted().also(&["language"]),
    field("ships_from", Kind::Keyword(|d| many(&d.ships_from)), "country of origin, ISO 3166-1").counted(),
    field("ships_to", Kind::Keyword(|d| many(&d.ships_to)), "country of destination, or EU, WW").counted(),
    field("payment", Kind::Keyword(|d| many(&d.payments)), "way of payment").counted(),
    field("currency", Kind::Keyword(|d| maybe(&d.price_currency)), "currency of the price").counted(),
    field("availability", Kind::Keyword(|d| maybe(&d.availability)), "in_stock, sold ...").counted(),
    field("asset", Kind::Keyword(|d| many(&d.assets)), "asset of a payment address: BTC, XMR ...").counted(),
    field("address", Kind::Keyword(|d| many(&d.addresses)), "payment address, in any case"),
    field("pgp", Kind::Hexadecimal(|d| many(&d.pgp)), "fingerprint or key id"),
    field("contact", Kind::Keyword(|d| many(&d.contacts)), "e-mail address, handle, onion name"),
    field("url", Kind::Keyword(|d| one(&d.url)), "address of the listing"),
    field("key", Kind::Keyword(|d| one(&d.key)), "identity of the listing on its source"),
    field("price", Kind::Money(|d| d.price_amount), "amount in the listing's own currency").also(&["price_amount"]),
    field("price_usd", Kind::Money(|d| d.price_usd), "amount in US dollars").unwatchable(
        "its value changes when a later exchange rate becomes known, so a match could not be repeated; use `price:` and `currency:`",
    ),
    field("probability", Kind::Score(|d| d.probability), "of the category, 0 to 1"),
    field("risk", Kind::Score(|d| d.risk), "risk score, 0 to 1"),
    field("scam", Kind::Score(|d| d.scam), "scam score, 0 to 1"),
    field("first_seen", Kind::Time(|d| d.first_seen), "when the listing was first seen"),
    field("week", Kind::Week(|d| d.first_seen), "week in which the listing was first seen, ISO 8601, UTC: 2026-W47").counted(),
    field("last_seen", Kind::Time(|d| d.last_seen), "when the listing was last seen")
        .unwatchable("it moves on with every visit, while a watch looks at a version once; use `first_seen:`"),
];

/// The values that a document is counted under, each once.
pub(crate) fn countable<'a>(spec: &FieldSpec, document: &'a Document) -> Vec<Cow<'a, str>> {
    let values = match spec.kind {
        Kind::Words(_) if spec.name == "calibre" && !document.calibre_ids.is_empty() => many(&document.calibre_ids),
        Kind::Words(read) | Kind::Keyword(read) | Kind::Hexadecimal(read) | Kind::Hierarchy(read) => read(document),
        Kind::Week(read) => return week(read(document)).into_iter().map(Cow::Owned).collect(),
        _ => Vec::new(),
    };
    let mut values: Vec<_> = values.into_iter().map(Cow::Borrowed).collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// The terms of a field that is not text.
pub(crate) fn terms(kind: Kind, document: &Document) -> Vec<String> {
    let mut terms: Vec<String> = match kind {
        Kind::Words(read) => return read(document).into_iter().map(|value| searchable(value).to_owned()).collect(),
        Kind::Keyword(read) => read(document).into_iter().map(keyword).collect(),
        Kind::Hexadecimal(read) => read(document).into_iter().map(hexadecimal).collect(),
        Kind::Hierarchy(read) => read(document).into_iter().flat_map(|code| beginnings(&keyword(code))).collect(),
        Kind::Week(read) => week(read(document)).iter().map(|week| keyword(week)).collect(),
        _ => Vec::new(),
    };
    terms.retain(|term| !term.is_empty());
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// `2026-W47` of microseconds since 1970.
fn week(micros: i64) -> Option<String> {
    let date = Timestamp::from_microsecond(micros).ok()?.to_zoned(TimeZone::UTC).date().iso_week_date();
    Some(format!("{:04}-W{:02}", date.year(), date.week()))
}

/// `a.b.c` as `a`, `a.b`, `a.b.c`; at most eight levels.
fn beginnings(code: &str) -> Vec<String> {
    let inner = code.match_indices('.').take(7).filter_map(|(dot, _)| code.get(..dot)).map(str::to_owned);
    inner.chain(std::iter::once(code.to_owned())).collect()
}

/// An amount as a whole number of 10^-8, cut, held within what 64 bits carry.
pub(crate) fn fixed(amount: Decimal) -> i64 {
    let scale = Decimal::from(10_i64.pow(MONEY_DECIMALS));
    let whole = amount.checked_mul(scale).and_then(|scaled| i64::try_from(scaled.trunc()).ok());
    whole.unwrap_or(if amount.is_sign_negative() { i64::MIN } else { i64::MAX })
}

/// A number that can be ordered: what is none counts as 0, and -0 is 0.
pub(crate) fn finite(value: f64) -> f64 {
    if value.is_finite() { value + 0.0 } else { 0.0 }
}
