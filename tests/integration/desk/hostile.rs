//! A source that attacks whoever reads it: nothing of it runs, loads, or breaks a page.

use std::collections::{BTreeSet, VecDeque};

use serde_json::json;

use super::browser::Browser;
use super::{Served, listing};
use crate::instance::Place;

/// What an enemy writes into every field.
const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)><style>*{display:none}</style>",
    "</title></textarea></bdi></main><iframe src=https://evil.example/></iframe>",
    "{{7*7}}${7*7}#{7*7}<%= 7*7 %>{% raw %}",
    "javascript:alert(1)",
    "=HYPERLINK(\"https://evil.example\",\"x\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1\t-1\r\n=2",
    "\u{202e}gnp.exe\u{2066}\u{200b}\u{feff}",
    "<link rel=stylesheet href=//evil.example/x.css><base href=//evil.example/><meta http-equiv=refresh content=0;url=//evil.example>",
    "<math><mtext></p><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
];

fn hostile() -> Place {
    let place = Place::new();
    let mut rows: Vec<String> = PAYLOADS
        .iter()
        .enumerate()
        .map(|(number, payload)| {
            json!({
                "id": format!("{number}{payload}"), "title": format!("glock {payload}"), "description": format!("{payload} glock {payload} telegram @evil_one_x"),
                "price": "10", "currency": "EUR", "vendor": format!("v{payload}"), "category_path": [payload, payload],
                "url": format!("http://shop.example/{number}?q={payload}"), "ships_from": payload, "observed_at": "2026-03-01T10:00:00Z",
            })
            .to_string()
        })
        .collect();
    rows.push(json!({"id": "long", "title": format!("glock {}", "x".repeat(1 << 20)), "description": "y".repeat(1 << 20), "vendor": "z".repeat(1 << 16), "observed_at": "2026-03-01T10:00:00Z"}).to_string());
    let file = place.file("hostile.jsonl", rows.join("\n"));
    place.expect(0, &["watch", "add", "all", "glock"]);
    place.expect(0, &["import", "--source", "evil", &file]);
    place
}

#[test]
pub(crate) fn nothing_of_a_hostile_source_runs_loads_or_breaks_a_page() {
    if !Browser::is_there() {
        return;
    }
    let place = hostile();
    let long = listing(&place, "title:glock description:y*");
    let ids: Vec<String> = place
        .rows(&["search", "glock", "--json", "--limit", "100"])
        .iter()
        .map(|row| row["listing"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), PAYLOADS.len() + 1);
    let served = Served::over(&place);
    let browser = Browser::open(&served.address, 360, false, "hostile");
    browser.sign_in("investigator");
    let (origin, mut pages) = (format!("http://{}/", served.address), 0);
    let mut paths = VecDeque::from([
        "/".to_owned(),
        "/?q=glock".into(),
        "/?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E".into(),
        "/cases".into(),
        "/me".into(),
        "/alerts".into(),
        "/watches".into(),
        "/watches/new?query=glock".into(),
        "/trends".into(),
        "/sources/evil".into(),
        "/export?query=glock".into(),
    ]);
    for id in ids.iter().chain([&long]) {
        paths.push_back(format!("/listing/{id}"));
        paths.push_back(format!("/listing/{id}/trace"));
    }
    paths.push_back("/watches/all".into());
    paths.extend(place.rows(&["alerts", "--json"]).iter().map(|row| format!("/alerts/{}", row["id"].as_str().unwrap())));
    // And every dossier and graph that these lead to.
    let mut seen = BTreeSet::new();
    browser.requests();
    while let Some(path) = paths.pop_front() {
        browser.go(&path);
        assert_eq!(browser.status(), 200, "{path}");
        assert_eq!(browser.dialog(), None, "{path}");
        assert!(browser.overflow() <= 0, "{path} is {} pixels too wide", browser.overflow());
        let foreign = browser.run(
            "return document.querySelectorAll('main script, main iframe, main style, main link, main base, main meta, main img, [onload], [onerror], [onclick]').length",
        );
        assert_eq!(foreign, 0, "{path}");
        assert_eq!(browser.run("return getComputedStyle(document.querySelector('main')).display"), "block", "{path}");
        let elsewhere: Vec<String> =
            browser.requests().into_iter().filter(|url| !url.starts_with(&origin) && !url.starts_with("data:")).collect();
        assert!(elsewhere.is_empty(), "{path} asks {elsewhere:?}");
        let said: Vec<String> = browser.console().into_iter().filter(|line| !line.contains("404")).collect();
        assert!(said.is_empty(), "{path}: {said:?}");
        let links = browser.run("return [...document.querySelectorAll('main a[href]')].map(one => one.getAttribute('href'))");
        let links = links.as_array().unwrap().iter().map(|link| link.as_str().unwrap());
        let is_dossier =
            |link: &&str| ["/vendor?", "/persona/", "/indicator?", "/graph?", "/subjects?"].iter().any(|begin| link.starts_with(begin));
        // Nobody is looked for without a reason.
        let reasoned = |link: &str| if link.starts_with("/subjects?") { format!("{link}&why=request") } else { link.to_owned() };
        for link in links.filter(is_dossier).filter(|link| !link.contains("open=")).map(reasoned) {
            if seen.insert(link.clone()) {
                paths.push_back(link);
            }
        }
        pages += 1;
    }
    assert!(seen.iter().any(|path| path.starts_with("/vendor?id=")), "a name without end stands in no address");
    for kind in ["/vendor?source=evil", "/indicator?", "/graph?listing", "/graph?vendor", "/graph?indicator"] {
        assert!(seen.iter().any(|path| path.starts_with(kind)), "no {kind} in {seen:?}");
    }
    browser.picture("long");
    println!("{pages} pages of {} payloads: no dialog, no request elsewhere, no report", PAYLOADS.len());
}
