//! The interface for programs, over HTTP, on a store that a crawl filled.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::instance::{Instance, Place};

/// `vigie serve` beside a store; ends with the test.
struct Desk {
    server: Child,
    address: String,
    /// Kept, so that the server may say more.
    _said: BufReader<ChildStderr>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// An answer.
struct Told {
    status: u16,
    head: HashMap<String, String>,
    body: Value,
}

impl Told {
    /// The code of a problem.
    fn code(&self) -> &str {
        assert_eq!(self.head.get("content-type").map(String::as_str), Some("application/problem+json"), "{}", self.body);
        assert_eq!(self.body["status"], self.status);
        self.body["code"].as_str().unwrap_or_default()
    }

    fn items(&self) -> &Vec<Value> {
        self.body["items"].as_array().unwrap_or_else(|| panic!("{}: {}", self.status, self.body))
    }
}

impl Desk {
    fn open(place: &Place) -> Self {
        let settings = std::fs::read_to_string(place.config().join("vigie.toml")).unwrap();
        std::fs::write(place.config().join("vigie.toml"), format!("{settings}[web]\nlisten = \"127.0.0.1:0\"\n")).unwrap();
        let mut server = place.command(&["serve"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(server.stderr.take().unwrap());
        let line = said.by_ref().lines().map_while(Result::ok).find(|line| line.contains("http://")).unwrap();
        let address = line.split("http://").nth(1).unwrap().split(';').next().unwrap().to_owned();
        Self { server, address, _said: said }
    }

    /// Asks once.
    fn once(&self, method: &str, path: &str, token: &str, more: &[&str], body: Option<&str>) -> Told {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        if !token.is_empty() {
            text.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        more.iter().for_each(|line| text.push_str(&format!("{line}\r\n")));
        text.push_str(&format!("Content-Length: {}\r\n\r\n{}", body.map_or(0, str::len), body.unwrap_or_default()));
        stream.write_all(text.as_bytes()).unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        let (head, body) = told.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{method} {path}: {told:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let head = lines.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Told { status, head, body: serde_json::from_str(body).unwrap_or_default() }
    }

    /// Asks, and again where too much was asked.
    fn patiently(&self, method: &str, path: &str, token: &str, more: &[&str], body: Option<&str>) -> Told {
        loop {
            let told = self.once(method, path, token, more, body);
            if told.status != 429 {
                return told;
            }
            std::thread::sleep(Duration::from_secs(told.head["retry-after"].parse().unwrap()));
        }
    }

    fn ask(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Told {
        let body = body.map(|body| body.to_string());
        self.patiently(method, &format!("/api/v1{path}"), token, &["Content-Type: application/json"], body.as_deref())
    }

    fn get(&self, path: &str, token: &str) -> Told {
        self.ask("GET", path, token, None)
    }

    fn post(&self, path: &str, token: &str, body: Value) -> Told {
        self.ask("POST", path, token, Some(body))
    }
}

const PASSWORD: &str = "four words in a row";

fn user(place: &Place, name: &str, role: &str) {
    let mut command = place.command(&["user", "add", name, "--role", role, "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success(), "{name}");
}

fn token(place: &Place, user: &str, scopes: &[&str]) -> String {
    let mut arguments = vec!["user", "token", user, "--name", "test"];
    scopes.iter().for_each(|scope| arguments.extend(["--scope", scope]));
    place.expect(0, &arguments).trim().to_owned()
}

/// All scopes of an investigator that the API asks for.
const SCOPES: &[&str] = &["search", "read_named", "correct_labels", "watches", "triage", "cases", "see_sources", "data_subjects"];

#[tokio::test(flavor = "multi_thread")]
async fn programs_search_work_on_alerts_and_keep_watches_and_cases() {
    let instance = Instance::new();
    instance.expect(0, &["watch", "add", "arms", "category:firearm"]);
    instance.crawl(&[]);
    user(&instance, "ada", "investigator");
    user(&instance, "bert", "investigator");
    let (ada, bert) = (token(&instance, "ada", SCOPES), token(&instance, "bert", SCOPES));
    instance.expect(0, &["user", "set", "bert", "--only-source", "nowhere"]);
    let desk = Desk::open(&instance);
    searched(&desk, &ada);
    let found = desk.get("/search?q=category:firearm&limit=1", &ada);
    let listing = found.items()[0]["listing"].as_str().unwrap().to_owned();
    others_are_not_seen(&desk, &ada, &bert, &listing, found.items()[0]["source"].as_str().unwrap());
    labelled(&desk, &ada, &listing);
    let alert = triaged(&desk, &ada, &bert);
    watched(&desk, &ada);
    in_a_case(&desk, &ada, &listing);
    asked_by_a_person(&desk, &ada, &bert);
    examples_of_the_documentation(&desk, &ada, &listing, &alert);
    user(&instance, "root", "administrator");
    user(&instance, "uwe", "auditor");
    let (root, uwe) = (token(&instance, "root", &["manage_users"]), token(&instance, "uwe", &["read_audit"]));
    every_documented_method_is_served_and_no_other(&desk, &[&ada, &root, &uwe]);
    let log = instance.expect(0, &["audit", "list", "--actor", "ada", "--json", "--limit", "1000"]);
    let actions: BTreeSet<String> = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|row| row["origin"] == "api")
        .map(|row| row["action"].to_string())
        .collect();
    for action in ["search", "show", "label", "alerts", "alerts set", "watch add", "watch try", "case open", "sources"] {
        assert!(actions.contains(&format!("{action:?}")), "{action} is not in {actions:?}");
    }
}

fn searched(desk: &Desk, ada: &str) {
    let whole = desk.get("/search?limit=200&count_by=week&count_by=source", ada);
    let total = whole.body["total"].as_u64().unwrap();
    assert!(total > 30, "{total}");
    let weeks: u64 = whole.body["counts"]["week"].as_array().unwrap().iter().map(|one| one["count"].as_u64().unwrap()).sum();
    assert_eq!(weeks, total, "every listing is in one week");
    for sort in ["new", "best", "price", "dear", "risk"] {
        let (mut seen, mut after, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let page = desk.get(&format!("/search?sort={sort}&limit=20{after}"), ada);
            seen.extend(page.items().iter().map(|hit| hit["listing"].as_str().unwrap().to_owned()));
            pages += 1;
            let Some(next) = page.body["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(seen.len() as u64, total, "{sort}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len() as u64, total, "{sort}: no hit comes twice");
        assert_eq!(pages, total.div_ceil(20), "{sort}");
    }
    let wrong = desk.get("/search?q=glock%20vender:x", ada);
    assert_eq!((wrong.status, wrong.code()), (400, "query_not_understood"));
    assert_eq!(wrong.body["column"], 7, "{}", wrong.body);
    for (query, code) in [
        ("limit=0", "unknown_value"),
        ("limit=201", "unknown_value"),
        ("sort=up", "unknown_value"),
        ("count_by=nothing", "unknown_value"),
        ("after=xyz", "cursor_not_understood"),
        ("from=yesterday", "parameter_not_understood"),
        ("qq=x", "unknown_parameter"),
    ] {
        let told = desk.get(&format!("/search?{query}"), ada);
        assert_eq!((told.status, told.code()), (400, code), "{query}: {}", told.body);
    }
}

fn others_are_not_seen(desk: &Desk, ada: &str, bert: &str, listing: &str, source: &str) {
    let dossier = desk.get(&format!("/listings/{listing}"), ada);
    assert_eq!((dossier.status, dossier.body["listing"].as_str()), (200, Some(listing)));
    assert!(!desk.get(&format!("/listings/{listing}/versions"), ada).items().is_empty());
    assert_eq!(desk.get(&format!("/sources/{source}"), ada).body["source"], source);
    let name = dossier.body["record"]["vendor"]["name"].as_str().unwrap_or("nobody");
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let vendors = desk.get(&format!("/vendors?name={name}"), ada);
    for vendor in vendors.items() {
        let vendor = vendor["vendor"].as_str().unwrap();
        assert_eq!(desk.get(&format!("/vendors/{vendor}"), ada).body["vendor"], vendor);
        assert_eq!(desk.get(&format!("/vendors/{vendor}"), bert).status, 404);
    }
    if let Some(value) = dossier.body["record"]["indicators"][0]["value"].as_str() {
        let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        assert_eq!(desk.get(&format!("/indicators?value={value}"), ada).status, 200);
        assert_eq!(desk.get(&format!("/indicators?value={value}"), bert).status, 404);
    }
    for path in [format!("/listings/{listing}"), format!("/listings/{listing}/versions"), format!("/sources/{source}")] {
        let told = desk.get(&path, bert);
        assert_eq!((told.status, told.code()), (404, "not_found"), "{path}");
    }
    assert_eq!(desk.post(&format!("/listings/{listing}/label"), bert, json!({"category": "firearm.pistol"})).status, 404);
    // Whatever brackets and operators stand in a question, it does not get out of the sources that it is asked of.
    for query in ["*", "*)%20OR%20(*", "*%20OR%20*", "*)%20OR%20(source:lantern"] {
        let told = desk.get(&format!("/search?q={query}"), bert);
        assert!(told.status == 400 || told.body["total"] == 0, "{query}: {}", told.body);
    }
    assert!(desk.get("/sources", bert).items().is_empty());
}

fn labelled(desk: &Desk, ada: &str, listing: &str) {
    let told = desk.post(&format!("/listings/{listing}/label"), ada, json!({"category": "firearm.pistol", "note": "seen"}));
    assert_eq!((told.status, told.body["author"].as_str()), (201, Some("ada")), "{}", told.body);
    let told = desk.post(&format!("/listings/{listing}/label"), ada, json!({"category": "teapot"}));
    assert_eq!((told.status, told.code()), (400, "unknown_value"));
    let told = desk.post(&format!("/listings/{listing}/label"), ada, json!({"category": "firearm.pistol", "why": "seen"}));
    assert_eq!((told.status, told.code(), told.body["member"].as_str()), (400, "unknown_member", Some("why")));
    let labels = desk.get("/labels", ada);
    assert_eq!(labels.items().len(), 1);
    assert_eq!(labels.items()[0]["listing"], listing);
}

/// Works on an alert; gives another that is new.
fn triaged(desk: &Desk, ada: &str, bert: &str) -> String {
    let (mut seen, mut after) = (Vec::new(), String::new());
    let position = loop {
        let page = desk.get(&format!("/alerts?watch=arms&limit=3{after}"), ada);
        seen.extend(page.items().iter().map(|alert| alert["id"].as_str().unwrap().to_owned()));
        let Some(next) = page.body["next"].as_str() else { break page.body["position"].as_str().unwrap().to_owned() };
        after = format!("&after={next}");
    };
    let whole = desk.get("/alerts?watch=arms&limit=200", ada);
    let all: Vec<&str> = whole.items().iter().map(|alert| alert["id"].as_str().unwrap()).collect();
    assert!(all.len() > 4, "{}", all.len());
    assert_eq!(seen, all, "page by page as at once");
    assert!(desk.get(&format!("/alerts?after={position}"), ada).items().is_empty(), "nothing came since");
    let ids = &seen[..2];
    let none = desk.post("/alerts/triage", ada, json!({"ids": [ids[0], "no such"], "state": "seen"}));
    assert_eq!((none.status, none.code(), none.body["id"].as_str()), (404, "not_found", Some("no such")));
    let done = desk.post("/alerts/triage", ada, json!({"ids": ids, "state": "closed_false", "note": "replicas"}));
    assert_eq!((done.status, done.body["changed"].as_u64()), (200, Some(2)), "{}", done.body);
    let one = desk.get(&format!("/alerts/{}", ids[0]), ada);
    assert_eq!(one.body["state"], "closed_false");
    assert_eq!(one.body["steps"][0]["author"], "ada");
    assert_eq!(desk.get("/alerts?state=closed_false", ada).items().len(), 2);
    assert_eq!(desk.get(&format!("/alerts/{}", ids[0]), bert).status, 404);
    assert_eq!(desk.post("/alerts/triage", bert, json!({"ids": ids, "state": "seen"})).status, 404);
    assert!(desk.get("/alerts", bert).items().is_empty());
    seen[2].clone()
}

fn watched(desk: &Desk, ada: &str) {
    let trial = desk.post("/watches/try", ada, json!({"query": "category:firearm", "samples": 2}));
    assert_eq!(trial.status, 200, "{}", trial.body);
    assert!(trial.body["hits"].as_u64().unwrap() > 4);
    assert_eq!(trial.body["samples"].as_array().unwrap().len(), 2);
    let watch = json!({"name": "by post / mail", "query": "pistol", "options": {"priority": "high", "owner": "ada"}});
    let made = desk.post("/watches", ada, watch.clone());
    assert_eq!((made.status, made.body["options"]["priority"].as_str()), (201, Some("high")), "{}", made.body);
    let again = desk.post("/watches", ada, watch);
    assert_eq!((again.status, again.code()), (409, "conflict"));
    let path = "/watches/by%20post%20%2F%20mail";
    let changed = desk.ask("PATCH", path, ada, Some(json!({"priority": null, "tlp": "red"})));
    assert_eq!(changed.body["options"], json!({"owner": "ada", "tlp": "red"}), "{}", changed.body);
    let wrong = desk.ask("PATCH", path, ada, Some(json!({"colour": "red"})));
    assert_eq!((wrong.status, wrong.code(), wrong.body["member"].as_str()), (400, "unknown_member", Some("colour")));
    assert_eq!(desk.get("/watches", ada).items().len(), 2);
    assert_eq!(desk.get(path, ada).body["query"], "pistol");
    assert_eq!(desk.ask("DELETE", path, ada, None).status, 204);
    assert_eq!(desk.get(path, ada).status, 404);
    let moving = desk.post("/watches", ada, json!({"name": "moves", "query": "last_seen:7d"}));
    assert_eq!((moving.status, moving.code()), (400, "query_not_understood"), "{}", moving.body);
}

fn in_a_case(desk: &Desk, ada: &str, listing: &str) {
    assert_eq!(desk.post("/cases", ada, json!({"reference": "A/1", "title": "First"})).status, 201);
    assert_eq!(desk.post("/cases", ada, json!({"reference": "A/1", "title": "First"})).code(), "conflict");
    assert_eq!(desk.post("/cases/A%2F1/items", ada, json!({"kind": "listing", "id": listing})).body["new"], true);
    assert_eq!(desk.post("/cases/A%2F1/items", ada, json!({"kind": "teapot", "id": listing})).code(), "unknown_value");
    assert_eq!(desk.post("/cases/A%2F1/notes", ada, json!({"note": "looked"})).status, 201);
    let case = desk.get("/cases/A%2F1", ada);
    assert_eq!((&case.body["items"][0]["reference"], &case.body["notes"][0]["note"]), (&json!(listing), &json!("looked")));
    let closed = desk.post("/cases/A%2F1/close", ada, json!({}));
    assert!(closed.body["closed_at"].as_str().unwrap().ends_with('Z'), "{}", closed.body);
    assert_eq!(desk.post("/cases/A%2F1/notes", ada, json!({"note": "late"})).code(), "refused");
    assert_eq!(desk.get("/cases", ada).items().len(), 1);
    assert_eq!(desk.get("/cases/A%2F2", ada).status, 404);
}

fn asked_by_a_person(desk: &Desk, ada: &str, bert: &str) {
    let asked = "/api/v1/subjects?find=lantern%3AZinnsoldat";
    let find = |token: &str| desk.patiently("GET", asked, token, &["Vigie-Purpose: request 12/26"], None);
    assert_eq!(desk.get("/subjects?find=Zinnsoldat", ada).code(), "purpose_needed");
    let found = find(ada);
    let vendor = found.items()[0]["vendor"].as_str().unwrap().to_owned();
    assert!(find(bert).items().is_empty(), "what is of another source is not there");
    let path = format!("/subjects/{vendor}/statements");
    let say = |field: &str, value: &str| desk.post(&path, ada, json!({"field": field, "value": value, "reason": "request 12/26"}));
    assert_eq!((say("teapot", "x").code(), say("category", "teapot").code()), ("unknown_value", "not_understood"));
    assert_eq!((say("category", "witness").status, say("restricted", "yes").status), (201, 201));
    assert_eq!(desk.post(&path, bert, json!({"field": "restricted", "value": "no", "reason": "x"})).status, 404);
    assert_eq!((desk.get(&format!("/vendors/{vendor}"), ada).status, desk.get("/subjects", ada).items().len()), (403, 1));
    assert_eq!(desk.post(&format!("/subjects/{vendor}/notices"), ada, json!({"export": 1})).code(), "not_understood");
    assert_eq!(find(ada).items()[0]["subject_category"], "witness");
    assert_eq!(say("restricted", "no").status, 201);
    assert_eq!(desk.get(&format!("/vendors/{vendor}"), ada).body["restricted"], false);
}

/// Runs the `curl` lines of `docs/api.md`: each is answered, with the status that stands behind `#`, or as a success.
fn examples_of_the_documentation(desk: &Desk, ada: &str, listing: &str, alert: &str) {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/api.md")).unwrap();
    let mut run = 0;
    for block in text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).filter(|block| block.starts_with("curl")) {
        let line = block
            .replace("\\\n", " ")
            .replace("$DESK", "")
            .replace("$TOKEN", ada)
            .replace("'$ALERT'", alert)
            .replace("'$LISTING'", listing)
            .replace("$LISTING", listing);
        let (line, expected) = line.split_once(" # ").unwrap_or((line.as_str(), "20"));
        let words = words(line);
        let body = behind(&words, "-d").next();
        let method = behind(&words, "-X").next().unwrap_or(if body.is_some() { "POST" } else { "GET" });
        let headers: Vec<&str> = behind(&words, "-H").filter(|header| !header.starts_with("Authorization")).collect();
        let path = format!("/api/v1{}", words.last().unwrap());
        let told = desk.patiently(method, &path, ada, &headers, body);
        assert!(told.status.to_string().starts_with(expected.trim()), "{line}: {} {}", told.status, told.body);
        run += 1;
    }
    assert!(run >= 14, "only {run} examples were found");
}

/// The words that stand behind a flag.
fn behind<'w>(words: &'w [String], flag: &'static str) -> impl Iterator<Item = &'w str> {
    words.iter().zip(words.iter().skip(1)).filter(move |(word, _)| *word == flag).map(|(_, value)| value.as_str())
}

/// Words of a line of a shell, without expansions.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in line.trim().chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.push(c),
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() => words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty())),
            None => word.push(c),
        }
    }
    words.push(word);
    words
}

fn every_documented_method_is_served_and_no_other(desk: &Desk, tokens: &[&str]) {
    let document = desk.get("/openapi.json", "");
    assert_eq!((document.status, document.body["openapi"].as_str()), (200, Some("3.1.0")));
    let mut many = 0;
    for (path, item) in document.body["paths"].as_object().unwrap() {
        let at = path
            .trim_start_matches("/api/v1")
            .replace("{id}", "x")
            .replace("{name}", "x")
            .replace("{reference}", "x")
            .replace("{vendor}", "x");
        if !path.ends_with("/openapi.json") {
            let told = desk.get(&at, "");
            assert_eq!((told.status, told.code()), (401, "not_authenticated"), "{path}");
            assert!(told.head.contains_key("www-authenticate"));
        }
        // Events never end; `desk_alerts` asks for them.
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter().filter(|method| *method != "GET" || !path.ends_with("/events"))
        {
            let told = tokens.iter().map(|token| desk.ask(method, &at, token, None)).find(|told| told.status != 403);
            let status = told.unwrap_or_else(|| panic!("no token opens {method} {path}")).status;
            assert_eq!(status == 405, item.get(method.to_ascii_lowercase()).is_none(), "{method} {path}: {status}");
            assert_ne!(status, 500, "{method} {path}");
            many += 1;
        }
    }
    assert!(many > 100, "{many}");
}

#[test]
fn tokens_open_what_they_were_made_for_and_nothing_else() {
    let place = Place::new();
    for (name, role) in [("ada", "investigator"), ("uwe", "auditor"), ("root", "administrator"), ("ria", "researcher")] {
        user(&place, name, role);
    }
    let search = token(&place, "ada", &["search"]);
    let log = token(&place, "uwe", &["read_audit"]);
    let admin = token(&place, "root", &["manage_users", "see_sources"]);
    let study = token(&place, "ria", &["search"]);
    let (ended, revoked) = (token(&place, "ada", &["search"]), token(&place, "ada", &["search"]));
    place.expect(0, &["user", "token", "ada", "--revoke", "6"]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let pool = place.store().await;
        sqlx::query("UPDATE api_token SET expires_at = 1 WHERE id = 5").execute(&pool).await.unwrap();
        pool.close().await;
    });
    let desk = Desk::open(&place);
    assert_eq!(
        desk.get("/whoami", &search).body,
        json!({"name": "ada", "role": "investigator", "scopes": ["search"], "sources": null, "cases": null})
    );
    assert_eq!(desk.get("/search", &search).body["total"], 0, "nothing was collected yet");
    for token in [ended.as_str(), revoked.as_str(), "vig_nothing", ""] {
        let told = desk.get("/whoami", token);
        assert_eq!((told.status, told.code()), (401, "not_authenticated"), "{token}");
    }
    let told = desk.get("/alerts", &search);
    assert_eq!((told.status, told.code(), told.body["scope"].as_str()), (403, "scope_missing", Some("triage")));
    let told = desk.get("/alerts", &log);
    assert_eq!((told.status, told.code()), (403, "role_forbids"));
    let told = desk.get("/search?count_by=vendor", &study);
    assert_eq!((told.status, told.body["scope"].as_str()), (403, Some("read_named")), "{}", told.body);
    assert_eq!(desk.get("/nothing", &search).code(), "not_found");
    assert_eq!(desk.ask("DELETE", "/whoami", &search, None).code(), "method_not_allowed");

