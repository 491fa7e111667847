//! Products that shop platforms write into scripts and data attributes for their own use.
//!
//! Read as data, never run. Platforms differ in where the object stands and how its keys are called; the finder looks for any object
//! literal, and one table maps the names of keys to properties of a product.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value as Json};

use super::literal;
use super::{Thing, Value, Written};
use crate::html::{Node, NodeId, Survey, attr, prefix};

/// Bytes of scripts and attributes looked at on one page.
const MAX_BYTES: usize = 6 << 20;
/// Values walked over on one page.
const MAX_VALUES: usize = 60_000;
/// Products kept from one page.
const MAX_PRODUCTS: usize = 200;
/// Variants kept of one product.
const MAX_VARIANTS: usize = 100;

/// Names of keys by what they hold, letters and digits only, the surest first.
#[rustfmt::skip]
const NAME: &[&str] = &["name", "title", "productname", "producttitle", "itemname", "fullname", "pagetitle", "ecommprodname"];
#[rustfmt::skip]
const PRICE: &[&str] = &[
    "finalprice", "currentprice", "saleprice", "specialprice", "displayprice", "priceamount", "pricesell", "price", "productprice",
    "itemprice", "sellingprice", "pricevalue", "salesprice", "offerprice", "discountedprice", "discountprice", "unitsaleprice",
    "pricetaxinc", "ecommtotalvalue",
];
#[rustfmt::skip]
const CURRENCY: &[&str] = &["currency", "currencycode", "pricecurrency", "currencyiso", "isocode", "currencyisocode"];
#[rustfmt::skip]
const SKU: &[&str] = &["sku", "productsku", "variantsku", "reference", "productcode", "itemcode", "articlenumber", "ordernumber", "productnumber", "articleno", "itemsku", "article"];
#[rustfmt::skip]
const GTIN: &[&str] = &["gtin13", "gtin", "gtin14", "gtin12", "gtin8", "ean13", "ean", "upc", "barcode", "isbn"];
#[rustfmt::skip]
const MPN: &[&str] = &["mpn", "manufacturerpartnumber", "manufacturernumber", "suppliernumber", "partnumber", "manufacturersku"];
#[rustfmt::skip]
const BRAND: &[&str] = &["brand", "brandname", "manufacturer", "manufacturername", "itembrand", "productbrand", "vendor", "producer", "supplier"];
#[rustfmt::skip]
const AVAILABLE: &[&str] = &["available", "instock", "isinstock", "isavailable", "issalable", "canbuy", "purchasable", "availability", "stockstatus", "availableforsale", "soldout", "outofstock"];
#[rustfmt::skip]
const STOCK: &[&str] = &["inventoryquantity", "stockquantity", "quantityavailable", "availablequantity", "stocklevel", "stockqty", "totalinventory", "quantityallversions", "stock", "instockquantity"];
#[rustfmt::skip]
const DESCRIPTION: &[&str] = &["description", "bodyhtml", "descriptionhtml", "longdescription"];
#[rustfmt::skip]
const LINK: &[&str] = &["url", "producturl", "link", "canonicalurl"];
#[rustfmt::skip]
const IMAGE: &[&str] = &["image", "featuredimage", "imageurl", "mainimage"];
#[rustfmt::skip]
const VARIANTS: &[&str] = &["variants", "variations", "offers", "skus", "availablevariations", "combinations"];
/// Keys that only Shopify's objects have; whole prices beside them are cents.
#[rustfmt::skip]
const IN_CENTS: &[&str] = &["compareatprice", "requiresshipping", "inventorymanagement", "publictitle", "pricevaries", "pricemin", "gid"];

/// Finds the products that scripts and data attributes hold, in page order, and the currency that the shop's settings name.
pub fn embedded(survey: &Survey<'_>) -> (Vec<Thing>, Option<String>) {
    let mut found = Found { things: Vec::new(), currency: None, values: MAX_VALUES };
    let mut setting = None;
    let mut bytes = MAX_BYTES;
    for node in &survey.scripts {
        let Some(element) = node.value().as_element() else { continue };
        if element.name() == "script" {
            let kind = attr(element, "type").unwrap_or("").to_ascii_lowercase();
            if kind.starts_with("application/ld+json") || kind.contains("template") {
                continue;
            }
            let text: String = node.children().filter_map(|c| if let Node::Text(text) = c.value() { Some(text) } else { None }).collect();
            if setting.is_none() {
                setting = shop_currency(&text);
            }
            if text.len() > bytes || !is_telling(&text) {
                continue;
            }
            bytes -= text.len();
            let shopify = text.contains("hopify");
            let data = kind.contains("json") || kind.contains("x-magento-init");
            if let Some(value) = data.then(|| serde_json::from_str::<Json>(text.trim()).ok()).flatten() {
                found.walk(&value, &Place { node: node.id(), attribute: None, shopify });
                continue;
            }
            literals(&text, |value| found.walk(value, &Place { node: node.id(), attribute: None, shopify }));
            continue;
        }
        for (own, value) in element.attributes() {
            let name = &*own.name;
            let opens = value.trim_start().starts_with(['{', '[']);
            if !opens || value.len() < 20 || value.len() > bytes || !is_telling(value) || !(name.contains('-') || name.starts_with(':')) {
                continue;
            }
            bytes -= value.len();
            let read = serde_json::from_str::<Json>(value).ok().or_else(|| literal::read(value).map(|(value, _)| value));
            if let Some(value) = read {
                found.walk(&value, &Place { node: node.id(), attribute: Some(name.to_owned()), shopify: false });
            }
        }
    }
    if let Some(currency) = &found.currency {
        // One object names the currency, another the price.
        for thing in &mut found.things {
            give_currency(thing, currency);
        }
    }
    (found.things, setting)
}

