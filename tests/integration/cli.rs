//! The command line as a script relies on it: exit codes, what goes to which stream, one line out for each line in, the reading log.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::instance::{Place, filter, lines, program};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/extractors/tests/fixtures/pages/market_listing_en.html");

/// A place that holds three imported advertisements.
fn imported() -> Place {
    let place = Place::new();
    let rows = place.file(
        "rows.jsonl",
        r#"{"id": "1", "title": "Glock 19 gen 5, 9x19", "description": "As new, two magazines.", "price": "650", "currency": "EUR", "vendor": "anna"}
{"id": "2", "title": "Zoraki 914 blank-firing pistol", "price": "120", "currency": "EUR", "vendor": "bert"}
{"id": "3", "title": "Book on roses", "price": "12", "currency": "EUR", "vendor": "anna"}
"#,
    );
    place.expect(0, &["import", &rows, "--source", "s1"]);
    place
}

#[test]
fn wrong_usage_is_2_and_failure_is_1_and_both_name_the_remedy() {
    let place = Place::new();
    let file = place.file("rows.jsonl", "{\"title\": \"x\"}\n");
    let unknown = place.file("rows.dat", "x");
    let map = place.file("bad.toml", "[fields]\ntitle = \"a\"\nprise = \"b\"\n");
    let torn = place.file("torn.toml", "[fields\n");
    let page = place.file("page.html", "<p>x</p>");
    let blocked = format!("{file}/data");
    let cases: &[(i32, &[&str], &str)] = &[
        (2, &[], "Usage"),
        (2, &["nosuch"], "unrecognized subcommand"),
        (2, &["search"], "<QUERY>"),
        (2, &["search", "--nope", "x"], "--nope"),
        (2, &["search", "pricee:<3"], "column 1"),
        (2, &["search", "pricee:<3"], "`price:`"),
        (2, &["search", "a AND ("], "column 8"),
        (2, &["search", ""], "empty"),
        (2, &["search", "x", "--count-by", "nope"], "category"),
        (2, &["search", "x", "--from", "soon"], "--from"),
        (2, &["search", "x", "--to", "2020-01-01 OR y"], "--to"),
        (2, &["search", "x", "--limit", "100000000"], "--limit"),
        (1, &["search", "x"], "holds no Vigie data"),
        (1, &["alerts"], "holds no Vigie data"),
        (2, &["alerts", "--since", "soon"], "soon"),
        (2, &["alerts", "set", "x", "bogus"], "closed_false"),
        (1, &["alerts", "set", "x", "seen"], "holds no Vigie data"),
        (1, &["watch", "list"], "holds no Vigie data"),
        (1, &["watch", "remove", "x"], "holds no Vigie data"),
        (2, &["watch", "add", "", "glock"], "name"),
        (2, &["watch", "add", "w", "last_seen:>7d"], "watch"),
        (2, &["watch", "add", "w", "price_usd:<100"], "watch"),
        (2, &["watch", "add", "w", "first_seen:>7d"], "watch"),
        (2, &["watch", "add", "w", "glok:x"], "column 1"),
        (1, &["reindex"], "holds no Vigie data"),
        (1, &["reextract"], "holds no Vigie data"),
        (1, &["verify"], "holds no archive"),
        (1, &["verify", "."], "no WARC files"),
        (1, &["export", "listings", "--out", "out"], "holds no Vigie data"),
        (2, &["export", "nosuch", "--out", "out"], "listings"),
        (2, &["crawl", "--once"], "no source is configured"),
        (2, &["crawl", "--once", "--source", "zz"], "hint"),
        (2, &["extract"], "<FILE>"),
        (2, &["extract", &page], "--url"),
        (2, &["extract", &page, "--url", "nowhere"], "http://"),
        (1, &["extract", "missing.html", "--url", "http://a.example/"], "missing.html"),
        (2, &["extract", "--jsonl", "--source", "zz"], "zz"),
        (2, &["classify"], "--jsonl"),
        (2, &["indicators"], "--jsonl"),
        (1, &["import", "missing.jsonl", "--source", "s"], "missing.jsonl"),
        (2, &["import", &unknown, "--source", "s"], "--format"),
        (2, &["import", &file, "--source", "S 1"], "source id"),
        (2, &["import", &file, "--source", "s", "--map", &map], "prise"),
        (2, &["import", &file, "--source", "s", "--map", &map], "price, currency"),
        (2, &["import", &file, "--source", "s", "--map", &torn], "torn.toml"),
        (1, &["import", &file, "--source", "s", "--map", "missing.toml"], "missing.toml"),
    ];
    for (code, arguments, says) in cases {
        let said = place.refusal(*code, arguments);
        assert!(said.contains(says), "{arguments:?} does not say {says:?}: {said}");
    }
    assert!(!place.data().exists(), "a refused command makes no data folder");
    let output = program().args(["--data", &blocked, "import", &file, "--source", "s"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains(&blocked));
}

#[test]
fn a_wrong_configuration_is_2_with_file_line_and_hint() {
    let place = Place::new();
    std::fs::write(place.config().join("vigie.toml"), "[log]\nlevel = \"warn\"\nlevvel = 3\n").unwrap();
    for arguments in
        [&["search", "x"][..], &["alerts"], &["crawl", "--once"], &["classify", "--jsonl"], &["verify"], &["reindex"], &["watch", "list"]]
    {
        let said = place.refusal(2, arguments);
        assert!(said.contains("vigie.toml:3") && said.contains("hint"), "{arguments:?}: {said}");
    }
    let output = program().args(["--config", "/nonexistent", "search", "x"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("vigie init"));
}

#[test]
fn every_command_has_help_with_examples_and_no_colour() {
    let place = Place::new();
    let commands =
        ["demo", "init", "check", "crawl", "extract", "classify", "indicators", "import", "search", "syntax", "watch", "watch add"];
    let more = ["watch list", "watch remove", "alerts", "alerts set", "export", "verify", "reextract", "reindex"];
    let whole = place.expect(0, &["--help"]);
    for command in commands.iter().chain(&more) {
        let words: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let help = place.expect(0, &words);
        assert!(help.contains("Examples:\n  ") && help.contains("vigie "), "{command} has no example: {help}");
        assert!(!help.contains('\u{1b}'), "{command}");
        assert!(whole.contains(words[0]), "{command} is not in the list of commands");
    }
}

#[test]
pub(crate) fn one_writer_at_a_time_and_readers_beside_it() {
    let place = imported();
    let rows = place.file("more.jsonl", "{\"id\": \"4\", \"title\": \"x\"}\n");
    let lock = std::fs::File::open(place.data().join("lock")).unwrap();
    lock.lock().unwrap();
    for arguments in [&["import", rows.as_str(), "--source", "s1"][..], &["reextract"], &["reindex"]] {
        let said = place.refusal(1, arguments);
        assert!(said.contains("another vigie process writes") && said.contains("hint"), "{arguments:?}: {said}");
    }
    assert_eq!(place.rows(&["search", "*", "--json"]).len(), 3);
    place.expect(0, &["watch", "add", "w", "glock"]);
    place.expect(0, &["watch", "list"]);
    place.expect(0, &["alerts"]);
    place.expect(0, &["verify"]);
    assert_eq!(place.listings().len(), 3);
    drop(lock);
    place.expect(0, &["import", &rows, "--source", "s1"]);
    assert_eq!(place.rows(&["search", "*", "--json"]).len(), 4);
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let place = imported();
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    place.expect(0, &["watch", "add", "all", "*"]);
    let commands: &[&[&str]] = &[
        &["search", "*"],
        &["search", "*", "--json"],
        &["search", "*", "--count-by", "vendor"],
        &["alerts", "--json"],
        &["alerts"],
        &["watch", "list"],
        &["syntax"],
        &["check"],
        &["verify"],
        &["verify", "--json"],
        &["reindex"],
        &["--help"],
    ];
    for arguments in commands {
        let code = |command: &mut std::process::Command| command.output().unwrap().status.code();
        assert_eq!(code(place.command(arguments).stdout(closed())), Some(0), "{arguments:?} without a reader of stdout");
        assert_eq!(code(place.command(arguments).stderr(closed())), Some(0), "{arguments:?} without a reader of stderr");
    }
    let refused = place.command(&["search", "pricee:<3"]).stderr(closed()).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn data_goes_to_stdout_and_the_rest_to_stderr() {
    let place = imported();
    let output = place.run(&["search", "glock"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("Glock 19"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 of 1 listings"));
    for hit in place.rows(&["search", "*", "--json"]) {
        for field in ["source", "url", "title"] {
            assert!(hit[field].is_string(), "{hit}");
        }
        assert!(hit["score"].is_number() && hit["listing"].is_string());
    }
    let counts = place.rows(&["search", "*", "--count-by", "vendor", "--json"]);
    let of = |name: &str| counts.iter().find(|row| row["value"] == name).map(|row| row["count"].clone());
    assert_eq!((of("anna"), of("bert")), (Some(json!(2)), Some(json!(1))));
    assert_eq!(place.rows(&["search", "*", "--json", "--limit", "2"]).len(), 2);
    assert_eq!(place.rows(&["search", "*", "--json", "--limit", "0"]).len(), 0);
    assert_eq!(place.rows(&["search", "*", "--json", "--from", "2000-01-01", "--to", "2999-12-31"]).len(), 3);
    assert_eq!(place.rows(&["search", "*", "--json", "--to", "2000-01-01"]).len(), 0);
    assert_eq!(place.rows(&["search", "NOT glock", "--json", "--from", "2000"]).len(), 2, "a question that only excludes can be narrowed");
    let output = place.run(&["search", "nosuchword", "--json"]);
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty());
}

async fn audit(place: &Place) -> Vec<(String, String, Option<String>, Option<String>)> {
    let pool = place.store().await;
    let rows = sqlx::query_as("SELECT action, subject, case_reference, purpose FROM audit ORDER BY id").fetch_all(&pool).await.unwrap();
    pool.close().await;
    rows
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn case_and_purpose_of_a_reading_are_logged() {
    let place = imported();
    place.expect(0, &["watch", "add", "all", "*"]);
    std::fs::write(
        place.config().join("vigie.toml"),
        format!("require_purpose = true\ndatabase = {:?}\n[log]\nlevel = \"warn\"\n", place.facts.address),
    )
    .unwrap();
    let reading: &[&[&str]] = &[&["search", "glock"], &["alerts"], &["watch", "list"], &["export", "listings", "--out", "out"]];
    let before = audit(&place).await.len();
    for arguments in reading {
        for half in [&[][..], &["--case", "C-1"], &["--purpose", "why"]] {
            let said = place.refusal(2, &[arguments, half].concat());
            assert!(said.contains("--case") && said.contains("--purpose"), "{said}");
        }
    }
    assert_eq!(audit(&place).await.len(), before, "what was refused was not read");
    for arguments in reading {
        place.expect(0, &[arguments, &["--case", "C-1", "--purpose", "why not"][..]].concat());
    }
    let rows = audit(&place).await;
    let actions: Vec<&str> = rows[before..].iter().map(|row| row.0.as_str()).collect();
    assert_eq!(actions[..3], ["search", "alerts", "watch list"]);
    assert!(actions[3].starts_with("export"), "{actions:?}");
    assert!(rows[before..].iter().all(|row| row.2.as_deref() == Some("C-1") && row.3.as_deref() == Some("why not")));
    assert_eq!(rows[before].1, "glock");
}

/// Lines that a stream may bring, and whether each is answered with an error by (extract, classify, indicators).
fn stream() -> Vec<(Vec<u8>, [bool; 3])> {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let whole = |text: &str| json!({"url": "http://a.example/1", "html": text, "text": text, "title": text}).to_string().into_bytes();
    let long = "word ".repeat(4 << 20);
    vec![
        (whole("<h1>Glock 19</h1>"), [false; 3]),
        (b"".to_vec(), [true; 3]),
        (b"  \t".to_vec(), [true; 3]),
        (b"\xff\xfe{\"text\": \"a\"}".to_vec(), [true; 3]),
        (b"{\"url\": \"http://a.example/\", \"text\": \"\xff\", \"title\": \"\xff\"}".to_vec(), [true; 3]),
        (b"\0{}\0".to_vec(), [true; 3]),
        (whole("nul \0 inside \u{202e}and\u{7} signs"), [false; 3]),
        (deep.clone().into_bytes(), [true; 3]),
        (format!("{{\"url\": \"http://a.example/\", \"text\": {deep}, \"title\": \"x\"}}").into_bytes(), [true; 3]),
        ([whole("line ends").as_slice(), b"\r"].concat(), [false; 3]),
        (b"null".to_vec(), [true; 3]),
        (b"[]".to_vec(), [true; 3]),
        (b"{}".to_vec(), [true; 3]),
        (b"{\"text\": 3, \"title\": 3, \"url\": 3, \"html\": 3}".to_vec(), [true; 3]),
        (b"{\"url\": \"nowhere\", \"text\": \"x\", \"title\": \"x\"}".to_vec(), [true, false, false]),
        (b"{\"a\": 1}{\"b\": 2}".to_vec(), [true; 3]),
        (json!({"url": "http://a.example/1", "text": long}).to_string().into_bytes(), [false, true, false]),
        (whole("the last one has no line end"), [false; 3]),
    ]
}

#[test]
fn a_stream_answers_line_by_line_whatever_comes() {
    let cases = stream();
    let input = cases.iter().map(|(line, _)| line.as_slice()).collect::<Vec<_>>().join(&b'\n');
    for (mode, command) in ["extract", "classify", "indicators"].into_iter().enumerate() {
        let output = filter(&[command, "--jsonl"], &input);
        assert_eq!(output.status.code(), Some(0), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{command}");
        let answers = lines(&String::from_utf8(output.stdout).unwrap());
        assert_eq!(answers.len(), cases.len(), "{command}");
        for ((n, answer), (_, wrong)) in (1..).zip(&answers).zip(&cases) {
            assert_eq!(answer.get("error").is_some(), wrong[mode], "{command}, line {n}: {answer}");
            if wrong[mode] {
                assert_eq!(answer["line"], n, "{command}");
                assert!(answer["error"].is_string() && answer.as_object().unwrap().len() == 2);
            }
        }
    }
    assert!(filter(&["indicators", "--jsonl"], b"").stdout.is_empty());
}

#[test]
fn a_line_is_answered_before_the_next_is_sent() {
    for (command, line) in [
        ("extract", "{\"url\": \"http://a.example/\", \"html\": \"<p>x</p>\"}"),
        ("classify", "{\"title\": \"x\"}"),
        ("indicators", "{\"text\": \"x\"}"),
    ] {
        let mut child = program().args([command, "--jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut input, mut output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        for _ in 0..3 {
            // One line in two pieces.
            input.write_all(&line.as_bytes()[..5]).unwrap();
            input.flush().unwrap();
            input.write_all(&line.as_bytes()[5..]).unwrap();
            input.write_all(b"\n").unwrap();
            let mut answer = String::new();
            output.read_line(&mut answer).unwrap();
            assert!(serde_json::from_str::<Value>(&answer).unwrap().get("error").is_none(), "{answer}");
        }
        drop(input);
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

/// The keys that records may have, by where they stand. A new one is added here when it is added to the documentation.
const KEYS: &[(&str, &[&str])] = &[
    (
        "page",
        &["url", "page_kind", "page_kind_probability", "page_detail", "language", "listings", "vendors", "indicators", "links", "problems"],
    ),
    (
        "listing",
        &[
            "key",
            "url",
            "title",
            "description",
            "language",
            "intent",
            "category_path",
            "offers",
            "price_state",
            "availability",
            "stock",
            "sku",
            "gtin",
            "mpn",
            "brand",
            "vendor",
            "ships_from",
            "ships_to",
            "ships_except",
            "ships_raw",
            "shipping",
            "payments",
            "escrow",
            "feedback_n",
            "feedback",
            "posted_at",
            "images",
            "firearm",
            "classification",
            "traits",
            "trait_spans",
            "risk",
            "scam",
            "items",
            "split",
            "indicators",
        ],
    ),
    ("offer", &["kind", "amount", "currency", "quantity", "unit", "pack_size", "unit_amount", "raw"]),
    ("vendor", &["name", "url", "rating", "sales", "positive_percent", "since", "last_seen", "ships_from"]),
    ("classification", &["category", "subtype", "good", "probability", "alternatives", "because", "codebook", "model"]),
    ("link", &["url", "text", "rel"]),
    ("problem", &["field", "place", "found"]),
];

fn has_only(what: &str, value: &Value) {
    let known = KEYS.iter().find(|(name, _)| *name == what).unwrap().1;
    for key in value.as_object().unwrap_or_else(|| panic!("{what} is {value}")).keys() {
        assert!(known.contains(&key.as_str()), "{what} has the key {key}: {value}");
    }
}

#[test]
fn a_saved_page_gives_one_record_with_the_documented_fields() {
    let folder = tempfile::tempdir().unwrap();
    let output = program().current_dir(folder.path()).args(["extract", PAGE, "--url", "http://market.example/item/1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no state is left");
    let pages = lines(&String::from_utf8(output.stdout).unwrap());
    let [page] = pages.as_slice() else { panic!("{} lines", pages.len()) };
    has_only("page", page);
    for key in ["url", "page_kind", "listings", "vendors", "indicators", "links", "problems"] {
        assert!(page.get(key).is_some(), "{key} is always there");
    }
    assert_eq!(page["page_kind"], "listing");
    for listing in page["listings"].as_array().unwrap() {
        has_only("listing", listing);
        listing["offers"].as_array().unwrap().iter().for_each(|offer| has_only("offer", offer));
        assert!(listing["offers"][0]["amount"].is_string(), "money is never a float");
        has_only("vendor", &listing["vendor"]);
        has_only("classification", &listing["classification"]);
    }
    page["links"].as_array().unwrap().iter().for_each(|link| has_only("link", link));
    page["problems"].as_array().unwrap().iter().for_each(|one| has_only("problem", one));
    // The same page in a stream.
    let line = json!({"url": "http://market.example/item/1", "html": std::fs::read_to_string(PAGE).unwrap()}).to_string();
    let streamed = lines(&String::from_utf8(filter(&["extract", "--jsonl"], line.as_bytes()).stdout).unwrap());
    assert_eq!(streamed[0]["listings"], page["listings"]);
    let classified = filter(&["classify", "--jsonl"], br#"{"title": "Glock 19 gen 5", "category_path": ["Weapons"]}"#);
    let classified = lines(&String::from_utf8(classified.stdout).unwrap());
    for key in ["classification", "intent", "traits", "firearm", "items", "risk", "scam"] {
        assert!(classified[0].get(key).is_some(), "{key}");
    }
    assert_eq!(classified[0]["classification"]["category"], "firearm.pistol");
    has_only("classification", &classified[0]["classification"]);
}

#[test]
pub(crate) fn hostile_text_goes_through_the_whole_path_and_steers_no_terminal() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "ev\u{1b}[31mil\u{202e}", "*"]);
    let signs = "\u{1b}]0;pwned\u{7}\u{1b}[2J\u{9b}31m\u{202e}gpj.exe\u{2066}\u{0}\u{8}\r";
    let rows = [
        json!({"id": "1", "title": format!("{signs} Glock"), "description": format!("a\u{0}b {signs}\nsecond line"), "vendor": signs, "price": "10 EUR"}),
        json!({"id": "2", "title": "=HYPERLINK(\"http://evil.example\")", "description": "@SUM(A1)", "vendor": "+49 30 1"}),
        json!({"id": "3", "title": "x".repeat(1 << 20), "vendor": "v".repeat(1 << 16)}),
        json!({"id": "4", "title": "\u{5d0}\u{202b}\u{5d1}", "price": "1e400", "url": "http://a.example/\u{202e}\u{1b}[1m"}),
        json!({"id": "../../etc/passwd\u{0}", "title": "path", "offers": [{"kind": "fixed", "amount": "=1+1"}], "availability": "\u{1b}"}),
    ];
    let file = place.file("rows.jsonl", rows.iter().map(|row| row.to_string() + "\n").collect::<String>());
    place.expect(0, &["import", &file, "--source", "s1"]);
    place.expect(0, &["verify"]);
    let clean = |text: &str| {
        text.chars().all(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') && (!c.is_control() || c == '\n' || c == '\t'))
    };
    for arguments in [&["search", "*"][..], &["search", "glock"], &["alerts"], &["watch", "list"], &["search", "*", "--count-by", "vendor"]]
    {
        let output = place.run(arguments);
        assert!(output.status.success(), "{arguments:?}");
        assert!(clean(std::str::from_utf8(&output.stdout).unwrap()), "{arguments:?} steers the terminal");
        assert!(clean(std::str::from_utf8(&output.stderr).unwrap()), "{arguments:?} steers the terminal");
        assert!(output.stdout.len() < 100_000, "{arguments:?} floods the terminal");
    }
    assert_eq!(place.rows(&["search", "*", "--json"]).len(), 5);
    assert_eq!(place.listings().len(), 5);
    let table = std::fs::read(place.folder.path().join("out/listings.csv")).unwrap();
    for record in csv::Reader::from_reader(table.as_slice()).records() {
        for cell in record.unwrap().iter() {
            assert!(!cell.starts_with(['=', '@', '+', '\t', '\r']), "{cell:?} is a formula for a spreadsheet");
        }
    }
    let delivered = std::fs::read_to_string(place.data().join("alerts.jsonl")).unwrap();
    assert_eq!(lines(&delivered).len(), 5);
    let before = place.listings();
    place.expect(0, &["reextract"]);
    assert_eq!(place.listings(), before);
}
