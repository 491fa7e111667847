//! Signs of a scam that a listing's own text cannot tell: its text stood before under another seller's name, its source copies another one.
//!
//! They rest on what else is known, so they are joined whenever a listing is shown or exported and never kept with its version: what is learnt
//! later counts at once, and reading everything again gives the same. Watches and the index go by the text alone.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use sqlx::{AnyConnection, Row};
use vigie_extractors::record::{Listing, Scam, Span};

use crate::database::select_in;
use crate::store::identity::vendor_id;
use crate::store::read::Stored;
use crate::store::{apart, personas};

/// How much a copied text says: sellers borrow from each other, too.
const COPIED_TEXT: f64 = 0.35;
/// How much a copied site says: most are made to take the money of another one's buyers.
const REPLICA_SITE: f64 = 0.5;
/// Characters of a description, at least: short ones come about twice by chance.
const LEAST_TEXT: usize = 100;
/// What follows from the score.
const TRAIT: &str = "scam_suspected";

/// Who showed the text of a family when.
struct Earlier {
    vendor: String,
    source: String,
    at: i64,
}

/// Adds the signs to listings as they are stored.
///
/// # Errors
/// The database does not answer.
pub async fn join(connection: &mut AnyConnection, stored: &mut [Stored]) -> Result<()> {
    let replicas = apart::replicas(connection).await?;
    let long = |one: &&Stored| !one.row.vendor_id.is_empty() && one.listing.description.chars().nth(LEAST_TEXT - 1).is_some();
    let families: BTreeSet<&str> = stored.iter().filter(long).map(|one| one.family.as_str()).collect();
    let shown = shown(connection, &families.into_iter().collect::<Vec<_>>()).await?;
    let sellers: BTreeSet<String> = shown.values().flatten().map(|one| one.vendor.clone()).collect();
    let personas = personas::of_accounts(connection, &sellers.into_iter().collect::<Vec<_>>()).await?;
    for one in stored {
        if let Some(original) = replicas.get(&one.row.source) {
            add(&mut one.listing, "replica_site", REPLICA_SITE, format!("the site copies that of {original}"));
        }
        let Some(shown) = shown.get(&one.family).filter(|_| long(&&*one)) else { continue };
        let own = &one.row.vendor_id;
        let copied = replicas.get(&one.row.source).zip(one.listing.vendor.as_ref()).map(|(of, vendor)| vendor_id(of, &vendor.name));
        let same = |other: &String| {
            other == own || copied.as_ref() == Some(other) || personas.get(own).is_some_and(|mine| personas.get(other) == Some(mine))
        };
        let first = shown.iter().filter(|shown| shown.vendor == *own).map(|shown| shown.at).min().unwrap_or(one.seen_at);
        let earlier = shown.iter().filter(|shown| shown.at < first && !replicas.contains_key(&shown.source) && !same(&shown.vendor));
        if let Some(oldest) = earlier.min_by_key(|shown| (shown.at, &shown.vendor)) {
            let (listing, capture) = evidence(connection, &one.family, oldest).await?;
            let why = format!("another account of {} showed the text before: listing {listing}, capture {capture}", oldest.source);
            add(&mut one.listing, "copied_text", COPIED_TEXT, why);
        }
    }
    Ok(())
}

/// Which sellers showed texts of these families, and since when.
async fn shown(connection: &mut AnyConnection, families: &[&str]) -> Result<HashMap<String, Vec<Earlier>>> {
    let head = "SELECT v.family, l.vendor_id, l.source, MIN(v.seen_at) AS first FROM version v JOIN listing l ON l.id = v.listing_id \
                WHERE l.vendor_id <> '' AND v.family IN";
    let mut shown = HashMap::<String, Vec<Earlier>>::new();
    for row in select_in(connection, head, "GROUP BY v.family, l.vendor_id, l.source", families).await? {
        let earlier = Earlier { vendor: row.try_get("vendor_id")?, source: row.try_get("source")?, at: row.try_get("first")? };
        shown.entry(row.try_get("family")?).or_default().push(earlier);
    }
    Ok(shown)
}

/// The listing that showed the text first, and the capture of it.
async fn evidence(connection: &mut AnyConnection, family: &str, one: &Earlier) -> Result<(String, String)> {
    let sql = "SELECT l.id, v.capture_id FROM version v JOIN listing l ON l.id = v.listing_id \
               WHERE v.family = $1 AND l.vendor_id = $2 AND v.seen_at = $3 ORDER BY l.id, v.capture_id LIMIT 1";
    let row = sqlx::query(sql).bind(family).bind(one.vendor.as_str()).bind(one.at).fetch_one(connection).await?;
    Ok((row.try_get("id")?, row.try_get("capture_id")?))
}

/// Adds a sign beside those that the text tells.
fn add(listing: &mut Listing, code: &str, weight: f64, text: String) {
    let scam = listing.scam.get_or_insert_with(Scam::default);
    scam.score = ((1.0 - (1.0 - scam.score) * (1.0 - weight)) * 10_000.0).round() / 10_000.0;
    scam.because.push(Span { text, why: format!("scam:{code}"), ..Span::default() });
    if scam.score >= Scam::SUSPECTED && !listing.traits.iter().any(|code| code == TRAIT) {
        listing.traits.push(TRAIT.to_owned());
    }
}

/// Codes of the signs of a listing, sorted.
pub fn codes(scam: &Scam) -> Vec<&str> {
    let codes = scam.because.iter().filter_map(|span| span.why.strip_prefix("scam:")?.split(':').next());
    codes.collect::<BTreeSet<_>>().into_iter().collect()
}
