//! Families of copies, joined as captures come in, over the real store.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use vigie::dice::Dice;
use vigie::pipeline::writer::{Taken, facts};
use vigie::store::captures::{self, CaptureRow};
use vigie_extractors::codebook::Codebook;
use vigie_extractors::record::{Extraction, Listing, PageKind, Vendor};

use crate::instance::{Place, lines};

const TEXT: &str =
    "Kept dry in its case since last winter, with two magazines, a brush and the papers. Dispatched within a day, well packed.";

fn ad(id: &str, vendor: &str, title: &str, description: &str) -> Value {
    json!({"id": id, "title": title, "description": description, "vendor": vendor, "price": "650", "currency": "EUR"})
}

fn import(place: &Place, source: &str, rows: &[Value]) {
    let file = place.file(&format!("{source}.jsonl"), rows.iter().map(|row| format!("{row}\n")).collect::<String>());
    place.expect(0, &["import", &file, "--source", source]);
}

/// Families by key of the listing.
fn families(place: &Place) -> BTreeMap<String, String> {
    let of = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    place.listings().iter().map(|row| (of(row, "url"), of(row, "family"))).collect()
}

fn family<'a>(families: &'a BTreeMap<String, String>, id: &str) -> &'a str {
    families.iter().find(|(url, _)| url.ends_with(&format!(":{id}"))).unwrap_or_else(|| panic!("{id} is not there")).1.as_str()
}

#[test]
pub(crate) fn copies_join_on_ingest_and_other_goods_never_do() {
    let place = Place::new();
    let edited = TEXT.replace("a brush", "one more brush");
    import(
        &place,
        "s1",
        &[
            ad("first", "anna", "Glock 19 pistol 9x19", TEXT),
            ad("reposted", "anna", "NEW! Glock 19 pistol 9x19", &edited),
            ad("stolen", "bert", "Glock 19 pistol 9x19 cheap", &format!("{edited} Write to me.")),
            ad("model", "anna", "Glock 17 pistol 9x19", TEXT),
            ad("model26", "anna", "Glock 26 pistol 9x19", TEXT),
            ad("calibre", "anna", "Glock 19 pistol .40 S&W", TEXT),
            ad("wanted", "anna", "WTB: Glock 19 pistol 9x19", TEXT),
            ad("part1", "carl", "Glock 19 pistol 9x19 Pt. 1 of 2", TEXT),
            ad("part2", "carl", "Glock 19 pistol 9x19 Pt. 2 of 2", TEXT),
            ad("five", "dora", "5 x Blue Lantern tablets 2mg", ""),
            ad("ten", "dora", "10 x Blue Lantern tablets 2mg", ""),
            ad("weaker", "dora", "10 x Blue Lantern tablets 1mg", ""),
            ad("bare", "emil", "Zoraki 914", ""),
            ad("bare2", "fred", "Zoraki 914", ""),
        ],
    );
    import(&place, "s2", &[ad("mirrored", "gina", "Glock 19 pistol 9x19", TEXT)]);
    let all = families(&place);
    let of = |id: &str| family(&all, id);
    for id in ["reposted", "stolen", "mirrored"] {
        assert_eq!(of(id), of("first"), "{id}");
    }
    assert_eq!(of("five"), of("ten"));
    let apart = ["first", "model", "model26", "calibre", "wanted", "part1", "part2", "five", "weaker", "bare", "bare2"];
    let distinct: BTreeSet<&str> = apart.iter().map(|id| of(id)).collect();
    assert_eq!(distinct.len(), apart.len(), "{all:?}");
    let collapsed = lines(&place.expect(0, &["search", "glock AND model:19", "--json", "--collapse"]));
    assert!(collapsed.iter().any(|row| row["copies"].as_u64() == Some(3)), "{collapsed:?}");
    place.expect(0, &["reextract"]);
    assert_eq!(families(&place), all);
}

#[test]
pub(crate) fn a_copy_that_tells_more_is_notified() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "pistols", "pistol"]);
    let numbered = format!("{TEXT} Serial number ABC12345.");
    import(
        &place,
        "s1",
        &[
            ad("first", "anna", "Glock 19 pistol 9x19", TEXT),
            ad("edited", "anna", "Glock 19 pistol 9x19!", &format!("{TEXT} Ask.")),
            ad("numbered", "anna", "Glock 19 pistol 9x19", &numbered),
            ad("numbered2", "anna", "TOP Glock 19 pistol 9x19", &numbered),
            ad("other", "bert", "Glock 19 pistol 9x19", &format!("{TEXT} Hurry.")),
        ],
    );
    let all = families(&place);
    assert_eq!(all.values().collect::<BTreeSet<_>>().len(), 1, "{all:?}");
    let alerts = place.rows(&["alerts", "--json"]);
    let of = |id: &str| alerts.iter().find(|row| row["url"].as_str().is_some_and(|url| url.ends_with(&format!(":{id}")))).unwrap();
    let covered = |id: &str| of(id)["covered_by"].as_str();
    assert_eq!(alerts.len(), 5);
    assert_eq!(covered("edited"), of("first")["id"].as_str());
    assert_eq!((covered("numbered"), covered("other")), (None, None), "a new serial and a new vendor are notified");
    assert_eq!(covered("numbered2"), of("numbered")["id"].as_str());
}

