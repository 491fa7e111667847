//! The tables of quantities and of what is left in `tests/fixtures/values`.

use vigie_extractors::quantity;

/// Rows of a table that is read in another way than it says.
fn wrong(table: &str, read: impl Fn(&str) -> String) -> Vec<String> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| {
        let (text, expected) = line.split_once('\t').expect("two columns");
        let ours = read(text);
        (ours != expected).then(|| format!("{text:?}: {ours:?} instead of {expected:?}"))
    })
    .collect()
}

#[test]
fn every_quantity_of_the_table_is_read() {
    let wrong = wrong(include_str!("../fixtures/values/quantities.tsv"), |text| {
        quantity::find(text).map_or("-".into(), |found| {
            let pack = found.pack_size.map_or(String::new(), |size| format!(" of {size}"));
            format!("{} {}{pack}", found.quantity.normalize(), found.unit)
        })
    });
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_is_left_is_read() {
    let wrong =
        wrong(include_str!("../fixtures/values/stock.tsv"), |text| quantity::left(text).map_or("-".into(), |left| left.to_string()));
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
