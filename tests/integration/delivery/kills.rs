//! Random kills of a process that raises and delivers alerts. `cargo xtask kills` has a thousand of them, the tests a few.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use vigie::dice::Dice;

use super::{Receiver, Reply, ads, place, undelivered};
use crate::run::Daemon;

/// Kills where `VIGIE_TEST_KILLS` does not say how many.
const KILLS: u32 = 12;
/// Advertisements in a file, each of which raises one alert.
const ADS: u32 = 4;

/// An import raises alerts and delivers them; it is killed at random moments, begun again with the next file, and in the end everything is imported whose
/// import was cut off.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_every_match_has_its_alert_and_every_alert_arrives() {
    let times: u32 = std::env::var("VIGIE_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    // Every seventh request of those that come for the first time fails, so that there is always something to try again.
    let receiver = Receiver::new(|one, before| {
        std::thread::sleep(Duration::from_millis(3));
        Reply::Status(if before == 0 && one.key().as_bytes()[1] % 7 == 0 { 503 } else { 200 })
    });
    let place = place(&[receiver.channel("desk", "")], "[delivery.feed]\nentries = 50");
    let file = |n: u32| place.file(&format!("ads-{n}.jsonl"), std::fs::read(ads(&place, n * ADS..(n + 1) * ADS)).unwrap());
    // The first one ends by itself; its time is what the moments are drawn from.
    let begun = Instant::now();
    place.expect(0, &["import", &file(0), "--source", "s1"]);
    let whole = begun.elapsed();
    let mut dice = Dice::labelled(u64::from(times), "kills");
    let (mut at_work, mut cut_off) = (0, Vec::new());
    for n in 1..=times {
        let share = u32::try_from(dice.below(1_100)).unwrap();
        if place.killed_after(whole * share / 1_000, &["import", &file(n), "--source", "s1"]) {
            at_work += 1;
            cut_off.push(file(n));
        }
        if let Ok(text) = std::fs::read_to_string(place.data().join("alerts.atom")) {
            assert!(text.starts_with("<?xml") && text.ends_with("</feed>\n"), "half a feed after kill {n}");
        }
    }
    let mut again = vec!["import", "--source", "s1"];
    again.extend(cut_off.iter().map(String::as_str));
    if !cut_off.is_empty() {
        place.expect(0, &again);
    }
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for("all notifications", |_| undelivered(&place).is_empty());
    daemon.stop();

    let pool = place.store().await;
    let count = async |sql: &'static str| -> i64 { sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap() };
    let wanted = i64::from((times + 1) * ADS);
    let versions = count("SELECT COUNT(*) FROM version").await;
    let alerts = count("SELECT COUNT(*) FROM alert").await;
    let bare_versions = count("SELECT COUNT(*) FROM version v WHERE NOT EXISTS (SELECT 1 FROM alert a WHERE a.version_id = v.id)").await;
    let bare_alerts = count("SELECT COUNT(*) FROM alert a WHERE NOT EXISTS (SELECT 1 FROM version v WHERE v.id = a.version_id)").await;
    let bare_deliveries = count("SELECT COUNT(*) FROM delivery d WHERE NOT EXISTS (SELECT 1 FROM alert a WHERE a.id = d.alert_id)").await;
    let not_sent = count("SELECT COUNT(*) FROM delivery WHERE state <> 'sent'").await;
    pool.close().await;
    let ids: BTreeSet<String> = place.rows(&["alerts", "--json"]).iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    let mut arrived: BTreeMap<String, (BTreeSet<String>, u32)> = BTreeMap::new();
    for one in receiver.received() {
        let of = arrived.entry(one.alert()["id"].as_str().unwrap().to_owned()).or_default();
        of.0.insert(one.key().to_owned());
        of.1 += 1;
    }
    let requests: u32 = arrived.values().map(|(_, n)| n).sum();
    println!(
        "{times} kills, {at_work} of them of a process at work: {versions} matching versions, {alerts} alerts, {} alerts arrived in {requests} \
         requests; {bare_versions} versions without an alert, {bare_alerts} alerts without a version, {bare_deliveries} deliveries without an alert, \
         {not_sent} not sent, {} arrived that are no alert, {} under more than one key",
        arrived.len(),
        arrived.keys().filter(|id| !ids.contains(*id)).count(),
        arrived.values().filter(|(keys, _)| keys.len() > 1).count(),
    );
    assert_eq!((versions, alerts, bare_versions, bare_alerts, bare_deliveries, not_sent), (wanted, wanted, 0, 0, 0, 0));
    assert_eq!(arrived.keys().cloned().collect::<BTreeSet<_>>(), ids);
    for (id, (keys, _)) in &arrived {
        assert_eq!(keys.iter().collect::<Vec<_>>(), [&format!("{id}:desk")]);
    }
    place.expect(0, &["verify"]);
}