/// The currency in which a shop's own script writes its prices: `Shopify.currency = {"active":"CAD"`, `"paraBirimi":"TRY"`. What is told to
/// those who count visits is none: they are told all in one currency.
fn shop_currency(script: &str) -> Option<String> {
    static SETTING: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?x) (?: currency["']?\s*[:=]\s*\{\s*["']?(?:code|active|iso_?code|isoCode|current|default|id)["']?\s*:\s*
            | (?:shop|store|site|base|default|active|current)_?(?:currency|Currency)(?:_?[cC]ode)?["']?\s*[:=]\s*
            | paraBirimi["']?\s*[:=]\s* ) ["'] (?P<code>[A-Z]{3}) ["']"#,
        )
        .ok()
    });
    if !script.contains("urrency") && !script.contains("paraBirimi") {
        return None;
    }
    SETTING.as_ref()?.captures(prefix(script, 64 << 10))?.name("code").map(|code| code.as_str().to_owned())
}

/// A cheap look before anything is read.
fn is_telling(text: &str) -> bool {
    let has = |word: &str| text.contains(word);
    has("price") || has("Price") || has("PRICE") || has("sku") || has("SKU") || has("gtin") || has("ean13")
}

/// Calls `take` with every object literal of a script that stands where a value may stand.
fn literals(script: &str, mut take: impl FnMut(&Json)) {
    let bytes = script.as_bytes();
    // What fails has been read in vain: the whole may not cost more than a few readings of the script.
    let mut budget = script.len().saturating_mul(4);
    let mut at = 0;
    while let Some(offset) = script.get(at..).and_then(|rest| rest.find(['{', '['])) {
        let start = at + offset;
        at = start + 1;
        let before = bytes.get(..start).unwrap_or(&[]).iter().rev().find(|b| !b.is_ascii_whitespace());
        let opens = matches!(before, Some(b'=' | b'(' | b','));
        if !opens || budget == 0 {
            continue;
        }
        let text = script.get(start..).unwrap_or("");
        match literal::reach(text) {
            Ok((value, length)) => {
                budget = budget.saturating_sub(length);
                at = start + length.max(1);
                take(&value);
            }
            Err(looked_at) => budget = budget.saturating_sub(looked_at.max(1)),
        }
    }
    // JSON in a string: JSON.parse("..."), or as an argument of a call.
    for (start, _) in script.match_indices("JSON.parse(").take(20) {
        if let Some((value, _)) = script.get(start..).and_then(literal::read) {
            take(&value);
        }
    }
}

struct Place {
    node: NodeId,
    attribute: Option<String>,
    shopify: bool,
}

struct Found {
    things: Vec<Thing>,
    currency: Option<String>,
    values: usize,
}

