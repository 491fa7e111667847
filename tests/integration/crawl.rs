//! The whole path on the mock market: what is there is found, what changes makes one version and one alert, a kill loses and doubles nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;
use vigie::demo::{TrueListing, TrueState};

use crate::instance::Instance;

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}

/// The rows of an export by site and path.
fn by_path(instance: &Instance) -> BTreeMap<(String, String), Value> {
    let path = |row: &Value| url::Url::parse(text(row, "url")).map(|url| url.path().to_owned()).unwrap_or_default();
    instance.listings().into_iter().map(|row| ((text(&row, "source").to_owned(), path(&row)), row)).collect()
}

/// Title, versions and sightings of each listing.
pub(crate) fn facts(instance: &Instance) -> BTreeMap<(String, String), (String, Value, Value)> {
    let of = |row: Value| (text(&row, "title").to_owned(), row["n_versions"].clone(), row["n_sightings"].clone());
    by_path(instance).into_iter().map(|(id, row)| (id, of(row))).collect()
}

fn identity(instance: &Instance, one: &TrueListing) -> (String, String) {
    (instance.market.sites()[one.site - 1].id.to_owned(), one.path.clone())
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn what_the_market_holds_is_found_and_a_changed_price_is_one_version_and_one_alert() {
    let instance = Instance::new();
    instance.expect(0, &["watch", "add", "everything", "*"]);
    let first = instance.crawl(&[]);
    let truth = instance.market.truth();
    let rows = by_path(&instance);
    let shown: Vec<&TrueListing> = truth.iter().filter(|one| matches!(one.first, TrueState::Listed(_))).collect();
    let missing: Vec<_> = shown.iter().map(|one| identity(&instance, one)).filter(|id| !rows.contains_key(id)).collect();
    assert!(missing.is_empty(), "not found: {missing:?}");
    for one in &shown {
        let row = &rows[&identity(&instance, one)];
        assert_eq!(text(row, "title"), one.title);
        assert_eq!(row["n_versions"], 1, "{}", one.path);
    }
    let alerts = instance.rows(&["alerts", "--json"]);
    assert_eq!(alerts.len(), rows.len(), "one alert a listing");
    assert_eq!(first["alerts"], rows.len());

    // The same market again: nothing new.
    let again = instance.crawl(&["--revisit"]);
    assert_eq!((&again["versions_new"], &again["alerts"], &again["listings_new"]), (&Value::from(0), &Value::from(0), &Value::from(0)));
    assert!(again["revisits"].as_u64() > Some(200), "unchanged bodies are revisit records: {}", again["revisits"]);

    // A changed market: each changed price is one version and one alert, each new listing one alert.
    instance.market.set_visit(2);
    let changed = instance.crawl(&["--revisit"]);
    let rows = by_path(&instance);
    let (mut prices, mut arrivals) = (0, 0);
    for one in &truth {
        let versions = rows.get(&identity(&instance, one)).map(|row| row["n_versions"].clone());
        match (&one.first, &one.second) {
            (TrueState::Listed(before), TrueState::Listed(after)) if before != after => {
                prices += 1;
                assert_eq!(versions, Some(Value::from(2)), "{}", one.path);
            }
            (TrueState::Absent, TrueState::Listed(_)) => {
                arrivals += 1;
                assert_eq!(versions, Some(Value::from(1)), "{}", one.path);
            }
            (TrueState::Listed(_), TrueState::Listed(_)) => assert_eq!(versions, Some(Value::from(1)), "{}", one.path),
            _ => {}
        }
    }
    assert_eq!((prices, arrivals), (6, 5), "the market changes as it says");
    assert_eq!(changed["alerts"], prices + arrivals);
    assert_eq!(changed["versions_new"], prices + arrivals);
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_traps_actions_and_the_interval_are_kept() {
    let instance = Instance::new();
    let summary = instance.crawl(&[]);
    let log = instance.market.log();
    let asked: BTreeSet<&str> = log.iter().map(|hit| hit.path.as_str()).collect();
    assert!(asked.contains("/print/imprint"), "robots.txt opens this one again");
    for closed in ["/cart/", "/search", "/print/"] {
        assert!(!asked.iter().any(|path| path.starts_with(closed) && *path != "/print/imprint"), "{closed} is closed by robots.txt");
    }
    assert!(log.iter().all(|hit| hit.method == "GET"), "a passive reader only gets");
    let calendar = asked.iter().filter(|path| path.starts_with("/calendar/")).count();
    assert!(calendar < 150, "the calendar is endless, {calendar} of its pages were asked for");
    for site in instance.market.sites() {
        let host = site.address.ip().to_string();
        let times: Vec<Instant> = log.iter().filter(|hit| hit.site == site.number).map(|hit| hit.at).collect();
        let gap = summary["per_host"][&host]["min_gap_ms"].as_f64().unwrap();
        assert!(gap >= 30.0, "{host}: {gap} ms between two starts");
        assert_eq!(summary["per_host"][&host]["pages"], times.len(), "every request is counted, robots.txt and redirects too");
        let whole = times.last().unwrap().duration_since(times[0]);
        assert!(whole >= Duration::from_millis(30) * (times.len() as u32 - 1) * 97 / 100, "{host}: {} requests in {whole:?}", times.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn killed_in_mid_crawl_nothing_is_lost_and_nothing_doubled() {
    let clean = Instance::new();
    clean.crawl(&[]);
    let killed = Instance::new();
    // Pages come faster than batches of one are committed, so that nearly every kill meets one batch that is read and not committed beside
    // another that is under way.
    let settings = killed.config().join("vigie.toml");
    let text = std::fs::read_to_string(&settings).unwrap_or_default();
    std::fs::write(&settings, format!("{text}\n[crawl]\nbatch_pages = 1\n")).unwrap();
    for milliseconds in [700, 1_900, 3_400] {
        let mut child = killed.spawn(&["crawl", "--once"]);
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    killed.crawl(&[]);
    killed.expect(0, &["verify"]);
    assert_eq!(facts(&killed), facts(&clean));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn facts_and_index_built_again_are_the_same_byte_for_byte() {
    let instance = Instance::new();
    instance.expect(0, &["watch", "add", "glocks", "glock"]);
    instance.crawl(&[]);
    instance.market.set_visit(2);
    instance.crawl(&["--revisit"]);
    let export = |name: &str| {
        let out = instance.folder.path().join(name);
        instance.expect(0, &["export", "listings", "--out", out.to_str().unwrap()]);
        (std::fs::read(out.join("listings.jsonl")).unwrap(), std::fs::read(out.join("listings.csv")).unwrap())
    };
    let search = || instance.expect(0, &["search", "glock OR beretta", "--json", "--limit", "1000"]);
    let (before, found, alerts) = (export("before"), search(), instance.expect(0, &["alerts", "--json"]));
    assert!(!found.is_empty() && !alerts.is_empty());
    std::fs::remove_dir_all(instance.data().join("index")).unwrap();
    instance.expect(0, &["reindex"]);
    assert_eq!(search(), found);
    instance.expect(0, &["reextract"]);
    assert_eq!(export("after"), before);
    assert_eq!(search(), found);
    assert_eq!(instance.expect(0, &["alerts", "--json"]), alerts, "reading again raises no alert");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_valid_authority_nothing_is_fetched() {
    let instance = Instance::new();
    let sources = vigie::demo::sources(&instance.market);
    instance.configure(&sources, |text| text.replace("2099-01-01", "2020-01-01"));
    let output = instance.run(&["crawl", "--once", "--json"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("expired"), "it says why");
    assert!(instance.market.log().is_empty(), "not one request was made");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_wall_where_content_was_pauses_the_source_until_a_person_names_it() {
    let instance = Instance::new();
    let sources = vigie::demo::sources(&instance.market);
    instance.configure(&sources[..1], |text| text.replacen("/\"]", "/account/orders\"]", 1));
    let output = instance.run(&["crawl", "--once"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("login wall"), "{said}");
    let asked_for = || instance.market.log().iter().filter(|hit| hit.site == 1).count();
    let asked = asked_for();
    assert_eq!(instance.run(&["crawl", "--once", "--revisit"]).status.code(), Some(3));
    assert_eq!(asked_for(), asked, "a paused source is left alone");
}

/// A server on loopback that answers every request but robots.txt with this head.
fn grumpy(head: &'static str) -> std::net::SocketAddr {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.3.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let n = stream.read(&mut request).unwrap_or(0);
            let robots = request[..n].starts_with(b"GET /robots.txt ");
            let head = if robots { "HTTP/1.1 404 Not Found\r\n" } else { head };
            let _ = stream.write_all(format!("{head}Content-Length: 0\r\nConnection: close\r\n\r\n").as_bytes());
        }
    });
    address
}

/// A single pass over one source at this address ends by itself, within `most`.
fn one_pass(address: std::net::SocketAddr, most: Duration) -> (i32, String) {
    let instance = Instance::new();
    std::fs::remove_dir_all(instance.config().join("sources")).unwrap();
    let source = vigie::demo::sources(&instance.market).remove(0).1;
    let host = instance.market.sites()[0].address;
    let source =
        source.replace(&format!("http://{host}"), &format!("http://{address}")).replace(&host.ip().to_string(), &address.ip().to_string());
    instance.configure(&[("lantern.toml".to_owned(), source)], |text| text.to_owned());
    let begin = Instant::now();
    let output = instance.run(&["crawl", "--once"]);
    assert!(begin.elapsed() < most, "the pass took {:?}", begin.elapsed());
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_host_is_named_and_does_not_hold_the_pass() {
    let nobody = std::net::TcpListener::bind("127.0.3.2:0").unwrap().local_addr().unwrap();
    let (code, said) = one_pass(nobody, Duration::from_secs(60));
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("robots.txt") && said.contains("connect_refused"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_asks_for_an_hour_is_left_alone() {
    let (code, said) = one_pass(grumpy("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\n"), Duration::from_secs(60));
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("rate_limited 1"), "{said}");
}
