//! How each source stands: every state by a real cause, one table that fits a terminal, one JSON object a line.

use std::collections::BTreeMap;

use serde_json::Value;
use vigie::standing::State;

use crate::instance::Place;
use crate::shop::Shop;

/// What `vigie sources --json` says, by source.
fn states(place: &Place) -> BTreeMap<String, Value> {
    place.rows(&["sources", "--json"]).into_iter().map(|row| (row["source"].as_str().unwrap().to_owned(), row)).collect()
}

fn moment(value: &Value) -> jiff::Timestamp {
    value.as_str().unwrap_or_else(|| panic!("{value} is no time")).parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn every_state_has_a_real_cause_a_reason_and_something_to_do() {
    let open = || Shop::open(12);
    let (fine, spent, walled, asks, silent) = (open(), open(), open(), open(), open());
    asks.fail("/list/", "503 Service Unavailable\r\nRetry-After: 3600");
    silent.fail("/robots.txt", "500 Internal Server Error");
    let place = Place::new();
    let changed = |(name, text): (String, String), from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        (name, text.replacen(from, to, 1))
    };
    let sources = [
        fine.source("fine", ""),
        spent.source("spent", "[budget]\npages_per_day = 4\n"),
        changed(walled.source("walled", ""), "/\"]", "/gate\"]"),
        asks.source("asks", ""),
        silent.source("silent", ""),
        changed(fine.source("late", ""), "2099-01-01", "2020-01-01"),
        changed(fine.source("blank", ""), "reference = \"T-1\"\n", ""),
        fine.beyond_reach("hidden"),
        ("rows.toml".to_owned(), "id = \"rows\"\nname = \"Rows\"\ntype = \"shop\"\nimport_only = true\n".to_owned()),
    ];
    place.configure(&sources, str::to_owned);
    let before = states(&place);
    assert_eq!(
        (&before["fine"]["state"], &before["fine"]["known"]),
        (&"ready".into(), &0.into()),
        "before the first crawl there is no store"
    );
    assert!(!place.data().exists(), "looking leaves nothing behind");

    place.expect(3, &["crawl", "--once"]);
    let found = states(&place);
    let expected = [
        ("fine", "waiting", "nothing is due before", "--revisit"),
        ("spent", "budget_spent", "budget of pages", "[budget]"),
        ("walled", "paused", "login wall since", "crawl --once --source walled"),
        ("asks", "snoozed", "patience", "Wait until"),
        ("silent", "blocked", "robots.txt", "--source silent"),
        ("late", "expired", "2020-01-01", "renewed"),
        ("blank", "not_authorised", "authority", "reference"),
        ("hidden", "route_unavailable", "I2P could not be used since", "vigie doctor"),
        ("rows", "import_only", "imports only", "vigie import"),
    ];
    for (id, state, reason, advice) in expected {
        let row = &found[id];
        assert_eq!(row["state"], state, "{id}: {row}");
        assert!(row["reason"].as_str().unwrap().contains(reason), "{id}: {row}");
        let said = row["do"].as_str().unwrap();
        assert!(said.contains(advice) && said.ends_with('.') && said.starts_with(char::is_uppercase), "{id}: {said}");
    }
    let now: jiff::Timestamp = states(&place)["fine"]["last_success"].as_str().unwrap().parse().unwrap();
    assert!(moment(&found["asks"]["until"]) > now && moment(&found["spent"]["until"]) > now && moment(&found["fine"]["until"]) > now);
    assert_eq!(found["fine"]["next_due"], found["fine"]["until"]);
    assert_eq!(
        (found["fine"]["known"].as_u64(), found["fine"]["listings"].as_u64(), found["fine"]["due"].as_u64()),
        (Some(16), Some(12), Some(0))
    );
    assert_eq!(found["fine"]["last_run"]["pages"], 15, "the seller's page is not there");
    assert_eq!(found["silent"]["last_failure"]["outcome"], "server_error");
    assert!(found["asks"]["hosts"][0]["snoozed_until"].is_string());

    // The seconds that come due make it ready; a walk around the others changes nothing for them.
    let pool = place.store().await;
    sqlx::query("UPDATE url SET due_at = 1 WHERE source = 'fine' AND page_kind = 'listing'").execute(&pool).await.unwrap();
    pool.close().await;
    let ready = &states(&place)["fine"];
    assert_eq!((&ready["state"], &ready["due"]), (&"ready".into(), &12.into()));
    assert!(ready["do"].as_str().unwrap().contains("vigie crawl"), "{ready}");

    let seen: std::collections::BTreeSet<String> =
        found.values().chain([ready]).map(|row| row["state"].as_str().unwrap().to_owned()).collect();
    let all: std::collections::BTreeSet<String> =
        State::ALL.iter().map(|state| state.code().to_owned()).filter(|code| code != "crawling").collect();
    assert_eq!(seen, all, "the test knows every state");

    // For people: it fits, and says the same.
    let output = place.run(&["sources"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for line in text.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    for (id, state, ..) in expected.iter().filter(|(id, ..)| *id != "fine") {
        assert!(text.lines().any(|line| line.starts_with(id) && line.contains(state)), "{id} is not shown as {state}:\n{text}");
    }
    assert!(!text.contains("/gate"), "addresses are shown, and logged, for a single source only");
    assert!(place.expect(0, &["sources", "walled"]).contains("/gate"));
    // An import makes sources, too.
    let rows = place.file("rows.jsonl", "{\"id\": \"1\", \"title\": \"Glock 19\"}\n");
    place.expect(0, &["import", &rows, "--source", "imported"]);
    let imported = &states(&place)["imported"];
    assert_eq!((&imported["state"], &imported["listings"]), (&"import_only".into(), &1.into()));
    let unknown = place.refusal(2, &["sources", "nosuch"]);
    assert!(unknown.contains("nosuch") && unknown.contains("fine"), "{unknown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_crawl_is_seen_beside_it_and_a_killed_one_is_over() {
    let (slow, other) = (Shop::open(40), Shop::open(40));
    let place = Place::new();
    let sources = [slow.source("slow", ""), other.source("other", "")];
    place.configure(&sources, |text| text.replace("\"2ms\"", "\"150ms\""));
    let mut child = place.spawn_until(&["crawl", "--once", "--source", "slow"], || slow.asked().len() > 4);
    let found = states(&place);
    assert_eq!(found["slow"]["state"], "crawling", "{}", found["slow"]);
    assert!(found["slow"]["due"].as_u64() > Some(0));
    assert_eq!(found["other"]["state"], "ready");
    let advice = found["other"]["do"].as_str().unwrap();
    assert!(advice.contains(&format!("process {}", child.id())), "{advice}");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(states(&place)["slow"]["state"], "ready", "nobody crawls it any more");
    // Whoever looks does not keep a writer from beginning.
    let looking = std::thread::scope(|scope| {
        let look = scope.spawn(|| (0..5).map(|_| place.run(&["sources", "--json"]).status.success()).filter(|ok| *ok).count());
        place.expect(0, &["crawl", "--once", "--source", "slow", "--max-pages", "3"]);
        look.join().unwrap()
    });
    assert_eq!(looking, 5);

    // What was crawled stays known without its file, and is nobody's fault.
    std::fs::remove_file(place.config().join("sources/slow.toml")).unwrap();
    let slow = &states(&place)["slow"];
    assert_eq!((&slow["state"], &slow["configured"]), (&"not_authorised".into(), &false.into()), "{slow}");
    assert!(slow["do"].as_str().unwrap().contains("slow.toml"), "{slow}");
    assert!(!place.expect(0, &["doctor", "--offline"]).contains("slow"), "the doctor does not ask for it");
}
