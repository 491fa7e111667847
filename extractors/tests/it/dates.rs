//! The table of dates in `tests/fixtures/values/dates.tsv`, and the vectors of many languages where `VIGIE_DATA` names them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use vigie_extractors::dates::{Order, parse_date, parse_date_in};

fn now() -> Timestamp {
    "2020-02-15T12:00:00Z".parse().unwrap()
}

#[test]
fn every_date_of_the_table_is_read() {
    let rows = include_str!("../fixtures/values/dates.tsv").lines().filter(|line| !line.starts_with('#'));
    let wrong: Vec<String> = rows
        .filter_map(|line| {
            let (written, expected) = line.split_once('\t').expect("two columns");
            let (text, order) = match written.split_once('|') {
                Some(("d", text)) => (text, Order::DayFirst),
                Some(("m", text)) => (text, Order::MonthFirst),
                _ => (written, Order::Unknown),
            };
            let ours = parse_date_in(text, now(), order).unwrap_or_else(|| "-".to_owned());
            (ours != expected).then(|| format!("{written:?}: {ours} instead of {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_page_tells_its_order() {
    for (text, language, host, order) in [
        ("Posted 03/22/2024, edited 04/02/2024", Some("en"), "a.com", Order::MonthFirst),
        ("Posted 22/03/2024, edited 04/02/2024", Some("en"), "a.com", Order::DayFirst),
        ("Publié le 03/04/2024", Some("fr"), "a.com", Order::DayFirst),
        ("Posted 03/04/2024", Some("en"), "a.co.uk", Order::DayFirst),
        ("Posted 03/04/2024", Some("en"), "a.com", Order::Unknown),
        ("22/03/2024 and 03/22/2024", Some("fr"), "a.com", Order::Unknown),
        ("12/76 and 9/16-24, call 03-22-555", None, "a.com", Order::Unknown),
        ("1/22/3333/2024 22/3/20245", None, "a.com", Order::Unknown),
    ] {
        assert_eq!(Order::of_page(text, language, Some(host)), order, "{text}");
    }
}

/// A phrase counts as right where it gives what its English form gives.
#[test]
fn dates_of_many_languages() {
    let Ok(data) = std::env::var("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA does not name the folder with the vectors");
        return;
    };
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in std::fs::read_to_string(format!("{data}/vectors/dates_languages.jsonl")).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let Some(expected) = parse_date(&text("expected"), now()) else { continue };
        let entry = counts.entry(text("lang").split('-').next().unwrap_or_default().to_owned()).or_default();
        entry.1 += 1;
        entry.0 += usize::from(parse_date(&text("text"), now()) == Some(expected));
    }
    let named = ["en", "fr", "de", "es", "it", "pt", "nl", "ru", "uk", "pl", "tr", "ar"];
    let (right, known) =
        named.iter().filter_map(|language| counts.get(*language)).fold((0, 0), |(a, b), (right, known)| (a + right, b + known));
    for language in named {
        println!("{language} {:?}", counts.get(language));
    }
    println!("together {right} of {known}");
    assert!(right * 100 >= known * 85, "{right} of {known}");
}
