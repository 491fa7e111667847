//! Compares one page as it was read with what was expected of it.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde_json::{Map, Value};
use vigie_extractors::canonical::listing_key;
use vigie_extractors::html::fold;
use vigie_extractors::record::{Extraction, Listing, Vendor};

use super::expected::Expected;
use super::tally::{Fields, Tally, Verdict};

/// How one page did.
#[derive(Debug, Clone, Default)]
pub struct PageScore {
    /// Verdicts by field.
    pub fields: Fields,
    /// What was not right, a line each.
    pub faults: Vec<String>,
}

impl PageScore {
    /// All verdicts together.
    pub fn total(&self) -> Tally {
        self.fields.values().fold(Tally::default(), |mut sum, tally| {
            sum.join(*tally);
            sum
        })
    }

    fn note(&mut self, field: &'static str, verdict: Verdict, fault: impl FnOnce() -> String) {
        self.fields.entry(field).or_default().add(verdict);
        if verdict != Verdict::Right {
            self.faults.push(format!("{field}: {}", fault()));
        }
    }

    /// `want` is `None` where the page does not tell the field.
    fn value(&mut self, field: &'static str, got: Option<String>, want: Option<String>) {
        let verdict = match (&got, &want) {
            (got, want) if got == want => Verdict::Right,
            (Some(_), Some(_)) => Verdict::Wrong,
            (None, _) => Verdict::Missing,
            (_, None) => Verdict::Spurious,
        };
        // That nothing was read where nothing is there is no merit that a score should count.
        if got.is_some() || want.is_some() {
            self.note(field, verdict, || {
                format!("{} instead of {}", got.as_deref().unwrap_or("nothing"), want.as_deref().unwrap_or("nothing"))
            });
        }
    }
}

/// Compares kind, listings and vendors.
pub(super) fn page(read: &Extraction, expected: &Expected) -> PageScore {
    let mut score = PageScore::default();
    if let Some(kind) = &expected.page_kind {
        score.value("page_kind", Some(read.page_kind.code().to_owned()), Some(kind.clone()));
    }
    for want in &expected.vendors {
        account(read.vendors.first(), want, &mut score);
    }
    let Some(known) = &expected.listings else { return score };
    let mut free: Vec<&Listing> = read.listings.iter().collect();
    for want in known {
        let found = position(&free, want, expected, known.len()).map(|at| free.remove(at));
        score.note("listings", if found.is_some() { Verdict::Right } else { Verdict::Missing }, || {
            format!("not found: {}", want.get("title").and_then(Value::as_str).unwrap_or("(without a title)"))
        });
        listing(found.unwrap_or(&Listing::default()), want, &mut score);
    }
    for extra in free {
        score.note("listings", Verdict::Spurious, || format!("not on the page: {}", extra.title));
    }
    score
}

/// The listing that is meant: by address, by title, or the only one.
fn position(read: &[&Listing], want: &Map<String, Value>, expected: &Expected, known: usize) -> Option<usize> {
    let key = want.get("url").and_then(Value::as_str).and_then(|href| expected.url.join(href).ok()).map(|url| listing_key(&url));
    let title = want.get("title").and_then(Value::as_str).map(fold);
    let by_key = key.and_then(|key| read.iter().position(|own| own.key == key));
    by_key
        .or_else(|| title.and_then(|title| read.iter().position(|own| own.title == title)))
        .or_else(|| (known == 1 && read.len() == 1 && expected.page_kind.as_deref() != Some("index")).then_some(0))
}

