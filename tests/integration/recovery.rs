//! After a kill or damage: nothing is lost, nothing doubled, damage is found, and what is derived comes back.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use vigie::pipeline::writer::Writer;

use crate::import::{foreign_warc, text};
use crate::instance::{Place, lines};

fn many_rows(n: usize) -> String {
    (0..n)
        .map(|n| format!("{}\n", json!({"id": n.to_string(), "title": format!("Advertisement {n}"), "details": {"cost": n}, "description": "text ".repeat(20)})))
        .collect()
}

#[test]
pub(crate) fn killed_in_mid_import_nothing_is_lost_and_nothing_doubled() {
    let (place, clean) = (Place::new(), Place::new());
    let rows = many_rows(1_200);
    let map = "[fields]\nprice = \"details.cost\"\n[defaults]\ncurrency = \"EUR\"\n";
    let (file, map_file) = (place.file("rows.jsonl", &rows), place.file("map.toml", map));
    let import = ["import", file.as_str(), "--source", "s1", "--map", map_file.as_str()];
    let mut killed = 0;
    for milliseconds in [500, 900, 1_300, 1_700] {
        killed += usize::from(place.killed_after(Duration::from_millis(milliseconds), &import));
    }
    assert!(killed > 1, "only {killed} imports were killed");
    place.expect(0, &import);
    place.expect(0, &["verify"]);
    clean.expect(0, &import);
    let of = |place: &Place| -> Vec<(String, String, Value, Value)> {
        place
            .listings()
            .iter()
            .map(|row| {
                (text(row, "key").to_owned(), text(row, "price_amount").to_owned(), row["n_versions"].clone(), row["n_sightings"].clone())
            })
            .collect()
    };
    let rows = of(&place);
    assert_eq!(rows.len(), 1_200);
    assert_eq!(rows, of(&clean));
    let records = |place: &Place| lines(&place.expect(0, &["verify", "--json"]))[0]["by_type"]["resource"].clone();
    assert_eq!(records(&place), records(&clean), "no row is archived twice");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn rows_and_captures_archived_before_a_kill_are_read_by_the_next_command() {
    let place = Place::new();
    let page = "<html><head><title>Glock 19</title></head><body><h1>Glock 19</h1><p>Price: 650 EUR</p><p>Add to cart</p></body></html>";
    let warc = place.file("a.warc", foreign_warc(&[("http://127.0.0.9/item/1", page)]).concat());
    let rows = place.file("rows.jsonl", "{\"id\": 1, \"title\": \"a\"}\n{\"id\": 2, \"title\": \"b\"}\n");
    let source = "id = \"s1\"\nname = \"One\"\ntype = \"shop\"\nseeds = [\"http://127.0.0.9/\"]\n[scope]\nhosts = [\"127.0.0.9\"]\nallow_private = true\n";
    std::fs::write(place.config().join("sources/s1.toml"), source).unwrap();
    place.expect(0, &["import", &rows, "--source", "s1"]);
    place.expect(0, &["import", &warc, "--source", "s1"]);
    let before: Vec<Value> = place.listings();
    // As a kill between the archive's sync and the commit leaves it: records beyond the committed position, and no rows.
    let pool = place.store().await;
    for statement in ["problem", "indicator", "sighting", "version", "listing", "capture"].map(|table| format!("DELETE FROM {table}")) {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await.unwrap();
    }
    sqlx::query("DELETE FROM meta WHERE name IN ('archive_object', 'archive_offset')").execute(&pool).await.unwrap();
    pool.close().await;
    let more = place.file("more.jsonl", "{\"id\": 3, \"title\": \"c\"}\n");
    place.expect(0, &["import", &more, "--source", "other"]);
    let title = |rows: &[Value]| -> Vec<String> {
        rows.iter().filter(|row| text(row, "source") == "s1").map(|row| text(row, "title").to_owned()).collect()
    };
    assert_eq!(title(&place.listings()), title(&before));
    for file in [&rows, &warc] {
        let again = place.expect(0, &["import", file, "--source", "s1", "--json"]);
        assert_eq!(lines(&again)[0]["pages"], 0, "what was replayed is held");
    }
    place.expect(0, &["verify"]);
    place.expect(0, &["reextract"]);
    assert_eq!(title(&place.listings()), title(&before));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_replay_that_is_killed_leaves_the_rest_to_the_next_one() {
    let place = Place::new();
    let rows = many_rows(40);
    let (first, second) = rows.split_at(rows.match_indices('\n').nth(19).unwrap().0 + 1);
    for (name, text) in [("first.jsonl", first), ("second.jsonl", second)] {
        let file = place.file(name, text);
        place.expect(0, &["import", &file, "--source", "s1"]);
    }
    let before = place.listings();
    // As a kill in mid-replay leaves it: all rows lie beyond the committed position, the first ones are in the store.
    let pool = place.store().await;
    let late = "SELECT id FROM capture WHERE seq > 20";
    for statement in [
        format!("DELETE FROM sighting WHERE capture_id IN ({late})"),
        format!("DELETE FROM version WHERE capture_id IN ({late})"),
        "DELETE FROM listing WHERE id NOT IN (SELECT listing_id FROM sighting)".to_owned(),
        "DELETE FROM capture WHERE seq > 20".to_owned(),
        "DELETE FROM meta WHERE name IN ('archive_object', 'archive_offset')".to_owned(),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await.unwrap();
    }
    let config = std::sync::Arc::new(vigie::config::load(Some(&place.config())).unwrap());
    let mut writer = Writer::open(&place.data(), config, "import").await.unwrap();
    assert_eq!(writer.uncommitted.len(), 20, "what the store holds is not read again");
    let position = writer.archive.position();
    writer.commit(&[], position.as_ref(), async |_: &mut vigie::database::Connection| Ok(())).await.unwrap();
    let mut connection = pool.acquire().await.unwrap();
    assert_eq!(vigie::database::meta(&mut connection, "archive_offset").await.unwrap(), None, "the position waits for the last of them");
    drop((writer, connection));
    pool.close().await;
    place.expect(0, &["import", &place.file("more.jsonl", "{\"id\": \"more\", \"title\": \"c\"}\n"), "--source", "other"]);
    let after: Vec<Value> = place.listings().into_iter().filter(|row| text(row, "source") == "s1").collect();
    assert_eq!(after, before);
    let file = place.folder.path().join("second.jsonl");
    let again = place.expect(0, &["import", file.to_str().unwrap(), "--source", "s1", "--json"]);
    assert_eq!(lines(&again)[0]["pages"], 0, "what was replayed is held");
    place.expect(0, &["verify"]);
}

#[test]
pub(crate) fn damage_is_found_and_named() {
    let damaged = |change: &dyn Fn(&PathBuf)| {
        let place = Place::new();
        let rows = place.file("rows.jsonl", many_rows(50));
        place.expect(0, &["import", &rows, "--source", "s1"]);
        assert!(place.expect(0, &["verify"]).contains("clean"));
        let file = std::fs::read_dir(place.data().join("archive")).unwrap().next().unwrap().unwrap().path();
        change(&file);
        let output = place.run(&["verify"]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        let json = place.run(&["verify", "--json"]);
        assert_eq!(json.status.code(), Some(1));
        let report = lines(&String::from_utf8(json.stdout).unwrap()).remove(0);
        assert!(
            report["problems"].as_u64() > Some(0)
                && report["first_problems"][0]["object"].is_string()
                && report["first_problems"][0]["offset"].is_u64()
        );
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(said.contains(&format!("{name} at byte ")), "{said}");
        said
    };
    damaged(&|file| {
        let mut bytes = std::fs::read(file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(file, bytes).unwrap();
    });
    damaged(&|file| {
        let bytes = std::fs::read(file).unwrap();
        std::fs::write(file, &bytes[..bytes.len() - 100]).unwrap();
    });
    // Cut where a member ends: every record that is left is whole.
    let said = damaged(&|file| {
        let bytes = std::fs::read(file).unwrap();
        let last = bytes.windows(3).rposition(|window| window == [0x1f, 0x8b, 8]).unwrap();
        std::fs::write(file, &bytes[..last]).unwrap();
    });
    assert!(said.contains("missing"), "{said}");
    let said = damaged(&|file| std::fs::remove_file(file).unwrap());
    assert!(said.contains("missing"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn derived_facts_and_the_index_come_back_after_they_were_deleted() {
    let place = Place::new();
    let rows = place.file("rows.jsonl", many_rows(60));
    place.expect(0, &["watch", "add", "all", "*"]);
    place.expect(0, &["import", &rows, "--source", "s1"]);
    let (before, alerts) = (place.listings(), place.expect(0, &["alerts", "--json"]));
    let pool = place.store().await;
    for statement in ["DELETE FROM sighting", "DELETE FROM version WHERE n = 1", "DELETE FROM listing"] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    pool.close().await;
    std::fs::remove_dir_all(place.data().join("index")).unwrap();
    assert!(place.refusal(1, &["search", "*"]).contains("reindex"));
    place.expect(0, &["reextract"]);
    assert_eq!(place.listings(), before);
    assert_eq!(place.rows(&["search", "advertisement", "--json", "--limit", "100"]).len(), 60);
    assert_eq!(place.expect(0, &["alerts", "--json"]), alerts);
}
