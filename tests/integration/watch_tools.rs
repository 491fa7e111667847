//! Tools around watches: a question tried on the archive, a match explained, lists taken over.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::instance::{Instance, Place};

fn text<'v>(row: &'v Value, field: &str) -> &'v str {
    row[field].as_str().unwrap_or_default()
}

fn object(place: &Place, code: i32, arguments: &[&str]) -> Value {
    serde_json::from_str(&place.expect(code, arguments)).expect("one JSON object")
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_question_is_tried_on_the_archive_and_its_figures_are_those_of_searches() {
    let instance = Instance::new();
    instance.crawl(&[]);
    for query in ["*", "category:firearm", "glock OR beretta", "price:[100 TO 500]", "last_seen:>2000", "nosuchword"] {
        let trial = object(&instance, 0, &["watch", "try", query, "--json", "--samples", "3"]);
        let found = instance.rows(&["search", query, "--json", "--limit", "10000"]);
        assert_eq!(trial["hits"], found.len(), "{query}");
        let newest = instance.rows(&["search", query, "--json", "--limit", "3", "--sort", "date"]);
        let ids = |rows: &[Value]| rows.iter().map(|row| text(row, "listing").to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(trial["samples"].as_array().unwrap()), ids(&newest), "{query}");
        let weeks = trial["weeks"].as_array().unwrap();
        assert_eq!(weeks.len(), 12);
        assert_eq!(
            weeks.iter().filter_map(|week| week["hits"].as_u64()).sum::<u64>() as usize,
            found.len(),
            "all were seen in the last weeks"
        );
        let sources: u64 = trial["sources"].as_array().unwrap().iter().filter_map(|one| one["count"].as_u64()).sum();
        assert_eq!(sources as usize, found.len());
        // Each start of the program costs.
        for one in trial["narrower"].as_array().unwrap().iter().filter(|_| query.starts_with("cat")) {
            let narrowed = format!("({query}) AND {}", text(one, "and"));
            let left = instance.rows(&["search", &narrowed, "--json", "--limit", "10000"]);
            assert_eq!(one["left"], left.len(), "{narrowed}");
            assert!(left.len() * 10 >= found.len() && left.len() * 10 <= found.len() * 6, "{narrowed} leaves {}", left.len());
        }
        assert_eq!(trial.get("unwatchable").is_some(), query.contains("last_seen"), "{query}");
    }
    let told = instance.expect(0, &["watch", "try", "category:firearm"]);
    for part in
        ["families of copies", "Vendors", "Sources", "Newest", "notifications a day", "first week only", "What would narrow it", "##"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(instance.refusal(2, &["watch", "try", "vender:x"]).contains("did you mean"));
}

/// A row of an import, seen at a moment.
fn seen(id: usize, at: &str, title: &str, vendor: &str, price: &str) -> String {
    let row = json!({"id": id.to_string(), "title": title, "vendor": vendor, "price": price, "currency": "EUR", "captured_at": at});
    format!("{row}\n")
}

#[test]
pub(crate) fn notifications_are_estimated_from_the_last_weeks_without_the_first_of_a_source() {
    let place = Place::new();
    let arms = ["Glock 19 pistol", "Walther PPK pistol", "Beretta 92 pistol", "Mauser 98 rifle", "Remington 870 shotgun", "Uzi carbine"];
    let mut rows = String::new();
    // What stood there when the source was first looked at, in the week of 2026-09-28.
    for (n, arm) in arms.iter().enumerate() {
        rows += &seen(n, "2026-09-30T10:00:00Z", &format!("{arm} in its case"), "old", "500");
    }
    // In each of four weeks to the Sunday of 2026-11-01: two new ones of other sellers, and a copy of the first of them.
    for week in 0..4_usize {
        let at = format!("2026-{}T10:00:00Z", ["10-05", "10-14", "10-20", "11-01"][week]);
        rows += &seen(100 + week, &at, &format!("{} with two magazines", arms[week]), "anna", "600");
        rows += &seen(200 + week, &at, &format!("{} with two magazines", arms[week]), "anna", "600");
        rows += &seen(300 + week, &at, &format!("{} for collectors", arms[week + 1]), "bert", "700");
    }
    // A price that changes within the weeks, as a new version.
    rows += &seen(300, "2026-10-30T10:00:00Z", &format!("{} for collectors", arms[1]), "bert", "650");
    let file = place.file("rows.jsonl", rows);
    place.expect(0, &["import", &file, "--source", "s1"]);
    let trial = object(&place, 0, &["watch", "try", "*", "--json", "--weeks", "6"]);
    let estimate = &trial["estimate"];
    assert_eq!(estimate["weeks"], json!(["2026-10-05", "2026-10-12", "2026-10-19", "2026-10-26"]), "{trial}");
    assert_eq!(estimate["days"], 28);
    let near = |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 1e-9;
    assert!(near(&estimate["new_a_day"], 8.0 / 28.0) && near(&estimate["changed_a_day"], 1.0 / 28.0), "{estimate}");
    assert!(near(&estimate["a_day"], 9.0 / 28.0), "{estimate}");
    let weeks: Vec<(&str, u64, u64)> = trial["weeks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|week| (text(week, "week"), week["hits"].as_u64().unwrap(), week["notifications"].as_u64().unwrap()))
        .collect();
    assert_eq!(weeks[0], ("2026-W39", 0, 0));
    assert_eq!((weeks[1].0, weeks[1].1), ("2026-W40", 6));
    assert!(weeks[2..].iter().all(|(_, hits, notifications)| (*hits, *notifications) == (3, 2)), "{weeks:?}");
    // One that was first looked at in the last week says nothing yet.
    let late = place.file("late.jsonl", seen(1, "2026-10-31T10:00:00Z", "Luger P08", "carl", "900"));
    place.expect(0, &["import", &late, "--source", "s2"]);
    let estimate = object(&place, 0, &["watch", "try", "luger", "--json"])["estimate"].clone();
    assert_eq!((&estimate["unknown"], &estimate["a_day"]), (&json!(["s2"]), &json!(0.0)));
}

#[test]
pub(crate) fn a_match_is_explained_and_so_is_what_kept_it_from_notifying() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "glocks", "glock price:<1500 -airsoft"]);
    let row = |id: &str, price: &str| {
        let words = "Brand new in its case with two magazines, dispatched within a day.";
        format!(
            "{}\n",
            json!({"id": id, "title": "Glock 19 pistol 9x19", "description": words, "vendor": "anna", "price": price, "currency": "EUR"})
        )
    };
    let file = place.file("rows.jsonl", row("1", "650") + &row("2", "650") + &row("3", "1800"));
    place.expect(0, &["import", &file, "--source", "s1"]);
    let alerts = place.rows(&["alerts", "--json"]);
    assert_eq!(alerts.len(), 2);
    let alert = |id: &str| alerts.iter().find(|row| text(row, "url").ends_with(&format!(":{id}"))).unwrap();

    let first = place.expect(0, &["watch", "explain", "glocks", "s1:1"]);
    for part in [
        "matches",
        "yes  price:<1500  (the price is 650)",
        "«Glock» 19 pistol",
        "no   airsoft",
        "notified by itself",
        text(alert("1"), "id"),
    ] {
        assert!(first.contains(part), "{part}: {first}");
    }
    let copy = object(&place, 0, &["watch", "explain", "glocks", "s1:2", "--json"]);
    let version = &copy["versions"][0];
    let fate = text(version, "alert");
    assert!(fate.contains("not notified: a copy") && fate.contains(text(alert("1"), "id")), "{fate}");
    let other = object(&place, 0, &["watch", "explain", "glocks", "s1:3", "--json"]);
    let version = &other["versions"][0];
    assert_eq!((&version["matched"], version.get("alert")), (&json!(false), None));
    assert_eq!(version["why"]["nodes"][1], json!({"text": "price:<1500", "matched": false, "found": "the price is 1800"}));

    // A watch that came later, and a question that is no watch.
    place.expect(0, &["watch", "add", "late", "pistol"]);
    let late = object(&place, 0, &["watch", "explain", "late", "s1:1", "--json"]);
    assert!(text(&late["versions"][0], "alert").contains("asked of versions that come later"), "{late}");
    let query = object(&place, 0, &["watch", "explain", "--query", "last_seen:>2000 vendor:*nna", "s1:1", "--json"]);
    assert_eq!((query.get("watch"), &query["versions"][0]["matched"]), (None, &json!(true)));

    // Each version by itself.
    let next = place.file("next.jsonl", row("3", "1200"));
    place.expect(0, &["import", &next, "--source", "s1"]);
    let verdicts = |arguments: &[&str]| -> Vec<(i64, bool)> {
        let told = object(&place, 0, arguments);
        told["versions"].as_array().unwrap().iter().map(|one| (one["version"].as_i64().unwrap(), one["matched"] == json!(true))).collect()
    };
    assert_eq!(verdicts(&["watch", "explain", "glocks", "s1:3", "--json"]), [(2, true)]);
    assert_eq!(verdicts(&["watch", "explain", "glocks", "s1:3", "--json", "--versions"]), [(1, false), (2, true)]);

    assert!(place.refusal(1, &["watch", "explain", "none", "s1:1"]).contains("no watch"));
    assert!(place.refusal(1, &["watch", "explain", "glocks", "s1:9"]).contains("no listing"));
    assert!(place.refusal(2, &["watch", "explain", "glocks", "s1:1", "--query", "x"]).contains("--query"));
    assert!(place.refusal(2, &["watch", "explain", "--query", "vender:x", "s1:1"]).contains("did you mean"));
    place.refusal(2, &["watch", "explain", "glocks"]);
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn every_alert_of_a_crawl_is_explained_as_a_match_and_nothing_else_is() {
    let instance = Instance::new();
    let query = "(\"glock 17\" OR gloc* OR category:firearm.pistol) -licence NOT price:>900";
    instance.expect(0, &["watch", "add", "all", query]);
    instance.crawl(&[]);
    let raised: BTreeSet<String> = instance.rows(&["alerts", "--json"]).iter().map(|row| text(row, "listing").to_owned()).collect();
    let listings = instance.rows(&["search", "*", "--json", "--limit", "1000"]);
    assert!(!raised.is_empty() && raised.len() < listings.len());
    // Each start of the program costs, so not all are asked.
    for row in listings.iter().step_by(listings.len().div_ceil(25)) {
        let listing = text(row, "listing");
        let told = object(&instance, 0, &["watch", "explain", "all", listing, "--json"]);
        assert_eq!(told["versions"][0]["matched"], raised.contains(listing), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_list_is_taken_over_at_once_and_what_it_cannot_say_is_refused() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "old/sears", "walther"]);
    let table = place.file("words.csv", "keyword,name,remark\nauto sear,sears,x\n\"solvent trap\",,\n!!,,\nsolvent trap,,\n");
    let dry = place.expect(3, &["watch", "import", &table, "--prefix", "old/", "--dry-run"]);
    assert_eq!(dry, "old/sears\t\"auto sear\"\nold/solvent trap\t\"solvent trap\"\n");
    assert_eq!(place.rows(&["watch", "list", "--json"]).len(), 1, "nothing was added");
    let summary = object(&place, 3, &["watch", "import", &table, "--prefix", "old/", "--json"]);
    for (field, value) in
        [("added", json!(1)), ("skipped", json!(2)), ("refused", json!(1)), ("format", json!("csv")), ("dry_run", json!(false))]
    {
        assert_eq!(summary[field], value, "{field}: {summary}");
    }
    assert_eq!((text(&summary["reasons"][0], "at"), &summary["notes"][0]), ("line 4", &json!("columns that are not read: remark")));
    let listed = place.rows(&["watch", "list", "--json"]);
    assert_eq!(listed[0], json!({"name": "old/sears", "query": "walther"}), "what is there stays");
    assert_eq!(listed[1], json!({"name": "old/solvent trap", "query": "\"solvent trap\""}));

    let rules = place.file("rules.txt", "rule switch { strings: $a = \"glock switch\" $b = \"auto sear\" condition: any of them }");
    let patterns = place.file("patterns.json", "{\"type\": \"bundle\", \"objects\": [{\"type\": \"indicator\", \"name\": \"seller\", \"pattern\": \"[user-account:account_login = 'anna']\"}]}");
    place.expect(0, &["watch", "import", &rules]);
    place.expect(0, &["watch", "import", &patterns]);
    let row = json!({"id": "1", "title": "Glock switch and Solvent Trap kit", "vendor": "Anna"});
    let file = place.file("rows.jsonl", format!("{row}\n"));
    place.expect(0, &["import", &file, "--source", "s1"]);
    let raised: BTreeSet<String> = place.rows(&["alerts", "--json"]).iter().map(|row| text(row, "watch").to_owned()).collect();
    assert_eq!(raised, ["old/solvent trap", "seller", "switch"].map(str::to_owned).into());
    assert_eq!(object(&place, 3, &["watch", "import", &rules, "--format", "stix", "--dry-run", "--json"])["refused"], 1);
    let bytes = place.file("bytes.csv", [0xff, 0xfe, 0x00]);
    assert!(place.refusal(1, &["watch", "import", &bytes]).contains("UTF-8"));

    let pool = place.store().await;
    let logged: Vec<(String,)> =
        sqlx::query_as("SELECT subject FROM audit WHERE action = 'watch import' ORDER BY id").fetch_all(&pool).await.unwrap();
    pool.close().await;
    assert_eq!(logged.len(), 3, "one row for each list, none for what was only looked at");
    assert!(logged[0].0.ends_with("words.csv: 2 watches, 1 refused"), "{logged:?}");
}
