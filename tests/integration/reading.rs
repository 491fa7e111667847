//! Reading is logged before it is shown: every command is listed here with what it shows, and those that show content prove it.

use std::collections::BTreeSet;

use clap::CommandFactory;
use vigie::cli::Cli;

use crate::instance::Place;

/// What a command shows.
enum Shows {
    /// What sources published, or questions asked about it: logged, and refused without a purpose where one is asked for. With arguments
    /// to try it.
    Content(&'static [&'static [&'static str]]),
    /// Something else: what.
    Else(&'static str),
}
use Shows::{Content, Else};

/// Every command. A new one fails the test until somebody says here what it shows.
const COMMANDS: &[(&str, Shows)] = &[
    ("demo", Else("an invented market")),
    ("init", Else("the compiled-in configuration")),
    ("check", Else("the configuration")),
    ("crawl", Else("counts, hosts and outcomes of its own run")),
    ("extract", Else("a page that the caller brings")),
    ("classify", Else("lines that the caller brings")),
    ("codebook export", Else("the codebook")),
    ("indicators", Else("lines that the caller brings")),
    ("import", Else("counts of its own run")),
    ("search", Content(&[&["search", "glock"], &["search", "*", "--json"], &["search", "*", "--count-by", "vendor"]])),
    (
        "show",
        Content(&[
            &["show", "vendor", "anna"],
            &["show", "vendor", "anna", "--json"],
            &["show", "trace", "s1:1"],
            &["show", "persona", "anna", "--json"],
        ]),
    ),
    ("persona confirm", Content(&[&["persona", "confirm", "anna", "bert", "--reason", "why"]])),
    ("persona refuse", Content(&[&["persona", "refuse", "anna", "bert", "--reason", "why"]])),
    ("syntax", Else("the query language")),
    ("watch add", Content(&[&["watch", "add", "mine", "glock"]])),
    ("watch set", Content(&[&["watch", "set", "all", "--priority", "high"]])),
    ("watch list", Content(&[&["watch", "list"], &["watch", "list", "--json"]])),
    ("watch try", Content(&[&["watch", "try", "glock"], &["watch", "try", "*", "--json"]])),
    ("watch explain", Content(&[&["watch", "explain", "all", "s1:1"], &["watch", "explain", "--query", "glock", "s1:1", "--json"]])),
    ("watch import", Else("a file that the caller brings, and counts; logged all the same")),
    ("watch remove", Content(&[&["watch", "remove", "all"]])),
    ("serve", Else("the desk, which logs each reading under the name of who is signed in")),
    ("run", Else("counts, hosts and outcomes of its own runs")),
    ("alerts", Content(&[&["alerts"], &["alerts", "--json"], &["alerts", "--undelivered"]])),
    ("alerts redeliver", Content(&[&["alerts", "redeliver", "--all"]])),
    ("alerts set", Content(&[&["alerts", "set", "0", "seen"]])),
    ("alerts assign", Content(&[&["alerts", "assign", "0"]])),
    ("alerts log", Content(&[&["alerts", "log", "0"]])),
    ("sources", Content(&[&["sources", "s1"], &["sources", "s1", "--json"]])),
    ("session set", Else("counts of cookies that the caller brings; logged all the same")),
    ("session list", Content(&[&["session", "list"], &["session", "list", "--json"]])),
    ("session clear", Else("that cookies were removed; logged all the same")),
    ("user add", Else("that a user was added; logged all the same")),
    ("user list", Else("users and what they may do; logged all the same")),
    ("user set", Else("what was changed of a user; logged all the same")),
    ("user remove", Else("that a user was removed; logged all the same")),
    ("user signins", Else("where a user is signed in; logged all the same")),
    ("user token", Else("tokens of a user; logged all the same")),
    ("doctor", Else("states, counts and hosts of the configuration")),
    ("export", Content(&[&["export", "listings", "--out", "out"], &["export", "tables", "--out", "out"]])),
    ("audit list", Content(&[&["audit", "list"], &["audit", "list", "--json"]])),
    ("audit sample", Content(&[&["audit", "sample"], &["audit", "sample", "--json"]])),
    ("audit review", Content(&[&["audit", "review", "1", "--finding", "fits"]])),
    ("subject find", Content(&[&["subject", "find", "anna"], &["subject", "find", "anna", "--json"]])),
    ("subject list", Content(&[&["subject", "list"], &["subject", "list", "--json"]])),
    ("subject restrict", Content(&[&["subject", "restrict", "bert", "--reason", "why"]])),
    ("subject lift", Content(&[&["subject", "lift", "bert", "--reason", "why"]])),
    ("subject mark", Content(&[&["subject", "mark", "anna", "--basis", "fact", "--reason", "why"]])),
    ("subject rectify", Content(&[&["subject", "rectify", "anna", "place", "Lantern", "--reason", "why"]])),
    ("subject recipients", Content(&[&["subject", "recipients", "anna"], &["subject", "recipients", "anna", "--json"]])),
    ("case open", Content(&[&["case", "open", "C-9", "--title", "t"]])),
    ("case list", Content(&[&["case", "list"], &["case", "list", "--json"]])),
    ("case show", Content(&[&["case", "show", "C-1"]])),
    ("case add", Content(&[&["case", "add", "C-1", "listing", "s1:1"]])),
    ("case note", Content(&[&["case", "note", "C-1", "text"]])),
    ("case remove", Content(&[&["case", "remove", "C-1", "listing", "s1:1"]])),
    ("case close", Content(&[&["case", "close", "C-1"]])),
    ("retain", Else("counts; logged when rows of the reading log are removed")),
    ("verify", Else("counts, and places of damage in the archive")),
    ("reextract", Else("counts of its own run")),
    ("reindex", Else("counts of its own run")),
    ("tor renew", Else("nothing: it asks the crawl for new circuits")),
    ("tor status", Else("names of sources, folders, and how the route was")),
    ("profile induce", Content(&[&["profile", "induce", "s1"]])),
    ("profile test", Content(&[&["profile", "test", "s1"]])),
    ("eval extract", Else("pages that the caller brings")),
    ("eval classify", Else("lines that the caller brings")),
    ("eval alerts", Content(&[&["eval", "alerts"], &["eval", "alerts", "--json"]])),
    ("eval linkage", Else("figures about an invented world, or about listings that the caller brings")),
    ("eval families", Else("pairs and listings that the caller brings")),
    ("train", Else("figures about lines that the caller brings")),
    ("label", Content(&[&["label", "--list"]])),
    ("bench", Else("figures of work on pages of its own, or on rows that the caller brings")),
];

/// The commands that do something by themselves, by their names.
fn commands() -> BTreeSet<String> {
    fn walk(path: &str, command: &clap::Command, found: &mut BTreeSet<String>) {
        for one in command.get_subcommands() {
            let name = format!("{path} {}", one.get_name()).trim().to_owned();
            // `alerts` does something without its subcommand, `watch` does not.
            if !one.has_subcommands() || !one.is_subcommand_required_set() {
                found.insert(name.clone());
            }
            walk(&name, one, found);
        }
    }
    let mut found = BTreeSet::new();
    walk("", &Cli::command(), &mut found);
    found
}

/// Commands that show content, each with its arguments.
fn reading() -> impl Iterator<Item = &'static [&'static str]> {
    COMMANDS
        .iter()
        .flat_map(|(_, shows)| match shows {
            Content(tries) => *tries,
            Else(_) => &[],
        })
        .copied()
}

async fn log(place: &Place) -> Vec<(String, String)> {
    let pool = place.store().await;
    let rows = sqlx::query_as("SELECT action, subject FROM audit ORDER BY id").fetch_all(&pool).await.unwrap();
    pool.close().await;
    rows
}

#[test]
fn every_command_says_whether_it_shows_content() {
    let listed: BTreeSet<String> = COMMANDS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(commands(), listed, "say in COMMANDS what the new command shows");
    for (name, shows) in COMMANDS {
        match shows {
            Content(tries) => assert!(!tries.is_empty() && tries.iter().all(|words| words.join(" ").starts_with(name)), "{name}"),
            Else(what) => assert!(what.len() > 5, "{name}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reading_is_logged_before_it_is_shown() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "all", "*"]);
    let rows = place.file("rows.jsonl", "{\"id\": \"1\", \"title\": \"Glock 19\", \"price\": \"650 EUR\", \"vendor\": \"anna\"}\n");
    place.expect(0, &["import", &rows, "--source", "s1"]);
    let out = place.folder.path().join("out");
    // A channel that nothing is sent through, so that there is something to send again.
    place.file("secret", "sixteen bytes or more");
    let webhook =
        "[[delivery.webhook]]\nname = \"desk\"\nurl = \"http://127.0.0.1:9/\"\nsecret_file = \"../secret\"\nallow_private = true\n";
    std::fs::write(place.config().join("vigie.toml"), format!("[log]\nlevel = \"warn\"\n{webhook}")).unwrap();

    // Without its log nothing is shown, nothing is written and nothing is changed.
    let pool = place.store().await;
    sqlx::query("ALTER TABLE audit RENAME TO audit_away").execute(&pool).await.unwrap();
    for arguments in reading() {
        let said = place.refusal(1, arguments);
        assert!(said.contains("reading log"), "{arguments:?}: {said}");
        assert!(!said.contains("Glock") && !said.contains("anna"), "{arguments:?} shows content on stderr: {said}");
        assert!(!out.exists(), "{arguments:?} writes");
    }
    let (watches,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM watch WHERE name = 'all'").fetch_one(&pool).await.unwrap();
    assert_eq!(watches, 1);
    sqlx::query("ALTER TABLE audit_away RENAME TO audit").execute(&pool).await.unwrap();
    pool.close().await;

    // With it each reading is one row, also when nobody takes what is shown.
    let mut before = log(&place).await.len();
    for arguments in reading() {
        let (reader, closed) = std::io::pipe().unwrap();
        drop(reader);
        place.command(arguments).stdout(closed).output().unwrap();
        let rows = log(&place).await;
        assert_eq!(rows.len(), before + 1, "{arguments:?}");
        let (action, subject) = &rows[before];
        assert!(arguments.join(" ").starts_with(action.as_str()), "{arguments:?} is logged as {action}");
        assert!(arguments.len() < 3 || !subject.is_empty() || arguments.contains(&"--json"), "{arguments:?} is logged without its subject");
        before = rows.len();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reading_is_refused_without_the_purpose_that_is_asked_for() {
    let place = Place::new();
    place.expect(0, &["watch", "add", "all", "*"]);
    std::fs::write(place.config().join("vigie.toml"), "require_purpose = true\n[log]\nlevel = \"warn\"\n").unwrap();
    for arguments in reading() {
        let said = place.refusal(2, &[arguments, &["--case", "C-1"]].concat());
        assert!(said.contains("--case") && said.contains("--purpose"), "{arguments:?}: {said}");
    }
    assert_eq!(log(&place).await.len(), 1, "what was refused was not read");
}