/// Advertisements of a few sellers and sites: families of like listings, phrases that more share than a band names, sentences under everything.
fn captures() -> Vec<Taken> {
    let codebook = Codebook::parse(include_str!("../../config/codebook.toml")).unwrap();
    let mut dice = Dice::labelled(7, "families");
    let word = |n: u64| format!("{}{}", ["lor", "mik", "ban", "tesu", "ovar"][(n % 5) as usize], n);
    (0..600u64)
        .map(|n| {
            let (seller, good, edit) = (dice.below(6), dice.below(1_000), dice.below(4));
            let mut sentence = |length: u64, of: u64| (0..length).map(|_| word(dice.below(of))).collect::<Vec<_>>().join(" ");
            let own = if good % 3 == 0 { String::new() } else { (0..14).map(|at| word(good * 7 + at)).collect::<Vec<_>>().join(" ") };
            let edited = if edit == 0 { format!("{own}. {}.", sentence(3, 900)) } else { format!("{own}.") };
            let arm = ["Glock 17 9x19", "Glock 19 9x19", "Zoraki 914"][(good % 3) as usize];
            let title = if good % 5 == 0 { format!("{arm} {}", word(good)) } else { format!("Harbour lantern oil {}", word(good)) };
            let title = if edit == 1 { format!("{} x {title}", n % 9 + 1) } else { title };
            let card = dice.below(8) == 0;
            let (source, key) = (format!("s{}", seller % 2), format!("/item/{}", n - dice.below(3).min(n)));
            let mut listing = Listing {
                url: format!("http://{source}.example{key}"),
                key,
                title,
                description: if card { String::new() } else { format!("{edited} I answer within one day and never on Sunday.") },
                vendor: (seller > 0).then(|| Vendor { name: format!("seller{seller}"), ..Vendor::default() }),
                ..Listing::default()
            };
            codebook.classify(&mut listing);
            let kind = if card { PageKind::Index } else { PageKind::Listing };
            let at = 1_000_000 * n.cast_signed();
            let capture =
                CaptureRow { id: format!("capture-{n}"), seq: n.cast_signed() + 1, source, captured_at: at, ..CaptureRow::default() };
            Taken {
                capture,
                extraction: Some(Extraction { page_kind: kind, listings: vec![listing], ..Extraction::default() }),
                gone: false,
            }
        })
        .collect()
}

/// Version and family, and all that was learned of families, after the captures came in batches of sizes that `size` tells.
async fn ingested(taken: &[Taken], mut size: impl FnMut() -> usize) -> Vec<(String, String)> {
    let place = Place::new();
    let pool = place.store().await;
    let (mut rest, mut seq) = (taken, 0);
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(size().clamp(1, rest.len()));
        rest = later;
        let mut transaction = vigie::database::begin(&pool).await.unwrap();
        let rows: Vec<CaptureRow> = batch.iter().map(|one| one.capture.clone()).collect();
        captures::insert(&mut transaction, &rows).await.unwrap();
        facts(&mut transaction, batch, &mut seq).await.unwrap();
        transaction.commit().await.unwrap();
    }
    let mut found = Vec::new();
    for sql in [
        "SELECT id, family FROM version",
        "SELECT id, sketch FROM family",
        "SELECT CAST(band AS TEXT), families FROM family_band",
        "SELECT digest, family FROM family_exact",
        "SELECT writer, sentences FROM family_template",
    ] {
        let mut rows: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(&pool).await.unwrap();
        assert!(!rows.is_empty(), "{sql}");
        rows.sort();
        found.extend(rows);
    }
    pool.close().await;
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn families_do_not_depend_on_how_captures_are_cut_into_batches() {
    let taken = captures();
    let expected = ingested(&taken, || 1).await;
    assert!(expected.iter().any(|(_, families)| families == "*"), "no band is shared by too many");
    let families: BTreeSet<&str> = expected.iter().filter(|(id, _)| id.len() == 32).map(|(_, family)| family.as_str()).collect();
    assert!(families.len() > 50, "{}", families.len());
    let mut dice = Dice::labelled(7, "cuts");
    for most in [2, 40, 200, 1_000, 7] {
        let found = ingested(&taken, || dice.below(most) as usize + 1).await;
        let differ = expected.iter().zip(&found).find(|(one, other)| one != other);
        assert!(expected == found, "batches up to {most}: {differ:?}");
    }
}
