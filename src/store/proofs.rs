//! Which signed texts prove the keys of which accounts.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use sqlx::{AnyConnection, Row};
use vigie_extractors::contacts::signed::{Key, verified};
use vigie_extractors::record::Indicator;

use crate::database::select_in;
use crate::persona::mark::{Name, Proof};
use crate::persona::statement::{self, Holder};
use crate::store::marks::{self, Touched};
use crate::store::personas::NO_REPLICA;

/// Signed texts of one account that are looked at, those with the least digests.
const MOST_TEXTS: usize = 32;
/// A text that stands at more accounts which it names proves nothing of any: names there are words of it.
const MOST_HOLDERS: i64 = 50;

/// A signed text at an account.
struct Text {
    holder: Holder,
    digest: String,
    message: String,
}

/// Looks again at the keys of accounts with new keys or texts, and of those whose texts now stand elsewhere too; marks whose proof is another one
/// than before are touched.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn look_again(connection: &mut AnyConnection, touched: &mut Touched) -> Result<()> {
    if touched.provable.is_empty() {
        return Ok(());
    }
    let mut accounts = touched.provable.clone();
    // A copy elsewhere may take away what a text proved.
    let digests: Vec<String> = touched.digests.iter().cloned().collect();
    let before_these = MOST_HOLDERS + i64::try_from(touched.provable.len())?;
    for (_, holders) in holders(connection, &digests, before_these).await? {
        accounts.extend(holders.into_iter().map(|holder| holder.id));
    }
    let ids: Vec<String> = accounts.into_iter().collect();
    let texts = texts(connection, &ids).await?;
    if texts.is_empty() {
        return Ok(());
    }
    let digests: BTreeSet<String> = texts.values().flatten().map(|text| text.digest.clone()).collect();
    let holders = holders(connection, &digests.into_iter().collect::<Vec<_>>(), MOST_HOLDERS).await?;
    let stated: Vec<String> = texts.keys().cloned().collect();
    let head = "SELECT m.vendor_id, m.value, m.proof, i.record FROM account_mark m \
                JOIN indicator i ON i.capture_id = m.capture_id AND i.kind = m.kind AND i.value = m.value WHERE m.kind = 'pgp_key' AND m.vendor_id IN";
    let mut changed = Vec::new();
    for row in select_in(connection, head, "", &stated).await? {
        let (account, fingerprint): (String, String) = (row.try_get("vendor_id")?, row.try_get("value")?);
        let before = Proof::of_code(row.try_get("proof")?);
        let record: Indicator = serde_json::from_str(row.try_get("record")?)?;
        let keys = Key::read(&record.raw);
        let mut proof = Proof::Shown;
        for text in texts.get(&account).into_iter().flatten() {
            let Some(holders) = holders.get(&text.digest) else { continue };
            for signed in verified(&text.message, &keys).iter().filter(|signed| signed.fingerprint == fingerprint) {
                proof = proof.max(statement::proof(&signed.text, &text.holder, holders));
            }
        }
        if proof != before {
            touched.marks.entry(Name { kind: "pgp_key".to_owned(), value: fingerprint.clone() }).or_default();
            changed.push((account, fingerprint, proof));
        }
    }
    marks::prove(connection, changed).await
}

async fn texts(connection: &mut AnyConnection, accounts: &[String]) -> Result<BTreeMap<String, Vec<Text>>> {
    let head = format!("SELECT vendor_id, digest, source, name, host, message FROM signed_text WHERE {NO_REPLICA} AND vendor_id IN");
    let mut texts = BTreeMap::<String, Vec<Text>>::new();
    for row in select_in(connection, &head, "ORDER BY vendor_id, digest", accounts).await? {
        let id: String = row.try_get("vendor_id")?;
        let of = texts.entry(id.clone()).or_default();
        if of.len() < MOST_TEXTS {
            let holder = Holder { id, name: row.try_get("name")?, source: row.try_get("source")?, host: row.try_get("host")? };
            of.push(Text { holder, digest: row.try_get("digest")?, message: row.try_get("message")? });
        }
    }
    Ok(texts)
}

/// The accounts at which each text stands; none of one that stands at more than `most`.
async fn holders(connection: &mut AnyConnection, digests: &[String], most: i64) -> Result<BTreeMap<String, Vec<Holder>>> {
    let mut few = Vec::new();
    let head = format!("SELECT digest, COUNT(*) AS n FROM signed_text WHERE {NO_REPLICA} AND digest IN");
    for row in select_in(connection, &head, "GROUP BY digest", digests).await? {
        if row.try_get::<i64, _>("n")? <= most {
            few.push(row.try_get::<String, _>("digest")?);
        }
    }
    let head = format!("SELECT vendor_id, digest, source, name, host FROM signed_text WHERE {NO_REPLICA} AND digest IN");
    let mut holders = BTreeMap::<String, Vec<Holder>>::new();
    for row in select_in(connection, &head, "", &few).await? {
        let holder = Holder {
            id: row.try_get("vendor_id")?,
            name: row.try_get("name")?,
            source: row.try_get("source")?,
            host: row.try_get("host")?,
        };
        holders.entry(row.try_get("digest")?).or_default().push(holder);
    }
    Ok(holders)
}
