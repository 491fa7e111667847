//! The table of countries and regions in `tests/fixtures/values/countries.tsv`.

use vigie_extractors::country::parse_countries;

#[test]
fn every_place_of_the_table_is_read() {
    let rows = include_str!("../fixtures/values/countries.tsv").lines().filter(|line| !line.starts_with('#'));
    let wrong: Vec<String> = rows
        .filter_map(|line| {
            let (text, expected) = line.split_once('\t').expect("two columns");
            let found = parse_countries(text);
            let except = found.except.iter().map(|code| format!("-{code}"));
            let ours = found.codes.iter().cloned().chain(except).collect::<Vec<_>>().join(" ");
            (ours != expected).then(|| format!("{text:?}: {ours:?} instead of {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
