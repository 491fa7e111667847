//! Copies of whole sites under other addresses: they multiply neither notifications nor counts.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::Value;
use vigie::demo::{self, Market, MarketOptions};

use crate::instance::Instance;

/// A copy of the demo's market on hosts of its own, and its source files.
fn copy() -> (Market, Vec<(String, String)>) {
    let host = |site: u8| IpAddr::V4(Ipv4Addr::new(127, 0, 7, site));
    let market = Market::start(MarketOptions { stumbles: false, addresses: [host(1), host(2)], ..MarketOptions::default() }).unwrap();
    let renamed = |(name, text): (String, String)| {
        let id = name.trim_end_matches(".toml");
        (format!("{id}-copy.toml"), text.replace(&format!("id = \"{id}\""), &format!("id = \"{id}-copy\"")))
    };
    let sources = demo::sources(&market).into_iter().map(renamed).collect();
    (market, sources)
}

/// Notifications, families among the listings, and the tables without their manifest.
fn counted(instance: &Instance) -> (usize, usize, Vec<String>) {
    let alerts = instance.rows(&["alerts", "--json"]);
    let notified = alerts.iter().filter(|alert| alert["covered_by"].is_null()).count();
    let mut families: Vec<String> = instance.listings().iter().map(|row| row["family"].to_string()).collect();
    families.sort();
    families.dedup();
    let out = instance.folder.path().join("tables");
    instance.expect(0, &["export", "tables", "--out", out.to_str().unwrap()]);
    let tables = ["t1_trend.csv", "t3_prices.csv", "t4_origins.csv"].iter().map(|name| std::fs::read_to_string(out.join(name)));
    (notified, families.len(), tables.map(|text| text.unwrap_or_default()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_of_the_market_add_no_family_no_notification_and_no_count() {
    let instance = Instance::new();
    instance.expect(0, &["watch", "add", "everything", "*"]);
    instance.crawl(&[]);
    let alone = counted(&instance);
    let (_copy, sources) = copy();
    instance.configure(&sources, str::to_owned);
    let summary = instance.crawl(&[]);
    let reports = instance.rows(&["sources", "--json"]);
    let replicas: Vec<&Value> = reports.iter().filter(|report| !report["replica_of"].is_null()).collect();
    assert_eq!((reports.len(), replicas.len()), (4, 2), "{reports:?}");
    assert!(summary["listings_new"].as_u64() > Some(200), "the copies are read all the same: {summary}");
    assert_eq!(counted(&instance), alone, "{summary}");
}