impl Found {
    fn walk(&mut self, value: &Json, place: &Place) {
        let mut open: Vec<(&Json, Option<String>)> = vec![(value, None)];
        while let Some((value, currency)) = open.pop() {
            if self.values == 0 || self.things.len() >= MAX_PRODUCTS {
                return;
            }
            self.values -= 1;
            match value {
                Json::Array(values) => open.extend(values.iter().take(2_000).rev().map(|value| (value, currency.clone()))),
                Json::Object(map) => {
                    let own = text(map, CURRENCY).filter(|(_, code)| is_currency(code)).map(|(_, code)| code.to_ascii_uppercase());
                    if self.currency.is_none() {
                        self.currency.clone_from(&own);
                    }
                    let currency = own.or(currency);
                    if let Some(mut thing) = product(map, place) {
                        if let Some(currency) = &currency {
                            give_currency(&mut thing, currency);
                        }
                        self.things.push(thing);
                        // Other goods may hang below: related ones. Its own variants are read already.
                        let below = map.iter().filter(|(key, _)| !VARIANTS.contains(&plain(key).as_str()));
                        open.extend(
                            below.map(|(_, value)| value).filter(|v| v.is_object() || v.is_array()).map(|value| (value, currency.clone())),
                        );
                        continue;
                    }
                    let inner: Vec<&Json> = map.values().filter(|v| v.is_object() || v.is_array()).collect();
                    open.extend(inner.into_iter().rev().map(|value| (value, currency.clone())));
                }
                Json::String(inner) if inner.len() > 20 && inner.trim_start().starts_with('{') && is_telling(inner) => {
                    // JSON within JSON.
                    if let Ok(value) = serde_json::from_str::<Json>(inner) {
                        let mut nested = Found { things: Vec::new(), currency: None, values: self.values };
                        if self.values > 0 {
                            nested.values = self.values / 2;
                            nested.walk(&value, place);
                        }
                        self.things.extend(nested.things);
                    }
                }
                _ => {}
            }
        }
    }
}

/// A key without case and marks.
fn plain(key: &str) -> String {
    prefix(key, 60).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphabetic())
}

/// The value of the first known key, with the key as it is written.
fn find<'m>(map: &'m Map<String, Json>, names: &[&str]) -> Option<(&'m str, &'m Json)> {
    names.iter().find_map(|name| {
        map.iter().find(|(key, value)| !value.is_null() && key.len() <= 40 && plain(key) == *name).map(|(key, value)| (key.as_str(), value))
    })
}

fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn text<'m>(map: &'m Map<String, Json>, names: &[&str]) -> Option<(&'m str, String)> {
    let (key, value) = names.iter().find_map(|name| find(map, &[name]).filter(|(_, value)| !matches!(value, Json::Null)))?;
    let inner = || {
        let map = value.as_object()?;
        let (_, inner) = find(map, &["name", "title", "value", "url", "src"])?;
        scalar(inner)
    };
    scalar(value).or_else(inner).map(|text| (key, text))
}

/// The amount of a price: a number, a text, or an object around either.
fn amount(map: &Map<String, Json>) -> Option<(&str, String, bool)> {
    for name in PRICE {
        let Some((key, value)) = find(map, &[name]) else { continue };
        if let Some((text, whole)) = inner_amount(value, 0) {
            return Some((key, text, whole));
        }
    }
    // Magento: prices.finalPrice.amount; Bitrix: ITEM_PRICES[0].PRICE.
    let (key, prices) = find(map, &["prices", "itemprices", "basisprice"])?;
    let prices = prices.as_array().and_then(|prices| prices.first()).unwrap_or(prices).as_object()?;
    let inner = ["finalprice", "discountvalue", "price", "saleprice", "currentprice", "value"];
    let (text, whole) = inner.iter().find_map(|name| inner_amount(find(prices, &[name])?.1, 0))?;
    Some((key, text, whole))
}

fn inner_amount(value: &Json, depth: usize) -> Option<(String, bool)> {
    match value {
        Json::Number(number) => Some((number.to_string(), number.is_u64())),
        Json::String(text) => {
            let text = text.trim();
            let digits = text.bytes().any(|b| b.is_ascii_digit()) && text.len() <= 30;
            digits.then(|| (text.to_owned(), text.bytes().all(|b| b.is_ascii_digit())))
        }
        Json::Object(map) if depth < 3 => {
            #[rustfmt::skip]
            const INNER: &[&str] = &["saleprice", "withtax", "withouttax", "amount", "value", "price", "current", "final", "discounted", "raw", "sale"];
            INNER.iter().find_map(|name| inner_amount(find(map, &[name])?.1, depth + 1))
        }
        _ => None,
    }
}

/// Whether a value of a key about stock says that the goods are there.
fn is_available(key: &str, value: &Json) -> Option<&'static str> {
    let negative = matches!(plain(key).as_str(), "soldout" | "outofstock");
    let yes = match value {
        Json::Bool(truth) => *truth,
        Json::Number(number) => number.as_f64()? > 0.0,
        Json::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "y" | "yes" | "instock" | "in stock" | "in_stock" | "available" | "sim" | "ja" | "oui" => true,
            "false" | "0" | "n" | "no" | "outofstock" | "out of stock" | "out_of_stock" | "unavailable" | "nao" | "não" | "soldout"
            | "sold out" => false,
            other => return super::listing::availability(other).filter(|code| matches!(*code, "in_stock" | "out_of_stock" | "sold")),
        },
        _ => return None,
    };
    Some(if yes != negative { "in_stock" } else { "out_of_stock" })
}

