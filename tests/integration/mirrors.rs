//! Mirrors of a source, by the real program: one dies, all die, one comes back, a killed process remembers; what pages name is proposed and
//! never followed.

use std::collections::BTreeMap;
use std::process::Child;

use serde_json::Value;

use crate::instance::Place;
use crate::shop::Shop;

const KEY: &str = include_str!("../../extractors/tests/fixtures/signed/market.asc");
const MIRRORS: &str = include_str!("../../extractors/tests/fixtures/signed/mirrors.txt");
const CANARY: &str = include_str!("../../extractors/tests/fixtures/signed/canary.txt");
const FORGED: &str = include_str!("../../extractors/tests/fixtures/signed/forged.txt");

/// Two shops with the same pages, and a source that names the second as a mirror of the first.
fn two(items: usize, more: &str) -> (Shop, Shop, Place) {
    let (one, other, place) = (Shop::open(items), Shop::open(items), Place::new());
    place.configure(&[source(&one, &other, more)], str::to_owned);
    (one, other, place)
}

fn source(one: &Shop, other: &Shop, more: &str) -> (String, String) {
    let (name, text) = one.source("shop", more);
    let mirrors = format!("mirrors = [\"http://{}/\"]\n\n[scope]", other.address);
    let paths = if text.contains("[mirror_list]") { "" } else { "[mirror_list]\npaths = []\n" };
    (name, text.replacen("[scope]", &mirrors, 1) + paths)
}

fn wait(child: Child) -> (i32, Value, String) {
    let output = child.wait_with_output().unwrap();
    let (out, said) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    (output.status.code().unwrap_or(-1), serde_json::from_str(out.lines().last().unwrap_or("null")).unwrap_or_default(), said)
}

fn shown(place: &Place) -> Value {
    place.rows(&["sources", "shop", "--json"]).remove(0)
}

/// Key, title and versions of each listing; a key that comes twice would be lost, so their number is compared with that of the rows.
fn listings(place: &Place) -> BTreeMap<String, (String, Value)> {
    let rows = place.listings();
    let n = rows.len();
    let by_key: BTreeMap<String, (String, Value)> =
        rows.iter().map(|row| (row["key"].as_str().unwrap().to_owned(), (row["title"].to_string(), row["n_versions"].clone()))).collect();
    assert_eq!(by_key.len(), n, "one listing a key");
    by_key
}

/// What a crawl of the same pages at one address finds.
fn undisturbed(items: usize) -> BTreeMap<String, (String, Value)> {
    let (shop, place) = (Shop::open(items), Place::new());
    place.configure(&[shop.source("shop", "")], str::to_owned);
    place.expect(0, &["crawl", "--once"]);
    listings(&place)
}

