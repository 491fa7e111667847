//! The feed: valid, bounded, and whole whenever it is looked at.

use serde_json::Value;

use super::{ads, bare, configure, python};

/// Prints a feed as JSON; fails where it is not well-formed, or lacks what RFC 4287 asks for.
const READ: &str = r#"
import json, sys, xml.etree.ElementTree as tree
A = "{http://www.w3.org/2005/Atom}"
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == A + "feed"
for one in [root] + root.findall(A + "entry"):
    for name in ["id", "title", "updated"]:
        assert len(one.findall(A + name)) == 1, (name, tree.tostring(one))
assert root.find(A + "author/" + A + "name").text
entry = lambda e: {"id": e.find(A + "id").text, "title": e.find(A + "title").text, "updated": e.find(A + "updated").text,
                   "link": e.find(A + "link").get("href"), "content": e.find(A + "content").text}
print(json.dumps({"id": root.find(A + "id").text, "updated": root.find(A + "updated").text, "entries": [entry(e) for e in root.findall(A + "entry")]}))
"#;

#[test]
fn the_feed_holds_the_newest_notifications_and_is_replaced_as_a_whole() {
    let place = bare(&[], "[delivery.feed]\nentries = 4\n");
    let path = place.data().join("alerts.atom");
    let read = || python(READ, &path);
    place.expect(0, &["import", &ads(&place, 0..3), "--source", "s1"]);
    let first = read();
    let ids = |feed: &Value| -> Vec<String> {
        feed["entries"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let alerts = place.rows(&["alerts", "--json"]);
    let urns: Vec<String> = alerts.iter().rev().map(|alert| format!("urn:vigie:alert:{}", alert["id"].as_str().unwrap())).collect();
    assert_eq!(ids(&first), urns);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("Advertisement") && !text.contains("vendor"), "{text}");
    // As if a process had been killed while it wrote the next one.
    std::fs::write(place.data().join("alerts.atom.new"), "<feed><entry>").unwrap();
    place.expect(0, &["import", &ads(&place, 3..6), "--source", "s1"]);
    let second = read();
    assert_eq!(second["entries"].as_array().unwrap().len(), 4, "bounded");
    assert_eq!((&ids(&second)[3], &second["id"]), (&urns[0], &first["id"]), "identifiers stay");
    assert!(!place.data().join("alerts.atom.new").exists());
    // One that somebody removed comes again, told anew with the details that it may hold now.
    std::fs::remove_file(&path).unwrap();
    configure(&place, "desk = \"https://desk.example\"\n[delivery.feed]\nentries = 4\ndetails = true\n");
    place.expect(0, &["import", &ads(&place, 3..6), "--source", "s1"]);
    let third = read();
    assert_eq!(ids(&third), ids(&second));
    let entry = &third["entries"][0];
    assert!(entry["link"].as_str().unwrap().starts_with("https://desk.example/alerts/"), "{entry}");
    assert!(
        entry["title"].as_str().unwrap().contains("Advertisement number") && entry["content"].as_str().unwrap().contains("vendor"),
        "{entry}"
    );
    // A place that cannot be written ends nothing.
    configure(&place, "[delivery.feed]\npath = \"nowhere/alerts.atom\"\n");
    let output = place.run(&["import", &ads(&place, 6..7), "--source", "s1"]);
    assert!(output.status.success() && String::from_utf8_lossy(&output.stderr).contains("cannot write the feed"), "{output:?}");
}
