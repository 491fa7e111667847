//! Cases hold what is put into them, whatever is built again, and take nothing once they are closed.

use serde_json::{Value, json};

use crate::instance::Place;

fn shown(place: &Place, reference: &str) -> Value {
    serde_json::from_str(&place.expect(0, &["case", "show", reference, "--json"])).unwrap()
}

#[test]
pub(crate) fn a_case_keeps_what_is_put_into_it_until_it_is_closed() {
    let place = Place::new();
    let rows = place.file(
        "rows.jsonl",
        "{\"id\": \"1\", \"title\": \"Glock 19\", \"description\": \"mail anna@example.org\", \"vendor\": \"anna\"}\n\
         {\"id\": \"2\", \"title\": \"Sig P226\", \"vendor\": \"bert\"}\n",
    );
    place.expect(0, &["import", &rows, "--source", "s1"]);
    assert!(place.refusal(1, &["case", "add", "C-1", "listing", "s1:1"]).contains("no case"));
    assert!(place.refusal(1, &["case", "open", "C-1"]).contains("title is empty"));
    place.expect(0, &["case", "open", "C-1", "--title", "From the north", "--note", "asked by unit 4"]);
    assert!(place.refusal(1, &["case", "open", "C-1", "--title", "again"]).contains("open already"));
    place.expect(0, &["case", "open", "C-2", "--title", "Another"]);

    let capture = place.listings()[0]["capture_id"].as_str().unwrap().to_owned();
    for (kind, id) in [("listing", "s1:1"), ("vendor", "s1:bert"), ("indicator", "anna@example.org"), ("capture", &capture)] {
        place.expect(0, &["case", "add", "C-1", kind, id, "--note", "why"]);
    }
    // Twice is once.
    place.expect(0, &["case", "add", "C-1", "listing", "s1:1", "--note", "other words"]);
    for (kind, id) in
        [("listing", "s1:9"), ("vendor", "carl"), ("persona", "anna"), ("indicator", "x"), ("capture", "x"), ("export", "999")]
    {
        assert!(place.refusal(1, &["case", "add", "C-1", kind, id]).contains("is known"), "{kind}");
    }
    place.expect(0, &["case", "note", "C-1", "asked the platform"]);
    let before = shown(&place, "C-1");
    let kinds: Vec<&str> = before["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["listing", "vendor", "indicator", "capture"]);
    assert_eq!(before["items"][0]["note"], "why");
    assert_eq!(
        (&before["title"], &before["note"], &before["closed_at"]),
        (&json!("From the north"), &json!("asked by unit 4"), &Value::Null)
    );

    // What is derived is built again; the case is not touched.
    place.expect(0, &["reextract"]);
    assert_eq!(shown(&place, "C-1"), before);
    place.expect(0, &["case", "remove", "C-1", "vendor", "s1:bert"]);
    assert!(place.refusal(1, &["case", "remove", "C-1", "vendor", "s1:bert"]).contains("lies in C-1"));
    place.expect(0, &["case", "close", "C-1", "--note", "handed over"]);
    for refused in [&["case", "note", "C-1", "x"][..], &["case", "add", "C-1", "listing", "s1:2"], &["case", "close", "C-1"]] {
        assert!(place.refusal(1, refused).contains("is closed"), "{refused:?}");
    }
    // An export for a closed case is made and logged, and not put into it.
    place.expect(0, &["export", "listings", "--out", "out", "--case", "C-1"]);
    let closed = shown(&place, "C-1");
    assert_eq!(closed["items"].as_array().unwrap().len(), 3);
    let notes: Vec<&str> = closed["notes"].as_array().unwrap().iter().map(|one| one["note"].as_str().unwrap()).collect();
    assert!(notes[0] == "asked the platform" && notes[1].starts_with("took out vendor ") && notes[2] == "closed: handed over", "{notes:?}");
    place.expect(0, &["case", "open", "C-1"]);
    assert_eq!(shown(&place, "C-1")["notes"][3]["note"], "opened again");
    let list = place.rows(&["case", "list", "--json"]);
    assert_eq!(list.iter().map(|one| one["reference"].as_str().unwrap()).collect::<Vec<_>>(), ["C-1", "C-2"]);
    // Work on a case is logged under it.
    let logged = place.rows(&["audit", "list", "--json", "--case", "C-1", "--kind", "alteration"]);
    assert!(logged.iter().any(|row| row["action"] == "case note") && logged.iter().all(|row| row["case"] == "C-1"), "{logged:?}");
    assert_eq!(place.run(&["verify", "--audit"]).status.code(), Some(0));
}