async fn rows(place: &Place, sql: &'static str) -> Vec<(String, i64)> {
    let pool = place.store().await;
    let rows = sqlx::query_as(sql).fetch_all(&pool).await.unwrap();
    pool.close().await;
    rows
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_mirror_that_dies_in_mid_crawl_is_replaced_and_nothing_is_lost_or_doubled() {
    let (one, other, place) = two(60, "");
    let crawl = place.spawn_until(&["crawl", "--once", "--json"], || one.asked().len() > 25);
    one.die();
    let (code, summary, said) = wait(crawl);
    assert_eq!(code, 0, "{said}{summary}");
    assert_eq!(listings(&place), undisturbed(60));
    assert!(!other.asked().is_empty() && other.asked()[0] == "/robots.txt", "each origin has rules of its own");
    let twice: Vec<String> = other.asked().into_iter().filter(|path| path != "/robots.txt" && one.asked().contains(path)).collect();
    assert!(twice.len() <= 4, "only what was under way is asked for again: {twice:?}");
    // One address a page, under the primary, and not one with a failure to its name.
    let urls = rows(&place, "SELECT host, COUNT(*) FROM url GROUP BY host").await;
    assert_eq!(urls, [(one.address.ip().to_string(), one.pages() as i64)]);
    assert!(rows(&place, "SELECT address, failures FROM url WHERE failures > 0").await.is_empty());
    // Captures keep the address that was asked.
    let there = rows(&place, "SELECT address, seq FROM capture WHERE outcome = 'ok'").await;
    assert!(there.iter().any(|(address, _)| address.starts_with(&format!("http://{}/item/", other.address))));
    place.expect(0, &["verify"]);

    let found = shown(&place);
    let [first, second] = [&found["mirrors"][0], &found["mirrors"][1]];
    assert_eq!(
        (&first["state"], &first["reason"], &first["primary"]),
        (&"down".into(), &"connect_refused".into(), &true.into()),
        "{found}"
    );
    assert_eq!((&second["state"], &second["in_use"], &second["reason"]), (&"up".into(), &true.into(), &"".into()), "{found}");
    assert!(first["next_try"].is_string() && second["latency_ms"].is_u64() && second["last_success"].is_string(), "{found}");
    let up = first["uptime_7d"].as_f64().unwrap();
    assert!(up > 0.0 && up < 1.0 && second["uptime_7d"] == 1.0, "{found}");
    assert_eq!(found["state"], "waiting");
    let text = place.expect(0, &["sources"]);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(text.contains("in use") && text.lines().any(|line| line.contains("down") && line.contains("connect_refused")), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn with_all_mirrors_down_a_source_waits_and_goes_on_where_it_was() {
    let (one, other, place) = two(40, "");
    let crawl = place.spawn_until(&["crawl", "--once", "--json"], || one.asked().len() > 15);
    one.die();
    other.die();
    let (code, summary, said) = wait(crawl);
    assert_eq!(code, 3, "{said}");
    assert!(summary["skipped"][0]["reason"].as_str().unwrap().contains("none of its 2 mirrors answers: connect_refused"), "{summary}");
    let found = shown(&place);
    assert_eq!(found["state"], "blocked", "{found}");
    assert!(found["reason"].as_str().unwrap().starts_with("none of its 2 mirrors answers since"), "{found}");
    assert!(
        found["do"].as_str().unwrap().contains("--source shop") && found["until"].is_string() && found["due"].as_u64() > Some(0),
        "{found}"
    );

    // Another process knows: it asks nobody before the time has come.
    other.come_back();
    let asked = other.asked().len();
    place.expect(3, &["crawl", "--once"]);
    assert_eq!(other.asked().len(), asked);
    // A crawl that goes on waits for the time, tries one address, and goes on.
    let soon = (jiff::Timestamp::now() + std::time::Duration::from_millis(1_500)).as_microsecond();
    let pool = place.store().await;
    sqlx::query("UPDATE mirror SET retry_at = $1").bind(soon).execute(&pool).await.unwrap();
    pool.close().await;
    let mut going_on = place.spawn_until(&["crawl"], || other.asked().len() > asked + 5);
    assert!(going_on.try_wait().unwrap().is_none(), "it goes on");
    assert!(jiff::Timestamp::now().as_microsecond() >= soon, "not before its time");
    going_on.kill().unwrap();
    going_on.wait().unwrap();
    // A person says that it should be tried now.
    place.expect(0, &["crawl", "--once", "--source", "shop"]);
    assert_eq!(listings(&place), undisturbed(40));
    assert_eq!(shown(&place)["state"], "waiting");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_remembers_and_a_mirror_comes_back_when_it_is_tried() {
    let (one, other, place) = two(40, "");
    let mut crawl = place.spawn_until(&["crawl", "--once"], || one.asked().len() > 10);
    one.die();
    while other.asked().len() < 8 && crawl.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    // What was learned is saved with the next batch.
    while shown(&place)["mirrors"][0]["state"] != "down" && crawl.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    crawl.kill().unwrap();
    crawl.wait().unwrap();
    assert_eq!(shown(&place)["mirrors"][0]["state"], "down");
    one.come_back();
    let asked = one.asked().len();
    place.expect(0, &["crawl", "--once"]);
    assert_eq!(one.asked().len(), asked, "it is not asked before its pause is over");
    assert_eq!(listings(&place), undisturbed(40));

    // The pause is over: an address that is due anyway tries it, the crawl stays where it is.
    let pool = place.store().await;
    sqlx::query("UPDATE mirror SET retry_at = 1 WHERE down = 1").execute(&pool).await.unwrap();
    pool.close().await;
    place.expect(0, &["crawl", "--once", "--revisit"]);
    assert_eq!(one.asked().len() - asked, 1, "rules of an hour ago still hold: {:?}", one.asked());
    let found = shown(&place);
    assert_eq!((&found["mirrors"][0]["state"], &found["mirrors"][1]["in_use"]), (&"up".into(), &true.into()), "{found}");
    assert_eq!(listings(&place), undisturbed(40), "whichever mirror shows it, nothing changes");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_source_without_mirrors_its_own_address_is_the_one_whose_health_is_known() {
    let (shop, place) = (Shop::open(30), Place::new());
    place.configure(&[shop.source("shop", "")], str::to_owned);
    let before = shown(&place);
    assert_eq!((&before["mirrors"][0]["state"], &before["uptime_7d"]), (&"untried".into(), &Value::Null), "{before}");
    place.expect(0, &["crawl", "--once"]);
    let up = shown(&place);
    assert_eq!(
        (&up["mirrors"][0]["state"], &up["mirrors"][0]["primary"], &up["uptime_7d"]),
        (&"up".into(), &true.into(), &1.0.into()),
        "{up}"
    );
    assert_eq!(up["mirrors"].as_array().unwrap().len(), 1);
    shop.die();
    // The interval of a host that fails doubles with each failure: a pass does not hold out.
    let output = place.run(&["crawl", "--once", "--revisit"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(3) && said.contains("its host does not answer any more: connect_refused"), "{said}");
    let down = shown(&place);
    assert_eq!((&down["state"], &down["mirrors"][0]["reason"]), (&"blocked".into(), &"connect_refused".into()), "{down}");
    assert!(down["reason"].as_str().unwrap().starts_with("its host does not answer since"), "{down}");
    assert!(rows(&place, "SELECT address, failures FROM url WHERE failures > 0").await.len() > 1, "its pages count their tries as ever");
    shop.come_back();
    place.expect(0, &["crawl", "--once", "--revisit"]);
    assert_eq!(shown(&place)["state"], "waiting");
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_between_mirrors_lead_to_the_page_and_circles_end() {
    let (one, other, place) = two(30, "");
    let to = |shop: &Shop, path: &str| format!("302 Found\r\nLocation: http://{}{path}", shop.address);
    one.fail("/list/1", &to(&other, "/list/1"));
    one.fail("/list/2", &to(&other, "/list/2"));
    other.fail("/list/2", &to(&one, "/list/2"));
    let output = place.run(&["crawl", "--once", "--json"]);
    let summary: Value = serde_json::from_str(String::from_utf8_lossy(&output.stdout).lines().last().unwrap()).unwrap();
    assert_eq!(summary["outcomes"]["too_many_redirects"], 1, "{summary}");
    assert_eq!(summary["outcomes"]["redirected"], 6, "one to the page, and five hops in the circle: {summary}");
    let found = listings(&place);
    let expected = undisturbed(30);
    assert!((1..=10).chain(21..=30).all(|n| found.get(&format!("/item/{n}")) == expected.get(&format!("/item/{n}"))), "{found:?}");
    assert!(other.asked().contains(&"/list/1".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn addresses_of_an_earlier_frontier_are_brought_under_the_primary() {
    let (one, other, place) = (Shop::open(20), Shop::open(20), Place::new());
    let (name, text) = one.source("shop", "");
    let seeds = format!("/\", \"http://{}/\"]", other.address);
    let hosts = format!("hosts = [\"{}\", ", other.address.ip());
    place.configure(&[(name, text.replacen("/\"]", &seeds, 1).replacen("hosts = [", &hosts, 1))], str::to_owned);
    place.expect(0, &["crawl", "--once"]);
    let twice = rows(&place, "SELECT host, COUNT(*) FROM url WHERE state = 'queued' GROUP BY host").await;
    assert_eq!(twice.len(), 2, "two sites, as it was told: {twice:?}");
    let asked = other.asked().len();
    place.configure(&[source(&one, &other, "")], str::to_owned);
    place.expect(0, &["crawl", "--once", "--revisit"]);
    let once = rows(&place, "SELECT host, COUNT(*) FROM url WHERE state = 'queued' GROUP BY host").await;
    assert_eq!(once, [(one.address.ip().to_string(), one.pages() as i64 - 1)], "the seller's page is gone");
    assert_eq!(other.asked().len(), asked);
    // The primary moves: what is known stays known, and is asked for at the new one.
    one.die();
    place.configure(&[source(&other, &one, "")], str::to_owned);
    place.expect(0, &["crawl", "--once", "--revisit"]);
    let moved = rows(&place, "SELECT host, COUNT(*) FROM url WHERE state = 'queued' GROUP BY host").await;
    assert_eq!(moved, [(other.address.ip().to_string(), one.pages() as i64 - 1)]);
    assert_eq!(listings(&place).len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn announced_mirrors_are_proposed_with_what_their_signature_proves_and_never_followed() {
    let names: Vec<&str> = MIRRORS.lines().filter_map(|line| line.strip_prefix("http://")).map(|line| line.trim_end_matches('/')).collect();
    let forged = FORGED.lines().find_map(|line| line.strip_prefix("http://")).unwrap().trim_end_matches('/');
    assert_eq!(names.len(), 2);
    let list = "[mirror_list]\npaths = [\"/mirrors.txt\", \"/canary.txt\"]\n";
    let (one, other, place) = two(12, list);
    one.put("/mirrors.txt", "text/plain", MIRRORS);
    one.put("/canary.txt", "text/plain", CANARY);
    // A vendor names an onion service in the text of an advertisement; the site names another one on its page of news.
    let advertisement = |n: usize, more: &str| {
        format!(
            "<html><body><h1>Glock 19 no {n}</h1><table><tr><th>Price:</th><td>EUR 10{n}.00</td></tr><tr><th>Vendor:</th><td><a href=\"/vendor/anna\">anna</a>\
             </td></tr></table><div class=\"description\"><p>Used pistol in good state. {more}</p></div></body></html>"
        )
    };
    one.put("/item/3", "text/html", &advertisement(3, &format!("More in my own shop: http://{forged}/")));
    let news = format!(
        "<html><body><h1>News</h1><p>We can also be reached at http://{}/ as of today.</p><p><a href=\"/\">Home</a></p></body></html>",
        names[0]
    );
    one.put("/item/4", "text/html", &advertisement(4, "<a href=\"/news\">News</a>"));
    one.put("/news", "text/html", &news);
    let configure = |key: &str, more: &str| {
        std::fs::write(place.config().join("sources/shop.asc"), key).unwrap();
        place.configure(&[source(&one, &other, &format!("{list}{more}"))], str::to_owned);
    };
    let crawl = || {
        let output = place.run(&["crawl", "--once", "--revisit", "--json"]);
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let state = |row: &Value, path: &str| -> (String, String) {
        let one = row["announcements"].as_array().unwrap().iter().find(|one| one["path"] == path).unwrap();
        (one["signature"].as_str().unwrap().to_owned(), one["problem"].as_str().unwrap_or_default().to_owned())
    };
    let proposed = |row: &Value| -> BTreeMap<String, String> {
        let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
        row["proposals"].as_array().unwrap().iter().map(|one| (text(one, "origin"), text(one, "signature"))).collect()
    };
    let onion = |name: &str| format!("http://{name}");

    // No key is named.
    let summary = crawl();
    let row = shown(&place);
    assert_eq!(state(&row, "/mirrors.txt"), ("key_not_named".into(), String::new()), "{row}");
    assert!(state(&row, "/canary.txt").1.contains("key_file"), "{row}");
    let expected = [onion(names[0]), onion(names[1]), "https://lantern.example".to_owned()];
    let expected: BTreeMap<String, String> = expected.into_iter().map(|origin| (origin, "key_not_named".to_owned())).collect();
    assert_eq!(proposed(&row), expected, "what a vendor writes is not proposed");
    assert_eq!(summary["per_host"].as_object().unwrap().keys().collect::<Vec<_>>(), [&one.address.ip().to_string()], "nothing is followed");
    let first = &row["proposals"].as_array().unwrap().iter().find(|one| one["origin"] == onion(names[0])).unwrap().clone();
    assert_eq!(first["times"], 2, "the list and the news: {first}");
    assert!(first["capture_id"].is_string() && first["do"].as_str().unwrap().contains("mirrors"), "{first}");

    // The right key; the canary is of January.
    configure(KEY, "key_file = \"shop.asc\"\n");
    crawl();
    let row = shown(&place);
    assert_eq!(state(&row, "/mirrors.txt"), ("valid".into(), String::new()), "{row}");
    assert!(state(&row, "/canary.txt").1.contains("overdue"), "{row}");
    assert!(proposed(&row).values().all(|state| state == "valid"), "{row}");
    assert!(row["proposals"][0]["fingerprint"].as_str().unwrap().len() == 40 && row["proposals"][0]["signed_at"].is_string(), "{row}");
    configure(KEY, "key_file = \"shop.asc\"\noverdue_after = \"36500d\"\n");
    assert_eq!(state(&shown(&place), "/canary.txt"), ("valid".into(), String::new()));
    let text = place.expect(0, &["sources", "shop"]);
    assert!(text.contains(&onion(names[1])) && text.contains("Signed by the key of shop"), "{text}");
    assert!(place.expect(0, &["sources"]).lines().all(|line| line.chars().count() <= 100), "{text}");

    // Another key signs, and a text that was changed.
    one.put("/mirrors.txt", "text/plain", FORGED);
    one.put("/canary.txt", "text/plain", &CANARY.replace("well", "ill"));
    crawl();
    let row = shown(&place);
    assert!(state(&row, "/mirrors.txt").0 == "other_key" && state(&row, "/mirrors.txt").1.contains("other hands"), "{row}");
    assert!(state(&row, "/canary.txt").0 == "invalid" && state(&row, "/canary.txt").1.contains("fails"), "{row}");
    assert_eq!(proposed(&row)[&onion(forged)], "other_key");
    assert_eq!(proposed(&row)[&onion(names[0])], "valid", "what was proved stays so");
    // All sources together show how many there are, and no address of a page.
    let all = place.rows(&["sources", "--json"]).remove(0);
    assert_eq!((&all["proposed"], &all["proposals"]), (&4.into(), &Value::Null));
    assert!(place.expect(0, &["sources"]).contains("4 mirrors proposed, 2 problems"));
    // Taken up, it is no proposal any more; the mirror that nobody serves is no reason to fail.
    assert!(place.run(&["check"]).status.success());
    // A key that is none is a problem of the configuration.
    configure("no key", "key_file = \"shop.asc\"\n");
    let said = place.refusal(2, &["crawl", "--once"]);
    assert!(said.contains("shop.asc") && said.contains("gpg --armor --export"), "{said}");
}
