//! What each kind of user does at the desk, from beginning to end, in a real browser.

use std::collections::BTreeSet;
use std::io::Read;
use std::time::Duration;

use serde_json::Value;

use super::browser::Browser;
use super::{PASSWORD, Served, add_user, stocked};
use crate::instance::{Instance, Place};
use crate::persona;

/// Rows of the reading log with this action, newest first.
fn logged(place: &Place, action: &str) -> Vec<Value> {
    let rows = place.rows(&["audit", "list", "--json", "--limit", "1000"]);
    rows.into_iter().filter(|row| row["action"] == action).collect()
}

/// The files of an archive with their contents.
fn unpacked(archive: &[u8]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let number = |at: usize, n: usize| archive[at..at + n].iter().rev().fold(0, |sum, byte| sum * 256 + usize::from(*byte));
    let mut at = 0;
    while archive[at..].starts_with(b"PK\x03\x04") {
        let (packed, name, more) = (number(at + 18, 4), number(at + 26, 2), number(at + 28, 2));
        let begin = at + 30 + name + more;
        let mut text = String::new();
        flate2::read::DeflateDecoder::new(&archive[begin..begin + packed]).read_to_string(&mut text).unwrap();
        files.push((String::from_utf8(archive[at + 30..at + 30 + name].to_vec()).unwrap(), text));
        at = begin + packed;
    }
    files
}

#[test]
pub(crate) fn a_watch_is_saved_and_its_alerts_come_by_themselves_and_are_worked_on_by_keyboard() {
    if !Browser::is_there() {
        return;
    }
    let place = stocked();
    let served = Served::over(&place);
    let browser = Browser::open(&served.address, 1280, false, "watching");
    browser.sign_in("investigator");
    browser.go("/?q=glock");
    browser.click("a[href^='/watches/new']");
    assert_eq!(browser.run("return document.querySelector('[name=query]').value"), "glock", "the question is taken along");
    browser.find(".trial .list li");
    // Half a question is not asked: it is tried once it rests, and stands in the log once.
    let before = logged(&place, "watch try").len();
    browser.run("const ask = document.getElementById('q'); ask.focus(); ask.select()");
    for letter in ["walther", " OR ", "luger", " OR lathe"] {
        browser.keys(letter);
    }
    browser.wait("return document.querySelector('.trial').innerText.includes('Walther P22')");
    let tried = logged(&place, "watch try");
    assert_eq!(tried.len(), before + 1, "{tried:?}");
    assert!(tried.iter().any(|row| row["subject"] == "walther OR luger OR lathe"), "{tried:?}");
    browser.fill("main [name=name]", "old pistols");
    browser.picture("trial");
    browser.click("main .row button.main");
    assert_eq!(browser.path(), "/watches");
    assert!(browser.text().contains("old pistols"), "{}", browser.text());

    // Nothing yet; then an import brings two, and the page says so without being loaded again.
    browser.find(".list [data-open]");
    browser.keys("ga");
    browser.find("[data-events]");
    assert_eq!(browser.path(), "/alerts");
    // Once it listens, nothing is missed; before, the number in its address tells where to begin.
    browser.run("window.here = true");
    let rows = r#"{"id":"21","title":"Luger P08","vendor":"carl","observed_at":"2026-05-02T10:00:00Z"}
{"id":"22","title":"Walther P38","vendor":"carl","observed_at":"2026-05-02T10:00:00Z"}
{"id":"23","title":"Lamp","vendor":"carl","observed_at":"2026-05-02T10:00:00Z"}
"#;
    place.expect(0, &["import", "--source", "gamma", &place.file("gamma.jsonl", rows)]);
    browser.wait("const fresh = document.querySelector('[data-fresh]'); return !fresh.hidden && fresh.innerText.endsWith('2')");
    assert_eq!(browser.run("return window.here"), true, "it is the same page");
    browser.picture("fresh");
    browser.run("document.querySelector('[data-fresh]').focus()");
    browser.keys("\u{e007}");
    browser.wait("return !window.here && document.querySelectorAll('.inbox > li').length === 2");
    // The first one is in work, the second one a false alarm; the keyboard goes on by itself.
    browser.keys("j2");
    browser.wait("return location.hash.length > 10 && !!document.querySelector('.inbox > li.on')");
    browser.picture("triage");
    browser.keys("5");
    browser.wait("return document.querySelectorAll('.inbox > li').length === 1");
    let states: Vec<String> = place.rows(&["alerts", "--json"]).iter().map(|row| row["state"].to_string()).collect();
    assert!(states.contains(&"\"in_work\"".to_owned()) && states.contains(&"\"closed_false\"".to_owned()), "{states:?}");
    // Enter opens what the alert tells of.
    browser.keys("j\u{e007}");
    browser.find("article h1");
    assert!(browser.path().starts_with("/listing/"), "{}", browser.path());
    // The alert stays when its watch goes, and then leads to none.
    browser.go("/watches/old%20pistols/remove");
    browser.click("main form button");
    browser.go("/alerts?state=any");
    assert!(browser.text().contains("old pistols"), "{}", browser.text());
    assert_eq!(browser.run("return document.querySelectorAll(\"main a[href^='/watches/']\").length"), 0);
}

