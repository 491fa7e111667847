//! The reading log as a chain: whatever is changed in it is found with its number, what is removed by its retention leaves it verifiable, and
//! many may write at once.

use std::process::Stdio;

use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use vigie::audit::{self, Actor, Origin, Purpose};
use vigie::database::Pool;

use crate::instance::Place;

/// A day in microseconds.
const DAY: i64 = 86_400_000_000;

async fn sql(pool: &Pool, text: &str) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(AssertSqlSafe(text.to_owned())).execute(pool).await?.rows_affected())
}

/// Takes away what keeps the log from being changed, as somebody who owns the database can.
async fn unlock(place: &Place, pool: &Pool) {
    let names = ["audit_is_not_changed", "audit_is_not_removed"];
    for name in names {
        let on = if place.facts.address == "sqlite" { "" } else { " ON audit" };
        sql(pool, &format!("DROP TRIGGER {name}{on}")).await.unwrap();
    }
}

/// What verifying says, and that its exit code says the same.
fn verified(place: &Place) -> Value {
    let output = place.run(&["verify", "--audit", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(output.status.code(), Some(i32::from(found["breaks"] != 0)), "{found}");
    found
}

/// Numbers of the rows that do not fit.
fn broken(place: &Place) -> Vec<i64> {
    verified(place)["first_breaks"].as_array().unwrap().iter().map(|one| one["number"].as_i64().unwrap()).collect()
}

async fn written(rows: usize) -> (Place, Pool) {
    let place = Place::new();
    let pool = place.store().await;
    for n in 0..rows {
        audit::record(&pool, "search", &format!("question {n}"), &Purpose::default()).await.unwrap();
    }
    (place, pool)
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn rows_follow_one_another_and_say_what_kind_they_are() {
    let place = Place::new();
    let pool = place.store().await;
    let purpose = Purpose { case: Some("C-1".into()), purpose: Some("why\0 not".into()) };
    let anna = Actor { name: "anna".into(), origin: Origin::Web };
    assert_eq!(audit::record_as(&pool, &anna, "show", "listing a", &purpose).await.unwrap(), 1);
    assert_eq!(audit::disclose(&pool, &anna, "export", "listings", &purpose, "unit 4").await.unwrap(), 2);
    pool.close().await;
    place.expect(0, &["watch", "add", "w", "glock"]);
    let rows = place.rows(&["audit", "list", "--json"]);
    let told = |row: &Value| json!([row["id"], row["actor"], row["origin"], row["kind"], row["recipient"], row["purpose"]]);
    let os = rows[1]["actor"].clone();
    assert_eq!(told(&rows[0]), json!([4, os, "cli", "consultation", null, null]));
    assert_eq!(told(&rows[1]), json!([3, os, "cli", "alteration", null, null]));
    assert_eq!(told(&rows[2]), json!([2, "anna", "web", "disclosure", "unit 4", "why not"]));
    assert_eq!(told(&rows[3]), json!([1, "anna", "web", "consultation", null, "why not"]));
    let found = verified(&place);
    assert_eq!((&found["rows"], &found["anchored"], &found["breaks"]), (&json!(4), &json!(4), &json!(0)), "{found}");
    assert_eq!(place.rows(&["audit", "list", "--json", "--actor", "anna", "--kind", "disclosure"]).len(), 1);
    assert_eq!(place.rows(&["audit", "list", "--json", "--case", "C-1"]).len(), 2);
    assert_eq!(place.rows(&["audit", "list", "--json", "--until", "2020-01-01"]).len(), 0);
    assert!(place.expect(0, &["verify", "--audit"]).contains("clean"));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn the_database_refuses_to_change_or_remove_rows() {
    let (place, pool) = written(3).await;
    for refused in [
        "UPDATE audit SET subject = 'x' WHERE id = 2",
        "UPDATE audit SET hash = '' WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit",
        "INSERT INTO audit_checkpoint (through, hash, at, removed, removed_at, removed_by) VALUES (2, 'x', 1, 1, 1, 'x')",
    ] {
        assert!(sql(&pool, refused).await.is_err(), "{refused}");
    }
    if place.facts.address != "sqlite" {
        assert!(sql(&pool, "TRUNCATE audit").await.is_err());
    }
    pool.close().await;
    assert_eq!(verified(&place)["rows"], 3);
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn whatever_is_changed_in_the_log_is_found_with_its_number() {
    // What somebody does, and the rows that do not fit then.
    let changes: &[(&[&str], &[i64])] = &[
        (&["UPDATE audit SET subject = 'x' WHERE id = 4"], &[4]),
        (&["UPDATE audit SET actor = 'x' WHERE id = 1"], &[1]),
        (&["UPDATE audit SET at = at + 1 WHERE id = 8"], &[8]),
        (&["UPDATE audit SET kind = 'account' WHERE id = 4"], &[4]),
        (&["UPDATE audit SET case_reference = '' WHERE id = 4"], &[4]),
        (&["UPDATE audit SET hash = 'x' WHERE id = 4"], &[4, 5]),
        (&["DELETE FROM audit WHERE id = 4"], &[4]),
        (&["DELETE FROM audit WHERE id = 1"], &[1]),
        (&["DELETE FROM audit WHERE id IN (3, 4, 6)"], &[3, 6]),
        // The end of a chain is missed by nobody but the anchors.
        (&["DELETE FROM audit WHERE id = 8"], &[8]),
        (&["DELETE FROM audit WHERE id >= 3"], &[3]),
        (&["DELETE FROM audit"], &[1]),
        // Two rows in each other's place.
        (
            &["UPDATE audit SET id = 100 WHERE id = 3", "UPDATE audit SET id = 3 WHERE id = 5", "UPDATE audit SET id = 5 WHERE id = 100"],
            &[3, 4, 5, 6],
        ),
        // A row put in between, with the numbers behind it moved on.
        (
            &[
                "UPDATE audit SET id = id + 100 WHERE id >= 5",
                "UPDATE audit SET id = id - 99 WHERE id >= 100",
                "INSERT INTO audit (id, at, actor, action, subject, hash) VALUES (5, 1, 'x', 'search', 'x', 'y')",
            ],
            &[5, 6, 7, 8, 9],
        ),
        (&["INSERT INTO audit (id, at, actor, action, subject, hash) VALUES (9, 1, 'x', 'search', 'x', 'y')"], &[9]),
        (&["INSERT INTO audit (id, at, actor, action, subject, hash) VALUES (0, 1, 'x', 'search', 'x', 'y')"], &[0]),
    ];
    for (statements, expected) in changes {
        let (place, pool) = written(8).await;
        assert_eq!(audit::verify::verify(&pool).await.unwrap().breaks, 0);
        unlock(&place, &pool).await;
        for statement in *statements {
            sql(&pool, statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
        let found = audit::verify::verify(&pool).await.unwrap();
        pool.close().await;
        let numbers: Vec<i64> = found.first_breaks.iter().map(|one| one.number).collect();
        assert_eq!(numbers, *expected, "{statements:?}: {found:?}");
    }
    // On the command line too.
    let (place, pool) = written(8).await;
    unlock(&place, &pool).await;
    sql(&pool, "UPDATE audit SET subject = 'x' WHERE id = 4").await.unwrap();
    pool.close().await;
    let said = place.run(&["verify", "--audit"]);
    assert_eq!(said.status.code(), Some(1));
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("row 4 of 20") && said.contains("1 places"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_log_that_is_written_anew_is_told_by_its_anchors() {
    let (place, pool) = written(6).await;
    unlock(&place, &pool).await;
    // Whoever knows how can make a chain that fits: as here, by the rows of an earlier version, which are chained when they are first met.
    sql(&pool, "UPDATE audit SET hash = ''").await.unwrap();
    sql(&pool, "UPDATE audit SET subject = 'harmless' WHERE id = 3").await.unwrap();
    pool.close().await;
    assert_eq!(broken(&place), [3, 4, 5, 6]);
    let anchors = place.data().join("reading-log.anchors");
    std::fs::rename(&anchors, place.data().join("kept")).unwrap();
    assert_eq!(broken(&place), [0i64; 0], "without anchors a chain that is made anew fits");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn rows_of_an_earlier_version_are_chained_once_in_their_order() {
    let old = async |place: &Place| {
        let pool = place.store().await;
        let mut transaction = pool.begin().await.unwrap();
        for n in 1..=2_500 {
            let action = ["search", "watch add", "export", "something of old"][n % 4];
            sqlx::query("INSERT INTO audit (id, at, actor, action, subject, case_reference) VALUES ($1, $2, 'anna', $3, 'é', NULL)")
                .bind(n as i64)
                .bind(1_700_000_000_000_000 + n as i64)
                .bind(action)
                .execute(&mut *transaction)
                .await
                .unwrap();
        }
        transaction.commit().await.unwrap();
        pool.close().await;
    };
    let (one, other) = (Place::new(), Place::new());
    old(&one).await;
    old(&other).await;
    let found = verified(&one);
    assert_eq!((&found["rows"], &found["breaks"], &found["anchored"]), (&json!(2_500), &json!(0), &json!(0)), "{found}");
    // One is chained by verifying, the other by the next row.
    other.expect(0, &["audit", "list", "--limit", "1"]);
    let ends = async |place: &Place| -> Vec<(i64, String, String)> {
        let pool = place.store().await;
        let rows =
            sqlx::query_as("SELECT id, kind, hash FROM audit WHERE id > 2496 AND id <= 2500 ORDER BY id").fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    };
    let last = ends(&one).await;
    assert_eq!(last, ends(&other).await);
    assert_eq!(last.iter().map(|row| row.1.as_str()).collect::<Vec<_>>(), ["alteration", "disclosure", "consultation", "consultation"]);
    let found = verified(&other);
    assert_eq!((&found["rows"], &found["breaks"]), (&json!(2_501), &json!(0)), "{found}");
    let pool = one.store().await;
    assert!(sql(&pool, "UPDATE audit SET subject = 'x' WHERE id = 2").await.is_err(), "from then on it is kept as it is");
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn its_retention_leaves_a_log_that_verifies() {
    let place = Place::new();
    let pool = place.store().await;
    let now = jiff::Timestamp::now().as_microsecond();
    for (n, days) in [(1, 2_000), (2, 1_900), (3, 1_800), (4, 1_950), (5, 10)] {
        sqlx::query("INSERT INTO audit (id, at, actor, action, subject) VALUES ($1, $2, 'anna', 'search', 'old')")
            .bind(i64::from(n))
            .bind(now - i64::from(days) * DAY)
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;
    place.expect(0, &["audit", "review", "1", "--finding", "fits"]);
    // Five years are 1,825 days: rows 1 and 2 go; row 4 is as old, and lies behind one that is not.
    let removed: Value = serde_json::from_str(&place.expect(0, &["retain", "--json"])).unwrap();
    assert_eq!((&removed["reading_log"]["rows"], &removed["reading_log"]["through"]), (&json!(2), &json!(2)), "{removed}");
    let found = verified(&place);
    assert_eq!((&found["rows"], &found["breaks"], &found["checkpoint"]["through"]), (&json!(5), &json!(0), &json!(2)), "{found}");
    let rows = place.rows(&["audit", "list", "--json", "--kind", "erasure"]);
    assert!(rows.len() == 1 && rows[0]["subject"].as_str().unwrap().starts_with("reading log: 2 rows up to 2, hash "), "{rows:?}");
    assert!(place.expect(0, &["retain"]).contains("no row is older"));
    assert!(verified(&place)["breaks"] == 0);

    // What comes next to the checkpoint is still found.
    let pool = place.store().await;
    unlock(&place, &pool).await;
    sql(&pool, "DELETE FROM audit WHERE id = 3").await.unwrap();
    pool.close().await;
    assert_eq!(broken(&place), [3]);
    // And so is a checkpoint that nobody wrote: what it stands for was not old, and no row tells of it.
    let (place, pool) = written(5).await;
    sql(&pool, "INSERT INTO audit_checkpoint (through, hash, at, removed, removed_at, removed_by) SELECT id, hash, at, 3, at, 'x' FROM audit WHERE id = 3")
        .await
        .unwrap();
    sql(&pool, "DELETE FROM audit WHERE id <= 3").await.unwrap();
    pool.close().await;
    assert_eq!(broken(&place), [3, 3]);
}

#[test]
pub(crate) fn many_writers_at_once_make_one_chain() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "w", "glock"]);
    // Four processes beside eight tasks of this one, on connections of their own.
    let mut beside: Vec<_> = (0..4).map(|_| place.command(&["watch", "list"]).stdout(Stdio::null()).spawn().unwrap()).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let pool = place.store().await;
            tasks.push(tokio::spawn(async move {
                for n in 0..125 {
                    audit::record(&pool, "search", &format!("question {n}"), &Purpose::default()).await.unwrap();
                }
                pool.close().await;
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
    for one in &mut beside {
        assert!(one.wait().unwrap().success());
    }
    let found = verified(&place);
    assert_eq!((&found["rows"], &found["anchored"], &found["breaks"]), (&json!(1_005), &json!(1_005), &json!(0)), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_sample_is_drawn_again_by_its_seed_and_reviewed() {
    let (place, pool) = written(250).await;
    pool.close().await;
    let ids = |rows: &[Value]| rows.iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>();
    let until = "2999-01-01";
    let drawn = place.rows(&["audit", "sample", "--share", "0.02", "--seed", "7", "--json", "--kind", "consultation", "--until", until]);
    assert_eq!(drawn.len(), 6, "one in fifty of 251, rounded up");
    let pool = place.store().await;
    let filter = audit::review::Filter::default();
    let mut connection = pool.acquire().await.unwrap();
    let one = audit::review::sample(&mut connection, &filter, 0.02, 7).await.unwrap();
    let same = audit::review::sample(&mut connection, &filter, 0.02, 7).await.unwrap();
    let other = audit::review::sample(&mut connection, &filter, 0.02, 8).await.unwrap();
    assert!(one == same && one != other);
    drop(connection);
    pool.close().await;
    let number = ids(&drawn)[0];
    let id = number.to_string();
    place.expect(0, &["audit", "review", &id, "--finding", "fits the case"]);
    let rows = place.rows(&["audit", "list", "--json", "--limit", "1000"]);
    let row = rows.iter().find(|row| row["id"] == number).unwrap();
    assert_eq!(row["findings"][0]["finding"], "fits the case");
    let said: Vec<&str> = rows.iter().take(2).map(|row| row["subject"].as_str().unwrap()).collect();
    assert_eq!(said, ["all rows", format!("{id}: fits the case").as_str()]);
    assert!(place.refusal(1, &["audit", "review", "9999", "--finding", "x"]).contains("no row 9999"));
    place.refusal(2, &["audit", "sample", "--share", "2"]);
    assert_eq!(verified(&place)["breaks"], 0);
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn who_was_given_an_export_is_kept() {
    let place = Place::new();
    let rows = place
        .file("rows.jsonl", "{\"id\": \"1\", \"title\": \"Glock 19\", \"vendor\": \"anna\"}\n{\"id\": \"2\", \"title\": \"Sig P226\"}\n");
    place.expect(0, &["import", &rows, "--source", "s1"]);
    place.expect(0, &["case", "open", "C-1", "--title", "one"]);
    place.expect(0, &["export", "listings", "--out", "out", "--recipient", "unit 4", "--case", "C-1"]);
    place.expect(0, &["export", "tables", "--out", "tables", "--case", "C-2"]);
    let logged = place.rows(&["audit", "list", "--json", "--kind", "disclosure"]);
    let told: Vec<Value> = logged.iter().map(|row| json!([row["action"], row["recipient"], row["case"]])).collect();
    assert_eq!(told, [json!(["export", logged[0]["actor"], "C-2"]), json!(["export", "unit 4", "C-1"])]);
    let shown: Value = serde_json::from_str(&place.expect(0, &["case", "show", "C-1", "--json"])).unwrap();
    assert_eq!(shown["items"].as_array().unwrap().len(), 1);
    assert_eq!((&shown["items"][0]["kind"], &shown["items"][0]["reference"]), (&json!("export"), &json!(logged[1]["id"].to_string())));
    let pool = place.store().await;
    let mut connection = pool.acquire().await.unwrap();
    let ids = vigie::store::read::ids(&mut connection).await.unwrap();
    let exports = vigie::store::exports::naming(&mut connection, &ids[..1]).await.unwrap();
    assert_eq!(exports.len(), 1);
    assert_eq!((exports[0].recipient.as_str(), exports[0].rows, exports[0].ended_at.is_some()), ("unit 4", 2, true));
    assert!(vigie::store::exports::naming(&mut connection, &["0".repeat(32)]).await.unwrap().is_empty());
    drop(connection);
    pool.close().await;
}
