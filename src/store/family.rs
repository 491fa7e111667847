//! Joins new versions into families, in the order of their captures.
//!
//! What a version joins depends on the versions before it alone, never on how captures are cut into batches: what a batch adds is seen by the
//! rest of it as if it were stored. All is read and written in sets; what is held grows with the batch, not with the store.
//!
//! A version that says the same as one before is of its family. Any other is compared with the families that share a band with it; where
//! it is no copy of any it opens a family, named by its digest. A card is a cut of the page behind it: it joins families and opens none.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::{Context, Result};
use sqlx::{AnyConnection, Row};
use vigie_extractors::family::{Sketch, Template};

use crate::database::{Value, insert_rows, select_in};
use crate::store::fold::{Changes, VersionRow};
use crate::store::identity::vendor_id;

/// Families that a band names. One that more share is a common phrase and no evidence: it is no longer asked, so that a flood of like
/// listings costs no more than others.
const SHARING: usize = 100;
/// In place of the families of such a band.
const TOO_MANY: &str = "*";
/// Families that a version is compared with, at most: those that share the most bands with it, the oldest first.
const ASKED: usize = 24;

/// A version that says nothing that was said before.
struct Fresh {
    /// Its place among the versions.
    at: usize,
    sketch: Sketch,
    bands: Vec<i64>,
}

/// A family as far as the batch needs it.
struct Family {
    id: String,
    sketch: Sketch,
    changed: bool,
}

/// The families that share a band; `None` once there are too many.
#[derive(Default)]
struct Band {
    families: Option<Vec<i64>>,
    changed: bool,
}

/// What the store and the batch so far know.
struct Known {
    last: i64,
    bands: HashMap<i64, Band>,
    families: BTreeMap<i64, Family>,
}

/// Gives the new versions of a batch their families.
///
/// # Errors
/// The database does not answer, or holds what is no family.
pub async fn join(connection: &mut AnyConnection, changes: &mut Changes) -> Result<()> {
    let Changes { listings, versions, .. } = changes;
    let sources: HashMap<&str, &str> = listings.iter().map(|row| (row.id.as_str(), row.source.as_str())).collect();
    let mut exact = exact(connection, versions).await?;
    let mut first = HashSet::new();
    let fresh: Vec<usize> = (0..)
        .zip(versions.iter())
        .filter(|(_, one)| !exact.contains_key(&one.family) && !first.contains(&one.family) && (one.card || first.insert(&one.family)))
        .map(|(at, _)| at)
        .collect();
    let fresh = sketches(connection, versions, &fresh, &sources).await?;
    let mut known = Known::of(connection, &fresh).await?;
    let mut fresh = fresh.into_iter().peekable();
    let mut said = Vec::new();
    for (at, version) in versions.iter_mut().enumerate() {
        let Some(one) = fresh.next_if(|one| one.at == at) else {
            if let Some(family) = exact.get(&version.family) {
                version.family.clone_from(family);
            }
            continue;
        };
        let digest = version.family.clone();
        if let Some(n) = known.find(connection, &one).await? {
            version.family = known.joined(n, &one, version.card);
        } else if !version.card {
            known.open(digest.clone(), one);
        }
        if !version.card {
            said.push(vec![digest.as_str().into(), version.family.as_str().into()]);
            exact.insert(digest, version.family.clone());
        }
    }
    known.write(connection).await?;
    insert_rows(connection, "INSERT INTO family_exact (digest, family) VALUES", "ON CONFLICT (digest) DO NOTHING", said).await?;
    Ok(())
}

/// The families of versions that say what was said before, by digest.
async fn exact(connection: &mut AnyConnection, versions: &[VersionRow]) -> Result<HashMap<String, String>> {
    let digests: BTreeSet<&str> = versions.iter().map(|one| one.family.as_str()).collect();
    let digests: Vec<&str> = digests.into_iter().collect();
    let rows = select_in(connection, "SELECT digest, family FROM family_exact WHERE digest IN", "", &digests).await?;
    rows.iter().map(|row| Ok((row.try_get("digest")?, row.try_get("family")?))).collect()
}

