//! `vigie bench` on little work: what it prints, that it counts, that it refuses to ask anybody but this machine.

use std::sync::Arc;

use serde_json::Value;
use vigie::bench::server::{Server, Show};
use vigie::bench::site::Site;

use crate::instance::{Place, lines};

/// Figures by benchmark and name.
fn figures(place: &Place, arguments: &[&str]) -> Vec<Value> {
    lines(&place.expect(0, &[&["bench", "--json", "--runs", "2"], arguments].concat()))
}

fn find<'a>(figures: &'a [Value], bench: &str, figure: &str) -> &'a Value {
    figures
        .iter()
        .find(|one| one["bench"] == bench && one["figure"] == figure)
        .unwrap_or_else(|| panic!("no {bench} {figure} in {figures:?}"))
}

#[test]
fn every_figure_has_its_fields_and_its_work() {
    let place = Place::new();
    let work = ["--pages", "50", "--rows", "60", "--listings", "80", "--concurrency", "8"];
    let figures = figures(&place, &[&["crawl", "import", "search", "reindex"], work.as_slice()].concat());
    for one in &figures {
        for field in ["value", "min", "median", "max", "rss_peak_mb"] {
            assert!(one[field].as_f64().is_some_and(|value| value >= 0.0), "{field}: {one}");
        }
        assert_eq!((one["n"].as_u64(), one["value"] == one["median"]), (Some(2), true), "{one}");
        assert!(one["unit"].is_string() && one["work"].as_object().is_some_and(|work| !work.is_empty()), "{one}");
        assert!(one["min"].as_f64() <= one["median"].as_f64() && one["median"].as_f64() <= one["max"].as_f64(), "{one}");
    }
    for part in ["bare", "fetch_parse", "full"] {
        assert_eq!(find(&figures, "crawl", part)["work"]["pages"], 50);
        assert!(find(&figures, "crawl", &format!("{part}_cpu"))["value"].is_number());
    }
    let work = &find(&figures, "crawl", "full")["work"];
    assert_eq!((&work["listings"], &work["indexed"]), (&Value::from(50), &Value::from(50)));
    assert!(work["alerts"].as_u64() >= Some(1));
    assert_eq!(find(&figures, "crawl", "full_over_bare")["unit"], "ratio");
    assert_eq!(find(&figures, "reindex", "listings")["work"]["listings"], 60);
    assert!(find(&figures, "search", "p50")["work"]["hits"].as_u64() > Some(0));
    for kind in ["frequent", "rare", "phrase", "boolean", "filters", "newest", "price", "prefix", "fuzzy", "collapse", "deep"] {
        let figure = find(&figures, "search", &format!("{kind}_over_raw"));
        assert!(figure["work"]["matches"].as_u64() > Some(0) && figure["work"]["listings"] == 80, "{figure}");
    }
    assert_eq!(find(&figures, "import", "rows")["work"]["rows"], 60);
    assert_eq!(find(&figures, "import", "growth_ratio")["work"]["listings"], 80);
    assert_eq!(find(&figures, "import", "growth_last")["work"]["listings"], 8);
    assert_eq!(find(&figures, "import", "growth_cpu_to_80")["unit"], "ms/listing");
}

#[test]
fn the_pure_stages_count_what_they_found() {
    let place = Place::new();
    let figures = lines(&place.expect(0, &["bench", "--json", "--runs", "1", "extract", "classify", "--pages", "60"]));
    let work = &find(&figures, "extract", "market")["work"];
    assert!(work["pages"] == 60 && work["listings"].as_u64() >= Some(60), "{work}");
    assert!(find(&figures, "classify", "listings")["work"]["with_category"].as_u64() > Some(0));
    assert!(find(&figures, "classify", "indicators")["work"]["indicators"].as_u64() > Some(0));
}

