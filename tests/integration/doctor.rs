//! The doctor finds what is broken, by breaking it: each test names what was measured and what to do.

use serde_json::Value;

use crate::instance::{Place, program};
use crate::shop::Shop;

/// What `vigie doctor` says: exit code and report.
fn doctor(place: &Place, arguments: &[&str]) -> (i32, Value) {
    let output = place.run(&[&["doctor", "--json"], arguments].concat());
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap_or(-1), report)
}

/// The test of this name.
fn check<'r>(report: &'r Value, name: &str) -> &'r Value {
    report["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no test of {name}: {report}"))
}

/// Expects that one test alone comes out so, with these words in what was measured and in what is to be done.
fn finds(place: &Place, code: i32, name: &str, grade: &str, measured: &str, advice: &str) {
    let (ended, report) = doctor(place, &["--offline"]);
    let found = check(&report, name);
    assert_eq!(found["grade"], grade, "{found}");
    assert!(found["measured"].as_str().unwrap().contains(measured), "{found}");
    assert!(found["do"].as_str().unwrap().contains(advice), "{found}");
    assert_eq!(ended, code, "{report}");
    if grade == "failure" {
        assert!(report["conclusion"].as_str().unwrap().contains(name), "{report}");
    }
}

/// A place that crawled a shop.
fn crawled(items: usize) -> (Place, Shop) {
    let (place, shop) = (Place::new(), Shop::open(items));
    place.configure(&[shop.source("shop", "")], str::to_owned);
    place.expect(0, &["crawl", "--once"]);
    (place, shop)
}