fn listing(got: &Listing, want: &Map<String, Value>, score: &mut PageScore) {
    let offer = got.offers.first();
    let vendor = got.vendor.as_ref().map(|vendor| vendor.name.clone());
    let texts: [(&'static str, Option<String>); 12] = [
        ("title", Some(got.title.clone()).filter(|title| !title.is_empty())),
        ("currency", offer.and_then(|offer| offer.currency.clone())),
        ("price_state", got.price_state.clone()),
        ("availability", got.availability.clone()),
        ("stock", got.stock.map(|stock| stock.to_string())),
        ("sku", got.sku.clone()),
        ("gtin", got.gtin.clone()),
        ("mpn", got.mpn.clone()),
        ("brand", got.brand.clone()),
        ("vendor", vendor),
        ("posted_at", got.posted_at.as_deref().map(day)),
        ("escrow", got.escrow.clone()),
    ];
    for (field, own) in texts {
        let Some(known) = want.get(field) else { continue };
        let known = text(known).map(|known| if field == "posted_at" { day(&known) } else { known });
        let alike = own.as_deref().zip(known.as_deref()).is_some_and(|(a, b)| same(field, a, b));
        score.value(field, if alike { known.clone() } else { own }, known);
    }
    if let Some(known) = want.get("price") {
        score.value("price", offer.and_then(|offer| decimal(&offer.amount)), text(known).as_deref().and_then(decimal));
    }
    let lists: [(&'static str, &[String]); 3] = [("ships_from", &got.ships_from), ("ships_to", &got.ships_to), ("payments", &got.payments)];
    for (field, own) in lists {
        let Some(known) = want.get(field) else { continue };
        let sorted = |list: Vec<String>| {
            (!list.is_empty()).then(|| list.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" "))
        };
        score.value(field, sorted(own.to_vec()), sorted(strings(known)));
    }
    if let Some(known) = want.get("category_path") {
        let path = |list: Vec<String>| (!list.is_empty()).then(|| list.iter().map(|part| fold(part)).collect::<Vec<_>>().join(" > "));
        let mut turned = strings(known);
        turned.reverse();
        let own = path(got.category_path.clone());
        // Some sources of saved pages state their paths innermost first.
        let known = if own == path(turned) { own.clone() } else { path(strings(known)) };
        score.value("category", own, known);
    }
    offers(got, want, score);
    for phrase in want.get("description_has").map(strings).unwrap_or_default() {
        let found = fold(&got.description).contains(&fold(&phrase));
        score.note("description", if found { Verdict::Right } else { Verdict::Missing }, || format!("lacks {phrase:?}"));
    }
    for phrase in want.get("description_lacks").map(strings).unwrap_or_default() {
        if fold(&got.description).contains(&fold(&phrase)) {
            score.note("description", Verdict::Spurious, || format!("holds {phrase:?}"));
        }
    }
}

/// Each expected offer by kind, amount and, where they are told, currency and quantity; and delivery prices with days.
fn offers(got: &Listing, want: &Map<String, Value>, score: &mut PageScore) {
    let same = |known: Option<&Value>, own: Option<&String>| {
        known
            .and_then(text)
            .is_none_or(|known| own.is_some_and(|own| decimal(own).or(Some(own.clone())) == decimal(&known).or(Some(known))))
    };
    for known in want.get("offers").and_then(Value::as_array).into_iter().flatten() {
        let found = got.offers.iter().any(|own| {
            same(known.get("kind"), Some(&own.kind))
                // Pages write what one of ten costs, or what ten cost.
                && (same(known.get("amount"), Some(&own.amount)) || same(known.get("amount"), own.unit_amount.as_ref()))
                && same(known.get("currency"), own.currency.as_ref())
                && same(known.get("quantity"), own.quantity.as_ref())
        });
        score.note("offers", if found { Verdict::Right } else { Verdict::Missing }, || format!("not found: {known}"));
    }
    let Some(options) = want.get("shipping").and_then(Value::as_array) else { return };
    // Pages round what their sources reckon out.
    let cut = |price: String| price.chars().take(7).collect::<String>();
    let paid: Vec<Option<String>> =
        got.offers.iter().filter(|own| own.kind == "shipping").map(|own| decimal(&own.amount).map(cut)).collect();
    for option in options {
        let price = option.get("price").and_then(text).as_deref().and_then(decimal).map(cut);
        score.note("shipping", if paid.contains(&price) { Verdict::Right } else { Verdict::Missing }, || format!("not found: {option}"));
    }
    let days: Vec<u64> = options.iter().filter_map(|option| option.get("days").and_then(Value::as_u64)).collect();
    if let (Some(least), Some(most)) = (days.iter().min(), days.iter().max()) {
        let own = got.shipping.days_min.zip(got.shipping.days_max).map(|(least, most)| format!("{least} to {most}"));
        score.value("days", own, Some(format!("{least} to {most}")));
    }
}

fn account(got: Option<&Vendor>, want: &Map<String, Value>, score: &mut PageScore) {
    let none = Vendor::default();
    let got = got.unwrap_or(&none);
    let pairs: [(&'static str, Option<String>); 7] = [
        ("name", Some(got.name.clone()).filter(|name| !name.is_empty())),
        ("sales", got.sales.map(|sales| sales.to_string())),
        ("rating", got.rating.clone()),
        ("positive_percent", got.positive_percent.clone()),
        ("since", got.since.as_deref().map(day)),
        ("last_seen", got.last_seen.as_deref().map(day)),
        ("ships_from", (!got.ships_from.is_empty()).then(|| got.ships_from.join(" "))),
    ];
    for (name, own) in pairs {
        let Some(known) = want.get(name) else { continue };
        let known = match known {
            Value::Array(_) => Some(strings(known).join(" ")).filter(|list| !list.is_empty()),
            _ => text(known).map(|known| if matches!(name, "since" | "last_seen") { day(&known) } else { known }),
        };
        let alike = own.as_deref().zip(known.as_deref()).is_some_and(|(a, b)| decimal(a).is_some() && decimal(a) == decimal(b));
        score.value("account", if alike { known.clone() } else { own }, known);
    }
}

fn same(field: &str, own: &str, known: &str) -> bool {
    match field {
        // Shops write their codes and names in capitals here and not there.
        "sku" | "mpn" | "gtin" | "brand" => fold(own).to_lowercase() == fold(known).to_lowercase(),
        _ => fold(own) == fold(known),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(fold(text)).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        _ => value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}

fn decimal(text: &str) -> Option<String> {
    text.parse::<Decimal>().ok().map(|number| number.normalize().to_string())
}

/// The date of a time.
fn day(time: &str) -> String {
    time.chars().take(10).collect()
}
