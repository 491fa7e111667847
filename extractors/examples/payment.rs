//! Reads what `tests/interop/payment.py` made and judged, and says where the extractor judges otherwise: `cargo xtask payment`.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::process::ExitCode;

use vigie_extractors::indicators;
use vigie_extractors::record::Indicator;

/// What is counted for one form.
#[derive(Default)]
struct Tally {
    made: u64,
    found: u64,
    changed: u64,
    ours: u64,
    reference: u64,
    ours_only: u64,
    /// The first string of each disagreement.
    shown: Vec<String>,
}

fn main() -> ExitCode {
    let mut tallies: BTreeMap<[String; 3], Tally> = BTreeMap::new();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [asset, form, network, what, valid, words, value] = fields.as_slice() else {
            eprintln!("no line of payment.py: {line:?}");
            return ExitCode::from(2);
        };
        let name = [*asset, *form, *network];
        let key = name.map(str::to_owned);
        let tally = tallies.entry(key).or_default();
        let found = indicators::find(&format!("{words}{value} now"), "text");
        let whole = found.iter().find(|one| one.raw == *value && one.kind != "payment_uri");
        if *what == "made" {
            tally.made += 1;
            let agrees = whole.is_some_and(|one| said(one) == name) && *valid == "1";
            tally.found += u64::from(agrees);
            if !agrees {
                tally.shown.push(format!("not found as it is: {value}: {found:?}"));
            }
        } else {
            let (ours, theirs) = (whole.is_some(), *valid == "1");
            tally.changed += 1;
            tally.ours += u64::from(ours);
            tally.reference += u64::from(theirs);
            if ours && !theirs {
                tally.ours_only += 1;
                tally.shown.push(format!("accepted by ours alone: {value}: {found:?}"));
            }
        }
        tally.shown.truncate(3);
    }
    let agreed = print(&tallies).unwrap_or(false);
    if agreed { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Asset, form and network as the vectors name them.
fn said(one: &Indicator) -> [&str; 3] {
    [&one.asset, &one.form, &one.network].map(|said| said.as_deref().unwrap_or_default())
}

/// Prints a row a form and one for all; whether both sides agree.
fn print(tallies: &BTreeMap<[String; 3], Tally>) -> std::io::Result<bool> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<34}{:>6}{:>7}{:>11}{:>17}{:>23}{:>11}",
        "form", "made", "found", "mutations", "accepted by ours", "accepted by reference", "ours only"
    )?;
    let mut all = Tally::default();
    let row = |out: &mut dyn Write, name: &str, one: &Tally| {
        let Tally { made, found, changed, ours, reference, ours_only, .. } = one;
        writeln!(out, "{name:<34}{made:>6}{found:>7}{changed:>11}{ours:>17}{reference:>23}{ours_only:>11}")
    };
    for (name, one) in tallies {
        row(&mut out, &name.join(" "), one)?;
        all.made += one.made;
        all.found += one.found;
        all.changed += one.changed;
        all.ours += one.ours;
        all.reference += one.reference;
        all.ours_only += one.ours_only;
    }
    row(&mut out, "all", &all)?;
    for (name, one) in tallies {
        for shown in &one.shown {
            writeln!(out, "{}: {shown}", name.join(" "))?;
        }
    }
    Ok(all.made > 0 && all.found == all.made && all.ours_only == 0)
}
