//! What `vigie search` gives beside hits: pages, copies, personas, disguises, and what a question costs.

use serde_json::{Value, json};

use crate::instance::{Place, lines};
use crate::persona;

fn stocked() -> Place {
    let place = Place::new();
    let row = |n: usize, title: &str, description: &str, price: &str| json!({"id": n.to_string(), "title": title, "price": price, "vendor": "anna", "description": description, "observed_at": "2026-01-02T03:04:05Z"});
    let long = "Well kept, shoots straight, comes with two magazines and the case, pick it up or have it sent in plain paper.";
    let mut rows = vec![
        row(1, "GL0CK 19 clean", "No paper, no questions, sent today", "900 EUR"),
        row(2, "Glock 17", long, "500 EUR"),
        row(3, "Glock 17", long, "510 EUR"),
        row(4, "Garden lamp", "Bright", "20 EUR"),
    ];
    rows.extend((5..12).map(|n| row(n, &format!("Lamp of the kind {n}"), &format!("Bright, number {n}"), &format!("{n} EUR"))));
    let file = place.file("rows.jsonl", rows.iter().map(|row| format!("{row}\n")).collect::<String>());
    place.expect(0, &["import", &file, "--source", "s1"]);
    place
}

fn titles(hits: &[Value]) -> Vec<&str> {
    hits.iter().map(|hit| hit["title"].as_str().unwrap()).collect()
}

#[test]
fn disguises_are_read_where_they_are_asked_for() {
    let place = stocked();
    let found = |query: &str| {
        let mut hits = place.rows(&["search", query, "--json"]);
        hits.sort_by_key(|hit| hit["title"].to_string());
        titles(&hits).join(" | ")
    };
    assert_eq!(found("glock"), "Glock 17 | Glock 17");
    assert_eq!(found("glock@disguised"), "GL0CK 19 clean | Glock 17 | Glock 17");
    assert_eq!(found("\"glock 19\"@disguised"), "GL0CK 19 clean");
    assert_eq!(found("glokc~1 OR g?rden"), "Garden lamp | Glock 17 | Glock 17");

    // A watch sees the same.
    place.expect(0, &["watch", "add", "masked", "glock@disguised 19"]);
    let row = json!({"id": "99", "title": "g.l.o.c.k 19 new", "price": "1 EUR", "description": "x"});
    let file = place.file("more.jsonl", format!("{row}\n"));
    place.expect(0, &["import", &file, "--source", "s2"]);
    assert_eq!(titles(&place.rows(&["alerts", "--json"])), ["g.l.o.c.k 19 new"]);
}

#[test]
fn pages_follow_one_another_and_copies_are_one_hit() {
    let place = stocked();
    let all = place.rows(&["search", "lamp", "--json", "--sort", "price-desc"]);
    assert_eq!(all.len(), 8);
    let mut paged: Vec<Value> = Vec::new();
    loop {
        let cursor = paged.last().map(|hit| hit["cursor"].as_str().unwrap().to_owned());
        let mut arguments = vec!["search", "lamp", "--json", "--sort", "price-desc", "--limit", "3"];
        arguments.extend(cursor.iter().flat_map(|cursor| ["--after", cursor.as_str()]));
        let page = place.rows(&arguments);
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, all);
    let output = place.run(&["search", "lamp", "--limit", "3"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--after "));
    assert!(place.refusal(2, &["search", "lamp", "--after", "x"]).contains("page of hits"));

    let copies = place.rows(&["search", "glock", "--json", "--collapse"]);
    assert_eq!((copies.len(), copies[0]["copies"].as_u64()), (1, Some(1)));
    let said = place.run(&["search", "*", "--collapse"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("11 listings in 10 families"), "{said:?}");
    let said = place.run(&["search", "NOT lamp"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("slow: nothing in it must be in a listing"), "{said:?}");
}

#[test]
fn a_persona_is_searched_by_its_accounts_and_counted() {
    let place = persona::place();
    let id = place.rows(&["show", "persona", "s1:anna", "--json"])[0]["persona"].as_str().unwrap().to_owned();
    let hits = place.rows(&["search", &format!("lamp persona:{id}"), "--json"]);
    let mut vendors: Vec<&str> = hits.iter().map(|hit| hit["vendor"].as_str().unwrap()).collect();
    vendors.sort_unstable();
    assert_eq!(vendors, ["anna", "anna88"]);
    let counts = lines(&place.expect(0, &["search", "*", "--count-by", "persona", "--count-by", "week", "--json"]));
    assert_eq!(counts, [json!({"field": "persona", "value": id, "count": 2}), json!({"field": "week", "value": "2026-W01", "count": 3})]);
    assert!(place.refusal(2, &["search", "persona:nobody"]).contains("no persona"));
    assert!(place.refusal(2, &["watch", "add", "w", &format!("persona:{id}")]).contains("vendor:"));
}
