//! Watches: what they raise equals what search finds, copies make one notification, and each is delivered once.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::instance::{Instance, Place, lines};

fn text<'v>(row: &'v Value, field: &str) -> &'v str {
    row[field].as_str().unwrap_or_default()
}

/// Questions of every kind that a watch can ask.
const QUERIES: &[&str] = &[
    "*",
    "glock",
    "glock 17",
    "*lock",
    "gl?ck OR glokc~1",
    "glock@disguised^2",
    "account:lantern/*",
    "asset:XMR OR asset:BTC",
    "week:20*",
    "\"glock 17\"",
    "gloc*",
    "glock OR beretta",
    "glock NOT airsoft",
    "glock -licence -license",
    "NOT category:non_weapon",
    "pistol NOT description:new",
    "title:glock",
    "description:magazine*",
    "=pistols",
    "\"glock gen\"~3",
    "category:firearm",
    "category:firearm.pistol",
    "category:replica_airgun subtype:blank_firing",
    "category:part.conversion_device OR trait:full_auto",
    "trait:converted",
    "intent:offer category:ammunition",
    "maker:glock",
    "calibre:9x19",
    "vendor:Zinnsoldat",
    "source:lantern",
    "source_type:classifieds price:<200",
    "price:[100 TO 500] currency:EUR",
    "NOT price:*",
    "ships_from:DE -ships_to:EU",
    "NOT ships_from:*",
    "payment:XMR",
    "address:bc1*",
    "lang:de waffe",
    "probability:<0.5",
    "risk:>=0.3",
    "availability:sold OR availability:out_of_stock",
    "url:http://127.0.1.1*",
];

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_watch_raises_exactly_what_search_finds() {
    let instance = Instance::new();
    let watched: Vec<(String, &str)> = QUERIES.iter().enumerate().map(|(n, query)| (format!("w{n}"), *query)).collect();
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let file: String =
        watched.iter().map(|(name, query)| format!("[[watch]]\nname = {}\nquery = {}\n\n", quoted(name), quoted(query))).collect();
    std::fs::write(instance.config().join("watches.toml"), file).unwrap();
    instance.crawl(&[]);
    let pool = instance.store().await;
    let index = vigie::search::open(&instance.data()).unwrap();
    let alerts = instance.rows(&["alerts", "--json"]);
    let mut wrong = Vec::new();
    for (n, (name, query)) in watched.iter().enumerate() {
        let pair = |row: &Value| (text(row, "listing").to_owned(), text(row, "url").to_owned(), text(row, "title").to_owned());
        let raised: BTreeSet<_> = alerts.iter().filter(|row| text(row, "watch") == name).map(pair).collect();
        // The program itself is asked now and then only, as each start of it costs half a second here.
        let hits = if n % 6 == 1 {
            instance.rows(&["search", query, "--json", "--limit", "1000"])
        } else {
            let question = vigie::search::Question { query: (*query).to_owned(), limit: 1_000, ..Default::default() };
            let answer = vigie::search::ask(&pool, &index, &question).await.unwrap();
            answer.hits.iter().map(|hit| serde_json::to_value(hit).unwrap()).collect()
        };
        let found: BTreeSet<_> = hits.iter().map(pair).collect();
        for one in raised.difference(&found) {
            wrong.push(format!("{query}: raised and not found: {one:?}"));
        }
        for one in found.difference(&raised) {
            wrong.push(format!("{query}: found and not raised: {one:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} pairs differ:\n{}", wrong.len(), wrong.join("\n"));
    let held = watched.iter().filter(|(name, _)| alerts.iter().any(|row| text(row, "watch") == name)).count();
    assert!(held > 25, "only {held} of the questions find anything");
    for row in &alerts {
        for field in ["watch", "source", "url", "title", "created_at", "id", "state"] {
            assert!(row[field].is_string(), "{field}: {row}");
        }
        assert!(row["version"].is_i64());
    }
    delivered_once(&instance, &alerts);
}

/// The notification file has exactly the alerts that no other covers, once.
fn delivered_once(place: &Place, alerts: &[Value]) {
    let lines = lines(&std::fs::read_to_string(place.data().join("alerts.jsonl")).unwrap());
    let delivered: Vec<&str> = lines.iter().map(|row| text(row, "id")).collect();
    let due: Vec<&str> = alerts.iter().filter(|row| row.get("covered_by").is_none()).map(|row| text(row, "id")).collect();
    assert_eq!(delivered, due);
}

fn ad(id: u32, vendor: &str, title: &str, description: &str) -> Value {
    json!({"id": id.to_string(), "title": title, "description": description, "vendor": vendor, "price": "650", "currency": "EUR"})
}

#[test]
pub(crate) fn copies_of_one_vendor_make_one_notification() {
    let place = Place::new();
    let words = "Brand new in its case with two magazines, dispatched within a day.";
    let rows = [
        ad(1, "anna", "Glock 19 pistol 9x19", words),
        ad(2, "anna", "GLOCK 19 pistol 9x19 !!!", words),
        ad(3, "bert", "Glock 19 pistol 9x19", words),
        ad(4, "anna", "Glock 19 pistol .40 S&W", words),
        ad(5, "anna", "Glock 17 pistol 9x19", words),
        ad(6, "anna", "Glock 19 pistol 9x19", words),
    ];
    let file = |place: &Place, name: &str, rows: &[Value]| place.file(name, rows.iter().map(|row| format!("{row}\n")).collect::<String>());
    let first = file(&place, "first.jsonl", &rows[..5]);
    let second = file(&place, "second.jsonl", &rows[5..]);
    place.expect(0, &["watch", "add", "glocks", "glock"]);
    place.expect(0, &["import", &first, "--source", "s1"]);
    // A later copy, and the same advertisements on another source.
    place.expect(0, &["import", &second, "--source", "s1"]);
    place.expect(0, &["import", &first, "--source", "s2"]);
    let alerts = place.rows(&["alerts", "--json"]);
    assert_eq!(alerts.len(), 11, "every match is stored");
    let of = |source: &str, id: &str| {
        alerts.iter().find(|row| text(row, "source") == source && text(row, "url").ends_with(&format!(":{id}"))).unwrap()
    };
    let covered = |source: &str, id: &str| of(source, id)["covered_by"].as_str().map(str::to_owned);
    let first = of("s1", "1")["id"].as_str().map(str::to_owned);
    assert_eq!((covered("s1", "2"), covered("s1", "6")), (first.clone(), first));
    for (source, id, why) in [
        ("s1", "1", "the first"),
        ("s1", "3", "another vendor"),
        ("s1", "4", "another calibre"),
        ("s1", "5", "another model"),
        ("s2", "1", "another source"),
    ] {
        assert_eq!(covered(source, id), None, "{why} is notified");
    }
    delivered_once(&place, &alerts);
    assert_eq!(place.rows(&["search", "glock", "--json"]).len(), 11);
    let collapsed = place.rows(&["search", "glock source:s1", "--json", "--collapse"]);
    assert!(collapsed.len() < 6 && collapsed.iter().any(|row| row["copies"].as_u64() > Some(0)), "{collapsed:?}");
    // Triage stays through rebuilding.
    let id = text(&alerts[0], "id");
    place.expect(0, &["alerts", "set", id, "in_work"]);
    place.expect(0, &["reextract"]);
    let after = place.rows(&["alerts", "--json"]);
    assert_eq!((after.len(), text(&after[0], "state")), (11, "in_work"));
    assert!(place.rows(&["alerts", "--json", "--since", "2999-01-01"]).is_empty());
}

#[test]
pub(crate) fn killed_between_commit_and_delivery_each_notification_comes_once() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "all", "*"]);
    let rows: String =
        (0..1_000).map(|n| format!("{}\n", ad(n, &format!("vendor {n}"), &format!("Advertisement number {n}"), "text"))).collect();
    let file = place.file("rows.jsonl", rows);
    let mut killed = 0;
    for milliseconds in [400, 700, 1_100] {
        killed += usize::from(place.killed_after(Duration::from_millis(milliseconds), &["import", &file, "--source", "s1"]));
    }
    assert!(killed > 0, "no import was killed");
    // A line torn by the kill, and a checkpoint that is behind the file.
    place.expect(0, &["import", &file, "--source", "s1"]);
    let alerts = place.rows(&["alerts", "--json"]);
    assert_eq!(alerts.len(), 1_000);
    delivered_once(&place, &alerts);
    let path = place.data().join("alerts.jsonl");
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{whole}{{\"seq\": 9, \"torn")).unwrap();
    let more = place.file("more.jsonl", format!("{}\n", ad(9_999, "late", "One more", "text")));
    place.expect(0, &["import", &more, "--source", "s1"]);
    delivered_once(&place, &place.rows(&["alerts", "--json"]));
}