/// A product or variant as a thing with the properties of schema.org. Needs a price, or name and article number.
fn product(map: &Map<String, Json>, place: &Place) -> Option<Thing> {
    if map.len() < 2 {
        return None;
    }
    let price = amount(map);
    let (name, sku) = (text(map, NAME), text(map, SKU));
    let variants = find(map, VARIANTS).and_then(|(_, value)| value.as_array()).filter(|values| values.iter().any(Json::is_object));
    let coded = sku.is_some() || find(map, GTIN).is_some();
    if price.is_none() && variants.is_none() && !(name.is_some() && coded) {
        return None;
    }
    // A bare price is anyone's: shipping, a basket, a filter.
    let named =
        name.is_some() || coded || find(map, &["idproduct", "productid", "variationid", "offerid", "product", "compareatprice"]).is_some();
    let stocked = find(map, AVAILABLE).is_some() || find(map, STOCK).is_some();
    let alone = price.is_some() && stocked;
    if !named && !alone {
        return None;
    }
    if find(map, &["subtotal", "grandtotal", "itemcount", "totalprice", "carttotal", "cartitems"]).is_some() {
        return None;
    }
    // Its title names a choice, not the goods.
    let variant = variants.is_none() && find(map, &["option1", "publictitle", "variationid", "requiresshipping"]).is_some();
    let kind = if variant { "Variant" } else { "Product" };
    let mut thing = Thing { types: vec![kind.to_owned()], ..Thing::default() };
    thing.written = Written { syntax: "script", node: Some(place.node), attribute: place.attribute.clone(), ..Written::default() };
    let mut put = |name: &str, found: Option<(&str, String)>| {
        if let Some((key, value)) = found {
            thing.written.keys.push((name.to_owned(), key.to_owned()));
            thing.push(name, Value::Text(value));
        }
    };
    put("name", name);
    put("sku", sku);
    put("gtin", text(map, GTIN).filter(|(_, code)| is_gtin(code)));
    put("mpn", text(map, MPN));
    put("brand", text(map, BRAND).filter(|(_, brand)| brand.len() <= 60 && !brand.bytes().all(|b| b.is_ascii_digit())));
    put("description", text(map, DESCRIPTION));
    put("url", text(map, LINK));
    put("image", text(map, IMAGE));
    let mut offer = Thing { types: vec!["Offer".to_owned()], written: thing.written.clone(), ..Thing::default() };
    offer.written.keys.clear();
    let cents = place.shopify || map.keys().any(|key| IN_CENTS.contains(&plain(key).as_str()));
    if let Some((key, value, whole)) = price {
        let value = if cents && whole { hundredth(&value) } else { value };
        offer.written.keys.push(("price".to_owned(), key.to_owned()));
        offer.push("price", Value::Text(value));
    }
    let told = AVAILABLE.iter().find_map(|name| find(map, &[name]).and_then(|(key, value)| Some((key, is_available(key, value)?))));
    if let Some((key, code)) = told {
        offer.written.keys.push(("availability".to_owned(), key.to_owned()));
        offer.push("availability", Value::Text(code.to_owned()));
    }
    if let Some((key, value)) = find(map, STOCK)
        .or_else(|| find(map, &["quantity", "maxqty"]).filter(|_| find(map, &["idproduct", "variationid", "reference"]).is_some()))
    {
        let count = scalar(value).filter(|count| count.bytes().all(|b| b.is_ascii_digit()) && count.len() < 7);
        if let Some(count) = count {
            offer.written.keys.push(("inventoryLevel".to_owned(), key.to_owned()));
            offer.push("inventoryLevel", Value::Text(count));
        }
    }
    if !offer.properties.is_empty() {
        thing.push("offers", Value::Thing(offer));
    }
    for variant in variants.into_iter().flatten().filter_map(Json::as_object).take(MAX_VARIANTS) {
        if let Some(variant) = product(variant, &Place { node: place.node, attribute: place.attribute.clone(), shopify: cents }) {
            thing.push("hasVariant", Value::Thing(variant));
        }
    }
    Some(thing)
}

fn is_gtin(code: &str) -> bool {
    matches!(code.len(), 8 | 12..=14) && code.bytes().all(|b| b.is_ascii_digit())
}

fn hundredth(cents: &str) -> String {
    let padded = format!("{cents:0>3}");
    let (whole, part) = padded.split_at(padded.len() - 2);
    format!("{whole}.{part}")
}

fn give_currency(thing: &mut Thing, currency: &str) {
    for (name, values) in &mut thing.properties {
        for value in values.iter_mut() {
            if let Value::Thing(inner) = value {
                match name.as_str() {
                    "offers" if inner.plain("priceCurrency").is_none() => inner.push("priceCurrency", Value::Text(currency.to_owned())),
                    "hasVariant" => give_currency(inner, currency),
                    _ => {}
                }
            }
        }
    }
}
