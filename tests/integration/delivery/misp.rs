//! MISP: what a server gets, and what its answers mean. The receiver is a small one of ours; no real MISP was there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Receiver, Reply, ads, bare, undelivered};
use crate::run::Daemon;

#[test]
fn each_notification_is_one_event_however_often_it_is_pushed() {
    // The first try of each is lost after the event was made, so that the second one finds it there.
    let receiver = Receiver::new(|_, before| match before {
        0 => Reply::Status(502),
        _ => Reply::Text(403, "{\"message\": \"Event already exists, if you would like to edit it, use the url in the location header.\"}"),
    });
    let forbidding = Receiver::new(|_, _| Reply::Text(403, "{\"message\": \"Authentication failed.\"}"));
    let channel = |name: &str, receiver: &Receiver, more: &str| {
        let url = format!("http://{}/misp/", receiver.address);
        format!("[[delivery.misp]]\nname = \"{name}\"\nurl = \"{url}\"\nkey_file = \"../key\"\nallow_private = true\n{more}\n")
    };
    let channels =
        [channel("misp", &receiver, "tags = [\"vigie:watch\"]\ndistribution = 1\ndetails = true"), channel("closed", &forbidding, "")];
    let key = ("key", "abcdefghijklmnopqrstuvwxyz0123456789ABCD\n");
    let place = bare(&[key], &format!("desk = \"https://desk.example\"\n{}", channels.concat()));
    place.expect(0, &["import", &ads(&place, 0..3), "--source", "s1"]);
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for("all events", |_| {
        let rows = undelivered(&place);
        rows.len() == 3 && rows.iter().all(|row| row["delivery"]["channel"] == "closed" && row["delivery"]["state"] == "dead")
    });
    let alerts = place.rows(&["alerts", "--json"]);
    let received = receiver.received();
    assert_eq!((alerts.len(), received.len()), (3, 6));
    for one in &received {
        assert_eq!(one.head, "POST /misp/events/add HTTP/1.1");
        assert_eq!(one.headers["authorization"], "abcdefghijklmnopqrstuvwxyz0123456789ABCD");
        assert_eq!((one.headers["accept"].as_str(), one.headers["content-type"].as_str()), ("application/json", "application/json"));
    }
    let events: Vec<Value> = received.iter().map(|one| one.alert()["Event"].clone()).collect();
    assert_eq!(
        events.iter().map(|event| event["uuid"].as_str().unwrap()).collect::<BTreeSet<_>>().len(),
        3,
        "the second push is of the same event"
    );
    for event in &events {
        let value = |kind: &str| {
            let all = event["Attribute"].as_array().unwrap();
            all.iter().find(|one| one["comment"] == kind).map(|one| one["value"].as_str().unwrap().to_owned())
        };
        let link = value("alert").unwrap();
        let alert = alerts.iter().find(|alert| link == format!("https://desk.example/alerts/{}", alert["id"].as_str().unwrap())).unwrap();
        assert_eq!(event["info"], "Vigie: watch all, source s1");
        assert_eq!(event["date"], alert["created_at"].as_str().unwrap()[..10]);
        assert_eq!((&event["threat_level_id"], &event["analysis"], &event["distribution"]), (&json!("4"), &json!("0"), &json!("1")));
        assert_eq!(event["Tag"], json!([{"name": "tlp:amber"}, {"name": "vigie:watch"}]));
        assert_eq!((value("url").as_deref(), value("vendor").as_deref()), (alert["url"].as_str(), alert["vendor"].as_str()));
        assert!(event["Attribute"].as_array().unwrap().iter().all(|one| one["to_ids"] == false));
    }
    for one in forbidding.received() {
        let event = one.alert();
        assert_eq!(event["Event"]["Attribute"].as_array().unwrap().len(), 1, "{event}");
        assert!(!one.body.contains("Advertisement") && !one.body.contains("vendor"), "{event}");
    }
    daemon.stop();
}
