//! Which listings a person should judge, so that the machine's errors can be estimated from what they say.
//!
//! Identities of listings are hashes, so their order has nothing to do with what a listing says: the first ones of a category in that
//! order are a random sample of it. The sample is as long as all of them are judged; labels beyond, such as those of mistakes that
//! somebody happened to notice, are not in it, and so cannot bend the estimate.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;
use sqlx::{AnyConnection, Row};
use vigie_extractors::record::Listing;

use crate::store::read;

/// Listings looked at in one go.
const BATCH: usize = 256;

/// A category and its subtype; the subtype is empty where there is none.
pub type Told = (String, String);

/// The listings that the machine put into one category.
#[derive(Debug, Clone, Default)]
pub struct Stratum {
    /// How many.
    pub listings: u64,
    judged: BTreeMap<String, Told>,
    unjudged: BTreeSet<String>,
}

impl Stratum {
    /// Takes a listing in, with what a person said of it; at most `most` of those that nobody judged are remembered, the first ones.
    pub fn add(&mut self, id: &str, label: Option<&Told>, most: usize) {
        self.listings += 1;
        match label {
            Some(label) => drop(self.judged.insert(id.to_owned(), label.clone())),
            None => {
                self.unjudged.insert(id.to_owned());
                if self.unjudged.len() > most.max(1) {
                    self.unjudged.pop_last();
                }
            }
        }
    }

    /// What was said of the sample.
    pub fn sample(&self) -> impl Iterator<Item = &Told> {
        let end = self.unjudged.first();
        self.judged.iter().take_while(move |(id, _)| end.is_none_or(|end| *id < end)).map(|(_, told)| told)
    }
}

/// Whether a listing is in the frame: the tables of the research export count supply alone.
pub fn is_supply(intent: &str) -> bool {
    matches!(intent, "offer" | "trade")
}

/// What the machine told of a listing; `unknown` where it told nothing.
pub fn told(listing: &Listing) -> Told {
    let told = listing.classification.as_ref();
    let category = told.map(|told| told.category.clone()).filter(|code| !code.is_empty()).unwrap_or_else(|| "unknown".to_owned());
    (category, told.and_then(|told| told.subtype.clone()).unwrap_or_default())
}

/// The labels that count, by the listing whose latest version they are about.
///
/// # Errors
/// The database does not answer.
pub async fn labels(connection: &mut AnyConnection) -> Result<HashMap<String, Told>> {
    let rows = sqlx::query(
        "SELECT l.id, a.category, a.subtype FROM label a JOIN listing l ON l.version_id = a.version_id \
         WHERE a.n = (SELECT MAX(b.n) FROM label b WHERE b.version_id = a.version_id)",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, (row.try_get("category")?, row.try_get("subtype")?)))).collect()
}

/// The next `most` listings to be judged, as many of each category as of any other while there are some, in the order of their ids:
/// that tells nothing of what the machine said. `progress` is told how many listings were looked at.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn next(connection: &mut AnyConnection, most: usize, mut progress: impl FnMut(u64)) -> Result<Vec<String>> {
    let labels = labels(connection).await?;
    let mut strata = BTreeMap::<String, Stratum>::new();
    let mut looked = 0;
    for ids in read::ids(connection).await?.chunks(BATCH) {
        for stored in read::by_ids(connection, ids).await?.iter().filter(|stored| is_supply(&stored.listing.intent)) {
            let (category, _) = told(&stored.listing);
            strata.entry(category).or_default().add(&stored.row.id, labels.get(&stored.row.id), most);
        }
        looked += ids.len() as u64;
        progress(looked);
    }
    let mut waiting: Vec<_> = strata.into_values().map(|stratum| stratum.unjudged.into_iter()).collect();
    let mut drawn = Vec::new();
    while drawn.len() < most {
        let before = drawn.len();
        let room = most - before;
        drawn.extend(waiting.iter_mut().filter_map(Iterator::next).take(room));
        if drawn.len() == before {
            break;
        }
    }
    drawn.sort();
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_ends_before_the_first_listing_that_nobody_judged() {
        let mut stratum = Stratum::default();
        let right = ("firearm.pistol".to_owned(), String::new());
        for (id, label) in [("d", Some(&right)), ("b", Some(&right)), ("c", None), ("a", Some(&right)), ("e", None)] {
            stratum.add(id, label, 1);
        }
        assert_eq!((stratum.listings, stratum.sample().count()), (5, 2));
        stratum = Stratum::default();
        stratum.add("a", Some(&right), 1);
        assert_eq!(stratum.sample().count(), 1);
    }
}