#[test]
pub(crate) fn watches_are_added_listed_and_removed_and_bad_ones_are_refused() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "one", "glock price:<1500"]);
    place.expect(0, &["watch", "add", "two", "walther"]);
    assert!(place.refusal(1, &["watch", "add", "one", "other"]).contains("already"));
    for (query, why) in [("last_seen:>7d", "last_seen"), ("price_usd:<9", "price_usd"), ("first_seen:>now", "now")] {
        let said = place.refusal(2, &["watch", "add", "bad", query]);
        assert!(said.contains(why), "{said}");
    }
    let listed = place.rows(&["watch", "list", "--json"]);
    assert_eq!(listed, [json!({"name": "one", "query": "glock price:<1500"}), json!({"name": "two", "query": "walther"})]);
    assert_eq!(place.expect(0, &["watch", "list"]), "one\tglock price:<1500\ntwo\twalther\n");
    let file = place.file("rows.jsonl", format!("{}\n", ad(1, "anna", "Glock 19 and Walther PPK", "both")));
    place.expect(0, &["import", &file, "--source", "s1"]);
    place.expect(0, &["watch", "remove", "two"]);
    assert!(place.refusal(1, &["watch", "remove", "two"]).contains("no watch"));
    assert_eq!(place.rows(&["alerts", "--json"]).len(), 2, "alerts of a removed watch stay");
    let file = place.file("next.jsonl", format!("{}\n", ad(2, "anna", "Walther P22", "one")));
    place.expect(0, &["import", &file, "--source", "s1"]);
    assert_eq!(place.rows(&["alerts", "--json"]).len(), 2);
}