    let rows = desk.get("/audit?actor=ada&limit=1", &log);
    assert_eq!((rows.items().len(), rows.items()[0]["origin"].as_str()), (1, Some("api")), "{}", rows.body);
    let (mut seen, mut after) = (BTreeSet::new(), String::new());
    loop {
        let page = desk.get(&format!("/audit?limit=2&until=2999-01-01T00:00:00Z{after}"), &log);
        assert!(page.items().iter().all(|row| seen.insert(row["id"].as_i64().unwrap())), "no row comes twice");
        let Some(next) = page.body["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert!(seen.contains(&1), "down to the first row: {seen:?}");

    assert_eq!(desk.get("/users", &admin).items().len(), 4);
    let made = desk.post("/users", &admin, json!({"name": "carl", "role": "supervisor"}));
    assert_eq!((made.status, made.body["must_change"].as_bool()), (201, Some(true)), "{}", made.body);
    assert!(made.body["password"].as_str().is_some_and(|password| password.len() > 20));
    assert_eq!(desk.post("/users", &admin, json!({"name": "carl", "role": "supervisor"})).code(), "refused");
    let changed = desk.ask("PATCH", "/users/carl", &admin, Some(json!({"disabled": true, "sources": ["lantern"]})));
    assert_eq!((changed.body["state"].as_str(), &changed.body["sources"]), (Some("disabled"), &json!(["lantern"])), "{}", changed.body);
    let unknown = desk.ask("PATCH", "/users/carl", &admin, Some(json!({"provider_id": "248289761001"})));
    assert_eq!(unknown.code(), "refused", "without a provider: {}", unknown.body);
    assert_eq!(desk.ask("DELETE", "/users/carl", &admin, None).status, 204);
    assert_eq!(desk.ask("DELETE", "/users/root", &admin, None).code(), "conflict");
    assert_eq!(desk.get("/users/nobody", &admin).code(), "not_found");

    let json = ["Content-Type: application/json"];
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(256 * 1024));
    assert_eq!(desk.once("POST", "/api/v1/users", &admin, &json, Some(&large)).code(), "too_large");
    assert_eq!(desk.once("POST", "/api/v1/users", &admin, &json, Some("{")).code(), "body_not_understood");
    assert_eq!(desk.once("POST", "/api/v1/users", &admin, &["Content-Type: text/plain"], Some("{}")).code(), "not_json");
    let refused = std::thread::scope(|scope| {
        let ask = || (0..20).map(|_| desk.once("GET", "/api/v1/whoami", &study, &[], None)).find(|told| told.status == 429);
        let askers: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        askers.into_iter().filter_map(|asker| asker.join().unwrap()).next()
    });
    let refused = refused.expect("somebody who asks without end is told to wait");
    assert_eq!(refused.code(), "too_many_requests");
    assert!(refused.head["retry-after"].parse::<u64>().unwrap() >= 1);
    assert_eq!(desk.get("/whoami", &log).status, 200, "others are answered meanwhile");
}