/// Sketches of the versions at these places; sentences that their sellers write under everything are left out, and learned on the way.
async fn sketches(
    connection: &mut AnyConnection,
    versions: &[VersionRow],
    places: &[usize],
    sources: &HashMap<&str, &str>,
) -> Result<Vec<Fresh>> {
    let fresh: Vec<(usize, &VersionRow, &str, Option<String>)> = places
        .iter()
        .filter_map(|at| versions.get(*at).map(|version| (*at, version)))
        .map(|(at, version)| {
            let source = sources.get(version.listing_id.as_str()).copied().unwrap_or_default();
            (at, version, source, version.listing.vendor.as_ref().map(|vendor| vendor_id(source, &vendor.name)))
        })
        .collect();
    let writers: BTreeSet<&str> = fresh.iter().map(|(_, _, source, seller)| seller.as_deref().unwrap_or(source)).collect();
    let writers: Vec<&str> = writers.into_iter().collect();
    let mut templates = BTreeMap::<String, (Template, bool)>::new();
    for row in select_in(connection, "SELECT writer, sentences FROM family_template WHERE writer IN", "", &writers).await? {
        let writer: String = row.try_get("writer")?;
        let text: String = row.try_get("sentences")?;
        let template = serde_json::from_str(&text).with_context(|| format!("the sentences of {writer} in the store are not understood"))?;
        templates.insert(writer, (template, false));
    }
    let mut sketched = Vec::with_capacity(fresh.len());
    for (at, version, source, seller) in &fresh {
        let (template, changed) = templates.entry(seller.as_deref().unwrap_or(source).to_owned()).or_default();
        let sketch = Sketch::of(&version.listing, source, seller.as_deref(), |sentence| template.has(sentence));
        if !version.card {
            *changed |= template.learn(sketch.title_key(), &version.listing);
        }
        let bands = sketch.bands().into_iter().map(i64::from).collect();
        sketched.push(Fresh { at: *at, sketch, bands });
    }
    let rows = templates.iter().filter(|(_, (_, changed))| *changed);
    let rows = rows.map(|(writer, (template, _))| Ok(vec![writer.as_str().into(), serde_json::to_string(template)?.into()]));
    let tail = "ON CONFLICT (writer) DO UPDATE SET sentences = excluded.sentences";
    insert_rows(connection, "INSERT INTO family_template (writer, sentences) VALUES", tail, rows.collect::<Result<_>>()?).await?;
    Ok(sketched)
}

impl Known {
    /// What the store knows of the bands of these versions, and of the families that they will be compared with.
    async fn of(connection: &mut AnyConnection, fresh: &[Fresh]) -> Result<Self> {
        let asked: BTreeSet<i64> = fresh.iter().flat_map(|one| one.bands.iter().copied()).collect();
        let asked: Vec<i64> = asked.into_iter().collect();
        let mut bands: HashMap<i64, Band> = asked.iter().map(|band| (*band, Band { families: Some(Vec::new()), changed: false })).collect();
        for row in select_in(connection, "SELECT band, families FROM family_band WHERE band IN", "", &asked).await? {
            let text: String = row.try_get("families")?;
            let list = || text.split(' ').map(str::parse).collect::<Result<_, _>>();
            let families = if text == TOO_MANY { None } else { Some(list().context("a band in the store is not understood")?) };
            bands.insert(row.try_get("band")?, Band { families, changed: false });
        }
        let last = sqlx::query_scalar("SELECT COALESCE(MAX(n), 0) FROM family").fetch_one(&mut *connection).await?;
        let mut known = Self { last, bands, families: BTreeMap::new() };
        let needed: BTreeSet<i64> = fresh.iter().flat_map(|one| known.candidates(&one.bands)).collect();
        known.load(connection, needed.into_iter().collect()).await?;
        Ok(known)
    }