#[test]
pub(crate) fn links_are_refused_and_confirmed_and_the_graph_is_opened_step_by_step() {
    if !Browser::is_there() {
        return;
    }
    let place = persona::place();
    let served = Served::over(&place);
    let browser = Browser::open(&served.address, 1280, false, "links");
    browser.sign_in("investigator");
    browser.go("/vendor?source=s1&name=anna");
    browser.click("a[href^='/persona/']");
    let persona = browser.path();
    assert!(browser.text().contains("show the same Telegram name"), "{}", browser.text());
    browser.picture("persona");
    browser.fill(".link-of [name=reason]", "two people: other parcels");
    browser.click(".link-of button[value=refuse]");
    assert!(browser.path().starts_with("/vendor?"), "{} {}", browser.path(), browser.text());
    assert!(browser.text().contains("two people: other parcels") && browser.text().contains("refused as one seller"));
    browser.picture("refused");
    browser.go(&persona);
    assert_eq!(browser.status(), 404, "a persona of one is none");
    browser.go("/vendor?source=s1&name=anna");
    browser.fill(".link-of [name=reason]", "the same parcel after all");
    browser.click(".link-of button[value=confirm]");
    assert!(browser.path().starts_with("/persona/"), "{}", browser.path());
    assert!(browser.text().contains("confirmed as one seller"), "{}", browser.text());
    assert_eq!(logged(&place, "persona refuse").len() + logged(&place, "persona confirm").len(), 2);

    // From an indicator to whoever shows it, to what they sell: by keyboard, in the picture.
    browser.go("/graph?indicator=anna_lamps_x");
    let nodes = || browser.run("return document.querySelectorAll('svg.graph .node').length").as_i64().unwrap();
    let first = nodes();
    assert!(first >= 3, "{first}");
    browser.run("document.querySelector('svg.graph a[href*=\"open=v\"]').focus()");
    browser.keys("\u{e007}");
    browser.wait("return location.search.includes('open=')");
    let opened = nodes();
    assert!(opened > first, "{opened} after {first}");
    browser.picture("graph");
    // The same by the table, and back.
    browser.click("main td a[href*='/graph']");
    browser.go("/graph?indicator=anna_lamps_x&open=v000000000000");
    assert_eq!(nodes(), first, "what is not there opens nothing");
    browser.click("main .row a.act");
    assert_eq!((browser.path().as_str(), nodes()), ("/graph?indicator=anna_lamps_x", first));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn trends_lead_to_listings_and_an_export_is_handed_over() {
    if !Browser::is_there() {
        return;
    }
    let instance = Instance::new();
    instance.crawl(&[]);
    let served = Served::over(&instance);
    let browser = Browser::open(&served.address, 1280, true, "figures");
    browser.sign_in("investigator");
    browser.keys("gt");
    browser.find("svg.plot");
    browser.run("document.querySelector('[name=split]').value = 'source'; document.querySelector('[name=weeks]').value = '13'");
    browser.click("form.ask button.main");
    assert!(browser.path().contains("split=source") && browser.path().contains("weeks=13"), "{}", browser.path());
    assert_eq!(browser.run("return document.querySelectorAll('main tbody tr').length"), 13);
    let count = browser.run("return document.querySelector('main td a').textContent").as_str().unwrap().to_owned();
    browser.click("main td a");
    browser.find(".list li");
    assert!(browser.run("return document.querySelector('.summary').textContent").as_str().unwrap().contains(&count), "{count}");
    browser.go("/trends?measure=price");
    browser.find("svg.plot .line, svg.plot .dot");

    browser.go("/?q=glock");
    let id = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let found = instance.rows(&["search", "glock", "--json", "--limit", "500"]);
    let listings: BTreeSet<String> = found.iter().map(|row| id(row, "listing")).collect();
    browser.click(".summary a[href^='/export']");
    assert!(browser.text().contains(&format!("{} listings", listings.len())), "{}", browser.text());
    browser.fill("main [name=recipient]", "State prosecutor, Valence");
    browser.fill("main [name=purpose]", "file 12/2026");
    let (name, archive) = browser.download("main button.main");
    let given = logged(&instance, "export");
    assert_eq!((given.len(), given[0]["recipient"].as_str()), (1, Some("State prosecutor, Valence")), "{given:?}");
    assert_eq!(name, format!("vigie-listings-{}.zip", given[0]["id"]));
    let files = unpacked(&archive);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["listings.jsonl", "listings.csv", "listings.README.txt", "listings.columns.csv"]);
    let handed: BTreeSet<String> = files[0].1.lines().map(|line| id(&serde_json::from_str(line).unwrap(), "listing_id")).collect();
    assert_eq!(handed, listings, "what was asked for");
    // It goes with the last piece of the answer.
    let left = || std::fs::read_dir(instance.data().join("handing-over")).unwrap().count();
    for _ in 0..100 {
        if left() > 0 {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    assert_eq!(left(), 0, "nothing is left in the data folder");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_researcher_sees_pseudonyms_and_takes_tables_that_name_nobody() {
    if !Browser::is_there() {
        return;
    }
    let instance = Instance::new();
    instance.crawl(&[]);
    let names: Vec<String> = instance
        .rows(&["search", "*", "--json", "--limit", "500"])
        .iter()
        .flat_map(|row| [row["vendor"].as_str().unwrap_or_default().to_owned(), row["source"].as_str().unwrap().to_owned()])
        .filter(|name| name.len() > 5)
        .collect();
    let served = Served::over(&instance);
    let browser = Browser::open(&served.address, 1280, false, "research");
    browser.sign_in("researcher");
    let nobody_is_named = |what: &str, text: &str| {
        let told: Vec<&String> = names.iter().filter(|name| text.contains(name.as_str())).collect();
        assert!(told.is_empty(), "{what} names {told:?}");
    };
    browser.go("/?q=category%3Afirearm");
    browser.find(".list li .badge.cat");
    nobody_is_named("the search", &browser.text());
    browser.keys("gt");
    browser.find("svg.plot");
    nobody_is_named("the trend", &browser.text());
    browser.go("/trends?split=source&weeks=13");
    assert!(browser.text().contains("src_"), "{}", browser.text());
    nobody_is_named("the trend by source", &browser.text());
    browser.go("/trends?split=ships_from&weeks=13");
    let row = browser.run("return [...document.querySelectorAll('main tbody tr')].map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent.trim()))");
    for cells in row.as_array().unwrap().iter().map(|cells| cells.as_array().unwrap()) {
        let (withheld, counts): (Vec<&Value>, Vec<&Value>) = cells.iter().partition(|cell| *cell == "withheld");
        let counts: Vec<u64> = counts.iter().filter_map(|cell| cell.as_str()?.replace(',', "").parse().ok()).collect();
        assert!(counts.iter().all(|count| *count == 0 || *count > 2), "{cells:?}");
        let open = counts.iter().any(|count| *count > 0);
        assert!(withheld.len() != 1 || !open, "one that is withheld alone is what the others lack: {cells:?}");
    }
    for closed in ["/alerts", "/cases", "/export", "/log", "/users", "/graph", "/vendor?source=lantern&name=Zinnsoldat"] {
        browser.go(closed);
        assert_eq!(browser.status(), 403, "{closed}");
    }
    browser.go("/export/research");
    browser.fill("main [name=recipient]", "University of Grenoble");
    browser.fill("main [name=purpose]", "prices of conversions");
    let (name, archive) = browser.download("main button.main");
    assert!(name.starts_with("vigie-tables-"), "{name}");
    let files = unpacked(&archive);
    assert!(files.iter().any(|(name, _)| name == "t1_trend.csv"), "{files:?}");
    for (name, text) in &files {
        nobody_is_named(name, text);
    }
    assert_eq!(logged(&instance, "export")[0]["recipient"], "University of Grenoble");
}

#[test]
pub(crate) fn an_administrator_looks_after_users_and_sees_no_content() {
    if !Browser::is_there() {
        return;
    }
    let place = stocked();
    let served = Served::over(&place);
    let browser = Browser::open(&served.address, 1280, false, "users");
    browser.sign_in("administrator");
    browser.find("h1");
    for closed in ["/?q=glock", "/alerts", "/cases", "/trends", "/log", "/vendor?source=alpha&name=anna", "/export", "/export/research"] {
        browser.go(closed);
        let text = browser.text();
        assert!(!text.contains("Glock") && !text.contains("anna"), "{closed}: {text}");
        assert!(browser.status() == 403 || !browser.path().starts_with(closed), "{closed}: {text}");
    }
    browser.go("/users");
    browser.fill("[name=name]", "zoe");
    browser.run("document.querySelector('[name=role]').value = 'investigator'");
    browser.click("form[action='/users'] button");
    let password = browser.run("return document.querySelector('.note code').textContent").as_str().unwrap().to_owned();
    assert!(password.len() > 15, "{password}");
    browser.picture("added");
    // Of one source alone; what she may not see is not there for her.
    browser.go("/users/zoe");
    browser.click("[name=all_sources]");
    browser.click("[name=source][value=alpha]");
    browser.click("main form button");
    let second = Browser::open(&served.address, 1280, false, "zoe");
    second.go("/signin");
    second.fill("[name=name]", "zoe");
    second.fill("[name=password]", &password);
    second.click("main button.main");
    second.fill("[name=new]", PASSWORD);
    second.fill("[name=again]", PASSWORD);
    second.click("main button.main");
    second.go("/");
    assert!(second.text().contains("Glock 17") && !second.text().contains("AR-15"), "{}", second.text());
    // Disabled, she is nobody any more.
    browser.go("/users/zoe");
    browser.click("main .risky");
    second.go("/");
    assert!(second.path().starts_with("/signin"), "{}", second.path());
    let rows = place.rows(&["audit", "list", "--actor", "administrator", "--json", "--limit", "100"]);
    assert!(rows.iter().any(|row| row["action"].as_str().unwrap().starts_with("user")), "{rows:?}");
}

#[test]
pub(crate) fn an_auditor_finds_who_read_what_and_a_supervisor_gives_work() {
    if !Browser::is_there() {
        return;
    }
    let place = stocked();
    place.expect(0, &["watch", "add", "all", "glock OR walther OR receiver"]);
    place.expect(
        0,
        &[
            "import",
            "--source",
            "delta",
            &place.file("delta.jsonl", r#"{"id":"1","title":"Glock 19","vendor":"dora","observed_at":"2026-05-02T10:00:00Z"}"#),
        ],
    );
    let served = Served::over(&place);
    add_user(&place, "kay", &["--role", "investigator"]);
    let supervisor = Browser::open(&served.address, 1280, false, "supervisor");
    supervisor.sign_in("supervisor");
    supervisor.go("/alerts");
    supervisor.picture("inbox");
    supervisor.click(".inbox [name=id]");
    supervisor.run("document.querySelector('#several [name=to]').value = 'kay'");
    supervisor.click("#several [formaction='/alerts/assign']");
    supervisor.wait("return document.body.textContent.includes('kay has it')");
    // Why it is read is said once, and stands in the log with all that follows.
    supervisor.click(".me summary");
    supervisor.fill(".menu [name=case]", "C-9");
    supervisor.fill(".menu [name=purpose]", "request of 12 May");
    supervisor.click("form[action='/purpose'] button");
    supervisor.go("/vendor?source=alpha&name=anna");

    let browser = Browser::open(&served.address, 1280, false, "auditor");
    browser.sign_in("auditor");
    browser.go("/log");
    browser.fill("main [name=actor]", "supervisor");
    browser.click("main form button");
    let text = browser.text();
    assert!(text.contains("alerts assign") && text.contains("vendor alpha:anna") && text.contains("request of 12 May"), "{text}");
    browser.fill("main [name=case]", "C-9");
    browser.click("main form button");
    let text = browser.text();
    assert!(text.contains("vendor alpha:anna") && !text.contains("alerts assign"), "{text}");
    browser.picture("filtered");
    for closed in ["/?q=glock", "/alerts", "/vendor?source=alpha&name=anna", "/users"] {
        browser.go(closed);
        assert!(!browser.text().contains("Glock"), "{closed}: {}", browser.text());
    }
}