#[test]
fn watches_match_what_their_search_finds() {
    let place = Place::new();
    let figures = lines(&place.expect(0, &["bench", "--json", "--runs", "1", "alerts", "--watches", "1000"]));
    let work = &find(&figures, "alerts", "pairs_1k")["work"];
    assert!(work["watches"] == 1_000 && work["listings"] == 1_000 && work["matches"].as_u64() > Some(0), "{work}");
    assert!(figures.iter().all(|one| one["figure"] != "pairs_10k"), "no more watches than asked for");
    assert!(find(&figures, "alerts", "dear_together_1k")["work"]["matches"].as_u64() > Some(0), "{figures:?}");
    for differ in ["equality_missed", "equality_extra"] {
        let figure = find(&figures, "alerts", differ);
        assert!(figure["value"] == 0.0 && figure["work"]["matches"].as_u64() > Some(1_000), "{figure}");
    }
}

#[test]
fn a_frontier_counts_its_addresses_and_visits() {
    let place = Place::new();
    let figures = lines(&place.expect(0, &["bench", "--json", "--runs", "1", "frontier", "--urls", "3000"]));
    let disk = find(&figures, "frontier", "disk");
    assert_eq!((&disk["work"]["addresses"], &disk["work"]["visits"]), (&Value::from(3_000), &Value::from(60)));
    assert!(disk["value"].as_f64() > Some(100.0) && find(&figures, "frontier", "claims")["value"].as_f64() > Some(0.0), "{figures:?}");
}

#[test]
fn politeness_is_measured_and_kept() {
    let place = Place::new();
    let figures = lines(&place.expect(0, &["bench", "--json", "--runs", "1", "polite", "--seconds", "5"]));
    let work = &find(&figures, "polite", "share_of_the_bound")["work"];
    assert_eq!((work["hosts"].as_u64(), work["hosts_with_a_short_gap_at_the_client"].as_u64()), (Some(50), Some(0)));
    assert!(work["requests"].as_u64() > Some(0), "{work}");
}

#[test]
fn a_run_that_does_less_fails() {
    let place = Place::new();
    let site = place.folder.path().join("site");
    place.expect(0, &["bench", "--write-site", site.to_str().unwrap(), "--pages", "30"]);
    assert_eq!(std::fs::read_dir(site.join("item")).unwrap().count(), 30);
    // 30 pages are shown, and then the processes are told to find 40.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let address = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    let show = Show { address, port: 0, pages: Arc::new(Site { pages: 30 }.all()), latencies: Vec::new() };
    let server = runtime.block_on(Server::start(vec![show])).unwrap();
    let base = format!("http://{}/", server.addresses()[0]);
    let enough = place.run(&["bench", "crawl/full", "--runs", "1", "--pages", "30", "--base", &base, "--json"]);
    assert_eq!(enough.status.code(), Some(0), "{}", String::from_utf8_lossy(&enough.stderr));
    assert_eq!(server.served(), 30);
    for part in ["crawl/full", "crawl/fetch_parse", "crawl/bare"] {
        let said = place.refusal(1, &["bench", part, "--runs", "1", "--pages", "40", "--base", &base, "--json"]);
        assert!(said.contains("did not do its work"), "{part}: {said}");
    }
}

#[test]
fn nobody_else_is_asked() {
    let place = Place::new();
    for base in ["http://192.0.2.1/", "http://shop.example/", "http://localhost:8080/", "https://127.0.0.1/", "127.0.0.1"] {
        let said = place.refusal(2, &["bench", "crawl", "--base", base]);
        assert!(said.contains("this machine alone"), "{base}: {said}");
    }
    let said = place.refusal(2, &["bench", "walk"]);
    assert!(said.contains("crawl, polite"), "{said}");
}

#[test]
fn no_configuration_asks_without_an_interval() {
    let place = Place::new();
    let source = "id = \"s\"\nname = \"S\"\ntype = \"shop\"\nseeds = [\"http://127.0.0.1:1/\"]\n[scope]\nallow_private = true\n[politeness]\ninterval = \"0ms\"\n";
    place.configure(&[("s.toml".into(), source.into())], str::to_owned);
    let said = place.run(&["check"]);
    assert_eq!(said.status.code(), Some(2));
    let said = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    assert!(said.contains("`interval` is nothing"), "{said}");
}