    async fn load(&mut self, connection: &mut AnyConnection, families: Vec<i64>) -> Result<()> {
        for row in select_in(connection, "SELECT n, id, sketch FROM family WHERE n IN", "", &families).await? {
            let (id, text): (String, String) = (row.try_get("id")?, row.try_get("sketch")?);
            let sketch = serde_json::from_str(&text).with_context(|| format!("the family {id} in the store is not understood"))?;
            self.families.insert(row.try_get("n")?, Family { id, sketch, changed: false });
        }
        Ok(())
    }

    /// The families to compare with, oldest first.
    fn candidates(&self, bands: &[i64]) -> Vec<i64> {
        let mut shared = HashMap::<i64, usize>::new();
        for n in bands.iter().filter_map(|band| self.bands.get(band)?.families.as_ref()).flatten() {
            *shared.entry(*n).or_default() += 1;
        }
        let mut ranked: Vec<(i64, usize)> = shared.into_iter().collect();
        ranked.sort_unstable_by_key(|(n, shared)| (Reverse(*shared), *n));
        let mut asked: Vec<i64> = ranked.into_iter().take(ASKED).map(|(n, _)| n).collect();
        asked.sort_unstable();
        asked
    }

    /// The oldest family of which a version is a copy.
    async fn find(&mut self, connection: &mut AnyConnection, one: &Fresh) -> Result<Option<i64>> {
        let asked = self.candidates(&one.bands);
        // A band that fills up within the batch moves others up.
        let missing: Vec<i64> = asked.iter().copied().filter(|n| !self.families.contains_key(n)).collect();
        self.load(connection, missing).await?;
        Ok(asked.into_iter().find(|n| self.families.get(n).is_some_and(|family| family.sketch.is_copy(&one.sketch))))
    }

    /// Adds a copy to a family; gives the family's identity. What it tells beyond the others may lead to further copies.
    fn joined(&mut self, n: i64, copy: &Fresh, card: bool) -> String {
        let Some(family) = self.families.get_mut(&n) else { return String::new() };
        let id = family.id.clone();
        if !card && family.sketch.learn(&copy.sketch) {
            family.changed = true;
            self.file(n, &copy.bands);
        }
        id
    }

    fn open(&mut self, id: String, first: Fresh) {
        self.last += 1;
        self.file(self.last, &first.bands);
        self.families.insert(self.last, Family { id, sketch: first.sketch, changed: true });
    }

    fn file(&mut self, n: i64, bands: &[i64]) {
        for band in bands {
            let Some(band) = self.bands.get_mut(band) else { continue };
            let Some(families) = band.families.as_mut().filter(|families| !families.contains(&n)) else { continue };
            families.push(n);
            band.changed = true;
            if families.len() > SHARING {
                band.families = None;
            }
        }
    }

    async fn write(self, connection: &mut AnyConnection) -> Result<()> {
        let families = self.families.iter().filter(|(_, family)| family.changed);
        let families = families.map(|(n, one)| Ok(vec![(*n).into(), one.id.as_str().into(), serde_json::to_string(&one.sketch)?.into()]));
        let tail = "ON CONFLICT (n) DO UPDATE SET sketch = excluded.sketch";
        insert_rows(connection, "INSERT INTO family (n, id, sketch) VALUES", tail, families.collect::<Result<_>>()?).await?;
        let mut bands: Vec<(i64, Band)> = self.bands.into_iter().filter(|(_, band)| band.changed).collect();
        bands.sort_unstable_by_key(|(band, _)| *band);
        let bands = bands.into_iter().map(|(band, one)| -> Vec<Value> { vec![band.into(), one.text().into()] });
        let tail = "ON CONFLICT (band) DO UPDATE SET families = excluded.families";
        insert_rows(connection, "INSERT INTO family_band (band, families) VALUES", tail, bands.collect()).await?;
        Ok(())
    }
}

impl Band {
    fn text(&self) -> String {
        let list = |families: &Vec<i64>| families.iter().map(i64::to_string).collect::<Vec<_>>().join(" ");
        self.families.as_ref().map_or_else(|| TOO_MANY.to_owned(), list)
    }
}
