//! What watches fire on, and when their notifications go out.

use serde_json::{Value, json};
use vigie::store::alerts;

use crate::instance::{Place, lines, warc_response};

fn ad(id: u32, price: u32, title: &str) -> Value {
    json!({"id": id.to_string(), "title": title, "description": format!("{title}, as in the picture."), "vendor": "anna", "price": price.to_string(),
        "currency": "EUR"})
}

fn import(place: &Place, source: &str, rows: &[Value]) {
    let file = place.file("rows.jsonl", rows.iter().map(|row| format!("{row}\n")).collect::<String>());
    place.expect(0, &["import", &file, "--source", source]);
}

/// Of the alerts of a watch: what happened, and why nothing was notified of it.
fn told(place: &Place, watch: &str) -> Vec<(String, String)> {
    let rows = place.rows(&["alerts", "--json", "--watch", watch]);
    let words = |row: &Value| {
        let events: Vec<&str> = row["events"].as_array().unwrap().iter().map(|event| event.as_str().unwrap()).collect();
        (events.join(" "), row["held"].as_str().unwrap_or(if row["covered_by"].is_string() { "covered" } else { "" }).to_owned())
    };
    rows.iter().map(words).collect()
}

fn notices(place: &Place) -> Vec<Value> {
    std::fs::read_to_string(place.data().join("alerts.jsonl")).map(|text| lines(&text)).unwrap_or_default()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

#[test]
pub(crate) fn changes_notify_where_they_are_asked_for() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "any", "glock"]);
    place.expect(0, &["watch", "add", "cheaper", "glock", "--on", "changed", "--changes", "price", "--price-by", "10%"]);
    for price in [650, 640, 500] {
        import(&place, "s1", &[ad(1, price, "Glock 19 pistol")]);
    }
    import(&place, "s1", &[ad(1, 500, "Glock 19 pistol, reserved")]);
    assert_eq!(told(&place, "any"), owned(&[("new", ""), ("changed", ""), ("changed", ""), ("changed", "")]));
    let cheaper = owned(&[("new", "not_asked"), ("changed", "not_asked"), ("changed", ""), ("changed", "not_asked")]);
    assert_eq!(told(&place, "cheaper"), cheaper);
    let fallen = &place.rows(&["alerts", "--json", "--watch", "cheaper"])[2]["changes"];
    assert_eq!(*fallen, json!([{"what": "price", "from": "640 EUR", "to": "500 EUR", "percent": -21.9}]));
    assert_eq!(notices(&place).len(), 5);
    import(&place, "s1", &[ad(2, 500, "GLOCK 19 pistol, reserved !!")]);
    assert_eq!(told(&place, "cheaper")[4], ("new".to_owned(), "not_asked".to_owned()));
    let shown = place.expect(0, &["alerts"]);
    assert!(shown.contains("price: 640 EUR -> 500 EUR (-21.9 %)"), "{shown}");
}