fn only_file(folder: &std::path::Path) -> std::path::PathBuf {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_instance_is_told_so_with_one_polite_connection() {
    let (place, shop) = crawled(12);
    let asked = shop.asked().len();
    let (code, report) = doctor(&place, &[]);
    assert_eq!(code, 0, "{report}");
    assert!(
        report["conclusion"].as_str().unwrap().starts_with("Nothing is fetched now: the one source waits: shop waiting until "),
        "{report}"
    );
    assert_eq!(shop.asked()[asked..], ["/robots.txt"], "one connection, for what anyone may read");
    assert!(check(&report, "clear web")["measured"].as_str().unwrap().contains("answered 404"), "{report}");
    for (name, measured) in [
        ("store", "every page was read"),
        ("archive", "digests match"),
        ("index", "checksums match"),
        ("writer", "nobody"),
        ("free space", "free"),
    ] {
        assert!(check(&report, name)["measured"].as_str().unwrap().contains(measured), "{report}");
    }
    // The gate is shut behind it, for itself and for crawls.
    let (_, again) = doctor(&place, &[]);
    assert!(check(&again, "clear web")["measured"].as_str().unwrap().starts_with("not tried"), "{again}");
    assert_eq!(shop.asked().len(), asked + 1);
    let (_, offline) = doctor(&place, &["--offline"]);
    assert!(check(&offline, "clear web")["measured"].as_str().unwrap().contains("--offline"), "{offline}");
    let text = place.expect(0, &["doctor", "--offline"]);
    assert!(text.lines().next().unwrap().contains("shop waiting until"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_that_need_a_person_are_warnings_and_say_what_to_do() {
    let (fine, dead) = (Shop::open(3), Shop::open(3));
    let place = Place::new();
    let (name, late) = fine.source("late", "");
    dead.fail("/robots.txt", "500 Internal Server Error");
    place.configure(
        &[fine.source("fine", ""), dead.source("dead", ""), (name, late.replace("2099-01-01", "2020-01-01")), fine.beyond_reach("hidden")],
        str::to_owned,
    );
    let (code, report) = doctor(&place, &["--offline"]);
    assert_eq!(code, 3, "{report}");
    assert!(report["conclusion"].as_str().unwrap().contains("3 of 4 sources are ready and nobody crawls"), "{report}");
    place.expect(3, &["crawl", "--once"]);
    let (code, report) = doctor(&place, &["--offline"]);
    assert_eq!(code, 3, "{report}");
    let conclusion = report["conclusion"].as_str().unwrap();
    for words in ["all 4 sources wait", "dead blocked", "late expired", "hidden route_unavailable", "fine waiting until"] {
        assert!(conclusion.contains(words), "{words}: {conclusion}");
    }
    let sources: Vec<&Value> = report["checks"].as_array().unwrap().iter().filter(|check| check["name"] == "source").collect();
    assert_eq!(sources.len(), 4);
    for one in sources {
        let needs = !one["measured"].as_str().unwrap().starts_with("fine:");
        assert_eq!(one["grade"] == "warning" && !one["do"].as_str().unwrap().is_empty(), needs, "{one}");
    }
    let (_, report) = doctor(&place, &[]);
    let i2p = check(&report, "i2p");
    assert!(i2p["grade"] == "warning" && i2p["measured"].as_str().unwrap().contains("127.0.0.1:4444"), "{i2p}");
    // The host that answers nobody is seen on the wire, too.
    let gone = std::net::TcpListener::bind("127.0.5.1:0").unwrap().local_addr().unwrap();
    let unreachable = Place::new();
    let (name, text) = fine.source("gone", "");
    let text = text.replace(&fine.address.to_string(), &gone.to_string()).replace(&format!("\"{}\"", fine.address.ip()), "\"127.0.5.1\"");
    unreachable.configure(&[(name, text)], str::to_owned);
    let (code, report) = doctor(&unreachable, &[]);
    assert_eq!(code, 3, "{report}");
    assert!(check(&report, "clear web")["measured"].as_str().unwrap().contains("connect_refused"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_index_is_found_and_healed_as_said() {
    let (place, _shop) = crawled(6);
    let index = place.data().join("index");
    // Segments that were merged into others may still lie there, and nobody reads them.
    for path in std::fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_some_and(|end| end == "store") {
            let mut bytes = std::fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x55;
            std::fs::write(&path, bytes).unwrap();
        }
    }
    finds(&place, 1, "index", "failure", "damaged", "vigie reindex");
    place.expect(0, &["reindex"]);
    finds(&place, 0, "index", "ok", "checksums match", "");
    std::fs::write(index.join("meta.json"), "{").unwrap();
    finds(&place, 1, "index", "failure", "damaged", "vigie reindex");
    std::fs::remove_dir_all(&index).unwrap();
    finds(&place, 1, "index", "failure", "missing", "vigie reindex");
    assert!(!index.exists(), "the doctor builds nothing");
    place.expect(0, &["reindex"]);
    finds(&place, 0, "index", "ok", "0 changes behind", "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_is_found() {
    let (place, _shop) = crawled(6);
    let path = only_file(&place.data().join("archive"));
    let whole = std::fs::read(&path).unwrap();
    // A process that was killed in the middle of a record.
    std::fs::write(&path, [whole.as_slice(), &whole[..300]].concat()).unwrap();
    finds(&place, 3, "archive", "warning", "incomplete capture", "next crawl");
    place.expect(0, &["crawl", "--once"]);
    finds(&place, 0, "archive", "ok", "digests match", "");
    // Captures that the store knows are gone.
    std::fs::write(&path, &whole[..whole.len() - 500]).unwrap();
    finds(&place, 1, "archive", "failure", "captures up to byte", "Restore");
    // One bit, somewhere in a body.
    let mut changed = whole.clone();
    let place_of: Vec<(i64,)> = {
        let pool = place.store().await;
        let rows = sqlx::query_as("SELECT position FROM capture WHERE page_kind = 'listing' ORDER BY seq DESC LIMIT 1")
            .fetch_all(&pool)
            .await
            .unwrap();
        pool.close().await;
        rows
    };
    let at = usize::try_from(place_of[0].0).unwrap() + 200;
    changed[at] ^= 1;
    std::fs::write(&path, changed).unwrap();
    finds(&place, 1, "archive", "failure", "byte", "vigie verify");
    std::fs::write(&path, whole).unwrap();
    finds(&place, 0, "archive", "ok", "digests match", "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_store_and_a_clock_that_ran_ahead_are_found() {
    let (place, _shop) = crawled(30);
    let pool = place.store().await;
    sqlx::query("UPDATE run SET ended_at = ended_at + 7200000000").execute(&pool).await.unwrap();
    finds(&place, 1, "clock", "failure", "the last run", "NTP");
    sqlx::query("UPDATE run SET ended_at = ended_at - 7200000000").execute(&pool).await.unwrap();
    finds(&place, 0, "clock", "ok", "", "");
    // All of it into the file, so that the damage is not covered by the log.
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&pool).await.unwrap();
    pool.close().await;
    let path = place.data().join("vigie.sqlite");
    let mut bytes = std::fs::read(&path).unwrap();
    let length = bytes.len();
    for page in (length / 4096 / 3..length / 4096).step_by(5) {
        bytes[page * 4096..page * 4096 + 64].fill(0xee);
    }
    std::fs::write(&path, &bytes).unwrap();
    finds(&place, 1, "store", "failure", "", "archive");
    std::fs::write(&path, b"this is no database, and long enough to be taken for one at first sight").unwrap();
    finds(&place, 1, "store", "failure", "vigie.sqlite", "archive");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_and_a_configuration_that_is_not_understood_are_found() {
    let place = Place::new();
    let (code, report) = doctor(&place, &["--offline"]);
    assert_eq!(code, 3, "{report}");
    assert!(report["conclusion"].as_str().unwrap().contains("no source is configured"), "{report}");
    assert!(!place.data().exists(), "the doctor makes no data folder");

    let file = place.file("occupied", "x");
    let output = program()
        .args(["doctor", "--offline", "--json", "--data", &format!("{file}/data")])
        .arg("--config")
        .arg(place.config())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let folder = check(&report, "data folder");
    assert_eq!(folder["grade"], "failure");
    assert!(folder["measured"].as_str().unwrap().contains("is a file") && folder["do"].as_str().unwrap().contains("--data"), "{folder}");

    std::fs::write(place.config().join("vigie.toml"), "[craw]\nx = 1\n").unwrap();
    finds(&place, 1, "configuration", "failure", "problem", "vigie check");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_is_named_and_the_gates_are_left_to_him() {
    let (shop, place) = (Shop::open(40), Place::new());
    place.configure(&[shop.source("shop", "")], |text| text.replace("\"2ms\"", "\"150ms\""));
    let mut child = place.spawn_until(&["crawl", "--once"], || shop.asked().len() > 4);
    let asked = shop.asked().iter().filter(|path| *path == "/robots.txt").count();
    let (code, report) = doctor(&place, &[]);
    assert_eq!(code, 0, "{report}");
    let words = format!("`vigie crawl`, process {} writes", child.id());
    assert!(check(&report, "writer")["measured"].as_str().unwrap().contains(&words), "{report}");
    assert!(check(&report, "clear web")["measured"].as_str().unwrap().contains("the last page came at"), "{report}");
    assert!(report["conclusion"].as_str().unwrap().starts_with("1 of 1 source is crawled now"), "{report}");
    assert_eq!(shop.asked().iter().filter(|path| *path == "/robots.txt").count(), asked);
    child.kill().unwrap();
    child.wait().unwrap();
}
