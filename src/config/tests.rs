//! The annotated files against the code, both ways.

use super::document;
use super::problem::Problems;
use super::raw::*;
use super::{DEFAULT_SETTINGS, EXAMPLE_SOURCE, EXAMPLE_WATCHES, Settings, Source, resolve, settings};
use jiff::civil::date;
use std::collections::BTreeSet;
use std::path::Path;

/// The tables of `vigie.toml`, and those of a source, with the keys that the code reads.
const SETTINGS: &[(&str, &[&str])] = &[
    ("", RawSettings::KEYS),
    ("crawl", RawCrawl::KEYS),
    ("limits", RawLimits::KEYS),
    ("tls", RawTls::KEYS),
    ("tor", RawTor::KEYS),
    ("i2p", RawI2p::KEYS),
    ("politeness", RawPoliteness::KEYS),
    ("archive", RawArchive::KEYS),
    ("log", RawLog::KEYS),
    ("run", RawRun::KEYS),
    ("web", RawWeb::KEYS),
    ("reading_log", RawReadingLog::KEYS),
    ("delivery", RawDelivery::KEYS),
];
const SOURCE: &[(&str, &[&str])] = &[
    ("", RawSource::KEYS),
    ("mirror_list", RawMirrorList::KEYS),
    ("scope", RawScope::KEYS),
    ("authority", RawAuthority::KEYS),
    ("politeness", RawPoliteness::KEYS),
    ("budget", RawBudget::KEYS),
    ("robots", RawRobots::KEYS),
    ("recrawl", RawRecrawl::KEYS),
    ("sweep", RawSweep::KEYS),
    ("expectations", RawExpectations::KEYS),
    ("traps", RawTraps::KEYS),
];