#[test]
pub(crate) fn thresholds_mutes_and_ends_hold_notifications_back_and_no_match() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "wave", "pistol", "--at-least", "3 in 7d"]);
    place.expect(0, &["watch", "add", "mute", "pistol", "--mute-until", "2999-01-01"]);
    place.expect(0, &["watch", "add", "both", "pistol", "--at-least", "2 in 7d", "--digest", "daily"]);
    place.expect(0, &["watch", "add", "over", "pistol", "--expires", "2020-01-01"]);
    import(&place, "s1", &[ad(1, 650, "Glock 19 pistol"), ad(2, 300, "Walther PPK pistol")]);
    assert_eq!(told(&place, "wave"), owned(&[("new", "threshold"), ("new", "threshold")]));
    import(&place, "s1", &[ad(3, 900, "Beretta 92 pistol"), ad(4, 100, "Makarov pistol")]);
    assert_eq!(told(&place, "wave"), owned(&[("new", "covered"), ("new", "covered"), ("new", ""), ("new", "threshold")]));
    assert_eq!(told(&place, "mute"), owned(&[("new", "muted"); 4]));
    assert!(told(&place, "over").is_empty());
    let notices = notices(&place);
    assert_eq!(notices.len(), 1);
    let gathered: Vec<&str> = notices[0]["gathered"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!((notices[0]["title"].as_str(), gathered), (Some("Beretta 92 pistol"), vec!["Glock 19 pistol", "Walther PPK pistol"]));
    let both = place.rows(&["alerts", "--json", "--watch", "both"]);
    assert_eq!(told(&place, "both"), owned(&[("new", "covered"), ("new", ""), ("new", "covered"), ("new", "covered")]));
    assert_eq!(both[1]["gathered"].as_array().unwrap().len(), 3, "what a threshold gathered goes into the digest: {both:?}");
    place.expect(0, &["watch", "set", "mute", "--reset", "--priority", "high"]);
    import(&place, "s1", &[ad(5, 120, "Tokarev pistol")]);
    assert_eq!(told(&place, "mute")[4], ("new".to_owned(), String::new()));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn digests_and_quiet_hours_wait_for_their_time() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "digest", "pistol", "--digest", "daily"]);
    place.expect(0, &["watch", "add", "quiet", "pistol", "--quiet", "00:00-23:59"]);
    place.expect(0, &["watch", "add", "urgent", "pistol", "--quiet", "00:00-23:59", "--digest", "daily", "--priority", "urgent"]);
    import(&place, "s1", &[ad(1, 650, "Glock 19 pistol"), ad(2, 300, "Walther PPK pistol")]);
    import(&place, "s1", &[ad(3, 900, "Beretta 92 pistol"), ad(4, 650, "GLOCK 19 PISTOL !!")]);
    assert_eq!(told(&place, "digest"), owned(&[("new", ""), ("new", "covered"), ("new", "covered"), ("new", "covered")]));
    // In the last minute of the day it is not quiet.
    let late = notices(&place).iter().any(|row| row["watch"] == "quiet");
    let watches: Vec<Value> = notices(&place).into_iter().filter(|row| row["watch"] != "quiet").collect();
    assert_eq!(watches.iter().map(|row| row["watch"].as_str().unwrap()).collect::<Vec<_>>(), ["urgent"; 3]);
    let waiting = place.rows(&["alerts", "--json", "--watch", "digest"]);
    assert!(waiting[0]["notice"].is_null() && waiting[0]["notified_at"].as_str() > waiting[0]["created_at"].as_str(), "{waiting:?}");
    let pool = place.store().await;
    assert_eq!(alerts::release(&mut pool.acquire().await.unwrap(), i64::MAX).await.unwrap(), if late { 1 } else { 4 });
    pool.close().await;
    import(&place, "s2", &[ad(9, 5, "A lamp")]);
    let notices = notices(&place);
    let digest = notices.iter().find(|row| row["watch"] == "digest").unwrap();
    assert_eq!(digest["gathered"].as_array().unwrap().len(), 2, "the copy is counted under its first: {digest}");
    assert_eq!(notices.len(), 7);
    let numbers: Vec<i64> = notices.iter().map(|row| row["notice"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=7).collect::<Vec<_>>());
}

#[test]
pub(crate) fn pages_that_go_and_come_back_are_told() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "w", "lamp", "--on", "removed", "--on", "back"]);
    place.expect(0, &["watch", "add", "plain", "lamp"]);
    let page = |price: u32| {
        format!(
            "<html><head><title>Lamp</title></head><body><h1>Lamp of brass</h1><p class=price>${price}.00</p><p>As new, with its shade.</p>\
             <form action=/cart/add method=post><button>Add to cart</button></form></body></html>"
        )
    };
    let gone = "<html><body><h1>Not found</h1></body></html>";
    for (n, status, body) in [
        (1, "200 OK", page(50)),
        (2, "404 Not Found", gone.to_owned()),
        (3, "410 Gone", gone.to_owned()),
        (4, "200 OK", page(50)),
        (5, "410 Gone", gone.to_owned()),
        (6, "200 OK", page(60)),
    ] {
        let warc = place.file("pages.warc", warc_response(n, status, &body));
        place.expect(0, &["import", &warc, "--source", "s1"]);
    }
    let events = [("new", "not_asked"), ("removed", ""), ("back", ""), ("removed", ""), ("changed back", "")];
    assert_eq!(told(&place, "w"), owned(&events));
    assert_eq!(told(&place, "plain"), owned(&[("new", ""), ("changed back", "")]));
    place.expect(0, &["reextract"]);
    assert_eq!(told(&place, "w"), owned(&events), "building facts again raises nothing");
}

