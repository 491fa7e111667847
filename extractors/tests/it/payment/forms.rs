//! Every form that can be read has an example that is read, and a row in the documentation.

use std::collections::BTreeSet;

use vigie_extractors::indicators;
use vigie_extractors::payment::FORMS;
use vigie_extractors::record::Indicator;

type Name = (String, String);

/// Two of each form, made by `tests/interop/payment.py`: asset, form, network, words before it, value.
fn examples() -> impl Iterator<Item = [&'static str; 5]> {
    let rows = include_str!("../../fixtures/values/payment_forms.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| line.split('\t').collect::<Vec<_>>().try_into().expect("five columns"))
}

fn name(one: &Indicator) -> Name {
    (one.asset.clone().unwrap_or_default(), one.form.clone().unwrap_or_default())
}

#[test]
fn an_example_of_every_form_is_read() {
    let mut read = BTreeSet::new();
    for [asset, form, network, words, value] in examples() {
        let found = indicators::find(&format!("{words}{value} now"), "page");
        let [one] = found.as_slice() else { panic!("{asset} {form} {value}: {found:?}") };
        assert_eq!((name(one), one.network.as_deref(), one.raw.as_str()), ((asset.into(), form.into()), Some(network), value));
        read.insert(name(one));
        let scheme = match asset {
            "BTC" => "bitcoin",
            "LTC" => "litecoin",
            "DOGE" => "dogecoin",
            "DASH" => "dash",
            "XMR" => "monero",
            "ETH" => "ethereum",
            _ => "",
        };
        let found = indicators::find(&format!("{scheme}:{value}?amount=1 now"), "page");
        read.extend(found.iter().filter(|one| one.kind == "payment_uri").map(name));
    }
    let known: BTreeSet<Name> = FORMS.iter().map(|one| (one.asset.to_owned(), one.form.to_owned())).collect();
    assert_eq!(read, known);
}

#[test]
fn the_documentation_has_a_row_for_every_form() {
    let text = include_str!("../../../../docs/payment.md");
    let mut told = BTreeSet::new();
    for row in text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [asset, forms, checksum, source, rate] = cells.as_slice() else { continue };
        if *asset == "asset" || asset.starts_with('-') {
            continue;
        }
        assert!(![checksum, source, rate].iter().any(|cell| cell.trim().is_empty()), "{row}");
        for form in forms.split('`').skip(1).step_by(2) {
            assert!(told.insert(((*asset).to_owned(), form.to_owned())), "{asset} {form} stands there twice");
        }
    }
    let known: BTreeSet<Name> = FORMS.iter().map(|one| (one.asset.to_owned(), one.form.to_owned())).collect();
    assert_eq!(told, known);
}