/// Takes the comment mark from the lines that it hides keys or sections behind, and leaves prose alone.
fn uncomment(text: &str, mark: &str) -> String {
    let shows = |line: &str| line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
    let lines = text.lines().map(|line| line.strip_prefix(mark).filter(|rest| shows(rest)).unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

fn read_source(text: &str) -> Source {
    let mut problems = Problems::new(Path::new("example.toml"), text);
    let source = resolve::source(document::read(text, &mut problems), "example", &Settings::default(), &mut problems);
    assert_eq!(problems.finish(), [], "{text}");
    source
}

fn read_settings(text: &str) -> Settings {
    let mut problems = Problems::new(Path::new("vigie.toml"), text);
    let settings = settings::resolve(document::read(text, &mut problems), &mut problems);
    assert_eq!(problems.finish(), [], "{text}");
    settings
}

/// Every key that the code reads stands in the file, and no other.
fn same_keys(text: &str, tables: &[(&str, &[&str])]) {
    let root: toml::Table = text.parse().unwrap();
    for (name, keys) in tables {
        let table = if name.is_empty() { &root } else { root[*name].as_table().unwrap() };
        let mut written: Vec<&str> = table.keys().map(String::as_str).collect();
        let mut read = keys.to_vec();
        written.sort_unstable();
        read.sort_unstable();
        assert_eq!(written, read, "keys of [{name}]");
    }
}

#[test]
fn settings_file_shows_every_key_at_its_default() {
    assert_eq!(read_settings(DEFAULT_SETTINGS), Settings::default());
    let shown = uncomment(DEFAULT_SETTINGS, "# ");
    assert_eq!(read_settings(&shown), Settings::default());
    let bare = DEFAULT_SETTINGS.lines().find(|line| line.contains(" = ") && !line.starts_with("# ") && !line.starts_with("## "));
    assert_eq!(bare, None, "the key is not commented");
    let with_examples = uncomment(&shown, "## ");
    same_keys(&with_examples, SETTINGS);
    let root: toml::Table = with_examples.parse().unwrap();
    let (tor, network) = (&root["tor"], &root["tor"]["network"]);
    let nested = [
        (&root["web"]["oidc"], RawOidc::KEYS),
        (&root["delivery"]["feed"], RawFeed::KEYS),
        (&root["delivery"]["webhook"][0], RawWebhook::KEYS),
        (&root["delivery"]["mail"][0], RawMail::KEYS),
        (&root["delivery"]["syslog"][0], RawSyslog::KEYS),
        (&root["delivery"]["misp"][0], RawMisp::KEYS),
        (&tor["transport"][0], RawTransport::KEYS),
        (network, RawTorNetwork::KEYS),
        (&network["cache"][0], RawCache::KEYS),
    ];
    for (table, keys) in nested {
        let mut written: Vec<&str> = table.as_table().unwrap().keys().map(String::as_str).collect();
        let mut read = keys.to_vec();
        written.sort_unstable();
        read.sort_unstable();
        assert_eq!(written, read);
    }
    // The example shows both places of a secret; one of them is to be chosen.
    let other = |line: &str| ["secret_file", "password_file", "key_file"].iter().any(|key| line.starts_with(key));
    let chosen: String = with_examples.lines().filter(|line| !other(line)).map(|line| format!("{line}\n")).collect();
    let settings = read_settings(&chosen);
    assert_eq!((settings.delivery.channels().count(), settings.tor.transports.len()), (4, 1));
    assert_eq!(settings.delivery.feed.unwrap().entries, 200);
    let oidc = settings.web.oidc.unwrap();
    assert_eq!(oidc.back(), "https://desk.example/signin/provider/back");
    assert_eq!((oidc.scopes.len(), oidc.acr.len(), oidc.amr.len(), oidc.second_factor.len()), (1, 0, 0, 3));
    assert_eq!(settings.tor.network.unwrap().caches.len(), 1);
}

#[test]
fn example_source_shows_every_key_and_means_the_same_with_the_defaults_written_out() {
    let as_shipped = read_source(EXAMPLE_SOURCE);
    let with_defaults = uncomment(EXAMPLE_SOURCE, "# ");
    assert_ne!(with_defaults, EXAMPLE_SOURCE);
    let json = |source: &Source| serde_json::to_value(source).unwrap();
    assert_eq!(json(&read_source(&with_defaults)), json(&as_shipped));
    assert!(!as_shipped.standing(date(2026, 1, 1)).is_crawlable());

    let with_examples = uncomment(&with_defaults, "## ");
    same_keys(&with_examples, SOURCE);
    let full = read_source(&with_examples);
    same_profile_keys(&with_examples);
    assert!(full.profile.is_some() && full.sweep.is_some() && full.budget.pages_per_day.is_some() && full.currency.is_some());
}

/// The annotated profile shows every key of a profile, its pages, their rules and expectations, and no other (that the reader would refuse).
fn same_profile_keys(text: &str) {
    use vigie_extractors::profile::{EXPECTATION_KEYS, KEYS, PAGE_KEYS, PROFILE_KEYS};
    let root: toml::Table = text.parse().unwrap();
    let extractor = root["extractor"].as_table().unwrap();
    let mut found: [BTreeSet<&str>; 4] = Default::default();
    found[0].extend(extractor.keys().map(String::as_str));
    for page in extractor["page"].as_array().unwrap() {
        found[1].extend(page.as_table().unwrap().keys().map(String::as_str));
        for group in ["fields", "vendor"].iter().filter_map(|group| page.get(group)) {
            for rules in group.as_table().unwrap().values() {
                let one = std::slice::from_ref(rules);
                for rule in rules.as_array().map_or(one, Vec::as_slice).iter().filter_map(toml::Value::as_table) {
                    found[2].extend(rule.keys().map(String::as_str));
                }
            }
        }
        for expect in page.get("expect").into_iter().flat_map(|expect| expect.as_table().unwrap().values()) {
            found[3].extend(expect.as_table().unwrap().keys().map(String::as_str));
        }
    }
    for (found, keys) in found.iter().zip([&PROFILE_KEYS[..], &PAGE_KEYS, &KEYS, &EXPECTATION_KEYS]) {
        assert_eq!(*found, keys.iter().copied().collect::<BTreeSet<_>>());
    }
}

#[test]
fn faults_of_a_profile_are_named_with_their_line_and_what_to_do() {
    let text = EXAMPLE_SOURCE.replace(
        "# When pages of each kind are visited again.",
        "[[extractor.page]]\nkind = \"listing\"\nwhen = \"div[\"\nfields.price = { select = \".p\", number = \";\" }\nexpect.price = { share = 90 }\n",
    );
    let mut problems = Problems::new(Path::new("example.toml"), &text);
    let _ = resolve::source(document::read(&text, &mut problems), "example", &Settings::default(), &mut problems);
    let problems: Vec<String> = problems.finish().iter().map(ToString::to_string).collect();
    let line = |part: &str| text.lines().position(|line| line.contains(part)).unwrap() + 1;
    let wanted = [
        (line("div["), "`div[` is no CSS selector", "div.price > span"),
        (line("number = \";\""), "`;` is no decimal mark", "write \".\" or \",\""),
        (line("share = 90"), "`90` is no share", "from 0 to 1"),
    ];
    for (line, what, hint) in wanted {
        let found = problems.iter().any(|one| one.contains(&format!(":{line}:")) && one.contains(what) && one.contains(hint));
        assert!(found, "{line} {what}: {problems:#?}");
    }
}

#[test]
fn example_watch_is_one() {
    let is_key = |line: &str| line.starts_with("[[") || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
    let uncommented = |line: &'static str| line.strip_prefix("# ").filter(|rest| is_key(rest)).unwrap_or(line);
    let text: String = EXAMPLE_WATCHES.lines().map(|line| format!("{}\n", uncommented(line))).collect();
    let mut problems = Problems::new(Path::new("watches.toml"), &text);
    let raw: RawWatches = document::read(&text, &mut problems);
    assert_eq!(problems.finish(), []);
    assert_eq!(raw.watch.len(), 1);
    assert!(raw.watch.iter().all(|watch| vigie_index::Query::parse(watch.query.as_ref().unwrap().get_ref(), 0).is_ok()));
    let root: toml::Table = text.parse().unwrap();
    assert_eq!(root.keys().collect::<Vec<_>>(), RawWatches::KEYS);
    let mut keys = RawWatch::KEYS.to_vec();
    keys.sort_unstable();
    assert_eq!(root["watch"][0].as_table().unwrap().keys().collect::<Vec<_>>(), keys);
}