#[test]
pub(crate) fn new_vendors_and_what_moves_between_sources_are_told() {
    let place = Place::new();
    let events = ["vendor_new", "vendor_moved", "indicator_moved"];
    for event in events {
        place.expect(0, &["watch", "add", event, "*", "--on", event]);
    }
    let row = |id: u32, vendor: &str, text: &str| {
        let (title, at) = (format!("Lamp {vendor} {id}"), format!("2026-01-0{id}T00:00:00Z"));
        json!({"id": id.to_string(), "title": title, "vendor": vendor, "price": "5 EUR", "description": text, "observed_at": at})
    };
    import(&place, "s1", &[row(1, "anna", "Two lamps. Telegram: @anna_lamps_x")]);
    import(&place, "s1", &[row(2, "anna", "Another one")]);
    import(&place, "s2", &[row(3, "bert", "Lamps for sale, all sizes. Telegram: @anna_lamps_x")]);
    import(&place, "s2", &[row(4, "bert", "Cheap. Telegram: @anna_lamps_x")]);
    let notified = |watch: &str| -> Vec<String> {
        let rows = place.rows(&["alerts", "--json", "--watch", watch]);
        rows.iter().filter(|row| row["held"].is_null()).map(|row| row["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(notified("vendor_new"), ["Lamp anna 1", "Lamp bert 3"]);
    assert_eq!(notified("indicator_moved"), ["Lamp bert 3"]);
    // A contact that two accounts show makes one seller of them; who sold first has not moved.
    assert_eq!(notified("vendor_moved"), ["Lamp bert 3"]);
}

#[test]
fn sources_that_stop_answering_are_told_once_and_when_they_come_back() {
    let place = Place::new();
    let port = std::net::TcpListener::bind("127.0.1.1:0").unwrap().local_addr().unwrap().port();
    let source = format!(
        "id = \"shop1\"\nname = \"Shop\"\ntype = \"shop\"\nroute = \"clearnet\"\nseeds = [\"http://127.0.1.1:{port}/\"]\n\
         [scope]\nhosts = [\"127.0.1.1\"]\nallow_private = true\n[authority]\nreference = \"C\"\nlegal_basis = \"t\"\napproved_by = \"t\"\n\
         expires = \"2099-01-01\"\n[politeness]\ninterval = \"20ms\"\n[robots]\npolicy = \"ignore\"\nreason = \"test\"\n"
    );
    place.configure(&[("shop1.toml".to_owned(), source)], str::to_owned);
    place.expect(0, &["watch", "add", "down", "source:shop1", "--on", "source_down", "--on", "source_back"]);
    place.expect(0, &["watch", "add", "other", "source:shop2", "--on", "source_down"]);
    for _ in 0..2 {
        place.run(&["crawl", "--once", "--revisit"]);
    }
    let rows = place.rows(&["alerts", "--json"]);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0]["title"].as_str().unwrap().starts_with("shop1 does not answer since"), "{rows:?}");
    let listener = std::net::TcpListener::bind(("127.0.1.1", port)).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            use std::io::{Read, Write};
            let mut stream = stream;
            let _ = stream.read(&mut [0; 4096]);
            let _ =
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\nConnection: close\r\n\r\n<p>Hello.");
        }
    });
    place.run(&["crawl", "--once", "--revisit"]);
    assert_eq!(told(&place, "down"), owned(&[("source_down", ""), ("source_back", "")]));
    assert_eq!(notices(&place).len(), 2);
}

#[test]
pub(crate) fn steps_of_triage_are_kept_and_tell_how_good_a_watch_is() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "pistols", "pistol"]);
    import(&place, "s1", &[ad(1, 650, "Glock 19 pistol"), ad(2, 300, "Walther PPK pistol"), ad(3, 5, "Water pistol, a toy")]);
    let ids: Vec<String> = place.rows(&["alerts", "--json"]).iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    place.expect(0, &["alerts", "set", &ids[0], "seen"]);
    place.expect(0, &["alerts", "set", &ids[0], &ids[1], "closed_true", "--note", "handed to the unit", "--author", "anna"]);
    place.expect(0, &["alerts", "set", &ids[2], "closed_false", "--note", "a toy"]);
    assert!(place.refusal(1, &["alerts", "set", &ids[0], "nobody", "seen"]).contains("no alert"));
    let steps = place.rows(&["alerts", "log", &ids[0], "--json"]);
    let words: Vec<_> = steps.iter().map(|step| (step["state"].as_str().unwrap(), step["note"].as_str().unwrap())).collect();
    assert_eq!(words, [("seen", ""), ("closed_true", "handed to the unit")], "what fails for one alert is done for none");
    assert_eq!(steps[1]["author"], "anna");
    assert_eq!(place.rows(&["alerts", "--json", "--state", "closed_false"]).len(), 1);
    let scores = place.rows(&["eval", "alerts", "--json"]);
    assert_eq!((scores[0]["closed_true"].as_u64(), scores[0]["closed_false"].as_u64()), (Some(2), Some(1)));
    let precision = scores[0]["precision"]["value"].as_f64().unwrap();
    assert!((precision - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!((scores[1]["title"].as_str(), scores[1]["note"].as_str()), (Some("Water pistol, a toy"), Some("a toy")));
}
