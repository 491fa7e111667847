//! Any number of listings made of those that there are: each is put together from its number alone, so that nothing is held of the others.
//!
//! Title, seller, source, price and place come from one listing each; the description is two to twelve sentences of as many. Three of ten are
//! copies of an earlier one, of the same family, with another sentence, price or seller. Every fourth names a number of its own, so that there
//! are words which hardly any other listing holds.

use std::fs::File;
use std::io::{BufRead, BufReader};

use anyhow::{Result, ensure};
use rust_decimal::Decimal;
use serde_json::Value;
use vigie_index::Document;

use super::{Task, held};
use crate::dice::Dice;

/// Listings that are taken apart, at most.
const TAKEN: usize = 30_000;
/// How far back a copied listing was posted, at most.
const RECENT: u64 = 50_000;
/// Sources made of one.
const SOURCES: u64 = 8;
/// First day of the sightings, microseconds since 1970: 2024-01-01.
const BEGIN: i64 = 1_704_067_200_000_000;
/// Days over which they are spread.
const DAYS: u64 = 730;

/// A listing taken apart.
struct Parts {
    title: String,
    sentences: Vec<String>,
    vendor: String,
    source: String,
    category: String,
    language: Option<String>,
    price: Option<Decimal>,
}

impl Parts {
    const fn nothing() -> Self {
        Self {
            title: String::new(),
            sentences: Vec::new(),
            vendor: String::new(),
            source: String::new(),
            category: String::new(),
            language: None,
            price: None,
        }
    }
}

/// Listings taken apart.
pub(super) struct Mixture(Vec<Parts>);

impl Mixture {
    /// Of `VIGIE_DATA` where it names a folder of listings, else of the site's offers.
    pub(super) fn new(task: &Task) -> Result<Self> {
        let (path, _) = held::rows(&Task { rows: task.listings.min(TAKEN), ..task.clone() })?;
        let rows = BufReader::new(File::open(&path)?).lines();
        let parts = rows.map(|line| Ok(parts(&serde_json::from_str(&line?)?))).collect::<Result<Vec<Parts>>>()?;
        ensure!(!parts.is_empty(), "there are no listings to take apart");
        Ok(Self(parts))
    }

    fn pick(&self, dice: &mut Dice) -> &Parts {
        static NOTHING: Parts = Parts::nothing();
        dice.pick(&self.0).unwrap_or(&NOTHING)
    }

    fn sentence(&self, dice: &mut Dice) -> Option<&str> {
        let parts = self.pick(dice);
        dice.pick(&parts.sentences).map(String::as_str)
    }

    /// Listing `n`.
    pub(super) fn listing(&self, n: u64) -> Document {
        let mut root = n;
        while let Some(earlier) = copied(root) {
            root = earlier;
        }
        let mut dice = Dice::labelled(root, "mixture");
        let (titled, priced) = (self.pick(&mut dice), self.pick(&mut dice));
        let mut seller = self.seller(&mut dice);
        let mut sentences: Vec<&str> = (0..2 + dice.below(11)).filter_map(|_| self.sentence(&mut dice)).collect();
        let number = (dice.below(4) == 0).then(|| format!(" Ref k{}.", dice.below(1 << 40)));
        let mut price = priced.price;
        if root != n {
            let mut own = Dice::labelled(n, "copy");
            let place = own.below(sentences.len() as u64) as usize;
            if let (Some(other), Some(sentence)) = (self.sentence(&mut own), sentences.get_mut(place)) {
                *sentence = other;
            }
            if own.below(3) == 0 {
                seller = self.seller(&mut own);
            }
            price = price.map(|price| (price * Decimal::from(80 + own.below(40)) / Decimal::ONE_HUNDRED).round_dp(2));
        }
        let (source, vendor) = seller;
        let seen = BEGIN + Dice::labelled(n, "seen").below(DAYS * 86_400) as i64 * 1_000_000;
        let id = format!("{:016x}{n:016x}", Dice::labelled(n, "id").number());
        Document {
            url: format!("http://{source}.example/item/{n}"),
            key: n.to_string(),
            title: titled.title.clone(),
            description: format!("{}{}", sentences.join(" "), number.unwrap_or_default()),
            language: titled.language.clone(),
            account: Some(format!("{source}/{vendor}")),
            vendor: Some(vendor),
            family: format!("{:016x}", Dice::labelled(root, "family").number()),
            category: titled.category.clone(),
            intent: "offer".to_owned(),
            price_amount: price,
            price_usd: price,
            price_currency: price.map(|_| "USD".to_owned()),
            ships_from: vec![["DE", "US", "GB", "NL", "FR"].get(n as usize % 5).copied().unwrap_or_default().to_owned()],
            risk: Dice::labelled(n, "risk").below(1_000) as f64 / 1_000.0,
            first_seen: seen,
            last_seen: seen,
            n_versions: 1,
            source_type: "shop".to_owned(),
            source,
            id,
            ..Document::default()
        }
    }

    /// Source and name of one of twenty times as many sellers as there are among the parts.
    fn seller(&self, dice: &mut Dice) -> (String, String) {
        let (part, number) = (self.pick(dice), dice.below(20));
        (format!("{}-{}", part.source, number % SOURCES), format!("{}{number}", part.vendor))
    }
}

/// The listing that `n` is a copy of.
fn copied(n: u64) -> Option<u64> {
    let mut dice = Dice::labelled(n, "origin");
    (n > 0 && dice.below(10) < 3).then(|| n - 1 - dice.below(n.min(RECENT)))
}

fn parts(row: &Value) -> Parts {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let path = || row.get("category_path")?.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
    let or = |text: String, other: String| if text.is_empty() { other } else { text };
    let price = row.get("price").or_else(|| row.pointer("/fields/price")).and_then(Value::as_str);
    let description = text("description");
    let sentences = description.split_inclusive(['.', '!', '\n']).map(str::trim).filter(|sentence| sentence.len() > 2);
    Parts {
        sentences: sentences.map(str::to_owned).collect(),
        title: text("title"),
        vendor: or(text("vendor"), "anna".to_owned()),
        source: or(text("source"), "site".to_owned()),
        category: or(or(text("label"), path().unwrap_or_default().join(".").to_lowercase()), "unknown".to_owned()),
        language: row.get("lang").and_then(Value::as_str).map(str::to_owned),
        price: price.and_then(|price| price.parse().ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_depend_on_their_number_alone_and_some_are_copies() {
        let row = |n: u64| serde_json::json!({"title": format!("Glock {n}"), "description": format!("Box {n}. Two magazines. Number {n}."), "price": "100"});
        let mixture = Mixture((0..50).map(|n| parts(&row(n))).collect());
        let all: Vec<Document> = (0..1_000).map(|n| mixture.listing(n)).collect();
        assert_eq!(mixture.listing(700), all[700]);
        let families: std::collections::HashSet<&str> = all.iter().map(|one| one.family.as_str()).collect();
        assert!((650..750).contains(&families.len()), "{}", families.len());
        assert!(all.iter().any(|one| one.description.contains("Ref k")));
    }
}
